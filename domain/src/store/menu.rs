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

/// Where a new item goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntoSection {
    /// To the end of a section that is there.
    Existing {
        /// Which.
        id: SectionId,
    },
    /// Into a new section at the end of the menu.
    New {
        /// The id it gets.
        id: SectionId,
        /// Its heading.
        name: Text,
    },
}

/// What is different about an item from now on; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemChange {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// One piece without options, in won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Won>,
}

impl IntoSection {
    /// The section that will hold the item.
    pub const fn id(&self) -> SectionId {
        match self {
            IntoSection::Existing { id } | IntoSection::New { id, .. } => *id,
        }
    }
}

impl ItemChange {
    /// Only what an item is not already; `None` when that is nothing.
    pub(super) fn to(self, item: &Item) -> Option<Self> {
        let change = Self {
            name: self.name.filter(|name| *name != item.name),
            description: self.description.filter(|description| *description != item.description),
            price: self.price.filter(|price| *price != item.price),
        };
        (change != Self::default()).then_some(change)
    }
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

    /// A section by its id.
    pub fn section(&self, id: SectionId) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// True when this item stands in that section just so.
    pub(super) fn holds(&self, section: &IntoSection, item: &Item) -> bool {
        self.section(section.id()).is_some_and(|found| {
            let is_named_so = match section {
                IntoSection::Existing { .. } => true,
                IntoSection::New { name, .. } => found.name == *name,
            };
            is_named_so && found.items.contains(item)
        })
    }

    /// Puts an item into its section.
    pub(super) fn add(&mut self, section: &IntoSection, item: &Item) {
        if let IntoSection::New { id, name } = section {
            self.sections.push(Section { id: *id, name: name.clone(), items: Vec::new() });
        }
        if let Some(section) = self.sections.iter_mut().find(|found| found.id == section.id()) {
            section.items.push(item.clone());
        }
    }

    pub(super) fn item_mut(&mut self, id: ItemId) -> Option<&mut Item> {
        self.sections.iter_mut().flat_map(|section| &mut section.items).find(|item| item.id == id)
    }
}
