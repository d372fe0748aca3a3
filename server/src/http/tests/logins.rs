//! Login, sign-up, logout, and what a session is.

use domain::views::{DraftForm, Fault, Field, FieldFault};

use super::*;
use crate::http::session::{SESSION_COOKIE, VISITOR_COOKIE};
use crate::web_store::VisitorData;

/// The draft that a refused form left.
async fn draft(city: &City, browser: &Browser, location: &str) -> domain::views::FormDraft {
    let id = location.split("draft=").nth(1).unwrap().split('&').next().unwrap();
    let visitor = browser.cookie(VISITOR_COOKIE).unwrap();
    city.state.web.draft(&visitor, id).await.unwrap().expect("a draft")
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_login_and_back_after_it() {
    let city = City::new().await;
    let mut browser = city.browser();
    let sent = browser.get("/orders?page=2").await;
    assert_eq!(goes_to(&sent), "/login?next=/orders%3Fpage%3D2");
    let back = browser.login("/orders?page=2").await;
    assert_eq!(goes_to(&back), "/orders?page=2");
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn a_stranger_gets_a_visitor_cookie_once_and_never_a_session() {
    let city = City::new().await;
    let mut browser = city.browser();
    let response = browser.get("/orders").await;
    let cookies = set_cookies(&response);
    assert_eq!(cookies.len(), 1);
    for part in [VISITOR_COOKIE, "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookies[0].contains(part), "{cookies:?}");
    }
    assert!(!cookies[0].contains("Secure"));
    assert!(set_cookies(&browser.get("/orders").await).is_empty());

    browser.cookies.insert(VISITOR_COOKIE.into(), "made-up".into());
    browser.get("/orders").await;
    assert_eq!(browser.cookie(VISITOR_COOKIE).unwrap().len(), 22);
}

#[tokio::test]
async fn the_cookies_of_a_session_are_flagged_and_secure_behind_https() {
    for (public_url, secure) in [(None, false), (Some("https://baedal.test"), true)] {
        let city = City::with(public_url).await;
        let response = city.browser().login("").await;
        assert_eq!(goes_to(&response), "/");
        let cookies = set_cookies(&response);
        let session = cookies.iter().find(|cookie| cookie.starts_with(SESSION_COOKIE)).unwrap();
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
            assert!(session.contains(part), "{session}");
        }
        for cookie in &cookies {
            assert_eq!(cookie.contains("Secure"), secure, "{cookie}");
        }
    }
}

#[tokio::test]
async fn the_session_is_another_one_after_each_login() {
    let city = City::new().await;
    let mut ended = city.state.logout.subscribe();
    let mut browser = city.browser();
    browser.login("").await;
    let first = browser.cookie(SESSION_COOKIE).unwrap();
    browser.login("").await;
    let second = browser.cookie(SESSION_COOKIE).unwrap();
    assert_ne!(first, second);
    assert_eq!(ended.try_recv().unwrap(), first);

    let mut thief = city.browser();
    thief.cookies.insert(SESSION_COOKIE.into(), first);
    assert!(!thief.is_in().await);
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn a_session_id_that_an_attacker_chose_is_not_taken_over() {
    let city = City::new().await;
    let mut victim = city.browser();
    let chosen = "AAAAAAAAAAAAAAAAAAAAAA";
    victim.cookies.insert(SESSION_COOKIE.into(), chosen.into());
    victim.login("").await;
    assert_ne!(victim.cookie(SESSION_COOKIE).unwrap(), chosen);
    let mut attacker = city.browser();
    attacker.cookies.insert(SESSION_COOKIE.into(), chosen.into());
    assert!(!attacker.is_in().await);
    // The browser is told to forget what leads nowhere.
    assert_eq!(attacker.cookie(SESSION_COOKIE), None);
}

#[tokio::test]
async fn a_session_survives_a_restart_and_ends_at_logout() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    let session = browser.cookie(SESSION_COOKIE).unwrap();
    let city = city.restarted().await;
    browser.router = city.router.clone();
    assert!(browser.is_in().await);

    let mut ended = city.state.logout.subscribe();
    assert_eq!(goes_to(&browser.post("/logout", &[]).await), "/");
    assert_eq!(browser.cookie(SESSION_COOKIE), None);
    assert_eq!(ended.try_recv().unwrap(), session);
    browser.cookies.insert(SESSION_COOKIE.into(), session);
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn a_session_in_use_is_extended_once_an_hour() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    let session = browser.cookie(SESSION_COOKIE).unwrap();
    assert!(set_cookies(&browser.get("/cards").await).is_empty());
    city.clock.advance(3_600_000);
    let extended = set_cookies(&browser.get("/cards").await);
    assert!(extended[0].starts_with(&format!("{SESSION_COOKIE}={session};")), "{extended:?}");
    assert!(extended[0].contains("Max-Age=2592000"));
    assert!(set_cookies(&browser.get("/cards").await).is_empty());
}

#[tokio::test]
async fn the_cart_stays_at_login_and_logout() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.get("/orders").await;
    let visitor = browser.cookie(VISITOR_COOKIE).unwrap();
    let item = domain::store::WantedLine {
        item: domain::shared::ItemId(uuid::Uuid::from_u128(7)),
        quantity: 2,
        choices: Vec::new(),
    };
    let cart = Some((domain::shared::StoreId(uuid::Uuid::from_u128(5)), vec![item]));
    let data = VisitorData { card: Some("tok_ok".into()), cart, ..VisitorData::default() };
    let at_home = VisitorData {
        address: Some(domain::views::AddressView {
            text: "서울 마포구 양화로 45".into(),
            point: domain::shared::Point::new(37.5, 126.9).unwrap(),
        }),
        again: Some(domain::shared::OrderId(uuid::Uuid::from_u128(9))),
        ..data.clone()
    };
    city.state.web.save_visitor(&visitor, &at_home).await.unwrap();
    browser.login("").await;
    assert_eq!(city.state.web.visitor(&visitor).await.unwrap(), at_home);
    browser.post("/logout", &[]).await;
    assert_eq!(browser.cookie(VISITOR_COOKIE).as_ref(), Some(&visitor));
    // Where this person lives is not told to the next one.
    assert_eq!(city.state.web.visitor(&visitor).await.unwrap(), data);
}

