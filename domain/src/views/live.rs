//! Live messages: made from an event itself, for one viewer, the same on replay.

use super::{Actor, ChangeView, JobCard, OrderLine, Shown, TicketCard, TimelineEntry, timeline_entry};
use crate::payment::Purpose;
use crate::processes::{DomainEvent, of_charge_key};
use crate::shared::{AccountId, Bill, Line, OrderId, Personal, Sealed, StoreId, Timestamp};
use crate::store::ticket;
use crate::{delivery, order, payment, store};
use serde::{Deserialize, Deserializer, Serialize};

/// An event as the log keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its position in the log, from 1 on.
    pub position: u64,
    /// The order it belongs to; `None` for a store's own events.
    pub order: Option<OrderId>,
    /// The store it belongs to.
    pub store: Option<StoreId>,
    /// When it happened.
    pub at: Timestamp,
    /// Who made it happen.
    pub actor: Actor,
    /// What happened.
    pub event: DomainEvent,
}

/// Who listens, and so what may be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Viewer {
    /// The customer, about own orders.
    Customer(AccountId),
    /// The owner, about the own store.
    Owner(StoreId),
    /// A rider, about jobs near by and own jobs.
    Rider(AccountId),
    /// The operator, about orders that need a person; and whoever else follows one order that is not their own. They hear that something
    /// has happened, and look for themselves.
    Concerned,
}

/// What changed about an order, for its customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderChange {
    /// The order.
    pub order: OrderId,
    /// The state from now on, unless a later one is shown already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// The timeline's new entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<TimelineEntry>,
    /// When the food should be ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    /// The bill from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<Bill>,
    /// The change under way; `Some(None)` when it is settled.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub change: Option<Option<ChangeView>>,
    /// Where the customer goes on to pay; `Some(None)` when that is over.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub pay_url: Option<Option<String>>,
    /// Until when the order is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
    /// What money was taken for: the customer need not go on with that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Purpose>,
    /// What nothing was taken for, and nothing will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpaid: Option<Purpose>,
    /// The order, when it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed: Option<Box<OrderLine>>,
}

/// Reads a field that is there, even as null, as `Some`: left to itself, serde takes null for a field that is not there.
fn present<'de, D, T>(field: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(field).map(Some)
}

/// What changed on a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum TicketChange {
    /// A new order.
    Opened {
        /// Its ticket.
        card: Box<TicketCard>,
    },
    /// A ticket moved on.
    Moved {
        /// The order.
        order: OrderId,
        /// Where it stands.
        phase: ticket::Phase,
        /// When the food should be ready.
        ready_at: Option<Timestamp>,
    },
    /// It takes longer.
    Delayed {
        /// The order.
        order: OrderId,
        /// When the food should be ready now.
        ready_at: Timestamp,
    },
    /// The customer changed the order.
    Changed {
        /// The order.
        order: OrderId,
        /// What was to be cooked before.
        before: Vec<Line>,
        /// What is to be cooked now.
        bill: Bill,
        /// The revision.
        revision: u32,
    },
    /// A rider moved on.
    Rider {
        /// The order.
        order: OrderId,
        /// Where the delivery stands.
        phase: delivery::Phase,
    },
}

/// What changed in a rider's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum JobChange {
    /// A new job, or one given back.
    Offered {
        /// The job; `None` when it was given back and has to be loaded.
        card: Option<Box<JobCard>>,
        /// The order.
        order: OrderId,
    },
    /// Somebody else has it.
    Taken {
        /// The order.
        order: OrderId,
    },
    /// The rider's own job moved on.
    Mine {
        /// The order.
        order: OrderId,
        /// Where it stands.
        phase: delivery::Phase,
    },
    /// It is over.
    Gone {
        /// The order.
        order: OrderId,
    },
}

/// What changed about a store, for its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum StoreChange {
    /// The capacity.
    Capacity {
        /// How many tickets at once.
        capacity: u32,
    },
    /// A pause began.
    Paused {
        /// Until when; `None` until reopened.
        until: Option<Timestamp>,
    },
    /// A pause ended.
    Reopened,
    /// Cooking takes longer for now, or no longer does.
    Busy {
        /// By so many minutes.
        minutes: u32,
    },
    /// The owner may take so long to answer.
    AnswerLimit {
        /// In minutes.
        minutes: u32,
    },
    /// Its hours, and so perhaps whether it is open: a page that shows either asks again.
    Hours,
    /// Its menu: a page that shows it asks again.
    Menu,
}

impl StoreChange {
    /// True when a board cannot tell from the message alone whether the store takes orders now: that is a matter of its hours.
    pub const fn asks_for_openness(&self) -> bool {
        matches!(self, StoreChange::Reopened | StoreChange::Hours)
    }
}

