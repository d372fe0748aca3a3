//! What the rows of one text change in the counts of customers and kitchens, and how many rows of the same text come before one of them:
//! with what the table has counted so far, that is its place in a list.

use super::bulk::Bulk;
use crate::read_models::Standing;
use domain::shared::{AccountId, StoreId};
use std::collections::HashMap;

/// Changes that wait to be written.
#[derive(Default)]
pub(super) struct Counts {
    placed: HashMap<AccountId, i64>,
    kitchens: HashMap<StoreId, Kitchen>,
}

#[derive(Clone, Copy, Default)]
struct Kitchen {
    open: i64,
    on_board: i64,
    departed: i64,
}

impl Counts {
    /// A customer has one order more; answers how many the same text has placed before it.
    pub(super) fn place(&mut self, customer: AccountId) -> i64 {
        let placed = self.placed.entry(customer).or_default();
        *placed += 1;
        *placed - 1
    }

    /// A ticket moves on. When it leaves its store, this answers how many have left that one before it in the same text.
    pub(super) fn move_ticket(&mut self, store: StoreId, before: Standing, after: Standing) -> Option<i64> {
        if before == after {
            return None;
        }
        let change = |was: bool, is: bool| i64::from(is) - i64::from(was);
        let kitchen = self.kitchens.entry(store).or_default();
        kitchen.open += change(before.is_open(), after.is_open());
        kitchen.on_board += change(before.is_on_board(), after.is_on_board());
        (after == Standing::Left).then(|| {
            kitchen.departed += 1;
            kitchen.departed - 1
        })
    }

    /// Makes rows of all changes, and forgets them.
    pub(super) fn drain_into(&mut self, kitchens: &mut Bulk, customers: &mut Bulk) {
        for (store, Kitchen { open, on_board, departed }) in self.kitchens.drain() {
            kitchens.row([store.to_string().into(), open.into(), on_board.into(), departed.into()]);
        }
        for (customer, placed) in self.placed.drain() {
            customers.row([customer.to_string().into(), placed.into()]);
        }
    }
}
