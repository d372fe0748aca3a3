//! Webhooks that are behind: what they missed, or want again, is taken from the log bit by bit. Those whose API token has ended are paused.

use super::NAME;
use super::reader::messages;
use crate::adapters::clock::{Clock, monotonic};
use crate::crash;
use crate::storage::{Behind, EventLog, LogError, Webhooks};
use domain::shared::{DAY_MS, Timestamp};
use domain::webhook::MIN_FREE;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Positions of the log that are looked through at a time for one webhook.
const SPAN: u64 = 5_000;
/// Messages that are taken from the log at a time for one webhook.
const PAGE: u32 = 200;
/// How long to wait when nobody can be given more.
const PAUSE: Duration = Duration::from_secs(1);
/// How often messages are looked for that were given up long ago.
const TIDY: Duration = Duration::from_secs(600);
/// For how many days these are kept.
const KEPT_DAYS: i64 = 30;

/// Gives webhooks what they missed.
pub struct CatchingUp {
    log: Arc<dyn EventLog>,
    webhooks: Arc<dyn Webhooks>,
    clock: Arc<dyn Clock>,
    /// Somebody is behind.
    wake: Arc<Notify>,
    /// Wakes the sender.
    sender: Arc<Notify>,
}

impl CatchingUp {
    /// Woken by `wake` when somebody falls behind; wakes the `sender` when there is something to send.
    pub fn new(
        log: Arc<dyn EventLog>,
        webhooks: Arc<dyn Webhooks>,
        clock: Arc<dyn Clock>,
        wake: Arc<Notify>,
        sender: Arc<Notify>,
    ) -> Self {
        Self { log, webhooks, clock, wake, sender }
    }

    /// Goes on until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut tidied = monotonic();
        while !stop.is_cancelled() {
            let again = self.round().await.unwrap_or_else(|error| {
                tracing::error!(%error, "webhooks that are behind cannot go on");
                false
            });
            if tidied.elapsed() >= TIDY {
                tidied = monotonic();
                let long_ago = Timestamp(self.clock.now().0 - KEPT_DAYS * DAY_MS);
                if let Err(error) = self.webhooks.forget_letters_before(long_ago).await {
                    tracing::warn!(%error, "old messages to webhooks could not be forgotten");
                }
            }
            if again {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Gives each that is behind one bit more; true when somebody could be given another one.
    async fn round(&self) -> Result<bool, LogError> {
        self.webhooks.pause_without_token(self.clock.now()).await?;
        self.webhooks.fall_behind(NAME).await?;
        let mut again = false;
        for behind in self.webhooks.behind().await? {
            again |= self.go_on(behind).await?;
        }
        Ok(again)
    }

    async fn go_on(&self, behind: Behind) -> Result<bool, LogError> {
        let cursor = self.log.cursor(NAME).await?;
        // Whoever is new waits for the reader to come to where it begins.
        if behind.position > cursor || behind.waiting >= u64::from(MIN_FREE) {
            return Ok(false);
        }
        let mut to = cursor.min(behind.position + SPAN);
        let events = self.webhooks.events_for(behind.recipient, behind.position, to, PAGE).await?;
        if let Some(last) = events.last().filter(|_| events.len() >= PAGE as usize) {
            to = last.position;
        }
        let mut letters = Vec::new();
        for recorded in &events {
            letters.extend(messages(&*self.log, recorded, |to| to == behind.recipient).await?);
        }
        crash::at("webhooks", "before_catch_up");
        self.webhooks.catch_up(behind, NAME, to, &letters, self.clock.now()).await?;
        if !letters.is_empty() {
            crash::at("webhooks", "after_catch_up");
            self.sender.notify_one();
        }
        Ok(to < cursor)
    }
}
