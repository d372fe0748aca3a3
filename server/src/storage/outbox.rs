//! The port to the outbox: notices, as they lie in inboxes, and those of them that have to be sent.

use super::LogError;
use domain::notification::{Recipient, Template, Variables};
use domain::shared::{OrderId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How a notice is known again: of one event a recipient hears one thing at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoticeId {
    /// Who is told.
    pub to: Recipient,
    /// The event's position.
    pub position: u64,
}

/// `customer:UUID@POSITION`.
impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.to, self.position)
    }
}

impl FromStr for NoticeId {
    type Err = LogError;

    fn from_str(text: &str) -> Result<Self, LogError> {
        let corrupt = || LogError::Corrupt(format!("{text} is no notice's id"));
        let (to, position) = text.split_once('@').ok_or_else(corrupt)?;
        Ok(Self {
            to: to.parse().map_err(|_| corrupt())?,
            position: position.parse().map_err(|_| corrupt())?,
        })
    }
}

/// What a notice says, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDoc {
    /// The template.
    pub template: Template,
    /// What is filled in.
    #[serde(flatten)]
    pub variables: Variables,
}

/// A notice as its reader writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Its id.
    pub id: NoticeId,
    /// The order.
    pub order: OrderId,
    /// What it says.
    pub doc: NoticeDoc,
    /// When it happened.
    pub at: Timestamp,
    /// Whether it has to be sent, besides lying in the inbox.
    pub to_send: bool,
}

/// A notice in an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptNotice {
    /// The event's position.
    pub position: u64,
    /// The order.
    pub order: OrderId,
    /// What it says.
    pub doc: NoticeDoc,
    /// When it happened.
    pub at: Timestamp,
}

/// A notice that has to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingNotice {
    /// Its id.
    pub id: NoticeId,
    /// The order.
    pub order: OrderId,
    /// What it says.
    pub doc: NoticeDoc,
    /// How often it was tried.
    pub attempts: u32,
    /// How many of those it goes to have it already.
    pub reached: u32,
    /// From when on it was to be sent: when it happened, or when it was to be tried, or sent, again.
    pub wanted: Timestamp,
}

/// A notice that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetterNotice {
    /// Its id.
    pub id: NoticeId,
    /// The order.
    pub order: OrderId,
    /// What it says.
    pub doc: NoticeDoc,
    /// When it happened.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not succeed the last time.
    pub error: String,
}

/// What became of a notice that was to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// Everybody it goes to has it.
    Sent,
    /// There is nobody to send it to, or it is no news any more: it stays in the inbox.
    Kept,
    /// Again, later.
    Again {
        /// When it is due.
        due: Timestamp,
        /// How often it has been tried now.
        attempts: u32,
        /// How many have it.
        reached: u32,
        /// Why it did not succeed.
        error: String,
    },
    /// Given up, until the operator has it tried again.
    Dead {
        /// How often it has been tried.
        attempts: u32,
        /// How many have it.
        reached: u32,
        /// Why it did not succeed.
        error: String,
    },
}

/// Inboxes and the outbox.
#[async_trait::async_trait]
pub trait Outbox: Send + Sync {
    /// Keeps notices and moves their reader's cursor, in one transaction. One that is here already stays as it is.
    async fn keep(&self, cursor: &str, to: u64, notices: &[NewNotice]) -> Result<(), LogError>;
    /// The latest notices to a recipient, before a position when one is given; the latest first.
    async fn inbox(
        &self,
        to: Recipient,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<KeptNotice>, LogError>;

    /// Notices that have to be sent by now, of each recipient's order the first alone; those first that wait longest.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<WaitingNotice>, LogError>;
    /// When the next notice is due that waits; `None` when none does.
    async fn next_due(&self) -> Result<Option<Timestamp>, LogError>;
    /// Notes what became of a notice that was waiting.
    async fn note(&self, id: NoticeId, posted: Posted) -> Result<(), LogError>;

    /// Notices that were given up, the oldest first.
    async fn dead(&self, limit: u32) -> Result<Vec<DeadLetterNotice>, LogError>;
    /// Notes of all that wait to be sent that nobody sends them: they stay in the inbox.
    async fn keep_waiting(&self) -> Result<(), LogError>;
    /// Has a notice sent again from now on that was given up; false when there is none.
    async fn revive_notice(&self, id: NoticeId, now: Timestamp) -> Result<bool, LogError>;
    /// Forgets notices older than this, whatever became of them.
    async fn forget_notices_before(&self, moment: Timestamp) -> Result<(), LogError>;
}
