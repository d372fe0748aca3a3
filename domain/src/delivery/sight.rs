//! Which jobs a rider may see: the page, the API and the live streams ask the same.

use super::Phase;
use crate::shared::{AccountId, Metres, OrderId, Point, Timestamp};

/// A rider's duty and position.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RiderState {
    /// Takes jobs.
    pub on_duty: bool,
    /// Where.
    pub place: Option<Point>,
}

/// A change of one of both. Each leaves the other alone: a position that was on its way takes nobody on duty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RiderChange {
    /// On duty or off.
    Duty(bool),
    /// Where.
    Place(Option<Point>),
}

impl RiderState {
    /// The state after a change.
    #[must_use]
    pub fn after(self, change: RiderChange) -> Self {
        match change {
            RiderChange::Duty(on_duty) => Self { on_duty, ..self },
            RiderChange::Place(place) => Self { place, ..self },
        }
    }

    /// From where this rider looks around for jobs; `None` off duty or without a position: then nothing is near.
    pub fn looks_from(self) -> Option<Point> {
        self.place.filter(|_| self.on_duty)
    }
}

/// A job, as far as it decides about who may see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobAt {
    /// Where it stands.
    pub phase: Phase,
    /// Who has it, or had it to the end.
    pub holder: Option<AccountId>,
    /// Where the store is.
    pub store: Point,
    /// The middle of the coarse map cell that the address lies in; `None` when that is not known.
    pub area: Option<Point>,
}

/// What a rider may see of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Nothing: for this rider there is no such job.
    Nothing,
    /// What says nothing of the customer: it can be claimed.
    Offer,
    /// Everything, the customer too: this rider has it.
    Own,
    /// What says nothing of the customer any more: this rider had it, and it is over.
    Past,
}

impl JobAt {
    /// What a rider may see of it. An offer is shown to whoever is on duty and near it, as [`is_near`] says.
    pub fn sight(&self, rider: AccountId, state: RiderState, radius_m: Metres) -> Sight {
        match self.phase {
            Phase::Offered if is_near(state.looks_from(), self.store, self.area, radius_m) => Sight::Offer,
            Phase::New | Phase::Offered => Sight::Nothing,
            _ if self.holder != Some(rider) => Sight::Nothing,
            phase if phase.is_under_way() => Sight::Own,
            _ => Sight::Past,
        }
    }
}

/// How many offers a rider's list shows.
pub const MAX_LISTED: usize = 100;

/// An offer, as far as it decides whether and where a rider's list shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// The order.
    pub order: OrderId,
    /// The job.
    pub job: JobAt,
    /// Since when it is offered.
    pub at: Timestamp,
}

/// The offers that a rider's list shows, in its order: those of the nearest stores, [`MAX_LISTED`] at most. True when there are more.
pub fn listed(
    offers: impl IntoIterator<Item = Offer>,
    rider: AccountId,
    state: RiderState,
    radius_m: Metres,
) -> (Vec<OrderId>, bool) {
    let is_shown = |offer: &Offer| offer.job.sight(rider, state, radius_m) == Sight::Offer;
    let mut shown: Vec<Offer> = offers.into_iter().filter(is_shown).collect();
    shown.sort_by_key(|offer| turn(state.place, offer.job.store, offer.at, offer.order));
    let more = shown.len() > MAX_LISTED;
    (shown.into_iter().take(MAX_LISTED).map(|offer| offer.order).collect(), more)
}

/// When an offer's turn in a rider's list is: that of the nearest store first, of the same store the one that has waited longest.
pub fn turn(
    rider: Option<Point>,
    store: Point,
    at: Timestamp,
    order: OrderId,
) -> (Option<Metres>, Timestamp, OrderId) {
    (nearest(rider, store, None), at, order)
}

/// True when a rider is near a job: within `radius_m` metres of the store or of the area that the address lies in. Nobody without a
/// position is.
///
/// The area counts by the middle of its coarse map cell. Riders say themselves where they are: by the address itself, somebody who
/// reports one position after the other would learn where it is to the metre.
pub fn is_near(rider: Option<Point>, store: Point, area: Option<Point>, radius_m: Metres) -> bool {
    nearest(rider, store, area).is_some_and(|distance_m| distance_m <= radius_m)
}

/// The lesser of a rider's distances to the store and to the middle of the address's area, in metres; `None` without a position.
pub fn nearest(rider: Option<Point>, store: Point, area: Option<Point>) -> Option<Metres> {
    let rider = rider?;
    let to_store = rider.distance_to(store);
    Some(area.map_or(to_store, |area| to_store.min(rider.distance_to(area))))
}
