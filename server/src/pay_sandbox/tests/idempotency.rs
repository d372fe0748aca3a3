//! One key, one charge.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::{Provider, by, charged_never, charged_once};

#[tokio::test]
async fn a_hundred_racing_calls_with_one_key_charge_once() {
    let provider = Provider::start().await;
    let body = by("tok_approve");
    let answers = join_all((0..100).map(|_| provider.pay("k", &body))).await;
    let first = &answers[0];
    assert_eq!(first.0, 200);
    assert_eq!(first.1["status"], "approved");
    assert!(answers.iter().all(|answer| answer == first));
    assert_eq!(provider.totals("A-1").await, charged_once());
}

#[tokio::test]
async fn a_hundred_racing_keys_charge_a_hundred_times() {
    let provider = Provider::start().await;
    let body = by("tok_approve");
    let keys: Vec<String> = (0..100).map(|n| format!("k{n}")).collect();
    let answers = join_all(keys.iter().map(|key| provider.pay(key, &body))).await;
    for (key, (status, payment)) in keys.iter().zip(answers) {
        assert_eq!(status, 200);
        assert_eq!(payment["key"], json!(key));
    }
    assert_eq!(provider.totals("A-1").await["approvals"], 100);
    assert_eq!(provider.totals("A-1").await["approved"], 2_590_000);
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let provider = Provider::start().await;
    assert_eq!(provider.pay("k", &by("tok_approve")).await.0, 200);
    let mut dearer = by("tok_approve");
    dearer["amount"] = json!(26_000);
    // Also by cards that would never decide.
    for other in [dearer, by("tok_decline"), by("tok_hang"), by("tok_error_always")] {
        let (status, refusal) = provider.pay("k", &other).await;
        assert_eq!((status, &refusal["error"]), (422, &json!("idempotency_mismatch")));
    }
    assert_eq!(provider.totals("A-1").await, charged_once());
}

#[tokio::test]
async fn bad_requests_are_refused_and_charge_nothing() {
    let provider = Provider::start().await;
    let without_key = provider
        .client
        .post(format!("{}/v1/payments", provider.base))
        .json(&by("tok_approve"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(without_key.status(), 400);
    let not_json = provider.post("/v1/payments", "k", &json!({})).body("{").send().await;
    assert_eq!(not_json.expect("an answer").status(), 400);
    assert_eq!(provider.pay(&"k".repeat(201), &by("tok_approve")).await.0, 400);
    for (field, value, code) in [
        ("amount", json!(0), "bad_amount"),
        ("amount", json!(-1), "bad_amount"),
        ("amount", json!(100_000_001), "bad_amount"),
        ("amount", json!("25900"), "bad_body"),
        ("amount", json!(25.9), "bad_body"),
        ("card", json!("tok_unknown"), "unknown_card"),
        ("order", json!(""), "bad_order"),
        ("order", json!("가".repeat(201)), "bad_order"),
        ("return_url", json!("javascript:alert(1)"), "bad_return_url"),
    ] {
        let mut body = by("tok_approve");
        body[field] = value;
        let (status, refusal) = provider.pay("k", &body).await;
        assert_eq!((status, &refusal["error"]), (422, &json!(code)), "{body}");
    }
    assert_eq!(provider.get("/v1/payments?key=k").await.0, 404);
    assert_eq!(provider.get("/v1/nothing").await.0, 404);
    assert_eq!(provider.totals("A-1").await, charged_never());
}

#[tokio::test]
async fn a_restart_keeps_payments_cancels_and_first_errors() {
    let provider = Provider::start().await;
    let (_, paid) = provider.pay("k", &by("tok_approve")).await;
    let part = json!({ "amount": 900, "reason": "change" });
    let (_, cancelled) = provider.cancel(&paid["id"], "c", &part).await;
    let (_, waiting) = provider.pay("w", &by("tok_needs_customer")).await;
    assert_eq!(provider.pay("e", &by("tok_error")).await.0, 500);

    let provider = provider.restart().await;
    let (status, again) = provider.pay("k", &by("tok_approve")).await;
    assert_eq!(status, 200);
    assert_eq!(again, cancelled["payment"]);
    assert_eq!(again["cancelled"], 900);
    assert_eq!(provider.cancel(&paid["id"], "c", &part).await.1, cancelled);
    assert_eq!(provider.get("/v1/payments?key=w").await, (200, waiting));
    assert_eq!(provider.pay("e", &by("tok_error")).await.0, 200);
    assert_eq!(
        provider.totals("A-1").await,
        json!({ "approved": 51_800, "cancelled": 900, "approvals": 2, "cancels": 1 })
    );
    assert!(provider.folder.path().join("made/pay.sqlite").exists());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_connections_that_hang() {
    let provider = Provider::start().await;
    let hanging = tokio::spawn(provider.post("/v1/payments", "k", &by("tok_hang")).send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    provider.shutdown.cancel();
    // The call would hang for minutes.
    let stopped = tokio::time::timeout(Duration::from_secs(20), provider.running).await;
    stopped.expect("an end").expect("no panic").expect("a clean stop");
    let let_go = hanging.await.expect("no panic");
    assert!(let_go.map_or(true, |response| response.status() == 503));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pay.sqlite");
    std::fs::write(&path, "this is a letter and not a database".repeat(100)).expect("a file");
    let config = crate::pay_sandbox::SandboxConfig {
        path: path.clone(),
        slow_ms: 0,
        customer_minutes: 10,
        control: false,
    };
    let error = crate::pay_sandbox::open(config).await.expect_err("no database");
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
}
