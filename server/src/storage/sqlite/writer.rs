//! The one writer: takes all commands that wait into one transaction and answers after COMMIT.
//!
//! All of a group's commands are decided in memory, one after the other, and written in a few statements. When that fails, as it does when
//! one of them repeats a key that is in the file alone, the transaction is rolled back and they run again, each in a savepoint of
//! its own: whatever is wrong costs the command that it is wrong with.

use super::batch::{Batch, run};
use super::cache::{Cache, CaseEntry, StoreEntry};
use super::plan::{Known, Rows};
use super::projections::{put_case, put_store};
use super::queues::{Job, Keyed, Outcome, Queues};
use super::stages::{Stage, Stages};
use crate::adapters::clock::{Clock, monotonic};
use crate::crash;
use crate::read_models::{Standing, Touched, project_store};
use crate::storage::{CommitListener, Committed, Loaded, LogError, Ran, Reply, Subject, Unit};
use domain::processes::{Case, Context, DomainEvent, topics};
use domain::shared::{Aggregate, Decision, OrderId, StoreId, Timestamp};
use domain::store::Store;
use domain::views::{Fault, Recorded};
use sqlx::{Row, SqliteConnection};
use std::sync::Arc;

pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    pub(super) cache: Cache,
    pub(super) known: Known,
    pub(super) next_position: u64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) listener: Arc<dyn CommitListener>,
    pub(super) stages: Arc<Stages>,
}

/// An event that waits for COMMIT, with its topics.
type Staged = (Recorded, Vec<String>);

/// What commands want done, before it is written.
#[derive(Default)]
struct Plan {
    rows: Rows,
    staged: Vec<Staged>,
}

impl Writer {
    /// Runs until every sender is gone.
    pub(super) async fn serve(mut self, mut queues: Queues) {
        while let Some(jobs) = queues.group().await {
            self.group(jobs).await;
        }
    }

    async fn group(&mut self, jobs: Vec<Job>) {
        let before = self.next_position;
        let now = self.clock.now();
        match self.committed(&jobs, before, now).await {
            Ok((outcomes, staged)) => {
                self.stages.count(jobs.len() as u64);
                self.known.commit();
                self.cache.commit(staged.iter().filter_map(|(recorded, _)| recorded.order));
                let ts = self.clock.now().0;
                if !staged.is_empty() {
                    let committed = staged
                        .into_iter()
                        .map(|(recorded, topics)| Arc::new(Committed { recorded, topics, ts }))
                        .collect();
                    self.listener.committed(committed);
                }
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    job.answer(outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, "a transaction could not be committed");
                self.forget_transaction(before).await;
                let why = error.to_string();
                for job in jobs {
                    job.answer(Err(LogError::NotCommitted(why.clone())));
                }
            }
        }
    }

    /// Runs all jobs in one transaction. An error means that nothing of it was done.
    async fn committed(
        &mut self,
        jobs: &[Job],
        before: u64,
        now: Timestamp,
    ) -> Result<(Vec<Outcome>, Vec<Staged>), sqlx::Error> {
        run(&mut self.connection, "BEGIN IMMEDIATE").await?;
        let (outcomes, staged) = match self.together(jobs, now).await {
            Ok(done) => done,
            Err(error) => {
                if is_old_key(&error) {
                    tracing::debug!(jobs = jobs.len(), "an old key was repeated: the group is run apart");
                } else {
                    tracing::warn!(%error, jobs = jobs.len(), "a group failed and is run apart");
                }
                self.forget_transaction(before).await;
                run(&mut self.connection, "BEGIN IMMEDIATE").await?;
                self.apart(jobs, now).await?
            }
        };
        let committing = monotonic();
        crash::at("writer", "before_commit");
        run(&mut self.connection, "COMMIT").await?;
        crash::at("writer", "after_commit");
        self.stages.add(Stage::Commit, committing.elapsed());
        Ok((outcomes, staged))
    }

