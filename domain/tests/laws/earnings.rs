//! What riders earn.

use super::acts::act;
use super::world::World;
use domain::delivery::Phase;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// The rider's page and the settlement say the same of every order that has ended, however it ended; and what was earned before the
    /// end is what the settlement pays after it.
    #[test]
    fn what_a_rider_has_earned_stays_earned_and_is_what_the_settlement_pays(
        acts in prop::collection::vec(act(), 0..60),
    ) {
        let mut world = World::new(1);
        let mut before = None;
        for act in &acts {
            world.act(act);
            let case = &world.case;
            let earned = case.earned().map(|earned| (earned.rider, earned.amount));
            if case.order.phase.is_end() {
                let deal = case.settlement();
                prop_assert_eq!(earned, deal.and_then(|deal| deal.rider));
                prop_assert!(case.earned().is_none_or(|earned| Some(earned.at) == case.order.ended_at));
            } else {
                prop_assert_eq!(earned.is_some(), case.delivery.phase == Phase::Delivered);
            }
            prop_assert!(before.is_none() || earned == before, "{:?} was earned, and then {:?}", before, earned);
            before = earned;
        }
    }
}
