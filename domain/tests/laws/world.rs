//! One order in a world of people, a clock and a provider, all of them free to do anything at any time. What has to follow an event
//! is taken from the table of the saga and done in order, as the process runner does it: at least once.

use super::acts::Act;
use super::provider::{Mood, Provider};
use crate::common::{CUSTOMER, NOON, PIZZA, bill, order_id, rider, rider_fee, sealed, store};
use domain::delivery::{self, FailReason};
use domain::order::{CancelledBy, ConfirmedBy};
use domain::payment::{self, Purpose, RefundNext, RefundTrouble, refund_next};
use domain::processes::place_order::{Step, react};
use domain::processes::{
    Case, CaseRefusal, ChargeOutcome, ChargeTurn, DomainEvent, Limits, Placing, charge_key,
};
use domain::shared::{AccountId, Decision, OrderId, Timestamp, Won};
use domain::store::{Store, WantedLine, ticket};
use domain::views::{Actor, Recorded};
use std::collections::VecDeque;
use uuid::Uuid;

/// The four digits for the door, as text that shows up nowhere by chance.
pub(crate) const CODE: &str = "d00r";
const HOLD_MINUTES: u32 = 10;
const OWNER: AccountId = AccountId(Uuid::from_u128(0x0E));
const OPERATOR: AccountId = AccountId(Uuid::from_u128(0x0F));

/// What becomes of a step that was tried.
enum Done {
    Finished,
    /// The provider's answer leaves it to be done again.
    Again,
    /// It is given up, until the operator has it tried again.
    Parked,
}

/// One order and everybody who has to do with it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) case: Case,
    pub(crate) log: Vec<Recorded>,
    /// Steps that are due, and how often each was tried.
    pub(crate) pending: VecDeque<(Step, u32)>,
    /// Steps that were given up: they lie with the operator.
    pub(crate) parked: Vec<Step>,
    pub(crate) provider: Provider,
    pub(crate) now: Timestamp,
    /// Tickets open in the kitchen, and how many it takes.
    pub(crate) kitchen: (u32, u32),
    done: Vec<Step>,
    order: OrderId,
    store: Store,
}

impl World {
    /// An order just placed: one pizza with cheese.
    pub(crate) fn new(number: u128) -> Self {
        let mut world = Self {
            case: Case::default(),
            log: Vec::new(),
            pending: VecDeque::new(),
            parked: Vec::new(),
            provider: Provider::default(),
            now: NOON,
            kitchen: (0, 3),
            done: Vec::new(),
            order: order_id(number),
            store: store(),
        };
        let line = &bill(1).lines[0];
        let placing = Placing {
            order: world.order,
            customer: CUSTOMER,
            lines: vec![WantedLine {
                item: PIZZA,
                quantity: 1,
                choices: line.options.iter().map(|option| option.choice).collect(),
            }],
            agreed: bill(1).total,
            method: "tok_approve".to_owned(),
            distance_m: 1_500,
            cells: vec!["8830e1d8e3fffff".to_owned()],
            code: CODE.to_owned(),
            sealed: sealed(),
            hold_minutes: None,
        };
        let answer = world.case.place(&world.store, placing, world.now);
        assert!(world.take(Actor::Customer(CUSTOMER), answer), "the order was not placed");
        world
    }

    /// An order to which all this has happened.
    pub(crate) fn after(acts: &[Act]) -> Self {
        let mut world = Self::new(1);
        for act in acts {
            world.act(act);
        }
        world
    }

    /// An order whose payment was approved, about to come to the kitchen.
    pub(crate) fn paid(number: u128) -> Self {
        let mut world = Self::new(number);
        world.act(&Act::Run(Mood::Approve));
        world
    }

    /// An order whose food is ready and offered to the riders.
    pub(crate) fn offered(number: u128) -> Self {
        let mut world = Self::new(number);
        for _ in 0..6 {
            world.act(&Act::GoOn);
        }
        assert_eq!(world.case.delivery.phase, delivery::Phase::Offered);
        world
    }

