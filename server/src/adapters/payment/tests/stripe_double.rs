//! localstripe, a server that others wrote after Stripe's documentation, started as a process; and before it what it lacks of Stripe.
//!
//! It deviates from Stripe's documentation where it
//! - knows no `Idempotency-Key`,
//! - refuses `return_url` and `cancellation_reason` as unexpected, and never names a page in `next_action`,
//! - has no search by metadata, and no pages for customers (checkout sessions, whose end lies between 30 minutes and 24 hours ahead),
//! - answers a refusal for the state of an intent without a code,
//! - refunds more than was taken, and at once.
//!
//! The front adds the first three (of the pages, what is made of them) by what Stripe documents, and says of refunds that they stand as a test
//! wants. Everything else it passes on untouched.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::{free_port, monotonic};
use crate::adapters::clock::{Clock, SystemClock};

/// The secret key that is sent; localstripe takes any of this form.
pub(super) const SECRET: &str = "sk_test_0123456789abcdef";
/// Names the Python of an environment with the packages of `scripts/requirements.txt`.
const PYTHON: &str = "BAEDAL_TEST_PYTHON";
/// Long enough for Python on a busy machine.
const START: std::time::Duration = std::time::Duration::from_secs(60);
/// Its own start listens on every address; this one on the loopback alone.
const PROGRAM: &str = "import sys; from aiohttp import web; from localstripe.server import app; from localstripe.resources import \
                       store; store.dump_to_disk = lambda: None; web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), \
                       print=None)";

/// What the front knows.
#[derive(Default)]
struct Book {
    /// First answers by address and key, with what was asked.
    answers: HashMap<(String, String), (Bytes, u16, Vec<u8>)>,
    /// Calls of each address.
    calls: HashMap<String, u32>,
    /// Where customers are sent back to, by intent.
    back: HashMap<String, String>,
    /// Checkout sessions.
    sessions: Vec<Value>,
    /// Whether confirmations are carried out and their answers lost.
    silent: bool,
    /// Whether every call is answered with 500.
    down: bool,
    /// How refunds stand that are not simply done, by the key in their metadata.
    refunds: HashMap<String, &'static str>,
}

/// localstripe with its front, on ports of their own. Dropping it kills the process.
pub(super) struct Stripe {
    /// The front's address.
    pub(super) base: String,
    front: Front,
    process: Child,
}

#[derive(Clone)]
struct Front {
    behind: String,
    client: Client,
    clock: Arc<dyn Clock>,
    book: Arc<Mutex<Book>>,
}

/// The Python that has localstripe.
fn python() -> String {
    let named = std::env::var(PYTHON).ok().filter(|named| !named.is_empty());
    named.unwrap_or_else(|| {
        panic!("localstripe is not there: run `export {PYTHON}=\"$(scripts/python-packages.sh)\"` first, or `make test`")
    })
}

impl Stripe {
    pub(super) async fn start() -> Self {
        Self::start_by(Arc::new(SystemClock)).await
    }

