//! The laws of a store's hours and menu, whatever its owner asks for.

use crate::common::{COLA, NOON, PIZZA, SECTION, fold, menu, store, won};
use domain::shared::{Aggregate, ChoiceId, Decision, GroupId, ItemId, MINUTE_MS, SectionId, Text, Timestamp};
use domain::store::{
    Choice, Command, Event, Hours, IntoSection, Item, ItemChange, MAX_DESCRIPTION, MAX_DISH_NAME, MAX_DISHES,
    MAX_SECTION_NAME, MAX_SECTIONS, MAX_SPANS, OpenSpan, OptionGroup, PRICES, Store,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

const DAY: u16 = 1_440;
const WEEK: usize = 7 * DAY as usize;

/// Hours that are mostly right: short spans that seldom meet, and some that are none.
pub(crate) fn hours() -> impl Strategy<Value = Hours> {
    let length = prop_oneof![8 => 1..240_u16, 2 => 240..=DAY, 1 => Just(0_u16), 1 => Just(DAY + 1)];
    let span = (prop_oneof![12 => 0..7_u8, 1 => Just(7_u8)], 0..=DAY, length)
        .prop_map(|(day, open, length)| OpenSpan { day, open, close: open + length });
    prop::collection::vec(span, 0..8).prop_map(Hours)
}

/// One of few sections, so that they meet: that of the menu, and others that are there or not.
pub(crate) fn section() -> impl Strategy<Value = IntoSection> {
    let id = || {
        prop_oneof![Just(SECTION), (0..30_u128).prop_map(|number| SectionId(Uuid::from_u128(0x400 + number)))]
    };
    prop_oneof![
        id().prop_map(|id| IntoSection::Existing { id }),
        (id(), text(MAX_SECTION_NAME)).prop_map(|(id, name)| IntoSection::New { id, name }),
    ]
}

/// Text that is now and then empty, too long, padded, or not to be printed.
fn text(max: u32) -> impl Strategy<Value = Text> {
    let ko = prop_oneof![
        8 => "[가-하]{1,8}",
        2 => "[가-하]{1,4}".prop_map(|text| format!("  {text} ")),
        1 => Just(String::new()),
        1 => Just("가".repeat(max as usize)),
        1 => Just("가".repeat(max as usize + 1)),
        1 => Just("가\u{202e}나".to_owned()),
    ];
    (ko, prop::option::weighted(0.2, "[a-z ]{0,6}")).prop_map(|(ko, en)| Text { ko, en })
}

fn price() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 1..50_000_u64, 1 => Just(0_u64), 1 => Just(PRICES.1), 1 => Just(PRICES.1 + 1)]
}

/// A dish with one of few ids, and now and then an option.
pub(crate) fn dish() -> impl Strategy<Value = Item> {
    let id = prop_oneof![1 => Just(COLA), 30 => (0..300_u128).prop_map(|number| ItemId(Uuid::from_u128(0x1000 + number)))];
    let group = (0..3_u32, 0..3_u32, 0..3_u128, text(40)).prop_map(|(min, max, choices, name)| OptionGroup {
        id: GroupId(Uuid::from_u128(0x30)),
        name,
        min,
        max,
        choices: (0..choices)
            .map(|number| Choice {
                id: ChoiceId(Uuid::from_u128(0x20 + number)),
                name: Text::ko("치즈"),
                price: won(500),
            })
            .collect(),
    });
    let groups = prop::collection::vec(group, 0..2);
    (id, text(MAX_DISH_NAME), text(MAX_DESCRIPTION), price(), groups).prop_map(
        |(id, name, description, price, groups)| Item {
            id,
            name,
            description,
            price: won(price),
            picture: String::new(),
            sold_out_until: None,
            groups,
        },
    )
}

/// A change of some of an item's fields.
pub(crate) fn item_change() -> impl Strategy<Value = ItemChange> {
    use prop::option::of;
    (of(text(MAX_DISH_NAME)), of(text(MAX_DESCRIPTION)), of(price()))
        .prop_map(|(name, description, price)| ItemChange { name, description, price: price.map(won) })
}

