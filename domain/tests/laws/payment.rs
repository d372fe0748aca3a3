//! The laws of money.

use super::aggregates::payment_command;
use crate::common::{at, money};
use domain::payment::{Command, Event, Payment, RefundReason};
use domain::shared::{Aggregate, Decision, Won};
use proptest::prelude::*;
use std::collections::HashSet;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(384) })]

    /// Approvals less refunds never fall below zero, for the whole and for each approval; every refund has a key of its
    /// own; what is asked for is what the requests add up to; giving all back leaves nothing.
    #[test]
    fn no_more_goes_back_than_was_taken(commands in prop::collection::vec(payment_command(), 0..40)) {
        let mut payment = Payment::default();
        for command in commands {
            let kept = payment.kept();
            let Ok(Decision::Executed(events)) = payment.decide(command.clone()) else { continue };
            for event in &events {
                payment.apply(event);
            }
            if let Command::Refund { keep, .. } = command {
                let Ok(asked) = kept.minus(keep) else {
                    return Err(TestCaseError::fail("money went back although less is kept than may be"));
                };
                let requested = Won::sum(events.iter().filter_map(|event| match event {
                    Event::RefundRequested { amount, .. } => Some(*amount),
                    _ => None,
                }));
                prop_assert_eq!(requested, Ok(asked));
                prop_assert_eq!(Ok(payment.kept()), kept.minus(asked));
            }
            prop_assert!(payment.given_back() <= payment.approved(), "{}", money(&payment));
            prop_assert!(payment.refunded() <= payment.given_back(), "{}", money(&payment));
            for approval in &payment.approvals {
                let of_it = payment
                    .refunds
                    .iter()
                    .filter(|refund| refund.provider_id == approval.provider_id && !refund.sent_back);
                let back = Won::sum(of_it.map(|refund| refund.amount));
                prop_assert!(back.is_ok_and(|back| back <= approval.amount), "{:?}", payment);
            }
            let keys: HashSet<_> = payment.refunds.iter().map(|refund| &refund.key).collect();
            prop_assert_eq!(keys.len(), payment.refunds.len(), "two refunds share a key: {:?}", payment.refunds);
        }
        let all = Command::Refund { keep: Won::ZERO, reason: RefundReason::Cancelled, at: at(300) };
        let Ok(decision) = payment.decide(all) else {
            return Err(TestCaseError::fail(format!("giving all back was refused: {}", money(&payment))));
        };
        for event in decision.into_events() {
            payment.apply(&event);
        }
        prop_assert_eq!(payment.kept(), Won::ZERO);
    }
}
