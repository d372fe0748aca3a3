//! What can be asked of a store, what can have happened to it, and why it may say no.

use super::{FeeTier, Hours, HoursFault, IntoSection, Item, ItemChange, Menu, MenuFault, Phase};
use crate::shared::{ItemId, Metres, Point, StoreId, Text, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// A store as it presents itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Its id.
    pub id: StoreId,
    /// Its name.
    pub name: Text,
    /// Its kind of food, a slug such as `pizza`.
    pub kind: String,
    /// What it says of itself.
    pub description: Text,
    /// Its phone number.
    pub phone: String,
    /// Its address.
    pub address: String,
    /// Where it is.
    pub point: Point,
    /// Path of its picture.
    pub picture: String,
    /// How far it delivers, in metres.
    pub radius_m: Metres,
    /// The least it delivers, in won, without the delivery fee.
    pub min_order: Won,
    /// Delivery fees by distance, nearest first.
    pub fee_tiers: Vec<FeeTier>,
    /// How many tickets its kitchen takes at once (주문수용량).
    pub capacity: u32,
    /// How long cooking usually takes, in minutes.
    pub cooking_minutes: u32,
    /// How long the owner has to answer an order, in minutes.
    pub answer_limit_minutes: u32,
}

/// What can be asked of a store. `at` is the moment of asking.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Put it on the map.
    Register {
        /// Who and where it is.
        profile: Box<Profile>,
        /// What it cooks.
        menu: Menu,
        /// When it is open.
        hours: Hours,
        /// When.
        at: Timestamp,
    },
    /// Set its capacity.
    SetCapacity {
        /// How many tickets at once.
        capacity: u32,
        /// When.
        at: Timestamp,
    },
    /// Take no orders for a while.
    Pause {
        /// Until when; `None` until it is reopened.
        until: Option<Timestamp>,
        /// When.
        at: Timestamp,
    },
    /// Take orders again.
    Reopen {
        /// When.
        at: Timestamp,
    },
    /// Say that cooking takes longer for now.
    SetBusy {
        /// By so many minutes; 0 ends it.
        minutes: u32,
        /// When.
        at: Timestamp,
    },
    /// Set how long the owner may take to answer an order.
    SetAnswerLimit {
        /// In minutes.
        minutes: u32,
        /// When.
        at: Timestamp,
    },
    /// Mark an item as sold out, or as available again.
    SetSoldOut {
        /// The item.
        item: ItemId,
        /// Sold out until then; `None` makes it available.
        until: Option<Timestamp>,
        /// When.
        at: Timestamp,
    },
    /// Set when it is open.
    SetHours {
        /// The whole week.
        hours: Hours,
        /// When.
        at: Timestamp,
    },
    /// Put an item on the menu.
    AddItem {
        /// Where.
        section: IntoSection,
        /// The item; its id and those of its options are new.
        item: Box<Item>,
        /// When.
        at: Timestamp,
    },
    /// Change an item of the menu. Orders that were placed keep what they were placed with.
    ChangeItem {
        /// The item.
        item: ItemId,
        /// What about it.
        change: ItemChange,
        /// When.
        at: Timestamp,
    },
}

/// The name of a [`Command`], for refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// [`Command::Register`]
    Register,
    /// [`Command::SetCapacity`]
    SetCapacity,
    /// [`Command::Pause`]
    Pause,
    /// [`Command::Reopen`]
    Reopen,
    /// [`Command::SetBusy`]
    SetBusy,
    /// [`Command::SetAnswerLimit`]
    SetAnswerLimit,
    /// [`Command::SetSoldOut`]
    SetSoldOut,
    /// [`Command::SetHours`]
    SetHours,
    /// [`Command::AddItem`]
    AddItem,
    /// [`Command::ChangeItem`]
    ChangeItem,
}

