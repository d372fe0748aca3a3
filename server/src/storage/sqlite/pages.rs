//! Lists page by page. Rows know their place in their list, so that a page is a range of places: the last page of a long list costs what
//! the first does, and so does a page of a short one.

#[cfg(test)]
mod tests;

use super::views::docs;
use crate::read_models::{TicketDoc, TicketsAnswer};
use crate::storage::LogError;
use domain::shared::{AccountId, StoreId};
use domain::views::OrderDoc;
use sqlx::{Row, SqliteConnection};
use std::ops::Range;

const ORDERS: &str =
    "SELECT doc FROM view_orders WHERE customer = ? AND nth >= ? AND nth < ? ORDER BY nth DESC";
const LEFT: &str = "SELECT doc FROM view_tickets WHERE store = ? AND nth >= ? AND nth < ? ORDER BY nth DESC";
/// The board has no places that stay, since any ticket on it may be turned down. It is as long as the kitchen and the riders are slow, not
/// as old as the store.
const ON_BOARD: &str = "SELECT doc FROM view_tickets WHERE store = ? AND nth IS NULL \
                        ORDER BY received_ms DESC, order_id DESC LIMIT ? OFFSET ?";

/// Which page, counted from 0, of how many rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) page: u32,
    pub(super) size: u32,
}

impl Page {
    /// So many rows of the list come before it.
    fn skipped(self) -> i64 {
        i64::from(self.page) * i64::from(self.size)
    }
}

/// The places, counted from the oldest of `total` rows, of `many` rows after the newest `skipped`.
fn places(total: i64, skipped: i64, many: i64) -> Range<i64> {
    let end = (total - skipped).max(0);
    (end - many).max(0)..end
}

/// A page of a customer's orders, the newest first, and how many there are.
pub(super) async fn orders(
    read: &mut SqliteConnection,
    customer: AccountId,
    page: Page,
) -> Result<(u64, Vec<OrderDoc>), LogError> {
    let customer = customer.to_string();
    let counted = sqlx::query("SELECT orders FROM view_customers WHERE customer = ?")
        .bind(&customer)
        .fetch_optional(&mut *read)
        .await?;
    let total: i64 = counted.map_or(Ok(0), |row| row.try_get(0))?;
    let places = places(total, page.skipped(), page.size.into());
    let rows = sqlx::query(ORDERS).bind(customer).bind(places.start).bind(places.end).fetch_all(read).await?;
    Ok((total as u64, docs(&rows)?))
}

/// A page of a store's tickets: those on the board, the newest first, then those that left, the last first.
pub(super) async fn tickets(
    read: &mut SqliteConnection,
    store: StoreId,
    page: Page,
) -> Result<TicketsAnswer, LogError> {
    let store = store.to_string();
    let counted = sqlx::query("SELECT open, on_board, departed FROM view_kitchens WHERE store_id = ?")
        .bind(&store)
        .fetch_optional(&mut *read)
        .await?;
    let (mut open, mut on_board, mut departed) = (0, 0, 0);
    if let Some(row) = counted {
        (open, on_board, departed) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    }
    let (skipped, size) = (page.skipped(), i64::from(page.size));
    let mut tickets: Vec<TicketDoc> = Vec::new();
    if skipped < on_board {
        let rows = sqlx::query(ON_BOARD).bind(&store).bind(size).bind(skipped).fetch_all(&mut *read).await?;
        tickets = docs(&rows)?;
    }
    let places = places(departed, (skipped - on_board).max(0), size - tickets.len() as i64);
    if !places.is_empty() {
        let rows = sqlx::query(LEFT).bind(&store).bind(places.start).bind(places.end).fetch_all(read).await?;
        tickets.extend(docs(&rows)?);
    }
    Ok(TicketsAnswer { total: (on_board + departed) as u64, open: open as u32, docs: tickets })
}
