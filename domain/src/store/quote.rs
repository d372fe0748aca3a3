//! What an order would cost here, or why the store would not take it.

use super::{Item, Openness, Store};
use crate::shared::{
    Bill, ChoiceId, ChosenOption, ItemId, Line, MAX_LINES, MAX_QUANTITY, Metres, MoneyOverflow, Text,
    Timestamp, Won,
};
use serde::{Deserialize, Serialize};

/// A line that a customer wants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WantedLine {
    /// The item.
    pub item: ItemId,
    /// How many; 1 to [`MAX_QUANTITY`].
    pub quantity: u32,
    /// The choices, in any order.
    #[serde(default)]
    pub choices: Vec<ChoiceId>,
}

/// Why a store does not take an order as it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteRefusal {
    /// Outside of the hours.
    #[error("the store is closed")]
    Closed {
        /// The next opening: day of the week (0 is Monday) and minute of the day.
        opens: Option<(u8, u16)>,
    },
    /// The store pauses.
    #[error("the store takes no orders at the moment")]
    Paused,
    /// The address is too far away.
    #[error("the address is outside of the delivery area")]
    OutsideArea {
        /// How far it is, in metres.
        distance_m: Metres,
        /// How far the store delivers, in metres.
        radius_m: Metres,
    },
    /// Nothing was chosen.
    #[error("the cart is empty")]
    EmptyCart,
    /// Too many lines.
    #[error("an order takes at most {max} lines")]
    TooManyLines {
        /// The most.
        max: usize,
    },
    /// Not on this store's menu.
    #[error("not on the menu")]
    UnknownItem {
        /// The line, counted from 0.
        line: usize,
    },
    /// Sold out.
    #[error("sold out")]
    SoldOut {
        /// The line, counted from 0.
        line: usize,
        /// What.
        name: Text,
    },
    /// Not a quantity.
    #[error("the quantity must be 1 to {max}")]
    Quantity {
        /// The line, counted from 0.
        line: usize,
        /// The most.
        max: u32,
    },
    /// A choice that the item does not have, or the same one twice.
    #[error("no such option")]
    UnknownChoice {
        /// The line, counted from 0.
        line: usize,
    },
    /// Too few or too many choices in a group.
    #[error("choose {min} to {max}")]
    Choices {
        /// The line, counted from 0.
        line: usize,
        /// The group.
        group: Text,
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
    },
    /// Less than the store delivers.
    #[error("below the minimum order")]
    BelowMinimum {
        /// The minimum, in won.
        min: Won,
        /// What is missing, in won.
        missing: Won,
    },
    /// The sum is out of range.
    #[error("the amount is out of range")]
    OutOfRange,
}

