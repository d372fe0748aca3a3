//! When two states are the same: when nothing that can still happen tells them apart. A state has no log, only what is folded from it,
//! and of moments only how far off they are.
//!
//! The structs of the domain are taken apart by name: a field that is new does not compile until it has been looked at here.

use super::world::{Change, Fate, Late, Row, World};
use domain::order::{Order, PendingChange};
use domain::payment::{Approval, Payment, Refund, Waiting};
use domain::processes::Case;
use domain::shared::Timestamp;
use domain::store::ticket::{self, Ticket};
use std::hash::{Hash, Hasher};
use std::mem::discriminant;

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { case, book, rows, strays, late, changes, now, faults, broken } = self;
        // There is no delivery before the food is ready, which is later than what is looked at here. How many events it took to come
        // here decides nothing.
        let Case { order, payment, ticket, delivery: _, versions: _ } = &**case;
        hash_order(order, *now, state);
        hash_payment(payment, *now, state);
        hash_ticket(ticket, *now, state);
        (book, strays, faults, broken, rows.len()).hash(state);
        for Row { name, step: _, tried, call } in rows {
            (name, tried, call).hash(state);
        }
        late.len().hash(state);
        for Late { name, step: _, answer } in late {
            (name, answer).hash(state);
        }
        for Change { pieces, fate } in changes {
            match fate {
                Fate::UnderWay => (0_u8, pieces).hash(state),
                Fate::Applied => (1_u8, pieces).hash(state),
                Fate::Abandoned(outcome) => (2_u8, discriminant(outcome)).hash(state),
            }
        }
    }
}

/// How far off a moment is; those that are over are all alike.
fn left(until: Option<Timestamp>, now: Timestamp) -> Option<i64> {
    until.map(|until| until.since(now).max(0))
}

fn hash_order(order: &Order, now: Timestamp, state: &mut impl Hasher) {
    let Order {
        phase,
        bill,
        revision,
        applied,
        dearer,
        change,
        rejected,
        held_until,
        held_for_customer,
        refunds,
        // Always the same, or only shown.
        placed: _,
        flag: _,
        ended_at: _,
        // What was to be approved for them is called off for as long as it takes; hours do not go by here.
        dropped: _,
    } = order;
    (phase, bill.as_ref().map(|bill| bill.total), revision, applied, dearer, refunds).hash(state);
    held_for_customer.hash(state);
    change.is_some().hash(state);
    rejected.as_ref().map(discriminant).hash(state);
    left(*held_until, now).hash(state);
    if let Some(PendingChange { revision, base, bill, extra, until }) = change {
        (revision, base, bill.total, extra, left(Some(*until), now)).hash(state);
    }
}

fn hash_payment(payment: &Payment, now: Timestamp, state: &mut impl Hasher) {
    let Payment { phase, approvals, refunds, declined, voided, waiting } = payment;
    (phase, declined, voided, approvals.len(), refunds.len()).hash(state);
    // Since when the customer is waited for decides how often the provider is asked, and no more.
    waiting
        .as_ref()
        .map(|Waiting { key, url, since: _, until }| (key, url, left(Some(*until), now)))
        .hash(state);
    for Approval { key, purpose, provider_id: _, amount } in approvals {
        (key, purpose, amount).hash(state);
    }
    // How often a refund has failed only decides whether that is noted once more.
    for Refund { key, provider_id, amount, done, failures: _, refusals, sent_back } in refunds {
        (key, provider_id, amount, done, refusals, sent_back).hash(state);
    }
}

fn hash_ticket(ticket: &Ticket, now: Timestamp, state: &mut impl Hasher) {
    // When the food is to be ready is later than what is looked at here; what was to be cooked before is only shown.
    let Ticket { phase, opened, revision, ready_at: _, promised_at: _, before: _ } = ticket;
    (phase, revision, opened.as_ref().map(|opened| opened.bill.total)).hash(state);
    // The owner is waited for only until the answer.
    if *phase == ticket::Phase::Received {
        left(opened.as_ref().and_then(|opened| opened.answer_by), now).hash(state);
    }
}
