//! From events to messages.

use super::NAME;
use crate::crash;
use crate::live::Tail;
use crate::processes::reading::{Follower, Reading};
use crate::storage::{EventLog, LogError, NewLetter, Webhooks};
use domain::notification::Recipient;
use domain::processes::{Case, DomainEvent};
use domain::views::{Recorded, listeners, webhook_message};
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Who has a webhook, or had one since the start. Whoever registers one is here before it exists, so that nothing is missed in between.
#[derive(Debug, Default)]
pub struct Listening(RwLock<HashSet<Recipient>>);

impl Listening {
    /// Those who have one.
    pub fn new(known: HashSet<Recipient>) -> Self {
        Self(RwLock::new(known))
    }

    /// Somebody is about to register one.
    pub fn add(&self, recipient: Recipient) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(recipient);
    }

    fn has(&self, recipient: Recipient) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&recipient)
    }

    /// Whether an event may concern one of them; quick, and sometimes wrong with yes. `case` may be of later.
    fn may_concern(&self, recorded: &Recorded, case: &Case) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return false;
        }
        let Some(placed) = &case.order.placed else {
            return recorded.store.is_some_and(|store| known.contains(&Recipient::Store(store)));
        };
        known.contains(&Recipient::Customer(placed.customer))
            || known.contains(&Recipient::Store(placed.store))
            || (matches!(recorded.event, DomainEvent::Delivery(_))
                && known.iter().any(|one| matches!(one, Recipient::Rider(_))))
    }
}

/// Turns events into messages.
pub struct WebhookReader {
    log: Arc<dyn EventLog>,
    webhooks: Arc<dyn Webhooks>,
    tail: Arc<Tail>,
    listening: Arc<Listening>,
    wake: Arc<Notify>,
}

impl WebhookReader {
    /// A reader that follows the end of the log; `wake` wakes the sender.
    pub fn new(
        log: Arc<dyn EventLog>,
        webhooks: Arc<dyn Webhooks>,
        tail: Arc<Tail>,
        listening: Arc<Listening>,
        wake: Arc<Notify>,
    ) -> Self {
        Self { log, webhooks, tail, listening, wake }
    }

    /// Follows the log until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let (log, tail) = (Arc::clone(&self.log), Arc::clone(&self.tail));
        Follower { log, tail, reading: self }.run(stop).await;
    }
}

#[async_trait::async_trait]
impl Reading for WebhookReader {
    const NAME: &'static str = NAME;
    type Told = NewLetter;

    async fn tell(&self, recorded: &Recorded, told: &mut Vec<NewLetter>) -> Result<(), LogError> {
        let case = match recorded.order {
            Some(order) => self.log.case(order).await?,
            None => Arc::default(),
        };
        if !self.listening.may_concern(recorded, &case) {
            return Ok(());
        }
        told.extend(messages(&*self.log, recorded, |to| self.listening.has(to)).await?);
        Ok(())
    }

    async fn keep(&self, to: u64, told: Vec<NewLetter>) -> Result<(), LogError> {
        crash::at("webhooks", "before_queue");
        self.webhooks.queue(NAME, to, &told).await?;
        if !told.is_empty() {
            crash::at("webhooks", "after_queue");
            self.wake.notify_one();
        }
        Ok(())
    }
}

/// The messages of an event to those who are wanted: the same whenever they are made.
pub(super) async fn messages(
    log: &dyn EventLog,
    recorded: &Recorded,
    is_wanted: impl Fn(Recipient) -> bool + Send,
) -> Result<Vec<NewLetter>, LogError> {
    let events = match recorded.order {
        Some(order) => log.events_of(order).await?,
        None => Vec::new(),
    };
    // As it was then, not as it is.
    let until_then = events.iter().take_while(|earlier| earlier.position <= recorded.position);
    let case = Case::of(until_then.map(|earlier| &earlier.event));
    let mut letters = Vec::new();
    for to in listeners(recorded, &case).into_iter().filter(|to| is_wanted(*to)) {
        if let Some(message) = webhook_message(recorded, &case, to) {
            letters.push(NewLetter::new(to, recorded, &message)?);
        }
    }
    Ok(letters)
}
