//! How many live streams somebody has open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Open = Arc<Mutex<HashMap<u64, u32>>>;

/// Open streams by whose they are.
pub(super) struct Streams {
    open: Open,
    most: u32,
}

/// One stream's place. Dropping it gives the place back.
pub struct Permit {
    open: Open,
    key: u64,
}

impl Streams {
    pub(super) fn new(most: u32) -> Self {
        Self { open: Open::default(), most }
    }

    /// A place, unless all that this key may have are taken.
    pub(super) fn open(&self, key: u64) -> Option<Permit> {
        let mut open = locked(&self.open);
        let count = open.entry(key).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Permit { open: Arc::clone(&self.open), key })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = locked(&self.open);
        if let Some(count) = open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.key);
            }
        }
    }
}

fn locked(open: &Open) -> MutexGuard<'_, HashMap<u64, u32>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}
