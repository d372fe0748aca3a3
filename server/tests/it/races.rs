//! Races: of those who want what only one can have, one gets it, and the others are told why.

use crate::city::{City, caller, key, repeats, typed};
use crate::ledger::{Kept, count, kept, kinds, new_rider, on_duty, until_kept};
use domain::processes::CaseRefusal;
use domain::shared::OrderId;
use domain::store::ticket;
use domain::views::{Caller, CartChange, Fault, PlaceOrder, RiderAction, Shown, TicketAction};
use domain::{delivery, order};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// An order that the owner has accepted.
async fn accepted(city: &City) -> OrderId {
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    order
}

fn is_refused_by_ticket(answer: &Result<(), Fault>, why: &ticket::Refusal) -> bool {
    *answer == Err(Fault::Refused(CaseRefusal::Ticket(why.clone())))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_cancel_and_a_cooking_start_that_race_exactly_one_wins() {
    const EACH: usize = 100;
    let city = City::open().await;
    for round in 0..repeats() {
        let order = accepted(&city).await;
        let price = city.look(order).await.bill.total.get();
        let together = Arc::new(Barrier::new(EACH * 2));
        let (mut cancels, mut starts) = (JoinSet::new(), JoinSet::new());
        for number in 0..EACH * 2 {
            let (backend, together) = (Arc::clone(&city.backend), Arc::clone(&together));
            // Both kinds mixed, another kind first in each round.
            if (number + round) % 2 == 0 {
                cancels.spawn(async move {
                    together.wait().await;
                    backend.cancel_order(&caller("customer1"), order, &key()).await
                });
            } else {
                starts.spawn(async move {
                    together.wait().await;
                    backend.act_on_ticket(&caller("owner1"), order, TicketAction::Start, &key()).await
                });
            }
        }
        let (cancels, starts) = (cancels.join_all().await, starts.join_all().await);
        let (started, cancelled) =
            (count(&city, order, "CookingStarted").await, count(&city, order, "OrderCancelled").await);
        assert_eq!(started + cancelled, 1, "round {round}: {:?}", kinds(&city, order).await);
        let gone = ticket::Refusal::NotNow { command: ticket::Verb::Start, state: ticket::Phase::Cancelled };
        if started == 1 {
            assert!(starts.iter().all(Result::is_ok));
            assert!(
                cancels.iter().all(|answer| is_refused_by_ticket(answer, &ticket::Refusal::CookingStarted))
            );
            assert_eq!(city.look(order).await.line.shown, Shown::Cooking);
            assert_eq!(kept(&city, order).await, Kept::price(price));
        } else {
            assert!(cancels.iter().all(Result::is_ok));
            assert!(starts.iter().all(|answer| is_refused_by_ticket(answer, &gone)));
            assert_eq!(city.look(order).await.line.shown, Shown::Cancelled);
            until_kept(&city, order, Kept::returned(price)).await;
        }
    }
    city.close().await;
}

/// A hundred riders tap twice each: two hundred claims.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_riders_who_claim_a_job_one_gets_it() {
    const RIDERS: usize = 100;
    let city = City::open().await;
    let riders: Vec<Caller> = (0..RIDERS).map(new_rider).collect();
    for rider in &riders {
        on_duty(&city, rider).await;
    }
    for _ in 0..repeats() {
        let order = city.order("tok_approve").await;
        city.cook(order).await;
        // Everybody sees the job before anybody takes it.
        for rider in &riders {
            let view = city.backend.rider(rider).await.unwrap();
            assert_eq!(view.jobs.iter().map(|job| job.order).collect::<Vec<_>>(), [order]);
        }
        let together = Arc::new(Barrier::new(RIDERS * 2));
        let mut claims = JoinSet::new();
        for rider in riders.iter().chain(&riders).cloned() {
            let (backend, together) = (Arc::clone(&city.backend), Arc::clone(&together));
            claims.spawn(async move {
                together.wait().await;
                (backend.act_on_job(&rider, order, RiderAction::Claim, &key()).await, rider)
            });
        }
        let answers = claims.join_all().await;
        let taken = Err(Fault::Refused(CaseRefusal::Delivery(delivery::Refusal::Taken)));
        assert_eq!(answers.iter().filter(|(answer, _)| *answer == taken).count(), (RIDERS - 1) * 2);
        let winner = &answers.iter().find(|(answer, _)| answer.is_ok()).unwrap().1;
        let of_winner = answers.iter().filter(|(_, rider)| rider == winner);
        assert!(of_winner.into_iter().all(|(answer, _)| answer.is_ok()), "it is this rider's already");
        assert_eq!(count(&city, order, "DeliveryClaimed").await, 1);
        for rider in &riders {
            let view = city.backend.rider(rider).await.unwrap();
            let mine: Vec<OrderId> = view.mine.iter().map(|job| job.card.order).collect();
            assert_eq!(mine, if rider == winner { vec![order] } else { Vec::new() });
            assert!(view.jobs.is_empty());
        }
        // Out of the way of the next round.
        for action in [RiderAction::PickUp { number: None }, RiderAction::Deliver { code: None }] {
            city.backend.act_on_job(winner, order, action, &key()).await.unwrap();
        }
    }
    city.close().await;
}

