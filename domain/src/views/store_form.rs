//! What an owner says of a store, and what has to be right about it.

use super::menu_lines::{amount_of, menu_of_lines};
use super::{AddressView, Fault, Field, FieldFault, Typed, is_phone};
use crate::shared::{Metres, StoreId, Text, Won, is_blank, is_one_line};
use crate::store::{FeeTier, Hours, MAX_CAPACITY, Menu, OpenSpan, Profile};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kinds of food that a store can be of, and the picture that stands for each.
pub const KINDS: [(&str, &str); 10] = [
    ("korean", "/img/store/onsot-table.svg"),
    ("chicken", "/img/store/basak-chicken.svg"),
    ("pizza", "/img/store/mapo-pizza.svg"),
    ("bunsik", "/img/store/three-oclock-bunsik.svg"),
    ("chinese", "/img/store/yeonnam-hongnu.svg"),
    ("japanese", "/img/store/mulgyeol-sushi.svg"),
    ("burger", "/img/store/bulpan-burger.svg"),
    ("jokbal", "/img/store/mangwon-jokbal.svg"),
    ("cafe", "/img/store/cloud-spoon.svg"),
    ("salad", "/img/store/green-plate.svg"),
];

const MAX_NAME: u32 = 40;
const MAX_DESCRIPTION: u32 = 100;
const MAX_PHONE: u32 = 20;
const MAX_ADDRESS: u32 = 200;
/// How far a store may deliver, in metres.
const RADII: (u64, u64) = (100, 10_000);
/// The largest minimum order, in won.
const MAX_MIN_ORDER: u64 = 1_000_000;
/// The largest delivery fee, in won.
const MAX_FEE: u64 = 100_000;
/// How long cooking may usually take, in minutes.
const COOKING: (u64, u64) = (1, 120);
/// How long a new owner has to answer an order, in minutes; changed on the board.
const ANSWER_LIMIT: u32 = 5;
const DAY: u16 = 24 * 60;

/// A store that is to be: what [`crate::store::Command::Register`] takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewStore {
    /// Who and where it is.
    pub profile: Profile,
    /// What it cooks.
    pub menu: Menu,
    /// When it is open.
    pub hours: Hours,
}

/// Checks what an owner typed about a store; `find` knows the addresses, `store` is the id it gets, `ids` makes those of its menu. Every
/// field that is wrong is named at once.
pub fn check_store(
    typed: &Typed,
    find: impl FnOnce(&str) -> Option<AddressView>,
    store: StoreId,
    ids: &mut dyn FnMut() -> Uuid,
) -> Result<NewStore, Fault> {
    let mut form = Form { typed, faults: Vec::new() };
    let name = form.text(Field::StoreName, "store_name", MAX_NAME);
    let kind = form.kind();
    let phone = form.phone();
    let place = form.place(find);
    let description = form.text(Field::Description, "description", MAX_DESCRIPTION);
    let radius_m = form.number(Field::Radius, "radius_m", RADII).unwrap_or(RADII.1);
    let min_order = form.won(Field::MinOrder, "min_order", MAX_MIN_ORDER);
    let fee_tiers = form.fees(radius_m);
    let capacity = form.number(Field::Capacity, "capacity", (1, u64::from(MAX_CAPACITY))).unwrap_or(0);
    let cooking = form.number(Field::CookingMinutes, "cooking_minutes", COOKING).unwrap_or(0);
    let hours = form.hours();
    let mut faults = form.faults;
    match (menu_of_lines(typed.get("menu"), ids), place, kind) {
        (Ok(menu), Some(place), Some((kind, picture))) if faults.is_empty() => Ok(NewStore {
            profile: Profile {
                id: store,
                name: Text::ko(name),
                kind: kind.to_owned(),
                description: Text::ko(description),
                phone,
                address: place.text,
                point: place.point,
                picture: picture.to_owned(),
                radius_m: radius_m as Metres,
                min_order,
                fee_tiers,
                capacity: capacity as u32,
                cooking_minutes: cooking as u32,
                answer_limit_minutes: ANSWER_LIMIT,
            },
            menu,
            hours,
        }),
        (Err(Fault::Invalid(more)), ..) => {
            faults.extend(more);
            Err(Fault::Invalid(faults))
        }
        (Err(other), ..) => Err(other),
        (Ok(_), ..) => Err(Fault::Invalid(faults)),
    }
}

struct Form<'a> {
    typed: &'a Typed,
    faults: Vec<FieldFault>,
}

