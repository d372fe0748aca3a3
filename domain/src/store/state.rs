//! The store's state machine.

use super::limits::{MAX_SECTION_NAME, MenuPart};
use super::{Command, Event, Hours, IntoSection, Item, Menu, Profile, Refusal};
use crate::shared::{Aggregate, Decided, Decision, Metres, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// The largest capacity a store can set.
pub const MAX_CAPACITY: u32 = 1_000;

/// The longest pause with an end, in minutes: a week. Whoever closes for longer reopens by hand.
pub const MAX_PAUSE_MINUTES: u32 = 7 * 24 * 60;

/// The most that busy mode can add, in minutes.
pub const MAX_BUSY_MINUTES: u32 = 60;

/// The least and the most that an owner's time to answer can be, in minutes.
pub const ANSWER_LIMITS: (u32, u32) = (1, 60);

/// A delivery fee for a distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeTier {
    /// Up to this distance, in metres.
    pub up_to_m: Metres,
    /// The fee, in won.
    pub fee: Won,
}

/// Where a store stands, apart from its hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// There is no such store yet.
    #[default]
    New,
    /// It takes orders within its hours.
    Open,
    /// It was told to take none.
    Paused,
}

/// Whether a store takes orders at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Openness {
    /// It does.
    Open,
    /// It is outside its hours; the next opening is on this day (0 is Monday) at this minute of the day.
    Closed {
        /// The next opening; `None` when there is none.
        opens: Option<(u8, u16)>,
    },
    /// It pauses.
    Paused {
        /// Until when; `None` until it is reopened.
        until: Option<Timestamp>,
    },
}

/// The state of a store: the fold of its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Store {
    /// Where it stands.
    pub phase: Phase,
    /// Who and where it is; `None` while [`Phase::New`].
    pub profile: Option<Profile>,
    /// What it cooks.
    pub menu: Menu,
    /// When it is open.
    pub hours: Hours,
    /// The end of its pause, when it has one.
    pub paused_until: Option<Timestamp>,
    /// How much longer cooking takes for now, in minutes.
    #[serde(default)]
    pub busy_minutes: u32,
    /// How many events it has had: grows with each change of it, and so is what the `ETag` of an API is made of.
    #[serde(default)]
    pub version: u64,
}

impl Store {
    /// Whether it takes orders at `now`.
    pub fn openness(&self, now: Timestamp) -> Openness {
        if self.phase == Phase::Paused && self.paused_until.is_none_or(|until| now < until) {
            Openness::Paused { until: self.paused_until }
        } else if self.phase != Phase::New && self.hours.covers(now) {
            Openness::Open
        } else {
            Openness::Closed { opens: self.hours.next_opening(now) }
        }
    }

    /// How long cooking takes now, in minutes: longer in busy mode.
    pub fn cooking_minutes(&self) -> u32 {
        let usual = self.profile.as_ref().map_or(0, |profile| profile.cooking_minutes);
        usual.saturating_add(self.busy_minutes)
    }

    /// The delivery fee for a distance, in won; `None` outside of the delivery area.
    pub fn delivery_fee(&self, distance_m: Metres) -> Option<Won> {
        let profile = self.profile.as_ref().filter(|profile| distance_m <= profile.radius_m)?;
        profile
            .fee_tiers
            .iter()
            .find(|tier| distance_m <= tier.up_to_m)
            .or(profile.fee_tiers.last())
            .map(|tier| tier.fee)
    }

    /// What comes of putting an item on the menu.
    fn add_item(&self, section: IntoSection, item: &Item, at: Timestamp) -> Decided<Event, Refusal> {
        let item = item.checked()?;
        let section = match section {
            IntoSection::Existing { id } => IntoSection::Existing { id },
            IntoSection::New { id, name } => {
                let name = name.trimmed();
                name.check_name(MenuPart::Section, MAX_SECTION_NAME)?;
                IntoSection::New { id, name }
            }
        };
        if self.menu.holds(&section, &item) {
            return Ok(Decision::AlreadyApplied);
        }
        let is_there = self.menu.section(section.id()).is_some();
        match &section {
            IntoSection::Existing { .. } if !is_there => return Err(Refusal::NoSuchSection),
            IntoSection::New { .. } if is_there => return Err(Refusal::IdTaken),
            IntoSection::New { .. } => self.menu.check_room_for_section()?,
            IntoSection::Existing { .. } => {}
        }
        if self.menu.item(item.id).is_some() || !item.has_distinct_options() {
            return Err(Refusal::IdTaken);
        }
        self.menu.check_room_for_dish()?;
        Ok(Decision::one(Event::ItemAdded { section, item: Box::new(item), at }))
    }
}

