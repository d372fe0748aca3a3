//! The work rows and the cursor of the processes.

use super::town::{Town, key};
use super::{Bench, Broken};
use domain::processes::place_order::Step;
use domain::shared::{OrderId, Timestamp};
use domain::store::ticket;
use server::storage::{NewWork, Reply, Retry, Unit};
use uuid::Uuid;

const OWNER: Uuid = Uuid::from_u128(0xaa);

fn row(id: u128, order: OrderId, position: u64) -> NewWork {
    NewWork { id: Uuid::from_u128(id), order, step: Step::Receive, position }
}

async fn advance<B: Bench>(town: &Town<B>, to: u64, work: Vec<NewWork>) {
    town.ports().log.advance("place_order", to, work, OWNER, Timestamp(7)).await.unwrap();
}

async fn open_ids<B: Bench>(town: &Town<B>) -> Vec<u128> {
    let rows = town.ports().log.take_over(OWNER, Timestamp(8)).await.unwrap();
    rows.iter().map(|row| row.id.as_u128()).collect()
}

pub async fn a_step_is_completed_once<B: Bench>() {
    let town = Town::<B>::open().await;
    let order = town.place().await;
    town.run(town.paying(order)).await.unwrap();
    advance(&town, 3, vec![row(1, order, 3), row(2, order, 3)]).await;
    let step = |id: u128| Unit { completes: Some(Uuid::from_u128(id)), ..town.receiving(order) };
    let answers = town.run_together(vec![step(1), step(1), step(1)]).await;
    let replies: Vec<Reply> = answers.into_iter().map(|answer| answer.unwrap().unwrap()).collect();
    assert_eq!(replies.iter().map(|reply| reply.position).collect::<Vec<_>>(), [5, 0, 0]);
    assert_eq!(town.run(step(1)).await.unwrap().position, 0);
    assert_eq!(open_ids(&town).await, [2]);

    // The row is asked before the rule: a row that is done, or that nobody wrote, keeps even a possible command from happening.
    let accept = |id: u128| Unit {
        completes: Some(Uuid::from_u128(id)),
        ..town.about(order, |case, at| case.ask_ticket(ticket::Command::Accept { minutes: 20, at }))
    };
    for id in [1, 99] {
        assert_eq!(town.run(accept(id)).await.unwrap().position, 0);
    }
    assert_eq!(town.head().await, 5);
    assert_eq!(town.run(accept(2)).await.unwrap().position, 6);
    // A step that is refused stays open: what becomes of it is the runner's to say.
    advance(&town, 6, vec![row(3, order, 6)]).await;
    let reject = town.about(order, |case, at| case.reject(ticket::RejectReason::TimedOut, at));
    town.run(Unit { completes: Some(Uuid::from_u128(3)), ..reject }).await.unwrap_err();
    assert_eq!(open_ids(&town).await, [3]);
    assert_eq!(town.head().await, 6);
}

/// What is given up lies there, also over a start, until it is opened again, once.
pub async fn a_step_that_is_given_up_is_kept_until_it_is_opened_again<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let order = town.place().await;
    let log = town.ports().log;
    advance(&town, 1, vec![row(1, order, 1), row(2, order, 1)]).await;
    log.park(Uuid::from_u128(1), 7, "the provider refused".to_owned()).await.unwrap();
    drop(log);
    town.bench.reopen().await;
    let log = town.ports().log;
    assert_eq!(open_ids(&town).await, [2]);
    let parked = log.parked(10).await.unwrap();
    let seen: Vec<_> =
        parked.iter().map(|parked| (parked.row.id.as_u128(), parked.row.attempts, &*parked.error)).collect();
    assert_eq!(seen, [(1, 7, "the provider refused")]);
    let revived = log.revive(Uuid::from_u128(1)).await.unwrap().unwrap();
    assert_eq!((revived.order, revived.attempts, &revived.step), (order, 0, &parked[0].row.step));
    assert!(log.parked(10).await.unwrap().is_empty());
    assert_eq!(open_ids(&town).await, [1, 2]);
    for unknown in [1, 2, 99] {
        assert_eq!(log.revive(Uuid::from_u128(unknown)).await.unwrap(), None);
    }
    // What is done is not given up.
    log.complete(Uuid::from_u128(2)).await.unwrap();
    log.park(Uuid::from_u128(2), 1, String::new()).await.unwrap();
    assert!(log.parked(10).await.unwrap().is_empty());
}

pub async fn a_step_stays_open_when_its_command_fails<B: Bench>() {
    let town = Town::<B>::open().await;
    let order = town.place().await;
    town.run(town.paying(order)).await.unwrap();
    advance(&town, 3, vec![row(1, order, 3)]).await;
    let step = || Unit { completes: Some(Uuid::from_u128(1)), ..town.receiving(order) };
    for what in [Broken::Log, Broken::Projection] {
        town.bench.sabotage(what, order).await;
        town.execute(step()).await.unwrap_err();
        town.bench.repair().await;
        assert_eq!((open_ids(&town).await, town.head().await), (vec![1], 3));
    }
    assert_eq!(town.run(step()).await.unwrap().position, 5);
    assert_eq!(open_ids(&town).await, [0; 0]);
}

