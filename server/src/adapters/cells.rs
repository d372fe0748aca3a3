//! Coarse cells of the map (H3), under which jobs are indexed for the riders near by.

use domain::shared::{Metres, Point};
use h3o::{CellIndex, LatLng, Resolution};

/// Cells of about five square kilometres: a rider's radius touches a dozen or so.
const RESOLUTION: Resolution = Resolution::Seven;
/// The largest radius that is looked around in, in metres; a larger one counts as this.
pub const MAX_RADIUS_M: Metres = 50_000;
/// What rounding and another earth radius may add to a distance.
const SLACK_M: f64 = 5.0;

/// The cell that a point lies in, by its name.
///
/// # Panics
///
/// If a coordinate is not a finite number, which [`Point::new`] refuses.
pub fn cell_of(point: Point) -> String {
    cell(point).to_string()
}

/// The cells an order is indexed under: the store's and the customer's, which may be the same.
///
/// # Panics
///
/// As [`cell_of`].
pub fn cells_of_order(store: Point, customer: Point) -> Vec<String> {
    let mut cells = vec![cell_of(store), cell_of(customer)];
    cells.dedup();
    cells
}

/// The middle of the cell that an order's address lies in: the last of its cells. `None` when that is no cell of the map.
pub fn middle_of_area(cells: &[String]) -> Option<Point> {
    let cell: CellIndex = cells.last()?.parse().ok()?;
    let middle = LatLng::from(cell);
    Point::new(middle.lat(), middle.lng())
}

/// Every cell in which a point can lie that is at most `radius_m` away from `point`; the cell of `point` comes first.
///
/// # Panics
///
/// As [`cell_of`].
pub fn cells_near(point: Point, radius_m: Metres) -> Vec<String> {
    let here = lat_lng(point);
    let radius = f64::from(radius_m.min(MAX_RADIUS_M)) + SLACK_M;
    let start = here.to_cell(RESOLUTION);
    let mut near = Vec::new();
    for k in 0.. {
        let before = near.len();
        near.extend(start.grid_ring::<Vec<_>>(k).into_iter().filter(|cell| can_reach(here, *cell, radius)));
        // The disc around the rider is connected, and neighbours are at most one ring apart: beyond a ring that it
        // does not touch there is nothing of it. The first ring is the rider's own cell.
        if near.len() == before {
            break;
        }
    }
    near.iter().map(ToString::to_string).collect()
}

/// False only when no point of the cell is within `radius` metres of `here`: the cell lies in the circle around its centre
/// through its farthest corner.
fn can_reach(here: LatLng, cell: CellIndex, radius: f64) -> bool {
    let centre = LatLng::from(cell);
    let extent = cell.boundary().iter().map(|corner| centre.distance_m(*corner)).fold(0.0, f64::max);
    here.distance_m(centre) <= radius + extent
}

fn cell(point: Point) -> CellIndex {
    lat_lng(point).to_cell(RESOLUTION)
}

fn lat_lng(point: Point) -> LatLng {
    LatLng::new(point.lat, point.lon).expect("a point's coordinates are finite")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const HAPJEONG: Point = Point { lat: 37.5499, lon: 126.9139 };
    const HAEUNDAE: Point = Point { lat: 35.1631, lon: 129.1636 };

    #[test]
    fn an_order_is_indexed_under_one_or_two_distinct_cells() {
        assert_eq!(cells_of_order(HAPJEONG, HAPJEONG), [cell_of(HAPJEONG)]);
        assert_eq!(cells_of_order(HAPJEONG, HAEUNDAE), [cell_of(HAPJEONG), cell_of(HAEUNDAE)]);
        assert_eq!(cell_of(HAPJEONG).len(), 15);
    }

    #[test]
    fn an_area_has_one_middle_for_all_its_addresses() {
        let middle = middle_of_area(&cells_of_order(HAEUNDAE, HAPJEONG)).unwrap();
        assert_eq!(cell_of(middle), cell_of(HAPJEONG));
        let door = Point { lat: HAPJEONG.lat + 0.0002, lon: HAPJEONG.lon };
        assert_eq!(middle_of_area(&cells_of_order(HAEUNDAE, door)), Some(middle));
        assert_eq!(middle_of_area(&["not a cell".to_owned()]), None);
        assert_eq!(middle_of_area(&[]), None);
    }

    #[test]
    fn a_rider_looks_into_few_cells_and_never_across_the_country() {
        let near = cells_near(HAPJEONG, 3_000);
        assert_eq!(near[0], cell_of(HAPJEONG));
        assert!((7..=37).contains(&near.len()), "{}", near.len());
        assert!(!near.contains(&cell_of(HAEUNDAE)));
        let distinct: HashSet<_> = near.iter().collect();
        assert_eq!(distinct.len(), near.len());
        assert!(cells_near(HAPJEONG, 0).contains(&cell_of(HAPJEONG)));
        assert_eq!(cells_near(HAPJEONG, u32::MAX), cells_near(HAPJEONG, MAX_RADIUS_M));
    }

    /// The point at a distance and a bearing.
    fn away(from: Point, metres: f64, bearing: f64) -> Point {
        let angle = metres / 6_371_008.8;
        let (lat, lon) = (from.lat.to_radians(), from.lon.to_radians());
        let to_lat = (lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos()).asin();
        let to_lon =
            lon + (bearing.sin() * angle.sin() * lat.cos()).atan2(angle.cos() - lat.sin() * to_lat.sin());
        Point { lat: to_lat.to_degrees(), lon: to_lon.to_degrees() }
    }

    proptest! {
        #[test]
        fn whatever_is_within_the_radius_lies_in_one_of_the_cells(
            lat in 33.0..39.0_f64,
            lon in 124.5..131.0_f64,
            radius in 0..12_000_u32,
            share in 0.0..=1.0_f64,
            bearing in 0.0..std::f64::consts::TAU,
        ) {
            let rider = Point { lat, lon };
            // Mostly near the rim, where a cell would be missed.
            let target = away(rider, f64::from(radius) * share.sqrt().sqrt(), bearing);
            prop_assume!(rider.distance_to(target) <= radius);
            prop_assert!(cells_near(rider, radius).contains(&cell_of(target)));
        }
    }
}
