//! The one writer: takes all commands that wait into one transaction, each in a savepoint of its own, and answers after COMMIT.

use super::batch::{Batch, run};
use super::cache::{Cache, CaseEntry, StoreEntry};
use super::projections::{move_kitchen, put_job, put_order, put_store, put_ticket};
use super::stages::{Stage, Stages};
use crate::adapters::clock::{Clock, monotonic};
use crate::read_models::{Touched, project_case, project_store};
use crate::storage::{
    CommitListener, Committed, IdempotencyKey, Loaded, LogError, Ran, Reply, Subject, Unit,
};
use domain::processes::{Case, Context, DomainEvent, topics};
use domain::shared::{Aggregate, Decision, OrderId, StoreId, Timestamp};
use domain::store::Store;
use domain::views::{Actor, Fault, Recorded};
use sqlx::{Row, SqliteConnection};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// The most commands in one transaction.
const GROUP: usize = 128;
/// How many of them may be the processes' own: people come first.
const BACKGROUND: usize = 48;

/// Something to write.
pub(super) enum Job {
    /// A command.
    Unit(Box<Unit>, oneshot::Sender<Result<Ran, LogError>>),
    /// Statements that belong to no command.
    Batch(Batch, oneshot::Sender<Result<(), LogError>>),
}

/// Where jobs wait.
pub(super) struct Queues {
    pub(super) people: mpsc::Receiver<Job>,
    pub(super) background: mpsc::Receiver<Job>,
}

pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    pub(super) cache: Cache,
    pub(super) next_position: u64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) listener: Arc<dyn CommitListener>,
    pub(super) stages: Arc<Stages>,
}

/// An answer that is held back until COMMIT.
enum Held {
    Unit(oneshot::Sender<Result<Ran, LogError>>, Ran),
    Batch(oneshot::Sender<Result<(), LogError>>),
}

/// An event that waits for COMMIT, with its topics.
type Staged = (Recorded, Vec<String>);

impl Writer {
    /// Runs until every sender is gone.
    pub(super) async fn serve(mut self, mut queues: Queues) {
        loop {
            let first = tokio::select! {
                biased;
                job = queues.people.recv() => job,
                job = queues.background.recv() => job,
            };
            // All senders go together.
            let Some(first) = first else { return };
            let mut jobs = vec![first];
            while let Some(job) = (jobs.len() < GROUP).then(|| queues.people.try_recv().ok()).flatten() {
                jobs.push(job);
            }
            for _ in 0..BACKGROUND {
                match (jobs.len() < GROUP).then(|| queues.background.try_recv().ok()).flatten() {
                    Some(job) => jobs.push(job),
                    None => break,
                }
            }
            self.group(jobs).await;
        }
    }

    async fn group(&mut self, jobs: Vec<Job>) {
        let before = self.next_position;
        let count = jobs.len() as u64;
        let now = self.clock.now();
        if let Err(error) = run(&mut self.connection, "BEGIN IMMEDIATE").await {
            tracing::error!(%error, "a transaction could not begin");
            refuse(jobs, &error);
            return;
        }
        let mut held = Vec::with_capacity(jobs.len());
        let mut staged = Vec::new();
        for job in jobs {
            match job {
                Job::Unit(unit, answer) => match self.unit(*unit, now).await {
                    Ok((ran, mut events)) => {
                        staged.append(&mut events);
                        held.push(Held::Unit(answer, ran));
                    }
                    Err(error) => drop(answer.send(Err(error))),
                },
                Job::Batch(batch, answer) => match self.batch(batch).await {
                    Ok(()) => held.push(Held::Batch(answer)),
                    Err(error) => drop(answer.send(Err(error))),
                },
            }
        }
        let committing = monotonic();
        if let Err(error) = run(&mut self.connection, "COMMIT").await {
            tracing::error!(%error, "a transaction could not be committed");
            if let Err(error) = run(&mut self.connection, "ROLLBACK").await {
                tracing::error!(%error, "the transaction could not be rolled back either");
            }
            self.cache.clear();
            self.next_position = before;
            for held in held {
                held.fail(&error.to_string());
            }
            return;
        }
        self.stages.add(Stage::Commit, committing.elapsed());
        self.stages.count(count);
        let ts = self.clock.now().0;
        if !staged.is_empty() {
            let committed = staged
                .into_iter()
                .map(|(recorded, topics)| Arc::new(Committed { recorded, topics, ts }))
                .collect();
            self.listener.committed(committed);
        }
        for held in held {
            held.answer();
        }
    }

