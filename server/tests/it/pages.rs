//! Who is let in where (invariant 10): every page, and every other route that is neither a server function (`functions.rs`) nor an operation or a
//! stream of the API (`api/access.rs`), for every role and for nobody, about an own thing and about another's. A route without a row fails, and
//! so does a row without a route.

use crate::city::City;
use crate::functions::{Who, everybody};
use crate::house::sources;
use crate::people::{Person, field};
use domain::views::{RiderAction, Shown};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, LOCATION};
use server::adapters::secret::Secret;
use server::config::{ProviderConfig, StripeConfig, TossConfig};
use std::collections::BTreeSet;

/// Who is let in.
#[derive(Clone, Copy)]
enum For {
    /// Everybody.
    Anybody,
    /// Whoever has one of these roles.
    Roles(&'static [&'static str]),
    /// The one of a role whose thing it is; for others of the role there is no such thing.
    Own(&'static str),
}

use For::{Anybody, Own, Roles};

const TAKES_PART: For = Roles(&["customer", "owner", "rider"]);

/// Every page.
const PAGES: [(&str, For); 25] = [
    ("/", Anybody),
    ("/account", Roles(&["customer", "owner", "rider", "operator", "applicant"])),
    ("/application", Roles(&["applicant"])),
    ("/cards", Roles(&["customer"])),
    ("/cart", Anybody),
    ("/checkout", Roles(&["customer"])),
    ("/inbox", TAKES_PART),
    ("/login", Anybody),
    ("/operator", Roles(&["operator"])),
    ("/operator/orders/:id", Roles(&["operator"])),
    ("/operator/settlement", Roles(&["operator"])),
    ("/orders", Roles(&["customer"])),
    ("/orders/:id", Own("customer")),
    ("/orders/:id/change", Own("customer")),
    ("/owner", Roles(&["owner"])),
    ("/owner/orders/:id", Own("owner")),
    ("/rider", Roles(&["rider"])),
    ("/rider/orders/:id", Own("rider")),
    ("/signup", Anybody),
    ("/signup/owner", Anybody),
    ("/signup/rider", Anybody),
    ("/stores/:id", Anybody),
    ("/unreadable", Anybody),
    ("/webhooks", TAKES_PART),
    ("/nowhere", Anybody),
];

/// A form: its path, what is sent, and where everybody is led to.
type Sent = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// Every plain form but the last. What an application is refused is read on its own page.
const FORMS: [Sent; 7] = [
    ("/login", &[("login", "nobody-at-all")], "/login?draft="),
    ("/signup", &[("login", "x")], "/signup?draft="),
    ("/signup/owner", &[("login", "x")], "/signup/owner?draft="),
    ("/signup/rider", &[("login", "x")], "/signup/rider?draft="),
    ("/application", &[("number", "7")], "/application?draft="),
    ("/lang", &[("lang", "ko"), ("next", "/cart")], "/cart"),
    ("/theme", &[("theme", "auto"), ("next", "/cart")], "/cart"),
];
/// After it there is nobody.
const LOGOUT: &str = "/logout";

/// What is the same for everybody: an address of each, and the answer's status.
const SAME: [(&str, &str, u16); 5] = [
    ("/healthz", "/healthz", 200),
    ("/readyz", "/readyz", 200),
    ("/openapi.json", "/openapi.json", 200),
    ("/pkg/{*path}", "/pkg/none.js", 404),
    ("/img/{*path}", "/img/none.webp", 404),
];
/// The same: the reading page, whose routes are a library's; and a file that is there when the browser's half was built.
const READING: (&str, u16) = ("/openapi/", 200);
const ICON: &str = "/favicon.ico";
/// The bank's page, below `/pay-sandbox`: whoever knows its address sees it, and whoever has its word decides.
const BANK: &str = "/c/{id}";
/// There with Toss alone, or with Stripe.
const OF_PROVIDERS: [&str; 4] =
    ["/pay/toss/{order_id}", "/pay/toss/return/{order_id}", "/webhooks/toss", "/webhooks/stripe"];

/// The texts in quotes after a word in the sources of a folder, but for those of a file; and the files where something else comes after it.
fn named(folder: &str, word: &str, but: &str) -> (BTreeSet<String>, Vec<String>) {
    let (mut found, mut others) = (BTreeSet::new(), Vec::new());
    for (path, text) in sources(folder) {
        if path.contains("/tests") || path == but {
            continue;
        }
        for rest in text.split(word).skip(1) {
            match rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                Some(text) => _ = found.insert(text.to_owned()),
                None => others.push(path.clone()),
            }
        }
    }
    others.sort();
    (found, others)
}

