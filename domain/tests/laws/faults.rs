//! Saga faults: every step of every process, run twice, failing once, failing for ever, answering after its time-out, and done while the log
//! takes nothing, or nothing of this step. What comes of it stands in a table that the test prints
//! (`cargo test -p domain --test laws faults -- --nocapture`).

use super::acts::Act;
use super::provider::Mood;
use super::world::World;
use domain::order;
use domain::processes::place_order::Kind;
use domain::processes::{StepNext, StepTrouble, after_unwritten};
use domain::shared::Won;
use domain::views::{Shown, is_settled};

/// What goes wrong with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The runner does it again, as after a crash before it was noted.
    Twice,
    /// The provider does not hear, once.
    Once,
    /// The provider never hears again.
    ForEver,
    /// The provider does it, and its answer comes too late.
    Late,
    /// It is done, and what comes of it is not written, once: its transaction was rolled back.
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

/// A process, the way to its step, and the step.
struct Case {
    process: &'static str,
    way: Vec<Act>,
    step: &'static str,
}

fn on(times: usize) -> Vec<Act> {
    vec![Act::GoOn; times]
}

fn then(mut way: Vec<Act>, more: &[Act]) -> Vec<Act> {
    way.extend_from_slice(more);
    way
}

fn cases() -> Vec<Case> {
    let cancel = Act::Cancel(order::CancelledBy::Customer);
    let case = |process, way, step| Case { process, way, step };
    vec![
        case("place the order", Vec::new(), "charge"),
        case("place the order", on(1), "receive"),
        case("turned away", vec![Act::Full(true), Act::GoOn], "receive"),
        case("deliver", on(5), "offer_delivery"),
        case("cancel", then(on(2), std::slice::from_ref(&cancel)), "refund"),
        case("cancel", then(on(2), &[cancel.clone(), Act::Run(Mood::Approve)]), "give_back"),
        case("call off, taken", vec![Act::Run(Mood::Lost), cancel.clone()], "charge"),
        case("call off, not taken", vec![Act::Run(Mood::Down), cancel.clone()], "charge"),
        case("reject", then(on(2), &[Act::Reject]), "refund"),
        case("reject", then(on(2), &[Act::Reject, Act::Run(Mood::Approve)]), "give_back"),
        case("change, dearer", then(on(2), &[Act::Change(2)]), "charge_change"),
        case("change, dearer", then(on(2), &[Act::Change(2), Act::Run(Mood::Approve)]), "apply_change"),
        case(
            "change, cheaper",
            then(on(2), &[Act::Change(2), Act::Run(Mood::Approve), Act::Run(Mood::Approve), Act::Change(1)]),
            "give_back",
        ),
        case(
            "call off a change",
            then(on(2), &[Act::Change(2), Act::Run(Mood::Lost), cancel]),
            "charge_change",
        ),
        case("give up, with refund", then(on(9), &[Act::GiveUp(true)]), "refund"),
    ]
}

/// Lets the fault happen to the step that is due, then everything else as it should be; answers whether the provider is still away.
fn befall(world: &mut World, fault: Fault) -> bool {
    match fault {
        Fault::Twice => world.act(&Act::RunTwice(Mood::Approve)),
        Fault::Once => world.act(&Act::Run(Mood::Down)),
        Fault::Late => world.act(&Act::Run(Mood::Lost)),
        Fault::Unwritten => unwritten(world, 1, 0),
        Fault::UnwrittenOften => unwritten(world, 5, 0),
        Fault::UnwrittenLong => unwritten(world, 10, 4),
        Fault::GivenUp => {
            let (mut failures, mut times) = (0, 1);
            while let StepNext::Again { failures: so_far } = after_unwritten(failures, StepTrouble::Own) {
                (failures, times) = (so_far, times + 1);
            }
            unwritten(world, times, 0);
            let given_up = world.pending.pop_front().expect("a step is due");
            world.settle(Mood::Approve);
            world.pending.push_back((given_up.0, 0));
        }
        Fault::ForEver => {
            // The holds run out meanwhile.
            for _ in 0..6 {
                for _ in 0..world.pending.len() {
                    world.act(&Act::Run(Mood::Down));
                }
                world.act(&Act::Wait(4));
            }
            return !world.pending.is_empty();
        }
    }
    false
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

#[test]
fn every_step_of_every_process_survives_every_fault() {
    println!(
        "{:<22}{:<16}{:<16}{:<17}{:>10}  {:<23}{:<17}{:>10}",
        "process", "step", "fault", "is shown as", "is held", "waits", "ends as", "is kept"
    );
    for Case { process, way, step } in cases() {
        for fault in FAULTS {
            let mut world = World::after(&way);
            let due = world.pending.front().map(|(due, _)| due.name()).unwrap_or_default();
            assert!(due.starts_with(step), "{process}: {due} is due, not {step}");
            let outside = world.pending.front().is_some_and(|(due, _)| due.is_outside());
            let away = befall(&mut world, fault);
            // While the provider is away, its steps wait in sight and everything else has gone on.
            let parked: Vec<String> =
                world.pending.iter().map(|(step, _)| step.kind().name().to_owned()).collect();
            assert!(!away || world.pending.iter().all(|(step, _)| step.is_outside()), "{parked:?}");
            let held = world.provider.holds();
            let meanwhile = Shown::of(&world.case).expect("placed");
            assert!(away || !(fault == Fault::ForEver && outside), "{process}, {step}: forgotten");
            assert!(held >= world.case.price() || !world.case.ticket.phase.is_open(), "cooked, and not paid");

            // It comes back: nothing is taken twice, nothing is kept that should not be.
            world.settle(Mood::Approve);
            assert_eq!(world.provider.holds(), world.case.price(), "{process}, {step}, {fault:?}");
            assert_eq!(world.case.payment.kept(), world.case.price(), "{process}, {step}, {fault:?}");
            if world.case.order.phase.is_end() {
                assert!(is_settled(&world.case), "{process}, {step}, {fault:?}");
            }
            // And the order goes on to its end.
            for _ in 0..20 {
                world.act(&Act::GoOn);
            }
            let shown = Shown::of(&world.case).expect("placed");
            assert!(shown.is_end(), "{process}, {step}, {fault:?}: {shown:?}");
            let owed = if shown == Shown::Completed { world.case.price() } else { Won::ZERO };
            println!(
                "{process:<22}{step:<16}{:<16}{:<17}{:>10}  {:<23}{:<17}{:>10}",
                format!("{fault:?}"),
                format!("{meanwhile:?}"),
                held.to_string(),
                if parked.is_empty() { "-".to_owned() } else { parked.join(", ") },
                format!("{shown:?}"),
                world.provider.holds().to_string(),
            );
            assert_eq!(world.provider.holds(), owed, "{process}, {step}, {fault:?}");
        }
    }
}

/// Every kind of step of the table is among those above.
#[test]
fn no_step_is_left_out() {
    let named: Vec<&str> = cases().iter().map(|case| case.step).collect();
    for kind in Kind::ALL {
        assert!(named.contains(&kind.name()), "{kind:?}");
    }
}
