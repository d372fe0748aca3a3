//! The port to webhooks: those that are registered, and the messages that wait for them.

use super::{IdempotencyKey, LogError, Once};
use domain::notification::Recipient;
use domain::shared::{AccountId, OrderId, Sealed, Timestamp, TokenId, WebhookId};
use domain::views::{Recorded, WebhookMessage};
use domain::webhook::PauseReason;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// How a message is known again: of one event a webhook is told one thing at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LetterId {
    /// The webhook.
    pub webhook: WebhookId,
    /// The event's position.
    pub position: u64,
}

/// `UUID@POSITION`.
impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.webhook, self.position)
    }
}

impl FromStr for LetterId {
    type Err = LogError;

    fn from_str(text: &str) -> Result<Self, LogError> {
        let corrupt = || LogError::Corrupt(format!("{text} is no message's id"));
        let (webhook, position) = text.split_once('@').ok_or_else(corrupt)?;
        Ok(Self {
            webhook: webhook.parse().map_err(|_| corrupt())?,
            position: position.parse().map_err(|_| corrupt())?,
        })
    }
}

/// A webhook that is to be registered. It is told what happens from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose.
    pub account: AccountId,
    /// What it is told of.
    pub recipient: Recipient,
    /// Where it leads.
    pub url: String,
    /// Host and port of that.
    pub host: String,
    /// Its secret, sealed.
    pub secret: Sealed,
    /// When.
    pub at: Timestamp,
    /// By which API token; `None` when somebody has logged in for it.
    pub token: Option<TokenId>,
}

/// A secret that was replaced, and until when it signs too.
pub type OldSecret = Option<(Sealed, Timestamp)>;

/// A webhook that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose.
    pub account: AccountId,
    /// What it is told of.
    pub recipient: Recipient,
    /// Where it leads.
    pub url: String,
    /// Host and port of that.
    pub host: String,
    /// Its secret, sealed.
    pub secret: Sealed,
    /// Whether the secret was shown.
    pub shown: bool,
    /// The secret before it.
    pub old_secret: OldSecret,
    /// Since when.
    pub created_at: Timestamp,
    /// Why nothing is sent; `None` while something is.
    pub paused: Option<PauseReason>,
    /// Up to which position its messages were taken from the log; `None` while it follows the reader.
    pub behind: Option<u64>,
    /// Up to which position the reader has come, whom it follows.
    pub followed: u64,
    /// Since when nothing gets through.
    pub failing_since: Option<Timestamp>,
    /// Why nothing gets through.
    pub error: String,
    /// Up to here everything was delivered, or given up.
    pub position: u64,
    /// Messages that wait.
    pub waiting: u64,
    /// Messages that were given up.
    pub dead: u64,
}

/// A message, made of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLetter {
    /// Whose webhooks are told.
    pub to: Recipient,
    /// The event's position.
    pub position: u64,
    /// The order.
    pub order: Option<OrderId>,
    /// The body.
    pub body: String,
    /// When it happened.
    pub at: Timestamp,
}

impl NewLetter {
    /// The message of an event.
    pub fn new(to: Recipient, recorded: &Recorded, message: &WebhookMessage) -> Result<Self, LogError> {
        let body = serde_json::to_string(message)?;
        Ok(Self { to, position: recorded.position, order: recorded.order, body, at: recorded.at })
    }
}

/// A message that has to be sent, with everything that is needed for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingLetter {
    /// Its id.
    pub id: LetterId,
    /// The order.
    pub order: Option<OrderId>,
    /// The body.
    pub body: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Whose webhook it is.
    pub account: AccountId,
    /// Where it goes.
    pub url: String,
    /// Host and port of that.
    pub host: String,
    /// The secret that signs.
    pub secret: Sealed,
    /// The secret before it.
    pub old_secret: OldSecret,
    /// Whether the last message did not get through.
    pub is_shaky: bool,
}

/// For which messages there is room now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// How many, at most.
    pub limit: u32,
    /// How many of one webhook, at most.
    pub each: u32,
    /// Whether also for webhooks whose last message did not get through.
    pub shaky: bool,
    /// None for these hosts.
    pub full_hosts: Vec<String>,
    /// None for these accounts.
    pub full_accounts: Vec<AccountId>,
}

/// What became of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The receiver has it.
    Delivered,
    /// It is tried again.
    Again {
        /// When.
        due: Timestamp,
        /// How often it was tried.
        attempts: u32,
        /// Why it did not get through.
        error: String,
    },
    /// It is given up.
    Dead {
        /// How often it was tried.
        attempts: u32,
        /// Why it did not get through.
        error: String,
    },
    /// The receiver is gone: the webhook is paused, and the message waits.
    Gone {
        /// What it said.
        error: String,
    },
}

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// Its id.
    pub id: LetterId,
    /// Whose webhook it is.
    pub recipient: Recipient,
    /// Host and port of where it was to go.
    pub host: String,
    /// The order.
    pub order: Option<OrderId>,
    /// The body.
    pub body: String,
    /// When it happened.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not get through the last time.
    pub error: String,
}

