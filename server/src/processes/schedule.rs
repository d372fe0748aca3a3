//! Which rows run now: one of each lane at a time, in the log's order, when it is due. What is done inside Baedal for an order has one lane;
//! each call to a provider has a lane of its own, so that one that has to wait holds up nothing else of its order.

use crate::storage::WorkRow;
use domain::processes::place_order::Step;
use domain::shared::{OrderId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use uuid::Uuid;

/// Rows that wait, by order and by time.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    lanes: BTreeMap<LaneId, Lane>,
    /// Lanes whose first row is not running, by when it is due.
    waiting: BTreeSet<(Timestamp, u64, LaneId)>,
}

/// An order, and the row for a call outside.
type LaneId = (OrderId, Option<Uuid>);

fn lane_of(row: &WorkRow) -> LaneId {
    (row.order, row.step.is_outside().then_some(row.id))
}

fn is_charge(row: &WorkRow) -> bool {
    matches!(row.step, Step::Charge | Step::ChargeChange { .. })
}

#[derive(Debug, Default)]
struct Lane {
    rows: VecDeque<WorkRow>,
    running: bool,
    /// Somebody wanted the running row to be done now. Its call may have been answered before whatever they know of, so it is done again.
    hurried: bool,
}

impl Schedule {
    /// Takes a row in; one that is known already is left alone.
    pub(super) fn add(&mut self, row: WorkRow) {
        let id = lane_of(&row);
        let lane = self.lanes.entry(id).or_default();
        if lane.rows.iter().any(|known| known.id == row.id) {
            return;
        }
        if lane.rows.is_empty() {
            self.waiting.insert((row.due, row.position, id));
        }
        lane.rows.push_back(row);
    }

