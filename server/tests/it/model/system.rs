//! The city itself: the whole server on a folder of its own, by a clock that stands still until it is put forward.
//!
//! A step of a process that has to be tried again is due after a pause by that clock. So nothing happens by itself while it stands, and
//! what comes next is the test's to say: a customer who asks for it now, or time that goes by.

use super::acts::{EACH, Name, Wanted, Who};
use super::city::{ITEMS, PRICES, price};
use crate::city::{caller, config, key, stranger, typed};
use crate::people::{Person, field};
use app::backend::Backend;
use domain::processes::Limits;
use domain::processes::place_order::react;
use domain::shared::{ItemId, MINUTE_MS, OrderId, StoreId, Timestamp};
use domain::store::WantedLine;
use domain::views::{Caller, CheckoutDraft, PlaceOrder, StoreDay};
use server::adapters::clock::{Clock, ManualClock, SystemClock};
use server::processes::Timers;
use server::read_models::Views;
use server::startup::{Running, StartError, start_by};
use server::storage::EventLog;
use server::storage::sqlite::{SqliteLog, SqliteViews};
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The longest that the server may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(30);

/// The people of the test and what the two stores sell: looked up once.
static PEOPLE: LazyLock<BTreeMap<String, Caller>> = LazyLock::new(|| {
    let numbered = ["customer", "owner", "rider"].into_iter().flat_map(|role| {
        let how_many = if role == "owner" { EACH + 1 } else { EACH };
        (1..=how_many).map(move |number| format!("{role}{number}"))
    });
    numbered.chain(["operator".to_owned()]).map(|login| (login.clone(), caller(&login))).collect()
});
static MENUS: LazyLock<[[ItemId; 2]; EACH]> = LazyLock::new(|| {
    let world = server::demo::world().unwrap();
    std::array::from_fn(|number| {
        let menu = &world.stores[number].1;
        ITEMS[number].map(|name| menu.items().find(|item| item.name.ko == name).unwrap().id)
    })
});

/// A server that runs.
struct Up {
    base: String,
    backend: Arc<dyn Backend>,
    log: SqliteLog,
    book: SqliteConnection,
    stop: CancellationToken,
    done: JoinHandle<Result<(), StartError>>,
}

/// A step of the processes that an event has asked for.
#[derive(Clone, Copy, Debug)]
struct Step {
    order: OrderId,
    /// Asks the provider for money: it may stay open until the customer or the clock has done something.
    is_charge: bool,
    /// How often it was tried, and how often it has to be before the server is at rest.
    tries: i64,
    wants: i64,
}

/// An order as the test knows it.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: OrderId,
    pub number: String,
    pub code: String,
}

/// The city.
pub struct System {
    pub folder: Arc<TempDir>,
    pub orders: BTreeMap<Name, Known>,
    /// The key of the last command that the server remembers.
    pub last_key: String,
    clock: Arc<ManualClock>,
    /// When the case began, and how far the clock was put forward for a machine that was too slow, in milliseconds.
    began: Timestamp,
    late: i64,
    up: Option<Up>,
    read: u64,
    steps: BTreeMap<u64, Step>,
    is_busier: bool,
}

impl Drop for System {
    fn drop(&mut self) {
        if let Some(up) = &self.up {
            up.stop.cancel();
        }
    }
}

impl System {
    /// The city on a folder that has been seeded.
    pub async fn open(folder: Arc<TempDir>) -> Self {
        let began = SystemClock.now();
        let mut system = Self {
            folder,
            orders: BTreeMap::new(),
            last_key: String::new(),
            clock: Arc::new(ManualClock::at(began)),
            began,
            late: 0,
            up: None,
            read: 0,
            steps: BTreeMap::new(),
            is_busier: false,
        };
        system.start().await;
        system.read = system.log().head().await.unwrap();
        for (number, prices) in PRICES.iter().enumerate() {
            let customer = system.who(Who::Customer(0));
            let menu = system.backend().menu(&customer, system.store(number)).await.unwrap();
            let price = |name: &str| {
                menu.menu.items().find(|item| item.name.ko == name).map(|item| item.price.get()).unwrap()
            };
            let found = [
                price(ITEMS[number][0]),
                price(ITEMS[number][1]),
                menu.store.fee.unwrap().get(),
                menu.store.min_order.get(),
            ];
            assert_eq!(found, *prices, "the demo city has other prices now: see PRICES");
        }
        system
    }

    async fn start(&mut self) {
        let mut config = config(self.folder.path().to_owned());
        // Cards that never answer are part of the test: nobody else is to suffer for them.
        config.payment_breaker.failures = 1_000_000;
        config.payment_timeout = Duration::from_millis(1_500);
        let stop = CancellationToken::new();
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let Running { addr, done, log, backend, .. } = start_by(config, clock, stop.clone()).await.unwrap();
        let book = crate::files::open(&self.folder.path().join("baedal.db")).await;
        self.up = Some(Up { base: format!("http://{addr}"), backend, log, book, stop, done });
    }

