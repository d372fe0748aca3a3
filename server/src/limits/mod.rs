//! How much one address or account may ask for in a time. Counted in memory: a start forgets it.

mod keyed;
mod streams;
#[cfg(test)]
mod tests;

use crate::http::client::block;
use domain::shared::AccountId;
use domain::views::{Caller, Fault};
use governor::Quota;
use governor::clock::{Clock, DefaultClock};
use keyed::Keyed;
use lru::LruCache;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
pub use streams::Permit;
use streams::Streams;

/// Keys that each limit counts by themselves.
const ROOM: usize = 100_000;
/// Browsers that are known by a login, at most.
const KNOWN: usize = 20_000;
/// So many times what an address may try is tried under one name, from all addresses together.
const NAME: u32 = 3;
/// So many seconds' worth of requests may come at once.
const BURST: u32 = 4;
/// How long after the last streams were refused to try again, in seconds.
const STREAM_WAIT: u32 = 10;

/// What is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Logins of an address in a minute; three times as many under one name.
    pub login_per_minute: u32,
    /// Sign-ups and applications of an address in an hour.
    pub signup_per_hour: u32,
    /// Orders of an account in a minute, changes of them included, and payments that it has tried.
    pub orders_per_minute: u32,
    /// Requests of an account in a second, or of an address without one.
    pub requests_per_second: u32,
    /// Live streams of an account, or of an address without one, at the same time.
    pub streams: u32,
    /// Between two calls to the payment provider that somebody asks for about one order, in milliseconds.
    pub payment_gap_ms: u32,
}

impl Rates {
    /// What holds when nothing is typed. In the demo city everybody may order a hundred times a second, and all that goes with it.
    pub const fn usual(demo: bool) -> Self {
        if demo {
            Self {
                login_per_minute: 6_000,
                signup_per_hour: 360_000,
                orders_per_minute: 6_000,
                requests_per_second: 5_000,
                streams: 100_000,
                payment_gap_ms: 0,
            }
        } else {
            Self {
                login_per_minute: 10,
                signup_per_hour: 30,
                orders_per_minute: 10,
                requests_per_second: 30,
                streams: 30,
                payment_gap_ms: 3_000,
            }
        }
    }
}

/// Counts, and says no. [`Fault::TooMany`] is all that is said.
pub struct Limits<C: Clock = DefaultClock> {
    login_address: Keyed<C>,
    login_name: Keyed<C>,
    login_known: Keyed<C>,
    /// Browsers from which somebody has logged in, with the name.
    known: Mutex<LruCache<u64, ()>>,
    seed: RandomState,
    signup: Keyed<C>,
    orders: Keyed<C>,
    payments: Keyed<C>,
    of_accounts: Keyed<C>,
    of_addresses: Keyed<C>,
    streams: Streams,
}

impl Limits {
    /// Limits by the machine's clock.
    pub fn new(rates: Rates) -> Self {
        Self::by(rates, DefaultClock::default(), ROOM)
    }
}

impl<C: Clock + Clone> Limits<C> {
    /// Limits by this clock, each of which counts `room` keys by themselves.
    pub(crate) fn by(rates: Rates, clock: C, room: usize) -> Self {
        let limit = |quota| Keyed::new(quota, room, clock.clone());
        let per_second = at_least_one(rates.requests_per_second);
        let requests = Quota::per_second(per_second)
            .allow_burst(at_least_one(rates.requests_per_second.saturating_mul(BURST)));
        let orders = Quota::per_minute(at_least_one(rates.orders_per_minute));
        let login = Quota::per_minute(at_least_one(rates.login_per_minute));
        Self {
            login_address: limit(login),
            login_name: limit(Quota::per_minute(at_least_one(rates.login_per_minute.saturating_mul(NAME)))),
            login_known: limit(login),
            known: Mutex::new(LruCache::unbounded()),
            seed: RandomState::new(),
            signup: limit(Quota::per_hour(at_least_one(rates.signup_per_hour))),
            orders: limit(orders),
            payments: limit(orders),
            of_accounts: limit(requests),
            of_addresses: limit(requests),
            streams: Streams::new(rates.streams),
        }
    }

    /// Somebody tries to log in. An address that has tried too much does not count under the name; and nobody who guesses elsewhere
    /// keeps somebody out who has logged in from this browser before.
    pub fn login(&self, from: IpAddr, name: &str, browser: &str) -> Result<(), Fault> {
        self.login_address.check(&block(from)).map_err(too_many)?;
        let name = folded(name);
        if self.is_known(&name, browser) {
            return self.login_known.check(&(name, browser)).map_err(too_many);
        }
        self.login_name.check(&name).map_err(too_many)
    }

    /// Somebody has logged in: their browser is known from now on.
    pub fn logged_in(&self, name: &str, browser: &str) {
        let key = self.seed.hash_one((folded(name), browser));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.put(key, ());
        if known.len() > KNOWN {
            known.pop_lru();
        }
    }

    fn is_known(&self, name: &str, browser: &str) -> bool {
        let key = self.seed.hash_one((name, browser));
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).is_some()
    }

    /// Somebody signs up, or applies.
    pub fn signup(&self, from: IpAddr) -> Result<(), Fault> {
        self.signup.check(&block(from)).map_err(too_many)
    }

    /// An account places an order, or changes one. Whoever has none is refused elsewhere.
    pub fn order(&self, caller: &Caller) -> Result<(), Fault> {
        of_account(caller, |account| self.orders.check(&account))
    }

    /// An account has a payment tried.
    pub fn payment(&self, caller: &Caller) -> Result<(), Fault> {
        of_account(caller, |account| self.payments.check(&account))
    }

    /// Any request.
    pub fn request(&self, from: IpAddr, account: Option<AccountId>) -> Result<(), Fault> {
        match account {
            Some(account) => self.of_accounts.check(&account),
            None => self.of_addresses.check(&block(from)),
        }
        .map_err(too_many)
    }

    /// A live stream is opened; it counts for as long as the permit is held.
    pub fn stream(&self, from: IpAddr, account: Option<AccountId>) -> Result<Permit, Fault> {
        let key = match account {
            Some(account) => self.seed.hash_one(account),
            None => self.seed.hash_one(block(from)),
        };
        self.streams.open(key).ok_or(Fault::TooMany { retry_after_s: STREAM_WAIT })
    }
}

fn of_account(caller: &Caller, check: impl FnOnce(AccountId) -> Result<(), Duration>) -> Result<(), Fault> {
    caller.account.as_ref().map_or(Ok(()), |account| check(account.id)).map_err(too_many)
}

/// As accounts know a login name.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn too_many(wait: Duration) -> Fault {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Fault::TooMany { retry_after_s: seconds.clamp(1, u64::from(u32::MAX)) as u32 }
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}
