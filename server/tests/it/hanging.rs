//! A provider that is slow, silent, broken or away: nobody else waits for it, and nobody is charged twice.

use crate::city::{City, key};
use crate::files::{self, Charged, Logged};
use crate::people::{Person, field};
use crate::process::Program;
use domain::order::PaymentFailure;
use domain::shared::OrderId;
use domain::views::{OrderView, Shown, What};
use reqwest::StatusCode;
use reqwest::header::LOCATION;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// A city whose provider is a process of its own.
struct Two {
    folder: TempDir,
    sandbox: Program,
    server: Program,
}

impl Two {
    fn open(slow_ms: &str, timeout_ms: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Program::pay_sandbox(&folder.path().join("provider"), &["--slow-ms", slow_ms]);
        let more = ["--payment-url", &sandbox.base, "--payment-timeout-ms", timeout_ms];
        let server = Program::serve(&folder.path().join("city"), &more);
        Self { folder, sandbox, server }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("city/baedal.db")
    }

    async fn charged(&self, order: OrderId) -> Charged {
        charged(&self.folder.path().join("provider"), order).await
    }
}

async fn charged(folder: &Path, order: OrderId) -> Charged {
    files::provider(&folder.join("pay-sandbox.db")).await.get(&order).copied().unwrap_or_default()
}

/// The names of an order's events.
async fn story(log: &Path, order: OrderId) -> Vec<String> {
    files::events(log)
        .await
        .into_iter()
        .filter(|event| event.order == order)
        .map(|event| event.name)
        .collect()
}

fn is(shown: Shown) -> impl Fn(&OrderView) -> bool {
    move |view| view.line.shown == shown
}

