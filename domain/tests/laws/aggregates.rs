//! The laws of every aggregate: the state is the fold of the log as it is read back, a refusal changes nothing, and a command
//! repeated right after its success has no second effect.

use super::store::{dish, hours, item_change, section};
use crate::common::{
    COLA, PIZZA, at, bill, menu, offered, opened, order_id, placed, placed_as, profile, rider, won,
};
use domain::order::{CancelledBy, ChangeOutcome, ConfirmedBy, PaymentFailure, RejectReason, StuckReason};
use domain::payment::{Purpose, RefundReason};
use domain::processes::DomainEvent;
use domain::shared::{AccountId, Aggregate, Decision, ItemId, Point, Timestamp};
use domain::store::{Hours, Profile, ticket};
use domain::{delivery, order, payment, store};
use proptest::prelude::*;
use std::fmt::Debug;
use uuid::Uuid;

/// How an aggregate's events go into the log and come out of it again.
struct Log<E> {
    write: fn(E) -> DomainEvent,
    read: fn(DomainEvent) -> Option<E>,
}

impl<E: Clone + PartialEq + Debug> Log<E> {
    /// The event as it is read from the log; a law of its own: it is the event that was written.
    fn through(&self, event: &E) -> Result<E, TestCaseError> {
        let written = (self.write)(event.clone());
        let text = written.to_json().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let read = DomainEvent::from_json(written.context().name(), written.schema_version(), &text)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read, &written, "{}", text);
        (self.read)(read).ok_or_else(|| TestCaseError::fail("read as another context's event"))
    }
}

/// Walks through commands and checks the laws at each. `counts_each_time` names the commands that are meant to count every time
/// they are given; only an idempotency key makes a repeat of those harmless.
fn walk<A>(
    commands: Vec<A::Command>,
    log: &Log<A::Event>,
    counts_each_time: fn(&A::Command) -> bool,
) -> Result<(), TestCaseError>
where
    A: Aggregate + PartialEq + Debug,
    A::Command: Clone + Debug,
    A::Event: PartialEq + Debug,
    A::Refusal: PartialEq + Debug,
{
    let mut state = A::default();
    let mut written = Vec::new();
    for command in commands {
        let before = state.clone();
        match state.decide(command.clone()) {
            Ok(Decision::Executed(events)) => {
                prop_assert!(!events.is_empty(), "{:?} executed nothing", command);
                for event in &events {
                    state.apply(event);
                    written.push(log.through(event)?);
                }
                let again = state.decide(command.clone());
                prop_assert!(
                    counts_each_time(&command) || !matches!(again, Ok(Decision::Executed(_))),
                    "{:?} repeated made {:?}",
                    command,
                    again
                );
            }
            answer => {
                prop_assert_eq!(&state, &before);
                prop_assert_eq!(state.decide(command), answer);
            }
        }
    }
    prop_assert_eq!(A::replay(&written), state);
    Ok(())
}

fn never<C>(_: &C) -> bool {
    false
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..240_u32).prop_map(at)
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["order:charge", "order:change:1", "order:change:2", "part"])
        .prop_map(str::to_owned)
}

fn order_command() -> impl Strategy<Value = order::Command> {
    use order::Command as C;
    let outcome = prop::sample::select(vec![
        ChangeOutcome::Declined,
        ChangeOutcome::CookingStarted,
        ChangeOutcome::OrderEnded,
        ChangeOutcome::Expired,
    ]);
    let stuck = prop::sample::select(vec![
        StuckReason::KitchenSilent,
        StuckReason::NoRider,
        StuckReason::RiderSilent,
        StuckReason::CustomerAbsent,
    ]);
    let failure = prop_oneof![Just(PaymentFailure::Expired), ".{0,12}".prop_map(PaymentFailure::Declined)];
    let rejection = prop_oneof![
        Just(RejectReason::OverCapacity),
        Just(RejectReason::TimedOut),
        ".{0,12}".prop_map(RejectReason::Store)
    ];
    let canceller = prop::sample::select(vec![CancelledBy::Customer, CancelledBy::Operator]);
    let confirmer = prop::sample::select(vec![ConfirmedBy::Customer, ConfirmedBy::Timer]);
    prop_oneof![
        4 => Just(C::Place(placed())),
        1 => Just(C::Place(placed_as(order_id(2)))),
        1 => (moment(), any::<bool>()).prop_map(|(until, for_customer)| C::Hold { until, for_customer }),
        4 => moment().prop_map(|at| C::Receive { at }),
        1 => (failure, moment()).prop_map(|(reason, at)| C::FailPayment { reason, at }),
        1 => (canceller, ".{0,12}", moment()).prop_map(|(by, reason, at)| C::Cancel { by, reason, at }),
        1 => (rejection, moment()).prop_map(|(reason, at)| C::Reject { reason, at }),
        4 => (1..4_u32, 0..2_u64, moment()).prop_map(|(pieces, extra, at)| C::RequestChange {
            bill: bill(pieces),
            extra: won(extra * 20_000),
            until: at,
            at,
        }),
        4 => (0..5_u32, moment()).prop_map(|(revision, at)| C::ApplyChange { revision, at }),
        2 => (0..5_u32, outcome, moment())
            .prop_map(|(revision, outcome, at)| C::AbandonChange { revision, outcome, at }),
        1 => (confirmer, moment()).prop_map(|(by, at)| C::ConfirmReceipt { by, at }),
        1 => (stuck, moment(), moment()).prop_map(|(why, since, at)| C::Flag { why, since, at }),
        1 => (any::<bool>(), ".{0,12}", moment())
            .prop_map(|(refund, reason, at)| C::GiveUp { refund, reason, at }),
    ]
}