    /// Writes down what a command made; false when it was refused.
    pub(crate) fn take(&mut self, actor: Actor, answer: Result<Decision<DomainEvent>, CaseRefusal>) -> bool {
        let Ok(decision) = answer else { return false };
        for event in decision.into_events() {
            self.case.apply(&event);
            self.pending.extend(react(&event).map(|step| (step, 0)));
            self.log.push(Recorded {
                position: self.log.len() as u64 + 1,
                order: Some(self.order),
                store: self.case.store(),
                at: self.now,
                actor,
                event,
            });
        }
        true
    }

    /// Lets something happen. People may be refused; the runner's steps never are.
    pub(crate) fn act(&mut self, act: &Act) {
        let (case, now) = (&self.case, self.now);
        let kitchen = |command| (Actor::Owner(OWNER), case.ask_ticket(command));
        let by = |number: u8, command| (Actor::Rider(rider(number)), case.act_on_job(rider(number), command));
        let (actor, answer) = match *act {
            Act::GoOn => return self.go_on(),
            Act::Run(mood) => return self.run(mood),
            Act::RunTwice(mood) => {
                if let Some((step, attempts)) = self.pending.front().cloned() {
                    self.perform(&step, attempts, mood);
                }
                return self.run(mood);
            }
            Act::RunUnwritten(mood) => {
                if let Some((step, attempts)) = self.pending.pop_front() {
                    // What was done outside stays done.
                    drop(self.attempt(&step, attempts, mood));
                    self.pending.push_front((step, attempts + 1));
                }
                return;
            }
            Act::RunUnheard => {
                if let Some((step, attempts)) = self.pending.pop_front() {
                    self.perform(&step, attempts, Mood::Approve);
                    self.pending.push_back((step, attempts + 1));
                }
                return;
            }
            Act::Redo(index) => {
                if !self.done.is_empty() {
                    let step = self.done[index % self.done.len()].clone();
                    self.perform(&step, 1, Mood::Approve);
                }
                return;
            }
            Act::Wait(minutes) => return self.now = now.plus_minutes(minutes),
            Act::AtProvider(pays) => return self.provider.decide(pays),
            Act::Full(full) => return self.kitchen.0 = if full { self.kitchen.1 } else { 0 },
            Act::Cancel(by @ CancelledBy::Customer) => (Actor::Customer(CUSTOMER), case.cancel(by, now)),
            Act::Cancel(by @ CancelledBy::Operator) => (Actor::Operator(OPERATOR), case.cancel(by, now)),
            Act::Confirm(by) => (Actor::Customer(CUSTOMER), case.confirm_receipt(by, now)),
            Act::GiveUp(refund) => {
                (Actor::Operator(OPERATOR), case.give_up(refund, "도로 통제".to_owned(), now))
            }
            Act::Accept(minutes) => kitchen(ticket::Command::Accept { minutes, at: now }),
            Act::Reject => {
                (Actor::Owner(OWNER), case.reject(ticket::RejectReason::Store("재료 소진".to_owned()), now))
            }
            Act::Timer => (Actor::System, case.time_out(now, &Limits::USUAL)),
            Act::TakeBack => {
                (Actor::Operator(OPERATOR), case.ask_delivery(delivery::Command::TakeBack { at: now }))
            }
            Act::Start => (Actor::Owner(OWNER), case.start_cooking(now)),
            Act::Finish => kitchen(ticket::Command::Finish { at: now }),
            Act::Delay(minutes) => kitchen(ticket::Command::Delay { minutes, at: now }),
            Act::Claim(number, on_duty, distance_m) => by(
                number,
                delivery::Command::Claim {
                    rider: rider(number),
                    on_duty,
                    distance_m,
                    radius_m: 3_000,
                    at: now,
                },
            ),
            Act::Release(number) => by(number, delivery::Command::Release { rider: rider(number), at: now }),
            Act::Arrive(number) => by(number, delivery::Command::Arrive { rider: rider(number), at: now }),
            Act::PickUp(number, right) => {
                let typed = if right {
                    domain::shared::OrderNumber::of(self.order.0).to_string()
                } else {
                    String::new()
                };
                by(number, delivery::Command::PickUp { rider: rider(number), number: Some(typed), at: now })
            }
            Act::Deliver(number, right) => by(
                number,
                delivery::Command::Deliver {
                    rider: rider(number),
                    code: Some(if right { CODE } else { "0000" }.to_owned()),
                    at: now,
                },
            ),
            Act::Fail(Some(number)) => by(
                number,
                delivery::Command::Fail {
                    rider: Some(rider(number)),
                    reason: if number == 0 { FailReason::Accident } else { FailReason::CustomerAbsent },
                    at: now,
                },
            ),
            Act::Fail(None) => (Actor::Operator(OPERATOR), case.give_up(false, String::new(), now)),
            Act::Change(pieces) => (Actor::Customer(CUSTOMER), self.change(pieces)),
            Act::SendBack => {
                let given = |refund: &&payment::Refund| refund.done && !refund.sent_back;
                let Some(refund) = case.payment.refunds.iter().rev().find(given) else { return };
                let key = refund.key.clone();
                self.provider.send_back(&key);
                let told = payment::Command::RecordRefundSentBack { key, at: now };
                (Actor::System, self.case.ask_payment(told))
            }
        };
        self.take(actor, answer);
    }

