//! Every refusal, state and event has a sentence of its own in both languages.

use super::{actor, distance, fault, field, shown, what};
use domain::delivery::{self, FailReason};
use domain::enrolment;
use domain::order::{self, ChangeOutcome, ConfirmedBy, PaymentFailure, RejectReason, StuckReason};
use domain::payment::{self, RefundReason};
use domain::processes::CaseRefusal;
use domain::shared::{AccountId, Locale, Text, Won};
use domain::store::ticket;
use domain::store::{self, HoursFault, MenuFault, MenuPart, QuoteRefusal};
use domain::views::{Actor, Fault, Field, FieldFault, LineFault, Shown, What};
use domain::webhook::{self, UrlFault};
use std::collections::HashSet;
use std::fmt::Debug;

/// Both languages say something, not the same thing, and nothing is left to be filled in.
fn check<T: Debug>(all: &[T], say: impl Fn(Locale, &T) -> String) -> HashSet<String> {
    all.iter()
        .map(|case| {
            let (ko, en) = (say(Locale::Ko, case), say(Locale::En, case));
            for text in [&ko, &en] {
                assert!(!text.trim().is_empty(), "{case:?} says nothing");
                assert!(!text.contains('{') && !text.contains('}'), "{case:?}: {text}");
            }
            assert_ne!(ko, en, "{case:?} says the same in both languages");
            ko
        })
        .collect()
}

fn text() -> Text {
    Text { ko: "사이즈".to_owned(), en: Some("Size".to_owned()) }
}

fn quotes() -> Vec<QuoteRefusal> {
    let won = Won::new(12_000).unwrap();
    vec![
        QuoteRefusal::Closed { opens: None },
        QuoteRefusal::Closed { opens: Some((6, 180)) },
        QuoteRefusal::Paused,
        QuoteRefusal::OutsideArea { distance_m: 5_240, radius_m: 900 },
        QuoteRefusal::EmptyCart,
        QuoteRefusal::TooManyLines { max: 50 },
        QuoteRefusal::UnknownItem { line: 0 },
        QuoteRefusal::SoldOut { line: 0, name: text() },
        QuoteRefusal::Quantity { line: 0, max: 99 },
        QuoteRefusal::UnknownChoice { line: 0 },
        QuoteRefusal::Choices { line: 0, group: text(), min: 1, max: 1 },
        QuoteRefusal::Choices { line: 0, group: text(), min: 0, max: 3 },
        QuoteRefusal::BelowMinimum { min: won, missing: won },
        QuoteRefusal::OutOfRange,
    ]
}

fn orders() -> Vec<order::Refusal> {
    use order::{Phase as P, Refusal as R, Verb as V};
    let states = [
        P::New,
        P::Placed,
        P::Held,
        P::Received,
        P::Completed,
        P::Cancelled,
        P::PaymentFailed,
        P::Rejected,
        P::Undeliverable,
    ];
    let commands = [
        V::Place,
        V::Hold,
        V::Receive,
        V::FailPayment,
        V::Cancel,
        V::Reject,
        V::Change,
        V::ConfirmReceipt,
        V::Flag,
        V::GiveUp,
    ];
    cross(&states, &commands, |state, command| R::NotNow { command, state })
        .chain([R::ChangeUnderWay, R::NoSuchChange, R::NothingChanges, R::NothingLeft])
        .collect()
}

fn payments() -> Vec<payment::Refusal> {
    use payment::{Phase as P, Refusal as R, Verb as V};
    let states = [P::Pending, P::NeedsCustomer, P::Approved, P::Declined, P::Refunding, P::Refunded];
    let commands = [
        V::RecordNeedsCustomer,
        V::RecordApproved,
        V::RecordDeclined,
        V::RecordVoided,
        V::Refund,
        V::RecordRefunded,
        V::RecordRefundFailed,
        V::RecordRefundSentBack,
    ];
    cross(&states, &commands, |state, command| R::NotNow { command, state })
        .chain([R::NoSuchRefund, R::OutOfRange])
        .collect()
}

