//! What the demo world promises to whoever tries the platform out.

use std::collections::HashSet;
use std::path::Path;

use domain::shared::{Aggregate as _, Timestamp, Won};
use domain::store::{Command, Item, Openness, Store, WantedLine};

use super::*;

/// Monday 2026-11-23, 12:00 in Seoul: lunch time.
const NOON: Timestamp = Timestamp(1_795_402_800_000);
/// Monday 2026-11-23, 03:30 in Seoul.
const NIGHT: Timestamp = Timestamp(1_795_372_200_000);

fn the_world() -> World {
    make().expect("a sound world")
}

fn account<'a>(world: &'a World, login: &str) -> &'a DemoAccount {
    world
        .accounts
        .iter()
        .find(|account| account.login == login)
        .unwrap_or_else(|| panic!("there is no {login}"))
}

/// The store as the domain knows it once it is registered.
fn registered((profile, menu, hours): &(Profile, Menu, Hours)) -> Store {
    let command = Command::Register {
        profile: Box::new(profile.clone()),
        menu: menu.clone(),
        hours: hours.clone(),
        at: NOON,
    };
    let events = Store::default().decide(command).expect("it can be registered").into_events();
    Store::replay(&events)
}

fn one(item: &Item) -> [WantedLine; 1] {
    [WantedLine { item: item.id, quantity: 1, choices: Vec::new() }]
}

fn items(world: &World) -> impl Iterator<Item = &Item> {
    world.stores.iter().flat_map(|(_, menu, _)| menu.items())
}

#[test]
fn there_are_enough_stores_kinds_and_items_and_every_picture_is_there() {
    let world = the_world();
    assert!(world.stores.len() >= 8);
    let kinds: HashSet<_> = world.stores.iter().map(|(profile, _, _)| &profile.kind).collect();
    assert!(kinds.len() >= 8);
    assert!(items(&world).count() >= 40);
    let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public");
    let shown = world.stores.iter().map(|(profile, _, _)| &profile.picture);
    for picture in shown.chain(items(&world).map(|item| &item.picture)) {
        assert!(public.join(picture.trim_start_matches('/')).is_file(), "{picture}");
    }
}

#[test]
fn everything_has_an_english_name() {
    let world = the_world();
    let groups = || items(&world).flat_map(|item| &item.groups);
    let names = world
        .stores
        .iter()
        .flat_map(|(profile, menu, _)| {
            [&profile.name, &profile.description]
                .into_iter()
                .chain(menu.sections.iter().map(|section| &section.name))
        })
        .chain(items(&world).flat_map(|item| [&item.name, &item.description]))
        .chain(groups().map(|group| &group.name))
        .chain(groups().flat_map(|group| group.choices.iter().map(|choice| &choice.name)));
    for name in names {
        assert!(!name.ko.trim().is_empty());
        assert!(name.en.as_ref().is_some_and(|en| !en.trim().is_empty()), "{}", name.ko);
    }
    for login in world.logins() {
        assert!(login.name.en.is_some(), "{}", login.login);
    }
}

#[test]
fn the_first_store_sells_its_first_item_to_the_customers_address_day_and_night() {
    let world = the_world();
    let store = registered(&world.stores[0]);
    let profile = store.profile.as_ref().expect("registered");
    assert_eq!(profile.kind, "pizza");
    assert_eq!(profile.capacity, 200);
    let customer = account(&world, "customer1");
    assert_eq!(customer.address, "서울 마포구 양화로 45");
    let distance = profile.point.distance_to(customer.place.expect("a place"));
    assert!(distance <= 1_000);
    let first = store.menu.items().next().expect("an item");
    for now in [NOON, NIGHT] {
        let bill = store.quote(&one(first), distance, now).expect("it is sold");
        assert_eq!(bill.items, first.price);
        assert!(bill.total > Won::ZERO);
    }
    let pizza = store.menu.items().find(|item| item.name.ko == "피자").expect("피자");
    assert!(store.price(&one(pizza), Won::ZERO, NOON).is_ok());
}

#[test]
fn every_case_of_the_menu_can_be_seen() {
    let world = the_world();
    let place = account(&world, "customer1").place.expect("a place");
    let stores: Vec<Store> = world.stores.iter().map(registered).collect();
    let open = |now| stores.iter().filter(move |store| store.openness(now) == Openness::Open).count();
    assert!(open(NIGHT) >= 3);
    assert!(open(NOON) >= 8 && open(NOON) < stores.len());
    let outside = stores.iter().filter(|store| {
        let far = store.profile.as_ref().map(|profile| profile.point.distance_to(place));
        far.is_some_and(|metres| store.delivery_fee(metres).is_none())
    });
    assert_eq!(outside.count(), 1);
    let sold_out = items(&world).filter(|item| item.is_sold_out(Timestamp(i64::MAX - 1)));
    assert!(sold_out.count() >= 2);
    assert!(items(&world).flat_map(|item| &item.groups).any(|group| group.min == 1 && group.max == 1));
    assert!(items(&world).flat_map(|item| &item.groups).any(|group| group.min == 0 && group.max == 3));
    let below_minimum =
        |(profile, menu, _): &(Profile, Menu, Hours)| menu.items().any(|item| item.price < profile.min_order);
    assert!(world.stores.iter().any(below_minimum));
}

