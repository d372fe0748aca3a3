//! The event log on SQLite.

use super::batch::Batch;
use super::cache::{Cache, Committed};
use super::plan::{Known, Rows};
use super::queues::{Job, Keyed, Queues};
use super::rows::{event_columns, recorded, work};
use super::stages::{StageTimes, Stages};
use super::writer::{Writer, last_position};
use crate::adapters::clock::Clock;
use crate::storage::{
    CommitListener, EventLog, IdempotencyKey, LogError, NewWork, Once, ParkedRow, REPLAY_SPAN, Ran, Retry,
    TopicEvents, Unit, WorkRow,
};
use domain::processes::{Case, place_order};
use domain::shared::{OrderId, Timestamp};
use domain::views::{Actor, Fault, Recorded};
use sqlx::{Row, SqliteConnection, SqlitePool};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// How many jobs may wait for the writer before senders wait.
const QUEUE: usize = 4_096;

/// The first positions of some topics after one, as SQL. One text whatever the number of topics: they come as a JSON array. The index is in
/// the log's order; what is looked through of it is bounded, whatever there is of other topics.
macro_rules! topic_positions {
    () => {
        "SELECT DISTINCT position FROM topics WHERE position > ? AND topic IN \
         (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?"
    };
}

/// Whether so much was committed after a position that a reader of topics does not catch up from it.
async fn is_far_behind(read: &mut SqliteConnection, after: u64) -> Result<bool, LogError> {
    Ok(last_position(read).await? > after.saturating_add(REPLAY_SPAN))
}

/// The event log on SQLite. Cloning shares it; when the last clone is gone the writer finishes what it has and stops.
#[derive(Clone)]
pub struct SqliteLog {
    people: mpsc::Sender<Job>,
    background: mpsc::Sender<Job>,
    readers: SqlitePool,
    cases: Arc<Committed>,
    stages: Arc<Stages>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for SqliteLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteLog").finish_non_exhaustive()
    }
}

impl SqliteLog {
    /// Starts the writer on its connection.
    pub async fn start(
        mut connection: SqliteConnection,
        readers: SqlitePool,
        clock: Arc<dyn Clock>,
        listener: Arc<dyn CommitListener>,
    ) -> Result<(Self, JoinHandle<()>), LogError> {
        let last = last_position(&mut connection).await?;
        let (people, people_queue) = mpsc::channel(QUEUE);
        let (background, background_queue) = mpsc::channel(QUEUE);
        let stages = Arc::new(Stages::default());
        let cases = Arc::new(Committed::default());
        let writer = Writer {
            connection,
            cache: Cache::new(Arc::clone(&cases)),
            known: Known::default(),
            next_position: last + 1,
            clock: Arc::clone(&clock),
            listener,
            stages: Arc::clone(&stages),
        };
        let queues = Queues::new(people_queue, background_queue);
        // On a thread of its own: between its steps it would wait until the requests of everybody else have had their turn.
        let runtime = Handle::current();
        let running = tokio::task::spawn_blocking(move || runtime.block_on(writer.serve(queues)));
        Ok((Self { people, background, readers, cases, stages, clock }, running))
    }

    /// Where the time of appends has gone so far.
    pub fn stages(&self) -> StageTimes {
        self.stages.read()
    }

    pub(super) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Writes the progress of a process, durably.
    pub(super) async fn progress(&self, rows: Rows) -> Result<(), LogError> {
        let (answer, answered) = oneshot::channel();
        self.background.send(Job::Progress(Box::new(rows), answer)).await.map_err(|_| LogError::Closed)?;
        answered.await.map_err(|_| LogError::Unanswered)?
    }

    /// Writes statements that belong to no command, durably, for somebody who waits.
    pub(super) async fn write(&self, batch: Batch) -> Result<(), LogError> {
        self.write_to(&self.people, batch).await
    }

    /// As [`SqliteLog::write`], once under a key: what was done under it before is not done again. `subject` is what it is about.
    pub(super) async fn write_once(
        &self,
        batch: Batch,
        key: Option<IdempotencyKey>,
        subject: Uuid,
    ) -> Result<Once, LogError> {
        let Some(key) = key else { return self.write(batch).await.map(|()| Once::Done) };
        let (answer, answered) = oneshot::channel();
        let job = Job::Once(Box::new(Keyed { batch, key, subject }), answer);
        self.people.send(job).await.map_err(|_| LogError::Closed)?;
        answered.await.map_err(|_| LogError::Unanswered)?
    }

    /// As [`SqliteLog::write`], for a process.
    pub(super) async fn write_behind(&self, batch: Batch) -> Result<(), LogError> {
        self.write_to(&self.background, batch).await
    }

