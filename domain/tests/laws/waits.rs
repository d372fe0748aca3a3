//! How long orders may wait, for one and for a look at many.

use super::acts::act;
use super::world::World;
use domain::processes::{Limits, WaitsFor};
use domain::shared::{Decision, MINUTE_MS, Timestamp};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    /// What is looked for among many orders is what an order itself says of its wait: to the millisecond.
    #[test]
    fn a_wait_that_is_over_is_found_among_many_and_no_other(
        acts in prop::collection::vec(act(), 0..50),
        late in -2_i64..=2,
        minutes in 0..1_500_i64,
    ) {
        let world = World::after(&acts);
        let limits = Limits::USUAL;
        let Some(wait) = world.case.wait() else { return Ok(()) };
        let edge = wait.until(&limits);
        for now in [Timestamp(edge.0 + late), Timestamp(wait.from.0 + minutes * MINUTE_MS)] {
            let is_over = wait.until(&limits) <= now;
            prop_assert_eq!(wait.from <= limits.over_since(wait.what, now), is_over);
            let is_listed = is_over || (wait.what == WaitsFor::Operator && wait.from <= now);
            prop_assert_eq!(wait.from <= limits.on_list_since(wait.what, now), is_listed);
            let fires = matches!(world.case.time_out(now, &limits), Ok(Decision::Executed(_)));
            prop_assert_eq!(fires, is_over, "{:?}", wait);
        }
    }
}
