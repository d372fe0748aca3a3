//! The customer's order: placed, held while it is unpaid, received by the store, and how it ends.
//!
//! Until the kitchen's ticket exists, this aggregate decides whether a cancel is still possible; from then on the ticket does,
//! and [`crate::processes`] asks it first.

mod command;
mod event;
mod state;

pub use command::{Command, Refusal, Verb};
pub use event::{
    CancelledBy, ChangeOutcome, ConfirmedBy, Event, PaymentFailure, Placed, RejectReason, StuckReason,
};
pub use state::{Dropped, Flag, Order, PendingChange, Phase};
