//! Saga faults: every step of every process and every timer, done twice, failing once, failing for ever, answered after its time-out, and
//! done while the log takes nothing, or nothing of this step. What comes of it stands in a table in the output of `cargo test`.

use super::acts::Act;
use super::provider::Mood;
use super::saga::owed_to_the_store;
use super::world::World;
use domain::order::CancelledBy;
use domain::processes::place_order::Kind;
use domain::processes::{Limits, StepNext, StepTrouble, WaitsFor, after_unwritten};
use domain::shared::Decision;
use domain::views::{Shown, is_settled};
use std::io::Write as _;

/// What goes wrong with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It is done again, as after a crash before it was noted.
    Twice,
    /// It fails, once.
    Once,
    /// It fails for [`LOOKS`] tries, [`MINUTES`] apart: longer than anything is tried that can be given up.
    ForEver,
    /// It is done, and whoever asked for it hears that too late.
    Late,
    /// The provider has done it, and what comes of it is not written, once: its transaction was rolled back.
    Unwritten,
    /// The same again and again.
    UnwrittenOften,
    /// The same for longer than anything that waits for money is held.
    UnwrittenLong,
    /// The log takes nothing of this step alone: it is given up, everything else goes on, and then the operator has it tried again.
    GivenUp,
}

const FAULTS: [Fault; 8] = [
    Fault::Twice,
    Fault::Once,
    Fault::ForEver,
    Fault::Late,
    Fault::Unwritten,
    Fault::UnwrittenOften,
    Fault::UnwrittenLong,
    Fault::GivenUp,
];

/// Eight hours in all: a charge is called off for six before it is given up, and a refund is tried ten times.
const LOOKS: usize = 20;
const MINUTES: u32 = 24;

/// Who can fail a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The payment provider, which is asked before anything is written; then the log.
    Provider,
    /// The log alone: the step only writes.
    Log,
    /// The log alone, and no row of work stands for the step: each look at the clock asks for it.
    Clock,
}

impl Fault {
    /// What only writes and is not written has done nothing: with it these faults are `Once` and `ForEver`.
    fn can_befall(self, by: By) -> bool {
        let is_unwritten = matches!(self, Fault::Unwritten | Fault::UnwrittenOften | Fault::UnwrittenLong);
        match by {
            By::Provider => true,
            By::Log => !is_unwritten,
            By::Clock => !is_unwritten && self != Fault::GivenUp,
        }
    }
}

/// The name of what the clock asks for.
const TIMER: &str = "timer";
/// The order as it is placed, in won.
const PRICE: u64 = 23_000;
/// The same after a change to two pieces.
const DEARER: u64 = 43_000;

/// A process, the way to its step, and the step.
struct Case {
    process: &'static str,
    way: Vec<Act>,
    step: &'static str,
    /// While it fails for ever: what the customer is shown, and what the provider holds.
    stuck: (Shown, u64),
}

fn case(process: &'static str, way: Vec<Act>, step: &'static str, stuck: (Shown, u64)) -> Case {
    Case { process, way, step, stuck }
}

/// A timer that has to fire.
fn timer(process: &'static str, way: Vec<Act>, shown: Shown) -> Case {
    case(process, way, TIMER, (shown, PRICE))
}

fn on(times: usize) -> Vec<Act> {
    vec![Act::GoOn; times]
}

fn then(mut way: Vec<Act>, more: &[Act]) -> Vec<Act> {
    way.extend_from_slice(more);
    way
}

fn cancel() -> Act {
    Act::Cancel(CancelledBy::Customer)
}

fn cases() -> Vec<Case> {
    let mut all = of_the_order();
    all.extend(of_changes());
    all.extend(of_needed_customers());
    all.extend(of_timers());
    all
}

