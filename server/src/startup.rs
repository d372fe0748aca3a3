//! Starting the city: the one place that names concrete adapters.

mod notices;
mod provider;
mod webhooks;

use crate::accounts::{Accounts, AccountsError};
use crate::adapters::breaker::Breaker;
use crate::adapters::clock::{Clock, SystemClock};
use crate::adapters::geocoder::{EmbeddedGazetteer, GazetteerError};
use crate::adapters::notify::NotifyError;
use crate::adapters::payment::{GatewayError, Guarded, Known, PaymentGateway};
use crate::adapters::webhooks::{Lookup, SystemLookup};
use crate::backend::{Desk, Provider, Shelf, Turns};
use crate::commands::{CommandSettings, Commands};
use crate::config::Config;
use crate::demo::DemoError;
use crate::http::assets::AssetManifest;
use crate::http::health::Readiness;
use crate::http::session::LogoutHub;
use crate::http::sse::LiveState;
use crate::limits::Limits;
use crate::live::{Hub, Tail, Wake};
use crate::pay_sandbox::SandboxError;
use crate::processes::{Nudges, RefundLook, Runner, RunnerSettings, Steps, Timers, go_on_when_closed};
use crate::read_models::Views;
use crate::rest::Rest;
use crate::router::{self, AppState, Shared};
use crate::seed;
use crate::serving::{self, Certificates, TlsError, connections_to_be_had};
use crate::storage::sqlite::{self, SqliteLog, SqliteViews};
use crate::storage::{EventLog, KeyStore, LogError, Outbox, Vault};
use crate::tokens::Tokens;
use crate::web_store::{WebStore, WebStoreError};
use app::backend::Backend;
use app::shell::{Assets, Settings};

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The payment provider, as the operator knows it.
const PAYMENT: &str = "payment";
/// Riders who may move before a live stream has looked.
const MOVES: usize = 1_024;
/// How often idempotency rows and finished work are looked through for those older than a day.
const TIDY: Duration = Duration::from_secs(600);
const DAY_MS: i64 = 24 * 3_600_000;
/// How many events the processes may be behind the log in a city that is ready.
const MOST_BEHIND: u64 = 10_000;
/// How long notices are kept, in days.
const NOTICE_DAYS: i64 = 30;

