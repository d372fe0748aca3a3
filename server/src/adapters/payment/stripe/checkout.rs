//! Stripe's own page, on which customers type their cards.
//!
//! A session is made under the charge's key and leads to the page; it takes money once the customer has paid there, and none after it was
//! made to expire. By itself it expires after 24 hours, as long as Stripe keeps idempotency keys: after that, what became of it is known
//! by whether there is an intent with the key in its metadata.

use std::collections::HashMap;

use domain::processes::ChargeOutcome;
use domain::shared::{Timestamp, Won};
use serde::Deserialize;

use super::super::http::unusable;
use super::super::{ChargeRequest, GatewayError};
use super::StripeGateway;
use super::wire::Problem;

/// How long a session, and the key under which it was made, lives, in milliseconds.
const LIVES_MS: i64 = 24 * 3_600_000;
/// From this age of the order on its session is over, however long after the order it was made, in milliseconds.
const OVER_MS: i64 = LIVES_MS + 10 * 60_000;

/// A form without fields.
const NOTHING: [(&str, &str); 0] = [];

/// A session as Stripe shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    id: String,
    status: Status,
    payment_status: String,
    payment_intent: Option<String>,
    url: Option<String>,
    amount_total: u64,
    currency: String,
    #[serde(default)]
    metadata: HashMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Complete,
    Expired,
}

impl Session {
    fn is_of(&self, request: &ChargeRequest) -> bool {
        self.metadata.get("key") == Some(&request.key)
            && self.amount_total == request.amount.get()
            && self.currency == "krw"
    }

    fn outcome(self, until: Timestamp) -> Result<ChargeOutcome, GatewayError> {
        match (self.status, self.payment_intent, self.url) {
            (Status::Open, _, Some(url)) => Ok(ChargeOutcome::NeedsCustomer { url, until }),
            (Status::Expired, _, _) => Ok(ChargeOutcome::Declined { code: "expired".to_owned() }),
            (Status::Complete, Some(provider_id), _) if self.payment_status == "paid" => {
                let amount =
                    Won::new(self.amount_total).map_err(|_| unusable("the amount is out of range"))?;
                Ok(ChargeOutcome::Approved { provider_id, amount })
            }
            _ => Err(unusable("the session is not decided")),
        }
    }
}

/// What became of asking for a session.
enum Opened {
    Session(Session),
    /// There is none any more, or never was: this is what became of the charge.
    Outcome(ChargeOutcome),
}

impl StripeGateway {
    /// The session of this request, as it is now: found, or made.
    async fn session(&self, request: &ChargeRequest) -> Result<Opened, GatewayError> {
        if let Some(id) = self.known.get(&request.key) {
            return self.session_again(request, &id).await.map(Opened::Session);
        }
        let age = self.age_ms(&request.key);
        if age.is_some_and(|age| age >= LIVES_MS) {
            return match self.search(request).await? {
                Some(intent) => intent.outcome(self.until()).map(Opened::Outcome),
                None if age.is_some_and(|age| age >= OVER_MS) => {
                    Ok(Opened::Outcome(ChargeOutcome::Declined { code: "expired".to_owned() }))
                }
                None => Err(unusable("the session may be about to expire")),
            };
        }
        let amount = request.amount.get().to_string();
        let back = self.back(request);
        let form = [
            ("mode", "payment"),
            ("payment_method_types[0]", "card"),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", "krw"),
            ("line_items[0][price_data][unit_amount]", &amount),
            ("line_items[0][price_data][product_data][name]", &request.order),
            ("metadata[key]", &request.key),
            ("metadata[order]", &request.order),
            ("payment_intent_data[metadata][key]", &request.key),
            ("payment_intent_data[metadata][order]", &request.order),
            ("success_url", &back),
            ("cancel_url", &back),
        ];
        let reply = self.post(&["checkout", "sessions"], Some(&request.key), &form).await?;
        if reply.is_final() {
            let problem: Problem = reply.json()?;
            let declined = || Opened::Outcome(ChargeOutcome::Declined { code: problem.code() });
            return if problem.is_about_it() { Ok(declined()) } else { Err(problem.into()) };
        }
        let made: Session = reply.expect_ok()?.json()?;
        // A repeat is told what the first try was told.
        let now = self.session_again(request, &made.id).await?;
        self.known.note(&request.key, &now.id);
        Ok(Opened::Session(now))
    }

    async fn session_again(&self, request: &ChargeRequest, id: &str) -> Result<Session, GatewayError> {
        let session: Session = self.get(&["checkout", "sessions", id], &[]).await?.expect_ok()?.json()?;
        if session.is_of(request) {
            Ok(session)
        } else {
            Err(unusable("the answer is about another payment"))
        }
    }

    /// What became of it, or where the customer goes on.
    pub(super) async fn try_checkout(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        match self.session(request).await? {
            Opened::Session(session) => session.outcome(self.until()),
            Opened::Outcome(outcome) => Ok(outcome),
        }
    }

    /// Closes the page, so that nothing can be paid there any more.
    pub(super) async fn void_checkout(&self, request: &ChargeRequest) -> Result<ChargeOutcome, GatewayError> {
        let outcome = match self.session(request).await? {
            Opened::Session(session) if session.status == Status::Open => {
                // Without a key, as with an intent. Refused when the customer was faster: the session itself knows.
                self.post(&["checkout", "sessions", &session.id, "expire"], None, &NOTHING).await?;
                self.session_again(request, &session.id).await?.outcome(self.until())?
            }
            Opened::Session(session) => session.outcome(self.until())?,
            Opened::Outcome(outcome) => outcome,
        };
        match outcome {
            ChargeOutcome::Declined { .. } => Ok(ChargeOutcome::Voided),
            ChargeOutcome::NeedsCustomer { .. } => Err(unusable("the session could not be made to expire")),
            other => Ok(other),
        }
    }
}
