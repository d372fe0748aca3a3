//! The live streams: `/live/order/{id}`, `/live/orders`, `/live/owner`, `/live/rider`, `/live/operator`.
//!
//! A stream replays what was committed after `?after=` (or `Last-Event-ID`, which wins) from the topic index and goes on with what is
//! committed from then on: no gap, no repeat. `id:` is the log's position. `changed` asks the page to load its data
//! again, `reset` to begin afresh, `bye` says that no more will come: `over`, `logout` or `shutdown`.

use axum::extract::{Extension, FromRef, FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::delivery::RiderState;
use domain::processes::Topic;
use domain::shared::{AccountId, Metres, OrderId};
use domain::views::{Caller, Fault, Role, Viewer, follower};
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::client::ClientAddr;
use super::feed::Feed;
use super::proof::Proof;
use super::session::LogoutHub;
use super::too_many::refusing;
use crate::adapters::cells::cells_near;
use crate::adapters::clock::Clock;
use crate::commands::{account, unavailable};
use crate::limits::{Limits, Permit};
use crate::live::Hub;
use crate::read_models::Views;
use crate::rest::{LastSeen, StreamAnswers};
use crate::router::AppState;
use crate::storage::{EventLog, Vault};
use crate::tokens::Tokens;
use crate::web_store::WebStore;

/// What the live streams share.
#[derive(Clone)]
pub struct LiveState {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// The read models.
    pub views: Arc<dyn Views>,
    /// Who listens.
    pub hub: Arc<Hub>,
    /// Opens the envelopes of personal fields.
    pub vault: Vault,
    /// Sessions that end.
    pub logout: LogoutHub,
    /// Sessions.
    pub web: WebStore,
    /// API tokens.
    pub tokens: Tokens,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Riders who moved, or went on or off duty: their streams begin afresh.
    pub moved: broadcast::Sender<AccountId>,
    /// What the operator's console shows has changed in a way of which no event tells.
    pub console: broadcast::Sender<()>,
    /// Ends every stream.
    pub stop: CancellationToken,
    /// How far is near for a rider, in metres.
    pub radius_m: Metres,
    /// How many streams somebody may have open.
    pub limits: Arc<Limits>,
}

impl FromRef<AppState> for LiveState {
    fn from_ref(state: &AppState) -> Self {
        state.live.clone()
    }
}

/// The streams, with their description.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(order))
        .routes(routes!(orders))
        .routes(routes!(owner))
        .routes(routes!(rider))
        .routes(routes!(operator))
}

/// Where a page stands.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Start {
    /// The position to go on after.
    #[param(minimum = 0, example = 4711)]
    after: Option<u64>,
}

/// What every stream is asked with.
pub struct Ask {
    pub(super) live: LiveState,
    pub(super) proof: Proof,
    /// The position to go on after; the end of the log when `None`.
    pub(super) after: Option<u64>,
    /// Its place among those that this caller may have open.
    pub(super) permit: Permit,
    caller: Caller,
}

impl<S: Send + Sync> FromRequestParts<S> for Ask
where
    LiveState: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let refuse = IntoResponse::into_response;
        let Query(start) = Query::<Start>::from_request_parts(parts, state).await.map_err(refuse)?;
        let Extension(caller): Extension<Caller> = Extension::from_request_parts(parts, state)
            .await
            .map_err(|missing: axum::extract::rejection::ExtensionRejection| missing.into_response())?;
        let from =
            parts.extensions.get::<ClientAddr>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |from| from.0);
        let live = LiveState::from_ref(state);
        let permit = live.limits.stream(from, caller.account.as_ref().map(|account| account.id));
        let permit = permit.map_err(|fault| refusing(axum::Json(&fault).into_response(), &fault))?;
        let last = parts.headers.get("last-event-id");
        let last = last.and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
        let proof = Proof::of(&live, parts.extensions.get().cloned(), parts.extensions.get().copied());
        Ok(Self { live, proof, after: last.or(start.after), permit, caller })
    }
}

/// What a stream is about, and for whom.
pub(super) struct Scope {
    pub(super) viewer: Viewer,
    pub(super) topics: Vec<String>,
    /// The one order it is about: the stream ends with it.
    pub(super) order: Option<OrderId>,
    /// The rider's duty and position.
    pub(super) rider: RiderState,
    /// The rider, and riders who move.
    pub(super) moved: Option<(AccountId, broadcast::Receiver<AccountId>)>,
    /// For the operator: what the console shows has changed.
    pub(super) console: Option<broadcast::Receiver<()>>,
}

