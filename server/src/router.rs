//! The map of URLs, on one screen.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use app::backend::Backend;
use app::shell::{Assets, Settings};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;

use crate::accounts::Accounts;
use crate::adapters::clock::Clock;
use crate::adapters::payment::Known;
use crate::config::{Config, ProviderConfig};
use crate::http::bodies::{in_time, settle};
use crate::http::client::identify;
use crate::http::health::Readiness;
use crate::http::protect::protect;
use crate::http::session::LogoutHub;
use crate::http::sse::{self, LiveState};
use crate::http::{apply, assets, enter, health, login, odd, pages, pay_toss, session, too_many, webhooks};
use crate::limits::Limits;
use crate::processes::{Nudges, RefundLook};
use crate::rest::{self, Rest};
use crate::tokens::Tokens;
use crate::web_store::WebStore;

/// The most that a request may send, in bytes.
pub(crate) const BODY: usize = 64 * 1024;
/// The most that a payment provider's call may send, in bytes.
const WEBHOOK: usize = 256 * 1024;
/// How long an answer that is no stream may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the handlers share, behind one pointer: axum copies it several times for each request.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

impl AppState {
    /// The state of a city.
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What stands behind the pages.
pub struct Shared {
    /// The pages' port.
    pub backend: Arc<dyn Backend>,
    /// Who can log in.
    pub accounts: Accounts,
    /// By what scripts act for them.
    pub tokens: Tokens,
    /// Sessions, visitors and drafts.
    pub web: WebStore,
    /// Tells live streams who has logged out.
    pub logout: LogoutHub,
    /// Where the pages find their program and style.
    pub assets: Arc<Assets>,
    /// What the pages know of the settings.
    pub settings: Arc<Settings>,
    /// The settings.
    pub config: Arc<Config>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What the live streams share.
    pub live: LiveState,
    /// To the process runner.
    pub nudges: Nudges,
    /// Looks at refunds of which the payment provider has news.
    pub refunds: RefundLook,
    /// With which payments customers came back from Toss.
    pub returned: Known,
    /// How much one address or account may ask for.
    pub limits: Arc<Limits>,
    /// Whether the city can do its work.
    pub readiness: Readiness,
}

/// All routes; without those of the API when there is no `rest`. `payment_pages` are those of the payment sandbox for customers, when it runs inside of this process.
/// Needs a tokio runtime.
pub fn build(state: AppState, payment_pages: Option<Router>, rest: Option<Rest>) -> Router {
    let pages = pages::routes(&state);
    let pages = match &rest {
        Some(rest) => pages.layer(from_fn_with_state(rest.clone(), rest::resource_or_page)),
        None => pages,
    };
    let (api, of_api) = rest.map_or_else(|| (Router::new(), Router::new()), rest::routes);
    let brief = pages
        .route("/login", post(login::login))
        .route("/logout", post(login::logout))
        .route("/signup", post(login::signup))
        .route("/signup/owner", post(apply::owner))
        .route("/signup/rider", post(apply::rider))
        .route("/application", post(apply::again))
        .route("/lang", post(login::lang))
        .route("/theme", post(login::theme));
    let brief = match &state.config.provider {
        ProviderConfig::Toss(_) => brief
            .route("/pay/toss/{order_id}", get(pay_toss::show))
            .route("/pay/toss/return/{order_id}", get(pay_toss::come_back)),
        ProviderConfig::Sandbox | ProviderConfig::Stripe(_) => brief,
    };
    let brief = brief
        .merge(api)
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY))
        .layer(from_fn_with_state(PATIENCE, in_time));

    // Streams last for as long as somebody looks.
    let (live, _) = sse::routes().split_for_parts();

    // Of machines: no cookies, no pages, and no word believed that is not signed.
    let webhooks = match &state.config.provider {
        ProviderConfig::Sandbox => Router::new(),
        ProviderConfig::Toss(_) => Router::new().route("/webhooks/toss", post(webhooks::toss)),
        ProviderConfig::Stripe(_) => Router::new().route("/webhooks/stripe", post(webhooks::stripe)),
    };
    let webhooks = webhooks
        .layer(DefaultBodyLimit::max(WEBHOOK))
        .layer(from_fn_with_state(PATIENCE, in_time))
        .with_state(state.clone());

    let of_people = brief
        .merge(live)
        .layer(from_fn_with_state(state.clone(), enter))
        .layer(session::layer(&state.web, state.config.is_https()))
        .layer(from_fn(rest::in_problems))
        .with_state(state.clone());

    let health = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(state.clone());
    let router = of_people.merge(webhooks).merge(assets::routes()).merge(health).merge(of_api);
    let router = match payment_pages {
        // Of another company, under this house's limits.
        Some(pages) => {
            let pages = Router::new()
                .nest("/pay-sandbox", pages)
                .layer(RequestBodyLimitLayer::new(BODY))
                .layer(from_fn_with_state(PATIENCE, in_time))
                .layer(from_fn_with_state(state.clone(), too_many::by_address));
            router.merge(pages)
        }
        None => router,
    };
    router
        .layer(from_fn(odd::refuse))
        .layer(from_fn(settle))
        .layer(from_fn(protect))
        .layer(from_fn_with_state(state, identify))
        .layer(TraceLayer::new_for_http())
}
