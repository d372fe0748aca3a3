//! Who listens to which topic. Readers that are too slow are marked as such and catch up from the log.

use super::Tail;
use crate::storage::{CommitListener, Committed};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// How many messages may wait for a reader.
const BUFFER: usize = 64;

type Listeners = HashMap<u64, (mpsc::Sender<Arc<Committed>>, Arc<AtomicBool>)>;

/// The topics that somebody listens to.
#[derive(Debug, Default)]
pub struct Hub {
    topics: Mutex<HashMap<String, Listeners>>,
    next: AtomicU64,
}

/// A reader's end. Dropping it ends the subscription.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    id: u64,
    topics: Vec<String>,
    events: mpsc::Receiver<Arc<Committed>>,
    missed: Arc<AtomicBool>,
}

impl Hub {
    /// Listens to some topics from now on. An event under several of them comes once for each: readers skip positions they have seen.
    pub fn subscribe(self: &Arc<Self>, topics: Vec<String>) -> Subscription {
        let (sender, events) = mpsc::channel(BUFFER);
        let missed = Arc::new(AtomicBool::new(false));
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut table = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        for topic in &topics {
            table.entry(topic.clone()).or_default().insert(id, (sender.clone(), Arc::clone(&missed)));
        }
        drop(table);
        Subscription { hub: Arc::clone(self), id, topics, events, missed }
    }

    /// How many topics have listeners.
    pub fn topic_count(&self) -> usize {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn publish(&self, event: &Arc<Committed>) {
        let table = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        for topic in &event.topics {
            for (sender, missed) in table.get(topic.as_str()).into_iter().flat_map(HashMap::values) {
                if sender.try_send(Arc::clone(event)).is_err() {
                    missed.store(true, Ordering::Release);
                }
            }
        }
    }
}

impl Subscription {
    /// The next event; `None` never comes while the hub lives.
    pub async fn next(&mut self) -> Option<Arc<Committed>> {
        self.events.recv().await
    }

    /// True once after the reader was too slow: what was missed has to be read from the log.
    pub fn has_missed(&self) -> bool {
        self.missed.swap(false, Ordering::AcqRel)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut table = self.hub.topics.lock().unwrap_or_else(PoisonError::into_inner);
        for topic in &self.topics {
            if let Some(listeners) = table.get_mut(topic) {
                listeners.remove(&self.id);
                if listeners.is_empty() {
                    table.remove(topic);
                }
            }
        }
    }
}

/// Wakes the processes and tells the hub, after each commit.
#[derive(Debug)]
pub struct Wake {
    /// The live streams.
    pub hub: Arc<Hub>,
    /// For the process runner.
    pub tail: Arc<Tail>,
    /// Set when a store changed: cached stores are read again.
    pub stores_changed: Arc<AtomicBool>,
}

impl CommitListener for Wake {
    fn committed(&self, events: Vec<Arc<Committed>>) {
        for event in &events {
            if event.recorded.store.is_some() {
                self.stores_changed.store(true, Ordering::Release);
            }
            self.hub.publish(event);
        }
        self.tail.push(&events);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::processes::DomainEvent;
    use domain::shared::{OrderId, Timestamp};
    use domain::views::{Actor, Recorded};
    use uuid::Uuid;

    fn event(position: u64, topic: &str) -> Arc<Committed> {
        let at = Timestamp(0);
        Arc::new(Committed {
            recorded: Recorded {
                position,
                order: Some(OrderId(Uuid::nil())),
                store: None,
                at,
                actor: Actor::System,
                event: DomainEvent::Order(domain::order::Event::OrderReceived { at }),
            },
            topics: vec![topic.to_owned()],
            ts: 0,
        })
    }

    #[tokio::test]
    async fn a_reader_hears_its_topics_and_is_told_when_it_was_too_slow() {
        let hub = Arc::new(Hub::default());
        let mut reader = hub.subscribe(vec!["order:1".to_owned()]);
        hub.publish(&event(1, "order:2"));
        hub.publish(&event(2, "order:1"));
        assert_eq!(reader.next().await.map(|event| event.recorded.position), Some(2));
        assert!(!reader.has_missed());
        for position in 3..3 + BUFFER as u64 + 1 {
            hub.publish(&event(position, "order:1"));
        }
        assert!(reader.has_missed() && !reader.has_missed());
        drop(reader);
        assert_eq!(hub.topic_count(), 0);
    }
}
