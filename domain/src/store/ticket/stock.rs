//! Reasons to turn an order down that the owner chooses from a list.

/// A reason of the list. In the log it stands as its slug where an owner's own words would stand: every reader reads it in the own language.
/// Whatever is no slug is an owner's own words, as all reasons of older events are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockReason {
    /// Ingredients have run out.
    SoldOut,
    /// Too many orders at the moment.
    Busy,
    /// It cannot be delivered there.
    Place,
    /// The store closes early.
    Closing,
}

impl StockReason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [StockReason; 4] =
        [StockReason::SoldOut, StockReason::Busy, StockReason::Place, StockReason::Closing];

    /// What forms send and the log keeps. Never changes.
    pub const fn slug(self) -> &'static str {
        match self {
            StockReason::SoldOut => "reason:sold_out",
            StockReason::Busy => "reason:busy",
            StockReason::Place => "reason:place",
            StockReason::Closing => "reason:closing",
        }
    }

    /// The reason of the list that a text stands for; `None` for somebody's own words.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.slug() == text.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_found_by_its_slug_and_own_words_are_none() {
        for reason in StockReason::ALL {
            assert_eq!(StockReason::of(reason.slug()), Some(reason));
        }
        assert_eq!(StockReason::of("재료가 떨어졌어요"), None);
        assert_eq!(StockReason::of("reason:"), None);
    }
}
