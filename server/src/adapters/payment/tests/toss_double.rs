//! A double of Toss Payments, after its public documentation: payments that customers approve, confirmations and cancels that know their
//! repeats by a header, look-ups by payment key and by order id, and errors as `{code, message}`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::free_port;

/// The secret key that the double knows.
pub(super) const SECRET: &str = "test_sk_0123456789abcdef";

type Answer = (u16, Value);

/// How the double behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Normal,
    /// Every call is answered with 500, and nothing is done.
    Down,
    /// Every call is told that it follows too closely on another, and nothing is done.
    Hurried,
    /// Confirmations and cancels are told so; look-ups are answered.
    HurriedAtWork,
    /// Confirmations and cancels are carried out, and the answers lost.
    Silent,
    /// Confirmations wait at the door until they are let in, whether anybody still waits for the answer or not.
    AtTheDoor,
}

#[derive(Default)]
struct Book {
    /// In the order of their making.
    payments: Vec<Value>,
    /// First answers by address and key, kept whatever the body of a repeat is.
    answers: HashMap<(String, String), Answer>,
    mode: Mode,
    /// What card companies say to confirmations, instead of taking the money.
    refusal: Option<Answer>,
    /// Whether payments are found by order id before they are approved.
    hides_open: bool,
    ledger: Ledger,
}

/// What the double has done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ledger {
    /// Won.
    pub(super) taken: u64,
    /// Won.
    pub(super) returned: u64,
    confirmations: u32,
    pub(super) at_the_door: u32,
    /// Questions for a payment by what may be its key.
    pub(super) looked_up: u32,
}

impl Ledger {
    /// Won taken, won returned, and confirmations that were looked at.
    pub(super) fn money(self) -> (u64, u64, u32) {
        (self.taken, self.returned, self.confirmations)
    }
}

/// The double, on a port of its own.
#[derive(Clone)]
pub(super) struct Toss {
    pub(super) base: String,
    book: Arc<Mutex<Book>>,
    door: Arc<Notify>,
}

fn error(status: u16, code: &str) -> Answer {
    (status, json!({ "code": code, "message": "…" }))
}

fn too_close() -> Answer {
    error(403, "FORBIDDEN_CONSECUTIVE_REQUEST")
}

fn said((status, body): Answer) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

