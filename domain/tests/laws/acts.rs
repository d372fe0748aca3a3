//! What can happen to an order, and how often it is tried.

use super::provider::Mood;
use domain::order::{CancelledBy, ConfirmedBy};
use proptest::prelude::*;

/// Something that happens in the world.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// What comes next on the way to the doorstep.
    GoOn,
    /// The runner does the step that is due, with the provider in this mood.
    Run(Mood),
    /// The runner does the step that is due, crashes before it has noted that, and does it again.
    RunTwice(Mood),
    /// The runner does the step that is due, and the log does not take what comes of it: nothing is written, and the step is due again.
    RunUnwritten(Mood),
    /// The runner does the step that is due, the log takes what comes of it, and the runner does not hear so: the step is due again after
    /// what follows it.
    RunUnheard,
    /// The runner does a step again that was done before.
    Redo(usize),
    /// Minutes pass.
    Wait(u32),
    /// The kitchen fills up, or has room again.
    Full(bool),
    Cancel(CancelledBy),
    Confirm(ConfirmedBy),
    GiveUp(bool),
    Accept(u32),
    Reject,
    /// The timer looks whether something has taken too long.
    Timer,
    TakeBack,
    Start,
    Finish,
    Delay(u32),
    Claim(u8, bool, Option<u32>),
    Release(u8),
    Arrive(u8),
    PickUp(u8, bool),
    Deliver(u8, bool),
    Fail(Option<u8>),
    /// The customer wants so many pieces instead.
    Change(u32),
    /// The customer's bank sends back what was given back last.
    SendBack,
    /// The customer pays at the provider's page, or will not.
    AtProvider(bool),
}

fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![
        5 => Just(Mood::Approve),
        1 => Just(Mood::Decline),
        1 => Just(Mood::NeedsCustomer),
        1 => Just(Mood::Lost),
        1 => Just(Mood::Down),
    ]
}

/// Anything that can happen to an order.
pub(crate) fn act() -> BoxedStrategy<Act> {
    let who = || 0..3_u8;
    prop_oneof![
        14 => Just(Act::GoOn),
        6 => mood().prop_map(Act::Run),
        2 => mood().prop_map(Act::RunTwice),
        1 => mood().prop_map(Act::RunUnwritten),
        2 => (0..8_usize).prop_map(Act::Redo),
        2 => prop_oneof![3 => 1..15_u32, 1 => 15..1_500_u32].prop_map(Act::Wait),
        3 => Just(Act::Timer),
        3 => (1..4_u32).prop_map(Act::Change),
        1 => any::<bool>().prop_map(Act::Full),
        1 => prop::sample::select(vec![CancelledBy::Customer, CancelledBy::Operator]).prop_map(Act::Cancel),
        1 => prop::sample::select(vec![ConfirmedBy::Customer, ConfirmedBy::Timer]).prop_map(Act::Confirm),
        1 => any::<bool>().prop_map(Act::GiveUp),
        1 => prop::sample::select(vec![0, 5, 20, 120]).prop_map(Act::Accept),
        1 => prop::sample::select(vec![Act::Reject, Act::TakeBack, Act::Start, Act::Finish]),
        1 => prop::sample::select(vec![5, 10, 15]).prop_map(Act::Delay),
        1 => (who(), any::<bool>(), prop::option::of(0..4_000_u32))
            .prop_map(|(who, on_duty, distance)| Act::Claim(who, on_duty, distance)),
        1 => who().prop_map(Act::Release),
        1 => who().prop_map(Act::Arrive),
        1 => (who(), any::<bool>()).prop_map(|(who, right)| Act::PickUp(who, right)),
        1 => (who(), any::<bool>()).prop_map(|(who, right)| Act::Deliver(who, right)),
        1 => prop::option::of(who()).prop_map(Act::Fail),
        1 => Just(Act::SendBack),
    ]
    .boxed()
}

/// Whether the provider in the end has charged what it was asked to charge, or not.
pub(crate) fn end_mood() -> impl Strategy<Value = Mood> {
    prop::sample::select(vec![Mood::Approve, Mood::Decline])
}
