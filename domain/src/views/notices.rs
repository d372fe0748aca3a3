//! Who is told what of an event. Made from the event itself, as live messages are.
//!
//! | | hears of |
//! | --- | --- |
//! | the customer | every change of the order's state, its money that comes back, and whatever holds it up |
//! | the store | its order from the payment on, as far as somebody else did it: new, changed, cancelled, ended, and what the rider does |
//! | the rider | an own job that others end or take back, and its earnings |
//!
//! Nobody is told what they have just done themselves, but for the customer, who has it in writing.

use super::{Actor, Recorded};
use crate::notification::{Notice, Recipient, Template, Variables};
use crate::order::{
    CancelledBy, ChangeOutcome, ConfirmedBy, PaymentFailure, Placed, RejectReason, StuckReason,
};
use crate::processes::{Case, DomainEvent};
use crate::shared::{AccountId, Won};
use crate::{delivery, order, payment, store::ticket};

/// The notices of an event: for each recipient one at the most. `case` is the order's state after the event or a later one: only what
/// does not change any more once the event has happened is taken from it.
pub fn notices(recorded: &Recorded, case: &Case) -> Vec<Notice> {
    let Some(placed) = &case.order.placed else {
        return Vec::new();
    };
    let mut told = Told { placed, case, notices: Vec::new() };
    match &recorded.event {
        DomainEvent::Order(event) => told.of_order(event, recorded.actor),
        DomainEvent::Payment(event) => told.of_payment(event),
        DomainEvent::Ticket(event) => told.of_ticket(event),
        DomainEvent::Delivery(event) => told.of_delivery(event, recorded.actor),
        // What an owner does with the store concerns no order.
        DomainEvent::Store(_) => {}
    }
    told.notices
}

/// What is told so far.
struct Told<'c> {
    placed: &'c Placed,
    case: &'c Case,
    notices: Vec<Notice>,
}

