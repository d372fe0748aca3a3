//! What can happen next, and what becomes of it.

use super::provider::{Answer, Mood, Request};
use super::world::{Call, Change, Fate, Row, World};
use domain::order::CancelledBy;
use domain::payment::Purpose;
use domain::processes::place_order::Step;
use domain::processes::{CaseRefusal, DomainEvent, Limits};
use domain::shared::{Decision, Timestamp};
use domain::store::ticket;
use std::sync::Arc;

/// Minutes between two looks at the clock: longer than the owner has to answer, and twice that is longer than a hold.
const TICK: u32 = 6;

/// Something that happens. Steps go by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// The customer cancels.
    Cancel,
    /// The customer wants one piece more.
    Dearer,
    /// The customer wants one piece less.
    Cheaper,
    /// The owner takes the order.
    Accept,
    /// The owner turns it down.
    Reject,
    /// The owner begins to cook.
    Start,
    /// Minutes pass.
    Tick,
    /// The timer looks.
    Timer,
    /// The runner does a step that needs no provider.
    Run(Arc<str>),
    /// The same, and the kitchen is full.
    RunWhenFull(Arc<str>),
    /// The same, and the runner crashes before it has noted that: the step is done again. A fault.
    RunAndCrash(Arc<str>),
    /// The runner takes a step, and its request reaches the provider in this mood.
    Ask(Arc<str>, Mood),
    /// The runner takes a step, and its request for money is on its way until nobody waits for an answer any more. A fault.
    AskSlowly(Arc<str>),
    /// The answer arrives and is recorded.
    Hear(Arc<str>),
    /// The same, and the runner crashes before it has noted that: the step is done again. A fault.
    HearAndCrash(Arc<str>),
    /// The answer is lost, and that is recorded. A fault.
    Lose(Arc<str>),
    /// The runner crashes while it waits for the answer. A fault.
    Crash(Arc<str>),
    /// The runner is taken for dead while it waits for the answer, and the step is done again. Two faults.
    TakeOver(Arc<str>),
    /// The first one hears its answer after all. It may never.
    HearLate(Arc<str>, Answer),
    /// A request that was on its way reaches the provider in this mood. It may never.
    Arrive(Request, Mood),
}

impl World {
    /// All that can happen next. What is refused is among it, and comes to nothing.
    pub(crate) fn moves(&self, changes: usize, moves: &mut Vec<Move>) {
        if !self.case.order.phase.is_end() {
            self.moves_of_people(changes, moves);
        }
        for row in &self.rows {
            self.moves_of_the_runner(row, moves);
        }
        moves.extend(self.late.iter().map(|late| Move::HearLate(Arc::clone(&late.name), late.answer)));
        for (place, request) in self.strays.iter().enumerate() {
            if !self.strays[..place].contains(request) {
                let moods = [Mood::Approve, Mood::Decline];
                moves.extend(moods.map(|mood| Move::Arrive(request.clone(), mood)));
            }
        }
    }

    fn moves_of_people(&self, changes: usize, moves: &mut Vec<Move>) {
        moves.push(Move::Cancel);
        // That a change is refused while another is under way is one of the properties.
        if self.changes.len() < changes && self.case.order.change.is_none() {
            moves.extend([Move::Dearer, Move::Cheaper]);
        }
        moves.extend([Move::Accept, Move::Reject, Move::Start, Move::Timer]);
        if self.waits_for_the_clock() {
            moves.push(Move::Tick);
        }
    }

    /// Whether there is a moment to come that makes a difference.
    fn waits_for_the_clock(&self) -> bool {
        let (order, ticket) = (&self.case.order, &self.case.ticket);
        let answer_by = ticket.opened.as_ref().and_then(|opened| opened.answer_by);
        let moments: [Option<Timestamp>; 3] = [
            order.held_until,
            order
                .change
                .as_ref()
                .and_then(|change| self.case.held_until(Purpose::Change { revision: change.revision })),
            answer_by.filter(|_| ticket.phase == ticket::Phase::Received),
        ];
        moments.into_iter().flatten().any(|moment| moment > self.now)
    }

