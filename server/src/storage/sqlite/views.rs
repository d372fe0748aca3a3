//! The read models on SQLite. Each question is answered in one read transaction, so that rows and position belong together.

use super::batch::Batch;
use super::log::SqliteLog;
use super::pages::Page;
use super::rows::{event_columns, id, recorded};
use super::writer::last_position;
use crate::adapters::cells::middle_of_area;
use crate::read_models::{
    Around, BoardAnswer, JobDoc, JobsAnswer, OperatorAnswer, OrderAnswer, OrdersAnswer, SettlementAnswer,
    TicketDoc, TicketsAnswer, Views,
};
use crate::storage::{IdempotencyKey, LogError, Once};
use domain::delivery::{JobAt, Offer, Phase, RiderChange, RiderState, listed};
use domain::processes::Limits;
use domain::shared::{AccountId, OrderId, OrderNumber, Point, StoreId, Timestamp, Won};
use domain::store::Store;
use domain::views::OrderDoc;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqliteConnection, Transaction};
use std::collections::HashMap;

/// The board, the oldest first.
pub(super) const BOARD: &str =
    "SELECT doc FROM view_tickets WHERE store = ? AND nth IS NULL ORDER BY received_ms, order_id LIMIT ?";
/// What left the store last.
pub(super) const LAST_LEFT: &str =
    "SELECT doc FROM view_tickets WHERE store = ? AND nth IS NOT NULL ORDER BY nth DESC LIMIT ?";
/// What a rider has.
pub(super) const MINE: &str = "SELECT doc FROM view_jobs WHERE rider = ? AND phase IN ('claimed', 'arrived', 'picked_up') \
                               ORDER BY moved_ms, order_id";
/// How many jobs a rider has earned something with on a day, and how much.
pub(super) const EARNED: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(earned_won), 0) AS INTEGER) FROM view_jobs \
                                 WHERE rider = ? AND earned_day = ?";

/// The read models on SQLite.
#[derive(Clone)]
pub struct SqliteViews {
    log: SqliteLog,
}

impl SqliteViews {
    /// The read models beside a log.
    pub fn new(log: SqliteLog) -> Self {
        Self { log }
    }

    async fn begin(&self) -> Result<(Transaction<'static, Sqlite>, u64), LogError> {
        let mut read = self.log.readers().begin().await?;
        let head = last_position(&mut read).await?;
        Ok((read, head))
    }
}

pub(super) fn doc<T: DeserializeOwned>(row: &SqliteRow) -> Result<T, LogError> {
    Ok(serde_json::from_str(row.try_get("doc")?)?)
}

pub(super) fn docs<T: DeserializeOwned>(rows: &[SqliteRow]) -> Result<Vec<T>, LogError> {
    rows.iter().map(doc).collect()
}

async fn tickets(
    read: &mut SqliteConnection,
    sql: &'static str,
    store: StoreId,
    limit: u32,
) -> Result<Vec<TicketDoc>, LogError> {
    docs(&sqlx::query(sql).bind(store.to_string()).bind(limit).fetch_all(read).await?)
}

/// Places taken in a kitchen.
pub(super) async fn open_tickets(read: &mut SqliteConnection, store: StoreId) -> Result<u32, LogError> {
    let row = sqlx::query("SELECT open FROM view_kitchens WHERE store_id = ?")
        .bind(store.to_string())
        .fetch_optional(read)
        .await?;
    let open: i64 = row.map_or(Ok(0), |row| row.try_get(0))?;
    Ok(open as u32)
}

