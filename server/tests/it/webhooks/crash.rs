//! `kill -9` after a message was sent and before that is noted, before and after the queue's transaction: nothing is lost, and what comes twice
//! comes under the same id.

use super::until_taken;
use crate::city::key;
use crate::people::{Person, field};
use crate::process::Program;
use crate::receiver::Receiver;
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Around the transaction that queues messages.
pub(crate) const POINTS: [&str; 2] = ["webhooks.before_queue=return", "webhooks.after_queue=return"];

async fn dies_at(point: &'static str, comes_twice: bool) {
    let folder = tempfile::tempdir().unwrap();
    let city = folder.path().join("city");
    let receiver = Receiver::start().await;
    let mut server = tokio::task::block_in_place(|| Program::serve(&city, &["--webhook-allow-private"]));
    let customer = Person::log_in(&server.base, "customer1").await;
    let url = format!("{}/hook", receiver.url);
    let (status, answer) = customer.send("/api/webhooks/register", &[field("url", url)]).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{answer}");
    let basket = customer.basket().await;
    // It follows the reader, and everything works.
    customer.place(&basket, "tok_approve").await;
    until_taken(&receiver, 3).await;
    tokio::task::block_in_place(|| {
        server.stop();
        server.crash_at = Some(point.to_owned());
        server.again();
    });
    // Whether the answer comes before the end is chance; the key makes it one order.
    let key = key();
    let first = customer.try_to_place(&basket, "tok_approve", &key).await;
    tokio::task::block_in_place(|| {
        let (status, _) = server.ended(Duration::from_secs(20));
        assert_eq!(status.code(), None, "{point}: {status}");
        server.crash_at = None;
        server.again();
    });
    let (status, again) = customer.try_to_place(&basket, "tok_approve", &key).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{again}");
    if let Ok((_, answer)) = first {
        assert_eq!(answer, again);
    }
    let several = |receiver: &Receiver| {
        let mut ids: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for came in receiver.taken("hook") {
            ids.entry(came.id().to_owned()).or_default().push(came.json());
        }
        ids
    };
    for _ in 0..1_000 {
        if several(&receiver).len() >= 6 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let ids = several(&receiver);
    assert_eq!(ids.len(), 6, "{point}: {:?}", receiver.kinds("hook"));
    for same in ids.values() {
        assert!(same.iter().all(|one| *one == same[0]), "{point}: {same:?}");
    }
    let twice = ids.values().any(|same| same.len() > 1);
    assert!(twice || !comes_twice, "{point}: {:?}", receiver.kinds("hook"));
    // In the order of what happened, the repetition left out.
    let mut kinds = receiver.kinds("hook");
    kinds.dedup();
    let once = ["order.placed", "payment.approved", "order.received"];
    assert_eq!(kinds, [once, once].concat(), "{point}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_between_sending_and_noting_a_message_comes_again_under_the_same_id() {
    dies_at("webhooks.after_call=return", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_around_the_queues_transaction_nothing_is_lost() {
    for point in POINTS {
        dies_at(point, false).await;
    }
}
