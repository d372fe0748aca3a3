//! Every interleaving, up to a bound, of what races for one order: the cancel, the change, the cooking start, the rejection, the time
//! limits and the payment. The checker ([`stateright`]) visits every state that can be reached and asks of each whether the invariants
//! hold in it; the decisions are those of the domain itself, only who waits for what is modelled here.
//!
//! Who can do what, at any time and in any order:
//!
//! * the customer asks for a dearer or a cheaper change, and cancels;
//! * the owner accepts, rejects and starts to cook; the kitchen may be full when the order comes to it;
//! * the clock goes on, as often as it makes a difference, and the timer looks or does not;
//! * the runner takes any of the steps that are due, not only the oldest. A step that calls the provider is two moves, the request
//!   that reaches it and the answer that is recorded, and anything may happen between them;
//! * the provider approves, declines or wants the customer first, once for a key.
//!
//! What can go wrong: a request for money is late, and arrives whenever it likes or never; an answer is lost; the runner crashes while it
//! waits for an answer, or after a step and before it has noted that, so that the step is done again. Each of these is one fault. Two
//! faults at once is a runner that was taken for dead: the step is done again by another one, and the first still hears its answer.
//!
//! The bound: two changes and two faults, and minutes only as far as they make a difference. That is about 600,000 states, half a minute
//! in a debug build. Three faults are five times as many, and left to whoever asks for them.

#[path = "../common/mod.rs"]
mod common;

mod canon;
mod moves;
mod properties;
mod provider;
mod runner;
mod world;

use moves::Move;
use stateright::{Checker, Expectation, HasDiscoveries, Model, Property};
use world::World;

/// What is explored, and how far.
#[derive(Clone, Copy)]
struct Protocol {
    /// How many changes the customer asks for.
    changes: usize,
    /// How much goes wrong.
    faults: u8,
}

impl Model for Protocol {
    type State = World;
    type Action = Move;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.faults)]
    }

    fn actions(&self, world: &World, moves: &mut Vec<Move>) {
        world.moves(self.changes, moves);
    }

    fn next_state(&self, world: &World, action: Move) -> Option<World> {
        world.after(&action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = properties::always();
        properties.extend(properties::sometimes());
        properties
    }
}

/// Visits every state and asks of it what `properties` asks; there have to be so many of them.
fn explore(protocol: Protocol, at_least: usize) {
    let on = |threads| {
        protocol.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join()
    };
    let mut checker = on(std::thread::available_parallelism().map_or(1, usize::from));
    // Breadth first and on one thread, what is broken is found by a shortest way, and the same each time.
    let found = checker.discoveries();
    let is_broken =
        |of: &Property<Protocol>| of.expectation.discovery_is_failure() && found.contains_key(of.name);
    if protocol.properties().iter().any(is_broken) {
        checker = on(1);
    }
    let states = checker.unique_state_count();
    println!("{states} states, at most {} moves from the placing", checker.max_depth());
    let found = checker.discoveries();
    for Property { expectation, name, .. } in checker.model().properties() {
        match (expectation, found.get(name)) {
            (Expectation::Sometimes, path) => assert!(path.is_some(), "never reached: {name}"),
            (Expectation::Always | Expectation::Eventually, Some(path)) => {
                let broken = path.last_state().broken.clone().unwrap_or_default();
                panic!("{name}, but not after {:#?} {broken}", path.clone().into_actions());
            }
            (Expectation::Always | Expectation::Eventually, None) => {}
        }
    }
    assert!(states >= at_least, "only {states} states were reached: the model leaves something out");
}

#[test]
fn every_interleaving_of_cancel_change_start_and_payment_keeps_the_invariants() {
    explore(Protocol { changes: 2, faults: 2 }, 500_000);
}

#[test]
#[ignore = "takes minutes: cargo test -p domain --release --test protocol_model -- --ignored"]
fn three_faults_keep_the_invariants_too() {
    explore(Protocol { changes: 2, faults: 3 }, 2_500_000);
}
