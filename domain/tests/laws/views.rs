//! Pages: what live messages make of a page is what a fresh load would show, and nobody is told what is not theirs to know.

use super::acts::{Act, act};
use super::provider::Mood;
use super::world::{CODE, World};
use crate::common::{CUSTOMER, STORE, at, money, rider, sealed};
use domain::processes::Case;
use domain::shared::{Personal, Point, Sealed, Text, Won};
use domain::store::{Openness, ticket};
use domain::views::{
    BoardView, KitchenLoad, LiveMessage, MoneyMove, OrderDoc, OrderView, Recorded, TicketCard, Viewer,
    live_message, timeline_entry,
};
use proptest::prelude::*;

fn personal() -> Personal {
    Personal {
        name: "김하늘".to_owned(),
        phone: "010-0000-0001".to_owned(),
        address: "서울 마포구 양화로 45".to_owned(),
        address_detail: "301호".to_owned(),
        point: Point::new(37.5, 126.9),
        note_to_store: "덜 맵게 해 주세요".to_owned(),
        note_to_rider: "벨을 누르지 말아 주세요".to_owned(),
    }
}

fn open(envelope: &Sealed) -> Option<Personal> {
    (*envelope == sealed()).then(personal)
}

fn messages(log: &[Recorded], viewer: Viewer) -> Vec<LiveMessage> {
    log.iter().filter_map(|recorded| live_message(recorded, viewer, recorded.at.0, &open)).collect()
}

fn case_of(log: &[Recorded]) -> Case {
    let mut case = Case::default();
    for recorded in log {
        case.apply(&recorded.event);
    }
    case
}

fn position(log: &[Recorded]) -> u64 {
    log.last().map_or(0, |recorded| recorded.position)
}

/// The customer's page as a fresh load shows it: from what the read model keeps.
fn order_page(log: &[Recorded]) -> OrderView {
    let doc = OrderDoc::of(&case_of(log)).expect("placed");
    let timeline = log.iter().filter_map(timeline_entry).collect();
    OrderView::new((position(log), at(0)), String::new(), doc, personal(), timeline)
}

