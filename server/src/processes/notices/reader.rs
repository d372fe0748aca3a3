//! From events to notices.

use super::NAME;
use crate::accounts::Accounts;
use crate::live::Tail;
use crate::storage::{EventLog, LogError, NewNotice, NoticeDoc, NoticeId, Outbox};
use domain::notification::Recipient;
use domain::views::{Recorded, notices};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Events that are read at a time.
const PAGE: usize = 512;
/// How long events are let gather before the next page: fewer and wider transactions beside the writer's others.
const GATHER: Duration = Duration::from_millis(25);
/// How long to wait after the storage has failed.
const PAUSE: Duration = Duration::from_secs(1);

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
        let mut growth = self.tail.follow();
        let mut cursor = None;
        while !stop.is_cancelled() {
            let wait = match self.go_on(cursor).await {
                Ok((to, full)) => {
                    cursor = Some(to);
                    if full { None } else { Some(GATHER) }
                }
                Err(error) => {
                    tracing::error!(%error, "notices cannot be written");
                    Some(PAUSE)
                }
            };
            let Some(wait) = wait else { continue };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = growth.grown() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn go_on(&self, cursor: Option<u64>) -> Result<(u64, bool), LogError> {
        let cursor = match cursor {
            Some(cursor) => cursor,
            None => {
                // What an earlier start was to send is not sent some day, when notices go to phones again.
                if self.sends.is_none() {
                    self.outbox.keep_waiting().await?;
                }
                self.log.cursor(NAME).await?
            }
        };
        self.read(cursor).await
    }

    /// Turns the next events into notices; answers how far it has come, and whether there may be more.
    async fn read(&self, cursor: u64) -> Result<(u64, bool), LogError> {
        // Close behind the writer everything is in memory; what is not, as after a start, is in the log.
        let (mut last, mut count, mut told) = (cursor, 0, Vec::new());
        match self.tail.after(cursor) {
            Some(events) => {
                for event in events.iter().take(PAGE) {
                    (last, count) = (event.recorded.position, count + 1);
                    self.tell(&event.recorded, &mut told).await?;
                }
            }
            None => {
                for recorded in self.log.events_after(cursor, PAGE as u32).await? {
                    (last, count) = (recorded.position, count + 1);
                    self.tell(&recorded, &mut told).await?;
                }
            }
        }
        // Events of which nobody is told move the cursor with the next ones of which somebody is, unless there are many.
        if told.is_empty() && count < PAGE {
            return Ok((last, false));
        }
        let to_send = self.mark(&mut told).await?;
        self.outbox.keep(NAME, last, &told).await?;
        if let (true, Some(sends)) = (to_send, &self.sends) {
            sends.wake.notify_one();
        }
        Ok((last, count >= PAGE))
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
