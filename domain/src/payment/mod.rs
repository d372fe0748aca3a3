//! The money of one order: what the provider approved, and what went back.
//!
//! Calls to the provider are made by workers; this aggregate records their outcomes and decides what is still owed. Every approval
//! and every refund carries the idempotency key under which the provider knows it, so that an outcome recorded twice counts once.

mod command;
mod refund;
mod state;

pub use command::{Command, Event, Purpose, RefundReason, Refusal, Verb};
pub use refund::{REFUND_LATE_MINUTES, REFUND_TRIES, RefundNext, RefundTrouble, is_refund_late, refund_next};
pub use state::{Approval, Payment, Phase, Refund, Waiting};
