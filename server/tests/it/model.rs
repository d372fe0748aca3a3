//! The whole server beside a small reference: random steps of customers, owners, riders, the operator and the clock, one after the other,
//! and after each of them what was answered, what everybody sees and what the provider holds is what the reference says.
//!
//! Nothing races here: after each step the server comes to rest. What races is in `races`, `crowds` and the model of the protocol.
//!
//! `BAEDAL_STEPS` says how many steps are run (3,000 otherwise), `BAEDAL_TEST_SEED` which. A failure is made as short as possible, and
//! printed step by step.

mod acts;
mod checks;
mod city;
mod draw;
mod order;
mod rest;
mod rules;
mod said;
mod send;
mod system;
mod ways;

use acts::Act;
use city::{City, Said};
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use rand::Rng;
use rules::Reference;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::time::Instant;
use system::System;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Steps of one case, on one city.
const STEPS: usize = 100;
/// Cases side by side: cards that do not answer make one wait.
const BESIDE: usize = 3;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A folder with the demo city, from which every case has its copy.
static SEEDED: LazyLock<Arc<TempDir>> = LazyLock::new(|| {
    RUNTIME.block_on(async {
        let folder = crate::city::City::open().await.close().await;
        system::until_closed(folder.path()).await;
        folder
    })
});

/// How often a kind of step was done, and how often it was refused.
static COUNTED: Mutex<BTreeMap<&'static str, [usize; 2]>> = Mutex::new(BTreeMap::new());

/// The seed of the run that failed first: the others leave the machine to it, which has to find the shortest way.
static FAILED: OnceLock<u64> = OnceLock::new();

/// Notes a failure on its way out.
struct Watch(u64);

impl Drop for Watch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            FAILED.get_or_init(|| self.0);
        }
    }
}

struct Whole;

impl StateMachineTest for Whole {
    type SystemUnderTest = System;
    type Reference = Reference;

    fn init_test(_: &City) -> System {
        RUNTIME.block_on(System::open(system::copy_of(SEEDED.path())))
    }

    fn apply(mut system: System, city: &City, act: Act) -> System {
        RUNTIME.block_on(async {
            let told = system.carry_out(city, &act).await;
            let expected = match city.said {
                Said::Done => Ok(()),
                Said::No(status, why) => Err((status, why.to_owned())),
            };
            assert_eq!(told, expected, "the answer to {act:?}");
            system.catch_up(city).await;
            if let Some(order) = checks::order_of(&act, city) {
                system.compare_order(city, order).await;
            }
        });
        let place = usize::from(city.said != Said::Done);
        COUNTED.lock().unwrap().entry(act.kind()).or_default()[place] += 1;
        system
    }

    fn check_invariants(system: &System, city: &City) {
        RUNTIME.block_on(system.compare(city));
    }

    fn teardown(system: System, city: City) {
        RUNTIME.block_on(system.settle(city));
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Runs cases until one fails; answers how, made as short as possible.
fn run(cases: usize, seed: u64) -> Result<(), String> {
    let config = Config {
        cases: cases as u32,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 500,
        max_shrink_time: 240_000,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config.clone());
    let ran = runner.run(&Reference::sequential_strategy(STEPS), |(city, acts, seen)| {
        let _watch = Watch(seed);
        if FAILED.get().is_none_or(|first| *first == seed) {
            Whole::test_sequential(config.clone(), city, acts, seen);
        }
        Ok(())
    });
    if FAILED.get().is_some_and(|first| *first != seed) {
        // That one tells the story.
        return Ok(());
    }
    ran.map_err(|error| match error {
        TestError::Fail(why, (_, acts, _)) => {
            let mut story = format!("{why}\nThe shortest way there:\n");
            for act in acts {
                let _ = writeln!(story, "  {act:?}");
            }
            story
        }
        TestError::Abort(why) => why.to_string(),
    })
}

#[test]
fn the_server_does_what_the_reference_says() {
    let steps = number("BAEDAL_STEPS").map_or(3_000, |steps| steps as usize);
    let seed = number("BAEDAL_TEST_SEED").unwrap_or_else(|| rand::rng().random_range(0..1_000_000));
    let cases = steps.div_ceil(STEPS);
    let since = Instant::now();
    let failures: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..BESIDE)
            .map(|number| {
                let share = (cases + BESIDE - 1 - number) / BESIDE;
                scope.spawn(move || if share == 0 { Ok(()) } else { run(share, seed + number as u64) })
            })
            .collect();
        runs.into_iter().filter_map(|run| run.join().unwrap().err()).collect()
    });
    assert!(failures.is_empty(), "BAEDAL_TEST_SEED={seed}: {}", failures.join("\n"));

    let counted = COUNTED.lock().unwrap();
    let ran: usize = counted.values().flatten().sum();
    let mut line = format!(
        "model: {ran} steps in {cases} cities, {} orders, {} s, BAEDAL_TEST_SEED={seed}; done/refused:",
        counted.get("place").map_or(0, |[done, _]| *done),
        since.elapsed().as_secs()
    );
    for (kind, [done, refused]) in counted.iter() {
        let _ = write!(line, " {kind} {done}/{refused},");
    }
    // Past the capture of the test's output: a reader is to see what was covered.
    writeln!(std::io::stderr(), "{}", line.trim_end_matches(',')).unwrap();
    assert!(ran >= steps, "only {ran} steps were run");
    assert!(counted.len() == 29 || steps < 1_000, "{:?}", counted.keys());
    for (kind, [done, refused]) in counted.iter() {
        // Time goes by, and a server starts, whatever happens.
        let is_refused = *refused > 0 || ["clock", "restart"].contains(kind);
        assert!(steps < 1_000 || (*done > 0 && is_refused), "{kind} was never done, or never refused");
    }
}
