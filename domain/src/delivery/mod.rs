//! The rider's job: offered when the food is ready, claimed by one, picked up, delivered.

mod command;
mod fee;
mod sight;
mod state;

pub use command::{Command, Event, FailReason, Offered, Refusal, Verb};
pub use fee::RiderFee;
pub use sight::{JobAt, MAX_LISTED, Offer, RiderChange, RiderState, Sight, is_near, listed, nearest, turn};
pub use state::{CODE_MINUTES, CODE_TRIES, Delivery, Phase};