impl Told<'_> {
    fn tell(&mut self, to: Recipient, template: Template, fill: impl FnOnce(&mut Variables)) {
        let mut variables = Variables {
            number: self.placed.number.clone(),
            store: self.placed.store_name.clone(),
            ..Variables::default()
        };
        fill(&mut variables);
        self.notices.push(Notice { to, template, variables });
    }

    fn customer(&mut self, template: Template) {
        self.tell(Recipient::Customer(self.placed.customer), template, |_| {});
    }

    fn customer_amount(&mut self, template: Template, amount: Won) {
        self.tell(Recipient::Customer(self.placed.customer), template, |with| with.amount = Some(amount));
    }

    fn customer_minutes(&mut self, template: Template, minutes: u32) {
        self.tell(Recipient::Customer(self.placed.customer), template, |with| with.minutes = Some(minutes));
    }

    fn store(&mut self, template: Template) {
        self.tell(Recipient::Store(self.placed.store), template, |_| {});
    }

    fn store_amount(&mut self, template: Template, amount: Won) {
        self.tell(Recipient::Store(self.placed.store), template, |with| with.amount = Some(amount));
    }

    /// The store, if the order has come there: of one that is not paid it hears nothing (invariant 1).
    fn store_that_has_it(&mut self, template: Template) {
        if self.case.ticket.opened.is_some() {
            self.store(template);
        }
    }

    fn rider(&mut self, rider: AccountId, template: Template) {
        self.tell(Recipient::Rider(rider), template, |_| {});
    }

    /// The rider who has left the store with the food, as [`Case::settlement`] pays; not one who is the actor.
    fn rider_who_earned(&mut self, template: Template, actor: Option<Actor>) {
        let earned = self.case.delivery.offered.as_ref().map(|offered| offered.fee);
        let rider = self.case.delivery.rider.filter(|_| self.case.delivery.has_left());
        if let Some(rider) = rider.filter(|rider| actor != Some(Actor::Rider(*rider))) {
            self.tell(Recipient::Rider(rider), template, |with| with.amount = earned);
        }
    }

    fn of_order(&mut self, event: &order::Event, actor: Actor) {
        use order::Event as E;
        match event {
            E::OrderPlaced(placed) => self.customer_amount(Template::OrderPlaced, placed.bill.total),
            // Who has to go on at the provider's page is asked to, and needs no second word about the same payment.
            E::OrderHeld { for_customer: true, .. } => {}
            E::OrderHeld { for_customer: false, .. } => self.customer(Template::PaymentHeld),
            E::OrderReceived { .. } => self.customer_amount(Template::OrderReceived, self.placed.bill.total),
            E::PaymentFailed { reason, .. } => self.customer(match reason {
                PaymentFailure::Declined(_) => Template::PaymentDeclined,
                PaymentFailure::Expired => Template::PaymentExpired,
            }),
            E::OrderCancelled { by, .. } => {
                let (customer, store) = match by {
                    CancelledBy::Customer => (Template::OrderCancelled, Template::StoreOrderCancelled),
                    CancelledBy::Operator => (Template::OrderCalledOff, Template::StoreOrderCalledOff),
                };
                self.customer(customer);
                self.store_that_has_it(store);
            }
            E::OrderRejected { reason, .. } => match reason {
                RejectReason::Store(words) => {
                    let customer = Recipient::Customer(self.placed.customer);
                    self.tell(customer, Template::OrderRejected, |with| with.reason = Some(words.clone()));
                }
                RejectReason::OverCapacity => self.customer(Template::OrderOverCapacity),
                RejectReason::TimedOut => self.customer(Template::OrderTimedOut),
            },
            // One that is not dearer holds at once, and says so itself.
            E::ChangeRequested { extra, .. } if extra.is_zero() => {}
            E::ChangeRequested { extra, .. } => self.customer_amount(Template::ChangeWaits, *extra),
            E::ChangeApplied { bill, .. } => self.customer_amount(Template::ChangeApplied, bill.total),
            E::ChangeAbandoned { outcome, .. } => self.customer(match outcome {
                ChangeOutcome::Declined => Template::ChangeDeclined,
                ChangeOutcome::CookingStarted => Template::ChangeTooLate,
                ChangeOutcome::OrderEnded => Template::ChangeDropped,
                ChangeOutcome::Expired => Template::ChangeExpired,
            }),
            E::ReceiptConfirmed { by, .. } => {
                self.customer(match by {
                    ConfirmedBy::Customer => Template::Completed,
                    ConfirmedBy::Timer => Template::CompletedByItself,
                });
                self.store_that_has_it(Template::StoreCompleted);
                self.rider_who_earned(Template::RiderCompleted, None);
            }
            E::OrderFlagged { why, .. } => self.flagged(*why),
            E::OrderUndeliverable { refund, .. } => {
                self.customer(match refund {
                    true => Template::UndeliverableRefund,
                    false => Template::Undeliverable,
                });
                self.store_that_has_it(Template::StoreUndeliverable);
                // Whoever ends it with an own accident has it on the own page.
                self.rider_who_earned(Template::RiderUndeliverable, Some(actor));
            }
        }
    }

    fn flagged(&mut self, why: StuckReason) {
        self.customer(match why {
            StuckReason::CustomerAbsent => Template::CustomerMissed,
            StuckReason::DoorCodes => Template::DoorCodes,
            StuckReason::KitchenSilent | StuckReason::NoRider | StuckReason::RiderSilent => {
                Template::LookedAfter
            }
        });
        if why == StuckReason::KitchenSilent {
            self.store_that_has_it(Template::StoreReminder);
        }
    }

    fn of_payment(&mut self, event: &payment::Event) {
        use payment::Event as E;
        match event {
            E::PaymentNeedsCustomer { .. } => self.customer(Template::PaymentNeeded),
            E::PaymentRefunded { amount, .. } => self.customer_amount(Template::Refunded, *amount),
            E::RefundSentBack { amount, .. } => self.customer_amount(Template::RefundSentBack, *amount),
            // What comes of it is said by the order: received, failed, changed or not.
            E::PaymentApproved { .. }
            | E::PaymentDeclined { .. }
            | E::ChargeVoided { .. }
            | E::RefundRequested { .. }
            | E::RefundFailed { .. } => {}
        }
    }

    fn of_ticket(&mut self, event: &ticket::Event) {
        use ticket::Event as E;
        match event {
            E::TicketOpened(opened) => self.store_amount(Template::StoreNewOrder, opened.bill.total),
            E::TicketAccepted { minutes, .. } => self.customer_minutes(Template::OrderAccepted, *minutes),
            E::TicketRejected { reason, .. } => match reason {
                ticket::RejectReason::Store(_) => {}
                ticket::RejectReason::OverCapacity => self.store(Template::StoreOverCapacity),
                ticket::RejectReason::TimedOut => self.store(Template::StoreTimedOut),
            },
            E::CookingStarted { .. } => self.customer(Template::CookingStarted),
            E::CookingDelayed { minutes, .. } => self.customer_minutes(Template::CookingDelayed, *minutes),
            E::CookingFinished { .. } => self.customer(Template::FoodReady),
            // Why it was, the order knows.
            E::TicketCancelled { .. } => {}
            E::TicketChanged { bill, .. } => self.store_amount(Template::StoreOrderChanged, bill.total),
        }
    }

    fn of_delivery(&mut self, event: &delivery::Event, by: Actor) {
        use delivery::Event as E;
        match event {
            // The riders near by see it on their page; it is nobody's job yet.
            E::DeliveryOffered(_) => {}
            E::DeliveryClaimed { .. } => {
                self.customer(Template::RiderAssigned);
                self.store(Template::StoreRiderAssigned);
            }
            E::DeliveryReleased { rider, .. } if by == Actor::Rider(*rider) => {
                self.customer(Template::RiderGone);
                self.store(Template::StoreRiderGone);
            }
            E::DeliveryReleased { rider, .. } => {
                self.customer(Template::RiderReplaced);
                self.store(Template::StoreRiderReplaced);
                self.rider(*rider, Template::RiderTakenBack);
            }
            E::RiderArrived { .. } => self.store(Template::StoreRiderHere),
            E::DeliveryPickedUp { .. } => {
                self.customer(Template::OnTheWay);
                self.store(Template::StorePickedUp);
            }
            // The rider has the answer on the page; one time too many is the order's to tell.
            E::DoorCodeRefused { .. } => {}
            // Whose 배송확인 it is, or came before, need not be asked for one.
            E::DeliveryDelivered { at, .. } => {
                let is_customers = matches!(by, Actor::Customer(_));
                if !is_customers && self.case.order.ended_at.is_none_or(|ended| ended >= *at) {
                    self.customer(Template::Delivered);
                }
            }
            // What it means for the order, the order says. A rider who did not say so has to hear it.
            E::DeliveryFailed { rider: None, .. } => {
                if let Some(rider) = self.case.delivery.rider {
                    self.rider(rider, Template::RiderOrderEnded);
                }
            }
            E::DeliveryFailed { rider: Some(_), .. } => {}
        }
    }
}
