//! One live stream: what was missed, then what happens, until it ends.

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::delivery::{self, JobAt, Sight};
use domain::processes::DomainEvent;
use domain::shared::{AccountId, Personal};
use domain::store::ticket;
use domain::views::{LiveBody, Recorded, Shown, Viewer, live_message};
use futures::stream;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use super::proof::{Heard, Proof};
use super::sse::{Ask, LiveState, Scope};
use crate::adapters::cells::middle_of_area;
use crate::limits::Permit;
use crate::live::Subscription;
use crate::storage::{Committed, LogError};

/// The most events a stream replays: a page that is further behind loads afresh.
const REPLAY: u32 = 500;
/// How many events are read at a time of what was missed. The next ones are read when these are sent, so that no more wait for a slow reader.
const PAGE: u32 = 32;
/// How often a quiet stream says that it is alive.
const HEART_BEAT: Duration = Duration::from_secs(15);

/// Where a stream takes what it tells from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The log, of which it may have missed anything: how much is asked first.
    Behind,
    /// The log, page by page.
    Pages,
    /// The hub: it has told everything before.
    Hub,
}

/// One stream.
pub(super) struct Feed {
    live: LiveState,
    scope: Scope,
    /// The last position that was sent, or from which it goes on.
    last: u64,
    listening: Subscription,
    proof: Proof,
    check: Interval,
    ready: VecDeque<Event>,
    source: Source,
    closed: bool,
    _permit: Permit,
}

