//! Steps that could not be written: how often in a row each of them, and which are given up.

use crate::storage::LogError;
use domain::processes::{StepNext, after_unwritten};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// How often in a row each step could not be written for a reason of its own. This is in memory alone: the row of a step that is counted here
/// is open, so that the next start takes it up and counts anew.
#[derive(Debug, Default)]
pub(super) struct Unwritten(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    failed: HashMap<Uuid, Failed>,
    /// How often something of any step was written.
    written: u64,
}

/// A step that could not be written.
#[derive(Debug, Default)]
struct Failed {
    /// How often in a row for a reason of its own.
    failures: u32,
    /// What was written in all when it failed last.
    written: u64,
}

impl Unwritten {
    /// A step was not written because of this; true when it is given up. Whoever has it tried again then has all its tries again.
    pub(super) fn gives_up(&self, step: Uuid, error: &LogError) -> bool {
        let mut counts = self.locked();
        let written = counts.written;
        let before = counts.failed.remove(&step);
        let others_were_written = before.as_ref().is_some_and(|before| before.written < written);
        let trouble = error.trouble().seen_beside(others_were_written);
        match after_unwritten(before.unwrap_or_default().failures, trouble) {
            StepNext::GiveUp => true,
            StepNext::Again { failures } => {
                counts.failed.insert(step, Failed { failures, written });
                false
            }
        }
    }

    /// Something of a step was written: it can be.
    pub(super) fn written(&self, step: Uuid) {
        let mut counts = self.locked();
        counts.failed.remove(&step);
        counts.written += 1;
    }

    fn locked(&self) -> MutexGuard<'_, Counts> {
        // Each change of it is whole, also where somebody panicked after it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::processes::STEP_TRIES;

    #[test]
    fn failures_of_a_step_are_counted_in_a_row_and_those_of_the_log_are_not() {
        let (unwritten, one, other) = (Unwritten::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let own = LogError::Corrupt("no id".to_owned());
        let goes_on_for = |times| {
            for _ in 0..times {
                assert!(!unwritten.gives_up(one, &LogError::Closed));
                assert!(!unwritten.gives_up(one, &own));
            }
        };
        goes_on_for(STEP_TRIES - 1);
        assert!(!unwritten.gives_up(other, &own), "another step has its own count");
        unwritten.written(one);
        goes_on_for(STEP_TRIES - 1);
        assert!(unwritten.gives_up(one, &own));
        // It has all its tries again.
        goes_on_for(STEP_TRIES - 1);
        assert!(unwritten.gives_up(one, &own));
        // What was written or given up leaves nothing behind.
        unwritten.written(other);
        assert!(unwritten.locked().failed.is_empty());
    }

    #[test]
    fn a_log_that_takes_what_others_write_and_nothing_of_a_step_is_that_steps_trouble() {
        let (unwritten, one, other) = (Unwritten::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        // As long as nobody is written, it says nothing of this one.
        for _ in 0..=STEP_TRIES {
            assert!(!unwritten.gives_up(one, &LogError::Closed));
        }
        for _ in 1..STEP_TRIES {
            unwritten.written(other);
            assert!(!unwritten.gives_up(one, &LogError::Closed));
            assert!(!unwritten.gives_up(one, &LogError::Closed), "nothing was written in between");
        }
        unwritten.written(other);
        assert!(unwritten.gives_up(one, &LogError::Closed));
    }
}
