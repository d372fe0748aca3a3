//! The read models' rows as SQL.

use super::batch::Batch;
use crate::read_models::{JobRow, OrderRow, StoreRow, TicketRow};
use crate::storage::LogError;
use domain::shared::{StoreId, Timestamp};
use domain::{delivery, store::ticket};

pub(super) fn put_order(batch: &mut Batch, row: &OrderRow) -> Result<(), LogError> {
    batch
        .push(
            "INSERT INTO view_orders (order_id, customer, store, shown, placed_ms, doc) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (order_id) DO UPDATE SET shown = excluded.shown, doc = excluded.doc",
        )
        .bind(row.order.to_string())
        .bind(row.customer.to_string())
        .bind(row.store.to_string())
        .bind(row.shown.slug())
        .bind(row.placed.0)
        .bind(serde_json::to_string(&row.doc)?);
    Ok(())
}

pub(super) fn put_ticket(batch: &mut Batch, row: &TicketRow, at: Timestamp) -> Result<(), LogError> {
    // Tickets that were turned down or cancelled leave the board for good.
    if !row.on_board && !row.cooked {
        batch.push("DELETE FROM view_tickets WHERE order_id = ?").bind(row.order.to_string());
        return Ok(());
    }
    batch
        .push(
            "INSERT INTO view_tickets (order_id, store, on_board, received_ms, moved_ms, doc) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (order_id) DO UPDATE SET on_board = excluded.on_board, moved_ms = excluded.moved_ms, doc = excluded.doc",
        )
        .bind(row.order.to_string())
        .bind(row.store.to_string())
        .bind(i64::from(row.on_board))
        .bind(row.received.0)
        .bind(at.0)
        .bind(serde_json::to_string(&row.doc)?);
    Ok(())
}

pub(super) fn put_job(batch: &mut Batch, row: &JobRow, at: Timestamp) -> Result<(), LogError> {
    batch
        .push(
            "INSERT INTO view_jobs (order_id, phase, rider, offered_ms, moved_ms, fee, doc) VALUES (?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (order_id) DO UPDATE SET phase = excluded.phase, rider = excluded.rider, \
             moved_ms = excluded.moved_ms, doc = excluded.doc",
        )
        .bind(row.order.to_string())
        .bind(phase_name(row.phase))
        .bind(row.rider.map(|rider| rider.to_string()))
        .bind(row.offered.0)
        .bind(at.0)
        .bind(row.fee.get() as i64)
        .bind(serde_json::to_string(&row.doc)?);
    Ok(())
}

pub(super) fn put_store(batch: &mut Batch, row: &StoreRow) -> Result<(), LogError> {
    batch
        .push("INSERT INTO view_stores (store_id, doc) VALUES (?, ?) ON CONFLICT (store_id) DO UPDATE SET doc = excluded.doc")
        .bind(row.id.to_string())
        .bind(serde_json::to_string(&row.store)?);
    Ok(())
}

/// Moves the count of places taken in a kitchen when a ticket takes or frees one.
pub(super) fn move_kitchen(
    batch: &mut Batch,
    store: StoreId,
    before: ticket::Phase,
    after: ticket::Phase,
) -> i64 {
    let change = i64::from(after.is_open()) - i64::from(before.is_open());
    if change != 0 {
        batch
            .push(
                "INSERT INTO view_kitchens (store_id, open) VALUES (?, ?) \
                 ON CONFLICT (store_id) DO UPDATE SET open = open + excluded.open",
            )
            .bind(store.to_string())
            .bind(change);
    }
    change
}

/// The name of a delivery's phase in `view_jobs`.
pub(super) const fn phase_name(phase: delivery::Phase) -> &'static str {
    match phase {
        delivery::Phase::New => "new",
        delivery::Phase::Offered => "offered",
        delivery::Phase::Claimed => "claimed",
        delivery::Phase::Arrived => "arrived",
        delivery::Phase::PickedUp => "picked_up",
        delivery::Phase::Delivered => "delivered",
        delivery::Phase::Failed => "failed",
    }
}
