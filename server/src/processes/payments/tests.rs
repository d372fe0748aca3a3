//! How long the provider is left alone between two questions, and which one it is asked.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::delivery::RiderFee;
use domain::processes::place_order::Step;
use domain::processes::{DomainEvent, Placing};
use domain::shared::{AccountId, Aggregate as _, OrderId, Sealed};
use domain::store::{Command, Store, WantedLine};
use domain::views::{Actor, CardView, Fault};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::adapters::clock::{Clock as _, ManualClock, SystemClock, new_uuid};
use crate::adapters::payment::PaymentGateway;
use crate::storage::sqlite::{SqliteLog, open};
use crate::storage::{CommitListener, Committed, Decide, EventLog as _, Subject, Unit};

const CUSTOMER: AccountId = AccountId(Uuid::from_u128(0xC1));
/// The most that chance adds to a pause, in parts of it.
const JITTER: i64 = 4;

/// A provider that says this to whatever is asked.
#[derive(Default)]
struct Says {
    outcome: Mutex<Option<ChargeOutcome>>,
    only_invites: AtomicBool,
    /// How often it was asked for money.
    charges: AtomicU32,
}

impl Says {
    fn answer(&self) -> Result<ChargeOutcome, GatewayError> {
        let said = self.outcome.lock().unwrap().clone();
        said.ok_or_else(|| GatewayError::Unavailable { reason: "HTTP 500".to_owned() })
    }
}

#[async_trait]
impl PaymentGateway for Says {
    async fn try_charge(&self, _: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        self.charges.fetch_add(1, Ordering::SeqCst);
        self.answer()
    }
    fn only_invites(&self, _: &str) -> bool {
        self.only_invites.load(Ordering::SeqCst)
    }
    async fn find_charge(&self, _: &ChargeRequest) -> Result<Option<ChargeOutcome>, GatewayError> {
        self.answer().map(Some)
    }
    async fn try_void(&self, _: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        self.answer()
    }
    async fn refund(&self, _: &RefundRequest) -> Result<(), GatewayError> {
        self.answer().map(drop)
    }
    async fn is_sent_back(&self, _: &RefundRequest) -> Result<bool, GatewayError> {
        self.answer().map(|_| false)
    }
    async fn cards(&self) -> Arc<[CardView]> {
        Arc::default()
    }
}

struct Nobody;

impl CommitListener for Nobody {
    fn committed(&self, _: Vec<Arc<Committed>>) {}
}

/// An order whose payment is asked for.
struct Asking {
    steps: Steps,
    says: Arc<Says>,
    clock: Arc<ManualClock>,
    row: WorkRow,
    _folder: TempDir,
}

impl Asking {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let (writer, pool) = open(&folder.path().join("baedal.db")).await.unwrap();
        let listener = Arc::new(Nobody);
        let (log, _) =
            SqliteLog::start(writer, pool, Arc::<ManualClock>::clone(&clock), listener).await.unwrap();
        let order = OrderId(new_uuid(clock.now()));
        place(&log, order, clock.now()).await;
        let (says, fee) = (Arc::<Says>::default(), RiderFee { base: Won::ZERO, per_100m: Won::ZERO });
        let gateway = Arc::<Says>::clone(&says);
        let steps = Steps::new(Arc::new(log), Arc::<ManualClock>::clone(&clock), gateway, fee, 60);
        let row = WorkRow {
            id: Uuid::from_u128(1),
            order,
            step: Step::Charge,
            position: 2,
            attempts: 0,
            due: Timestamp(0),
        };
        Self { steps, says, clock, row, _folder: folder }
    }

    fn says(&self, outcome: Option<ChargeOutcome>) {
        *self.says.outcome.lock().unwrap() = outcome;
    }

    /// Asks, and lets the pause pass; answers how long that was, in milliseconds.
    async fn pause(&mut self) -> i64 {
        let Done::Again { due, attempts, .. } = self.steps.run(self.row.clone()).await else {
            panic!("it is asked again");
        };
        let pause = due.since(self.clock.now());
        self.row.attempts = attempts;
        self.clock.advance(pause);
        pause
    }
}

async fn run(log: &SqliteLog, subject: Subject, decide: Decide) {
    let command = new_uuid(SystemClock.now());
    let unit = Unit { command, actor: Actor::System, subject, key: None, completes: None, decide };
    log.execute(unit).await.unwrap().unwrap();
}