pub async fn cursor_and_work_survive_reopening<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let (one, two) = (town.place().await, town.place().await);
    assert_eq!(town.ports().log.cursor("place_order").await.unwrap(), 0);
    let give_back = Step::GiveBack {
        key: "a:refund:0".to_owned(),
        provider_id: "pay_1".to_owned(),
        amount: town.profile.min_order,
    };
    let refund = NewWork { step: give_back.clone(), ..row(3, one, 5) };
    advance(&town, 5, vec![refund, row(1, one, 2), row(2, two, 3)]).await;
    // The same events read again write no second row, and open none that is done.
    town.ports().log.complete(Uuid::from_u128(1)).await.unwrap();
    advance(&town, 6, vec![row(1, one, 2), row(2, two, 3)]).await;
    town.ports().log.advance("another", 4, Vec::new(), OWNER, Timestamp(7)).await.unwrap();
    let stored = town.bench.stored_work().await;
    assert_eq!(stored.len(), 3);
    assert!(stored.iter().all(|row| (row.owner, row.until) == (OWNER, 7)));

    town.bench.reopen().await;
    let log = town.ports().log;
    assert_eq!((log.cursor("place_order").await.unwrap(), log.cursor("another").await.unwrap()), (6, 4));
    let next_owner = Uuid::from_u128(0xbb);
    let rows = log.take_over(next_owner, Timestamp(9)).await.unwrap();
    let seen: Vec<_> =
        rows.iter().map(|row| (row.id.as_u128(), row.order, row.position, row.attempts)).collect();
    assert_eq!(seen, [(2, two, 3, 0), (3, one, 5, 0)]);
    assert_eq!((&rows[0].step, &rows[1].step), (&Step::Receive, &give_back));
    let stored = town.bench.stored_work().await;
    for row in stored {
        assert_eq!((row.owner, row.until), if row.is_open { (next_owner, 9) } else { (OWNER, 7) });
    }
}

pub async fn a_retry_moves_due_and_attempts<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let order = town.place().await;
    advance(&town, 2, vec![row(1, order, 2), row(2, order, 2)]).await;
    let log = town.ports().log;
    log.complete(Uuid::from_u128(2)).await.unwrap();
    for id in [1, 2] {
        let error = "no answer in time".to_owned();
        let retry = Retry { id: Uuid::from_u128(id), due: Timestamp(4_711), attempts: 3, error };
        log.retry(retry).await.unwrap();
    }
    drop(log);
    town.bench.reopen().await;
    let rows = town.ports().log.take_over(OWNER, Timestamp(9)).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].id.as_u128(), rows[0].due, rows[0].attempts), (1, Timestamp(4_711), 3));
    let stored = town.bench.stored_work().await;
    assert_eq!((stored[0].is_open, stored[0].error.as_str()), (true, "no answer in time"));
    // What was done stays done.
    assert_eq!((stored[1].is_open, stored[1].error.as_str()), (false, ""));
}

pub async fn what_is_old_is_forgotten_and_nothing_else<B: Bench>() {
    const DAY_MS: i64 = 24 * 3_600_000;
    let town = Town::<B>::open().await;
    let place = |name: &str| Unit {
        key: Some(key("one:place", name, "body")),
        ..town.plain_placing(town.new_order())
    };
    let old = town.run(place("old")).await.unwrap();
    let order = OrderId(old.subject);
    town.run(town.paying(order)).await.unwrap();
    advance(&town, 3, vec![row(1, order, 3), row(2, order, 3), row(3, order, 3)]).await;
    town.run(Unit { completes: Some(Uuid::from_u128(1)), ..town.receiving(order) }).await.unwrap();
    town.bench.clock().advance(DAY_MS);
    let young = town.run(place("young")).await.unwrap();
    // Done just now, by a step that needs no command.
    town.ports().log.complete(Uuid::from_u128(2)).await.unwrap();
    let (stored, head) = (town.bench.stored().await, town.head().await);

    town.ports().log.forget_before(Timestamp(town.now().0 - DAY_MS / 2)).await.unwrap();
    let left: Vec<u128> = town.bench.stored_work().await.iter().map(|row| row.id.as_u128()).collect();
    assert_eq!(left, [2, 3]);
    assert_eq!((town.bench.stored().await, town.head().await), (stored, head));
    assert_eq!(town.run(place("young")).await, Ok(young));
    assert_ne!(town.run(place("old")).await.unwrap().subject, old.subject);
    assert_eq!(open_ids(&town).await, [3]);
}
