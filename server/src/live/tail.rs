//! The end of the log in memory, for a reader who follows it closely.

use crate::storage::Committed;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// How many events are kept.
const KEPT: usize = 1_024;

/// The last events that were committed while this process ran.
#[derive(Debug, Default)]
pub struct Tail {
    events: Mutex<VecDeque<Arc<Committed>>>,
    grown: watch::Sender<()>,
}

/// Hears when the log grows. Each follower hears it for itself.
#[derive(Debug)]
pub struct Follower(watch::Receiver<()>);

impl Follower {
    /// Waits until something was taken in since the last wait.
    pub async fn grown(&mut self) {
        if self.0.changed().await.is_err() {
            // The tail has gone: it never grows again.
            std::future::pending::<()>().await;
        }
    }
}

impl Tail {
    /// Takes in what was committed, in the log's order.
    pub fn push(&self, committed: &[Arc<Committed>]) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.extend(committed.iter().cloned());
        let excess = events.len().saturating_sub(KEPT);
        events.drain(..excess);
        drop(events);
        self.grown.send_replace(());
    }

    /// All events after a position; `None` when the first of them is no longer here, or was before this process.
    pub fn after(&self, position: u64) -> Option<Vec<Arc<Committed>>> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let first = events.front()?.recorded.position;
        // Positions have no gaps.
        let skip = (position + 1).checked_sub(first)?;
        Some(events.iter().skip(skip as usize).cloned().collect())
    }

    /// Follows the log's growth from here on.
    pub fn follow(&self) -> Follower {
        Follower(self.grown.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::processes::DomainEvent;
    use domain::shared::{OrderId, Timestamp};
    use domain::views::{Actor, Recorded};
    use uuid::Uuid;

    fn event(position: u64) -> Arc<Committed> {
        let at = Timestamp(0);
        let event = DomainEvent::Order(domain::order::Event::OrderReceived { at });
        let order = Some(OrderId(Uuid::nil()));
        let recorded = Recorded { position, order, store: None, at, actor: Actor::System, event };
        Arc::new(Committed { recorded, topics: Vec::new(), ts: 0 })
    }

    fn positions(tail: &Tail, after: u64) -> Option<Vec<u64>> {
        Some(tail.after(after)?.iter().map(|event| event.recorded.position).collect())
    }

    #[test]
    fn it_answers_what_it_has_whole_and_nothing_that_has_a_gap() {
        let tail = Tail::default();
        assert_eq!(positions(&tail, 0), None);
        tail.push(&[event(5), event(6)]);
        tail.push(&[event(7)]);
        assert_eq!(positions(&tail, 3), None, "4 is not here");
        assert_eq!(positions(&tail, 4), Some(vec![5, 6, 7]));
        assert_eq!(positions(&tail, 6), Some(vec![7]));
        assert_eq!(positions(&tail, 7), Some(vec![]));
        for position in 8..8 + KEPT as u64 {
            tail.push(&[event(position)]);
        }
        assert_eq!(positions(&tail, 6), None);
        assert_eq!(positions(&tail, 7).map(|all| all.len()), Some(KEPT));
    }

    #[tokio::test]
    async fn each_follower_who_comes_late_does_not_miss_that_it_has_grown() {
        let tail = Tail::default();
        let mut followers = [tail.follow(), tail.follow()];
        tail.push(&[event(1)]);
        for follower in &mut followers {
            follower.grown().await;
            let again = tokio::time::timeout(std::time::Duration::from_millis(1), follower.grown()).await;
            assert!(again.is_err());
        }
    }
}
