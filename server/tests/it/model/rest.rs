//! The city comes to rest: everything that follows from a step is done, except what waits for somebody or for the clock.

use super::acts::{Name, Who};
use super::system::{PATIENCE, PEOPLE, System};
use crate::city::key;
use domain::processes::Limits;
use domain::processes::place_order::react;
use domain::shared::{MINUTE_MS, OrderId, Timestamp};
use domain::views::StoreDay;
use server::adapters::clock::Clock;
use server::processes::Timers;
use server::read_models::Views;
use server::storage::EventLog;
use server::storage::sqlite::SqliteViews;
use sqlx::Row;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A step of the processes that an event has asked for.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    order: OrderId,
    /// Asks the provider for money: it may stay open until the customer or the clock has done something.
    is_charge: bool,
    /// How often it was tried, and how often it has to be before the server is at rest.
    tries: i64,
    wants: i64,
    /// Its count and the moment it is due at, as last seen: each try changes one of them.
    seen: (i64, i64),
}

impl System {
    /// Waits until everything that follows from what has been done is done. What then still waits for somebody are charges.
    pub async fn rest(&mut self) {
        let since = Instant::now();
        let mut pushes = 0;
        loop {
            self.look_at_steps().await;
            let is_new = self.read_log().await;
            let waits: Vec<(u64, Step)> = self
                .steps
                .iter()
                .filter(|(_, step)| !step.is_charge || step.tries < step.wants)
                .map(|(position, step)| (*position, *step))
                .collect();
            // A step may make overdue what was not before: a job that was claimed long ago, given back and claimed again. The server's own timers
            // look once a second.
            if waits.is_empty() && !is_new && self.overdue().await == 0 {
                return;
            }
            assert!(since.elapsed() < PATIENCE, "the server does not come to rest: {waits:?}");
            // A refund that a busy machine was too slow for is tried again by the clock: seconds make no minute.
            if pushes < 20 && waits.iter().any(|(_, step)| !step.is_charge && step.tries > pushes) {
                pushes += 1;
                self.late += 2_000;
                self.clock.advance(2_000);
                self.wake().await;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// How many orders wait for a timer.
    async fn overdue(&self) -> usize {
        let views = SqliteViews::new(self.log().clone());
        views.overdue(self.clock.now(), &Limits::USUAL, 256).await.unwrap().len()
    }

    /// Reads what has been appended; true when it was anything.
    async fn read_log(&mut self) -> bool {
        let events = self.log().events_after(self.read, 512).await.unwrap();
        for recorded in &events {
            self.read = recorded.position;
            if let (Some(order), Some(step)) = (recorded.order, react(&recorded.event)) {
                let is_charge = step.name().starts_with("charge");
                let step = Step { order, is_charge, tries: 0, wants: 1, seen: (0, 0) };
                self.steps.insert(recorded.position, step);
            }
        }
        !events.is_empty()
    }

    async fn look_at_steps(&mut self) {
        if self.steps.is_empty() {
            return;
        }
        let positions = serde_json::to_string(&self.steps.keys().collect::<Vec<_>>()).unwrap();
        let sql = "SELECT position, state, attempts, due_ms, last_error FROM work \
                   WHERE position IN (SELECT value FROM json_each(?))";
        let book = &mut self.up.as_mut().unwrap().book;
        for row in sqlx::query(sql).bind(positions).fetch_all(book).await.unwrap() {
            let position = row.get::<i64, _>("position") as u64;
            match row.get::<&str, _>("state") {
                "done" => drop(self.steps.remove(&position)),
                "open" => {
                    let seen: (i64, i64) = (row.get("attempts"), row.get("due_ms"));
                    let step = self.steps.get_mut(&position).filter(|step| seen.0 > 0 && seen != step.seen);
                    if let Some(step) = step {
                        step.seen = seen;
                        step.tries += 1;
                    }
                }
                _ => panic!("a step was given up: {}", row.get::<&str, _>("last_error")),
            }
        }
    }

    /// Whether it is still open what became of a charge of this order.
    pub fn has_open_charge(&self, order: Name) -> bool {
        let id = self.id(order);
        self.steps.values().any(|step| step.order == id)
    }

    /// From now on each charge under way has to be tried once more before the server is at rest: of one order, or of all.
    pub fn expect_a_try(&mut self, of: Option<Name>) {
        // Whatever is put off from now on is due at another moment than before.
        self.late += 1;
        self.clock.advance(1);
        let id = of.map(|name| self.id(name));
        for step in self.steps.values_mut().filter(|step| id.is_none_or(|id| step.order == id)) {
            step.wants = step.tries + 1;
        }
    }

    /// The customer has the provider asked now.
    pub async fn ask_provider(&mut self, by: usize, order: Name) {
        self.expect_a_try(Some(order));
        self.backend().pay_now(&self.who(Who::Customer(by)), self.id(order)).await.unwrap();
        self.rest().await;
    }

    /// The runner looks at its clock when the log has grown; the store is one that nobody looks at.
    async fn wake(&mut self) {
        self.is_busier = !self.is_busier;
        let busy = StoreDay::Busy { minutes: if self.is_busier { 5 } else { 10 } };
        self.backend().act_on_store(&PEOPLE["owner3"], busy, &key()).await.unwrap();
    }

    /// Puts the clock to this minute of the case, has the timers look, and then the runner.
    pub async fn put_clock(&mut self, minute: u32) {
        self.expect_a_try(None);
        let now = Timestamp(self.began.0 + i64::from(minute) * MINUTE_MS + self.late);
        assert!(now > self.clock.now(), "time goes forward");
        self.clock.set(now);
        // The server's own timers look once a second. These are the same, and look at once.
        let log: Arc<dyn EventLog> = Arc::new(self.log().clone());
        let views: Arc<dyn Views> = Arc::new(SqliteViews::new(self.log().clone()));
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let stop = CancellationToken::new();
        let timers = Timers::new(log, Arc::clone(&views), clock, Limits::USUAL);
        let timers = tokio::spawn(timers.run(stop.clone()));
        let since = Instant::now();
        while !views.overdue(now, &Limits::USUAL, 256).await.unwrap().is_empty() {
            assert!(since.elapsed() < PATIENCE, "orders are overdue, and nothing happens to them");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        stop.cancel();
        timers.await.unwrap();
        self.wake().await;
        self.rest().await;
    }
}
