//! What waits for a reader of a live stream.

use axum::extract::FromRequestParts;
use domain::delivery::RiderState;
use domain::processes::{DomainEvent, Topic};
use domain::shared::{Aggregate, StoreId};
use domain::store::Command;
use domain::views::{Actor, Caller, Fault, NewStore, Viewer};

use super::*;
use crate::adapters::clock::new_uuid;
use crate::commands::registering;
use crate::http::feed::Feed;
use crate::http::session::{SESSION_COOKIE, SessionId};
use crate::http::sse::{Ask, Scope};
use crate::storage::{Decide, Subject, Unit};

/// A store of which so many events are in the log after its registration.
async fn store_with_events(city: &City, many: u32) -> StoreId {
    let log = &city.state.live.log;
    let (profile, menu, hours) = crate::demo::world().unwrap().stores[0].clone();
    let store = profile.id;
    let new = registering(new_uuid(SystemClock.now()), Actor::System, NewStore { profile, menu, hours });
    log.execute(new).await.unwrap().unwrap();
    for capacity in 201..=200 + many {
        let decide: Decide = Box::new(move |loaded, at| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(store.decide(Command::SetCapacity { capacity, at })?.map(DomainEvent::Store))
        });
        let (command, subject) = (new_uuid(SystemClock.now()), Subject::Store(store));
        let unit = Unit { command, actor: Actor::System, subject, key: None, completes: None, decide };
        log.execute(unit).await.unwrap().unwrap();
    }
    store
}

/// A stream of everything that happened at a store, opened with this session.
async fn feed_of(city: &City, store: StoreId, session: Option<SessionId>) -> Feed {
    let (mut parts, ()) = Request::get("/live/owner?after=0").body(()).unwrap().into_parts();
    parts.extensions.insert(Caller::default());
    session.map(|session| parts.extensions.insert(session));
    let ask = Ask::from_request_parts(&mut parts, &city.state).await.unwrap();
    let scope = Scope {
        viewer: Viewer::Owner(store),
        topics: vec![Topic::Store(store).to_string()],
        order: None,
        rider: RiderState::default(),
        moved: None,
        console: None,
    };
    Feed::new(ask, scope)
}

#[tokio::test]
async fn no_more_than_a_page_waits_for_a_reader_who_missed_a_lot() {
    let city = City::new().await;
    let store = store_with_events(&city, 100).await;
    let mut feed = feed_of(&city, store, None).await;
    let mut most = 0;
    // A greeting and a hundred messages.
    for _ in 0..=100 {
        assert!(feed.next().await.is_some());
        most = most.max(feed.waiting());
    }
    assert_eq!((most, feed.waiting()), (31, 0));
}

/// A reader may leave a stream alone for as long as it likes: what was missed is not told to whom has logged out meanwhile.
#[tokio::test]
async fn what_was_missed_is_told_to_nobody_whose_login_has_ended() {
    let city = City::new().await;
    let store = store_with_events(&city, 100).await;
    // Before anything was read, after the first message, and in the middle of the pages.
    for heard in [1, 2, 40] {
        let mut browser = city.browser();
        browser.login("").await;
        let session = browser.cookie(SESSION_COOKIE).map(SessionId);
        let mut feed = feed_of(&city, store, session).await;
        for _ in 0..heard {
            assert!(feed.next().await.is_some());
        }
        let waiting = feed.waiting();
        browser.post("/logout", &[]).await;
        // What was read before is on its way already; after it comes the end.
        for _ in 0..waiting {
            assert!(feed.next().await.is_some());
        }
        let said = format!("{:?}", feed.next().await.unwrap());
        assert!(said.contains("bye") && said.contains("logout"), "{heard}: {said}");
        assert!(feed.next().await.is_none(), "{heard}");
    }
}
