//! What was ordered and what it costs.

use super::{ChoiceId, ItemId, MoneyOverflow, Text, Won};
use serde::{Deserialize, Serialize};

/// The most of one line that an order takes.
pub const MAX_QUANTITY: u32 = 99;
/// The most lines an order takes.
pub const MAX_LINES: usize = 50;

/// An option as it was chosen and priced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenOption {
    /// The choice on the menu.
    pub choice: ChoiceId,
    /// Its name at that time.
    pub name: Text,
    /// Its extra price for one piece, in won.
    pub price: Won,
}

/// A line of an order as it was priced: a snapshot, whatever becomes of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The item on the menu.
    pub item: ItemId,
    /// Its name at that time.
    pub name: Text,
    /// Its price for one piece without options, in won.
    pub price: Won,
    /// 1 to [`MAX_QUANTITY`].
    pub quantity: u32,
    /// The options, in the menu's order.
    #[serde(default)]
    pub options: Vec<ChosenOption>,
}

impl Line {
    /// One piece with its options, in won.
    pub fn unit_price(&self) -> Result<Won, MoneyOverflow> {
        Won::sum(self.options.iter().map(|option| option.price))?.plus(self.price)
    }

    /// The whole line, in won.
    pub fn total(&self) -> Result<Won, MoneyOverflow> {
        self.unit_price()?.times(self.quantity)
    }
}

/// A priced order: its lines and what the customer pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// The lines.
    pub lines: Vec<Line>,
    /// Sum of the lines, in won.
    pub items: Won,
    /// The store's delivery fee for the distance, in won.
    pub delivery_fee: Won,
    /// What the customer pays, in won.
    pub total: Won,
}

impl Bill {
    /// Adds the lines up.
    pub fn new(lines: Vec<Line>, delivery_fee: Won) -> Result<Self, MoneyOverflow> {
        let items = lines.iter().try_fold(Won::ZERO, |sum, line| sum.plus(line.total()?))?;
        Ok(Self { lines, items, delivery_fee, total: items.plus(delivery_fee)? })
    }
}
