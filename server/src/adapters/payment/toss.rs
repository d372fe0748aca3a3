//! Toss Payments, core API v1.
//!
//! The customer approves at Toss, in the payment window that a page of this site opens. That takes no money: the payment is then
//! `IN_PROGRESS` until this server confirms it, or Toss lets it expire. So only this server takes money, and it does so for exactly the
//! amount that the order costs, whatever the customer's browser says. The adapter keeps nothing that it needs: what became of a charge is
//! asked of Toss by the order id, which is made of the charge's key.

mod doubts;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use domain::processes::{ChargeOutcome, OTHER_AMOUNT};
use domain::shared::{Text, Timestamp};
use domain::views::CardView;
use reqwest::{RequestBuilder, StatusCode};

use self::doubts::Doubts;
use self::wire::{CancelBody, ConfirmBody, Failure, Payment, Status, mark, stays_open};
use super::http::{KEY, Line, Reply, Schemes, undecided, unusable};
use super::{ChargeRequest, GatewayError, Known, PaymentGateway, RefundRequest, Timeouts, placed_at};
use crate::adapters::clock::Clock;
use crate::adapters::secret::Secret;

/// The token of the one way to pay: the rest is chosen in the payment window.
const WINDOW: &str = "toss";
/// The code of a decline by this server: the customer chose to transfer money some day, for which no kitchen waits.
const PAID_LATER: &str = "paid_later";

/// Toss's order id of a charge: its key with `_` for `:`. `None` for a key that Toss's alphabet cannot hold without mistaking it for
/// another, or that is not of 6 to 64 characters.
pub fn order_id(key: &str) -> Option<String> {
    let fits = |sign: char| sign.is_ascii_alphanumeric() || ['-', '=', ':'].contains(&sign);
    ((6..=64).contains(&key.len()) && key.chars().all(fits)).then(|| key.replace(':', "_"))
}

/// The key of the charge that an order id is of.
pub fn charge_key(id: &str) -> Option<String> {
    let key = id.replace('_', ":");
    order_id(&key).is_some_and(|made| made == id).then_some(key)
}

/// True for what can be a payment key at Toss, and is no other path below `/v1/payments`. A customer's browser says what the key is: Toss is
/// not asked for anything else by it.
fn is_payment_key(key: &str) -> bool {
    const PATHS: [&str; 3] = ["confirm", "key-in", "orders"];
    (1..=200).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && !PATHS.iter().any(|path| key.eq_ignore_ascii_case(path))
}

/// A client of Toss Payments.
pub struct TossGateway {
    line: Line,
    secret: Secret,
    customer_minutes: u32,
    clock: Arc<dyn Clock>,
    returned: Known,
    doubts: Doubts,
}

impl TossGateway {
    /// A client for Toss at `base_url`, such as `https://api.tosspayments.com`. A customer has `customer_minutes` minutes for approving.
    /// `returned` is what the pages note when a customer comes back from the payment window.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Address`] if `base_url` is neither an `https` address nor one of this machine.
    pub fn new(
        base_url: &str,
        secret: Secret,
        timeouts: Timeouts,
        customer_minutes: u32,
        clock: Arc<dyn Clock>,
        returned: Known,
    ) -> Result<Self, GatewayError> {
        let line = Line::new(base_url, Schemes::Secret, timeouts)?;
        let doubts = Doubts::since(clock.now());
        Ok(Self { line, secret, customer_minutes, clock, returned, doubts })
    }

