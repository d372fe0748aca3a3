//! Rows of events that go into the log's table in groups, and nothing else: what is left of an append when nothing is decided, no topic
//! is indexed and no read model shows it.

use std::path::Path;
use std::time::Duration;

use server::adapters::clock::{Clock, SystemClock, new_uuid};
use server::storage::sqlite::open;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Executor, Row, SqliteConnection, SqlitePool};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::Failure;
use crate::load::Seen;

/// The most appends in one transaction, as the city's writer has it.
const GROUP: usize = 128;
/// How many appends may wait.
const QUEUE: usize = 4_096;

/// The row of an event as the log has it, but for what is another one each time: its position, its ids and its time.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    context: String,
    version: i64,
    kind: String,
    schema: i64,
    payload: String,
    actor: String,
}

/// The rows of the order that a log was told of last.
pub(crate) async fn last_order(log: &SqlitePool) -> Result<Vec<EventRow>, Failure> {
    let found = sqlx::query(
        "SELECT context, version, type, schema, payload, actor FROM events WHERE stream_id = \
         (SELECT stream_id FROM events ORDER BY position DESC LIMIT 1) ORDER BY position",
    )
    .fetch_all(log)
    .await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in &found {
        rows.push(EventRow::read(row)?);
    }
    Ok(rows)
}

impl EventRow {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            context: row.try_get("context")?,
            version: row.try_get("version")?,
            kind: row.try_get("type")?,
            schema: row.try_get("schema")?,
            payload: row.try_get("payload")?,
            actor: row.try_get("actor")?,
        })
    }
}

/// The ids that somebody's rows get, and where it is said that they are durable.
struct Append {
    stream: String,
    command: String,
    done: oneshot::Sender<Result<(), String>>,
}

/// A log of a folder whose table of events is written, and nothing else of it.
pub(crate) struct Bare {
    queue: mpsc::Sender<Append>,
    pool: SqlitePool,
    writing: JoinHandle<()>,
}

impl Bare {
    /// Opens a new log in a folder. Each append to it is of these rows.
    pub(crate) async fn open(folder: &Path, rows: Vec<EventRow>) -> Result<Self, Failure> {
        let (connection, pool) = open(&folder.join("baedal.db")).await?;
        let (queue, waiting) = mpsc::channel(QUEUE);
        // On a thread of its own, as the city's writer is: otherwise it would wait for its turn among those who wait for it.
        let runtime = Handle::current();
        let writing = tokio::task::spawn_blocking(move || runtime.block_on(write(connection, rows, waiting)));
        Ok(Self { queue, pool, writing })
    }

    /// So many tasks append, each one time after the other, until `lasts` is over. A time ends when what was appended is durable.
    pub(crate) async fn append(&self, tasks: usize, lasts: Duration) -> Result<Seen, Failure> {
        let started = Instant::now();
        let mut appending = JoinSet::new();
        for _ in 0..tasks {
            let queue = self.queue.clone();
            appending.spawn(async move {
                let mut micros = Vec::new();
                while started.elapsed() < lasts {
                    let sent = Instant::now();
                    let (done, durable) = oneshot::channel();
                    let now = SystemClock.now();
                    let (stream, command) = (new_uuid(now).to_string(), new_uuid(now).to_string());
                    let append = Append { stream, command, done };
                    queue.send(append).await.map_err(|_| "the bare log is closed")?;
                    durable.await??;
                    micros.push(sent.elapsed().as_micros() as u64);
                }
                Ok::<_, Failure>(micros)
            });
        }
        let mut seen = Seen::default();
        while let Some(appended) = appending.join_next().await {
            seen.micros.append(&mut appended??);
        }
        seen.elapsed = started.elapsed();
        Ok(seen)
    }

    /// Closes it.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        drop(self.queue);
        self.writing.await?;
        self.pool.close().await;
        Ok(())
    }
}

/// Takes all appends that wait into one transaction, until nobody is left who appends.
async fn write(mut connection: SqliteConnection, rows: Vec<EventRow>, mut waiting: mpsc::Receiver<Append>) {
    let mut position = 0;
    while let Some(first) = waiting.recv().await {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let written = insert(&mut connection, &rows, &group, position).await;
        let written = written.map_err(|error| format!("the rows could not be inserted: {error}"));
        if written.is_ok() {
            position += (group.len() * rows.len()) as i64;
        }
        for append in group {
            // Whoever appended may have gone: what is committed stays so.
            drop(append.done.send(written.clone()));
        }
    }
}

/// Inserts the rows of a group after a position. One statement is one transaction.
async fn insert(
    connection: &mut SqliteConnection,
    rows: &[EventRow],
    group: &[Append],
    after: i64,
) -> Result<(), Failure> {
    let now = SystemClock.now().0;
    let mut sql = String::from(
        "INSERT INTO events (position, stream_id, context, version, type, schema, payload, correlation, causation, \
         actor, at_ms) VALUES ",
    );
    let mut values = SqliteArguments::default();
    let mut position = after;
    for append in group {
        for row in rows {
            sql.push_str(if position == after { "" } else { "," });
            sql.push_str("(?,?,?,?,?,?,?,?,?,?,?)");
            position += 1;
            values.add(position)?;
            values.add(append.stream.clone())?;
            values.add(row.context.clone())?;
            values.add(row.version)?;
            values.add(row.kind.clone())?;
            values.add(row.schema)?;
            values.add(row.payload.clone())?;
            values.add(append.stream.clone())?;
            values.add(append.command.clone())?;
            values.add(row.actor.clone())?;
            values.add(now)?;
        }
    }
    connection.execute(sqlx::query_with(AssertSqlSafe(sql), values)).await?;
    Ok(())
}
