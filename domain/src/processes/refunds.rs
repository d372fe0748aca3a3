//! The keys under which providers know refunds.

use super::Case;
use crate::payment::Refund;
use crate::shared::OrderId;

/// The idempotency key of a refund's request at the provider, whose namespace of keys is one for all orders.
pub fn refund_key(order: OrderId, request: &str) -> String {
    format!("{order}:{request}")
}

/// The order of a key that [`refund_key`] made; `None` for a text that begins with no order's id.
pub fn order_of_refund_key(key: &str) -> Option<OrderId> {
    key.split_once(':')?.0.parse().ok()
}

impl Case {
    /// The refund whose latest request the provider knows under this key.
    pub fn refund_under(&self, key: &str) -> Option<&Refund> {
        let order = self.order.placed.as_ref()?.order;
        self.payment.refunds.iter().find(|refund| refund_key(order, &refund.request()) == key)
    }
}