    /// Toss knows its shops by the secret key as a user without a password.
    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(self.secret.reveal(), Some(""))
    }

    /// One payment by a path below `/v1/payments`; `None` when Toss knows none.
    async fn get(&self, path: &[&str]) -> Result<Option<Payment>, GatewayError> {
        let url = self.line.url(&[&["v1", "payments"], path].concat());
        let reply = self.line.ask(self.signed(self.line.client.get(url)), self.line.timeouts.other).await?;
        if reply.status == StatusCode::NOT_FOUND && reply.json::<Failure>()?.is_not_found() {
            return Ok(None);
        }
        // A request that is not liked says nothing against the provider.
        if reply.status != StatusCode::OK
            && let Some(open) = reply.json::<Failure>().ok().and_then(|failure| stays_open(&failure.code))
        {
            return Err(open);
        }
        reply.expect_ok()?.json().map(Some)
    }

    /// The payment of an order id. Toss's documents promise that it is found by the order id once it was approved or cancelled, and say
    /// nothing of the time before. So what the customer's browser brought back is looked at too: only its number is taken from there.
    async fn look_up(&self, order_id: &str) -> Result<Option<Payment>, GatewayError> {
        let about_this = |payment: &Payment| payment.order_id == order_id;
        let by_order = self.get(&["orders", order_id]).await?;
        if by_order.as_ref().is_some_and(|payment| !about_this(payment)) {
            return Err(unusable("the answer is about another order"));
        }
        let untouched = by_order.as_ref().is_none_or(|payment| payment.status == Status::Ready);
        match self.returned.get(order_id).filter(|key| untouched && is_payment_key(key)) {
            Some(key) => Ok(self.get(&[&key]).await?.filter(about_this).or(by_order)),
            None => Ok(by_order),
        }
    }

    /// What became of a charge; `None` for a payment that waits to be confirmed, unless it may be.
    async fn look(
        &self,
        request: &ChargeRequest,
        may_confirm: bool,
    ) -> Result<Option<ChargeOutcome>, GatewayError> {
        let id = known_id(request)?;
        let Some(payment) = self.look_up(&id).await? else {
            return Ok(Some(self.needs_customer(&id)));
        };
        match payment.status {
            Status::InProgress => match payment.objection(request.amount) {
                // Never confirmed, so nothing is taken for it.
                Some(code) => {
                    self.is_all(request, &id, &payment)?;
                    Ok(Some(ChargeOutcome::Declined { code: code.to_owned() }))
                }
                None if may_confirm => self.confirm(request, &id, &payment.key).await.map(Some),
                None => Ok(None),
            },
            Status::Ready => Ok(Some(self.needs_customer(&id))),
            Status::Aborted | Status::Expired => {
                self.is_all(request, &id, &payment)?;
                payment.outcome().map(Some)
            }
            _ => payment.outcome().map(Some),
        }
    }

    /// Refuses to conclude from this payment that nothing was taken, while another of the same order may be about to be confirmed.
    fn is_all(&self, request: &ChargeRequest, id: &str, payment: &Payment) -> Result<(), GatewayError> {
        if self.doubts.of_another(id, &payment.key, placed_at(&request.key), self.clock.now()) {
            return Err(undecided("another payment of this order may be about to be confirmed"));
        }
        Ok(())
    }

    fn needs_customer(&self, id: &str) -> ChargeOutcome {
        let until = Timestamp(self.clock.now().0 + i64::from(self.customer_minutes) * 60_000);
        ChargeOutcome::NeedsCustomer { url: format!("/pay/toss/{id}"), until }
    }

    /// Takes the money of a payment that the customer has approved.
    async fn confirm(
        &self,
        request: &ChargeRequest,
        id: &str,
        payment_key: &str,
    ) -> Result<ChargeOutcome, GatewayError> {
        self.doubts.begin(id, payment_key, self.clock.now());
        let body = ConfirmBody { payment_key, order_id: id, amount: request.amount };
        let url = self.line.url(&["v1", "payments", "confirm"]);
        // One key for the charge whichever payment it is: Toss does not look at the body of a repeat, and so never takes twice.
        let key = format!("{}:confirm", request.key);
        let post = self.signed(self.line.client.post(url)).header(KEY, key).json(&body);
        let reply = self.line.ask(post, self.line.timeouts.charge).await?;
        let outcome = if reply.is_final() {
            let Failure { code } = reply.json()?;
            if let Some(open) = stays_open(&code) {
                return Err(open);
            }
            ChargeOutcome::Declined { code }
        } else {
            let payment: Payment = reply.expect_ok()?.json()?;
            if payment.order_id != id {
                return Err(unusable("the answer is about another order"));
            }
            payment.outcome()?
        };
        self.doubts.end(id);
        Ok(outcome)
    }

    async fn cancel(&self, request: &RefundRequest) -> Result<Reply, GatewayError> {
        let reason = wire::reason(&request.reason, &request.key);
        let body = CancelBody { cancel_reason: &reason, cancel_amount: request.amount };
        let url = self.line.url(&["v1", "payments", &request.provider_id, "cancel"]);
        let post = self.signed(self.line.client.post(url)).header(KEY, &request.key).json(&body);
        self.line.ask(post, self.line.timeouts.other).await
    }
}

