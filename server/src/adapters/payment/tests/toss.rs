//! The adapter of Toss Payments against a double that keeps a book.

use std::sync::Arc;

use domain::shared::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::toss_double::{Ledger, Mode, SECRET, Toss};
use super::*;
use crate::adapters::clock::{Clock as _, ManualClock, new_uuid};
use crate::adapters::payment::{Known, TossGateway, toss_charge_key, toss_order_id};
use crate::adapters::secret::Secret;

mod refunds;

pub(super) const ORDER: &str = "01920000-0000-7000-8000-000000000001_charge";
const NOW: Timestamp = Timestamp(1_795_413_600_000);
const MINUTE: i64 = 60_000;

/// A shop at the double.
pub(super) struct Shop {
    pub(super) toss: Toss,
    clock: Arc<ManualClock>,
    returned: Known,
    pub(super) gateway: TossGateway,
}

impl Shop {
    /// Open long enough that no confirmation of an earlier process can be on its way.
    pub(super) async fn open() -> Self {
        let toss = Toss::start().await;
        let clock = Arc::new(ManualClock::at(NOW));
        let returned = Known::default();
        let gateway = gateway(&toss, &clock, &returned);
        clock.advance(10 * MINUTE);
        Self { toss, clock, returned, gateway }
    }

    /// Asks for the money and gives up once the provider, which behaves like this, has come so far.
    pub(super) async fn give_up(&self, mode: Mode, come: impl Fn(Ledger) -> bool) {
        self.toss.behave(mode);
        let asked = request();
        tokio::select! {
            answer = self.gateway.charge(&asked) => panic!("answered: {answer:?}"),
            () = self.toss.until(come) => {}
        }
    }

    fn needs_customer(&self) -> ChargeOutcome {
        let until = Timestamp(NOW.0 + 20 * MINUTE);
        ChargeOutcome::NeedsCustomer { url: format!("/pay/toss/{ORDER}"), until }
    }
}

fn gateway(toss: &Toss, clock: &Arc<ManualClock>, returned: &Known) -> TossGateway {
    let timeouts = Timeouts { connect: PATIENT, charge: PATIENT, other: PATIENT };
    let (clock, returned) = (Arc::<ManualClock>::clone(clock), returned.clone());
    TossGateway::new(&toss.base, Secret::new(SECRET), timeouts, 10, clock, returned).expect("a gateway")
}

pub(super) fn request() -> ChargeRequest {
    ChargeRequest { key: ORDER.replace('_', ":"), ..by("toss") }
}

fn declined(code: &str) -> ChargeOutcome {
    ChargeOutcome::Declined { code: code.to_owned() }
}

#[tokio::test]
async fn until_the_customer_has_approved_the_order_leads_to_the_payment_page() {
    let shop = Shop::open().await;
    assert_eq!(shop.gateway.charge(&request()).await, shop.needs_customer());
    shop.toss.open(ORDER, AMOUNT);
    assert_eq!(shop.gateway.charge(&request()).await, shop.needs_customer());
    assert_eq!(shop.gateway.find_charge(&request()).await, Ok(Some(shop.needs_customer())));
    assert_eq!(shop.toss.ledger().money(), (0, 0, 0));
}

#[tokio::test]
async fn what_the_customer_approved_is_taken_once_and_found_again() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    // Looking takes nothing.
    assert_eq!(shop.gateway.find_charge(&request()).await, Ok(None));
    assert_eq!(shop.toss.ledger().money(), (0, 0, 0));
    for _ in 0..3 {
        assert_eq!(approved(shop.gateway.charge(&request()).await), key);
    }
    let found = shop.gateway.find_charge(&request()).await.expect("an answer");
    assert_eq!(found.map(approved), Some(key));
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 0, 1));
}

#[tokio::test]
async fn another_amount_than_the_order_costs_is_never_taken() {
    for amount in [100, AMOUNT - 1, AMOUNT + 1] {
        let shop = Shop::open().await;
        shop.toss.approve(ORDER, amount, "카드");
        assert_eq!(shop.gateway.charge(&request()).await, declined("other_amount"));
        assert_eq!(shop.gateway.find_charge(&request()).await, Ok(Some(declined("other_amount"))));
        assert_eq!(shop.toss.ledger().money(), (0, 0, 0));
    }
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    shop.toss.set(&key, "currency", json!("USD"));
    assert_eq!(shop.gateway.charge(&request()).await, declined("other_amount"));
}

