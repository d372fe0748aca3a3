//! Webhooks: other programs hear of what happens. What is sent of which event, the views know; this context says what a webhook is, where it
//! may lead, and how long something is tried.

mod address;
mod kind;
mod state;

pub use crate::shared::Tried;
pub use address::{UrlFault, is_public, is_usual_port};
pub use kind::{Kind, event_id};
pub use state::{
    MAX_DEAD, MAX_URL, MAX_WAITING, MAX_WEBHOOKS, MIN_FREE, OLD_SECRET_MS, PauseReason, Refusal, State,
    failed, may_register, state,
};
