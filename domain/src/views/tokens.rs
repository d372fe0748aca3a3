//! The account page: who somebody is, and the API tokens by which scripts act for them.

use super::{AccountView, Fault, Field, FieldFault, is_blank, is_one_line};
use crate::shared::{DAY_MS, Timestamp, TokenId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most tokens of one account that can be used at the same time.
pub const MAX_TOKENS: u32 = 20;
/// The most characters of a token's name.
pub const MAX_LABEL: u32 = 60;

/// How long a token is to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenTerm {
    /// 30 days.
    Month,
    /// 90 days.
    #[default]
    Quarter,
    /// 365 days.
    Year,
    /// Until it is revoked.
    Unlimited,
}

impl TokenTerm {
    /// All, the shortest first.
    pub const ALL: [TokenTerm; 4] =
        [TokenTerm::Month, TokenTerm::Quarter, TokenTerm::Year, TokenTerm::Unlimited];

    /// The name in forms and on the command line: a number of days, or `never`.
    pub const fn name(self) -> &'static str {
        match self {
            TokenTerm::Month => "30",
            TokenTerm::Quarter => "90",
            TokenTerm::Year => "365",
            TokenTerm::Unlimited => "never",
        }
    }

    /// The term with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.name() == name)
    }

    /// The moment from which on a token of `now` holds no more; `None` for one that holds until it is revoked.
    pub const fn expires_at(self, now: Timestamp) -> Option<Timestamp> {
        let days = match self {
            TokenTerm::Month => 30,
            TokenTerm::Quarter => 90,
            TokenTerm::Year => 365,
            TokenTerm::Unlimited => return None,
        };
        Some(Timestamp(now.0.saturating_add(days * DAY_MS)))
    }
}

/// A token that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What it is called: 1 to 60 characters.
    pub label: String,
    /// How long it is to hold.
    pub term: TokenTerm,
}

/// Reads the form of a new token. One without a name is called `otherwise`; without a term it has the usual one.
///
/// # Errors
///
/// [`Fault::Invalid`] names every field that is wrong.
pub fn check_token(label: &str, term: &str, otherwise: &str) -> Result<NewToken, Fault> {
    let label = if label.trim().is_empty() { otherwise } else { label.trim() };
    let mut faults = Vec::new();
    if label.chars().count() > MAX_LABEL as usize {
        faults.push(FieldFault::TooLong { field: Field::Label, max: MAX_LABEL });
    } else if is_blank(label) || !is_one_line(label) {
        faults.push(FieldFault::Malformed { field: Field::Label });
    }
    let chosen = if term.is_empty() { Some(TokenTerm::default()) } else { TokenTerm::from_name(term) };
    match chosen {
        Some(term) if faults.is_empty() => Ok(NewToken { label: label.to_owned(), term }),
        Some(_) => Err(Fault::Invalid(faults)),
        None => {
            faults.push(FieldFault::Unknown { field: Field::Term });
            Err(Fault::Invalid(faults))
        }
    }
}

/// Whether an account with so many tokens that can be used may have one more.
///
/// # Errors
///
/// [`Fault::TooManyTokens`] when it may not.
pub const fn may_make(usable: usize) -> Result<(), Fault> {
    if usable < MAX_TOKENS as usize { Ok(()) } else { Err(Fault::TooManyTokens { most: MAX_TOKENS }) }
}

/// Whether a token can be used: it was not revoked, and has not expired.
pub fn is_usable(revoked_at: Option<Timestamp>, expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    revoked_at.is_none() && expires_at.is_none_or(|expires_at| now < expires_at)
}

/// A token that can be used, without its secret, which nobody knows but who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// What it is called.
    pub label: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last used, to the hour; `None` when it never was.
    pub used_at: Option<Timestamp>,
    /// From when on it holds no more; `None` when it holds until it is revoked.
    pub expires_at: Option<Timestamp>,
}

/// A token that was just made, with its secret: shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeToken {
    /// Its id.
    pub id: TokenId,
    /// Its secret.
    pub secret: String,
}

/// Without the secret.
impl fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeToken").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The account page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// The server's clock.
    pub now: Timestamp,
    /// Who has logged in.
    pub account: AccountView,
    /// The tokens that can be used, the newest first.
    pub tokens: Vec<TokenView>,
    /// The token that was just made, the first time it is asked for.
    pub made: Option<MadeToken>,
}