impl QuoteRefusal {
    /// The line that it is about, counted from 0.
    pub const fn line(&self) -> Option<usize> {
        match self {
            QuoteRefusal::UnknownItem { line }
            | QuoteRefusal::SoldOut { line, .. }
            | QuoteRefusal::Quantity { line, .. }
            | QuoteRefusal::UnknownChoice { line }
            | QuoteRefusal::Choices { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// The same about another line, where it is about one.
    #[must_use]
    pub fn at_line(mut self, place: usize) -> Self {
        match &mut self {
            QuoteRefusal::UnknownItem { line }
            | QuoteRefusal::SoldOut { line, .. }
            | QuoteRefusal::Quantity { line, .. }
            | QuoteRefusal::UnknownChoice { line }
            | QuoteRefusal::Choices { line, .. } => *line = place,
            _ => {}
        }
        self
    }
}

impl From<MoneyOverflow> for QuoteRefusal {
    fn from(_: MoneyOverflow) -> Self {
        QuoteRefusal::OutOfRange
    }
}

impl Line {
    /// The same wanted again.
    pub fn as_wanted(&self) -> WantedLine {
        let choices = self.options.iter().map(|option| option.choice).collect();
        WantedLine { item: self.item, quantity: self.quantity, choices }
    }
}

impl Store {
    /// True when its name, its kind or something on its menu contains `needle`, which must be lower case.
    pub fn matches(&self, needle: &str) -> bool {
        let profile = self.profile.as_ref();
        profile.is_some_and(|profile| profile.name.contains(needle) || profile.kind.contains(needle))
            || self.menu.items().any(|item| item.name.contains(needle))
    }

    /// The bill for these lines delivered over `distance_m` at `now`, with the prices of this moment.
    pub fn quote(
        &self,
        wanted: &[WantedLine],
        distance_m: Metres,
        now: Timestamp,
    ) -> Result<Bill, QuoteRefusal> {
        match self.openness(now) {
            Openness::Open => {}
            Openness::Closed { opens } => return Err(QuoteRefusal::Closed { opens }),
            Openness::Paused { .. } => return Err(QuoteRefusal::Paused),
        }
        let profile = self.profile.as_ref().ok_or(QuoteRefusal::Closed { opens: None })?;
        self.above_minimum(self.price(wanted, self.fee_or_refusal(distance_m, profile.radius_m)?, now)?)
    }

    /// The bill of an order that is changed from `before`, with the prices of this moment and the delivery fee it has. Whether the store
    /// takes new orders does not matter; of what is sold out by now there may be as much as before.
    pub fn quote_again(
        &self,
        wanted: &[WantedLine],
        before: &Bill,
        now: Timestamp,
    ) -> Result<Bill, QuoteRefusal> {
        let is_to_be_had = |item: &Item| {
            let had = before.lines.iter().filter(|line| line.item == item.id).map(|line| line.quantity);
            let wants = wanted.iter().filter(|line| line.item == item.id).map(|line| line.quantity);
            !item.is_sold_out(now) || wants.fold(0_u32, u32::saturating_add) <= had.sum()
        };
        self.above_minimum(self.price_if(wanted, before.delivery_fee, is_to_be_had)?)
    }

    fn above_minimum(&self, bill: Bill) -> Result<Bill, QuoteRefusal> {
        let min = self.profile.as_ref().map_or(Won::ZERO, |profile| profile.min_order);
        match min.minus(bill.items) {
            Ok(missing) if !missing.is_zero() => Err(QuoteRefusal::BelowMinimum { min, missing }),
            _ => Ok(bill),
        }
    }

    /// The bill for these lines with this delivery fee, whatever the hours, the area and the minimum order say.
    pub fn price(
        &self,
        wanted: &[WantedLine],
        delivery_fee: Won,
        now: Timestamp,
    ) -> Result<Bill, QuoteRefusal> {
        self.price_if(wanted, delivery_fee, |item| !item.is_sold_out(now))
    }

    fn price_if(
        &self,
        wanted: &[WantedLine],
        delivery_fee: Won,
        is_to_be_had: impl Fn(&Item) -> bool,
    ) -> Result<Bill, QuoteRefusal> {
        if wanted.is_empty() {
            return Err(QuoteRefusal::EmptyCart);
        }
        if wanted.len() > MAX_LINES {
            return Err(QuoteRefusal::TooManyLines { max: MAX_LINES });
        }
        let lines = wanted
            .iter()
            .enumerate()
            .map(|(index, wanted)| self.price_line_if(index, wanted, &is_to_be_had))
            .collect::<Result<_, _>>()?;
        Ok(Bill::new(lines, delivery_fee)?)
    }

    fn fee_or_refusal(&self, distance_m: Metres, radius_m: Metres) -> Result<Won, QuoteRefusal> {
        self.delivery_fee(distance_m).ok_or(QuoteRefusal::OutsideArea { distance_m, radius_m })
    }

    /// One line, priced; `line` is its place in the order, for the refusal.
    pub fn price_line(&self, line: usize, wanted: &WantedLine, now: Timestamp) -> Result<Line, QuoteRefusal> {
        self.price_line_if(line, wanted, &|item| !item.is_sold_out(now))
    }

    fn price_line_if(
        &self,
        line: usize,
        wanted: &WantedLine,
        is_to_be_had: &dyn Fn(&Item) -> bool,
    ) -> Result<Line, QuoteRefusal> {
        let item = self.menu.item(wanted.item).ok_or(QuoteRefusal::UnknownItem { line })?;
        if !(1..=MAX_QUANTITY).contains(&wanted.quantity) {
            return Err(QuoteRefusal::Quantity { line, max: MAX_QUANTITY });
        }
        if !is_to_be_had(item) {
            return Err(QuoteRefusal::SoldOut { line, name: item.name.clone() });
        }
        let options = choose(line, item, &wanted.choices)?;
        Ok(Line {
            item: item.id,
            name: item.name.clone(),
            price: item.price,
            quantity: wanted.quantity,
            options,
        })
    }
}

/// The chosen options in the menu's order, each known, once, and as many as each group asks for.
fn choose(line: usize, item: &Item, choices: &[ChoiceId]) -> Result<Vec<ChosenOption>, QuoteRefusal> {
    let mut chosen = Vec::with_capacity(choices.len());
    for group in &item.groups {
        let before = chosen.len();
        chosen.extend(group.choices.iter().filter(|choice| choices.contains(&choice.id)).map(|choice| {
            ChosenOption { choice: choice.id, name: choice.name.clone(), price: choice.price }
        }));
        let count = (chosen.len() - before) as u32;
        if !(group.min..=group.max).contains(&count) {
            return Err(QuoteRefusal::Choices {
                line,
                group: group.name.clone(),
                min: group.min,
                max: group.max,
            });
        }
    }
    if chosen.len() == choices.len() { Ok(chosen) } else { Err(QuoteRefusal::UnknownChoice { line }) }
}