impl Toss {
    pub(super) async fn start() -> Self {
        let listener = free_port().await;
        let base = format!("http://{}", listener.local_addr().unwrap());
        let toss = Self { base, book: Arc::default(), door: Arc::default() };
        let router = Router::new()
            .route("/v1/payments/{key}", get(by_key))
            .route("/v1/payments/orders/{order_id}", get(by_order))
            .route("/v1/payments/confirm", post(confirm))
            .route("/v1/payments/{key}/cancel", post(cancel))
            .with_state(toss.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        toss
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    /// The customer's browser opens the window for this order, with an amount that a customer can change there.
    pub(super) fn open(&self, order_id: &str, amount: u64) -> String {
        let mut book = self.book();
        let key = format!("tviva{}", book.payments.len() + 1);
        book.payments.push(json!({
            "paymentKey": key, "orderId": order_id, "status": "READY", "totalAmount": amount, "balanceAmount": amount,
            "currency": "KRW", "method": null, "failure": null, "cancels": null, "version": "2022-11-16",
        }));
        key
    }

    /// The customer opens the window and approves by this way of paying.
    pub(super) fn approve(&self, order_id: &str, amount: u64, method: &str) -> String {
        let key = self.open(order_id, amount);
        self.set(&key, "method", json!(method));
        self.set(&key, "status", json!("IN_PROGRESS"));
        key
    }

    /// Changes what the double knows of a payment.
    pub(super) fn set(&self, key: &str, field: &str, value: Value) {
        let mut book = self.book();
        let payment = book.payments.iter_mut().find(|payment| payment["paymentKey"] == key).unwrap();
        payment[field] = value;
    }

    /// How many payments were taken, whatever went back of them.
    pub(super) fn done(&self) -> usize {
        let open = ["READY", "IN_PROGRESS", "ABORTED", "EXPIRED"];
        let is_done = |payment: &&Value| open.iter().all(|open| payment["status"] != *open);
        self.book().payments.iter().filter(is_done).count()
    }

    /// From now on there is this payment alone.
    pub(super) fn only(&self, key: &str) {
        self.book().payments.retain(|payment| payment["paymentKey"] == key);
    }

    pub(super) fn behave(&self, mode: Mode) {
        self.book().mode = mode;
    }

    /// From now on confirmations get this answer.
    pub(super) fn refuse(&self, status: u16, code: &str) {
        self.book().refusal = Some(error(status, code));
    }

    pub(super) fn hide_open_payments(&self) {
        self.book().hides_open = true;
    }

    /// The keys of repeats are forgotten, as after 15 days.
    pub(super) fn forget_keys(&self) {
        self.book().answers.clear();
    }

    /// Who waits at the door comes in.
    pub(super) fn let_in(&self) {
        self.behave(Mode::Normal);
        self.door.notify_waiters();
    }

    pub(super) fn ledger(&self) -> Ledger {
        self.book().ledger
    }

    /// Waits for something to happen here.
    pub(super) async fn until(&self, happened: impl Fn(Ledger) -> bool) {
        while !happened(self.ledger()) {
            tokio::task::yield_now().await;
        }
    }

    /// What every call meets before it is looked at.
    fn door_keeper(&self, headers: &HeaderMap) -> Result<(), Answer> {
        match self.book().mode {
            Mode::Down => return Err(error(500, "FAILED_INTERNAL_SYSTEM_PROCESSING")),
            Mode::Hurried => return Err(too_close()),
            Mode::Normal | Mode::HurriedAtWork | Mode::Silent | Mode::AtTheDoor => {}
        }
        let shop = format!("Basic {}", STANDARD.encode(format!("{SECRET}:")));
        if headers.get("authorization").is_none_or(|sent| sent != shop.as_str()) {
            return Err(error(401, "UNAUTHORIZED_KEY"));
        }
        Ok(())
    }

    /// Does something once for each key, and says the same again.
    fn once(&self, path: String, headers: &HeaderMap, act: impl FnOnce(&mut Book) -> Answer) -> Answer {
        let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
        let mut book = self.book();
        if book.mode == Mode::HurriedAtWork {
            return too_close();
        }
        let known = key.map(|key| (path, key));
        if let Some(answer) = known.as_ref().and_then(|known| book.answers.get(known)) {
            return answer.clone();
        }
        let answer = act(&mut book);
        if let Some(known) = known {
            book.answers.insert(known, answer.clone());
        }
        answer
    }
}

/// An answer that may get lost.
async fn sent(toss: &Toss, answer: Answer) -> Response {
    if toss.book().mode == Mode::Silent {
        std::future::pending::<()>().await;
    }
    said(answer)
}

async fn by_key(State(toss): State<Toss>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    if let Err(refused) = toss.door_keeper(&headers) {
        return said(refused);
    }
    let mut book = toss.book();
    book.ledger.looked_up += 1;
    let found = book.payments.iter().find(|payment| payment["paymentKey"] == key.as_str()).cloned();
    said(found.map_or_else(|| error(404, "NOT_FOUND_PAYMENT"), |payment| (200, payment)))
}

async fn by_order(State(toss): State<Toss>, Path(order_id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(refused) = toss.door_keeper(&headers) {
        return said(refused);
    }
    let book = toss.book();
    let is_shown = |payment: &&Value| {
        let open = ["READY", "IN_PROGRESS"].iter().any(|open| payment["status"] == *open);
        payment["orderId"] == order_id.as_str() && !(open && book.hides_open)
    };
    let found = book.payments.iter().rev().find(is_shown).cloned();
    said(found.map_or_else(|| error(404, "NOT_FOUND_PAYMENT"), |payment| (200, payment)))
}

async fn confirm(State(toss): State<Toss>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = toss.door_keeper(&headers) {
        return said(refused);
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let (inside, at_the_door) = (toss.clone(), toss.book().mode == Mode::AtTheDoor);
    // Goes on also when nobody waits for the answer any more.
    let working = tokio::spawn(async move {
        if at_the_door {
            let let_in = inside.door.notified();
            inside.book().ledger.at_the_door += 1;
            let_in.await;
        }
        inside.once("/v1/payments/confirm".to_owned(), &headers, |book| book.confirm(&body))
    });
    let answer = working.await.unwrap();
    sent(&toss, answer).await
}

async fn cancel(
    State(toss): State<Toss>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = toss.door_keeper(&headers) {
        return said(refused);
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let path = format!("/v1/payments/{key}/cancel");
    let answer = toss.once(path, &headers, |book| book.cancel(&key, &body));
    sent(&toss, answer).await
}

impl Book {
    fn confirm(&mut self, body: &Value) -> Answer {
        self.ledger.confirmations += 1;
        let is_done = |payment: &Value| {
            payment["orderId"] == body["orderId"]
                && ["DONE", "CANCELED", "PARTIAL_CANCELED"].iter().any(|done| payment["status"] == *done)
        };
        if self.payments.iter().any(is_done) {
            return error(400, "ALREADY_PROCESSED_PAYMENT");
        }
        let Some(payment) =
            self.payments.iter_mut().find(|payment| payment["paymentKey"] == body["paymentKey"])
        else {
            return error(404, "NOT_FOUND_PAYMENT");
        };
        if payment["orderId"] != body["orderId"] || payment["totalAmount"] != body["amount"] {
            return error(400, "INVALID_REQUEST");
        }
        if payment["status"] != "IN_PROGRESS" {
            return error(404, "NOT_FOUND_PAYMENT_SESSION");
        }
        if let Some((status, refusal)) = &self.refusal {
            if *status == 403 {
                payment["status"] = json!("ABORTED");
                payment["failure"] = refusal.clone();
            }
            return (*status, refusal.clone());
        }
        payment["status"] = json!("DONE");
        self.ledger.taken += payment["totalAmount"].as_u64().unwrap();
        (200, payment.clone())
    }

    fn cancel(&mut self, key: &str, body: &Value) -> Answer {
        let Some(payment) = self.payments.iter_mut().find(|payment| payment["paymentKey"] == key) else {
            return error(404, "NOT_FOUND_PAYMENT");
        };
        if payment["status"] == "CANCELED" {
            return error(400, "ALREADY_CANCELED_PAYMENT");
        }
        if payment["status"] != "DONE" && payment["status"] != "PARTIAL_CANCELED" {
            return error(403, "NOT_CANCELABLE_PAYMENT");
        }
        let (left, amount) =
            (payment["balanceAmount"].as_u64().unwrap(), body["cancelAmount"].as_u64().unwrap());
        let reason = body["cancelReason"].as_str().unwrap();
        if reason.is_empty() || reason.chars().count() > 200 {
            return error(400, "INVALID_REQUEST");
        }
        let Some(rest) = left.checked_sub(amount) else {
            return error(403, "NOT_CANCELABLE_AMOUNT");
        };
        payment["balanceAmount"] = json!(rest);
        payment["status"] = json!(if rest == 0 { "CANCELED" } else { "PARTIAL_CANCELED" });
        let mut cancels = payment["cancels"].as_array().cloned().unwrap_or_default();
        cancels.push(json!({ "cancelAmount": amount, "cancelReason": reason, "cancelStatus": "DONE" }));
        payment["cancels"] = json!(cancels);
        self.ledger.returned += amount;
        (200, payment.clone())
    }
}
