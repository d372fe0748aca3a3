//! Which rows run now: one of each order at a time, in the log's order, when it is due.

use crate::storage::WorkRow;
use domain::shared::{OrderId, Timestamp};
use std::collections::{BTreeSet, HashMap, VecDeque};
use uuid::Uuid;

/// Rows that wait, by order and by time.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    orders: HashMap<OrderId, Lane>,
    /// Orders whose first row is not running, by when it is due.
    waiting: BTreeSet<(Timestamp, u64, OrderId)>,
}

#[derive(Debug, Default)]
struct Lane {
    rows: VecDeque<WorkRow>,
    running: bool,
}

impl Schedule {
    /// Takes a row in; one that is known already is left alone.
    pub(super) fn add(&mut self, row: WorkRow) {
        let order = row.order;
        let lane = self.orders.entry(order).or_default();
        if lane.rows.iter().any(|known| known.id == row.id) {
            return;
        }
        if lane.rows.is_empty() {
            self.waiting.insert((row.due, row.position, order));
        }
        lane.rows.push_back(row);
    }

    /// The next row that is due, now running.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<WorkRow> {
        let first = *self.waiting.first().filter(|(due, _, _)| *due <= now)?;
        self.waiting.remove(&first);
        let lane = self.orders.get_mut(&first.2)?;
        lane.running = true;
        lane.rows.front().cloned()
    }

    /// When the next row is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.waiting.first().map(|(due, _, _)| *due)
    }

    /// A row is done: the next one of its order may run.
    pub(super) fn done(&mut self, order: OrderId, id: Uuid) {
        let Some(lane) = self.orders.get_mut(&order) else {
            return;
        };
        lane.running = false;
        lane.rows.retain(|row| row.id != id);
        match lane.rows.front() {
            Some(row) => drop(self.waiting.insert((row.due, row.position, order))),
            None => drop(self.orders.remove(&order)),
        }
    }

    /// A row has to run again later; the others of its order wait for it.
    pub(super) fn again(&mut self, order: OrderId, id: Uuid, due: Timestamp, attempts: u32) {
        let Some(lane) = self.orders.get_mut(&order) else {
            return;
        };
        lane.running = false;
        if let Some(row) = lane.rows.iter_mut().find(|row| row.id == id) {
            row.due = due;
            row.attempts = attempts;
            self.waiting.insert((due, row.position, order));
        }
    }

    /// Rows that are not done.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.orders.values().map(|lane| lane.rows.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::processes::place_order::Step;

    fn row(order: u128, id: u128, position: u64) -> WorkRow {
        WorkRow {
            id: Uuid::from_u128(id),
            order: OrderId(Uuid::from_u128(order)),
            step: Step::Charge,
            position,
            attempts: 0,
            due: Timestamp(0),
        }
    }

    #[test]
    fn rows_of_one_order_run_one_after_the_other_and_those_of_others_beside_them() {
        let mut schedule = Schedule::default();
        for row in [row(1, 10, 1), row(1, 11, 2), row(2, 20, 3)] {
            schedule.add(row);
        }
        schedule.add(row(1, 10, 1));
        assert_eq!(schedule.len(), 3);
        let now = Timestamp(5);
        assert_eq!(schedule.next(now).map(|row| row.id), Some(Uuid::from_u128(10)));
        assert_eq!(schedule.next(now).map(|row| row.id), Some(Uuid::from_u128(20)));
        assert_eq!(schedule.next(now), None);
        // The first of order 1 has to wait: so does the second.
        schedule.again(OrderId(Uuid::from_u128(1)), Uuid::from_u128(10), Timestamp(9), 1);
        assert_eq!(schedule.next(now), None);
        assert_eq!(schedule.next_due(), Some(Timestamp(9)));
        assert_eq!(schedule.next(Timestamp(9)).map(|row| row.attempts), Some(1));
        schedule.done(OrderId(Uuid::from_u128(1)), Uuid::from_u128(10));
        assert_eq!(schedule.next(now).map(|row| row.id), Some(Uuid::from_u128(11)));
        schedule.done(OrderId(Uuid::from_u128(1)), Uuid::from_u128(11));
        schedule.done(OrderId(Uuid::from_u128(2)), Uuid::from_u128(20));
        assert_eq!((schedule.len(), schedule.next_due()), (0, None));
    }
}
