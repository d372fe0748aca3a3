//! Crowds: two hundred at once, as often as the race is run.

use crate::city::{City, caller, key, repeats};
use crate::files;
use crate::ledger::{Kept, count, kept, until_kept};
use crate::people::{Person, field};
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
                // A provider that a crowd has made slow holds an order for a while.
                if ![Shown::Placing, Shown::AwaitingPayment].contains(&shown) {
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

/// One key a hundred times at once, from each of two customers, is one order of each, and the same answer for all of a customer's.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_one_key_a_hundred_times_at_once_is_one_order() {
    const TIMES: usize = 100;
    let city = City::open().await;
    let customers = [caller("customer1"), caller("customer2")];
    let totals = async || {
        let mut totals = Vec::new();
        for customer in &customers {
            totals.push(city.backend.orders(customer, 0).await.unwrap().total);
        }
        totals
    };
    for _ in 0..repeats() {
        let before = totals().await;
        let order = city.checkout_of(&customers[0], "tok_approve").await;
        let together = Arc::new(Barrier::new(TIMES * 2));
        let mut tasks = JoinSet::new();
        for number in 0..TIMES * 2 {
            let (backend, together, order) =
                (Arc::clone(&city.backend), Arc::clone(&together), order.clone());
            let customer = customers[number % 2].clone();
            tasks.spawn(async move {
                together.wait().await;
                (number % 2, backend.place_order(&customer, order).await.unwrap())
            });
        }
        let answers: BTreeSet<(usize, OrderId)> = tasks.join_all().await.into_iter().collect();
        assert_eq!(answers.len(), 2, "{answers:?}");
        assert_eq!(totals().await, before.iter().map(|total| total + 1).collect::<Vec<_>>());
        for (number, placed) in answers {
            until_kept(&city, placed, Kept::price(order.agreed.get())).await;
            let view = city.look_as(&customers[number], placed).await;
            assert_eq!((view.bill.total, count(&city, placed, "OrderPlaced").await), (order.agreed, 1));
        }
    }
    city.close().await;
}

/// Two hundred times "pay now" about two orders whose payment is not clear, while the customer decides in many tabs at the provider's page
/// and a third order becomes dearer: each is paid once. Where half of the tabs decline, one decision counts.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_2_of_two_hundred_payments_of_one_order_at_once_one_is_taken() {
    const TAPS: usize = 200;
    const TABS: usize = 20;
    let city = City::open_with(|config| config.payment_timeout = Duration::from_millis(400)).await;
    let customer = caller("customer1");
    for round in 0..repeats() {
        let dearer = city.order("tok_approve").await;
        city.until(dearer, Shown::Received).await;
        let form = city.backend.change_form(&customer, dearer).await.unwrap();
        let mut lines: Vec<_> = form.bill.lines.iter().map(domain::shared::Line::as_wanted).collect();
        lines[0].quantity = 2;
        let (one, two) = (form.bill.total, form.price(&lines).unwrap());
        let asked = city.order("tok_needs_customer").await;
        let page = city.until_view(asked, |view| view.pay_url.is_some()).await.pay_url.unwrap();
        let person = Person::stranger(&format!("http://{}", city.addr));
        let token = person.bank_word(&page).await;
        // The provider has taken the money of this one, and has not said so.
        let unsaid = city.order("tok_no_answer").await;
        city.until_view(unsaid, |view| view.line.shown != Shown::Placing).await;

        let together = Arc::new(Barrier::new(TAPS + TABS * 2));
        let (mut taps, mut tabs, mut changes) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
        for number in 0..TAPS {
            let (backend, together, customer) =
                (Arc::clone(&city.backend), Arc::clone(&together), customer.clone());
            let order = if number % 2 == 0 { asked } else { unsaid };
            taps.spawn(async move {
                together.wait().await;
                backend.pay_now(&customer, order).await.unwrap();
            });
        }
        for number in 0..TABS {
            let approves = round % 2 == 0 || number % 2 == 0;
            let decision = if approves { "approve" } else { "decline" };
            let sent = person.post(&page, &[field("token", &token), field("decision", decision)]);
            let together_there = Arc::clone(&together);
            tabs.spawn(async move {
                together_there.wait().await;
                sent.send().await.unwrap().status()
            });
            let (backend, together, customer, lines) =
                (Arc::clone(&city.backend), Arc::clone(&together), customer.clone(), lines.clone());
            changes.spawn(async move {
                together.wait().await;
                backend.change_order(&customer, dearer, lines, two, &key()).await
            });
        }
        taps.join_all().await;
        assert!(tabs.join_all().await.iter().all(|status| *status == 303));
        assert_eq!(changes.join_all().await.iter().filter(|answer| answer.is_ok()).count(), 1);

        let decided = |shown| matches!(shown, Shown::Received | Shown::PaymentFailed);
        let shown = city.until_view(asked, |view| decided(view.line.shown)).await.line.shown;
        let is_paid = shown == Shown::Received;
        assert!(is_paid || round % 2 == 1, "round {round}: nobody has declined");
        until_kept(&city, asked, if is_paid { Kept::price(one.get()) } else { Kept::NOTHING }).await;
        city.until(unsaid, Shown::Received).await;
        until_kept(&city, unsaid, Kept::price(one.get())).await;
        city.until_view(dearer, |view| view.change.is_none() && view.bill.total == two).await;
        until_kept(&city, dearer, Kept { approvals: 2, ..Kept::price(two.get()) }).await;
        for (order, approvals) in [(asked, usize::from(is_paid)), (unsaid, 1), (dearer, 2)] {
            assert_eq!(count(&city, order, "PaymentApproved").await, approvals, "round {round}");
        }
        for order in [unsaid, dearer].into_iter().chain(is_paid.then_some(asked)) {
            city.kitchen(order, TicketAction::Reject { reason: "다음 차례예요".to_owned() }).await;
        }
    }
    let book = city.folder.path().join("pay-sandbox.db");
    let twice = "SELECT count(*) FROM (SELECT payments.key FROM entries JOIN payments ON payments.id = payment_id \
                 WHERE kind = 'approve' GROUP BY payments.key HAVING count(*) > 1)";
    assert_eq!(files::number(&book, twice).await, 0, "a key was charged twice");
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
