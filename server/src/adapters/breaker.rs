//! Circuit breakers before providers: after some failures in a row nobody asks any more, until a single probe has shown that it helps.
//!
//! The state machine is `failsafe`'s. What it leaves to its user is done here: of all who would probe, one does; who wants to know is
//! told the state; and whoever waits for the provider is woken when it is back.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::views::BreakerState;
use failsafe::failure_policy::{ConsecutiveFailures, consecutive_failures};
use failsafe::{Instrument, StateMachine, backoff};
use tokio::sync::{Semaphore, watch};

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerSettings {
    /// So many failures in a row open it.
    pub failures: u32,
    /// So long it stays open before the next probe.
    pub open: Duration,
}

/// A breaker before one provider. Clones share it.
#[derive(Clone)]
pub struct Breaker {
    machine: Arc<StateMachine<ConsecutiveFailures<backoff::Constant>, Told>>,
    /// Held while the machine is asked or told something, and tells of it: it tells after it has changed, and of two changes the earlier one
    /// could be told last.
    turn: Arc<Mutex<()>>,
    /// Held by whoever probes.
    probe: Arc<Semaphore>,
    state: watch::Receiver<BreakerState>,
    refused: Arc<AtomicU64>,
}

/// Hears of the machine's changes.
struct Told {
    state: watch::Sender<BreakerState>,
    refused: Arc<AtomicU64>,
    provider: &'static str,
}

impl Told {
    fn tell(&self, state: BreakerState) {
        tracing::warn!(provider = self.provider, ?state, "the circuit breaker has changed");
        self.state.send_replace(state);
    }
}

impl Instrument for Told {
    fn on_call_rejected(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    fn on_open(&self) {
        self.tell(BreakerState::Open);
    }

    fn on_half_open(&self) {
        self.tell(BreakerState::HalfOpen);
    }

    // Also called when the machine is made.
    fn on_closed(&self) {
        if *self.state.borrow() != BreakerState::Closed {
            self.tell(BreakerState::Closed);
        }
    }
}

/// What an answer shows of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// It works.
    Works,
    /// It does not.
    Fails,
    /// Neither: whoever probes with it leaves the probing to the next one.
    Nothing,
}

/// Nobody was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open;

impl Breaker {
    /// A closed breaker before this provider.
    pub fn new(provider: &'static str, settings: BreakerSettings) -> Self {
        let (sender, state) = watch::channel(BreakerState::Closed);
        let refused = Arc::new(AtomicU64::new(0));
        let policy = consecutive_failures(settings.failures, backoff::constant(settings.open));
        let told = Told { state: sender, refused: Arc::clone(&refused), provider };
        let machine = Arc::new(StateMachine::new(policy, told));
        Self { machine, turn: Arc::default(), probe: Arc::new(Semaphore::new(1)), state, refused }
    }

    /// Asks the provider, unless the breaker is open; `failed` says which answers count as failures.
    pub async fn call<T>(
        &self,
        ask: impl Future<Output = T>,
        failed: impl FnOnce(&T) -> bool,
    ) -> Result<T, Open> {
        self.call_judged(ask, |answer| if failed(answer) { Shows::Fails } else { Shows::Works }).await
    }

    /// As [`Breaker::call`], for answers that may show neither.
    pub async fn call_judged<T>(
        &self,
        ask: impl Future<Output = T>,
        judge: impl FnOnce(&T) -> Shows,
    ) -> Result<T, Open> {
        let probing = self.may_ask()?;
        let permit =
            if probing { Some(self.probe.try_acquire().map_err(|_| self.turned_away())?) } else { None };
        let answer = ask.await;
        let shows = judge(&answer);
        let turn = self.turn();
        match shows {
            Shows::Works => self.machine.on_success(),
            Shows::Fails => self.machine.on_error(),
            Shows::Nothing => {}
        }
        drop(turn);
        drop(permit);
        Ok(answer)
    }

    /// Whether whoever asks now probes. Half open the machine lets everybody through: one of them probes, the others hear what a closed door
    /// says.
    fn may_ask(&self) -> Result<bool, Open> {
        let _turn = self.turn();
        if self.machine.is_call_permitted() { Ok(self.state() != BreakerState::Closed) } else { Err(Open) }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        // Whoever panicked while holding it has left nothing half done: it guards an order and no data.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turned_away(&self) -> Open {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Open
    }

    /// Its state now.
    pub fn state(&self) -> BreakerState {
        *self.state.borrow()
    }

    /// Its state, and each change of it.
    pub fn follow(&self) -> watch::Receiver<BreakerState> {
        self.state.clone()
    }