/// What a live message says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum LiveBody {
    /// About an order, for its customer.
    Order(Box<OrderChange>),
    /// About a ticket, for the owner.
    Ticket(TicketChange),
    /// About a job, for riders.
    Job(JobChange),
    /// About the store, for the owner.
    Store(StoreChange),
    /// Something has happened that is not said here: whoever hears it looks again.
    Operator {
        /// To this order.
        order: OrderId,
    },
}

/// A message of a live stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveMessage {
    /// The position of its event in the log: the stream's `id`.
    pub position: u64,
    /// When its transaction was committed (the event's own time on replay), in milliseconds since 1970.
    pub ts: i64,
    /// What it says.
    #[serde(flatten)]
    pub body: LiveBody,
}

impl LiveMessage {
    /// The order that it is about; `None` for one about a store.
    pub fn order(&self) -> Option<OrderId> {
        match &self.body {
            LiveBody::Order(change) => Some(change.order),
            LiveBody::Ticket(change) => Some(match change {
                TicketChange::Opened { card } => card.order,
                TicketChange::Moved { order, .. }
                | TicketChange::Delayed { order, .. }
                | TicketChange::Changed { order, .. }
                | TicketChange::Rider { order, .. } => *order,
            }),
            LiveBody::Job(change) => Some(match change {
                JobChange::Offered { order, .. }
                | JobChange::Taken { order }
                | JobChange::Mine { order, .. }
                | JobChange::Gone { order } => *order,
            }),
            LiveBody::Store(_) => None,
            LiveBody::Operator { order } => Some(*order),
        }
    }
}

/// The message that a viewer gets of an event; `None` when it says nothing to this viewer. The stream has made sure that the event is
/// one of the viewer's topics; this decides what of it may be seen. `open` opens a sealed envelope of the order's customer.
pub fn live_message(
    recorded: &Recorded,
    viewer: Viewer,
    ts: i64,
    open: &dyn Fn(&Sealed) -> Option<Personal>,
) -> Option<LiveMessage> {
    let body = match (viewer, recorded.order) {
        (Viewer::Customer(_), Some(order)) => {
            order_change(recorded, order).map(|change| LiveBody::Order(Box::new(change)))
        }
        (Viewer::Owner(_), Some(order)) => ticket_change(recorded, order, open).map(LiveBody::Ticket),
        (Viewer::Owner(_), None) => store_change(recorded).map(LiveBody::Store),
        (Viewer::Rider(rider), Some(order)) => job_change(recorded, order, rider).map(LiveBody::Job),
        (Viewer::Concerned, Some(order)) => Some(LiveBody::Operator { order }),
        (Viewer::Customer(_) | Viewer::Rider(_) | Viewer::Concerned, None) => None,
    }?;
    Some(LiveMessage { position: recorded.position, ts, body })
}

fn order_change(recorded: &Recorded, order: OrderId) -> Option<OrderChange> {
    let mut change = OrderChange {
        order,
        shown: Shown::after(&recorded.event),
        entry: timeline_entry(recorded),
        ready_at: None,
        bill: None,
        change: None,
        pay_url: None,
        held_until: None,
        paid: None,
        unpaid: None,
        placed: None,
    };
    match &recorded.event {
        DomainEvent::Order(order::Event::OrderPlaced(placed)) => {
            change.placed = OrderLine::of(placed).map(Box::new);
        }
        DomainEvent::Order(order::Event::OrderHeld { until, .. }) => change.held_until = Some(*until),
        DomainEvent::Order(order::Event::ChangeRequested { revision, bill, extra, until, .. }) => {
            let (revision, bill, extra, until) = (*revision, bill.clone(), *extra, *until);
            change.change = Some(Some(ChangeView { revision, bill, extra, until }));
        }
        DomainEvent::Order(order::Event::ChangeApplied { bill, .. }) => {
            change.bill = Some(bill.clone());
            change.change = Some(None);
            change.pay_url = Some(None);
        }
        DomainEvent::Order(order::Event::ChangeAbandoned { .. }) => {
            change.change = Some(None);
            change.pay_url = Some(None);
        }
        DomainEvent::Payment(payment::Event::PaymentNeedsCustomer { url, .. }) => {
            change.pay_url = Some(Some(url.clone()));
        }
        // What is declined is given up as well, unless it was before: then the page may be about another request.
        DomainEvent::Payment(payment::Event::PaymentApproved { purpose, .. }) => change.paid = Some(*purpose),
        DomainEvent::Payment(
            payment::Event::PaymentDeclined { key, .. } | payment::Event::ChargeVoided { key, .. },
        ) => change.unpaid = of_charge_key(key).map(|(_, purpose)| purpose),
        DomainEvent::Ticket(
            ticket::Event::TicketAccepted { ready_at, .. } | ticket::Event::CookingDelayed { ready_at, .. },
        ) => change.ready_at = Some(*ready_at),
        _ => {}
    }
    (change.shown.is_some() || change.entry.is_some() || change.unpaid.is_some()).then_some(change)
}

