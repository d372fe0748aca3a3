//! No order hangs: whoever falls silent, the order comes to its end, also when the server was down when the time was over.

use crate::city::{City, caller, key};
use crate::ledger::{Kept, count, kept, until_kept};
use domain::delivery::FailReason;
use domain::order::StuckReason;
use domain::shared::OrderId;
use domain::views::{Fault, OperatorAction, RiderAction, Shown, StoreDay, TicketAction, What};
use std::sync::Arc;
use std::time::Duration;

async fn operate(city: &City, order: OrderId, action: OperatorAction) -> Result<(), Fault> {
    city.backend.operate(&caller("operator"), order, action, &key()).await
}

/// Waits until the order is on the operator's list for this reason.
async fn until_stuck(city: &City, order: OrderId, why: StuckReason) {
    for _ in 0..1_000 {
        let view = city.backend.operator(&caller("operator")).await.unwrap();
        if view.stuck.iter().any(|stuck| stuck.order == order && stuck.why == Some(why)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{order} is not on the operator's list");
}

fn gives_up(refund: bool) -> OperatorAction {
    OperatorAction::GiveUp { refund, reason: "도로가 막혔어요".to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_answer_in_time_has_rejected_also_while_the_server_was_down() {
    let city = City::open().await;
    let price = city.checkout_of(&caller("customer1"), "tok_approve").await.agreed.get();
    let in_time = city.order("tok_approve").await;
    city.until(in_time, Shown::Received).await;
    city.kitchen(in_time, TicketAction::Accept { minutes: 60 }).await;
    let late = city.order("tok_approve").await;
    city.until(late, Shown::Received).await;
    city.clock.forward(6);
    let view = city.until(late, Shown::TimedOut).await;
    assert!(view.timeline.iter().any(|entry| matches!(entry.what, What::Rejected { .. })));
    until_kept(&city, late, Kept::returned(price)).await;
    assert_eq!(city.look(in_time).await.line.shown, Shown::Accepted);

    // The owner gives himself more time: for new orders.
    let longer = StoreDay::AnswerLimit { minutes: 20 };
    city.backend.act_on_store(&caller("owner1"), longer, &key()).await.unwrap();
    let patient = city.order("tok_approve").await;
    city.until(patient, Shown::Received).await;
    city.clock.forward(10);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(city.look(patient).await.line.shown, Shown::Received);

    // The time is over while nobody is there to see it.
    let clock = Arc::clone(&city.clock);
    let folder = city.close().await;
    clock.forward(11);
    let city = City::open_by(clock, folder, |_| {}).await;
    city.until(patient, Shown::TimedOut).await;
    until_kept(&city, patient, Kept::returned(price)).await;
    for order in [late, patient] {
        assert_eq!(count(&city, order, "OrderRejected").await, 1, "the timer fires once");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_nobody_confirms_completes_by_itself_once() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.ride(order, RiderAction::PickUp { number: None }).await;
    city.ride(order, RiderAction::Deliver { code: None }).await;
    city.clock.forward(119);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(city.look(order).await.line.shown, Shown::Delivered);
    city.clock.forward(2);
    let view = city.until(order, Shown::Completed).await;
    let by_timer = What::Completed { by: domain::order::ConfirmedBy::Timer };
    assert!(view.timeline.iter().any(|entry| entry.what == by_timer));
    city.clock.forward(10_000);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(count(&city, order, "ReceiptConfirmed").await, 1);
    assert_eq!(kept(&city, order).await, Kept::price(view.bill.total.get()));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_kitchens_and_riders_come_to_the_operator_who_ends_the_order_with_or_without_refund() {
    let city = City::open().await;
    let price = city.checkout_of(&caller("customer1"), "tok_approve").await.agreed.get();
    // Nobody takes the job.
    let unclaimed = city.order("tok_approve").await;
    city.cook(unclaimed).await;
    city.clock.forward(16);
    until_stuck(&city, unclaimed, StuckReason::NoRider).await;
    operate(&city, unclaimed, gives_up(true)).await.unwrap();
    let view = city.until(unclaimed, Shown::DeliveryFailed).await;
    let said = What::Undeliverable { refund: true, reason: "도로가 막혔어요".to_owned() };
    assert!(view.timeline.iter().any(|entry| entry.what == said), "{:#?}", view.timeline);
    until_kept(&city, unclaimed, Kept::returned(price)).await;
    assert!(city.backend.rider(&caller("rider1")).await.unwrap().jobs.is_empty());

    // The kitchen falls silent; its place is free again afterwards.
    let forgotten = city.order("tok_approve").await;
    city.until(forgotten, Shown::Received).await;
    city.kitchen(forgotten, TicketAction::Accept { minutes: 20 }).await;
    city.kitchen(forgotten, TicketAction::Start).await;
    city.clock.forward(51);
    until_stuck(&city, forgotten, StuckReason::KitchenSilent).await;
    assert_eq!(city.backend.board(&caller("owner1")).await.unwrap().load.open, 1);
    operate(&city, forgotten, gives_up(true)).await.unwrap();
    city.until(forgotten, Shown::DeliveryFailed).await;
    let board = city.backend.board(&caller("owner1")).await.unwrap();
    assert!(board.load.open == 0 && board.tickets.iter().all(|ticket| ticket.order != forgotten));
    until_kept(&city, forgotten, Kept::returned(price)).await;

    // A rider falls silent before the pickup: the operator takes the job back, and another one brings it.
    let silent = city.order("tok_approve").await;
    city.cook(silent).await;
    city.ride(silent, RiderAction::Claim).await;
    city.clock.forward(31);
    until_stuck(&city, silent, StuckReason::RiderSilent).await;
    operate(&city, silent, OperatorAction::TakeBack).await.unwrap();
    assert!(city.backend.rider(&caller("rider1")).await.unwrap().mine.is_empty());
    for action in [RiderAction::Claim, RiderAction::PickUp { number: None }] {
        city.backend.act_on_job(&caller("rider2"), silent, action, &key()).await.unwrap();
    }
    // And now that one does.
    city.clock.forward(61);
    until_stuck(&city, silent, StuckReason::RiderSilent).await;
    operate(&city, silent, gives_up(false)).await.unwrap();
    city.until(silent, Shown::DeliveryFailed).await;
    assert_eq!(kept(&city, silent).await, Kept::price(price));
    city.close().await;
}

/// Picks a job up that nobody has yet.
async fn carries(city: &City, rider: &str, order: OrderId) {
    for action in [RiderAction::Claim, RiderAction::PickUp { number: None }] {
        city.backend.act_on_job(&caller(rider), order, action, &key()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_timer_fires_once_also_when_the_server_was_down_when_its_time_was_over() {
    let city = City::open().await;
    // One order for each wait that there is.
    let held = city.order("tok_hang").await;
    city.until(held, Shown::AwaitingPayment).await;
    let unanswered = city.order("tok_approve").await;
    let uncooked = city.order("tok_approve").await;
    for order in [unanswered, uncooked] {
        city.until(order, Shown::Received).await;
    }
    city.kitchen(uncooked, TicketAction::Accept { minutes: 20 }).await;
    city.kitchen(uncooked, TicketAction::Start).await;
    let [unclaimed, unfetched, unfinished, unconfirmed, unmet] = [(); 5].map(|()| city.order("tok_approve"));
    let mut cooked = Vec::new();
    for order in [unclaimed, unfetched, unfinished, unconfirmed, unmet] {
        let order = order.await;
        city.cook(order).await;
        cooked.push(order);
    }
    let [unclaimed, unfetched, unfinished, unconfirmed, unmet] = cooked.try_into().unwrap();
    carries(&city, "rider1", unconfirmed).await;
    city.ride(unconfirmed, RiderAction::Deliver { code: None }).await;
    carries(&city, "rider1", unmet).await;
    city.ride(unmet, RiderAction::Fail { reason: FailReason::CustomerAbsent }).await;
    city.ride(unfetched, RiderAction::Claim).await;
    carries(&city, "rider2", unfinished).await;

    let clock = Arc::clone(&city.clock);
    let folder = city.close().await;
    clock.forward(125);
    let city = City::open_by(Arc::clone(&clock), folder, |_| {}).await;
    for (order, shown) in
        [(held, Shown::PaymentFailed), (unanswered, Shown::TimedOut), (unconfirmed, Shown::Completed)]
    {
        city.until(order, shown).await;
    }
    for (order, why) in [
        (uncooked, StuckReason::KitchenSilent),
        (unclaimed, StuckReason::NoRider),
        (unfetched, StuckReason::RiderSilent),
        (unfinished, StuckReason::RiderSilent),
        (unmet, StuckReason::CustomerAbsent),
    ] {
        until_stuck(&city, order, why).await;
    }
    // Nobody decides about these for a day, in which the server is down too.
    let folder = city.close().await;
    clock.forward(1_441);
    let city = City::open_by(clock, folder, |_| {}).await;
    for order in [uncooked, unclaimed, unfetched, unfinished, unmet] {
        city.until(order, Shown::DeliveryFailed).await;
        assert_eq!(count(&city, order, "OrderFlagged").await, 1, "{order}");
    }
    // Whatever else there is to be done has been done when its timers have had their turn once more.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    for (order, end) in [
        (held, "PaymentFailed"),
        (unanswered, "OrderRejected"),
        (unconfirmed, "ReceiptConfirmed"),
        (uncooked, "OrderUndeliverable"),
        (unclaimed, "OrderUndeliverable"),
        (unfetched, "OrderUndeliverable"),
        (unfinished, "OrderUndeliverable"),
        (unmet, "OrderUndeliverable"),
    ] {
        assert_eq!(count(&city, order, end).await, 1, "{order}: {end}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absent_customer_is_the_operators_to_decide_about_and_an_accident_pays_back() {
    let city = City::open().await;
    let price = city.checkout_of(&caller("customer1"), "tok_approve").await.agreed.get();
    let carried = async || {
        let order = city.order("tok_approve").await;
        city.cook(order).await;
        city.ride(order, RiderAction::Claim).await;
        let early = RiderAction::Fail { reason: FailReason::CustomerAbsent };
        let refused = city.backend.act_on_job(&caller("rider1"), order, early, &key()).await;
        assert!(refused.is_err(), "a rider who has not picked it up gives it back instead");
        city.ride(order, RiderAction::PickUp { number: None }).await;
        order
    };
    let fell = carried().await;
    let as_operator = RiderAction::Fail { reason: FailReason::Operator };
    assert!(city.backend.act_on_job(&caller("rider1"), fell, as_operator, &key()).await.is_err());
    city.ride(fell, RiderAction::Fail { reason: FailReason::Accident }).await;
    city.until(fell, Shown::DeliveryFailed).await;
    until_kept(&city, fell, Kept::returned(price)).await;

    let absent = carried().await;
    city.ride(absent, RiderAction::Fail { reason: FailReason::CustomerAbsent }).await;
    until_stuck(&city, absent, StuckReason::CustomerAbsent).await;
    assert_eq!(city.look(absent).await.line.shown, Shown::OnTheWay, "nothing is decided yet");
    // Nobody decides for a day: it was cooked and brought, so the price stays.
    city.clock.forward(1_441);
    city.until(absent, Shown::DeliveryFailed).await;
    assert_eq!(kept(&city, absent).await, Kept::price(price));
    city.close().await;
}
