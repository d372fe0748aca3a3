//! Where requests come from, what they may send, which headers and which language the answers have.

use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, REFERER, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use domain::shared::Locale;

use super::*;
use crate::http::session;

#[tokio::test]
async fn a_foreign_form_is_refused_in_the_callers_language_and_does_nothing() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    for (language, sentence) in [("ko", "다른 사이트에서"), ("en", "from another site")] {
        let headers = [(ORIGIN, "http://evil.example"), (ACCEPT_LANGUAGE, language)];
        let response = browser.send(Method::POST, "/logout", &[], &headers).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert!(text(response).await.contains(sentence));
    }
    assert!(browser.is_in().await);
    let response = browser.send(Method::POST, "/logout", &[], &[]).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let response = browser.send(Method::POST, "/logout", &[], &[(REFERER, "http://baedal.test/")]).await;
    assert_eq!(goes_to(&response), "/");
}

#[tokio::test]
async fn no_form_of_another_site_logs_a_stranger_in() {
    let city = City::new().await;
    let fields = [("login", "haneul"), ("password", "baedal-demo")];
    let response =
        city.browser().send(Method::POST, "/login", &fields, &[(ORIGIN, "http://evil.example")]).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(set_cookies(&response).is_empty());
}

#[tokio::test]
async fn pages_are_private_and_in_no_frame() {
    let city = City::new().await;
    let response = city.browser().get("/no/such/page").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let headers = response.headers();
    assert_eq!(headers[CACHE_CONTROL], "private, no-store");
    assert_eq!(headers[REFERRER_POLICY], "same-origin");
    assert_eq!(headers[X_FRAME_OPTIONS], "DENY");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = headers["content-security-policy"].to_str().unwrap().to_owned();
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    // Every script of the page is the server's.
    let page = text(response).await;
    assert_eq!(page.matches("<script").count(), page.matches(&format!("nonce=\"{nonce}\"")).count());
}

#[tokio::test]
async fn files_and_health_know_nothing_of_visitors() {
    let city = City::new().await;
    for path in ["/healthz", "/pkg/none.js", "/img/none.svg", "/favicon.ico"] {
        let response = city.browser().get(path).await;
        assert!(set_cookies(&response).is_empty(), "{path}");
    }
    let response = city.browser().get("/healthz").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "ok\n");
}

#[tokio::test]
async fn more_than_a_form_can_hold_is_refused_in_words() {
    let city = City::new().await;
    let large = "a".repeat(64 * 1024 + 1);
    let response = city.browser().post("/login", &[("login", &large)]).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(text(response).await.contains("너무 커요"));
}

#[tokio::test]
async fn a_body_without_a_length_is_bounded_too() {
    let city = City::new().await;
    let piece = axum::body::Bytes::from(vec![b'a'; 1_024]);
    let pieces = (0..=64).map(move |_| Ok::<_, std::io::Error>(piece.clone()));
    for path in ["/api/cart/quantity", "/login"] {
        let body = Body::from_stream(futures::stream::iter(pieces.clone()));
        let request = Request::post(path)
            .header(HOST, "baedal.test")
            .header(ORIGIN, "http://baedal.test")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .unwrap();
        let response = city.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(text(response).await.contains("너무 커요"));
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_words_to_scripts_and_to_plain_forms() {
    let city = City::new().await;
    let item = "01920000-0000-7000-8000-000000000000";
    let wrong: [&[(&str, &str)]; 3] = [
        &[("item", item), ("quantity", "1"), ("choices[0]", "no id")],
        &[("item", "no id"), ("quantity", "1")],
        &[("quantity", "1")],
    ];
    for fields in wrong {
        let response = city.browser().post("/api/cart/quantity", fields).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{fields:?}");
        let answer: app::api::ApiError = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(answer.fault(), Some(&domain::views::Fault::Unreadable), "{fields:?}");

        let mut browser = city.browser();
        let headers = [
            (ORIGIN, "http://baedal.test"),
            (ACCEPT, "text/html,application/xhtml+xml"),
            (REFERER, "http://baedal.test/cart?draft=1"),
        ];
        let response = browser.send(Method::POST, "/api/cart/quantity", fields, &headers).await;
        assert_eq!(goes_to(&response), "/unreadable?back=/cart%3Fdraft%3D1", "{fields:?}");
        let page = text(browser.get("/unreadable?back=/cart%3Fdraft%3D1").await).await;
        assert!(page.contains("읽을 수 없어요") && page.contains("href=\"/cart?draft=1\""), "{page}");
    }
    // Browsers leave tabs and line ends out.
    for back in ["//evil.example", "/%09/evil.example", "/%0A/evil.example", "/%5Cevil.example"] {
        let page = text(city.browser().get(&format!("/unreadable?back={back}")).await).await;
        assert!(page.contains("<a rel=\"external\" href=\"/\""), "{page}");
    }
    // Not even text.
    let request = Request::post("/api/cart/quantity")
        .header(HOST, "baedal.test")
        .header(ORIGIN, "http://baedal.test")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(&b"item=\xff\xfe&quantity=1"[..]))
        .unwrap();
    let response = city.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let response = city.browser().get("/live/orders?after=abc").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(text(response).await.contains("읽을 수 없어요"));
}

#[tokio::test]
async fn a_question_that_a_plain_form_asks_is_answered_and_leads_nowhere() {
    let city = City::new().await;
    for referer in [None, Some("http://evil.example/"), Some("http://baedal.test/api/cart/view")] {
        let mut headers = vec![(ORIGIN, "http://baedal.test"), (ACCEPT, "text/html,*/*")];
        headers.extend(referer.map(|referer| (REFERER, referer)));
        let response = city.browser().send(Method::POST, "/api/cart/view", &[], &headers).await;
        assert_eq!(response.status(), StatusCode::OK, "{referer:?}");
        assert!(!response.headers().contains_key(LOCATION), "{referer:?}");
        let answer: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
        assert!(answer.is_object(), "{answer}");
        // Refused it is a refusal, and nobody is sent around.
        let response = city.browser().send(Method::POST, "/api/account/view", &[], &headers).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{referer:?}");
        assert!(!response.headers().contains_key(LOCATION), "{referer:?}");
        // Nothing is asked by a link.
        let response = city.browser().send(Method::GET, "/api/cart/view", &[], &headers).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{referer:?}");
    }
}

#[tokio::test]
async fn a_refused_form_too_large_to_be_kept_comes_back_itself() {
    let city = City::new().await;
    let menu = "kimbap <b> 3000\n".repeat(1_700);
    let headers = [(ORIGIN, "http://baedal.test"), (ACCEPT, "text/html")];
    let typed = [("name", "이바다"), ("menu", &menu), ("password", "hush-hush"), ("number", "1")];
    let response = city.browser().send(Method::POST, "/application", &typed, &headers).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND, "the fault's own");
    assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
    let page = text(response).await;
    assert!(page.contains("action=\"/application\"") && page.contains("이바다"), "{page}");
    assert!(page.contains(&menu.replace('<', "&lt;").replace('>', "&gt;")), "{page}");
    assert!(!page.contains("hush-hush"));
    // A server function's form as well.
    let url = "u".repeat(30_000);
    let typed = [("url", &*url)];
    let response = city.browser().send(Method::POST, "/api/webhooks/register", &typed, &headers).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let page = text(response).await;
    assert!(page.contains("action=\"/api/webhooks/register\"") && page.contains(&url), "{page}");
}

