//! What comes after a step whose command could not be written.

/// How often in a row a step fails for a reason of its own before somebody has to look at it: within some three minutes, for the pauses
/// between two tries are about half a minute at the most.
pub const STEP_TRIES: u32 = 5;

/// Why a step was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTrouble {
    /// Its own command cannot be written, and those of others can.
    Own,
    /// The log takes nothing from anybody.
    Log,
}

impl StepTrouble {
    /// Whose trouble it is after all: a log that has taken something of others since this step failed before takes nothing of this step alone,
    /// whatever it says. A damaged page of one order's events is called a damaged log.
    #[must_use]
    pub const fn seen_beside(self, others_were_written: bool) -> Self {
        if others_were_written { StepTrouble::Own } else { self }
    }
}

/// When it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepNext {
    /// After a pause.
    Again {
        /// How often in a row it has failed for a reason of its own.
        failures: u32,
    },
    /// When the operator says so.
    GiveUp,
}

/// What comes after a step was not written that had failed so often in a row before, for a reason of its own. That the log takes nothing
/// says nothing about the step: it is not counted, nor does the count begin anew after it.
pub const fn after_unwritten(failures: u32, trouble: StepTrouble) -> StepNext {
    match trouble {
        StepTrouble::Log => StepNext::Again { failures },
        StepTrouble::Own if failures + 1 < STEP_TRIES => StepNext::Again { failures: failures + 1 },
        StepTrouble::Own => StepNext::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_given_up_after_five_failures_of_its_own_and_never_because_the_log_takes_nothing() {
        for failures in 0..STEP_TRIES {
            assert_eq!(after_unwritten(failures, StepTrouble::Log), StepNext::Again { failures });
        }
        let (mut failures, mut tries) = (0, 1);
        while let StepNext::Again { failures: so_far } = after_unwritten(failures, StepTrouble::Own) {
            assert_eq!(so_far, failures + 1);
            (failures, tries) = (so_far, tries + 1);
        }
        assert_eq!((tries, STEP_TRIES), (5, 5));
    }

    #[test]
    fn a_log_that_takes_what_others_write_is_no_trouble_of_everybody() {
        for (trouble, others_were_written, so_it_is) in [
            (StepTrouble::Log, false, StepTrouble::Log),
            (StepTrouble::Log, true, StepTrouble::Own),
            (StepTrouble::Own, false, StepTrouble::Own),
            (StepTrouble::Own, true, StepTrouble::Own),
        ] {
            assert_eq!(trouble.seen_beside(others_were_written), so_it_is);
        }
    }
}
