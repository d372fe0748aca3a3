//! Whether everybody was told of an order: what the log's events say to whom is sent at least once, and shown once.

use super::PATIENCE;
use crate::double::{Delivered, Provider};
use crate::files;
use crate::people::Person;
use domain::processes::{Case, DomainEvent};
use domain::shared::{OrderId, Timestamp};
use domain::views::{InboxView, Recorded, notices};
use server::storage::NoticeId;
use sqlx::Row;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

/// The ids of the notices of all events, in order.
async fn expected(log: &Path) -> Vec<String> {
    let events = "SELECT position, stream_id, schema, context, payload, actor, at_ms FROM events \
                  WHERE context <> 'store' ORDER BY position";
    let rows = sqlx::query(events).fetch_all(&mut files::open(log).await).await.unwrap();
    let mut cases: HashMap<OrderId, Case> = HashMap::new();
    let events: Vec<(OrderId, Recorded)> = rows
        .iter()
        .map(|row| {
            let order: OrderId = row.get::<&str, _>("stream_id").parse().unwrap();
            let event = DomainEvent::from_json(row.get("context"), row.get("schema"), row.get("payload"));
            let recorded = Recorded {
                position: row.get::<i64, _>("position") as u64,
                order: Some(order),
                store: None,
                at: Timestamp(row.get("at_ms")),
                actor: serde_json::from_str(row.get("actor")).unwrap(),
                event: event.unwrap(),
            };
            cases.entry(order).or_default().apply(&recorded.event);
            (order, recorded)
        })
        .collect();
    let of = |(order, recorded): &(OrderId, Recorded)| {
        let position = recorded.position;
        let told = notices(recorded, &cases[order]).into_iter();
        told.map(move |notice| NoticeId { to: notice.to, position }.to_string()).collect::<Vec<_>>()
    };
    let mut ids: Vec<String> = events.iter().flat_map(of).collect();
    ids.sort();
    ids
}

/// The ids of the notices that are kept, in order, and whether all of them have been sent.
async fn kept(log: &Path) -> (Vec<String>, bool) {
    let rows = sqlx::query("SELECT recipient || '@' || position AS id, state FROM notices ORDER BY id");
    let rows = rows.fetch_all(&mut files::open(log).await).await.unwrap();
    let is_sent = rows.iter().all(|row| row.get::<&str, _>("state") == "sent");
    (rows.iter().map(|row| row.get("id")).collect(), is_sent)
}

/// Waits until everything is sent; answers whether some message came more than once.
pub(super) async fn once(
    point: &str,
    customer: &Person,
    order: OrderId,
    log: &Path,
    phones: &Provider,
) -> bool {
    let since = Instant::now();
    let expected = expected(log).await;
    loop {
        let kept = kept(log).await;
        if kept == (expected.clone(), true) {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "{point}: {kept:?}, not {expected:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut sent: BTreeMap<String, Vec<Delivered>> = BTreeMap::new();
    for message in phones.delivered() {
        let (notice, _) = message.notice.split_once('/').unwrap();
        sent.entry(notice.to_owned()).or_default().push(message);
    }
    assert_eq!(sent.keys().cloned().collect::<Vec<_>>(), expected, "{point}: what has arrived");
    for same in sent.values() {
        assert!(same.iter().all(|message| *message == same[0]), "{point}: {same:?}");
    }

    // The customer sees each of them, and nothing twice.
    let inbox: InboxView = customer.ask("/api/inbox/view", &[]).await;
    let entries: Vec<_> = inbox.entries.iter().filter(|entry| entry.order == order).collect();
    let of_customer = expected.iter().filter(|id| id.starts_with("customer"));
    assert_eq!(entries.len(), of_customer.count(), "{point}: {entries:?}");
    assert!(entries.len() > 1, "{point}: {entries:?}");
    for (index, entry) in entries.iter().enumerate() {
        let again = entries[..index].iter().any(|earlier| earlier.template == entry.template);
        assert!(!again, "{point}: {:?} is shown twice", entry.template);
    }
    sent.values().any(|same| same.len() > 1)
}
