//! A step that cannot be written, for one order alone: it lies with the operator in the end, and nobody else has to do with it.

use crate::city::{City, caller};
use crate::files::number;
use crate::ledger::{Kept, count, kept};
use domain::processes::STEP_TRIES;
use domain::views::{Caller, OperatorView, RiderAction, Shown, TicketAction};
use std::time::Duration;

/// What the database says that refuses.
const WHY: &str = "no room for this order";

/// From now on the database refuses events of this type of this customer's orders.
async fn refuse(city: &City, customer: &Caller, kind: &str) {
    let customer = customer.account.as_ref().unwrap().id;
    city.write(format!(
        "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.type = '{kind}' \
         AND (SELECT customer FROM view_orders WHERE order_id = NEW.stream_id) = '{customer}' \
         BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
    ))
    .await;
}

async fn take(city: &City) {
    city.write("DROP TRIGGER refuse".to_owned()).await;
}

async fn console(city: &City) -> OperatorView {
    city.backend.operator(&caller("operator")).await.unwrap()
}

async fn try_again(city: &City, step: &str) {
    city.backend.retry_dead(&caller("operator"), step).await.unwrap();
}

/// Lets the pauses between the tries pass until so many steps lie with the operator.
async fn until_given_up(city: &City, many: usize) -> OperatorView {
    for _ in 0..120 {
        let view = console(city).await;
        if view.dead.len() == many {
            return view;
        }
        city.clock.forward(1);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("no step was given up: {:?}", console(city).await.dead);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_that_cannot_be_written_on_lies_with_the_operator_and_goes_on_when_it_is_tried_again() {
    let city = City::open().await;
    let unlucky = caller("customer2");
    refuse(&city, &unlucky, "TicketOpened").await;
    let order = city.order_as(&unlucky, "tok_approve").await;
    let paid = city.until_view_as(&unlucky, order, |view| view.taken == view.bill.total).await;
    let price = paid.bill.total.get();

    // Everybody else's orders go on meanwhile, from the kitchen to the door.
    let other = city.order("tok_approve").await;
    city.cook(other).await;
    city.ride(other, RiderAction::Claim).await;
    city.ride(other, RiderAction::PickUp { number: None }).await;
    city.ride(other, RiderAction::Deliver { code: None }).await;
    city.until(other, Shown::Delivered).await;

    let view = until_given_up(&city, 1).await;
    let dead = &view.dead[0];
    assert_eq!((dead.order, dead.step.as_str(), dead.attempts), (order, "receive", STEP_TRIES));
    assert!(dead.error.contains(WHY), "{}", dead.error);
    let stuck = city.look_as(&unlucky, order).await;
    assert!([Shown::Placing, Shown::AwaitingPayment].contains(&stuck.line.shown), "{stuck:?}");
    assert_eq!((stuck.taken.get(), kept(&city, order).await), (price, Kept::price(price)));

    // Tried again in vain it comes back.
    try_again(&city, &dead.id).await;
    assert_eq!(console(&city).await.dead, []);
    assert_eq!(until_given_up(&city, 1).await.dead[0].id, dead.id);

    take(&city).await;
    try_again(&city, &dead.id).await;
    city.until_view_as(&unlucky, order, |view| view.line.shown == Shown::Received).await;
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    assert_eq!(console(&city).await.dead, []);
    for kind in ["PaymentApproved", "TicketOpened", "OrderReceived"] {
        assert_eq!(count(&city, order, kind).await, 1, "{kind}");
    }
    assert_eq!(kept(&city, order).await, Kept::price(price));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_is_given_up_and_cannot_be_kept_for_the_operator_goes_on_until_it_can() {
    let city = City::open().await;
    let unlucky = caller("customer2");
    refuse(&city, &unlucky, "DeliveryOffered").await;
    let park = "CREATE TRIGGER unkept BEFORE UPDATE ON work WHEN NEW.state = 'parked' \
                BEGIN SELECT RAISE(ABORT, 'no room for this row'); END";
    city.write(park.to_owned()).await;
    let order = city.order_as(&unlucky, "tok_approve").await;
    city.until_view_as(&unlucky, order, |view| view.line.shown == Shown::Received).await;
    for action in [TicketAction::Accept { minutes: 20 }, TicketAction::Start, TicketAction::Finish] {
        city.kitchen(order, action).await;
    }

    // It is tried more often than it takes to be given up.
    let file = city.folder.path().join("baedal.db");
    let tries = "SELECT coalesce(max(attempts), 0) FROM work WHERE state = 'open'";
    let mut waited = 0;
    while number(&file, tries).await < i64::from(STEP_TRIES) {
        assert!(waited < 120, "it is not tried any more");
        waited += 1;
        city.clock.forward(1);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(console(&city).await.dead, []);

    city.write("DROP TRIGGER unkept".to_owned()).await;
    let dead = until_given_up(&city, 1).await.dead.remove(0);
    assert_eq!((dead.order, dead.step.as_str()), (order, "offer_delivery"));
    assert!(dead.error.contains(WHY), "{}", dead.error);
    take(&city).await;
    try_again(&city, &dead.id).await;
    for _ in 0..1_000 {
        if count(&city, order, "DeliveryOffered").await > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(count(&city, order, "DeliveryOffered").await, 1);
    city.close().await;
}
