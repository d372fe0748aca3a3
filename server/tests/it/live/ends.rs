//! When a stream ends, and that it lives until then.

use crate::city::{City, caller, key};
use crate::people::{Person, Stream};
use domain::shared::OrderId;
use domain::views::{LiveBody, MoneyMove, OrderView, RiderAction, Shown};
use server::adapters::clock::{Clock, SystemClock};
use std::time::Duration;

/// The page of an order and its stream, from a moment on.
async fn page(city: &City, order: OrderId) -> (OrderView, Stream) {
    let view = city.look(order).await;
    let browser = Person::log_in(&city.base(), "customer1").await;
    let stream = browser.listen(&format!("/live/order/{order}?after={}", view.position)).await;
    (view, stream)
}

/// What the page shows in the end, from its stream alone, has to be what a fresh one shows.
async fn assert_followed(city: &City, mut view: OrderView, mut stream: Stream) -> OrderView {
    let (messages, end) = stream.to_its_end().await;
    assert!(end.is("bye", "over"), "{end:?}");
    for message in &messages {
        view.apply(message);
    }
    let fresh = city.look(view.line.order).await;
    // The log has gone on, and time, and each page has a key of its own.
    let followed = OrderView { position: fresh.position, now: fresh.now, key: fresh.key.clone(), ..view };
    assert_eq!(followed, fresh);
    fresh
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_follows_an_order_to_its_completion_and_ends() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    let (view, stream) = page(&city, order).await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.ride(order, RiderAction::Arrive).await;
    let number = city.look(order).await.line.number.to_string();
    city.ride(order, RiderAction::PickUp { number: Some(number) }).await;
    let code = city.look(order).await.code;
    city.ride(order, RiderAction::Deliver { code: Some(code) }).await;
    city.backend.confirm_receipt(&caller("customer1"), order, &key()).await.unwrap();
    let fresh = assert_followed(&city, view, stream).await;
    assert_eq!(fresh.line.shown, Shown::Completed);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_cancel_the_stream_ends_once_the_money_is_back() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let (view, stream) = page(&city, order).await;
    city.backend.cancel_order(&caller("customer1"), order, &key()).await.unwrap();
    let fresh = assert_followed(&city, view, stream).await;
    assert_eq!((fresh.line.shown, fresh.returned, fresh.owed.get()), (Shown::Cancelled, fresh.bill.total, 0));
    assert_eq!(fresh.timeline.last().unwrap().money, Some(MoneyMove::Returned(fresh.bill.total)));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_cancel_before_the_payment_the_stream_ends_once_it_is_known_that_nothing_was_taken() {
    let city = City::open().await;
    let order = city.order("tok_error_always").await;
    city.until(order, Shown::AwaitingPayment).await;
    let (view, stream) = page(&city, order).await;
    assert!(view.undecided);
    city.backend.cancel_order(&caller("customer1"), order, &key()).await.unwrap();
    let fresh = assert_followed(&city, view, stream).await;
    assert_eq!((fresh.line.shown, fresh.taken.get(), fresh.undecided), (Shown::Cancelled, 0, false));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_declined_payment_the_stream_ends_at_once() {
    let city = City::open().await;
    let order = city.order("tok_decline").await;
    let (view, stream) = page(&city, order).await;
    let fresh = assert_followed(&city, view, stream).await;
    assert_eq!((fresh.line.shown, fresh.taken.get()), (Shown::PaymentFailed, 0));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_ends_the_streams_of_its_session_alone() {
    let city = City::open().await;
    let leaves = Person::log_in(&city.base(), "customer1").await;
    let stays = Person::log_in(&city.base(), "customer1").await;
    let order = city.order("tok_hang").await;
    let mut ending =
        vec![leaves.listen("/live/orders").await, leaves.listen(&format!("/live/order/{order}")).await];
    let mut going_on = stays.listen("/live/orders").await;
    leaves.log_out().await;
    for stream in &mut ending {
        let within_a_second = tokio::time::timeout(Duration::from_secs(1), stream.to_its_end());
        let (_, end) = within_a_second.await.expect("it has not ended within a second");
        assert!(end.is("bye", "logout"), "{end:?}");
    }
    let next = city.order("tok_hang").await;
    let placed = going_on.message().await;
    assert!(matches!(&placed.body, LiveBody::Order(change) if change.order == next), "{placed:?}");
    // The cookie is worth nothing any more.
    assert_eq!(leaves.get("/live/orders").send().await.unwrap().status(), 401);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_says_that_it_is_alive() {
    let city = City::open().await;
    let mut stream = Person::log_in(&city.base(), "owner1").await.listen("/live/owner").await;
    let hello = stream.next().await.unwrap();
    assert_eq!(hello.comment.as_deref(), Some("baedal"));
    let beat = stream.next().await.unwrap();
    assert_eq!((beat.comment.as_deref(), beat.id, beat.data.as_str()), (Some(""), None, ""));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_says_when_it_was_committed() {
    let city = City::open().await;
    let mut stream = Person::log_in(&city.base(), "customer1").await.listen("/live/orders").await;
    let before = SystemClock.now().0;
    let order = city.order("tok_hang").await;
    let placed = stream.message().await;
    let after = SystemClock.now().0;
    assert!((before..=after).contains(&placed.ts), "{before} {} {after}", placed.ts);
    let at = city.look(order).await.timeline[0].at.0;
    assert!((before..=placed.ts).contains(&at), "the event is not older than its commit");
    city.close().await;
}
