//! A city to test in: the real server on a folder and a port of its own, with the demo world.

pub use crate::common::{caller, config, typed, won};

use app::backend::Backend;
use domain::shared::{OrderId, StoreId};
use domain::store::WantedLine;
use domain::views::{Caller, OrderView, PlaceOrder, RiderAction, Shown, TicketAction};
use server::adapters::clock::ShiftedClock;
use server::adapters::webhooks::{Lookup, SystemLookup};
use server::config::Config;
use server::startup::{Running, start_among};
use server::storage::sqlite::SqliteLog;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A city; dropping it stops it.
pub struct City {
    pub addr: SocketAddr,
    pub backend: Arc<dyn Backend>,
    pub log: SqliteLog,
    pub folder: Arc<TempDir>,
    /// Its clock, to be put forward.
    pub clock: Arc<ShiftedClock>,
    stop: CancellationToken,
    running: Option<tokio::task::JoinHandle<Result<(), server::startup::StartError>>>,
}

impl City {
    /// A fresh city.
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// A fresh city with other settings.
    pub async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::open_in(Arc::new(tempfile::tempdir().unwrap()), change).await
    }

    /// A city on a folder that may have been used before.
    pub async fn open_in(folder: Arc<TempDir>, change: impl FnOnce(&mut Config)) -> Self {
        Self::open_by(Arc::default(), folder, change).await
    }

    /// A city by this clock.
    pub async fn open_by(
        clock: Arc<ShiftedClock>,
        folder: Arc<TempDir>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        Self::open_among(Arc::new(SystemLookup), clock, folder, change).await
    }

    /// A city by this clock, whose webhooks find their hosts by these names.
    pub async fn open_among(
        names: Arc<dyn Lookup>,
        clock: Arc<ShiftedClock>,
        folder: Arc<TempDir>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = config(folder.path().to_owned());
        change(&mut config);
        let stop = CancellationToken::new();
        let Running { addr, done, log, backend, .. } =
            start_among(config, Arc::clone(&clock) as _, names, stop.clone()).await.unwrap();
        Self { addr, backend, log, folder, clock, stop, running: Some(done) }
    }

    /// Stops it and lets its folder go.
    pub async fn close(mut self) -> Arc<TempDir> {
        self.stop.cancel();
        let running = self.running.take().unwrap();
        tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap().unwrap();
        Arc::clone(&self.folder)
    }

    /// Orders the first item of the first store, for `customer1`, with this card.
    pub async fn order(&self, card: &str) -> OrderId {
        self.order_as(&caller("customer1"), card).await
    }

    pub async fn order_as(&self, customer: &Caller, card: &str) -> OrderId {
        let order = self.checkout_of(customer, card).await;
        self.backend.place_order(customer, order).await.unwrap()
    }

    /// What the checkout would send for one piece of the first item of the first store.
    pub async fn checkout_of(&self, customer: &Caller, card: &str) -> PlaceOrder {
        let (store, line) = self.first_item().await;
        let menu = self.backend.menu(customer, store).await.unwrap();
        let item = menu.menu.item(line.item).unwrap();
        let agreed = item.price.plus(menu.store.fee.unwrap()).unwrap();
        PlaceOrder { key: key(), store, lines: vec![line], agreed, typed: typed(card) }
    }

    pub async fn first_item(&self) -> (StoreId, WantedLine) {
        let list = self.backend.stores(&caller("customer1"), "").await.unwrap();
        let store = list.stores[0].id;
        let menu = self.backend.menu(&caller("customer1"), store).await.unwrap();
        let item = menu.menu.items().next().unwrap().id;
        (store, WantedLine { item, quantity: 1, choices: Vec::new() })
    }

    pub async fn look(&self, order: OrderId) -> OrderView {
        self.look_as(&caller("customer1"), order).await
    }

    pub async fn look_as(&self, customer: &Caller, order: OrderId) -> OrderView {
        self.backend.order(customer, order).await.unwrap()
    }

    /// Waits until the order shows this state, at most 20 seconds.
    pub async fn until(&self, order: OrderId, shown: Shown) -> OrderView {
        self.until_view(order, |view| view.line.shown == shown).await
    }

    /// Waits until the order of `customer1` looks like this, at most 20 seconds.
    pub async fn until_view(&self, order: OrderId, is_so: impl Fn(&OrderView) -> bool) -> OrderView {
        self.until_view_as(&caller("customer1"), order, is_so).await
    }

    /// The same for an order of this customer.
    pub async fn until_view_as(
        &self,
        customer: &Caller,
        order: OrderId,
        is_so: impl Fn(&OrderView) -> bool,
    ) -> OrderView {
        let mut last = None;
        for _ in 0..1_000 {
            let view = self.look_as(customer, order).await;
            if is_so(&view) {
                return view;
            }
            last = Some(view);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it did not come about: {last:#?}");
    }

    pub async fn kitchen(&self, order: OrderId, action: TicketAction) {
        self.backend.act_on_ticket(&caller("owner1"), order, action, &key()).await.unwrap();
    }

    /// Takes a received order through the kitchen, until riders can see it.
    pub async fn cook(&self, order: OrderId) {
        self.until(order, Shown::Received).await;
        self.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
        self.kitchen(order, TicketAction::Start).await;
        self.kitchen(order, TicketAction::Finish).await;
        self.until_offered(order).await;
    }

    /// Waits until `rider1` sees the job.
    pub async fn until_offered(&self, order: OrderId) {
        for _ in 0..1_000 {
            let view = self.backend.rider(&caller("rider1")).await.unwrap();
            if view.jobs.iter().any(|job| job.order == order) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the job of {order} was not offered");
    }

    /// Writes into its database from beside it.
    pub async fn write(&self, sql: String) {
        let file = self.folder.path().join("baedal.db");
        let mut book = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut book).await.unwrap();
        book.close().await.unwrap();
    }

    pub async fn ride(&self, order: OrderId, action: RiderAction) {
        self.backend.act_on_job(&caller("rider1"), order, action, &key()).await.unwrap();
    }
}

impl Drop for City {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Nobody.
pub fn stranger() -> Caller {
    Caller { visitor: "visitor-of-nobody-0000".to_owned(), ..Caller::default() }
}

/// A fresh idempotency key.
pub fn key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// How often a race is run: 5 times, or as often as `make soak` says.
pub fn repeats() -> usize {
    std::env::var("BAEDAL_REPEATS").ok().and_then(|typed| typed.parse().ok()).unwrap_or(5)
}
