//! Time and randomness. Everything else takes them as arguments, or asks here.

// The lint sends every other module to this one.
#![allow(clippy::disallowed_methods)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::shared::{OrderId, Timestamp};
use rand::{Rng as _, RngCore as _};
use uuid::{Builder, Uuid};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// A machine that believes to be before 1970 gets 1970.
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is set.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    pub const fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Shows `at` from now on.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Goes on by so many milliseconds.
    pub fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// The machine's clock, put forward: for tests of what takes hours.
#[derive(Debug, Default)]
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    /// Puts the clock forward by so many minutes.
    pub fn forward(&self, minutes: u32) {
        self.0.fetch_add(i64::from(minutes) * domain::shared::MINUTE_MS, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.0.load(Ordering::SeqCst))
    }
}

/// A moment for measuring how long something takes; it says nothing of the date.
pub fn monotonic() -> Instant {
    Instant::now()
}

/// Bits that count within a millisecond: 12 after the version and 14 after the variant.
const COUNTER_BITS: u32 = 26;
/// The millisecond of the last id and its counter.
static LAST: Mutex<(i64, u32)> = Mutex::new((i64::MIN, 0));

/// A fresh `UUIDv7` of the moment `now`. Ids that this process makes one after the other for the same millisecond sort
/// in that order; ids of different moments sort by moment.
pub fn new_uuid(now: Timestamp) -> Uuid {
    let mut random = rand::rng();
    let counter = {
        // Whoever panicked while holding the lock left two plain numbers behind.
        let mut last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = if last.0 == now.0 {
            (now.0, last.1 + 1)
        } else {
            // The upper half stays free for counting on.
            (now.0, random.random_range(0..1 << (COUNTER_BITS - 1)))
        };
        last.1
    };
    let mut bytes = [0; 10];
    random.fill_bytes(&mut bytes[4..]);
    // The top four bits of the first byte and the top two of the third belong to version and variant.
    bytes[0] = (counter >> 22) as u8;
    bytes[1] = (counter >> 14) as u8;
    bytes[2] = (counter >> 8) as u8 & 0x3f;
    bytes[3] = counter as u8;
    Builder::from_unix_timestamp_millis(u64::try_from(now.0).unwrap_or(0), &bytes).into_uuid()
}

/// How many bytes of a `UUIDv7` tell its moment.
const MOMENT: usize = 6;

/// The id of the command that `process` sends for the step `step` of an order: the same at every try. A `UUIDv8` that begins with the
/// order's moment and goes on with a hash, so that ids of the same time lie together in the database.
pub fn deterministic_id(process: &str, order: OrderId, step: &str) -> Uuid {
    let mut bytes = Uuid::new_v5(&order.0, format!("{process}/{step}").as_bytes()).into_bytes();
    bytes[..MOMENT].copy_from_slice(&order.0.as_bytes()[..MOMENT]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// A secret of 128 random bits, 22 characters of the URL-safe base64 alphabet.
pub fn random_token() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Random bytes, for keys and nonces.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// Four random digits, which the customer tells the rider at the door.
pub fn door_code() -> String {
    format!("{:04}", rand::rng().random_range(0..10_000))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_of_their_moment_and_sort_in_the_order_of_their_making() {
        let moments = [1_795_370_400_000, 1_795_370_400_001, 1_795_370_400_002];
        let ids: Vec<Uuid> =
            moments.into_iter().flat_map(|ms| (0..2_000).map(move |_| new_uuid(Timestamp(ms)))).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        for id in &ids {
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        }
        let (seconds, nanos) = ids[0].get_timestamp().expect("a v7 id").to_unix();
        assert_eq!((seconds, nanos), (1_795_370_400, 0));
    }

    #[test]
    fn ids_are_unique_across_threads_and_a_clock_that_goes_back_makes_earlier_ids() {
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| (0..5_000).map(|_| new_uuid(Timestamp(7))).collect::<Vec<_>>()))
            .collect();
        let ids: HashSet<Uuid> =
            threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect();
        assert_eq!(ids.len(), 20_000);
        assert!(new_uuid(Timestamp(2_000)) > new_uuid(Timestamp(1_000)));
    }

    #[test]
    fn a_step_has_the_same_id_at_every_try_and_no_other_step_has_it() {
        let (one, two) = (OrderId(Uuid::from_u128(1)), OrderId(Uuid::from_u128(2)));
        let id = deterministic_id("place_order", one, "receive");
        assert_eq!(id, deterministic_id("place_order", one, "receive"));
        let others = [
            deterministic_id("place_order", two, "receive"),
            deterministic_id("place_order", one, "charge"),
            deterministic_id("change_order", one, "receive"),
        ];
        assert!(!others.contains(&id));
        let order = OrderId(new_uuid(Timestamp(1_795_413_600_000)));
        let id = deterministic_id("place_order", order, "receive");
        assert_eq!((&id.as_bytes()[..MOMENT], id.get_version_num()), (&order.0.as_bytes()[..MOMENT], 8));
    }

    #[test]
    fn secrets_are_of_the_promised_form() {
        let tokens: HashSet<String> = (0..1_000).map(|_| random_token()).collect();
        assert_eq!(tokens.len(), 1_000);
        for token in tokens {
            assert_eq!(token.len(), 22);
            assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        }
        let codes: HashSet<String> = (0..1_000).map(|_| door_code()).collect();
        assert!(codes.len() > 500);
        assert!(codes.iter().all(|code| code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit())));
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::at(Timestamp(5));
        assert_eq!(clock.now(), Timestamp(5));
        clock.advance(10);
        assert_eq!(clock.now(), Timestamp(15));
        clock.set(Timestamp(1));
        assert_eq!(clock.now(), Timestamp(1));
        assert!(SystemClock.now() > Timestamp(1_767_225_600_000));
    }
}