    /// The next row that is due, now running.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<WorkRow> {
        let first = *self.waiting.first().filter(|(due, _, _)| *due <= now)?;
        self.waiting.remove(&first);
        let lane = self.lanes.get_mut(&first.2)?;
        lane.running = true;
        lane.rows.front().cloned()
    }

    /// When the next row is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.waiting.first().map(|(due, _, _)| *due)
    }

    /// A row is done: the next one of its order may run.
    pub(super) fn done(&mut self, done: &WorkRow) {
        let id = lane_of(done);
        let Some(lane) = self.lanes.get_mut(&id) else {
            return;
        };
        lane.running = false;
        lane.hurried = false;
        lane.rows.retain(|row| row.id != done.id);
        match lane.rows.front() {
            Some(row) => drop(self.waiting.insert((row.due, row.position, id))),
            None => drop(self.lanes.remove(&id)),
        }
    }

    /// A row has to run again later, or at once when it was hurried while it ran; the others of its lane wait for it.
    pub(super) fn again(&mut self, again: &WorkRow, due: Timestamp, attempts: u32) {
        let id = lane_of(again);
        let Some(lane) = self.lanes.get_mut(&id) else {
            return;
        };
        lane.running = false;
        let due = if std::mem::take(&mut lane.hurried) { Timestamp(0) } else { due };
        if let Some(row) = lane.rows.iter_mut().find(|row| row.id == again.id) {
            row.due = due;
            row.attempts = attempts;
            self.waiting.insert((due, row.position, id));
        }
    }

    /// Calls outside that wait are due now, and those that run are due again once they have ended: all of them, or one order's charges. Whoever
    /// asks about one order cannot use up the few tries of its refunds.
    pub(super) fn hurry(&mut self, order: Option<OrderId>) {
        let hurried = |row: &WorkRow| if order.is_some() { is_charge(row) } else { row.step.is_outside() };
        // Others wait beside it by the thousand.
        let (first, last) =
            order.map_or((OrderId(Uuid::nil()), OrderId(Uuid::max())), |order| (order, order));
        for (id, lane) in self.lanes.range_mut((first, None)..=(last, Some(Uuid::max()))) {
            match lane.rows.front_mut().filter(|row| hurried(row)) {
                Some(_) if lane.running => lane.hurried = true,
                Some(row) => {
                    self.waiting.remove(&(row.due, row.position, *id));
                    row.due = Timestamp(0);
                    self.waiting.insert((row.due, row.position, *id));
                }
                None => {}
            }
        }
    }

    /// Of the charges that wait the next one is due now. No refund is: it has only so many tries.
    pub(super) fn hurry_one(&mut self) {
        let lanes = &mut self.lanes;
        let Some(next) = self.waiting.iter().find_map(|key| {
            let row = lanes.get_mut(&key.2)?.rows.front_mut().filter(|row| is_charge(row))?;
            row.due = Timestamp(0);
            Some(*key)
        }) else {
            return;
        };
        self.waiting.remove(&next);
        self.waiting.insert((Timestamp(0), next.1, next.2));
    }

    /// Rows that are not done.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.lanes.values().map(|lane| lane.rows.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::shared::Won;

    fn row(order: u128, id: u128, position: u64, step: Step) -> WorkRow {
        WorkRow {
            id: Uuid::from_u128(id),
            order: OrderId(Uuid::from_u128(order)),
            step,
            position,
            attempts: 0,
            due: Timestamp(0),
        }
    }

    fn ids(schedule: &mut Schedule, now: Timestamp) -> Vec<u128> {
        std::iter::from_fn(|| schedule.next(now)).map(|row| row.id.as_u128()).collect()
    }

    #[test]
    fn rows_of_one_order_run_one_after_the_other_and_those_of_others_beside_them() {
        let mut schedule = Schedule::default();
        let (first, second) = (row(1, 10, 1, Step::Receive), row(1, 11, 2, Step::OfferDelivery));
        for row in [first.clone(), second.clone(), row(2, 20, 3, Step::Receive), first.clone()] {
            schedule.add(row);
        }
        assert_eq!(schedule.len(), 3);
        let now = Timestamp(5);
        assert_eq!(ids(&mut schedule, now), [10, 20]);
        // The first of order 1 has to wait: so does the second.
        schedule.again(&first, Timestamp(9), 1);
        assert_eq!((ids(&mut schedule, now), schedule.next_due()), (vec![], Some(Timestamp(9))));
        assert_eq!(schedule.next(Timestamp(9)).map(|row| row.attempts), Some(1));
        schedule.done(&first);
        assert_eq!(ids(&mut schedule, now), [11]);
        schedule.done(&second);
        schedule.done(&row(2, 20, 3, Step::Receive));
        assert_eq!((schedule.len(), schedule.next_due()), (0, None));
    }

    #[test]
    fn a_call_outside_that_waits_holds_nothing_up_and_can_be_hurried() {
        let mut schedule = Schedule::default();
        let (one, other) = (row(1, 10, 1, Step::Charge), row(2, 20, 2, Step::Charge));
        for row in [one.clone(), other.clone(), row(1, 11, 3, Step::OfferDelivery)] {
            schedule.add(row);
        }
        let now = Timestamp(5);
        assert_eq!(ids(&mut schedule, now), [10, 20, 11]);
        schedule.again(&one, Timestamp(90), 1);
        schedule.again(&other, Timestamp(90), 1);
        assert_eq!(ids(&mut schedule, now), [0_u128; 0]);
        schedule.hurry(Some(one.order));
        assert_eq!(ids(&mut schedule, now), [10]);
        schedule.again(&one, Timestamp(90), 2);
        schedule.hurry(None);
        assert_eq!(ids(&mut schedule, now), [10, 20]);
    }

    #[test]
    fn what_is_hurried_while_it_runs_runs_again_at_once_and_once() {
        let mut schedule = Schedule::default();
        let (one, other) = (row(1, 10, 1, Step::Charge), row(2, 20, 2, Step::Charge));
        for row in [one.clone(), other.clone()] {
            schedule.add(row);
        }
        let now = Timestamp(5);
        assert_eq!(ids(&mut schedule, now), [10, 20]);
        schedule.hurry(Some(one.order));
        schedule.hurry(Some(one.order));
        schedule.again(&one, Timestamp(90), 1);
        schedule.again(&other, Timestamp(90), 1);
        assert_eq!(ids(&mut schedule, now), [10]);
        schedule.again(&one, Timestamp(90), 2);
        assert_eq!(ids(&mut schedule, now), [0_u128; 0]);
        // All of them, too; what is done is not done again.
        assert_eq!(ids(&mut schedule, Timestamp(90)), [10, 20]);
        schedule.hurry(None);
        schedule.done(&one);
        schedule.again(&other, Timestamp(180), 2);
        assert_eq!(ids(&mut schedule, now), [20]);
        assert_eq!(schedule.len(), 1);
    }

    #[test]
    fn one_call_outside_can_be_hurried_alone() {
        let mut schedule = Schedule::default();
        schedule.hurry_one();
        let (one, other, inside) =
            (row(1, 10, 1, Step::Charge), row(2, 20, 2, Step::Charge), row(3, 30, 3, Step::Receive));
        for row in [one.clone(), other.clone(), inside.clone()] {
            schedule.add(row);
        }
        let now = Timestamp(5);
        assert_eq!(ids(&mut schedule, now), [10, 20, 30]);
        schedule.again(&inside, Timestamp(60), 1);
        schedule.again(&one, Timestamp(80), 1);
        schedule.again(&other, Timestamp(70), 1);
        schedule.hurry_one();
        assert_eq!((ids(&mut schedule, now), schedule.next_due()), (vec![20], Some(Timestamp(60))));
    }

    #[test]
    fn a_refund_is_hurried_with_all_others_alone() {
        let mut schedule = Schedule::default();
        let back =
            Step::GiveBack { key: "key".to_owned(), provider_id: "pay".to_owned(), amount: Won::default() };
        let refund = row(1, 10, 1, back);
        schedule.add(refund.clone());
        let now = Timestamp(5);
        assert_eq!(ids(&mut schedule, now), [10]);
        schedule.again(&refund, Timestamp(90), 1);
        schedule.hurry(Some(refund.order));
        schedule.hurry_one();
        assert_eq!(ids(&mut schedule, now), [0_u128; 0]);
        schedule.hurry(None);
        assert_eq!(ids(&mut schedule, now), [10]);
    }
}