impl Command {
    /// Its name.
    pub const fn verb(&self) -> Verb {
        match self {
            Command::Register { .. } => Verb::Register,
            Command::SetCapacity { .. } => Verb::SetCapacity,
            Command::Pause { .. } => Verb::Pause,
            Command::Reopen { .. } => Verb::Reopen,
            Command::SetBusy { .. } => Verb::SetBusy,
            Command::SetAnswerLimit { .. } => Verb::SetAnswerLimit,
            Command::SetSoldOut { .. } => Verb::SetSoldOut,
            Command::SetHours { .. } => Verb::SetHours,
            Command::AddItem { .. } => Verb::AddItem,
            Command::ChangeItem { .. } => Verb::ChangeItem,
        }
    }
}

/// What happened to a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// It is on the map.
    StoreRegistered {
        /// Who and where it is.
        profile: Box<Profile>,
        /// What it cooks.
        menu: Menu,
        /// When it is open.
        hours: Hours,
        /// When.
        at: Timestamp,
    },
    /// Its capacity from now on.
    CapacitySet {
        /// How many tickets at once.
        capacity: u32,
        /// When.
        at: Timestamp,
    },
    /// It takes no orders.
    StorePaused {
        /// Until when; `None` until it is reopened.
        until: Option<Timestamp>,
        /// When.
        at: Timestamp,
    },
    /// It takes orders again.
    StoreReopened {
        /// When.
        at: Timestamp,
    },
    /// Cooking takes longer for now, or no longer does.
    BusySet {
        /// By so many minutes; 0 when it is over.
        minutes: u32,
        /// When.
        at: Timestamp,
    },
    /// The owner may take so long to answer an order from now on.
    AnswerLimitSet {
        /// In minutes.
        minutes: u32,
        /// When.
        at: Timestamp,
    },
    /// An item is sold out, or available again.
    SoldOutSet {
        /// The item.
        item: ItemId,
        /// Sold out until then; `None` means available.
        until: Option<Timestamp>,
        /// When.
        at: Timestamp,
    },
    /// Its hours from now on.
    HoursSet {
        /// The whole week, in its order.
        hours: Hours,
        /// When.
        at: Timestamp,
    },
    /// Something new is on its menu.
    ItemAdded {
        /// Where.
        section: IntoSection,
        /// What.
        item: Box<Item>,
        /// When.
        at: Timestamp,
    },
    /// An item of its menu is another from now on.
    ItemChanged {
        /// The item.
        item: ItemId,
        /// What is different about it.
        change: ItemChange,
        /// When.
        at: Timestamp,
    },
}

/// Why a store said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The command does not fit the state.
    #[error("{command:?} does not fit a store that is {state:?}")]
    NotNow {
        /// What was asked.
        command: Verb,
        /// What the store is.
        state: Phase,
    },
    /// The capacity is out of range.
    #[error("the capacity must be 0 to {max}")]
    Capacity {
        /// The largest.
        max: u32,
    },
    /// There is no such item on the menu.
    #[error("no such item")]
    NoSuchItem,
    /// There is no such section on the menu.
    #[error("no such section")]
    NoSuchSection,
    /// The id of something new belongs to something else already.
    #[error("the id is taken")]
    IdTaken,
    /// No hours that a store can have.
    #[error(transparent)]
    Hours(HoursFault),
    /// Nothing that a menu can hold.
    #[error(transparent)]
    Menu(MenuFault),
    /// The end of the pause lies in the past.
    #[error("the pause would be over already")]
    PauseOver,
    /// Not a number of minutes that busy mode can add.
    #[error("busy mode adds 0 to {max} minutes, in steps of five")]
    BusyMinutes {
        /// The most.
        max: u32,
    },
    /// Not a time to answer.
    #[error("the time to answer must be {min} to {max} minutes")]
    AnswerLimit {
        /// At least so many minutes.
        min: u32,
        /// At most so many.
        max: u32,
    },
    /// The pause is longer than a store may pause with an end set.
    #[error("a pause takes at most {max_minutes} minutes")]
    PauseTooLong {
        /// The longest, in minutes.
        max_minutes: u32,
    },
}

impl From<HoursFault> for Refusal {
    fn from(fault: HoursFault) -> Self {
        Refusal::Hours(fault)
    }
}

impl From<MenuFault> for Refusal {
    fn from(fault: MenuFault) -> Self {
        Refusal::Menu(fault)
    }
}
