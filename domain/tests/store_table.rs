//! What a store answers to each command in each state.

mod common;
#[path = "common/table.rs"]
mod table;

use common::{COLA, NOON, PIZZA, SECTION, at, fold, menu, profile, store, won};
use domain::processes::DomainEvent;
use domain::shared::{Aggregate, Decision, ItemId, SectionId, Text, Timestamp};
use domain::store::{
    Command, Event, Hours, IntoSection, Item, ItemChange, MAX_CAPACITY, MAX_PAUSE_MINUTES, OpenSpan, Phase,
    Profile, Refusal, Store,
};
use table::{Table, variants};
use uuid::Uuid;

variants!(phases(Phase):
    Phase::New => "New",
    Phase::Open => "Open",
    Phase::Paused => "Paused",
);

variants!(verbs(Command):
    Command::Register { .. } => "Register",
    Command::SetCapacity { .. } => "SetCapacity",
    Command::Pause { .. } => "Pause",
    Command::Reopen { .. } => "Reopen",
    Command::SetBusy { .. } => "SetBusy",
    Command::SetAnswerLimit { .. } => "SetAnswerLimit",
    Command::SetSoldOut { .. } => "SetSoldOut",
    Command::SetHours { .. } => "SetHours",
    Command::AddItem { .. } => "AddItem",
    Command::ChangeItem { .. } => "ChangeItem",
);

/// `sold out` is in busy mode by 10 minutes, too. `resting` pauses until 60 minutes after noon, `paused` until it is reopened; `sold out` has no pizza until 60 minutes after noon.
/// The commands come 30 minutes after noon.
const TABLE: &str = "
                  | new                     | open          | sold out      | resting                 | paused
