//! What the provider takes from outside the program: the time and random ids.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::{NoContext, Timestamp, Uuid};

/// UTC epoch milliseconds.
// Another company's clock: the platform's clock port is none of its business, so it asks the system.
#[allow(clippy::disallowed_methods)]
pub(super) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A fresh id that sorts by time, so that new rows land side by side in the index.
pub(super) fn new_id(prefix: &str, now_ms: i64) -> String {
    let ms = now_ms.unsigned_abs();
    let stamp = Timestamp::from_unix(NoContext, ms / 1_000, (ms % 1_000) as u32 * 1_000_000);
    format!("{prefix}_{}", Uuid::new_v7(stamp).simple())
}

/// A secret that nobody can guess.
#[allow(clippy::disallowed_methods)]
pub(super) fn new_token() -> String {
    Uuid::new_v4().simple().to_string()
}