fn of_the_order() -> Vec<Case> {
    let approve = Act::Run(Mood::Approve);
    let cancelled = || then(on(2), &[cancel(), Act::Run(Mood::Approve)]);
    let full = |steps| [vec![Act::Full(true)], on(steps)].concat();
    vec![
        case("place the order", Vec::new(), "charge", (Shown::PaymentFailed, 0)),
        case("place the order", on(1), "receive", (Shown::Placing, PRICE)),
        case("turned away", full(1), "receive", (Shown::Placing, PRICE)),
        case("turned away", full(2), "refund", (Shown::OverCapacity, PRICE)),
        case("turned away", full(3), "give_back", (Shown::OverCapacity, PRICE)),
        case("deliver", on(5), "offer_delivery", (Shown::Ready, PRICE)),
        case("cancel", then(on(2), &[cancel()]), "refund", (Shown::Cancelled, PRICE)),
        case("cancel", cancelled(), "give_back", (Shown::Cancelled, PRICE)),
        case(
            "sent back by the bank",
            then(cancelled(), &[Act::Run(Mood::Approve), Act::SendBack]),
            "give_back",
            (Shown::Cancelled, PRICE),
        ),
        case("call off, taken", vec![Act::Run(Mood::Lost), cancel()], "charge", (Shown::Cancelled, PRICE)),
        case("call off, not taken", vec![Act::Run(Mood::Down), cancel()], "charge", (Shown::Cancelled, 0)),
        case("reject", then(on(2), &[Act::Reject]), "refund", (Shown::Rejected, PRICE)),
        case("reject", then(on(2), &[Act::Reject, approve.clone()]), "give_back", (Shown::Rejected, PRICE)),
        case(
            "give up, with refund",
            then(on(9), &[Act::GiveUp(true)]),
            "refund",
            (Shown::DeliveryFailed, PRICE),
        ),
        case(
            "give up, with refund",
            then(on(9), &[Act::GiveUp(true), approve]),
            "give_back",
            (Shown::DeliveryFailed, PRICE),
        ),
    ]
}

fn of_changes() -> Vec<Case> {
    let dearer = || then(on(2), &[Act::Change(2)]);
    let approve = || Act::Run(Mood::Approve);
    vec![
        case("change, dearer", dearer(), "charge_change", (Shown::Received, PRICE)),
        case("change, dearer", then(dearer(), &[approve()]), "apply_change", (Shown::Received, DEARER)),
        case(
            "change, cheaper",
            then(dearer(), &[approve(), approve(), Act::Change(1)]),
            "give_back",
            (Shown::Received, DEARER),
        ),
        // The price is owed back as well.
        case(
            "call off a change",
            then(dearer(), &[Act::Run(Mood::Lost), cancel()]),
            "charge_change",
            (Shown::Cancelled, DEARER),
        ),
        case(
            "change, customer pays",
            then(dearer(), &[Act::Run(Mood::NeedsCustomer), Act::AtProvider(true)]),
            "charge_change",
            (Shown::Received, DEARER),
        ),
    ]
}

/// The provider wants the customer, who has ten minutes.
fn of_needed_customers() -> Vec<Case> {
    let asked = |more: &[Act]| then(vec![Act::Run(Mood::NeedsCustomer)], more);
    let pays = Act::AtProvider(true);
    let failed = |held| (Shown::PaymentFailed, held);
    vec![
        case("customer pays", asked(std::slice::from_ref(&pays)), "charge", failed(PRICE)),
        case("customer pays, heard late", asked(&[pays.clone(), Act::Wait(15)]), "charge", failed(PRICE)),
        case("customer pays, heard too late", asked(&[pays, Act::Wait(25)]), "charge", failed(PRICE)),
        case("customer will not pay", asked(&[Act::AtProvider(false)]), "charge", failed(0)),
        case("customer does nothing", asked(&[Act::Wait(11)]), "charge", failed(0)),
    ]
}

/// What they decide is carried out by the steps of the cases above, but for the money of an order that nobody has answered.
fn of_timers() -> Vec<Case> {
    let a_day = Act::Wait(1_440);
    let unanswered = |more: &[Act]| then(then(on(2), &[Act::Wait(5)]), more);
    let timed_out = (Shown::TimedOut, PRICE);
    let no_rider = || then(on(6), &[Act::Wait(15)]);
    let silent_rider = || then(on(9), &[Act::Wait(60)]);
    vec![
        timer("answer limit", unanswered(&[]), Shown::Received),
        case("answer limit", unanswered(&[Act::Timer]), "refund", timed_out),
        case("answer limit", unanswered(&[Act::Timer, Act::Run(Mood::Approve)]), "give_back", timed_out),
        timer("silent kitchen", then(on(3), &[Act::Wait(55)]), Shown::Accepted),
        timer("no rider", no_rider(), Shown::Ready),
        timer("no rider, for a day more", then(no_rider(), &[Act::Timer, a_day.clone()]), Shown::Ready),
        timer("silent rider, before the pickup", then(on(7), &[Act::Wait(30)]), Shown::Assigned),
        timer("silent rider, with the food", silent_rider(), Shown::OnTheWay),
        timer(
            "silent rider, for a day more",
            then(silent_rider(), &[Act::Timer, a_day.clone()]),
            Shown::OnTheWay,
        ),
        timer("nobody at the door, for a day", then(on(9), &[Act::Fail(Some(1)), a_day]), Shown::OnTheWay),
        timer("receipt by itself", then(on(10), &[Act::Wait(120)]), Shown::Delivered),
    ]
}

