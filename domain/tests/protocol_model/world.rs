//! A state of the model: one order, what is due for it, what the provider knows, and what is on its way between them.

use super::provider::{Answer, Book, Request};
use crate::common::{CUSTOMER, NOON, bill, order_id, sealed, store};
use domain::order::{self, ChangeOutcome};
use domain::payment::{self, Purpose};
use domain::processes::place_order::{Step, react};
use domain::processes::{Case, CaseRefusal, DomainEvent, Placing, charge_key};
use domain::shared::{Bill, Decision, Line, OrderId, Timestamp};
use domain::store::{Store, WantedLine};
use std::sync::{Arc, LazyLock};

/// Pieces in the order as it is placed: enough for two cheaper changes.
const PIECES: u32 = 3;
/// More pieces than two dearer changes come to.
pub(crate) const MANY: u32 = 9;
/// How long a payment that is not clear holds an order or a change, in minutes.
pub(crate) const HOLD_MINUTES: u32 = 10;

static STORE: LazyLock<Store> = LazyLock::new(store);
/// The bill for each number of pieces, and the same as a customer asks for it.
static BILLS: LazyLock<Vec<(Bill, Vec<WantedLine>)>> = LazyLock::new(|| {
    let bills = (0..=MANY).map(bill);
    bills.map(|bill| (bill.clone(), bill.lines.iter().map(Line::as_wanted).collect())).collect()
});

/// The store.
pub(crate) fn kitchen() -> &'static Store {
    &STORE
}

/// The bill for so many pieces.
pub(crate) fn agreed(pieces: u32) -> &'static Bill {
    &BILLS[pieces as usize].0
}

fn wanted(pieces: u32) -> &'static [WantedLine] {
    &BILLS[pieces as usize].1
}

/// The order's id.
pub(crate) fn id() -> OrderId {
    order_id(1)
}

/// The key under which the difference of a change is asked for.
pub(crate) fn key_of_change(revision: u32) -> String {
    charge_key(id(), Purpose::Change { revision })
}

/// A change that the customer asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    /// How many pieces it is to be.
    pub(crate) pieces: u32,
    /// What became of it, by the log.
    pub(crate) fate: Fate,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// Not known yet.
    UnderWay,
    /// It holds.
    Applied,
    /// It came to nothing.
    Abandoned(ChangeOutcome),
}

/// A step that is due.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// The step's own name, which tells it from all others.
    pub(crate) name: Arc<str>,
    /// The step.
    pub(crate) step: Arc<Step>,
    /// The provider was asked before, and what it said has left the step open.
    pub(crate) tried: bool,
    /// The runner is in the middle of it.
    pub(crate) call: Option<Call>,
}

/// Where a call to the provider is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    /// The provider knew of no earlier request: the money is about to be asked for, whatever happens meanwhile.
    Next(Request),
    /// The provider has done its part, or the runner waits in vain: what it is going to hear.
    Answered(Answer),
}

/// An answer on its way to a runner whose step another one has taken over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Late {
    /// The step's name.
    pub(crate) name: Arc<str>,
    /// The step.
    pub(crate) step: Arc<Step>,
    /// What the runner is going to hear.
    pub(crate) answer: Answer,
}

/// A state of the model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct World {
    /// The fold of all events so far.
    pub(crate) case: Arc<Case>,
    /// The provider's.
    pub(crate) book: Arc<Book>,
    /// Steps that are due, by name.
    pub(crate) rows: Vec<Row>,
    /// Requests for money whose caller waits no longer, and which may reach the provider yet.
    pub(crate) strays: Vec<Request>,
    /// What a runner still hears of steps that another one has taken over.
    pub(crate) late: Vec<Late>,
    /// All changes asked for.
    pub(crate) changes: Vec<Change>,
    /// What the clock shows.
    pub(crate) now: Timestamp,
    /// How much can still go wrong.
    pub(crate) faults: u8,
    /// What must never happen and did, in words.
    pub(crate) broken: Option<String>,
}

impl World {
    /// An order just placed.
    pub(crate) fn new(faults: u8) -> Self {
        let mut world = Self {
            case: Arc::default(),
            book: Arc::default(),
            rows: Vec::new(),
            strays: Vec::new(),
            late: Vec::new(),
            changes: Vec::new(),
            now: NOON,
            faults,
            broken: None,
        };
        let placing = Placing {
            order: id(),
            customer: CUSTOMER,
            lines: wanted(PIECES).to_vec(),
            agreed: agreed(PIECES).total,
            method: "tok_approve".to_owned(),
            distance_m: 1_500,
            cells: Vec::new(),
            code: "4821".to_owned(),
            sealed: sealed(),
            hold_minutes: None,
        };
        let placed = world.case.place(kitchen(), placing, world.now);
        world.must(placed);
        world
    }

