//! The page on which the customer decides.

use reqwest::Response;
use serde_json::{Value, json};

use super::{Provider, by, charged_never, charged_once};

impl Provider {
    /// A payment that waits for its customer.
    async fn waiting(&self, return_url: Option<&str>) -> Value {
        let mut body = by("tok_needs_customer");
        body["return_url"] = json!(return_url);
        let (status, payment) = self.pay("k", &body).await;
        assert_eq!(status, 200);
        payment
    }

    async fn page(&self, payment: &Value, lang: &str) -> (u16, String) {
        let sent = self
            .client
            .get(self.page_url(payment))
            .header("Accept-Language", lang)
            .send()
            .await
            .expect("an answer");
        (sent.status().as_u16(), sent.text().await.expect("a page"))
    }

    async fn tap(&self, payment: &Value, token: &str, decision: &str) -> Response {
        self.client
            .post(self.page_url(payment))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(format!("token={token}&decision={decision}"))
            .send()
            .await
            .expect("an answer")
    }

    fn page_url(&self, payment: &Value) -> String {
        format!("{}{}", self.base, payment["customer_url"].as_str().expect("a page"))
    }
}

/// The token a page carries in its form.
fn token_in(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"token\" value=\"").expect("a token");
    rest.split_once('"').expect("its end").0.to_owned()
}

fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().expect("text")
}

#[tokio::test]
async fn the_customer_approves_and_is_sent_back() {
    let provider = Provider::start().await;
    let payment = provider.waiting(Some("/orders/1")).await;
    assert_eq!(payment["status"], "needs_customer");
    let created = payment["created_ms"].as_i64().expect("a time");
    assert_eq!(payment["customer_until_ms"], created + 600_000);
    assert_eq!(provider.totals("A-1").await, charged_never());

    let (status, page) = provider.page(&payment, "ko-KR").await;
    assert_eq!(status, 200);
    assert!(page.contains("<html lang=\"ko\">") && page.contains("₩25,900"));
    assert!(page.contains("A-1") && !page.contains("<script"));
    assert!(
        page.contains("href=\"/orders/1\">나중에 정하고"),
        "whoever does not decide now goes back: {page}"
    );
    let token = token_in(&page);
    let sent = provider.tap(&payment, &token, "approve").await;
    assert_eq!((sent.status().as_u16(), location(&sent)), (303, "/orders/1"));
    assert_eq!(provider.get("/v1/payments?key=k").await.1["status"], "approved");

    // The second tap finds the decision made, whatever it says.
    let again = provider.tap(&payment, &token, "decline").await;
    assert_eq!((again.status().as_u16(), location(&again)), (303, "/orders/1"));
    assert_eq!(provider.get("/v1/payments?key=k").await.1["status"], "approved");
    assert_eq!(provider.totals("A-1").await, charged_once());
}

#[tokio::test]
async fn the_customer_declines_and_is_thanked_in_english() {
    let provider = Provider::start().await;
    let payment = provider.waiting(None).await;
    let (_, page) = provider.page(&payment, "en-US,en;q=0.9").await;
    assert!(page.contains("<html lang=\"en\">") && page.contains("₩25,900"));
    let sent = provider.tap(&payment, &token_in(&page), "decline").await;
    assert_eq!(sent.status(), 303);
    assert_eq!(location(&sent), payment["customer_url"].as_str().expect("a page"));
    let (status, thanks) = provider.page(&payment, "en").await;
    assert_eq!(status, 200);
    assert!(thanks.contains("Payment declined") && !thanks.contains("<form"));
    let (_, declined) = provider.get("/v1/payments?key=k").await;
    assert_eq!(declined["status"], "declined");
    assert_eq!(declined["decline_code"], "declined_by_customer");
    assert_eq!(provider.totals("A-1").await, charged_never());
}

#[tokio::test]
async fn a_tap_without_the_pages_token_changes_nothing() {
    let provider = Provider::start().await;
    let payment = provider.waiting(None).await;
    for token in ["", "guessed"] {
        assert_eq!(provider.tap(&payment, token, "approve").await.status(), 403);
    }
    let (_, page) = provider.page(&payment, "ko").await;
    assert_eq!(provider.tap(&payment, &token_in(&page), "sideways").await.status(), 403);
    assert_eq!(provider.get("/v1/payments?key=k").await.1["status"], "needs_customer");
    assert_eq!(provider.totals("A-1").await, charged_never());
}

#[tokio::test]
async fn an_unanswered_payment_is_abandoned() {
    let provider = Provider::start_with(|config| config.customer_minutes = 0).await;
    let payment = provider.waiting(Some("/orders/1")).await;
    let (status, page) = provider.page(&payment, "ko").await;
    assert_eq!(status, 200);
    assert!(page.contains("승인 시간이 지났어요") && page.contains("href=\"/orders/1\""));
    assert_eq!(provider.tap(&payment, "late", "approve").await.status(), 303);
    let (_, declined) = provider.get("/v1/payments?key=k").await;
    assert_eq!(declined["status"], "declined");
    assert_eq!(declined["decline_code"], "abandoned");
    assert_eq!(provider.totals("A-1").await, charged_never());
}

#[tokio::test]
async fn the_page_escapes_what_the_shop_sent() {
    let provider = Provider::start().await;
    let mut body = by("tok_needs_customer");
    body["order"] = json!("<script>alert('1')</script>\"&");
    body["return_url"] = json!("https://shop.test/?a=1&b=\"><b>");
    let (_, payment) = provider.pay("k", &body).await;
    let (_, page) = provider.page(&payment, "ko").await;
    assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;"));
    provider.tap(&payment, &token_in(&page), "decline").await;
    let (_, page) = provider.page(&payment, "ko").await;
    assert!(page.contains("href=\"https://shop.test/?a=1&amp;b=&quot;&gt;&lt;b&gt;\""));
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn only_payments_that_ask_their_customer_have_a_page() {
    let provider = Provider::start().await;
    let (_, approved) = provider.pay("plain", &by("tok_approve")).await;
    let id = approved["id"].as_str().expect("an id");
    for id in [id, "pay_none"] {
        let url = format!("{}/pay-sandbox/c/{id}", provider.base);
        let sent = provider.client.get(&url).send().await.expect("an answer");
        assert_eq!(sent.status(), 404);
        assert!(sent.text().await.expect("a page").contains("결제를 찾을 수 없어요"));
        let sent = provider.client.post(&url).body("token=x&decision=approve");
        let sent = sent.header("Content-Type", "application/x-www-form-urlencoded").send().await;
        assert_eq!(sent.expect("an answer").status(), 404);
    }
}

#[tokio::test]
async fn what_was_refused_under_a_key_is_refused_under_it_for_ever() {
    let provider = Provider::start().await;
    let payment = provider.waiting(None).await;
    let (id, part) = (&payment["id"], json!({ "amount": 1_000 }));
    let (status, refusal) = provider.cancel(id, "c1", &part).await;
    assert_eq!((status, &refusal["error"]), (409, &json!("not_approved")));
    let (_, page) = provider.page(&payment, "ko").await;
    provider.tap(&payment, &token_in(&page), "approve").await;
    assert_eq!(provider.cancel(id, "c1", &part).await, (409, refusal));
    let (status, refusal) = provider.cancel(id, "c1", &json!({ "amount": 2_000 })).await;
    assert_eq!((status, &refusal["error"]), (422, &json!("idempotency_mismatch")));
    assert_eq!(provider.cancel(id, "c2", &part).await.0, 200);
    assert_eq!(provider.totals("A-1").await["cancels"], 1);
}