async fn place(log: &SqliteLog, order: OrderId, now: Timestamp) {
    let (profile, menu, hours) = crate::demo::world().unwrap().stores[0].clone();
    let (store, fee) = (profile.id, profile.fee_tiers[0].fee);
    let item = menu.items().next().unwrap().clone();
    let register: Decide = Box::new(move |_, at| {
        let profile = Box::new(profile.clone());
        let command = Command::Register { profile, menu: menu.clone(), hours: hours.clone(), at };
        Ok(Store::default().decide(command)?.map(DomainEvent::Store))
    });
    run(log, Subject::Store(store), register).await;
    // At noon in Seoul, when the store is open.
    let noon = now.plus_minutes(36 * 60 - u32::from(now.in_seoul().minute_of_day()));
    let placing = Placing {
        order,
        customer: CUSTOMER,
        lines: vec![WantedLine { item: item.id, quantity: 1, choices: Vec::new() }],
        agreed: item.price.plus(fee).unwrap(),
        method: "tok_needs_customer".to_owned(),
        distance_m: 500,
        cells: Vec::new(),
        code: "0420".to_owned(),
        sealed: Sealed("shut".to_owned()),
        hold_minutes: None,
    };
    let decide: Decide = Box::new(move |loaded, _| {
        let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
        Ok(loaded.case.place(store, placing.clone(), noon)?)
    });
    run(log, Subject::NewOrder(order, store), decide).await;
}

fn asks(clock: &ManualClock) -> ChargeOutcome {
    ChargeOutcome::NeedsCustomer { url: "/pay/1".to_owned(), until: clock.now().plus_minutes(60) }
}

#[tokio::test]
async fn an_order_that_waited_for_its_customer_is_asked_about_soon_after_an_unknown_answer() {
    let mut asking = Asking::begin().await;
    asking.says(Some(asks(&asking.clock)));
    let mut waited = 0;
    while waited < 5 * QUICK_MS {
        let pause = asking.pause().await;
        assert_eq!(pause, if waited < QUICK_MS { POLL_MS } else { LONG_POLL_MS }, "after {waited} ms");
        waited += pause;
    }
    asking.says(None);
    let first = asking.pause().await;
    assert!(first <= 2 * FIRST_PAUSE_MS + FIRST_PAUSE_MS * 2 / JITTER, "{first}");
    // From then on the pauses grow as they do for any other.
    let mut last = first;
    for _ in 0..8 {
        last = asking.pause().await;
    }
    assert!((30_000..=30_000 + 30_000 / JITTER).contains(&last), "{last}");
    // A clear answer begins anew.
    asking.says(Some(asks(&asking.clock)));
    assert_eq!(asking.pause().await, LONG_POLL_MS);
    asking.says(None);
    assert!(asking.pause().await < 2_000);
}

#[tokio::test]
async fn a_customer_is_asked_about_often_at_first_however_long_the_provider_was_away() {
    let mut asking = Asking::begin().await;
    for _ in 0..45 {
        asking.pause().await;
    }
    asking.says(Some(asks(&asking.clock)));
    assert_eq!(asking.pause().await, POLL_MS);
    assert_eq!(asking.pause().await, POLL_MS);
}

#[tokio::test]
async fn a_charge_that_only_invites_is_repeated_until_the_customer_is_invited_and_any_other_is_looked_for() {
    for only_invites in [true, false] {
        let mut asking = Asking::begin().await;
        asking.says.only_invites.store(only_invites, Ordering::SeqCst);
        for tries in 1..=3 {
            asking.pause().await;
            let expected = if only_invites { tries } else { 1 };
            assert_eq!(asking.says.charges.load(Ordering::SeqCst), expected);
        }
        asking.says(Some(asks(&asking.clock)));
        asking.pause().await;
        let expected = if only_invites { 4 } else { 1 };
        assert_eq!(asking.says.charges.load(Ordering::SeqCst), expected);
        // From then on the customer is waited for, also while the provider is away.
        asking.pause().await;
        asking.says(None);
        asking.pause().await;
        assert_eq!(asking.says.charges.load(Ordering::SeqCst), expected);
    }
}
