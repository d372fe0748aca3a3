//! Stripe's JSON, and what it means.

use std::collections::HashMap;

use domain::processes::ChargeOutcome;
use domain::shared::{Timestamp, Won};
use serde::Deserialize;

use super::super::http::{undecided, unusable};
use super::super::{ChargeRequest, GatewayError, RefundRequest};

/// Codes of errors that leave this very request open: another is under way for it.
const UNDECIDED: [&str; 2] = ["idempotency_key_in_use", "lock_timeout"];
/// Codes of errors that say nothing of any money: they are about who asks, or how often.
const SAYS_NOTHING: [&str; 3] = ["rate_limit", "api_key_expired", "platform_api_key_expired"];

/// An intent as Stripe shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: Status,
    amount: u64,
    currency: String,
    #[serde(default)]
    metadata: HashMap<String, String>,
    #[serde(default)]
    next_action: Option<NextAction>,
    #[serde(default)]
    last_payment_error: Option<Error>,
}

/// How far an intent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// The last try to pay failed.
    RequiresPaymentMethod,
    /// It was made, and nothing asked for.
    RequiresConfirmation,
    /// The customer has to approve.
    RequiresAction,
    /// It is under way.
    Processing,
    /// The money is held back, which nothing here asks for.
    RequiresCapture,
    /// It was cancelled, and takes nothing any more.
    Canceled,
    /// The money was taken.
    Succeeded,
}

impl Status {
    /// Whether no other follows.
    pub(super) fn is_final(self) -> bool {
        matches!(self, Status::Canceled | Status::Succeeded)
    }
}

#[derive(Debug, Deserialize)]
struct NextAction {
    #[serde(default)]
    redirect_to_url: Option<Redirect>,
}

#[derive(Debug, Deserialize)]
struct Redirect {
    url: String,
}

/// What a search for intents found.
#[derive(Deserialize)]
pub(super) struct Found {
    pub(super) data: Vec<Intent>,
}

/// What Stripe says instead of what it was asked.
#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    error: Error,
}

/// An error of Stripe's. Its message is not taken over: it may repeat what was sent.
#[derive(Debug, Deserialize)]
struct Error {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    decline_code: Option<String>,
}

impl Error {
    /// The most exact of its codes.
    fn code(&self) -> String {
        let known = self.decline_code.as_ref().or(self.code.as_ref()).filter(|code| !code.is_empty());
        known.unwrap_or(&self.kind).clone()
    }
}

impl Problem {
    pub(super) fn code(&self) -> String {
        self.error.code()
    }

    /// A card was declined.
    pub(super) fn is_decline(&self) -> bool {
        self.error.kind == "card_error"
    }

    /// Whether it refuses the very request, which it would again: not the use of its key, and not because of who asks.
    pub(super) fn is_about_it(&self) -> bool {
        let kinds = ["card_error", "invalid_request_error"];
        kinds.contains(&self.error.kind.as_str())
            && !self.is_among(&UNDECIDED)
            && !self.is_among(&SAYS_NOTHING)
    }

    fn is_among(&self, codes: &[&str]) -> bool {
        self.error.code.as_deref().is_some_and(|code| codes.contains(&code))
    }
}

/// A refusal that does not decide anything: of this request, which shows that Stripe works, or of whoever asks.
impl From<Problem> for GatewayError {
    fn from(problem: Problem) -> Self {
        let kinds = ["card_error", "invalid_request_error", "idempotency_error"];
        let reason = format!("refused: {}", problem.code());
        let of_this = kinds.contains(&problem.error.kind.as_str()) && !problem.is_among(&SAYS_NOTHING);
        if of_this { undecided(&reason) } else { unusable(&reason) }
    }
}

impl Intent {
    /// Whether it was made for this request.
    pub(super) fn is_of(&self, request: &ChargeRequest) -> bool {
        self.metadata.get("key") == Some(&request.key)
            && self.amount == request.amount.get()
            && self.currency == "krw"
    }

    /// What it says; `until` is when a customer who is needed has to be done.
    pub(super) fn outcome(self, until: Timestamp) -> Result<ChargeOutcome, GatewayError> {
        match self.status {
            Status::Succeeded => {
                let amount = Won::new(self.amount).map_err(|_| unusable("the amount is out of range"))?;
                Ok(ChargeOutcome::Approved { provider_id: self.id, amount })
            }
            Status::RequiresPaymentMethod => {
                let code = self.last_payment_error.map(|error| error.code());
                Ok(ChargeOutcome::Declined { code: code.unwrap_or_else(|| "card_declined".to_owned()) })
            }
            Status::Canceled => Ok(ChargeOutcome::Declined { code: "canceled".to_owned() }),
            Status::RequiresAction => {
                let page = self.next_action.and_then(|next| next.redirect_to_url);
                let page = page.ok_or_else(|| unusable("the customer is needed, but nothing says where"))?;
                Ok(ChargeOutcome::NeedsCustomer { url: page.url, until })
            }
            Status::RequiresConfirmation | Status::Processing | Status::RequiresCapture => {
                Err(undecided("the intent is not decided"))
            }
        }
    }
}

/// The refunds of an intent.
#[derive(Deserialize)]
pub(super) struct Refunds {
    pub(super) data: Vec<Refund>,
}

/// A refund as Stripe shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    amount: u64,
    status: String,
    payment_intent: Option<String>,
    #[serde(default)]
    metadata: HashMap<String, String>,
}

impl Refund {
    /// Whether it was made for this request.
    pub(super) fn is_of(&self, request: &RefundRequest) -> bool {
        self.is_under(&request.key, request)
    }

    /// Whether it was made under this key, for the same money.
    fn is_under(&self, key: &str, request: &RefundRequest) -> bool {
        self.metadata.get("key").is_some_and(|made| made == key)
            && self.amount == request.amount.get()
            && self.payment_intent.as_ref() == Some(&request.provider_id)
    }

    /// Whether it leaves nothing to be asked for: it is this request's, or an earlier one's and has not failed.
    pub(super) fn settles(&self, request: &RefundRequest) -> bool {
        let failed = ["failed", "canceled"].contains(&self.status.as_str());
        self.is_of(request) || (!failed && request.earlier.iter().any(|key| self.is_under(key, request)))
    }

    /// One that is on its way to the bank, or that somebody has to act for, may still fail.
    pub(super) fn outcome(self) -> Result<(), GatewayError> {
        match self.status.as_str() {
            "succeeded" => Ok(()),
            "failed" | "canceled" => Err(GatewayError::Refused { code: format!("refund_{}", self.status) }),
            open => Err(undecided(&format!("the refund is {open}"))),
        }
    }
}