async fn fifty_orders_go_on_beside(hanging: usize) {
    let folder = tempfile::tempdir().unwrap();
    // The provider never answers within this test.
    let mut server = Program::serve(folder.path(), &["--payment-timeout-ms", "120000"]);
    let unlucky = Person::log_in(&server.base, "customer1").await;
    let basket = unlucky.basket().await;
    let mut stuck = BTreeSet::new();
    for _ in 0..hanging {
        stuck.insert(unlucky.place(&basket, "tok_hang").await);
    }
    let lucky = Person::log_in(&server.base, "customer2").await;
    let mut placing = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (lucky, basket) = (lucky.clone(), basket.clone());
        placing.spawn(async move {
            let order = lucky.place(&basket, "tok_approve").await;
            lucky.until(order, is(Shown::Received)).await;
        });
    }
    while let Some(placed) = placing.join_next().await {
        placed.unwrap();
    }
    // In the log the hanging ones come first, and nothing of them has followed until all the others were received.
    let events = files::events(&folder.path().join("baedal.db")).await;
    let (of_stuck, others): (Vec<Logged>, Vec<Logged>) =
        events.into_iter().partition(|event| stuck.contains(&event.order));
    assert_eq!(of_stuck.len(), hanging, "{of_stuck:?}");
    assert!(of_stuck.iter().all(|event| event.name == "OrderPlaced" && event.position < others[0].position));
    assert_eq!(others.iter().filter(|event| event.name == "OrderReceived").count(), 50);
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_hanging_payment_delays_no_other_order() {
    fifty_orders_go_on_beside(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_hanging_payments_delay_no_other_order() {
    fifty_orders_go_on_beside(10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_card_shows_placing_and_then_received() {
    let two = Two::open("1500", "10000");
    let customer = Person::log_in(&two.server.base, "customer1").await;
    let order = customer.place(&customer.basket().await, "tok_slow").await;
    let view = customer.order(order).await;
    assert_eq!((view.line.shown, view.taken.get()), (Shown::Placing, 0));
    let view = customer.until(order, is(Shown::Received)).await;
    assert_eq!(two.charged(order).await, Charged::once(view.bill.total.get()));
    let expected = ["OrderPlaced", "PaymentApproved", "TicketOpened", "OrderReceived"];
    assert_eq!(story(&two.log(), order).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_gives_no_answer_or_fails_once_is_asked_again_and_charges_once() {
    for card in ["tok_no_answer", "tok_error"] {
        let two = Two::open("100", "700");
        let customer = Person::log_in(&two.server.base, "customer1").await;
        let order = customer.place(&customer.basket().await, card).await;
        let view = customer.until(order, is(Shown::Received)).await;
        assert_eq!(two.charged(order).await, Charged::once(view.bill.total.get()), "{card}");
        let expected = ["OrderPlaced", "OrderHeld", "PaymentApproved", "TicketOpened", "OrderReceived"];
        assert_eq!(story(&two.log(), order).await, expected, "{card}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_paid_is_held_and_can_be_cancelled_for_nothing() {
    let two = Two::open("100", "1000");
    let customer = Person::log_in(&two.server.base, "customer1").await;
    let order = customer.place(&customer.basket().await, "tok_error_always").await;
    customer.until(order, is(Shown::AwaitingPayment)).await;
    let _: Value = customer.ask("/api/orders/cancel", &[field("order", order), field("key", key())]).await;
    customer.until(order, is(Shown::Cancelled)).await;
    let expected = ["OrderPlaced", "OrderHeld", "OrderCancelled", "ChargeVoided"];
    while story(&two.log(), order).await.len() < expected.len() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(two.charged(order).await, Charged::default());
    assert_eq!(story(&two.log(), order).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_wait_for_a_provider_that_is_away_and_go_on_when_it_is_back() {
    let mut two = Two::open("100", "1000");
    let customer = Person::log_in(&two.server.base, "customer1").await;
    let basket = customer.basket().await;
    let known = customer.place(&basket, "tok_approve").await;
    customer.until(known, is(Shown::Received)).await;

    tokio::task::block_in_place(|| two.sandbox.kill_9());
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(customer.place(&basket, "tok_approve").await);
    }
    // Nor does a server need it that starts meanwhile and has not seen its cards yet.
    tokio::task::block_in_place(|| {
        two.server.stop();
        two.server.again();
    });
    orders.push(customer.place(&basket, "tok_approve").await);
    for order in &orders {
        customer.until(*order, is(Shown::AwaitingPayment)).await;
    }
    tokio::task::block_in_place(|| two.sandbox.again());
    for order in orders {
        let view = customer.until(order, is(Shown::Received)).await;
        assert_eq!(two.charged(order).await, Charged::once(view.bill.total.get()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_runs_out_fails_the_payment_and_keeps_nothing() {
    // Of no minutes at all: the flag starts at one.
    let city = City::open_with(|config| config.hold_minutes = 0).await;
    let order = city.order("tok_error_always").await;
    let view = city.until(order, Shown::PaymentFailed).await;
    let expired = What::PaymentFailed { reason: PaymentFailure::Expired };
    assert!(view.timeline.iter().any(|entry| entry.what == expired), "{:#?}", view.timeline);
    assert_eq!(charged(city.folder.path(), order).await, Charged::default());
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_is_on_its_way_when_the_hold_runs_out_is_called_off() {
    let provider = tempfile::tempdir().unwrap();
    let sandbox = Program::pay_sandbox(provider.path(), &["--slow-ms", "4000"]);
    let city = City::open_with(|config| {
        config.payment_url = Some(sandbox.base.clone());
        config.payment_timeout = Duration::from_millis(200);
        config.hold_minutes = 0;
    })
    .await;
    let order = city.order("tok_slow").await;
    city.until(order, Shown::PaymentFailed).await;
    let log = city.folder.path().join("baedal.db");
    let voided = async || story(&log, order).await.iter().any(|name| name == "ChargeVoided");
    while !voided().await {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The provider would have approved by now.
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    let expected = ["OrderPlaced", "OrderHeld", "PaymentFailed", "ChargeVoided"];
    assert_eq!(story(&log, order).await, expected);
    assert_eq!(charged(provider.path(), order).await, Charged::default());
    city.close().await;
}

/// Places an order whose customer decides on the provider's page; answers it with the page's address.
async fn until_asked(customer: &Person) -> (OrderId, String) {
    let order = customer.place(&customer.basket().await, "tok_needs_customer").await;
    let view = customer.until(order, |view| view.pay_url.is_some()).await;
    assert_eq!(view.line.shown, Shown::AwaitingPayment);
    let page = view.pay_url.unwrap();
    assert!(page.starts_with("/pay-sandbox/c/"), "{page}");
    (order, page)
}

/// Presses a button on the provider's page; the way back leads to the order.
async fn decide(customer: &Person, order: OrderId, page: &str, decision: &str) {
    let answer = customer.decide(page, decision).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[LOCATION], format!("/orders/{order}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_approves_or_declines_on_the_providers_page() {
    let folder = tempfile::tempdir().unwrap();
    let server = Program::serve(folder.path(), &[]);
    let customer = Person::log_in(&server.base, "customer1").await;

    let (order, page) = until_asked(&customer).await;
    // The store hears nothing of it before it is paid.
    assert_eq!(
        story(&folder.path().join("baedal.db"), order).await,
        ["OrderPlaced", "PaymentNeedsCustomer", "OrderHeld"]
    );
    decide(&customer, order, &page, "approve").await;
    let view = customer.until(order, is(Shown::Received)).await;
    assert_eq!(view.pay_url, None);
    assert_eq!(charged(folder.path(), order).await, Charged::once(view.bill.total.get()));

    let (order, page) = until_asked(&customer).await;
    decide(&customer, order, &page, "decline").await;
    let view = customer.until(order, is(Shown::PaymentFailed)).await;
    assert_eq!((view.pay_url, view.taken.get()), (None, 0));
    assert_eq!(charged(folder.path(), order).await, Charged::default());
}