    async fn batch(&mut self, batch: Batch) -> Result<(), LogError> {
        run(&mut self.connection, "SAVEPOINT unit").await?;
        match batch.run(&mut self.connection).await {
            Ok(_) => Ok(run(&mut self.connection, "RELEASE unit").await?),
            Err(error) => {
                self.undo().await?;
                Err(error.into())
            }
        }
    }

    async fn undo(&mut self) -> Result<(), LogError> {
        run(&mut self.connection, "ROLLBACK TO unit").await?;
        Ok(run(&mut self.connection, "RELEASE unit").await?)
    }

    /// One command in its savepoint. An error rolls back this command alone.
    async fn unit(&mut self, unit: Unit, now: Timestamp) -> Result<(Ran, Vec<Staged>), LogError> {
        run(&mut self.connection, "SAVEPOINT unit").await?;
        let position = self.next_position;
        match self.unit_inside(unit, now).await {
            Ok(outcome) => {
                run(&mut self.connection, "RELEASE unit").await?;
                Ok(outcome)
            }
            Err(error) => {
                self.next_position = position;
                self.undo().await?;
                Err(error)
            }
        }
    }

    async fn unit_inside(&mut self, unit: Unit, now: Timestamp) -> Result<(Ran, Vec<Staged>), LogError> {
        let Unit { command, actor, subject, key, completes, decide } = unit;
        let started = monotonic();
        if let Some(work) = completes
            && !self.complete(work, now).await?
        {
            return Ok((Ok(Reply { subject: subject.id(), position: 0 }), Vec::new()));
        }
        let (case, store) = self.load(subject).await?;
        let loaded = Loaded {
            case: Arc::clone(&case.case),
            store: store
                .as_ref()
                .map(|(_, entry)| Arc::clone(&entry.store))
                .filter(|store| store.profile.is_some()),
            open_tickets: store.as_ref().map_or(0, |(_, entry)| entry.open_tickets),
        };
        let verdict = decide(&loaded, now);
        self.stages.add(Stage::Decide, started.elapsed());

        let ran = match verdict {
            Ok(Decision::Executed(events)) => {
                let position = self.next_position;
                let append = Append { command, actor, subject, key: key.as_ref(), now, events };
                return match self.append(append, case, store).await {
                    // A repeat: the first command with this key has left its answer.
                    Err(LogError::Database(error)) if key.is_some() && is_key_conflict(&error) => {
                        self.undo().await?;
                        run(&mut self.connection, "SAVEPOINT unit").await?;
                        self.next_position = position;
                        Ok((self.answered(key.as_ref(), subject).await?, Vec::new()))
                    }
                    Err(error) => {
                        // Whatever failed, the next command loads afresh.
                        self.cache.clear();
                        Err(error)
                    }
                    Ok(outcome) => Ok(outcome),
                };
            }
            Ok(Decision::AlreadyApplied) => Ok(Reply { subject: subject.id(), position: 0 }),
            Err(fault) => Err(fault),
        };
        let Some(key) = key else {
            return Ok((ran, Vec::new()));
        };
        if let Some(row) = self.stored(&key).await? {
            return Ok((row, Vec::new()));
        }
        // A refusal is kept too: the same question gets the same answer.
        let mut batch = Batch::default();
        put_key(&mut batch, &key, &ran, now)?;
        batch.run(&mut self.connection).await?;
        Ok((ran, Vec::new()))
    }

