//! Which rows run now: one of each lane at a time, in the log's order, when it is due. What is done inside Baedal for an order has one lane;
//! each call to a provider has a lane of its own, so that one that has to wait holds up nothing else of its order.

use super::payments::LONG_POLL_MS;
use crate::storage::WorkRow;
use domain::shared::{OrderId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Rows that wait, by order and by time.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    lanes: BTreeMap<LaneId, Lane>,
    /// Lanes whose first row is not running, by when it is due.
    waiting: BTreeSet<(Timestamp, u64, LaneId)>,
    /// Between two calls that somebody asks for about one order there are at least so many milliseconds.
    gap_ms: i64,
}

/// An order, and the row for a call outside.
type LaneId = (OrderId, Option<Uuid>);

fn lane_of(row: &WorkRow) -> LaneId {
    (row.order, row.step.is_outside().then_some(row.id))
}

fn is_charge(row: &WorkRow) -> bool {
    row.step.kind().is_charge()
}

#[derive(Debug, Default)]
struct Lane {
    rows: VecDeque<WorkRow>,
    running: bool,
    /// Somebody wanted the running row to be done now. Its call may have been answered before whatever they know of, so it is done again,
    /// at this time.
    hurried: Option<Timestamp>,
    /// For when somebody asked for it last. Who asks may be anybody on the internet, and the provider takes so many calls and no more.
    nudged: Option<Timestamp>,
}

impl Lane {
    /// When a call that is asked for now may be made: at once, or when the last one that was asked for is long enough ago.
    fn nudge(&mut self, now: Timestamp, gap_ms: i64) -> Timestamp {
        let at = match self.nudged {
            Some(last) if last > now => last,
            Some(last) => now.max(Timestamp(last.0.saturating_add(gap_ms))),
            None => now,
        };
        self.nudged = Some(at);
        at
    }
}

