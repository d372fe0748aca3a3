//! From events to notices.

use super::NAME;
use crate::accounts::Accounts;
use crate::crash;
use crate::live::Tail;
use crate::processes::reading::{Follower, Reading};
use crate::storage::{EventLog, LogError, NewNotice, NoticeDoc, NoticeId, Outbox};
use domain::notification::Recipient;
use domain::views::{Recorded, notices};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Turns events into notices.
pub struct NoticeReader {
    log: Arc<dyn EventLog>,
    outbox: Arc<dyn Outbox>,
    tail: Arc<Tail>,
    sends: Option<Sends>,
}

/// Where notices are sent to, besides the inbox.
struct Sends {
    accounts: Accounts,
    wake: Arc<Notify>,
}

impl NoticeReader {
    /// A reader that follows the end of the log, and keeps notices in inboxes alone.
    pub fn new(log: Arc<dyn EventLog>, outbox: Arc<dyn Outbox>, tail: Arc<Tail>) -> Self {
        Self { log, outbox, tail, sends: None }
    }

    /// Has notices sent too, to those whose phone number is known; `wake` wakes the sender.
    #[must_use]
    pub fn sending(self, accounts: Accounts, wake: Arc<Notify>) -> Self {
        Self { sends: Some(Sends { accounts, wake }), ..self }
    }

    /// Follows the log until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let (log, tail) = (Arc::clone(&self.log), Arc::clone(&self.tail));
        Follower { log, tail, reading: self }.run(stop).await;
    }

    /// Marks those that have to be sent; true when there are any.
    async fn mark(&self, told: &mut [NewNotice]) -> Result<bool, LogError> {
        let Some(sends) = &self.sends else {
            return Ok(false);
        };
        let mut known: HashMap<Recipient, bool> = HashMap::new();
        for notice in &mut *told {
            notice.to_send = match known.get(&notice.id.to) {
                Some(known) => *known,
                None => {
                    let contacts = sends.accounts.contacts(notice.id.to).await;
                    let contacts = contacts.map_err(|error| LogError::Corrupt(error.to_string()))?;
                    known.insert(notice.id.to, !contacts.is_empty());
                    !contacts.is_empty()
                }
            };
        }
        Ok(told.iter().any(|notice| notice.to_send))
    }
}

#[async_trait::async_trait]
impl Reading for NoticeReader {
    const NAME: &'static str = NAME;
    type Told = NewNotice;

    async fn begin(&self) -> Result<(), LogError> {
        // What an earlier start was to send is not sent some day, when notices go to phones again.
        match self.sends {
            Some(_) => Ok(()),
            None => self.outbox.keep_waiting().await,
        }
    }

    async fn tell(&self, recorded: &Recorded, told: &mut Vec<NewNotice>) -> Result<(), LogError> {
        let Some(order) = recorded.order else {
            return Ok(());
        };
        let case = self.log.case(order).await?;
        told.extend(notices(recorded, &case).into_iter().map(|notice| NewNotice {
            id: NoticeId { to: notice.to, position: recorded.position },
            order,
            doc: NoticeDoc { template: notice.template, variables: notice.variables },
            at: recorded.at,
            to_send: false,
        }));
        Ok(())
    }

    async fn keep(&self, to: u64, mut told: Vec<NewNotice>) -> Result<(), LogError> {
        let to_send = self.mark(&mut told).await?;
        crash::at("notices", "before_queue");
        self.outbox.keep(NAME, to, &told).await?;
        if !told.is_empty() {
            crash::at("notices", "after_queue");
        }
        if let (true, Some(sends)) = (to_send, &self.sends) {
            sends.wake.notify_one();
        }
        Ok(())
    }
}
