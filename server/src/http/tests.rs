//! The whole router with a port that answers nothing, as a browser meets it.

mod bearer;
mod bodies;
mod fake;
mod feed;
mod gateway;
mod logins;
mod requests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{COOKIE, HOST, LOCATION, ORIGIN, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderName, Method, Request, StatusCode};
use axum::response::Response;
use tempfile::TempDir;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use self::fake::Nothing;
use crate::accounts::{Accounts, tests as accounts};
use crate::adapters::clock::{Clock, ManualClock, SystemClock};
use crate::adapters::payment::{Known, SandboxGateway, Timeouts};
use crate::config::{Config, Typed};
use crate::http::health::Readiness;
use crate::http::in_query;
use crate::http::session::LogoutHub;
use crate::http::sse::LiveState;
use crate::limits::{Limits, Rates};
use crate::live::{Hub, Tail, Wake};
use crate::processes::{Nudges, RefundLook};
use crate::router::{AppState, Shared, build};
use crate::storage::Vault;
use crate::storage::sqlite::{self, SqliteLog, SqliteViews};
use crate::tokens::Tokens;
use crate::web_store::WebStore;

/// A city without orders.
struct City {
    folder: TempDir,
    clock: Arc<ManualClock>,
    state: AppState,
    router: Router,
}

impl City {
    async fn new() -> Self {
        Self::with(None).await
    }

    async fn with(public_url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let accounts = accounts::accounts().await;
        accounts.add(accounts::haneul(), SystemClock.now()).await.unwrap();
        Self::open(folder, accounts, config(public_url)).await
    }

    async fn open(folder: TempDir, accounts: Accounts, config: Config) -> Self {
        Self::open_ready(folder, accounts, config, |_| {}).await
    }

    /// As [`City::open`], with other conditions for being ready.
    async fn open_ready(
        folder: TempDir,
        accounts: Accounts,
        config: Config,
        change: impl FnOnce(&mut Readiness),
    ) -> Self {
        let web = WebStore::open(&folder.path().join("web.db")).await.unwrap();
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let logout = LogoutHub::default();
        let tokens = Tokens::new(accounts.pool().clone());
        let of_limits = Limits::new(config.gateway.rates);
        let live = live(&folder, &web, &logout, (&tokens, of_limits), clock.clone()).await;
        let limits = Arc::clone(&live.limits);
        let mut readiness = Readiness {
            log: Arc::clone(&live.log),
            writer_ended: CancellationToken::new(),
            stopping: CancellationToken::new(),
            data: folder.path().to_owned(),
            min_free: 1,
            most_behind: 2,
        };
        change(&mut readiness);
        // Nobody listens there, and nobody is asked.
        let brief = Duration::from_secs(1);
        let timeouts = Timeouts { connect: brief, charge: brief, other: brief };
        let provider = Arc::new(SandboxGateway::new("http://127.0.0.1:9", timeouts, None).unwrap());
        let nudges = Nudges::new().0;
        let log = Arc::clone(&readiness.log);
        let refunds = RefundLook::new(log, provider, nudges.clone());
        let state = AppState::new(Shared {
            backend: Arc::new(Nothing { web: web.clone() }),
            accounts,
            tokens,
            web,
            logout,
            live,
            assets: Arc::new(app::shell::Assets::default()),
            settings: Arc::new(app::shell::Settings::default()),
            config: Arc::new(config),
            clock: clock.clone(),
            nudges,
            refunds,
            returned: Known::default(),
            limits,
            readiness,
        });
        let router = build(state.clone(), None, None);
        Self { folder, clock, state, router }
    }

    /// The same files, with nothing in memory.
    async fn restarted(self) -> Self {
        self.state.web.close().await;
        let config = Config::clone(&self.state.config);
        Self::open(self.folder, self.state.accounts.clone(), config).await
    }

    fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new() }
    }
}

/// Streams on an empty log.
async fn live(
    folder: &TempDir,
    web: &WebStore,
    logout: &LogoutHub,
    (tokens, limits): (&Tokens, Limits),
    clock: Arc<dyn Clock>,
) -> LiveState {
    let (writer, pool) = sqlite::open(&folder.path().join("baedal.db")).await.unwrap();
    let wake = Arc::new(Wake {
        hub: Arc::new(Hub::default()),
        tail: Arc::new(Tail::default()),
        stores_changed: Arc::new(AtomicBool::new(false)),
    });
    let hub = Arc::clone(&wake.hub);
    let (log, _writing) = SqliteLog::start(writer, pool, Arc::new(SystemClock), wake).await.unwrap();
    LiveState {
        log: Arc::new(log.clone()),
        views: Arc::new(SqliteViews::new(log.clone())),
        hub,
        vault: Vault::new(Arc::new(log)),
        logout: logout.clone(),
        web: web.clone(),
        tokens: tokens.clone(),
        clock,
        moved: broadcast::Sender::new(1),
        console: broadcast::Sender::new(1),
        stop: CancellationToken::new(),
        radius_m: 3_000,
        limits: Arc::new(limits),
    }
}

fn config(public_url: Option<&str>) -> Config {
    let mut config = Typed {
        listen: "127.0.0.1:0".into(),
        public_url: public_url.map(str::to_owned),
        workers: "2".into(),
        ..Typed::usual()
    }
    .check()
    .unwrap();
    // Tests log in more often than people do.
    config.gateway.rates = Rates::usual(true);
    config
}

/// A browser: keeps cookies, says where its forms come from, follows nothing by itself.
struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    async fn get(&mut self, path: &str) -> Response {
        self.send(Method::GET, path, &[], &[]).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.send(Method::POST, path, fields, &[(ORIGIN, "http://baedal.test")]).await
    }

    async fn login(&mut self, next: &str) -> Response {
        let fields = [("login", "haneul"), ("password", "baedal-demo"), ("next", next)];
        self.post("/login", &fields).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(HeaderName, &str)],
    ) -> Response {
        let mut request = Request::builder().method(&method).uri(path).header(HOST, "baedal.test");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        if method == Method::POST {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", in_query(value))).collect();
        let request = request.body(Body::from(body.join("&"))).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in set_cookies(&response) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(name).cloned()
    }

    /// Whether the browser is let into a page for customers.
    async fn is_in(&mut self) -> bool {
        let response = self.get("/cards").await;
        response.status() != StatusCode::SEE_OTHER
    }
}

fn set_cookies(response: &Response) -> Vec<String> {
    response.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

/// Where a redirect with 303 leads.
fn goes_to(response: &Response) -> &str {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()[LOCATION].to_str().unwrap()
}

/// Where an answer to a form leads a browser: by 303, or by a page with 429 that goes on by itself, and by a link.
async fn leads_to(response: Response) -> String {
    if response.status() != StatusCode::TOO_MANY_REQUESTS {
        return goes_to(&response).to_owned();
    }
    assert!(response.headers().contains_key(RETRY_AFTER) && !response.headers().contains_key(LOCATION));
    let page = text(response).await;
    let (_, refresh) = page.split_once("<meta http-equiv=\"refresh\" content=\"0;url=").unwrap();
    let (path, _) = refresh.split_once('"').unwrap();
    assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
    path.replace("&amp;", "&")
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}
