//! The live streams: `/live/order/{id}`, `/live/orders`, `/live/owner`, `/live/rider`.
//!
//! A stream replays what was committed after `?after=` (or `Last-Event-ID`, which wins) from the topic index and goes on with what is
//! committed from then on: no gap, no repeat. `id:` is the log's position. `reset` asks the page to load afresh, `bye` says that no more
//! will come: `over`, `logout` or `shutdown`.

use axum::extract::{Extension, FromRef, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::processes::{DomainEvent, Topic};
use domain::shared::{AccountId, OrderId, Personal, Point};
use domain::store::ticket;
use domain::views::{AccountView, Caller, Fault, LiveBody, Recorded, Role, Viewer, live_message};
use domain::{delivery, shared::Metres};
use futures::stream;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::{Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::session::{LogoutHub, SessionId};
use crate::adapters::cells::cells_near;
use crate::commands::{account, unavailable};
use crate::live::{Hub, Subscription};
use crate::read_models::Views;
use crate::router::AppState;
use crate::storage::{Committed, EventLog, LogError, Vault};
use crate::web_store::WebStore;

/// The most events a stream replays: a page that is further behind loads afresh.
const REPLAY: u32 = 500;
/// How often a quiet stream says that it is alive.
const HEART_BEAT: Duration = Duration::from_secs(15);
/// How often a stream asks whether its session still holds.
const CHECK: Duration = Duration::from_secs(60);

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
    /// Riders who moved, or went on or off duty: their streams begin afresh.
    pub moved: broadcast::Sender<AccountId>,
    /// Ends every stream.
    pub stop: CancellationToken,
    /// How far is near for a rider, in metres.
    pub radius_m: Metres,
}

impl FromRef<AppState> for LiveState {
    fn from_ref(state: &AppState) -> Self {
        state.live.clone()
    }
}

/// Where a stream begins.
#[derive(Debug, Deserialize)]
pub struct From {
    after: Option<u64>,
}

/// One order, for its customer.
pub async fn order(
    State(live): State<LiveState>,
    Path(order): Path<OrderId>,
    from: Query<From>,
    headers: HeaderMap,
    Extension(caller): Extension<Caller>,
    session: Option<Extension<SessionId>>,
) -> Response {
    let owned = async {
        let customer = account(&caller, Role::Customer)?.id;
        let found = live.views.order(order).await.map_err(|error| unavailable("live", &error))?;
        found.filter(|answer| answer.customer == customer).map(|_| customer).ok_or(Fault::NotFound)
    };
    match owned.await {
        Ok(customer) => {
            let topics = vec![Topic::Order(order).to_string()];
            Feed::open(live, topics, Viewer::Customer(customer), Some(order), start(&from, &headers), session)
                .await
        }
        Err(fault) => refused(&fault),
    }
}

/// All orders of a customer.
pub async fn orders(
    State(live): State<LiveState>,
    from: Query<From>,
    headers: HeaderMap,
    Extension(caller): Extension<Caller>,
    session: Option<Extension<SessionId>>,
) -> Response {
    match account(&caller, Role::Customer) {
        Ok(AccountView { id, .. }) => {
            let topics = vec![Topic::Customer(*id).to_string()];
            Feed::open(live, topics, Viewer::Customer(*id), None, start(&from, &headers), session).await
        }
        Err(fault) => refused(&fault),
    }
}

/// The owner's board.
pub async fn owner(
    State(live): State<LiveState>,
    from: Query<From>,
    headers: HeaderMap,
    Extension(caller): Extension<Caller>,
    session: Option<Extension<SessionId>>,
) -> Response {
    match account(&caller, Role::Owner).and_then(|account| account.store.ok_or(Fault::NotFound)) {
        Ok(store) => {
            let topics = vec![Topic::Store(store).to_string()];
            Feed::open(live, topics, Viewer::Owner(store), None, start(&from, &headers), session).await
        }
        Err(fault) => refused(&fault),
    }
}

/// A rider's list and jobs.
pub async fn rider(
    State(live): State<LiveState>,
    from: Query<From>,
    headers: HeaderMap,
    Extension(caller): Extension<Caller>,
    session: Option<Extension<SessionId>>,
) -> Response {
    let rider = match account(&caller, Role::Rider) {
        Ok(account) => account.id,
        Err(fault) => return refused(&fault),
    };
    // A rider who moves while this is read is told to begin afresh.
    let moved = live.moved.subscribe();
    let state = match live.views.rider(rider).await {
        Ok(state) => state,
        Err(error) => return refused(&unavailable("live", &error)),
    };
    let mut topics = vec![Topic::Rider(rider).to_string()];
    if let (true, Some(place)) = (state.on_duty, state.place) {
        topics.extend(cells_near(place, live.radius_m).into_iter().map(|cell| Topic::Cell(cell).to_string()));
    }
    let place = state.place.filter(|_| state.on_duty);
    let mut feed = Feed::new(live, topics, Viewer::Rider(rider), None, start(&from, &headers), session);
    feed.near = place;
    feed.moved = Some((rider, moved));
    feed.respond().await
}

fn start(from: &Query<From>, headers: &HeaderMap) -> Option<u64> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    last.or(from.after)
}

