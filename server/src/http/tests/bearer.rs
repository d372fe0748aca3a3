//! Requests with an API token: whose rights they have, and what they never fall back to.

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use domain::shared::{AccountId, Timestamp};
use domain::views::{NewToken, Role, TokenTerm};
use uuid::Uuid;

use super::*;
use crate::accounts::NewAccount;
use crate::http::session::{SESSION_COOKIE, VISITOR_COOKIE};
use crate::tokens::TokenHash;

const ROLES: [Role; 5] = [Role::Customer, Role::Owner, Role::Rider, Role::Operator, Role::Applicant];

/// A new account of this role that can log in.
async fn account(city: &City, role: Role) -> AccountId {
    let number = ROLES.iter().position(|known| *known == role).unwrap();
    let new = NewAccount {
        id: AccountId(Uuid::from_u128(100 + number as u128)),
        login: role.name().to_owned(),
        role,
        ..accounts::haneul()
    };
    city.state.accounts.add(new, city.clock.now()).await.unwrap().id
}

/// The header of a new token.
async fn bearer(city: &City, account: AccountId) -> String {
    let new = NewToken { label: "봇".into(), term: TokenTerm::Month };
    let (_, secret) = city.state.tokens.make(account, new, city.clock.now()).await.unwrap();
    format!("Bearer {}", secret.reveal())
}

async fn send(browser: &mut Browser, method: Method, path: &str, token: &str) -> Response {
    browser.send(method, path, &[], &[(AUTHORIZATION, token)]).await
}

fn is_invalid_token(response: &Response) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
        && response.headers()[WWW_AUTHENTICATE] == "Bearer error=\"invalid_token\""
}

#[tokio::test]
async fn a_token_has_its_roles_rights_as_a_login_has() {
    let city = City::new().await;
    for role in ROLES {
        let token = bearer(&city, account(&city, role).await).await;
        let mut at_home = city.browser();
        let fields = [("login", role.name()), ("password", "baedal-demo"), ("next", "")];
        at_home.post("/login", &fields).await;
        assert!(at_home.cookie(SESSION_COOKIE).is_some(), "{role:?}");
        for stream in ["/live/orders", "/live/owner", "/live/rider", "/live/operator"] {
            let by_cookie = at_home.get(stream).await.status();
            let by_token = send(&mut city.browser(), Method::GET, stream, &token).await.status();
            assert_eq!(by_token, by_cookie, "{role:?} at {stream}");
        }
    }
}

#[tokio::test]
async fn with_a_token_no_cookie_is_read_or_set() {
    let city = City::new().await;
    let token = bearer(&city, account(&city, Role::Rider).await).await;
    // A browser of a customer sends the token of a rider.
    let mut browser = city.browser();
    browser.login("").await;
    let cookies = browser.cookies.clone();
    city.clock.advance(2 * 3_600_000);
    for (method, path, status) in [
        (Method::GET, "/live/rider", StatusCode::OK),
        (Method::GET, "/live/orders", StatusCode::FORBIDDEN),
        (Method::GET, "/cart", StatusCode::OK),
        (Method::POST, "/logout", StatusCode::FORBIDDEN),
        (Method::POST, "/login", StatusCode::FORBIDDEN),
        (Method::POST, "/signup", StatusCode::FORBIDDEN),
        (Method::POST, "/signup/owner", StatusCode::FORBIDDEN),
    ] {
        let response = send(&mut browser, method, path, &token).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(set_cookies(&response), [""; 0], "{path}");
    }
    assert_eq!(browser.cookies, cookies);
    // The session of the cookie goes on, and was not used: it is extended only now.
    assert!(set_cookies(&browser.get("/cards").await)[0].starts_with(SESSION_COOKIE));
    assert!(browser.is_in().await);
    // A stranger is given no visitor cookie either.
    let response = send(&mut city.browser(), Method::GET, "/cart", &token).await;
    assert_eq!(set_cookies(&response), [""; 0]);
}

