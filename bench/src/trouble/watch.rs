//! What the city tells its operator: on the console, and in its log.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::views::{BreakerState, OperatorView};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Failure;
use crate::http::{Connection, post};
use crate::people::expect;
use crate::process::Log;

/// An operator who reads.
pub(super) struct Watch {
    addr: SocketAddr,
    cookie: String,
    logged: Arc<Logged>,
    _reading: JoinSet<()>,
}

#[derive(Default)]
struct Logged {
    lines: AtomicU64,
    /// When the payment provider's breaker changed, and to what.
    breaker: Mutex<Vec<(Instant, BreakerState)>>,
}

impl Watch {
    /// Reads this log to its end.
    pub(super) fn over(addr: SocketAddr, cookie: String, mut log: Log) -> Self {
        let logged = Arc::new(Logged::default());
        let mut reading = JoinSet::new();
        let book = Arc::clone(&logged);
        reading.spawn(async move {
            while let Ok(Some(line)) = log.next_line().await {
                book.lines.fetch_add(1, Ordering::Relaxed);
                if let Some(state) = breaker_in(&line) {
                    let mut breaker = book.breaker.lock().unwrap_or_else(PoisonError::into_inner);
                    breaker.push((Instant::now(), state));
                }
            }
        });
        Self { addr, cookie, logged, _reading: reading }
    }

    /// Lines that were logged so far.
    pub(super) fn lines(&self) -> u64 {
        self.logged.lines.load(Ordering::Relaxed)
    }

    /// When the breaker changed, and to what.
    pub(super) fn breaker(&self) -> Vec<(Instant, BreakerState)> {
        self.logged.breaker.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the breaker is anything but closed.
    pub(super) fn is_open(&self) -> bool {
        self.breaker().last().is_some_and(|(_, state)| *state != BreakerState::Closed)
    }

    /// How many orders are held.
    pub(super) async fn held(&self) -> Result<u64, Failure> {
        let request = post(self.addr, "/api/operator/view", &self.cookie, "");
        let view = expect(&Connection::open(self.addr).await?.ask(&request).await?)?;
        Ok(serde_json::from_str::<OperatorView>(&view)?.held)
    }
}

/// To what a line of the log says that the payment provider's breaker has changed.
fn breaker_in(line: &str) -> Option<BreakerState> {
    if !line.contains("the circuit breaker has changed") || !line.contains("provider=\"payment\"") {
        return None;
    }
    let states = [
        ("state=Closed", BreakerState::Closed),
        ("state=HalfOpen", BreakerState::HalfOpen),
        ("state=Open", BreakerState::Open),
    ];
    states.into_iter().find(|(text, _)| line.contains(text)).map(|(_, state)| state)
}