fn refused(fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(fault.clone())).into_response()
}

/// One stream.
struct Feed {
    live: LiveState,
    topics: Vec<String>,
    viewer: Viewer,
    /// The one order it is about: the stream ends with it.
    order: Option<OrderId>,
    /// The last position that was sent, or from which it goes on.
    last: u64,
    listening: Subscription,
    session: Option<SessionId>,
    ended: broadcast::Receiver<String>,
    moved: Option<(AccountId, broadcast::Receiver<AccountId>)>,
    /// Where the rider is, on duty.
    near: Option<Point>,
    check: Interval,
    ready: VecDeque<Event>,
    caught_up: bool,
    closed: bool,
}

impl Feed {
    fn new(
        live: LiveState,
        topics: Vec<String>,
        viewer: Viewer,
        order: Option<OrderId>,
        after: Option<u64>,
        session: Option<Extension<SessionId>>,
    ) -> Self {
        let mut check = interval_at(tokio::time::Instant::now() + CHECK, CHECK);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            // Before anything is read: what is committed meanwhile comes twice rather than never, and is skipped by its position.
            listening: live.hub.subscribe(topics.clone()),
            ended: live.logout.subscribe(),
            topics,
            viewer,
            order,
            last: after.unwrap_or(u64::MAX),
            session: session.map(|Extension(session)| session),
            moved: None,
            near: None,
            check,
            ready: VecDeque::from([Event::default().comment("baedal").retry(Duration::from_secs(1))]),
            caught_up: false,
            closed: false,
            live,
        }
    }

    async fn open(
        live: LiveState,
        topics: Vec<String>,
        viewer: Viewer,
        order: Option<OrderId>,
        after: Option<u64>,
        session: Option<Extension<SessionId>>,
    ) -> Response {
        Self::new(live, topics, viewer, order, after, session).respond().await
    }

    async fn respond(mut self) -> Response {
        if let Err(error) = self.begin().await {
            return refused(&unavailable("live", &error));
        }
        let events = stream::unfold(self, |mut feed| async move {
            feed.next().await.map(|event| (Ok::<_, Infallible>(event), feed))
        });
        let keep_alive = KeepAlive::new().interval(HEART_BEAT).text("");
        let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
        response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
        response
    }

    /// Without a position the stream begins at the end of the log; a position that the log has not reached is another log's.
    async fn begin(&mut self) -> Result<(), LogError> {
        let head = self.live.log.head().await?;
        if self.last == u64::MAX {
            self.last = head;
        } else if self.last > head {
            self.reset();
        }
        self.end_if_over().await
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.closed {
                return None;
            }
            if !self.caught_up {
                self.caught_up = true;
                if let Err(error) = self.replay().await {
                    tracing::error!(%error, "a live stream cannot read the log");
                    self.reset();
                }
                continue;
            }
            if self.listening.has_missed() {
                self.caught_up = false;
                continue;
            }
            self.wait().await;
        }
    }

    async fn wait(&mut self) {
        tokio::select! {
            biased;
            () = self.live.stop.cancelled() => self.bye("shutdown"),
            ended = self.ended.recv() => match ended {
                Ok(id) => if self.session.as_ref().is_some_and(|session| session.0 == id) { self.bye("logout") },
                Err(RecvError::Lagged(_)) => self.check_session().await,
                Err(RecvError::Closed) => self.bye("shutdown"),
            },
            moved = moved_rider(&mut self.moved) => if moved { self.reset() },
            _ = self.check.tick() => self.check_session().await,
            event = self.listening.next() => if let Some(event) = event {
                let Committed { recorded, ts, .. } = &*event;
                if recorded.position > self.last {
                    self.send(recorded, *ts).await;
                }
            },
        }
    }

    async fn replay(&mut self) -> Result<(), LogError> {
        let missed = self.live.log.topic_events(&self.topics, self.last, REPLAY).await?;
        if missed.too_many {
            self.reset();
            return Ok(());
        }
        for recorded in &missed.events {
            self.send(recorded, recorded.at.0).await;
        }
        Ok(())
    }

    async fn send(&mut self, recorded: &Recorded, ts: i64) {
        self.last = recorded.position;
        let personal = match self.personal(recorded).await {
            Ok(personal) => personal,
            Err(error) => {
                tracing::error!(%error, "a live stream cannot open an envelope");
                None
            }
        };
        if !self.is_near(recorded, personal.as_ref()) {
            return;
        }
        let Some(message) = live_message(recorded, self.viewer, ts, &|_| personal.clone()) else {
            return;
        };
        match serde_json::to_string(&message) {
            Ok(json) => self.ready.push_back(Event::default().id(message.position.to_string()).data(json)),
            Err(error) => {
                tracing::error!(%error, "a live message cannot be written");
                self.reset();
            }
        }
        let ends = matches!(&message.body, LiveBody::Order(change)
            if change.shown.is_some_and(domain::views::Shown::is_end) || change.entry.as_ref().is_some_and(|entry| entry.money.is_some()));
        if ends && let Err(error) = self.end_if_over().await {
            tracing::error!(%error, "a live stream cannot tell whether its order is over");
        }
    }

    /// The personal fields that the message for this viewer may be made of.
    async fn personal(&self, recorded: &Recorded) -> Result<Option<Personal>, LogError> {
        let (customer, sealed) = match (&recorded.event, self.viewer) {
            (DomainEvent::Ticket(ticket::Event::TicketOpened(opened)), Viewer::Owner(_)) => {
                (opened.customer, &opened.sealed)
            }
            (DomainEvent::Delivery(delivery::Event::DeliveryOffered(offered)), Viewer::Rider(_)) => {
                (offered.customer, &offered.sealed)
            }
            _ => return Ok(None),
        };
        self.live.vault.open(customer, sealed).await
    }

    /// A job is offered to riders near the store or near the address; the cells are coarser than that.
    fn is_near(&self, recorded: &Recorded, personal: Option<&Personal>) -> bool {
        let DomainEvent::Delivery(delivery::Event::DeliveryOffered(offered)) = &recorded.event else {
            return true;
        };
        if !matches!(self.viewer, Viewer::Rider(_)) {
            return true;
        }
        let address = personal.and_then(|personal| personal.point);
        delivery::is_near(self.near, offered.store_point, address, self.live.radius_m)
    }

    async fn check_session(&mut self) {
        let Some(session) = &self.session else { return };
        match self.live.web.has_session(&session.0).await {
            Ok(true) => {}
            Ok(false) => self.bye("logout"),
            Err(error) => tracing::error!(%error, "a live stream cannot check its session"),
        }
    }

    async fn end_if_over(&mut self) -> Result<(), LogError> {
        if let Some(order) = self.order
            && self.live.views.order(order).await?.is_none_or(|answer| answer.doc.settled)
        {
            // What happened until now is still told first.
            if !self.caught_up && !self.closed {
                self.caught_up = true;
                let missed = self.live.log.topic_events(&self.topics, self.last, REPLAY).await?;
                for recorded in &missed.events {
                    self.last = recorded.position;
                    if let Some(message) = live_message(recorded, self.viewer, recorded.at.0, &|_| None) {
                        let json = serde_json::to_string(&message)?;
                        self.ready.push_back(Event::default().id(message.position.to_string()).data(json));
                    }
                }
            }
            self.bye("over");
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.ready.push_back(Event::default().event("reset").data(self.last.to_string()));
        self.closed = true;
    }

    fn bye(&mut self, why: &'static str) {
        if !self.closed {
            self.ready.push_back(Event::default().event("bye").data(why));
            self.closed = true;
        }
    }
}

/// True when this rider moved, or may have.
async fn moved_rider(moved: &mut Option<(AccountId, broadcast::Receiver<AccountId>)>) -> bool {
    match moved {
        Some((rider, moves)) => match moves.recv().await {
            Ok(who) => who == *rider,
            Err(RecvError::Lagged(_)) => true,
            Err(RecvError::Closed) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}
