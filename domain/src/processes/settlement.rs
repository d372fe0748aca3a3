//! 정산: who is owed what of an order that has ended.
//!
//! | end | store | rider | platform |
//! | --- | --- | --- | --- |
//! | 거래완료 | the food | the fee, once the food had left | the rest of what the customer paid |
//! | 배달실패 | the food, once it was ready | the fee, once the food had left | the rest of what was kept; it bears what is missing |
//! | any other | nothing | nothing | nothing |
//!
//! The parts always add up to what the customer paid and did not get back.

use super::Case;
use crate::order;
use crate::shared::{AccountId, StoreId, Timestamp, Won};
use crate::store::ticket;
use serde::{Deserialize, Serialize};

/// Who is owed what of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// When the order ended.
    pub at: Timestamp,
    /// The store, and its part in won.
    pub store: (StoreId, Won),
    /// The rider, and the fee in won.
    pub rider: Option<(AccountId, Won)>,
    /// What the customer paid and did not get back, in won.
    pub paid: Won,
}

impl Settlement {
    /// What the platform keeps, in won; below zero it adds something.
    pub fn platform(&self) -> i64 {
        let rider = self.rider.map_or(Won::ZERO, |(_, fee)| fee);
        // Amounts fit: see `Won::MAX`.
        self.paid.get() as i64 - self.store.1.get() as i64 - rider.get() as i64
    }
}

impl Case {
    /// Who is owed what; `None` while the order has not ended, and when nobody is owed anything.
    pub fn settlement(&self) -> Option<Settlement> {
        let at = self.order.ended_at?;
        let (placed, bill) = (self.order.placed.as_ref()?, self.order.bill.as_ref()?);
        let food = match self.order.phase {
            order::Phase::Completed => bill.items,
            order::Phase::Undeliverable if self.ticket.phase == ticket::Phase::Ready => bill.items,
            order::Phase::Undeliverable => Won::ZERO,
            _ => return None,
        };
        let fee = self.delivery.offered.as_ref().map(|offered| offered.fee);
        let rider = self.delivery.rider.zip(fee).filter(|_| self.delivery.has_left());
        Some(Settlement { at, store: (placed.store, food), rider, paid: self.price() })
    }
}
