//! The read models' rows as values.

use super::plan::Rows;
use crate::read_models::{JobRow, OrderRow, StoreRow, TicketRow, Touched, project_case};
use crate::storage::LogError;
use domain::processes::{Case, Settlement};
use domain::shared::{OrderId, StoreId, Timestamp, Won};
use domain::{delivery, store::ticket};

/// All rows of a case of which these contexts have changed.
pub(super) fn put_case(
    rows: &mut Rows,
    case: &Case,
    touched: Touched,
    at: Timestamp,
) -> Result<(), LogError> {
    let of_case = project_case(case, touched);
    if let Some(row) = of_case.order {
        put_order(rows, &row)?;
        if touched.placed {
            rows.customers.row([row.customer.to_string().into(), 1.into()]);
        }
    }
    if let Some(row) = of_case.ticket {
        put_ticket(rows, &row, at)?;
    }
    if let Some(row) = of_case.job {
        put_job(rows, &row, at)?;
    }
    if let Some((order, deal)) = of_case.deal {
        put_deal(rows, order, &deal);
    }
    Ok(())
}

fn put_order(rows: &mut Rows, row: &OrderRow) -> Result<(), LogError> {
    rows.orders.row([
        row.order.to_string().into(),
        row.customer.to_string().into(),
        row.store.to_string().into(),
        row.shown.slug().into(),
        row.placed.0.into(),
        row.doc.line.number.as_str().into(),
        row.wait.map(|wait| wait.what.name().to_owned()).into(),
        row.wait.map(|wait| wait.from.0).into(),
        i64::from(row.refund_fails).into(),
        row.undecided.map(|since| since.0).into(),
        serde_json::to_string(&row.doc)?.into(),
    ]);
    Ok(())
}

fn put_ticket(rows: &mut Rows, row: &TicketRow, at: Timestamp) -> Result<(), LogError> {
    // Tickets that were turned down or cancelled leave the board for good.
    if !row.on_board && !row.cooked {
        rows.gone.row([row.order.to_string().into()]);
        return Ok(());
    }
    rows.tickets.row([
        row.order.to_string().into(),
        row.store.to_string().into(),
        i64::from(row.on_board).into(),
        row.received.0.into(),
        at.0.into(),
        serde_json::to_string(&row.doc)?.into(),
    ]);
    Ok(())
}

fn put_job(rows: &mut Rows, row: &JobRow, at: Timestamp) -> Result<(), LogError> {
    let cell = |cell: Option<&String>| cell.cloned().unwrap_or_default();
    rows.jobs.row([
        row.order.to_string().into(),
        phase_name(row.phase).into(),
        row.rider.map(|rider| rider.to_string()).into(),
        row.offered.0.into(),
        at.0.into(),
        cell(row.cells.first()).into(),
        cell(row.cells.last()).into(),
        row.store_point.lat.into(),
        row.store_point.lon.into(),
        row.earned.map(|earned| earned.at.in_seoul().day()).into(),
        row.earned.map(|earned| earned.amount.get() as i64).into(),
        serde_json::to_string(&row.doc)?.into(),
    ]);
    Ok(())
}

fn put_deal(rows: &mut Rows, order: OrderId, deal: &Settlement) {
    let won = |amount: Won| amount.get() as i64;
    rows.deals.row([
        order.to_string().into(),
        deal.at.in_seoul().day().into(),
        deal.store.0.to_string().into(),
        won(deal.store.1).into(),
        deal.rider.map(|(rider, _)| rider.to_string()).into(),
        won(deal.rider.map_or(Won::ZERO, |(_, fee)| fee)).into(),
        won(deal.paid).into(),
    ]);
}

pub(super) fn put_store(rows: &mut Rows, row: &StoreRow) -> Result<(), LogError> {
    rows.stores.row([row.id.to_string().into(), serde_json::to_string(&row.store)?.into()]);
    Ok(())
}

/// Moves the count of places taken in a kitchen when a ticket takes or frees one; answers by how many.
pub(super) fn move_kitchen(
    rows: &mut Rows,
    store: StoreId,
    before: ticket::Phase,
    after: ticket::Phase,
) -> i64 {
    let change = i64::from(after.is_open()) - i64::from(before.is_open());
    if change != 0 {
        rows.kitchens.row([store.to_string().into(), change.into()]);
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
