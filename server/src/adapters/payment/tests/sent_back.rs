//! Refunds that had been made, and that the customer's bank did not take.

use std::fmt::Write as _;

use axum::http::StatusCode;
use domain::shared::Timestamp;
use domain::views::{OrderView, Shown, What};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use serde_json::json;
use sha2::Sha256;

use super::city::{WEBHOOK_SECRET, stripe_city};
use crate::adapters::clock::Clock;

/// What Stripe puts into `Stripe-Signature`.
fn signature(body: &str, now: Timestamp) -> String {
    let seconds = now.0 / 1_000;
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).expect("a key");
    mac.update(format!("{seconds}.{body}").as_bytes());
    let mut signature = format!("t={seconds},v1=");
    for byte in mac.finalize().into_bytes() {
        write!(signature, "{byte:02x}").expect("a text takes everything");
    }
    signature
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_customers_bank_sends_back_is_owed_again_and_goes_back_once_more() {
    let (stripe, city) = stripe_city().await;
    let placed = city.order("pm_card_visa").await;
    let (order, total) = (placed.line.order, placed.bill.total.get());
    city.until(order, |view| view.line.shown == Shown::Received).await;
    city.cancel(order).await;
    city.until(order, |view| view.returned.get() == total).await;
    let first = format!("{order}:{order}:charge:refund:0");
    let tells = async |key: &str, kind: &str| {
        let refund = json!({ "object": "refund", "status": "failed", "metadata": { "key": key } });
        let body = json!({ "type": kind, "data": { "object": refund } }).to_string();
        let signature = signature(&body, city.clock.now());
        let post = Client::builder().no_proxy().build().expect("a client");
        let post = post.post(format!("http://{}/webhooks/stripe", city.addr));
        post.header("stripe-signature", signature).body(body).send().await.expect("an answer").status()
    };

    // Stripe says so, and the refund itself does not: nothing has happened. Nor to refunds that nobody has heard of.
    assert_eq!(tells(&first, "refund.updated").await, StatusCode::OK);
    for key in ["x", &format!("{order}:nothing"), "01920000-0000-7000-8000-000000000001:x:refund:0"] {
        assert_eq!(tells(key, "refund.failed").await, StatusCode::OK, "{key}");
    }
    assert_eq!((stripe.refunds().await, city.look(order).await.returned.get()), (vec![total], total));

    // While it cannot be asked, Stripe has to tell again.
    stripe.refund_stands(&first, "failed");
    stripe.go_down(true);
    assert_eq!(tells(&first, "refund.failed").await, StatusCode::SERVICE_UNAVAILABLE);
    stripe.go_down(false);
    // However often it is told, also at once, the money goes back once more.
    let told = futures::future::join_all((0..20).map(|_| tells(&first, "refund.failed"))).await;
    assert!(told.contains(&StatusCode::OK), "{told:?}");
    let view = city.until(order, |view| sent_back(view) && view.returned.get() == total).await;
    assert_eq!(view.timeline.iter().filter(|entry| entry.what == What::RefundSentBack).count(), 1);
    assert_eq!(tells(&first, "refund.failed").await, StatusCode::OK);
    assert_eq!(stripe.refunds().await, [total, total]);

    // And again, if the bank does.
    let second = format!("{order}:{order}:charge:refund:1");
    stripe.refund_stands(&second, "failed");
    assert_eq!(tells(&second, "charge.refund.updated").await, StatusCode::OK);
    city.until(order, |view| view.timeline.iter().filter(|entry| entry.what == What::Refunded).count() == 3)
        .await;
    assert_eq!((stripe.refunds().await, city.look(order).await.returned.get()), (vec![total; 3], total));
    city.close().await;
}

fn sent_back(view: &OrderView) -> bool {
    view.timeline.iter().any(|entry| entry.what == What::RefundSentBack)
}