    async fn write_to(&self, lane: &mpsc::Sender<Job>, batch: Batch) -> Result<(), LogError> {
        let (answer, answered) = oneshot::channel();
        lane.send(Job::Batch(batch, answer)).await.map_err(|_| LogError::Closed)?;
        answered.await.map_err(|_| LogError::Unanswered)?
    }
}

#[async_trait::async_trait]
impl EventLog for SqliteLog {
    async fn execute(&self, unit: Unit) -> Result<Ran, LogError> {
        let lane = if unit.actor == Actor::System { &self.background } else { &self.people };
        let (answer, answered) = oneshot::channel();
        lane.send(Job::Unit(Box::new(unit), answer)).await.map_err(|_| LogError::Closed)?;
        answered.await.map_err(|_| LogError::Unanswered)?
    }

    async fn answered(&self, key: &IdempotencyKey) -> Result<Option<Ran>, LogError> {
        let row = sqlx::query("SELECT body_hash, answer FROM idempotency WHERE key = ? AND scope = ?")
            .bind(&key.key)
            .bind(&key.scope)
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<&str, _>("body_hash")? != key.body_hash {
            return Ok(Some(Err(Fault::KeyReused)));
        }
        Ok(Some(serde_json::from_str(row.try_get("answer")?)?))
    }

    async fn keep(&self, key: IdempotencyKey, subject: Uuid) -> Result<Once, LogError> {
        self.write_once(Batch::default(), Some(key), subject).await
    }

    async fn head(&self) -> Result<u64, LogError> {
        Ok(last_position(&mut *self.readers.acquire().await?).await?)
    }

    async fn events_after(&self, position: u64, limit: u32) -> Result<Vec<Recorded>, LogError> {
        let sql =
            concat!("SELECT ", event_columns!(), " FROM events WHERE position > ? ORDER BY position LIMIT ?");
        let rows = sqlx::query(sql).bind(position as i64).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(recorded).collect()
    }

    async fn events_of(&self, order: OrderId) -> Result<Vec<Recorded>, LogError> {
        let sql = concat!("SELECT ", event_columns!(), " FROM events WHERE stream_id = ? ORDER BY position");
        let rows = sqlx::query(sql).bind(order.to_string()).fetch_all(&self.readers).await?;
        rows.iter().map(recorded).collect()
    }

    async fn case(&self, order: OrderId) -> Result<Arc<Case>, LogError> {
        if let Some(case) = self.cases.get(order) {
            return Ok(case);
        }
        let events = self.events_of(order).await?;
        Ok(Arc::new(Case::of(events.iter().map(|recorded| &recorded.event))))
    }

    async fn missed_more(&self, topics: &[String], after: u64, most: u32) -> Result<bool, LogError> {
        let sql = concat!("SELECT count(*) FROM (", topic_positions!(), ")");
        let mut read = self.readers.begin().await?;
        if is_far_behind(&mut read, after).await? {
            return Ok(true);
        }
        let found: i64 = sqlx::query(sql)
            .bind(after as i64)
            .bind(serde_json::to_string(topics)?)
            .bind(i64::from(most) + 1)
            .fetch_one(&mut *read)
            .await?
            .try_get(0)?;
        Ok(found > i64::from(most))
    }

    async fn topic_events(&self, topics: &[String], after: u64, limit: u32) -> Result<TopicEvents, LogError> {
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM events WHERE position IN (",
            topic_positions!(),
            ") ORDER BY position"
        );
        let mut read = self.readers.begin().await?;
        if is_far_behind(&mut read, after).await? {
            return Ok(TopicEvents { events: Vec::new(), too_many: true });
        }
        let rows = sqlx::query(sql)
            .bind(after as i64)
            .bind(serde_json::to_string(topics)?)
            .bind(i64::from(limit) + 1)
            .fetch_all(&mut *read)
            .await?;
        let too_many = rows.len() > limit as usize;
        let events = rows.iter().take(limit as usize).map(recorded).collect::<Result<_, _>>()?;
        Ok(TopicEvents { events, too_many })
    }

