//! What nginx says by itself: to programs a problem, as the city would, and to browsers a page.

use super::nginx::Nginx;
use crate::city::City;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, STRICT_TRANSPORT_SECURITY};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

const HERE: [u8; 4] = [127, 0, 0, 1];
/// What a browser says that asks for a page.
const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// What came, as text.
async fn heard(request: RequestBuilder, status: u16) -> (HeaderMap, String) {
    let answer = request.send().await.unwrap();
    let headers = answer.headers().clone();
    let came = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    assert_eq!(came, status, "{headers:?}: {text}");
    assert_eq!(headers.get_all(STRICT_TRANSPORT_SECURITY).iter().count(), 1, "{headers:?}");
    (headers, text)
}

/// A problem of this kind, about this path.
async fn problem(request: RequestBuilder, status: u16, kind: &str, path: &str) -> (HeaderMap, Value) {
    let (headers, text) = heard(request, status).await;
    assert_eq!(headers[CONTENT_TYPE], "application/problem+json", "{text}");
    let said: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(said["type"], format!("/problems/{kind}"), "{text}");
    assert_eq!((&said["status"], &said["instance"]), (&status.into(), &path.into()), "{text}");
    assert!(said["title"].is_string() && said["detail"].is_string(), "{text}");
    (headers, said)
}

fn sends(client: &Client, nginx: &Nginx, path: &str, bytes: usize) -> RequestBuilder {
    let request = client.post(format!("{}{path}", nginx.base)).header("origin", &nginx.base);
    request.header("content-type", "application/json").header("accept-language", "en").body("a".repeat(bytes))
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_refused_by_the_city_itself_and_by_nginx_in_the_same_form() {
    let city = City::open().await;
    let nginx = Nginx::before(city.addr, &[]).await;
    let client = nginx.client(HERE);
    for bytes in [70_000, 200_000, 700_000] {
        let request = sends(&client, &nginx, "/orderLists", bytes);
        let (_, said) = problem(request, 413, "too-large", "/orderLists").await;
        assert_eq!(said["title"], "Too much was sent", "the city speaks one language at a time: {said}");
    }
    let request = sends(&client, &nginx, "/orderLists", 2_000_000).header("accept", PAGE);
    let (_, said) = problem(request, 413, "too-large", "/orderLists").await;
    assert_eq!(
        said["title"], "보낸 내용이 너무 커요 / Too much was sent",
        "nginx lets nothing of it through"
    );
    let request = sends(&client, &nginx, "/login", 2_000_000).header("accept", PAGE);
    let (headers, page) = heard(request, 413).await;
    assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
    assert!(page.contains("너무 커요") && page.contains("Too much was sent"), "{page}");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_city_is_away_programs_hear_a_problem_and_browsers_see_a_page_that_asks_again() {
    let city = City::open().await;
    let nginx = Nginx::before(city.addr, &[]).await;
    let client = nginx.client(HERE);
    city.close().await;
    let get = |path: &str, accept: &str| client.get(format!("{}{path}", nginx.base)).header("accept", accept);
    for (path, accept) in [
        ("/orderLists", "application/hal+json"),
        // What is the API's alone has no page.
        ("/orderLists", PAGE),
        ("/stores/1/menu", PAGE),
        ("/orders", "*/*"),
        ("/live/orders", "text/event-stream"),
    ] {
        let (headers, _) = problem(get(path, accept), 502, "outcome-unknown", path).await;
        assert_eq!(headers[RETRY_AFTER], "2", "{path}");
        assert!(!headers.contains_key("refresh"), "{path}");
    }
    // What would not be JSON any more is left out.
    problem(get("/orderLists/%22%5C", "*/*"), 502, "outcome-unknown", "/").await;

    for path in ["/", "/stores/1", "/orders"] {
        let (headers, page) = heard(get(path, PAGE), 502).await;
        assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(headers[RETRY_AFTER], "2", "{path}");
        assert_eq!(headers["refresh"], "3", "{path}");
        assert!(page.contains("잠시 뒤에 다시") && page.contains("try again in a moment"), "{page}");
        assert!(!page.contains("go back"), "{page}");
    }
    // A form that may have been taken is not sent again by itself.
    let (headers, page) = heard(sends(&client, &nginx, "/login", 10).header("accept", PAGE), 502).await;
    assert!(!headers.contains_key("refresh") && headers[RETRY_AFTER] == "2", "{headers:?}");
    assert!(page.contains("뒤로 가서") && page.contains("go back"), "{page}");
}
