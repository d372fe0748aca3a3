//! Reading rows of the log and of the work table.

use crate::storage::{LogError, WorkRow};
use domain::processes::DomainEvent;
use domain::shared::{OrderId, StoreId, Timestamp};
use domain::views::Recorded;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

/// The columns [`recorded`] reads.
macro_rules! event_columns {
    () => {
        "position, stream_id, context, version, schema, payload, actor, at_ms"
    };
}
pub(super) use event_columns;

pub(super) fn id(text: &str) -> Result<Uuid, LogError> {
    Uuid::parse_str(text).map_err(|error| LogError::Corrupt(format!("{text}: {error}")))
}

pub(super) fn recorded(row: &SqliteRow) -> Result<Recorded, LogError> {
    let context: &str = row.try_get("context")?;
    let event = DomainEvent::from_json(context, row.try_get("schema")?, row.try_get("payload")?)?;
    let stream = id(row.try_get("stream_id")?)?;
    let (order, store) = match &event {
        DomainEvent::Store(_) => (None, Some(StoreId(stream))),
        _ => (Some(OrderId(stream)), None),
    };
    Ok(Recorded {
        position: row.try_get::<i64, _>("position")? as u64,
        order,
        store,
        at: Timestamp(row.try_get("at_ms")?),
        actor: serde_json::from_str(row.try_get("actor")?)?,
        event,
    })
}

pub(super) fn work(row: &SqliteRow) -> Result<WorkRow, LogError> {
    Ok(WorkRow {
        id: id(row.try_get("id")?)?,
        order: OrderId(id(row.try_get("order_id")?)?),
        step: serde_json::from_str(row.try_get("step")?)?,
        position: row.try_get::<i64, _>("position")? as u64,
        attempts: row.try_get("attempts")?,
        due: Timestamp(row.try_get("due_ms")?),
    })
}
