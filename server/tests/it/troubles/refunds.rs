//! Refunds while the provider is in trouble: none is lost, none is made twice, and none is owed out of sight.

use super::{Trouble, until_dead};
use crate::city::{City, caller, key};
use crate::files::{self, Charged};
use crate::people::Person;
use domain::payment::{REFUND_LATE_MINUTES, REFUND_TRIES};
use domain::shared::{OrderId, Won};
use domain::views::{BreakerState, LateRefund, Shown, What};
use serde_json::{Value, json};
use server::adapters::breaker::BreakerSettings;
use std::time::Duration;

/// A breaker that stays closed: behind an open one nobody asks, and no try counts.
const NEVER: BreakerSettings = BreakerSettings { failures: 100_000, open: Duration::from_secs(1) };
/// How long a slow provider takes: longer than its answer is waited for.
const SLOW_MS: u64 = 1_200;

/// An order that was paid, and is called off when the provider has become like this; and its price.
async fn called_off(trouble: &Trouble, mode: Value) -> (OrderId, u64) {
    let city = &trouble.city;
    let order = city.order("tok_approve").await;
    let price = city.until(order, Shown::Received).await.bill.total.get();
    trouble.control(mode).await;
    city.backend.cancel_order(&caller("customer1"), order, &key()).await.unwrap();
    city.until(order, Shown::Cancelled).await;
    (order, price)
}

/// Waits until so many requests for a refund have failed.
async fn until_tried(city: &City, tries: u32) {
    let log = city.folder.path().join("baedal.db");
    for _ in 0..1_000 {
        let noted = "SELECT coalesce(max(attempts), 0) FROM work WHERE step LIKE '%give_back%'";
        if files::number(&log, noted).await >= i64::from(tries) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it was not tried {tries} times");
}

/// Waits until the console shows a refund; answers all that it shows.
async fn until_late(trouble: &Trouble) -> Vec<LateRefund> {
    for _ in 0..1_000 {
        let late = trouble.console().await.refunds;
        if !late.is_empty() {
            return late;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no refund is late");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_ten_times_lies_with_the_operator_and_goes_back_once_when_it_is_tried_again() {
    let trouble = Trouble::open_with(|config| config.payment_breaker = NEVER).await;
    let city = &trouble.city;
    let (order, price) = called_off(&trouble, json!({ "mode": "down" })).await;
    for tries in 1..REFUND_TRIES {
        until_tried(city, tries).await;
        // No pause between two tries is as long as that.
        city.clock.forward(1);
    }
    let console = until_dead(city, 1).await;
    let dead = &console.dead[0];
    let lies = (dead.order, dead.attempts, dead.amount.map(Won::get));
    assert_eq!(lies, (order, REFUND_TRIES, Some(price)), "{}", dead.error);
    assert_eq!(console.refunds.iter().map(|refund| refund.order).collect::<Vec<_>>(), [order]);
    let view = city.look(order).await;
    assert_eq!((view.owed.get(), view.returned, view.is_refund_delayed()), (price, Won::ZERO, true));
    assert_eq!(trouble.charged(order).await, Charged::once(price));

    trouble.mode("normal").await;
    for _ in 0..2 {
        // Pressed twice it goes back once.
        city.backend.retry_dead(&caller("operator"), &dead.id).await.unwrap();
    }
    city.until_view(order, |view| view.returned.get() == price && view.owed.is_zero()).await;
    assert_eq!(trouble.charged(order).await, Charged::and_back(price));
    let console = trouble.console().await;
    assert!(console.dead.is_empty() && console.refunds.is_empty(), "{console:#?}");
    trouble.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_answer_is_lost_is_asked_for_again_and_goes_back_once() {
    let trouble = Trouble::open_with(|config| config.payment_breaker = NEVER).await;
    // Its answer is not waited for as long as it takes, and it is made all the same.
    let (order, price) = called_off(&trouble, json!({ "mode": "slow", "ms": SLOW_MS })).await;
    let view = trouble.city.until_view(order, |view| view.returned.get() == price).await;
    assert!(view.timeline.iter().any(|entry| entry.what == What::RefundFailed), "{:#?}", view.timeline);
    assert!(view.owed.is_zero() && !view.is_refund_delayed());
    // Each request that was given up is carried out too, and finds that it has been made.
    tokio::time::sleep(Duration::from_millis(2 * SLOW_MS)).await;
    assert_eq!(trouble.charged(order).await, Charged::and_back(price));
    trouble.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_waits_behind_an_open_breaker_comes_in_sight_and_is_made_when_the_provider_is_back() {
    let trouble = Trouble::open_with(|config| {
        // Open for long enough to look at what happens meanwhile.
        config.payment_breaker = BreakerSettings { failures: 1, open: Duration::from_secs(10) };
        config.hold_minutes = 60;
    })
    .await;
    let city = &trouble.city;
    let paid = city.order("tok_approve").await;
    let price = city.until(paid, Shown::Received).await.bill.total.get();
    trouble.mode("down").await;
    // One that is held opens it, and asks later whether the provider is back.
    let held = city.order("tok_approve").await;
    trouble.until_breaker(BreakerState::Open).await;
    city.backend.cancel_order(&caller("customer1"), paid, &key()).await.unwrap();
    city.until_view(paid, |view| view.owed.get() == price).await;
    assert_eq!(trouble.console().await.refunds, [], "it was asked for just now");

    city.clock.forward(REFUND_LATE_MINUTES + 1);
    let late = until_late(&trouble).await;
    let seen: Vec<_> = late.iter().map(|refund| (refund.order, refund.owed.get())).collect();
    assert_eq!(seen, [(paid, price)]);
    assert!(late[0].waits_since.is_some(), "nothing has failed: {late:?}");
    let operator = Person::log_in(&city.base(), "operator").await;
    for (language, text) in
        [("ko", "결제사의 응답을 기다리고 있어요"), ("en", "Waits for the payment provider")]
    {
        let asked =
            operator.get("/operator").header("accept-language", language).header("accept", "text/html");
        let page = asked.send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("data-refund=\"{paid}\"")) && page.contains(text), "{page}");
    }

    trouble.mode("normal").await;
    city.until_view(paid, |view| view.returned.get() == price && view.owed.is_zero()).await;
    city.until(held, Shown::Received).await;
    assert_eq!(trouble.charged(paid).await, Charged::and_back(price));
    assert_eq!(trouble.console().await.refunds, []);
    trouble.city.close().await;
}
