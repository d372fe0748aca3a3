//! Dropping the read models and building them again from the log (invariant 9).

use super::batch::Batch;
use super::plan::Rows;
use super::projections::{put_case, put_store};
use super::rows::{event_columns, recorded};
use crate::read_models::{Standing, Touched, project_store};
use crate::storage::LogError;
use domain::processes::{Case, DomainEvent};
use domain::shared::{Aggregate, OrderId, StoreId};
use domain::store::Store;
use domain::views::Recorded;
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Events read at a time.
const PAGE: i64 = 2_000;

/// Rebuilds every read model in one transaction; answers how many events were read.
pub async fn rebuild_views(connection: &mut SqliteConnection) -> Result<u64, LogError> {
    super::batch::run(connection, "BEGIN IMMEDIATE").await?;
    match rebuild(connection).await {
        Ok(events) => {
            super::batch::run(connection, "COMMIT").await?;
            Ok(events)
        }
        Err(error) => {
            if let Err(error) = super::batch::run(connection, "ROLLBACK").await {
                tracing::error!(%error, "the rebuild could not be rolled back");
            }
            Err(error)
        }
    }
}

#[derive(Default)]
struct Folded {
    cases: HashMap<OrderId, Case>,
    stores: HashMap<StoreId, Store>,
}

async fn rebuild(connection: &mut SqliteConnection) -> Result<u64, LogError> {
    let mut clear = Batch::default();
    for statement in [
        "DELETE FROM view_orders",
        "DELETE FROM view_tickets",
        "DELETE FROM view_jobs",
        "DELETE FROM view_deals",
        "DELETE FROM view_stores",
        "DELETE FROM view_kitchens",
        "DELETE FROM view_customers",
    ] {
        clear.push(statement);
    }
    clear.run(connection).await?;
    let sql =
        concat!("SELECT ", event_columns!(), " FROM events WHERE position > ? ORDER BY position LIMIT ?");
    let (mut after, mut count, mut folded) = (0, 0, Folded::default());
    loop {
        let rows = sqlx::query(sql).bind(after).bind(PAGE).fetch_all(&mut *connection).await?;
        if rows.is_empty() {
            return Ok(count);
        }
        let mut views = Rows::default();
        for row in &rows {
            let recorded = recorded(row)?;
            after = recorded.position as i64;
            count += 1;
            folded.fold(&mut views, recorded)?;
        }
        views.project(connection).await?;
    }
}

impl Folded {
    fn fold(&mut self, views: &mut Rows, recorded: Recorded) -> Result<(), LogError> {
        if let (DomainEvent::Store(event), Some(id)) = (&recorded.event, recorded.store) {
            let store = self.stores.entry(id).or_default();
            store.apply(event);
            if let Some(row) = project_store(store) {
                put_store(views, &row)?;
            }
            return Ok(());
        }
        let Some(order) = recorded.order else {
            return Ok(());
        };
        let case = self.cases.entry(order).or_default();
        let before = Standing::of(case);
        case.apply(&recorded.event);
        put_case(views, case, (before, Touched::default().by(&recorded.event)), recorded.at)
    }
}