fn tickets() -> Vec<ticket::Refusal> {
    use ticket::{Phase as P, Refusal as R, Verb as V};
    let states = [P::New, P::Received, P::Accepted, P::Cooking, P::Ready, P::Rejected, P::Cancelled];
    let commands =
        [V::Open, V::Accept, V::Reject, V::Start, V::Finish, V::Delay, V::Cancel, V::Withdraw, V::Change];
    cross(&states, &commands, |state, command| R::NotNow { command, state })
        .chain([
            R::CookingStarted,
            R::Minutes { max: 120 },
            R::DelayStep,
            R::DelayedTooLong { max: 60 },
            R::ReasonMissing,
            R::WrongRevision,
        ])
        .collect()
}

fn deliveries() -> Vec<delivery::Refusal> {
    use delivery::{Phase as P, Refusal as R, Verb as V};
    let states = [P::New, P::Offered, P::Claimed, P::Arrived, P::PickedUp, P::Delivered, P::Failed];
    let commands = [V::Offer, V::Claim, V::Release, V::Arrive, V::PickUp, V::Deliver, V::Fail];
    cross(&states, &commands, |state, command| R::NotNow { command, state })
        .chain([
            R::Taken,
            R::NotYours,
            R::OffDuty,
            R::TooFar { radius_m: 3_000 },
            R::NotARidersReason,
            R::WrongNumber,
            R::WrongCode,
            R::TooManyCodes { until: domain::shared::Timestamp(1_767_225_600_000) },
        ])
        .collect()
}

fn stores() -> Vec<store::Refusal> {
    use store::{Phase as P, Refusal as R, Verb as V};
    let states = [P::New, P::Open, P::Paused];
    let commands = [
        V::Register,
        V::SetCapacity,
        V::Pause,
        V::Reopen,
        V::SetBusy,
        V::SetAnswerLimit,
        V::SetSoldOut,
        V::SetHours,
        V::AddItem,
        V::ChangeItem,
    ];
    let parts = [MenuPart::Section, MenuPart::Dish, MenuPart::Group, MenuPart::Choice];
    let menu = parts.into_iter().flat_map(|part| {
        [
            MenuFault::NoName { part },
            MenuFault::NameTooLong { part, max: 60 },
            MenuFault::Unprintable { part },
            MenuFault::Price { part, min: 1, max: 1_000_000 },
            MenuFault::TooMany { part, max: 100 },
        ]
    });
    let hours = [
        HoursFault::Spans { max: 28 },
        HoursFault::Day { span: 0 },
        HoursFault::Opens { span: 1 },
        HoursFault::Closes { span: 2 },
        HoursFault::Overlap { span: 3, other: 0 },
    ];
    cross(&states, &commands, |state, command| R::NotNow { command, state })
        .chain([
            R::Capacity { max: 1_000 },
            R::NoSuchItem,
            R::NoSuchSection,
            R::IdTaken,
            R::PauseOver,
            R::BusyMinutes { max: 60 },
            R::AnswerLimit { min: 1, max: 60 },
            R::PauseTooLong { max_minutes: 10_080 },
        ])
        .chain(hours.map(R::Hours))
        .chain(menu.chain([MenuFault::DescriptionTooLong { max: 200 }, MenuFault::Choices]).map(R::Menu))
        .collect()
}

fn cross<'a, A: Copy, B: Copy, T>(
    left: &'a [A],
    right: &'a [B],
    make: impl Fn(A, B) -> T + Copy + 'a,
) -> impl Iterator<Item = T> + 'a {
    left.iter().flat_map(move |a| right.iter().map(move |b| make(*a, *b)))
}

const FIELDS: [Field; 39] = [
    Field::Food,
    Field::Choice,
    Field::Page,
    Field::PageSize,
    Field::Login,
    Field::Password,
    Field::Name,
    Field::Phone,
    Field::Address,
    Field::AddressDetail,
    Field::NoteToStore,
    Field::NoteToRider,
    Field::Card,
    Field::Position,
    Field::Lines,
    Field::Key,
    Field::StoreName,
    Field::Kind,
    Field::StorePhone,
    Field::Description,
    Field::Radius,
    Field::MinOrder,
    Field::DeliveryFee,
    Field::FarFrom,
    Field::FarFee,
    Field::Capacity,
    Field::CookingMinutes,
    Field::Opens,
    Field::Closes,
    Field::Days,
    Field::Menu,
    Field::About,
    Field::Reason,
    Field::Day,
    Field::Number,
    Field::Label,
    Field::Term,
    Field::Url,
    Field::From,
];