pub(crate) fn payment_command() -> impl Strategy<Value = payment::Command> {
    use payment::Command as C;
    let reason = || {
        prop::sample::select(vec![
            RefundReason::Cancelled,
            RefundReason::Rejected,
            RefundReason::TooLate,
            RefundReason::Changed,
            RefundReason::Undeliverable,
            RefundReason::SentBack,
        ])
    };
    // The keys that refunds get, too.
    let refund_key = || prop_oneof![1 => key(), 4 => (key(), 0..4_u8).prop_map(|(key, number)| format!("{key}:refund:{number}"))];
    let purpose =
        || prop_oneof![Just(Purpose::Order), (1..3_u32).prop_map(|revision| Purpose::Change { revision })];
    prop_oneof![
        1 => (key(), ".{0,12}", moment(), moment())
            .prop_map(|(key, url, until, at)| C::RecordNeedsCustomer { key, url, until, at }),
        3 => (key(), purpose(), 0..60_000_u64, moment()).prop_map(|(key, purpose, amount, at)| {
            C::RecordApproved { provider_id: format!("pay of {key}"), key, purpose, amount: won(amount), at }
        }),
        1 => (key(), ".{0,12}", moment()).prop_map(|(key, code, at)| C::RecordDeclined { key, code, at }),
        1 => (key(), moment()).prop_map(|(key, at)| C::RecordVoided { key, at }),
        3 => (prop_oneof![Just(0), 0..90_000_u64], reason(), moment())
            .prop_map(|(keep, reason, at)| C::Refund { keep: won(keep), reason, at }),
        2 => (refund_key(), moment()).prop_map(|(key, at)| C::RecordRefunded { key, at }),
        1 => (refund_key(), 0..9_u32, prop::option::of(0..3_u32), moment())
            .prop_map(|(key, attempts, refused, at)| C::RecordRefundFailed { key, attempts, refused, at }),
        1 => (refund_key(), moment()).prop_map(|(key, at)| C::RecordRefundSentBack { key, at }),
    ]
}

fn ticket_command() -> impl Strategy<Value = ticket::Command> {
    use ticket::Command as C;
    let reason = prop_oneof![
        Just(ticket::RejectReason::OverCapacity),
        Just(ticket::RejectReason::TimedOut),
        " {0,2}[a-z]{0,3}".prop_map(ticket::RejectReason::Store)
    ];
    prop_oneof![
        4 => (0..4_u32, 0..4_u32).prop_map(|(open_tickets, capacity)| C::Open {
            ticket: opened(),
            open_tickets,
            capacity,
        }),
        4 => (0..130_u32, moment()).prop_map(|(minutes, at)| C::Accept { minutes: minutes / 5 * 5, at }),
        1 => (0..130_u32, moment()).prop_map(|(minutes, at)| C::Accept { minutes, at }),
        1 => (reason, moment()).prop_map(|(reason, at)| C::Reject { reason, at }),
        2 => moment().prop_map(|at| C::Start { at }),
        1 => moment().prop_map(|at| C::Finish { at }),
        2 => (prop::sample::select(vec![0, 5, 10, 15, 20, u32::MAX]), moment())
            .prop_map(|(minutes, at)| C::Delay { minutes, at }),
        1 => moment().prop_map(|at| C::Cancel { at }),
        1 => moment().prop_map(|at| C::Withdraw { at }),
        3 => (0..5_u32, 0..5_u32, 1..4_u32, moment())
            .prop_map(|(base, revision, pieces, at)| C::Change { base, revision, bill: bill(pieces), at }),
    ]
}

