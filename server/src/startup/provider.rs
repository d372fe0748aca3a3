//! The payment provider of the settings.

use super::StartError;
use crate::adapters::clock::Clock;
use crate::adapters::payment::{Known, PaymentGateway, SandboxGateway, StripeGateway, Timeouts, TossGateway};
use crate::config::{Config, ProviderConfig};
use crate::pay_sandbox::{self, Sandbox, SandboxConfig};
use axum::Router;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The longest a connection to the payment provider may take to come about.
const CONNECT: Duration = Duration::from_secs(2);
/// How long the payment sandbox's slow card takes, in milliseconds.
const SLOW_MS: u64 = 3_000;
/// How long a customer may take at the payment sandbox's page, in minutes.
const CUSTOMER_MINUTES: u64 = 10;

/// The payment provider of the settings: how it is asked, its pages on this site, and what runs for it.
pub(super) async fn start(
    config: &Config,
    clock: &Arc<dyn Clock>,
    returned: &Known,
    stop: CancellationToken,
) -> Result<(Arc<dyn PaymentGateway>, Option<Router>, Option<JoinHandle<()>>), StartError> {
    let timeouts = Timeouts {
        connect: CONNECT.min(config.payment_timeout),
        charge: config.payment_timeout,
        other: config.payment_timeout,
    };
    let (minutes, clock) = (config.hold_minutes, Arc::clone(clock));
    match (&config.provider, &config.payment_url) {
        // The pages of the sandbox inside are pages of this site; those of one elsewhere are its own.
        (ProviderConfig::Sandbox, Some(url)) => {
            let gateway = SandboxGateway::new(url, timeouts, Some(url.clone()))?;
            Ok((Arc::new(gateway), None, None))
        }
        (ProviderConfig::Sandbox, None) => {
            let (url, pages, running) = start_sandbox(&config.data, stop).await?;
            let gateway = SandboxGateway::new(&url, timeouts, None)?;
            Ok((Arc::new(gateway), Some(pages), Some(running)))
        }
        (ProviderConfig::Toss(toss), _) => {
            let secret = toss.secret_key.clone();
            let gateway = TossGateway::new(&toss.url, secret, timeouts, minutes, clock, returned.clone())?;
            Ok((Arc::new(gateway), None, None))
        }
        (ProviderConfig::Stripe(stripe), _) => {
            let back = config.public_url.clone().unwrap_or_else(|| {
                let scheme = if config.is_https() { "https" } else { "http" };
                format!("{scheme}://{}", config.listen)
            });
            let secret = stripe.secret_key.clone();
            let gateway = StripeGateway::new(&stripe.url, secret, timeouts, minutes, back, clock)?;
            Ok((Arc::new(gateway), None, None))
        }
    }
}

async fn start_sandbox(
    data: &Path,
    stop: CancellationToken,
) -> Result<(String, Router, JoinHandle<()>), StartError> {
    let path = data.join("pay-sandbox.db");
    let config = SandboxConfig { path, slow_ms: SLOW_MS, customer_minutes: CUSTOMER_MINUTES, control: false };
    let sandbox: Sandbox = pay_sandbox::open(config).await?;
    let pages = sandbox.customer_router();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let running = tokio::spawn(async move {
        if let Err(error) = pay_sandbox::serve(sandbox, listener, stop).await {
            tracing::error!(%error, "the payment sandbox failed");
        }
    });
    Ok((url, pages, running))
}
