//! The cursor and the workers.

use super::schedule::Schedule;
use super::steps::{Done, Steps};
use crate::adapters::clock::{Clock, deterministic_id, new_uuid};
use crate::crash;
use crate::live::Tail;
use crate::storage::{EventLog, LogError, NewWork, Retry, WorkRow};
use domain::processes::place_order::{self, react};
use domain::shared::{OrderId, Timestamp};
use domain::views::Recorded;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Events that the cursor reads at a time.
const PAGE: u32 = 512;
/// How long a worker may take for a row before another server could take it over, in milliseconds.
const LEASE_MS: i64 = 120_000;
/// How long to wait after the storage has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// When a step goes on that was given up and could not be kept for the operator, in milliseconds.
const UNKEPT_MS: i64 = 30_000;

/// How much runs beside each other.
#[derive(Clone, Copy, Debug)]
pub struct RunnerSettings {
    /// Steps inside Baedal at a time.
    pub workers: usize,
    /// Calls to the payment provider at a time.
    pub payment_calls: usize,
    /// Between two calls to the payment provider that somebody asks for about one order, in milliseconds.
    pub payment_gap_ms: u32,
}

/// Runs the processes until it is told to stop.
pub struct Runner {
    log: Arc<dyn EventLog>,
    clock: Arc<dyn Clock>,
    steps: Arc<Steps>,
    tail: Arc<Tail>,
    /// This start of the server: the owner of its leases.
    owner: Uuid,
    inside: Arc<Semaphore>,
    outside: Arc<Semaphore>,
    nudges: Nudged,
    payment_gap_ms: u32,
}

/// What a worker tells the runner.
type Finished = (WorkRow, Done);

/// What somebody wants of the runner before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// Ask the provider about this order's charges now.
    Order(OrderId),
    /// Ask it about this order's refunds now: of them it has news itself.
    Refunds(OrderId),
    /// Ask it about all that wait.
    All,
    /// Ask it about one that waits, to see whether it works again.
    One,
    /// Take up a row again that was given up.
    Row(Box<WorkRow>),
}

/// Nudges the runner. Clones share it.
#[derive(Clone, Debug)]
pub struct Nudges {
    sender: mpsc::UnboundedSender<Nudge>,
    waiting: Waiting,
}

/// Where nudges arrive.
#[derive(Debug)]
pub struct Nudged {
    receiver: mpsc::UnboundedReceiver<Nudge>,
    waiting: Waiting,
}

/// Orders of which a nudge is on its way already. Who nudges may be anybody on the internet, as often as they like.
type Waiting = Arc<Mutex<HashSet<OrderId>>>;

impl Nudges {
    /// A way to nudge a runner, and where the nudges arrive.
    pub fn new() -> (Self, Nudged) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let waiting = Waiting::default();
        (Self { sender, waiting: Arc::clone(&waiting) }, Nudged { receiver, waiting })
    }

    /// Nudges; about an order once, until the runner has heard it. A runner that has stopped does not hear it: whatever it was about is
    /// taken up at the next start.
    pub fn send(&self, nudge: Nudge) {
        let is_new = match &nudge {
            Nudge::Order(order) => locked(&self.waiting).insert(*order),
            Nudge::Refunds(_) | Nudge::All | Nudge::One | Nudge::Row(_) => true,
        };
        if is_new {
            drop(self.sender.send(nudge));
        }
    }
}

impl Nudged {
    /// The next one; `None` when nobody is left who could nudge.
    async fn next(&mut self) -> Option<Nudge> {
        let nudge = self.receiver.recv().await?;
        if let Nudge::Order(order) = &nudge {
            locked(&self.waiting).remove(order);
        }
        Some(nudge)
    }
}

