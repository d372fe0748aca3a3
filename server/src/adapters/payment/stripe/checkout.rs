//! Stripe's own page, on which customers type their cards.
//!
//! A session is made under the charge's key and leads to the page; it takes money once the customer has paid there, and none after it was
//! made to expire. It expires by itself 23 hours after its order was placed, whenever it was made: that is the same moment at every try, as
//! repeats under one key have to be the same, and lies within the 24 hours for which Stripe keeps keys. Until those are over, asking for the
//! session finds the one that was made, or has Stripe refuse to make one that would live for less than half an hour. After them, what
//! became of it is known by whether there is an intent with the key in its metadata.

use std::collections::HashMap;

use domain::processes::ChargeOutcome;
use domain::shared::{Timestamp, Won};
use serde::Deserialize;

use super::super::http::{undecided, unusable};
use super::super::{ChargeRequest, GatewayError, placed_at};
use super::StripeGateway;
use super::wire::{Intent, Problem};

/// How long after its order was placed a session lives, in milliseconds. Stripe allows 24 hours from the making, by its own clock, which
/// may be behind this one.
const LIVES_MS: i64 = 23 * 3_600_000;
/// The least that Stripe lets a session live, in milliseconds.
const LEAST_MS: i64 = 30 * 60_000;
/// From this age of the order on its session has been over for an hour, and its key may be forgotten, in milliseconds.
const OVER_MS: i64 = 24 * 3_600_000;

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
            _ => Err(undecided("the session is not decided")),
        }
    }
}

/// What became of asking for a session.
enum Opened {
    Session(Session),
    /// It is over, and this is what it has left.
    Intent(Intent),
    /// There is none, and will be none: the code of that.
    Nothing(String),
}

fn expired() -> String {
    "expired".to_owned()
}

impl StripeGateway {
    /// The session of this request, as it is now: found, or made.
    async fn session(&self, request: &ChargeRequest) -> Result<Opened, GatewayError> {
        if let Some(id) = self.known.get(&request.key) {
            return self.session_again(request, &id).await.map(Opened::Session);
        }
        let age = self.age_ms(&request.key);
        if age.is_some_and(|age| age >= OVER_MS) {
            let left = self.search(request).await?;
            return Ok(left.map_or_else(|| Opened::Nothing(expired()), Opened::Intent));
        }
        let expires = placed_at(&request.key).map(|placed| ((placed.0 + LIVES_MS) / 1_000).to_string());
        let amount = request.amount.get().to_string();
        let back = self.back(request);
        let mut form = vec![
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
        form.extend(expires.as_deref().map(|expires| ("expires_at", expires)));
        let reply = self.post(&["checkout", "sessions"], Some(&request.key), &form).await?;
        if reply.is_final() {
            let problem: Problem = reply.json()?;
            if !problem.is_about_it() {
                return Err(problem.into());
            }
            // Stripe refuses to make one that would end too soon. One that was made before is answered with, whatever its age.
            let too_late = age.is_some_and(|age| age > LIVES_MS - LEAST_MS);
            return Ok(Opened::Nothing(if too_late { expired() } else { problem.code() }));
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
            Opened::Intent(intent) => intent.outcome(self.until()),
            Opened::Nothing(code) => Ok(ChargeOutcome::Declined { code }),
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
            Opened::Intent(intent) => return self.cancelled(request, intent).await,
            Opened::Nothing(_) => return Ok(ChargeOutcome::Voided),
        };
        match outcome {
            ChargeOutcome::Declined { .. } => Ok(ChargeOutcome::Voided),
            ChargeOutcome::NeedsCustomer { .. } => Err(undecided("the session could not be made to expire")),
            other => Ok(other),
        }
    }
}
