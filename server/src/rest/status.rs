//! The words for states.

use domain::store::ticket;
use domain::views::Shown;
use domain::{delivery, payment};
use utoipa::openapi::{ObjectBuilder, Type};

/// The word for an order's state.
pub(super) const fn word(shown: Shown) -> &'static str {
    shown.korean()
}

/// One of the words for an order's state.
pub(super) fn shown_schema() -> ObjectBuilder {
    words("The state of an order", Shown::ALL.map(Shown::korean).to_vec())
}

/// The word for a ticket's state: what the kitchen has come to.
pub(super) const fn of_ticket(phase: ticket::Phase) -> &'static str {
    match phase {
        ticket::Phase::New | ticket::Phase::Received => Shown::Received.korean(),
        ticket::Phase::Accepted => Shown::Accepted.korean(),
        ticket::Phase::Cooking => Shown::Cooking.korean(),
        ticket::Phase::Ready => Shown::Ready.korean(),
        ticket::Phase::Rejected => Shown::Rejected.korean(),
        ticket::Phase::Cancelled => Shown::Cancelled.korean(),
    }
}

/// One of the words for a ticket's state.
pub(super) fn ticket_schema() -> ObjectBuilder {
    use ticket::Phase::{Accepted, Cancelled, Cooking, Ready, Received, Rejected};
    words(
        "The state of a ticket",
        [Received, Accepted, Cooking, Ready, Rejected, Cancelled].map(of_ticket).to_vec(),
    )
}

/// The word for a job's state.
pub(super) const fn of_job(phase: delivery::Phase) -> &'static str {
    match phase {
        delivery::Phase::New | delivery::Phase::Offered => "배차대기",
        delivery::Phase::Claimed => Shown::Assigned.korean(),
        delivery::Phase::Arrived => "가게도착",
        delivery::Phase::PickedUp => Shown::OnTheWay.korean(),
        delivery::Phase::Delivered => Shown::Delivered.korean(),
        delivery::Phase::Failed => Shown::DeliveryFailed.korean(),
    }
}

/// One of the words for a job's state.
pub(super) fn job_schema() -> ObjectBuilder {
    use delivery::Phase::{Arrived, Claimed, Delivered, Failed, Offered, PickedUp};
    words("The state of a job", [Offered, Claimed, Arrived, PickedUp, Delivered, Failed].map(of_job).to_vec())
}

/// The name of a payment's state.
pub(super) const fn of_payment(phase: payment::Phase) -> &'static str {
    match phase {
        payment::Phase::Pending => "pending",
        payment::Phase::NeedsCustomer => "needs_customer",
        payment::Phase::Approved => "approved",
        payment::Phase::Declined => "declined",
        payment::Phase::Refunding => "refunding",
        payment::Phase::Refunded => "refunded",
    }
}

/// One of the names of a payment's state.
pub(super) fn payment_schema() -> ObjectBuilder {
    use payment::Phase::{Approved, Declined, NeedsCustomer, Pending, Refunded, Refunding};
    words(
        "The state of a payment",
        [Pending, NeedsCustomer, Approved, Declined, Refunding, Refunded].map(of_payment).to_vec(),
    )
}

fn words(what: &str, words: Vec<&'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(what)).enum_values(Some(words))
}