    fn go_on(&mut self) {
        let holder = (0..3).find(|number| self.case.delivery.rider == Some(rider(*number)));
        let next = match (self.case.ticket.phase, self.case.delivery.phase, holder) {
            _ if !self.pending.is_empty() => Act::Run(Mood::Approve),
            (ticket::Phase::Received, ..) => Act::Accept(25),
            (ticket::Phase::Accepted, ..) => Act::Start,
            (ticket::Phase::Cooking, ..) => Act::Finish,
            (_, delivery::Phase::Offered, _) => Act::Claim(1, true, Some(800)),
            (_, delivery::Phase::Claimed, Some(number)) => Act::Arrive(number),
            (_, delivery::Phase::Arrived, Some(number)) => Act::PickUp(number, true),
            (_, delivery::Phase::PickedUp, Some(number)) => Act::Deliver(number, true),
            (_, delivery::Phase::Delivered, _) => Act::Confirm(ConfirmedBy::Customer),
            _ => Act::Wait(1),
        };
        self.act(&next);
    }

    /// The customer wants so many pieces instead.
    pub(crate) fn change(&self, pieces: u32) -> Result<Decision<DomainEvent>, CaseRefusal> {
        let wanted = bill(pieces).lines.iter().map(domain::shared::Line::as_wanted).collect::<Vec<_>>();
        self.case.request_change(&self.store, &wanted, bill(pieces).total, self.now, HOLD_MINUTES)
    }

    fn run(&mut self, mood: Mood) {
        let Some((step, attempts)) = self.pending.pop_front() else {
            return;
        };
        // What has to wait for the provider holds nothing else up.
        match self.perform(&step, attempts, mood) {
            Done::Finished => self.done.push(step),
            Done::Again => self.pending.push_back((step, attempts + 1)),
            Done::Parked => self.parked.push(step),
        }
    }

