//! What the rest of the server asks of a storage adapter.

use domain::processes::{Case, DomainEvent, place_order::Step};
use domain::shared::{Decision, OrderId, StoreId, Timestamp};
use domain::store::Store;
use domain::views::{Actor, Fault, Recorded};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// Under which a command is recognised when it is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Account, command and what it is about: keys of different scopes do not meet.
    pub scope: String,
    /// The key as the client sent it.
    pub key: String,
    /// A hash of what was asked: the same key with another body is refused.
    pub body_hash: String,
}

/// What a unit of work is about, and so what is loaded for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An order that is about to be placed at a store.
    NewOrder(OrderId, StoreId),
    /// An order, with its store.
    Order(OrderId),
    /// A store.
    Store(StoreId),
}

impl Subject {
    /// The id of the order or store.
    pub(crate) const fn id(self) -> Uuid {
        match self {
            Subject::NewOrder(order, _) | Subject::Order(order) => order.0,
            Subject::Store(store) => store.0,
        }
    }
}

/// What a decision can see: the state as of this transaction.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The order's case; empty when there is no such order or the subject is a store.
    pub case: Arc<Case>,
    /// The store, when it exists.
    pub store: Option<Arc<Store>>,
    /// Tickets that hold a place in the store's kitchen.
    pub open_tickets: u32,
}

/// What a unit decides.
pub type Verdict = Result<Decision<DomainEvent>, Fault>;

/// The decision of a unit, called inside the transaction; again, when what it decided could not be written with what others did.
pub type Decide = Box<dyn Fn(&Loaded, Timestamp) -> Verdict + Send + Sync>;

/// One command: loaded, decided and appended in one transaction.
pub struct Unit {
    /// The command's id: the causation of its events.
    pub command: Uuid,
    /// Who asks.
    pub actor: Actor,
    /// What it is about.
    pub subject: Subject,
    /// How a repeat is recognised.
    pub key: Option<IdempotencyKey>,
    /// The work row that this command completes, in the same transaction. When the row is done already, nothing happens.
    pub completes: Option<Uuid>,
    /// The rule.
    pub decide: Decide,
}

/// What a command that was not refused did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The order or store it was about: of the first command with this key, when this one was a repeat.
    pub subject: Uuid,
    /// The log's position after its events; 0 when nothing happened.
    pub position: u64,
}

/// The outcome of a unit whose transaction was committed. A refusal is an outcome too, of which the log may hold an event.
pub type Ran = Result<Reply, Fault>;

/// What became of something that writes no event, and may have been asked for before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// It is done now.
    Done,
    /// It was asked for under the same key before, and this was answered.
    Before(Ran),
}

/// The storage failed: nothing was done, or it is not known whether it was.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database said no.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The log holds what cannot be read.
    #[error(transparent)]
    Unreadable(#[from] domain::processes::UnknownEvent),
    /// A later version of this program has written to the log.
    #[error(
        "a later version of Baedal has written to this log (schema {schema}): start that one, or go back to a copy made before"
    )]
    Newer {
        /// The schema version of its last event.
        schema: u32,
    },
    /// A value could not be written or read as JSON.
    #[error("a stored value cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A stored value is not what it should be.
    #[error("a stored value is not of the right form: {0}")]
    Corrupt(String),
    /// The group's transaction was not committed: nothing was done.
    #[error("the transaction was not committed: {0}")]
    NotCommitted(String),
    /// The writer has stopped: nothing was done.
    #[error("the log is closed")]
    Closed,
    /// The writer stopped before it answered: it is not known whether it was done.
    #[error("the log was closed before it answered")]
    Unanswered,
}

/// A step that has to be done, as the cursor writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWork {
    /// Derived from process, order, step and event.
    pub id: Uuid,
    /// The order.
    pub order: OrderId,
    /// What.
    pub step: Step,
    /// The event that asks for it.
    pub position: u64,
}

/// A step that is to be done now by whoever leased it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkRow {
    /// Its id, and that of the command it becomes.
    pub id: Uuid,
    /// The order.
    pub order: OrderId,
    /// What.
    pub step: Step,
    /// The event that asks for it.
    pub position: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is due.
    pub due: Timestamp,
}

/// A step that was given up: it lies where the operator sees it until somebody has it tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedRow {
    /// The row.
    pub row: WorkRow,
    /// Why it did not succeed the last time.
    pub error: String,
    /// Since when it lies there.
    pub since: Timestamp,
}

