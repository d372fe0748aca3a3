//! Which offers a rider's list shows, and in which order.

mod common;

use common::{at, offered, order_id, rider, won};
use domain::delivery::{JobAt, MAX_LISTED, Offer, Phase, RiderState, listed};
use domain::shared::{OrderId, Point, Timestamp};
use domain::views::{JobCard, JobChange, LiveBody, LiveMessage, RiderView};

const RADIUS_M: u32 = 3_000;

/// So many thousandths of a degree north of the rider: 111 metres each.
fn north(steps: u32) -> Point {
    Point::new(37.55 + f64::from(steps) / 1_000.0, 126.91).expect("a place in Seoul")
}

fn offer(number: u128, steps: u32, minute: u32) -> Offer {
    let job = JobAt { phase: Phase::Offered, holder: None, store: north(steps), area: None };
    Offer { order: order_id(number), job, at: at(minute) }
}

fn shown(offers: Vec<Offer>, state: RiderState) -> (Vec<OrderId>, bool) {
    listed(offers, rider(1), state, RADIUS_M)
}

const HERE: RiderState = RiderState { on_duty: true, place: Some(Point { lat: 37.55, lon: 126.91 }) };

#[test]
fn the_nearest_store_comes_first_and_of_the_same_store_what_has_waited_longest() {
    let offers = vec![offer(1, 9, 0), offer(2, 3, 7), offer(3, 3, 2), offer(4, 0, 9), offer(5, 3, 2)];
    let orders = [4, 3, 5, 2, 1].map(order_id).to_vec();
    assert_eq!(shown(offers.clone(), HERE), (orders, false));
    assert_eq!(shown(offers.clone(), RiderState { on_duty: false, ..HERE }), (vec![], false));
    assert_eq!(shown(offers, RiderState { place: None, ..HERE }), (vec![], false));
}

#[test]
fn an_offer_that_somebody_has_is_on_nobodys_list() {
    let mut taken = offer(1, 0, 0);
    taken.job.phase = Phase::Claimed;
    taken.job.holder = Some(rider(1));
    assert_eq!(shown(vec![taken, offer(2, 1, 0)], HERE), (vec![order_id(2)], false));
}

#[test]
fn of_many_offers_the_nearest_are_shown_however_long_the_others_have_waited() {
    // Out of reach, and older than everything else.
    let mut offers: Vec<Offer> = (0..600).map(|number| offer(number, 40, 0)).collect();
    // Within reach, at two kilometres.
    offers.extend((1_000..1_600).map(|number| offer(number, 18, 1)));
    // The last to come are the nearest.
    offers.extend((2_000..2_010).map(|number| offer(number, 1, 60)));
    let (orders, more) = shown(offers, HERE);
    assert_eq!((orders.len(), more), (MAX_LISTED, true));
    assert_eq!(orders[..10], (2_000..2_010).map(order_id).collect::<Vec<_>>());
    assert_eq!(orders[10..], (1_000..1_090).map(order_id).collect::<Vec<_>>());
    let exactly = (0..MAX_LISTED as u128).map(|number| offer(number, 5, 0)).collect();
    assert_eq!((shown(exactly, HERE).0.len(), shown(vec![], HERE)), (MAX_LISTED, (vec![], false)));
}

fn card(offer: &Offer) -> JobCard {
    let offered = domain::delivery::Offered { order: offer.order, at: offer.at, ..offered() };
    JobCard { store_point: offer.job.store, ..JobCard::of(&offered) }
}

fn page(offers: &[Offer], more_jobs: bool) -> RiderView {
    RiderView {
        position: 1,
        now: at(60),
        key: "key".to_owned(),
        on_duty: HERE.on_duty,
        place: HERE.place,
        radius_m: RADIUS_M,
        jobs: offers.iter().map(card).collect(),
        more_jobs,
        mine: vec![],
        done_today: 0,
        earned_today: won(0),
    }
}

fn message(position: u64, change: JobChange) -> LiveMessage {
    LiveMessage { position, ts: 0, body: LiveBody::Job(change) }
}

#[test]
fn a_new_offer_takes_its_turn_in_the_list() {
    let (far, new, old) = (offer(1, 9, 0), offer(2, 3, 7), offer(3, 3, 2));
    let mut view = page(&[old, far], false);
    let card = Some(Box::new(card(&new)));
    assert!(!view.apply(&message(2, JobChange::Offered { card, order: new.order })));
    let orders: Vec<(OrderId, Timestamp)> = view.jobs.iter().map(|job| (job.order, job.offered_at)).collect();
    assert_eq!(orders, [old, new, far].map(|offer| (offer.order, offer.at)));
}

#[test]
fn a_list_that_was_cut_is_loaded_again_before_it_runs_short() {
    let offers: Vec<Offer> = (0..MAX_LISTED as u128).map(|number| offer(number, 5, 0)).collect();
    for more in [true, false] {
        let mut view = page(&offers, more);
        let mut asked = Vec::new();
        for (index, offer) in offers.iter().enumerate() {
            if view.apply(&message(index as u64 + 2, JobChange::Taken { order: offer.order })) {
                asked.push(view.jobs.len());
            }
        }
        assert_eq!(asked.first().copied(), more.then_some(MAX_LISTED / 2));
    }
}
