//! What timers, operator and settlement ask of the read models.

use super::rows::id;
use super::views::{doc, docs};
use crate::read_models::{OperatorAnswer, Owed, SettlementAnswer, StuckAnswer, WaitingRefund};
use crate::storage::LogError;
use domain::processes::place_order::Kind;
use domain::processes::{Limits, Takings, Wait, WaitsFor};
use domain::shared::{AccountId, OrderId, StoreId, Timestamp, Won};
use domain::views::cut;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

/// Orders whose wait is over: of each kind so many, the longest first, so that no kind keeps the others from their turn.
pub(super) async fn overdue(
    read: &mut SqliteConnection,
    now: Timestamp,
    limits: &Limits,
    limit: u32,
) -> Result<Vec<OrderId>, LogError> {
    let mut orders = Vec::new();
    for what in WaitsFor::ALL {
        let rows = sqlx::query(
            "SELECT order_id FROM view_orders WHERE waits = ? AND wait_from_ms <= ? ORDER BY wait_from_ms LIMIT ?",
        )
        .bind(what.name())
        .bind(limits.over_since(what, now).0)
        .bind(limit)
        .fetch_all(&mut *read)
        .await?;
        for row in &rows {
            orders.push(OrderId(id(row.try_get(0)?)?));
        }
    }
    Ok(orders)
}

/// Refunds that are to be made and of which no request has failed, those first that were requested first. A row of work says which event asked
/// for it, and the event when. A refund that was given up has failed, or is among the steps that were given up.
const WAITING_REFUNDS: &str = "SELECT doc, at_ms FROM work INDEXED BY work_open CROSS JOIN events USING (position) \
     CROSS JOIN view_orders USING (order_id) WHERE state = 'open' AND json_extract(step, '$.step') = ? \
     AND refund_fails = 0 ORDER BY work.position LIMIT ?";

/// Orders that wait for the operator, or for somebody who should have gone on; refunds that fail or wait; orders that are held.
pub(super) async fn operator(
    read: &mut SqliteConnection,
    position: u64,
    (now, limits): (Timestamp, &Limits),
    limit: u32,
) -> Result<OperatorAnswer, LogError> {
    let (mut stuck, mut more_stuck) = (Vec::new(), false);
    for what in WaitsFor::ALL {
        let rows = sqlx::query(
            "SELECT doc, wait_from_ms FROM view_orders WHERE waits = ? AND wait_from_ms <= ? \
             ORDER BY wait_from_ms LIMIT ?",
        )
        .bind(what.name())
        .bind(limits.on_list_since(what, now).0)
        .bind(limit.saturating_add(1))
        .fetch_all(&mut *read)
        .await?;
        let (rows, more) = cut(rows, limit);
        more_stuck |= more;
        for row in &rows {
            let wait = Wait { what, from: Timestamp(row.try_get("wait_from_ms")?) };
            stuck.push(StuckAnswer { doc: doc(row)?, wait });
        }
    }
    stuck.sort_by_key(|stuck| stuck.wait.from);
    let refunds =
        sqlx::query("SELECT doc FROM view_orders WHERE refund_fails = 1 ORDER BY placed_ms LIMIT ?")
            .bind(limit.saturating_add(1))
            .fetch_all(&mut *read)
            .await?;
    let waiting = sqlx::query(WAITING_REFUNDS)
        .bind(Kind::GiveBack.name())
        .bind(limit.saturating_add(1))
        .fetch_all(&mut *read)
        .await?;
    let undecided = sqlx::query(
        "SELECT doc FROM view_orders WHERE undecided_ms IS NOT NULL ORDER BY undecided_ms LIMIT ?",
    )
    .bind(limit.saturating_add(1))
    .fetch_all(&mut *read)
    .await?;
    let (undecided, more_undecided) = cut(undecided, limit);
    let held: i64 = sqlx::query("SELECT COUNT(*) FROM view_orders WHERE shown = 'awaiting_payment'")
        .fetch_one(&mut *read)
        .await?
        .try_get(0)?;
    Ok(OperatorAnswer {
        position,
        stuck,
        more_stuck,
        refunds: docs(&refunds)?,
        waiting_refunds: waiting.iter().map(waiting_refund).collect::<Result<_, _>>()?,
        undecided: docs(&undecided)?,
        more_undecided,
        held: held as u64,
    })
}

fn waiting_refund(row: &SqliteRow) -> Result<WaitingRefund, LogError> {
    Ok(WaitingRefund { doc: doc(row)?, since: Timestamp(row.try_get("at_ms")?) })
}

/// The sums of a day.
pub(super) async fn settlement(read: &mut SqliteConnection, day: &str) -> Result<SettlementAnswer, LogError> {
    let stores = sqlx::query(
        "SELECT store AS who, COUNT(*) AS orders, CAST(SUM(store_won) AS INTEGER) AS won FROM view_deals \
         WHERE day = ? AND store_won > 0 GROUP BY store ORDER BY store",
    )
    .bind(day)
    .fetch_all(&mut *read)
    .await?;
    let riders = sqlx::query(
        "SELECT rider AS who, COUNT(*) AS orders, CAST(SUM(rider_won) AS INTEGER) AS won FROM view_deals \
         WHERE day = ? AND rider IS NOT NULL GROUP BY rider ORDER BY rider",
    )
    .bind(day)
    .fetch_all(&mut *read)
    .await?;
    let all = sqlx::query(
        "SELECT COUNT(NULLIF(paid_won, 0)) AS orders, CAST(COALESCE(SUM(paid_won), 0) AS INTEGER) AS paid, \
         CAST(COALESCE(SUM(given_back_won), 0) AS INTEGER) AS given_back, \
         CAST(COALESCE(SUM(owed_back_won), 0) AS INTEGER) AS owed_back FROM view_deals WHERE day = ?",
    )
    .bind(day)
    .fetch_one(&mut *read)
    .await?;
    Ok(SettlementAnswer {
        stores: stores.iter().map(|row| owed(row, StoreId)).collect::<Result<_, _>>()?,
        riders: riders.iter().map(|row| owed(row, AccountId)).collect::<Result<_, _>>()?,
        takings: Takings {
            paid: won(&all, "paid")?,
            given_back: won(&all, "given_back")?,
            owed_back: won(&all, "owed_back")?,
        },
        orders: all.try_get::<i64, _>("orders")? as u64,
    })
}

fn owed<Id>(row: &SqliteRow, who: impl Fn(Uuid) -> Id) -> Result<Owed<Id>, LogError> {
    Ok(Owed {
        who: who(id(row.try_get("who")?)?),
        orders: row.try_get::<i64, _>("orders")? as u64,
        amount: won(row, "won")?,
    })
}

fn won(row: &SqliteRow, column: &str) -> Result<Won, LogError> {
    Won::new(row.try_get::<i64, _>(column)? as u64).map_err(|error| LogError::Corrupt(error.to_string()))
}