#[test]
fn invariant_10_every_page_and_every_plain_route_has_a_row() {
    let (pages, others) = named("app/src", "path!(", "");
    let rows = PAGES.iter().map(|(path, _)| (*path).to_owned()).filter(|path| path != "/nowhere");
    assert_eq!((pages, others), (rows.collect(), Vec::new()));

    // The sandbox provider's own API has a server of its own.
    let (routes, others) = named("server/src", ".route(", "server/src/pay_sandbox/api.rs");
    let forms = FORMS.iter().map(|(path, ..)| *path);
    let rows =
        forms.chain([LOGOUT, BANK, ICON]).chain(SAME.iter().map(|(route, ..)| *route)).chain(OF_PROVIDERS);
    assert_eq!(routes, rows.map(str::to_owned).collect());
    // The files at the root of `public/`, the pages above, and the server functions.
    assert_eq!(others, ["server/src/http/assets.rs", "server/src/http/pages.rs", "server/src/http/pages.rs"]);
}

/// The page that a role begins with.
fn home(role: &str) -> String {
    if role == "customer" { "/".to_owned() } else { format!("/{role}") }
}

/// Where somebody is led to instead of a page, or that there is no such thing.
fn instead(whom: For, who: &Who, path: &str) -> Option<(u16, String)> {
    let roles: &[&str] = match &whom {
        Anybody => return None,
        Roles(roles) => roles,
        Own(role) => std::slice::from_ref(role),
    };
    if who.role.is_empty() {
        return Some((303, format!("/login?next={path}")));
    }
    if !roles.contains(&who.role) {
        return Some((
            303,
            match who.role {
                "applicant" => "/application".to_owned(),
                role if roles == ["applicant"] => home(role),
                _ => format!("/login?next={path}&wrong_role=1"),
            },
        ));
    }
    (matches!(whom, Own(_)) && !who.own).then(|| (404, String::new()))
}

/// The status of an answer to a browser, and where it leads.
async fn asked(person: &Person, path: &str) -> (u16, String) {
    let answer = person.get(path).header(ACCEPT, "text/html").send().await.unwrap();
    let leads = answer.headers().get(LOCATION).map_or("", |path| path.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), leads)
}

