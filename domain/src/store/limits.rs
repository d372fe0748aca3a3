//! What a menu takes: how much of it there may be, how long its names are, what things may cost.

use super::{Item, ItemChange, Menu, OptionGroup};
use crate::shared::{Text, Won, is_blank};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The most dishes that a menu takes.
pub const MAX_DISHES: u32 = 100;
/// The most sections that a menu takes.
pub const MAX_SECTIONS: u32 = 20;
/// The longest name of a section, in characters.
pub const MAX_SECTION_NAME: u32 = 40;
/// The longest name of a dish, in characters.
pub const MAX_DISH_NAME: u32 = 60;
/// The longest description of a dish, in characters.
pub const MAX_DESCRIPTION: u32 = 200;
/// What a dish may cost, in won.
pub const PRICES: (u64, u64) = (1, 1_000_000);
/// The most option groups that a dish takes.
pub const MAX_GROUPS: u32 = 10;
/// The most choices that an option group takes.
pub const MAX_CHOICES: u32 = 30;
/// The longest name of an option group or of a choice, in characters.
pub const MAX_OPTION_NAME: u32 = 40;
/// What a choice may add to the price, in won.
pub const OPTION_PRICES: (u64, u64) = (0, 1_000_000);

/// A part of a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MenuPart {
    /// A section.
    Section,
    /// A dish.
    Dish,
    /// A group of options.
    Group,
    /// A choice in a group.
    Choice,
}

/// What is wrong with a menu, as it would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MenuFault {
    /// It has no name.
    #[error("there is no name of the {part:?}")]
    NoName {
        /// What.
        part: MenuPart,
    },
    /// Its name is too long.
    #[error("the name of the {part:?} has at most {max} characters")]
    NameTooLong {
        /// What.
        part: MenuPart,
        /// At most so many characters.
        max: u32,
    },
    /// The description of a dish is too long.
    #[error("the description has at most {max} characters")]
    DescriptionTooLong {
        /// At most so many characters.
        max: u32,
    },
    /// Its text holds characters that cannot be used, or more than one line.
    #[error("the text of the {part:?} cannot be printed on one line")]
    Unprintable {
        /// What.
        part: MenuPart,
    },
    /// Its price is out of range.
    #[error("the price of the {part:?} must be {min} to {max} won")]
    Price {
        /// What.
        part: MenuPart,
        /// The least, in won.
        min: u64,
        /// The most, in won.
        max: u64,
    },
    /// A menu, or a dish, has no room for one more of these.
    #[error("there are at most {max} of the {part:?}")]
    TooMany {
        /// What.
        part: MenuPart,
        /// The most.
        max: u32,
    },
    /// A group asks for more choices than it has, or for none at all.
    #[error("an option group asks for at least one of its choices and for no more than it has")]
    Choices,
}

impl Text {
    /// A name that was trimmed.
    pub(super) fn check_name(&self, part: MenuPart, max: u32) -> Result<(), MenuFault> {
        if is_blank(&self.ko) {
            Err(MenuFault::NoName { part })
        } else if self.length() > max as usize {
            Err(MenuFault::NameTooLong { part, max })
        } else {
            self.check_printable(part)
        }
    }

    fn check_description(&self) -> Result<(), MenuFault> {
        if self.length() > MAX_DESCRIPTION as usize {
            return Err(MenuFault::DescriptionTooLong { max: MAX_DESCRIPTION });
        }
        self.check_printable(MenuPart::Dish)
    }

    fn check_printable(&self, part: MenuPart) -> Result<(), MenuFault> {
        if self.is_one_line() { Ok(()) } else { Err(MenuFault::Unprintable { part }) }
    }
}

fn check_price(price: Won, part: MenuPart, (min, max): (u64, u64)) -> Result<(), MenuFault> {
    if (min..=max).contains(&price.get()) { Ok(()) } else { Err(MenuFault::Price { part, min, max }) }
}

fn check_count(count: usize, part: MenuPart, max: u32) -> Result<(), MenuFault> {
    if count <= max as usize { Ok(()) } else { Err(MenuFault::TooMany { part, max }) }
}

impl Menu {
    /// Whether there is room for one more dish.
    pub(super) fn check_room_for_dish(&self) -> Result<(), MenuFault> {
        check_count(self.items().count() + 1, MenuPart::Dish, MAX_DISHES)
    }

    /// Whether there is room for one more section.
    pub(super) fn check_room_for_section(&self) -> Result<(), MenuFault> {
        check_count(self.sections.len() + 1, MenuPart::Section, MAX_SECTIONS)
    }
}

impl Item {
    /// This item as a menu keeps it, without white space around its texts. Refused with the first thing that is wrong with it.
    pub fn checked(&self) -> Result<Self, MenuFault> {
        let item = Self {
            name: self.name.trimmed(),
            description: self.description.trimmed(),
            groups: self.groups.iter().map(OptionGroup::trimmed).collect(),
            ..self.clone()
        };
        item.name.check_name(MenuPart::Dish, MAX_DISH_NAME)?;
        item.description.check_description()?;
        check_price(item.price, MenuPart::Dish, PRICES)?;
        check_count(item.groups.len(), MenuPart::Group, MAX_GROUPS)?;
        for group in &item.groups {
            group.check()?;
        }
        Ok(item)
    }

    /// True when no two of its groups, and no two of its choices, have the same id.
    pub(super) fn has_distinct_options(&self) -> bool {
        let (mut groups, mut choices) = (HashSet::new(), HashSet::new());
        self.groups.iter().all(|group| {
            groups.insert(group.id) && group.choices.iter().all(|choice| choices.insert(choice.id))
        })
    }
}

impl OptionGroup {
    fn trimmed(&self) -> Self {
        let mut group = Self { name: self.name.trimmed(), ..self.clone() };
        for choice in &mut group.choices {
            choice.name = choice.name.trimmed();
        }
        group
    }

    fn check(&self) -> Result<(), MenuFault> {
        self.name.check_name(MenuPart::Group, MAX_OPTION_NAME)?;
        check_count(self.choices.len(), MenuPart::Choice, MAX_CHOICES)?;
        if self.max == 0 || self.min > self.max || self.max as usize > self.choices.len() {
            return Err(MenuFault::Choices);
        }
        for choice in &self.choices {
            choice.name.check_name(MenuPart::Choice, MAX_OPTION_NAME)?;
            check_price(choice.price, MenuPart::Choice, OPTION_PRICES)?;
        }
        Ok(())
    }
}

impl ItemChange {
    /// This change as a menu keeps it, without white space around its texts. Refused with the first thing that is wrong with it.
    pub(super) fn checked(&self) -> Result<Self, MenuFault> {
        let Self { name, description, price } = self;
        let change = Self {
            name: name.as_ref().map(Text::trimmed),
            description: description.as_ref().map(Text::trimmed),
            price: *price,
        };
        if let Some(name) = &change.name {
            name.check_name(MenuPart::Dish, MAX_DISH_NAME)?;
        }
        if let Some(description) = &change.description {
            description.check_description()?;
        }
        if let Some(price) = change.price {
            check_price(price, MenuPart::Dish, PRICES)?;
        }
        Ok(change)
    }
}