impl Scope {
    fn new(viewer: Viewer, topic: &Topic) -> Self {
        Self {
            viewer,
            topics: vec![topic.to_string()],
            order: None,
            rider: RiderState::default(),
            moved: None,
            console: None,
        }
    }
}

/// One order, for whomever it concerns. Its customer is told what happens, everybody else that something has.
#[utoipa::path(get, operation_id = "followOrder", path = "/live/order/{id}", tag = "live",
    params(("id" = Uuid, Path, description = "The order"), Start, LastSeen), responses(StreamAnswers))]
pub async fn order(Path(order): Path<String>, ask: Ask) -> Response {
    let scope = match order.parse() {
        Ok(order) => ask.order(order).await,
        Err(_) => Err(Fault::NotFound),
    };
    ask.open(scope).await
}

/// All orders of a customer.
#[utoipa::path(
    get,
    operation_id = "followOrders",
    path = "/live/orders",
    tag = "live",
    params(Start, LastSeen),
    responses(StreamAnswers)
)]
pub async fn orders(ask: Ask) -> Response {
    let scope = account(&ask.caller, Role::Customer)
        .map(|account| Scope::new(Viewer::Customer(account.id), &Topic::Customer(account.id)));
    ask.open(scope).await
}

/// The owner's board.
#[utoipa::path(
    get,
    operation_id = "followStore",
    path = "/live/owner",
    tag = "live",
    params(Start, LastSeen),
    responses(StreamAnswers)
)]
pub async fn owner(ask: Ask) -> Response {
    let scope = account(&ask.caller, Role::Owner)
        .and_then(|account| account.store.ok_or(Fault::NotFound))
        .map(|store| Scope::new(Viewer::Owner(store), &Topic::Store(store)));
    ask.open(scope).await
}

/// Orders that need the operator.
#[utoipa::path(
    get,
    operation_id = "followCity",
    path = "/live/operator",
    tag = "live",
    params(Start, LastSeen),
    responses(StreamAnswers)
)]
pub async fn operator(ask: Ask) -> Response {
    let scope = account(&ask.caller, Role::Operator).map(|_| Scope {
        console: Some(ask.live.console.subscribe()),
        ..Scope::new(Viewer::Concerned, &Topic::Operator)
    });
    ask.open(scope).await
}

/// A rider's list and jobs.
#[utoipa::path(
    get,
    operation_id = "followJobs",
    path = "/live/rider",
    tag = "live",
    params(Start, LastSeen),
    responses(StreamAnswers)
)]
pub async fn rider(ask: Ask) -> Response {
    let scope = ask.rider().await;
    ask.open(scope).await
}

impl Ask {
    async fn order(&self, order: OrderId) -> Result<Scope, Fault> {
        let case = self.live.log.case(order).await.map_err(|error| unavailable("live", &error))?;
        let viewer = follower(&self.caller, &case)?;
        Ok(Scope { order: Some(order), ..Scope::new(viewer, &Topic::Order(order)) })
    }

    async fn rider(&self) -> Result<Scope, Fault> {
        let rider = account(&self.caller, Role::Rider)?.id;
        // A rider who moves while this is read is told to begin afresh.
        let moved = self.live.moved.subscribe();
        let state = self.live.views.rider(rider).await.map_err(|error| unavailable("live", &error))?;
        let mut scope = Scope::new(Viewer::Rider(rider), &Topic::Rider(rider));
        scope.moved = Some((rider, moved));
        scope.rider = state;
        if let Some(place) = state.looks_from() {
            let cells = cells_near(place, self.live.radius_m).into_iter();
            scope.topics.extend(cells.map(|cell| Topic::Cell(cell).to_string()));
        }
        Ok(scope)
    }

    async fn open(self, scope: Result<Scope, Fault>) -> Response {
        let opened = match scope {
            Ok(scope) => Feed::new(self, scope).respond().await.map_err(|error| unavailable("live", &error)),
            Err(fault) => Err(fault),
        };
        opened.unwrap_or_else(|fault| refusing(axum::Json(&fault).into_response(), &fault))
    }
}
