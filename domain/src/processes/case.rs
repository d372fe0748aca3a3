//! Everything that belongs to one order, and the commands that touch more than one of its aggregates.

use super::DomainEvent;
use crate::delivery::{self, Delivery, Offered, RiderFee};
use crate::order::{self, Order, Placed};
use crate::payment::{self, Payment, Purpose, RefundReason};
use crate::shared::{
    AccountId, Aggregate, Decision, Metres, OrderId, OrderNumber, Sealed, StoreId, Timestamp, Won,
};
use crate::store::{QuoteRefusal, Store, WantedLine, ticket, ticket::Ticket};
use serde::{Deserialize, Serialize};

/// The four aggregates of one order: the fold of all events with its correlation id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// The customer's order.
    pub order: Order,
    /// Its money.
    pub payment: Payment,
    /// The kitchen's side.
    pub ticket: Ticket,
    /// The rider's side.
    pub delivery: Delivery,
    /// How many events each of them has had.
    pub versions: Versions,
}

/// How many events the parts of a case have had: what the versions of an API's resources are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// [`Case::order`] and [`Case::payment`].
    customer: u32,
    /// [`Case::ticket`].
    ticket: u32,
    /// [`Case::delivery`].
    delivery: u32,
}

impl Versions {
    /// Of the order as its customer sees it: everything shows there.
    pub const fn of_order(self) -> u32 {
        self.customer + self.ticket + self.delivery
    }

    /// Of the ticket as its store sees it, with where the rider is.
    pub const fn of_ticket(self) -> u32 {
        self.ticket + self.delivery
    }

    /// Of the job as riders see it.
    pub const fn of_job(self) -> u32 {
        self.delivery
    }
}

/// What a customer asks for when placing an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Placing {
    /// The id the order is to have.
    pub order: OrderId,
    /// Who orders.
    pub customer: AccountId,
    /// What.
    pub lines: Vec<WantedLine>,
    /// The price the customer saw and agreed to, in won.
    pub agreed: Won,
    /// The payment provider's token of the card.
    pub method: String,
    /// From the store to the address, in metres.
    pub distance_m: Metres,
    /// Coarse map cells of the store and of the address.
    pub cells: Vec<String>,
    /// The four digits for the door.
    pub code: String,
    /// Name, phone, address and notes.
    pub sealed: Sealed,
    /// When the provider is known to be away: for how many minutes the order is held from the start.
    pub hold_minutes: Option<u32>,
}

