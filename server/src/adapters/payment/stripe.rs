//! Stripe: its own page, on which customers type their cards (`checkout.rs`), and `PaymentIntents` for cards that Stripe knows already.
//!
//! By an intent, money is taken in two steps, so that it can be made certain that none is: an intent is created under the charge's key, and confirmed in
//! a second call. Whoever wants the charge void creates the intent too (it is the same one, whether it was there or not) and cancels it:
//! after that no confirmation that is still on its way does anything.
//!
//! Stripe keeps idempotency keys for 24 hours at least. Keys of orders begin with the order's id, which tells its time: for older ones the
//! intent is looked for by the key in its metadata first, which Stripe's search finds a minute or so after its making.

mod checkout;
mod event;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use domain::processes::ChargeOutcome;
use domain::shared::{Text, Timestamp};
use domain::views::CardView;
use reqwest::{RequestBuilder, StatusCode};
use serde::Serialize;

pub use self::event::{WrongSignature, event_key};
use self::wire::{Found, Intent, Problem, Refund, Refunds, Status};
use super::http::{KEY, Line, Reply, Schemes, undecided, unusable};
use super::{ChargeRequest, GatewayError, Known, PaymentGateway, RefundRequest, Timeouts, placed_at};
use crate::adapters::clock::Clock;
use crate::adapters::secret::Secret;

/// The version of Stripe's API that this was written to: a shop's own default may be another.
const VERSION: (&str, &str) = ("Stripe-Version", "2024-06-20");
/// From this age on an order's idempotency keys may be forgotten, with an hour to spare, in milliseconds.
const KEYS_LIVE_MS: i64 = 23 * 3_600_000;
/// The token of the usual way to pay: the card is typed at Stripe.
const CHECKOUT: &str = "checkout";
/// Stripe's own cards for trying out: token, name and description in Korean, in English.
const TEST_CARDS: [(&str, [&str; 2], [&str; 2]); 3] = [
    ("pm_card_visa", ["테스트 카드 1", "Test card 1"], ["바로 승인돼요", "Approved at once"]),
    ("pm_card_visa_chargeDeclined", ["테스트 카드 2", "Test card 2"], ["거절돼요", "Declined"]),
    (
        "pm_card_threeDSecure2Required",
        ["테스트 카드 3", "Test card 3"],
        ["카드사 화면에서 직접 승인해요", "You approve on the card company's page"],
    ),
];

/// A client of Stripe.
pub struct StripeGateway {
    line: Line,
    secret: Secret,
    customer_minutes: u32,
    public_base: String,
    clock: Arc<dyn Clock>,
    /// Intents and sessions, by their keys: whoever waits for a customer asks often.
    known: Known,
}

/// What became of asking for an intent.
enum Asked {
    /// Here it is, as it is now.
    Intent(Intent),
    /// There is none, and will be none: Stripe refused to make it, with this code.
    Refused(String),
}

