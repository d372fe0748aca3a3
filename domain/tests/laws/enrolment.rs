//! The laws of an application, and of a menu that is read line by line.

use crate::common::at;
use domain::enrolment::{Application, Command, Event, Phase};
use domain::shared::{Aggregate, Decision};
use domain::store::{MAX_DISHES, Menu};
use domain::views::{Fault, Field, FieldFault, menu_of_lines};
use proptest::prelude::*;
use uuid::Uuid;

fn command() -> impl Strategy<Value = Command> {
    let number = || 0..4_u32;
    let moment = || (0..240_u32).prop_map(at);
    prop_oneof![
        3 => (number(), moment()).prop_map(|(number, at)| Command::File { number, is_other: false, at }),
        1 => (number(), moment()).prop_map(|(number, at)| Command::Approve { number, at }),
        3 => (number(), " {0,2}[a-c]{0,2}", moment())
            .prop_map(|(number, reason, at)| Command::Refuse { number, reason, at }),
    ]
}

fn ids() -> impl FnMut() -> Uuid {
    let mut last = 0;
    move || {
        last += 1;
        Uuid::from_u128(last)
    }
}

/// The menu as somebody would type it.
fn as_lines(menu: &Menu) -> String {
    let mut text = String::new();
    for section in &menu.sections {
        text += &format!("# {}\r\n", section.name.ko);
        for item in &section.items {
            text += &format!("{} | {} | {}\r\n", item.name.ko, item.price, item.description.ko);
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_laws_hold_for_an_application(commands in prop::collection::vec(command(), 0..30)) {
        let mut state = Application::default();
        let mut events: Vec<Event> = Vec::new();
        for command in commands {
            let before = state.clone();
            match state.decide(command.clone()) {
                Ok(Decision::Executed(done)) => {
                    // Nothing follows an approval, and each filing is the next one.
                    prop_assert!(before.phase != Phase::Approved, "{:?} after the approval", command);
                    for event in done {
                        if let Event::ApplicationFiled { number, .. } = &event {
                            prop_assert_eq!(*number, before.number + 1);
                        }
                        state.apply(&event);
                        events.push(event);
                    }
                    prop_assert_eq!(state.reason.is_empty(), state.phase != Phase::Refused);
                    let again = state.decide(command.clone());
                    prop_assert!(matches!(again, Ok(Decision::AlreadyApplied)), "{:?} repeated: {:?}", command, again);
                }
                answer => {
                    prop_assert_eq!(&state, &before);
                    prop_assert_eq!(state.decide(command), answer);
                }
            }
        }
        prop_assert_eq!(Application::replay(&events), state);
    }

    #[test]
    fn a_menu_reads_back_as_it_was_typed(
        sections in prop::collection::vec(
            ("[가-힣a-z]{1,8}", prop::collection::vec(("[가-힣a-z(),. ]{0,8}[가-힣a-z]", 1..1_000_000_u64, "[가-힣a-z]{0,9}"), 1..5)),
            1..5,
        ),
    ) {
        let mut text = String::new();
        for (heading, dishes) in &sections {
            text += &format!("#{heading}\n\n");
            for (name, price, about) in dishes {
                text += &format!("  {name} |{price}원| {about}\n");
            }
        }
        let menu = menu_of_lines(&text, &mut ids()).map_err(|fault| TestCaseError::fail(format!("{fault:?}: {text}")))?;
        prop_assert_eq!(menu.sections.len(), sections.len());
        for (section, (heading, dishes)) in menu.sections.iter().zip(&sections) {
            prop_assert_eq!(&section.name.ko, heading);
            let read: Vec<_> = section.items.iter().map(|item| (item.name.ko.as_str(), item.price.get())).collect();
            let typed: Vec<_> = dishes.iter().map(|(name, price, _)| (name.trim(), *price)).collect();
            prop_assert_eq!(read, typed);
        }
        let again = menu_of_lines(&as_lines(&menu), &mut ids());
        prop_assert_eq!(again, Ok(menu));
    }

    /// Whatever is typed is either a menu with a dish and without empty sections, or refused for the menu's field alone.
    #[test]
    fn whatever_is_typed_is_a_menu_or_says_where_it_is_not(text in "([#|]{0,2}[가-다a0-9,\\t ]{0,6}[|#\\r\\n]){0,12}") {
        match menu_of_lines(&text, &mut ids()) {
            Ok(menu) => {
                prop_assert!((1..=MAX_DISHES as usize).contains(&menu.items().count()));
                prop_assert!(menu.sections.iter().all(|section| !section.items.is_empty()));
            }
            Err(Fault::Invalid(faults)) => {
                prop_assert!(!faults.is_empty());
                let lines = text.lines().count() as u32;
                for fault in faults {
                    prop_assert_eq!(fault.field(), Field::Menu);
                    if let FieldFault::Line { line, .. } = fault {
                        prop_assert!((1..=lines).contains(&line), "line {} of {}", line, lines);
                    }
                }
            }
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
