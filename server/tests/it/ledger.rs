//! What the provider's own book and the log say of a city, read beside the server while it runs.

use crate::city::City;
use crate::files::open;
use domain::shared::{AccountId, OrderId, Point, Timestamp};
use domain::views::{AccountView, Caller, Role};
use server::adapters::clock::{Clock, SystemClock, new_uuid};
use sqlx::Row;
use std::time::Duration;

/// What the provider's book says of one order: charges and cancels, how many and how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub approvals: i64,
    pub approved: i64,
    pub cancels: i64,
    pub cancelled: i64,
}

impl Kept {
    /// Never charged.
    pub const NOTHING: Self = Self { approvals: 0, approved: 0, cancels: 0, cancelled: 0 };

    /// Charged once, and nothing given back.
    pub fn price(amount: u64) -> Self {
        Self { approvals: 1, approved: amount as i64, ..Self::NOTHING }
    }

    /// Charged once, and all of it given back at once.
    pub fn returned(amount: u64) -> Self {
        Self { cancels: 1, cancelled: amount as i64, ..Self::price(amount) }
    }
}

/// What the provider's book says of an order.
pub async fn kept(city: &City, order: OrderId) -> Kept {
    let mut book = open(&city.folder.path().join("pay-sandbox.db")).await;
    let row = sqlx::query(
        "SELECT count(*) FILTER (WHERE kind = 'approve') AS approvals, \
         coalesce(sum(entries.amount) FILTER (WHERE kind = 'approve'), 0) AS approved, \
         count(*) FILTER (WHERE kind = 'cancel') AS cancels, \
         coalesce(sum(entries.amount) FILTER (WHERE kind = 'cancel'), 0) AS cancelled \
         FROM entries JOIN payments ON payments.id = payment_id WHERE payments.key LIKE ? || ':%'",
    )
    .bind(order.to_string())
    .fetch_one(&mut book)
    .await
    .unwrap();
    Kept {
        approvals: row.get("approvals"),
        approved: row.get("approved"),
        cancels: row.get("cancels"),
        cancelled: row.get("cancelled"),
    }
}

/// Waits until the provider's book says this of an order, at most 20 seconds.
pub async fn until_kept(city: &City, order: OrderId, expected: Kept) {
    until_book(city, order, |kept| *kept == expected, &expected).await;
}

/// Waits until the provider keeps so many won for an order, in however many charges and cancels; at most 20 seconds.
pub async fn until_keeps(city: &City, order: OrderId, amount: u64) {
    until_book(city, order, |kept| kept.approved - kept.cancelled == amount as i64, &amount).await;
}

async fn until_book(
    city: &City,
    order: OrderId,
    is_so: impl Fn(&Kept) -> bool,
    expected: &impl std::fmt::Debug,
) {
    let mut last = Kept::NOTHING;
    for _ in 0..400 {
        last = kept(city, order).await;
        if is_so(&last) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the provider's book has {last:?} for {order}, not {expected:?}");
}

/// A row of the log as it lies there.
#[derive(Clone, Debug)]
pub struct LogRow {
    pub position: i64,
    pub stream: String,
    pub context: String,
    pub kind: String,
    pub correlation: String,
    pub causation: String,
    pub actor: String,
}

/// The whole log of a city.
pub async fn log_rows(city: &City) -> Vec<LogRow> {
    let mut file = open(&city.folder.path().join("baedal.db")).await;
    let sql = "SELECT position, stream_id, context, type, correlation, causation, actor FROM events ORDER BY position";
    let rows = sqlx::query(sql).fetch_all(&mut file).await.unwrap();
    rows.iter()
        .map(|row| LogRow {
            position: row.get("position"),
            stream: row.get("stream_id"),
            context: row.get("context"),
            kind: row.get("type"),
            correlation: row.get("correlation"),
            causation: row.get("causation"),
            actor: row.get("actor"),
        })
        .collect()
}

/// The types of an order's events, in order.
pub async fn kinds(city: &City, order: OrderId) -> Vec<String> {
    let stream = order.to_string();
    log_rows(city).await.into_iter().filter(|row| row.stream == stream).map(|row| row.kind).collect()
}

/// How often an event of a type is in an order's log.
pub async fn count(city: &City, order: OrderId, kind: &str) -> usize {
    kinds(city, order).await.iter().filter(|known| *known == kind).count()
}

/// A rider whom no other test knows.
pub fn new_rider(number: usize) -> Caller {
    let account = AccountView {
        id: AccountId(new_uuid(now())),
        login: format!("rider-{number}"),
        name: format!("라이더 {number}"),
        role: Role::Rider,
        store: None,
    };
    Caller { account: Some(account), visitor: format!("visitor-of-rider-{number:05}"), ..Caller::default() }
}

/// Puts a rider on duty at the place where `rider1` waits.
pub async fn on_duty(city: &City, rider: &Caller) {
    let place = Point::new(37.5508, 126.9133).unwrap();
    city.backend.set_duty(rider, true).await.unwrap();
    city.backend.set_position(rider, place).await.unwrap();
}

pub fn now() -> Timestamp {
    SystemClock.now()
}
