//! Steps that make sense: without them few orders would come to their end, or to a change.

use super::acts::{Act, EACH, Name, Ride, Typed, Wanted, Who};
use super::city::City;
use super::order::{Bag, Order, Pot, Stage};
use domain::delivery::FailReason;
use domain::views::{OperatorAction, TicketAction};

impl City {
    /// What the people of the orders under way could do now: what takes an order on three times, and whatever else there is once.
    pub fn ways_on(&self) -> Vec<Act> {
        self.orders.iter().flat_map(|(name, order)| ways_of(*name, order)).collect()
    }
}

fn ways_of(order: Name, known: &Order) -> Vec<Act> {
    let customer = Who::Customer(known.by);
    let mut ways = Vec::new();
    if known.page().is_some() {
        ways.extend([true, true, false].map(|approves| Act::AtThePage { order, approves }));
    }
    if known.has_open_charge() {
        ways.push(Act::PayNow { by: customer, order });
    }
    let (on, besides) = match (known.stage, known.job, known.pot) {
        (Stage::Received, Some(job), _) => with_rider(order, customer, job.bag, job.rider),
        (Stage::Received, None, pot) => in_kitchen(order, known, pot),
        _ => return ways,
    };
    ways.extend([on.clone(), on.clone(), on]);
    ways.extend(besides);
    ways
}

fn in_kitchen(order: Name, known: &Order, pot: Pot) -> (Act, Vec<Act>) {
    let (by, customer) = (Who::Owner(known.store), Who::Customer(known.by));
    let ticket = |act| Act::Ticket { by, order, act };
    let change = |first, second| {
        let wanted = Wanted { first, second };
        Act::Change { by: customer, order, wanted, is_agreed: true }
    };
    let Wanted { first, second } = known.wanted;
    // Dearer, cheaper, and in the second store for the same price.
    let mut besides = vec![
        change(first + 1, second),
        change(first.max(4) - 1, second),
        change(first.max(4) - 1, second + 6),
        Act::Cancel { by: customer, order },
    ];
    let on = match pot {
        Pot::Waiting => {
            besides.push(ticket(TicketAction::Reject { reason: "재료가 떨어졌어요".to_owned() }));
            TicketAction::Accept { minutes: 20 }
        }
        Pot::Accepted => {
            besides.push(ticket(TicketAction::Delay { minutes: 10 }));
            TicketAction::Start
        }
        _ => {
            besides = vec![ticket(TicketAction::Delay { minutes: 5 })];
            TicketAction::Finish
        }
    };
    (ticket(on), besides)
}

fn with_rider(order: Name, customer: Who, bag: Bag, rider: Option<usize>) -> (Act, Vec<Act>) {
    let job = |act| Act::Job { by: Who::Rider(rider.unwrap_or(order % EACH)), order, act };
    let operate = |act| Act::Operate { by: Who::Operator, order, act };
    let give_up = |refund| {
        operate(OperatorAction::GiveUp { refund, reason: "손님을 만나지 못했어요".to_owned() })
    };
    let confirm = Act::Confirm { by: customer, order };
    match bag {
        Bag::Offered => (job(Ride::Claim), Vec::new()),
        Bag::Claimed => {
            let besides = vec![job(Ride::Arrive), job(Ride::Release), operate(OperatorAction::TakeBack)];
            (job(Ride::PickUp(Typed::Right)), besides)
        }
        Bag::Arrived => (job(Ride::PickUp(Typed::Nothing)), vec![job(Ride::Release)]),
        Bag::PickedUp => {
            let fails =
                [FailReason::CustomerAbsent, FailReason::Accident].map(|reason| job(Ride::Fail(reason)));
            (job(Ride::Deliver(Typed::Right)), [fails.to_vec(), vec![confirm]].concat())
        }
        Bag::Delivered => (confirm, Vec::new()),
        Bag::Failed => (give_up(order.is_multiple_of(2)), vec![give_up(!order.is_multiple_of(2))]),
    }
}
