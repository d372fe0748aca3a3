//! The provider over real HTTP, each test on a book of its own.

mod cancels;
mod cards;
mod customer;
mod idempotency;

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{SandboxConfig, SandboxError, open, serve};

/// A provider on a port of its own, and a client that does not follow redirects.
struct Provider {
    folder: TempDir,
    config: SandboxConfig,
    client: reqwest::Client,
    base: String,
    shutdown: CancellationToken,
    running: JoinHandle<Result<(), SandboxError>>,
}

impl Provider {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(adjust: impl FnOnce(&mut SandboxConfig)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = SandboxConfig {
            path: folder.path().join("made/pay.sqlite"),
            slow_ms: 300,
            customer_minutes: 10,
            control: false,
        };
        adjust(&mut config);
        let (base, shutdown, running) = run(&config).await;
        let client =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { folder, config, client, base, shutdown, running }
    }

    /// Stops the provider and starts it on the same file.
    async fn restart(self) -> Self {
        self.shutdown.cancel();
        self.running.await.expect("no panic").expect("a clean stop");
        let (base, shutdown, running) = run(&self.config).await;
        Self { base, shutdown, running, ..self }
    }

    fn post(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.base)).header("Idempotency-Key", key).json(body)
    }

    async fn pay(&self, key: &str, body: &Value) -> (u16, Value) {
        answer(self.post("/v1/payments", key, body).send().await.expect("an answer")).await
    }

    async fn cancel(&self, id: &Value, key: &str, body: &Value) -> (u16, Value) {
        let path = format!("/v1/payments/{}/cancel", id.as_str().expect("an id"));
        answer(self.post(&path, key, body).send().await.expect("an answer")).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let sent = self.client.get(format!("{}{path}", self.base)).send().await;
        answer(sent.expect("an answer")).await
    }

    async fn control(&self, body: &Value) -> u16 {
        let sent = self.client.post(format!("{}/control", self.base)).json(body).send().await;
        sent.expect("an answer").status().as_u16()
    }

    async fn pay_without_answer(&self, key: &str, body: &Value) {
        expect_no_answer(self.post("/v1/payments", key, body)).await;
    }

    async fn cancel_without_answer(&self, id: &Value, key: &str, body: &Value) {
        let path = format!("/v1/payments/{}/cancel", id.as_str().expect("an id"));
        expect_no_answer(self.post(&path, key, body)).await;
    }

    async fn totals(&self, order: &str) -> Value {
        self.get(&format!("/v1/totals?order={order}")).await.1
    }
}

async fn run(config: &SandboxConfig) -> (String, CancellationToken, JoinHandle<Result<(), SandboxError>>) {
    let sandbox = open(config.clone()).await.expect("an open book");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(serve(sandbox, listener, shutdown.clone()));
    (base, shutdown, running)
}

/// Calls and asserts that no answer comes in half a second.
async fn expect_no_answer(request: RequestBuilder) {
    let sent = request.timeout(Duration::from_millis(500)).send().await;
    assert!(sent.expect_err("no answer").is_timeout());
}

async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}

/// A payment of 25,900 won for the order `A-1` by this card.
fn by(card: &str) -> Value {
    json!({ "order": "A-1", "amount": 25_900, "card": card, "return_url": null })
}

/// What the ledger shows for one charge of 25,900 won.
fn charged_once() -> Value {
    json!({ "approved": 25_900, "cancelled": 0, "approvals": 1, "cancels": 0 })
}

/// What the ledger shows for an order nobody was charged for.
fn charged_never() -> Value {
    json!({ "approved": 0, "cancelled": 0, "approvals": 0, "cancels": 0 })
}