#[tokio::test]
async fn nobody_with_a_token_is_sent_to_the_login() {
    let city = City::new().await;
    let token = bearer(&city, account(&city, Role::Customer).await).await;
    for path in ["/orders", "/owner", "/rider", "/operator", "/application", "/inbox", "/checkout"] {
        let response = send(&mut city.browser(), Method::GET, path, &token).await;
        assert!(!response.status().is_redirection(), "{path}: {}", response.status());
    }
    let slash = send(&mut city.browser(), Method::GET, "/orders/", &token).await;
    assert_eq!(goes_to(&slash), "/orders");
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_refused_at_once_whatever_cookie_comes_along() {
    let city = City::new().await;
    let customer = account(&city, Role::Customer).await;
    let unknown = format!("Bearer bdl_{}", "a".repeat(43));
    let revoked = bearer(&city, customer).await;
    let id = city.state.tokens.list(customer, city.clock.now()).await.unwrap()[0].id;
    let expired = bearer(&city, customer).await;
    let mut browser = city.browser();
    browser.login("").await;
    for good in [&revoked, &expired] {
        let response = send(&mut browser, Method::GET, "/live/orders", good).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    city.state.tokens.revoke(customer, id, city.clock.now()).await.unwrap();
    city.clock.advance(30 * 24 * 3_600_000);
    let cookies = browser.cookies.clone();
    for token in [
        unknown.as_str(),
        &revoked,
        &expired,
        "Bearer",
        "Bearer ",
        "bearer x",
        "BEARER bdl_x y",
        "Bearer \u{e9}",
    ] {
        for (method, path) in [
            (Method::GET, "/live/orders"),
            (Method::GET, "/cards"),
            (Method::GET, "/orders"),
            (Method::GET, "/"),
            (Method::GET, "/no/such/page"),
            (Method::GET, "/orders/"),
            (Method::POST, "/api/cart/view"),
            (Method::POST, "/logout"),
        ] {
            let response = send(&mut browser, method, path, token).await;
            assert!(is_invalid_token(&response), "{token} at {path}: {}", response.status());
            assert_eq!(response.headers()["cache-control"], "private, no-store");
            assert_eq!(set_cookies(&response), [""; 0]);
        }
    }
    assert_eq!(browser.cookies, cookies);
    // Two at once are none, even if one of them is good.
    let good = bearer(&city, customer).await;
    for pair in [[good.as_str(), "Bearer x"], ["Basic eDp5", good.as_str()]] {
        let headers = pair.map(|value| (AUTHORIZATION, value));
        let response = browser.send(Method::GET, "/live/orders", &[], &headers).await;
        assert!(is_invalid_token(&response), "{}", response.status());
    }
    // What is wrong is said in the language that the request asks for.
    for (language, sentence) in [("ko", "이 API 토큰은"), ("en", "This API token")] {
        let headers = [(AUTHORIZATION, unknown.as_str()), (axum::http::header::ACCEPT_LANGUAGE, language)];
        let response = city.browser().send(Method::GET, "/", &[], &headers).await;
        assert!(text(response).await.starts_with(sentence));
    }
}

#[tokio::test]
async fn the_token_of_a_forgotten_account_is_none() {
    let city = City::new().await;
    let customer = account(&city, Role::Customer).await;
    let token = bearer(&city, customer).await;
    assert_eq!(send(&mut city.browser(), Method::GET, "/live/orders", &token).await.status(), StatusCode::OK);
    city.state.accounts.forget(customer).await.unwrap();
    assert!(is_invalid_token(&send(&mut city.browser(), Method::GET, "/live/orders", &token).await));
}

#[tokio::test]
async fn other_schemes_are_not_looked_at_and_leave_the_cookies_in_force() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    for other in ["Basic eDp5", "Bearerbdl_x", "Digest x", ""] {
        assert_eq!(send(&mut browser, Method::GET, "/live/orders", other).await.status(), StatusCode::OK);
        // Neither do they free a form from having to come from here.
        let headers = [(AUTHORIZATION, other), (ORIGIN, "http://evil.example")];
        let response = browser.send(Method::POST, "/logout", &[], &headers).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let fields = [("login", "haneul"), ("password", "baedal-demo")];
        let response = city.browser().send(Method::POST, "/login", &fields, &headers).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn the_origin_is_asked_of_cookies_and_not_of_tokens() {
    let city = City::new().await;
    let token = bearer(&city, account(&city, Role::Customer).await).await;
    let mut browser = city.browser();
    browser.login("").await;
    let evil = (ORIGIN, "http://evil.example");
    let path = "/api/cart/view";
    let by_cookie = browser.send(Method::POST, path, &[], std::slice::from_ref(&evil)).await;
    assert_eq!(by_cookie.status(), StatusCode::FORBIDDEN);
    // The cookies come along, and nobody looks at them.
    let with_token = [evil.clone(), (AUTHORIZATION, token.as_str())];
    let by_token = browser.send(Method::POST, path, &[], &with_token).await;
    assert_eq!(by_token.status(), StatusCode::OK);
    // A browser would not even send this: nobody elsewhere is allowed to ask.
    let preflight = [
        evil,
        (HeaderName::from_static("access-control-request-method"), "POST"),
        (HeaderName::from_static("access-control-request-headers"), "authorization"),
    ];
    let answer = city.browser().send(Method::OPTIONS, "/api/cart/view", &[], &preflight).await;
    assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control-")));
    assert!(!answer.status().is_success());
}

#[tokio::test]
async fn a_scripts_cart_is_its_accounts_and_no_browser_can_have_it() {
    let city = City::new().await;
    let customer = account(&city, Role::Customer).await;
    let visitor = format!("account:{customer}");
    let data = crate::web_store::VisitorData { card: Some("tok_ok".into()), ..Default::default() };
    city.state.web.save_visitor(&visitor, &data).await.unwrap();
    let mut browser = city.browser();
    browser.cookies.insert(VISITOR_COOKIE.into(), visitor.clone());
    browser.get("/cart").await;
    let given = browser.cookie(VISITOR_COOKIE).unwrap();
    assert_ne!(given, visitor);
    assert_eq!(given.len(), 22);
}

#[tokio::test]
async fn a_token_is_used_when_a_request_is_made_with_it() {
    let city = City::new().await;
    let customer = account(&city, Role::Customer).await;
    let token = bearer(&city, customer).await;
    let hash = TokenHash::of(token.strip_prefix("Bearer ").unwrap()).unwrap();
    assert!(city.state.tokens.holds(hash, city.clock.now()).await.unwrap());
    send(&mut city.browser(), Method::GET, "/cart", &token).await;
    let used = async || city.state.tokens.list(customer, city.clock.now()).await.unwrap()[0].used_at;
    for _ in 0..200 {
        if used().await.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(used().await, Some(Timestamp(city.clock.now().0)));
}
