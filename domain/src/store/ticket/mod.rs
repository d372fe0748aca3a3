//! The kitchen's side of one order: the authority on whether cooking has started.

mod command;
mod state;
mod stock;

pub use command::{Command, Event, Opened, Refusal, RejectReason, Verb};
pub use state::{
    DELAY_STEPS, MAX_COOKING_MINUTES, MAX_DELAY_MINUTES, Phase, Ticket, cooking_choices, offered_minutes,
};
pub use stock::StockReason;
