//! Group commit: commands share a transaction, and fail alone.

use super::town::{Town, customer, is_done, key};
use super::{Bench, Broken};
use domain::processes::place_order::Step;
use domain::shared::{OrderId, Timestamp};
use domain::views::Actor;
use server::storage::{NewWork, Unit};
use uuid::Uuid;

pub async fn waiting_commands_share_a_transaction<B: Bench>() {
    let town = Town::<B>::open().await;
    let (units, groups) = town.bench.groups();
    let placings = (0..64).map(|_| town.plain_placing(town.new_order())).collect();
    let answers = town.run_together(placings).await;
    assert!(answers.iter().all(|answer| is_done(answer.as_ref().unwrap())));
    let (units_now, groups_now) = town.bench.groups();
    assert_eq!((units_now - units, groups_now - groups), (1 + 64, 2));
    assert_eq!(town.head().await, 65);
}

pub async fn a_failing_insert_rolls_back_that_command_alone<B: Bench>() {
    fails_alone::<B>(Broken::Log).await;
}

pub async fn a_failing_projection_rolls_back_that_command_alone<B: Bench>() {
    fails_alone::<B>(Broken::Projection).await;
}

/// Five placings in one transaction, of which the third breaks: the others stand, and nothing is left of the third.
async fn fails_alone<B: Bench>(what: Broken) {
    let mut town = Town::<B>::open().await;
    let orders: Vec<OrderId> = (0..5).map(|_| town.new_order()).collect();
    let broken = orders[2];
    let placing = |town: &Town<B>, order: OrderId| Unit {
        key: Some(key("one:place", &order.to_string(), "body")),
        ..town.plain_placing(order)
    };
    town.bench.sabotage(what, broken).await;
    let (_, groups) = town.bench.groups();
    let answers = town.run_together(orders.iter().map(|order| placing(&town, *order)).collect()).await;
    let (_, groups_now) = town.bench.groups();
    assert_eq!(groups_now - groups, 2, "they have to share a transaction for this to say anything");
    for (order, answer) in orders.iter().zip(&answers) {
        match answer {
            Ok(ran) => assert!(*order != broken && is_done(ran)),
            Err(error) => assert!(*order == broken && error.to_string().contains("sabotage"), "{error}"),
        }
    }

    let ports = town.ports();
    assert_eq!(town.head().await, 1 + 4);
    assert!(ports.log.events_of(broken).await.unwrap().is_empty());
    assert!(ports.views.order(broken).await.unwrap().is_none());
    let topic = ports.log.topic_events(&[format!("order:{broken}")], 0, 10).await.unwrap();
    assert!(topic.events.is_empty());
    let positions: Vec<i64> = town.bench.stored().await.iter().map(|row| row.position).collect();
    assert_eq!(positions, [1, 2, 3, 4, 5]);
    assert_eq!(town.bench.heard().len(), 5);
    drop(ports);

    // Whoever only reads sees what is committed, and nothing of what was rolled back.
    let ports = town.ports();
    for order in &orders {
        let case = ports.log.case(*order).await.unwrap();
        assert_eq!(case.order.placed.is_some(), *order != broken);
    }
    drop(ports);

    // Its key is free: once the fault is gone, the same command goes through.
    town.bench.repair().await;
    assert!(is_done(&town.run(placing(&town, broken)).await));
    for order in &orders {
        town.run(town.paying(*order)).await.unwrap();
    }
    town.bench.reopen().await;
    assert_eq!(town.head().await, 1 + 5 + 5);
    assert_eq!(town.ports().log.events_of(broken).await.unwrap().len(), 2);
}

/// A command of a group in which another one fails is seen by everybody once it is committed.
pub async fn what_ran_apart_is_what_readers_see<B: Bench>() {
    let town = Town::<B>::open().await;
    let (order, broken) = (town.place().await, town.new_order());
    assert!(town.ports().log.case(order).await.unwrap().payment.approvals.is_empty());
    town.bench.sabotage(Broken::Projection, broken).await;
    let (_, groups) = town.bench.groups();
    // Both in the lane of people.
    let paying = Unit { actor: Actor::Customer(customer(1)), ..town.paying(order) };
    let answers = town.run_together(vec![paying, town.plain_placing(broken)]).await;
    let (_, groups_now) = town.bench.groups();
    assert_eq!(groups_now - groups, 2, "they have to share a transaction for this to say anything");
    assert!(is_done(answers[0].as_ref().unwrap()));
    answers[1].as_ref().unwrap_err();
    assert_eq!(town.ports().log.case(order).await.unwrap().payment.approvals.len(), 1);
}

pub async fn a_stream_that_exists_already_fails_that_command_alone<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let taken = town.place().await;
    town.run(town.paying(taken)).await.unwrap();
    // Nothing is remembered of the order: the clash is the database's to notice.
    town.bench.reopen().await;
    let head = town.head().await;
    let orders = [town.new_order(), taken, town.new_order()];
    let answers = town.run_together(orders.iter().map(|order| town.plain_placing(*order)).collect()).await;
    assert!(is_done(answers[0].as_ref().unwrap()));
    answers[1].as_ref().unwrap_err();
    assert!(is_done(answers[2].as_ref().unwrap()));
    assert_eq!(town.head().await, head + 2);
    assert_eq!(town.ports().log.events_of(taken).await.unwrap().len(), 2);
    // The order itself goes on as if nothing had been.
    town.run(town.receiving(taken)).await.unwrap();
    let versions: Vec<(String, i64)> = town
        .bench
        .stored()
        .await
        .into_iter()
        .filter(|row| row.stream == taken.0)
        .map(|row| (row.context, row.version))
        .collect();
    let expected = [("order", 1), ("payment", 1), ("ticket", 1), ("order", 2)];
    assert_eq!(versions, expected.map(|(context, version)| (context.to_owned(), version)));
}

pub async fn listeners_hear_what_was_committed_and_nothing_else<B: Bench>() {
    let town = Town::<B>::open().await;
    let broken = town.new_order();
    town.bench.sabotage(Broken::Projection, broken).await;
    let order = town.new_order();
    let placings = [order, broken, town.new_order()].map(|order| town.plain_placing(order));
    town.run_together(placings.into()).await;
    let work = NewWork { id: Uuid::from_u128(1), order, step: Step::Charge, position: 2 };
    town.ports().log.advance("reader", 2, vec![work], Uuid::from_u128(2), Timestamp(1)).await.unwrap();
    town.run(town.paying(order)).await.unwrap();
    town.run(town.receiving(order)).await.unwrap();

    let log = town.ports().log;
    let whole = log.events_after(0, 100).await.unwrap();
    let heard = town.bench.heard();
    assert_eq!(heard.iter().map(|heard| heard.recorded.clone()).collect::<Vec<_>>(), whole);
    for committed in heard {
        // Under the same topics as the index has it, so that replay and live streams agree.
        for topic in &committed.topics {
            let position = committed.recorded.position;
            let found = log.topic_events(std::slice::from_ref(topic), position - 1, 1).await.unwrap();
            assert_eq!(found.events.first(), Some(&committed.recorded), "{topic}");
        }
        assert!(!committed.topics.is_empty() && committed.ts >= committed.recorded.at.0);
    }
}
