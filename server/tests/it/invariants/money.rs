//! Nobody cooks what is not paid, nobody pays for what is not cooked, and nobody pays twice.

use super::by_system;
use crate::city::{City, caller, key, typed, won};
use crate::ledger::{Kept, count, kept, kinds, log_rows, until_kept};
use domain::processes::Topic;
use domain::shared::OrderId;
use domain::store::ticket::RejectReason;
use domain::views::{Fault, PlaceOrder, Shown, StoreDay, TicketAction};
use server::read_models::Views;
use server::storage::EventLog;
use server::storage::sqlite::SqliteViews;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// A city whose provider is given up on quickly.
async fn impatient() -> City {
    City::open_with(|config| config.payment_timeout = Duration::from_millis(400)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_1_an_order_that_is_not_paid_never_reaches_a_store() {
    let city = impatient().await;
    let mut unpaid = Vec::new();
    for card in ["tok_hang", "tok_needs_customer", "tok_error_always", "tok_decline", "tok_expired"] {
        unpaid.push(city.order(card).await);
    }
    let paid = city.order("tok_approve").await;
    city.until(paid, Shown::Received).await;
    for (index, order) in unpaid.iter().enumerate() {
        let state = if index < 3 { Shown::AwaitingPayment } else { Shown::PaymentFailed };
        city.until(*order, state).await;
    }
    // One that is given up while it waits.
    city.backend.cancel_order(&caller("customer1"), unpaid[0], &key()).await.unwrap();
    city.until(unpaid[0], Shown::Cancelled).await;
    // Meanwhile the provider has been asked again about those that wait.
    tokio::time::sleep(Duration::from_millis(1_500)).await;

    let owner = caller("owner1");
    let board = city.backend.board(&owner).await.unwrap();
    let on_board: Vec<OrderId> = board.tickets.iter().map(|ticket| ticket.order).collect();
    assert_eq!((on_board, board.load.open), (vec![paid], 1));
    let store = owner.account.as_ref().unwrap().store.unwrap();
    let told = city.log.topic_events(&[Topic::Store(store).to_string()], 0, 10_000).await.unwrap();
    assert!(!told.too_many);
    let told: BTreeSet<OrderId> = told.events.iter().filter_map(|event| event.order).collect();
    assert_eq!(told, BTreeSet::from([paid]));
    let views = SqliteViews::new(city.log.clone());
    let tickets = views.tickets_of(store, 0, 50).await.unwrap();
    assert_eq!(tickets.docs.iter().map(|doc| doc.card.order).collect::<Vec<_>>(), [paid]);
    for order in unpaid {
        let accept = TicketAction::Accept { minutes: 20 };
        assert_eq!(city.backend.act_on_ticket(&owner, order, accept, &key()).await, Err(Fault::NotFound));
        let own = log_rows(&city).await.into_iter().filter(|row| row.stream == order.to_string());
        assert!(own.into_iter().all(|row| row.context == "order" || row.context == "payment"));
        assert_eq!(kept(&city, order).await, Kept::NOTHING);
    }
    drop(views);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_2_every_order_that_ends_without_a_meal_ends_with_nothing_kept() {
    let city = impatient().await;
    let (customer, owner) = (caller("customer1"), caller("owner1"));
    let price = city.checkout_of(&customer, "tok_approve").await.agreed.get();
    let cancel = async |order| city.backend.cancel_order(&customer, order, &key()).await.unwrap();
    let mut paid_back = Vec::new();

    // 거절: by the owner.
    let rejected = city.order("tok_approve").await;
    city.until(rejected, Shown::Received).await;
    city.kitchen(rejected, TicketAction::Reject { reason: "재료가 떨어졌어요".to_owned() }).await;
    paid_back.push((rejected, Shown::Rejected));
    // 시간초과: by the clock.
    let timed_out = city.order("tok_approve").await;
    city.until(timed_out, Shown::Received).await;
    by_system(&city, timed_out, |case, now| case.reject(RejectReason::TimedOut, now)).await.unwrap();
    paid_back.push((timed_out, Shown::TimedOut));
    // 취소: received, and accepted.
    let received = city.order("tok_approve").await;
    city.until(received, Shown::Received).await;
    cancel(received).await;
    paid_back.push((received, Shown::Cancelled));
    let accepted = city.order("tok_approve").await;
    city.until(accepted, Shown::Received).await;
    city.kitchen(accepted, TicketAction::Accept { minutes: 20 }).await;
    cancel(accepted).await;
    paid_back.push((accepted, Shown::Cancelled));
    // 취소, while the provider has taken the money without saying so.
    let unsaid = city.order("tok_no_answer").await;
    city.until_view(unsaid, |view| view.line.shown != Shown::Placing).await;
    cancel(unsaid).await;
    paid_back.push((unsaid, Shown::Cancelled));
    // And while it is about to: it is called off.
    let about_to = city.order("tok_slow").await;
    city.until_view(about_to, |view| view.line.shown != Shown::Placing).await;
    cancel(about_to).await;
    // 자동거절: the kitchen is full.
    let capacity = |capacity| StoreDay::Capacity { capacity };
    city.backend.act_on_store(&owner, capacity(0), &key()).await.unwrap();
    for card in ["tok_approve", "tok_error"] {
        let order = city.order(card).await;
        paid_back.push((order, Shown::OverCapacity));
    }
    for (order, state) in paid_back {
        city.until(order, state).await;
        until_kept(&city, order, Kept::returned(price)).await;
        let view = city.until_view(order, |view| view.owed.is_zero() && view.returned == view.taken).await;
        assert_eq!((view.line.shown, view.taken.get()), (state, price));
    }

    while count(&city, about_to, "ChargeVoided").await == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(kept(&city, about_to).await, Kept::NOTHING);

    // Where nothing was taken there is nothing to give back.
    for card in ["tok_decline", "tok_expired"] {
        let order = city.order(card).await;
        let view = city.until(order, Shown::PaymentFailed).await;
        assert_eq!((view.taken.get(), view.owed.get(), view.returned.get()), (0, 0, 0));
        assert_eq!(kept(&city, order).await, Kept::NOTHING);
        assert_eq!(count(&city, order, "RefundRequested").await, 0);
    }
    for card in ["tok_needs_customer", "tok_hang"] {
        let order = city.order(card).await;
        city.until(order, Shown::AwaitingPayment).await;
        cancel(order).await;
        city.until(order, Shown::Cancelled).await;
        assert_eq!(kept(&city, order).await, Kept::NOTHING);
    }
    city.close().await;
}

/// An order that is cancelled the moment it was placed: whatever the provider was doing just then, nothing is kept.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_2_a_cancel_that_meets_the_approval_keeps_nothing() {
    let city = City::open().await;
    let customer = caller("customer1");
    let mut orders = Vec::new();
    for pause in 0..24 {
        let order = city.order("tok_approve").await;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        city.backend.cancel_order(&customer, order, &key()).await.unwrap();
        orders.push(order);
    }
    for order in &orders {
        assert_eq!(city.look(*order).await.line.shown, Shown::Cancelled);
    }
    let price = city.look(orders[0]).await.bill.total.get();
    for _ in 0..400 {
        let mut open = 0;
        for order in &orders {
            let kept = kept(&city, *order).await;
            assert!(kept.approvals <= 1 && kept.cancels <= kept.approvals, "{kept:?}");
            open += usize::from(kept != Kept::NOTHING && kept != Kept::returned(price));
        }
        if open == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for order in orders {
        let (book, log) = (kept(&city, order).await, kinds(&city, order).await);
        let times = |kind: &str| log.iter().filter(|known| *known == kind).count() as i64;
        assert!(book == Kept::NOTHING || book == Kept::returned(price), "{book:?} {log:?}");
        assert_eq!((times("RefundRequested"), times("OrderCancelled")), (book.cancels, 1), "{log:?}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_a_command_repeated_with_the_same_key_has_one_effect() {
    let city = City::open().await;
    let customer = caller("customer1");
    let checkout = city.checkout_of(&customer, "tok_approve").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (backend, customer, checkout) = (Arc::clone(&city.backend), customer.clone(), checkout.clone());
        tasks.spawn(async move { backend.place_order(&customer, checkout).await });
    }
    let answers: BTreeSet<OrderId> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.len(), 1);
    let order = answers.into_iter().next().unwrap();
    city.until(order, Shown::Received).await;
    let list = city.backend.orders(&customer, 0).await.unwrap();
    assert_eq!((list.total, list.orders[0].order), (1, order));
    until_kept(&city, order, Kept::price(checkout.agreed.get())).await;

    // Another body under the same key: refused, whatever was changed in it.
    let mut line = checkout.lines[0].clone();
    line.quantity = 2;
    let more = PlaceOrder { lines: vec![line], ..checkout.clone() };
    let dearer = PlaceOrder { agreed: checkout.agreed.plus(won(1)).unwrap(), ..checkout.clone() };
    let other_card = PlaceOrder { typed: typed("tok_slow"), ..checkout.clone() };
    let mut moved = checkout.clone();
    moved.typed.address_detail = "302호".to_owned();
    for other in [more, dearer, other_card, moved] {
        let fault = city.backend.place_order(&customer, other).await.unwrap_err();
        assert_eq!((fault.status(), fault), (422, Fault::KeyReused));
    }
    // The key belongs to this account and this command: others can have the same.
    let theirs = city.backend.place_order(&caller("customer2"), checkout.clone()).await.unwrap();
    assert_ne!(theirs, order);
    let cancelled = city.backend.cancel_order(&customer, order, &checkout.key).await;
    assert_eq!(cancelled, Ok(()));
    until_kept(&city, order, Kept::returned(checkout.agreed.get())).await;
    // After all of that, the first question still has its first answer, and a cancel repeated is one cancel.
    assert_eq!(city.backend.place_order(&customer, checkout.clone()).await, Ok(order));
    assert_eq!(city.backend.cancel_order(&customer, order, &checkout.key).await, Ok(()));
    assert_eq!(city.backend.cancel_order(&customer, order, &key()).await, Ok(()));
    for (kind, times) in
        [("OrderPlaced", 1), ("PaymentApproved", 1), ("OrderCancelled", 1), ("RefundRequested", 1)]
    {
        assert_eq!(count(&city, order, kind).await, times, "{kind}");
    }
    assert_eq!(city.backend.orders(&customer, 0).await.unwrap().total, 1);
    // A key that was answered keeps its answer when the store would say something else by now.
    city.backend.act_on_store(&caller("owner1"), StoreDay::Pause { minutes: None }, &key()).await.unwrap();
    assert_eq!(city.backend.place_order(&customer, checkout.clone()).await, Ok(order));
    let fresh = PlaceOrder { key: key(), ..checkout };
    let refused = city.backend.place_order(&customer, fresh.clone()).await.unwrap_err();
    city.backend.act_on_store(&caller("owner1"), StoreDay::Reopen, &key()).await.unwrap();
    assert_eq!(city.backend.place_order(&customer, fresh).await, Err(refused));
    city.close().await;
}
