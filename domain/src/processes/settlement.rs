//! 정산: where the money of an order that has ended belongs.
//!
//! | end | store | rider | platform |
//! | --- | --- | --- | --- |
//! | 거래완료 | the food | the fee, once the food had left | the rest of what is kept |
//! | 배달실패 | the food, once it was ready | the fee, once the food had left | the rest of what is kept; it bears what is missing |
//! | any other | nothing | nothing | nothing |
//!
//! What the customer paid beyond the price has gone back, or is owed back until it has.

use super::Case;
use crate::order;
use crate::shared::{AccountId, StoreId, Timestamp, Won};
use crate::store::ticket;
use serde::{Deserialize, Serialize};

/// What customers paid, and how much of it is not to be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takings {
    /// What providers took from customers, in won.
    pub paid: Won,
    /// What has gone back to them, in won.
    pub given_back: Won,
    /// What is to go back to them and has not yet, in won.
    pub owed_back: Won,
}

impl Takings {
    /// What the platform keeps of it when others get `shares`, in won; below zero it adds something. With the shares, and with what was
    /// given back and is owed back, it makes what was paid.
    pub fn left_after(&self, shares: impl IntoIterator<Item = Won>) -> i64 {
        // Amounts fit: see `Won::MAX`.
        let won = |amount: Won| amount.get() as i64;
        let shares: i64 = shares.into_iter().map(won).sum();
        won(self.paid) - won(self.given_back) - won(self.owed_back) - shares
    }
}

/// Where the money of one order belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// When the order ended.
    pub at: Timestamp,
    /// The store, and its part in won.
    pub store: (StoreId, Won),
    /// The rider, and the fee in won.
    pub rider: Option<(AccountId, Won)>,
    /// What its customer paid.
    pub takings: Takings,
}

impl Settlement {
    /// What the platform keeps, in won; below zero it adds something.
    pub fn platform(&self) -> i64 {
        self.takings.left_after([self.store.1, self.rider.map_or(Won::ZERO, |(_, fee)| fee)])
    }
}

impl Case {
    /// Where the money belongs; `None` while the order has not ended, and when it has ended without any.
    pub fn settlement(&self) -> Option<Settlement> {
        let at = self.order.ended_at?;
        let (placed, bill) = (self.order.placed.as_ref()?, self.order.bill.as_ref()?);
        let food = match self.order.phase {
            order::Phase::Completed => bill.items,
            order::Phase::Undeliverable if self.ticket.phase == ticket::Phase::Ready => bill.items,
            order::Phase::Undeliverable
            | order::Phase::Cancelled
            | order::Phase::PaymentFailed
            | order::Phase::Rejected => Won::ZERO,
            order::Phase::New | order::Phase::Placed | order::Phase::Held | order::Phase::Received => {
                return None;
            }
        };
        let fee = self.delivery.offered.as_ref().map(|offered| offered.fee);
        let rider = self.delivery.rider.zip(fee).filter(|_| self.delivery.has_left());
        let (paid, given_back) = (self.payment.approved(), self.payment.refunded());
        let beyond = paid.minus(given_back).and_then(|held| held.minus(self.price()));
        // Nothing is cooked that was not paid (invariant 1), so that less than the price is held in a forged log alone.
        let takings = Takings { paid, given_back, owed_back: beyond.unwrap_or(Won::ZERO) };
        let is_empty = paid.is_zero() && food.is_zero() && rider.is_none();
        (!is_empty).then_some(Settlement { at, store: (placed.store, food), rider, takings })
    }
}
