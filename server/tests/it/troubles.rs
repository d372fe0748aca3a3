//! A payment provider in trouble: it is left alone, orders are held and go on, refunds that cannot be made lie where somebody sees them.

mod refunds;

use crate::city::{City, caller};
use crate::ledger::{Kept, until_kept};
use crate::people::Person;
use crate::process::Program;
use domain::delivery::FailReason;
use domain::processes::Takings;
use domain::shared::{OrderId, Won};
use domain::views::{BreakerState, OperatorAction, OperatorView, RiderAction, Shown};
use serde_json::{Value, json};
use server::adapters::breaker::BreakerSettings;
use server::config::Config;
use std::time::Duration;
use tempfile::TempDir;

/// A city whose provider is a process of its own that can be told to misbehave.
pub struct Trouble {
    provider: TempDir,
    sandbox: Program,
    pub city: City,
}

impl Trouble {
    async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        let provider = tempfile::tempdir().unwrap();
        let sandbox = Program::pay_sandbox(provider.path(), &["--control"]);
        let city = City::open_with(|config| {
            config.payment_url = Some(sandbox.base.clone());
            config.payment_timeout = Duration::from_millis(300);
            change(config);
        })
        .await;
        Self { provider, sandbox, city }
    }

    /// What the provider does from now on: `normal`, `down`, `hang`, `slow`.
    pub async fn mode(&self, mode: &str) {
        self.control(json!({ "mode": mode })).await;
    }

    async fn control(&self, mode: Value) {
        let url = format!("{}/control", self.sandbox.base);
        let sent = reqwest::Client::new().post(url).json(&mode).send().await.unwrap();
        assert!(sent.status().is_success());
    }

    async fn console(&self) -> OperatorView {
        self.city.backend.operator(&caller("operator")).await.unwrap()
    }

    async fn until_breaker(&self, state: BreakerState) -> OperatorView {
        for _ in 0..1_000 {
            let view = self.console().await;
            if view.providers[0].breaker == state {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the breaker is not {state:?}: {:?}", self.console().await.providers);
    }

    /// Waits until the breaker has turned so many calls away.
    async fn until_refused(&self, many: u64) {
        for _ in 0..1_000 {
            if self.console().await.providers[0].refused >= many {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?}", self.console().await.providers);
    }

    /// What the provider's own book says of an order.
    pub async fn charged(&self, order: OrderId) -> crate::files::Charged {
        let book = self.provider.path().join("pay-sandbox.db");
        crate::files::provider(&book).await.get(&order).copied().unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_breaker_is_open_orders_are_held_others_go_on_and_everything_follows_when_it_closes() {
    let trouble = Trouble::open().await;
    let city = &trouble.city;
    let paid = city.order("tok_approve").await;
    city.until(paid, Shown::Received).await;
    trouble.mode("down").await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(city.order("tok_approve").await);
    }
    for order in &held {
        city.until(*order, Shown::AwaitingPayment).await;
    }
    let view = trouble.until_breaker(BreakerState::Open).await;
    assert_eq!(view.held, 8);
    // One more is taken and held without the provider being asked.
    let later = city.order("tok_approve").await;
    city.until(later, Shown::AwaitingPayment).await;
    // What is paid goes on, from the kitchen to the door.
    city.cook(paid).await;
    city.ride(paid, RiderAction::Claim).await;
    city.ride(paid, RiderAction::PickUp { number: None }).await;
    city.ride(paid, RiderAction::Deliver { code: None }).await;
    city.until(paid, Shown::Delivered).await;
    // Nobody has to be charged who gives up.
    let given_up = held.pop().unwrap();
    city.backend.cancel_order(&caller("customer1"), given_up, &crate::city::key()).await.unwrap();
    city.until(given_up, Shown::Cancelled).await;
    // A customer may ask for it now instead of later: the breaker still stands before the provider.
    city.backend.pay_now(&caller("customer1"), held[0]).await.unwrap();

    trouble.mode("normal").await;
    held.push(later);
    for order in held {
        let view = city.until(order, Shown::Received).await;
        assert_eq!(trouble.charged(order).await, crate::files::Charged::once(view.bill.total.get()));
    }
    trouble.until_breaker(BreakerState::Closed).await;
    assert_eq!(trouble.charged(given_up).await, crate::files::Charged::default());
    assert!(trouble.console().await.providers[0].refused > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_is_open_hears_of_the_breaker_and_of_orders_that_are_held() {
    let long = BreakerSettings { failures: 5, open: Duration::from_secs(60) };
    let trouble = Trouble::open_with(|config| config.payment_breaker = long).await;
    let operator = Person::log_in(&trouble.city.base(), "operator").await;
    let mut stream = operator.listen("/live/operator").await;
    trouble.mode("down").await;
    for _ in 0..6 {
        trouble.city.order("tok_approve").await;
    }
    // It asks for another look until there is nothing else to be seen.
    loop {
        let said = stream.next().await.unwrap();
        if said.comment.is_none() {
            assert_eq!((said.event.as_str(), said.id), ("changed", None));
            let view = trouble.console().await;
            if view.providers[0].breaker == BreakerState::Open && view.held == 6 {
                break;
            }
        }
    }
    trouble.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_breaker_is_open_held_orders_cost_nothing() {
    let long = BreakerSettings { failures: 1, open: Duration::from_secs(600) };
    let trouble = Trouble::open_with(|config| config.payment_breaker = long).await;
    trouble.mode("down").await;
    for _ in 0..8 {
        let order = trouble.city.order("tok_approve").await;
        trouble.city.until(order, Shown::AwaitingPayment).await;
    }
    // One was asked about and failed, seven were not; all eight have come a second time.
    trouble.until_refused(15).await;
    // What the last ones of these noted may still be on its way to the disk.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = trouble.city.log.stages().groups;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(trouble.city.log.stages().groups, before);
    assert_eq!(trouble.console().await.held, 8);
    trouble.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_held_order_is_enough_to_see_that_the_provider_is_back() {
    let short = BreakerSettings { failures: 1, open: Duration::from_secs(2) };
    let trouble = Trouble::open_with(|config| config.payment_breaker = short).await;
    trouble.mode("down").await;
    let order = trouble.city.order("tok_approve").await;
    trouble.until_refused(1).await;
    trouble.mode("normal").await;
    // Left to itself it would ask again after half a minute, which is longer than this waits.
    trouble.city.until(order, Shown::Received).await;
    trouble.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charge_that_cannot_be_called_off_is_in_sight_and_comes_to_the_operator_after_six_hours() {
    let never = BreakerSettings { failures: 100_000, open: Duration::from_secs(1) };
    let trouble = Trouble::open_with(|config| config.payment_breaker = never).await;
    let city = &trouble.city;
    trouble.mode("down").await;
    let order = city.order("tok_approve").await;
    let price = city.until(order, Shown::AwaitingPayment).await.bill.total;
    assert_eq!(trouble.console().await.undecided, [], "it is still wanted");
    city.backend.cancel_order(&caller("customer1"), order, &crate::city::key()).await.unwrap();
    city.until(order, Shown::Cancelled).await;
    let console = trouble.console().await;
    let seen: Vec<_> = console.undecided.iter().map(|open| (open.order, open.amount)).collect();
    assert_eq!((seen, console.dead.len()), (vec![(order, price)], 0));
    city.clock.forward(361);
    let console = until_dead(city, 1).await;
    assert_eq!((console.dead[0].order, console.undecided.len()), (order, 1), "it is not forgotten");
    // Tried again in vain it comes back; and when the provider says so, nothing was taken.
    let dead = console.dead[0].id.clone();
    city.backend.retry_dead(&caller("operator"), &dead).await.unwrap();
    until_dead(city, 1).await;
    trouble.mode("normal").await;
    city.backend.retry_dead(&caller("operator"), &dead).await.unwrap();
    let console = until_dead(city, 0).await;
    for _ in 0..1_000 {
        if trouble.console().await.undecided.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((trouble.console().await.undecided.len(), console.dead.len()), (0, 0));
    assert_eq!(trouble.charged(order).await, crate::files::Charged::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_cannot_be_made_lies_with_the_operator_until_it_is_tried_again() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    let view = city.until(order, Shown::Received).await;
    let price = view.bill.total.get();
    // The provider forgets the approval: it refuses the refund for good.
    let book = city.folder.path().join("pay-sandbox.db");
    sql(&book, "UPDATE payments SET id = 'lost_' || id").await;
    city.backend.cancel_order(&caller("customer1"), order, &crate::city::key()).await.unwrap();
    let console = until_dead(&city, 1).await;
    let dead = &console.dead[0];
    assert_eq!((dead.order, dead.amount.map(domain::shared::Won::get)), (order, Some(price)));
    assert!(dead.error.contains("not_found"), "{}", dead.error);
    assert_eq!(console.refunds.iter().map(|refund| refund.order).collect::<Vec<_>>(), [order]);
    let view = city.look(order).await;
    assert_eq!((view.owed.get(), view.returned.get()), (price, 0), "it is still owed");
    // It lies there also after a start, and a vain retry brings it back.
    let city = City::open_in(city.close().await, |_| {}).await;
    let dead = until_dead(&city, 1).await.dead.remove(0);
    city.backend.retry_dead(&caller("operator"), &dead.id).await.unwrap();
    until_dead(&city, 1).await;
    // The provider finds it again.
    let book = city.folder.path().join("pay-sandbox.db");
    sql(&book, "UPDATE payments SET id = substr(id, 6)").await;
    city.backend.retry_dead(&caller("operator"), &dead.id).await.unwrap();
    city.until_view(order, |view| view.returned.get() == price && view.owed.is_zero()).await;
    until_kept(&city, order, Kept::returned(price)).await;
    let console = city.backend.operator(&caller("operator")).await.unwrap();
    assert!(console.dead.is_empty() && console.refunds.is_empty());
    city.close().await;
}

async fn sql(file: &std::path::Path, text: &'static str) {
    use sqlx::Connection;
    let mut book = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("PRAGMA foreign_keys = OFF").execute(&mut book).await.unwrap();
    sqlx::query(text).execute(&mut book).await.unwrap();
    book.close().await.unwrap();
}

async fn until_dead(city: &City, count: usize) -> OperatorView {
    for _ in 0..1_000 {
        let view = city.backend.operator(&caller("operator")).await.unwrap();
        if view.dead.len() == count {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no step was given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_days_settlement_balances_with_what_the_customers_paid() {
    let city = City::open().await;
    let completed = async || {
        let order = city.order("tok_approve").await;
        city.cook(order).await;
        city.ride(order, RiderAction::Claim).await;
        city.ride(order, RiderAction::PickUp { number: None }).await;
        city.ride(order, RiderAction::Deliver { code: None }).await;
        city.backend.confirm_receipt(&caller("customer1"), order, &crate::city::key()).await.unwrap();
        city.look(order).await.bill
    };
    let (one, two) = (completed().await, completed().await);
    let cancelled = city.order("tok_approve").await;
    city.until(cancelled, Shown::Received).await;
    city.backend.cancel_order(&caller("customer1"), cancelled, &crate::city::key()).await.unwrap();
    city.until(cancelled, Shown::Cancelled).await;

    let back = city.look(cancelled).await.bill.total;
    let paid = Won::sum([one.total, two.total, back]).unwrap();
    // What was cancelled is owed back until the provider has given it back.
    let view = loop {
        let view = city.backend.settlement(&caller("operator"), "").await.unwrap();
        let Takings { given_back, owed_back, .. } = view.takings;
        assert_eq!((view.orders, view.takings.paid, given_back.plus(owed_back)), (3, paid, Ok(back)));
        if owed_back.is_zero() {
            break view;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let food = one.items.plus(two.items).unwrap();
    assert_eq!(view.stores.iter().map(|owed| (owed.orders, owed.amount)).collect::<Vec<_>>(), [(2, food)]);
    assert_eq!(view.riders.iter().map(|owed| owed.orders).collect::<Vec<_>>(), [2]);
    let earned = city.backend.rider(&caller("rider1")).await.unwrap().earned_today;
    assert_eq!(view.riders[0].amount, earned);
    let sum = food.get() as i64 + earned.get() as i64 + back.get() as i64 + view.platform();
    assert_eq!(sum, paid.get() as i64);
    assert_eq!(city.backend.settlement(&caller("operator"), "2020-01-01").await.unwrap().orders, 0);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_who_met_nobody_earns_what_the_settlement_pays_and_hears_of_it() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.ride(order, RiderAction::PickUp { number: None }).await;
    city.ride(order, RiderAction::Fail { reason: FailReason::CustomerAbsent }).await;
    let page = city.look(order).await;
    assert!(page.is_missed());
    let (rider, operator) = (caller("rider1"), caller("operator"));
    assert_eq!(city.backend.rider(&rider).await.unwrap().done_today, 0);

    let end =
        OperatorAction::GiveUp { refund: true, reason: "고객과 연락이 되지 않았어요".to_owned() };
    city.backend.operate(&operator, order, end, &crate::city::key()).await.unwrap();
    city.until(order, Shown::DeliveryFailed).await;
    let owed = city.backend.settlement(&operator, "").await.unwrap();
    let view = city.backend.rider(&rider).await.unwrap();
    assert_eq!((view.done_today, view.earned_today), (1, owed.riders[0].amount));
    assert!(!view.earned_today.is_zero() && owed.platform() < 0);
    // Its money goes back in full, or has gone; the platform bears what store and rider get.
    let Takings { paid, given_back, owed_back } = owed.takings;
    assert_eq!((owed.orders, owed.riders[0].orders, given_back.plus(owed_back)), (1, 1, Ok(paid)));
    assert_eq!(paid, page.bill.total);
    let shares = owed.stores[0].amount.get() + owed.riders[0].amount.get();
    assert_eq!(owed.platform(), -(shares as i64));
    city.close().await;
}