#[tokio::test]
async fn ways_around_and_tunnels_are_refused_in_words() {
    let city = City::new().await;
    let odd = [
        "/..",
        "/../readyz",
        "/%2e%2e/",
        "/orders/./1",
        "/stores/a%2Fb",
        "/pkg/..%5cx",
        "/img/%00",
        "/x/%2E.",
    ];
    for path in odd {
        let response = city.browser().get(path).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
        assert!(text(response).await.contains("읽을 수 없어요"), "{path}");
    }
    let headers = [(ACCEPT_LANGUAGE, "en")];
    let response = city.browser().send(Method::GET, "/orderLists/%2e%2e/x", &[], &headers).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(problem["type"], "/problems/not-found");
    // Dots in a query are nobody's path.
    assert_eq!(city.browser().get("/login?next=/../%2f").await.status(), StatusCode::OK);
    let request =
        Request::builder().method(Method::CONNECT).uri("baedal.test:443").body(Body::empty()).unwrap();
    let response = city.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(response.headers().contains_key("allow"));
}

#[tokio::test]
async fn a_slash_after_a_pages_path_changes_nothing() {
    let city = City::new().await;
    for (typed, page) in [("/owner/", "/owner"), ("/cart//", "/cart"), ("/stores/1/?q=2", "/stores/1?q=2")] {
        let response = city.browser().get(typed).await;
        assert_eq!(goes_to(&response), page);
    }
    assert_ne!(city.browser().get("/").await.status(), StatusCode::SEE_OTHER);
    let response = city.browser().get("//evil.example/").await;
    assert_ne!(response.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn language_and_look_are_remembered() {
    let city = City::new().await;
    let mut browser = city.browser();
    let response = browser.post("/lang", &[("lang", "en"), ("next", "/cart")]).await;
    assert_eq!(goes_to(&response), "/cart");
    assert_eq!(browser.cookie("lang").as_deref(), Some("en"));
    let headers = [(ORIGIN, "http://baedal.test"), (REFERER, "http://baedal.test/stores/1?q=2")];
    let response = browser.send(Method::POST, "/theme", &[("theme", "dark")], &headers).await;
    assert_eq!(goes_to(&response), "/stores/1?q=2");
    assert_eq!(browser.cookie("theme").as_deref(), Some("dark"));
    browser.post("/theme", &[("theme", "pink; Domain=evil.example"), ("next", "//evil.example")]).await;
    browser.post("/lang", &[("lang", "xx")]).await;
    assert_eq!(browser.cookie("theme").as_deref(), Some("dark"));
    assert_eq!(browser.cookie("lang").as_deref(), Some("en"));
}

#[test]
fn the_language_is_the_chosen_one_else_the_browsers_favourite_else_korean() {
    let of = |cookie: &'static str, accepts: &'static str| {
        let mut headers = axum::http::HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        headers.insert(ACCEPT_LANGUAGE, accepts.parse().unwrap());
        session::locale(&headers)
    };
    for (accepts, locale) in [
        ("", Locale::Ko),
        ("en", Locale::En),
        ("en-GB,ko;q=0.9", Locale::En),
        ("ko;q=0.8, en;q=0.9", Locale::En),
        ("fr, de;q=0.9", Locale::Ko),
        ("fr, en;q=0.1", Locale::En),
        ("en;q=0, ko;q=0.1", Locale::Ko),
        ("en;q=0", Locale::Ko),
        ("KO-kr, en", Locale::Ko),
        ("en;q=nonsense, *", Locale::Ko),
    ] {
        assert_eq!(of("", accepts), locale, "{accepts}");
    }
    assert_eq!(of("theme=dark; lang=en", "ko"), Locale::En);
    assert_eq!(of("lang=fr", "en"), Locale::En);
}