/// What is due, and who can fail it.
fn due(world: &World) -> (&'static str, By) {
    match world.pending.front() {
        Some((step, _)) if step.is_outside() => (step.kind().name(), By::Provider),
        Some((step, _)) => (step.kind().name(), By::Log),
        None => (TIMER, By::Clock),
    }
}

/// Lets the fault happen to what is due.
fn befall(world: &mut World, by: By, fault: Fault) {
    match (by, fault) {
        (By::Provider | By::Log, Fault::Twice) => world.act(&Act::RunTwice(Mood::Approve)),
        (By::Provider, Fault::Once) => world.act(&Act::Run(Mood::Down)),
        (By::Provider, Fault::ForEver) => away(world),
        (By::Provider, Fault::Late) => world.act(&Act::Run(Mood::Lost)),
        (By::Log, Fault::Once) | (_, Fault::Unwritten) => unwritten(world, 1, 0),
        (By::Log, Fault::ForEver) => unwritten(world, LOOKS, MINUTES),
        (By::Log, Fault::Late) => world.act(&Act::RunUnheard),
        (_, Fault::UnwrittenOften) => unwritten(world, 5, 0),
        (_, Fault::UnwrittenLong) => unwritten(world, 10, 4),
        (_, Fault::GivenUp) => given_up(world),
        (By::Clock, Fault::Twice) => {
            world.act(&Act::Timer);
            fires_no_more(world);
        }
        (By::Clock, Fault::Once) => fires_in_vain(world, 1, 0),
        (By::Clock, Fault::ForEver) => fires_in_vain(world, LOOKS, MINUTES),
        (By::Clock, Fault::Late) => {
            world.act(&Act::Timer);
            // What follows is done before it comes again.
            world.act(&Act::Run(Mood::Approve));
            fires_no_more(world);
        }
    }
}

/// The provider does not hear; everything else goes on, and the holds run out. No timer looks meanwhile: what comes of people who fall silent
/// stands in cases of its own.
fn away(world: &mut World) {
    for _ in 0..LOOKS {
        for _ in 0..world.pending.len() {
            world.act(&Act::Run(Mood::Down));
        }
        world.act(&Act::Wait(MINUTES));
    }
}

/// The step that is due is done so many times, so many minutes after each other, and the log takes nothing of it.
fn unwritten(world: &mut World, times: usize, minutes: u32) {
    let before = (world.log.clone(), world.case.clone(), world.pending.clone());
    let mut held = None;
    for _ in 0..times {
        world.act(&Act::RunUnwritten(Mood::Approve));
        world.act(&Act::Wait(minutes));
        // Whatever was done outside the first time is not done a second time.
        let holds = world.provider.holds();
        assert_eq!(*held.get_or_insert(holds), holds);
    }
    let (log, case, mut pending) = before;
    pending[0].1 += times as u32;
    assert_eq!((&world.log, &world.case, &world.pending), (&log, &case, &pending), "something was written");
}

/// The step that is due is done until it is given up, and everything else goes on; then it is tried again.
fn given_up(world: &mut World) {
    let (mut failures, mut times) = (0, 1);
    while let StepNext::Again { failures: so_far } = after_unwritten(failures, StepTrouble::Own) {
        (failures, times) = (so_far, times + 1);
    }
    unwritten(world, times, 0);
    let (step, _) = world.pending.pop_front().expect("a step is due");
    world.settle(Mood::Approve);
    world.pending.push_back((step, 0));
}

/// The timer that is due fires so many times, so many minutes after each other, and the log takes nothing of it: it is due all the same.
fn fires_in_vain(world: &mut World, times: usize, minutes: u32) {
    for _ in 0..times {
        let fires = world.case.time_out(world.now, &Limits::USUAL);
        assert!(matches!(fires, Ok(Decision::Executed(_))), "no timer is due: {fires:?}");
        world.act(&Act::Wait(minutes));
    }
}

/// The timer has fired: once more it does nothing.
fn fires_no_more(world: &mut World) {
    let events = world.log.len();
    world.act(&Act::Timer);
    assert_eq!(world.log.len(), events, "a timer fired twice");
}

fn is_timer_due(world: &World) -> bool {
    world.case.wait().is_some_and(|wait| wait.until(&Limits::USUAL) <= world.now)
}

/// Nothing that fails for ever is forgotten: it is given up and lies with the operator, or it stays open; and the order does not look done.
fn assert_in_sight(world: &World, by: By, step: &str, told: &str) {
    let open: Vec<&str> = world.pending.iter().map(|(step, _)| step.kind().name()).collect();
    let parked: Vec<&str> = world.parked.iter().map(|step| step.kind().name()).collect();
    match by {
        By::Provider => {
            assert!(open.is_empty() && parked.contains(&step), "{told}: {open:?} open, {parked:?} given up");
            for step in &world.parked {
                let is_seen = if step.kind().is_charge() {
                    !world.case.open_charges().is_empty()
                } else {
                    world.case.payment.is_refund_failing()
                };
                assert!(is_seen, "{told}: nobody can see {step:?}");
            }
        }
        By::Log => assert_eq!((open, parked), (vec![step], Vec::new()), "{told}"),
        By::Clock => assert!(is_timer_due(world), "{told}: no timer is due any more"),
    }
    assert!(!is_settled(&world.case), "{told}: it looks done");
}

