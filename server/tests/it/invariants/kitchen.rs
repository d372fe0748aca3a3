//! Cancelling, capacity and claims.

use crate::city::{City, caller, key};
use crate::ledger::{Kept, count, kept, log_rows, until_kept};
use domain::processes::CaseRefusal;
use domain::shared::OrderId;
use domain::store::ticket;
use domain::views::{Fault, RiderAction, Shown, StoreDay, TicketAction};
use domain::{delivery, order};
use std::sync::Arc;
use std::time::Duration;

async fn cancel(city: &City, order: OrderId) -> Result<(), Fault> {
    city.backend.cancel_order(&caller("customer1"), order, &key()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_3_a_customer_can_cancel_until_cooking_starts_and_never_after() {
    // The provider hangs for longer than the first of these takes.
    let city = City::open_with(|config| config.payment_timeout = Duration::from_secs(10)).await;
    // Before: at every state there is.
    let placed = city.order("tok_hang").await;
    assert_eq!(city.look(placed).await.line.shown, Shown::Placing);
    assert_eq!(cancel(&city, placed).await, Ok(()));
    let waiting = city.order("tok_needs_customer").await;
    city.until(waiting, Shown::AwaitingPayment).await;
    assert_eq!(cancel(&city, waiting).await, Ok(()));
    let received = city.order("tok_approve").await;
    city.until(received, Shown::Received).await;
    assert_eq!(cancel(&city, received).await, Ok(()));
    let accepted = city.order("tok_approve").await;
    city.until(accepted, Shown::Received).await;
    city.kitchen(accepted, TicketAction::Accept { minutes: 20 }).await;
    assert_eq!(cancel(&city, accepted).await, Ok(()));
    for order in [placed, waiting, received, accepted] {
        assert_eq!(city.look(order).await.line.shown, Shown::Cancelled);
        // The kitchen has it no more, and cannot begin.
        let start = city.backend.act_on_ticket(&caller("owner1"), order, TicketAction::Start, &key()).await;
        assert!(start.is_err());
    }
    assert!(city.backend.board(&caller("owner1")).await.unwrap().tickets.is_empty());

    // After: at every state there is.
    let order = city.order("tok_approve").await;
    let price = city.look(order).await.bill.total.get();
    let too_late = async |state: Shown| {
        city.until(order, state).await;
        let fault = cancel(&city, order).await.unwrap_err();
        assert_eq!(fault.status(), 409);
        fault
    };
    let cooking_started = Fault::Refused(CaseRefusal::Ticket(ticket::Refusal::CookingStarted));
    city.until(order, Shown::Received).await;
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    city.kitchen(order, TicketAction::Start).await;
    assert_eq!(too_late(Shown::Cooking).await, cooking_started);
    city.kitchen(order, TicketAction::Finish).await;
    assert_eq!(too_late(Shown::Ready).await, cooking_started);
    city.until_offered(order).await;
    city.ride(order, RiderAction::Claim).await;
    assert_eq!(too_late(Shown::Assigned).await, cooking_started);
    city.ride(order, RiderAction::PickUp { number: None }).await;
    assert_eq!(too_late(Shown::OnTheWay).await, cooking_started);
    city.ride(order, RiderAction::Deliver { code: None }).await;
    assert_eq!(too_late(Shown::Delivered).await, cooking_started);
    city.backend.confirm_receipt(&caller("customer1"), order, &key()).await.unwrap();
    let over = order::Refusal::NotNow { command: order::Verb::Cancel, state: order::Phase::Completed };
    assert_eq!(too_late(Shown::Completed).await, Fault::Refused(CaseRefusal::Order(over)));
    assert_eq!(count(&city, order, "OrderCancelled").await, 0);
    assert_eq!(kept(&city, order).await, Kept::price(price));
    city.close().await;
}

/// Places taken in `owner1`'s kitchen as the log tells it.
async fn places_taken(city: &City, of: &[OrderId]) -> i64 {
    let rows = log_rows(city).await;
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    rows.iter()
        .filter(|row| of.contains(&row.stream))
        .map(|row| match row.kind.as_str() {
            "TicketOpened" => 1,
            "CookingFinished" | "TicketCancelled" => -1,
            // Turned down by the owner; over capacity it never held a place.
            "TicketRejected"
                if rows.iter().any(|other| other.stream == row.stream && other.kind == "TicketOpened") =>
            {
                -1
            }
            _ => 0,
        })
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_5_no_ticket_is_admitted_while_the_kitchen_is_full() {
    let city = City::open().await;
    let (customer, owner) = (caller("customer1"), caller("owner1"));
    let capacity = async |capacity| {
        city.backend.act_on_store(&owner, StoreDay::Capacity { capacity }, &key()).await.unwrap();
    };
    capacity(2).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let checkout = city.checkout_of(&customer, "tok_approve").await;
        let (backend, customer) = (Arc::clone(&city.backend), customer.clone());
        tasks.spawn(async move { backend.place_order(&customer, checkout).await.unwrap() });
    }
    let mut orders = tasks.join_all().await;
    let price = city.look(orders[0]).await.bill.total.get();
    let (mut admitted, mut turned_down) = (Vec::new(), Vec::new());
    for order in &orders {
        let decided = |shown| matches!(shown, Shown::Received | Shown::OverCapacity);
        match city.until_view(*order, |view| decided(view.line.shown)).await.line.shown {
            Shown::Received => admitted.push(*order),
            _ => turned_down.push(*order),
        }
    }
    assert_eq!((admitted.len(), turned_down.len()), (2, 18));
    for order in &turned_down {
        until_kept(&city, *order, Kept::returned(price)).await;
    }
    for order in &admitted {
        assert_eq!(kept(&city, *order).await, Kept::price(price));
    }
    let full = async |orders: &[OrderId], open: i64| {
        let board = city.backend.board(&owner).await.unwrap();
        assert_eq!((i64::from(board.load.open), places_taken(&city, orders).await), (open, open));
    };
    full(&orders, 2).await;

    // One more has no place, until one has left: then it has, and the next one has none again.
    let next = async |state| {
        let order = city.order("tok_approve").await;
        city.until(order, state).await;
        order
    };
    orders.push(next(Shown::OverCapacity).await);
    city.kitchen(admitted[0], TicketAction::Accept { minutes: 20 }).await;
    city.kitchen(admitted[0], TicketAction::Start).await;
    full(&orders, 2).await;
    city.kitchen(admitted[0], TicketAction::Finish).await;
    full(&orders, 1).await;
    let third = next(Shown::Received).await;
    orders.extend([third, next(Shown::OverCapacity).await]);
    full(&orders, 2).await;

    // Lowering the capacity expels nobody; while it is exceeded nobody comes in.
    capacity(1).await;
    full(&orders, 2).await;
    orders.push(next(Shown::OverCapacity).await);
    cancel(&city, third).await.unwrap();
    full(&orders, 1).await;
    orders.push(next(Shown::OverCapacity).await);
    city.kitchen(admitted[1], TicketAction::Reject { reason: "문을 닫아요".to_owned() }).await;
    full(&orders, 0).await;
    orders.push(next(Shown::Received).await);
    full(&orders, 1).await;
    // All of it without a person: nobody but the system turned an order down for want of room.
    let rows = log_rows(&city).await;
    let by_hand =
        rows.iter().filter(|row| row.kind == "TicketRejected" && !row.actor.contains("system")).count();
    assert_eq!(by_hand, 1);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_6_one_rider_gets_the_job() {
    let city = City::open().await;
    let (one, two) = (caller("rider1"), caller("rider2"));
    let act = async |rider, order, action| city.backend.act_on_job(rider, order, action, &key()).await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    // Only finished orders can be claimed.
    assert_eq!(act(&one, order, RiderAction::Claim).await, Err(Fault::NotFound));
    city.cook(order).await;
    assert_eq!(act(&one, order, RiderAction::Claim).await, Ok(()));
    let taken = Err(Fault::Refused(CaseRefusal::Delivery(delivery::Refusal::Taken)));
    assert_eq!(act(&two, order, RiderAction::Claim).await, taken);
    assert_eq!(act(&one, order, RiderAction::Claim).await, Ok(()), "it is this rider's already");
    let view = city.backend.rider(&two).await.unwrap();
    assert!(view.jobs.is_empty() && view.mine.is_empty());
    // Given back, it is anybody's again; once the food has left, nobody's.
    assert_eq!(act(&one, order, RiderAction::Release).await, Ok(()));
    assert_eq!(act(&two, order, RiderAction::Claim).await, Ok(()));
    assert_eq!(act(&one, order, RiderAction::Claim).await, taken);
    assert_eq!(act(&two, order, RiderAction::PickUp { number: None }).await, Ok(()));
    assert_eq!(act(&one, order, RiderAction::Claim).await, taken);
    assert!(act(&two, order, RiderAction::Release).await.is_err());
    assert_eq!(count(&city, order, "DeliveryClaimed").await, 2);
    assert_eq!(city.backend.rider(&two).await.unwrap().mine.len(), 1);
    assert!(city.backend.rider(&one).await.unwrap().mine.is_empty());
    city.close().await;
}
