//! The store: its menu, its hours, where it delivers and for how much, how much it can cook; and its kitchen's tickets.

mod command;
mod hours;
mod limits;
mod menu;
mod quote;
mod state;
pub mod ticket;

pub use command::{Command, Event, Profile, Refusal, Verb};
pub use hours::{Hours, HoursFault, MAX_SPANS, OpenSpan};
pub use limits::{
    MAX_CHOICES, MAX_DESCRIPTION, MAX_DISH_NAME, MAX_DISHES, MAX_GROUPS, MAX_OPTION_NAME, MAX_SECTION_NAME,
    MAX_SECTIONS, MenuFault, MenuPart, OPTION_PRICES, PRICES,
};
pub use menu::{Choice, IntoSection, Item, ItemChange, Menu, OptionGroup, Section};
pub use quote::{QuoteRefusal, WantedLine};
pub use state::{
    ANSWER_LIMITS, FeeTier, MAX_BUSY_MINUTES, MAX_CAPACITY, MAX_PAUSE_MINUTES, Openness, Phase, Store,
};
