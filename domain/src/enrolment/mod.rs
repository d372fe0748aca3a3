//! Enrolment: how a store's owner or a rider comes to take part. Whoever wants to files an application, and the operator decides.

mod command;
mod state;

pub use command::{Command, Event, Part, Refusal, Verb};
pub use state::{Application, Phase};
