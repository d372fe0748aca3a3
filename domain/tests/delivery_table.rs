//! What a delivery answers to each command in each state.

mod common;
#[path = "common/table.rs"]
mod table;

use common::{NOON, at, fold, offered, rider};
use domain::delivery::{
    Command, Delivery, Event, FailReason, JobAt, Phase, Refusal, RiderChange, RiderState, Sight, is_near,
};
use domain::order::StuckReason;
use domain::processes::{Case, CaseRefusal, DomainEvent};
use domain::shared::Point;
use table::{Table, variants};

variants!(phases(Phase):
    Phase::New => "New",
    Phase::Offered => "Offered",
    Phase::Claimed => "Claimed",
    Phase::Arrived => "Arrived",
    Phase::PickedUp => "PickedUp",
    Phase::Delivered => "Delivered",
    Phase::Failed => "Failed",
);

variants!(verbs(Command):
    Command::Offer(_) => "Offer",
    Command::Claim { .. } => "Claim",
    Command::Release { .. } => "Release",
    Command::TakeBack { .. } => "TakeBack",
    Command::Arrive { .. } => "Arrive",
    Command::PickUp { .. } => "PickUp",
    Command::Deliver { .. } => "Deliver",
    Command::Fail { .. } => "Fail",
);

/// Rider 1 holds the job from `claimed` on; `given back` was claimed by rider 1 and released. Riders are near within 3,000 m.
const TABLE: &str = "
                 | new             | offered         | given back      | claimed          | arrived          | picked up         | delivered | failed    | not taken
offer            | DeliveryOffered | =               | =               | =                | =                | =                 | =         | =         | =
claim            | -               | DeliveryClaimed | DeliveryClaimed | =                | =                | =                 | =         | -         | -
claim, at 3 km   | -               | DeliveryClaimed | DeliveryClaimed | =                | =                | =                 | =         | -         | -
claim, too far   | -               | !TooFar { radius_m: 3000 } | !TooFar { radius_m: 3000 } | = | =        | =                 | =         | -         | -
claim, nowhere   | -               | !TooFar { radius_m: 3000 } | !TooFar { radius_m: 3000 } | = | =        | =                 | =         | -         | -
claim, off duty  | -               | !OffDuty        | !OffDuty        | =                | =                | =                 | =         | -         | -
claim by 2       | -               | DeliveryClaimed | DeliveryClaimed | !Taken           | !Taken           | !Taken            | !Taken    | -         | -
release          | -               | -               | -               | DeliveryReleased | DeliveryReleased | -                 | -         | -         | -
release by 2     | -               | -               | -               | !NotYours        | !NotYours        | -                 | -         | -         | -
take back        | -               | -               | -               | DeliveryReleased | DeliveryReleased | -                 | -         | -         | -
arrive           | -               | -               | -               | RiderArrived     | =                | -                 | -         | -         | -
arrive by 2      | -               | -               | -               | !NotYours        | !NotYours        | -                 | -         | -         | -
pick up          | -               | -               | -               | DeliveryPickedUp | DeliveryPickedUp | =                 | -         | -         | -
pick up, number  | -               | -               | -               | DeliveryPickedUp | DeliveryPickedUp | =                 | -         | -         | -
pick up, wrong   | -               | -               | -               | !WrongNumber     | !WrongNumber     | =                 | -         | -         | -
pick up by 2     | -               | -               | -               | !NotYours        | !NotYours        | !NotYours         | -         | -         | -
deliver          | -               | -               | -               | -                | -                | DeliveryDelivered | =         | -         | -
deliver, code    | -               | -               | -               | -                | -                | DeliveryDelivered | =         | -         | -
deliver, wrong   | -               | -               | -               | -                | -                | DoorCodeRefused   | =         | -         | -
deliver, no code | -               | -               | -               | -                | -                | !WrongCode        | =         | -         | -
deliver by 2     | -               | -               | -               | -                | -                | !NotYours         | !NotYours | -         | -
fail             | -               | -               | -               | -                | -                | DeliveryFailed    | -         | =         | !NotYours
fail, no rider   | -               | -               | -               | -                | -                | !NotARidersReason | -         | =         | !NotYours
fail by 2        | -               | -               | -               | -                | -                | !NotYours         | -         | !NotYours | !NotYours
fail by operator | DeliveryFailed  | DeliveryFailed  | DeliveryFailed  | DeliveryFailed   | DeliveryFailed   | DeliveryFailed    | -         | =         | =
";