register          | StoreRegistered         | =             | =             | =                       | =
register another  | StoreRegistered         | -             | -             | -                       | -
register too big  | !Capacity { max: 1000 } | -             | -             | -                       | -
capacity 3        | -                       | =             | =             | =                       | =
capacity 0        | -                       | CapacitySet   | CapacitySet   | CapacitySet             | CapacitySet
capacity 1,000    | -                       | CapacitySet   | CapacitySet   | CapacitySet             | CapacitySet
capacity 1,001    | -                       | !Capacity { max: 1000 } | !Capacity { max: 1000 } | !Capacity { max: 1000 } | !Capacity { max: 1000 }
pause             | -                       | StorePaused   | StorePaused   | StorePaused             | =
pause until 60    | -                       | StorePaused   | StorePaused   | =                       | StorePaused
pause until 90    | -                       | StorePaused   | StorePaused   | StorePaused             | StorePaused
pause until now   | -                       | !PauseOver    | !PauseOver    | !PauseOver              | !PauseOver
pause a week      | -                       | StorePaused   | StorePaused   | StorePaused             | StorePaused
pause over a week | -                       | !PauseTooLong { max_minutes: 10080 } | !PauseTooLong { max_minutes: 10080 } | !PauseTooLong { max_minutes: 10080 } | !PauseTooLong { max_minutes: 10080 }
reopen            | -                       | =             | =             | StoreReopened           | StoreReopened
busy by 10        | -                       | BusySet       | =             | BusySet                 | BusySet
no longer busy    | -                       | =             | BusySet       | =                       | =
busy by 7         | -                       | !BusyMinutes { max: 60 } | !BusyMinutes { max: 60 } | !BusyMinutes { max: 60 } | !BusyMinutes { max: 60 }
busy by 65        | -                       | !BusyMinutes { max: 60 } | !BusyMinutes { max: 60 } | !BusyMinutes { max: 60 } | !BusyMinutes { max: 60 }
answer in 5       | -                       | =             | =             | =                       | =
answer in 10      | -                       | AnswerLimitSet | AnswerLimitSet | AnswerLimitSet        | AnswerLimitSet
answer in 0       | -                       | !AnswerLimit { min: 1, max: 60 } | !AnswerLimit { min: 1, max: 60 } | !AnswerLimit { min: 1, max: 60 } | !AnswerLimit { min: 1, max: 60 }
answer in 61      | -                       | !AnswerLimit { min: 1, max: 60 } | !AnswerLimit { min: 1, max: 60 } | !AnswerLimit { min: 1, max: 60 } | !AnswerLimit { min: 1, max: 60 }
sold out until 60 | -                       | SoldOutSet    | =             | SoldOutSet              | SoldOutSet
available         | -                       | =             | SoldOutSet    | =                       | =
sold out, unknown | -                       | !NoSuchItem   | !NoSuchItem   | !NoSuchItem             | !NoSuchItem
hours from 10 to 2   | -                       | HoursSet | HoursSet | HoursSet | HoursSet
hours as they are    | -                       | = | = | = | =
hours, unsorted      | -                       | = | = | = | =
no hours             | -                       | !Hours(Spans { max: 28 }) | !Hours(Spans { max: 28 }) | !Hours(Spans { max: 28 }) | !Hours(Spans { max: 28 })
hours on day 7       | -                       | !Hours(Day { span: 1 }) | !Hours(Day { span: 1 }) | !Hours(Day { span: 1 }) | !Hours(Day { span: 1 })
hours from 24        | -                       | !Hours(Opens { span: 0 }) | !Hours(Opens { span: 0 }) | !Hours(Opens { span: 0 }) | !Hours(Opens { span: 0 })
hours of no length   | -                       | !Hours(Closes { span: 0 }) | !Hours(Closes { span: 0 }) | !Hours(Closes { span: 0 }) | !Hours(Closes { span: 0 })
hours over a day     | -                       | !Hours(Closes { span: 0 }) | !Hours(Closes { span: 0 }) | !Hours(Closes { span: 0 }) | !Hours(Closes { span: 0 })
hours twice          | -                       | !Hours(Overlap { span: 1, other: 0 }) | !Hours(Overlap { span: 1, other: 0 }) | !Hours(Overlap { span: 1, other: 0 }) | !Hours(Overlap { span: 1, other: 0 })
hours over midnight  | -                       | !Hours(Overlap { span: 0, other: 1 }) | !Hours(Overlap { span: 0, other: 1 }) | !Hours(Overlap { span: 0, other: 1 }) | !Hours(Overlap { span: 0, other: 1 })
hours over the week  | -                       | !Hours(Overlap { span: 1, other: 0 }) | !Hours(Overlap { span: 1, other: 0 }) | !Hours(Overlap { span: 1, other: 0 }) | !Hours(Overlap { span: 1, other: 0 })
a dish               | -                       | ItemAdded | ItemAdded | ItemAdded | ItemAdded
a dish, new section  | -                       | ItemAdded | ItemAdded | ItemAdded | ItemAdded
a dish, no section   | -                       | !NoSuchSection | !NoSuchSection | !NoSuchSection | !NoSuchSection
a dish, taken section| -                       | !IdTaken | !IdTaken | !IdTaken | !IdTaken
a dish, taken        | -                       | !IdTaken | !IdTaken | !IdTaken | !IdTaken
the pizza again      | -                       | = | !IdTaken | = | =
a dish without name  | -                       | !Menu(NoName { part: Dish }) | !Menu(NoName { part: Dish }) | !Menu(NoName { part: Dish }) | !Menu(NoName { part: Dish })
a dish for nothing   | -                       | !Menu(Price { part: Dish, min: 1, max: 1000000 }) | !Menu(Price { part: Dish, min: 1, max: 1000000 }) | !Menu(Price { part: Dish, min: 1, max: 1000000 }) | !Menu(Price { part: Dish, min: 1, max: 1000000 })
a nameless section   | -                       | !Menu(NoName { part: Section }) | !Menu(NoName { part: Section }) | !Menu(NoName { part: Section }) | !Menu(NoName { part: Section })
the pizza renamed    | -                       | ItemChanged | ItemChanged | ItemChanged | ItemChanged
the pizza dearer     | -                       | ItemChanged | ItemChanged | ItemChanged | ItemChanged
the pizza as it is   | -                       | = | = | = | =
nothing changed      | -                       | = | = | = | =
a change, unknown    | -                       | !NoSuchItem | !NoSuchItem | !NoSuchItem | !NoSuchItem
a change to nothing  | -                       | !Menu(NoName { part: Dish }) | !Menu(NoName { part: Dish }) | !Menu(NoName { part: Dish }) | !Menu(NoName { part: Dish })
";

