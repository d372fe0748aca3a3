//! The provider's JSON, and what it means.

use domain::processes::ChargeOutcome;
use domain::shared::{Text, Timestamp, Won};
use domain::views::CardView;
use serde::{Deserialize, Serialize};

use super::GatewayError;
use super::http::{undecided, unusable};

/// Codes with which the provider refuses a request while reading it, before any money is touched. The same request always
/// meets the same code, so nothing was charged for it earlier either.
const NOTHING_CHARGED: [&str; 6] =
    ["unknown_card", "bad_amount", "bad_order", "bad_return_url", "bad_body", "malformed_body"];

/// The code of a request whose key came with another one before.
const USED_OTHERWISE: &str = "idempotency_mismatch";

/// The code of a payment that was voided before it was made.
const VOIDED: &str = "voided";

/// The body of `POST /v1/payments`, and of `POST /v1/payments/void`.
#[derive(Serialize)]
pub(super) struct ChargeBody<'a> {
    pub(super) order: &'a str,
    pub(super) amount: Won,
    pub(super) card: &'a str,
    pub(super) return_url: Option<&'a str>,
}

/// The body of `POST /v1/payments/{id}/cancel`.
#[derive(Serialize)]
pub(super) struct RefundBody<'a> {
    pub(super) amount: Won,
    pub(super) reason: &'a str,
}

/// A payment as the provider shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    id: String,
    key: String,
    status: Status,
    amount: u64,
    decline_code: Option<String>,
    customer_url: Option<String>,
    customer_until_ms: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Approved,
    Declined,
    NeedsCustomer,
    Cancelled,
    PartiallyCancelled,
}

/// The answer to a refund.
#[derive(Debug, Deserialize)]
pub(super) struct Refunded {
    pub(super) cancel: Cancel,
}

/// A refund as the provider shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Cancel {
    pub(super) key: String,
    pub(super) amount: u64,
}

/// What the provider says instead of what it was asked.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) error: String,
}

/// A card as the provider shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Card {
    card: String,
    label: Label,
}

#[derive(Debug, Deserialize)]
struct Label {
    ko: String,
    en: String,
}

impl Payment {
    /// What this says of the request with `key`; `None` when it makes no sense.
    ///
    /// A payment that was cancelled, whole or in part, is an approval of its whole amount: the money was taken once, and
    /// what went back of it are the refunds asked for under keys of their own, which the caller keeps account of.
    pub(super) fn outcome(self, key: &str, public_base: Option<&str>) -> Option<ChargeOutcome> {
        if self.key != key || self.id.is_empty() {
            return None;
        }
        match self.status {
            Status::Approved | Status::Cancelled | Status::PartiallyCancelled => {
                Some(ChargeOutcome::Approved { provider_id: self.id, amount: Won::new(self.amount).ok()? })
            }
            Status::Declined if self.decline_code.as_deref() == Some(VOIDED) => Some(ChargeOutcome::Voided),
            Status::Declined => Some(ChargeOutcome::Declined {
                code: self.decline_code.unwrap_or_else(|| "declined".to_owned()),
            }),
            Status::NeedsCustomer => Some(ChargeOutcome::NeedsCustomer {
                url: public_url(self.customer_url?, public_base),
                until: Timestamp(self.customer_until_ms?),
            }),
        }
    }
}

/// A path of the provider's is put behind `base`; an address of its own stays as it is.
fn public_url(url: String, base: Option<&str>) -> String {
    match base {
        Some(base) if url.starts_with('/') => format!("{}{url}", base.trim_end_matches('/')),
        _ => url,
    }
}

impl Refusal {
    /// The outcome of a request that was refused with a 4xx status. A key that was used for another request leaves this one open; any other
    /// code may be somebody else's.
    pub(super) fn outcome(self) -> Result<ChargeOutcome, GatewayError> {
        match self.error.as_str() {
            code if NOTHING_CHARGED.contains(&code) => Ok(ChargeOutcome::Declined { code: self.error }),
            USED_OTHERWISE => Err(undecided(&self.error)),
            _ => Err(unusable(&self.error)),
        }
    }
}

/// The provider's cards, numbered as it lists them: they have no names of their own.
pub(super) fn card_views(cards: Vec<Card>) -> Vec<CardView> {
    cards
        .into_iter()
        .zip(1..)
        .map(|(Card { card, label }, number)| CardView {
            token: card,
            name: Text { ko: format!("테스트 카드 {number}"), en: Some(format!("Test card {number}")) },
            description: Text { ko: label.ko, en: Some(label.en) },
        })
        .collect()
}
