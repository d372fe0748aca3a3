//! What every adapter of the queue has to keep.

use super::{CUSTOMER, Post, RIDER};
use crate::receiver::Receiver;
use domain::notification::Recipient;
use domain::shared::{OrderId, Timestamp, WebhookId};
use domain::webhook::{MAX_DEAD, MAX_WAITING, PauseReason};
use server::processes::webhooks::NAME;
use server::storage::{EventLog as _, Handed, LetterId, NewLetter, Room, Webhooks};
use uuid::Uuid;

const TO: Recipient = Recipient::Customer(CUSTOMER);
const ROOM: Room =
    Room { limit: 5_000, each: 5_000, shaky: true, full_hosts: Vec::new(), full_accounts: Vec::new() };

fn letter(position: u64, order: u128) -> NewLetter {
    let order = (order > 0).then(|| OrderId(Uuid::from_u128(order)));
    let body = format!("{{\"type\":\"order.placed\",\"position\":{position}}}");
    NewLetter { to: TO, position, order, body, at: Timestamp(position as i64) }
}

async fn due(store: &dyn Webhooks, now: i64) -> Vec<u64> {
    let due = store.due_letters(Timestamp(now), &ROOM).await.unwrap();
    due.into_iter().map(|letter| letter.id.position).collect()
}

/// A webhook that follows the reader, who has come to this position.
async fn following(post: &Post, at: u64) -> WebhookId {
    let id = post.customer(&Receiver::start().await, "hook").await;
    let store = &*post.store;
    let behind = store.behind().await.unwrap().pop().unwrap();
    store.queue(NAME, at, &[]).await.unwrap();
    store.catch_up(behind, NAME, at, &[], Timestamp(50)).await.unwrap();
    assert_eq!(store.behind().await.unwrap(), []);
    id
}

#[tokio::test]
async fn of_one_order_the_first_goes_first_and_what_happens_to_the_store_is_an_order_of_its_own() {
    let post = Post::new().await;
    let (store, id) = (&*post.store, following(&post, 10).await);
    let page = [letter(11, 1), letter(12, 1), letter(13, 2), letter(14, 0), letter(15, 0)];
    store.queue(NAME, 15, &page).await.unwrap();
    assert_eq!(post.town.log.cursor(NAME).await.unwrap(), 15);
    assert_eq!(due(store, 100).await, [11, 13, 14]);
    // What was queued is not queued again.
    store.queue(NAME, 16, &page).await.unwrap();
    let letter_id = |position| LetterId { webhook: id, position };
    let again = |due| Handed::Again { due: Timestamp(due), attempts: 1, error: "503".to_owned() };
    store.note_letter(letter_id(11), again(5_000), Timestamp(200)).await.unwrap();
    assert_eq!(due(store, 4_999).await, [13, 14], "what comes after it waits with it");
    assert_eq!(store.next_letter(Timestamp(100)).await.unwrap(), Some(Timestamp(5_000)));
    assert_eq!(due(store, 5_000).await, [13, 14, 11]);
    let shaky = store.due_letters(Timestamp(5_000), &Room { shaky: false, ..ROOM }).await.unwrap();
    assert_eq!(shaky, [], "its last message did not get through");
    let view = store.webhook(id).await.unwrap().unwrap();
    assert_eq!((view.waiting, view.position, view.failing_since), (5, 10, Some(Timestamp(200))));
    store.note_letter(letter_id(11), Handed::Delivered, Timestamp(300)).await.unwrap();
    let dead = Handed::Dead { attempts: 11, error: "no".to_owned() };
    store.note_letter(letter_id(13), dead, Timestamp(400)).await.unwrap();
    assert_eq!(due(store, 100).await, [12, 14]);
    let view = store.webhook(id).await.unwrap().unwrap();
    assert_eq!(
        (view.waiting, view.dead, view.position, view.failing_since),
        (3, 1, 11, Some(Timestamp(400)))
    );
    // Room is kept by host and by account.
    let host = Room { full_hosts: vec![view.host.clone()], ..ROOM };
    assert_eq!(store.due_letters(Timestamp(100), &host).await.unwrap(), []);
    let account = Room { full_accounts: vec![CUSTOMER], ..ROOM };
    assert_eq!(store.due_letters(Timestamp(100), &account).await.unwrap(), []);
    let other = Room { full_accounts: vec![RIDER], ..ROOM };
    assert_eq!(store.due_letters(Timestamp(100), &other).await.unwrap().len(), 2);
    // One, and not another's.
    store.revive_letters(id, Some(12), Timestamp(0), None).await.unwrap();
    assert_eq!(store.given_up(Some(id), 10).await.unwrap().len(), 1);
    store.revive_letters(id, Some(13), Timestamp(50), None).await.unwrap();
    assert_eq!(store.given_up(None, 10).await.unwrap(), []);
    assert_eq!(due(store, 100).await, [12, 14, 13]);
    store.remove(id).await.unwrap();
    assert_eq!(due(store, 100).await, [0; 0]);
}

