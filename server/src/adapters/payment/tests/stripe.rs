//! The adapter of Stripe against localstripe, which others wrote; what that lacks is added by its front.

use std::sync::Arc;

use axum::http::{HeaderMap, Method};
use domain::shared::Timestamp;

use super::stripe_double::{SECRET, Stripe};
use super::*;
use crate::adapters::clock::{Clock as _, ManualClock, SystemClock};
use crate::adapters::payment::{StripeGateway, WrongSignature, stripe_event_key};
use crate::adapters::secret::Secret;

/// The id of an order of this moment.
const ORDER: &str = "019ab000-0000-7000-8000-000000000001";
/// The moment that is in it, and a minute.
const NOW: Timestamp = Timestamp(0x019a_b000_0000 + 60_000);
const HOUR: i64 = 3_600_000;
/// Cards for trying out, by their numbers.
pub(super) const GOOD: &str = "4242424242424242";
pub(super) const DECLINED: &str = "4000000000000341";
pub(super) const ASKS: &str = "4000002500003155";

/// A shop at localstripe.
pub(super) struct Shop {
    pub(super) stripe: Stripe,
    clock: Arc<ManualClock>,
    pub(super) gateway: StripeGateway,
}

impl Shop {
    pub(super) async fn open() -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        let stripe = Stripe::start_by(Arc::<ManualClock>::clone(&clock)).await;
        let gateway = gateway(&stripe, &clock);
        Self { stripe, clock, gateway }
    }

    /// The server ends, and another begins that knows nothing.
    fn restart(&mut self) {
        self.gateway = gateway(&self.stripe, &self.clock);
    }

    /// A charge by a card with this number.
    pub(super) async fn by(&self, number: &str) -> ChargeRequest {
        ChargeRequest { key: format!("{ORDER}:charge"), ..by(&self.stripe.card(number).await) }
    }
}

fn gateway(stripe: &Stripe, clock: &Arc<ManualClock>) -> StripeGateway {
    let timeouts = Timeouts { connect: PATIENT, charge: PATIENT, other: PATIENT };
    let (back, clock) = ("https://food.example".to_owned(), Arc::<ManualClock>::clone(clock));
    StripeGateway::new(&stripe.base, Secret::new(SECRET), timeouts, 10, back, clock).expect("a gateway")
}

fn declined(code: &str) -> ChargeOutcome {
    ChargeOutcome::Declined { code: code.to_owned() }
}

#[tokio::test]
async fn an_approval_is_found_again_and_a_repeat_charges_nothing() {
    let mut shop = Shop::open().await;
    let request = shop.by(GOOD).await;
    // Looking makes an intent, and takes nothing.
    assert_eq!(shop.gateway.find_charge(&request).await, Ok(None));
    assert_eq!(shop.stripe.intents().await[0]["status"], "requires_confirmation");
    let id = approved(shop.gateway.charge(&request).await);
    assert_eq!(approved(shop.gateway.charge(&request).await), id);
    shop.restart();
    let found = shop.gateway.find_charge(&request).await.expect("an answer");
    assert_eq!(found.map(approved), Some(id));
    let intents = shop.stripe.intents().await;
    assert_eq!((intents.len(), shop.stripe.calls("/confirm")), (1, 1));
    assert_eq!((&intents[0]["amount"], &intents[0]["currency"]), (&json!(AMOUNT), &json!("krw")));
    assert_eq!(intents[0]["metadata"], json!({ "key": request.key, "order": "A-1" }));
}

#[tokio::test]
async fn a_declined_card_is_a_decline_and_stays_one() {
    let shop = Shop::open().await;
    let request = shop.by(DECLINED).await;
    let outcome = shop.gateway.charge(&request).await;
    // localstripe names the kind of this error otherwise than Stripe does: then the intent itself is asked.
    assert_eq!(outcome, declined("card_declined"));
    assert_eq!(shop.gateway.find_charge(&request).await, Ok(Some(declined("card_declined"))));
    assert_eq!(shop.gateway.charge(&request).await, declined("card_declined"));
    assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
}

#[tokio::test]
async fn a_card_that_stripe_does_not_know_is_a_decline() {
    let shop = Shop::open().await;
    let request = ChargeRequest { key: format!("{ORDER}:charge"), ..by("cash") };
    assert!(matches!(shop.gateway.charge(&request).await, ChargeOutcome::Declined { .. }));
    assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
    assert!(shop.stripe.intents().await.is_empty());
}

