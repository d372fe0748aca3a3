//! Crowds: two hundred at once, as often as the race is run.

use crate::city::{City, caller, key, repeats};
use crate::ledger::{Kept, count, kept, until_kept};
use domain::processes::CaseRefusal;
use domain::shared::OrderId;
use domain::views::{Fault, Shown, StoreDay, TicketAction};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// Ten places, two hundred orders at once: ten come in, and all the others get their money back without a person touching them.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_5_of_two_hundred_orders_at_once_a_kitchen_of_ten_admits_ten() {
    const ORDERS: usize = 200;
    const PLACES: usize = 10;
    let city = City::open().await;
    let capacity = StoreDay::Capacity { capacity: PLACES as u32 };
    city.backend.act_on_store(&caller("owner1"), capacity, &key()).await.unwrap();
    let checkout = city.checkout_of(&caller("customer1"), "tok_approve").await;
    let price = checkout.agreed.get();
    for round in 0..repeats() {
        let together = Arc::new(Barrier::new(ORDERS));
        let mut tasks = JoinSet::new();
        for number in 0..ORDERS {
            let (backend, together, mut order) =
                (Arc::clone(&city.backend), Arc::clone(&together), checkout.clone());
            order.key = key();
            tasks.spawn(async move {
                together.wait().await;
                let who = caller(if number % 2 == 0 { "customer1" } else { "customer2" });
                (backend.place_order(&who, order).await.unwrap(), who)
            });
        }
        let orders = tasks.join_all().await;
        let (mut inside, mut outside) = (BTreeSet::new(), BTreeSet::new());
        for (order, who) in orders {
            let shown = loop {
                let shown = city.look_as(&who, order).await.line.shown;
                if shown != Shown::Placing {
                    break shown;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            };
            match shown {
                Shown::Received => inside.insert(order),
                Shown::OverCapacity => outside.insert(order),
                other => panic!("round {round}: {order} is {other:?}"),
            };
        }
        assert_eq!((inside.len(), outside.len()), (PLACES, ORDERS - PLACES), "round {round}");
        for order in &outside {
            until_kept(&city, *order, Kept::returned(price)).await;
        }
        let board = city.backend.board(&caller("owner1")).await.unwrap();
        let on_board: BTreeSet<OrderId> = board.tickets.iter().map(|ticket| ticket.order).collect();
        assert_eq!((board.load.open as usize, &on_board), (PLACES, &inside));
        // Room for the next round.
        for order in &inside {
            assert_eq!(kept(&city, *order).await, Kept::price(price));
            city.kitchen(*order, TicketAction::Reject { reason: "다음 차례예요".to_owned() }).await;
        }
    }
    city.close().await;
}

/// One key a hundred times at once is one order, and the same answer for everybody.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_one_key_a_hundred_times_at_once_is_one_order() {
    const TIMES: usize = 100;
    let city = City::open().await;
    for _ in 0..repeats() {
        let before = city.backend.orders(&caller("customer1"), 0).await.unwrap().total;
        let order = city.checkout_of(&caller("customer1"), "tok_approve").await;
        let together = Arc::new(Barrier::new(TIMES));
        let mut tasks = JoinSet::new();
        for _ in 0..TIMES {
            let (backend, together, order) =
                (Arc::clone(&city.backend), Arc::clone(&together), order.clone());
            tasks.spawn(async move {
                together.wait().await;
                backend.place_order(&caller("customer1"), order).await
            });
        }
        let answers: BTreeSet<_> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(city.backend.orders(&caller("customer1"), 0).await.unwrap().total, before + 1);
        let order = *answers.first().unwrap();
        let view = city.until(order, Shown::Received).await;
        assert_eq!(kept(&city, order).await, Kept::price(view.bill.total.get()));
        assert_eq!(count(&city, order, "OrderPlaced").await, 1);
    }
    city.close().await;
}

/// Two hundred wishes to change one order at once: one is under way, the others are told so, and the kitchen cooks what is paid.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_4_of_two_hundred_changes_at_once_one_is_under_way() {
    const TIMES: usize = 200;
    let city = City::open().await;
    for _ in 0..repeats() {
        let order = city.order("tok_approve").await;
        city.until(order, Shown::Received).await;
        let form = city.backend.change_form(&caller("customer1"), order).await.unwrap();
        let mut lines: Vec<_> = form.bill.lines.iter().map(domain::shared::Line::as_wanted).collect();
        lines[0].quantity = 2;
        let price = form.price(&lines).unwrap();
        let together = Arc::new(Barrier::new(TIMES));
        let mut tasks = JoinSet::new();
        for _ in 0..TIMES {
            let (backend, together, lines) =
                (Arc::clone(&city.backend), Arc::clone(&together), lines.clone());
            tasks.spawn(async move {
                together.wait().await;
                backend.change_order(&caller("customer1"), order, lines, price, &key()).await
            });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let told = |answer: &Result<(), Fault>| {
            matches!(
                answer,
                Ok(())
                    | Err(Fault::Refused(CaseRefusal::Order(
                        domain::order::Refusal::ChangeUnderWay | domain::order::Refusal::NothingChanges
                    )))
            )
        };
        assert!(answers.iter().all(told), "{answers:?}");
        let view = city.until_view(order, |view| view.change.is_none() && view.bill.total == price).await;
        let now = kept(&city, order).await;
        assert_eq!(now.approved - now.cancelled, view.bill.total.get() as i64);
        city.kitchen(order, TicketAction::Reject { reason: "다음 차례예요".to_owned() }).await;
    }
    city.close().await;
}
