//! Applications as their applicants and the operator see them.

use super::{Fault, Field, FieldFault, NewStore};
use crate::enrolment::{Part, Phase};
use crate::shared::is_unprintable;
use crate::shared::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest that a rider says of themselves, in characters.
const MAX_ABOUT: u32 = 200;

/// What was typed into a form: field names and texts, in the form's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// What was typed into a field, without the spaces around it; empty for a field that was not sent.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, typed)| typed.trim()).unwrap_or_default()
    }

    /// Everything that came under a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, typed)| typed.trim())
    }

    /// The same with no other fields than these.
    #[must_use]
    pub fn only(mut self, names: &[&str]) -> Self {
        self.0.retain(|(field, _)| names.contains(&field.as_str()));
        self
    }
}

/// The fields of an application's form, which are kept to be corrected.
pub const fn fields_of(part: Part) -> &'static [&'static str] {
    match part {
        Part::Owner => &[
            "name",
            "phone",
            "store_name",
            "kind",
            "store_phone",
            "address",
            "description",
            "radius_m",
            "min_order",
            "delivery_fee",
            "far_from_m",
            "far_fee",
            "capacity",
            "cooking_minutes",
            "opens",
            "closes",
            "day",
            "menu",
        ],
        Part::Rider => &["name", "phone", "about"],
    }
}

/// An applicant's own application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationView {
    /// The server's clock.
    pub now: Timestamp,
    /// What the applicant wants to be.
    pub part: Part,
    /// Where it stands.
    pub phase: Phase,
    /// How often it was filed.
    pub number: u32,
    /// When it was filed the last time.
    pub filed_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Why it was refused; empty otherwise.
    pub reason: String,
    /// What was typed, to be corrected.
    pub typed: Typed,
}

/// An application that waits for the operator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingApplication {
    /// The applicant's account.
    pub account: AccountId,
    /// Its login name.
    pub login: String,
    /// The applicant's name.
    pub name: String,
    /// The applicant's phone number.
    pub phone: String,
    /// What the applicant wants to be.
    pub part: Part,
    /// Which filing this is.
    pub number: u32,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// What a rider says of themselves.
    pub about: String,
    /// An owner's store.
    pub store: Option<Box<NewStore>>,
    /// True when it was approved and the rest of that has still to be done: approving it again does it.
    pub unfinished: bool,
}

/// What the operator decides about an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The applicant takes part.
    Approve,
    /// The applicant may correct it.
    Refuse {
        /// Why; the applicant reads it.
        reason: String,
    },
}

/// Checks what a rider typed besides name and phone number.
pub fn check_rider(typed: &Typed) -> Result<(), Fault> {
    let (field, about) = (Field::About, typed.get("about"));
    if about.chars().count() > MAX_ABOUT as usize {
        Err(Fault::field(FieldFault::TooLong { field, max: MAX_ABOUT }))
    } else if about.chars().any(is_unprintable) {
        Err(Fault::field(FieldFault::Malformed { field }))
    } else {
        Ok(())
    }
}
