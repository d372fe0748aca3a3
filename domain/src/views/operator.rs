//! The operator's console: what needs a person, and how the providers are.

use super::{DeadWebhook, OrderLine, Role, Shown, WaitingApplication};
use crate::notification::Template;
use crate::order::StuckReason;
use crate::payment::is_refund_late;
use crate::processes::{Takings, WaitsFor};
use crate::shared::{OrderId, OrderNumber, Text, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// Where a circuit breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// The provider is asked.
    Closed,
    /// One request shows whether it works again.
    HalfOpen,
    /// Nobody asks it.
    Open,
}

/// How a provider outside is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderHealth {
    /// Its name.
    pub name: String,
    /// Its circuit breaker.
    pub breaker: BreakerState,
    /// How often it was not asked since the start, because the breaker was open.
    pub refused: u64,
}

/// An order that waits for longer than it should, or for the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StuckOrder {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// The store's name.
    pub store_name: Text,
    /// Its state.
    pub shown: Shown,
    /// Its price, in won.
    pub total: Won,
    /// What it waits for.
    pub waits: WaitsFor,
    /// Why it is on the list; `None` while it has only been waiting for too long.
    pub why: Option<StuckReason>,
    /// From when on.
    pub since: Timestamp,
}

/// Money on its way back that has not arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateRefund {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// Owed to the customer, in won.
    pub owed: Won,
    /// Since when it waits for a provider that is not asked; `None` when a request for it has failed.
    pub waits_since: Option<Timestamp>,
}

/// The refunds that the console shows at most, and whether there are more: those that fail, and after them those that have been waiting for
/// too long, each order once. Of both kinds one more than `most` is enough to know.
pub fn late_refunds(
    failing: Vec<LateRefund>,
    waiting: Vec<LateRefund>,
    now: Timestamp,
    most: u32,
) -> (Vec<LateRefund>, bool) {
    let is_late = |refund: &LateRefund| refund.waits_since.is_some_and(|since| is_refund_late(since, now));
    let (late, more_late) = cut(waiting.into_iter().filter(is_late).collect(), most);
    let mut refunds = failing;
    for refund in late {
        // What was paid in two parts goes back in two.
        if refunds.iter().all(|known| known.order != refund.order) {
            refunds.push(refund);
        }
    }
    let (refunds, more) = cut(refunds, most);
    (refunds, more || more_late)
}

/// A charge that nobody wants any more, of which the provider has not said yet whether it has taken anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndecidedCharge {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// How much it is about, in won.
    pub amount: Won,
    /// Since when nobody wants it.
    pub since: Timestamp,
}

/// A step that was given up, until somebody has it tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its id.
    pub id: String,
    /// The order.
    pub order: OrderId,
    /// What was to be done.
    pub step: String,
    /// About how much money, in won.
    pub amount: Option<Won>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not succeed the last time.
    pub error: String,
    /// Since when it lies here.
    pub since: Timestamp,
}

/// A notice that could not be sent, until somebody has it tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadNotice {
    /// Its id.
    pub id: String,
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// Who was to be told.
    pub role: Role,
    /// What.
    pub template: Template,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not succeed the last time.
    pub error: String,
    /// When it happened.
    pub at: Timestamp,
}

/// A list of the console that has an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleList {
    /// Orders that need a person: of each kind so many.
    Stuck,
    /// Refunds that fail, or wait for too long.
    Refunds,
    /// Orders with charges that are being called off.
    Undecided,
    /// Steps that were given up.
    Dead,
    /// Notices that were given up.
    Notices,
    /// Messages to webhooks that were given up.
    Webhooks,
    /// Applications.
    Applications,
}

/// The first `most` of a list that was asked for one more, and whether there is more than these.
pub fn cut<T>(mut list: Vec<T>, most: u32) -> (Vec<T>, bool) {
    let more = list.len() > most as usize;
    list.truncate(most as usize);
    (list, more)
}

/// The operator's console.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatorView {
    /// The log's position that this shows.
    pub position: u64,
    /// The server's clock.
    pub now: Timestamp,
    /// A fresh idempotency key: the first part of the keys of this page's forms.
    pub key: String,
    /// Orders that need a person, those that wait longest first.
    pub stuck: Vec<StuckOrder>,
    /// Refunds that fail, and those that wait for too long.
    pub refunds: Vec<LateRefund>,
    /// Charges that are being called off, those first of which that has been so for longest.
    pub undecided: Vec<UndecidedCharge>,
    /// Steps that were given up.
    pub dead: Vec<DeadLetter>,
    /// Notices that were given up.
    pub notices: Vec<DeadNotice>,
    /// Messages to webhooks that were given up.
    pub webhooks: Vec<DeadWebhook>,
    /// Applications that wait, the oldest first; before them those whose approval was not carried through.
    pub applications: Vec<WaitingApplication>,
    /// The lists of which there is more than what is here: the rest comes as these are done.
    pub cut: Vec<ConsoleList>,
    /// Orders held because their payment is not clear.
    pub held: u64,
    /// Providers outside.
    pub providers: Vec<ProviderHealth>,
}

