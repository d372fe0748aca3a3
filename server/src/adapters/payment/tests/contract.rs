//! What [`PaymentGateway::void`] promises, told once for all providers: a provider is called off before, during and after its charge.

use async_trait::async_trait;

use super::toss_double::Mode;
use super::*;
use crate::adapters::payment::PaymentGateway;

/// A shop at a provider, and what others do there.
#[async_trait]
trait Shop: Sized + Send + Sync {
    async fn open() -> Self;

    fn gateway(&self) -> &dyn PaymentGateway;

    /// A request of which the provider has not heard, and which it approves once the customer has done their part.
    async fn good(&self) -> ChargeRequest;

    /// The customer does their part at the provider, where there is one.
    fn customer_is_ready(&self) {}

    /// A request that is declined.
    async fn bad(&self) -> ChargeRequest;

    /// A request for which the customer is needed.
    async fn waiting(&self) -> ChargeRequest;

    /// The request is sent, its sender goes away, and it has not arrived.
    async fn on_its_way(&self, request: &ChargeRequest);

    /// It arrives.
    async fn arrives(&self, request: &ChargeRequest);

    /// Whoever has not heard that it is void does what they can.
    async fn too_late(&self, request: &ChargeRequest);

    /// What the provider has taken and not given back, by its own book.
    async fn holds(&self) -> u64;
}

struct SandboxShop {
    provider: Provider,
    gateway: SandboxGateway,
}

#[async_trait]
impl Shop for SandboxShop {
    async fn open() -> Self {
        let provider = Provider::start().await;
        Self { gateway: provider.gateway(), provider }
    }

    fn gateway(&self) -> &dyn PaymentGateway {
        &self.gateway
    }

    async fn good(&self) -> ChargeRequest {
        by("tok_approve")
    }

    async fn bad(&self) -> ChargeRequest {
        by("tok_decline")
    }

    async fn waiting(&self) -> ChargeRequest {
        by("tok_needs_customer")
    }

    async fn on_its_way(&self, request: &ChargeRequest) {
        self.provider.control(json!({ "mode": "slow", "ms": 1_000 })).await;
        assert_eq!(self.provider.impatient().charge(request).await, ChargeOutcome::Unknown);
        self.provider.control(json!({ "mode": "normal" })).await;
    }

    async fn arrives(&self, _: &ChargeRequest) {
        tokio::time::sleep(Duration::from_millis(1_200)).await;
    }

    async fn too_late(&self, request: &ChargeRequest) {
        self.gateway.charge(request).await;
    }

    async fn holds(&self) -> u64 {
        let (_, approved, _, cancelled) = self.provider.ledger().await;
        approved - cancelled
    }
}

#[async_trait]
impl Shop for toss::Shop {
    async fn open() -> Self {
        toss::Shop::open().await
    }

    fn gateway(&self) -> &dyn PaymentGateway {
        &self.gateway
    }

    async fn good(&self) -> ChargeRequest {
        toss::request()
    }

    fn customer_is_ready(&self) {
        self.toss.approve(toss::ORDER, AMOUNT, "카드");
    }

    async fn bad(&self) -> ChargeRequest {
        self.toss.refuse(403, "REJECT_CARD_PAYMENT");
        toss::request()
    }

    async fn waiting(&self) -> ChargeRequest {
        toss::request()
    }

    async fn on_its_way(&self, _: &ChargeRequest) {
        self.give_up(Mode::AtTheDoor, |ledger| ledger.at_the_door == 1).await;
    }

    async fn arrives(&self, _: &ChargeRequest) {
        self.toss.let_in();
        self.toss.until(|ledger| ledger.taken == AMOUNT).await;
    }

    /// It is the customer's browser that has not heard of it: nobody else than this server asks for the money.
    async fn too_late(&self, _: &ChargeRequest) {
        self.customer_is_ready();
    }

    async fn holds(&self) -> u64 {
        let (taken, returned, _) = self.toss.ledger().money();
        taken - returned
    }
}

#[async_trait]
impl Shop for stripe::Shop {
    async fn open() -> Self {
        stripe::Shop::open().await
    }

    fn gateway(&self) -> &dyn PaymentGateway {
        &self.gateway
    }

    async fn good(&self) -> ChargeRequest {
        self.by(stripe::GOOD).await
    }

    async fn bad(&self) -> ChargeRequest {
        self.by(stripe::DECLINED).await
    }

    async fn waiting(&self) -> ChargeRequest {
        self.by(stripe::ASKS).await
    }

    /// The intent is made, and its confirmation has not come.
    async fn on_its_way(&self, request: &ChargeRequest) {
        assert_eq!(self.gateway.find_charge(request).await, Ok(None));
    }

    async fn arrives(&self, request: &ChargeRequest) {
        let intents = self.stripe.intents().await;
        let intent = intents.iter().find(|intent| intent["metadata"]["key"] == request.key.as_str());
        let id = intent.expect("an intent")["id"].as_str().expect("an id");
        self.stripe.ask(axum::http::Method::POST, &format!("/v1/payment_intents/{id}/confirm"), &[]).await;
    }

