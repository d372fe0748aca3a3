//! The read models' rows as values.

use super::plan::Rows;
use crate::read_models::{JobRow, OrderRow, Standing, StoreRow, TicketRow, Touched, project_case};
use crate::storage::LogError;
use domain::delivery;
use domain::processes::{Case, Settlement};
use domain::shared::{OrderId, Timestamp, Won};

/// All rows of a case of which these contexts have changed, and whose ticket stood there before.
pub(super) fn put_case(
    rows: &mut Rows,
    case: &Case,
    (before, touched): (Standing, Touched),
    at: Timestamp,
) -> Result<(), LogError> {
    let of_case = project_case(case, touched);
    if let Some(row) = of_case.order {
        // One that was placed before has its place in the list.
        let ahead = touched.placed.then(|| rows.counts.place(row.customer));
        put_order(rows, &row, ahead)?;
    }
    if let Some(row) = of_case.ticket {
        put_ticket(rows, &row, before)?;
    }
    if let Some(row) = of_case.job {
        put_job(rows, &row, at)?;
    }
    if let Some((order, deal)) = of_case.deal {
        put_deal(rows, order, &deal);
    }
    Ok(())
}

fn put_order(rows: &mut Rows, row: &OrderRow, ahead: Option<i64>) -> Result<(), LogError> {
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
        ahead.into(),
    ]);
    Ok(())
}

fn put_ticket(rows: &mut Rows, row: &TicketRow, before: Standing) -> Result<(), LogError> {
    let ahead = rows.counts.move_ticket(row.store, before, row.standing);
    if row.standing == Standing::Nowhere {
        rows.gone.row([row.order.to_string().into()]);
        return Ok(());
    }
    rows.tickets.row([
        row.order.to_string().into(),
        row.store.to_string().into(),
        row.received.0.into(),
        serde_json::to_string(&row.doc)?.into(),
    ]);
    if let Some(ahead) = ahead {
        rows.departed.row([row.order.to_string().into(), row.store.to_string().into(), ahead.into()]);
    }
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
        won(deal.takings.paid).into(),
        won(deal.takings.given_back).into(),
        won(deal.takings.owed_back).into(),
    ]);
}

pub(super) fn put_store(rows: &mut Rows, row: &StoreRow) -> Result<(), LogError> {
    rows.stores.row([row.id.to_string().into(), serde_json::to_string(&row.store)?.into()]);
    Ok(())
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
