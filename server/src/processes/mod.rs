//! The durable process runner: a cursor turns events into work rows, leased workers carry them out.
//!
//! The cursor never waits for anything outside; it reads the log and writes work rows in its own transaction. Rows of one order run
//! one after the other, those of different orders beside each other. Calls to the payment provider pass a bulkhead, so that an
//! order whose payment hangs delays no other; when the provider's breaker closes, whoever waits for it is woken. Timers look for orders
//! that have waited too long. Notices and webhooks have readers and
//! senders of their own.

pub mod notices;
mod payments;
mod reading;
mod runner;
mod schedule;
mod sent_back;
mod steps;
mod timers;
mod unwritten;
mod waking;
pub mod webhooks;

pub use runner::{Nudge, Nudges, Runner, RunnerSettings};
pub use sent_back::{LookError, RefundLook};
pub use steps::Steps;
pub use timers::Timers;
pub use waking::go_on_when_closed;
