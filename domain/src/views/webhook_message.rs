//! What a webhook is told of an event: what the account's live stream or its timeline would say, as data.
//!
//! Nothing personal is ever in it: no name, phone number, address, note, door code, card or payment key of anybody. Whoever may see these asks
//! for the order.

use super::{Recorded, Shown};
use crate::notification::Recipient;
use crate::payment::Purpose;
use crate::processes::{Case, DomainEvent, Topic, topics};
use crate::shared::{Bill, Line, OrderId, OrderNumber, Text, Timestamp};
use crate::store::ticket;
use crate::webhook::{Kind, event_id};
use crate::{delivery, order, payment, store};
use serde::Serialize;
use serde_json::{Value, json};

/// A message: the body of the request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookMessage {
    /// The event's id: the same whenever it is sent, and whenever it is sent again.
    pub id: String,
    /// The event's position in the log.
    pub position: u64,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The order; `None` for what happens to a store itself.
    pub order_id: Option<OrderId>,
    /// Its short number.
    pub order_number: Option<OrderNumber>,
    /// The order's state after the event, by its Korean name.
    pub status: Option<&'static str>,
    /// When it happened, RFC 3339 in UTC.
    pub at: String,
    /// What belongs to the type.
    pub data: Value,
}

/// Whose webhooks could be told of an event. `case` is the order's state right after it.
pub fn listeners(recorded: &Recorded, case: &Case) -> Vec<Recipient> {
    let topics = topics(&recorded.event, case, recorded.store);
    let whose = topics.into_iter().filter_map(|topic| match topic {
        Topic::Customer(id) => Some(Recipient::Customer(id)),
        Topic::Store(id) => Some(Recipient::Store(id)),
        Topic::Rider(id) => Some(Recipient::Rider(id)),
        Topic::Order(_) | Topic::Cell(_) | Topic::Operator => None,
    });
    whose.collect()
}

/// What one of the [`listeners`] is told; `None` when it says nothing to this one. `case` is the order's state right after the event, so that the
/// message is the same whenever it is made.
pub fn webhook_message(recorded: &Recorded, case: &Case, to: Recipient) -> Option<WebhookMessage> {
    let (kind, data) = match (&recorded.event, to) {
        (DomainEvent::Order(event), Recipient::Customer(_)) => order_for_customer(event, case),
        // Of the order itself the store is told how it ends, and what keeps it: the rest its ticket says.
        (DomainEvent::Order(event), Recipient::Store(_)) => end(event),
        (DomainEvent::Payment(event), Recipient::Customer(_)) => payment(event),
        (DomainEvent::Ticket(event), Recipient::Customer(_)) => kitchen(event),
        (DomainEvent::Ticket(event), Recipient::Store(_)) => ticket_for_store(event),
        (DomainEvent::Delivery(event), _) => delivery(event, case, to),
        (DomainEvent::Store(event), Recipient::Store(_)) => of_store(event),
        (DomainEvent::Order(_) | DomainEvent::Payment(_) | DomainEvent::Ticket(_), Recipient::Rider(_))
        | (DomainEvent::Payment(_), Recipient::Store(_))
        | (DomainEvent::Store(_), Recipient::Customer(_) | Recipient::Rider(_)) => None,
    }?;
    Some(WebhookMessage {
        id: event_id(recorded.position),
        position: recorded.position,
        kind: kind.name(),
        order_id: recorded.order,
        order_number: case.order.placed.as_ref().map(|placed| placed.number.clone()),
        status: status(&recorded.event, case).map(Shown::korean),
        at: recorded.at.rfc3339(),
        data,
    })
}

/// The state after an event. Some come before the one of the order that says the same, in one command.
fn status(event: &DomainEvent, case: &Case) -> Option<Shown> {
    use ticket::{Event as T, RejectReason as R};
    let by_event = match event {
        DomainEvent::Ticket(T::TicketOpened(_)) => Some(Shown::Received),
        DomainEvent::Ticket(T::TicketRejected { reason, .. }) => Some(match reason {
            R::Store(_) => Shown::Rejected,
            R::OverCapacity => Shown::OverCapacity,
            R::TimedOut => Shown::TimedOut,
        }),
        other => Shown::after(other),
    };
    let by_case = Shown::of(case)?;
    Some(by_event.map_or(by_case, |shown| by_case.max(shown)))
}

type Said = Option<(Kind, Value)>;

