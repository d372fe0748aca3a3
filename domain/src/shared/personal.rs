//! Personal fields: sealed in the log from the first event on.

use super::Point;
use serde::{Deserialize, Serialize};

/// What an order says about a person. Never written to the log in the clear.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Personal {
    /// The name the rider calls.
    pub name: String,
    /// The phone number as typed.
    pub phone: String,
    /// The address, as the gazetteer names it.
    pub address: String,
    /// Floor, door, entrance code.
    pub address_detail: String,
    /// Where the address is.
    pub point: Option<Point>,
    /// The customer's note to the store.
    pub note_to_store: String,
    /// The customer's note to the rider.
    pub note_to_rider: String,
}

/// [`Personal`] in a sealed envelope (base64 text), which only the customer's key opens. When the key has been destroyed the
/// envelope stays shut and the pages show "deleted".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);