/// How many of the spans cover each minute of the week, counted the plain way.
fn covered(spans: &[OpenSpan]) -> Vec<u32> {
    let mut minutes = vec![0; WEEK];
    for span in spans {
        for minute in span.open..span.close {
            minutes[(usize::from(span.day) * usize::from(DAY) + usize::from(minute)) % WEEK] += 1;
        }
    }
    minutes
}

fn is_span(span: OpenSpan) -> bool {
    span.day < 7 && span.open < DAY && span.open < span.close && span.close <= span.open + DAY
}

/// Monday 2026-11-23, midnight in Seoul.
const MONDAY: Timestamp = Timestamp(NOON.0 - 720 * MINUTE_MS);

/// A menu and hours as an owner makes them, from the first store on.
fn owners_command() -> impl Strategy<Value = Command> {
    let at = NOON;
    let item = prop_oneof![
        1 => Just(PIZZA),
        4 => (0..300_u128).prop_map(|number| ItemId(Uuid::from_u128(0x1000 + number))),
    ];
    prop_oneof![
        8 => (section(), dish()).prop_map(move |(section, item)| Command::AddItem { section, item: Box::new(item), at }),
        2 => (item, item_change()).prop_map(move |(item, change)| Command::ChangeItem { item, change, at }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// Hours are taken exactly when they are spans of a day or less that never meet; then they are in the week's order, open at the
    /// same minutes as what was typed, and nothing is different about them the second time.
    #[test]
    fn hours_are_taken_exactly_when_no_minute_is_open_twice(hours in hours(), probe in prop::collection::vec(0..WEEK, 40)) {
        let Hours(spans) = &hours;
        let is_right = !spans.is_empty()
            && spans.len() <= MAX_SPANS as usize
            && spans.iter().copied().all(is_span)
            && covered(spans).iter().all(|count| *count <= 1);
        let checked = hours.checked();
        prop_assert_eq!(checked.is_ok(), is_right, "{:?}", checked);
        if let Ok(kept) = checked {
            let open = covered(spans);
            prop_assert_eq!(&covered(&kept.0), &open);
            prop_assert!(kept.0.is_sorted_by_key(|span| (span.day, span.open)));
            prop_assert_eq!(kept.checked(), Ok(kept.clone()));
            for minute in probe {
                let at = Timestamp(MONDAY.0 + minute as i64 * MINUTE_MS);
                prop_assert_eq!(kept.covers(at), open[minute] == 1, "minute {}", minute);
            }
        }
    }

    /// The order in which the spans are named does not matter.
    #[test]
    fn hours_are_the_same_in_any_order(hours in hours(), turn in 0..8_usize) {
        let mut turned = hours.clone();
        let by = turn.min(turned.0.len());
        turned.0.rotate_left(by);
        prop_assert_eq!(hours.checked().ok(), turned.checked().ok());
    }

    /// Whatever is asked for, a menu stays within its limits, every id on it is there once, a dish's price and name can be used, and
    /// nothing is lost: dishes stay, in their sections, and change only when they are changed.
    #[test]
    fn a_menu_stays_within_its_limits(commands in prop::collection::vec(owners_command(), 0..200)) {
        let mut store = store();
        let mut version = store.version;
        for command in commands {
            let before: BTreeMap<ItemId, Item> = store.menu.items().map(|item| (item.id, item.clone())).collect();
            let Ok(Decision::Executed(events)) = store.decide(command) else { continue };
            prop_assert_eq!(events.len(), 1);
            store.apply(&events[0]);
            version += 1;
            prop_assert_eq!(store.version, version);
            prop_assert!(store.menu.items().count() <= MAX_DISHES as usize);
            prop_assert!(store.menu.sections.len() <= MAX_SECTIONS as usize);
            let items: HashSet<_> = store.menu.items().map(|item| item.id).collect();
            let sections: HashSet<_> = store.menu.sections.iter().map(|section| section.id).collect();
            prop_assert_eq!(items.len(), store.menu.items().count());
            prop_assert_eq!(sections.len(), store.menu.sections.len());
            let (touched, is_new) = match &events[0] {
                Event::ItemAdded { item, .. } => (item.id, true),
                Event::ItemChanged { item, .. } => (*item, false),
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            prop_assert_eq!(before.contains_key(&touched), !is_new);
            prop_assert_eq!(items.len(), before.len() + usize::from(is_new));
            for item in store.menu.items() {
                prop_assert!((PRICES.0..=PRICES.1).contains(&item.price.get()));
                prop_assert!((1..=MAX_DISH_NAME as usize).contains(&item.name.ko.chars().count()));
                prop_assert_eq!(item.name.ko.trim(), &item.name.ko);
                if item.id != touched {
                    prop_assert_eq!(Some(item), before.get(&item.id));
                }
            }
        }
    }
}

/// A menu with as many dishes, and as many sections, as it takes.
fn full() -> Store {
    let sections = u128::from(MAX_SECTIONS);
    let each = u128::from(MAX_DISHES) / sections;
    let mut full = menu();
    full.sections.clear();
    let mut store: Store = fold(&[Event::StoreRegistered {
        profile: Box::new(crate::common::profile()),
        menu: full,
        hours: Hours::always(),
        at: NOON,
    }]);
    for section in 0..sections {
        let id = SectionId(Uuid::from_u128(0x400 + section));
        for number in 0..each {
            let place = match number {
                0 => IntoSection::New { id, name: Text::ko("가".repeat(MAX_SECTION_NAME as usize)) },
                _ => IntoSection::Existing { id },
            };
            let events =
                store.decide(add(place, section * each + number)).expect("there is room").into_events();
            events.iter().for_each(|event| store.apply(event));
        }
    }
    store
}

fn add(section: IntoSection, number: u128) -> Command {
    let id = ItemId(Uuid::from_u128(0x1000 + number));
    let item = Item { id, groups: Vec::new(), ..menu().sections.remove(0).items.remove(0) };
    Command::AddItem { section, item: Box::new(item), at: NOON }
}

#[test]
fn a_full_menu_takes_nothing_more() {
    use domain::store::{MenuFault, MenuPart, Refusal};
    let store = full();
    assert_eq!(store.menu.items().count(), MAX_DISHES as usize);
    assert_eq!(store.menu.sections.len(), MAX_SECTIONS as usize);
    assert_eq!(store.version, u64::from(MAX_DISHES) + 1);
    let id = store.menu.sections[0].id;
    let answer = |section| store.decide(add(section, 999)).unwrap_err();
    let dishes = MenuFault::TooMany { part: MenuPart::Dish, max: MAX_DISHES };
    assert_eq!(answer(IntoSection::Existing { id }), Refusal::Menu(dishes));
    let sections = MenuFault::TooMany { part: MenuPart::Section, max: MAX_SECTIONS };
    let new = SectionId(Uuid::from_u128(0x999));
    assert_eq!(answer(IntoSection::New { id: new, name: Text::ko("음료") }), Refusal::Menu(sections));
    // One that is there already is no more.
    assert_eq!(store.decide(add(IntoSection::Existing { id }, 0)), Ok(Decision::AlreadyApplied));
}

#[test]
fn a_dish_names_what_is_wrong_with_it_and_its_options() {
    use domain::store::MenuFault::{
        Choices, DescriptionTooLong, NameTooLong, NoName, Price, TooMany, Unprintable,
    };
    use domain::store::{MAX_CHOICES, MAX_GROUPS, MAX_OPTION_NAME, MenuPart, OPTION_PRICES};
    let pizza = menu().sections.remove(0).items.remove(0);
    assert_eq!(pizza.checked(), Ok(pizza.clone()));
    let long = |max: u32| Text { ko: "가".to_owned(), en: Some("a".repeat(max as usize + 1)) };
    let just = |max: u32| Text { ko: "가".repeat(max as usize), en: Some("a".repeat(max as usize)) };
    let largest = Item {
        name: just(MAX_DISH_NAME),
        description: just(MAX_DESCRIPTION),
        price: won(PRICES.1),
        ..pizza.clone()
    };
    assert_eq!(largest.checked(), Ok(largest.clone()));
    let spaced =
        Item { name: Text { ko: " 피자\n".to_owned(), en: Some("  ".to_owned()) }, ..pizza.clone() };
    assert_eq!(spaced.checked(), Ok(pizza.clone()));

    let option = |change: &dyn Fn(&mut OptionGroup)| {
        let mut item = pizza.clone();
        change(&mut item.groups[0]);
        item
    };
    let (dish, group, choice) = (MenuPart::Dish, MenuPart::Group, MenuPart::Choice);
    let groups = vec![pizza.groups[0].clone(); MAX_GROUPS as usize + 1];
    let (min, max) = PRICES;
    let faults = [
        (Item { name: long(MAX_DISH_NAME), ..pizza.clone() }, NameTooLong { part: dish, max: MAX_DISH_NAME }),
        (
            Item { description: long(MAX_DESCRIPTION), ..pizza.clone() },
            DescriptionTooLong { max: MAX_DESCRIPTION },
        ),
        (Item { description: Text::ko("가\n나"), ..pizza.clone() }, Unprintable { part: dish }),
        (Item { price: won(max + 1), ..pizza.clone() }, Price { part: dish, min, max }),
        (Item { groups, ..pizza.clone() }, TooMany { part: group, max: MAX_GROUPS }),
        (option(&|group| group.name = Text::default()), NoName { part: group }),
        (option(&|group| group.max = 2), Choices),
        (option(&|group| group.max = 0), Choices),
        (option(&|group| (group.min, group.max) = (2, 1)), Choices),
        (option(&|group| group.choices.clear()), Choices),
        (
            option(&|group| group.choices = vec![group.choices[0].clone(); MAX_CHOICES as usize + 1]),
            TooMany { part: choice, max: MAX_CHOICES },
        ),
        (
            option(&|group| group.choices[0].name = long(MAX_OPTION_NAME)),
            NameTooLong { part: choice, max: MAX_OPTION_NAME },
        ),
        (
            option(&|group| group.choices[0].price = won(OPTION_PRICES.1 + 1)),
            Price { part: choice, min: OPTION_PRICES.0, max: OPTION_PRICES.1 },
        ),
    ];
    for (item, fault) in faults {
        assert_eq!(item.checked(), Err(fault));
    }
}

/// Options are told apart by their ids: two of a dish with the same one cannot be.
#[test]
fn options_of_a_dish_have_ids_of_their_own() {
    let mut twice = menu().sections.remove(0).items.remove(0);
    twice.id = ItemId(Uuid::from_u128(0x1000));
    let again = twice.groups[0].clone();
    twice.groups.push(again);
    let section = IntoSection::Existing { id: SECTION };
    let command = Command::AddItem { section, item: Box::new(twice), at: NOON };
    assert_eq!(store().decide(command), Err(domain::store::Refusal::IdTaken));
}

/// The event says what is different, and no more than that.
#[test]
fn a_change_says_what_is_different() {
    let name = Some(Text::ko(" 피자 "));
    let change = ItemChange { name, description: Some(Text::ko("장작불")), price: Some(won(19_000)) };
    let mut store = store();
    let events = store.decide(Command::ChangeItem { item: PIZZA, change, at: NOON }).unwrap().into_events();
    let kept = ItemChange { name: None, description: Some(Text::ko("장작불")), price: Some(won(19_000)) };
    assert_eq!(events, [Event::ItemChanged { item: PIZZA, change: kept, at: NOON }]);
    store.apply(&events[0]);
    let pizza = store.menu.item(PIZZA).unwrap();
    assert_eq!((&*pizza.name.ko, &*pizza.description.ko, pizza.price), ("피자", "장작불", won(19_000)));
}
