//! Money: whole won, never negative, never more than a million million.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in won (KRW has no smaller unit). At most [`Won::MAX`]; arithmetic past either end is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Won(u64);

/// An amount would have left the range from zero to [`Won::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("the amount is out of range")]
pub struct MoneyOverflow;

impl Won {
    /// Nothing.
    pub const ZERO: Won = Won(0);
    /// The largest amount there is: a million million won. Fits `i64` (SQL) and `f64` (JavaScript) exactly.
    pub const MAX: Won = Won(1_000_000_000_000);

    /// An amount in won; refused above [`Won::MAX`].
    pub const fn new(amount: u64) -> Result<Self, MoneyOverflow> {
        if amount > Self::MAX.0 { Err(MoneyOverflow) } else { Ok(Self(amount)) }
    }

    /// The amount in won.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Sum; refused above [`Won::MAX`].
    pub fn plus(self, other: Won) -> Result<Won, MoneyOverflow> {
        self.0.checked_add(other.0).ok_or(MoneyOverflow).and_then(Won::new)
    }

    /// Difference; refused below zero.
    pub fn minus(self, other: Won) -> Result<Won, MoneyOverflow> {
        self.0.checked_sub(other.0).map(Won).ok_or(MoneyOverflow)
    }

    /// Product with a quantity; refused above [`Won::MAX`].
    pub fn times(self, quantity: u32) -> Result<Won, MoneyOverflow> {
        self.0.checked_mul(u64::from(quantity)).ok_or(MoneyOverflow).and_then(Won::new)
    }

    /// Sum of many; refused above [`Won::MAX`].
    pub fn sum(amounts: impl IntoIterator<Item = Won>) -> Result<Won, MoneyOverflow> {
        amounts.into_iter().try_fold(Won::ZERO, Won::plus)
    }

    /// `12,500`: the digits alone, in groups of three.
    pub fn in_groups(self) -> String {
        let digits = self.0.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// True for zero won.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// `₩12,500`, as on screen in both languages.
impl fmt::Display for Won {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "₩{}", self.in_groups())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        for (amount, text) in [(0, "₩0"), (900, "₩900"), (12_500, "₩12,500"), (1_234_567, "₩1,234,567")]
        {
            assert_eq!(Won::new(amount).unwrap().to_string(), text);
        }
    }

    #[test]
    fn overflow_is_refused() {
        assert_eq!(Won::MAX.plus(Won(1)), Err(MoneyOverflow));
        assert_eq!(Won(1).minus(Won(2)), Err(MoneyOverflow));
        assert_eq!(Won::MAX.times(2), Err(MoneyOverflow));
        assert_eq!(Won::new(u64::MAX), Err(MoneyOverflow));
        assert_eq!(Won(u64::MAX / 2).times(u32::MAX), Err(MoneyOverflow));
    }

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_away(a in 0..=Won::MAX.0 / 2, b in 0..=Won::MAX.0 / 2) {
            prop_assert_eq!(Won(a).plus(Won(b)).unwrap().minus(Won(b)), Ok(Won(a)));
        }
    }
}