/// The offers that a rider's list shows, and whether there are more. All in the rider's cells are looked at: which of them it shows, and in
/// which order, is the domain's to say, and only those are read whole.
async fn offers(
    read: &mut SqliteConnection,
    rider: AccountId,
    around: &Around,
) -> Result<(Vec<JobDoc>, bool), LogError> {
    let cells = serde_json::to_string(&around.cells)?;
    let rows = sqlx::query(
        "SELECT order_id, store_lat, store_lon, address_cell, offered_ms FROM view_jobs WHERE phase = 'offered' \
         AND (store_cell IN (SELECT value FROM json_each(?1)) OR address_cell IN (SELECT value FROM json_each(?1)))",
    )
    .bind(&cells)
    .fetch_all(&mut *read)
    .await?;
    let offers = rows.iter().map(offer).collect::<Result<Vec<_>, _>>()?;
    let (orders, more) = listed(offers, rider, around.state, around.radius_m);
    let rows = sqlx::query("SELECT doc FROM view_jobs WHERE order_id IN (SELECT value FROM json_each(?))")
        .bind(serde_json::to_string(&orders)?)
        .fetch_all(&mut *read)
        .await?;
    let mut docs: HashMap<OrderId, JobDoc> = HashMap::with_capacity(rows.len());
    for row in &rows {
        let doc: JobDoc = doc(row)?;
        docs.insert(doc.card.order, doc);
    }
    Ok((orders.iter().filter_map(|order| docs.remove(order)).collect(), more))
}

fn offer(row: &SqliteRow) -> Result<Offer, LogError> {
    let store = Point::new(row.try_get("store_lat")?, row.try_get("store_lon")?);
    let store = store.ok_or_else(|| LogError::Corrupt("a job's store is nowhere".to_owned()))?;
    let area = middle_of_area(&[row.try_get("address_cell")?]);
    Ok(Offer {
        order: OrderId(id(row.try_get("order_id")?)?),
        job: JobAt { phase: Phase::Offered, holder: None, store, area },
        at: Timestamp(row.try_get("offered_ms")?),
    })
}

async fn order_row(
    read: &mut SqliteConnection,
    order: OrderId,
) -> Result<Option<(AccountId, OrderDoc)>, LogError> {
    let row = sqlx::query("SELECT customer, doc FROM view_orders WHERE order_id = ?")
        .bind(order.to_string())
        .fetch_optional(read)
        .await?;
    row.map(|row| Ok((AccountId(id(row.try_get("customer")?)?), doc(&row)?))).transpose()
}

#[async_trait::async_trait]
impl Views for SqliteViews {
    async fn order_doc(&self, order: OrderId) -> Result<Option<(AccountId, OrderDoc)>, LogError> {
        let mut read = self.log.readers().acquire().await?;
        order_row(&mut read, order).await
    }

    async fn order(&self, order: OrderId) -> Result<Option<OrderAnswer>, LogError> {
        let (mut read, position) = self.begin().await?;
        let Some((customer, doc)) = order_row(&mut read, order).await? else { return Ok(None) };
        let sql = concat!("SELECT ", event_columns!(), " FROM events WHERE stream_id = ? ORDER BY position");
        let events = sqlx::query(sql).bind(order.to_string()).fetch_all(&mut *read).await?;
        let events = events.iter().map(recorded).collect::<Result<_, _>>()?;
        Ok(Some(OrderAnswer { position, customer, doc, events }))
    }

    async fn orders_of(&self, customer: AccountId, page: u32, size: u32) -> Result<OrdersAnswer, LogError> {
        let (mut read, position) = self.begin().await?;
        let (total, docs) = super::pages::orders(&mut read, customer, Page { page, size }).await?;
        Ok(OrdersAnswer { position, total, docs })
    }