    async fn load(
        &mut self,
        subject: Subject,
    ) -> Result<(CaseEntry, Option<(StoreId, StoreEntry)>), LogError> {
        let (case, store) = match subject {
            Subject::NewOrder(order, store) => {
                (self.cache.case(&mut self.connection, order, true).await?, Some(store))
            }
            Subject::Order(order) => {
                let entry = self.cache.case(&mut self.connection, order, false).await?;
                let store = entry.case.store();
                (entry, store)
            }
            Subject::Store(store) => (CaseEntry::default(), Some(store)),
        };
        let store = match store {
            Some(id) => Some((id, self.cache.store(&mut self.connection, id).await?)),
            None => None,
        };
        Ok((case, store))
    }

    async fn append(
        &mut self,
        append: Append<'_>,
        mut case: CaseEntry,
        mut store: Option<(StoreId, StoreEntry)>,
    ) -> Result<(Ran, Vec<Staged>), LogError> {
        let Append { command, actor, subject, key, now, events } = append;
        let started = monotonic();
        let before = case.case.ticket.phase;
        let actor_json = serde_json::to_string(&actor)?;
        let mut touched = Touched::default();
        let mut staged = Vec::with_capacity(events.len());
        let mut batch = Batch::default();
        for event in events {
            let context = event.context();
            touched = touched.by(context);
            let (stream, version) = match (context, &mut store) {
                (Context::Store, Some((id, entry))) => {
                    apply_store(entry, &event);
                    (id.0, entry.versions.next(context))
                }
                _ => {
                    Arc::<Case>::make_mut(&mut case.case).apply(&event);
                    (subject.id(), case.versions.next(context))
                }
            };
            let position = self.next_position;
            self.next_position += 1;
            let correlation = if context == Context::Store { command } else { stream };
            batch
                .push(
                    "INSERT INTO events (position, stream_id, context, version, type, schema, payload, correlation, \
                     causation, actor, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(position as i64)
                .bind(stream.to_string())
                .bind(context.name())
                .bind(version as i64)
                .bind(event.type_name())
                .bind(i64::from(event.schema_version()))
                .bind(event.to_json()?)
                .bind(correlation.to_string())
                .bind(command.to_string())
                .bind(actor_json.clone())
                .bind(now.0);
            let topics: Vec<String> = topics(&event, &case.case, store.as_ref().map(|(id, _)| *id))
                .iter()
                .map(ToString::to_string)
                .collect();
            for topic in &topics {
                batch
                    .push("INSERT INTO topics (topic, position) VALUES (?, ?)")
                    .bind(topic.clone())
                    .bind(position as i64);
            }
            let (order, of_store) = match context {
                Context::Store => (None, Some(StoreId(stream))),
                _ => (Some(OrderId(stream)), None),
            };
            staged.push((Recorded { position, order, store: of_store, at: now, actor, event }, topics));
        }
        let ran = Ok(Reply { subject: subject.id(), position: self.next_position - 1 });
        if let Some(key) = key {
            put_key(&mut batch, key, &ran, now)?;
        }
        batch.run(&mut self.connection).await?;
        self.stages.add(Stage::Append, started.elapsed());

        let projecting = monotonic();
        let mut batch = Batch::default();
        match (subject, &mut store) {
            (Subject::Store(id), Some((_, entry))) => {
                if let Some(row) = project_store(&entry.store) {
                    put_store(&mut batch, &row)?;
                }
                self.cache.put_store(id, entry.clone());
            }
            (Subject::NewOrder(order, _) | Subject::Order(order), store) => {
                let (order_row, ticket_row, job_row) = project_case(&case.case, touched);
                if let Some(row) = order_row {
                    put_order(&mut batch, &row)?;
                }
                if let Some(row) = ticket_row {
                    put_ticket(&mut batch, &row, now)?;
                }
                if let Some(row) = job_row {
                    put_job(&mut batch, &row, now)?;
                }
                if let Some((id, entry)) = store {
                    let change = move_kitchen(&mut batch, *id, before, case.case.ticket.phase);
                    if change != 0 {
                        entry.open_tickets = entry.open_tickets.saturating_add_signed(change as i32);
                        self.cache.put_store(*id, entry.clone());
                    }
                }
                self.cache.put_case(order, case);
            }
            (Subject::Store(_), None) => {}
        }
        batch.run(&mut self.connection).await?;
        self.stages.add(Stage::Project, projecting.elapsed());
        Ok((ran, staged))
    }

    /// Marks a work row as done; false when it was done before.
    async fn complete(&mut self, work: Uuid, now: Timestamp) -> Result<bool, LogError> {
        let done = sqlx::query("UPDATE work SET state = 'done', due_ms = ? WHERE id = ? AND state = 'open'")
            .bind(now.0)
            .bind(work.to_string())
            .execute(&mut self.connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn answered(&mut self, key: Option<&IdempotencyKey>, subject: Subject) -> Result<Ran, LogError> {
        let stored = match key {
            Some(key) => self.stored(key).await?,
            None => None,
        };
        stored.ok_or_else(|| {
            LogError::Corrupt(format!("no answer is kept for the repeated command on {}", subject.id()))
        })
    }

    /// The answer kept under a key; a refusal when the key was used for something else.
    async fn stored(&mut self, key: &IdempotencyKey) -> Result<Option<Ran>, LogError> {
        let row = sqlx::query("SELECT body_hash, answer FROM idempotency WHERE scope = ? AND key = ?")
            .bind(&key.scope)
            .bind(&key.key)
            .fetch_optional(&mut self.connection)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<&str, _>("body_hash")? != key.body_hash {
            return Ok(Some(Err(Fault::KeyReused)));
        }
        Ok(Some(serde_json::from_str(row.try_get("answer")?)?))
    }
}

/// What is appended for a command.
struct Append<'a> {
    command: Uuid,
    actor: Actor,
    subject: Subject,
    key: Option<&'a IdempotencyKey>,
    now: Timestamp,
    events: Vec<DomainEvent>,
}

fn apply_store(entry: &mut StoreEntry, event: &DomainEvent) {
    if let DomainEvent::Store(event) = event {
        Arc::<Store>::make_mut(&mut entry.store).apply(event);
    }
}

fn put_key(batch: &mut Batch, key: &IdempotencyKey, ran: &Ran, now: Timestamp) -> Result<(), LogError> {
    batch
        .push("INSERT INTO idempotency (scope, key, body_hash, answer, created_ms) VALUES (?, ?, ?, ?, ?)")
        .bind(key.scope.clone())
        .bind(key.key.clone())
        .bind(key.body_hash.clone())
        .bind(serde_json::to_string(ran)?)
        .bind(now.0);
    Ok(())
}

fn is_key_conflict(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.is_unique_violation() && error.message().contains("idempotency"))
}

fn refuse(jobs: Vec<Job>, error: &sqlx::Error) {
    let why = error.to_string();
    for job in jobs {
        match job {
            Job::Unit(_, answer) => drop(answer.send(Err(LogError::NotCommitted(why.clone())))),
            Job::Batch(_, answer) => drop(answer.send(Err(LogError::NotCommitted(why.clone())))),
        }
    }
}

impl Held {
    // Whoever asked may have gone meanwhile: what is committed stays so.
    fn answer(self) {
        match self {
            Held::Unit(answer, ran) => drop(answer.send(Ok(ran))),
            Held::Batch(answer) => drop(answer.send(Ok(()))),
        }
    }

    fn fail(self, why: &str) {
        match self {
            Held::Unit(answer, _) => drop(answer.send(Err(LogError::NotCommitted(why.to_owned())))),
            Held::Batch(answer) => drop(answer.send(Err(LogError::NotCommitted(why.to_owned())))),
        }
    }
}
