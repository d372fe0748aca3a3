//! Sessions, visitors and drafts on a file of their own.

use std::path::PathBuf;

use domain::shared::{ItemId, OrderId, StoreId};
use domain::store::WantedLine;
use domain::views::{DraftForm, FormDraft};
use serde_json::json;
use tempfile::TempDir;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time;
use tower_sessions::session::{Id, Record};
use uuid::Uuid;

use super::*;
use crate::adapters::clock::ManualClock;

const START: Timestamp = Timestamp(1_795_370_400_000);
const HOUR: i64 = 3_600_000;

struct Fixture {
    folder: TempDir,
    clock: Arc<ManualClock>,
    store: WebStore,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let store = WebStore::open_by(&folder.path().join("web.db"), clock.clone()).await.unwrap();
        Self { folder, clock, store }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("web.db")
    }

    /// The same file, with nothing in memory.
    async fn restarted(self) -> Self {
        self.store.close().await;
        let store = WebStore::open_by(&self.path(), self.clock.clone()).await.unwrap();
        Self { store, ..self }
    }

    async fn rows(&self, table: &'static str) -> i64 {
        let sql = match table {
            "sessions" => "SELECT COUNT(*) FROM sessions",
            "visitors" => "SELECT COUNT(*) FROM visitors",
            _ => "SELECT COUNT(*) FROM drafts",
        };
        sqlx::query_scalar(sql).fetch_one(self.store.pool()).await.unwrap()
    }
}

fn record(lives_ms: i64) -> Record {
    let expiry_date =
        time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(START.0 + lives_ms) * 1_000_000).unwrap();
    Record { id: Id::default(), data: [("who".to_owned(), json!({"account": "a"}))].into(), expiry_date }
}

fn draft(typed: &str) -> FormDraft {
    FormDraft {
        form: DraftForm::Login,
        subject: String::new(),
        fields: vec![("login".into(), typed.into())],
        fault: Fault::WrongPassword,
    }
}

#[tokio::test]
async fn a_session_survives_a_restart_and_ends_when_it_is_deleted() {
    let fixture = Fixture::new().await;
    let mut record = record(HOUR);
    fixture.store.create(&mut record).await.unwrap();
    let fixture = fixture.restarted().await;
    assert_eq!(fixture.store.load(&record.id).await.unwrap(), Some(record.clone()));
    assert!(fixture.store.has_session(&record.id.to_string()).await.unwrap());

    fixture.store.delete(&record.id).await.unwrap();
    assert_eq!(fixture.store.load(&record.id).await.unwrap(), None);
    // A request that was under way does not bring it back.
    fixture.store.save(&record).await.unwrap();
    assert_eq!(fixture.store.load(&record.id).await.unwrap(), None);
    assert!(!fixture.store.has_session(&record.id.to_string()).await.unwrap());
}

#[tokio::test]
async fn a_known_session_touches_no_disk() {
    let fixture = Fixture::new().await;
    let mut record = record(HOUR);
    fixture.store.create(&mut record).await.unwrap();
    fixture.store.close().await;
    assert_eq!(fixture.store.load(&record.id).await.unwrap(), Some(record));
}

#[tokio::test]
async fn a_session_is_over_at_its_end_in_memory_and_in_the_file() {
    let fixture = Fixture::new().await;
    let (mut short, mut long) = (record(HOUR), record(3 * HOUR));
    fixture.store.create(&mut short).await.unwrap();
    fixture.store.create(&mut long).await.unwrap();
    fixture.clock.advance(HOUR);
    assert_eq!(fixture.store.load(&short.id).await.unwrap(), None);
    assert!(fixture.store.load(&long.id).await.unwrap().is_some());
    fixture.store.sweep().await.unwrap();
    assert_eq!(fixture.rows("sessions").await, 1);
    let fixture = fixture.restarted().await;
    fixture.clock.advance(2 * HOUR);
    assert_eq!(fixture.store.load(&long.id).await.unwrap(), None);
}

#[tokio::test]
async fn the_file_alone_lets_nobody_in() {
    let fixture = Fixture::new().await;
    let mut record = record(HOUR);
    fixture.store.create(&mut record).await.unwrap();
    let stored: String =
        sqlx::query_scalar("SELECT id FROM sessions").fetch_one(fixture.store.pool()).await.unwrap();
    assert!(!stored.contains(&record.id.to_string()));
    assert!(!fixture.store.has_session(&stored).await.unwrap());
}

#[tokio::test]
async fn a_visitors_cart_survives_a_restart() {
    let fixture = Fixture::new().await;
    let line = WantedLine { item: ItemId(Uuid::from_u128(7)), quantity: 2, choices: Vec::new() };
    let data = VisitorData {
        again: Some(OrderId(Uuid::from_u128(9))),
        cart: Some((StoreId(Uuid::from_u128(1)), vec![line])),
        address: None,
        card: Some("tok_ok".into()),
    };
    assert_eq!(fixture.store.visitor("one").await.unwrap(), VisitorData::default());
    fixture.store.save_visitor("one", &data).await.unwrap();
    assert_eq!(fixture.store.visitor("one").await.unwrap(), data);
    let fixture = fixture.restarted().await;
    assert_eq!(fixture.store.visitor("one").await.unwrap(), data);
    assert_eq!(fixture.store.visitor("two").await.unwrap(), VisitorData::default());
    fixture.clock.advance(401 * 24 * HOUR);
    fixture.store.sweep().await.unwrap();
    assert_eq!(fixture.rows("visitors").await, 0);
}

