//! What a rider can find out of an address by reporting one position after the other. Positions are what riders say.

use crate::city::{City, caller, key};
use domain::shared::{OrderId, Point};
use domain::views::{Fault, PlaceOrder, RiderAction};
use server::storage::EventLog;

/// Addresses near each other.
const ADDRESSES: [&str; 4] =
    ["서울 마포구 양화로 45", "서울 마포구 독막로 44", "서울 마포구 양화로 100", "서울 마포구 월드컵로 12"];
/// Directions from the store in which the attacker looks.
const BEARINGS: u32 = 8;

/// The place so many metres from another, in one of the directions.
fn away(from: Point, metres: f64, bearing: u32) -> Point {
    let angle = std::f64::consts::TAU * f64::from(bearing) / f64::from(BEARINGS);
    let (north, east) = (metres * angle.cos() / 111_195.0, metres * angle.sin() / 111_195.0);
    Point::new(from.lat + north, from.lon + east / from.lat.to_radians().cos()).unwrap()
}

/// Whether the rider's list shows the job from there.
async fn is_listed(city: &City, order: OrderId, place: Point) -> bool {
    let rider = caller("rider2");
    city.backend.set_position(&rider, place).await.unwrap();
    let view = city.backend.rider(&rider).await.unwrap();
    view.jobs.iter().any(|job| job.order == order)
}

/// How far from the store a job is shown in a direction, found in half metres by halving.
async fn edge(city: &City, order: OrderId, store: Point, bearing: u32) -> f64 {
    let (mut near, mut far) = (0.0, 12_000.0);
    assert!(is_listed(city, order, store).await && !is_listed(city, order, away(store, far, bearing)).await);
    while far - near > 0.5 {
        let middle = f64::midpoint(near, far);
        let is_near = is_listed(city, order, away(store, middle, bearing)).await;
        *(if is_near { &mut near } else { &mut far }) = middle;
    }
    near
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_a_rider_who_reports_many_positions_learns_no_more_of_an_address_than_its_map_cell() {
    let city = City::open().await;
    let mut placed = Vec::new();
    for address in ADDRESSES {
        let checkout = city.checkout_of(&caller("customer1"), "tok_approve").await;
        let typed = domain::views::CheckoutDraft { address: address.to_owned(), ..checkout.typed };
        let checkout = PlaceOrder { key: key(), typed, ..checkout };
        let order = city.backend.place_order(&caller("customer1"), checkout).await.unwrap();
        let case = city.log.case(order).await.unwrap();
        let told = case.placed().unwrap();
        placed.push((told.cells.clone(), told.distance_m, order));
    }
    // Two doors in one cell, as far apart as possible from the store's point of view.
    let first = placed[0].clone();
    let other = placed.iter().filter(|(cells, ..)| *cells == first.0);
    let other = other.max_by_key(|(_, metres, _)| metres.abs_diff(first.1)).unwrap().clone();
    assert!(other.1.abs_diff(first.1) > 100, "the addresses are not apart: {placed:?}");
    for (.., order) in [&first, &other] {
        city.cook(*order).await;
    }

    let rider = caller("rider2");
    let view = city.backend.rider(&caller("rider1")).await.unwrap();
    let card = |order| view.jobs.iter().find(|job| job.order == order).unwrap();
    let store = card(first.2).store_point;
    let mut edges = Vec::new();
    for (_, metres, order) in [&first, &other] {
        assert_eq!(card(*order).distance_m, metres.div_ceil(100) * 100, "what a card says of the way");
        let mut found = Vec::new();
        for bearing in 0..BEARINGS {
            found.push(edge(&city, *order, store, bearing).await);
        }
        edges.push(found);
    }
    assert_eq!(edges[0], edges[1], "the two addresses can be told apart");
    assert!(
        edges[0].iter().any(|metres| *metres > 3_050.0),
        "nobody near the customers' area is shown the jobs"
    );

    // A claim goes by the same: it is refused where the job is not shown, and taken where it is.
    for (bearing, metres) in (0..BEARINGS).zip(&edges[0]) {
        city.backend.set_position(&rider, away(store, metres + 1.0, bearing)).await.unwrap();
        let claim = city.backend.act_on_job(&rider, first.2, RiderAction::Claim, &key()).await;
        assert!(matches!(claim, Err(Fault::Refused(_))), "{bearing}: {claim:?}");
        city.backend.set_position(&rider, away(store, *metres, bearing)).await.unwrap();
        for action in [RiderAction::Claim, RiderAction::Release] {
            city.backend.act_on_job(&rider, first.2, action, &key()).await.unwrap();
        }
    }
    city.close().await;
}