#[tokio::test]
async fn a_customer_who_is_asked_by_the_card_company_is_sent_there_and_approves_or_not() {
    let shop = Shop::open().await;
    for (approves, change) in [(true, 1), (false, 2)] {
        let key = format!("{ORDER}:change:{change}");
        let request = ChargeRequest { key: key.clone(), ..shop.by(ASKS).await };
        let ChargeOutcome::NeedsCustomer { url, until } = shop.gateway.charge(&request).await else {
            panic!("the customer is needed");
        };
        assert!(url.starts_with("https://hooks.stripe.com/"), "{url}");
        assert_eq!(until, Timestamp(NOW.0 + 10 * 60_000));
        let waits = ChargeOutcome::NeedsCustomer { url, until };
        assert_eq!(shop.gateway.find_charge(&request).await, Ok(Some(waits)));
        let intents = shop.stripe.intents().await;
        let intent = intents.iter().find(|intent| intent["metadata"]["key"] == key.as_str()).expect("it");
        shop.stripe.customer_decides(intent, approves).await;
        let found = shop.gateway.find_charge(&request).await.expect("an answer").expect("a record");
        if approves {
            assert_eq!(approved(found), intent["id"]);
        } else {
            assert_eq!(found, declined("payment_intent_authentication_failure"));
        }
    }
}

#[tokio::test]
async fn an_approval_without_an_answer_is_found_and_made_once() {
    let mut shop = Shop::open().await;
    let request = shop.by(GOOD).await;
    shop.stripe.lose_confirmations(true);
    tokio::select! {
        answer = shop.gateway.charge(&request) => panic!("answered: {answer:?}"),
        () = shop.stripe.until_called("/confirm") => {}
    }
    shop.stripe.lose_confirmations(false);
    shop.restart();
    let found = shop.gateway.find_charge(&request).await.expect("an answer");
    approved(found.expect("a record"));
    approved(shop.gateway.charge(&request).await);
    assert_eq!((shop.stripe.intents().await.len(), shop.stripe.calls("/confirm")), (1, 1));
}

#[tokio::test]
async fn what_is_void_takes_nothing_any_more_also_from_a_confirmation_that_comes_late() {
    let mut shop = Shop::open().await;
    for number in [GOOD, ASKS] {
        let key = format!("{ORDER}:change:{}", number.len() + shop.stripe.intents().await.len());
        let request = ChargeRequest { key, ..shop.by(number).await };
        if number == ASKS {
            assert!(matches!(shop.gateway.charge(&request).await, ChargeOutcome::NeedsCustomer { .. }));
        }
        for _ in 0..2 {
            assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
            shop.restart();
        }
        let intents = shop.stripe.intents().await;
        let intent = intents.iter().find(|intent| intent["metadata"]["key"] == request.key).expect("it");
        let late = format!("/v1/payment_intents/{}/confirm", intent["id"].as_str().expect("an id"));
        shop.stripe.ask(Method::POST, &late, &[]).await;
        assert_eq!(shop.gateway.charge(&request).await, declined("canceled"));
        assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
    }
    assert!(shop.stripe.intents().await.iter().all(|intent| intent["status"] == "canceled"));
}

#[tokio::test]
async fn voiding_what_was_taken_says_so() {
    let shop = Shop::open().await;
    let request = shop.by(GOOD).await;
    let id = approved(shop.gateway.charge(&request).await);
    assert_eq!(approved(shop.gateway.void(&request).await), id);
}

#[tokio::test]
async fn a_card_is_typed_at_stripes_page_and_charged_once() {
    let mut shop = Shop::open().await;
    let request = ChargeRequest { key: format!("{ORDER}:charge"), ..by("checkout") };
    let until = Timestamp(NOW.0 + 10 * 60_000);
    let page = "https://checkout.stripe.com/c/pay/cs_test_1".to_owned();
    let waits = ChargeOutcome::NeedsCustomer { url: page, until };
    assert_eq!(shop.gateway.charge(&request).await, waits);
    assert_eq!(shop.gateway.find_charge(&request).await, Ok(Some(waits)));
    let intent = shop.stripe.customer_pays().await;
    assert_eq!(approved(shop.gateway.charge(&request).await), intent);
    assert_eq!(approved(shop.gateway.void(&request).await), intent);
    assert_eq!(shop.gateway.refund(&refund(&intent, "r:1", AMOUNT)).await, Ok(()));
    assert_eq!(
        (shop.stripe.sessions(), shop.stripe.refunds().await),
        (vec!["complete".to_owned()], vec![AMOUNT])
    );
    // After a day it is found by the intent that it left.
    shop.clock.advance(25 * HOUR);
    shop.stripe.forget_keys();
    shop.restart();
    assert_eq!(approved(shop.gateway.void(&request).await), intent);
    assert_eq!(shop.stripe.sessions().len(), 1);
}

