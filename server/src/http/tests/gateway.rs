//! Behind proxies: who asks, how much they may ask for, what every answer carries, and whether the city is ready.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, STRICT_TRANSPORT_SECURITY};

use domain::views::{Actor, DraftForm, Fault, NewStore};
use sqlx::{Connection, SqliteConnection};

use super::*;
use crate::commands::registering;
use crate::http::client::OverTls;
use crate::http::session::{SESSION_COOKIE, VISITOR_COOKIE};
use crate::storage::EventLog;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Something that a city lacks.
type Change = fn(&mut Readiness);

/// A city behind a proxy at the address that requests without one are taken to come from.
async fn city(change: impl FnOnce(&mut Rates)) -> City {
    let folder = tempfile::tempdir().unwrap();
    let accounts = accounts::accounts().await;
    accounts.add(accounts::haneul(), SystemClock.now()).await.unwrap();
    let mut config = config(None);
    config.gateway.trusted_proxies = vec!["0.0.0.0/32".parse().unwrap()];
    change(&mut config.gateway.rates);
    City::open(folder, accounts, config).await
}

async fn draft(city: &City, browser: &Browser, location: &str) -> domain::views::FormDraft {
    let id = location.split("draft=").nth(1).unwrap().split('&').next().unwrap();
    let visitor = browser.cookie(VISITOR_COOKIE).unwrap();
    city.state.web.draft(&visitor, id).await.unwrap().expect("a draft")
}

async fn post_from(browser: &mut Browser, from: &str, path: &str, fields: &[(&str, &str)]) -> String {
    let headers = [(ORIGIN, "http://baedal.test"), (FOR, from)];
    leads_to(browser.send(Method::POST, path, fields, &headers).await).await
}

#[tokio::test]
async fn too_many_logins_come_back_with_the_name_and_never_with_the_password() {
    let city = city(|rates| rates.login_per_minute = 3).await;
    let mut browser = city.browser();
    let wrong = [("login", "haneul"), ("password", "a-wrong-guess"), ("next", "/orders")];
    for _ in 0..3 {
        let location = post_from(&mut browser, "192.0.2.1", "/login", &wrong).await;
        assert_eq!(draft(&city, &browser, &location).await.fault, Fault::WrongPassword);
    }
    let location = post_from(&mut browser, "192.0.2.1", "/login", &wrong).await;
    assert!(location.starts_with("/login?draft=") && location.ends_with("&next=/orders"), "{location}");
    let kept = draft(&city, &browser, &location).await;
    assert_eq!(kept.fault, Fault::TooMany { retry_after_s: 20 });
    assert_eq!((kept.form, kept.field("login")), (DraftForm::Login, Some("haneul")));
    assert!(!format!("{kept:?}").contains("a-wrong-guess"));
    for (language, sentence) in [("ko", "20초 뒤에 다시"), ("en", "try again in 20 s")] {
        let headers = [(ACCEPT_LANGUAGE, language), (FOR, "192.0.2.1")];
        let page = text(browser.send(Method::GET, &location, &[], &headers).await).await;
        assert!(page.contains(sentence) && page.contains("value=\"haneul\""), "{language}: {page}");
    }
    // 429 says so by itself, also to a browser that has come without any cookie and is told its own with it.
    let mut fresh = city.browser();
    let headers = [(ORIGIN, "http://baedal.test"), (FOR, "192.0.2.1"), (ACCEPT_LANGUAGE, "en")];
    let refused = fresh.send(Method::POST, "/login", &wrong, &headers).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = refused.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(refused.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = refused.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(fresh.cookie(VISITOR_COOKIE).is_some());
    let location = leads_to(refused).await;
    assert!(location.starts_with("/login?draft=") && location.ends_with("&next=/orders"), "{location}");
    let page = fresh.send(Method::GET, &location, &[], &[(FOR, "192.0.2.1")]).await;
    assert!(text(page).await.contains("value=\"haneul\""));
    // Another address is not concerned, and the right password counts from there.
    let right = [("login", "haneul"), ("password", "baedal-demo")];
    assert_eq!(post_from(&mut city.browser(), "192.0.2.2", "/login", &right).await, "/");
}

#[tokio::test]
async fn a_name_that_is_guessed_from_everywhere_is_closed_but_not_for_a_browser_that_knows_it() {
    let city = city(|rates| rates.login_per_minute = 2).await;
    let mut her = city.browser();
    let right = [("login", "haneul"), ("password", "baedal-demo")];
    assert_eq!(post_from(&mut her, "192.0.2.1", "/login", &right).await, "/");
    let mut last = None;
    for number in 0..10 {
        let mut robot = city.browser();
        let wrong = [("login", "haneul"), ("password", "a-wrong-guess")];
        let location = post_from(&mut robot, &format!("198.51.100.{number}"), "/login", &wrong).await;
        last = Some(draft(&city, &robot, &location).await.fault);
    }
    assert!(matches!(last, Some(Fault::TooMany { retry_after_s: 1..=60 })), "{last:?}");
    her.cookies.remove(crate::http::session::SESSION_COOKIE);
    assert_eq!(post_from(&mut her, "192.0.2.9", "/login", &right).await, "/");
}

#[tokio::test]
async fn too_many_sign_ups_and_applications_come_back_with_what_was_typed() {
    let city = city(|rates| rates.signup_per_hour = 1).await;
    let mut browser = city.browser();
    let fields = [("login", "x"), ("password", "long-enough"), ("name", "이바다"), ("phone", "1")];
    post_from(&mut browser, "192.0.2.1", "/signup", &fields).await;
    for (path, form) in [
        ("/signup", DraftForm::SignUp),
        ("/signup/owner", DraftForm::SignUpOwner),
        ("/signup/rider", DraftForm::SignUpRider),
        ("/application", DraftForm::Application),
    ] {
        let location = post_from(&mut browser, "192.0.2.1", path, &fields).await;
        let kept = draft(&city, &browser, &location).await;
        assert!(matches!(kept.fault, Fault::TooMany { retry_after_s: 3_590..=3_600 }), "{:?}", kept.fault);
        assert_eq!((kept.form, kept.field("name")), (form, Some("이바다")));
        assert!(path == "/application" || !format!("{kept:?}").contains("long-enough"), "{path}");
    }
    let page = text(browser.get("/signup").await).await;
    assert!(!page.contains("role=\"alert\""), "another page says nothing of it");
}

/// The first answer that says that it was too much: a burst has an end.
async fn until_refused(
    browser: &mut Browser,
    method: Method,
    path: &str,
    fields: &[(&str, &str)],
    headers: &[(HeaderName, &str)],
) -> Response {
    for _ in 0..20 {
        let response = browser.send(method.clone(), path, fields, headers).await;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            return response;
        }
    }
    panic!("{path} has no end");
}

