//! Where jobs wait for the writer, and which of them go together.

use super::batch::Batch;
use super::plan::Rows;
use crate::storage::{IdempotencyKey, LogError, Once, Ran, Reply, Unit};
use domain::shared::Timestamp;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use uuid::Uuid;

/// The most commands in one transaction.
const GROUP: usize = 128;
/// How many of them may be the processes' own at most.
const BACKGROUND: usize = 48;
/// From so many of people's commands at a time on it is a crowd: it comes first, and the processes get one for so many of its commands.
const CROWD: usize = 8;
/// How long the processes let the next of a crowd come, whose last transaction has just been answered.
const GATHER: Duration = Duration::from_millis(1);

/// Something to write, and where its answer goes once it is durable.
pub(super) enum Job {
    /// A command.
    Unit(Box<Unit>, oneshot::Sender<Result<Ran, LogError>>),
    /// Cursors and work of the processes.
    Progress(Box<Rows>, oneshot::Sender<Result<(), LogError>>),
    /// Forgets answers and finished work older than this.
    Forget(Timestamp, oneshot::Sender<Result<(), LogError>>),
    /// Statements that belong to no command.
    Batch(Batch, oneshot::Sender<Result<(), LogError>>),
    /// Statements that are run once under their key.
    Once(Box<Keyed>, oneshot::Sender<Result<Once, LogError>>),
}

/// Statements that write no event, under a key.
pub(super) struct Keyed {
    pub(super) batch: Batch,
    pub(super) key: IdempotencyKey,
    /// What they are about.
    pub(super) subject: Uuid,
}

/// What became of a job, held back until COMMIT. Commands have an outcome of their own, and what was done before under a key has that of then.
pub(super) type Outcome = Result<Option<Ran>, LogError>;

impl Job {
    /// Under what a repeat of it is recognised.
    pub(super) fn key(&self) -> Option<&IdempotencyKey> {
        match self {
            Job::Unit(unit, _) => unit.key.as_ref(),
            Job::Once(once, _) => Some(&once.key),
            Job::Progress(..) | Job::Forget(..) | Job::Batch(..) => None,
        }
    }

    /// Answers. Whoever asked may have gone meanwhile: what is committed stays so.
    pub(super) fn answer(self, outcome: Outcome) {
        match self {
            Job::Unit(unit, answer) => {
                let nothing = Reply { subject: unit.subject.id(), position: 0 };
                drop(answer.send(outcome.map(|ran| ran.unwrap_or(Ok(nothing)))));
            }
            Job::Once(_, answer) => {
                drop(answer.send(outcome.map(|ran| ran.map_or(Once::Done, Once::Before))));
            }
            Job::Progress(_, answer) | Job::Forget(_, answer) | Job::Batch(_, answer) => {
                drop(answer.send(outcome.map(|_| ())))
            }
        }
    }
}

/// Where jobs wait.
pub(super) struct Queues {
    people: mpsc::Receiver<Job>,
    background: mpsc::Receiver<Job>,
    /// How many jobs the last transactions had before those of processes joined; those long past count less and less.
    crowd: usize,
}

impl Queues {
    pub(super) const fn new(people: mpsc::Receiver<Job>, background: mpsc::Receiver<Job>) -> Self {
        Self { people, background, crowd: 0 }
    }

    /// The jobs of the next transaction; `None` once all senders are gone.
    pub(super) async fn group(&mut self) -> Option<Vec<Job>> {
        let mut jobs = vec![self.first().await?];
        take(&mut self.people, GROUP - GROUP / CROWD, &mut jobs);
        self.crowd = jobs.len().max(self.crowd * 3 / 4);
        let background = if self.crowd >= CROWD { self.crowd / CROWD } else { BACKGROUND };
        let most = (jobs.len() + background).min(GROUP);
        take(&mut self.background, most, &mut jobs);
        Some(jobs)
    }

    /// The next job: of people, if there is one.
    async fn first(&mut self) -> Option<Job> {
        if self.crowd >= CROWD
            && let Ok(Some(job)) = timeout(GATHER, self.people.recv()).await
        {
            return Some(job);
        }
        tokio::select! {
            biased;
            Some(job) = self.people.recv() => Some(job),
            Some(job) = self.background.recv() => Some(job),
            else => None,
        }
    }
}

/// Takes what waits until there are so many jobs.
fn take(queue: &mut mpsc::Receiver<Job>, most: usize, jobs: &mut Vec<Job>) {
    while jobs.len() < most
        && let Ok(job) = queue.try_recv()
    {
        jobs.push(job);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Senders for people and background, and the queues.
    fn queues() -> (mpsc::Sender<Job>, mpsc::Sender<Job>, Queues) {
        let (people, people_queue) = mpsc::channel(1_000);
        let (background, background_queue) = mpsc::channel(1_000);
        (people, background, Queues::new(people_queue, background_queue))
    }

    fn fill(queue: &mpsc::Sender<Job>, many: usize) {
        for _ in 0..many {
            let (answer, _) = oneshot::channel();
            queue
                .try_send(Job::Batch(Batch::default(), answer))
                .unwrap_or_else(|_| panic!("the queue is full"));
        }
    }

    async fn size(queues: &mut Queues) -> usize {
        queues.group().await.map_or(0, |jobs| jobs.len())
    }

    #[tokio::test]
    async fn the_processes_go_with_a_few_people_and_get_a_share_beside_a_crowd() {
        let (people, background, mut queues) = queues();
        fill(&people, 3);
        fill(&background, 100);
        assert_eq!(size(&mut queues).await, 3 + BACKGROUND);
        fill(&people, 64);
        assert_eq!(size(&mut queues).await, 64 + 64 / CROWD);
        // Nobody comes any more: the crowd is forgotten little by little, and the processes have everything in the end.
        let mut last = 0;
        for _ in 0..12 {
            last = size(&mut queues).await;
            if last > 64 / CROWD {
                break;
            }
        }
        assert!(last > 64 / CROWD, "{last}");
    }

    #[tokio::test]
    async fn the_processes_get_their_share_beside_any_crowd() {
        let (people, background, mut queues) = queues();
        fill(&people, 600);
        fill(&background, 600);
        for _ in 0..5 {
            let jobs = queues.background.len();
            assert!(size(&mut queues).await <= GROUP);
            assert!(jobs - queues.background.len() >= GROUP / CROWD / 2);
        }
    }

    #[tokio::test]
    async fn a_transaction_has_a_bounded_number_of_jobs_and_the_end_comes_after_the_last() {
        let (people, background, mut queues) = queues();
        fill(&people, GROUP);
        fill(&background, 3 * GROUP);
        drop((people, background));
        let mut left = 4 * GROUP;
        while left > 0 {
            let size = size(&mut queues).await;
            assert!((1..=GROUP).contains(&size));
            left -= size;
        }
        assert!(queues.group().await.is_none());
    }
}
