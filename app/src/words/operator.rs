//! What the operator's console says.

use crate::say;
use domain::order::StuckReason;
use domain::processes::WaitsFor;
use domain::shared::Locale;

/// What an order waits for.
pub fn waits(locale: Locale, waits: WaitsFor) -> &'static str {
    match waits {
        WaitsFor::Answer => say!(locale, words.waits.answer),
        WaitsFor::Kitchen => say!(locale, words.waits.kitchen),
        WaitsFor::Rider => say!(locale, words.waits.rider),
        WaitsFor::Pickup => say!(locale, words.waits.pickup),
        WaitsFor::Handover => say!(locale, words.waits.handover),
        WaitsFor::Confirmation => say!(locale, words.waits.confirmation),
        WaitsFor::Operator => say!(locale, words.waits.operator),
    }
}

/// Why an order is on the operator's list.
pub fn stuck(locale: Locale, why: StuckReason) -> &'static str {
    match why {
        StuckReason::KitchenSilent => say!(locale, words.stuck.kitchen_silent),
        StuckReason::NoRider => say!(locale, words.stuck.no_rider),
        StuckReason::RiderSilent => say!(locale, words.stuck.rider_silent),
        StuckReason::CustomerAbsent => say!(locale, words.stuck.customer_absent),
        StuckReason::DoorCodes => say!(locale, words.stuck.door_codes),
    }
}
