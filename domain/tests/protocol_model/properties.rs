//! What holds in every state, and which ends are reached at all.

use super::Protocol;
use super::provider::Answer;
use super::world::{Call, Fate, MANY, World, agreed, id, key_of_change};
use domain::order::{self, CancelledBy, ChangeOutcome, PendingChange};
use domain::payment::Purpose;
use domain::processes::{CaseRefusal, DomainEvent, charge_key};
use domain::store::ticket;
use domain::views::is_settled;
use stateright::Property;

/// The laws.
pub(crate) fn always() -> Vec<Property<Protocol>> {
    vec![
        Property::always(
            "no step is refused, nothing is settled or given up that must not be",
            |_, world: &World| world.broken.is_none(),
        ),
        Property::always("invariant_1: no ticket before an approval covers the bill", |_, world: &World| {
            world.case.ticket.phase == ticket::Phase::New || is_paid(world)
        }),
        Property::always(
            "invariant_2: without a meal the provider holds nothing in the end",
            |_, world: &World| !(world.is_quiet() && ended_without_a_meal(world)) || world.book.holds() == 0,
        ),
        Property::always(
            "invariant_3: no cancel and no change once cooking has started",
            |_, world: &World| world.case.ticket.phase != ticket::Phase::Cooking || is_too_late(world),
        ),
        Property::always("invariant_3: no cooking once the order has ended", |_, world: &World| {
            let phase = world.case.ticket.phase;
            !ended_without_a_meal(world)
                || matches!(phase, ticket::Phase::New | ticket::Phase::Cancelled | ticket::Phase::Rejected)
        }),
        Property::always(
            "invariant_4: order and ticket are the last change that holds",
            |_, world: &World| {
                let agreed = agreed(world.pieces());
                let opened = world.case.ticket.opened.as_ref();
                world.case.order.bill.as_ref() == Some(agreed)
                    && opened.is_none_or(|opened| opened.bill == *agreed)
            },
        ),
        Property::always("invariant_4: what the kitchen is to cook is paid", |_, world: &World| {
            let price = world.case.price();
            world.case.ticket.phase == ticket::Phase::New
                || world.case.payment.kept() >= price && world.book.holds() >= price.get()
        }),
        Property::always("invariant_4: in the end the provider holds the price", |_, world: &World| {
            !world.is_quiet() || world.case.order.change.is_some() || holds_the_price(world)
        }),
        Property::always("in the end nothing waits for its money", |_, world: &World| {
            let waits = matches!(world.case.order.phase, order::Phase::Placed | order::Phase::Held);
            !world.is_quiet() || !waits && world.case.order.change.is_none()
        }),
        Property::always("one change at a time", |_, world: &World| {
            let under_way = world.changes.iter().filter(|change| change.fate == Fate::UnderWay).count();
            let refused = Err(CaseRefusal::Order(order::Refusal::ChangeUnderWay));
            match world.case.order.change {
                Some(_) => under_way == 1 && world.ask_change(MANY) == refused,
                None => under_way == 0,
            }
        }),
        Property::always(
            "nothing is taken, and nothing goes back, twice under one key",
            |_, world: &World| !world.book.misused && has_each_once(world),
        ),
        Property::always("what is shown as settled is settled", |_, world: &World| {
            !is_settled(&world.case) || holds_the_price(world)
        }),
        Property::always("what has ended is shown as settled in the end", |_, world: &World| {
            !(world.is_quiet() && world.case.order.phase.is_end()) || is_settled(&world.case)
        }),
    ]
}

/// The ends that have to be reached for the laws to mean anything.
pub(crate) fn sometimes() -> Vec<Property<Protocol>> {
    vec![
        Property::sometimes("cancelled during a change, its approval on the way", |_, world: &World| {
            world.case.order.phase == order::Phase::Cancelled && has_approval_on_the_way(world)
        }),
        Property::sometimes("cancelled during a change, and all money is back", |_, world: &World| {
            world.case.order.phase == order::Phase::Cancelled && gave_back(world, ChangeOutcome::OrderEnded)
        }),
        Property::sometimes("rejected during a change, and all money is back", |_, world: &World| {
            matches!(world.case.order.rejected, Some(order::RejectReason::Store(_)))
                && gave_back(world, ChangeOutcome::OrderEnded)
        }),
        Property::sometimes("timed out during a change, and all money is back", |_, world: &World| {
            matches!(world.case.order.rejected, Some(order::RejectReason::TimedOut))
                && gave_back(world, ChangeOutcome::OrderEnded)
        }),
        Property::sometimes("cooking started during a change, and its money is back", |_, world: &World| {
            gave_back(world, ChangeOutcome::CookingStarted)
        }),
        Property::sometimes("a change was declined, and the order goes on", |_, world: &World| {
            world.is_quiet()
                && world.case.ticket.phase == ticket::Phase::Accepted
                && outcome(world, 1) == Some(ChangeOutcome::Declined)
        }),
        Property::sometimes("a change expired, and its money is back", |_, world: &World| {
            world.case.ticket.phase == ticket::Phase::Accepted && gave_back(world, ChangeOutcome::Expired)
        }),
        Property::sometimes("a change expired, the next one holds with its money", |_, world: &World| {
            gave_back(world, ChangeOutcome::Expired)
                && world.case.order.phase == order::Phase::Received
                && world.case.order.applied == 2
                && world.approved(2)
        }),
        Property::sometimes("an accepted order takes a paid change", |_, world: &World| {
            world.case.ticket.phase == ticket::Phase::Accepted
                && world.case.order.change.as_ref().is_some_and(|change| takes(world, change))
        }),
        Property::sometimes("two changes hold, one dearer and one cheaper", |_, world: &World| {
            world.is_quiet()
                && matches!(world.changes[..], [first, second] if first.pieces != second.pieces)
                && world.changes.iter().all(|change| change.fate == Fate::Applied)
                && world.approved(1)
        }),
        Property::sometimes("turned down by a full kitchen", |_, world: &World| {
            world.is_quiet() && world.case.order.rejected == Some(order::RejectReason::OverCapacity)
        }),
        Property::sometimes("the hold of an order ran out, its approval came later", |_, world: &World| {
            world.is_quiet()
                && world.case.order.phase == order::Phase::PaymentFailed
                && !world.case.payment.approvals.is_empty()
        }),
        Property::sometimes("cancelled while a request for money is on the way", |_, world: &World| {
            world.case.order.phase == order::Phase::Cancelled && !world.strays.is_empty()
        }),
        Property::sometimes("cancelled, and the provider took nothing any more", |_, world: &World| {
            world.is_quiet()
                && world.case.order.phase == order::Phase::Cancelled
                && world.case.payment.voided.contains(&charge_key(id(), Purpose::Order))
        }),
    ]
}