#[tokio::test]
async fn toss_is_asked_for_payment_keys_alone_whatever_the_browser_brought_back() {
    let shop = Shop::open().await;
    shop.toss.open(ORDER, AMOUNT);
    let looked_up = || shop.toss.ledger().looked_up;
    for strange in ["", "confirm", "CONFIRM", "orders", "key-in", "a=b", "a/b", "결제", &"k".repeat(201)] {
        shop.returned.note(ORDER, strange);
        assert_eq!(shop.gateway.charge(&request()).await, shop.needs_customer(), "{strange}");
        assert_eq!(looked_up(), 0, "{strange}");
    }
    shop.returned.note(ORDER, "tviva_20261127-Ab9");
    assert_eq!(shop.gateway.charge(&request()).await, shop.needs_customer());
    assert_eq!(looked_up(), 1);
}

#[tokio::test]
async fn no_kitchen_waits_for_a_transfer() {
    let shop = Shop::open().await;
    shop.toss.approve(ORDER, AMOUNT, "가상계좌");
    assert_eq!(shop.gateway.charge(&request()).await, declined("paid_later"));
    assert_eq!(shop.toss.ledger().money(), (0, 0, 0));
}

#[tokio::test]
async fn a_payment_that_is_only_found_by_what_the_customer_brought_back_is_taken_too() {
    let shop = Shop::open().await;
    shop.toss.hide_open_payments();
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    assert_eq!(shop.gateway.charge(&request()).await, shop.needs_customer());
    // A payment of somebody else's order, and what is no payment key at all, lead nowhere.
    let another = shop.toss.approve("another_order", AMOUNT, "카드");
    for strange in [another.as_str(), "../../secrets", "", "a b"] {
        shop.returned.note(ORDER, strange);
        assert_eq!(shop.gateway.charge(&request()).await, shop.needs_customer(), "{strange}");
    }
    shop.returned.note(ORDER, &key);
    assert_eq!(approved(shop.gateway.charge(&request()).await), key);
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 0, 1));
}

#[tokio::test]
async fn a_card_that_is_refused_is_a_decline_with_its_code() {
    let shop = Shop::open().await;
    shop.toss.approve(ORDER, AMOUNT, "카드");
    shop.toss.refuse(403, "REJECT_CARD_PAYMENT");
    assert_eq!(shop.gateway.charge(&request()).await, declined("REJECT_CARD_PAYMENT"));
    let found = shop.gateway.find_charge(&request()).await;
    assert_eq!(found, Ok(Some(declined("REJECT_CARD_PAYMENT"))));
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    shop.toss.set(&key, "status", json!("EXPIRED"));
    assert_eq!(shop.gateway.charge(&request()).await, declined("EXPIRED_PAYMENT"));
    assert_eq!(shop.toss.ledger().money(), (0, 0, 0));
}

#[tokio::test]
async fn what_says_nothing_of_the_money_leaves_it_unknown() {
    for (status, code) in [
        (400, "PROVIDER_ERROR"),
        (400, "INVALID_API_KEY"),
        (401, "UNAUTHORIZED_KEY"),
        (409, "IDEMPOTENT_REQUEST_PROCESSING"),
        (429, "TOO_MANY_REQUESTS"),
        (500, "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING"),
    ] {
        let shop = Shop::open().await;
        shop.toss.approve(ORDER, AMOUNT, "카드");
        shop.toss.refuse(status, code);
        assert_eq!(shop.gateway.charge(&request()).await, ChargeOutcome::Unknown, "{code}");
    }
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    shop.toss.behave(Mode::Down);
    assert_eq!(shop.gateway.charge(&request()).await, ChargeOutcome::Unknown);
    let found = shop.gateway.find_charge(&request()).await;
    assert!(matches!(found, Err(GatewayError::Unavailable { .. })), "{found:?}");
    shop.toss.behave(Mode::Normal);
    shop.toss.set(&key, "status", json!("DANCING"));
    assert_eq!(shop.gateway.charge(&request()).await, ChargeOutcome::Unknown);
    shop.toss.set(&key, "status", json!("WAITING_FOR_DEPOSIT"));
    assert_eq!(shop.gateway.charge(&request()).await, ChargeOutcome::Unknown);
}

#[tokio::test]
async fn a_shop_with_a_wrong_key_learns_and_takes_nothing() {
    let shop = Shop::open().await;
    shop.toss.approve(ORDER, AMOUNT, "카드");
    let timeouts = Timeouts { connect: PATIENT, charge: PATIENT, other: PATIENT };
    let clock = Arc::<ManualClock>::clone(&shop.clock);
    let stranger = TossGateway::new(
        &shop.toss.base,
        Secret::new("test_sk_other"),
        timeouts,
        10,
        clock,
        Known::default(),
    )
    .expect("a gateway");
    assert_eq!(stranger.charge(&request()).await, ChargeOutcome::Unknown);
    assert_eq!(stranger.void(&request()).await, ChargeOutcome::Unknown);
}

