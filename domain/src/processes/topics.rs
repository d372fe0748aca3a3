//! Under which topics an event is indexed: who may hear of it.

use super::{Case, DomainEvent};
use crate::shared::{AccountId, OrderId, StoreId};
use crate::{delivery, order, payment, store};
use std::fmt;

/// A topic of the live streams.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// One order, for its customer.
    Order(OrderId),
    /// All orders of a customer.
    Customer(AccountId),
    /// A store's board.
    Store(StoreId),
    /// A rider's own job.
    Rider(AccountId),
    /// Jobs in a coarse map cell.
    Cell(String),
    /// Orders that need a person.
    Operator,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Order(id) => write!(f, "order:{id}"),
            Topic::Customer(id) => write!(f, "customer:{id}"),
            Topic::Store(id) => write!(f, "store:{id}"),
            Topic::Rider(id) => write!(f, "rider:{id}"),
            Topic::Cell(cell) => write!(f, "cell:{cell}"),
            Topic::Operator => f.write_str("operator"),
        }
    }
}

/// The topics of an event. `case` is the order's state after the event; events of a store pass their `store`.
pub fn topics(event: &DomainEvent, case: &Case, store: Option<StoreId>) -> Vec<Topic> {
    if let DomainEvent::Store(event) = event {
        let id = match event {
            store::Event::StoreRegistered { profile, .. } => Some(profile.id),
            _ => store,
        };
        return id.map(Topic::Store).into_iter().collect();
    }
    let Some(placed) = &case.order.placed else {
        return Vec::new();
    };
    let mut topics = vec![Topic::Order(placed.order), Topic::Customer(placed.customer)];
    match event {
        // The store hears nothing of an order that is not paid (invariant 1).
        DomainEvent::Order(event) => {
            if !matches!(
                event,
                order::Event::OrderPlaced(_)
                    | order::Event::OrderHeld { .. }
                    | order::Event::PaymentFailed { .. }
            ) && case.ticket.opened.is_some()
            {
                topics.push(Topic::Store(placed.store));
            }
        }
        DomainEvent::Ticket(_) => topics.push(Topic::Store(placed.store)),
        DomainEvent::Delivery(event) => {
            topics.push(Topic::Store(placed.store));
            if matches!(
                event,
                delivery::Event::DeliveryOffered(_)
                    | delivery::Event::DeliveryClaimed { .. }
                    | delivery::Event::DeliveryReleased { .. }
                    | delivery::Event::DeliveryFailed { .. }
            ) {
                topics.extend(placed.cells.iter().cloned().map(Topic::Cell));
            }
            let rider = match event {
                delivery::Event::DeliveryReleased { rider, .. } => Some(*rider),
                _ => case.delivery.rider,
            };
            topics.extend(rider.map(Topic::Rider));
        }
        DomainEvent::Payment(_) | DomainEvent::Store(_) => {}
    }
    if concerns_operator(event, case) {
        topics.push(Topic::Operator);
    }
    topics.dedup();
    topics
}

/// True when the operator's lists change: an order comes onto one, or one of those moves on.
fn concerns_operator(event: &DomainEvent, case: &Case) -> bool {
    let on_list =
        case.order.flag.is_some() && matches!(event, DomainEvent::Order(_) | DomainEvent::Delivery(_));
    on_list
        || matches!(
            event,
            DomainEvent::Payment(payment::Event::RefundFailed { .. } | payment::Event::RefundSentBack { .. })
                | DomainEvent::Delivery(delivery::Event::DeliveryFailed { .. })
        )
}
