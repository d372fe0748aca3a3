//! Notices: nobody is told what is not theirs to know, whatever happens, and a late teller says the same.

use super::acts::act;
use super::world::{CODE, World};
use crate::common::sealed;
use domain::delivery;
use domain::notification::{Notice, Recipient};
use domain::payment;
use domain::processes::{Case, DomainEvent};
use domain::views::notices;
use proptest::prelude::*;
use std::collections::HashSet;

/// What was told of each event, by somebody who was as far as the event.
fn told(world: &World) -> Vec<Vec<Notice>> {
    let mut case = Case::default();
    let tell = |recorded: &domain::views::Recorded| {
        case.apply(&recorded.event);
        notices(recorded, &case)
    };
    world.log.iter().map(tell).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn invariant_1_a_store_is_told_nothing_before_the_payment(acts in prop::collection::vec(act(), 0..50)) {
        let world = World::after(&acts);
        let paid = world.log.iter().position(|recorded| {
            matches!(recorded.event, DomainEvent::Payment(payment::Event::PaymentApproved { .. }))
        });
        for told in told(&world).iter().take(paid.unwrap_or(world.log.len())) {
            prop_assert!(!told.iter().any(|notice| matches!(notice.to, Recipient::Store(_))), "{:?}", told);
        }
    }

    #[test]
    fn a_rider_is_told_of_own_jobs_alone(acts in prop::collection::vec(act(), 0..50)) {
        let world = World::after(&acts);
        let mut had = HashSet::new();
        for (recorded, told) in world.log.iter().zip(told(&world)) {
            if let DomainEvent::Delivery(delivery::Event::DeliveryClaimed { rider, .. }) = &recorded.event {
                had.insert(*rider);
            }
            for notice in told {
                if let Recipient::Rider(rider) = notice.to {
                    prop_assert!(had.contains(&rider), "{:?}", notice);
                }
            }
        }
    }

    /// The outbox follows the log, and may look at an order that has gone on meanwhile. It knows a notice again by event and recipient.
    #[test]
    fn a_late_teller_says_the_same_and_nobody_is_told_twice(acts in prop::collection::vec(act(), 0..50)) {
        let world = World::after(&acts);
        for (recorded, told) in world.log.iter().zip(told(&world)) {
            prop_assert_eq!(&notices(recorded, &world.case), &told, "{:?}", recorded.event);
            let recipients: HashSet<_> = told.iter().map(|notice| notice.to).collect();
            prop_assert_eq!(recipients.len(), told.len());
        }
    }

    #[test]
    fn nothing_personal_is_filled_in(acts in prop::collection::vec(act(), 0..50)) {
        for notice in told(&World::after(&acts)).into_iter().flatten() {
            let text = serde_json::to_string(&notice.variables).map_err(|error| TestCaseError::fail(error.to_string()))?;
            for secret in [CODE, &sealed().0] {
                prop_assert!(!text.contains(secret), "{}", text);
            }
        }
    }
}
