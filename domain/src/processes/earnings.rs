//! What a rider has earned with one order: what the rider's page adds up is what the settlement pays.
//!
//! | the order | earned | counts from |
//! | --- | --- | --- |
//! | has ended | the rider's part of the settlement | the end |
//! | the food was handed over | the fee, which every end pays | the handover |
//! | anything else | nothing yet | |

use super::Case;
use crate::delivery;
use crate::shared::{AccountId, Timestamp, Won};

/// What a rider has earned with one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earned {
    /// Who.
    pub rider: AccountId,
    /// How much, in won.
    pub amount: Won,
    /// From when on it counts: to the day of this moment in Seoul it belongs.
    pub at: Timestamp,
}

impl Case {
    /// What the rider of this order has earned; `None` when that is nothing, or nothing yet.
    pub fn earned(&self) -> Option<Earned> {
        if self.order.ended_at.is_some() {
            let deal = self.settlement()?;
            return deal.rider.map(|(rider, amount)| Earned { rider, amount, at: deal.at });
        }
        let delivery = &self.delivery;
        let (rider, at) = delivery.rider.zip(delivery.moved_at)?;
        let amount = delivery.offered.as_ref()?.fee;
        (delivery.phase == delivery::Phase::Delivered).then_some(Earned { rider, amount, at })
    }
}