fn locked(waiting: &Waiting) -> MutexGuard<'_, HashSet<OrderId>> {
    // Each change of it is whole, also where somebody panicked after it.
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runner {
    /// A runner that follows the end of the log.
    pub fn new(
        log: Arc<dyn EventLog>,
        clock: Arc<dyn Clock>,
        steps: Steps,
        tail: Arc<Tail>,
        nudges: Nudged,
        settings: RunnerSettings,
    ) -> Self {
        let owner = new_uuid(clock.now());
        Self {
            log,
            clock,
            steps: Arc::new(steps),
            tail,
            owner,
            inside: Arc::new(Semaphore::new(settings.workers)),
            outside: Arc::new(Semaphore::new(settings.payment_calls)),
            nudges,
            payment_gap_ms: settings.payment_gap_ms,
        }
    }

    /// Takes over what an earlier start left undone, then follows the log. Returns once it was told to stop and its workers have ended.
    pub async fn run(mut self, stop: CancellationToken) {
        let (finished, mut done) = mpsc::unbounded_channel::<Finished>();
        let workers = TaskTracker::new();
        let mut schedule = Schedule::with_gap(self.payment_gap_ms);
        let mut growth = self.tail.follow();
        let Some(mut cursor) = self.begin(&mut schedule, &stop).await else {
            return;
        };
        while !stop.is_cancelled() {
            match self.read(cursor, &mut schedule).await {
                Ok(to) => {
                    let more = to >= cursor + u64::from(PAGE);
                    cursor = to;
                    self.start_due(&mut schedule, &finished, &workers, &stop);
                    if more {
                        continue;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the processes cannot read the log");
                    tokio::time::sleep(PAUSE).await;
                }
            }
            let wait = schedule.next_due().map_or(PAUSE, |due| {
                Duration::from_millis(due.since(self.clock.now()).clamp(1, 1_000) as u64)
            });
            tokio::select! {
                () = stop.cancelled() => {}
                () = growth.grown() => {}
                () = tokio::time::sleep(wait) => {}
                Some(first) = done.recv() => self.settle(first, &mut schedule, &finished),
                Some(nudge) = self.nudges.next() => match nudge {
                    Nudge::Order(order) => schedule.hurry_order(order, self.clock.now()),
                    Nudge::Refunds(order) => schedule.hurry_refunds(order),
                    Nudge::All => schedule.hurry_all(),
                    Nudge::One => schedule.hurry_one(self.clock.now()),
                    Nudge::Row(row) => schedule.add(*row),
                },
            }
            while let Ok(next) = done.try_recv() {
                self.settle(next, &mut schedule, &finished);
            }
        }
        workers.close();
        workers.wait().await;
    }

    async fn begin(&self, schedule: &mut Schedule, stop: &CancellationToken) -> Option<u64> {
        loop {
            match self.take_over().await {
                Ok((cursor, rows)) => {
                    if !rows.is_empty() {
                        tracing::info!(rows = rows.len(), "going on with what was left undone");
                    }
                    rows.into_iter().for_each(|row| schedule.add(row));
                    return Some(cursor);
                }
                Err(error) => tracing::error!(%error, "the processes cannot start"),
            }
            tokio::select! {
                () = stop.cancelled() => return None,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn take_over(&self) -> Result<(u64, Vec<WorkRow>), LogError> {
        let rows = self.log.take_over(self.owner, self.lease()).await?;
        Ok((self.log.cursor(place_order::NAME).await?, rows))
    }

    fn lease(&self) -> Timestamp {
        Timestamp(self.clock.now().0 + LEASE_MS)
    }

    /// Turns the next events into work rows; answers how far it has come.
    async fn read(&self, cursor: u64, schedule: &mut Schedule) -> Result<u64, LogError> {
        // Close behind the writer everything is in memory; what is not, as after a start, is in the log.
        let (last, count, work) = match self.tail.after(cursor) {
            Some(events) => asked_for(events.iter().map(|event| &event.recorded)),
            None => asked_for(self.log.events_after(cursor, PAGE).await?.iter()),
        };
        let Some(last) = last else {
            return Ok(cursor);
        };
        // Events that ask for nothing move the cursor with the next ones that do, unless there are many.
        if work.is_empty() && count < PAGE as usize {
            return Ok(last);
        }
        crash::at("cursor", "before_append");
        self.log.advance(place_order::NAME, last, work.clone(), self.owner, self.lease()).await?;
        crash::at("cursor", "after_append");
        for NewWork { id, order, step, position } in work {
            schedule.add(WorkRow { id, order, step, position, attempts: 0, due: Timestamp(0) });
        }
        Ok(last)
    }

    fn start_due(
        &self,
        schedule: &mut Schedule,
        finished: &mpsc::UnboundedSender<Finished>,
        workers: &TaskTracker,
        stop: &CancellationToken,
    ) {
        let now = self.clock.now();
        while let Some(row) = schedule.next(now) {
            let (steps, finished, stop) = (Arc::clone(&self.steps), finished.clone(), stop.clone());
            let gate = Arc::clone(if row.step.is_outside() { &self.outside } else { &self.inside });
            workers.spawn(async move {
                let taken = row.clone();
                // A step that is cut off by a stop is taken up again after the next start.
                let done = tokio::select! {
                    () = stop.cancelled() => return,
                    done = async {
                        let _permit = gate.acquire().await;
                        steps.run(row).await
                    } => done,
                };
                // The runner has gone only when everything stops.
                drop(finished.send((taken, done)));
            });
        }
    }

    fn settle(
        &self,
        (row, done): Finished,
        schedule: &mut Schedule,
        finished: &mpsc::UnboundedSender<Finished>,
    ) {
        let id = row.id;
        match done {
            Done::Finished => schedule.done(&row),
            Done::Waits { due } => schedule.again(&row, due, row.attempts),
            Done::Parked { attempts, error } => {
                tracing::error!(order = %row.order, step = ?row.step, %error, "a step was given up");
                // Whoever has it tried again is heard only when it is not known here any more.
                schedule.done(&row);
                let (log, clock, finished) =
                    (Arc::clone(&self.log), Arc::clone(&self.clock), finished.clone());
                tokio::spawn(async move {
                    crash::at("park", "before_append");
                    let parked = log.park(id, attempts, error).await;
                    crash::at("park", "after_append");
                    if let Err(error) = parked {
                        tracing::error!(%error, "a step that was given up could not be kept for the operator");
                        // The row is open as before. Once the runner has gone, the next start takes it up.
                        let due = Timestamp(clock.now().0 + UNKEPT_MS);
                        drop(finished.send((row, Done::Unkept { due })));
                    }
                });
            }
            // As often tried as before: the try that was the last one comes again.
            Done::Unkept { due } => schedule.add(WorkRow { due, ..row }),
            Done::Again { due, attempts, error } => {
                schedule.again(&row, due, attempts);
                let log = Arc::clone(&self.log);
                tokio::spawn(async move {
                    // The row stays open whatever happens here: this only keeps the count over a restart.
                    crash::at("retry", "before_append");
                    let noted = log.retry(Retry { id, due, attempts, error }).await;
                    crash::at("retry", "after_append");
                    if let Err(error) = noted {
                        tracing::warn!(%error, "a retry could not be noted");
                    }
                });
            }
        }
    }
}

/// The last position of some events, how many there are, and the work that they ask for.
fn asked_for<'e>(events: impl Iterator<Item = &'e Recorded>) -> (Option<u64>, usize, Vec<NewWork>) {
    let (mut last, mut count, mut work) = (None, 0, Vec::new());
    for recorded in events {
        last = Some(recorded.position);
        count += 1;
        if let (Some(order), Some(step)) = (recorded.order, react(&recorded.event)) {
            // The event's position makes the id unique where a step comes twice, as after two approvals.
            let name = format!("{}@{}", step.name(), recorded.position);
            let id = deterministic_id(place_order::NAME, order, &name);
            work.push(NewWork { id, order, step, position: recorded.position });
        }
    }
    (last, count, work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_order_is_nudged_about_once_until_it_is_heard() {
        let (nudges, mut nudged) = Nudges::new();
        let (one, other) = (OrderId(Uuid::from_u128(1)), OrderId(Uuid::from_u128(2)));
        for _ in 0..1_000 {
            nudges.send(Nudge::Order(one));
        }
        nudges.send(Nudge::Order(other));
        nudges.send(Nudge::All);
        assert_eq!(nudged.next().await, Some(Nudge::Order(one)));
        // What happens from then on is not in what is asked now.
        nudges.send(Nudge::Order(one));
        drop(nudges);
        for expected in [Some(Nudge::Order(other)), Some(Nudge::All), Some(Nudge::Order(one)), None] {
            assert_eq!(nudged.next().await, expected);
        }
    }
}