#[tokio::test]
async fn strangers_fill_no_disk_with_names_that_they_make_up() {
    let fixture = Fixture::new().await;
    for number in 0..30 {
        fixture.clock.advance(1);
        let name = number.to_string();
        // Who leaves nothing is not written down.
        let nothing = fixture.store.visitor(&name).await.unwrap();
        fixture.store.save_visitor(&name, &nothing).await.unwrap();
        assert_eq!(fixture.rows("visitors").await, number);
        let card = VisitorData { card: Some("tok_ok".into()), ..VisitorData::default() };
        fixture.store.save_visitor(&name, &card).await.unwrap();
    }
    fixture.store.keep_visitors(20).await.unwrap();
    assert_eq!(fixture.rows("visitors").await, 20);
    let fixture = fixture.restarted().await;
    assert_eq!(fixture.store.visitor("9").await.unwrap(), VisitorData::default());
    assert!(fixture.store.visitor("10").await.unwrap().card.is_some());
}

#[tokio::test]
async fn browsers_without_an_id_share_nothing() {
    let fixture = Fixture::new().await;
    let data = VisitorData { card: Some("tok_ok".into()), ..VisitorData::default() };
    fixture.store.save_visitor("", &data).await.unwrap();
    assert_eq!(fixture.store.visitor("").await.unwrap(), VisitorData::default());
    let id = fixture.store.keep_draft("", &draft("secret")).await.unwrap();
    assert_eq!(fixture.store.draft("", &id).await.unwrap(), None);
}

#[tokio::test]
async fn a_draft_is_its_browsers_alone_and_for_an_hour() {
    let fixture = Fixture::new().await;
    let id = fixture.store.keep_draft("one", &draft("haneul")).await.unwrap();
    assert_eq!(fixture.store.draft("one", &id).await.unwrap(), Some(draft("haneul")));
    assert_eq!(fixture.store.draft("two", &id).await.unwrap(), None);
    assert_eq!(fixture.store.draft("one", "another").await.unwrap(), None);
    fixture.clock.advance(HOUR);
    assert_eq!(fixture.store.draft("one", &id).await.unwrap(), None);
    fixture.store.sweep().await.unwrap();
    assert_eq!(fixture.rows("drafts").await, 0);
}

#[tokio::test]
async fn a_browser_has_twenty_drafts_at_most() {
    let fixture = Fixture::new().await;
    let other = fixture.store.keep_draft("two", &draft("bada")).await.unwrap();
    let mut ids = Vec::new();
    for number in 0..25 {
        fixture.clock.advance(1);
        ids.push(fixture.store.keep_draft("one", &draft(&number.to_string())).await.unwrap());
    }
    assert_eq!(fixture.rows("drafts").await, 21);
    assert_eq!(fixture.store.draft("one", &ids[4]).await.unwrap(), None);
    assert_eq!(fixture.store.draft("one", &ids[5]).await.unwrap(), Some(draft("5")));
    assert!(fixture.store.draft("two", &other).await.unwrap().is_some());
}

#[tokio::test]
async fn drafts_have_bounds_each_and_all_together_and_the_oldest_go_first() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let refused = store.keep_draft("one", &draft(&"가".repeat(8 * 1024))).await;
    assert!(matches!(refused, Err(WebStoreError::DraftTooLarge)), "{refused:?}");
    assert_eq!(fixture.rows("drafts").await, 0);
    // Each of a browser of its own, as somebody does who wants to fill the disk.
    let large = draft(&"a".repeat(24 * 1024 - 200));
    let mut ids = Vec::new();
    for number in 0..2_900 {
        fixture.clock.advance(1);
        ids.push(store.keep_draft(&number.to_string(), &large).await.unwrap());
    }
    let bytes: i64 = sqlx::query_scalar("SELECT SUM(OCTET_LENGTH(data)) FROM drafts")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert!((60 << 20..=64 << 20).contains(&bytes), "{bytes}");
    assert_eq!(store.draft("0", &ids[0]).await.unwrap(), None);
    assert_eq!(store.draft("2899", &ids[2_899]).await.unwrap(), Some(large));
}

#[tokio::test]
async fn no_more_than_twenty_thousand_drafts_are_kept_also_after_a_restart() {
    let fixture = Fixture::new().await;
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO drafts (id, visitor, data, created_ms) SELECT 'old' || i, 'v' || i, '{}', $1 + i FROM n",
    )
    .bind(START.0 - HOUR / 2)
    .execute(fixture.store.pool())
    .await
    .unwrap();
    let fixture = fixture.restarted().await;
    let id = fixture.store.keep_draft("one", &draft("haneul")).await.unwrap();
    assert!(fixture.rows("drafts").await <= 20_000);
    assert!(fixture.store.draft("one", &id).await.unwrap().is_some());
    let oldest: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM drafts WHERE id = 'old1'")
        .fetch_one(fixture.store.pool())
        .await
        .unwrap();
    assert_eq!(oldest, 0);
}