impl Form<'_> {
    fn wrong<T>(&mut self, fault: FieldFault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    /// A line of text that has to be there.
    fn text(&mut self, field: Field, name: &str, max: u32) -> String {
        let text = self.typed.get(name);
        if is_blank(text) {
            self.faults.push(FieldFault::Missing { field });
        } else if text.chars().count() > max as usize {
            self.faults.push(FieldFault::TooLong { field, max });
        } else if !is_one_line(text) {
            self.faults.push(FieldFault::Malformed { field });
        }
        text.to_owned()
    }

    fn kind(&mut self) -> Option<(&'static str, &'static str)> {
        let field = Field::Kind;
        match self.typed.get("kind") {
            "" => self.wrong(FieldFault::Missing { field }),
            slug => match KINDS.into_iter().find(|(known, _)| *known == slug) {
                Some(known) => Some(known),
                None => self.wrong(FieldFault::Unknown { field }),
            },
        }
    }

    fn phone(&mut self) -> String {
        let (field, before) = (Field::StorePhone, self.faults.len());
        let phone = self.text(field, "store_phone", MAX_PHONE);
        if self.faults.len() == before && !is_phone(&phone) {
            self.faults.push(FieldFault::Malformed { field });
        }
        phone
    }

    fn place(&mut self, find: impl FnOnce(&str) -> Option<AddressView>) -> Option<AddressView> {
        let (field, before) = (Field::Address, self.faults.len());
        let address = self.text(field, "address", MAX_ADDRESS);
        if self.faults.len() > before {
            return None;
        }
        match find(&address) {
            Some(place) => Some(place),
            None => self.wrong(FieldFault::Unknown { field }),
        }
    }

    fn number(&mut self, field: Field, name: &str, (min, max): (u64, u64)) -> Option<u64> {
        let typed = self.typed.get(name);
        if typed.is_empty() {
            return self.wrong(FieldFault::Missing { field });
        }
        match amount_of(typed) {
            Some(number) if (min..=max).contains(&number) => Some(number),
            Some(_) => self.wrong(FieldFault::OutOfRange { field, min, max }),
            None => self.wrong(FieldFault::Malformed { field }),
        }
    }

    fn won(&mut self, field: Field, name: &str, max: u64) -> Won {
        let amount = self.number(field, name, (0, max)).unwrap_or_default();
        Won::new(amount).unwrap_or_default()
    }

    /// One fee for the whole area, or another one from some distance on.
    fn fees(&mut self, radius_m: u64) -> Vec<FeeTier> {
        let near = self.won(Field::DeliveryFee, "delivery_fee", MAX_FEE);
        let edge = radius_m as Metres;
        let (from, fee) = (self.typed.get("far_from_m"), self.typed.get("far_fee"));
        if from.is_empty() && fee.is_empty() {
            return vec![FeeTier { up_to_m: edge, fee: near }];
        }
        // The last metre of the area is the farthest from which a second fee can begin.
        let from = self.number(Field::FarFrom, "far_from_m", (1, radius_m.saturating_sub(1))).unwrap_or(1);
        let far = self.won(Field::FarFee, "far_fee", MAX_FEE);
        vec![FeeTier { up_to_m: from as Metres, fee: near }, FeeTier { up_to_m: edge, fee: far }]
    }

    /// The same hours on each chosen day; an end that is not after the beginning is on the next day.
    fn hours(&mut self) -> Hours {
        let opens = self.clock(Field::Opens, "opens", DAY - 1);
        let closes = self.clock(Field::Closes, "closes", DAY);
        let mut days: Vec<u8> = Vec::new();
        for typed in self.typed.all("day") {
            match typed.parse() {
                Ok(day @ 0..=6) if !days.contains(&day) => days.push(day),
                Ok(0..=6) => {}
                _ => {
                    self.faults.push(FieldFault::Unknown { field: Field::Days });
                    return Hours::default();
                }
            }
        }
        if days.is_empty() {
            self.faults.push(FieldFault::Missing { field: Field::Days });
        }
        days.sort_unstable();
        let (Some(open), Some(close)) = (opens, closes) else {
            return Hours::default();
        };
        Hours(days.into_iter().map(|day| OpenSpan::by_clock(day, open, close)).collect())
    }

    /// A time such as `09:30`, in minutes after midnight.
    fn clock(&mut self, field: Field, name: &str, latest: u16) -> Option<u16> {
        let typed = self.typed.get(name);
        if typed.is_empty() {
            return self.wrong(FieldFault::Missing { field });
        }
        let minutes = typed.split_once(':').and_then(|(hours, minutes)| {
            let number = |text: &str, length: usize| {
                let is_right =
                    (1..=length).contains(&text.len()) && text.bytes().all(|sign| sign.is_ascii_digit());
                is_right.then(|| text.parse::<u16>().ok()).flatten()
            };
            let (hours, minutes) = (number(hours, 2)?, number(minutes, 2).filter(|minutes| *minutes < 60)?);
            Some(hours * 60 + minutes).filter(|minutes| *minutes <= latest)
        });
        match minutes {
            Some(minutes) => Some(minutes),
            None => self.wrong(FieldFault::Malformed { field }),
        }
    }
}