/// One checkout in two tabs, each with another card: one of them is the order.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_cards_for_one_checkout_one_is_charged() {
    let city = City::open().await;
    let customer = caller("customer1");
    for _ in 0..5 {
        let first = city.checkout_of(&customer, "tok_approve").await;
        let second = PlaceOrder { typed: typed("tok_error"), ..first.clone() };
        let together = Arc::new(Barrier::new(2));
        let mut tabs = JoinSet::new();
        for checkout in [first.clone(), second] {
            let (backend, customer, together) =
                (Arc::clone(&city.backend), customer.clone(), Arc::clone(&together));
            tabs.spawn(async move {
                together.wait().await;
                backend.place_order(&customer, checkout).await
            });
        }
        let answers = tabs.join_all().await;
        let placed: Vec<OrderId> = answers.iter().filter_map(|answer| answer.clone().ok()).collect();
        assert_eq!(placed.len(), 1, "{answers:?}");
        assert!(answers.contains(&Err(Fault::KeyReused)));
        city.until(placed[0], Shown::Received).await;
        assert_eq!(kept(&city, placed[0]).await, Kept::price(first.agreed.get()));
    }
    assert_eq!(city.backend.orders(&customer, 0).await.unwrap().total, 5);
    city.close().await;
}

/// The owner accepts in one tab and turns down in another.
#[tokio::test(flavor = "multi_thread")]
async fn of_an_acceptance_and_a_rejection_that_race_one_wins() {
    let city = City::open().await;
    for round in 0..10 {
        let order = city.order("tok_approve").await;
        city.until(order, Shown::Received).await;
        let price = city.look(order).await.bill.total.get();
        let mut actions =
            [TicketAction::Accept { minutes: 20 }, TicketAction::Reject { reason: "마감이에요".to_owned() }];
        actions.rotate_left(round % 2);
        let together = Arc::new(Barrier::new(2));
        let mut tabs = JoinSet::new();
        for action in actions {
            let (backend, together) = (Arc::clone(&city.backend), Arc::clone(&together));
            tabs.spawn(async move {
                together.wait().await;
                backend.act_on_ticket(&caller("owner1"), order, action, &key()).await
            });
        }
        let answers = tabs.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let log = kinds(&city, order).await;
        let times = |kind: &str| log.iter().filter(|known| *known == kind).count();
        assert_eq!(times("TicketAccepted") + times("TicketRejected"), 1, "{log:?}");
        assert_eq!(times("TicketRejected"), times("OrderRejected"), "{log:?}");
        if times("TicketRejected") == 1 {
            until_kept(&city, order, Kept::returned(price)).await;
        } else {
            assert_eq!(kept(&city, order).await, Kept::price(price));
        }
    }
    city.close().await;
}

/// The customer confirms at the door while the rider is still typing.
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_meets_the_delivery_ends_the_order_once() {
    let city = City::open().await;
    for _ in 0..4 {
        let order = city.order("tok_approve").await;
        city.cook(order).await;
        city.ride(order, RiderAction::Claim).await;
        city.ride(order, RiderAction::PickUp { number: None }).await;
        let together = Arc::new(Barrier::new(3));
        let mut tasks = JoinSet::new();
        for who in 0..3 {
            let (backend, together) = (Arc::clone(&city.backend), Arc::clone(&together));
            tasks.spawn(async move {
                together.wait().await;
                if who == 0 {
                    let deliver = RiderAction::Deliver { code: None };
                    backend.act_on_job(&caller("rider1"), order, deliver, &key()).await
                } else {
                    backend.confirm_receipt(&caller("customer1"), order, &key()).await
                }
            });
        }
        let answers = tasks.join_all().await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(count(&city, order, "ReceiptConfirmed").await, 1);
        assert_eq!(count(&city, order, "DeliveryDelivered").await, 1);
        assert_eq!(city.look(order).await.line.shown, Shown::Completed);
        let late = city.backend.cancel_order(&caller("customer1"), order, &key()).await;
        let refusal = order::Refusal::NotNow { command: order::Verb::Cancel, state: order::Phase::Completed };
        assert_eq!(late, Err(Fault::Refused(CaseRefusal::Order(refusal))));
    }
    assert!(city.backend.rider(&caller("rider1")).await.unwrap().mine.is_empty());
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_taps_on_add_to_cart_none_is_lost() {
    const TAPS: usize = 30;
    let city = City::open().await;
    let (store, line) = city.first_item().await;
    let together = Arc::new(Barrier::new(TAPS));
    let mut taps = JoinSet::new();
    for _ in 0..TAPS {
        let (backend, line, together) = (Arc::clone(&city.backend), line.clone(), Arc::clone(&together));
        taps.spawn(async move {
            together.wait().await;
            backend.change_cart(&caller("customer1"), CartChange::Add { store, line, replace: false }).await
        });
    }
    assert!(taps.join_all().await.iter().all(Result::is_ok));
    let cart = city.backend.cart(&caller("customer1")).await.unwrap();
    assert_eq!(cart.lines.iter().map(|line| line.wanted.quantity).collect::<Vec<_>>(), [TAPS as u32]);
}

/// An order is placed and taken out of the cart, or neither, whenever the browser hangs up.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_hangs_up_while_it_orders_leaves_no_full_cart_behind() {
    let city = City::open().await;
    let customer = caller("customer1");
    let (store, line) = city.first_item().await;
    for micros in [0, 50, 200, 500, 1_000, 2_000, 4_000, 8_000] {
        let change = CartChange::Add { store, line: line.clone(), replace: true };
        city.backend.change_cart(&customer, CartChange::Clear).await.unwrap();
        city.backend.change_cart(&customer, change).await.unwrap();
        let before = city.backend.orders(&customer, 0).await.unwrap().total;
        let checkout = city.checkout_of(&customer, "tok_approve").await;
        let placing = city.backend.place_order(&customer, checkout.clone());
        drop(tokio::time::timeout(Duration::from_micros(micros), placing).await);
        // Whatever was under way has come to its end when the same order is through.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let placed = city.backend.orders(&customer, 0).await.unwrap().total - before;
        let left = city.backend.cart(&customer).await.unwrap().lines.len();
        assert_eq!(left as u64 + placed, 1, "after {micros} µs: {placed} placed, {left} lines left");
    }
}