fn states() -> Vec<(&'static str, Store)> {
    let after = |event: &Event| {
        let mut store = store();
        store.apply(event);
        store
    };
    let paused = |until| after(&Event::StorePaused { until, at: NOON });
    vec![
        ("new", fold(&[])),
        ("open", store()),
        ("sold out", {
            let mut store = after(&Event::SoldOutSet { item: PIZZA, until: Some(at(60)), at: NOON });
            store.apply(&Event::BusySet { minutes: 10, at: NOON });
            store
        }),
        ("resting", paused(Some(at(60)))),
        ("paused", paused(None)),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let now = at(30);
    let register = |profile: Profile| Command::Register {
        profile: Box::new(profile),
        menu: menu(),
        hours: Hours::always(),
        at: now,
    };
    let capacity = |capacity| Command::SetCapacity { capacity, at: now };
    let pause = |until| Command::Pause { until, at: now };
    let busy = |minutes| Command::SetBusy { minutes, at: now };
    let answer = |minutes| Command::SetAnswerLimit { minutes, at: now };
    let sold_out = |item, until| Command::SetSoldOut { item, until, at: now };
    let hours = |spans: &[(u8, u16, u16)]| {
        let spans = spans.iter().map(|(day, open, close)| OpenSpan { day: *day, open: *open, close: *close });
        Command::SetHours { hours: Hours(spans.collect()), at: now }
    };
    let existing = |id| IntoSection::Existing { id };
    let named = |id, name| IntoSection::New { id, name: Text::ko(name) };
    let pizza = menu().sections.remove(0).items.remove(0);
    let unknown = ItemId(Uuid::from_u128(0xBAD));
    let (dish, drinks) = (ItemId(Uuid::from_u128(0x12)), SectionId(Uuid::from_u128(0x41)));
    let soup =
        Item { id: dish, name: Text::ko("수프"), price: won(4_500), groups: Vec::new(), ..pizza.clone() };
    let add = |section, item: &Item| Command::AddItem { section, item: Box::new(item.clone()), at: now };
    let change = |item, name: Option<&str>, price: Option<u64>| {
        let (name, price) = (name.map(Text::ko), price.map(won));
        Command::ChangeItem { item, change: ItemChange { name, price, description: None }, at: now }
    };
    vec![
        ("register", register(profile())),
        ("register another", register(Profile { kind: "chicken".to_owned(), ..profile() })),
        ("register too big", register(Profile { capacity: MAX_CAPACITY + 1, ..profile() })),
        ("capacity 3", capacity(3)),
        ("capacity 0", capacity(0)),
        ("capacity 1,000", capacity(1_000)),
        ("capacity 1,001", capacity(1_001)),
        ("pause", pause(None)),
        ("pause until 60", pause(Some(at(60)))),
        ("pause until 90", pause(Some(at(90)))),
        ("pause until now", pause(Some(now))),
        ("pause a week", pause(Some(now.plus_minutes(MAX_PAUSE_MINUTES)))),
        ("pause over a week", pause(Some(Timestamp(now.plus_minutes(MAX_PAUSE_MINUTES).0 + 1)))),
        ("reopen", Command::Reopen { at: now }),
        ("busy by 10", busy(10)),
        ("no longer busy", busy(0)),
        ("busy by 7", busy(7)),
        ("busy by 65", busy(65)),
        ("answer in 5", answer(5)),
        ("answer in 10", answer(10)),
        ("answer in 0", answer(0)),
        ("answer in 61", answer(61)),
        ("sold out until 60", sold_out(PIZZA, Some(at(60)))),
        ("available", sold_out(PIZZA, None)),
        ("sold out, unknown", sold_out(unknown, Some(Timestamp(i64::MAX)))),
        ("hours from 10 to 2", hours(&[(4, 600, 1_560), (5, 600, 1_560)])),
        ("hours as they are", Command::SetHours { hours: Hours::always(), at: now }),
        ("hours, unsorted", hours(&[6, 0, 3, 1, 2, 5, 4].map(|day| (day, 0, 1_440)))),
        ("no hours", hours(&[])),
        ("hours on day 7", hours(&[(6, 600, 1_200), (7, 600, 1_200)])),
        ("hours from 24", hours(&[(0, 1_440, 1_500)])),
        ("hours of no length", hours(&[(0, 600, 600)])),
        ("hours over a day", hours(&[(0, 600, 2_041)])),
        ("hours twice", hours(&[(0, 700, 800), (0, 600, 701)])),
        ("hours over midnight", hours(&[(0, 1_200, 1_501), (1, 60, 600)])),
        ("hours over the week", hours(&[(0, 60, 600), (6, 1_200, 1_501)])),
        ("a dish", add(existing(SECTION), &soup)),
        ("a dish, new section", add(named(drinks, "국물"), &soup)),
        ("a dish, no section", add(existing(drinks), &soup)),
        ("a dish, taken section", add(named(SECTION, "국물"), &soup)),
        ("a dish, taken", add(existing(SECTION), &Item { id: COLA, ..soup.clone() })),
        ("the pizza again", add(existing(SECTION), &pizza)),
        ("a dish without name", add(existing(SECTION), &Item { name: Text::ko(" "), ..soup.clone() })),
        ("a dish for nothing", add(existing(SECTION), &Item { price: won(0), ..soup.clone() })),
        ("a nameless section", add(named(drinks, ""), &soup)),
        ("the pizza renamed", change(PIZZA, Some("마르게리타"), None)),
        ("the pizza dearer", change(PIZZA, Some("피자"), Some(19_000))),
        ("the pizza as it is", change(PIZZA, Some(" 피자 "), Some(18_000))),
        ("nothing changed", change(PIZZA, None, None)),
        ("a change, unknown", change(unknown, None, Some(19_000))),
        ("a change to nothing", change(PIZZA, Some(""), None)),
    ]
}

#[test]
fn a_store_answers_as_the_table_says() {
    Table {
        text: TABLE,
        states: states(),
        commands: commands(),
        phase: |store: &Store| store.phase,
        phases: phases(),
        verbs: verbs(),
        not_now: |command, state| Refusal::NotNow { command: command.verb(), state },
        type_name: |event| DomainEvent::Store(event).type_name(),
    }
    .check();
}

#[test]
fn commands_as_one_are_done_all_or_none_each_on_what_those_before_have_made() {
    let open = store();
    let price = |price| Command::ChangeItem {
        item: PIZZA,
        change: ItemChange { price: Some(won(price)), ..ItemChange::default() },
        at: NOON,
    };
    let sold_out = |item| Command::SetSoldOut { item, until: Some(at(60)), at: NOON };
    let done = open.decide_all([price(19_000), sold_out(PIZZA), price(19_000), price(20_000)]).unwrap();
    let kinds: Vec<&str> =
        done.clone().into_events().into_iter().map(|event| DomainEvent::Store(event).type_name()).collect();
    assert_eq!(kinds, ["ItemChanged", "SoldOutSet", "ItemChanged"]);
    let mut after = open.clone();
    done.into_events().iter().for_each(|event| after.apply(event));
    let pizza = after.menu.item(PIZZA).unwrap();
    assert_eq!((pizza.price, pizza.sold_out_until), (won(20_000), Some(at(60))));
    // The last is refused: so are those before it.
    let nobody = ItemId(Uuid::from_u128(99));
    assert_eq!(open.decide_all([price(19_000), sold_out(nobody)]), Err(Refusal::NoSuchItem));
    assert_eq!(after.decide_all([price(20_000), sold_out(PIZZA)]), Ok(Decision::AlreadyApplied));
    assert_eq!(open.decide_all([]), Ok(Decision::AlreadyApplied));
}