/// Why a command about an order was refused, by whichever aggregate refused it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseRefusal {
    /// The order said no.
    #[error(transparent)]
    Order(#[from] order::Refusal),
    /// The payment said no.
    #[error(transparent)]
    Payment(#[from] payment::Refusal),
    /// The ticket said no.
    #[error(transparent)]
    Ticket(#[from] ticket::Refusal),
    /// The delivery said no.
    #[error(transparent)]
    Delivery(#[from] delivery::Refusal),
    /// The store does not take the order as it stands.
    #[error(transparent)]
    Quote(#[from] QuoteRefusal),
    /// The price is not the one the customer agreed to.
    #[error("the price is now {now}")]
    PriceChanged {
        /// The price now, in won.
        now: Won,
    },
    /// There is no such order.
    #[error("no such order")]
    NoSuchOrder,
    /// The food has not left the store yet.
    #[error("the food has not left the store yet")]
    NotOnTheWay,
    /// The amount is out of range.
    #[error("the amount is out of range")]
    OutOfRange,
}

pub(super) type Events = Result<Decision<DomainEvent>, CaseRefusal>;

impl Case {
    /// What these events have made of an order, from its first one on.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e DomainEvent>) -> Self {
        let mut case = Self::default();
        events.into_iter().for_each(|event| case.apply(event));
        case
    }

    /// The state after an event; events of stores do not concern an order.
    pub fn apply(&mut self, event: &DomainEvent) {
        match event {
            DomainEvent::Order(event) => {
                self.order.apply(event);
                self.versions.customer += 1;
            }
            DomainEvent::Payment(event) => {
                self.payment.apply(event);
                self.versions.customer += 1;
            }
            DomainEvent::Ticket(event) => {
                self.ticket.apply(event);
                self.versions.ticket += 1;
            }
            DomainEvent::Delivery(event) => {
                self.delivery.apply(event);
                // What does not move the job is seen by the order's timeline alone.
                match event.refusal() {
                    Some(_) => self.versions.customer += 1,
                    None => self.versions.delivery += 1,
                }
            }
            DomainEvent::Store(_) => {}
        }
    }

    /// The order as placed.
    pub fn placed(&self) -> Result<&Placed, CaseRefusal> {
        self.order.placed.as_ref().ok_or(CaseRefusal::NoSuchOrder)
    }

    /// The order as placed, for its own customer: another's does not exist (invariant 10).
    pub fn of_customer(&self, customer: AccountId) -> Result<&Placed, CaseRefusal> {
        self.placed().and_then(|placed| {
            if placed.customer == customer { Ok(placed) } else { Err(CaseRefusal::NoSuchOrder) }
        })
    }

    /// The ticket as it was opened, for its own store: another's does not exist (invariant 10).
    pub fn ticket_of(&self, store: StoreId) -> Result<&ticket::Opened, CaseRefusal> {
        self.ticket.opened.as_ref().filter(|opened| opened.store == store).ok_or(CaseRefusal::NoSuchOrder)
    }

    /// Places the order at the store's prices of this moment; refused when the customer agreed to another price. While the provider is
    /// known to be away it is held at once: nobody has to wait to hear that.
    pub fn place(&self, store: &Store, placing: Placing, now: Timestamp) -> Events {
        let bill = store.quote(&placing.lines, placing.distance_m, now)?;
        if bill.total != placing.agreed {
            return Err(CaseRefusal::PriceChanged { now: bill.total });
        }
        let profile = store.profile.as_ref().ok_or(QuoteRefusal::Closed { opens: None })?;
        let placed = Placed {
            order: placing.order,
            number: OrderNumber::of(placing.order.0),
            customer: placing.customer,
            store: profile.id,
            store_name: profile.name.clone(),
            picture: profile.picture.clone(),
            bill,
            method: placing.method,
            distance_m: placing.distance_m,
            cells: placing.cells,
            code: placing.code,
            sealed: placing.sealed,
            held: placing.hold_minutes.is_some(),
            at: now,
        };
        let mut events = self.ask_order(order::Command::Place(placed))?.into_events();
        if let (Some(minutes), false) = (placing.hold_minutes, events.is_empty()) {
            let until = now.plus_minutes(minutes);
            events.push(DomainEvent::Order(order::Event::OrderHeld { until, for_customer: false }));
        }
        Ok(executed(events))
    }

    /// Brings a paid order to the kitchen. An order that has ended meanwhile gets its money back; a full kitchen turns it down, and
    /// the order with it. Invariant 1: without an approval that covers the bill there is no ticket.
    pub fn receive(&self, open_tickets: u32, store: Option<&Store>, now: Timestamp) -> Events {
        let profile = store.and_then(|store| store.profile.as_ref());
        let capacity = profile.map_or(0, |profile| profile.capacity);
        let placed = self.placed()?;
        match self.order.phase {
            // Ended without a meal: whatever was taken goes back.
            order::Phase::Cancelled | order::Phase::PaymentFailed | order::Phase::Rejected => {
                return self.refund(RefundReason::TooLate, now);
            }
            // The kitchen has it or had it, so this step was done before; an end itself decides about the money.
            order::Phase::Received | order::Phase::Completed | order::Phase::Undeliverable => {
                return Ok(Decision::AlreadyApplied);
            }
            order::Phase::New | order::Phase::Placed | order::Phase::Held => {}
        }
        if self.payment.kept() < placed.bill.total {
            return Err(payment::Refusal::NotNow {
                command: payment::Verb::RecordApproved,
                state: self.payment.phase,
            }
            .into());
        }
        let ticket = ticket::Opened {
            order: placed.order,
            number: placed.number.clone(),
            store: placed.store,
            customer: placed.customer,
            bill: placed.bill.clone(),
            sealed: placed.sealed.clone(),
            answer_by: profile.map(|profile| now.plus_minutes(profile.answer_limit_minutes)),
            at: now,
        };
        let mut events =
            self.ask_ticket(ticket::Command::Open { ticket, open_tickets, capacity })?.into_events();
        let follow = match events.first() {
            Some(DomainEvent::Ticket(ticket::Event::TicketRejected { .. })) => {
                order::Command::Reject { reason: order::RejectReason::OverCapacity, at: now }
            }
            _ => order::Command::Receive { at: now },
        };
        events.extend(self.ask_order(follow)?.into_events());
        Ok(executed(events))
    }

    /// Shows the job to the riders near by, once the food is ready. An order that has ended meanwhile needs no rider.
    pub fn offer_delivery(&self, store: &Store, fee: RiderFee, now: Timestamp) -> Events {
        let placed = self.placed()?;
        if self.order.phase.is_end() {
            return Ok(Decision::AlreadyApplied);
        }
        let profile = store.profile.as_ref().ok_or(CaseRefusal::NoSuchOrder)?;
        if self.ticket.phase != ticket::Phase::Ready {
            return Err(
                ticket::Refusal::NotNow { command: ticket::Verb::Finish, state: self.ticket.phase }.into()
            );
        }
        let offered = Offered {
            order: placed.order,
            number: placed.number.clone(),
            customer: placed.customer,
            store: placed.store,
            store_name: profile.name.clone(),
            store_address: profile.address.clone(),
            store_point: profile.point,
            distance_m: placed.distance_m,
            fee: fee.for_distance(placed.distance_m).map_err(|_| CaseRefusal::OutOfRange)?,
            cells: placed.cells.clone(),
            code: placed.code.clone(),
            sealed: placed.sealed.clone(),
            at: now,
        };
        self.ask_delivery(delivery::Command::Offer(Box::new(offered)))
    }

    /// What the customer owes for the order as it stands, in won: nothing for one that ended without a meal.
    pub fn price(&self) -> Won {
        let bill = self.order.bill.as_ref().map_or(Won::ZERO, |bill| bill.total);
        match self.order.phase {
            order::Phase::Placed | order::Phase::Held | order::Phase::Received | order::Phase::Completed => {
                bill
            }
            order::Phase::Undeliverable if !self.order.refunds => bill,
            order::Phase::New
            | order::Phase::Cancelled
            | order::Phase::PaymentFailed
            | order::Phase::Rejected
            | order::Phase::Undeliverable => Won::ZERO,
        }
    }

    /// Gives back what is kept beyond the price. What was approved for the change under way stays: the ticket is about to take it, or it
    /// goes back when the change comes to nothing.
    pub fn refund(&self, reason: RefundReason, now: Timestamp) -> Events {
        let keep = self.price().plus(self.approved_for_change()).map_err(|_| CaseRefusal::OutOfRange)?;
        self.ask_payment(payment::Command::Refund { keep, reason, at: now })
    }

    /// What was approved for the change under way, in won.
    fn approved_for_change(&self) -> Won {
        let Some(change) = &self.order.change else {
            return Won::ZERO;
        };
        let purpose = Purpose::Change { revision: change.revision };
        let approval = self.payment.approvals.iter().find(|approval| approval.purpose == purpose);
        approval.map_or(Won::ZERO, |approval| approval.amount)
    }

    /// A command to the order alone.
    pub fn ask_order(&self, command: order::Command) -> Events {
        Ok(self.order.decide(command)?.map(DomainEvent::Order))
    }

    /// A command to the payment alone.
    pub fn ask_payment(&self, command: payment::Command) -> Events {
        Ok(self.payment.decide(command)?.map(DomainEvent::Payment))
    }

    /// A command to the ticket alone.
    pub fn ask_ticket(&self, command: ticket::Command) -> Events {
        Ok(self.ticket.decide(command)?.map(DomainEvent::Ticket))
    }

    /// A command to the delivery alone.
    pub fn ask_delivery(&self, command: delivery::Command) -> Events {
        Ok(self.delivery.decide(command)?.map(DomainEvent::Delivery))
    }

    /// The store of this order.
    pub fn store(&self) -> Option<StoreId> {
        self.order.placed.as_ref().map(|placed| placed.store)
    }
}

pub(super) fn executed(events: Vec<DomainEvent>) -> Decision<DomainEvent> {
    if events.is_empty() { Decision::AlreadyApplied } else { Decision::Executed(events) }
}