#[tokio::test]
async fn whoever_asks_too_much_hears_it_in_their_language_and_form() {
    let city = city(|rates| rates.requests_per_second = 1).await;
    let mut browser = city.browser();
    let refused = until_refused(&mut browser, Method::GET, "/login", &[], &[]).await;
    assert_eq!(refused.headers()[RETRY_AFTER], "1");
    assert!(text(refused).await.contains("너무 많이 시도했어요"));

    // A script.
    let own = (ORIGIN, "http://baedal.test");
    let response =
        until_refused(&mut browser, Method::POST, "/api/cart/view", &[], std::slice::from_ref(&own)).await;
    assert_eq!(response.headers()[RETRY_AFTER], "1");
    let fault: app::api::ApiError = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(fault.fault(), Some(&Fault::TooMany { retry_after_s: 1 }));

    // A plain form comes back with a button that sends it again.
    let typed = [("note", "단무지 \"많이\" <주세요>"), ("password", "hush-hush")];
    let headers = [own, (ACCEPT, "text/html"), (ACCEPT_LANGUAGE, "en")];
    let response = until_refused(&mut browser, Method::POST, "/api/orders/place", &typed, &headers).await;
    assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self'") && policy.contains("default-src 'none'"), "{policy}");
    let page = text(response).await;
    assert!(page.contains("try again in 1 s") && page.contains("action=\"/api/orders/place\""), "{page}");
    assert!(page.contains("name=\"note\" value=\"단무지 &quot;많이&quot; &lt;주세요&gt;\""), "{page}");
    assert!(!page.contains("hush-hush"));

    // Another address has its own; files and health have none.
    assert_eq!(
        browser.send(Method::GET, "/login", &[], &[(FOR, "192.0.2.7")]).await.status(),
        StatusCode::OK
    );
    for _ in 0..20 {
        assert_eq!(browser.get("/healthz").await.status(), StatusCode::OK);
        assert_eq!(browser.get("/readyz").await.status(), StatusCode::OK);
        assert_eq!(browser.get("/img/none.svg").await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn made_up_sessions_and_tokens_are_counted_before_the_database_is_asked() {
    let city = city(|rates| rates.requests_per_second = 1).await;
    // Nothing can be looked up any more: whoever is refused all the same was counted before.
    city.state.web.close().await;
    city.state.accounts.pool().close().await;
    let mut browser = city.browser();
    browser.cookies.insert(SESSION_COOKIE.into(), tower_sessions::session::Id::default().to_string());
    until_refused(&mut browser, Method::GET, "/", &[], &[(FOR, "192.0.2.1")]).await;
    let token = format!("Bearer bdl_{}", "a".repeat(43));
    let headers = [(AUTHORIZATION, &*token), (FOR, "192.0.2.2")];
    until_refused(&mut city.browser(), Method::GET, "/orderLists", &[], &headers).await;
    // What cannot be a token is no way around.
    let headers = [(AUTHORIZATION, "Bearer none"), (FOR, "192.0.2.3")];
    until_refused(&mut city.browser(), Method::GET, "/orderLists", &[], &headers).await;
}

#[tokio::test]
async fn no_more_streams_are_open_at_once_than_there_may_be() {
    let city = city(|rates| rates.streams = 2).await;
    let mut browser = city.browser();
    browser.login("").await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let stream = browser.get("/live/orders").await;
        assert_eq!(stream.status(), StatusCode::OK);
        open.push(stream);
    }
    let refused = browser.get("/live/orders").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()[RETRY_AFTER], "10");
    let fault: Fault = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!(fault, Fault::TooMany { retry_after_s: 10 });
    open.pop();
    assert_eq!(browser.get("/live/orders").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn behind_a_trusted_proxy_that_speaks_https_cookies_stay_on_https() {
    let city = city(|_| {}).await;
    for (peer, proto, secure) in
        [("0.0.0.0", "https", true), ("0.0.0.0", "http", false), ("203.0.113.9", "https", false)]
    {
        let mut request = Request::builder().uri("/login").header(PROTO, proto).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
        let response = city.router.clone().oneshot(request).await.unwrap();
        let cookies = set_cookies(&response);
        assert!(!cookies.is_empty() && cookies.iter().all(|cookie| cookie.ends_with("Secure") == secure));
        assert_eq!(response.headers().contains_key(STRICT_TRANSPORT_SECURITY), secure, "{peer} {proto}");
    }
    let mut request = Request::builder().uri("/login").body(Body::empty()).unwrap();
    request.extensions_mut().insert(OverTls);
    let response = city.router.clone().oneshot(request).await.unwrap();
    assert!(response.headers().contains_key(STRICT_TRANSPORT_SECURITY));
    assert!(set_cookies(&response)[0].contains("; Secure"));
}

#[tokio::test]
async fn a_request_of_http_2_has_the_host_of_its_address() {
    let city = city(|_| {}).await;
    for (origin, status) in
        [("https://food.example", StatusCode::SEE_OTHER), ("https://evil.example", StatusCode::FORBIDDEN)]
    {
        let request = Request::builder()
            .method(Method::POST)
            .uri("https://food.example/theme")
            .header(ORIGIN, origin)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("theme=dark"))
            .unwrap();
        let response = city.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{origin}");
    }
}

#[tokio::test]
async fn every_answer_protects_whoever_reads_it() {
    let city = City::new().await;
    for path in
        ["/", "/login", "/no/such/page", "/orders", "/healthz", "/readyz", "/pkg/none.js", "/live/orders"]
    {
        let response = city.browser().get(path).await;
        let says = |name: &str| response.headers().get(name).map_or("", |value| value.to_str().unwrap());
        let policy = says("content-security-policy").to_owned();
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert_eq!(says("x-frame-options"), "DENY", "{path}");
        assert_eq!(says("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(says("referrer-policy"), "same-origin", "{path}");
        assert!(says("permissions-policy").starts_with("geolocation=(self), "), "{path}");
        assert_eq!(says("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(says("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(says("strict-transport-security"), "", "{path}");
    }
}

#[tokio::test]
async fn the_nonce_of_a_page_is_used_once() {
    let city = City::new().await;
    let mut nonces = std::collections::HashSet::new();
    for _ in 0..5 {
        let response = city.browser().get("/login").await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        nonces.insert(policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned());
    }
    assert_eq!(nonces.len(), 5, "{nonces:?}");
}

async fn ready(city: &City) -> (StatusCode, serde_json::Value) {
    let response = city.browser().get("/readyz").await;
    assert!(set_cookies(&response).is_empty());
    let status = response.status();
    (status, serde_json::from_str(&text(response).await).unwrap())
}

async fn city_that_needs(change: impl FnOnce(&mut Readiness)) -> City {
    let folder = tempfile::tempdir().unwrap();
    City::open_ready(folder, accounts::accounts().await, config(None), change).await
}

/// Registers a store of the demo city: one event.
async fn append(log: &dyn EventLog, store: usize) {
    let (profile, menu, hours) = crate::demo::world().unwrap().stores[store].clone();
    let command = crate::adapters::clock::new_uuid(SystemClock.now());
    let unit = registering(command, Actor::System, NewStore { profile, menu, hours });
    log.execute(unit).await.unwrap().unwrap();
}

#[tokio::test]
async fn ready_is_a_city_that_can_do_its_work() {
    let (status, said) = ready(&city_that_needs(|_| {}).await).await;
    assert_eq!((status, &said["ready"]), (StatusCode::OK, &serde_json::json!(true)), "{said}");
    assert!(said["checks"]["disk"]["free_mb"].as_u64().unwrap() > 0);

    let reasons: [(&str, Change); 3] = [
        ("serving", |readiness| readiness.stopping.cancel()),
        ("writer", |readiness| readiness.writer_ended.cancel()),
        ("disk", |readiness| readiness.min_free = u64::MAX),
    ];
    for (check, change) in reasons {
        let (status, said) = ready(&city_that_needs(change).await).await;
        assert_eq!((status, &said["ready"]), (StatusCode::SERVICE_UNAVAILABLE, &serde_json::json!(false)));
        for (name, found) in said["checks"].as_object().unwrap() {
            assert_eq!(found["ok"], name != check, "{said}");
        }
    }
}

#[tokio::test]
async fn a_city_whose_database_cannot_be_read_is_not_ready_until_it_can() {
    let city = city_that_needs(|_| {}).await;
    assert_eq!(ready(&city).await.0, StatusCode::OK);
    let file = city.folder.path().join("baedal.db");
    let mut damage = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("ALTER TABLE cursors RENAME TO elsewhere").execute(&mut damage).await.unwrap();
    let (status, said) = ready(&city).await;
    assert_eq!((status, &said["ready"]), (StatusCode::SERVICE_UNAVAILABLE, &serde_json::json!(false)));
    for (name, found) in said["checks"].as_object().unwrap() {
        // How far the processes have come is in the database: what is not known is not said to be well.
        let is_known = ["serving", "writer", "disk"].contains(&name.as_str());
        assert_eq!(found["ok"], is_known, "{name}: {said}");
    }
    assert_eq!(said["checks"]["database"], serde_json::json!({ "ok": false }));
    sqlx::query("ALTER TABLE elsewhere RENAME TO cursors").execute(&mut damage).await.unwrap();
    damage.close().await.unwrap();
    let (status, said) = ready(&city).await;
    assert_eq!((status, &said["checks"]["database"]["ok"]), (StatusCode::OK, &serde_json::json!(true)));
}

#[tokio::test]
async fn a_city_whose_processes_do_not_follow_the_log_is_not_ready() {
    // Nobody follows the log here.
    let city = city_that_needs(|_| {}).await;
    for (store, expected) in [true, true, false].into_iter().enumerate() {
        append(&*city.state.readiness.log, store).await;
        let position = store + 1;
        let (_, said) = ready(&city).await;
        assert_eq!(said["checks"]["processes"], serde_json::json!({ "ok": expected, "behind": position }));
        assert_eq!(said["checks"]["notices"], said["checks"]["processes"]);
        assert_eq!(said["checks"]["webhooks"], said["checks"]["processes"]);
        assert_eq!(said["ready"], expected);
    }
}