impl Feed {
    pub(super) fn new(ask: Ask, scope: Scope) -> Self {
        let Ask { live, proof, after, permit, .. } = ask;
        let mut check =
            interval_at(tokio::time::Instant::now() + proof.checked_every(), proof.checked_every());
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            // Before anything is read: what is committed meanwhile comes twice rather than never, and is skipped by its position.
            listening: live.hub.subscribe(scope.topics.clone()),
            scope,
            last: after.unwrap_or(u64::MAX),
            proof,
            check,
            ready: VecDeque::from([Event::default().comment("baedal").retry(Duration::from_secs(1))]),
            source: Source::Behind,
            closed: false,
            _permit: permit,
            live,
        }
    }

    /// The stream as an HTTP answer.
    pub(super) async fn respond(mut self) -> Result<Response, LogError> {
        self.begin().await?;
        let events = stream::unfold(self, |mut feed| async move {
            feed.next().await.map(|event| (Ok::<_, Infallible>(event), feed))
        });
        let keep_alive = KeepAlive::new().interval(HEART_BEAT).text("");
        let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
        response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
        Ok(response)
    }

    /// Without a position the stream begins at the end of the log; a position that the log has not reached is another log's.
    async fn begin(&mut self) -> Result<(), LogError> {
        let head = self.live.log.head().await?;
        if self.last == u64::MAX {
            self.last = head;
        } else if self.last > head {
            self.reset();
        }
        Ok(())
    }

    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.closed {
                return None;
            }
            match self.source {
                Source::Behind | Source::Pages => self.catch_up().await,
                Source::Hub if self.listening.has_missed() => self.source = Source::Behind,
                Source::Hub => self.wait().await,
            }
        }
    }

    /// How many messages wait for the reader.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.ready.len()
    }

    async fn wait(&mut self) {
        tokio::select! {
            biased;
            () = self.live.stop.cancelled() => self.bye("shutdown"),
            heard = self.proof.news() => match heard {
                Heard::Ended => self.bye("logout"),
                Heard::Perhaps => self.check_proof().await,
                Heard::Silence => self.bye("shutdown"),
            },
            moved = moved_rider(&mut self.scope.moved) => if moved { self.reset() },
            () = console_changed(&mut self.scope.console) => self.changed(),
            _ = self.check.tick() => self.check_proof().await,
            event = self.listening.next() => if let Some(event) = event {
                let Committed { recorded, ts, .. } = &*event;
                if recorded.position > self.last && self.send(recorded, *ts).await {
                    self.end_if_over().await;
                }
            },
        }
    }

    /// Goes on with what was missed.
    async fn catch_up(&mut self) {
        // A reader may have left the stream alone for as long as it liked: what it missed is not told to whom has left.
        self.check_proof().await;
        if self.closed {
            return;
        }
        if let Err(error) = self.read_page().await {
            tracing::error!(%error, "a live stream cannot read the log");
            self.reset();
        }
        // Not between two pages: what is over may have more to tell.
        if self.source == Source::Hub {
            self.end_if_over().await;
        }
    }

    async fn read_page(&mut self) -> Result<(), LogError> {
        let (log, topics) = (&self.live.log, &self.scope.topics);
        if self.source == Source::Behind && log.missed_more(topics, self.last, REPLAY).await? {
            self.reset();
            return Ok(());
        }
        let page = log.topic_events(topics, self.last, PAGE).await?;
        // Read so slowly that the log has gone too far meanwhile.
        if page.too_many && page.events.is_empty() {
            self.reset();
            return Ok(());
        }
        self.source = if page.too_many { Source::Pages } else { Source::Hub };
        for recorded in &page.events {
            self.send(recorded, recorded.at.0).await;
        }
        Ok(())
    }

    /// Tells what an event says to the viewer; answers whether an order may be over with it.
    async fn send(&mut self, recorded: &Recorded, ts: i64) -> bool {
        self.last = recorded.position;
        let personal = match self.personal(recorded).await {
            Ok(personal) => personal,
            Err(error) => {
                tracing::error!(%error, "a live stream cannot open an envelope");
                None
            }
        };
        if !self.is_shown(recorded) {
            return false;
        }
        let Some(message) = live_message(recorded, self.scope.viewer, ts, &|_| personal.clone()) else {
            return false;
        };
        match serde_json::to_string(&message) {
            Ok(json) => self.ready.push_back(Event::default().id(message.position.to_string()).data(json)),
            Err(error) => {
                tracing::error!(%error, "a live message cannot be written");
                self.reset();
            }
        }
        match &message.body {
            LiveBody::Order(change) => {
                let moves_money = change.entry.as_ref().is_some_and(|entry| entry.money.is_some());
                // What is called off says so after the end, alone; what is declined may still have the end behind it.
                let is_called_off = change.unpaid.is_some() && change.entry.is_none();
                moves_money || is_called_off || change.shown.is_some_and(Shown::is_end)
            }
            // It does not say what has happened.
            LiveBody::Operator { .. } => true,
            LiveBody::Ticket(_) | LiveBody::Job(_) | LiveBody::Store(_) => false,
        }
    }

    /// The personal fields that the message for this viewer may be made of.
    async fn personal(&self, recorded: &Recorded) -> Result<Option<Personal>, LogError> {
        let (customer, sealed) = match (&recorded.event, self.scope.viewer) {
            (DomainEvent::Ticket(ticket::Event::TicketOpened(opened)), Viewer::Owner(_)) => {
                (opened.customer, &opened.sealed)
            }
            _ => return Ok(None),
        };
        self.live.vault.open(customer, sealed).await
    }

    /// Whether an offer is shown to this rider: the cells that are listened to reach farther than the rider sees.
    fn is_shown(&self, recorded: &Recorded) -> bool {
        let (DomainEvent::Delivery(delivery::Event::DeliveryOffered(offered)), Viewer::Rider(rider)) =
            (&recorded.event, self.scope.viewer)
        else {
            return true;
        };
        let (store, area) = (offered.store_point, middle_of_area(&offered.cells));
        let at = JobAt { phase: delivery::Phase::Offered, holder: None, store, area };
        at.sight(rider, self.scope.rider, self.live.radius_m) == Sight::Offer
    }

    async fn check_proof(&mut self) {
        if !self.proof.holds(&self.live).await {
            self.bye("logout");
        }
    }

    /// Ends a stream about one order when nothing more will happen to it or to its money.
    async fn end_if_over(&mut self) {
        let Some(order) = self.scope.order else { return };
        match self.live.views.order_doc(order).await {
            Ok(found) if found.as_ref().is_none_or(|(_, doc)| doc.settled) => self.bye("over"),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "a live stream cannot tell whether its order is over"),
        }
    }

    fn reset(&mut self) {
        self.ready.push_back(Event::default().event("reset").data(self.last.to_string()));
        self.closed = true;
    }

    /// Something else has changed than what events tell.
    fn changed(&mut self) {
        self.ready.push_back(Event::default().event("changed").data(self.last.to_string()));
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

/// When the operator's console shows something else, or may.
async fn console_changed(console: &mut Option<broadcast::Receiver<()>>) {
    match console {
        Some(news) => match news.recv().await {
            Ok(()) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}
