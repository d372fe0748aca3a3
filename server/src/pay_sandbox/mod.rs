//! A payment provider to develop and test against: another company, as far as the platform can
//! tell. It speaks JSON over HTTP, keeps its own book in its own SQLite file, and knows nothing of
//! orders but a text reference.
//!
//! Safe to repeat: a call is known by its `Idempotency-Key`; the same key with the same body finds
//! the same payment as it stands now, and never charges twice. Everything is durable before it is
//! answered. What a payment does is chosen by its test card, see [`CARDS`].
//!
//! Calls:
//!
//! - `POST /v1/payments`, `GET /v1/payments?key=`, `GET /v1/payments/{id}`
//! - `POST /v1/payments/{id}/cancel`, `GET /v1/cancels?key=`
//! - `GET /v1/cards`, `GET /v1/totals?order=`, `GET /healthz`
//! - `POST /control`, if started with [`SandboxConfig::control`]: payments, voids and cancels fail, hang or are slow; lookups never
//! - `GET` and `POST /c/{id}` of [`Sandbox::customer_router`], which has to be nested at
//!   `/pay-sandbox`

mod api;
mod cards;
mod change;
mod charge;
mod control;
mod model;
mod outside;
mod page;
mod refusal;
mod store;
mod words;
mod writer;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use cards::{CARDS, Label, TestCard};

use control::Mode;
use refusal::Refusal;
use store::Store;

/// How long a connection is left without an answer at most.
const HANG: Duration = Duration::from_mins(1);
/// How long a stop waits for calls under way.
const STOP: Duration = Duration::from_secs(1);

/// How to run the provider.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// The SQLite file; it and its folder are made if they are not there.
    pub path: PathBuf,
    /// Milliseconds until `tok_slow` is approved (3,000 is usual).
    pub slow_ms: u64,
    /// Minutes a customer has for deciding on the page (10 is usual); 0 abandons at once.
    pub customer_minutes: u64,
    /// Whether `POST /control` is there. For tests: whoever reaches it can stop all payments.
    pub control: bool,
}

/// Why the provider cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The folder of the SQLite file cannot be made.
    #[error("the payment sandbox cannot make the folder {path}: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The SQLite file cannot be opened.
    #[error("the payment sandbox cannot open {path}: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: sqlx::Error,
    },
    /// The listener broke.
    #[error("the payment sandbox cannot serve: {0}")]
    Serve(#[from] std::io::Error),
}

/// A running provider; clones share it. Its writer ends when the last clone is gone.
#[derive(Clone, Debug)]
pub struct Sandbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: SandboxConfig,
    store: Store,
    mode: watch::Sender<Mode>,
    closing: CancellationToken,
}

/// Opens or creates the provider's book and starts its writer. Needs a tokio runtime.
///
/// # Errors
///
/// If the folder cannot be made or the file is not an SQLite database that can be written.
pub async fn open(config: SandboxConfig) -> Result<Sandbox, SandboxError> {
    if let Some(folder) = config.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(folder)
            .await
            .map_err(|source| SandboxError::Folder { path: folder.to_owned(), source })?;
    }
    let customer_ms = i64::try_from(config.customer_minutes.saturating_mul(60_000));
    let store = Store::open(&config.path, customer_ms.unwrap_or(i64::MAX))
        .await
        .map_err(|source| SandboxError::Open { path: config.path.clone(), source })?;
    Ok(Sandbox(Arc::new(Inner {
        config,
        store,
        mode: watch::Sender::new(Mode::Normal),
        closing: CancellationToken::new(),
    })))
}

/// Serves the API, and the customers' pages at `/pay-sandbox`, until `shutdown`. Calls under way
/// then have a second to end; connections that hang on purpose are let go with a 503.
///
/// # Errors
///
/// If the listener breaks.
pub async fn serve(
    sandbox: Sandbox,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> Result<(), SandboxError> {
    let router = sandbox.api_router().nest("/pay-sandbox", sandbox.customer_router());
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection of the payment sandbox keeps its delay");
        }
    });
    let closing = sandbox.closing().clone();
    let server = axum::serve(listener, router).with_graceful_shutdown(closing.clone().cancelled_owned());
    let last_call = async {
        shutdown.cancelled().await;
        closing.cancel();
        tokio::time::sleep(STOP).await;
    };
    tokio::select! {
        ended = server => ended.map_err(SandboxError::Serve),
        () = last_call => {
            tracing::info!("the payment sandbox stopped with connections still open");
            Ok(())
        }
    }
}

impl Sandbox {
    /// The JSON API, for a listener of its own.
    pub fn api_router(&self) -> Router {
        api::router(self.clone())
    }

    /// The pages on which a customer approves or declines; to be nested at `/pay-sandbox`.
    pub fn customer_router(&self) -> Router {
        page::router(self.clone())
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn closing(&self) -> &CancellationToken {
        &self.0.closing
    }

    fn has_control(&self) -> bool {
        self.0.config.control
    }

    fn slow(&self) -> Duration {
        Duration::from_millis(self.0.config.slow_ms)
    }

    fn mode(&self) -> Mode {
        *self.0.mode.borrow()
    }

    fn set_mode(&self, mode: Mode) {
        self.0.mode.send_replace(mode);
    }

    /// Leaves the caller without an answer, for as long as it may be left.
    async fn hang(&self) -> Refusal {
        tokio::select! {
            () = self.closing().cancelled() => Refusal::Closing,
            () = tokio::time::sleep(HANG) => Refusal::NoAnswer,
        }
    }
}