const LINES: [LineFault; 10] = [
    LineFault::NoPrice,
    LineFault::Price { min: 1, max: 1_000_000 },
    LineFault::NoName,
    LineFault::NameTooLong { max: 60 },
    LineFault::DescriptionTooLong { max: 200 },
    LineFault::TooManyParts,
    LineFault::Unprintable,
    LineFault::EmptySection,
    LineFault::TooManyDishes { max: 100 },
    LineFault::TooManySections { max: 20 },
];

fn fields() -> Vec<FieldFault> {
    FIELDS
        .into_iter()
        .flat_map(|field| {
            [
                FieldFault::Missing { field },
                FieldFault::TooShort { field, min: 2 },
                FieldFault::TooLong { field, max: 200 },
                FieldFault::Malformed { field },
                FieldFault::Unknown { field },
                FieldFault::Taken { field },
                FieldFault::OutOfRange { field, min: 100, max: 10_000 },
            ]
        })
        .chain(
            [UrlFault::NotHttps, UrlFault::Credentials, UrlFault::Port, UrlFault::NotPublic]
                .map(|wrong| FieldFault::Url { field: Field::Url, wrong }),
        )
        .chain(LINES.map(|wrong| FieldFault::Line { field: Field::Menu, line: 3, wrong }))
        .collect()
}

fn applications() -> Vec<enrolment::Refusal> {
    use enrolment::{Phase as P, Refusal as R, Verb as V};
    let states = [P::New, P::Filed, P::Approved, P::Refused];
    let commands = [V::File, V::Approve, V::Refuse];
    cross(&states, &commands, |state, command| R::NotNow { command, state })
        .chain([R::OtherFiling { filed: 2 }, R::ReasonMissing, R::ReasonTooLong { max: 200 }])
        .collect()
}

#[test]
fn every_fault_is_a_sentence_in_both_languages() {
    let cases = quotes()
        .into_iter()
        .map(CaseRefusal::Quote)
        .chain(orders().into_iter().map(CaseRefusal::Order))
        .chain(payments().into_iter().map(CaseRefusal::Payment))
        .chain(tickets().into_iter().map(CaseRefusal::Ticket))
        .chain(deliveries().into_iter().map(CaseRefusal::Delivery))
        .chain([
            CaseRefusal::PriceChanged { now: Won::MAX },
            CaseRefusal::NoSuchOrder,
            CaseRefusal::NotOnTheWay,
            CaseRefusal::OutOfRange,
        ])
        .map(Fault::Refused);
    let faults: Vec<Fault> = cases
        .chain(stores().into_iter().map(Fault::Store))
        .chain(applications().into_iter().map(Fault::Application))
        .chain([
            Fault::NotSignedIn,
            Fault::WrongPassword,
            Fault::WrongRole,
            Fault::NotByToken,
            Fault::NotFound,
            Fault::OtherStore { cart: text() },
            Fault::TwoStores,
            Fault::Webhook(webhook::Refusal::TooMany { max: 10 }),
            Fault::Unreadable,
            Fault::Invalid(fields()),
            Fault::KeyReused,
            Fault::TooManyTokens { most: 20 },
            Fault::TooMany { retry_after_s: 7 },
            Fault::TooMany { retry_after_s: 121 },
            Fault::Unavailable,
            Fault::Unsure,
        ])
        .collect();
    check(&faults, fault);
}

#[test]
fn every_field_is_named_in_what_is_wrong_with_it() {
    let sentences = check(&fields(), field);
    // All but "taken", which only the login name says in its own words; and what may be wrong with a URL.
    assert_eq!(sentences.len(), FIELDS.len() * 6 + 2 + LINES.len() + 4);
}

#[test]
fn every_state_has_its_name_and_every_actor_too() {
    let names = check(&Shown::ALL, |locale, state| shown(locale, *state).to_owned());
    assert_eq!(names.len(), Shown::ALL.len());
    for state in Shown::ALL {
        assert_eq!(shown(Locale::Ko, state), state.korean(), "the page and the API say the same");
    }
    let id = AccountId("0192f000-0000-7000-8000-000000000001".parse().unwrap());
    let actors = [
        Actor::Customer(id),
        Actor::Owner(id),
        Actor::Rider(id),
        Actor::Operator(id),
        Actor::Applicant(id),
        Actor::System,
    ];
    assert_eq!(check(&actors, |locale, who| actor(locale, who).to_owned()).len(), 6);
}

