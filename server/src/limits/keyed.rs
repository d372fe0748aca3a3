//! One limit for each key, in bounded memory.

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// How often the map is looked through, in checks.
const TIDY: u32 = 256;
/// Into how many places those share whom there is no room for.
const SHARED: u64 = 1_024;

/// A limit for each key. Keys are kept as hashes under a seed of this process, so that nobody can choose whom they share a place with.
///
/// When more than `room` keys are in use, all keys go into a fixed number of shared places until it is over: memory stays bounded,
/// and neither does everybody pass nor nobody.
pub(super) struct Keyed<C: Clock> {
    limiter: RateLimiter<u64, DashMapStateStore<u64>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    seed: RandomState,
    room: usize,
    checks: AtomicU32,
    crowded: AtomicBool,
}

impl<C: Clock + Clone> Keyed<C> {
    pub(super) fn new(quota: Quota, room: usize, clock: C) -> Self {
        Self {
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()),
            clock,
            seed: RandomState::new(),
            room,
            checks: AtomicU32::new(0),
            crowded: AtomicBool::new(false),
        }
    }

    /// Counts one for this key, or answers how long to wait. What is refused is not counted.
    pub(super) fn check(&self, key: &impl Hash) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(TIDY) {
            self.tidy();
        }
        let hash = self.seed.hash_one(key);
        let place = if self.crowded.load(Ordering::Relaxed) { hash % SHARED } else { hash };
        self.limiter.check_key(&place).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Forgets keys whose limit is as good as fresh.
    fn tidy(&self) {
        if self.limiter.len() > self.room / 2 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.crowded.store(self.limiter.len() >= self.room, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.limiter.len()
    }
}
