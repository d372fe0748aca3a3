//! The city itself: the whole server on a folder of its own, by a clock that stands still until it is put forward.
//!
//! A step of a process that has to be tried again is due after a pause by that clock. So nothing happens by itself while it stands, and
//! what comes next is the test's to say: a customer who asks for it now, or time that goes by.

use super::acts::{EACH, Name, Wanted, Who};
use super::city::{ITEMS, PRICES};
use super::order::price;
use super::rest::Step;
use crate::city::{caller, config, stranger, typed};
use crate::people::{Person, field};
use app::backend::Backend;
use domain::shared::{ItemId, OrderId, StoreId, Timestamp};
use domain::store::WantedLine;
use domain::views::{Caller, CheckoutDraft, PlaceOrder};
use server::adapters::clock::{Clock, ManualClock, SystemClock};
use server::startup::{Running, StartError, start_by};
use server::storage::EventLog;
use server::storage::sqlite::SqliteLog;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The longest that the server may take to come to rest.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The people of the test and what the two stores sell: looked up once.
pub static PEOPLE: LazyLock<BTreeMap<String, Caller>> = LazyLock::new(|| {
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
pub struct Up {
    pub book: SqliteConnection,
    base: String,
    backend: Arc<dyn Backend>,
    log: SqliteLog,
    stop: CancellationToken,
    done: JoinHandle<Result<(), StartError>>,
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
    pub clock: Arc<ManualClock>,
    /// When the case began, and how far the clock was put forward for a machine that was too slow, in milliseconds.
    pub began: Timestamp,
    pub late: i64,
    pub up: Option<Up>,
    /// How far the log has been read, and what it has asked for since, by the position of the event.
    pub read: u64,
    pub steps: BTreeMap<u64, Step>,
    pub is_busier: bool,
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
        // Long enough for a busy machine, whose disk may stand still for a while.
        config.payment_timeout = Duration::from_secs(3);
        let stop = CancellationToken::new();
        let since = Instant::now();
        let running = loop {
            let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
            match start_by(config.clone(), clock, stop.clone()).await {
                // On a busy machine the one before may take a moment to let go.
                Err(StartError::InUse(_)) if since.elapsed() < PATIENCE => {}
                other => break other.unwrap(),
            }
        };
        let Running { addr, done, log, backend, .. } = running;
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

    pub fn log(&self) -> &SqliteLog {
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

    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

/// Waits until the last connection to the databases of a city that has stopped is closed: it takes the write-ahead log away.
pub async fn until_closed(folder: &Path) {
    let is_journal = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().to_string_lossy().ends_with("-wal")
    };
    let since = Instant::now();
    while std::fs::read_dir(folder).unwrap().any(is_journal) {
        assert!(since.elapsed() < PATIENCE, "the databases of a stopped city stay open");
        tokio::time::sleep(Duration::from_millis(10)).await;
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
