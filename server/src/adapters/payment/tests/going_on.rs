//! Customers who have to go on at the provider's page: for the difference of a dearer change, and for an order that was held while the
//! provider was down. The same with Toss Payments and with Stripe.

use std::time::Duration;

use domain::order::ChangeOutcome;
use domain::shared::OrderId;
use domain::store::WantedLine;
use domain::views::{BreakerState, OrderView, Shown, TicketAction, What};

use super::city::{City, caller, stripe_city, toss_city};
use super::monotonic;
use super::stripe_double::Stripe;
use super::toss_double::{Mode, Toss};
use crate::adapters::clock::random_token;
use crate::adapters::payment::toss_order_id;

/// A provider's double.
enum Double {
    Toss(Toss),
    Stripe(Box<Stripe>),
}

/// What a provider's book says, in won and by number.
#[derive(Debug, PartialEq, Eq)]
struct Book {
    taken: u64,
    charges: usize,
    returned: u64,
}

impl Double {
    /// The city's token of the way to pay.
    fn method(&self) -> &'static str {
        match self {
            Double::Toss(_) => "toss",
            Double::Stripe(_) => "checkout",
        }
    }

    fn go_down(&self, down: bool) {
        match self {
            Double::Toss(toss) => toss.behave(if down { Mode::Down } else { Mode::Normal }),
            Double::Stripe(stripe) => stripe.go_down(down),
        }
    }

    /// Pays at the provider's page what the order's page leads to. `name` is that of the charge, such as `charge` or `change:1`.
    async fn pay(&self, view: &OrderView, name: &str, amount: u64) {
        let page = view.pay_url.as_deref().expect("a way to pay");
        match self {
            Double::Toss(toss) => {
                let id = toss_order_id(&format!("{}:{name}", view.line.order)).expect("an order id");
                assert_eq!(page, format!("/pay/toss/{id}"));
                toss.approve(&id, amount, "카드");
            }
            Double::Stripe(stripe) => {
                let sessions = stripe.sessions();
                assert_eq!(page, format!("https://checkout.stripe.com/c/pay/cs_test_{}", sessions.len()));
                assert_eq!(stripe.asked_amount(), amount);
                stripe.customer_pays().await;
            }
        }
    }

    async fn book(&self) -> Book {
        match self {
            Double::Toss(toss) => {
                let (taken, returned, _) = toss.ledger().money();
                Book { taken, charges: toss.done(), returned }
            }
            Double::Stripe(stripe) => {
                let intents = stripe.intents().await;
                let taken = intents.iter().filter(|intent| intent["status"] == "succeeded");
                let amounts: Vec<u64> = taken.map(|intent| intent["amount"].as_u64().expect("won")).collect();
                let returned = stripe.refunds().await.iter().sum();
                Book { taken: amounts.iter().sum(), charges: amounts.len(), returned }
            }
        }
    }
}

async fn cities() -> [(Double, City); 2] {
    let (toss, of_toss) = toss_city().await;
    let (stripe, of_stripe) = stripe_city().await;
    [(Double::Toss(toss), of_toss), (Double::Stripe(Box::new(stripe)), of_stripe)]
}

/// A received order of one piece, paid at the provider's page.
async fn paid(double: &Double, city: &City) -> OrderView {
    let order = city.order(double.method()).await.line.order;
    let asked = city.until(order, |view| view.pay_url.is_some()).await;
    let total = asked.bill.total.get();
    double.pay(&asked, "charge", total).await;
    let received = city.until(order, |view| view.line.shown == Shown::Received).await;
    assert_eq!(double.book().await, Book { taken: total, charges: 1, returned: 0 });
    received
}

/// The customer wants two pieces, and is asked to go on for the difference.
async fn two_pieces(city: &City, order: OrderId) -> OrderView {
    let customer = caller("customer1");
    let form = city.backend().change_form(&customer, order).await.expect("a form");
    let lines: Vec<_> =
        form.bill.lines.iter().map(|line| WantedLine { quantity: 2, ..line.as_wanted() }).collect();
    let price = form.price(&lines).expect("a price");
    let changed = city.backend().change_order(&customer, order, lines, price, &random_token()).await;
    changed.expect("a change");
    let asked = city.until(order, |view| view.pay_url.is_some()).await;
    let change = asked.change.as_ref().expect("a change under way");
    assert_eq!(change.extra, price.minus(asked.bill.total).expect("dearer"));
    asked
}

async fn breaker(city: &City) -> BreakerState {
    let console = city.backend().operator(&caller("operator")).await.expect("the console");
    console.providers[0].breaker
}