fn ticket_change(
    recorded: &Recorded,
    order: OrderId,
    open: &dyn Fn(&Sealed) -> Option<Personal>,
) -> Option<TicketChange> {
    use ticket::{Event as T, Phase};
    let moved = |phase, ready_at| TicketChange::Moved { order, phase, ready_at };
    Some(match &recorded.event {
        DomainEvent::Ticket(event) => match event {
            T::TicketOpened(opened) => {
                TicketChange::Opened { card: Box::new(TicketCard::of(opened, open(&opened.sealed))) }
            }
            T::TicketAccepted { ready_at, .. } => moved(Phase::Accepted, Some(*ready_at)),
            T::TicketRejected { .. } => moved(Phase::Rejected, None),
            T::CookingStarted { .. } => moved(Phase::Cooking, None),
            T::CookingFinished { .. } => moved(Phase::Ready, None),
            T::TicketCancelled { .. } => moved(Phase::Cancelled, None),
            T::CookingDelayed { ready_at, .. } => TicketChange::Delayed { order, ready_at: *ready_at },
            T::TicketChanged { revision, before, bill, .. } => {
                let (before, bill) = (before.clone(), bill.clone());
                TicketChange::Changed { order, before, bill, revision: *revision }
            }
        },
        DomainEvent::Delivery(delivery::Event::DoorCodeRefused { .. }) => return None,
        DomainEvent::Delivery(event) => TicketChange::Rider { order, phase: phase_after(event) },
        DomainEvent::Order(_) | DomainEvent::Payment(_) | DomainEvent::Store(_) => return None,
    })
}

fn phase_after(event: &delivery::Event) -> delivery::Phase {
    use delivery::{Event as E, Phase as P};
    match event {
        E::DeliveryOffered(_) | E::DeliveryReleased { .. } => P::Offered,
        E::DeliveryClaimed { .. } => P::Claimed,
        E::RiderArrived { .. } => P::Arrived,
        E::DeliveryPickedUp { .. } | E::DoorCodeRefused { .. } => P::PickedUp,
        E::DeliveryDelivered { .. } => P::Delivered,
        E::DeliveryFailed { .. } => P::Failed,
    }
}

fn job_change(recorded: &Recorded, order: OrderId, viewer: AccountId) -> Option<JobChange> {
    use delivery::Event as E;
    let DomainEvent::Delivery(event) = &recorded.event else {
        return None;
    };
    let mine = |rider: AccountId, phase| {
        if rider == viewer { JobChange::Mine { order, phase } } else { JobChange::Taken { order } }
    };
    Some(match event {
        E::DeliveryOffered(offered) => {
            JobChange::Offered { card: Some(Box::new(JobCard::of(offered))), order }
        }
        E::DeliveryReleased { .. } => JobChange::Offered { card: None, order },
        E::DeliveryClaimed { rider, .. } => mine(*rider, delivery::Phase::Claimed),
        E::RiderArrived { rider, .. } => mine(*rider, delivery::Phase::Arrived),
        E::DeliveryPickedUp { rider, .. } => mine(*rider, delivery::Phase::PickedUp),
        E::DoorCodeRefused { .. } => return None,
        E::DeliveryDelivered { rider, .. } => mine(*rider, delivery::Phase::Delivered),
        E::DeliveryFailed { .. } => JobChange::Gone { order },
    })
}

fn store_change(recorded: &Recorded) -> Option<StoreChange> {
    let DomainEvent::Store(event) = &recorded.event else {
        return None;
    };
    Some(match event {
        store::Event::CapacitySet { capacity, .. } => StoreChange::Capacity { capacity: *capacity },
        store::Event::StorePaused { until, .. } => StoreChange::Paused { until: *until },
        store::Event::StoreReopened { .. } => StoreChange::Reopened,
        store::Event::BusySet { minutes, .. } => StoreChange::Busy { minutes: *minutes },
        store::Event::AnswerLimitSet { minutes, .. } => StoreChange::AnswerLimit { minutes: *minutes },
        store::Event::HoursSet { .. } => StoreChange::Hours,
        store::Event::ItemAdded { .. }
        | store::Event::ItemChanged { .. }
        | store::Event::SoldOutSet { .. } => StoreChange::Menu,
        store::Event::StoreRegistered { .. } => return None,
    })
}

impl OrderLine {
    /// The line of an order that was just placed; `None` for one without lines.
    pub fn of(placed: &order::Placed) -> Option<Self> {
        let first = placed.bill.lines.first()?;
        Some(Self {
            order: placed.order,
            number: placed.number.clone(),
            store: placed.store,
            store_name: placed.store_name.clone(),
            picture: placed.picture.clone(),
            first: first.name.clone(),
            more: placed.bill.lines.len() as u32 - 1,
            total: placed.bill.total,
            placed_at: placed.at,
            shown: Shown::Placing,
        })
    }
}