#[test]
fn every_event_of_the_timeline_says_what_happened() {
    let store = RejectReason::Store("재료가 떨어졌어요".to_owned());
    let mut all = vec![
        What::Placed,
        What::Held,
        What::Received,
        What::PaymentFailed { reason: PaymentFailure::Declined("declined".to_owned()) },
        What::PaymentFailed { reason: PaymentFailure::Expired },
        What::Cancelled { reason: String::new() },
        What::Cancelled { reason: "정전".to_owned() },
        What::ChangeRequested,
        What::ChangeApplied,
        What::NeedsCustomer,
        What::PaymentApproved,
        What::PaymentDeclined,
        What::Refunded,
        What::RefundFailed,
        What::RefundSentBack,
        What::Accepted { minutes: 20 },
        What::CookingStarted,
        What::Delayed { minutes: 10 },
        What::CookingFinished,
        What::Offered,
        What::Claimed,
        What::Released,
        What::Arrived,
        What::PickedUp,
        What::CodeRefused,
        What::Delivered,
    ];
    all.extend(
        [store, RejectReason::OverCapacity, RejectReason::TimedOut].map(|reason| What::Rejected { reason }),
    );
    all.extend(
        [
            ChangeOutcome::Declined,
            ChangeOutcome::CookingStarted,
            ChangeOutcome::OrderEnded,
            ChangeOutcome::Expired,
        ]
        .map(|outcome| What::ChangeAbandoned { outcome }),
    );
    all.extend([ConfirmedBy::Customer, ConfirmedBy::Timer].map(|by| What::Completed { by }));
    all.extend(
        [
            RefundReason::Cancelled,
            RefundReason::Rejected,
            RefundReason::TooLate,
            RefundReason::Changed,
            RefundReason::Undeliverable,
            RefundReason::SentBack,
        ]
        .map(|reason| What::RefundRequested { reason }),
    );
    all.extend(
        [FailReason::CustomerAbsent, FailReason::Accident, FailReason::NoRider, FailReason::Operator]
            .map(|reason| What::DeliveryFailed { reason }),
    );
    all.extend(
        [
            StuckReason::KitchenSilent,
            StuckReason::NoRider,
            StuckReason::RiderSilent,
            StuckReason::CustomerAbsent,
            StuckReason::DoorCodes,
        ]
        .map(|why| What::Flagged { why }),
    );
    all.extend([true, false].map(|refund| What::Undeliverable { refund, reason: "화재".to_owned() }));
    let sentences = check(&all, what);
    assert_eq!(sentences.len(), all.len(), "each event says something of its own");
}

#[test]
fn a_reason_of_the_list_is_read_in_the_readers_language_and_own_words_stay() {
    use domain::store::ticket::StockReason;
    let said = check(&StockReason::ALL, |locale, reason| super::rejection(locale, reason.slug()));
    assert_eq!(said.len(), StockReason::ALL.len());
    let of_list = What::Rejected { reason: RejectReason::Store(StockReason::SoldOut.slug().to_owned()) };
    check(&[of_list], |locale, event| {
        let sentence = what(locale, event);
        assert!(!sentence.contains("reason:"), "{sentence}");
        sentence
    });
    for locale in [Locale::Ko, Locale::En] {
        assert_eq!(super::rejection(locale, "화덕이 식었어요"), "화덕이 식었어요");
    }
}

#[test]
fn a_late_cancel_is_told_that_cooking_has_started() {
    let late = Fault::Refused(CaseRefusal::Ticket(ticket::Refusal::CookingStarted));
    assert!(fault(Locale::Ko, &late).starts_with("이미 조리가 시작되어 취소"));
    assert!(fault(Locale::En, &late).starts_with("Cooking has already started"));
}

#[test]
fn distances_are_rounded_as_people_say_them() {
    for (metres, text) in [(40, "40m"), (999, "999m"), (1_000, "1.0km"), (1_249, "1.2km"), (1_250, "1.3km")] {
        assert_eq!(distance(Locale::Ko, metres), text);
    }
}