fn quantity(view: &OrderView) -> u32 {
    view.bill.lines[0].quantity
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dearer_change_is_paid_at_the_providers_page_and_both_charges_go_back_with_the_order() {
    for (double, city) in cities().await {
        let order = paid(&double, &city).await.line.order;
        let asked = two_pieces(&city, order).await;
        // The order is what it was until the difference is paid.
        assert_eq!((quantity(&asked), asked.line.shown, asked.taken), (1, Shown::Received, asked.bill.total));
        let extra = asked.change.as_ref().expect("a change under way").extra.get();
        double.pay(&asked, "change:1", extra).await;
        let changed = city.until(order, |view| view.change.is_none()).await;
        let price = changed.bill.total.get();
        assert_eq!((quantity(&changed), changed.pay_url, changed.taken.get()), (2, None, price));
        assert_eq!(price, asked.bill.total.get() + extra);
        assert_eq!(double.book().await, Book { taken: price, charges: 2, returned: 0 });

        city.cancel(order).await;
        city.until(order, |view| view.returned.get() == price).await;
        assert_eq!(double.book().await, Book { taken: price, charges: 2, returned: price });
        city.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dearer_change_whose_customer_does_not_go_on_is_dropped_and_never_paid() {
    for (double, city) in cities().await {
        let before = paid(&double, &city).await;
        let (order, price) = (before.line.order, before.bill.total.get());
        let accept = TicketAction::Accept { minutes: 60 };
        let accepted = city.backend().act_on_ticket(&caller("owner1"), order, accept, &random_token()).await;
        accepted.expect("an accepted order");
        let asked = two_pieces(&city, order).await;
        city.clock.forward(11);
        let left = city.until(order, |view| view.change.is_none()).await;
        assert_eq!((&left.bill, left.pay_url, left.taken.get()), (&before.bill, None, price));
        assert_eq!(left.line.shown, Shown::Accepted);
        let expired = What::ChangeAbandoned { outcome: ChangeOutcome::Expired };
        assert!(left.timeline.iter().any(|entry| entry.what == expired), "{:#?}", left.timeline);
        // Too late: the page is closed, or what is approved there is not taken.
        match &double {
            Double::Toss(_) => {
                let extra = asked.change.as_ref().expect("a change under way").extra.get();
                double.pay(&asked, "change:1", extra).await;
            }
            Double::Stripe(stripe) => stripe.until_over().await,
        }
        let again = two_pieces(&city, order).await;
        assert_ne!(again.pay_url, asked.pay_url);
        assert_eq!(double.book().await, Book { taken: price, charges: 1, returned: 0 });

        // The order ends while the next change waits.
        city.cancel(order).await;
        let ended = city.until(order, |view| view.returned.get() == price).await;
        assert_eq!((ended.line.shown, ended.pay_url), (Shown::Cancelled, None));
        assert_eq!(double.book().await, Book { taken: price, charges: 1, returned: price });
        city.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_held_goes_on_with_its_customer_who_has_the_whole_time() {
    for (double, city) in cities().await {
        double.go_down(true);
        let order = city.order(double.method()).await.line.order;
        let held = city.until(order, |view| view.line.shown == Shown::AwaitingPayment).await;
        assert_eq!(held.pay_url, None);
        city.clock.forward(8);
        double.go_down(false);
        let customer = caller("customer1");
        city.backend().pay_now(&customer, order).await.expect("a question");
        let asked = city.until(order, |view| view.pay_url.is_some()).await;
        assert_eq!(asked.line.shown, Shown::AwaitingPayment);
        let said: Vec<_> = asked.timeline.iter().map(|entry| &entry.what).collect();
        assert_eq!(said, [&What::Placed, &What::Held, &What::NeedsCustomer]);
        // The first hold is over, the customer's time is not.
        city.clock.forward(5);
        city.backend().pay_now(&customer, order).await.expect("a question");
        let total = asked.bill.total.get();
        double.pay(&asked, "charge", total).await;
        let received = city.until(order, |view| view.line.shown != Shown::AwaitingPayment).await;
        assert_eq!((received.line.shown, received.taken.get()), (Shown::Received, total));
        assert_eq!(double.book().await, Book { taken: total, charges: 1, returned: 0 });
        city.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_who_are_held_go_on_soon_after_the_provider_is_back_though_nobody_orders_or_pays() {
    for (double, city) in cities().await {
        // One customer is at the provider's page: that goes on being so, whatever else works.
        let asked = city.order(double.method()).await.line.order;
        city.until(asked, |view| view.pay_url.is_some()).await;
        double.go_down(true);
        let mut held = Vec::new();
        while breaker(&city).await != BreakerState::Open {
            held.push(city.order(double.method()).await.line.order);
        }
        for _ in 0..12 {
            held.push(city.order(double.method()).await.line.order);
        }
        for order in &held {
            let view = city.until(*order, |view| view.line.shown == Shown::AwaitingPayment).await;
            assert_eq!(view.pay_url, None);
        }
        // Long enough for each to have been turned away: from then on all of them sleep.
        tokio::time::sleep(Duration::from_secs(2)).await;
        double.go_down(false);
        let back = monotonic();
        for order in &held {
            city.until(*order, |view| view.pay_url.is_some()).await;
        }
        // Left to themselves they sleep for half a minute and more.
        let took = back.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?}");
        assert_eq!(breaker(&city).await, BreakerState::Closed);
        assert!(city.look(asked).await.pay_url.is_some());
        city.close().await;
    }
}