    async fn orders_by_number(
        &self,
        number: &OrderNumber,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<OrderDoc>, LogError> {
        let rows = sqlx::query(
            "SELECT doc FROM view_orders INDEXED BY view_orders_numbers WHERE placed_ms >= ? AND number = ? \
             ORDER BY placed_ms DESC, order_id DESC LIMIT ?",
        )
        .bind(since.0)
        .bind(number.as_str())
        .bind(limit)
        .fetch_all(self.log.readers())
        .await?;
        docs(&rows)
    }

    async fn board(&self, store: StoreId, left: u32) -> Result<BoardAnswer, LogError> {
        let (mut read, position) = self.begin().await?;
        let on_board = tickets(&mut read, BOARD, store, domain::store::MAX_CAPACITY * 2).await?;
        let mut left = tickets(&mut read, LAST_LEFT, store, left).await?;
        left.reverse();
        let open = open_tickets(&mut read, store).await?;
        let row = sqlx::query("SELECT doc FROM view_stores WHERE store_id = ?")
            .bind(store.to_string())
            .fetch_optional(&mut *read)
            .await?;
        let store = row.as_ref().map(doc).transpose()?;
        Ok(BoardAnswer { position, store, open, tickets: on_board, left })
    }

    async fn tickets_of(&self, store: StoreId, page: u32, size: u32) -> Result<TicketsAnswer, LogError> {
        let mut read = self.log.readers().begin().await?;
        super::pages::tickets(&mut read, store, Page { page, size }).await
    }

    async fn open_tickets(&self, store: StoreId) -> Result<u32, LogError> {
        open_tickets(&mut *self.log.readers().acquire().await?, store).await
    }

    async fn jobs(&self, rider: AccountId, around: &Around, day: &str) -> Result<JobsAnswer, LogError> {
        let (mut read, position) = self.begin().await?;
        let (offered, more) = offers(&mut read, rider, around).await?;
        let rider = rider.to_string();
        let mine = sqlx::query(MINE).bind(&rider).fetch_all(&mut *read).await?;
        let done = sqlx::query(EARNED).bind(&rider).bind(day).fetch_one(&mut *read).await?;
        let earned: i64 = done.try_get(1)?;
        Ok(JobsAnswer {
            position,
            offered,
            more,
            mine: docs(&mine)?,
            done: done.try_get::<i64, _>(0)? as u32,
            earned: Won::new(earned as u64).map_err(|error| LogError::Corrupt(error.to_string()))?,
        })
    }

    async fn overdue(&self, now: Timestamp, limits: &Limits, limit: u32) -> Result<Vec<OrderId>, LogError> {
        let mut read = self.log.readers().acquire().await?;
        super::waits::overdue(&mut read, now, limits, limit).await
    }

    async fn operator(
        &self,
        now: Timestamp,
        limits: &Limits,
        limit: u32,
    ) -> Result<OperatorAnswer, LogError> {
        let (mut read, position) = self.begin().await?;
        super::waits::operator(&mut read, position, (now, limits), limit).await
    }

    async fn settlement(&self, day: &str) -> Result<SettlementAnswer, LogError> {
        let (mut read, _) = self.begin().await?;
        super::waits::settlement(&mut read, day).await
    }

    async fn stores(&self) -> Result<(u64, Vec<Store>), LogError> {
        let (mut read, position) = self.begin().await?;
        let rows = sqlx::query("SELECT doc FROM view_stores ORDER BY store_id").fetch_all(&mut *read).await?;
        Ok((position, docs(&rows)?))
    }

    async fn rider(&self, rider: AccountId) -> Result<RiderState, LogError> {
        let row = sqlx::query("SELECT on_duty, lat, lon FROM riders WHERE account = ?")
            .bind(rider.to_string())
            .fetch_optional(self.log.readers())
            .await?;
        let Some(row) = row else {
            return Ok(RiderState::default());
        };
        let (lat, lon): (Option<f64>, Option<f64>) = (row.try_get("lat")?, row.try_get("lon")?);
        Ok(RiderState {
            on_duty: row.try_get::<i64, _>("on_duty")? != 0,
            place: lat.zip(lon).and_then(|(lat, lon)| Point::new(lat, lon)),
        })
    }

    async fn change_rider(
        &self,
        rider: AccountId,
        change: RiderChange,
        now: Timestamp,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError> {
        let mut batch = Batch::default();
        match change {
            RiderChange::Duty(on_duty) => batch
                .push(
                    "INSERT INTO riders (account, on_duty, updated_ms) VALUES (?, ?, ?) ON CONFLICT (account) \
                     DO UPDATE SET on_duty = excluded.on_duty, updated_ms = excluded.updated_ms",
                )
                .bind(rider.to_string())
                .bind(i64::from(on_duty)),
            RiderChange::Place(place) => batch
                .push(
                    "INSERT INTO riders (account, on_duty, lat, lon, updated_ms) VALUES (?, 0, ?, ?, ?) \
                     ON CONFLICT (account) DO UPDATE SET lat = excluded.lat, lon = excluded.lon, \
                     updated_ms = excluded.updated_ms",
                )
                .bind(rider.to_string())
                .bind(place.map(|place| place.lat))
                .bind(place.map(|place| place.lon)),
        }
        .bind(now.0);
        self.log.write_once(batch, key, rider.0).await
    }
}
