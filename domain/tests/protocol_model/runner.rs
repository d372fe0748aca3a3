//! The runner and its calls to the provider: what a step asks, and what is recorded of the answer.

use super::provider::{Answer, Mood, Request};
use super::world::{Call, HOLD_MINUTES, Late, Row, World, id, kitchen};
use domain::payment::{self, Purpose};
use domain::processes::place_order::Step;
use domain::processes::{CaseRefusal, ChargeTurn, DomainEvent, charge_key};
use domain::shared::{Decision, Won};
use std::sync::Arc;

type Answered = Result<Decision<DomainEvent>, CaseRefusal>;

impl World {
    fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| *row.name == *name)
    }

    /// The state in which the call of a step is there.
    pub(crate) fn calling(&self, name: &str, call: Option<Call>) -> World {
        let mut next = self.clone();
        if let Some(row) = next.rows.iter_mut().find(|row| *row.name == *name) {
            row.call = call;
        }
        next
    }

    fn without(&self, name: &str) -> World {
        let mut next = self.clone();
        next.rows.retain(|row| *row.name != *name);
        next
    }

    /// Does a step that is one command.
    pub(crate) fn run(&self, name: &str, open_tickets: u32, crash: bool) -> Option<World> {
        let (case, now) = (&self.case, self.now);
        let answer = match &*self.row(name)?.step {
            Step::Receive => case.receive(open_tickets, Some(kitchen()), now),
            Step::ApplyChange { revision } => case.apply_change(*revision, now),
            Step::Refund { reason } => case.refund(*reason, now),
            step => unreachable!("{step:?} needs a provider or a rider"),
        };
        self.recorded(name, answer, crash)
    }

    /// Writes down what a step came to, and that it is done. A crash between the two makes no difference when there was nothing to
    /// write down.
    fn recorded(&self, name: &str, answer: Answered, crash: bool) -> Option<World> {
        if crash {
            return Some(self.with(answer)?.calling(name, None).after_a_fault());
        }
        let mut next = self.without(name);
        next.must(answer);
        Some(next)
    }

    /// What money a step is to take, and how much.
    fn charge(&self, step: &Step) -> Option<(Purpose, Won)> {
        match step {
            Step::Charge => Some((Purpose::Order, self.case.placed().ok()?.bill.total)),
            Step::ChargeChange { revision, amount } => {
                Some((Purpose::Change { revision: *revision }, *amount))
            }
            _ => None,
        }
    }

    /// What a step asks the provider now; `None` when there is nothing to ask.
    pub(crate) fn request(&self, row: &Row) -> Option<Request> {
        if let Some(Call::Next(request)) = &row.call {
            return Some(request.clone());
        }
        if let Step::GiveBack { key, provider_id, amount } = &*row.step {
            let approvals = &self.case.payment.approvals;
            let charge = approvals.iter().find(|approval| approval.provider_id == *provider_id)?;
            return Some(Request::GiveBack { key: key.clone(), charge: charge.key.clone(), amount: *amount });
        }
        let (purpose, amount) = self.charge(&row.step)?;
        let key = charge_key(id(), purpose);
        match self.case.charge_turn(purpose, u32::from(row.tried), self.now) {
            ChargeTurn::Leave => None,
            ChargeTurn::Charge => Some(Request::Charge { key, amount }),
            ChargeTurn::Find | ChargeTurn::Look => Some(Request::Find { key }),
            ChargeTurn::Void => Some(Request::Void { key }),
        }
    }

    /// The state after a request has reached the provider, and its answer.
    pub(crate) fn served(&self, request: &Request, mood: Mood) -> (World, Answer) {
        let mut next = self.clone();
        let answer = Arc::make_mut(&mut next.book).serve(request, mood);
        (next, answer)
    }

    /// Takes a step as far as the provider.
    pub(crate) fn ask(&self, name: &str, mood: Mood) -> Option<World> {
        let row = self.row(name)?;
        let Some(request) = self.request(row) else {
            return Some(self.without(name));
        };
        let (next, answer) = self.served(&request, mood);
        let call = match (answer, self.charge(&row.step)) {
            (Answer::NotFound, Some((purpose, amount))) => {
                match self.case.charge_turn(purpose, u32::from(row.tried), self.now) {
                    // It is too late to ask for the money, and nothing is known.
                    ChargeTurn::Look => Call::Answered(Answer::Silence),
                    _ => Call::Next(Request::Charge { key: charge_key(id(), purpose), amount }),
                }
            }
            _ => Call::Answered(answer),
        };
        Some(next.calling(name, Some(call)))
    }

    /// Takes a step whose request is slower than anybody waits.
    pub(crate) fn ask_slowly(&self, name: &str) -> Option<World> {
        let request = self.request(self.row(name)?)?;
        let mut next = self.calling(name, Some(Call::Answered(Answer::Silence))).after_a_fault();
        next.strays.push(request);
        next.strays.sort();
        Some(next)
    }

    /// What the runner is about to hear.
    pub(crate) fn heard(&self, name: &str) -> Option<Answer> {
        match self.row(name)?.call {
            Some(Call::Answered(answer)) => Some(answer),
            _ => None,
        }
    }

    /// The command that records an answer.
    fn record(&self, step: &Step, answer: Answer) -> Answered {
        let (case, at) = (&self.case, self.now);
        match (self.charge(step), step) {
            (Some((purpose, _)), _) => {
                let outcome = answer.outcome(&charge_key(id(), purpose), at.plus_minutes(HOLD_MINUTES));
                case.record_charge(purpose, outcome, at, HOLD_MINUTES)
            }
            (None, Step::GiveBack { key, .. }) => {
                let key = key.clone();
                case.ask_payment(match answer {
                    Answer::GivenBack => payment::Command::RecordRefunded { key, at },
                    _ => payment::Command::RecordRefundFailed { key, attempts: 1, refused: None, at },
                })
            }
            (None, step) => unreachable!("{step:?} asks no provider"),
        }
    }

    /// Records what is heard; a step that this leaves open stays due.
    pub(crate) fn hear(&self, name: &str, answer: Answer, crash: bool) -> Option<World> {
        let recorded = self.record(&self.row(name)?.step, answer);
        if crash || !answer.leaves_open() {
            return self.recorded(name, recorded, crash);
        }
        let mut next = self.calling(name, None);
        if let Some(row) = next.rows.iter_mut().find(|row| *row.name == *name) {
            row.tried = true;
        }
        next.must(recorded);
        Some(next)
    }

    /// Has a step done again while the answer to the first call is still on its way.
    pub(crate) fn take_over(&self, name: &str) -> Option<World> {
        let Row { name, step, .. } = self.row(name)?;
        let (name, step, answer) = (Arc::clone(name), Arc::clone(step), self.heard(name)?);
        let mut next = self.calling(&name, None).after_a_fault().after_a_fault();
        next.late.push(Late { name, step, answer });
        Some(next)
    }

    /// Records what comes of a step that another runner has taken over, or has done by now.
    pub(crate) fn hear_late(&self, name: &str, answer: Answer) -> Option<World> {
        let place = self.late.iter().position(|late| *late.name == *name && late.answer == answer)?;
        let recorded = self.record(&self.late[place].step, answer);
        // What makes no difference now may make one later.
        if recorded == Ok(Decision::AlreadyApplied) {
            return None;
        }
        let mut next = self.clone();
        next.late.remove(place);
        next.must(recorded);
        Some(next)
    }

    /// Forgets what makes no difference any more: what reaches the provider, or a runner, when it is decided already.
    pub(crate) fn forget(&mut self) {
        let book = &self.book;
        self.strays.retain(|request| book.is_open(request));
        let is_over = |late: &Late| {
            let decided = |(purpose, _)| self.case.payment.is_decided(&charge_key(id(), purpose));
            self.charge(&late.step).is_some_and(decided)
                && self.record(&late.step, late.answer) == Ok(Decision::AlreadyApplied)
        };
        if self.late.iter().any(is_over) {
            self.late = self.late.iter().filter(|late| !is_over(late)).cloned().collect();
        }
    }
}
