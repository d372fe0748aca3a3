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
        plain(&self.0) == plain(typed)
    }

    /// The number that a person typed: case, spaces and the dash do not matter. `None` for what no order can have.
    pub fn read(typed: &str) -> Option<Self> {
        let plain = plain(typed);
        let (letter, digits) = plain.split_at_checked(1)?;
        let is_number = letter.bytes().all(|letter| LETTERS.contains(&letter))
            && digits.len() == 4
            && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_number.then(|| Self(format!("{letter}-{digits}")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters and digits alone, in capitals.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
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

    #[test]
    fn what_is_typed_is_a_number_or_none() {
        let number = OrderNumber::of(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_002a));
        for typed in ["A-0002", " a0002 ", "a 00 02", "A–0002"] {
            assert_eq!(OrderNumber::read(typed).as_ref(), Some(&number), "{typed}");
        }
        // The letters that are misheard are no order's.
        for typed in ["", "A", "0002", "A-002", "A-00020", "AA-0002", "I-0002", "A-000O", "가-0002", "A-٠٠٠٢"]
        {
            assert_eq!(OrderNumber::read(typed), None, "{typed}");
        }
    }
}
