//! Limits as a program meets them.

use super::Program;
use crate::city::{City, key};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_program_over_the_limit_hears_when_to_come_again_and_its_key_is_free_then() {
    // One a second, after as many as may come at once.
    let city = City::open_with(|config| config.gateway.rates.orders_per_minute = 60).await;
    let customer = Program::of(&city, "customer1").await;
    let body = || Some(json!({"foodId": "피자", "address": "111", "card": "tok_decline"}));
    let place = async |sent: &str, language: &str| {
        let headers = [("idempotency-key", sent), ("accept-language", language)];
        customer.send(Method::POST, "/orderLists", &headers, body()).await
    };
    let mut refused = None;
    for _ in 0..1_000 {
        let sent = key();
        let heard = place(&sent, "ko").await;
        if heard.status == 429 {
            refused = Some((sent, heard));
            break;
        }
        assert_eq!(heard.status, 201, "{heard:?}");
    }
    let (sent, korean) = refused.expect("an end of what may be ordered");
    let said = korean.refused(429, "too-many-requests")["detail"].as_str().unwrap().to_owned();
    assert!(said.contains("너무 많이 시도했어요"), "{said}");
    assert_eq!(korean.header("retry-after"), "1");
    // The same key again: refused as long as it is too soon, and carried out then, once.
    let mut carried_out = None;
    for _ in 0..400 {
        let heard = place(&sent, "en").await;
        if heard.status != 429 {
            carried_out = Some(heard);
            break;
        }
        let said = heard.refused(429, "too-many-requests")["detail"].as_str().unwrap().to_owned();
        assert!(said.contains("too much in a short time"), "{said}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let first = carried_out.expect("what was refused is carried out later under the same key");
    assert_eq!(first.status, 201, "{first:?}");
    city.close().await;
}