    /// How often nobody was asked since the start.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Waits until it has closed again.
    pub async fn closed_again(&self) {
        let mut state = self.state.clone();
        state.borrow_and_update();
        loop {
            if state.changed().await.is_err() {
                return std::future::pending().await;
            }
            if *state.borrow_and_update() == BreakerState::Closed {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use tokio::sync::Notify;

    const OPEN: Duration = Duration::from_millis(50);

    fn breaker() -> Breaker {
        Breaker::new("test", BreakerSettings { failures: 3, open: OPEN })
    }

    async fn ask(breaker: &Breaker, works: bool) -> Result<bool, Open> {
        breaker.call(async move { works }, |works| !works).await
    }

    async fn until_permitted(breaker: &Breaker) {
        while !breaker.machine.is_call_permitted() {
            tokio::time::sleep(OPEN / 10).await;
        }
    }

    #[tokio::test]
    async fn failures_in_a_row_open_it_and_others_do_not() {
        let breaker = breaker();
        for works in [false, false, true, false, false, true] {
            assert_eq!(ask(&breaker, works).await, Ok(works));
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        for _ in 0..3 {
            assert_eq!(ask(&breaker, false).await, Ok(false));
        }
        assert_eq!(breaker.state(), BreakerState::Open);
        assert_eq!(ask(&breaker, true).await, Err(Open));
        assert_eq!(breaker.refused(), 1);
    }

    #[tokio::test]
    async fn half_open_one_probes_and_the_others_are_turned_away() {
        let breaker = breaker();
        for _ in 0..3 {
            assert_eq!(ask(&breaker, false).await, Ok(false));
        }
        until_permitted(&breaker).await;
        let (asked, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let probe = {
            let (breaker, asked, go) = (breaker.clone(), Arc::clone(&asked), Arc::clone(&go));
            tokio::spawn(async move {
                let ask = async {
                    asked.fetch_add(1, Ordering::SeqCst);
                    go.notified().await;
                    true
                };
                breaker.call(ask, |works| !works).await
            })
        };
        while asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        for _ in 0..20 {
            assert_eq!(ask(&breaker, true).await, Err(Open));
        }
        let woken = tokio::spawn({
            let breaker = breaker.clone();
            async move { breaker.closed_again().await }
        });
        tokio::task::yield_now().await;
        go.notify_one();
        assert_eq!(probe.await.unwrap(), Ok(true));
        woken.await.unwrap();
        assert_eq!(breaker.state(), BreakerState::Closed);
        assert_eq!(ask(&breaker, true).await, Ok(true));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_many_who_come_when_the_time_is_over_one_probes() {
        let open = Duration::from_millis(2);
        let breaker = Breaker::new("test", BreakerSettings { failures: 1, open });
        assert_eq!(ask(&breaker, false).await, Ok(false));
        for _ in 0..500 {
            let (probes, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(tokio::sync::Barrier::new(8)));
            tokio::time::sleep(open).await;
            let mut asking = tokio::task::JoinSet::new();
            for _ in 0..8 {
                let (breaker, probes, gate) = (breaker.clone(), Arc::clone(&probes), Arc::clone(&gate));
                asking.spawn(async move {
                    gate.wait().await;
                    let probe = async {
                        let others = probes.fetch_add(1, Ordering::SeqCst);
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        probes.fetch_sub(1, Ordering::SeqCst);
                        others > 0
                    };
                    breaker.call(probe, |_| true).await
                });
            }
            while let Some(asked) = asking.join_next().await {
                assert_ne!(asked.unwrap(), Ok(true), "two probed at a time");
            }
        }
    }

    #[tokio::test]
    async fn an_answer_that_shows_nothing_neither_closes_nor_forgets() {
        let breaker = breaker();
        let look = || breaker.call_judged(async {}, |()| Shows::Nothing);
        for _ in 0..3 {
            assert_eq!(look().await, Ok(()));
            assert_eq!(ask(&breaker, false).await, Ok(false));
        }
        assert_eq!(breaker.state(), BreakerState::Open);
        assert_eq!(look().await, Err(Open));
        until_permitted(&breaker).await;
        assert_eq!(look().await, Ok(()));
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert_eq!(ask(&breaker, true).await, Ok(true));
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    /// What was asked before it opened may be answered well at any moment after.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn what_is_told_is_what_is() {
        let breaker = Breaker::new("test", BreakerSettings { failures: 1, open: Duration::from_micros(50) });
        let mut asking = tokio::task::JoinSet::new();
        for task in 0..8_u32 {
            let breaker = breaker.clone();
            asking.spawn(async move {
                for round in 0..2_000_u32 {
                    let works = (round + task) % 3 != 0;
                    let asked = async {
                        tokio::task::yield_now().await;
                        works
                    };
                    let _answer = breaker.call(asked, |works| !works).await;
                }
            });
        }
        while let Some(asked) = asking.join_next().await {
            asked.unwrap();
        }
        until_permitted(&breaker).await;
        assert_eq!(ask(&breaker, true).await, Ok(true));
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test]
    async fn a_probe_that_fails_opens_it_again() {
        let breaker = breaker();
        for _ in 0..3 {
            assert_eq!(ask(&breaker, false).await, Ok(false));
        }
        until_permitted(&breaker).await;
        assert_eq!(ask(&breaker, false).await, Ok(false));
        assert_eq!(breaker.state(), BreakerState::Open);
        assert_eq!(ask(&breaker, true).await, Err(Open));
    }

    /// Whoever probes may be given up, as at a stop: the next one probes.
    #[tokio::test]
    async fn a_probe_that_is_given_up_leaves_room_for_the_next() {
        let breaker = breaker();
        for _ in 0..3 {
            assert_eq!(ask(&breaker, false).await, Ok(false));
        }
        until_permitted(&breaker).await;
        let given_up =
            tokio::time::timeout(OPEN / 10, breaker.call(std::future::pending::<bool>(), |_| true));
        assert!(given_up.await.is_err());
        assert_eq!(ask(&breaker, true).await, Ok(true));
    }
}
