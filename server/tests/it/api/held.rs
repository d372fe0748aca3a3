//! Held orders, and what their customers can do about them by the API.

use super::Program;
use crate::city::City;
use crate::files::{Charged, open};
use crate::ledger::now;
use crate::troubles::Trouble;
use serde_json::json;
use server::adapters::breaker::BreakerSettings;
use sqlx::Row;
use std::time::Duration;

/// So many vain tries, and the pause before the next one is as long as it ever is: half a minute.
const VAIN: i64 = 7;
/// A part of that pause which is longer than anything here takes, in milliseconds.
const LONG_MS: i64 = 20_000;

/// How often the charge of a held order was tried, and when it is tried next by itself.
async fn tries(city: &City, order: &str) -> (i64, i64) {
    let mut book = open(&city.folder.path().join("baedal.db")).await;
    let row = sqlx::query("SELECT attempts, due_ms FROM work WHERE order_id = ? AND state = 'open'")
        .bind(order)
        .fetch_one(&mut book)
        .await
        .unwrap();
    (row.get("attempts"), row.get("due_ms"))
}

/// Asks for the payment again and again while the provider is down, until the order would be left alone for long.
async fn try_in_vain(city: &City, customer: &Program, order: &str) {
    let mut tried = 0;
    while tried < VAIN {
        let before = tried;
        customer.does(&format!("/payments/{order}/retry"), None).await;
        for _ in 0..1_000 {
            tried = tries(city, order).await.0;
            if tried > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(tried > before, "the provider is not asked");
    }
    // Nothing that was asked for is still under way.
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_order_is_paid_when_its_customer_asks_for_it() {
    // A breaker that never opens wakes nobody when the provider is back.
    let never = BreakerSettings { failures: 100_000, open: Duration::from_secs(600) };
    let trouble = Trouble::open_with(|config| {
        config.payment_breaker = never;
        // A slow answer would be a vain try, with half a minute after it.
        config.payment_timeout = Duration::from_secs(10);
    })
    .await;
    let customer = Program::of(&trouble.city, "customer1").await;
    trouble.mode("down").await;
    let wanted = json!({"foodId": "피자", "address": "111", "card": "tok_approve"});
    let placed = customer.post("/orderLists", wanted).await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let id = placed.text("orderId");
    let order = id.parse().unwrap();
    let (here, payment) = (format!("/orderLists/{id}"), format!("/payments/{id}"));
    customer.until_status(&here, "결제대기").await;
    try_in_vain(&trouble.city, &customer, id).await;
    let (_, by_itself) = tries(&trouble.city, id).await;
    assert!(by_itself > now().0 + LONG_MS, "it is tried soon in any case");

    // The provider is back, and nobody has noticed.
    trouble.mode("normal").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(customer.get(&here).await.text("status"), "결제대기");
    let unpaid = customer.get(&payment).await;
    assert_eq!(unpaid.json["approved"], 0);
    assert_eq!(trouble.charged(order).await, Charged::default());

    // The link that leads on, until it is paid.
    let retry = unpaid.json["_links"]["retry"]["href"].as_str().unwrap();
    customer.does(retry, None).await;
    customer.until_status(&here, "주문접수").await;
    assert!(now().0 < by_itself, "it was tried by itself");
    let paid = customer.does(&format!("{payment}/retry"), None).await;
    assert_eq!((paid.text("state"), &paid.json["approved"]), ("approved", &placed.json["total"]));
    assert!(paid.json["_links"]["retry"].is_null(), "{paid:?}");
    let total = placed.json["total"].as_u64().unwrap();
    assert_eq!(trouble.charged(order).await, Charged::once(total));
    trouble.city.close().await;
}
