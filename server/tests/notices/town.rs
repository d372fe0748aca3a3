//! One store, its people, and their orders, written straight to the log.

use super::double::Provider;
use domain::delivery::{self, RiderFee};
use domain::notification::{Recipient, Template, Tries};
use domain::order::ConfirmedBy;
use domain::payment::Purpose;
use domain::processes::{Case, CaseRefusal, ChargeOutcome, DomainEvent, Placing};
use domain::shared::{AccountId, Aggregate, Decision, Locale, OrderId, Sealed, Timestamp, Won};
use domain::store::{Command, Item, Profile, Store, WantedLine, ticket};
use domain::views::{Actor, Fault, Role};
use server::accounts::{Accounts, NewAccount};
use server::adapters::breaker::{Breaker, BreakerSettings};
use server::adapters::clock::{Clock, ShiftedClock, SystemClock, new_uuid};
use server::adapters::notify::{Guarded, Solapi};
use server::live::Tail;
use server::processes::notices::{NoticeReader, NoticeSender, SenderSettings};
use server::storage::sqlite::{SqliteLog, open};
use server::storage::{CommitListener, Committed, Decide, EventLog, LogError, Outbox, Subject, Unit};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub const CUSTOMER: AccountId = AccountId(Uuid::from_u128(0xC1));
pub const FOREIGNER: AccountId = AccountId(Uuid::from_u128(0xC2));
pub const RIDER: AccountId = AccountId(Uuid::from_u128(0xA1));
pub const PHONE: &str = "01000000001";

/// Long enough for the busiest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Puts commits on the tail, as the server does.
struct Ear(Arc<Tail>);

impl CommitListener for Ear {
    fn committed(&self, events: Vec<Arc<Committed>>) {
        self.0.push(&events);
    }
}

/// A town on a folder of its own.
pub struct Town {
    pub log: SqliteLog,
    pub outbox: Arc<dyn Outbox>,
    pub accounts: Accounts,
    pub profile: Profile,
    /// The sender's.
    pub clock: Arc<ShiftedClock>,
    item: Item,
    pub tail: Arc<Tail>,
    pub pool: sqlx::SqlitePool,
    folder: TempDir,
    running: Option<Tellers>,
}

/// What tells people, while it runs.
struct Tellers {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    wake: Arc<Notify>,
}

/// How a test has notices sent.
#[derive(Clone, Copy)]
pub struct How {
    pub attempts: u32,
    pub calls: usize,
    /// The longest one call may take.
    pub patience: Duration,
    pub breaker: BreakerSettings,
}

/// Patiently, and never with an open breaker.
pub const PATIENTLY: How = How {
    attempts: 8,
    calls: 8,
    patience: PATIENCE,
    breaker: BreakerSettings { failures: 1_000, open: Duration::from_millis(100) },
};

fn account(id: AccountId, login: &str, role: Role, phone: &str) -> NewAccount {
    NewAccount {
        id,
        login: login.to_owned(),
        password: "a long password".to_owned(),
        name: "김하늘".to_owned(),
        phone: phone.to_owned(),
        role,
        store: None,
        address: String::new(),
        address_detail: String::new(),
    }
}

