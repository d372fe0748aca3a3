//! The bench of the embedded database.

use super::town::{Town, customer};
use super::{Bench, Broken, Ports, Stored, StoredWork};
use domain::processes::SCHEMA_VERSION;
use domain::shared::{OrderId, OrderNumber, Timestamp};
use server::adapters::clock::{Clock, ManualClock};
use server::storage::sqlite::{SqliteLog, SqliteViews, open, rebuild_views};
use server::storage::{CommitListener, Committed, LogError, REPLAY_SPAN};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection, SqlitePool};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Monday 2026-11-23, three in the afternoon in Seoul.
const NOW: Timestamp = Timestamp(1_795_413_600_000);

/// Hears of commits.
#[derive(Default)]
struct Ear(Mutex<Vec<Arc<Committed>>>);

impl CommitListener for Ear {
    fn committed(&self, events: Vec<Arc<Committed>>) {
        self.0.lock().unwrap().extend(events);
    }
}

struct Open {
    log: SqliteLog,
    pool: SqlitePool,
    writing: JoinHandle<()>,
}

/// SQLite on a file in a folder of its own.
pub struct SqliteBench {
    folder: TempDir,
    clock: Arc<ManualClock>,
    ear: Arc<Ear>,
    open: Option<Open>,
}

impl SqliteBench {
    fn file(&self) -> PathBuf {
        self.folder.path().join("baedal.db")
    }

    fn open(&self) -> &Open {
        self.open.as_ref().unwrap()
    }

    async fn start(&mut self) {
        let (writer, pool) = open(&self.file()).await.unwrap();
        let clock: Arc<dyn Clock> = self.clock.clone();
        let (log, writing) = SqliteLog::start(writer, pool.clone(), clock, self.ear.clone()).await.unwrap();
        self.open = Some(Open { log, pool, writing });
    }

    /// Stops the writer, which ends when the last handle on the log is gone.
    async fn stop(&mut self) {
        let Open { log, pool, writing } = self.open.take().unwrap();
        drop(log);
        let ended = tokio::time::timeout(std::time::Duration::from_secs(10), writing).await;
        ended.expect("somebody still holds the log").unwrap();
        pool.close().await;
    }

    async fn beside(&self) -> SqliteConnection {
        let url = format!("sqlite://{}", self.file().display());
        SqliteConnection::connect(&url).await.unwrap()
    }
}

fn uuid(row: &sqlx::sqlite::SqliteRow, column: &str) -> Uuid {
    Uuid::parse_str(row.get(column)).unwrap()
}

#[async_trait::async_trait]
impl Bench for SqliteBench {
    async fn fresh() -> Self {
        let mut bench = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::at(NOW)),
            ear: Arc::default(),
            open: None,
        };
        bench.start().await;
        bench
    }

    fn ports(&self) -> Ports {
        let log = &self.open().log;
        Ports {
            log: Arc::new(log.clone()),
            views: Arc::new(SqliteViews::new(log.clone())),
            keys: Arc::new(log.clone()),
        }
    }

    async fn reopen(&mut self) {
        self.stop().await;
        self.start().await;
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn heard(&self) -> Vec<Arc<Committed>> {
        self.ear.0.lock().unwrap().clone()
    }

    fn groups(&self) -> (u64, u64) {
        let stages = self.open().log.stages();
        (stages.units, stages.groups)
    }

    async fn stored(&self) -> Vec<Stored> {
        let rows = sqlx::query(
            "SELECT position, stream_id, context, version, type, correlation, causation, actor FROM events ORDER BY position",
        )
        .fetch_all(&mut self.beside().await)
        .await
        .unwrap();
        rows.iter()
            .map(|row| Stored {
                position: row.get("position"),
                stream: uuid(row, "stream_id"),
                context: row.get("context"),
                version: row.get("version"),
                kind: row.get("type"),
                correlation: uuid(row, "correlation"),
                causation: uuid(row, "causation"),
                actor: row.get("actor"),
            })
            .collect()
    }

    async fn stored_work(&self) -> Vec<StoredWork> {
        let sql = "SELECT id, lease_owner, lease_ms, state, last_error FROM work ORDER BY position, id";
        let rows = sqlx::query(sql).fetch_all(&mut self.beside().await).await.unwrap();
        rows.iter()
            .map(|row| StoredWork {
                id: uuid(row, "id"),
                owner: uuid(row, "lease_owner"),
                until: row.get("lease_ms"),
                is_open: row.get::<&str, _>("state") == "open",
                error: row.get("last_error"),
            })
            .collect()
    }

    async fn hold(&self) -> Box<dyn std::any::Any + Send> {
        let mut beside = self.beside().await;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut beside).await.unwrap();
        Box::new(beside)
    }

    async fn sabotage(&self, what: Broken, order: OrderId) {
        let (table, column) = match what {
            Broken::Log => ("events", "stream_id"),
            Broken::Projection => ("view_orders", "order_id"),
        };
        let sql = format!(
            "CREATE TRIGGER sabotage BEFORE INSERT ON {table} WHEN NEW.{column} = '{order}' \
             BEGIN SELECT RAISE(ABORT, 'sabotage'); END"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut self.beside().await).await.unwrap();
    }

    async fn repair(&self) {
        sqlx::query("DROP TRIGGER sabotage").execute(&mut self.beside().await).await.unwrap();
    }

    async fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        bytes
    }

    async fn rebuild(&mut self) {
        self.stop().await;
        let (mut writer, pool) = open(&self.file()).await.unwrap();
        rebuild_views(&mut writer).await.unwrap();
        drop(writer);
        pool.close().await;
        self.start().await;
    }
}