#[tokio::test]
async fn a_page_that_nobody_needs_any_more_is_closed_for_good() {
    let mut shop = Shop::open().await;
    let request = ChargeRequest { key: format!("{ORDER}:charge"), ..by("checkout") };
    // Also when it had not been opened yet.
    assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
    assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
    assert_eq!(shop.gateway.charge(&request).await, declined("expired"));
    assert_eq!(shop.stripe.sessions(), ["expired"]);
    // Nothing is opened for what is a day old.
    shop.stripe.forget_keys();
    shop.restart();
    shop.clock.set(Timestamp(NOW.0 + 24 * HOUR));
    assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
    assert_eq!(shop.gateway.charge(&request).await, declined("expired"));
    assert_eq!(shop.stripe.sessions().len(), 1);
}

#[tokio::test]
async fn a_page_that_was_opened_late_is_closed_with_its_order_all_the_same() {
    let mut shop = Shop::open().await;
    // The difference of a change, hours after the order: by itself the page would be there for 24 hours from now on.
    let request = ChargeRequest { key: format!("{ORDER}:change:1"), ..by("checkout") };
    shop.clock.advance(5 * HOUR);
    assert!(matches!(shop.gateway.charge(&request).await, ChargeOutcome::NeedsCustomer { .. }));
    // The first card is refused, and the customer may try another one.
    shop.stripe.customer_types(DECLINED).await;
    assert!(matches!(shop.gateway.charge(&request).await, ChargeOutcome::NeedsCustomer { .. }));
    // Stripe still knows the key, and by it the same session.
    shop.clock.set(Timestamp(NOW.0 + 23 * HOUR));
    shop.restart();
    assert_eq!(shop.gateway.charge(&request).await, declined("expired"));
    // Then it knows neither, and what is promised has to hold.
    shop.clock.set(Timestamp(NOW.0 + 24 * HOUR));
    shop.stripe.forget_keys();
    shop.restart();
    assert_eq!(shop.gateway.charge(&request).await, declined("card_declined"));
    assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Voided);
    assert_eq!(shop.stripe.sessions(), ["expired"]);
    assert_eq!(shop.stripe.intents().await[0]["status"], "canceled");
}

#[tokio::test]
async fn no_page_is_opened_for_less_than_half_an_hour_and_one_that_is_open_is_found() {
    let mut shop = Shop::open().await;
    let (known, fresh) = (
        ChargeRequest { key: format!("{ORDER}:change:1"), ..by("checkout") },
        ChargeRequest { key: format!("{ORDER}:change:2"), ..by("checkout") },
    );
    shop.clock.set(Timestamp(NOW.0 + 22 * HOUR));
    let page = shop.gateway.charge(&known).await;
    assert!(matches!(page, ChargeOutcome::NeedsCustomer { .. }), "{page:?}");
    shop.clock.set(Timestamp(NOW.0 + 22 * HOUR + HOUR / 2));
    shop.restart();
    for _ in 0..2 {
        assert_eq!(shop.gateway.charge(&fresh).await, declined("expired"));
        assert_eq!(shop.gateway.find_charge(&fresh).await, Ok(Some(declined("expired"))));
    }
    assert_eq!(shop.gateway.void(&fresh).await, ChargeOutcome::Voided);
    let found = shop.gateway.find_charge(&known).await.expect("an answer");
    assert!(matches!(found, Some(ChargeOutcome::NeedsCustomer { .. })), "{found:?}");
    assert_eq!(shop.stripe.sessions(), ["open"]);
    let intent = shop.stripe.customer_pays().await;
    assert_eq!(approved(shop.gateway.charge(&known).await), intent);
}