    fn moves_of_the_runner(&self, row: &Row, moves: &mut Vec<Move>) {
        let name = || Arc::clone(&row.name);
        match &row.call {
            None if !row.step.is_outside() => {
                moves.push(Move::Run(name()));
                if *row.step == Step::Receive {
                    moves.push(Move::RunWhenFull(name()));
                }
                if self.faults > 0 {
                    moves.push(Move::RunAndCrash(name()));
                }
            }
            None | Some(Call::Next(_)) => {
                moves.push(Move::Ask(name(), Mood::Approve));
                let Some(request @ Request::Charge { .. }) = self.request(row) else { return };
                if self.book.is_open(&request) {
                    let moods = [Mood::Decline, Mood::AskCustomer];
                    moves.extend(moods.map(|mood| Move::Ask(name(), mood)));
                }
                if self.faults > 0 {
                    moves.push(Move::AskSlowly(name()));
                }
            }
            Some(Call::Answered(answer)) => {
                moves.push(Move::Hear(name()));
                if self.faults > 0 {
                    moves.extend([Move::HearAndCrash(name()), Move::Crash(name())]);
                    if *answer != Answer::Silence {
                        moves.push(Move::Lose(name()));
                    }
                }
                if self.faults > 1 && matches!(*row.step, Step::Charge | Step::ChargeChange { .. }) {
                    moves.push(Move::TakeOver(name()));
                }
            }
        }
    }

    /// The state after a move; `None` when nothing has changed.
    pub(crate) fn after(&self, action: &Move) -> Option<World> {
        let (case, now) = (&self.case, self.now);
        let mut next = match action {
            Move::Cancel => self.with(case.cancel(CancelledBy::Customer, now)),
            Move::Dearer => self.with_change(self.pieces() + 1),
            Move::Cheaper => self.with_change(self.pieces() - 1),
            Move::Accept => self.with(case.ask_ticket(ticket::Command::Accept { minutes: 20, at: now })),
            Move::Reject => self.with(case.reject(ticket::RejectReason::Store("재료 소진".to_owned()), now)),
            Move::Start => self.with(case.start_cooking(now)),
            Move::Timer => self.with(case.time_out(now, &Limits::USUAL)),
            Move::Tick => Some(Self { now: now.plus_minutes(TICK), ..self.clone() }),
            Move::Run(name) => self.run(name, 0, false),
            Move::RunWhenFull(name) => self.run(name, u32::MAX, false),
            Move::RunAndCrash(name) => self.run(name, 0, true),
            Move::Ask(name, mood) => self.ask(name, *mood),
            Move::AskSlowly(name) => self.ask_slowly(name),
            Move::Hear(name) => self.hear(name, self.heard(name)?, false),
            Move::HearAndCrash(name) => self.hear(name, self.heard(name)?, true),
            Move::Lose(name) => self.hear(name, Answer::Silence, false).map(World::after_a_fault),
            Move::Crash(name) => Some(self.calling(name, None).after_a_fault()),
            Move::TakeOver(name) => self.take_over(name),
            Move::HearLate(name, answer) => self.hear_late(name, *answer),
            Move::Arrive(request, mood) => Some(self.served(request, *mood).0),
        }?;
        next.forget();
        Some(next)
    }

    /// The state after a command that was carried out.
    pub(crate) fn with(&self, answer: Result<Decision<DomainEvent>, CaseRefusal>) -> Option<World> {
        let Ok(Decision::Executed(events)) = answer else { return None };
        let mut next = self.clone();
        next.write(events);
        Some(next)
    }

    fn with_change(&self, pieces: u32) -> Option<World> {
        let answer = self.ask_change(pieces);
        let mut asked = self.clone();
        asked.changes.push(Change { pieces, fate: Fate::UnderWay });
        asked.with(answer)
    }

    /// The same with one fault less to come.
    pub(crate) fn after_a_fault(mut self) -> World {
        self.faults -= 1;
        self
    }
}
