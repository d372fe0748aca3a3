//! What each test card, a slow, a silent and a stopped provider come out as.

use super::*;

#[tokio::test]
async fn an_approval_is_found_again_and_a_repeat_charges_nothing() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    let request = by("tok_approve");
    assert_eq!(gateway.find_charge(&request).await, Ok(None));
    let id = approved(gateway.charge(&request).await);
    assert_eq!(approved(gateway.charge(&request).await), id);
    let found = gateway.find_charge(&request).await.expect("an answer");
    assert_eq!(found.map(approved), Some(id));
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn a_decline_carries_the_providers_code_and_is_found_again() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    for (card, code) in [("tok_decline", "insufficient_funds"), ("tok_expired", "expired_card")] {
        let request = ChargeRequest { key: card.to_owned(), ..by(card) };
        let declined = ChargeOutcome::Declined { code: code.to_owned() };
        assert_eq!(gateway.charge(&request).await, declined);
        assert_eq!(gateway.find_charge(&request).await, Ok(Some(declined)));
    }
    assert_eq!(provider.ledger().await, (0, 0, 0, 0));
}

#[tokio::test]
async fn a_request_that_the_provider_refuses_to_read_is_a_decline() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    let too_much = ChargeRequest { amount: won(100_000_001), ..by("tok_approve") };
    for (request, code) in [(by("tok_unheard_of"), "unknown_card"), (too_much, "bad_amount")] {
        let declined = ChargeOutcome::Declined { code: code.to_owned() };
        assert_eq!(gateway.charge(&request).await, declined);
    }
    assert_eq!(provider.ledger().await, (0, 0, 0, 0));
}

#[tokio::test]
async fn another_request_under_a_used_key_says_nothing_of_the_first() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    let id = approved(gateway.charge(&by("tok_approve")).await);
    let answer = gateway.try_charge(&by("tok_decline")).await;
    assert!(matches!(answer, Err(GatewayError::Undecided { .. })), "{answer:?}");
    let found = gateway.find_charge(&by("tok_approve")).await.expect("an answer");
    assert_eq!(found.map(approved), Some(id));
}