    /// Writes down what happened, and what has to follow.
    pub(crate) fn write(&mut self, events: Vec<DomainEvent>) {
        for event in events {
            self.note(&event);
            Arc::make_mut(&mut self.case).apply(&event);
            if let Some(step) = react(&event) {
                self.due(step);
            }
        }
    }

    /// Writes down what a step of the runner made, which is never refused.
    pub(crate) fn must(&mut self, answer: Result<Decision<DomainEvent>, CaseRefusal>) {
        match answer {
            Ok(decision) => self.write(decision.into_events()),
            Err(refusal) => self.broken = Some(format!("a step was refused: {refusal}")),
        }
    }

    fn due(&mut self, step: Step) {
        let name = Arc::<str>::from(step.name());
        let place = self.rows.partition_point(|row| row.name < name);
        if self.rows.get(place).is_some_and(|row| row.name == name) {
            self.broken = Some(format!("two steps at a time have the name {name}"));
        }
        self.rows.insert(place, Row { name, step: Arc::new(step), tried: false, call: None });
    }

    /// Keeps what became of the changes, and looks at what is said about money.
    fn note(&mut self, event: &DomainEvent) {
        let broken = match event {
            DomainEvent::Order(order::Event::ChangeApplied { revision, .. }) => {
                self.settle(*revision, Fate::Applied)
            }
            DomainEvent::Order(order::Event::ChangeAbandoned { revision, outcome, .. }) => {
                let for_money = matches!(outcome, ChangeOutcome::Declined | ChangeOutcome::Expired);
                self.settle(*revision, Fate::Abandoned(*outcome)).or_else(|| {
                    (for_money && self.approved(*revision)).then_some("a paid change is given up")
                })
            }
            DomainEvent::Order(order::Event::PaymentFailed { .. }) => {
                (!self.case.payment.approvals.is_empty()).then_some("the payment of a paid order fails")
            }
            DomainEvent::Payment(payment::Event::PaymentNeedsCustomer { key, .. }) => {
                (self.wanted_key().as_ref() != Some(key)).then_some("the customer is to pay for nothing")
            }
            _ => None,
        };
        if let Some(broken) = broken {
            self.broken = Some(broken.to_owned());
        }
    }

    /// Keeps what became of a change; says so when it had been settled before.
    fn settle(&mut self, revision: u32, fate: Fate) -> Option<&'static str> {
        match self.changes.get_mut(revision as usize - 1) {
            Some(change) if change.fate == Fate::UnderWay => {
                change.fate = fate;
                None
            }
            _ => Some("a change is settled that is not under way"),
        }
    }

    /// The key of the charge that the order, or its change, waits for.
    fn wanted_key(&self) -> Option<String> {
        match (&self.case.order.change, self.case.order.phase) {
            (Some(change), _) => Some(key_of_change(change.revision)),
            (None, order::Phase::Placed | order::Phase::Held) => Some(charge_key(id(), Purpose::Order)),
            (None, _) => None,
        }
    }

    /// What the order has to be: the last change that holds, or what was placed.
    pub(crate) fn pieces(&self) -> u32 {
        let applied = self.changes.iter().rev().find(|change| change.fate == Fate::Applied);
        applied.map_or(PIECES, |change| change.pieces)
    }

    /// The answer to a customer who wants so many pieces instead.
    pub(crate) fn ask_change(&self, pieces: u32) -> Result<Decision<DomainEvent>, CaseRefusal> {
        self.case.request_change(kitchen(), wanted(pieces), agreed(pieces).total, self.now, HOLD_MINUTES)
    }

    /// Nothing is due, and nobody waits for the provider. A request may still be on its way that nobody waits for.
    pub(crate) fn is_quiet(&self) -> bool {
        self.rows.is_empty()
    }

    /// True when the difference of this change was approved, as far as the log knows.
    pub(crate) fn approved(&self, revision: u32) -> bool {
        let purpose = Purpose::Change { revision };
        self.case.payment.approvals.iter().any(|approval| approval.purpose == purpose)
    }
}
