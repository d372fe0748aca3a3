//! The short number that people read out at the counter.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// `K-4821`: a letter and four digits, derived from the order's id. Not unique over all time, and nothing relies on that:
/// it tells apart the bags on a counter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(String);

// No I, L, O, Q, U: they are misheard or misread.
const LETTERS: &[u8; 21] = b"ABCDEFGHJKMNPRSTVWXYZ";

impl OrderNumber {
    /// The number of the order with this id, from the random bits at its end.
    pub fn of(id: Uuid) -> Self {
        let random = id.as_u128() & 0xffff_ffff_ffff;
        let letter = LETTERS[(random % LETTERS.len() as u128) as usize] as char;
        let digits = (random / LETTERS.len() as u128) % 10_000;
        Self(format!("{letter}-{digits:04}"))
    }

    /// True when a person typed this number: case, spaces and the dash do not matter.
    pub fn matches(&self, typed: &str) -> bool {
        let plain =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        plain(&self.0) == plain(typed)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_letter_and_four_digits_and_forgives_typing() {
        let number = OrderNumber::of(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_002a));
        assert_eq!(number.as_str(), "A-0002");
        assert!(number.matches(" a0002 ") && !number.matches("A-0003"));
    }
}
