//! What each test card does, and the control hook.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::{Provider, by, charged_never, charged_once};

#[tokio::test]
async fn the_cards_are_listed_with_labels_in_both_languages() {
    let provider = Provider::start().await;
    let (status, cards) = provider.get("/v1/cards").await;
    assert_eq!(status, 200);
    let cards = cards.as_array().expect("a list");
    assert_eq!(cards.len(), 9);
    for card in cards {
        assert!(card["card"].as_str().is_some_and(|token| token.starts_with("tok_")));
        assert!(card["label"]["ko"].as_str().is_some_and(|label| !label.is_ascii()));
        assert!(card["label"]["en"].as_str().is_some_and(str::is_ascii));
    }
    assert_eq!(provider.get("/healthz").await, (200, json!({ "status": "ok" })));
}

#[tokio::test]
async fn an_approval_is_found_by_key_and_by_id() {
    let provider = Provider::start().await;
    let (status, payment) = provider.pay("k", &by("tok_approve")).await;
    assert_eq!(status, 200);
    assert_eq!(payment["order"], "A-1");
    assert_eq!(payment["amount"], 25_900);
    assert_eq!(payment["cancelled"], 0);
    assert_eq!(payment["decline_code"], json!(null));
    assert_eq!(payment["customer_url"], json!(null));
    let id = payment["id"].as_str().expect("an id");
    assert!(id.starts_with("pay_"));
    assert_eq!(provider.get(&format!("/v1/payments/{id}")).await.1, payment);
    assert_eq!(provider.get("/v1/payments?key=k").await.1, payment);
}

#[tokio::test]
async fn declining_cards_say_why_and_charge_nothing() {
    let provider = Provider::start().await;
    for (card, code) in [("tok_decline", "insufficient_funds"), ("tok_expired", "expired_card")] {
        let (status, payment) = provider.pay(card, &by(card)).await;
        assert_eq!(status, 200);
        assert_eq!(payment["status"], "declined");
        assert_eq!(payment["decline_code"], code);
        let (status, refusal) = provider.cancel(&payment["id"], card, &json!({})).await;
        assert_eq!((status, &refusal["error"]), (409, &json!("not_approved")));
    }
    assert_eq!(provider.totals("A-1").await, charged_never());
}

#[tokio::test]
async fn the_slow_card_approves_after_its_wait_and_a_repeat_does_not_wait() {
    let provider = Provider::start().await;
    let asked = Instant::now();
    let (status, payment) = provider.pay("k", &by("tok_slow")).await;
    assert_eq!((status, &payment["status"]), (200, &json!("approved")));
    // A wait is never shorter, however busy the machine is.
    assert!(asked.elapsed() >= Duration::from_millis(300));
    assert_eq!(provider.pay("k", &by("tok_slow")).await.1, payment);
    assert_eq!(provider.totals("A-1").await, charged_once());
}

