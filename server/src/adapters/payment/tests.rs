//! The gateway against the sandbox provider over real HTTP, and against servers that talk nonsense.

mod cards;
mod city;
mod contract;
mod going_on;
mod guarded;
mod nonsense;
mod refunds;
mod sent_back;
mod stripe;
mod stripe_double;
mod toss;
mod toss_double;

use std::time::Duration;

use axum::Router;
use domain::processes::ChargeOutcome;
use domain::shared::Won;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{ChargeRequest, GatewayError, PaymentGateway as _, RefundRequest, SandboxGateway, Timeouts};
use crate::adapters::clock::{door_code, monotonic};
use crate::pay_sandbox::{SandboxConfig, SandboxError, open, serve};

/// Long enough for a provider on a busy machine, where a test expects an answer.
const PATIENT: Duration = Duration::from_secs(20);
/// Short, where a test expects none.
const BRIEF: Duration = Duration::from_millis(400);
const AMOUNT: u64 = 25_900;

/// A provider on a port of its own.
struct Provider {
    config: SandboxConfig,
    base: String,
    shutdown: CancellationToken,
    running: JoinHandle<Result<(), SandboxError>>,
    _folder: TempDir,
}

impl Provider {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(adjust: impl FnOnce(&mut SandboxConfig)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = SandboxConfig {
            path: folder.path().join("pay.sqlite"),
            slow_ms: 300,
            customer_minutes: 10,
            control: true,
        };
        adjust(&mut config);
        let listener = free_port().await;
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (shutdown, running) = run(&config, listener).await;
        Self { config, base, shutdown, running, _folder: folder }
    }

    /// A gateway that waits long for charges and everything else.
    fn gateway(&self) -> SandboxGateway {
        gateway(&self.base, PATIENT)
    }

    /// A gateway that gives a charge up soon.
    fn impatient(&self) -> SandboxGateway {
        gateway(&self.base, BRIEF)
    }

    /// What the provider's ledger holds for the order: approvals, won approved, refunds, won refunded.
    async fn ledger(&self) -> (u64, u64, u64, u64) {
        let totals: Value = reqwest::get(format!("{}/v1/totals?order=A-1", self.base))
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let number = |name: &str| totals[name].as_u64().expect("a number");
        (number("approvals"), number("approved"), number("cancels"), number("cancelled"))
    }

    async fn control(&self, body: Value) {
        let sent = reqwest::Client::new().post(format!("{}/control", self.base)).json(&body).send().await;
        assert!(sent.expect("an answer").status().is_success());
    }

    /// Stops the provider; its address and its book stay.
    async fn stop(&mut self) {
        self.shutdown.cancel();
        (&mut self.running).await.expect("no panic").expect("a clean stop");
    }

    /// Starts it again after a stop.
    async fn start_again(&mut self) {
        let address = self.base.trim_start_matches("http://");
        let listener = TcpListener::bind(address).await.expect("the same port");
        (self.shutdown, self.running) = run(&self.config, listener).await;
    }
}

/// A port that no outgoing connection can take while the provider is stopped.
async fn free_port() -> TcpListener {
    for _ in 0..100 {
        let port = 20_000 + door_code().parse::<u16>().expect("four digits");
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
            return listener;
        }
    }
    panic!("no port is free");
}

async fn run(
    config: &SandboxConfig,
    listener: TcpListener,
) -> (CancellationToken, JoinHandle<Result<(), SandboxError>>) {
    let sandbox = open(config.clone()).await.expect("an open book");
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(serve(sandbox, listener, shutdown.clone()));
    (shutdown, running)
}

fn gateway(base: &str, charge: Duration) -> SandboxGateway {
    let timeouts = Timeouts { connect: PATIENT, charge, other: PATIENT };
    SandboxGateway::new(base, timeouts, None).expect("a gateway")
}

/// A charge of the order `A-1` by this card.
fn by(card: &str) -> ChargeRequest {
    ChargeRequest {
        key: "order-1:charge".to_owned(),
        order: "A-1".to_owned(),
        amount: won(AMOUNT),
        method: card.to_owned(),
        return_url: Some("/orders/1".to_owned()),
    }
}

fn won(amount: u64) -> Won {
    Won::new(amount).expect("in range")
}

/// A first request to give back so much of an approval.
fn refund(id: &str, key: &str, amount: u64) -> RefundRequest {
    RefundRequest {
        key: key.to_owned(),
        earlier: Vec::new(),
        provider_id: id.to_owned(),
        amount: won(amount),
        reason: "refund_all".to_owned(),
    }
}

/// The provider's id of an approval of the whole amount.
fn approved(outcome: ChargeOutcome) -> String {
    match outcome {
        ChargeOutcome::Approved { provider_id, amount } if amount == won(AMOUNT) => provider_id,
        other => panic!("not approved: {other:?}"),
    }
}