/// When to try a step again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The row.
    pub id: Uuid,
    /// When it is due again.
    pub due: Timestamp,
    /// How often it has been tried now.
    pub attempts: u32,
    /// Why it did not succeed.
    pub error: String,
}

/// How far a reader of topics may be behind the log, in events of any topic.
pub const REPLAY_SPAN: u64 = 20_000;

/// Events of some topics, in the log's order.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicEvents {
    /// The events after the position asked for.
    pub events: Vec<Recorded>,
    /// True when there are more after these. Without any it says that the reader is more than [`REPLAY_SPAN`] events behind: too far for a
    /// replay.
    pub too_many: bool,
}

/// An event whose transaction has been committed, as the live streams get it.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// The event.
    pub recorded: Recorded,
    /// Its topics.
    pub topics: Vec<String>,
    /// When its transaction was committed, in milliseconds since 1970.
    pub ts: i64,
}

/// Hears of every commit, after it, in the log's order.
pub trait CommitListener: Send + Sync {
    /// These events are durable now. Must not block.
    fn committed(&self, events: Vec<Arc<Committed>>);
}

/// The event log, its idempotency rows and its work rows.
#[async_trait::async_trait]
pub trait EventLog: Send + Sync {
    /// Runs a command in one durable transaction.
    async fn execute(&self, unit: Unit) -> Result<Ran, LogError>;

    /// What was answered under a key; a refusal when the key was used for something else. `None` for a new key.
    async fn answered(&self, key: &IdempotencyKey) -> Result<Option<Ran>, LogError>;

    /// Keeps a key for something about `subject` that writes nothing itself, unless it was kept before.
    async fn keep(&self, key: IdempotencyKey, subject: Uuid) -> Result<Once, LogError>;

    /// The position of the last event; 0 for an empty log.
    async fn head(&self) -> Result<u64, LogError>;
    /// Up to `limit` events after a position.
    async fn events_after(&self, position: u64, limit: u32) -> Result<Vec<Recorded>, LogError>;
    /// All events of an order.
    async fn events_of(&self, order: OrderId) -> Result<Vec<Recorded>, LogError>;
    /// An order's case, as of the last commit or a later one; empty when there is no such order.
    async fn case(&self, order: OrderId) -> Result<Arc<Case>, LogError>;
    /// Whether more than `most` events of any of the topics came after a position, or more than [`REPLAY_SPAN`] of all: too much for a replay.
    async fn missed_more(&self, topics: &[String], after: u64, most: u32) -> Result<bool, LogError>;
    /// Up to `limit` events of any of the topics after a position, each once.
    async fn topic_events(&self, topics: &[String], after: u64, limit: u32) -> Result<TopicEvents, LogError>;

    /// How far a reader has come.
    async fn cursor(&self, name: &str) -> Result<u64, LogError>;
    /// Moves a cursor and writes the work that the events before it ask for, leased to `owner`, in one transaction.
    async fn advance(
        &self,
        name: &str,
        to: u64,
        work: Vec<NewWork>,
        owner: Uuid,
        lease_until: Timestamp,
    ) -> Result<(), LogError>;
    /// All open work, oldest first: for a start, when no other owner can be alive. Leases it.
    async fn take_over(&self, owner: Uuid, lease_until: Timestamp) -> Result<Vec<WorkRow>, LogError>;
    /// Completes a row without a command.
    async fn complete(&self, id: Uuid) -> Result<(), LogError>;
    /// Gives a row up, and keeps it for the operator.
    async fn park(&self, id: Uuid, attempts: u32, error: String) -> Result<(), LogError>;
    /// Rows that were given up, the oldest first; at most `limit`.
    async fn parked(&self, limit: u32) -> Result<Vec<ParkedRow>, LogError>;
    /// Opens a row again that was given up, as if it had not been tried; `None` when there is no such row.
    async fn revive(&self, id: Uuid) -> Result<Option<WorkRow>, LogError>;
    /// Whether there is such a row, whatever has become of it. One that was done is forgotten some day.
    async fn knows_work(&self, id: Uuid) -> Result<bool, LogError>;
    /// Puts a row back for later.
    async fn retry(&self, retry: Retry) -> Result<(), LogError>;
    /// Forgets idempotency rows and finished work older than this.
    async fn forget_before(&self, moment: Timestamp) -> Result<(), LogError>;
}
