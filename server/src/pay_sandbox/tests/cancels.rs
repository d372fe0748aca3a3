//! Cancels, whole and in part.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;

use super::{Provider, by};

#[tokio::test]
async fn the_whole_rest_is_cancelled_without_an_amount() {
    let provider = Provider::start().await;
    let (_, payment) = provider.pay("k", &by("tok_approve")).await;
    let part = json!({ "amount": 900, "reason": "menu change" });
    let (status, first) = provider.cancel(&payment["id"], "c1", &part).await;
    assert_eq!(status, 200);
    assert_eq!(first["payment"]["status"], "partially_cancelled");
    assert_eq!(first["cancel"]["amount"], 900);
    assert_eq!(first["cancel"]["key"], "c1");

    let rest = json!({ "amount": null, "reason": "cancelled" });
    let (status, second) = provider.cancel(&payment["id"], "c2", &rest).await;
    assert_eq!(status, 200);
    assert_eq!(second["payment"]["status"], "cancelled");
    assert_eq!(second["payment"]["cancelled"], 25_900);
    assert_eq!(second["cancel"]["amount"], 25_000);

    // Repeats find what stands; a further cancel finds nothing left.
    assert_eq!(provider.cancel(&payment["id"], "c2", &rest).await, (200, second.clone()));
    assert_eq!(provider.cancel(&payment["id"], "c1", &part).await.1["cancel"], first["cancel"]);
    assert_eq!(provider.get("/v1/cancels?key=c2").await, (200, second));
    assert_eq!(provider.get("/v1/cancels?key=none").await.0, 404);
    for (key, body) in [("c3", json!({ "amount": 1 })), ("c4", json!({}))] {
        let (status, refusal) = provider.cancel(&payment["id"], key, &body).await;
        assert_eq!((status, &refusal["error"]), (409, &json!("amount_exceeds_rest")));
    }
    assert_eq!(
        provider.totals("A-1").await,
        json!({ "approved": 25_900, "cancelled": 25_900, "approvals": 1, "cancels": 2 })
    );
}

#[tokio::test]
async fn partial_cancels_that_race_never_exceed_the_amount() {
    let provider = Provider::start().await;
    let (_, payment) = provider.pay("k", &by("tok_approve")).await;
    let part = json!({ "amount": 1_000, "reason": "race" });
    let keys: Vec<String> = (0..50).map(|n| format!("c{n}")).collect();
    let answers = join_all(keys.iter().map(|key| provider.cancel(&payment["id"], key, &part))).await;
    let done = answers.iter().filter(|(status, _)| *status == 200).count();
    let over = answers
        .iter()
        .filter(|(status, body)| *status == 409 && body["error"] == "amount_exceeds_rest")
        .count();
    assert_eq!((done, over), (25, 25));
    assert_eq!(
        provider.totals("A-1").await,
        json!({ "approved": 25_900, "cancelled": 25_000, "approvals": 1, "cancels": 25 })
    );
}

#[tokio::test]
async fn one_key_racing_cancels_once() {
    let provider = Provider::start().await;
    let (_, payment) = provider.pay("k", &by("tok_approve")).await;
    let part = json!({ "amount": 1_000, "reason": "race" });
    let answers = join_all((0..50).map(|_| provider.cancel(&payment["id"], "c", &part))).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0].0, 200);
    assert_eq!(provider.totals("A-1").await["cancels"], 1);
}

#[tokio::test]
async fn bad_cancels_are_refused() {
    let provider = Provider::start().await;
    let (_, payment) = provider.pay("k", &by("tok_approve")).await;
    let (_, other) = provider.pay("k2", &by("tok_approve")).await;
    let id = &payment["id"];
    assert_eq!(provider.cancel(id, "c", &json!({ "amount": 100 })).await.0, 200);
    for (target, body) in [(id, json!({ "amount": 200 })), (&other["id"], json!({ "amount": 100 }))] {
        let (status, refusal) = provider.cancel(target, "c", &body).await;
        assert_eq!((status, &refusal["error"]), (422, &json!("idempotency_mismatch")));
    }
    for amount in [0, -1, 100_000_001] {
        let (status, refusal) = provider.cancel(id, "c2", &json!({ "amount": amount })).await;
        assert_eq!((status, &refusal["error"]), (422, &json!("bad_amount")));
    }
    let (status, refusal) = provider.cancel(id, "c2", &json!({ "amount": 25_801 })).await;
    assert_eq!((status, &refusal["error"]), (409, &json!("amount_exceeds_rest")));
    assert_eq!(provider.cancel(&json!("pay_none"), "c3", &json!({})).await.0, 404);
    let path = format!("/v1/payments/{}/cancel", id.as_str().expect("an id"));
    let without_key = provider.client.post(format!("{}{path}", provider.base)).json(&json!({}));
    assert_eq!(without_key.send().await.expect("an answer").status(), 400);
    assert_eq!(provider.totals("A-1").await["cancelled"], 100);
}

#[tokio::test]
async fn a_provider_that_is_down_or_hangs_cancels_nothing() {
    let provider = Provider::start_with(|config| config.control = true).await;
    let (_, payment) = provider.pay("k", &by("tok_approve")).await;
    let id = &payment["id"];
    assert_eq!(provider.control(&json!({ "mode": "down" })).await, 200);
    assert_eq!(provider.cancel(id, "c", &json!({})).await.0, 503);
    assert_eq!(provider.control(&json!({ "mode": "hang" })).await, 200);
    provider.cancel_without_answer(id, "c", &json!({})).await;
    // Looking it up is answered all the same.
    assert_eq!(provider.get("/v1/cancels?key=c").await.0, 404);
    assert_eq!(provider.totals("A-1").await["cancels"], 0);
    // Nothing of it is kept under the key.
    assert_eq!(provider.control(&json!({ "mode": "normal" })).await, 200);
    let (status, done) = provider.cancel(id, "c", &json!({})).await;
    assert_eq!((status, &done["cancel"]["amount"]), (200, &json!(25_900)));
    assert_eq!(provider.totals("A-1").await["cancels"], 1);
}

#[tokio::test]
async fn a_slow_cancel_is_made_although_its_caller_has_gone_and_a_repeat_does_not_wait() {
    let provider = Provider::start_with(|config| config.control = true).await;
    let (_, payment) = provider.pay("k", &by("tok_approve")).await;
    let id = &payment["id"];
    assert_eq!(provider.control(&json!({ "mode": "slow", "ms": 700 })).await, 200);
    provider.cancel_without_answer(id, "c", &json!({})).await;
    for _ in 0..200 {
        if provider.get("/v1/cancels?key=c").await.0 == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(provider.control(&json!({ "mode": "slow", "ms": 3_600_000 })).await, 200);
    let again = tokio::time::timeout(Duration::from_secs(20), provider.cancel(id, "c", &json!({}))).await;
    let (status, done) = again.expect("an answer without a wait");
    assert_eq!((status, &done["cancel"]["amount"]), (200, &json!(25_900)));
    assert_eq!(provider.totals("A-1").await["cancels"], 1);
}
