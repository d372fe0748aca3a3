//! Places on the earth, and how far apart they are.

use serde::{Deserialize, Serialize};

/// A distance in whole metres.
pub type Metres = u32;

/// A position in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl Point {
    /// A position to seven decimals (about a centimetre), which JSON gives back exactly; `None` when a coordinate is not a number
    /// or out of range.
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        let seven = |degrees: f64| (degrees * 1e7).round() / 1e7;
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon))
            .then_some(Self { lat: seven(lat), lon: seven(lon) })
    }

    /// Great-circle distance (haversine), rounded to whole metres.
    pub fn distance_to(self, other: Point) -> Metres {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let (dlat, dlon) = (lat2 - lat1, (other.lon - self.lon).to_radians());
        let a = (dlat / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (dlon / 2.0).sin().powi(2);
        (2.0 * EARTH_RADIUS_M * a.sqrt().min(1.0).asin()).round() as Metres
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_map() {
        let hapjeong = Point::new(37.5499, 126.9139).unwrap();
        let city_hall = Point::new(37.5663, 126.9779).unwrap();
        let metres = hapjeong.distance_to(city_hall);
        assert!((5_800..6_100).contains(&metres), "{metres}");
        assert_eq!(hapjeong.distance_to(hapjeong), 0);
        assert!(Point::new(91.0, 0.0).is_none() && Point::new(0.0, f64::NAN).is_none());
    }
}
