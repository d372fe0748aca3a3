//! What was done and cannot be shown.

use super::Program;
use crate::city::City;
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, Row, SqliteConnection};

#[tokio::test(flavor = "multi_thread")]
async fn only_of_what_was_not_done_is_it_said_that_nothing_was() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    let rider = Program::of(&city, "rider1").await;
    rider.does("/riders/me/duty", Some(json!({"onDuty": false}))).await;

    // What riders on duty see near by cannot be read.
    let file = city.folder.path().join("baedal.db");
    let mut book = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let row = sqlx::query("SELECT doc FROM view_jobs").fetch_one(&mut book).await.unwrap();
    let doc: String = row.get(0);
    sqlx::query("UPDATE view_jobs SET doc = 'none'").execute(&mut book).await.unwrap();

    let on_duty =
        async || rider.under("on-duty", Method::PUT, "/riders/me/duty", Some(json!({"onDuty": true}))).await;
    for _ in 0..2 {
        let heard = on_duty().await;
        heard.refused(500, "outcome-unknown");
        assert!(!heard.headers.contains_key("retry-after"), "{heard:?}");
    }
    let heard = rider.get("/riders/me").await;
    heard.refused(503, "unavailable");
    assert_eq!(heard.header("retry-after"), "2");

    sqlx::query("UPDATE view_jobs SET doc = ?").bind(doc).execute(&mut book).await.unwrap();
    assert_eq!(rider.get("/riders/me").await.json["onDuty"], true, "it was done");
    assert_eq!(on_duty().await.status, 200);
    book.close().await.unwrap();
    city.close().await;
}
