//! The live streams over real HTTP: what comes, when they end, and who may hear what.

mod access;
mod ends;
mod privacy;
mod replay;

use crate::city::{City, caller};
use domain::processes::Topic;
use domain::shared::StoreId;
use domain::views::{LiveMessage, Viewer, live_message};
use server::storage::EventLog;

/// More than any test commits, and less than a replay may hold.
const ALL: u32 = 10_000;

impl City {
    /// Where its pages are.
    pub fn base(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What a replay has to say to a viewer, made from the log's topic index without the server's streams. Only for viewers and topics
    /// whose messages hold no personal field.
    async fn messages(&self, topic: Topic, viewer: Viewer, after: u64) -> Vec<LiveMessage> {
        let answer = self.log.topic_events(&[topic.to_string()], after, ALL).await.unwrap();
        assert!(!answer.too_many);
        answer.events.iter().filter_map(|event| live_message(event, viewer, event.at.0, &|_| None)).collect()
    }
}

/// The store of `owner1`.
fn first_store() -> StoreId {
    caller("owner1").account.unwrap().store.unwrap()
}

fn positions(messages: &[LiveMessage]) -> Vec<u64> {
    messages.iter().map(|message| message.position).collect()
}
