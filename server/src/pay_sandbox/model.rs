//! Rows of the provider's book and what the API shows of them.

use serde::Serialize;

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub(super) enum Status {
    Approved,
    Declined,
    NeedsCustomer,
    Cancelled,
    PartiallyCancelled,
}

/// A row of `payments`.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub(super) struct PaymentRow {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) order_ref: String,
    pub(super) status: Status,
    pub(super) amount: i64,
    pub(super) cancelled: i64,
    pub(super) card: String,
    pub(super) body_hash: String,
    pub(super) decline_code: Option<String>,
    pub(super) return_url: Option<String>,
    pub(super) customer_token: Option<String>,
    pub(super) customer_until_ms: Option<i64>,
    pub(super) created_ms: i64,
}

impl PaymentRow {
    /// True once the customer's time to decide has run out without a decision.
    pub(super) fn is_abandoned(&self, now_ms: i64) -> bool {
        self.status == Status::NeedsCustomer && self.customer_until_ms.is_some_and(|until| until <= now_ms)
    }

    /// What the API shows.
    pub(super) fn view(&self) -> PaymentView<'_> {
        PaymentView {
            id: &self.id,
            key: &self.key,
            order: &self.order_ref,
            status: self.status,
            amount: self.amount,
            cancelled: self.cancelled,
            decline_code: self.decline_code.as_deref(),
            customer_url: self.customer_until_ms.map(|_| customer_url(&self.id)),
            customer_until_ms: self.customer_until_ms,
            created_ms: self.created_ms,
        }
    }
}

/// The path of the page on which a customer decides about the payment.
pub(super) fn customer_url(id: &str) -> String {
    format!("/pay-sandbox/c/{id}")
}

/// A payment as the API shows it.
#[derive(Debug, Serialize)]
pub(super) struct PaymentView<'a> {
    id: &'a str,
    key: &'a str,
    order: &'a str,
    status: Status,
    amount: i64,
    cancelled: i64,
    decline_code: Option<&'a str>,
    customer_url: Option<String>,
    customer_until_ms: Option<i64>,
    created_ms: i64,
}

/// A row of `cancels`; serialised it is what the API shows.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub(super) struct CancelRow {
    pub(super) id: String,
    pub(super) key: String,
    #[serde(skip)]
    pub(super) payment_id: String,
    pub(super) amount: i64,
    #[serde(skip)]
    pub(super) body_hash: String,
    pub(super) created_ms: i64,
}

/// What the ledger holds for one order reference.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub(super) struct Totals {
    /// Won approved.
    pub(super) approved: i64,
    /// Won cancelled.
    pub(super) cancelled: i64,
    /// Number of approvals.
    pub(super) approvals: i64,
    /// Number of cancels.
    pub(super) cancels: i64,
}

/// A payment asked for, checked.
#[derive(Clone, Debug)]
pub(super) struct NewPayment {
    pub(super) key: String,
    pub(super) order_ref: String,
    pub(super) amount: i64,
    pub(super) card: String,
    pub(super) behaviour: super::cards::Behaviour,
    pub(super) return_url: Option<String>,
    pub(super) body_hash: String,
}

/// A cancel asked for, checked.
#[derive(Clone, Debug)]
pub(super) struct NewCancel {
    pub(super) key: String,
    pub(super) payment_id: String,
    /// Won; `None` is the whole rest.
    pub(super) amount: Option<i64>,
    pub(super) reason: String,
    pub(super) body_hash: String,
}

/// The customer's decision on the page.
#[derive(Clone, Debug)]
pub(super) struct CustomerDecision {
    pub(super) payment_id: String,
    pub(super) token: String,
    pub(super) approve: bool,
}
