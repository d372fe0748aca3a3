//! What an owner puts on the menu, before it has ids.

use crate::shared::{ChoiceId, GroupId, ItemId, SectionId, Text, Won};
use crate::store::{Choice, IntoSection, Item, OptionGroup};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a new item is to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WantedSection {
    /// To the end of a section that is there.
    Existing {
        /// Which.
        id: SectionId,
    },
    /// Into a new section at the end of the menu.
    New {
        /// Its heading.
        name: Text,
    },
}

/// An item that is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewItem {
    /// Its name.
    pub name: Text,
    /// What it is.
    #[serde(default)]
    pub description: Text,
    /// One piece without options, in won.
    pub price: Won,
    /// Its options.
    #[serde(default)]
    pub groups: Vec<NewGroup>,
}

/// A group of options that is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGroup {
    /// Its name.
    pub name: Text,
    /// How many choices are needed at least.
    pub min: u32,
    /// How many choices are possible at most.
    pub max: u32,
    /// The choices.
    pub choices: Vec<NewChoice>,
}

/// A choice that is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewChoice {
    /// Its name.
    pub name: Text,
    /// What it adds to the price of one piece, in won.
    pub price: Won,
}

impl WantedSection {
    /// The same with an id; `ids` makes one for a new section.
    pub fn with_id(self, ids: &mut dyn FnMut() -> Uuid) -> IntoSection {
        match self {
            WantedSection::Existing { id } => IntoSection::Existing { id },
            WantedSection::New { name } => IntoSection::New { id: SectionId(ids()), name },
        }
    }
}

impl NewItem {
    /// The item; `ids` makes its id and those of its options. It has no picture.
    pub fn with_ids(self, ids: &mut dyn FnMut() -> Uuid) -> Item {
        Item {
            id: ItemId(ids()),
            name: self.name,
            description: self.description,
            price: self.price,
            picture: String::new(),
            sold_out_until: None,
            groups: self.groups.into_iter().map(|group| group.with_ids(ids)).collect(),
        }
    }
}

impl NewGroup {
    fn with_ids(self, ids: &mut dyn FnMut() -> Uuid) -> OptionGroup {
        let id = GroupId(ids());
        let choices = self.choices.into_iter();
        OptionGroup {
            id,
            name: self.name,
            min: self.min,
            max: self.max,
            choices: choices
                .map(|NewChoice { name, price }| Choice { id: ChoiceId(ids()), name, price })
                .collect(),
        }
    }
}