/// A webhook that is given what it has missed, or wants again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Its id.
    pub id: WebhookId,
    /// What it is told of.
    pub recipient: Recipient,
    /// Up to which position its messages were taken from the log.
    pub position: u64,
    /// Messages that wait.
    pub waiting: u64,
}

/// Webhooks and their messages. What an account asks for under a key is done once: the key is kept in the same transaction.
#[async_trait::async_trait]
pub trait Webhooks: Send + Sync {
    /// Everybody who has a webhook.
    async fn listening(&self) -> Result<HashSet<Recipient>, LogError>;
    /// An account's webhooks, the oldest first.
    async fn webhooks_of(&self, account: AccountId) -> Result<Vec<Webhook>, LogError>;
    /// A webhook.
    async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, LogError>;
    /// Registers a webhook.
    async fn register(&self, new: NewWebhook, key: Option<IdempotencyKey>) -> Result<Once, LogError>;
    /// Replaces the secret; the one before it signs until `old_until`.
    async fn replace_secret(
        &self,
        id: WebhookId,
        fresh: Sealed,
        old_until: Timestamp,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError>;
    /// Notes that the secret was shown.
    async fn note_shown(&self, id: WebhookId) -> Result<(), LogError>;
    /// Sends nothing from now on. What happens meanwhile stays in the log.
    async fn pause(
        &self,
        id: WebhookId,
        why: PauseReason,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError>;
    /// Goes on where it has stopped. One that hangs on an API token hangs from now on on this `token`, or on none.
    async fn resume(
        &self,
        id: WebhookId,
        token: Option<TokenId>,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError>;
    /// Pauses those whose API token has ended by now.
    async fn pause_without_token(&self, now: Timestamp) -> Result<(), LogError>;
    /// Forgets a webhook and its messages.
    async fn remove(&self, id: WebhookId) -> Result<(), LogError>;
    /// Has everything after a position sent again.
    async fn replay(&self, id: WebhookId, from: u64, key: Option<IdempotencyKey>) -> Result<Once, LogError>;

    /// Queues messages for the webhooks that follow the reader, and moves its cursor, in one transaction.
    async fn queue(&self, cursor: &str, to: u64, letters: &[NewLetter]) -> Result<(), LogError>;
    /// Webhooks that do not follow the reader, unless they are paused.
    async fn behind(&self) -> Result<Vec<Behind>, LogError>;
    /// Up to `limit` events that concern somebody, after a position and not after another one.
    async fn events_for(
        &self,
        recipient: Recipient,
        after: u64,
        to: u64,
        limit: u32,
    ) -> Result<Vec<Recorded>, LogError>;
    /// Queues messages for a webhook that is behind, up to a position; nothing, when it is not where it was any more. What waits already stays as
    /// it is. One that has come to the reader's cursor follows it from now on. They are due now and not when they happened: what is told once
    /// more stands behind what is news to others.
    async fn catch_up(
        &self,
        webhook: Behind,
        cursor: &str,
        to: u64,
        letters: &[NewLetter],
        now: Timestamp,
    ) -> Result<(), LogError>;
    /// Webhooks for which more waits than should do not follow the reader any more.
    async fn fall_behind(&self, cursor: &str) -> Result<(), LogError>;

    /// Messages that have to be sent by now and for which there is room, of each webhook's order the first alone; those first that wait longest.
    async fn due_letters(&self, now: Timestamp, room: &Room) -> Result<Vec<WaitingLetter>, LogError>;
    /// When the next message is due after now; `None` when none is.
    async fn next_letter(&self, now: Timestamp) -> Result<Option<Timestamp>, LogError>;
    /// Notes what became of a message that was waiting.
    async fn note_letter(&self, id: LetterId, handed: Handed, now: Timestamp) -> Result<(), LogError>;

    /// Messages that were given up, of one webhook or of all, the oldest first.
    async fn given_up(&self, webhook: Option<WebhookId>, limit: u32) -> Result<Vec<GivenUp>, LogError>;
    /// Has messages tried again that were given up: one, or all.
    async fn revive_letters(
        &self,
        webhook: WebhookId,
        position: Option<u64>,
        now: Timestamp,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError>;
    /// Forgets messages that were given up and are older than this.
    async fn forget_letters_before(&self, moment: Timestamp) -> Result<(), LogError>;
}