    async fn cursor(&self, name: &str) -> Result<u64, LogError> {
        let row = sqlx::query("SELECT position FROM cursors WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get::<i64, _>(0)).transpose()?.unwrap_or(0) as u64)
    }

    async fn advance(
        &self,
        name: &str,
        to: u64,
        work: Vec<NewWork>,
        owner: Uuid,
        lease_until: Timestamp,
    ) -> Result<(), LogError> {
        let mut rows = Rows::default();
        rows.cursors.row([name.into(), (to as i64).into()]);
        for row in &work {
            rows.work.row([
                row.id.to_string().into(),
                place_order::NAME.into(),
                row.order.to_string().into(),
                serde_json::to_string(&row.step)?.into(),
                (row.position as i64).into(),
                owner.to_string().into(),
                lease_until.0.into(),
            ]);
        }
        self.progress(rows).await
    }

    async fn take_over(&self, owner: Uuid, lease_until: Timestamp) -> Result<Vec<WorkRow>, LogError> {
        let mut batch = Batch::default();
        batch
            .push("UPDATE work SET lease_owner = ?, lease_ms = ? WHERE state = 'open'")
            .bind(owner.to_string())
            .bind(lease_until.0);
        self.write_to(&self.background, batch).await?;
        let rows = sqlx::query(
            "SELECT id, order_id, step, position, attempts, due_ms FROM work WHERE state = 'open' ORDER BY position, id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(work).collect()
    }

    async fn complete(&self, id: Uuid) -> Result<(), LogError> {
        let mut rows = Rows::default();
        rows.complete(id, self.clock.now());
        self.progress(rows).await
    }

    async fn park(&self, id: Uuid, attempts: u32, error: String) -> Result<(), LogError> {
        let mut batch = Batch::default();
        batch
            .push(
                "UPDATE work SET state = 'parked', due_ms = ?, attempts = ?, last_error = ? \
                 WHERE id = ? AND state = 'open'",
            )
            .bind(self.clock.now().0)
            .bind(attempts)
            .bind(error)
            .bind(id.to_string());
        self.write_to(&self.background, batch).await
    }

    async fn parked(&self, limit: u32) -> Result<Vec<ParkedRow>, LogError> {
        let rows = sqlx::query(
            "SELECT id, order_id, step, position, attempts, due_ms, last_error FROM work \
             WHERE state = 'parked' ORDER BY due_ms, id LIMIT ?",
        )
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let parked = |found| {
            let row: WorkRow = work(found)?;
            Ok(ParkedRow { since: row.due, row, error: found.try_get("last_error")? })
        };
        rows.iter().map(parked).collect()
    }

    async fn revive(&self, id: Uuid) -> Result<Option<WorkRow>, LogError> {
        let found = sqlx::query(
            "SELECT id, order_id, step, position, attempts, due_ms FROM work WHERE id = ? AND state = 'parked'",
        )
        .bind(id.to_string())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = found.as_ref().map(work).transpose()? else {
            return Ok(None);
        };
        let mut batch = Batch::default();
        batch
            .push(
                "UPDATE work SET state = 'open', due_ms = 0, attempts = 0 WHERE id = ? AND state = 'parked'",
            )
            .bind(id.to_string());
        self.write(batch).await?;
        Ok(Some(WorkRow { attempts: 0, due: Timestamp(0), ..row }))
    }

    async fn knows_work(&self, id: Uuid) -> Result<bool, LogError> {
        let found = sqlx::query("SELECT 1 FROM work WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        Ok(found.is_some())
    }

    async fn retry(&self, retry: Retry) -> Result<(), LogError> {
        let mut batch = Batch::default();
        batch
            .push("UPDATE work SET due_ms = ?, attempts = ?, last_error = ? WHERE id = ? AND state = 'open'")
            .bind(retry.due.0)
            .bind(retry.attempts)
            .bind(retry.error)
            .bind(retry.id.to_string());
        self.write_to(&self.background, batch).await
    }

    async fn forget_before(&self, moment: Timestamp) -> Result<(), LogError> {
        let (answer, answered) = oneshot::channel();
        self.background.send(Job::Forget(moment, answer)).await.map_err(|_| LogError::Closed)?;
        answered.await.map_err(|_| LogError::Unanswered)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::clock::SystemClock;
    use crate::commands::unavailable;

    #[tokio::test]
    async fn a_log_that_was_closed_says_whether_it_had_taken_what_was_asked() {
        let folder = tempfile::tempdir().unwrap();
        let (_, readers) = crate::storage::sqlite::open(&folder.path().join("baedal.db")).await.unwrap();
        let (people, mut queue) = mpsc::channel(1);
        let log = SqliteLog {
            background: people.clone(),
            people,
            readers,
            cases: Arc::default(),
            stages: Arc::default(),
            clock: Arc::new(SystemClock),
        };
        let taken = async { drop(queue.recv().await) };
        let (lost, ()) = tokio::join!(log.write(Batch::default()), taken);
        let lost = lost.unwrap_err();
        assert!(matches!(lost, LogError::Unanswered), "{lost:?}");
        drop(queue);
        let closed = log.write(Batch::default()).await.unwrap_err();
        assert!(matches!(closed, LogError::Closed), "{closed:?}");
        assert_eq!(
            (unavailable("lost", &lost), unavailable("closed", &closed)),
            (Fault::Unsure, Fault::Unavailable)
        );
    }
}
