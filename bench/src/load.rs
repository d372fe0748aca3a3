//! Many clients at once, and what they saw.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Failure;
use crate::http::Connection;

/// What a load saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// How long it went on.
    pub(crate) elapsed: Duration,
    /// How long each answer took, in microseconds.
    pub(crate) micros: Vec<u64>,
}

impl Seen {
    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.micros.len() as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// Milliseconds that this share of the answers took at most.
    pub(crate) fn share(&self, share: f64) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
        sorted.get(at).map_or(0.0, |micros| *micros as f64 / 1_000.0)
    }

    /// The mean, in milliseconds.
    pub(crate) fn mean(&self) -> f64 {
        self.micros.iter().sum::<u64>() as f64 / 1_000.0 / self.micros.len().max(1) as f64
    }

    /// Takes what another saw.
    pub(crate) fn add(&mut self, other: &Seen) {
        self.elapsed += other.elapsed;
        self.micros.extend_from_slice(&other.micros);
    }
}

/// One client for each of `people` sends what `request` makes, one after the other, for so long. Whatever is not answered as done ends it.
pub(crate) async fn load<P: Send + Sync + 'static>(
    to: SocketAddr,
    people: &Arc<Vec<P>>,
    lasts: Duration,
    request: impl Fn(&P, u64) -> Vec<u8> + Clone + Send + Sync + 'static,
) -> Result<Seen, Failure> {
    let mut clients = JoinSet::new();
    let mut connections = Vec::new();
    for _ in 0..people.len() {
        connections.push(Connection::open(to).await?);
    }
    let started = Instant::now();
    for (index, mut connection) in connections.into_iter().enumerate() {
        let (people, request) = (Arc::clone(people), request.clone());
        clients.spawn(async move {
            let mut micros = Vec::new();
            let mut count = 0;
            while started.elapsed() < lasts {
                let bytes = request(&people[index], count);
                count += 1;
                let sent = Instant::now();
                let answer = connection.ask(&bytes).await?;
                micros.push(sent.elapsed().as_micros() as u64);
                if answer.status / 100 != 2 {
                    return Err(Failure::from(format!("{}: {}", answer.status, answer.text())));
                }
            }
            Ok(micros)
        });
    }
    let mut seen = Seen::default();
    while let Some(client) = clients.join_next().await {
        seen.micros.append(&mut client??);
    }
    seen.elapsed = started.elapsed();
    Ok(seen)
}