#[tokio::test]
async fn who_is_behind_is_given_what_it_missed_and_nothing_newer_before_that() {
    let post = Post::new().await;
    let (store, id) = (&*post.store, following(&post, 20).await);
    store.queue(NAME, 22, &[letter(21, 1), letter(22, 1)]).await.unwrap();
    store.replay(id, 15, None).await.unwrap();
    assert_eq!(due(store, 100).await, [0; 0], "21 waits until it is its turn again");
    // Whoever follows is told; whoever is behind is not yet.
    store.queue(NAME, 30, &[letter(30, 1)]).await.unwrap();
    let behind = store.behind().await.unwrap().pop().unwrap();
    assert_eq!((behind.position, behind.waiting), (15, 2));
    store.catch_up(behind, NAME, 21, &[letter(16, 1), letter(21, 1)], Timestamp(50)).await.unwrap();
    assert_eq!(due(store, 49).await, [0; 0], "what is told once more stands behind what is news");
    assert_eq!(due(store, 100).await, [16]);
    // An old view of it changes nothing.
    store.catch_up(behind, NAME, 29, &[letter(29, 9)], Timestamp(50)).await.unwrap();
    assert_eq!(due(store, 100).await, [16]);
    let behind = store.behind().await.unwrap().pop().unwrap();
    assert_eq!((behind.position, behind.waiting), (21, 3));
    store.catch_up(behind, NAME, 30, &[letter(22, 1), letter(30, 1)], Timestamp(50)).await.unwrap();
    assert_eq!(store.behind().await.unwrap(), [], "it follows again");
    let view = store.webhook(id).await.unwrap().unwrap();
    assert_eq!((view.behind, view.waiting, view.position), (None, 4, 15));
    // Nobody is given what has not happened yet.
    store.replay(id, 1_000, None).await.unwrap();
    assert_eq!(store.webhook(id).await.unwrap().unwrap().behind, Some(30));
    // A pause keeps the place.
    store.pause(id, PauseReason::Owner, None).await.unwrap();
    store.pause(id, PauseReason::Gone, None).await.unwrap();
    let view = store.webhook(id).await.unwrap().unwrap();
    assert_eq!((view.paused, view.behind), (Some(PauseReason::Owner), Some(30)));
    assert_eq!(store.behind().await.unwrap(), []);
    assert_eq!(due(store, 100).await, [0; 0]);
    store.queue(NAME, 40, &[letter(40, 1)]).await.unwrap();
    store.resume(id, None, None).await.unwrap();
    assert_eq!(store.behind().await.unwrap().pop().unwrap().position, 30);
}

#[tokio::test]
async fn what_waits_and_what_was_given_up_is_bounded() {
    let post = Post::new().await;
    let (store, id) = (&*post.store, following(&post, 20).await);
    let first = 100;
    let page: Vec<_> =
        (first..first + u64::from(MAX_WAITING)).map(|position| letter(position, position.into())).collect();
    store.queue(NAME, 5_000, &page[1..]).await.unwrap();
    store.fall_behind(NAME).await.unwrap();
    assert_eq!(store.behind().await.unwrap(), []);
    store.queue(NAME, 5_000, &page[..1]).await.unwrap();
    assert_eq!(store.webhook(id).await.unwrap().unwrap().waiting, 1_000);
    store.fall_behind(NAME).await.unwrap();
    let behind = store.behind().await.unwrap();
    assert_eq!(behind.iter().map(|one| (one.position, one.waiting)).collect::<Vec<_>>(), [(5_000, 1_000)]);
    assert_eq!(due(store, 8_000).await.len(), 1_000, "what waits already is sent");
    // Given up, one after the other.
    for position in first..first + u64::from(MAX_DEAD) {
        assert_eq!(store.webhook(id).await.unwrap().unwrap().paused, None);
        let dead = Handed::Dead { attempts: 11, error: "no".to_owned() };
        store.note_letter(LetterId { webhook: id, position }, dead, Timestamp(0)).await.unwrap();
    }
    let view = store.webhook(id).await.unwrap().unwrap();
    assert_eq!((view.paused, view.dead), (Some(PauseReason::Exhausted), 500));
    assert_eq!(due(store, i64::MAX).await, [0; 0]);
    store.forget_letters_before(Timestamp(first as i64 + 100)).await.unwrap();
    assert_eq!(store.webhook(id).await.unwrap().unwrap().dead, 400);
}

#[tokio::test]
async fn a_secret_opens_for_its_account_and_its_webhook_alone() {
    let post = Post::new().await;
    let one = post.customer(&Receiver::start().await, "hook").await;
    let webhook = post.store.webhook(one).await.unwrap().unwrap();
    let open = async |account, thing: WebhookId| {
        post.vault.open_secret(account, thing.0, &webhook.secret).await.unwrap()
    };
    assert!(open(CUSTOMER, one).await.is_some());
    assert!(open(CUSTOMER, WebhookId(Uuid::nil())).await.is_none());
    assert!(open(RIDER, one).await.is_none());
    post.vault.forget(CUSTOMER).await.unwrap();
    assert!(open(CUSTOMER, one).await.is_none());
}

#[test]
fn a_letters_id_reads_back_as_it_was_written() {
    let id = LetterId { webhook: WebhookId(Uuid::from_u128(7)), position: 77 };
    assert_eq!(id.to_string().parse::<LetterId>().unwrap(), id);
    for text in ["", "77", "x@77", "00000000-0000-0000-0000-000000000007@-1"] {
        assert!(text.parse::<LetterId>().is_err(), "{text}");
    }
}
