//! What a notice says.

use super::reason::variable;
use crate::say;
use domain::notification::{Template, Variable, Variables};
use domain::shared::Locale;

/// The sentence of a notice, without saying of which order.
pub fn notice(locale: Locale, template: Template, variables: &Variables) -> String {
    sentence(locale, template, &|name| variable(locale, variables, name))
}

/// Of which order a notice is.
pub fn notice_heading(locale: Locale, variables: &Variables) -> String {
    heading(locale, &|name| variable(locale, variables, name))
}

/// A notice as a text message: from whom, of which order, and what.
pub fn notice_text(locale: Locale, template: Template, variables: &Variables) -> String {
    text(locale, template, &|name| variable(locale, variables, name))
}

/// The text of a template as it is registered with a provider of KakaoTalk messages: `#{amount}` where the amount is filled in.
pub fn notice_template(locale: Locale, template: Template) -> String {
    text(locale, template, &|variable| format!("#{{{}}}", variable.name()))
}

fn heading(locale: Locale, fill: &dyn Fn(Variable) -> String) -> String {
    let (store, number) = (fill(Variable::Store), fill(Variable::Number));
    say!(locale, notices.page.heading, store = store, number = number)
}

fn text(locale: Locale, template: Template, fill: &dyn Fn(Variable) -> String) -> String {
    let (heading, sentence) = (heading(locale, fill), sentence(locale, template, fill));
    say!(locale, notices.page.text, heading = heading, sentence = sentence)
}

fn sentence(locale: Locale, template: Template, fill: &dyn Fn(Variable) -> String) -> String {
    use Template as T;
    let amount = || fill(Variable::Amount);
    let minutes = || fill(Variable::Minutes);
    let reason = || fill(Variable::Reason);
    let said = match template {
        T::OrderPlaced => return say!(locale, notices.say.order_placed, amount = amount()),
        T::OrderReceived => return say!(locale, notices.say.order_received, amount = amount()),
        T::OrderRejected => return say!(locale, notices.say.order_rejected, reason = reason()),
        T::OrderAccepted => return say!(locale, notices.say.order_accepted, minutes = minutes()),
        T::CookingDelayed => return say!(locale, notices.say.cooking_delayed, minutes = minutes()),
        T::ChangeWaits => return say!(locale, notices.say.change_waits, amount = amount()),
        T::ChangeApplied => return say!(locale, notices.say.change_applied, amount = amount()),
        T::Refunded => return say!(locale, notices.say.refunded, amount = amount()),
        T::RefundSentBack => return say!(locale, notices.say.refund_sent_back, amount = amount()),
        T::StoreNewOrder => return say!(locale, notices.say.store_new_order, amount = amount()),
        T::StoreOrderChanged => return say!(locale, notices.say.store_order_changed, amount = amount()),
        T::RiderCompleted => return say!(locale, notices.say.rider_completed, amount = amount()),
        T::RiderUndeliverable => return say!(locale, notices.say.rider_undeliverable, amount = amount()),
        T::PaymentHeld => say!(locale, notices.say.payment_held),
        T::PaymentNeeded => say!(locale, notices.say.payment_needed),
        T::PaymentDeclined => say!(locale, notices.say.payment_declined),
        T::PaymentExpired => say!(locale, notices.say.payment_expired),
        T::OrderCancelled => say!(locale, notices.say.order_cancelled),
        T::OrderCalledOff => say!(locale, notices.say.order_called_off),
        T::OrderOverCapacity => say!(locale, notices.say.order_over_capacity),
        T::OrderTimedOut => say!(locale, notices.say.order_timed_out),
        T::CookingStarted => say!(locale, notices.say.cooking_started),
        T::FoodReady => say!(locale, notices.say.food_ready),
        T::RiderAssigned => say!(locale, notices.say.rider_assigned),
        T::RiderGone => say!(locale, notices.say.rider_gone),
        T::RiderReplaced => say!(locale, notices.say.rider_replaced),
        T::OnTheWay => say!(locale, notices.say.on_the_way),
        T::Delivered => say!(locale, notices.say.delivered),
        T::Completed => say!(locale, notices.say.completed),
        T::CompletedByItself => say!(locale, notices.say.completed_by_itself),
        T::ChangeDeclined => say!(locale, notices.say.change_declined),
        T::ChangeTooLate => say!(locale, notices.say.change_too_late),
        T::ChangeDropped => say!(locale, notices.say.change_dropped),
        T::ChangeExpired => say!(locale, notices.say.change_expired),
        T::LookedAfter => say!(locale, notices.say.looked_after),
        T::CustomerMissed => say!(locale, notices.say.customer_missed),
        T::DoorCodes => say!(locale, notices.say.door_codes),
        T::Undeliverable => say!(locale, notices.say.undeliverable),
        T::UndeliverableRefund => say!(locale, notices.say.undeliverable_refund),
        T::StoreOrderCancelled => say!(locale, notices.say.store_order_cancelled),
        T::StoreOrderCalledOff => say!(locale, notices.say.store_order_called_off),
        T::StoreOverCapacity => say!(locale, notices.say.store_over_capacity),
        T::StoreTimedOut => say!(locale, notices.say.store_timed_out),
        T::StoreReminder => say!(locale, notices.say.store_reminder),
        T::StoreRiderAssigned => say!(locale, notices.say.store_rider_assigned),
        T::StoreRiderGone => say!(locale, notices.say.store_rider_gone),
        T::StoreRiderReplaced => say!(locale, notices.say.store_rider_replaced),
        T::StoreRiderHere => say!(locale, notices.say.store_rider_here),
        T::StorePickedUp => say!(locale, notices.say.store_picked_up),
        T::StoreUndeliverable => say!(locale, notices.say.store_undeliverable),
        T::StoreCompleted => say!(locale, notices.say.store_completed),
        T::RiderTakenBack => say!(locale, notices.say.rider_taken_back),
        T::RiderOrderEnded => say!(locale, notices.say.rider_order_ended),
    };
    said.to_owned()
}