    /// Back to how things were before the transaction.
    async fn forget_transaction(&mut self, before: u64) {
        if let Err(error) = run(&mut self.connection, "ROLLBACK").await {
            tracing::warn!(%error, "there was nothing to roll back, or it could not be");
        }
        self.forget();
        self.next_position = match last_position(&mut self.connection).await {
            Ok(last) => last + 1,
            Err(error) => {
                tracing::error!(%error, "the end of the log cannot be read");
                before
            }
        };
    }

    /// What is remembered may hold what was not written.
    fn forget(&mut self) {
        self.cache.roll_back();
        self.known.roll_back();
    }

    /// Runs all jobs at once. An error may be that of any of them.
    async fn together(
        &mut self,
        jobs: &[Job],
        now: Timestamp,
    ) -> Result<(Vec<Outcome>, Vec<Staged>), LogError> {
        let started = monotonic();
        self.known.read_work(&mut self.connection, units(jobs)).await?;
        self.stages.add(Stage::Decide, started.elapsed());
        let mut plan = Plan::default();
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            outcomes.push(Ok(match job {
                Job::Unit(unit, _) => Some(self.plan(unit, now, &mut plan).await?),
                Job::Progress(rows, _) => {
                    plan.rows.add_progress(rows);
                    None
                }
                Job::Once(once, _) => self.once(once, now, &mut plan)?,
                Job::Forget(..) | Job::Batch(..) => None,
            }));
        }
        let staged = self.write(plan).await?;
        for (job, outcome) in jobs.iter().zip(&outcomes) {
            match job {
                Job::Batch(batch, _) => batch.run(&mut self.connection).await?,
                Job::Once(once, _) if matches!(outcome, Ok(None)) => {
                    once.batch.run(&mut self.connection).await?;
                }
                Job::Forget(moment, _) => self.forget_before(*moment).await?,
                Job::Unit(..) | Job::Once(..) | Job::Progress(..) => {}
            }
        }
        Ok((outcomes, staged))
    }

    /// Runs each job in a savepoint of its own.
    async fn apart(
        &mut self,
        jobs: &[Job],
        now: Timestamp,
    ) -> Result<(Vec<Outcome>, Vec<Staged>), sqlx::Error> {
        let (mut outcomes, mut staged) = (Vec::with_capacity(jobs.len()), Vec::new());
        for job in jobs {
            let position = self.next_position;
            run(&mut self.connection, "SAVEPOINT job").await?;
            match self.alone(std::slice::from_ref(job), now).await {
                Ok((mut outcome, mut events)) => {
                    outcomes.append(&mut outcome);
                    staged.append(&mut events);
                }
                Err(error) => {
                    run(&mut self.connection, "ROLLBACK TO job").await?;
                    self.next_position = position;
                    self.forget();
                    outcomes.push(Err(error));
                }
            }
            run(&mut self.connection, "RELEASE job").await?;
        }
        Ok((outcomes, staged))
    }

    /// Runs one job, about whose key nothing is taken for granted.
    async fn alone(&mut self, job: &[Job], now: Timestamp) -> Result<(Vec<Outcome>, Vec<Staged>), LogError> {
        self.known.read_keys(&mut self.connection, job.iter().filter_map(Job::key)).await?;
        self.together(job, now).await
    }

    async fn forget_before(&mut self, moment: Timestamp) -> Result<(), LogError> {
        let mut batch = Batch::default();
        batch.push("DELETE FROM idempotency WHERE created_ms < ?").bind(moment.0);
        batch.push("DELETE FROM work WHERE state = 'done' AND due_ms < ?").bind(moment.0);
        batch.run(&mut self.connection).await?;
        self.known.forget_keys();
        Ok(())
    }

    async fn write(&mut self, mut plan: Plan) -> Result<Vec<Staged>, LogError> {
        let appending = monotonic();
        plan.rows.append(&mut self.connection).await?;
        self.stages.add(Stage::Append, appending.elapsed());
        let projecting = monotonic();
        plan.rows.project(&mut self.connection).await?;
        self.stages.add(Stage::Project, projecting.elapsed());
        Ok(plan.staged)
    }

    /// What was answered before under the key of these statements; when nothing was, they are to be run, and the key is kept with them.
    fn once(&mut self, once: &Keyed, now: Timestamp, plan: &mut Plan) -> Result<Option<Ran>, LogError> {
        let before = self.known.answer(&once.key);
        if before.is_none() {
            let ran = Ok(Reply { subject: once.subject, position: 0 });
            self.known.keep(&mut plan.rows, &once.key, &ran, now)?;
        }
        Ok(before)
    }

    /// Decides one command and takes what it wants written into the plan. What is remembered of its subject is as after it.
    async fn plan(&mut self, unit: &Unit, now: Timestamp, plan: &mut Plan) -> Result<Ran, LogError> {
        let started = monotonic();
        if let Some(ran) = unit.key.as_ref().and_then(|key| self.known.answer(key)) {
            return Ok(ran);
        }
        if let Some(work) = unit.completes
            && !self.known.is_open(work)
        {
            return Ok(Ok(Reply { subject: unit.subject.id(), position: 0 }));
        }
        let (case, store) = self.take(unit.subject).await?;
        let loaded = Loaded {
            case: Arc::clone(&case.case),
            store: store
                .as_ref()
                .map(|(_, entry)| Arc::clone(&entry.store))
                .filter(|store| store.profile.is_some()),
            open_tickets: store.as_ref().map_or(0, |(_, entry)| entry.open_tickets),
        };
        let verdict = (unit.decide)(&loaded, now);
        drop(loaded);
        self.stages.add(Stage::Decide, started.elapsed());
        // It is another than the one that was seen, maybe by this very command's first time: the file knows, where memory does not any more.
        if verdict == Err(Fault::Stale)
            && let Some(ran) = self.answered_in_file(unit).await?
        {
            self.cache.put_case(unit.subject, case);
            return Ok(ran);
        }
        // A step that is refused stays open, for the runner to say what becomes of it.
        if let (Ok(_), Some(work)) = (&verdict, unit.completes) {
            self.known.complete(&mut plan.rows, work, now);
        }
        let ran = match verdict {
            Ok(Decision::Executed(events)) => {
                let refused = events.iter().find_map(DomainEvent::refusal);
                self.apply(unit, now, events, case, store, plan)?;
                match refused {
                    Some(refusal) => Err(Fault::from(refusal)),
                    None => Ok(Reply { subject: unit.subject.id(), position: self.next_position - 1 }),
                }
            }
            Ok(Decision::AlreadyApplied) => {
                self.cache.put_case(unit.subject, case);
                Ok(Reply { subject: unit.subject.id(), position: 0 })
            }
            Err(fault) => {
                self.cache.put_case(unit.subject, case);
                Err(fault)
            }
        };
        // Somebody who looked at something older looks again, and asks again: that answer is not for ever.
        if let (Some(key), false) = (&unit.key, ran == Err(Fault::Stale)) {
            self.known.keep(&mut plan.rows, key, &ran, now)?;
        }
        Ok(ran)
    }

    /// What the file says was answered under a command's key.
    async fn answered_in_file(&mut self, unit: &Unit) -> Result<Option<Ran>, LogError> {
        let Some(key) = &unit.key else { return Ok(None) };
        self.known.read_keys(&mut self.connection, std::iter::once(key)).await?;
        Ok(self.known.answer(key))
    }

    /// What a subject's decision sees. The case is taken out of the cache until it is as after the command.
    async fn take(
        &mut self,
        subject: Subject,
    ) -> Result<(CaseEntry, Option<(StoreId, StoreEntry)>), LogError> {
        let (case, store) = match subject {
            Subject::NewOrder(order, store) => {
                (self.cache.take_case(&mut self.connection, order, true).await?, Some(store))
            }
            Subject::Order(order) => {
                let entry = self.cache.take_case(&mut self.connection, order, false).await?;
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

    fn apply(
        &mut self,
        unit: &Unit,
        now: Timestamp,
        events: Vec<DomainEvent>,
        mut case: CaseEntry,
        mut store: Option<(StoreId, StoreEntry)>,
        plan: &mut Plan,
    ) -> Result<(), LogError> {
        let started = monotonic();
        let before = Standing::of(&case.case);
        let actor_json = serde_json::to_string(&unit.actor)?;
        let mut touched = Touched::default();
        for event in events {
            let context = event.context();
            touched = touched.by(&event);
            let (stream, version) = match (context, &mut store) {
                (Context::Store, Some((id, entry))) => {
                    apply_store(entry, &event);
                    (id.0, entry.versions.next(context))
                }
                _ => {
                    Arc::<Case>::make_mut(&mut case.case).apply(&event);
                    (unit.subject.id(), case.versions.next(context))
                }
            };
            let position = self.next_position;
            self.next_position += 1;
            let correlation = if context == Context::Store { unit.command } else { stream };
            plan.rows.events.row([
                (position as i64).into(),
                stream.to_string().into(),
                context.name().into(),
                (version as i64).into(),
                event.type_name().into(),
                i64::from(event.schema_version()).into(),
                event.to_json()?.into(),
                correlation.to_string().into(),
                unit.command.to_string().into(),
                actor_json.clone().into(),
                now.0.into(),
            ]);
            let topics: Vec<String> = topics(&event, &case.case, store.as_ref().map(|(id, _)| *id))
                .iter()
                .map(ToString::to_string)
                .collect();
            for topic in &topics {
                plan.rows.topics.row([(position as i64).into(), topic.clone().into()]);
            }
            let (order, of_store) = match context {
                Context::Store => (None, Some(StoreId(stream))),
                _ => (Some(OrderId(stream)), None),
            };
            let recorded = Recorded { position, order, store: of_store, at: now, actor: unit.actor, event };
            plan.staged.push((recorded, topics));
        }
        self.stages.add(Stage::Append, started.elapsed());
        self.project(unit.subject, now, (before, touched), case, store, plan)
    }

    fn project(
        &mut self,
        subject: Subject,
        now: Timestamp,
        (before, touched): (Standing, Touched),
        case: CaseEntry,
        store: Option<(StoreId, StoreEntry)>,
        plan: &mut Plan,
    ) -> Result<(), LogError> {
        let started = monotonic();
        if let Subject::Store(id) = subject {
            if let Some((_, entry)) = store {
                if let Some(row) = project_store(&entry.store) {
                    put_store(&mut plan.rows, &row)?;
                }
                self.cache.put_store(id, entry);
            }
        } else {
            put_case(&mut plan.rows, &case.case, (before, touched), now)?;
            let places = |standing: Standing| i32::from(standing.is_open());
            let taken = places(Standing::of(&case.case)) - places(before);
            if let (Some((id, mut entry)), true) = (store, taken != 0) {
                entry.open_tickets = entry.open_tickets.saturating_add_signed(taken);
                self.cache.put_store(id, entry);
            }
            self.cache.put_case(subject, case);
        }
        self.stages.add(Stage::Project, started.elapsed());
        Ok(())
    }
}

/// The position of the last event in the file; 0 for an empty log.
pub(super) async fn last_position(connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    let last: Option<i64> =
        sqlx::query("SELECT MAX(position) FROM events").fetch_one(connection).await?.try_get(0)?;
    Ok(last.unwrap_or(0) as u64)
}

/// Whether a command repeats a key whose answer is in the file and not in memory.
fn is_old_key(error: &LogError) -> bool {
    match error {
        LogError::Database(error) => error
            .as_database_error()
            .is_some_and(|error| error.is_unique_violation() && error.message().contains("idempotency")),
        _ => false,
    }
}

/// The commands among some jobs.
fn units(jobs: &[Job]) -> impl Iterator<Item = &Unit> {
    jobs.iter().filter_map(|job| match job {
        Job::Unit(unit, _) => Some(&**unit),
        Job::Progress(..) | Job::Forget(..) | Job::Batch(..) | Job::Once(..) => None,
    })
}

fn apply_store(entry: &mut StoreEntry, event: &DomainEvent) {
    if let DomainEvent::Store(event) = event {
        Arc::<Store>::make_mut(&mut entry.store).apply(event);
    }
}