impl Schedule {
    /// A schedule by which there are so many milliseconds between two calls that somebody asks for about one order.
    pub(super) fn with_gap(gap_ms: u32) -> Self {
        Self { gap_ms: gap_ms.into(), ..Self::default() }
    }

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
        lane.hurried = None;
        lane.rows.retain(|row| row.id != done.id);
        match lane.rows.front() {
            Some(row) => drop(self.waiting.insert((row.due, row.position, id))),
            None => drop(self.lanes.remove(&id)),
        }
    }

    /// A row has to run again later, or sooner when it was hurried while it ran; the others of its lane wait for it.
    pub(super) fn again(&mut self, again: &WorkRow, due: Timestamp, attempts: u32) {
        let id = lane_of(again);
        let Some(lane) = self.lanes.get_mut(&id) else {
            return;
        };
        lane.running = false;
        let due = lane.hurried.take().map_or(due, |sooner| sooner.min(due));
        if let Some(row) = lane.rows.iter_mut().find(|row| row.id == again.id) {
            row.due = due;
            row.attempts = attempts;
            self.waiting.insert((due, row.position, id));
        }
    }

    /// Calls outside that wait are due now, and those that run are due again once they have ended.
    pub(super) fn hurry_all(&mut self) {
        let everything = (OrderId(Uuid::nil()), None)..=(OrderId(Uuid::max()), Some(Uuid::max()));
        self.hurry(everything, |row| row.step.is_outside(), |_| Timestamp(0));
    }

    /// One order's charges are due now, or a little later when somebody has just asked for the same. Whoever asks about one order cannot use
    /// up the few tries of its refunds.
    pub(super) fn hurry_order(&mut self, order: OrderId, now: Timestamp) {
        let gap_ms = self.gap_ms;
        // Others wait beside it by the thousand.
        self.hurry((order, None)..=(order, Some(Uuid::max())), is_charge, |lane| lane.nudge(now, gap_ms));
    }

    /// One order's refunds are due now. Only the provider's own word may lead here, for they have but so many tries.
    pub(super) fn hurry_refunds(&mut self, order: OrderId) {
        let is_refund = |row: &WorkRow| row.step.is_outside() && !is_charge(row);
        self.hurry((order, None)..=(order, Some(Uuid::max())), is_refund, |_| Timestamp(0));
    }

    fn hurry(
        &mut self,
        lanes: RangeInclusive<LaneId>,
        is_meant: impl Fn(&WorkRow) -> bool,
        when: impl Fn(&mut Lane) -> Timestamp,
    ) {
        for (id, lane) in self.lanes.range_mut(lanes) {
            if !lane.rows.front().is_some_and(&is_meant) {
                continue;
            }
            let due = when(lane);
            if lane.running {
                lane.hurried = Some(lane.hurried.map_or(due, |sooner| sooner.min(due)));
            } else if let Some(row) = lane.rows.front_mut().filter(|row| due < row.due) {
                self.waiting.remove(&(row.due, row.position, *id));
                row.due = due;
                self.waiting.insert((row.due, row.position, *id));
            }
        }
    }

    /// Of the charges that wait one is due now: the next one of those that are not due soon by themselves, or else the next one. Customers
    /// at the provider's page are asked about every few seconds, and what is heard of them need not show that the provider works; woken in
    /// place of them, those who are held would sleep on. No refund is due now: it has only so many tries.
    pub(super) fn hurry_one(&mut self, now: Timestamp) {
        let soon = Timestamp(now.0.saturating_add(LONG_POLL_MS));
        let has_charge =
            |id: &LaneId| self.lanes.get(id).and_then(|lane| lane.rows.front()).is_some_and(is_charge);
        let mut charges = self.waiting.iter().filter(|(_, _, id)| has_charge(id));
        let Some(first) = charges.next() else {
            return;
        };
        let sleeper = std::iter::once(first).chain(charges).find(|(due, _, _)| *due > soon);
        let next = *sleeper.unwrap_or(first);
        self.waiting.remove(&next);
        self.waiting.insert((Timestamp(0), next.1, next.2));
        if let Some(row) = self.lanes.get_mut(&next.2).and_then(|lane| lane.rows.front_mut()) {
            row.due = Timestamp(0);
        }
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
    use domain::processes::place_order::Step;
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
        schedule.hurry_order(one.order, now);
        assert_eq!(ids(&mut schedule, now), [10]);
        schedule.again(&one, Timestamp(90), 2);
        schedule.hurry_all();
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
        schedule.hurry_order(one.order, now);
        schedule.hurry_order(one.order, now);
        schedule.again(&one, Timestamp(90), 1);
        schedule.again(&other, Timestamp(90), 1);
        assert_eq!(ids(&mut schedule, now), [10]);
        schedule.again(&one, Timestamp(90), 2);
        assert_eq!(ids(&mut schedule, now), [0_u128; 0]);
        // All of them, too; what is done is not done again.
        assert_eq!(ids(&mut schedule, Timestamp(90)), [10, 20]);
        schedule.hurry_all();
        schedule.done(&one);
        schedule.again(&other, Timestamp(180), 2);
        assert_eq!(ids(&mut schedule, now), [20]);
        assert_eq!(schedule.len(), 1);
    }

    #[test]
    fn whoever_asks_about_an_order_again_and_again_has_the_provider_asked_once_in_a_while() {
        let mut schedule = Schedule::with_gap(3_000);
        let one = row(1, 10, 1, Step::Charge);
        schedule.add(one.clone());
        assert_eq!(ids(&mut schedule, Timestamp(0)), [10]);
        let mut calls = 0;
        // Ten nudges a second for a minute, in which nothing is due by itself.
        for now in (100..=60_000).step_by(100).map(Timestamp) {
            schedule.hurry_order(one.order, now);
            while let Some(row) = schedule.next(now) {
                calls += 1;
                // It is asked for while it runs, too.
                schedule.hurry_order(one.order, now);
                schedule.again(&row, Timestamp(90_000), 1);
            }
            if now.0 == 100 {
                schedule.again(&one, Timestamp(90_000), 1);
            }
        }
        assert_eq!(calls, 20);
        // What is due sooner by itself is not put off; and nobody else waits.
        schedule.again(&one, Timestamp(60_050), 1);
        schedule.hurry_order(one.order, Timestamp(60_010));
        assert_eq!(ids(&mut schedule, Timestamp(60_050)), [10]);
        let other = row(2, 20, 2, Step::Charge);
        schedule.add(WorkRow { due: Timestamp(90_000), ..other.clone() });
        schedule.hurry_order(other.order, Timestamp(60_060));
        assert_eq!(ids(&mut schedule, Timestamp(60_060)), [20]);
    }

    #[test]
    fn one_call_outside_can_be_hurried_alone() {
        let mut schedule = Schedule::default();
        schedule.hurry_one(Timestamp(0));
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
        schedule.hurry_one(now);
        assert_eq!((ids(&mut schedule, now), schedule.next_due()), (vec![20], Some(Timestamp(60))));
    }

    #[test]
    fn whoever_sleeps_is_hurried_before_those_who_are_asked_about_soon_anyway() {
        let mut schedule = Schedule::default();
        let (polled, asleep, later) =
            (row(1, 10, 1, Step::Charge), row(2, 20, 2, Step::Charge), row(3, 30, 3, Step::Charge));
        for row in [polled.clone(), asleep.clone(), later.clone()] {
            schedule.add(row);
        }
        let now = Timestamp(5);
        assert_eq!(ids(&mut schedule, now), [10, 20, 30]);
        schedule.again(&polled, Timestamp(now.0 + LONG_POLL_MS), 1);
        schedule.again(&asleep, Timestamp(now.0 + 6 * LONG_POLL_MS), 1);
        schedule.again(&later, Timestamp(now.0 + 7 * LONG_POLL_MS), 1);
        schedule.hurry_one(now);
        assert_eq!(ids(&mut schedule, now), [20]);
        schedule.hurry_one(now);
        assert_eq!(ids(&mut schedule, now), [30]);
        schedule.hurry_one(now);
        assert_eq!(ids(&mut schedule, now), [10], "nobody else is left");
    }

    #[test]
    fn a_refund_is_hurried_with_all_others_or_by_the_provider_alone() {
        let mut schedule = Schedule::default();
        let back =
            Step::GiveBack { key: "key".to_owned(), provider_id: "pay".to_owned(), amount: Won::default() };
        let refund = row(1, 10, 1, back);
        schedule.add(refund.clone());
        let now = Timestamp(5);
        assert_eq!(ids(&mut schedule, now), [10]);
        schedule.again(&refund, Timestamp(90), 1);
        schedule.hurry_order(refund.order, now);
        schedule.hurry_one(now);
        assert_eq!(ids(&mut schedule, now), [0_u128; 0]);
        schedule.hurry_all();
        assert_eq!(ids(&mut schedule, now), [10]);
        schedule.again(&refund, Timestamp(90), 2);
        schedule.hurry_refunds(refund.order);
        assert_eq!(ids(&mut schedule, now), [10]);
    }
}
