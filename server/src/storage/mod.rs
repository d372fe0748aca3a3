//! The storage ports: the event log with its units of work, the work rows, the outbox, webhooks, and the read models.
//!
//! One adapter exists: [`sqlite`]. The contract tests in `tests/it/contract.rs` run against the ports.

mod outbox;
mod port;
pub mod sqlite;
mod trouble;
mod vault;
mod webhooks;

pub use outbox::{
    DeadLetterNotice, KeptNotice, NewNotice, NoticeDoc, NoticeId, Outbox, Posted, WaitingNotice,
};
pub use port::{
    CommitListener, Committed, Decide, EventLog, IdempotencyKey, Loaded, LogError, NewWork, Once, ParkedRow,
    REPLAY_SPAN, Ran, Reply, Retry, Subject, TopicEvents, Unit, Verdict, WorkRow,
};
pub use vault::{KeyStore, Vault, VaultError};
pub use webhooks::{
    Behind, GivenUp, Handed, LetterId, NewLetter, NewWebhook, OldSecret, Room, WaitingLetter, Webhook,
    Webhooks,
};
