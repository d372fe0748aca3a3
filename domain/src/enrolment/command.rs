//! What can be asked about an application, what can have happened to it, and why it may say no.

use super::Phase;
use crate::shared::Timestamp;
use serde::{Deserialize, Serialize};

/// What an applicant wants to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The owner of a store, which comes with the application.
    Owner,
    /// A rider.
    Rider,
}

/// What can be asked. `number` counts the filings of one applicant from 1 on, `at` is the moment of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Hand it in, for the first time or after it was refused.
    File {
        /// Which filing this is.
        number: u32,
        /// Whether something else is filed than lies here.
        is_other: bool,
        /// When.
        at: Timestamp,
    },
    /// Let the applicant take part.
    Approve {
        /// The filing that the operator has read.
        number: u32,
        /// When.
        at: Timestamp,
    },
    /// Turn the applicant down for now.
    Refuse {
        /// The filing that the operator has read.
        number: u32,
        /// Why: 1 to [`crate::shared::MAX_REASON`] characters, not blank. The applicant reads it.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// The name of a [`Command`], for refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// [`Command::File`]
    File,
    /// [`Command::Approve`]
    Approve,
    /// [`Command::Refuse`]
    Refuse,
}

impl Command {
    /// Its name.
    pub const fn verb(&self) -> Verb {
        match self {
            Command::File { .. } => Verb::File,
            Command::Approve { .. } => Verb::Approve,
            Command::Refuse { .. } => Verb::Refuse,
        }
    }
}

/// What happened to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// It waits for the operator.
    ApplicationFiled {
        /// Which filing this is.
        number: u32,
        /// When.
        at: Timestamp,
    },
    /// The applicant takes part.
    ApplicationApproved {
        /// When.
        at: Timestamp,
    },
    /// The applicant may correct it and file again.
    ApplicationRefused {
        /// Why, without spaces around it.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// Why an application said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The command does not fit the state.
    #[error("{command:?} does not fit an application that is {state:?}")]
    NotNow {
        /// What was asked.
        command: Verb,
        /// What the application is.
        state: Phase,
    },
    /// Another filing lies here than the one that the command is about.
    #[error("the application has been filed {filed} times")]
    OtherFiling {
        /// How often it was filed.
        filed: u32,
    },
    /// A refusal needs a reason.
    #[error("the reason is missing")]
    ReasonMissing,
    /// The reason is too long.
    #[error("the reason takes at most {max} characters")]
    ReasonTooLong {
        /// The most.
        max: u32,
    },
}
