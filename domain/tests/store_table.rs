//! What a store answers to each command in each state.

mod common;
#[path = "common/table.rs"]
mod table;

use common::{NOON, PIZZA, at, fold, menu, profile, store};
use domain::processes::DomainEvent;
use domain::shared::{Aggregate, ItemId, Timestamp};
use domain::store::{Command, Event, Hours, MAX_CAPACITY, MAX_PAUSE_MINUTES, Phase, Profile, Refusal, Store};
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
        ("sold out, unknown", sold_out(ItemId(Uuid::from_u128(0xBAD)), Some(Timestamp(i64::MAX)))),
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
