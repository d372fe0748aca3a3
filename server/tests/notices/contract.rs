//! What every adapter of the outbox has to keep.

use super::town::{CUSTOMER, FOREIGNER, Town};
use domain::notification::{Recipient, Template, Variables};
use domain::shared::{OrderId, Timestamp};
use server::storage::{EventLog as _, NewNotice, NoticeDoc, NoticeId, Outbox, Posted};
use uuid::Uuid;

const TO: Recipient = Recipient::Customer(CUSTOMER);

fn notice(position: u64, order: u128, to_send: bool) -> NewNotice {
    NewNotice {
        id: NoticeId { to: TO, position },
        order: OrderId(Uuid::from_u128(order)),
        doc: NoticeDoc { template: Template::FoodReady, variables: Variables::default() },
        at: Timestamp(position as i64 * 1_000),
        to_send,
    }
}

async fn due(outbox: &dyn Outbox, now: i64) -> Vec<u64> {
    let due = outbox.due(Timestamp(now), 100).await.unwrap();
    due.into_iter().map(|notice| notice.id.position).collect()
}

async fn positions(outbox: &dyn Outbox, before: Option<u64>, limit: u32) -> Vec<u64> {
    outbox.inbox(TO, before, limit).await.unwrap().into_iter().map(|kept| kept.position).collect()
}

#[tokio::test]
async fn notices_are_kept_with_the_cursor_and_known_again() {
    let town = Town::new().await;
    let outbox = &*town.outbox;
    let page = [notice(11, 1, false), notice(12, 1, false)];
    outbox.keep("notices", 12, &page).await.unwrap();
    assert_eq!(town.log.cursor("notices").await.unwrap(), 12);
    // A reader that has lost its place writes them again, and even with other words they stay what they were.
    let other = NewNotice {
        doc: NoticeDoc { template: Template::Delivered, variables: Variables::default() },
        ..notice(11, 1, true)
    };
    outbox.keep("notices", 13, &[other, notice(13, 1, false)]).await.unwrap();
    assert_eq!(positions(outbox, None, 10).await, [13, 12, 11]);
    assert!(town.told(TO).await.iter().all(|template| *template == Template::FoodReady));
    assert_eq!(due(outbox, 0).await, [0; 0]);
    // Page by page, and nobody else's.
    assert_eq!(positions(outbox, None, 2).await, [13, 12]);
    assert_eq!(positions(outbox, Some(12), 2).await, [11]);
    assert_eq!(outbox.inbox(Recipient::Customer(FOREIGNER), None, 10).await.unwrap(), []);
    // More than one statement takes.
    let many: Vec<_> = (100..1_000).map(|position| notice(position, 2, false)).collect();
    outbox.keep("notices", 999, &many).await.unwrap();
    assert_eq!(positions(outbox, None, 2_000).await.len(), 903);
}

#[tokio::test]
async fn of_one_order_the_first_goes_first() {
    let town = Town::new().await;
    let outbox = &*town.outbox;
    let page = [notice(11, 1, true), notice(12, 1, true), notice(13, 2, true), notice(14, 1, true)];
    outbox.keep("notices", 14, &page).await.unwrap();
    assert_eq!(due(outbox, 0).await, [11, 13]);
    let id = |position| NoticeId { to: TO, position };
    let again = |due| Posted::Again { due: Timestamp(due), attempts: 1, reached: 1, error: "503".to_owned() };
    outbox.note(id(11), again(5_000)).await.unwrap();
    assert_eq!(due(outbox, 4_999).await, [13], "what comes after it waits with it");
    assert_eq!(outbox.next_due().await.unwrap(), Some(Timestamp(0)), "others wait already");
    let first = outbox.due(Timestamp(5_000), 100).await.unwrap().pop().unwrap();
    assert_eq!((first.id.position, first.attempts, first.reached), (11, 1, 1));
    assert_eq!(first.wanted, Timestamp(11_000), "it happened then");
    outbox.note(id(11), Posted::Sent).await.unwrap();
    outbox.note(id(13), Posted::Kept).await.unwrap();
    assert_eq!(due(outbox, 0).await, [12]);
    // What was noted once is not noted again.
    outbox.note(id(11), again(9_000)).await.unwrap();
    assert_eq!(due(outbox, 9_000).await, [12]);
    // What is given up makes room.
    let dead = Posted::Dead { attempts: 8, reached: 0, error: "no".to_owned() };
    outbox.note(id(12), dead).await.unwrap();
    assert_eq!(due(outbox, 0).await, [14]);
    let letters = outbox.dead(10).await.unwrap();
    assert_eq!(letters.iter().map(|letter| letter.id).collect::<Vec<_>>(), [id(12)]);
    assert_eq!((letters[0].attempts, letters[0].error.as_str()), (8, "no"));
    // What is to be sent again counts from then on.
    let again = Timestamp(50_000);
    assert!(outbox.revive_notice(id(12), again).await.unwrap());
    assert!(!outbox.revive_notice(id(14), again).await.unwrap(), "that one was not given up");
    assert_eq!(due(outbox, 49_999).await, [0; 0], "what comes after it waits with it");
    let revived = outbox.due(again, 100).await.unwrap().pop().unwrap();
    assert_eq!((revived.id, revived.attempts, revived.wanted), (id(12), 0, again));
    assert_eq!(positions(outbox, None, 10).await, [14, 13, 12, 11], "the inbox has them all");
}

#[tokio::test]
async fn what_waits_can_be_left_in_the_inbox() {
    let town = Town::new().await;
    let outbox = &*town.outbox;
    let page = [notice(11, 1, true), notice(12, 1, true), notice(13, 2, true), notice(14, 2, false)];
    outbox.keep("notices", 14, &page).await.unwrap();
    let id = |position| NoticeId { to: TO, position };
    outbox.note(id(11), Posted::Sent).await.unwrap();
    outbox.note(id(12), Posted::Dead { attempts: 8, reached: 0, error: "no".to_owned() }).await.unwrap();
    outbox.keep_waiting().await.unwrap();
    assert_eq!(due(outbox, i64::MAX).await, [0; 0]);
    let states = [("dead", 1), ("kept", 2), ("sent", 1)];
    assert_eq!(town.states().await, states.map(|(state, count)| (state.to_owned(), count)));
    assert_eq!(positions(outbox, None, 10).await, [14, 13, 12, 11], "the inbox has them all");
}

#[tokio::test]
async fn old_notices_are_forgotten_whatever_became_of_them() {
    let town = Town::new().await;
    let outbox = &*town.outbox;
    let many: Vec<_> = (1..=5_000).map(|position| notice(position, 1, position % 2 == 0)).collect();
    outbox.keep("notices", 5_000, &many).await.unwrap();
    outbox.forget_notices_before(Timestamp(4_999_000)).await.unwrap();
    assert_eq!(positions(outbox, None, 10).await, [5_000, 4_999]);
    assert_eq!(due(outbox, 0).await, [5_000]);
}

#[test]
fn a_notices_id_reads_back_as_it_was_written() {
    let id = NoticeId { to: TO, position: 77 };
    assert_eq!(id.to_string().parse::<NoticeId>().unwrap(), id);
    assert!(id.to_string().len() <= 90, "with the number of a contact it fits into a provider's field");
    for text in ["", "77", "customer:1@77", "customer:0192f000-0000-7000-8000-000000000001@-1"] {
        assert!(text.parse::<NoticeId>().is_err(), "{text}");
    }
}
