//! The demo's stores, from their JSON.

use std::collections::HashSet;

use domain::shared::{ChoiceId, GroupId, ItemId, Metres, Point, SectionId, StoreId, Text, Timestamp, Won};
use domain::store::{
    Choice, FeeTier, Hours, Item, MAX_CAPACITY, Menu, OpenSpan, OptionGroup, Profile, Section,
};
use serde::Deserialize;

use super::ids::Ids;
use super::{DemoError, all_distinct, check, rule};

/// Two days in minutes: the latest end of a span.
const SPAN_END: u16 = 2_880;

/// A store, and what its accounts know it by.
#[derive(Debug)]
pub(super) struct DemoStore {
    pub(super) slug: String,
    pub(super) owner: String,
    pub(super) profile: Profile,
    pub(super) menu: Menu,
    pub(super) hours: Hours,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorldRow {
    stores: Vec<StoreRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreRow {
    slug: String,
    owner_login: String,
    name: Text,
    kind: String,
    description: Text,
    phone: String,
    address: String,
    lat: f64,
    lon: f64,
    picture: String,
    hours: Hours,
    radius_m: Metres,
    min_order: Won,
    fee_tiers: Vec<FeeTier>,
    capacity: u32,
    cooking_minutes: u32,
    answer_limit_minutes: u32,
    sections: Vec<SectionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionRow {
    name: Text,
    items: Vec<ItemRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemRow {
    name: Text,
    description: Text,
    price: Won,
    picture: String,
    #[serde(default)]
    sold_out: bool,
    #[serde(default)]
    groups: Vec<GroupRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRow {
    name: Text,
    min: u32,
    max: u32,
    choices: Vec<ChoiceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceRow {
    name: Text,
    price: Won,
}

/// The ids handed out so far, over all stores.
struct Minted {
    stores: Ids,
    sections: Ids,
    items: Ids,
    groups: Ids,
    choices: Ids,
}

/// Reads and checks the stores.
pub(super) fn parse(json: &str) -> Result<Vec<DemoStore>, DemoError> {
    let world: WorldRow =
        serde_json::from_str(json).map_err(|source| DemoError::Json { file: "world.json", source })?;
    check(!world.stores.is_empty(), "world", "there has to be a store")?;
    all_distinct(world.stores.iter().map(|store| store.slug.as_str()), "a store's slug is unique")?;
    let mut minted = Minted {
        stores: Ids::of("store"),
        sections: Ids::of("section"),
        items: Ids::of("item"),
        groups: Ids::of("group"),
        choices: Ids::of("choice"),
    };
    world.stores.into_iter().map(|row| row.build(&mut minted)).collect()
}

impl StoreRow {
    fn build(self, minted: &mut Minted) -> Result<DemoStore, DemoError> {
        let slug = self.slug.as_str();
        let point = Point::new(self.lat, self.lon).ok_or_else(|| rule(slug, "a store is on the earth"))?;
        check_hours(&self.hours, slug)?;
        check_tiers(&self.fee_tiers, self.radius_m, slug)?;
        check(self.capacity <= MAX_CAPACITY, slug, "a capacity has a limit")?;
        check(self.cooking_minutes > 0, slug, "cooking takes a while")?;
        check(self.answer_limit_minutes > 0, slug, "an owner has time to answer")?;
        check_picture(&self.picture, slug)?;
        let profile = Profile {
            id: StoreId(minted.stores.next(slug)),
            name: self.name,
            kind: self.kind,
            description: self.description,
            phone: self.phone,
            address: self.address,
            point,
            picture: self.picture,
            radius_m: self.radius_m,
            min_order: self.min_order,
            fee_tiers: self.fee_tiers,
            capacity: self.capacity,
            cooking_minutes: self.cooking_minutes,
            answer_limit_minutes: self.answer_limit_minutes,
        };
        let mut names = HashSet::new();
        let sections: Result<Vec<_>, _> =
            self.sections.into_iter().map(|section| section.build(slug, minted, &mut names)).collect();
        Ok(DemoStore {
            profile,
            menu: Menu { sections: sections? },
            hours: self.hours,
            owner: self.owner_login,
            slug: self.slug,
        })
    }
}

impl SectionRow {
    fn build(
        self,
        slug: &str,
        minted: &mut Minted,
        names: &mut HashSet<String>,
    ) -> Result<Section, DemoError> {
        let path = format!("{slug}/{}", self.name.ko);
        check(!self.items.is_empty(), &path, "a section has items")?;
        check(names.insert(self.name.ko.clone()), &path, "a section's name is unique in its store")?;
        all_distinct(
            self.items.iter().map(|item| item.name.ko.as_str()),
            "an item's name is unique in its section",
        )?;
        let id = SectionId(minted.sections.next(&path));
        let items: Result<_, _> = self.items.into_iter().map(|item| item.build(&path, minted)).collect();
        Ok(Section { id, name: self.name, items: items? })
    }
}

impl ItemRow {
    fn build(self, section: &str, minted: &mut Minted) -> Result<Item, DemoError> {
        let path = format!("{section}/{}", self.name.ko);
        check(!self.price.is_zero(), &path, "an item has a price")?;
        check_picture(&self.picture, &path)?;
        all_distinct(
            self.groups.iter().map(|group| group.name.ko.as_str()),
            "a group's name is unique in its item",
        )?;
        let id = ItemId(minted.items.next(&path));
        let groups: Result<_, _> = self.groups.into_iter().map(|group| group.build(&path, minted)).collect();
        Ok(Item {
            id,
            name: self.name,
            description: self.description,
            price: self.price,
            picture: self.picture,
            sold_out_until: self.sold_out.then_some(Timestamp(i64::MAX)),
            groups: groups?,
        })
    }
}

impl GroupRow {
    fn build(self, item: &str, minted: &mut Minted) -> Result<OptionGroup, DemoError> {
        let path = format!("{item}/{}", self.name.ko);
        let possible = self.min <= self.max && self.max >= 1 && self.max as usize <= self.choices.len();
        check(possible, &path, "a group's limits fit its choices")?;
        all_distinct(
            self.choices.iter().map(|choice| choice.name.ko.as_str()),
            "a choice's name is unique in its group",
        )?;
        let id = GroupId(minted.groups.next(&path));
        let choices = self.choices.into_iter().map(|choice| Choice {
            id: ChoiceId(minted.choices.next(&format!("{path}/{}", choice.name.ko))),
            name: choice.name,
            price: choice.price,
        });
        Ok(OptionGroup { id, name: self.name, min: self.min, max: self.max, choices: choices.collect() })
    }
}

fn check_hours(Hours(spans): &Hours, slug: &str) -> Result<(), DemoError> {
    let sound = |span: &OpenSpan| span.day < 7 && span.open < span.close && span.close <= SPAN_END;
    check(
        !spans.is_empty() && spans.iter().all(sound),
        slug,
        "hours begin on a day of the week and end after they began",
    )
}

fn check_tiers(tiers: &[FeeTier], radius_m: Metres, slug: &str) -> Result<(), DemoError> {
    let last = tiers.last().map(|tier| tier.up_to_m);
    let nearest_first = tiers.is_sorted_by(|a, b| a.up_to_m < b.up_to_m);
    check(nearest_first && last == Some(radius_m), slug, "fees go by distance, to the edge of the area")
}

fn check_picture(path: &str, what: &str) -> Result<(), DemoError> {
    check(path.starts_with("/img/"), what, "a picture is a path below /img/")
}
