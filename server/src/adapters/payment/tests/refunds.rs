//! Giving money back.

use super::*;

fn refused(code: &str) -> Result<(), GatewayError> {
    Err(GatewayError::Refused { code: code.to_owned() })
}

#[tokio::test]
async fn a_refund_repeated_gives_back_once_and_the_charge_stays_an_approval() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    let id = approved(gateway.charge(&by("tok_approve")).await);
    for _ in 0..3 {
        assert_eq!(gateway.refund(&refund(&id, "r1", AMOUNT)).await, Ok(()));
    }
    assert_eq!(provider.ledger().await, (1, AMOUNT, 1, AMOUNT));
    // Cancelled at the provider: an approval still, whose refund is known by its own key.
    assert_eq!(approved(gateway.charge(&by("tok_approve")).await), id);
    let found = gateway.find_charge(&by("tok_approve")).await.expect("an answer");
    assert_eq!(found.map(approved), Some(id));
}

#[tokio::test]
async fn parts_add_up_to_the_approval_and_not_a_won_more() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    let id = approved(gateway.charge(&by("tok_approve")).await);
    assert_eq!(gateway.refund(&refund(&id, "r1", 900)).await, Ok(()));
    let found = gateway.find_charge(&by("tok_approve")).await.expect("an answer");
    assert_eq!(found.map(approved).as_deref(), Some(id.as_str()));
    let too_much = gateway.refund(&refund(&id, "r2", AMOUNT)).await;
    assert_eq!(too_much, refused("amount_exceeds_rest"));
    assert_eq!(gateway.refund(&refund(&id, "r3", AMOUNT - 900)).await, Ok(()));
    assert_eq!(provider.ledger().await, (1, AMOUNT, 2, AMOUNT));
}

#[tokio::test]
async fn what_was_never_approved_is_not_given_back() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    assert!(matches!(gateway.charge(&by("tok_needs_customer")).await, ChargeOutcome::NeedsCustomer { .. }));
    assert_eq!(gateway.refund(&refund("pay_no/such?id", "r1", 1)).await, refused("not_found"));
    let id = approved(gateway.charge(&ChargeRequest { key: "second".to_owned(), ..by("tok_approve") }).await);
    assert_eq!(gateway.refund(&refund(&id, "r2", 1_000)).await, Ok(()));
    let another_body = gateway.refund(&refund(&id, "r2", 2_000)).await;
    assert_eq!(another_body, refused("idempotency_mismatch"));
    assert_eq!(provider.ledger().await, (1, AMOUNT, 1, 1_000));
}

#[tokio::test]
async fn a_refund_while_the_provider_is_away_is_made_once_it_is_back() {
    let mut provider = Provider::start().await;
    let gateway = provider.gateway();
    let id = approved(gateway.charge(&by("tok_approve")).await);
    provider.stop().await;
    let away = gateway.refund(&refund(&id, "r1", AMOUNT)).await;
    assert!(matches!(away, Err(GatewayError::Unavailable { .. })), "{away:?}");
    provider.start_again().await;
    assert_eq!(gateway.refund(&refund(&id, "r1", AMOUNT)).await, Ok(()));
    assert_eq!(provider.ledger().await, (1, AMOUNT, 1, AMOUNT));
}