#[tokio::test]
async fn an_approval_without_an_answer_is_found_and_taken_once() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    shop.give_up(Mode::Silent, |ledger| ledger.taken == AMOUNT).await;
    shop.toss.behave(Mode::Normal);
    let found = shop.gateway.find_charge(&request()).await.expect("an answer");
    assert_eq!(found.map(approved), Some(key));
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 0, 1));
}

#[tokio::test]
async fn what_is_void_is_never_taken_whatever_the_customer_does_later() {
    let shop = Shop::open().await;
    assert_eq!(shop.gateway.void(&request()).await, ChargeOutcome::Voided);
    shop.toss.open(ORDER, AMOUNT);
    assert_eq!(shop.gateway.void(&request()).await, ChargeOutcome::Voided);
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    assert_eq!(shop.gateway.void(&request()).await, ChargeOutcome::Voided);
    for status in ["ABORTED", "EXPIRED"] {
        shop.toss.set(&key, "status", json!(status));
        assert_eq!(shop.gateway.void(&request()).await, ChargeOutcome::Voided);
    }
    assert_eq!(shop.toss.ledger().money(), (0, 0, 0));
}

#[tokio::test]
async fn voiding_what_was_taken_says_so() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    approved(shop.gateway.charge(&request()).await);
    assert_eq!(approved(shop.gateway.void(&request()).await), key);
}

#[tokio::test]
async fn while_a_confirmation_may_be_on_its_way_nothing_is_promised() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    shop.give_up(Mode::AtTheDoor, |ledger| ledger.at_the_door == 1).await;
    shop.clock.advance(9 * MINUTE);
    assert_eq!(shop.gateway.void(&request()).await, ChargeOutcome::Unknown);
    // Another payment of the same order, refused or of another amount, is not the whole story either.
    let second = shop.toss.approve(ORDER, 100, "카드");
    let unsure = shop.gateway.find_charge(&request()).await;
    assert!(matches!(unsure, Err(GatewayError::Undecided { .. })), "{unsure:?}");
    shop.toss.set(&second, "status", json!("ABORTED"));
    assert_eq!(shop.gateway.void(&request()).await, ChargeOutcome::Unknown);
    // It arrives after all: what it took is told, so that it goes back.
    shop.toss.let_in();
    shop.toss.until(|ledger| ledger.taken == AMOUNT).await;
    shop.toss.set(&second, "orderId", json!("forgotten"));
    assert_eq!(approved(shop.gateway.void(&request()).await), key);
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 0, 1));
}

/// A confirmation that was sent before a crash may arrive although Toss shows nothing of the payment, or another one.
#[tokio::test]
async fn after_a_crash_nothing_is_promised_until_nothing_of_before_can_arrive() {
    let waits: fn(&Toss) = |_| {};
    let hidden: fn(&Toss) = Toss::hide_open_payments;
    let opened_again: fn(&Toss) = |toss| drop(toss.open(ORDER, AMOUNT));
    let refused_again: fn(&Toss) = |toss| {
        let second = toss.approve(ORDER, AMOUNT, "카드");
        toss.set(&second, "status", json!("ABORTED"));
    };
    for seen in [waits, hidden, opened_again, refused_again] {
        let shop = Shop::open().await;
        let key = shop.toss.approve(ORDER, AMOUNT, "카드");
        shop.give_up(Mode::AtTheDoor, |ledger| ledger.at_the_door == 1).await;
        seen(&shop.toss);
        let restarted = gateway(&shop.toss, &shop.clock, &Known::default());
        for minutes in [0, 9] {
            shop.clock.set(Timestamp(NOW.0 + (10 + minutes) * MINUTE));
            let answer = restarted.try_void(&request()).await;
            assert!(matches!(answer, Err(GatewayError::Undecided { .. })), "{answer:?}");
        }
        let unsure = restarted.find_charge(&request()).await;
        assert!(!matches!(unsure, Ok(Some(ChargeOutcome::Declined { .. }))), "{unsure:?}");
        // It arrives: what it took is told, so that it goes back.
        shop.toss.let_in();
        shop.toss.until(|ledger| ledger.taken == AMOUNT).await;
        shop.toss.only(&key);
        assert_eq!(approved(restarted.void(&request()).await), key);
    }
}

