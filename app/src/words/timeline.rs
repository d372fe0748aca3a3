//! What the timeline says.

use super::reason::rejection;
use crate::say;
use domain::delivery::FailReason;
use domain::order::{ChangeOutcome, ConfirmedBy, PaymentFailure, RejectReason, StuckReason};
use domain::payment::RefundReason;
use domain::shared::Locale;
use domain::views::{Actor, TimelineEntry, What};

/// Who made an event happen.
pub fn actor(locale: Locale, actor: &Actor) -> &'static str {
    match actor {
        Actor::Customer(_) => say!(locale, words.actor.customer),
        Actor::Owner(_) => say!(locale, words.actor.owner),
        Actor::Rider(_) => say!(locale, words.actor.rider),
        Actor::Operator(_) => say!(locale, words.actor.operator),
        Actor::Applicant(_) => say!(locale, words.actor.applicant),
        Actor::System => say!(locale, words.actor.system),
    }
}

/// What an entry of the timeline says. A job that is free again was given back by its rider, or taken back by the operator.
pub fn happened(locale: Locale, entry: &TimelineEntry) -> String {
    match (&entry.what, entry.by) {
        (What::Released, Actor::Operator(_)) => say!(locale, words.what.taken_back).to_owned(),
        (happened, _) => what(locale, happened),
    }
}

/// What has happened, whoever did it.
pub fn what(locale: Locale, what: &What) -> String {
    let sentence = match what {
        What::Rejected { reason: RejectReason::Store(reason) } => {
            return say!(locale, words.what.rejected_store, reason = rejection(locale, reason));
        }
        What::Accepted { minutes } => return say!(locale, words.what.accepted, minutes = minutes),
        What::Delayed { minutes } => return say!(locale, words.what.delayed, minutes = minutes),
        What::Placed => say!(locale, words.what.placed),
        What::Held => say!(locale, words.what.held),
        What::Received => say!(locale, words.what.received),
        What::PaymentFailed { reason } => match reason {
            PaymentFailure::Declined(code) => super::declined::declined(locale, code),
            PaymentFailure::Expired => say!(locale, words.what.payment_expired),
        },
        What::Cancelled { reason } if reason.is_empty() => say!(locale, words.what.cancelled),
        What::Cancelled { reason } => {
            let what = say!(locale, words.what.cancelled);
            return say!(locale, words.what.because, what = what, reason = reason);
        }
        What::Rejected { reason: RejectReason::OverCapacity } => say!(locale, words.what.rejected_full),
        What::Rejected { reason: RejectReason::TimedOut } => say!(locale, words.what.rejected_late),
        What::ChangeRequested => say!(locale, words.what.change_requested),
        What::ChangeApplied => say!(locale, words.what.change_applied),
        What::ChangeAbandoned { outcome } => match outcome {
            ChangeOutcome::Declined => say!(locale, words.what.change_declined),
            ChangeOutcome::CookingStarted => say!(locale, words.what.change_cooking),
            ChangeOutcome::OrderEnded => say!(locale, words.what.change_ended),
            ChangeOutcome::Expired => say!(locale, words.what.change_expired),
        },
        What::Completed { by } => match by {
            ConfirmedBy::Customer => say!(locale, words.what.completed_customer),
            ConfirmedBy::Timer => say!(locale, words.what.completed_timer),
        },
        What::Flagged { why } => match why {
            StuckReason::KitchenSilent => say!(locale, words.what.flagged_kitchen),
            StuckReason::NoRider => say!(locale, words.what.flagged_no_rider),
            StuckReason::RiderSilent => say!(locale, words.what.flagged_rider),
            StuckReason::CustomerAbsent => say!(locale, words.what.flagged_absent),
            StuckReason::DoorCodes => say!(locale, words.what.flagged_codes),
        },
        What::Undeliverable { refund, reason } => {
            let what = if *refund {
                say!(locale, words.what.undeliverable_refund)
            } else {
                say!(locale, words.what.undeliverable)
            };
            if !reason.is_empty() {
                return say!(locale, words.what.because, what = what, reason = reason);
            }
            what
        }
        What::NeedsCustomer => say!(locale, words.what.needs_customer),
        What::PaymentApproved => say!(locale, words.what.payment_approved),
        What::PaymentDeclined => say!(locale, words.what.payment_declined),
        What::RefundRequested { reason } => match reason {
            RefundReason::Cancelled => say!(locale, words.what.refund_cancelled),
            RefundReason::Rejected => say!(locale, words.what.refund_rejected),
            RefundReason::TooLate => say!(locale, words.what.refund_too_late),
            RefundReason::Changed => say!(locale, words.what.refund_changed),
            RefundReason::Undeliverable => say!(locale, words.what.refund_undeliverable),
            RefundReason::SentBack => say!(locale, words.what.refund_once_more),
        },
        What::Refunded => say!(locale, words.what.refunded),
        What::RefundFailed => say!(locale, words.what.refund_failed),
        What::RefundSentBack => say!(locale, words.what.refund_sent_back),
        What::CookingStarted => say!(locale, words.what.cooking_started),
        What::CookingFinished => say!(locale, words.what.cooking_finished),
        What::Offered => say!(locale, words.what.offered),
        What::Claimed => say!(locale, words.what.claimed),
        What::Released => say!(locale, words.what.released),
        What::Arrived => say!(locale, words.what.arrived),
        What::PickedUp => say!(locale, words.what.picked_up),
        What::CodeRefused => say!(locale, words.what.code_refused),
        What::Delivered => say!(locale, words.what.delivered),
        What::DeliveryFailed { reason } => match reason {
            FailReason::CustomerAbsent => say!(locale, words.what.failed_absent),
            FailReason::Accident => say!(locale, words.what.failed_accident),
            FailReason::NoRider => say!(locale, words.what.failed_no_rider),
            FailReason::Operator => say!(locale, words.what.failed_operator),
        },
    };
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::shared::{AccountId, Timestamp};

    #[test]
    fn a_job_that_the_operator_took_back_was_not_given_back_by_the_rider() {
        let id = AccountId("0192f000-0000-7000-8000-000000000001".parse().unwrap());
        let at = Timestamp(1_767_225_600_000);
        let said = |locale, by| {
            happened(locale, &TimelineEntry { position: 1, at, by, what: What::Released, money: None })
        };
        for (locale, given, taken) in [
            (Locale::Ko, "라이더가 배달을 돌려주어", "배달을 다른 라이더에게 다시 맡겨요"),
            (Locale::En, "The rider gave", "The delivery was taken back from the rider"),
        ] {
            assert!(said(locale, Actor::Rider(id)).starts_with(given));
            assert!(said(locale, Actor::Operator(id)).starts_with(taken));
        }
    }
}
