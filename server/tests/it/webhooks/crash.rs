//! `kill -9` around the queue's transaction, around the call that sends a message, around noting it, and while a webhook is given what it missed:
//! nothing is lost, and what comes twice comes under the same id.

use super::until_taken;
use crate::city::key;
use crate::people::{Basket, Person, field};
use crate::process::Program;
use crate::receiver::Receiver;
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tempfile::TempDir;

/// From the queue to what is noted of a message, and to messages that are taken from the log again.
pub(crate) const POINTS: [&str; 8] = [
    "webhooks.before_queue=return",
    "webhooks.after_queue=return",
    "webhooks.before_call=return",
    "webhooks.after_call=return",
    "webhooks.before_note=return",
    "webhooks.after_note=return",
    "webhooks.before_catch_up=return",
    "webhooks.after_catch_up=return",
];
/// Those at which a message has been sent and that is not noted yet.
const SENT_TWICE: [&str; 2] = ["webhooks.after_call=return", "webhooks.before_note=return"];

/// A city whose customer has a webhook.
struct Shop {
    server: Program,
    receiver: Receiver,
    customer: Person,
    basket: Basket,
    webhook: String,
    _folder: TempDir,
}

impl Shop {
    /// Opens it with an order of which everything was sent; from then on the server dies at this point.
    async fn that_dies_at(point: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let city = folder.path().join("city");
        let receiver = Receiver::start().await;
        let mut server = tokio::task::block_in_place(|| Program::serve(&city, &["--webhook-allow-private"]));
        let customer = Person::log_in(&server.base, "customer1").await;
        let url = format!("{}/hook", receiver.url);
        let (status, answer) = customer.send("/api/webhooks/register", &[field("url", url)]).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{answer}");
        let webhook = answer["go"].as_str().unwrap().strip_prefix("/webhooks?secret=").unwrap().to_owned();
        let basket = customer.basket().await;
        // It follows the reader, and everything works.
        customer.place(&basket, "tok_approve").await;
        until_taken(&receiver, 3).await;
        tokio::task::block_in_place(|| {
            server.stop();
            server.crash_at = Some(point.to_owned());
            server.again();
        });
        Self { server, receiver, customer, basket, webhook, _folder: folder }
    }

    /// Waits until the server has died by itself, and starts it again.
    fn again(&mut self) {
        tokio::task::block_in_place(|| {
            let (status, _) = self.server.ended(Duration::from_secs(20));
            assert_eq!(status.code(), None, "{:?}: {status}", self.server.crash_at);
            self.server.crash_at = None;
            self.server.again();
        });
    }

    /// What has come, by the messages' ids.
    fn several(&self) -> BTreeMap<String, Vec<Value>> {
        let mut ids: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for came in self.receiver.taken("hook") {
            ids.entry(came.id().to_owned()).or_default().push(came.json());
        }
        for same in ids.values() {
            assert!(same.iter().all(|one| *one == same[0]), "{same:?}");
        }
        ids
    }

    /// Waits until what has come is like this, and a little longer, for what should not come.
    async fn until(&self, is_so: impl Fn(&BTreeMap<String, Vec<Value>>) -> bool) {
        for _ in 0..1_000 {
            if is_so(&self.several()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

const ONCE: [&str; 3] = ["order.placed", "payment.approved", "order.received"];

/// It dies while it tells of another order.
async fn dies_at(point: &'static str) {
    let mut shop = Shop::that_dies_at(point).await;
    // Whether the answer comes before the end is chance; the key makes it one order.
    let key = key();
    let first = shop.customer.try_to_place(&shop.basket, "tok_approve", &key).await;
    shop.again();
    let (status, again) = shop.customer.try_to_place(&shop.basket, "tok_approve", &key).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{again}");
    if let Ok((_, answer)) = first {
        assert_eq!(answer, again);
    }
    shop.until(|ids| ids.len() >= 6).await;
    let (ids, mut kinds) = (shop.several(), shop.receiver.kinds("hook"));
    assert_eq!(ids.len(), 6, "{point}: {kinds:?}");
    let twice = ids.values().any(|same| same.len() > 1);
    // At any other point too one may be on its way.
    assert!(twice || !SENT_TWICE.contains(&point), "{point}: {kinds:?}");
    // In the order of what happened, the repetition left out.
    kinds.dedup();
    assert_eq!(kinds, [ONCE, ONCE].concat(), "{point}");
}

/// It dies while it takes from the log what is wanted again.
async fn dies_while_catching_up_at(point: &'static str) {
    let mut shop = Shop::that_dies_at(point).await;
    let fields = [field("webhook", &shop.webhook), field("from", "")];
    // Whether the answer comes before the end is chance.
    if let Ok((status, answer)) = shop.customer.send("/api/webhooks/replay", &fields).await {
        assert_eq!(status, StatusCode::OK, "{point}: {answer}");
    }
    shop.again();
    shop.until(|ids| ids.values().all(|same| same.len() >= 2)).await;
    let ids = shop.several();
    assert!(ids.len() == 3 && ids.values().all(|same| same.len() >= 2), "{point}: {ids:?}");
    let mut kinds = shop.receiver.kinds("hook");
    kinds.dedup();
    assert_eq!(kinds, [ONCE, ONCE].concat(), "{point}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_on_a_messages_way_nothing_is_lost_and_what_comes_twice_has_the_same_id() {
    for point in POINTS {
        if point.contains("catch_up") {
            dies_while_catching_up_at(point).await;
        } else {
            dies_at(point).await;
        }
    }
}