#[tokio::test]
async fn after_a_restart_what_was_never_taken_is_void_in_the_end_and_what_is_new_at_once() {
    let shop = Shop::open().await;
    shop.toss.approve(ORDER, AMOUNT, "카드");
    let restarted = gateway(&shop.toss, &shop.clock, &shop.returned);
    assert_eq!(restarted.void(&request()).await, ChargeOutcome::Unknown);
    // An order that was placed since: nobody can have confirmed it before.
    shop.clock.advance(MINUTE);
    let order = domain::shared::OrderId(new_uuid(shop.clock.now()));
    let fresh = ChargeRequest { key: format!("{order}:charge"), ..request() };
    assert_eq!(restarted.void(&fresh).await, ChargeOutcome::Voided);
    assert_eq!(restarted.void(&request()).await, ChargeOutcome::Unknown);
    shop.clock.advance(9 * MINUTE);
    assert_eq!(restarted.void(&request()).await, ChargeOutcome::Voided);
}

/// What Toss says of this payment shows that it works; what it says of itself or of the shop does not.
#[tokio::test]
async fn an_answer_that_leaves_the_charge_open_is_told_from_one_that_says_nothing() {
    for (status, code, undecided) in [
        (400, "PROVIDER_ERROR", true),
        (400, "ALREADY_PROCESSED_PAYMENT", true),
        (409, "IDEMPOTENT_REQUEST_PROCESSING", true),
        (400, "INVALID_API_KEY", false),
        (401, "UNAUTHORIZED_KEY", false),
        (429, "TOO_MANY_REQUESTS", true),
        (500, "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", false),
    ] {
        let shop = Shop::open().await;
        shop.toss.approve(ORDER, AMOUNT, "카드");
        shop.toss.refuse(status, code);
        let answer = shop.gateway.try_charge(&request()).await;
        match answer {
            Err(GatewayError::Undecided { .. }) => assert!(undecided, "{code}"),
            Err(GatewayError::Unavailable { .. }) => assert!(!undecided, "{code}"),
            other => panic!("{code}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_one_way_to_pay_is_the_window() {
    let cards = Shop::open().await.gateway.cards().await;
    assert_eq!(cards.len(), 1);
    assert!(cards[0].name.en.is_some() && cards[0].description.en.is_some());
}

#[test]
fn every_charge_has_an_order_id_of_its_own_that_leads_back() {
    let uuid = "01920000-0000-7000-8000-000000000001";
    for key in [format!("{uuid}:charge"), format!("{uuid}:change:1"), format!("{uuid}:change:4294967295")] {
        let id = toss_order_id(&key).expect("an order id");
        assert!((6..=64).contains(&id.len()));
        assert!(id.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_=".contains(sign)), "{id}");
        assert_eq!(toss_charge_key(&id), Some(key));
    }
    // What could be mistaken for another, or does not fit, has none.
    for key in ["a_b:charge", "short", "배달:charge", &"x".repeat(65)] {
        assert_eq!(toss_order_id(key), None, "{key}");
    }
    assert_eq!(toss_charge_key("a:b_charge"), None);
}

/// Whoever answers at the address has to show who it is before it hears anything.
#[tokio::test]
async fn nothing_is_told_to_an_address_that_cannot_show_a_certificate() {
    let listener = free_port().await;
    let base = format!("https://{}", listener.local_addr().expect("an address"));
    let listening = tokio::spawn(async move {
        let (mut caller, _) = listener.accept().await.expect("a caller");
        let mut heard = vec![0; 4_096];
        let length = caller.read(&mut heard).await.expect("a greeting");
        caller.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("an answer");
        heard.truncate(length);
        heard
    });
    let timeouts = Timeouts { connect: PATIENT, charge: PATIENT, other: PATIENT };
    let clock = Arc::new(ManualClock::at(NOW));
    let gateway = TossGateway::new(&base, Secret::new(SECRET), timeouts, 10, clock, Known::default());
    let outcome = gateway.expect("a gateway").charge(&request()).await;
    assert_eq!(outcome, ChargeOutcome::Unknown);
    // A handshake of TLS, which holds no header.
    let heard = listening.await.expect("no panic");
    assert_eq!(heard.first(), Some(&0x16));
    assert!(!String::from_utf8_lossy(&heard).contains("HTTP"));
}

#[test]
fn a_secret_goes_to_no_address_where_others_can_read_it() {
    let timeouts = Timeouts { connect: BRIEF, charge: BRIEF, other: BRIEF };
    for url in ["http://api.tosspayments.com", "http://10.0.0.1", "ftp://127.0.0.1", "", "mailto:x"] {
        let clock = Arc::new(ManualClock::at(NOW));
        let gateway = TossGateway::new(url, Secret::new(SECRET), timeouts, 10, clock, Known::default());
        assert!(matches!(gateway.map(drop), Err(GatewayError::Address { .. })), "{url}");
    }
}