async fn posted(person: &Person, path: &str) -> StatusCode {
    person.post(path, &[]).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_every_page_for_every_role_on_own_and_on_others_things() {
    let city = City::open().await;
    let people = everybody(&city.base()).await;
    // An order of customer1, at owner1's store, with rider1.
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.until(order, Shown::Assigned).await;
    let (store, _) = city.first_item().await;
    // Another one, that can be changed.
    let early = city.order("tok_approve").await;
    city.until(early, Shown::Received).await;

    let (mut shown, mut refused) = (0, 0);
    for (page, whom) in PAGES {
        let id = match page {
            "/stores/:id" => store.to_string(),
            "/orders/:id/change" => early.to_string(),
            _ => order.to_string(),
        };
        let path = page.replace(":id", &id);
        for who in &people {
            let heard = asked(&who.person, &path).await;
            let at = format!("{} {path}: {heard:?}", who.name);
            match instead(whom, who, &path) {
                Some(expected) => {
                    assert_eq!(heard, expected, "{at}");
                    refused += 1;
                }
                None if page == "/nowhere" => assert_eq!(heard, (404, String::new()), "{at}"),
                None => {
                    assert_eq!(heard, (200, String::new()), "{at}");
                    shown += 1;
                }
            }
        }
    }
    assert!(shown > 100 && refused > 90, "{shown} {refused}");

    let same = SAME.iter().map(|(_, path, status)| (*path, *status));
    for (path, status) in same.chain([READING]) {
        for who in &people {
            assert_eq!(asked(&who.person, path).await, (status, String::new()), "{} {path}", who.name);
        }
    }

    for who in &people {
        let (status, leads) = asked(&who.person, ICON).await;
        assert!([200, 404].contains(&status) && leads.is_empty(), "{}: {status} {leads}", who.name);
    }

    let waiting = city.order("tok_needs_customer").await;
    let view = city.until_view(waiting, |view| view.pay_url.is_some()).await;
    let bank = view.pay_url.unwrap();
    assert!(bank.starts_with("/pay-sandbox/c/"), "{bank}");
    for who in &people {
        assert_eq!(asked(&who.person, &bank).await, (200, String::new()), "{}", who.name);
        let guessed = [field("token", "guessed"), field("decision", "approve")];
        let answer = who.person.send_form(&bank, &guessed).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{}", who.name);
    }
    assert!(city.look(waiting).await.taken.is_zero());
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_every_plain_form_for_every_role() {
    let city = City::open().await;
    let people = everybody(&city.base()).await;
    for (path, fields, leads) in FORMS {
        let form: Vec<_> = fields.iter().map(|(name, value)| field(name, value)).collect();
        for who in &people {
            let back = Person::leads_to(who.person.send_form(path, &form).await).await;
            let at = format!("{} {path}: {back}", who.name);
            assert!(back.starts_with(leads), "{at}");
            if path == "/application" {
                // A filing that is none, of an applicant; of all others, nothing that they could read.
                let (status, _) = asked(&who.person, &back).await;
                assert_eq!(status, if who.role == "applicant" { 200 } else { 303 }, "{at}");
            }
        }
    }
    for who in &people {
        assert_eq!(who.person.submit(LOGOUT, &[]).await, "/", "{}", who.name);
        assert_eq!(
            asked(&who.person, "/account").await,
            (303, "/login?next=/account".to_owned()),
            "{}",
            who.name
        );
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_a_providers_pages_are_for_the_one_who_pays_and_its_calls_for_nobody_else() {
    // Of no payment does it know: whoever wants to pay is to begin.
    let knows_none = axum::Router::new().fallback(async || {
        (StatusCode::NOT_FOUND, axum::Json(serde_json::json!({ "code": "NOT_FOUND_PAYMENT", "message": "" })))
    });
    let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nowhere = format!("http://{}", door.local_addr().unwrap());
    let provider = tokio::spawn(async move { axum::serve(door, knows_none).await });
    let toss = ProviderConfig::Toss(TossConfig {
        client_key: "test_ck_0123456789abcdef".to_owned(),
        secret_key: Secret::new("test_sk_0123456789abcdef"),
        url: nowhere.clone(),
        script_url: format!("{nowhere}/payment"),
    });
    let city = City::open_with(|config| config.provider = toss).await;
    let people = everybody(&city.base()).await;
    let order = city.order("toss").await;
    city.until_view(order, |view| view.pay_url.is_some()).await;
    for (route, own) in
        [("/pay/toss", (200, String::new())), ("/pay/toss/return", (303, format!("/orders/{order}")))]
    {
        let path = format!("{route}/{order}_charge");
        for who in &people {
            let expected = match who.name {
                "customer1" => own.clone(),
                "nobody" => (303, format!("/login?next={path}")),
                _ => (404, String::new()),
            };
            assert_eq!(asked(&who.person, &path).await, expected, "{} {path}", who.name);
        }
    }
    // Whoever says that it was paid: Toss is asked, who knows of nothing.
    for who in &people {
        assert_eq!(posted(&who.person, "/webhooks/toss").await, StatusCode::OK, "{}", who.name);
        // The other provider's is no more than a webhook's path, to which nothing is posted.
        let others = posted(&who.person, "/webhooks/stripe").await;
        assert_eq!(others, StatusCode::METHOD_NOT_ALLOWED, "{}", who.name);
    }
    assert!(city.look(order).await.taken.is_zero());
    city.close().await;

    let stripe = ProviderConfig::Stripe(StripeConfig {
        secret_key: Secret::new("sk_test_0123456789abcdef"),
        webhook_secret: Secret::new("whsec_0123456789abcdef"),
        url: nowhere,
    });
    let city = City::open_with(|config| config.provider = stripe).await;
    for who in &everybody(&city.base()).await {
        assert_eq!(posted(&who.person, "/webhooks/stripe").await, StatusCode::BAD_REQUEST, "{}", who.name);
        assert_eq!(
            posted(&who.person, "/webhooks/toss").await,
            StatusCode::METHOD_NOT_ALLOWED,
            "{}",
            who.name
        );
        assert_eq!(asked(&who.person, "/pay/toss/x").await.0, 404, "{}", who.name);
    }
    city.close().await;
    provider.abort();
}