/// The owner's board as a fresh load shows it.
fn board(log: &[Recorded]) -> BoardView {
    let case = case_of(log);
    let card = TicketCard::of_case(&case, Some(personal()));
    let gone = matches!(case.ticket.phase, ticket::Phase::Rejected | ticket::Phase::Cancelled);
    BoardView {
        position: position(log),
        now: at(0),
        key: String::new(),
        store: STORE,
        name: Text::default(),
        load: KitchenLoad { open: u32::from(case.ticket.phase.is_open()), capacity: 3 },
        openness: Openness::Open,
        answer_limit_minutes: 5,
        cooking_minutes: 25,
        busy_minutes: 0,
        tickets: card.into_iter().filter(|_| !gone).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    /// Loaded at any moment and then told the whole log, replayed messages included, both pages end up as a fresh load
    /// at the end.
    #[test]
    fn a_page_loaded_at_any_moment_and_kept_live_is_the_page_loaded_now(
        acts in prop::collection::vec(act(), 0..50),
    ) {
        let mut world = World::new(1);
        let mut loads = vec![world.log.len()];
        for act in &acts {
            world.act(act);
            loads.push(world.log.len());
        }
        loads.dedup();
        let case = &world.case;
        let failed = case.delivery.phase == domain::delivery::Phase::Failed;
        let page = order_page(&world.log);
        prop_assert_eq!(page.is_missed(), failed && !page.line.shown.is_end());
        let to_customer = messages(&world.log, Viewer::Customer(CUSTOMER));
        let to_owner = messages(&world.log, Viewer::Owner(STORE));
        for loaded in loads {
            let mut page = order_page(&world.log[..loaded]);
            for message in &to_customer {
                page.apply(message);
            }
            page.position = position(&world.log);
            prop_assert_eq!(&page, &order_page(&world.log), "loaded after {} events", loaded);

            let mut live = board(&world.log[..loaded]);
            for message in &to_owner {
                live.apply(message);
            }
            live.position = position(&world.log);
            prop_assert_eq!(&live, &board(&world.log), "loaded after {} events", loaded);
        }
    }

    #[test]
    fn a_refund_that_fails_takes_longer_until_nothing_is_owed(acts in prop::collection::vec(act(), 0..50)) {
        let mut world = World::new(1);
        for act in &acts {
            world.act(act);
            let page = order_page(&world.log);
            prop_assert!(page.is_refund_delayed() || !world.case.payment.is_refund_failing());
            prop_assert!(!page.is_refund_delayed() || !page.owed.is_zero());
        }
    }

    #[test]
    fn a_live_message_reads_back_as_it_was_sent(acts in prop::collection::vec(act(), 0..50)) {
        let world = World::after(&acts);
        for viewer in [Viewer::Customer(CUSTOMER), Viewer::Owner(STORE), Viewer::Rider(rider(1))] {
            for message in messages(&world.log, viewer) {
                let text = serde_json::to_string(&message).map_err(|error| TestCaseError::fail(error.to_string()))?;
                let read = serde_json::from_str::<LiveMessage>(&text);
                prop_assert_eq!(read.ok(), Some(message), "{}", text);
            }
        }
    }

    /// Riders see no address, phone or note through a stream, before a claim or after; owners see the address and their
    /// own note.
    #[test]
    fn invariant_10_a_stream_tells_nobody_what_is_not_theirs(acts in prop::collection::vec(act(), 0..50)) {
        let world = World::after(&acts);
        let all = personal();
        let for_owners = [&all.name, &all.phone, &all.note_to_rider];
        let for_riders = [&for_owners[..], &[&all.address, &all.address_detail, &all.note_to_store]].concat();
        for (viewer, secrets) in
            [(Viewer::Rider(rider(1)), &for_riders[..]), (Viewer::Owner(STORE), &for_owners[..])]
        {
            for message in messages(&world.log, viewer) {
                let text = serde_json::to_string(&message).map_err(|error| TestCaseError::fail(error.to_string()))?;
                for secret in secrets.iter().map(|secret| secret.as_str()).chain([CODE, &sealed().0]) {
                    prop_assert!(!text.contains(secret), "{:?} was told {}: {}", viewer, secret, text);
                }
            }
        }
    }

    #[test]
    fn invariant_8_the_timeline_tells_the_money_from_the_log_alone(
        acts in prop::collection::vec(act(), 0..50),
    ) {
        let world = World::after(&acts);
        let timeline: Vec<_> = world.log.iter().filter_map(timeline_entry).collect();
        prop_assert!(timeline.windows(2).all(|pair| pair[0].position < pair[1].position && pair[0].at <= pair[1].at));
        for entry in &timeline {
            let recorded = &world.log[entry.position as usize - 1];
            prop_assert_eq!((entry.at, entry.by), (recorded.at, recorded.actor));
        }
        let sum = |pick: fn(MoneyMove) -> Option<Won>| {
            Won::sum(timeline.iter().filter_map(|entry| entry.money).filter_map(pick))
        };
        let payment = &world.case.payment;
        let taken = sum(|moved| match moved {
            MoneyMove::Taken(amount) => Some(amount),
            _ => None,
        });
        let owed = sum(|moved| match moved {
            MoneyMove::Owed(amount) => Some(amount),
            _ => None,
        });
        let returned = sum(|moved| match moved {
            MoneyMove::Returned(amount) => Some(amount),
            _ => None,
        });
        let sent_back = sum(|moved| match moved {
            MoneyMove::SentBack(amount) => Some(amount),
            _ => None,
        });
        let stands = |moved: Result<Won, _>| moved.and_then(|moved| moved.minus(sent_back?));
        prop_assert_eq!(
            (taken, stands(owed), stands(returned)),
            (Ok(payment.approved()), Ok(payment.given_back()), Ok(payment.refunded())),
            "{}", money(payment)
        );
    }
}

/// While the customer is to go on with one change, the money for an earlier one that was given up turns out to be taken.
#[test]
fn the_way_to_the_providers_page_stays_when_the_money_of_another_request_is_found() {
    let mut world = World::paid(1);
    let lost = [Act::Change(2), Act::Run(Mood::Lost), Act::Wait(11), Act::Run(Mood::Down)];
    for act in [&[Act::GoOn][..], &lost, &[Act::Change(2)]].concat() {
        world.act(&act);
    }
    world.act(&Act::Run(Mood::Down));
    world.act(&Act::Run(Mood::NeedsCustomer));
    let mut page = order_page(&world.log);
    assert!(page.pay_url.is_some());
    world.act(&Act::Run(Mood::Approve));
    assert_eq!(world.log.last().map(|recorded| recorded.event.type_name()), Some("PaymentApproved"));
    for message in messages(&world.log, Viewer::Customer(CUSTOMER)) {
        page.apply(&message);
    }
    page.position = position(&world.log);
    assert_eq!(page, order_page(&world.log));
    assert!(page.pay_url.is_some());
}

/// An order ends while it is not known whether anything was taken for it: the page says so until the provider has answered.
#[test]
fn whether_anything_was_taken_is_open_until_the_provider_has_said_so() {
    use domain::order::CancelledBy;
    for (mood, event) in [(Mood::Down, "ChargeVoided"), (Mood::Lost, "PaymentApproved")] {
        let mut world = World::new(1);
        world.act(&Act::Run(mood));
        world.act(&Act::Cancel(CancelledBy::Customer));
        let mut page = order_page(&world.log);
        assert!(page.undecided && page.taken.is_zero(), "{mood:?}");
        world.act(&Act::Run(Mood::Approve));
        assert_eq!(world.log.last().map(|recorded| recorded.event.type_name()), Some(event));
        for message in messages(&world.log, Viewer::Customer(CUSTOMER)) {
            page.apply(&message);
        }
        assert!(!page.undecided, "{mood:?}");
        assert_eq!(page, order_page(&world.log));
    }
}

#[test]
fn a_new_refund_takes_no_longer_because_an_earlier_one_has_failed() {
    use domain::order::CancelledBy;
    let mut world = World::paid(1);
    let mut then = |act: Act| {
        world.act(&act);
        let page = order_page(&world.log);
        (page.owed.is_zero(), page.is_refund_delayed())
    };
    assert_eq!(then(Act::GoOn), (true, false), "the store has it");
    assert_eq!(then(Act::Cancel(CancelledBy::Customer)), (true, false));
    assert_eq!(then(Act::Run(Mood::Approve)), (false, false), "owed, and not tried yet");
    assert_eq!(then(Act::Run(Mood::Down)), (false, true));
    assert_eq!(then(Act::Run(Mood::Approve)), (true, false));
    assert_eq!(then(Act::SendBack), (false, false), "owed once more, and not tried yet");
}

#[test]
fn an_order_that_is_held_says_until_when() {
    let mut world = World::new(1);
    let mut page = order_page(&world.log);
    assert_eq!(page.held_until, None);
    for (acts, held_until) in [
        (&[Act::Run(Mood::Down)][..], Some(at(10))),
        (&[Act::Wait(5), Act::Run(Mood::NeedsCustomer)][..], Some(at(10))),
        (&[Act::Run(Mood::Approve), Act::GoOn][..], None),
    ] {
        for act in acts {
            world.act(act);
        }
        for message in messages(&world.log, Viewer::Customer(CUSTOMER)) {
            page.apply(&message);
        }
        assert_eq!(page.held_until, held_until, "{acts:?}");
        assert_eq!(page, OrderView { position: page.position, ..order_page(&world.log) });
    }
}
