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

/// How a line of an order was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineChange {
    /// It is new.
    Added(Line),
    /// It is wanted no more.
    Removed(Line),
    /// There are more or fewer of it.
    Counted {
        /// As it is now.
        line: Line,
        /// How many there were.
        before: u32,
    },
}

/// What is different between two orders, line by line: the same item with the same options is the same line.
pub fn line_changes(before: &[Line], now: &[Line]) -> Vec<LineChange> {
    let same = |one: &Line, other: &Line| one.item == other.item && one.options == other.options;
    let count = |lines: &[Line], of: &Line| {
        lines.iter().filter(|line| same(line, of)).map(|line| line.quantity).fold(0, u32::saturating_add)
    };
    // Each kind of line once, where it comes first.
    let kinds = |lines: &[Line]| -> Vec<Line> {
        let first = |(index, line): &(usize, &Line)| !lines[..*index].iter().any(|other| same(other, line));
        lines.iter().enumerate().filter(first).map(|(_, line)| line.clone()).collect()
    };
    let gone = kinds(before).into_iter().filter(|line| count(now, line) == 0).map(LineChange::Removed);
    let changed = kinds(now).into_iter().filter_map(|line| {
        let (was, quantity) = (count(before, &line), count(now, &line));
        let line = Line { quantity, ..line };
        match was {
            0 => Some(LineChange::Added(line)),
            was if was != quantity => Some(LineChange::Counted { line, before: was }),
            _ => None,
        }
    });
    changed.chain(gone).collect()
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

    /// True when both are the same food for the same price, however it is spread over lines.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let sums = |bill: &Self| (bill.items, bill.delivery_fee, bill.total);
        sums(self) == sums(other) && merged(&self.lines) == merged(&other.lines)
    }
}

/// The lines with everything that is the same in one of them, in an order of their own.
fn merged(lines: &[Line]) -> Vec<Line> {
    let mut merged: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        let mut line = line.clone();
        line.options.sort_by_key(|option| option.choice);
        let same = |known: &&mut Line| Line { quantity: line.quantity, ..(**known).clone() } == line;
        match merged.iter_mut().find(same) {
            Some(known) => known.quantity = known.quantity.saturating_add(line.quantity),
            None => merged.push(line),
        }
    }
    let choices = |line: &Line| line.options.iter().map(|option| option.choice).collect::<Vec<_>>();
    merged.sort_by_cached_key(|line| (line.item, choices(line), line.price, line.quantity));
    merged
}
