//! The templates: one for each change of state that somebody is told of.

use serde::{Deserialize, Serialize};

/// Something that is filled into a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variable {
    /// The order's short number.
    Number,
    /// The store's name.
    Store,
    /// An amount of money.
    Amount,
    /// Minutes.
    Minutes,
    /// The store's own words.
    Reason,
}

impl Variable {
    /// The name, as templates at a provider have it: `#{number}`.
    pub const fn name(self) -> &'static str {
        match self {
            Variable::Number => "number",
            Variable::Store => "store",
            Variable::Amount => "amount",
            Variable::Minutes => "minutes",
            Variable::Reason => "reason",
        }
    }
}

macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident = $slug:literal $([$variable:ident])?,)+) => {
        /// What a notice says. The name in the database and in a provider's list of templates is its slug, which never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Template {
            $($(#[$doc])* #[serde(rename = $slug)] $name,)+
        }

        impl Template {
            /// All of them.
            pub const ALL: &[Template] = &[$(Template::$name,)+];

            /// The name outside of this program.
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Template::$name => $slug,)+
                }
            }

            /// What is filled in, besides order and store.
            const fn own(self) -> Option<Variable> {
                match self {
                    $(Template::$name => templates!(@own $($variable)?),)+
                }
            }
        }
    };
    (@own) => { None };
    (@own $variable:ident) => { Some(Variable::$variable) };
}

templates! {
    /// The order is placed; the amount is its price.
    OrderPlaced = "order_placed" [Amount],
    /// The payment is not clear yet: the order waits.
    PaymentHeld = "payment_held",
    /// The provider waits for the customer.
    PaymentNeeded = "payment_needed",
    /// Paid, and the store has it; the amount was paid.
    OrderReceived = "order_received" [Amount],
    /// The payment was declined. An end.
    PaymentDeclined = "payment_declined",
    /// The payment took too long. An end.
    PaymentExpired = "payment_expired",
    /// The customer has cancelled. An end.
    OrderCancelled = "order_cancelled",
    /// The operator has cancelled for the customer. An end.
    OrderCalledOff = "order_called_off",
    /// The store said no, with these words. An end.
    OrderRejected = "order_rejected" [Reason],
    /// The kitchen was full. An end.
    OrderOverCapacity = "order_over_capacity",
    /// The store did not answer in time. An end.
    OrderTimedOut = "order_timed_out",
    /// The store takes it, and needs so many minutes.
    OrderAccepted = "order_accepted" [Minutes],
    /// Cooking begins: it cannot be cancelled any more.
    CookingStarted = "cooking_started",
    /// It takes so many minutes longer.
    CookingDelayed = "cooking_delayed" [Minutes],
    /// The food is ready.
    FoodReady = "food_ready",
    /// A rider has taken the job.
    RiderAssigned = "rider_assigned",
    /// The rider has given it back: another one is looked for.
    RiderGone = "rider_gone",
    /// The operator has taken it back from the rider: another one is looked for.
    RiderReplaced = "rider_replaced",
    /// The rider has the food.
    OnTheWay = "on_the_way",
    /// The food has arrived: 배송확인 is asked for.
    Delivered = "delivered",
    /// The customer has confirmed. An end.
    Completed = "completed",
    /// The timer has confirmed. An end.
    CompletedByItself = "completed_by_itself",
    /// A dearer change waits for so much to be approved.
    ChangeWaits = "change_waits" [Amount],
    /// The change holds; the amount is the price now.
    ChangeApplied = "change_applied" [Amount],
    /// The difference was not approved: the order is what it was.
    ChangeDeclined = "change_declined",
    /// Cooking began before the change: the order is what it was.
    ChangeTooLate = "change_too_late",
    /// The order ended before the change.
    ChangeDropped = "change_dropped",
    /// The difference was not approved in time: the order is what it was.
    ChangeExpired = "change_expired",
    /// It takes too long: the operator looks after it.
    LookedAfter = "looked_after",
    /// The rider did not meet the customer: the operator looks after it.
    CustomerMissed = "customer_missed",
    /// The rider typed several wrong codes: the operator looks after it.
    DoorCodes = "door_codes",
    /// It could not be delivered, and the price stays paid. An end.
    Undeliverable = "undeliverable",
    /// It could not be delivered, and the price goes back. An end.
    UndeliverableRefund = "undeliverable_refund",
    /// So much has gone back.
    Refunded = "refunded" [Amount],
    /// The bank did not take what went back: so much goes back once more.
    RefundSentBack = "refund_sent_back" [Amount],
    /// To the store: a new order, paid with so much.
    StoreNewOrder = "store_new_order" [Amount],
    /// To the store: the order is another one; the amount is its price now.
    StoreOrderChanged = "store_order_changed" [Amount],
    /// To the store: the customer has cancelled before cooking.
    StoreOrderCancelled = "store_order_cancelled",
    /// To the store: the operator has cancelled before cooking.
    StoreOrderCalledOff = "store_order_called_off",
    /// To the store: turned down, because the kitchen was full.
    StoreOverCapacity = "store_over_capacity",
    /// To the store: turned down, because nobody answered.
    StoreTimedOut = "store_timed_out",
    /// To the store: the promised time is over.
    StoreReminder = "store_reminder",
    /// To the store: a rider has taken the job.
    StoreRiderAssigned = "store_rider_assigned",
    /// To the store: the rider has given it back.
    StoreRiderGone = "store_rider_gone",
    /// To the store: the operator has taken it back from the rider.
    StoreRiderReplaced = "store_rider_replaced",
    /// To the store: the rider waits at the counter.
    StoreRiderHere = "store_rider_here",
    /// To the store: the rider has the food.
    StorePickedUp = "store_picked_up",
    /// To the store: it could not be delivered.
    StoreUndeliverable = "store_undeliverable",
    /// To the store: the order is complete.
    StoreCompleted = "store_completed",
    /// To the rider: the operator has taken the job back.
    RiderTakenBack = "rider_taken_back",
    /// To the rider: the order has ended, there is nothing to deliver.
    RiderOrderEnded = "rider_order_ended",
    /// To the rider: the order is complete; the amount was earned.
    RiderCompleted = "rider_completed" [Amount],
    /// To the rider: it could not be delivered; the amount was earned all the same.
    RiderUndeliverable = "rider_undeliverable" [Amount],
}

impl Template {
    /// The template with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|template| template.slug() == slug)
    }

    /// Everything that is filled in.
    pub fn variables(self) -> impl Iterator<Item = Variable> {
        [Variable::Store, Variable::Number].into_iter().chain(self.own())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_template_has_a_slug_of_its_own_and_is_found_by_it() {
        let slugs: HashSet<_> = Template::ALL.iter().map(|template| template.slug()).collect();
        assert_eq!(slugs.len(), Template::ALL.len());
        for template in Template::ALL {
            assert_eq!(Template::from_slug(template.slug()), Some(*template));
            assert_eq!(serde_json::to_string(template).unwrap(), format!("\"{}\"", template.slug()));
        }
        assert_eq!(Template::from_slug("order"), None);
    }
}
