//! No gap and no repeat, whatever comes between a page and its stream.

use super::{first_store, positions};
use crate::city::{City, caller, key};
use crate::people::Person;
use domain::processes::Topic;
use domain::views::{Shown, StoreDay, Viewer};
use futures::future::join_all;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Client;
use server::storage::EventLog;
use std::time::Duration;
use tokio::sync::watch;

/// The most that is replayed.
const REPLAY: u32 = 500;

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_positions_and_a_replay_is_exactly_what_was_missed() {
    let city = City::open().await;
    let customer = caller("customer1");
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    city.backend.cancel_order(&customer, order, &key()).await.unwrap();
    city.until_view(order, |view| view.returned == view.bill.total).await;
    let viewer = Viewer::Customer(customer.account.as_ref().unwrap().id);
    let all = city.messages(Topic::Order(order), viewer, 0).await;
    assert!(all.len() >= 5, "{all:#?}");
    let head = city.log.head().await.unwrap();
    let browser = Person::log_in(&city.base(), "customer1").await;
    let path = format!("/live/order/{order}");
    // The order is over: after the replay the stream ends.
    let replayed = async |path: &str, last: Option<u64>| {
        let (messages, end) = browser.listen_after(path, last).await.to_its_end().await;
        assert!(end.is("bye", "over"), "{end:?}");
        messages
    };
    for after in 0..=head {
        let missed: Vec<_> = all.iter().filter(|message| message.position > after).cloned().collect();
        assert_eq!(replayed(&format!("{path}?after={after}"), None).await, missed, "after {after}");
        // What the browser heard last counts for more than what the page was made at.
        assert_eq!(replayed(&format!("{path}?after=0"), Some(after)).await, missed, "after {after}");
        assert_eq!(replayed(&format!("{path}?after={head}"), Some(after)).await, missed, "after {after}");
    }
    // Without any position it begins at the end.
    assert_eq!(replayed(&path, None).await, []);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_gap_and_no_repeat_while_readers_come_and_go() {
    let city = City::open().await;
    let start = city.log.head().await.unwrap();
    let (over, until) = watch::channel(None);
    let mut readers = tokio::task::JoinSet::new();
    for n in 0..8_u64 {
        let is_owner = n % 2 == 1;
        let (login, path) = if is_owner { ("owner1", "/live/owner") } else { ("customer1", "/live/orders") };
        let browser = Person::log_in(&city.base(), login).await;
        let mut until: watch::Receiver<Option<(u64, u64)>> = until.clone();
        let mut dice = StdRng::seed_from_u64(n);
        readers.spawn(async move {
            let mut heard: Vec<u64> = Vec::new();
            let mut connections = 0;
            let is_over = |heard: &[u64], end: Option<(u64, u64)>| {
                end.is_some_and(|(customer, owner)| {
                    heard.last() >= Some(if is_owner { &owner } else { &customer })
                })
            };
            let mut end = None;
            while !is_over(&heard, end) {
                // A page knows where it begins, a browser what it heard last; either may be lost.
                let mut stream = match heard.last() {
                    Some(last) if dice.random() => browser.listen(&format!("{path}?after={last}")).await,
                    last => browser.listen_after(&format!("{path}?after={start}"), last.copied()).await,
                };
                connections += 1;
                for _ in 0..dice.random_range(0..12) {
                    tokio::select! {
                        message = stream.message() => heard.push(message.position),
                        changed = until.changed(), if end.is_none() => {
                            changed.unwrap();
                            end = *until.borrow();
                        }
                    }
                    if is_over(&heard, end) {
                        break;
                    }
                }
                tokio::time::sleep(Duration::from_millis(dice.random_range(0..25))).await;
            }
            (is_owner, heard, connections)
        });
    }
    let orders = join_all((0..60).map(|n| {
        let city = &city;
        async move {
            tokio::time::sleep(Duration::from_millis(n * 15)).await;
            let order = city.order("tok_approve").await;
            city.until(order, Shown::Received).await;
        }
    }));
    orders.await;

    let customer = caller("customer1").account.unwrap().id;
    let of_customer =
        positions(&city.messages(Topic::Customer(customer), Viewer::Customer(customer), start).await);
    let store = first_store();
    let of_owner = positions(&city.messages(Topic::Store(store), Viewer::Owner(store), start).await);
    assert!(
        city.log.head().await.unwrap() - start >= 200 && of_customer.len() >= 120 && of_owner.len() >= 60
    );
    over.send(Some((*of_customer.last().unwrap(), *of_owner.last().unwrap()))).unwrap();
    while let Some(reader) = readers.join_next().await {
        let (is_owner, heard, connections) = reader.unwrap();
        assert_eq!(heard, *if is_owner { &of_owner } else { &of_customer });
        assert!(connections > 5, "only {connections} connections");
    }
    city.close().await;
}

/// So many events of the store, all at once.
async fn store_events(city: &City, capacities: std::ops::RangeInclusive<u32>) {
    let owner = caller("owner1");
    let all = capacities.map(|capacity| {
        let (owner, key) = (owner.clone(), key());
        async move { city.backend.act_on_store(&owner, StoreDay::Capacity { capacity }, &key).await.unwrap() }
    });
    join_all(all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_larger_than_what_waits_for_a_reader_arrives_whole() {
    let city = City::open().await;
    let start = city.log.head().await.unwrap();
    let mut stream = Person::log_in(&city.base(), "owner1").await.listen("/live/owner").await;
    // Nobody reads meanwhile.
    store_events(&city, 1..=400).await;
    let store = first_store();
    let events = city.log.topic_events(&[Topic::Store(store).to_string()], start, 400).await.unwrap().events;
    let largest = events.chunk_by(|one, next| one.at == next.at).map(<[_]>::len).max();
    assert!(largest > Some(64), "only {largest:?} events were committed together");
    let expected = positions(&city.messages(Topic::Store(store), Viewer::Owner(store), start).await);
    assert_eq!(expected.len(), 400);
    for position in expected {
        assert_eq!(stream.message().await.position, position);
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_comes_in_pieces_between_which_things_happen() {
    let city = City::open().await;
    let start = city.log.head().await.unwrap();
    store_events(&city, 1..=300).await;
    // Takes no more than a few messages before somebody reads them.
    let client = Client::builder().no_proxy().http2_prior_knowledge().http2_initial_stream_window_size(1_024);
    let owner = Person::log_in(&city.base(), "owner1").await;
    let owner = owner.by_client(&client.build().unwrap(), &city.base());
    let mut stream = owner.listen(&format!("/live/owner?after={start}")).await;
    let mut heard = Vec::new();
    for round in 1..=6 {
        for _ in 0..30 {
            heard.push(stream.message().await.position);
        }
        // Sometimes more than waits for a reader, and in all more than is replayed.
        let many = if round % 2 == 0 { 100 } else { 5 };
        let before = 200 + round * 100;
        store_events(&city, before + 1..=before + many).await;
    }
    let store = first_store();
    let expected = positions(&city.messages(Topic::Store(store), Viewer::Owner(store), start).await);
    assert_eq!(expected.len(), 300 + 3 * (5 + 100));
    while heard.len() < expected.len() {
        heard.push(stream.message().await.position);
    }
    assert_eq!(heard, expected);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_too_far_behind_or_of_another_log_is_told_to_load_afresh() {
    let city = City::open().await;
    let owner = Person::log_in(&city.base(), "owner1").await;
    let start = city.log.head().await.unwrap();
    let begun = format!("/live/owner?after={start}");

    let mut stream = owner.listen(&format!("/live/owner?after={}", start + 1)).await;
    let (messages, end) = stream.to_its_end().await;
    assert_eq!((messages.len(), end.event.as_str()), (0, "reset"));

    store_events(&city, 1..=REPLAY).await;
    let mut stream = owner.listen(&begun).await;
    for n in 1..=u64::from(REPLAY) {
        assert_eq!(stream.message().await.position, start + n);
    }
    // It goes on from there.
    store_events(&city, 777..=777).await;
    assert_eq!(stream.message().await.position, start + u64::from(REPLAY) + 1);

    let (messages, end) = owner.listen(&begun).await.to_its_end().await;
    assert_eq!((messages.len(), end.event.as_str()), (0, "reset"));
    let head = city.log.head().await.unwrap();
    let mut stream = owner.listen_after(&begun, Some(head - 1)).await;
    assert_eq!(stream.message().await.position, head);
    city.close().await;
}
