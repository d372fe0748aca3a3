//! How an aggregate answers a command.

/// What a command that was not refused did.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<E> {
    /// These events happened, in this order. Never empty.
    Executed(Vec<E>),
    /// The command had been carried out before: nothing happens again.
    AlreadyApplied,
}

impl<E> Decision<E> {
    /// A decision with one event.
    pub fn one(event: E) -> Self {
        Decision::Executed(vec![event])
    }

    /// The events; none for a repeat.
    pub fn into_events(self) -> Vec<E> {
        match self {
            Decision::Executed(events) => events,
            Decision::AlreadyApplied => Vec::new(),
        }
    }

    /// The same decision over another event type.
    pub fn map<F>(self, f: impl FnMut(E) -> F) -> Decision<F> {
        match self {
            Decision::Executed(events) => Decision::Executed(events.into_iter().map(f).collect()),
            Decision::AlreadyApplied => Decision::AlreadyApplied,
        }
    }
}

/// The answer to a command: a decision, or a refusal that says why.
pub type Decided<E, R> = Result<Decision<E>, R>;

/// A state machine whose state is the fold of its events. `Default` is the state before the first event.
pub trait Aggregate: Default + Clone {
    /// What can be asked of it.
    type Command;
    /// What can have happened to it.
    type Event: Clone;
    /// Why it said no.
    type Refusal;

    /// The pure decision. A refusal changes nothing; so does a repeated command.
    fn decide(&self, command: Self::Command) -> Decided<Self::Event, Self::Refusal>;

    /// The decision on several commands as one: all of them, each on what those before it have made, or none.
    ///
    /// # Errors
    ///
    /// The first refusal.
    fn decide_all(
        &self,
        commands: impl IntoIterator<Item = Self::Command>,
    ) -> Decided<Self::Event, Self::Refusal> {
        let (mut state, mut all) = (self.clone(), Vec::new());
        for command in commands {
            let events = state.decide(command)?.into_events();
            events.iter().for_each(|event| state.apply(event));
            all.extend(events);
        }
        Ok(if all.is_empty() { Decision::AlreadyApplied } else { Decision::Executed(all) })
    }

    /// The state after an event. Total: a log once written can always be read.
    fn apply(&mut self, event: &Self::Event);

    /// The fold of a log.
    fn replay<'a>(events: impl IntoIterator<Item = &'a Self::Event>) -> Self
    where
        Self::Event: 'a,
    {
        let mut state = Self::default();
        for event in events {
            state.apply(event);
        }
        state
    }
}
