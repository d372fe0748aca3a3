//! Notices: a reader of the log writes them into inboxes and outbox, and a sender carries out what the outbox holds.
//!
//! The reader has a cursor of its own and waits for nothing outside. The sender takes the notices of one order to one recipient in their
//! order and all others side by side, behind a bulkhead and a circuit breaker. What it has sent is noted afterwards: a crash in between
//! sends it again, and the inbox shows it once.

mod reader;
mod sender;

pub use reader::NoticeReader;
pub use sender::{NoticeSender, SenderSettings};

/// The name of the reader's cursor.
pub const NAME: &str = "notices";
