//! The store: its menu, its hours, where it delivers and for how much, how much it can cook; and its kitchen's tickets.

mod command;
mod hours;
mod menu;
mod quote;
mod state;
pub mod ticket;

pub use command::{Command, Event, Profile, Refusal, Verb};
pub use hours::{Hours, OpenSpan};
pub use menu::{Choice, Item, Menu, OptionGroup, Section};
pub use quote::{QuoteRefusal, WantedLine};
pub use state::{
    ANSWER_LIMITS, FeeTier, MAX_BUSY_MINUTES, MAX_CAPACITY, MAX_PAUSE_MINUTES, Openness, Phase, Store,
};
