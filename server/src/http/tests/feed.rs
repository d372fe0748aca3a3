//! What waits for a reader of a live stream.

use axum::extract::FromRequestParts;
use domain::delivery::RiderState;
use domain::processes::{DomainEvent, Topic};
use domain::shared::Aggregate;
use domain::store::Command;
use domain::views::{Actor, Caller, Fault, NewStore, Viewer};

use super::*;
use crate::adapters::clock::new_uuid;
use crate::commands::registering;
use crate::http::feed::Feed;
use crate::http::sse::{Ask, Scope};
use crate::storage::{Decide, Subject, Unit};

#[tokio::test]
async fn no_more_than_a_page_waits_for_a_reader_who_missed_a_lot() {
    let city = City::new().await;
    let log = &city.state.live.log;
    let (profile, menu, hours) = crate::demo::world().unwrap().stores[0].clone();
    let store = profile.id;
    let new = registering(new_uuid(SystemClock.now()), Actor::System, NewStore { profile, menu, hours });
    log.execute(new).await.unwrap().unwrap();
    for capacity in 201..=300 {
        let decide: Decide = Box::new(move |loaded, at| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(store.decide(Command::SetCapacity { capacity, at })?.map(DomainEvent::Store))
        });
        let (command, subject) = (new_uuid(SystemClock.now()), Subject::Store(store));
        let unit = Unit { command, actor: Actor::System, subject, key: None, completes: None, decide };
        log.execute(unit).await.unwrap().unwrap();
    }

    let (mut parts, ()) = Request::get("/live/owner?after=0").body(()).unwrap().into_parts();
    parts.extensions.insert(Caller::default());
    let ask = Ask::from_request_parts(&mut parts, &city.state).await.unwrap();
    let scope = Scope {
        viewer: Viewer::Owner(store),
        topics: vec![Topic::Store(store).to_string()],
        order: None,
        rider: RiderState::default(),
        moved: None,
        console: None,
    };
    let mut feed = Feed::new(ask, scope);
    let mut most = 0;
    // A greeting and a hundred messages.
    for _ in 0..=100 {
        assert!(feed.next().await.is_some());
        most = most.max(feed.waiting());
    }
    assert_eq!((most, feed.waiting()), (31, 0));
}