/// A commit is on the disk when it is answered, and readers do not wait for the writer.
#[tokio::test]
async fn the_writer_waits_for_the_disk_at_every_commit() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, pool) = open(&folder.path().join("baedal.db")).await.unwrap();
    let journal: String = sqlx::query("PRAGMA journal_mode").fetch_one(&mut writer).await.unwrap().get(0);
    let synchronous: i64 = sqlx::query("PRAGMA synchronous").fetch_one(&mut writer).await.unwrap().get(0);
    assert_eq!((journal.as_str(), synchronous), ("wal", 2), "2 is FULL");
    let readers: i64 = sqlx::query("PRAGMA synchronous").fetch_one(&pool).await.unwrap().get(0);
    assert_eq!(readers, 2, "accounts are written by the readers' connections");
}

/// A database that an earlier version has left behind has its read models built again, with what that version did not keep.
#[tokio::test]
async fn an_earlier_versions_database_is_brought_up_to_date() {
    let mut town = Town::<SqliteBench>::open().await;
    let order = town.place().await;
    town.bench.stop().await;
    let mut beside = town.bench.beside().await;
    for sql in [
        "DROP INDEX view_orders_numbers",
        "ALTER TABLE view_orders DROP COLUMN number",
        "DROP INDEX view_orders_customer",
        "ALTER TABLE view_orders DROP COLUMN nth",
        "CREATE INDEX view_orders_customer ON view_orders (customer, placed_ms DESC, order_id)",
        "DROP INDEX view_jobs_mine",
        "CREATE INDEX view_jobs_rider ON view_jobs (rider, moved_ms DESC) WHERE rider IS NOT NULL",
        "DELETE FROM _sqlx_migrations WHERE version = 7",
        "DELETE FROM _sqlx_migrations WHERE version = 16",
        "UPDATE cursors SET position = 2 WHERE name = 'read_models'",
    ] {
        let done = sqlx::query(sql).execute(&mut beside).await.unwrap();
        assert!(done.rows_affected() == 1 || sql.contains("view_"), "{sql}");
    }
    beside.close().await.unwrap();
    town.bench.start().await;
    let views = town.ports().views;
    let found = views.orders_by_number(&OrderNumber::of(order.0), Timestamp(0), 20).await.unwrap();
    assert_eq!(found.iter().map(|doc| doc.line.order).collect::<Vec<_>>(), [order]);
    let later = town.place().await;
    let listed = views.orders_of(customer(1), 0, 10).await.unwrap();
    assert_eq!(listed.docs.iter().map(|doc| doc.line.order).collect::<Vec<_>>(), [later, order]);
    // The search reads the index alone until it has found something.
    let plan = sqlx::query(
        "EXPLAIN QUERY PLAN SELECT doc FROM view_orders INDEXED BY view_orders_numbers \
         WHERE placed_ms >= 1 AND number = 'A-0000' ORDER BY placed_ms DESC, order_id DESC LIMIT 20",
    )
    .fetch_all(&mut town.bench.beside().await)
    .await
    .unwrap();
    let plan: Vec<&str> = plan.iter().map(|row| row.get::<&str, _>("detail")).collect();
    assert!(plan[0].starts_with("SEARCH view_orders USING INDEX view_orders_numbers"), "{plan:?}");
}

/// A log in which a later version has written is refused with a sentence, and left as it is.
#[tokio::test]
async fn a_later_versions_log_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("baedal.db");
    let (mut writer, pool) = open(&file).await.unwrap();
    for (position, schema) in [(1, SCHEMA_VERSION), (2, SCHEMA_VERSION + 1)] {
        sqlx::query("INSERT INTO events VALUES (?, 'stream', 'order', ?, 'Later', ?, '{}', '', '', '', 0)")
            .bind(position)
            .bind(position)
            .bind(schema)
            .execute(&mut writer)
            .await
            .unwrap();
    }
    writer.close().await.unwrap();
    pool.close().await;
    let refused = open(&file).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, LogError::Newer { schema } if schema == SCHEMA_VERSION + 1), "{refused:?}");
    assert!(refused.to_string().contains("later version"), "{refused}");
}

/// A reader who is too far behind is told so without a look through everybody else's events.
#[tokio::test]
async fn a_replay_looks_through_a_bounded_part_of_the_log() {
    let bench = SqliteBench::fresh().await;
    let rows = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)";
    let events = format!(
        "{rows} INSERT INTO events SELECT n, 'stream', 'order', n, 'OrderReceived', 1, '{{}}', '', '', '', 0 FROM n"
    );
    let topics = format!("{rows} INSERT INTO topics (position, topic) SELECT n, 'store:another' FROM n");
    let many = REPLAY_SPAN as i64 + 5;
    for sql in [events, topics] {
        sqlx::query(AssertSqlSafe(sql)).bind(many).execute(&mut bench.beside().await).await.unwrap();
    }
    let log = bench.ports().log;
    let mine = ["store:mine".to_owned()];
    let far = log.topic_events(&mine, 4, 10).await.unwrap();
    assert!(far.too_many && far.events.is_empty());
    let near = log.topic_events(&mine, 5, 10).await.unwrap();
    assert!(!near.too_many && near.events.is_empty());
    assert!(log.missed_more(&mine, 4, 10).await.unwrap());
    assert!(!log.missed_more(&mine, 5, 10).await.unwrap());
}
