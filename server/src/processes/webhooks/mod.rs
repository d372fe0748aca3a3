//! Webhooks: a reader of the log queues what accounts with webhooks are told, and a sender carries it to where they lead.
//!
//! The reader has a cursor of its own and waits for nothing outside. A webhook follows it, unless it was paused, is new, wants something
//! again, or cannot keep up: then it is *behind*, and what it missed is taken from the log bit by bit, never more than a receiver should have
//! waiting. The sender takes the messages about one order to one webhook in their order and all others side by side, with bounds for each host,
//! for each account, and for all that have failed lately or take their time together. What was delivered is noted afterwards: a crash in between sends it
//! again, under the same id.

mod catching_up;
mod reader;
mod sender;
mod slow;

pub use catching_up::CatchingUp;
pub use reader::{Listening, WebhookReader};
pub use sender::WebhookSender;

/// The name of the reader's cursor.
pub const NAME: &str = "webhooks";