#[tokio::test]
async fn a_slow_approval_is_waited_for_within_the_time_out() {
    let provider = Provider::start().await;
    approved(provider.gateway().charge(&by("tok_slow")).await);
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn a_slow_approval_that_was_given_up_is_adopted_at_the_next_try() {
    let provider = Provider::start_with(|config| config.slow_ms = 3_000).await;
    let request = by("tok_slow");
    assert_eq!(provider.impatient().charge(&request).await, ChargeOutcome::Unknown);
    // No record yet, although the approval is under way.
    assert_eq!(provider.gateway().find_charge(&request).await, Ok(None));
    approved(provider.gateway().charge(&request).await);
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn an_approval_without_an_answer_is_found_by_its_key() {
    let provider = Provider::start().await;
    let gateway = gateway(&provider.base, Duration::from_secs(2));
    let request = by("tok_no_answer");
    let asked = monotonic();
    assert_eq!(gateway.charge(&request).await, ChargeOutcome::Unknown);
    assert!(asked.elapsed() < PATIENT, "the time-out held");
    let found = gateway.find_charge(&request).await.expect("an answer");
    approved(found.expect("a record"));
    assert_eq!(gateway.charge(&request).await, ChargeOutcome::Unknown);
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn a_hanging_charge_times_out_and_delays_no_other() {
    let provider = Provider::start().await;
    let gateway = gateway(&provider.base, Duration::from_secs(3));
    let other = ChargeRequest { key: "other".to_owned(), ..by("tok_approve") };
    let hanging = by("tok_hang");
    let mut hang = gateway.charge(&hanging);
    tokio::select! {
        biased;
        given_up = &mut hang => panic!("the other waited until {given_up:?}"),
        outcome = gateway.charge(&other) => drop(approved(outcome)),
    }
    assert_eq!(hang.await, ChargeOutcome::Unknown);
    assert_eq!(gateway.find_charge(&hanging).await, Ok(None));
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn after_an_error_the_same_key_charges_once() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    let request = by("tok_error");
    assert_eq!(gateway.charge(&request).await, ChargeOutcome::Unknown);
    assert_eq!(gateway.find_charge(&request).await, Ok(None));
    let id = approved(gateway.charge(&request).await);
    assert_eq!(approved(gateway.charge(&request).await), id);
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn a_provider_that_always_fails_leaves_it_unknown_and_takes_nothing() {
    let provider = Provider::start().await;
    let gateway = provider.gateway();
    for _ in 0..3 {
        assert_eq!(gateway.charge(&by("tok_error_always")).await, ChargeOutcome::Unknown);
    }
    assert_eq!(provider.ledger().await, (0, 0, 0, 0));
}

#[tokio::test]
async fn a_customer_who_is_needed_is_sent_to_the_providers_page() {
    let provider = Provider::start().await;
    let request = by("tok_needs_customer");
    let ChargeOutcome::NeedsCustomer { url, until } = provider.gateway().charge(&request).await else {
        panic!("the customer is needed");
    };
    assert!(url.starts_with("/pay-sandbox/c/pay_"), "{url}");
    assert!(until.0 > 1_767_225_600_000);

    // The same page behind an address of the provider's own.
    let timeouts = Timeouts { connect: PATIENT, charge: PATIENT, other: PATIENT };
    let outside = SandboxGateway::new(&provider.base, timeouts, Some(format!("{}/", provider.base)))
        .expect("a gateway");
    let found = outside.find_charge(&request).await;
    let address = format!("{}{url}", provider.base);
    assert_eq!(found, Ok(Some(ChargeOutcome::NeedsCustomer { url: address.clone(), until })));

    let page = reqwest::get(&address).await.expect("the page").text().await.expect("text");
    let token =
        page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let sent = client
        .post(&address)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("token={token}&decision=approve"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(sent.headers()["location"], "/orders/1");
    let found = outside.find_charge(&request).await.expect("an answer");
    approved(found.expect("a record"));
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn a_customer_who_does_not_come_is_a_decline() {
    let provider = Provider::start_with(|config| config.customer_minutes = 0).await;
    let gateway = provider.gateway();
    let request = by("tok_needs_customer");
    assert!(matches!(gateway.charge(&request).await, ChargeOutcome::NeedsCustomer { .. }));
    let abandoned = ChargeOutcome::Declined { code: "abandoned".to_owned() };
    assert_eq!(gateway.find_charge(&request).await, Ok(Some(abandoned)));
}

#[tokio::test]
async fn a_provider_that_is_down_hangs_or_is_slow_charges_once_in_the_end() {
    let provider = Provider::start().await;
    let (request, brief) = (by("tok_approve"), provider.impatient());
    for mode in ["down", "hang"] {
        provider.control(json!({ "mode": mode })).await;
        assert_eq!(brief.charge(&request).await, ChargeOutcome::Unknown, "{mode}");
    }
    provider.control(json!({ "mode": "slow", "ms": 1_000 })).await;
    assert_eq!(brief.charge(&request).await, ChargeOutcome::Unknown);
    provider.control(json!({ "mode": "normal" })).await;
    approved(provider.gateway().charge(&request).await);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn a_provider_that_stops_and_comes_back_charges_once() {
    let mut provider = Provider::start().await;
    let gateway = provider.gateway();
    let request = by("tok_approve");
    let id = approved(gateway.charge(&request).await);
    provider.stop().await;
    assert_eq!(gateway.charge(&request).await, ChargeOutcome::Unknown);
    let lost = gateway.find_charge(&request).await;
    assert!(matches!(lost, Err(GatewayError::Unavailable { .. })), "{lost:?}");
    assert_eq!(gateway.cards().await[..], []);
    provider.start_again().await;
    assert_eq!(approved(gateway.charge(&request).await), id);
    assert_eq!(provider.ledger().await, (1, AMOUNT, 0, 0));
}

#[tokio::test]
async fn the_cards_are_offered_in_both_languages_and_kept() {
    let mut provider = Provider::start().await;
    let gateway = provider.gateway();
    let cards = gateway.cards().await;
    assert_eq!(cards.len(), crate::pay_sandbox::CARDS.len());
    assert_eq!(cards[0].token, "tok_approve");
    assert_eq!(cards[0].name.ko, "테스트 카드 1");
    assert_eq!(cards[0].description.en.as_deref(), Some("Approved at once"));
    provider.stop().await;
    assert_eq!(gateway.cards().await, cards);
}