impl Town {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let town = Self::open(folder).await;
        let (_, menu, hours) = server::demo::world().unwrap().stores[0].clone();
        let profile = town.profile.clone();
        let store = profile.id;
        let register: Decide = Box::new(move |_, at| {
            let profile = Box::new(profile.clone());
            let command = Command::Register { profile, menu: menu.clone(), hours: hours.clone(), at };
            Ok(Store::default().decide(command)?.map(DomainEvent::Store))
        });
        town.run(Subject::Store(store), Actor::System, register).await;
        let people = [
            account(CUSTOMER, "haneul", Role::Customer, "010-0000-0001"),
            account(FOREIGNER, "alex", Role::Customer, "010-0000-0002"),
            account(RIDER, "rider", Role::Rider, ""),
            NewAccount {
                store: Some(store),
                ..account(AccountId(Uuid::from_u128(0xB1)), "owner1", Role::Owner, "010-0000-0011")
            },
            NewAccount {
                store: Some(store),
                ..account(AccountId(Uuid::from_u128(0xB2)), "owner2", Role::Owner, "010-0000-0012")
            },
        ];
        for new in people {
            town.accounts.add(new, SystemClock.now()).await.unwrap();
        }
        town.accounts.set_locale(FOREIGNER, Locale::En).await.unwrap();
        town
    }

    /// So many further customers.
    pub async fn customers(&self, many: u128) -> Vec<AccountId> {
        let mut all = Vec::new();
        for number in 0..many {
            let id = AccountId(Uuid::from_u128(0xC000 + number));
            let new = account(id, &format!("guest{number}"), Role::Customer, "010-0000-0003");
            self.accounts.add(new, SystemClock.now()).await.unwrap();
            all.push(id);
        }
        all
    }

    async fn open(folder: TempDir) -> Self {
        let (writer, pool) = open(&file(&folder)).await.unwrap();
        let tail = Arc::new(Tail::default());
        let ear = Arc::new(Ear(Arc::clone(&tail)));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let (log, _) = SqliteLog::start(writer, pool.clone(), clock, ear).await.unwrap();
        let (profile, menu, _) = server::demo::world().unwrap().stores[0].clone();
        Self {
            outbox: Arc::new(log.clone()),
            accounts: Accounts::new(pool.clone()),
            log,
            profile,
            clock: Arc::default(),
            item: menu.items().next().unwrap().clone(),
            tail,
            pool,
            folder,
            running: None,
        }
    }

    /// Everything stops, and starts anew on the same files.
    pub async fn restart(mut self) -> Self {
        self.stop().await;
        let Self { folder, pool, .. } = self;
        pool.close().await;
        Self::open(folder).await
    }

    async fn run(&self, subject: Subject, actor: Actor, decide: Decide) {
        let command = new_uuid(SystemClock.now());
        let unit = Unit { command, actor, subject, key: None, completes: None, decide };
        self.log.execute(unit).await.unwrap().unwrap();
    }

    /// A command about an order.
    pub async fn about(
        &self,
        order: OrderId,
        decide: impl Fn(&Case, Timestamp) -> Result<Decision<DomainEvent>, CaseRefusal> + Send + Sync + 'static,
    ) {
        let decide: Decide = Box::new(move |loaded, now| decide(&loaded.case, now).map_err(Fault::from));
        self.run(Subject::Order(order), Actor::System, decide).await;
    }

    pub async fn place(&self, customer: AccountId) -> OrderId {
        let order = OrderId(new_uuid(SystemClock.now()));
        let line = WantedLine { item: self.item.id, quantity: 1, choices: Vec::new() };
        let placing = Placing {
            order,
            customer,
            lines: vec![line],
            agreed: self.item.price.plus(self.profile.fee_tiers[0].fee).unwrap(),
            method: "tok_approve".to_owned(),
            distance_m: 500,
            cells: vec!["a".to_owned(), "b".to_owned()],
            code: "0420".to_owned(),
            sealed: Sealed("shut".to_owned()),
            hold_minutes: None,
        };
        // At a time when the store is open.
        let decide: Decide = Box::new(move |loaded, now| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(loaded.case.place(store, placing.clone(), noon(now))?)
        });
        self.run(Subject::NewOrder(order, self.profile.id), Actor::Customer(customer), decide).await;
        order
    }

    /// From the payment to the kitchen.
    pub async fn pay(&self, order: OrderId) {
        self.about(order, |case, now| {
            let amount = case.placed()?.bill.total;
            let approved = ChargeOutcome::Approved { provider_id: "pay_1".to_owned(), amount };
            case.record_charge(Purpose::Order, approved, now, 10)
        })
        .await;
        let decide: Decide =
            Box::new(|loaded, now| Ok(loaded.case.receive(0, loaded.store.as_deref(), now)?));
        self.run(Subject::Order(order), Actor::System, decide).await;
    }

    /// From the kitchen to the doorstep, and to the end.
    pub async fn deliver(&self, order: OrderId) {
        use delivery::Command as D;
        use ticket::Command as T;
        let rider = RIDER;
        self.about(order, |case, at| case.ask_ticket(T::Accept { minutes: 20, at })).await;
        self.about(order, Case::start_cooking).await;
        self.about(order, |case, at| case.ask_ticket(T::Finish { at })).await;
        let fee = RiderFee { base: Won::new(2_500).unwrap(), per_100m: Won::new(80).unwrap() };
        let decide: Decide = Box::new(move |loaded, now| {
            Ok(loaded.case.offer_delivery(loaded.store.as_deref().unwrap(), fee, now)?)
        });
        self.run(Subject::Order(order), Actor::System, decide).await;
        self.about(order, move |case, at| {
            let (on_duty, distance_m, radius_m) = (true, Some(10), 3_000);
            case.act_on_job(rider, D::Claim { rider, on_duty, distance_m, radius_m, at })
        })
        .await;
        self.about(order, move |case, at| case.act_on_job(rider, D::Arrive { rider, at })).await;
        self.about(order, move |case, at| case.act_on_job(rider, D::PickUp { rider, number: None, at }))
            .await;
        self.about(order, move |case, at| case.act_on_job(rider, D::Deliver { rider, code: None, at })).await;
        self.about(order, |case, at| case.confirm_receipt(ConfirmedBy::Customer, at)).await;
    }

    /// Starts reader and sender.
    pub fn send(&mut self, provider: &Provider, how: How) {
        self.send_through(provider, how, Arc::clone(&self.outbox));
    }

    /// As [`Town::send`], with another outbox before the sender.
    pub fn send_through(&mut self, provider: &Provider, how: How, outbox: Arc<dyn Outbox>) {
        let clock: Arc<dyn Clock> = Arc::<ShiftedClock>::clone(&self.clock);
        // The provider looks at the date of its calls.
        let solapi = Solapi::new(provider.account(), PATIENCE, Arc::new(SystemClock)).unwrap();
        let breaker = Breaker::new("messages", how.breaker);
        let notifier = Arc::new(Guarded::new(Arc::new(solapi), breaker.clone(), how.patience));
        let (wake, stop) = (Arc::new(Notify::new()), CancellationToken::new());
        let reader = self.reader().sending(self.accounts.clone(), Arc::clone(&wake));
        let settings = SenderSettings { calls: how.calls, tries: Tries { most: how.attempts, pause_ms: 5 } };
        let sender = NoticeSender::new(
            outbox,
            self.accounts.clone(),
            notifier,
            breaker,
            clock,
            Arc::clone(&wake),
            settings,
        );
        let tasks = vec![tokio::spawn(reader.run(stop.clone())), tokio::spawn(sender.run(stop.clone()))];
        self.running = Some(Tellers { stop, tasks, wake });
    }

    /// Starts a reader alone, without a provider.
    pub fn keep(&mut self) {
        let stop = CancellationToken::new();
        let tasks = vec![tokio::spawn(self.reader().run(stop.clone()))];
        self.running = Some(Tellers { stop, tasks, wake: Arc::default() });
    }

    fn reader(&self) -> NoticeReader {
        let log: Arc<dyn EventLog> = Arc::new(self.log.clone());
        NoticeReader::new(log, Arc::clone(&self.outbox), Arc::clone(&self.tail))
    }

    /// Wakes the sender, as the operator does who has a notice sent again.
    pub fn wake(&self) {
        self.running.as_ref().unwrap().wake.notify_one();
    }

    pub async fn stop(&mut self) {
        if let Some(tellers) = self.running.take() {
            tellers.stop.cancel();
            for task in tellers.tasks {
                task.await.unwrap();
            }
        }
    }

    /// What a recipient was told, the oldest first.
    pub async fn told(&self, to: Recipient) -> Vec<Template> {
        let kept = self.outbox.inbox(to, None, 1_000).await.unwrap();
        kept.into_iter().rev().map(|notice| notice.doc.template).collect()
    }

    /// How many notices are in each state.
    pub async fn states(&self) -> Vec<(String, i64)> {
        sqlx::query_as("SELECT state, COUNT(*) FROM notices GROUP BY state ORDER BY state")
            .fetch_all(&self.pool)
            .await
            .unwrap()
    }

    /// Until the reader has come to the end of the log and nothing is left to be sent.
    pub async fn settled(&self) {
        until("everything is settled", async || {
            let read = self.log.cursor("notices").await? == self.log.head().await?;
            Ok(read && self.outbox.next_due().await?.is_none())
        })
        .await;
    }
}

/// Noon in Seoul of the day of a moment: stores are open then.
fn noon(now: Timestamp) -> Timestamp {
    now.plus_minutes(12 * 60 + 1_440 - u32::from(now.in_seoul().minute_of_day()))
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("baedal.db")
}

/// Waits until something is so.
pub async fn until(what: &str, is_so: impl AsyncFn() -> Result<bool, LogError>) {
    let waiting = async {
        while !is_so().await.unwrap() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "in vain: {what}");
}
