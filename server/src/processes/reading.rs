//! Following the log with a cursor of one's own: what readers have in common that turn events into rows of their own.

use crate::live::Tail;
use crate::storage::{EventLog, LogError};
use domain::views::Recorded;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Events that are read at a time.
const PAGE: usize = 512;
/// How long events are let gather before the next page: fewer and wider transactions beside the writer's others.
const GATHER: Duration = Duration::from_millis(25);
/// How long to wait after the storage has failed.
const PAUSE: Duration = Duration::from_secs(1);

/// What becomes of the events.
#[async_trait::async_trait]
pub(super) trait Reading: Send + Sync {
    /// The name of the cursor.
    const NAME: &'static str;
    /// What an event is turned into.
    type Told: Send;

    /// Before the first event after a start.
    async fn begin(&self) -> Result<(), LogError> {
        Ok(())
    }
    /// What is told of an event.
    async fn tell(&self, recorded: &Recorded, told: &mut Vec<Self::Told>) -> Result<(), LogError>;
    /// Keeps that, and moves the cursor, in one transaction.
    async fn keep(&self, to: u64, told: Vec<Self::Told>) -> Result<(), LogError>;
}

/// A reader that follows the end of the log.
pub(super) struct Follower<R> {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) tail: Arc<Tail>,
    pub(super) reading: R,
}

impl<R: Reading> Follower<R> {
    /// Follows the log until it is told to stop.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut growth = self.tail.follow();
        let mut cursor = None;
        while !stop.is_cancelled() {
            let wait = match self.go_on(cursor).await {
                Ok((to, full)) => {
                    cursor = Some(to);
                    if full { None } else { Some(GATHER) }
                }
                Err(error) => {
                    tracing::error!(%error, reader = R::NAME, "what events say cannot be written");
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
                self.reading.begin().await?;
                self.log.cursor(R::NAME).await?
            }
        };
        self.read(cursor).await
    }

    /// Turns the next events into what they say; answers how far it has come, and whether there may be more.
    async fn read(&self, cursor: u64) -> Result<(u64, bool), LogError> {
        // Close behind the writer everything is in memory; what is not, as after a start, is in the log.
        let (mut last, mut count, mut told) = (cursor, 0, Vec::new());
        match self.tail.after(cursor) {
            Some(events) => {
                for event in events.iter().take(PAGE) {
                    (last, count) = (event.recorded.position, count + 1);
                    self.reading.tell(&event.recorded, &mut told).await?;
                }
            }
            None => {
                for recorded in self.log.events_after(cursor, PAGE as u32).await? {
                    (last, count) = (recorded.position, count + 1);
                    self.reading.tell(&recorded, &mut told).await?;
                }
            }
        }
        // Events of which nobody is told move the cursor with the next ones of which somebody is, unless there are many.
        if told.is_empty() && count < PAGE {
            return Ok((last, false));
        }
        self.reading.keep(last, told).await?;
        Ok((last, count >= PAGE))
    }
}