impl StripeGateway {
    /// A client for Stripe at `base_url`, such as `https://api.stripe.com`. A customer has `customer_minutes` minutes for approving at the
    /// card company's page, and is sent back to paths behind `public_base`.
    ///
    /// # Errors
    ///
    /// [`GatewayError::Address`] if `base_url` is neither an `https` address nor one of this machine.
    pub fn new(
        base_url: &str,
        secret: Secret,
        timeouts: Timeouts,
        customer_minutes: u32,
        public_base: String,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, GatewayError> {
        let line = Line::new(base_url, Schemes::Secret, timeouts)?;
        Ok(Self { line, secret, customer_minutes, public_base, clock, known: Known::default() })
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.secret.reveal()).header(VERSION.0, VERSION.1)
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Reply, GatewayError> {
        let get = self.line.client.get(self.line.url(&[&["v1"], path].concat())).query(query);
        self.line.ask(self.signed(get), self.line.timeouts.other).await
    }

    /// Stripe takes forms. Without a key a repeat has to do no harm.
    async fn post<F: Serialize + ?Sized + Sync>(
        &self,
        path: &[&str],
        key: Option<&str>,
        form: &F,
    ) -> Result<Reply, GatewayError> {
        let post = self.line.client.post(self.line.url(&[&["v1"], path].concat())).form(form);
        let post = key.into_iter().fold(post, |post, key| post.header(KEY, key));
        self.line.ask(self.signed(post), self.line.timeouts.charge).await
    }

    /// How long ago the order of this key was placed, in milliseconds; `None` for a key that is not an order's.
    fn age_ms(&self, key: &str) -> Option<i64> {
        placed_at(key).map(|placed| self.clock.now().since(placed))
    }

    /// The intent with this request's key in its metadata.
    async fn search(&self, request: &ChargeRequest) -> Result<Option<Intent>, GatewayError> {
        let query = format!("metadata['key']:'{}'", request.key.replace(['\\', '\''], ""));
        let reply = self.get(&["payment_intents", "search"], &[("query", &query)]).await?;
        let Found { data } = reply.expect_ok()?.json()?;
        Ok(data.into_iter().find(|intent| intent.is_of(request)))
    }

    /// Where the customer comes back to from a page of somebody else's.
    fn back(&self, request: &ChargeRequest) -> String {
        let back = request.return_url.as_deref().unwrap_or("/");
        if back.starts_with('/') { format!("{}{back}", self.public_base) } else { back.to_owned() }
    }

    /// The intent of this request, as it is now: found, or made.
    async fn intent(&self, request: &ChargeRequest) -> Result<Asked, GatewayError> {
        if let Some(id) = self.known.get(&request.key) {
            return self.again(request, &id).await.map(Asked::Intent);
        }
        if self.age_ms(&request.key).is_some_and(|age| age > KEYS_LIVE_MS)
            && let Some(intent) = self.search(request).await?
        {
            return Ok(Asked::Intent(intent));
        }
        let amount = request.amount.get().to_string();
        // Won have no smaller unit: the amount is in won.
        let form = [
            ("amount", amount.as_str()),
            ("currency", "krw"),
            ("payment_method", &request.method),
            ("payment_method_types[]", "card"),
            ("metadata[key]", &request.key),
            ("metadata[order]", &request.order),
        ];
        let reply = self.post(&["payment_intents"], Some(&request.key), &form).await?;
        if reply.is_final() {
            let problem: Problem = reply.json()?;
            return problem
                .is_about_it()
                .then(|| Asked::Refused(problem.code()))
                .ok_or_else(|| problem.into());
        }
        let made: Intent = reply.expect_ok()?.json()?;
        // A repeat is told what the first try was told: what became of it since has to be asked.
        let now = self.again(request, &made.id).await?;
        self.known.note(&request.key, &now.id);
        Ok(Asked::Intent(now))
    }

    async fn again(&self, request: &ChargeRequest, id: &str) -> Result<Intent, GatewayError> {
        let intent: Intent = self.get(&["payment_intents", id], &[]).await?.expect_ok()?.json()?;
        if intent.is_of(request) {
            return Ok(intent);
        }
        Err(unusable("the answer is about another payment"))
    }

    /// An intent that takes nothing any more, or what it took.
    async fn cancelled(
        &self,
        request: &ChargeRequest,
        intent: Intent,
    ) -> Result<ChargeOutcome, GatewayError> {
        let now = if intent.status.is_final() {
            intent
        } else {
            // Without a key: Stripe would repeat a refusal for the state that the intent had at the first try.
            let form = [("cancellation_reason", "abandoned")];
            self.post(&["payment_intents", &intent.id, "cancel"], None, &form).await?;
            self.again(request, &intent.id).await?
        };
        match now.status {
            Status::Canceled => Ok(ChargeOutcome::Voided),
            Status::Succeeded => now.outcome(self.until()),
            _ => Err(undecided("the intent could not be cancelled")),
        }
    }

    /// The refunds of the payment that this one is taken from.
    async fn refunds(&self, request: &RefundRequest) -> Result<Reply, GatewayError> {
        let of_intent = [("payment_intent", request.provider_id.as_str()), ("limit", "100")];
        self.get(&["refunds"], &of_intent).await
    }

    /// Until when a customer may approve who begins now.
    fn until(&self) -> Timestamp {
        Timestamp(self.clock.now().0 + i64::from(self.customer_minutes) * 60_000)
    }
}

#[async_trait]
impl PaymentGateway for StripeGateway {
    async fn try_charge(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        if request.method == CHECKOUT {
            return self.try_checkout(request).await;
        }
        let intent = match self.intent(request).await? {
            Asked::Intent(intent) => intent,
            Asked::Refused(code) => return Ok(ChargeOutcome::Declined { code }),
        };
        if intent.status != Status::RequiresConfirmation {
            return intent.outcome(self.until());
        }
        let back = self.back(request);
        let key = format!("{}:confirm", request.key);
        let path = ["payment_intents", &intent.id, "confirm"];
        let reply = self.post(&path, Some(&key), &[("return_url", back.as_str())]).await?;
        if reply.is_final() {
            let problem: Problem = reply.json()?;
            if problem.is_decline() {
                return Ok(ChargeOutcome::Declined { code: problem.code() });
            }
            // Refused for its state, or for something that is wrong here: the intent itself knows.
            let now = self.again(request, &intent.id).await?;
            return if now.status == Status::RequiresConfirmation {
                Err(problem.into())
            } else {
                now.outcome(self.until())
            };
        }
        let confirmed: Intent = reply.expect_ok()?.json()?;
        if !confirmed.is_of(request) {
            return Err(unusable("the answer is about another payment"));
        }
        confirmed.outcome(self.until())
    }