fn ended_without_a_meal(world: &World) -> bool {
    let phase = world.case.order.phase;
    matches!(phase, order::Phase::Cancelled | order::Phase::PaymentFailed | order::Phase::Rejected)
}

/// By the provider's book as by the log.
fn holds_the_price(world: &World) -> bool {
    let (price, payment) = (world.case.price(), &world.case.payment);
    world.book.holds() == price.get() && payment.kept() == price && payment.refunded() == payment.given_back()
}

/// The order as it was placed is paid, by the log as by the provider's book.
fn is_paid(world: &World) -> bool {
    let taken = world.book.taken(&charge_key(id(), Purpose::Order));
    world
        .case
        .placed()
        .is_ok_and(|placed| taken == placed.bill.total && world.case.payment.approved() >= placed.bill.total)
}

/// What a customer hears of a kitchen that cooks.
fn is_too_late(world: &World) -> bool {
    let too_late = Err(CaseRefusal::Ticket(ticket::Refusal::CookingStarted));
    world.case.order.phase == order::Phase::Received
        && world.case.order.change.is_none()
        && world.case.cancel(CancelledBy::Customer, world.now) == too_late
        && [1, MANY].into_iter().all(|pieces| world.ask_change(pieces) == too_late)
}

/// Each approval and each refund is known once, and each approval is that of the book.
fn has_each_once(world: &World) -> bool {
    let (approvals, refunds) = (&world.case.payment.approvals, &world.case.payment.refunds);
    let mut approved = approvals.iter().enumerate().map(|(place, approval)| {
        world.book.taken(&approval.key) == approval.amount
            && approvals[..place].iter().all(|other| other.key != approval.key)
    });
    let mut owed = refunds
        .iter()
        .enumerate()
        .map(|(place, refund)| refunds[..place].iter().all(|other| other.key != refund.key));
    approved.all(|once| once) && owed.all(|once| once)
}

fn outcome(world: &World, revision: u32) -> Option<ChangeOutcome> {
    match world.changes.get(revision as usize - 1)?.fate {
        Fate::Abandoned(outcome) => Some(outcome),
        Fate::UnderWay | Fate::Applied => None,
    }
}

/// The revisions of all changes asked for.
fn revisions(world: &World) -> impl Iterator<Item = u32> {
    1..=world.changes.len() as u32
}

/// All is done, and a change came to nothing in this way although its difference was taken.
fn gave_back(world: &World, why: ChangeOutcome) -> bool {
    world.is_quiet()
        && revisions(world).any(|revision| outcome(world, revision) == Some(why) && world.approved(revision))
}

/// The provider has taken the difference for a change that came to nothing with the order, and the runner is about to hear it.
fn has_approval_on_the_way(world: &World) -> bool {
    let heard = |row: &super::world::Row| matches!(row.call, Some(Call::Answered(Answer::Approved(_))));
    revisions(world).any(|revision| {
        outcome(world, revision) == Some(ChangeOutcome::OrderEnded)
            && !world.book.taken(&key_of_change(revision)).is_zero()
            && world.rows.iter().any(|row| *row.name == *format!("charge_change:{revision}") && heard(row))
    })
}

/// The difference is approved, and the ticket takes the change.
fn takes(world: &World, change: &PendingChange) -> bool {
    let takes =
        |event: &DomainEvent| matches!(event, DomainEvent::Ticket(ticket::Event::TicketChanged { .. }));
    let applied = || world.case.apply_change(change.revision, world.now);
    world.approved(change.revision) && applied().is_ok_and(|applied| applied.into_events().iter().any(takes))
}
