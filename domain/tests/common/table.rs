//! State x command tables, written as text and checked cell by cell.
//!
//! The first row names the states, the first column the commands. A cell says what the command does in the state:
//! `OrderPlaced` or `TicketRejected + OrderRejected` the events it makes, `=` that it was applied already, `-` that it does not fit
//! the state (exactly `NotNow` with this command and this state), `!Taken` any other refusal, as `Debug` writes it.

use domain::shared::{Aggregate, Decision};
use std::fmt::{Debug, Write as _};

/// Names the variants of an enum in a match without a wildcard: a new variant does not compile until it has a name here, and
/// [`Table::check`] fails until a row or a column carries it.
macro_rules! variants {
    ($name:ident($type:ty): $($pattern:pat => $label:literal),+ $(,)?) => {
        fn $name() -> (fn(&$type) -> &'static str, &'static [&'static str]) {
            fn label(value: &$type) -> &'static str {
                match value { $($pattern => $label),+ }
            }
            (label, &[$($label),+])
        }
    };
}
pub(crate) use variants;

/// The variants of an enum: the name of a value's variant, and all names.
pub(crate) type Variants<T> = (fn(&T) -> &'static str, &'static [&'static str]);

/// A table of one aggregate.
pub(crate) struct Table<'a, A: Aggregate, P> {
    /// The cells.
    pub(crate) text: &'a str,
    /// Representative states, in the order of the columns.
    pub(crate) states: Vec<(&'a str, A)>,
    /// Representative commands, in the order of the rows.
    pub(crate) commands: Vec<(&'a str, A::Command)>,
    /// The phase of a state.
    pub(crate) phase: fn(&A) -> P,
    /// All phases.
    pub(crate) phases: Variants<P>,
    /// All commands.
    pub(crate) verbs: Variants<A::Command>,
    /// The refusal of a command that does not fit a phase.
    pub(crate) not_now: fn(&A::Command, P) -> A::Refusal,
    /// The type of an event.
    pub(crate) type_name: fn(A::Event) -> &'static str,
}

impl<A, P> Table<'_, A, P>
where
    A: Aggregate + PartialEq + Debug,
    A::Command: Clone + Debug,
    A::Refusal: PartialEq + Debug,
{
    /// Checks every cell, and that every phase has a column and every command a row.
    pub(crate) fn check(&self) {
        let mut rows = self
            .text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
        let columns = rows.next().expect("the row of states");
        let states: Vec<_> = self.states.iter().map(|(name, _)| *name).collect();
        assert_eq!(columns[1..], states, "the columns are not the states");
        let rows: Vec<_> = rows.collect();
        let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
        let commands: Vec<_> = self.commands.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, commands, "the rows are not the commands");

        let mut wrong = String::new();
        for (row, (command_name, command)) in rows.iter().zip(&self.commands) {
            assert_eq!(row.len(), states.len() + 1, "the row {command_name} has not a cell for each state");
            for (cell, (state_name, state)) in row[1..].iter().zip(&self.states) {
                let found = self.cell(state, command);
                if *cell != found {
                    let _ = writeln!(
                        wrong,
                        "{command_name} when {state_name}: the table says {cell}, the domain {found}"
                    );
                }
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");

        let (phase_name, phases) = self.phases;
        let seen: Vec<_> = self.states.iter().map(|(_, state)| phase_name(&(self.phase)(state))).collect();
        for phase in phases {
            assert!(seen.contains(phase), "no column shows the phase {phase}");
        }
        let (command_name, verbs) = self.verbs;
        let seen: Vec<_> = self.commands.iter().map(|(_, command)| command_name(command)).collect();
        for verb in verbs {
            assert!(seen.contains(verb), "no row asks {verb}");
        }
    }

    fn cell(&self, state: &A, command: &A::Command) -> String {
        match state.decide(command.clone()) {
            Ok(Decision::AlreadyApplied) => "=".to_owned(),
            Ok(Decision::Executed(events)) => {
                assert!(!events.is_empty(), "{command:?} executed nothing");
                events.into_iter().map(self.type_name).collect::<Vec<_>>().join(" + ")
            }
            Err(refusal) if refusal == (self.not_now)(command, (self.phase)(state)) => "-".to_owned(),
            Err(refusal) => format!("!{refusal:?}"),
        }
    }
}