#[test]
fn the_accounts_are_those_that_are_promised() {
    let world = the_world();
    for login in ["customer1", "customer2"] {
        let customer = account(&world, login);
        assert_eq!(customer.role, Role::Customer);
        assert_eq!(customer.address, "서울 마포구 양화로 45");
        assert!(!customer.address_detail.is_empty() && !customer.phone.is_empty());
    }
    for (number, (profile, _, _)) in (1..).zip(&world.stores) {
        let owner = account(&world, &format!("owner{number}"));
        assert_eq!((owner.role, owner.store), (Role::Owner, Some(profile.id)));
    }
    let pizzeria = world.stores[0].0.point;
    for login in ["rider1", "rider2", "rider3"] {
        let rider = account(&world, login);
        assert_eq!(rider.role, Role::Rider);
        assert!(rider.place.is_some_and(|place| place.distance_to(pizzeria) <= 1_000), "{login}");
    }
    assert_eq!(account(&world, "operator").role, Role::Operator);
    let logins = world.logins();
    assert_eq!(logins.len(), world.accounts.len());
    assert_eq!((logins[0].login.as_str(), logins[0].password.as_str()), ("customer1", "baedal-demo"));
    let owner = logins.iter().find(|login| login.login == "owner1").expect("owner1");
    assert!(owner.name.ko.ends_with(&world.stores[0].0.name.ko));
}

#[test]
fn the_stores_stand_where_the_gazetteer_has_their_addresses() {
    let gazetteer = EmbeddedGazetteer::load().expect("a sound list");
    for (profile, _, _) in the_world().stores {
        let found = gazetteer.find(&profile.address).expect("a known address");
        assert!(found.point.distance_to(profile.point) <= 50, "{}", profile.address);
    }
}

#[test]
fn ids_are_the_same_every_time_unique_and_in_the_order_of_the_stores() {
    let world = the_world();
    assert_eq!(world, the_world());
    let stores: Vec<_> = world.stores.iter().map(|(profile, _, _)| profile.id.0).collect();
    assert!(stores.is_sorted());
    let mut all = stores;
    all.extend(world.accounts.iter().map(|account| account.id.0));
    for item in items(&world) {
        all.push(item.id.0);
        for group in &item.groups {
            all.push(group.id.0);
            all.extend(group.choices.iter().map(|choice| choice.id.0));
        }
    }
    let sections = world.stores.iter().flat_map(|(_, menu, _)| &menu.sections);
    all.extend(sections.map(|section| section.id.0));
    assert!(all.iter().all(|id| id.get_version_num() == 7));
    let distinct: HashSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn data_that_break_a_rule_are_refused_by_name() {
    let sound = include_str!("../../demo/world.json");
    let broken = |change: fn(&mut serde_json::Value)| {
        let mut world: serde_json::Value = serde_json::from_str(sound).expect("JSON");
        change(&mut world["stores"][0]);
        stores::parse(&world.to_string()).map(drop).expect_err("refused").to_string()
    };
    assert!(broken(|store| store["lat"] = 91.into()).contains("on the earth"));
    assert!(broken(|store| store["hours"] = serde_json::json!([])).contains("hours"));
    assert!(broken(|store| store["fee_tiers"][0]["up_to_m"] = 9_999.into()).contains("fees go by distance"));
    assert!(broken(|store| store["capacity"] = 1_001.into()).contains("capacity"));
    assert!(broken(|store| store["slug"] = "basak-chicken".into()).contains("slug is unique"));
    assert!(
        broken(|store| store["sections"][0]["items"][0]["groups"][0]["max"] = 99.into()).contains("limits")
    );
    assert!(broken(|store| store["colour"] = "red".into()).contains("world.json"));
    let stores = stores::parse(sound).expect("sound");
    let nowhere = accounts::parse(include_str!("../../demo/accounts.json"), &stores, |_| None);
    assert!(nowhere.map(drop).expect_err("refused").to_string().contains("address is known"));
    let nobody = accounts::parse("[]", &stores, |_| None);
    assert!(nobody.map(drop).expect_err("refused").to_string().contains("mapo-pizza"));
}
