//! The rider's job: offered when the food is ready, claimed by one, picked up, delivered.

mod command;
mod fee;
mod state;

pub use command::{Command, Event, FailReason, Offered, Refusal, Verb};
pub use fee::RiderFee;
pub use state::{CODE_MINUTES, CODE_TRIES, Delivery, Phase, is_near, is_shown, nearest};