fn order_for_customer(event: &order::Event, case: &Case) -> Said {
    use order::Event as E;
    Some(match event {
        E::OrderPlaced(placed) => {
            let mut data = bill(&placed.bill);
            data["storeId"] = json!(placed.store);
            data["storeName"] = text(&placed.store_name);
            (Kind::OrderPlaced, data)
        }
        E::OrderHeld { until, for_customer } => {
            (Kind::PaymentPending, json!({ "until": until.rfc3339(), "forCustomer": for_customer }))
        }
        E::OrderReceived { .. } => {
            (Kind::OrderReceived, json!({ "total": case.order.placed.as_ref()?.bill.total }))
        }
        E::PaymentFailed { reason, .. } => {
            let reason = match reason {
                order::PaymentFailure::Declined(_) => "declined",
                order::PaymentFailure::Expired => "expired",
            };
            (Kind::PaymentFailed, json!({ "reason": reason }))
        }
        E::OrderRejected { reason, .. } => (
            Kind::OrderRejected,
            match reason {
                order::RejectReason::Store(words) => rejected("store", words),
                order::RejectReason::OverCapacity => rejected("over_capacity", ""),
                order::RejectReason::TimedOut => rejected("timed_out", ""),
            },
        ),
        E::ChangeRequested { revision, bill: now, extra, until, .. } => {
            let mut data = bill(now);
            data["revision"] = json!(revision);
            data["extra"] = json!(extra);
            // One that is not dearer waits for nothing.
            data["until"] = json!((!extra.is_zero()).then(|| until.rfc3339()));
            (Kind::ChangeRequested, data)
        }
        E::ChangeApplied { revision, bill: now, .. } => (Kind::OrderChanged, changed(*revision, now)),
        E::ChangeAbandoned { revision, outcome, .. } => {
            (Kind::ChangeAbandoned, json!({ "revision": revision, "outcome": outcome }))
        }
        E::OrderCancelled { .. }
        | E::ReceiptConfirmed { .. }
        | E::OrderFlagged { .. }
        | E::OrderUndeliverable { .. } => return end(event),
    })
}

/// What both customer and store are told.
fn end(event: &order::Event) -> Said {
    use order::Event as E;
    Some(match event {
        E::OrderCancelled { by, reason, .. } => {
            (Kind::OrderCancelled, json!({ "by": by, "reason": (!reason.is_empty()).then_some(reason) }))
        }
        E::ReceiptConfirmed { by, .. } => (Kind::OrderCompleted, json!({ "by": by })),
        E::OrderFlagged { why, since, .. } => {
            (Kind::NeedsAttention, json!({ "why": why, "since": since.rfc3339() }))
        }
        E::OrderUndeliverable { refund, reason, .. } => {
            (Kind::OrderUndeliverable, json!({ "refund": refund, "reason": reason }))
        }
        E::OrderPlaced(_)
        | E::OrderHeld { .. }
        | E::OrderReceived { .. }
        | E::PaymentFailed { .. }
        | E::OrderRejected { .. }
        | E::ChangeRequested { .. }
        | E::ChangeApplied { .. }
        | E::ChangeAbandoned { .. } => return None,
    })
}

fn payment(event: &payment::Event) -> Said {
    use payment::Event as E;
    Some(match event {
        E::PaymentNeedsCustomer { until, .. } => (Kind::ActionRequired, json!({ "until": until.rfc3339() })),
        E::PaymentApproved { amount, purpose, .. } => {
            let (purpose, revision) = match purpose {
                Purpose::Order => ("order", None),
                Purpose::Change { revision } => ("change", Some(revision)),
            };
            (Kind::PaymentApproved, json!({ "amount": amount, "for": purpose, "revision": revision }))
        }
        E::PaymentDeclined { .. } => (Kind::PaymentDeclined, json!({})),
        E::RefundRequested { amount, reason, .. } => {
            (Kind::RefundRequested, json!({ "amount": amount, "reason": reason }))
        }
        E::PaymentRefunded { amount, .. } => (Kind::PaymentRefunded, json!({ "amount": amount })),
        E::RefundFailed { attempts, .. } => (Kind::RefundFailed, json!({ "attempts": attempts })),
        E::RefundSentBack { amount, .. } => (Kind::RefundSentBack, json!({ "amount": amount })),
        // What was given up says so itself.
        E::ChargeVoided { .. } => return None,
    })
}

/// What the kitchen does, for customer and store.
fn kitchen(event: &ticket::Event) -> Said {
    use ticket::Event as E;
    let by =
        |minutes: &u32, ready_at: &Timestamp| json!({ "minutes": minutes, "readyAt": ready_at.rfc3339() });
    Some(match event {
        E::TicketAccepted { minutes, ready_at, .. } => (Kind::OrderAccepted, by(minutes, ready_at)),
        E::CookingStarted { .. } => (Kind::CookingStarted, json!({})),
        E::CookingDelayed { minutes, ready_at, .. } => (Kind::CookingDelayed, by(minutes, ready_at)),
        E::CookingFinished { .. } => (Kind::CookingFinished, json!({})),
        // The order's own events say the same.
        E::TicketOpened(_)
        | E::TicketRejected { .. }
        | E::TicketCancelled { .. }
        | E::TicketChanged { .. } => {
            return None;
        }
    })
}

