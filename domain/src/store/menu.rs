//! A store's menu.

use crate::shared::{ChoiceId, GroupId, ItemId, SectionId, Text, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// A store's menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

/// A section of a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its id.
    pub id: SectionId,
    /// Its heading.
    pub name: Text,
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// Something to eat or drink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Its name.
    pub name: Text,
    /// What it is.
    pub description: Text,
    /// One piece without options, in won.
    pub price: Won,
    /// Path of its picture.
    pub picture: String,
    /// Sold out until this moment; [`Timestamp`] of `i64::MAX` means until set back.
    #[serde(default)]
    pub sold_out_until: Option<Timestamp>,
    /// Its options.
    #[serde(default)]
    pub groups: Vec<OptionGroup>,
}

/// A group of options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionGroup {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: Text,
    /// How many choices are needed at least: 1 makes the group required.
    pub min: u32,
    /// How many choices are possible at most: 1 makes it a choice of one.
    pub max: u32,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// One choice in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its id.
    pub id: ChoiceId,
    /// Its name.
    pub name: Text,
    /// What it adds to the price of one piece, in won.
    pub price: Won,
}

impl Item {
    /// True when it cannot be ordered at `now`.
    pub fn is_sold_out(&self, now: Timestamp) -> bool {
        self.sold_out_until.is_some_and(|until| now < until)
    }
}

impl Menu {
    /// An item by its id.
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.items().find(|item| item.id == id)
    }

    /// All items, in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    pub(super) fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        self.sections.iter_mut().flat_map(|section| &mut section.items).find(|item| item.id == id)
    }
}
