//! Steps that could not be written: how often in a row each of them, and which are given up.

use crate::storage::LogError;
use domain::processes::{StepNext, after_unwritten};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// How often in a row each step could not be written for a reason of its own. This is in memory alone: the row of a step that is counted here
/// is open, so that the next start takes it up and counts anew.
#[derive(Debug, Default)]
pub(super) struct Unwritten(Mutex<HashMap<Uuid, u32>>);

impl Unwritten {
    /// A step was not written because of this; true when it is given up. Whoever has it tried again then has all its tries again.
    pub(super) fn gives_up(&self, step: Uuid, error: &LogError) -> bool {
        let mut counts = self.locked();
        let before = counts.remove(&step).unwrap_or_default();
        match after_unwritten(before, error.trouble()) {
            StepNext::GiveUp => true,
            StepNext::Again { failures } => {
                if failures > 0 {
                    counts.insert(step, failures);
                }
                false
            }
        }
    }

    /// Something of a step was written: it can be.
    pub(super) fn written(&self, step: Uuid) {
        self.locked().remove(&step);
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Uuid, u32>> {
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
        // A log that takes nothing leaves nothing behind.
        assert!(!unwritten.gives_up(one, &LogError::Closed));
        assert_eq!(unwritten.locked().len(), 1);
    }
}