    async fn too_late(&self, request: &ChargeRequest) {
        self.gateway.charge(request).await;
    }

    async fn holds(&self) -> u64 {
        let intents = self.stripe.intents().await;
        let taken = intents.iter().filter(|intent| intent["status"] == "succeeded");
        let taken: u64 = taken.map(|intent| intent["amount"].as_u64().expect("an amount")).sum();
        taken - self.stripe.refunds().await.iter().sum::<u64>()
    }
}

/// Of a key that the provider has never heard of: nothing was taken, as often as it is asked.
async fn of_an_unknown_key<S: Shop>() {
    let shop = S::open().await;
    let request = shop.good().await;
    for _ in 0..2 {
        assert_eq!(shop.gateway().void(&request).await, ChargeOutcome::Voided);
    }
    assert_eq!(shop.holds().await, 0);
}

/// Before the charge: whatever others do later takes nothing.
async fn before<S: Shop>() {
    let shop = S::open().await;
    let request = shop.good().await;
    assert_eq!(shop.gateway().void(&request).await, ChargeOutcome::Voided);
    shop.too_late(&request).await;
    for _ in 0..2 {
        assert_eq!(shop.gateway().void(&request).await, ChargeOutcome::Voided);
    }
    assert_eq!(shop.holds().await, 0);
}

/// During the charge: nothing is promised that a request on its way could break.
async fn during<S: Shop>() {
    let shop = S::open().await;
    let request = shop.good().await;
    shop.customer_is_ready();
    shop.on_its_way(&request).await;
    let first = shop.gateway().void(&request).await;
    let held = match first {
        ChargeOutcome::Voided => 0,
        ChargeOutcome::Unknown => AMOUNT,
        other => panic!("nothing had arrived: {other:?}"),
    };
    assert_eq!(shop.holds().await, 0);
    shop.arrives(&request).await;
    assert_eq!(shop.holds().await, held);
    for _ in 0..2 {
        match shop.gateway().void(&request).await {
            ChargeOutcome::Voided => assert_eq!(held, 0),
            outcome => assert_eq!((approved(outcome).is_empty(), held), (false, AMOUNT)),
        }
    }
    assert_eq!(shop.holds().await, held);
}

/// While the customer is needed: what they do later takes nothing, whether it is called declined or void.
async fn while_the_customer_is_needed<S: Shop>() {
    let shop = S::open().await;
    let request = shop.waiting().await;
    let waits = shop.gateway().charge(&request).await;
    assert!(matches!(waits, ChargeOutcome::NeedsCustomer { .. }), "{waits:?}");
    let first = shop.gateway().void(&request).await;
    assert!(matches!(first, ChargeOutcome::Voided | ChargeOutcome::Declined { .. }), "{first:?}");
    shop.too_late(&request).await;
    assert_eq!(shop.gateway().void(&request).await, first);
    assert_eq!(shop.holds().await, 0);
}

/// After the charge: it says what was taken, and gives nothing back; nor does it forget it when that was given back.
async fn after<S: Shop>() {
    let shop = S::open().await;
    let request = shop.good().await;
    shop.customer_is_ready();
    let id = approved(shop.gateway().charge(&request).await);
    for _ in 0..2 {
        assert_eq!(approved(shop.gateway().void(&request).await), id);
        assert_eq!(shop.holds().await, AMOUNT);
    }
    assert_eq!(shop.gateway().refund(&refund(&id, "order-1:refund", AMOUNT)).await, Ok(()));
    assert_eq!(approved(shop.gateway().void(&request).await), id);
    assert_eq!(shop.holds().await, 0);
}

/// After a decline: nothing was taken, whether it is called declined or void.
async fn after_a_decline<S: Shop>() {
    let shop = S::open().await;
    let request = shop.bad().await;
    shop.customer_is_ready();
    let declined = shop.gateway().charge(&request).await;
    assert!(matches!(declined, ChargeOutcome::Declined { .. }), "{declined:?}");
    for _ in 0..2 {
        let answer = shop.gateway().void(&request).await;
        assert!(answer == ChargeOutcome::Voided || answer == declined, "{answer:?}");
    }
    assert_eq!(shop.holds().await, 0);
}

async fn all_stories<S: Shop>() {
    of_an_unknown_key::<S>().await;
    before::<S>().await;
    during::<S>().await;
    while_the_customer_is_needed::<S>().await;
    after::<S>().await;
    after_a_decline::<S>().await;
}

#[tokio::test]
async fn the_sandbox_keeps_what_a_void_promises() {
    all_stories::<SandboxShop>().await;
}

#[tokio::test]
async fn toss_keeps_what_a_void_promises() {
    all_stories::<toss::Shop>().await;
}

#[tokio::test]
async fn stripe_keeps_what_a_void_promises() {
    all_stories::<stripe::Shop>().await;
}