fn known_id(request: &ChargeRequest) -> Result<String, GatewayError> {
    order_id(&request.key).ok_or_else(|| unusable("the key cannot be an order id at Toss"))
}

#[async_trait]
impl PaymentGateway for TossGateway {
    async fn try_charge(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        self.look(request, true).await?.ok_or_else(|| undecided("the payment waits to be confirmed"))
    }

    /// What is not approved in the window cannot be confirmed.
    fn only_invites(&self, _: &str) -> bool {
        true
    }

    /// `None` also for a payment that waits to be confirmed: that is for [`PaymentGateway::charge`] to do.
    async fn find_charge(&self, request: &ChargeRequest) -> Result<Option<ChargeOutcome>, GatewayError> {
        self.look(request, false).await
    }

    /// Nothing is taken that this server does not confirm, and a step that voids is the last one to ask about its charge. What remains is
    /// a confirmation without an answer that may still be on its way: while there could be one, nothing is promised.
    async fn try_void(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        let id = known_id(request)?;
        match self.look_up(&id).await? {
            Some(payment) if matches!(payment.status, Status::Aborted | Status::Expired) => {
                self.is_all(request, &id, &payment)?;
                Ok(ChargeOutcome::Voided)
            }
            Some(payment) if !matches!(payment.status, Status::Ready | Status::InProgress) => {
                payment.outcome()
            }
            _ if self.doubts.of_any(&id, placed_at(&request.key), self.clock.now()) => {
                Err(undecided("a confirmation may still be on its way"))
            }
            _ => Ok(ChargeOutcome::Voided),
        }
    }

    /// Toss forgets its idempotency keys after 15 days. So each cancel carries a mark of its own in its reason, and is looked for first.
    async fn refund(&self, request: &RefundRequest) -> Result<(), GatewayError> {
        let refused = |code: &str| Err(GatewayError::Refused { code: code.to_owned() });
        let made =
            |payment: &Payment| request.keys().any(|key| payment.has_cancelled(request.amount, &mark(key)));
        let Some(payment) = self.get(&[&request.provider_id]).await? else {
            return refused("NOT_FOUND_PAYMENT");
        };
        if made(&payment) {
            return Ok(());
        }
        let reply = self.cancel(request).await?;
        if reply.is_final() {
            let Failure { code } = reply.json()?;
            return stays_open(&code).map_or_else(|| refused(&code), Err);
        }
        let payment: Payment = reply.expect_ok()?.json()?;
        if payment.key == request.provider_id && made(&payment) {
            return Ok(());
        }
        Err(unusable("the answer is about another refund"))
    }

    /// Never: Toss documents no cancellation that comes back.
    async fn is_sent_back(&self, _: &RefundRequest) -> Result<bool, GatewayError> {
        Ok(false)
    }

    async fn cards(&self) -> Arc<[CardView]> {
        let text = |ko: &str, en: &str| Text { ko: ko.to_owned(), en: Some(en.to_owned()) };
        Arc::new([CardView {
            token: WINDOW.to_owned(),
            name: text("토스페이먼츠", "Toss Payments"),
            description: text(
                "주문한 다음 결제창에서 카드를 골라 결제해요",
                "Choose your card in the payment window after ordering",
            ),
        }])
    }
}
