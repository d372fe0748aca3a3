//! The timers: what an order waits for, and from when on, stands in the read model; here the clock is looked at.
//!
//! Nothing has to be set or taken back: the wait is a pure function of the order's state. So a timer survives every crash, fires once,
//! because what it does ends the wait, and fires after a start for what ran out meanwhile.

use crate::adapters::clock::{Clock, deterministic_id};
use crate::crash;
use crate::read_models::Views;
use crate::storage::{Decide, EventLog, Subject, Unit};
use domain::processes::Limits;
use domain::shared::{OrderId, Timestamp};
use domain::views::{Actor, Fault};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// Orders whose time is over that are taken at a time.
const AT_A_TIME: u32 = 256;
/// Commands of timers beside each other.
const BESIDE: usize = 16;

/// Fires what is due.
pub struct Timers {
    log: Arc<dyn EventLog>,
    views: Arc<dyn Views>,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl Timers {
    /// Timers with these limits.
    pub fn new(log: Arc<dyn EventLog>, views: Arc<dyn Views>, clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self { log, views, clock, limits }
    }

    /// Looks at the clock until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.views.overdue(self.clock.now(), &self.limits, AT_A_TIME).await {
                Ok(due) => {
                    let many = due.len() >= AT_A_TIME as usize;
                    let fired =
                        futures::stream::iter(due).map(|order| self.fire(order)).buffer_unordered(BESIDE);
                    let refused = fired.filter(|fired| futures::future::ready(!fired)).count().await;
                    // What is refused would come again at once.
                    if many && refused == 0 {
                        continue;
                    }
                }
                Err(error) => tracing::error!(%error, "the timers cannot read what is due"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Tells an order that its time is over; whether it is, the order decides. False when that was refused.
    async fn fire(&self, order: OrderId) -> bool {
        let limits = self.limits;
        let decide: Decide =
            Box::new(move |loaded, now: Timestamp| loaded.case.time_out(now, &limits).map_err(Fault::from));
        let now = self.clock.now();
        let unit = Unit {
            command: deterministic_id("timers", order, &now.0.to_string()),
            actor: Actor::System,
            subject: Subject::Order(order),
            key: None,
            completes: None,
            decide,
        };
        crash::at("timer", "before_append");
        let fired = self.log.execute(unit).await;
        crash::at("timer", "after_append");
        match fired {
            Ok(Ok(_)) => true,
            Ok(Err(fault)) => {
                tracing::error!(%order, %fault, "a timer was refused");
                false
            }
            Err(error) => {
                tracing::error!(%order, %error, "a timer could not fire");
                false
            }
        }
    }
}