/// For how many days back an order is found by its short number. Older ones are found by their id.
pub const SEARCH_DAYS: i64 = 90;

/// An order that was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundOrder {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// The store's name.
    pub store_name: Text,
    /// Its state.
    pub shown: Shown,
    /// When it was placed.
    pub placed_at: Timestamp,
}

impl From<OrderLine> for FoundOrder {
    fn from(line: OrderLine) -> Self {
        let OrderLine { order, number, store_name, shown, placed_at, .. } = line;
        Self { order, number, store_name, shown, placed_at }
    }
}

/// What was found. A short number may be that of several orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSearch {
    /// The server's clock.
    pub now: Timestamp,
    /// The orders, the newest first.
    pub found: Vec<FoundOrder>,
    /// Whether there are older ones with this number.
    pub more: bool,
}

/// What the operator does with an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum OperatorAction {
    /// Cancel it for the customer.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Take the job back from its rider.
    TakeBack,
    /// End it as 배달실패.
    GiveUp {
        /// Whether the customer gets the money back.
        refund: bool,
        /// Why.
        reason: String,
    },
}

/// What somebody is owed of a day's orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Who.
    pub name: Text,
    /// Of how many orders.
    pub orders: u64,
    /// How much, in won.
    pub amount: Won,
}

/// 정산: the settlement of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementView {
    /// The server's clock.
    pub now: Timestamp,
    /// The day in Seoul, such as `2026-11-25`.
    pub day: String,
    /// Orders that ended on this day and for which something was paid.
    pub orders: u64,
    /// What their customers paid.
    pub takings: Takings,
    /// What each store is owed.
    pub stores: Vec<Owed>,
    /// What each rider is owed.
    pub riders: Vec<Owed>,
}

impl SettlementView {
    /// What the platform keeps, in won; below zero it adds something. With the others, and with what was given back and is owed back, it
    /// makes what the customers paid.
    pub fn platform(&self) -> i64 {
        self.takings.left_after(self.stores.iter().chain(&self.riders).map(|owed| owed.amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::REFUND_LATE_MINUTES;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn refund(order: u128, waits_since: Option<Timestamp>) -> LateRefund {
        let id = Uuid::from_u128(order);
        LateRefund { order: OrderId(id), number: OrderNumber::of(id), owed: Won::ZERO, waits_since }
    }

    fn shown(failing: &[u128], waiting: &[(u128, u32)], most: u32) -> (Vec<u128>, bool) {
        let since = |minutes: u32| Timestamp(NOW.0 - Timestamp(0).plus_minutes(minutes).0);
        let failing = failing.iter().map(|order| refund(*order, None)).collect();
        let waiting = waiting.iter().map(|(order, minutes)| refund(*order, Some(since(*minutes)))).collect();
        let (refunds, more) = late_refunds(failing, waiting, NOW, most);
        (refunds.iter().map(|refund| refund.order.0.as_u128()).collect(), more)
    }

    #[test]
    fn refunds_that_wait_for_too_long_are_shown_behind_those_that_fail_and_each_order_once() {
        let (late, fresh) = (REFUND_LATE_MINUTES + 1, REFUND_LATE_MINUTES);
        assert_eq!(shown(&[], &[], 3), (vec![], false));
        assert_eq!(shown(&[7], &[(1, late), (2, fresh)], 3), (vec![7, 1], false));
        assert_eq!(shown(&[7], &[(1, late), (1, late), (7, late)], 3), (vec![7, 1], false));
        assert_eq!(shown(&[7, 8], &[(1, late), (2, fresh)], 3), (vec![7, 8, 1], false));
        assert_eq!(shown(&[7, 8], &[(1, late), (2, late)], 3), (vec![7, 8, 1], true));
        assert_eq!(shown(&[7, 8, 9, 10], &[], 3), (vec![7, 8, 9], true));
        assert_eq!(shown(&[], &[(1, late), (2, late), (3, late), (4, late)], 3), (vec![1, 2, 3], true));
        // There may be more behind what is one order.
        assert_eq!(shown(&[], &[(1, late), (1, late), (2, late), (3, late)], 3), (vec![1, 2], true));
    }

    #[test]
    fn a_list_says_whether_it_is_cut() {
        assert_eq!(cut(vec![1, 2, 3], 2), (vec![1, 2], true));
        assert_eq!(cut(vec![1, 2], 2), (vec![1, 2], false));
        assert_eq!(cut(Vec::<u8>::new(), 2), (Vec::new(), false));
    }
}