#[tokio::test]
async fn what_was_typed_is_forgotten_at_the_logout() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    let response = browser.post("/signup", &[("login", "h"), ("name", "김하늘")]).await;
    let location = goes_to(&response).to_owned();
    assert_eq!(draft(&city, &browser, &location).await.field("name"), Some("김하늘"));
    let id = location.split("draft=").nth(1).unwrap();
    let visitor = browser.cookie(VISITOR_COOKIE).unwrap();
    browser.post("/logout", &[]).await;
    assert_eq!(city.state.web.draft(&visitor, id).await.unwrap(), None);
}

#[tokio::test]
async fn a_login_over_another_accounts_session_leaves_nothing_of_that_person() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    let visitor = browser.cookie(VISITOR_COOKIE).unwrap();
    let point = domain::shared::Point::new(37.5, 126.9).unwrap();
    let at_home = VisitorData {
        address: Some(domain::views::AddressView { text: "서울 마포구 양화로 45".into(), point }),
        ..VisitorData::default()
    };
    city.state.web.save_visitor(&visitor, &at_home).await.unwrap();
    let refused = browser.post("/signup", &[("login", "h"), ("name", "김하늘")]).await;
    let id = goes_to(&refused).split("draft=").nth(1).unwrap().to_owned();
    // The same person logs in again: everything stays.
    browser.login("").await;
    assert_eq!(city.state.web.visitor(&visitor).await.unwrap(), at_home);
    assert!(city.state.web.draft(&visitor, &id).await.unwrap().is_some());
    let next = [
        ("login", "somebody.else"),
        ("password", "long enough"),
        ("name", "박바다"),
        ("phone", "010-0000-0009"),
    ];
    assert_eq!(goes_to(&browser.post("/signup", &next).await), "/");
    assert_eq!(city.state.web.visitor(&visitor).await.unwrap(), VisitorData::default());
    assert_eq!(city.state.web.draft(&visitor, &id).await.unwrap(), None);
}

