//! Toss's JSON, and what it means.

use domain::processes::ChargeOutcome;
use domain::shared::Won;
use serde::{Deserialize, Serialize};

use super::super::GatewayError;
use super::super::http::{undecided, unusable};
use super::{OTHER_AMOUNT, PAID_LATER};

/// The most characters of a reason that are sent; Toss takes 200, and the mark needs some.
const REASON_MAX: usize = 150;

/// Codes with which Toss refuses a request for a reason that leaves this payment's money open: it has been decided before, which the next
/// look-up tells; or it is being decided; or it follows too closely on another one; or a card company has failed.
const UNDECIDED: [&str; 6] = [
    "FORBIDDEN_CONSECUTIVE_REQUEST",
    "ALREADY_PROCESSED_PAYMENT",
    "DUPLICATED_ORDER_ID",
    "IDEMPOTENT_REQUEST_PROCESSING",
    "PROVIDER_ERROR",
    "CARD_PROCESSING_ERROR",
];

/// Codes that say nothing of any payment: Toss itself has failed, or the shop's own key or request is wrong.
const SAYS_NOTHING: [&str; 8] = [
    "COMMON_ERROR",
    "FAILED_DB_PROCESSING",
    "INVALID_IDEMPOTENCY_KEY",
    "INVALID_API_KEY",
    "UNAUTHORIZED_KEY",
    "FORBIDDEN_REQUEST",
    "INCORRECT_BASIC_AUTH_FORMAT",
    "NOT_SUPPORTED_API_VERSION",
];

/// The body of `POST /v1/payments/confirm`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfirmBody<'a> {
    pub(super) payment_key: &'a str,
    pub(super) order_id: &'a str,
    pub(super) amount: Won,
}

/// The body of `POST /v1/payments/{paymentKey}/cancel`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CancelBody<'a> {
    pub(super) cancel_reason: &'a str,
    pub(super) cancel_amount: Won,
}

/// A payment as Toss shows it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    #[serde(rename = "paymentKey")]
    pub(super) key: String,
    pub(super) order_id: String,
    pub(super) status: Status,
    total_amount: u64,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    failure: Option<Failure>,
    #[serde(default)]
    cancels: Option<Vec<Cancel>>,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    /// The window was opened.
    Ready,
    /// The customer has approved; it waits to be confirmed.
    InProgress,
    /// The customer was given an account to send money to.
    WaitingForDeposit,
    /// The money was taken.
    Done,
    /// All of it went back.
    Canceled,
    /// Some of it went back.
    PartialCanceled,
    /// It failed.
    Aborted,
    /// It was confirmed by nobody in time.
    Expired,
}

/// A cancel as Toss shows it.
#[derive(Debug, Deserialize)]
struct Cancel {
    #[serde(rename = "cancelAmount")]
    amount: u64,
    #[serde(rename = "cancelReason", default)]
    reason: String,
    #[serde(rename = "cancelStatus", default)]
    status: Option<String>,
}

/// What Toss says instead of what it was asked, and why a payment failed.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) code: String,
}

impl Failure {
    /// A 404 of whatever else may stand at this address has no such code.
    pub(super) fn is_not_found(&self) -> bool {
        ["NOT_FOUND_PAYMENT", "NOT_FOUND"].contains(&self.code.as_str())
    }
}

impl Payment {
    /// Why a payment that the customer has approved is not to be confirmed; `None` when it may.
    pub(super) fn objection(&self, amount: Won) -> Option<&'static str> {
        let is_won = self.currency.as_deref().is_none_or(|currency| currency == "KRW");
        if self.total_amount != amount.get() || !is_won {
            return Some(OTHER_AMOUNT);
        }
        let later = ["가상계좌", "VIRTUAL_ACCOUNT"];
        self.method.as_deref().is_some_and(|method| later.contains(&method)).then_some(PAID_LATER)
    }

    /// What a payment says that is beyond the customer's hands.
    ///
    /// One that was cancelled, whole or in part, is an approval of its whole amount: the money was taken once, and what went back of it are
    /// the refunds asked for under keys of their own, which the caller keeps account of.
    pub(super) fn outcome(self) -> Result<ChargeOutcome, GatewayError> {
        match self.status {
            Status::Done | Status::Canceled | Status::PartialCanceled => {
                let amount =
                    Won::new(self.total_amount).map_err(|_| unusable("the amount is out of range"))?;
                Ok(ChargeOutcome::Approved { provider_id: self.key, amount })
            }
            Status::Aborted | Status::Expired => {
                let usual =
                    if self.status == Status::Expired { "EXPIRED_PAYMENT" } else { "PAY_PROCESS_ABORTED" };
                let code = self.failure.map_or_else(|| usual.to_owned(), |failure| failure.code);
                Ok(ChargeOutcome::Declined { code })
            }
            Status::Ready | Status::InProgress | Status::WaitingForDeposit => {
                Err(undecided("the payment is not decided"))
            }
        }
    }

    /// Whether a cancel of this amount with this mark was made.
    pub(super) fn has_cancelled(&self, amount: Won, mark: &str) -> bool {
        self.cancels.iter().flatten().any(|cancel| {
            cancel.amount == amount.get()
                && cancel.reason.ends_with(mark)
                && cancel.status.as_deref().is_none_or(|status| status == "DONE")
        })
    }
}

/// What a refusal with this code is that leaves open what becomes of the money; `None` for one that decides it.
pub(super) fn stays_open(code: &str) -> Option<GatewayError> {
    if UNDECIDED.contains(&code) {
        return Some(undecided(code));
    }
    SAYS_NOTHING.contains(&code).then(|| unusable(code))
}

/// By what a refund is known in the reason of its cancel: no other key has it.
pub(super) fn mark(key: &str) -> String {
    format!("#{}", &blake3::hash(key.as_bytes()).to_hex()[..32])
}

/// The reason of a cancel, with its mark.
pub(super) fn reason(why: &str, key: &str) -> String {
    let why: String = why.chars().take(REASON_MAX).collect();
    format!("{why} {}", mark(key))
}
