//! Giving money back at Toss.

use serde_json::json;

use super::*;

#[tokio::test]
async fn refunds_add_up_to_the_approval_and_each_is_made_once() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    approved(shop.gateway.charge(&request()).await);
    for _ in 0..2 {
        assert_eq!(shop.gateway.refund(&refund(&key, "r:1", 900)).await, Ok(()));
        // Also when Toss has forgotten the header's keys.
        shop.toss.forget_keys();
    }
    // The same amount under another key is another refund.
    assert_eq!(shop.gateway.refund(&refund(&key, "r:2", 900)).await, Ok(()));
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 1_800, 1));
    let code = "NOT_CANCELABLE_AMOUNT".to_owned();
    let too_much = shop.gateway.refund(&refund(&key, "r:3", AMOUNT)).await;
    assert_eq!(too_much, Err(GatewayError::Refused { code }));
    assert_eq!(shop.gateway.refund(&refund(&key, "r:4", AMOUNT - 1_800)).await, Ok(()));
    let code = "ALREADY_CANCELED_PAYMENT".to_owned();
    assert_eq!(shop.gateway.refund(&refund(&key, "r:5", 1)).await, Err(GatewayError::Refused { code }));
    let code = "NOT_FOUND_PAYMENT".to_owned();
    assert_eq!(shop.gateway.refund(&refund("nobodys", "r:6", 1)).await, Err(GatewayError::Refused { code }));
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, AMOUNT, 1));
    // Cancelled at Toss it is an approval still, of the whole amount.
    assert_eq!(approved(shop.gateway.charge(&request()).await), key);
}

#[tokio::test]
async fn a_refusal_is_repeated_under_its_key_and_another_key_gives_back_once() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    approved(shop.gateway.charge(&request()).await);
    let refused = Err(GatewayError::Refused { code: "NOT_CANCELABLE_PAYMENT".to_owned() });
    shop.toss.set(&key, "status", json!("WAITING_FOR_DEPOSIT"));
    assert_eq!(shop.gateway.refund(&refund(&key, "r:1", 900)).await, refused);
    shop.toss.set(&key, "status", json!("DONE"));
    assert_eq!(shop.gateway.refund(&refund(&key, "r:1", 900)).await, refused, "Toss says it again");
    let again = RefundRequest {
        key: "r:1:again:1".to_owned(),
        earlier: vec!["r:1".to_owned()],
        ..refund(&key, "", 900)
    };
    for _ in 0..2 {
        assert_eq!(shop.gateway.refund(&again).await, Ok(()));
        shop.toss.forget_keys();
    }
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 900, 1));
    // What was given back under an earlier key is not given back again.
    let third = RefundRequest {
        key: "r:1:again:2".to_owned(),
        earlier: vec!["r:1".to_owned(), "r:1:again:1".to_owned()],
        ..refund(&key, "", 900)
    };
    assert_eq!(shop.gateway.refund(&third).await, Ok(()));
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 900, 1));
}

#[tokio::test]
async fn a_refund_without_an_answer_is_not_made_again() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    approved(shop.gateway.charge(&request()).await);
    shop.toss.behave(Mode::Down);
    let lost = shop.gateway.refund(&refund(&key, "r:1", 900)).await;
    assert!(matches!(lost, Err(GatewayError::Unavailable { .. })), "{lost:?}");
    shop.toss.behave(Mode::Silent);
    let request = refund(&key, "r:1", 900);
    tokio::select! {
        answer = shop.gateway.refund(&request) => panic!("answered: {answer:?}"),
        () = shop.toss.until(|ledger| ledger.returned == 900) => {}
    }
    shop.toss.behave(Mode::Normal);
    assert_eq!(shop.gateway.refund(&refund(&key, "r:1", 900)).await, Ok(()));
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 900, 1));
}

/// It says nothing of the money, and shows that Toss works.
#[tokio::test]
async fn a_request_that_follows_too_closely_on_another_is_made_again_later() {
    let shop = Shop::open().await;
    let key = shop.toss.approve(ORDER, AMOUNT, "카드");
    for mode in [Mode::Hurried, Mode::HurriedAtWork] {
        shop.toss.behave(mode);
        let charged = shop.gateway.try_charge(&request()).await;
        assert!(matches!(charged, Err(GatewayError::Undecided { .. })), "{mode:?}: {charged:?}");
    }
    shop.toss.behave(Mode::Hurried);
    let found = shop.gateway.find_charge(&request()).await;
    assert!(matches!(found, Err(GatewayError::Undecided { .. })), "{found:?}");
    shop.toss.behave(Mode::Normal);
    approved(shop.gateway.charge(&request()).await);
    for mode in [Mode::Hurried, Mode::HurriedAtWork] {
        shop.toss.behave(mode);
        let refunded = shop.gateway.refund(&refund(&key, "r:1", 900)).await;
        assert!(matches!(refunded, Err(GatewayError::Undecided { .. })), "{mode:?}: {refunded:?}");
    }
    shop.toss.behave(Mode::Normal);
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 0, 1));
    assert_eq!(shop.gateway.refund(&refund(&key, "r:1", 900)).await, Ok(()));
    assert_eq!(shop.toss.ledger().money(), (AMOUNT, 900, 1));
}
