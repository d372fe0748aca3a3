//! A whole city whose money is taken by Toss Payments, or by Stripe: from the checkout over the payment page to the refund.

use std::net::SocketAddr;
use std::sync::Arc;

use app::backend::Backend;
use axum::http::{Method, StatusCode};
use domain::shared::OrderId;
use domain::store::WantedLine;
use domain::views::{AccountView, Caller, CheckoutDraft, OrderView, PlaceOrder, Shown};
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, redirect};

use super::stripe_double::Stripe;
use super::toss_double::Toss;
use super::*;
use crate::adapters::clock::ShiftedClock;
use crate::adapters::payment::toss_order_id;
use crate::adapters::secret::Secret;
use crate::config::{Config, Typed, TypedProvider};
use crate::startup::{Running, StartError, start_by};

/// With which Stripe signs its calls.
pub(super) const WEBHOOK_SECRET: &str = "whsec_0123456789abcdef";

pub(super) struct City {
    /// Where it is served.
    pub(super) addr: SocketAddr,
    backend: Option<Arc<dyn Backend>>,
    /// Its clock.
    pub(super) clock: Arc<ShiftedClock>,
    stop: CancellationToken,
    done: JoinHandle<Result<(), StartError>>,
    _folder: TempDir,
}

impl City {
    pub(super) async fn open(provider: TypedProvider) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().to_str().expect("a path").to_owned();
        let typed = Typed {
            data,
            listen: "127.0.0.1:0".into(),
            demo: true,
            workers: "4".into(),
            // Short, for the tests in which the provider comes back.
            breaker_open_ms: "1000".into(),
            provider,
            ..Typed::usual()
        };
        let config: Config = typed.check().expect("settings");
        let stop = CancellationToken::new();
        let clock = Arc::<ShiftedClock>::default();
        let started = start_by(config, Arc::<ShiftedClock>::clone(&clock), stop.clone()).await;
        let Running { addr, done, backend, .. } = started.expect("a city");
        Self { addr, backend: Some(backend), clock, stop, done, _folder: folder }
    }

    pub(super) async fn close(mut self) {
        self.backend = None;
        self.stop.cancel();
        self.done.await.expect("no panic").expect("a clean stop");
    }

    pub(super) fn backend(&self) -> &Arc<dyn Backend> {
        self.backend.as_ref().expect("an open city")
    }

    /// Orders the first item of the first store, to be paid by this card.
    pub(super) async fn order(&self, card: &str) -> OrderView {
        let customer = caller("customer1");
        let store = self.backend().stores(&customer, "").await.expect("stores").stores[0].id;
        let menu = self.backend().menu(&customer, store).await.expect("a menu");
        let item = menu.menu.items().next().expect("an item");
        let agreed = item.price.plus(menu.store.fee.expect("a fee")).expect("in range");
        let typed = CheckoutDraft {
            name: "김하늘".to_owned(),
            phone: "010-0000-0001".to_owned(),
            address: "서울 마포구 양화로 45".to_owned(),
            card: card.to_owned(),
            ..CheckoutDraft::default()
        };
        let lines = vec![WantedLine { item: item.id, quantity: 1, choices: Vec::new() }];
        let key = crate::adapters::clock::random_token();
        let order = PlaceOrder { key, store, lines, agreed, typed };
        let order = self.backend().place_order(&customer, order).await.expect("an order");
        self.look(order).await
    }

    pub(super) async fn look(&self, order: OrderId) -> OrderView {
        self.backend().order(&caller("customer1"), order).await.expect("the order")
    }

    /// Waits until the order looks like this.
    pub(super) async fn until(&self, order: OrderId, is_so: impl Fn(&OrderView) -> bool) -> OrderView {
        for _ in 0..3_000 {
            let view = self.look(order).await;
            if is_so(&view) {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it did not come about: {:#?}", self.look(order).await);
    }

    pub(super) async fn cancel(&self, order: OrderId) {
        self.backend().cancel_order(&caller("customer1"), order, "cancel").await.expect("a cancel");
    }

    /// Somebody's browser.
    async fn browser(&self, login: Option<&str>) -> Browser {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().expect("a client");
        let mut browser = Browser { http, base: format!("http://{}", self.addr), cookies: String::new() };
        if let Some(login) = login {
            let form = format!("login={login}&password=baedal-demo");
            let answer = browser.post("/login", "application/x-www-form-urlencoded", form).await;
            let cookies = answer.headers().get_all(SET_COOKIE).iter();
            let pairs = cookies
                .map(|cookie| cookie.to_str().expect("text").split(';').next().expect("a pair").to_owned());
            browser.cookies = pairs.collect::<Vec<_>>().join("; ");
        }
        browser
    }
}

struct Browser {
    http: Client,
    base: String,
    cookies: String,
}

impl Browser {
    async fn get(&self, path: &str, language: &str) -> Response {
        let request = self.http.request(Method::GET, format!("{}{path}", self.base));
        request
            .header(COOKIE, &self.cookies)
            .header(ACCEPT_LANGUAGE, language)
            .send()
            .await
            .expect("an answer")
    }

    async fn post(&self, path: &str, kind: &str, body: impl Into<String>) -> Response {
        let request = self.http.post(format!("{}{path}", self.base)).header(ORIGIN, &self.base);
        request.header("content-type", kind).body(body.into()).send().await.expect("an answer")
    }
}

fn goes_to(response: &Response) -> &str {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()[LOCATION].to_str().expect("text")
}

/// A demo account as a caller.
pub(super) fn caller(login: &str) -> Caller {
    let world = crate::demo::world().expect("the demo world");
    let account = world.accounts.iter().find(|account| account.login == login).expect("an account").clone();
    let account = AccountView {
        id: account.id,
        login: account.login,
        name: account.name,
        role: account.role,
        store: account.store,
    };
    Caller { account: Some(account), visitor: "visitor-of-a-customer1".to_owned(), ..Caller::default() }
}

pub(super) async fn toss_city() -> (Toss, City) {
    let toss = Toss::start().await;
    let provider = TypedProvider {
        payment: "toss".to_owned(),
        toss_client_key: Some("test_ck_0123456789abcdef".to_owned()),
        toss_secret_key: Some(Secret::new(super::toss_double::SECRET)),
        toss_url: toss.base.clone(),
        ..TypedProvider::default()
    };
    let city = City::open(provider).await;
    (toss, city)
}

pub(super) async fn stripe_city() -> (Stripe, City) {
    let stripe = Stripe::start().await;
    let provider = TypedProvider {
        payment: "stripe".to_owned(),
        stripe_secret_key: Some(Secret::new(super::stripe_double::SECRET)),
        stripe_webhook_secret: Some(Secret::new(WEBHOOK_SECRET)),
        stripe_url: stripe.base.clone(),
        ..TypedProvider::default()
    };
    let city = City::open(provider).await;
    (stripe, city)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_paid_in_the_window_of_toss_received_cancelled_and_given_back() {
    let (toss, city) = toss_city().await;
    let placed = city.order("toss").await;
    let (order, total) = (placed.line.order, placed.bill.total.get());
    let id = toss_order_id(&format!("{order}:charge")).expect("an order id");
    let page = format!("/pay/toss/{id}");
    city.until(order, |view| view.pay_url.as_ref() == Some(&page)).await;

    // The page is for the order's customer, and tells the amount by itself.
    let (customer, other) = (city.browser(Some("customer1")).await, city.browser(Some("customer2")).await);
    let stranger = city.browser(None).await;
    assert_eq!(goes_to(&stranger.get(&page, "ko").await), format!("/login?next={page}"));
    assert_eq!(other.get(&page, "ko").await.status(), StatusCode::NOT_FOUND);
    for nowhere in ["/pay/toss/nonsense", "/pay/toss/01920000-0000-7000-8000-000000000001_charge"] {
        assert_eq!(customer.get(nowhere, "ko").await.status(), StatusCode::NOT_FOUND);
    }
    for (language, sentence) in [("ko", "결제창 열기"), ("en", "Open the payment window")] {
        let answer = customer.get(&format!("{page}?amount=1"), language).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).expect("scripts");
        assert!(scripts.contains("script-src https://js.tosspayments.com 'nonce-"), "{policy}");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let html = answer.text().await.expect("text");
        for part in [sentence, &format!("data-amount=\"{total}\""), "data-client-key=\"test_ck_", &id] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains(super::toss_double::SECRET));
    }

    // The customer approves and comes back.
    let key = toss.approve(&id, total, "카드");
    let back =
        format!("/pay/toss/return/{id}?paymentKey={key}&orderId={id}&amount={total}&paymentType=NORMAL");
    assert_eq!(other.get(&back, "ko").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(goes_to(&customer.get(&back, "ko").await), format!("/orders/{order}"));
    let received = city.until(order, |view| view.line.shown == Shown::Received).await;
    assert_eq!((received.taken.get(), received.pay_url), (total, None));
    assert_eq!(goes_to(&customer.get(&page, "ko").await), format!("/orders/{order}"));

    city.cancel(order).await;
    city.until(order, |view| view.returned.get() == total).await;
    assert_eq!(toss.ledger().money(), (total, total, 1));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_approves_less_than_the_order_costs_pays_nothing_and_gets_nothing() {
    let (toss, city) = toss_city().await;
    let order = city.order("toss").await.line.order;
    city.until(order, |view| view.pay_url.is_some()).await;
    let id = toss_order_id(&format!("{order}:charge")).expect("an order id");
    let key = toss.approve(&id, 100, "카드");
    // Toss tells of it. Whoever else calls gets the same answer.
    let stranger = city.browser(None).await;
    let tells = json!({
        "eventType": "PAYMENT_STATUS_CHANGED", "createdAt": "2026-11-25T00:00:00.000000",
        "data": { "paymentKey": key, "orderId": id, "status": "DONE", "totalAmount": 1_000_000 },
    });
    let deposit = json!({ "createdAt": "…", "secret": "ps_wrong", "status": "DONE", "orderId": id });
    let unknown = json!({ "data": { "orderId": "01920000-0000-7000-8000-000000000001_charge" } });
    for body in [tells.to_string(), deposit.to_string(), unknown.to_string(), "{".to_owned(), String::new()] {
        let answer = stranger.post("/webhooks/toss", "application/json", body).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let answer = stranger.post("/webhooks/toss", "application/json", " ".repeat(300 * 1024)).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    city.until(order, |view| view.line.shown == Shown::PaymentFailed).await;
    assert_eq!(toss.ledger().money(), (0, 0, 0));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_paid_by_stripe_received_cancelled_and_given_back() {
    let (stripe, city) = stripe_city().await;
    let placed = city.order("pm_card_visa").await;
    let (order, total) = (placed.line.order, placed.bill.total.get());
    city.until(order, |view| view.line.shown == Shown::Received && view.taken.get() == total).await;
    // What Stripe did not sign is refused; the other provider's pages are not there.
    let stranger = city.browser(None).await;
    for body in ["", "{}", "{\"data\":{\"object\":{\"metadata\":{\"key\":\"x\"}}}}"] {
        let answer = stranger.post("/webhooks/stripe", "application/json", body).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    }
    assert_eq!(stranger.get("/pay/toss/x", "ko").await.status(), StatusCode::NOT_FOUND);
    city.cancel(order).await;
    city.until(order, |view| view.returned.get() == total).await;
    assert_eq!(stripe.refunds().await, [total]);
    city.close().await;
}