    /// Stops it in good order.
    pub async fn stop(&mut self) {
        let Up { stop, done, backend, log, book, .. } = self.up.take().unwrap();
        drop((backend, log, book));
        stop.cancel();
        tokio::time::timeout(PATIENCE, done).await.unwrap().unwrap().unwrap();
    }

    pub async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    fn up(&self) -> &Up {
        self.up.as_ref().unwrap()
    }

    pub fn backend(&self) -> &dyn Backend {
        &*self.up().backend
    }

    fn log(&self) -> &SqliteLog {
        &self.up().log
    }

    pub fn store(&self, number: usize) -> StoreId {
        self.who(Who::Owner(number)).account.unwrap().store.unwrap()
    }

    pub fn who(&self, who: Who) -> Caller {
        let login = match who {
            Who::Customer(number) => format!("customer{}", number + 1),
            Who::Owner(number) => format!("owner{}", number + 1),
            Who::Rider(number) => format!("rider{}", number + 1),
            Who::Operator => "operator".to_owned(),
            Who::Nobody => return stranger(),
        };
        PEOPLE[&login].clone()
    }

    /// The id of an order; of one that was never placed an id that nobody has.
    pub fn id(&self, order: Name) -> OrderId {
        let nobodys = OrderId(Uuid::from_u128(order as u128));
        self.orders.get(&order).map_or(nobodys, |known| known.id)
    }

    pub fn lines(&self, store: usize, wanted: Wanted) -> Vec<WantedLine> {
        let menu = MENUS[store];
        [(menu[0], wanted.first), (menu[1], wanted.second)]
            .into_iter()
            .filter(|(_, quantity)| *quantity > 0)
            .map(|(item, quantity)| WantedLine { item, quantity, choices: Vec::new() })
            .collect()
    }

    /// What the checkout sends.
    pub fn checkout(
        &self,
        key: &str,
        store: usize,
        wanted: Wanted,
        card: &str,
        is_agreed: bool,
        is_other: bool,
    ) -> PlaceOrder {
        let agreed = price(store, wanted) + u64::from(!is_agreed);
        let detail = if is_other { "302호" } else { "301호" };
        PlaceOrder {
            key: key.to_owned(),
            store: self.store(store),
            lines: self.lines(store, wanted),
            agreed: crate::city::won(agreed),
            typed: CheckoutDraft { address_detail: detail.to_owned(), ..typed(card) },
        }
    }

    /// Remembers an order that was placed.
    pub async fn remember(&mut self, by: Who, name: Name, id: OrderId) {
        let view = self.backend().order(&self.who(by), id).await.unwrap();
        self.orders.insert(name, Known { id, number: view.line.number.to_string(), code: view.code });
    }

    /// The customer decides at the provider's page; false when it asks for nothing any more.
    pub async fn decide(&self, page: &str, approves: bool) -> bool {
        let person = Person::stranger(&self.up().base);
        let html = person.get(page).send().await.unwrap().text().await.unwrap();
        let Some((_, rest)) = html.split_once("name=\"token\" value=\"") else {
            return false;
        };
        let token = rest.split('"').next().unwrap();
        let decision = if approves { "approve" } else { "decline" };
        let answer = person.post(page, &[field("token", token), field("decision", decision)]).send().await;
        assert_eq!(answer.unwrap().status(), 303);
        true
    }

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
            if waits.is_empty() && !is_new {
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

    /// Reads what has been appended; true when it was anything.
    async fn read_log(&mut self) -> bool {
        let events = self.log().events_after(self.read, 512).await.unwrap();
        for recorded in &events {
            self.read = recorded.position;
            if let (Some(order), Some(step)) = (recorded.order, react(&recorded.event)) {
                let is_charge = step.name().starts_with("charge");
                let step = Step { order, is_charge, tries: 0, wants: 1 };
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
        let sql = "SELECT position, state, attempts, last_error FROM work \
                   WHERE position IN (SELECT value FROM json_each(?))";
        let book = &mut self.up.as_mut().unwrap().book;
        for row in sqlx::query(sql).bind(positions).fetch_all(book).await.unwrap() {
            let position = row.get::<i64, _>("position") as u64;
            match row.get::<&str, _>("state") {
                "done" => drop(self.steps.remove(&position)),
                "open" => {
                    if let Some(step) = self.steps.get_mut(&position) {
                        step.tries = row.get("attempts");
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
        let now = Timestamp(self.began.0 + i64::from(minute) * MINUTE_MS + self.late);
        assert!(now > self.clock.now(), "time goes forward");
        self.expect_a_try(None);
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

    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

/// A folder with the demo city in it, like that one.
pub fn copy_of(seeded: &Path) -> Arc<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(seeded).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    Arc::new(folder)
}