fn delivery_command() -> impl Strategy<Value = delivery::Command> {
    use delivery::{Command as C, FailReason};
    let who = || (0..3_u8).prop_map(rider);
    let by = || -> BoxedStrategy<Option<AccountId>> { prop::option::of((0..3_u8).prop_map(rider)).boxed() };
    let number = prop::sample::select(vec![None, Some(offered().number.to_string()), Some("X-1".to_owned())]);
    let code = prop::sample::select(vec![None, Some("4821".to_owned()), Some("0".to_owned())]);
    let place = (-90.0..=90.0_f64, -180.0..=180.0_f64)
        .prop_map(|(lat, lon)| Point::new(lat, lon).expect("within range"));
    let reason = prop::sample::select(vec![
        FailReason::CustomerAbsent,
        FailReason::Accident,
        FailReason::NoRider,
        FailReason::Operator,
    ]);
    prop_oneof![
        6 => place.prop_map(|store_point| C::Offer(Box::new(delivery::Offered { store_point, ..offered() }))),
        6 => (who(), any::<bool>(), prop::option::of(0..6_000_u32), moment()).prop_map(
            |(rider, on_duty, distance_m, at)| C::Claim { rider, on_duty, distance_m, radius_m: 3_000, at }
        ),
        2 => (who(), moment()).prop_map(|(rider, at)| C::Release { rider, at }),
        1 => moment().prop_map(|at| C::TakeBack { at }),
        4 => (who(), moment()).prop_map(|(rider, at)| C::Arrive { rider, at }),
        6 => (who(), number, moment()).prop_map(|(rider, number, at)| C::PickUp { rider, number, at }),
        6 => (who(), code, moment()).prop_map(|(rider, code, at)| C::Deliver { rider, code, at }),
        1 => (by(), reason, moment()).prop_map(|(rider, reason, at)| C::Fail { rider, reason, at }),
    ]
}

fn store_command() -> impl Strategy<Value = store::Command> {
    use store::Command as C;
    let item = prop::sample::select(vec![PIZZA, COLA, ItemId(Uuid::from_u128(0xBAD))]);
    let until = || prop::option::of(moment());
    prop_oneof![
        3 => (0..1_200_u32, moment()).prop_map(|(capacity, at)| C::Register {
            profile: Box::new(Profile { capacity, ..profile() }),
            menu: menu(),
            hours: Hours::always(),
            at,
        }),
        3 => (0..1_200_u32, moment()).prop_map(|(capacity, at)| C::SetCapacity { capacity, at }),
        3 => (until(), moment()).prop_map(|(until, at)| C::Pause { until, at }),
        2 => moment().prop_map(|at| C::Reopen { at }),
        2 => (0..70_u32, moment()).prop_map(|(minutes, at)| C::SetBusy { minutes, at }),
        2 => (0..70_u32, moment()).prop_map(|(minutes, at)| C::SetAnswerLimit { minutes, at }),
        3 => (item.clone(), until(), moment()).prop_map(|(item, until, at)| C::SetSoldOut { item, until, at }),
        3 => (hours(), moment()).prop_map(|(hours, at)| C::SetHours { hours, at }),
        4 => (section(), dish(), moment())
            .prop_map(|(section, item, at)| C::AddItem { section, item: Box::new(item), at }),
        4 => (item, item_change(), moment())
            .prop_map(|(item, change, at)| C::ChangeItem { item, change, at }),
    ]
}

macro_rules! log {
    ($context:ident) => {
        Log {
            write: DomainEvent::$context,
            read: |event| match event {
                DomainEvent::$context(event) => Some(event),
                _ => None,
            },
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_laws_hold_for_an_order(commands in prop::collection::vec(order_command(), 0..30)) {
        walk::<order::Order>(commands, &log!(Order), never)?;
    }

    #[test]
    fn the_laws_hold_for_a_payment(commands in prop::collection::vec(payment_command(), 0..30)) {
        walk::<payment::Payment>(commands, &log!(Payment), never)?;
    }

    /// Each delay is one more: that a double click adds ten minutes once is the idempotency key's doing.
    #[test]
    fn the_laws_hold_for_a_ticket(commands in prop::collection::vec(ticket_command(), 0..30)) {
        walk::<ticket::Ticket>(commands, &log!(Ticket), |command| matches!(command, ticket::Command::Delay { .. }))?;
    }

    #[test]
    fn the_laws_hold_for_a_delivery(commands in prop::collection::vec(delivery_command(), 0..30)) {
        walk::<delivery::Delivery>(commands, &log!(Delivery), never)?;
    }

    #[test]
    fn the_laws_hold_for_a_store(commands in prop::collection::vec(store_command(), 0..30)) {
        walk::<store::Store>(commands, &log!(Store), never)?;
    }

    /// Invariant 4, as far as the order itself goes: whatever was asked for, the bill is that of the last change applied.
    #[test]
    fn invariant_4_a_change_that_fails_leaves_the_order_as_it_was(
        commands in prop::collection::vec(order_command(), 0..40),
    ) {
        let mut order = order::Order::default();
        let mut bill = None;
        for command in commands {
            let Ok(Decision::Executed(events)) = order.decide(command) else { continue };
            for event in &events {
                order.apply(event);
                match event {
                    order::Event::OrderPlaced(placed) => bill = Some(placed.bill.clone()),
                    order::Event::ChangeApplied { bill: new, .. } => bill = Some(new.clone()),
                    _ => {}
                }
            }
            prop_assert_eq!(&order.bill, &bill);
        }
    }
}