#[tokio::test]
async fn the_slow_card_approves_although_its_caller_has_gone() {
    let provider = Provider::start_with(|config| config.slow_ms = 700).await;
    provider.pay_without_answer("k", &by("tok_slow")).await;
    for _ in 0..200 {
        if provider.get("/v1/payments?key=k").await.0 == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(provider.get("/v1/payments?key=k").await.1["status"], "approved");
}

#[tokio::test]
async fn no_answer_is_found_approved_by_its_key() {
    let provider = Provider::start().await;
    provider.pay_without_answer("k", &by("tok_no_answer")).await;
    let (status, payment) = provider.get("/v1/payments?key=k").await;
    assert_eq!((status, &payment["status"]), (200, &json!("approved")));
    provider.pay_without_answer("k", &by("tok_no_answer")).await;
    assert_eq!(provider.totals("A-1").await, charged_once());
}

#[tokio::test]
async fn a_hanging_card_leaves_no_record_and_delays_no_other() {
    let provider = Provider::start().await;
    let body = by("tok_hang");
    let other = by("tok_approve");
    let ((), answer) = tokio::join!(provider.pay_without_answer("h", &body), provider.pay("k", &other));
    assert_eq!(answer.0, 200);
    assert_eq!(provider.get("/v1/payments?key=h").await.0, 404);
    assert_eq!(provider.totals("A-1").await, charged_once());
}

#[tokio::test]
async fn an_error_charges_nothing_and_its_repeat_approves() {
    let provider = Provider::start().await;
    assert_eq!(provider.pay("k", &by("tok_error")).await.0, 500);
    assert_eq!(provider.get("/v1/payments?key=k").await.0, 404);
    assert_eq!(provider.pay("k", &by("tok_approve")).await.0, 422);
    assert_eq!(provider.totals("A-1").await, charged_never());
    let (status, payment) = provider.pay("k", &by("tok_error")).await;
    assert_eq!((status, &payment["status"]), (200, &json!("approved")));
    assert_eq!(provider.pay("k", &by("tok_error")).await.1, payment);
    assert_eq!(provider.totals("A-1").await, charged_once());
}

#[tokio::test]
async fn the_card_that_always_fails_charges_nothing() {
    let provider = Provider::start().await;
    for _ in 0..3 {
        assert_eq!(provider.pay("k", &by("tok_error_always")).await.0, 503);
    }
    assert_eq!(provider.get("/v1/payments?key=k").await.0, 404);
    assert_eq!(provider.totals("A-1").await, charged_never());
}

#[tokio::test]
async fn control_makes_the_whole_provider_misbehave() {
    let provider = Provider::start_with(|config| config.control = true).await;
    let body = by("tok_approve");

    assert_eq!(provider.control(&json!({ "mode": "down" })).await, 200);
    assert_eq!(provider.pay("k", &body).await.0, 503);
    assert_eq!(provider.control(&json!({ "mode": "hang" })).await, 200);
    provider.pay_without_answer("k", &body).await;
    assert_eq!(provider.totals("A-1").await, charged_never());

    assert_eq!(provider.control(&json!({ "mode": "slow", "ms": 200 })).await, 200);
    let asked = Instant::now();
    assert_eq!(provider.pay("k", &body).await.0, 200);
    assert!(asked.elapsed() >= Duration::from_millis(200));

    assert_eq!(provider.control(&json!({ "mode": "normal" })).await, 200);
    assert_eq!(provider.pay("k2", &body).await.0, 200);
    assert_eq!(provider.control(&json!({ "mode": "sideways" })).await, 422);
}

#[tokio::test]
async fn control_is_absent_unless_asked_for() {
    let provider = Provider::start().await;
    assert_eq!(provider.control(&json!({ "mode": "down" })).await, 404);
    assert_eq!(provider.pay("k", &by("tok_approve")).await.0, 200);
}

/// Nothing is taken under a key that was voided, whatever was on its way; what was taken before is told.
#[tokio::test]
async fn a_voided_key_takes_nothing_any_more() {
    let provider = Provider::start_with(|config| config.slow_ms = 400).await;
    let void = async |key: &str, card: &str| {
        super::answer(provider.post("/v1/payments/void", key, &by(card)).send().await.expect("an answer"))
            .await
    };
    let slow = tokio::spawn(provider.post("/v1/payments", "slow", &by("tok_slow")).send());
    let (status, voided) = void("slow", "tok_slow").await;
    assert_eq!(
        (status, &voided["status"], &voided["decline_code"]),
        (200, &json!("declined"), &json!("voided"))
    );
    let late = super::answer(slow.await.expect("no panic").expect("an answer")).await;
    assert_eq!(late.1, voided);
    assert_eq!(void("new", "tok_approve").await.1["decline_code"], "voided");
    assert_eq!(provider.pay("new", &by("tok_approve")).await.1["status"], "declined");
    let (_, waiting) = provider.pay("asked", &by("tok_needs_customer")).await;
    assert_eq!(waiting["status"], "needs_customer");
    assert_eq!(void("asked", "tok_needs_customer").await.1["status"], "declined");
    assert_eq!(provider.totals("A-1").await, charged_never());
    let (_, paid) = provider.pay("paid", &by("tok_approve")).await;
    assert_eq!(void("paid", "tok_approve").await.1, paid);
    assert_eq!(provider.totals("A-1").await, charged_once());
    let (status, refusal) = void("paid", "tok_decline").await;
    assert_eq!((status, &refusal["error"]), (422, &json!("idempotency_mismatch")));
}
