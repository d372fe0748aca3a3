//! Answers that say nothing are taken for nothing.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use super::*;

/// A server that gives every call this answer.
async fn server(status: u16, body: impl Into<String>) -> SandboxGateway {
    let status = StatusCode::from_u16(status).expect("a status");
    let body = body.into();
    let router = Router::new().fallback(move || {
        let answer = (status, body.clone()).into_response();
        async { answer }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/behind/a/path/", listener.local_addr().expect("an address"));
    tokio::spawn(async { axum::serve(listener, router).await });
    gateway(&base, PATIENT)
}

fn payment(key: &str, status: &str, amount: i64) -> String {
    json!({
        "id": "pay_1", "key": key, "order": "A-1", "status": status, "amount": amount, "cancelled": 0,
        "decline_code": null, "customer_url": null, "customer_until_ms": null, "created_ms": 1,
    })
    .to_string()
}

#[tokio::test]
async fn an_answer_that_says_nothing_leaves_the_charge_unknown() {
    let key = "order-1:charge";
    for (status, body) in [
        (200, String::new()),
        (200, "<html>welcome</html>".to_owned()),
        (200, "{}".to_owned()),
        (200, payment("another", "approved", 25_900)),
        (200, payment(key, "approved", -1)),
        (200, payment(key, "approved", i64::MAX)),
        (200, payment(key, "dancing", 25_900)),
        // Waits for a customer, but says neither where nor until when.
        (200, payment(key, "needs_customer", 25_900)),
        (200, " ".repeat(300 * 1024)),
        (202, payment(key, "approved", 25_900)),
        (302, payment(key, "approved", 25_900)),
        (400, "no JSON".to_owned()),
        (401, json!({ "error": "who_are_you" }).to_string()),
        (500, json!({ "error": "unknown_card" }).to_string()),
        (503, payment(key, "approved", 25_900)),
    ] {
        let gateway = server(status, body.clone()).await;
        let shown = &body[..body.len().min(80)];
        assert_eq!(gateway.charge(&by("tok_approve")).await, ChargeOutcome::Unknown, "{status} {shown}");
        let found = gateway.find_charge(&by("tok_approve")).await;
        assert!(matches!(found, Err(GatewayError::Unavailable { .. })), "{status} {shown}: {found:?}");
    }
    let sound = server(200, payment(key, "approved", 25_900)).await;
    approved(sound.charge(&by("tok_approve")).await);
}

#[tokio::test]
async fn an_objection_to_one_request_leaves_it_open_and_shows_that_the_provider_works() {
    let request = RefundRequest {
        key: "r1".to_owned(),
        earlier: Vec::new(),
        provider_id: "pay_1".to_owned(),
        amount: won(900),
        reason: String::new(),
    };
    for (status, body) in [(429, "slow down"), (429, r#"{"error":"unknown_card"}"#), (409, "{}")] {
        let found = server(status, body).await.find_charge(&by("tok_approve")).await;
        assert!(matches!(found, Err(GatewayError::Undecided { .. })), "{status} {body}: {found:?}");
    }
    for status in [400, 405, 422] {
        let found = server(status, r#"{"error":"bad_key"}"#).await.find_charge(&by("tok_approve")).await;
        assert!(matches!(found, Err(GatewayError::Undecided { .. })), "{status}: {found:?}");
    }
    let later = server(429, r#"{"error":"slow_down"}"#).await.refund(&request).await;
    assert!(matches!(later, Err(GatewayError::Undecided { .. })), "{later:?}");
}

#[tokio::test]
async fn a_404_of_somebody_else_is_not_the_providers_word() {
    for body in ["", "404", r#"{"error":"no such route"}"#] {
        let found = server(404, body).await.find_charge(&by("tok_approve")).await;
        assert!(matches!(found, Err(GatewayError::Unavailable { .. })), "{body}: {found:?}");
    }
    let gateway = server(404, r#"{"error":"not_found"}"#).await;
    assert_eq!(gateway.find_charge(&by("tok_approve")).await, Ok(None));
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_no_refund() {
    let request = RefundRequest {
        key: "r1".to_owned(),
        earlier: Vec::new(),
        provider_id: "pay_1".to_owned(),
        amount: won(900),
        reason: String::new(),
    };
    for (status, body) in [
        (200, "{}"),
        (200, r#"{"cancel":{"key":"r2","amount":900}}"#),
        (200, r#"{"cancel":{"key":"r1","amount":90}}"#),
        (201, r#"{"cancel":{"key":"r1","amount":900}}"#),
        (409, "no JSON"),
        (500, r#"{"error":"internal_error"}"#),
    ] {
        let answer = server(status, body).await.refund(&request).await;
        assert!(matches!(answer, Err(GatewayError::Unavailable { .. })), "{status} {body}: {answer:?}");
    }
    let sound = server(200, r#"{"cancel":{"key":"r1","amount":900}}"#).await;
    assert_eq!(sound.refund(&request).await, Ok(()));
}

#[tokio::test]
async fn nonsense_offers_no_cards() {
    assert_eq!(server(200, r#"[{"card":"tok"}]"#).await.cards().await[..], []);
    assert_eq!(server(500, "[]").await.cards().await[..], []);
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_not_sent() {
    let provider = Provider::start().await;
    let request = ChargeRequest { key: "two\nlines".to_owned(), ..by("tok_approve") };
    assert_eq!(provider.gateway().charge(&request).await, ChargeOutcome::Unknown);
    assert_eq!(provider.ledger().await, (0, 0, 0, 0));
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_refused_at_once() {
    let timeouts = Timeouts { connect: BRIEF, charge: BRIEF, other: BRIEF };
    for url in ["", "127.0.0.1:9000", "ftp://127.0.0.1", "https://127.0.0.1", "http://", "mailto:x"] {
        let refused = SandboxGateway::new(url, timeouts, None).map(drop);
        assert!(
            matches!(&refused, Err(GatewayError::Address { url: named, .. }) if named == url),
            "{url}: {refused:?}"
        );
    }
}
