//! Where the time of an append goes, for the benchmarks.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Running sums since the start.
#[derive(Debug, Default)]
pub struct Stages {
    decide_ns: AtomicU64,
    append_ns: AtomicU64,
    project_ns: AtomicU64,
    commit_ns: AtomicU64,
    units: AtomicU64,
    groups: AtomicU64,
}

/// The sums at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Loading and deciding.
    pub decide: Duration,
    /// Inserting events, topics and idempotency rows.
    pub append: Duration,
    /// Writing read models.
    pub project: Duration,
    /// Making the group durable.
    pub commit: Duration,
    /// Jobs: commands, and what processes note down.
    pub units: u64,
    /// Transactions.
    pub groups: u64,
}

/// A stage of a unit.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    Decide,
    Append,
    Project,
    Commit,
}

impl Stages {
    pub(super) fn add(&self, stage: Stage, spent: Duration) {
        let sum = match stage {
            Stage::Decide => &self.decide_ns,
            Stage::Append => &self.append_ns,
            Stage::Project => &self.project_ns,
            Stage::Commit => &self.commit_ns,
        };
        sum.fetch_add(spent.as_nanos() as u64, Relaxed);
    }

    pub(super) fn count(&self, units: u64) {
        self.units.fetch_add(units, Relaxed);
        self.groups.fetch_add(1, Relaxed);
    }

    /// The sums now.
    pub fn read(&self) -> StageTimes {
        let time = |sum: &AtomicU64| Duration::from_nanos(sum.load(Relaxed));
        StageTimes {
            decide: time(&self.decide_ns),
            append: time(&self.append_ns),
            project: time(&self.project_ns),
            commit: time(&self.commit_ns),
            units: self.units.load(Relaxed),
            groups: self.groups.load(Relaxed),
        }
    }
}
