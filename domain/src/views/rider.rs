//! The rider's page.

use super::{JobChange, LiveBody, LiveMessage};
use crate::delivery;
use crate::shared::{Metres, OrderId, OrderNumber, Point, Text, Timestamp, Won};
use serde::{Deserialize, Serialize};

/// A job that can be claimed. Says nothing about the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobCard {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// Where to pick it up.
    pub store_name: Text,
    /// The store's address.
    pub store_address: String,
    /// Where the store is.
    pub store_point: Point,
    /// From the store to the customer, in metres, rounded up to whole hundreds: more would say where in the area the address is.
    pub distance_m: Metres,
    /// What the rider earns, in won.
    pub fee: Won,
    /// Since when it is offered.
    pub offered_at: Timestamp,
}

/// The rider's own job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobDetail {
    /// What could be seen before.
    pub card: JobCard,
    /// Where it stands.
    pub phase: delivery::Phase,
    /// The customer's name; empty once the key has been destroyed.
    pub name: String,
    /// The customer's phone number.
    pub phone: String,
    /// The address.
    pub address: String,
    /// Floor and door.
    pub address_detail: String,
    /// Where that is.
    pub point: Option<Point>,
    /// The customer's note to the rider.
    pub note: String,
}

/// The rider's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiderView {
    /// The log's position that this shows.
    pub position: u64,
    /// The server's clock.
    pub now: Timestamp,
    /// A fresh idempotency key: the first part of the keys of this page's forms.
    pub key: String,
    /// Whether the rider takes jobs.
    pub on_duty: bool,
    /// Where the rider is.
    pub place: Option<Point>,
    /// How far is near, in metres.
    pub radius_m: Metres,
    /// Jobs near by, nearest store first; empty off duty. Of many the first [`delivery::MAX_LISTED`].
    pub jobs: Vec<JobCard>,
    /// Whether there are more near by than these.
    pub more_jobs: bool,
    /// The jobs the rider holds, oldest first.
    pub mine: Vec<JobDetail>,
    /// Rides done since midnight in Seoul, those that failed at the door and are paid included.
    pub done_today: u32,
    /// Earned since midnight in Seoul, in won.
    pub earned_today: Won,
}

/// What a rider does with a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum RiderAction {
    /// Take it.
    Claim,
    /// Give it back before the pickup.
    Release,
    /// At the store.
    Arrive,
    /// Has the food.
    PickUp {
        /// The number on the bag as typed.
        number: Option<String>,
    },
    /// The customer has the food.
    Deliver {
        /// The customer's code as typed.
        code: Option<String>,
    },
    /// It cannot be delivered.
    Fail {
        /// Why.
        reason: delivery::FailReason,
    },
}

impl RiderView {
    /// The page after a live message. Returns true when the page has to be loaded again, because the message does not say all that the
    /// rider may see now: an own job's address, a job that was given back, or those that a long list left out.
    pub fn apply(&mut self, message: &LiveMessage) -> bool {
        let LiveBody::Job(change) = &message.body else {
            return false;
        };
        if message.position <= self.position {
            return false;
        }
        self.position = message.position;
        match change {
            JobChange::Offered { card: Some(card), order } => {
                if self.on_duty && self.jobs.iter().all(|job| job.order != *order) {
                    self.jobs.push((**card).clone());
                    let place = self.place;
                    self.jobs
                        .sort_by_key(|job| delivery::turn(place, job.store_point, job.offered_at, job.order));
                }
                false
            }
            JobChange::Taken { order } | JobChange::Gone { order } => {
                self.jobs.retain(|job| job.order != *order);
                self.mine.retain(|job| job.card.order != *order);
                // Those that were left out have their turn before the list runs short.
                self.more_jobs && self.jobs.len() <= delivery::MAX_LISTED / 2
            }
            JobChange::Mine { order, phase } => {
                self.jobs.retain(|job| job.order != *order);
                if let Some(job) = self.mine.iter_mut().find(|job| job.card.order == *order) {
                    job.phase = *phase;
                }
                true
            }
            JobChange::Offered { card: None, .. } => true,
        }
    }
}

/// To so many metres a card says how far the customer is, as the fee does.
const COARSE_M: Metres = 100;

impl JobCard {
    /// The card of a job that was just offered.
    pub fn of(offered: &delivery::Offered) -> Self {
        Self {
            order: offered.order,
            number: offered.number.clone(),
            store_name: offered.store_name.clone(),
            store_address: offered.store_address.clone(),
            store_point: offered.store_point,
            distance_m: offered.distance_m.div_ceil(COARSE_M).saturating_mul(COARSE_M),
            fee: offered.fee,
            offered_at: offered.at,
        }
    }

    /// From a rider to the store, in metres.
    pub fn distance_from(&self, rider: Point) -> u32 {
        rider.distance_to(self.store_point)
    }
}
