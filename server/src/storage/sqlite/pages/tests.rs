//! That nothing is looked through to find a page.

use super::super::views::{BOARD, EARNED, LAST_LEFT, MINE};
use super::super::{open, outbox};
use super::*;
use sqlx::AssertSqlSafe;

#[test]
fn places_are_counted_from_the_oldest() {
    assert_eq!(places(0, 0, 20), 0..0);
    assert_eq!(places(45, 0, 20), 25..45);
    assert_eq!(places(45, 20, 20), 5..25);
    assert_eq!(places(45, 40, 20), 0..5);
    assert_eq!(places(45, 60, 20), 0..0);
    assert_eq!(places(45, 44, 0), 1..1);
}

/// The ways SQLite goes to answer something.
async fn plan(read: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(read).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

#[tokio::test]
async fn lists_are_read_along_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let (mut read, _pool) = open(&folder.path().join("baedal.db")).await.unwrap();
    for (sql, way) in [
        (ORDERS, "SEARCH view_orders USING INDEX view_orders_customer (customer=? AND nth>? AND nth<?)"),
        (LEFT, "SEARCH view_tickets USING INDEX view_tickets_left (store=? AND nth>? AND nth<?)"),
        (LAST_LEFT, "SEARCH view_tickets USING INDEX view_tickets_left (store=? AND nth>?)"),
        (ON_BOARD, "SEARCH view_tickets USING INDEX view_tickets_board (store=?)"),
        (BOARD, "SEARCH view_tickets USING INDEX view_tickets_board (store=?)"),
        (MINE, "SEARCH view_jobs USING INDEX view_jobs_mine (rider=?)"),
        (EARNED, "SEARCH view_jobs USING INDEX view_jobs_earned (rider=? AND earned_day=?)"),
        (outbox::INBOX, "SEARCH notices USING PRIMARY KEY (recipient=? AND position<?)"),
    ] {
        assert_eq!(plan(&mut read, sql).await, [way], "{sql}");
    }
    // Only the board, which is short, is counted off.
    for sql in [ORDERS, LEFT, LAST_LEFT, BOARD, MINE, EARNED, outbox::INBOX] {
        assert!(!sql.contains("OFFSET"), "{sql}");
    }
}