    fn only_invites(&self, method: &str) -> bool {
        method == CHECKOUT
    }

    /// Makes the intent when there is none, which takes no money; `None` for one that nobody has confirmed.
    async fn find_charge(&self, request: &ChargeRequest) -> Result<Option<ChargeOutcome>, GatewayError> {
        if request.method == CHECKOUT {
            return self.try_checkout(request).await.map(Some);
        }
        match self.intent(request).await? {
            Asked::Intent(intent) if intent.status == Status::RequiresConfirmation => Ok(None),
            Asked::Intent(intent) => intent.outcome(self.until()).map(Some),
            Asked::Refused(code) => Ok(Some(ChargeOutcome::Declined { code })),
        }
    }

    async fn try_void(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        if request.method == CHECKOUT {
            return self.void_checkout(request).await;
        }
        match self.intent(request).await? {
            Asked::Intent(intent) => self.cancelled(request, intent).await,
            Asked::Refused(_) => Ok(ChargeOutcome::Voided),
        }
    }

    /// A refund carries its key in its metadata and is looked for first, since Stripe forgets idempotency keys.
    async fn refund(&self, request: &RefundRequest) -> Result<(), GatewayError> {
        let reply = self.refunds(request).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Err(GatewayError::Refused { code: reply.json::<Problem>()?.code() });
        }
        let Refunds { data } = reply.expect_ok()?.json()?;
        if let Some(made) = data.into_iter().find(|refund| refund.settles(request)) {
            return made.outcome();
        }
        let amount = request.amount.get().to_string();
        let form = [
            ("payment_intent", request.provider_id.as_str()),
            ("amount", &amount),
            ("metadata[key]", &request.key),
            ("metadata[reason]", &request.reason),
        ];
        let reply = self.post(&["refunds"], Some(&request.key), &form).await?;
        if reply.is_final() {
            let problem: Problem = reply.json()?;
            return Err(if problem.is_about_it() {
                GatewayError::Refused { code: problem.code() }
            } else {
                problem.into()
            });
        }
        let made: Refund = reply.expect_ok()?.json()?;
        if made.is_of(request) { made.outcome() } else { Err(unusable("the answer is about another refund")) }
    }

    async fn is_sent_back(&self, request: &RefundRequest) -> Result<bool, GatewayError> {
        let Refunds { data } = self.refunds(request).await?.expect_ok()?.json()?;
        let made = data.into_iter().find(|refund| refund.is_of(request));
        Ok(made.is_some_and(|refund| matches!(refund.outcome(), Err(GatewayError::Refused { .. }))))
    }

    /// Stripe's page; and with a key for trying out, Stripe's cards for trying out.
    async fn cards(&self) -> Arc<[CardView]> {
        let is_trial = self.secret.reveal().contains("_test_");
        let page = (
            CHECKOUT,
            ["Stripe", "Stripe"],
            [
                "주문한 다음 Stripe 결제 화면에서 카드를 입력해요",
                "Enter your card on Stripe's page after ordering",
            ],
        );
        let cards = TEST_CARDS.into_iter().filter(|_| is_trial);
        let text = |[ko, en]: [&str; 2]| Text { ko: ko.to_owned(), en: Some(en.to_owned()) };
        std::iter::once(page)
            .chain(cards)
            .map(|(token, name, description)| CardView {
                token: token.to_owned(),
                name: text(name),
                description: text(description),
            })
            .collect()
    }
}
