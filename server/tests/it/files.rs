//! What the files of a city say by themselves, read without the program: the provider's book, the log.

use domain::shared::OrderId;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row, SqliteConnection};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// What the provider has done for one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charged {
    /// Charges.
    pub approvals: i64,
    /// Taken, in won.
    pub approved: i64,
    /// Refunds.
    pub cancels: i64,
    /// Given back, in won.
    pub cancelled: i64,
}

impl Charged {
    /// Taken once, and kept.
    pub fn once(amount: u64) -> Self {
        Self { approvals: 1, approved: amount as i64, ..Self::default() }
    }

    /// Taken once, and given back once.
    pub fn and_back(amount: u64) -> Self {
        Self { cancels: 1, cancelled: amount as i64, ..Self::once(amount) }
    }
}

/// An event of an order.
#[derive(Clone, Debug)]
pub struct Logged {
    pub position: u64,
    pub order: OrderId,
    pub name: String,
}

/// Opens a database that somebody else may be writing.
pub async fn open(file: &Path) -> SqliteConnection {
    let options =
        SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(Duration::from_secs(5));
    options.disable_statement_logging().connect().await.unwrap()
}

/// What the provider's own ledger says, by order.
pub async fn provider(file: &Path) -> HashMap<OrderId, Charged> {
    let rows = sqlx::query(
        "SELECT payments.key AS key, count(*) FILTER (WHERE kind = 'approve') AS approvals, \
         coalesce(sum(entries.amount) FILTER (WHERE kind = 'approve'), 0) AS approved, \
         count(*) FILTER (WHERE kind = 'cancel') AS cancels, \
         coalesce(sum(entries.amount) FILTER (WHERE kind = 'cancel'), 0) AS cancelled \
         FROM payments LEFT JOIN entries ON entries.payment_id = payments.id GROUP BY payments.id",
    )
    .fetch_all(&mut open(file).await)
    .await
    .unwrap();
    let mut book: HashMap<OrderId, Charged> = HashMap::new();
    for row in rows {
        // The charge of an order is known by a key that begins with the order's id.
        let order = row.get::<&str, _>("key").split(':').next().unwrap().parse().unwrap();
        let sum = book.entry(order).or_default();
        sum.approvals += row.get::<i64, _>("approvals");
        sum.approved += row.get::<i64, _>("approved");
        sum.cancels += row.get::<i64, _>("cancels");
        sum.cancelled += row.get::<i64, _>("cancelled");
    }
    book
}

/// All events of orders, in the log's order.
pub async fn events(file: &Path) -> Vec<Logged> {
    let rows = sqlx::query(
        "SELECT position, stream_id, type FROM events WHERE context <> 'store' ORDER BY position",
    )
    .fetch_all(&mut open(file).await)
    .await
    .unwrap();
    rows.iter()
        .map(|row| Logged {
            position: row.get::<i64, _>(0) as u64,
            order: row.get::<&str, _>(1).parse().unwrap(),
            name: row.get(2),
        })
        .collect()
}

/// One number.
pub async fn number(file: &Path, sql: &'static str) -> i64 {
    sqlx::query(sql).fetch_one(&mut open(file).await).await.unwrap().get(0)
}

/// SQLite finds nothing wrong with these files.
pub async fn assert_sound(files: &[&Path]) {
    for file in files {
        let said: String =
            sqlx::query("PRAGMA integrity_check").fetch_one(&mut open(file).await).await.unwrap().get(0);
        assert_eq!(said, "ok", "{}", file.display());
    }
}