/// What Stripe says of this payment shows that it works; what it says of the shop does not.
#[tokio::test]
async fn an_answer_that_leaves_the_charge_open_is_told_from_one_that_says_nothing() {
    let shop = Shop::open().await;
    let request = ChargeRequest { key: format!("{ORDER}:charge"), ..by("checkout") };
    assert!(matches!(shop.gateway.charge(&request).await, ChargeOutcome::NeedsCustomer { .. }));
    // The same key for another address to come back to.
    let timeouts = Timeouts { connect: PATIENT, charge: PATIENT, other: PATIENT };
    let clock = Arc::<ManualClock>::clone(&shop.clock);
    let moved = StripeGateway::new(
        &shop.stripe.base,
        Secret::new(SECRET),
        timeouts,
        10,
        "https://other.example".to_owned(),
        clock,
    )
    .expect("a gateway");
    for answer in [moved.try_charge(&request).await, moved.try_void(&request).await] {
        assert!(matches!(answer, Err(GatewayError::Undecided { .. })), "{answer:?}");
    }
    shop.stripe.go_down(true);
    for answer in [moved.try_charge(&request).await, moved.try_void(&request).await] {
        assert!(matches!(answer, Err(GatewayError::Unavailable { .. })), "{answer:?}");
    }
}

#[tokio::test]
async fn after_a_day_what_stripe_has_forgotten_is_found_by_its_metadata() {
    let mut shop = Shop::open().await;
    let request = shop.by(GOOD).await;
    let id = approved(shop.gateway.charge(&request).await);
    shop.clock.advance(25 * HOUR);
    shop.stripe.forget_keys();
    shop.restart();
    assert_eq!(approved(shop.gateway.void(&request).await), id);
    assert_eq!(approved(shop.gateway.charge(&request).await), id);
    assert_eq!(shop.stripe.intents().await.len(), 1);
    // What was never asked for is not found, and made.
    let other = ChargeRequest { key: format!("{ORDER}:change:7"), ..shop.by(GOOD).await };
    assert_eq!(shop.gateway.void(&other).await, ChargeOutcome::Voided);
}

#[tokio::test]
async fn refunds_are_each_made_once_and_the_charge_stays_an_approval() {
    let shop = Shop::open().await;
    let request = shop.by(GOOD).await;
    let id = approved(shop.gateway.charge(&request).await);
    for _ in 0..2 {
        assert_eq!(shop.gateway.refund(&refund(&id, "r:1", 900)).await, Ok(()));
        shop.stripe.forget_keys();
    }
    shop.clock.advance(25 * HOUR);
    assert_eq!(shop.gateway.refund(&refund(&id, "r:2", 900)).await, Ok(()));
    assert_eq!(shop.stripe.refunds().await, [900, 900]);
    let nobodys = shop.gateway.refund(&refund("pi_nobodys", "r:3", 1)).await;
    assert!(matches!(nobodys, Err(GatewayError::Refused { .. })), "{nobodys:?}");
    assert_eq!(approved(shop.gateway.charge(&request).await), id);
}

#[tokio::test]
async fn a_refund_that_is_on_its_way_is_not_made_yet_and_one_that_failed_is_refused() {
    let shop = Shop::open().await;
    let id = approved(shop.gateway.charge(&shop.by(GOOD).await).await);
    let part = || refund(&id, "r:1", 900);
    for open in ["pending", "requires_action"] {
        shop.stripe.refund_stands("r:1", open);
        for _ in 0..2 {
            let answer = shop.gateway.refund(&part()).await;
            assert!(matches!(answer, Err(GatewayError::Undecided { .. })), "{open}: {answer:?}");
        }
    }
    for failed in ["failed", "canceled"] {
        shop.stripe.refund_stands("r:1", failed);
        let code = format!("refund_{failed}");
        assert_eq!(shop.gateway.refund(&part()).await, Err(GatewayError::Refused { code }));
    }
    assert_eq!(shop.stripe.refunds().await, [900], "asked about, it is not made again");
    // What was refused is asked for anew, once; and no more when the first one was made after all.
    let again = RefundRequest { key: "r:1:again:1".to_owned(), earlier: vec!["r:1".to_owned()], ..part() };
    for _ in 0..2 {
        assert_eq!(shop.gateway.refund(&again).await, Ok(()));
        shop.stripe.forget_keys();
    }
    assert_eq!(shop.stripe.refunds().await, [900, 900]);
    shop.stripe.refund_stands("r:1", "succeeded");
    let third = RefundRequest {
        key: "r:1:again:2".to_owned(),
        earlier: vec!["r:1".to_owned(), "r:1:again:1".to_owned()],
        ..part()
    };
    assert_eq!(shop.gateway.refund(&third).await, Ok(()));
    assert_eq!(shop.stripe.refunds().await, [900, 900]);
}