impl Aggregate for Store {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    fn decide(&self, command: Command) -> Decided<Event, Refusal> {
        let not_now = Refusal::NotNow { command: command.verb(), state: self.phase };
        let event = match (self.phase, command) {
            (Phase::New, Command::Register { profile, menu, hours, at }) => {
                if profile.capacity > MAX_CAPACITY {
                    return Err(Refusal::Capacity { max: MAX_CAPACITY });
                }
                Event::StoreRegistered { profile, menu, hours, at }
            }
            (Phase::New, _) => return Err(not_now),
            (_, Command::Register { profile, .. }) if self.profile.as_ref() == Some(&profile) => {
                return Ok(Decision::AlreadyApplied);
            }
            (_, Command::Register { .. }) => return Err(not_now),

            (_, Command::SetCapacity { capacity, at }) => {
                if capacity > MAX_CAPACITY {
                    return Err(Refusal::Capacity { max: MAX_CAPACITY });
                }
                if self.profile.as_ref().is_some_and(|profile| profile.capacity == capacity) {
                    return Ok(Decision::AlreadyApplied);
                }
                Event::CapacitySet { capacity, at }
            }

            (_, Command::Pause { until: Some(until), at }) if until <= at => return Err(Refusal::PauseOver),
            (_, Command::Pause { until: Some(until), at }) if until > at.plus_minutes(MAX_PAUSE_MINUTES) => {
                return Err(Refusal::PauseTooLong { max_minutes: MAX_PAUSE_MINUTES });
            }
            (Phase::Paused, Command::Pause { until, .. }) if self.paused_until == until => {
                return Ok(Decision::AlreadyApplied);
            }
            (_, Command::Pause { until, at }) => Event::StorePaused { until, at },

            (Phase::Paused, Command::Reopen { at }) => Event::StoreReopened { at },
            (_, Command::Reopen { .. }) => return Ok(Decision::AlreadyApplied),

            (_, Command::SetBusy { minutes, at }) => {
                if minutes > MAX_BUSY_MINUTES || !minutes.is_multiple_of(5) {
                    return Err(Refusal::BusyMinutes { max: MAX_BUSY_MINUTES });
                }
                if self.busy_minutes == minutes {
                    return Ok(Decision::AlreadyApplied);
                }
                Event::BusySet { minutes, at }
            }

            (_, Command::SetAnswerLimit { minutes, at }) => {
                let (min, max) = ANSWER_LIMITS;
                if !(min..=max).contains(&minutes) {
                    return Err(Refusal::AnswerLimit { min, max });
                }
                if self.profile.as_ref().is_some_and(|profile| profile.answer_limit_minutes == minutes) {
                    return Ok(Decision::AlreadyApplied);
                }
                Event::AnswerLimitSet { minutes, at }
            }

            (_, Command::SetSoldOut { item, until, at }) => match self.menu.item(item) {
                None => return Err(Refusal::NoSuchItem),
                Some(item) if item.sold_out_until == until => return Ok(Decision::AlreadyApplied),
                Some(_) => Event::SoldOutSet { item, until, at },
            },

            (_, Command::SetHours { hours, at }) => {
                let hours = hours.checked()?;
                if self.hours == hours {
                    return Ok(Decision::AlreadyApplied);
                }
                Event::HoursSet { hours, at }
            }

            (_, Command::AddItem { section, item, at }) => return self.add_item(section, &item, at),

            (_, Command::ChangeItem { item: id, change, at }) => {
                let item = self.menu.item(id).ok_or(Refusal::NoSuchItem)?;
                match change.checked()?.to(item) {
                    None => return Ok(Decision::AlreadyApplied),
                    Some(change) => Event::ItemChanged { item: id, change, at },
                }
            }
        };
        Ok(Decision::one(event))
    }

    fn apply(&mut self, event: &Event) {
        self.version += 1;
        match event {
            Event::StoreRegistered { profile, menu, hours, .. } => {
                *self = Self {
                    phase: Phase::Open,
                    profile: Some((**profile).clone()),
                    menu: menu.clone(),
                    hours: hours.clone(),
                    paused_until: None,
                    busy_minutes: 0,
                    version: self.version,
                };
            }
            Event::CapacitySet { capacity, .. } => {
                if let Some(profile) = &mut self.profile {
                    profile.capacity = *capacity;
                }
            }
            Event::StorePaused { until, .. } => {
                self.phase = Phase::Paused;
                self.paused_until = *until;
            }
            Event::StoreReopened { .. } => {
                self.phase = Phase::Open;
                self.paused_until = None;
            }
            Event::BusySet { minutes, .. } => self.busy_minutes = *minutes,
            Event::AnswerLimitSet { minutes, .. } => {
                if let Some(profile) = &mut self.profile {
                    profile.answer_limit_minutes = *minutes;
                }
            }
            Event::SoldOutSet { item, until, .. } => {
                if let Some(item) = self.menu.item_mut(*item) {
                    item.sold_out_until = *until;
                }
            }
            Event::HoursSet { hours, .. } => self.hours = hours.clone(),
            Event::ItemAdded { section, item, .. } => self.menu.add(section, item),
            Event::ItemChanged { item, change, .. } => {
                if let Some(item) = self.menu.item_mut(*item) {
                    item.name = change.name.clone().unwrap_or_else(|| item.name.clone());
                    item.description = change.description.clone().unwrap_or_else(|| item.description.clone());
                    item.price = change.price.unwrap_or(item.price);
                }
            }
        }
    }
}