fn states() -> Vec<(&'static str, Delivery)> {
    let rider = rider(1);
    let offer = Event::DeliveryOffered(Box::new(offered()));
    let claim = Event::DeliveryClaimed { rider, at: at(31) };
    let arrive = Event::RiderArrived { rider, at: at(35) };
    let pick_up = Event::DeliveryPickedUp { rider, at: at(36) };
    let fail = |rider| Event::DeliveryFailed { rider, reason: FailReason::Operator, at: at(70) };
    let after = |more: &[Event]| fold(&[std::slice::from_ref(&offer), more].concat());
    vec![
        ("new", Delivery::default()),
        ("offered", after(&[])),
        ("given back", after(&[claim.clone(), Event::DeliveryReleased { rider, at: at(32) }])),
        ("claimed", after(std::slice::from_ref(&claim))),
        ("arrived", after(&[claim.clone(), arrive.clone()])),
        ("picked up", after(&[claim.clone(), arrive.clone(), pick_up.clone()])),
        (
            "delivered",
            after(&[claim.clone(), arrive, pick_up.clone(), Event::DeliveryDelivered { rider, at: at(50) }]),
        ),
        ("failed", after(&[claim, pick_up, fail(Some(rider))])),
        ("not taken", after(&[fail(None)])),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let now = at(60);
    let (first, second) = (rider(1), rider(2));
    let claim =
        |rider, on_duty, distance_m| Command::Claim { rider, on_duty, distance_m, radius_m: 3_000, at: now };
    let pick_up =
        |rider, number: Option<&str>| Command::PickUp { rider, number: number.map(str::to_owned), at: now };
    let deliver =
        |rider, code: Option<&str>| Command::Deliver { rider, code: code.map(str::to_owned), at: now };
    let fail = |rider| Command::Fail { rider, reason: FailReason::CustomerAbsent, at: now };
    let typed = offered().number.as_str().to_lowercase().replace('-', " ");
    vec![
        ("offer", Command::Offer(Box::new(offered()))),
        ("claim", claim(first, true, Some(0))),
        ("claim, at 3 km", claim(first, true, Some(3_000))),
        ("claim, too far", claim(first, true, Some(3_001))),
        ("claim, nowhere", claim(first, true, None)),
        ("claim, off duty", claim(first, false, Some(0))),
        ("claim by 2", claim(second, true, Some(0))),
        ("release", Command::Release { rider: first, at: now }),
        ("release by 2", Command::Release { rider: second, at: now }),
        ("take back", Command::TakeBack { at: now }),
        ("arrive", Command::Arrive { rider: first, at: now }),
        ("arrive by 2", Command::Arrive { rider: second, at: now }),
        ("pick up", pick_up(first, None)),
        ("pick up, number", pick_up(first, Some(&typed))),
        ("pick up, wrong", pick_up(first, Some("Z-0000"))),
        ("pick up by 2", pick_up(second, None)),
        ("deliver", deliver(first, None)),
        ("deliver, code", deliver(first, Some(" 4821 "))),
        ("deliver, wrong", deliver(first, Some("0000"))),
        ("deliver, no code", deliver(first, Some("482"))),
        ("deliver by 2", deliver(second, None)),
        ("fail", fail(Some(first))),
        ("fail, no rider", Command::Fail { rider: Some(first), reason: FailReason::NoRider, at: now }),
        ("fail by 2", fail(Some(second))),
        ("fail by operator", fail(None)),
    ]
}

#[test]
fn a_delivery_answers_as_the_table_says() {
    Table {
        text: TABLE,
        states: states(),
        commands: commands(),
        phase: |delivery: &Delivery| delivery.phase,
        phases: phases(),
        verbs: verbs(),
        not_now: |command, state| Refusal::NotNow { command: command.verb(), state },
        type_name: |event| DomainEvent::Delivery(event).type_name(),
    }
    .check();
}

#[test]
fn near_is_within_the_radius_of_the_store_or_of_the_area() {
    let place = |lat: f64| Point::new(lat, 126.91).expect("a place in Seoul");
    // A hundredth of a degree of latitude is 1,112 metres.
    let (store, area, radius_m) = (place(37.55), place(37.53), 3_000);
    let near = |rider, area| is_near(rider, store, area, radius_m);
    assert!(near(Some(place(37.57)), Some(area)), "2.2 km from the store, 4.4 km from the area");
    assert!(near(Some(place(37.51)), Some(area)), "4.4 km from the store, 2.2 km from the area");
    assert!(!near(Some(place(37.58)), Some(area)), "3.3 km from the store");
    assert!(!near(Some(place(37.51)), None), "no area is known");
    assert!(!near(None, Some(area)), "a rider without a position is nowhere");
}

#[test]
fn a_job_that_is_claimed_and_given_back_again_and_again_comes_to_the_operator() {
    let mut case = Case { delivery: fold(&[Event::DeliveryOffered(Box::new(offered()))]), ..Case::default() };
    let receive = [
        domain::order::Event::OrderPlaced(common::placed()),
        domain::order::Event::OrderReceived { at: NOON },
    ];
    receive.into_iter().for_each(|event| case.apply(&DomainEvent::Order(event)));
    let limits = domain::processes::Limits::USUAL;
    let mut flags = Vec::new();
    for minute in 1..60_u32 {
        let who = rider(if minute.is_multiple_of(2) { 1 } else { 2 });
        let claimed = Event::DeliveryClaimed { rider: who, at: at(minute) };
        let released = Event::DeliveryReleased { rider: who, at: at(minute) };
        // The clock is looked at while it is claimed, and while it is not.
        for event in [claimed, released] {
            case.apply(&DomainEvent::Delivery(event));
            let due = case.time_out(at(minute), &limits).map(domain::shared::Decision::into_events);
            for event in due.unwrap_or_default() {
                case.apply(&event);
                flags.push((minute, event));
            }
        }
    }
    let why = |(minute, event): &(u32, DomainEvent)| match event {
        DomainEvent::Order(domain::order::Event::OrderFlagged { why, since, .. }) => (*minute, *why, *since),
        other => panic!("{other:?}"),
    };
    assert_eq!(flags.first().map(why), Some((15, StuckReason::NoRider, NOON)));
    assert!(flags.iter().map(why).any(|flag| flag == (31, StuckReason::RiderSilent, at(1))), "{flags:?}");
}

#[test]
fn a_rider_sees_offers_near_by_and_own_jobs_and_the_customer_while_it_is_theirs() {
    let place = Point::new(37.55, 126.91).expect("a place in Seoul");
    let far = Point::new(37.65, 126.91).expect("a place in Seoul");
    let at = |on_duty, place| RiderState { on_duty, place };
    let near = at(true, Some(place));
    let elsewhere =
        [at(false, Some(place)), at(true, None), at(false, None), at(true, Some(far)), at(false, Some(far))];
    let (me, other) = (Some(rider(1)), Some(rider(2)));
    let seen = |phase, holder, state| {
        JobAt { phase, holder, store: place, area: None }.sight(rider(1), state, 3_000)
    };
    assert_eq!(seen(Phase::Offered, None, near), Sight::Offer);
    for state in elsewhere {
        assert_eq!(seen(Phase::Offered, None, state), Sight::Nothing, "{state:?}");
    }
    // An own job is seen from wherever the rider is; another's from nowhere.
    for state in elsewhere.into_iter().chain([near]) {
        assert_eq!(seen(Phase::New, None, state), Sight::Nothing);
        for (phase, own) in [
            (Phase::Claimed, Sight::Own),
            (Phase::Arrived, Sight::Own),
            (Phase::PickedUp, Sight::Own),
            (Phase::Delivered, Sight::Past),
            (Phase::Failed, Sight::Past),
        ] {
            assert_eq!(seen(phase, me, state), own, "{phase:?}");
            assert_eq!(seen(phase, other, state), Sight::Nothing, "{phase:?}");
            assert_eq!(seen(phase, None, state), Sight::Nothing, "{phase:?}");
        }
    }
}

#[test]
fn going_on_duty_and_moving_leave_each_other_alone() {
    let place = Point::new(37.55, 126.91);
    let state = RiderState::default().after(RiderChange::Place(place));
    assert_eq!((state, state.looks_from()), (RiderState { on_duty: false, place }, None));
    let state = state.after(RiderChange::Duty(true));
    assert_eq!((state, state.looks_from()), (RiderState { on_duty: true, place }, place));
    assert_eq!(state.after(RiderChange::Place(None)), RiderState { on_duty: true, place: None });
}

#[test]
fn another_riders_job_does_not_exist_but_for_who_claims_it() {
    let claimed =
        [Event::DeliveryOffered(Box::new(offered())), Event::DeliveryClaimed { rider: rider(1), at: NOON }];
    let case = |events: &[Event]| Case { delivery: fold(events), ..Case::default() };
    let arrive = |number| Command::Arrive { rider: rider(number), at: NOON };
    let claim =
        Command::Claim { rider: rider(2), on_duty: true, distance_m: Some(1), radius_m: 3_000, at: NOON };
    assert!(case(&claimed).act_on_job(rider(1), arrive(1)).is_ok());
    assert_eq!(case(&claimed).act_on_job(rider(2), arrive(2)), Err(CaseRefusal::NoSuchOrder));
    assert_eq!(case(&claimed).act_on_job(rider(2), claim.clone()), Err(Refusal::Taken.into()));
    // Offered, it is on the list of everybody near by: the answer says why not.
    assert!(matches!(case(&claimed[..1]).act_on_job(rider(2), arrive(2)), Err(CaseRefusal::Delivery(_))));
    assert_eq!(case(&[]).act_on_job(rider(2), claim), Err(CaseRefusal::NoSuchOrder));
}