#[tokio::test]
async fn while_stripe_is_down_nothing_is_known_and_afterwards_it_is_done_once() {
    let shop = Shop::open().await;
    let request = shop.by(GOOD).await;
    shop.stripe.go_down(true);
    assert_eq!(shop.gateway.charge(&request).await, ChargeOutcome::Unknown);
    assert_eq!(shop.gateway.void(&request).await, ChargeOutcome::Unknown);
    let found = shop.gateway.find_charge(&request).await;
    assert!(matches!(found, Err(GatewayError::Unavailable { .. })), "{found:?}");
    shop.stripe.go_down(false);
    let id = approved(shop.gateway.charge(&request).await);
    shop.stripe.go_down(true);
    let refunded = shop.gateway.refund(&refund(&id, "r:1", AMOUNT)).await;
    assert!(matches!(refunded, Err(GatewayError::Unavailable { .. })), "{refunded:?}");
    shop.stripe.go_down(false);
    assert_eq!(shop.gateway.refund(&refund(&id, "r:1", AMOUNT)).await, Ok(()));
    assert_eq!(shop.stripe.refunds().await, [AMOUNT]);
}

#[tokio::test]
async fn test_cards_are_offered_with_a_test_key_alone() {
    let gateway = |key: &str| {
        let timeouts = Timeouts { connect: BRIEF, charge: BRIEF, other: BRIEF };
        let clock = Arc::new(ManualClock::at(NOW));
        StripeGateway::new("https://api.stripe.com", Secret::new(key), timeouts, 10, String::new(), clock)
            .expect("a gateway")
    };
    assert_eq!(gateway(SECRET).cards().await.len(), 4);
    let live = gateway("sk_live_0123456789abcdef").cards().await;
    assert_eq!(live.iter().map(|card| card.token.as_str()).collect::<Vec<_>>(), ["checkout"]);
}

/// localstripe signs its calls as Stripe does.
#[tokio::test]
async fn what_stripe_tells_by_itself_is_believed_when_it_is_signed() {
    let secret = Secret::new("whsec_0123456789abcdef");
    let (sender, mut calls) = tokio::sync::mpsc::unbounded_channel();
    let router = Router::new().route(
        "/webhooks/stripe",
        axum::routing::post(move |headers: HeaderMap, body: axum::body::Bytes| {
            let signature = headers["stripe-signature"].to_str().expect("a header").to_owned();
            sender.send((signature, body)).expect("somebody who listens");
            async {}
        }),
    );
    let listener = free_port().await;
    let url = format!("http://{}/webhooks/stripe", listener.local_addr().expect("an address"));
    tokio::spawn(async { axum::serve(listener, router).await });

    let shop = Shop::open().await;
    let form = [("url", url.as_str()), ("secret", secret.reveal())];
    shop.stripe.ask(Method::POST, "/_config/webhooks/shop", &form).await;
    let request = shop.by(GOOD).await;
    approved(shop.gateway.charge(&request).await);
    let now = SystemClock.now();
    let (signature, body) = loop {
        let (signature, body) = calls.recv().await.expect("a call");
        let event: Value = serde_json::from_slice(&body).expect("JSON");
        if event["type"] == "payment_intent.succeeded" {
            break (signature, body);
        }
    };
    assert_eq!(stripe_event_key(&body, &signature, &secret, now), Ok(Some(request.key)));
    // Changed, signed by somebody else, or old: not believed.
    let changed = String::from_utf8(body.to_vec()).expect("text").replace(ORDER, &ORDER.replace('1', "2"));
    let other = Secret::new("whsec_other");
    let later = Timestamp(now.0 + 10 * 60_000);
    for (body, signature, secret, now) in [
        (changed.as_bytes(), signature.as_str(), &secret, now),
        (&body, &signature, &other, now),
        (&body, &signature, &secret, later),
        (&body, "", &secret, now),
        (&body, "t=1,v1=", &secret, now),
        (&body, &signature.replace("v1=", "v0="), &secret, now),
    ] {
        assert_eq!(stripe_event_key(body, signature, secret, now), Err(WrongSignature), "{signature}");
    }
}