    /// By this clock its sessions end.
    pub(super) async fn start_by(clock: Arc<dyn Clock>) -> Self {
        let python = python();
        // The port is free as soon as its listener is dropped, and no outgoing connection takes it.
        let port = free_port().await.local_addr().unwrap().port();
        let process = Command::new(&python)
            .args(["-c", PROGRAM, &port.to_string()])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{python} cannot be started ({error}): run scripts/python-packages.sh")
            });
        let front = Front {
            behind: format!("http://127.0.0.1:{port}"),
            client: Client::new(),
            clock,
            book: Arc::default(),
        };
        let listener = free_port().await;
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass_on).with_state(front.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        let mut stripe = Self { base, front, process };
        stripe.until_it_answers().await;
        stripe
    }

    async fn until_it_answers(&mut self) {
        let began = monotonic();
        let address = format!("{}/v1/balance", self.front.behind);
        while self.front.client.get(&address).send().await.is_err() {
            if let Some(ended) = self.process.try_wait().unwrap() {
                panic!("localstripe ended at once ({ended}): run scripts/python-packages.sh");
            }
            assert!(began.elapsed() < START, "localstripe does not answer");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.front.book.lock().unwrap()
    }

    /// Calls localstripe itself.
    pub(super) async fn ask(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Value {
        let address = format!("{}{path}", self.front.behind);
        let mut request = self.front.client.request(method, address).bearer_auth(SECRET);
        if !form.is_empty() {
            request = request.form(form);
        }
        let body = request.send().await.unwrap().bytes().await.unwrap();
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// A card with this number, as Stripe's script in a browser makes it.
    pub(super) async fn card(&self, number: &str) -> String {
        let form = [
            ("type", "card"),
            ("card[number]", number),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2035"),
            ("card[cvc]", "123"),
        ];
        self.ask(Method::POST, "/v1/payment_methods", &form).await["id"].as_str().unwrap().to_owned()
    }

    /// The intents there are.
    pub(super) async fn intents(&self) -> Vec<Value> {
        self.ask(Method::GET, "/v1/payment_intents", &[]).await["data"].as_array().unwrap().clone()
    }

    /// The refunds there are.
    pub(super) async fn refunds(&self) -> Vec<u64> {
        let refunds = self.ask(Method::GET, "/v1/refunds", &[]).await["data"].as_array().unwrap().clone();
        refunds.iter().map(|refund| refund["amount"].as_u64().unwrap()).collect()
    }

    /// The customer approves or declines at the card company's page.
    pub(super) async fn customer_decides(&self, intent: &Value, approves: bool) {
        let path = format!("/v1/payment_intents/{}/_authenticate", intent["id"].as_str().unwrap());
        let secret = intent["client_secret"].as_str().unwrap();
        let form = [("client_secret", secret), ("success", if approves { "true" } else { "false" })];
        self.ask(Method::POST, &path, &form).await;
    }

    /// The customer of the last session types a card at Stripe's page: an intent comes of it.
    pub(super) async fn customer_types(&self, number: &str) -> Value {
        self.front.end_sessions();
        let session = self.book().sessions.last().expect("a session").clone();
        assert_eq!(session["status"], "open", "there is no page any more");
        let (amount, key) =
            (session["amount_total"].to_string(), session["metadata"]["key"].as_str().unwrap());
        let card = self.card(number).await;
        let form = [
            ("amount", amount.as_str()),
            ("currency", "krw"),
            ("payment_method", &card),
            ("confirm", "true"),
            ("metadata[key]", key),
        ];
        self.ask(Method::POST, "/v1/payment_intents", &form).await
    }

    /// The customer of the last session types a good card at Stripe's page.
    pub(super) async fn customer_pays(&self) -> String {
        let intent = self.customer_types("4242424242424242").await["id"].clone();
        let mut book = self.book();
        let session = book.sessions.last_mut().unwrap();
        for (field, value) in [
            ("status", json!("complete")),
            ("payment_status", json!("paid")),
            ("payment_intent", intent.clone()),
            ("url", json!(null)),
        ] {
            session[field] = value;
        }
        intent.as_str().unwrap().to_owned()
    }

    /// The sessions there are, by their status.
    pub(super) fn sessions(&self) -> Vec<String> {
        self.front.end_sessions();
        self.book().sessions.iter().map(|session| session["status"].as_str().unwrap().to_owned()).collect()
    }

    /// What the last session is to take, in won.
    pub(super) fn asked_amount(&self) -> u64 {
        self.book().sessions.last().expect("a session")["amount_total"].as_u64().unwrap()
    }

    /// Waits until the last session is closed.
    pub(super) async fn until_over(&self) {
        while self.sessions().last().expect("a session") == "open" {
            tokio::task::yield_now().await;
        }
    }

    /// The keys of repeats are forgotten, as after a day.
    pub(super) fn forget_keys(&self) {
        self.book().answers.clear();
    }

    pub(super) fn lose_confirmations(&self, lose: bool) {
        self.book().silent = lose;
    }

    /// From now on the refund with this key stands like this.
    pub(super) fn refund_stands(&self, key: &str, status: &'static str) {
        self.book().refunds.insert(key.to_owned(), status);
    }

    pub(super) fn go_down(&self, down: bool) {
        self.book().down = down;
    }

    /// How often calls whose path ends like this were carried out.
    pub(super) fn calls(&self, end: &str) -> u32 {
        self.book().calls.iter().filter(|(path, _)| path.ends_with(end)).map(|(_, calls)| calls).sum()
    }

    /// Waits until such a call was carried out.
    pub(super) async fn until_called(&self, end: &str) {
        while self.calls(end) == 0 {
            tokio::task::yield_now().await;
        }
    }
}

fn said(status: u16, body: Vec<u8>) -> Response {
    (StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], body).into_response()
}

async fn pass_on(
    State(front): State<Front>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    if front.book.lock().unwrap().down {
        return said(500, b"{}".to_vec());
    }
    if path == "/v1/payment_intents/search" {
        return front.search(uri.query().unwrap_or_default()).await;
    }
    let key = headers.get("idempotency-key").map(|key| (path.clone(), key.to_str().unwrap().to_owned()));
    if let Some(key) = &key
        && let Some((asked, status, answer)) = front.book.lock().unwrap().answers.get(key).cloned()
    {
        let other = json!({ "error": { "type": "idempotency_error" } }).to_string().into_bytes();
        return if asked == body { said(status, answer) } else { said(400, other) };
    }
    if path.starts_with("/v1/checkout/sessions") {
        let (status, answer) = front.checkout(&method, &path, &body);
        let answer = answer.to_string().into_bytes();
        // What was refused while it was read is not kept.
        if let Some(key) = key.filter(|_| status == 200) {
            front.book.lock().unwrap().answers.insert(key, (body, status, answer.clone()));
        }
        return said(status, answer);
    }
    // By hand: of the values only addresses have escapes, and those are not passed on.
    let form = String::from_utf8(body.to_vec()).unwrap();
    let (kept, dropped): (Vec<_>, Vec<_>) = form
        .split('&')
        .filter(|field| !field.is_empty())
        .partition(|field| !field.starts_with("return_url=") && !field.starts_with("cancellation_reason="));
    if let Some(back) = dropped.iter().find_map(|field| field.strip_prefix("return_url=")) {
        let intent = path.split('/').nth(3).unwrap_or_default().to_owned();
        front.book.lock().unwrap().back.insert(intent, back.to_owned());
    }
    let address = format!("{}{}", front.behind, uri.path_and_query().unwrap());
    let mut request = front.client.request(method, address).body(kept.join("&"));
    for name in ["authorization", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let answer = front.with_refunds(front.with_a_page(answer.bytes().await.unwrap().to_vec()));
    let silent = {
        let mut book = front.book.lock().unwrap();
        *book.calls.entry(path.clone()).or_default() += 1;
        if let Some(key) = key {
            book.answers.insert(key, (body, status, answer.clone()));
        }
        book.silent && path.ends_with("/confirm")
    };
    if silent {
        std::future::pending::<()>().await;
    }
    said(status, answer)
}

impl Front {
    /// Names the card company's page, as Stripe does for whoever has said where to come back to.
    fn with_a_page(&self, body: Vec<u8>) -> Vec<u8> {
        let Ok(mut intent) = serde_json::from_slice::<Value>(&body) else {
            return body;
        };
        let id = intent["id"].as_str().unwrap_or_default().to_owned();
        let book = self.book.lock().unwrap();
        let Some(back) = book.back.get(&id).filter(|_| intent["status"] == "requires_action") else {
            return body;
        };
        let page = format!("https://hooks.stripe.com/3d_secure_2/hosted?intent={id}");
        intent["next_action"] =
            json!({ "type": "redirect_to_url", "redirect_to_url": { "url": page, "return_url": back } });
        intent.to_string().into_bytes()
    }

    /// Says of refunds how they stand.
    fn with_refunds(&self, body: Vec<u8>) -> Vec<u8> {
        let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else {
            return body;
        };
        let book = self.book.lock().unwrap();
        let stands = |refund: &Value| {
            let key = refund["metadata"]["key"].as_str()?;
            book.refunds.get(key).copied().filter(|_| refund["object"] == "refund")
        };
        if let Some(status) = stands(&answer) {
            answer["status"] = json!(status);
        } else if let Some(all) = answer["data"].as_array_mut() {
            for refund in all {
                if let Some(status) = stands(refund) {
                    refund["status"] = json!(status);
                }
            }
        } else {
            return body;
        }
        answer.to_string().into_bytes()
    }

    /// Sessions whose time is over end.
    fn end_sessions(&self) {
        let now = self.clock.now().0 / 1_000;
        for session in &mut self.book.lock().unwrap().sessions {
            if session["status"] == "open" && session["expires_at"].as_i64().unwrap() <= now {
                session["status"] = json!("expired");
                session["url"] = json!(null);
            }
        }
    }

    /// Checkout sessions: made, looked at, made to expire.
    fn checkout(&self, method: &Method, path: &str, body: &[u8]) -> (u16, Value) {
        self.end_sessions();
        let now = self.clock.now().0 / 1_000;
        let mut book = self.book.lock().unwrap();
        let form = format!("http://form/?{}", std::str::from_utf8(body).unwrap());
        let form: HashMap<String, String> =
            reqwest::Url::parse(&form).unwrap().query_pairs().into_owned().collect();
        let Some(id) = path.split('/').nth(4) else {
            let id = format!("cs_test_{}", book.sessions.len() + 1);
            let amount: u64 = form["line_items[0][price_data][unit_amount]"].parse().unwrap();
            assert_eq!(form["payment_intent_data[metadata][key]"], form["metadata[key]"]);
            assert!(form["success_url"].starts_with("http"), "{form:?}");
            let ends = form.get("expires_at").map_or(now + 24 * 3_600, |ends| ends.parse().unwrap());
            if !(now + 30 * 60..=now + 24 * 3_600).contains(&ends) {
                return (400, json!({ "error": { "type": "invalid_request_error", "param": "expires_at" } }));
            }
            book.sessions.push(json!({
                "id": id, "object": "checkout.session", "status": "open", "payment_status": "unpaid",
                "payment_intent": null, "url": format!("https://checkout.stripe.com/c/pay/{id}"),
                "amount_total": amount, "expires_at": ends, "currency": form["line_items[0][price_data][currency]"],
                "metadata": { "key": form["metadata[key]"], "order": form["metadata[order]"] },
            }));
            return (200, book.sessions.last().unwrap().clone());
        };
        let Some(session) = book.sessions.iter_mut().find(|session| session["id"] == id) else {
            return (
                404,
                json!({ "error": { "type": "invalid_request_error", "code": "resource_missing" } }),
            );
        };
        if method == Method::POST {
            if session["status"] != "open" {
                return (400, json!({ "error": { "type": "invalid_request_error" } }));
            }
            session["status"] = json!("expired");
            session["url"] = json!(null);
        }
        (200, session.clone())
    }

    /// The intents with a key in their metadata.
    async fn search(&self, query: &str) -> Response {
        let address = format!("{}/v1/payment_intents", self.behind);
        let answer = self.client.get(address).bearer_auth(SECRET).send().await.unwrap();
        let all: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let is_asked_for = |intent: &&Value| {
            // The key as it stands in an address.
            let key = intent["metadata"]["key"].as_str().unwrap_or_default().replace(':', "%3A");
            !key.is_empty() && query.contains(&key)
        };
        let found: Vec<&Value> = all["data"].as_array().unwrap().iter().filter(is_asked_for).collect();
        said(200, json!({ "object": "search_result", "data": found }).to_string().into_bytes())
    }
}