fn ticket_for_store(event: &ticket::Event) -> Said {
    use ticket::{Event as E, RejectReason};
    Some(match event {
        E::TicketOpened(opened) => {
            let mut data = bill(&opened.bill);
            data["answerBy"] = json!(opened.answer_by.map(Timestamp::rfc3339));
            (Kind::OrderReceived, data)
        }
        E::TicketRejected { reason, .. } => (
            Kind::OrderRejected,
            match reason {
                RejectReason::Store(words) => rejected("store", words),
                RejectReason::OverCapacity => rejected("over_capacity", ""),
                RejectReason::TimedOut => rejected("timed_out", ""),
            },
        ),
        E::TicketChanged { revision, bill: now, .. } => (Kind::OrderChanged, changed(*revision, now)),
        // Why it was, the order says.
        E::TicketCancelled { .. } => return None,
        E::TicketAccepted { .. }
        | E::CookingStarted { .. }
        | E::CookingDelayed { .. }
        | E::CookingFinished { .. } => return kitchen(event),
    })
}

fn delivery(event: &delivery::Event, case: &Case, to: Recipient) -> Said {
    use delivery::Event as E;
    Some(match event {
        E::DeliveryOffered(_) => (Kind::DeliveryOffered, json!({})),
        E::DeliveryClaimed { .. } => {
            let job = case.delivery.offered.as_ref().filter(|_| matches!(to, Recipient::Rider(_)));
            (Kind::DeliveryAssigned, job.map_or(json!({}), self::job))
        }
        E::DeliveryReleased { .. } => (Kind::DeliveryReleased, json!({})),
        E::RiderArrived { .. } => (Kind::RiderArrived, json!({})),
        E::DeliveryPickedUp { .. } => (Kind::DeliveryPickedUp, json!({})),
        // Between the rider and the door; one time too many is the order's to tell.
        E::DoorCodeRefused { .. } => return None,
        E::DeliveryDelivered { .. } => (Kind::DeliveryDelivered, json!({})),
        E::DeliveryFailed { reason, .. } => (Kind::DeliveryFailed, json!({ "reason": reason })),
    })
}

/// What a rider's program needs of a job: where it begins, how far it is, and what it earns in won.
fn job(job: &delivery::Offered) -> Value {
    json!({
        "storeId": job.store,
        "storeName": text(&job.store_name),
        "storeAddress": job.store_address,
        "distanceM": job.distance_m,
        "fee": job.fee,
    })
}

fn of_store(event: &store::Event) -> Said {
    use store::Event as E;
    Some(match event {
        E::CapacitySet { capacity, .. } => (Kind::CapacitySet, json!({ "capacity": capacity })),
        E::StorePaused { until, .. } => {
            (Kind::StorePaused, json!({ "until": until.map(Timestamp::rfc3339) }))
        }
        E::StoreReopened { .. } => (Kind::StoreReopened, json!({})),
        E::BusySet { minutes, .. } => (Kind::BusySet, json!({ "minutes": minutes })),
        E::AnswerLimitSet { minutes, .. } => (Kind::AnswerLimitSet, json!({ "minutes": minutes })),
        E::StoreRegistered { .. }
        | E::SoldOutSet { .. }
        | E::HoursSet { .. }
        | E::ItemAdded { .. }
        | E::ItemChanged { .. } => return None,
    })
}

fn rejected(reason: &str, words: &str) -> Value {
    json!({ "reason": reason, "words": words })
}

fn changed(revision: u32, now: &Bill) -> Value {
    let mut data = bill(now);
    data["revision"] = json!(revision);
    data
}

/// What was ordered, and its price in won.
fn bill(bill: &Bill) -> Value {
    json!({
        "lines": bill.lines.iter().map(line).collect::<Vec<_>>(),
        "items": bill.items,
        "deliveryFee": bill.delivery_fee,
        "total": bill.total,
    })
}

fn line(line: &Line) -> Value {
    json!({
        "itemId": line.item,
        "name": text(&line.name),
        "price": line.price,
        "quantity": line.quantity,
        "options": line.options.iter().map(|option| json!({
            "choiceId": option.choice,
            "name": text(&option.name),
            "price": option.price,
        })).collect::<Vec<_>>(),
    })
}

fn text(text: &Text) -> Value {
    json!({ "ko": text.ko, "en": text.en })
}