/// A city that runs.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What to tell whoever started it.
    pub banner: String,
    /// Ends when everything has stopped.
    pub done: JoinHandle<Result<(), StartError>>,
    /// The log, for benchmarks.
    pub log: SqliteLog,
    /// The pages' port, for tests and benchmarks inside of the process. Has to be dropped for the data folder to be let go, as the log has.
    pub backend: Arc<dyn Backend>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// Why the city does not start, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error("the data folder {folder} cannot be used: {reason}")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// Another server has the data folder.
    #[error("another server is running on the data folder {0}")]
    InUse(PathBuf),
    /// The address.
    #[error("--listen: {addr} cannot be listened on: {source}")]
    Listen {
        /// Which.
        addr: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate.
    #[error("--tls-cert and --tls-key cannot be used: {0}")]
    Tls(#[from] TlsError),
    /// The main database.
    #[error(transparent)]
    Storage(#[from] LogError),
    /// The web database.
    #[error(transparent)]
    Web(#[from] WebStoreError),
    /// The payment sandbox.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The payment provider.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The provider of messages.
    #[error(transparent)]
    Notify(#[from] NotifyError),
    /// Whoever carries messages to webhooks.
    #[error("webhooks cannot be sent: {0}")]
    Webhooks(#[from] reqwest::Error),
    /// The addresses.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
    /// The demo world.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The accounts.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// The demo world was refused by the rules.
    #[error("the demo world was refused: {0}")]
    Seed(String),
    /// The writer of the log ended while the server ran.
    #[error("nothing can be written any more")]
    Writer,
    /// The server failed while it ran.
    #[error("the server failed: {0}")]
    Serve(#[from] std::io::Error),
}

/// Takes the data folder for this process alone, for as long as the file is held.
pub fn lock_folder(folder: &Path) -> Result<File, StartError> {
    let failed =
        |reason: std::io::Error| StartError::Folder { folder: folder.to_owned(), reason: reason.to_string() };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let file = File::create(folder.join("lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// As [`lock_folder`], with patience for one that is just stopping.
pub async fn lock_soon(folder: &Path) -> Result<File, StartError> {
    for _ in 0..20 {
        match lock_folder(folder) {
            Err(StartError::InUse(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
            other => return other,
        }
    }
    lock_folder(folder)
}

/// Starts everything and listens once all of it stands. `shutdown` stops it.
pub async fn start(config: Config, shutdown: CancellationToken) -> Result<Running, StartError> {
    start_by(config, Arc::new(SystemClock), shutdown).await
}

/// As [`start`], by another clock.
pub async fn start_by(
    config: Config,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
) -> Result<Running, StartError> {
    start_among(config, clock, Arc::new(SystemLookup), shutdown).await
}

/// As [`start_by`], with the names of hosts resolved by somebody else where webhooks are concerned.
pub async fn start_among(
    config: Config,
    clock: Arc<dyn Clock>,
    names: Arc<dyn Lookup>,
    shutdown: CancellationToken,
) -> Result<Running, StartError> {
    let lock = lock_soon(&config.data).await?;

    let (writer, pool) = sqlite::open(&config.data.join("baedal.db")).await?;
    let wake = Arc::new(Wake {
        hub: Arc::new(Hub::default()),
        tail: Arc::new(Tail::default()),
        stores_changed: Arc::new(AtomicBool::new(true)),
    });
    let listener = Arc::clone(&wake);
    let (sqlite_log, writing) = SqliteLog::start(writer, pool.clone(), Arc::clone(&clock), listener).await?;
    let log: Arc<dyn EventLog> = Arc::new(sqlite_log.clone());
    let views: Arc<dyn Views> = Arc::new(SqliteViews::new(sqlite_log.clone()));
    let keys: Arc<dyn KeyStore> = Arc::new(sqlite_log.clone());
    let outbox: Arc<dyn Outbox> = Arc::new(sqlite_log.clone());
    let vault = Vault::new(keys);
    let accounts = Accounts::new(pool.clone());
    let tokens = Tokens::new(pool.clone());
    let web = WebStore::open(&config.data.join("web.db")).await?;

    let demo_logins =
        if config.demo { seed::demo(&log, &views, &accounts, clock.now()).await? } else { Vec::new() };

    // Everything that runs beside the requests ends after them.
    let stop_inside = CancellationToken::new();
    let returned = Known::default();
    let (provider, payment_pages, sandbox) =
        provider::start(&config, &clock, &returned, stop_inside.clone()).await?;
    let breaker = Breaker::new(PAYMENT, config.payment_breaker);
    let gateway: Arc<dyn PaymentGateway> = Arc::new(Guarded::new(provider, breaker.clone()));

    let (nudges, nudged) = Nudges::new();
    let refunds = RefundLook::new(Arc::clone(&log), Arc::clone(&gateway), nudges.clone());
    let steps = Steps::new(
        Arc::clone(&log),
        Arc::clone(&clock),
        Arc::clone(&gateway),
        config.rider_fee,
        config.hold_minutes,
    );
    let settings = RunnerSettings {
        workers: config.workers,
        payment_calls: config.workers * 2,
        payment_gap_ms: config.gateway.rates.payment_gap_ms,
    };
    let runner =
        Runner::new(Arc::clone(&log), Arc::clone(&clock), steps, Arc::clone(&wake.tail), nudged, settings);
    let runner = tokio::spawn(runner.run(stop_inside.clone()));
    let timers = Timers::new(Arc::clone(&log), Arc::clone(&views), Arc::clone(&clock), config.limits);
    let timers = tokio::spawn(timers.run(stop_inside.clone()));
    let letters = Arc::new(Notify::new());
    let tools = notices::Tools {
        log: Arc::clone(&log),
        outbox: Arc::clone(&outbox),
        tail: Arc::clone(&wake.tail),
        accounts: accounts.clone(),
        clock: Arc::clone(&clock),
        wake: Arc::clone(&letters),
    };
    let (tellers, messages) = notices::start(tools, &config, &stop_inside)?;
    let (couriers, webhooks) =
        webhooks::start(&sqlite_log, &wake.tail, &vault, &clock, &config, names, &stop_inside).await?;
    let open = config.payment_breaker.open;
    tokio::spawn(go_on_when_closed(breaker.clone(), open, nudges.clone(), stop_inside.clone()));
    tokio::spawn(sqlite_log.clone().keep_journal_short(stop_inside.clone()));
    tokio::spawn(tidy(Arc::clone(&log), Arc::clone(&outbox), Arc::clone(&clock), stop_inside.clone()));
    tokio::spawn(web.clone().keep_clean(stop_inside.clone()));

    // Asked to stop, the city says at once that it is not ready, and goes on for as long as it is to.
    let stop_serving = CancellationToken::new();
    tokio::spawn(drain(shutdown.clone(), config.gateway.drain, stop_serving.clone()));
    let writer_ended = CancellationToken::new();
    let limits = Arc::new(Limits::new(config.gateway.rates));
    let tls = config.gateway.tls.as_ref().map(Certificates::load).transpose()?.map(Arc::new);
    if let Some(tls) = &tls {
        tokio::spawn(Arc::clone(tls).keep_fresh(stop_inside.clone()));
    }

    let (moved, _) = broadcast::channel(MOVES);
    let console = broadcast::Sender::new(1);
    let logout = LogoutHub::default();
    let commands = Commands::new(
        Arc::clone(&log),
        vault.clone(),
        Arc::clone(&clock),
        CommandSettings { rider_radius_m: config.rider_radius_m, hold_minutes: config.hold_minutes },
    );
    let desk = Desk {
        commands,
        views: Arc::clone(&views),
        shelf: Shelf::new(Arc::clone(&views), Arc::clone(&wake.stores_changed)),
        vault: vault.clone(),
        accounts: accounts.clone(),
        tokens: tokens.clone(),
        web: web.clone(),
        geocoder: EmbeddedGazetteer::load()?,
        gateway,
        clock: Arc::clone(&clock),
        moved: moved.clone(),
        radius_m: config.rider_radius_m,
        log: Arc::clone(&log),
        nudges: nudges.clone(),
        limits: config.limits,
        payment_breaker: breaker.clone(),
        providers: std::iter::once(Provider { name: PAYMENT, breaker }).chain(messages).collect(),
        outbox,
        letters,
        webhooks,
        turns: Turns::default(),
        console: console.clone(),
        rates: Arc::clone(&limits),
    };
    desk.finish_enrolments().await;
    let readiness = Readiness {
        log: Arc::clone(&log),
        writer_ended: writer_ended.clone(),
        stopping: shutdown.clone(),
        data: config.data.clone(),
        min_free: config.gateway.min_free,
        most_behind: MOST_BEHIND,
    };
    let live = LiveState {
        log,
        views,
        hub: Arc::clone(&wake.hub),
        vault,
        logout: logout.clone(),
        web: web.clone(),
        tokens: tokens.clone(),
        clock: Arc::clone(&clock),
        moved,
        console,
        stop: stop_serving.clone(),
        radius_m: config.rider_radius_m,
        limits: Arc::clone(&limits),
    };
    let manifest = AssetManifest::load();
    let demo = config.demo;
    let listen = config.listen;
    let desk = Arc::new(desk);
    let watched = Arc::clone(&desk);
    let until = stop_serving.clone();
    tokio::spawn(async move { watched.watch_console(until).await });
    let rest = Rest::new(Arc::clone(&desk), config.public_url.clone());
    let backend: Arc<dyn Backend> = desk;
    let settings = serving::Settings {
        max_connections: connections_to_be_had(config.gateway.max_connections),
        tls,
        patience: config.gateway.patience,
    };
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let state = AppState::new(Shared {
        backend: Arc::clone(&backend),
        accounts,
        tokens,
        web,
        logout,
        assets: Arc::new(Assets { js: manifest.js, wasm: manifest.wasm, css: manifest.css }),
        settings: Arc::new(Settings { demo, demo_logins, live: true, pictures: manifest.pictures }),
        config: Arc::new(config),
        clock,
        live,
        nudges,
        refunds,
        returned,
        limits,
        readiness,
    });
    let banner_logins = state.settings.demo_logins.clone();
    let router = router::build(state, payment_pages, Some(rest));
    let listener = serving::listen(listen).map_err(|source| StartError::Listen { addr: listen, source })?;
    let addr = listener.local_addr()?;
    let banner = banner(scheme, addr, &banner_logins);
    // The folder is this process's until nothing more can be written, whoever still holds the log.
    let ended = writer_ended.clone();
    tokio::spawn(async move {
        if let Err(error) = writing.await {
            tracing::error!(%error, "the writer ended badly");
        }
        ended.cancel();
        drop(lock);
    });
    let done = tokio::spawn(async move {
        // Without its writer a city can do nothing: whoever supervises the process is to start it anew.
        let served = tokio::select! {
            () = serving::serve(listener, router, settings, stop_serving.clone()) => Ok(()),
            () = writer_ended.cancelled() => Err(StartError::Writer),
        };
        // Whatever ended the serving, the rest ends too.
        shutdown.cancel();
        stop_serving.cancel();
        stop_inside.cancel();
        for beside in [runner, timers].into_iter().chain(tellers).chain(couriers) {
            if let Err(error) = beside.await {
                tracing::error!(%error, "the processes ended badly");
            }
        }
        if let Some(sandbox) = sandbox
            && let Err(error) = sandbox.await
        {
            tracing::error!(%error, "the payment sandbox ended badly");
        }
        pool.close().await;
        served
    });
    Ok(Running { addr, banner, done, log: sqlite_log, backend })
}

/// Stops the serving some time after a stop was asked for.
async fn drain(asked: CancellationToken, lasts: Duration, stop: CancellationToken) {
    asked.cancelled().await;
    if !lasts.is_zero() {
        tokio::time::sleep(lasts).await;
    }
    stop.cancel();
}

/// Forgets what is kept for a day, and old notices.
async fn tidy(
    log: Arc<dyn EventLog>,
    outbox: Arc<dyn Outbox>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TIDY) => {}
        }
        let day_ago = domain::shared::Timestamp(clock.now().0 - DAY_MS);
        if let Err(error) = log.forget_before(day_ago).await {
            tracing::warn!(%error, "old rows could not be forgotten");
        }
        let long_ago = domain::shared::Timestamp(clock.now().0 - NOTICE_DAYS * DAY_MS);
        if let Err(error) = outbox.forget_notices_before(long_ago).await {
            tracing::warn!(%error, "old notices could not be forgotten");
        }
    }
}

fn banner(scheme: &str, addr: SocketAddr, logins: &[app::shell::DemoLogin]) -> String {
    use std::fmt::Write;
    let mut text =
        format!("Baedal is open on {scheme}://{addr}\n  customers: /   owners: /owner   riders: /rider");
    if let Some(first) = logins.first() {
        let names: Vec<&str> = logins.iter().map(|login| login.login.as_str()).collect();
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n  demo logins: {}\n  password of all of them: {}",
            names.join(", "),
            first.password
        );
    }
    text
}
