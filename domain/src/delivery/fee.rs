//! What a rider earns.

use crate::shared::{Metres, MoneyOverflow, Won};
use serde::{Deserialize, Serialize};

/// The platform's tariff for riders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiderFee {
    /// For every job, in won.
    pub base: Won,
    /// For each 100 metres begun between store and address, in won.
    pub per_100m: Won,
}

impl RiderFee {
    /// The fee for a distance, in won.
    pub fn for_distance(self, distance_m: Metres) -> Result<Won, MoneyOverflow> {
        self.per_100m.times(distance_m.div_ceil(100))?.plus(self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hundred_metres_begun_counts() {
        let fee = RiderFee { base: Won::new(2_500).unwrap(), per_100m: Won::new(80).unwrap() };
        for (metres, won) in [(0, 2_500), (1, 2_580), (100, 2_580), (101, 2_660), (1_000, 3_300)] {
            assert_eq!(fee.for_distance(metres), Won::new(won));
        }
    }
}