/// Lets the fault happen, and then everything be as it should; answers the line of the table.
fn survive(case: &Case, by: By, fault: Fault) -> String {
    let told = format!("{}, {}, {fault:?}", case.process, case.step);
    let mut world = World::after(&case.way);
    let events = world.log.len();
    befall(&mut world, by, fault);
    let mut open: Vec<&str> = world.pending.iter().map(|(step, _)| step.kind().name()).collect();
    if by == By::Clock && is_timer_due(&world) {
        open.push(TIMER);
    }
    let parked: Vec<&str> = world.parked.iter().map(|step| step.kind().name()).collect();
    let meanwhile = Shown::of(&world.case).expect("placed");
    let held = world.provider.holds();
    assert!(held >= world.case.price() || !world.case.ticket.phase.is_open(), "{told}: cooked, and not paid");
    if fault == Fault::ForEver {
        assert_eq!((meanwhile, held.get()), case.stuck, "{told}");
        assert_in_sight(&world, by, case.step, &told);
    }

    // It is over: nothing is taken twice, nothing is kept that should not be.
    if by == By::Clock {
        world.act(&Act::Timer);
    }
    world.settle(Mood::Approve);
    assert!(world.log.len() > events, "{told}: nothing has come of it");
    assert_eq!(world.provider.holds(), world.case.price(), "{told}");
    assert_eq!(world.case.payment.kept(), world.case.price(), "{told}");
    if world.case.order.phase.is_end() {
        assert!(is_settled(&world.case), "{told}");
    }
    // And the order goes on to its end.
    for _ in 0..20 {
        world.act(&Act::GoOn);
    }
    let shown = Shown::of(&world.case).expect("placed");
    assert!(shown.is_end(), "{told}: {shown:?}");
    assert_eq!(world.provider.holds(), owed_to_the_store(&world.log), "{told}");
    let kept = world.provider.holds();
    line(
        [case.process, case.step, &format!("{fault:?}"), &format!("{meanwhile:?}"), &held.to_string()],
        [&list(&open), &list(&parked), &format!("{shown:?}"), &kept.to_string()],
    )
}

fn list(steps: &[&str]) -> String {
    if steps.is_empty() { "-".to_owned() } else { steps.join(", ") }
}

fn line([process, step, fault, shown, held]: [&str; 5], [open, parked, end, kept]: [&str; 4]) -> String {
    format!(
        "{process:<33}{step:<16}{fault:<16}{shown:<17}{held:>8}  {open:<26}{parked:<27}{end:<16}{kept:>8}"
    )
}

#[test]
fn every_step_of_every_process_survives_every_fault() {
    let mut table = vec![
        "Faults of the saga. While a fault lasts, the order is shown as this, the provider holds so much, and these steps are open or were".to_owned(),
        "given up; once it is over, the order ends as this, and the provider keeps so much. Steps that only write, and timers, fail when the".to_owned(),
        "log takes nothing: with them that is Once and ForEver, and they have no lines for what was done outside and not written.".to_owned(),
        line(
            ["process", "step", "fault", "is shown as", "is held"],
            ["is open", "was given up", "ends as", "is kept"],
        ),
    ];
    for case in cases() {
        let (step, by) = due(&World::after(&case.way));
        assert_eq!(step, case.step, "{} is not at that step", case.process);
        table.extend(
            FAULTS.into_iter().filter(|fault| fault.can_befall(by)).map(|fault| survive(&case, by, fault)),
        );
    }
    // Past the capture of the test's output: the table is there to be read.
    writeln!(std::io::stderr(), "{}", table.join("\n")).expect("the table is printed");
}

/// Every kind of step of the table, and every wait that can take too long, is among those above.
#[test]
fn no_step_and_no_timer_is_left_out() {
    let cases = cases();
    for kind in Kind::ALL {
        assert!(cases.iter().any(|case| case.step == kind.name()), "{kind:?}");
    }
    let timers = cases.iter().filter(|case| case.step == TIMER);
    let waits: Vec<WaitsFor> =
        timers.filter_map(|case| World::after(&case.way).case.wait()).map(|wait| wait.what).collect();
    for what in WaitsFor::ALL {
        assert!(waits.contains(&what), "{what:?}");
    }
}
