//! Whether every order has come to its end, by the city's log and the provider's own book.

use super::Load;
use crate::files::{self, Charged};
use domain::shared::OrderId;
use sqlx::Row;
use std::collections::HashMap;
use std::path::Path;

/// What is not as it has to be, at this moment.
pub(super) async fn complaints(load: &Load, log: &Path, book: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut db = files::open(log).await;
    let book = files::provider(book).await;
    let price = load.basket.agreed.get();
    let told: HashMap<String, (&str, OrderId)> =
        load.told.lock().unwrap().iter().map(|told| (told.key.clone(), (told.card, told.order))).collect();

    // Every order that a customer was promised is there, and no other.
    let kept = sqlx::query(
        "SELECT key, json_extract(answer, '$.Ok.subject') FROM idempotency WHERE scope LIKE '%:place'",
    );
    let kept: HashMap<String, OrderId> = kept
        .fetch_all(&mut db)
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get::<&str, _>(1).parse().unwrap()))
        .collect();
    let promised: HashMap<String, OrderId> =
        told.iter().map(|(key, (_, order))| (key.clone(), *order)).collect();
    if kept != promised {
        wrong.push(format!("{} keys are kept, {} were promised", kept.len(), promised.len()));
    }
    let views = sqlx::query("SELECT order_id, shown FROM view_orders").fetch_all(&mut db).await.unwrap();
    let views: HashMap<OrderId, String> =
        views.iter().map(|row| (row.get::<&str, _>(0).parse().unwrap(), row.get(1))).collect();
    let mut placed = HashMap::new();
    for event in files::events(log).await {
        *placed.entry((event.order, event.name)).or_insert(0) += 1;
    }
    let count = placed.keys().filter(|(_, name)| name == "OrderPlaced").count();
    if count != promised.len() || views.len() != promised.len() {
        wrong.push(format!("{count} orders were placed, {} are shown", views.len()));
    }
    // Only tries may repeat.
    wrong.extend(
        placed
            .iter()
            .filter(|((_, name), count)| **count > 1 && name != "RefundFailed")
            .map(|((order, name), count)| format!("{order}: {name} {count} times")),
    );

    for (card, order) in told.values() {
        let shown = views.get(order).map_or("nothing", String::as_str);
        let charged = book.get(order).copied().unwrap_or_default();
        let nothing = charged == Charged::default() || charged == Charged::and_back(price);
        let is_right = match shown {
            "payment_failed" => *card == "tok_decline" && charged == Charged::default(),
            "cancelled" => nothing,
            "received" | "completed" => *card != "tok_decline" && charged == Charged::once(price),
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{order} with {card} is shown as {shown}, charged {charged:?}"));
        }
    }
    if let Some(charged) = book.keys().find(|order| !promised.values().any(|known| known == *order)) {
        wrong.push(format!("{charged} was charged and does not exist"));
    }
    for (what, sql) in [
        // About a charge of a cancelled order the provider is asked for two minutes more: one may be under way.
        (
            "steps are open",
            "SELECT count(*) FROM work JOIN view_orders USING (order_id) WHERE state = 'open' \
             AND NOT (shown = 'cancelled' AND json_extract(step, '$.step') IN ('charge', 'refund_all'))",
        ),
        ("positions are missing", "SELECT max(position) - count(*) FROM events"),
    ] {
        let count: i64 = sqlx::query(sql).fetch_one(&mut db).await.unwrap().get(0);
        if count != 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    wrong
}
