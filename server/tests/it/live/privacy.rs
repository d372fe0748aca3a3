//! What a stream may show to whom, byte for byte.

use crate::city::{City, caller, key, typed};
use crate::people::{Person, Stream};
use domain::shared::OrderId;
use domain::views::{JobChange, LiveBody, RiderAction, Shown, TicketAction, TicketChange};
use server::storage::EventLog;

/// Reads on until a message is about this order.
async fn until_about(stream: &mut Stream, order: OrderId) {
    while !stream.has_heard(&order.to_string()) {
        stream.message().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_1_an_owners_stream_never_carries_an_unpaid_order() {
    let city = City::open().await;
    let owner = Person::log_in(&city.base(), "owner1").await;
    let mut live = owner.listen("/live/owner").await;
    let mut unpaid = Vec::new();
    for card in ["tok_hang", "tok_decline", "tok_expired", "tok_needs_customer", "tok_error_always"] {
        unpaid.push(city.order(card).await);
    }
    city.until(unpaid[1], Shown::PaymentFailed).await;
    city.until(unpaid[2], Shown::PaymentFailed).await;
    city.until_view(unpaid[3], |view| view.pay_url.is_some()).await;
    city.until(unpaid[4], Shown::AwaitingPayment).await;
    for order in [unpaid[0], unpaid[3], unpaid[4]] {
        city.backend.cancel_order(&caller("customer1"), order, &key()).await.unwrap();
    }
    let paid = city.order("tok_approve").await;
    let mut replayed = owner.listen("/live/owner?after=0").await;
    for stream in [&mut live, &mut replayed] {
        until_about(stream, paid).await;
        for order in &unpaid {
            assert!(!stream.has_heard(&order.to_string()), "{}", String::from_utf8_lossy(&stream.raw));
        }
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_a_riders_stream_carries_nothing_personal_before_a_claim() {
    let city = City::open().await;
    let looks_on = Person::log_in(&city.base(), "rider1").await;
    let claims = Person::log_in(&city.base(), "rider2").await;
    let owner = Person::log_in(&city.base(), "owner1").await;
    let (mut live, mut board) = (looks_on.listen("/live/rider").await, owner.listen("/live/owner").await);
    let mut own = claims.listen("/live/rider").await;
    let order = city.order("tok_approve").await;
    let code = city.look(order).await.code;
    city.cook(order).await;
    let offered = live.message().await;
    assert!(matches!(offered.body, LiveBody::Job(JobChange::Offered { card: Some(_), .. })), "{offered:?}");
    until_about(&mut own, order).await;

    let typed = typed("tok_approve");
    let street = "양화로 45";
    let personal = [
        &typed.name,
        &typed.phone,
        street,
        &typed.address_detail,
        &typed.note_to_store,
        &typed.note_to_rider,
    ];
    let assert_nothing = |stream: &Stream| {
        for secret in personal {
            assert!(!stream.has_heard(secret), "{secret} in {}", String::from_utf8_lossy(&stream.raw));
        }
        assert!(
            !stream.has_heard("\"code\"") && !stream.has_heard(&format!("\"{code}\"")),
            "the door's code"
        );
    };
    assert_nothing(&live);
    assert_nothing(&own);
    // Nor does it afterwards to the one who has not claimed it, nor on replay.
    let rider = caller("rider2");
    city.backend.act_on_job(&rider, order, RiderAction::Claim, &key()).await.unwrap();
    let taken = live.message().await;
    assert!(matches!(taken.body, LiveBody::Job(JobChange::Taken { .. })), "{taken:?}");
    let mut replayed = looks_on.listen("/live/rider?after=0").await;
    while !matches!(replayed.message().await.body, LiveBody::Job(JobChange::Taken { .. })) {}
    assert_nothing(&live);
    assert_nothing(&replayed);

    // The owner cooks by the note and sees the address, but neither name nor phone nor what the rider is told.
    while !matches!(board.message().await.body, LiveBody::Ticket(TicketChange::Rider { .. })) {}
    assert!(board.has_heard(&typed.note_to_store) && board.has_heard(street));
    for secret in [&typed.name, &typed.phone, &typed.note_to_rider] {
        assert!(!board.has_heard(secret), "{secret} in {}", String::from_utf8_lossy(&board.raw));
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn riders_hear_of_jobs_near_by_and_begin_afresh_when_they_move() {
    let city = City::open().await;
    // Songpa is another world: from there nothing in Mapo is near.
    let far = domain::shared::Point::new(37.5085, 127.1075).unwrap();
    let (here, away) =
        (Person::log_in(&city.base(), "rider1").await, Person::log_in(&city.base(), "rider3").await);
    let mut leaving = away.listen("/live/rider").await;
    city.backend.set_position(&caller("rider3"), far).await.unwrap();
    let (messages, end) = leaving.to_its_end().await;
    assert_eq!((messages.len(), end.event.as_str()), (0, "reset"));
    let (mut near, mut far) = (here.listen("/live/rider").await, away.listen("/live/rider?after=0").await);
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    until_about(&mut near, order).await;
    city.backend.set_duty(&caller("rider3"), false).await.unwrap();
    let (messages, end) = far.to_its_end().await;
    assert_eq!((messages, end.event.as_str()), (vec![], "reset"));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_hears_nothing_of_other_stores() {
    let city = City::open().await;
    let mut other = Person::log_in(&city.base(), "owner2").await.listen("/live/owner?after=0").await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    let day = domain::views::StoreDay::Capacity { capacity: 7 };
    city.backend.act_on_store(&caller("owner2"), day, &key()).await.unwrap();
    // The own store's event is the first one that comes.
    let first = other.message().await;
    assert!(matches!(first.body, LiveBody::Store(_)), "{first:?}");
    assert!(!other.has_heard(&order.to_string()));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_and_a_rider_hear_that_something_has_happened_to_their_order_and_not_what() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    let (owner, rider) =
        (Person::log_in(&city.base(), "owner1").await, Person::log_in(&city.base(), "rider1").await);
    let mut streams = Vec::new();
    for person in [&owner, &rider] {
        streams.push(person.listen(&format!("/live/order/{order}")).await);
    }
    city.ride(order, RiderAction::PickUp { number: None }).await;
    city.ride(order, RiderAction::Deliver { code: None }).await;
    // Of this neither the board nor the list of jobs tells.
    city.backend.confirm_receipt(&caller("customer1"), order, &key()).await.unwrap();
    let last = city.log.head().await.unwrap();
    for mut stream in streams {
        let (messages, end) = stream.to_its_end().await;
        assert!(end.is("bye", "over"), "{end:?}");
        assert_eq!(messages.last().map(|message| message.position), Some(last));
        assert!(messages.iter().all(|message| message.body == LiveBody::Operator { order }), "{messages:?}");
    }
    city.close().await;
}