#[tokio::test]
async fn a_refused_login_comes_back_with_what_was_typed_but_the_password() {
    let city = City::new().await;
    for login in ["haneul", "nobody"] {
        let mut browser = city.browser();
        let fields = [("login", login), ("password", "not-the-password"), ("next", "/orders?page=1")];
        let response = browser.post("/login", &fields).await;
        let location = goes_to(&response).to_owned();
        assert!(
            location.starts_with("/login?draft=") && location.ends_with("&next=/orders%3Fpage%3D1"),
            "{location}"
        );
        let draft = draft(&city, &browser, &location).await;
        assert_eq!((draft.form, &draft.fault), (DraftForm::Login, &Fault::WrongPassword));
        assert_eq!(draft.fields, [("login".to_owned(), login.to_owned())]);
        assert_eq!(browser.cookie(SESSION_COOKIE), None);
        // Nobody else can read it.
        let id = location.split("draft=").nth(1).unwrap().split('&').next().unwrap();
        assert_eq!(city.state.web.draft("another", id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn whoever_signs_up_is_logged_in_at_once() {
    let city = City::new().await;
    let mut browser = city.browser();
    let fields = [
        ("login", "Bada"),
        ("password", "long-enough"),
        ("name", "이바다"),
        ("phone", "010-0000-0002"),
        ("next", "/checkout"),
    ];
    assert_eq!(goes_to(&browser.post("/signup", &fields).await), "/checkout");
    assert!(browser.is_in().await);
    let account = city.state.accounts.by_login("bada").await.unwrap().unwrap();
    assert_eq!(account.role, domain::views::Role::Customer);
}

#[tokio::test]
async fn a_refused_sign_up_names_every_wrong_field() {
    let city = City::new().await;
    let mut browser = city.browser();
    let fields = [("login", "haneul"), ("password", "short"), ("name", "하늘"), ("phone", "")];
    let response = browser.post("/signup", &fields).await;
    let location = goes_to(&response).to_owned();
    assert!(location.starts_with("/signup?draft="), "{location}");
    let draft = draft(&city, &browser, &location).await;
    assert_eq!(
        draft.fault,
        Fault::Invalid(vec![
            FieldFault::TooShort { field: Field::Password, min: 8 },
            FieldFault::Missing { field: Field::Phone },
        ])
    );
    assert_eq!(draft.field("name"), Some("하늘"));
    assert_eq!(draft.field("password"), None);
    let fields =
        [("login", "haneul"), ("password", "long-enough"), ("name", "하늘"), ("phone", "010-0000-0003")];
    let response = browser.post("/signup", &fields).await;
    let location = goes_to(&response).to_owned();
    let taken = Fault::field(FieldFault::Taken { field: Field::Login });
    assert_eq!(self::draft(&city, &browser, &location).await.fault, taken);
}

#[tokio::test]
async fn the_login_leads_nowhere_else() {
    let city = City::new().await;
    for next in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\r\nLocation: http://evil.example",
        "evil.example",
        "javascript:alert(1)",
        "",
        "/login?next=/orders",
        "/logout",
        // Of another role.
        "/owner",
        "/rider/jobs",
    ] {
        assert_eq!(goes_to(&city.browser().login(next).await), "/", "{next:?}");
    }
    assert_eq!(
        goes_to(&city.browser().login("/?q=피자 한판").await),
        "/?q=%ED%94%BC%EC%9E%90%20%ED%95%9C%ED%8C%90"
    );
}

#[tokio::test]
async fn a_page_of_another_role_says_so_at_the_login() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    assert_eq!(goes_to(&browser.get("/owner").await), "/login?next=/owner&wrong_role=1");
    assert_eq!(goes_to(&browser.get("/rider").await), "/login?next=/rider&wrong_role=1");
}

#[tokio::test]
async fn a_forgotten_account_is_logged_out() {
    let city = City::new().await;
    let mut browser = city.browser();
    browser.login("").await;
    city.state.accounts.forget(accounts::haneul().id).await.unwrap();
    assert!(!browser.is_in().await);
    assert_eq!(browser.cookie(SESSION_COOKIE), None);
}