    /// Asks the provider, as the case says.
    fn charge(
        &mut self,
        purpose: Purpose,
        amount: Won,
        attempts: u32,
        mood: Mood,
    ) -> (Result<Decision<DomainEvent>, CaseRefusal>, Done) {
        let key = charge_key(self.order, purpose);
        let turn = self.case.charge_turn(purpose, attempts, self.now);
        let outcome = match turn {
            ChargeTurn::Leave => return (Ok(Decision::AlreadyApplied), Done::Finished),
            ChargeTurn::Charge => self.provider.charge(&key, amount, mood),
            ChargeTurn::Find => match self.provider.find(&key, mood) {
                Some(outcome) => outcome,
                None => self.provider.charge(&key, amount, mood),
            },
            ChargeTurn::Look => self.provider.find(&key, mood).unwrap_or(ChargeOutcome::Unknown),
            ChargeTurn::Void => self.provider.void(&key, mood),
        };
        let is_given_up = turn == ChargeTurn::Void && self.case.is_call_off_given_up(purpose, self.now);
        let done = match &outcome {
            ChargeOutcome::Unknown if is_given_up => Done::Parked,
            ChargeOutcome::NeedsCustomer { .. } | ChargeOutcome::Unknown => Done::Again,
            ChargeOutcome::Approved { .. } | ChargeOutcome::Declined { .. } | ChargeOutcome::Voided => {
                Done::Finished
            }
        };
        (self.case.record_charge(purpose, outcome, self.now, HOLD_MINUTES), done)
    }

    /// Does a step and writes down what comes of it.
    fn perform(&mut self, step: &Step, attempts: u32, mood: Mood) -> Done {
        let (decision, done) = self.attempt(step, attempts, mood);
        self.take(Actor::System, Ok(decision));
        done
    }

    /// Does a step, of which nothing is written down yet.
    fn attempt(&mut self, step: &Step, attempts: u32, mood: Mood) -> (Decision<DomainEvent>, Done) {
        let now = self.now;
        let (answer, done) = match step {
            Step::Charge => self.charge(Purpose::Order, bill(1).total, attempts, mood),
            Step::ChargeChange { revision, amount } => {
                self.charge(Purpose::Change { revision: *revision }, *amount, attempts, mood)
            }
            Step::ApplyChange { revision } => (self.case.apply_change(*revision, now), Done::Finished),
            Step::Receive => {
                let mut store = self.store.clone();
                if let Some(profile) = &mut store.profile {
                    profile.capacity = self.kitchen.1;
                }
                (self.case.receive(self.kitchen.0, Some(&store), now), Done::Finished)
            }
            Step::OfferDelivery => (self.case.offer_delivery(&self.store, rider_fee(), now), Done::Finished),
            Step::Refund { reason } => (self.case.refund(*reason, now), Done::Finished),
            Step::GiveBack { key, provider_id, amount } => {
                let given = self.provider.give_back(key, provider_id, *amount, mood);
                let key = key.clone();
                let (command, done) = if given {
                    (payment::Command::RecordRefunded { key, at: now }, Done::Finished)
                } else {
                    let done = match refund_next(RefundTrouble::Unknown, attempts + 1) {
                        RefundNext::Soon | RefundNext::Later => Done::Again,
                        RefundNext::GiveUp => Done::Parked,
                    };
                    let failures = self
                        .case
                        .payment
                        .refunds
                        .iter()
                        .find(|refund| refund.key == key)
                        .map(|refund| refund.failures);
                    let attempts = failures.unwrap_or(0) * 2 + 1;
                    (payment::Command::RecordRefundFailed { key, attempts, refused: None, at: now }, done)
                };
                (self.case.ask_payment(command), done)
            }
        };
        let decision = answer.unwrap_or_else(|refusal| panic!("the step {step:?} was refused: {refusal}"));
        (decision, done)
    }

    /// The operator has everything tried again that was given up, and the runner does all that is due; charges of which the provider knows
    /// nothing yet are answered in this mood.
    pub(crate) fn settle(&mut self, mood: Mood) {
        let parked = std::mem::take(&mut self.parked);
        self.pending.extend(parked.into_iter().map(|step| (step, 0)));
        for _ in 0..200 {
            if self.pending.is_empty() {
                return;
            }
            self.run(mood);
        }
        panic!("the saga does not come to an end: {:?}", self.pending);
    }

    /// True when the kitchen has begun.
    pub(crate) fn cooking_started(&self) -> bool {
        self.log.iter().any(|recorded| recorded.event.type_name() == "CookingStarted")
    }
}
