//! Commands that come again, or all at once.

use super::Bench;
use super::town::{Town, customer, is_done, key};
use domain::delivery;
use domain::processes::CaseRefusal;
use domain::shared::AccountId;
use domain::store::{Command, ticket};
use domain::views::Fault;
use server::read_models::Around;
use server::storage::{Decide, Reply, Subject, Unit};

pub async fn the_same_key_gives_the_same_answer_also_for_a_refusal<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let order = town.new_order();
    let with = |unit: Unit, name: &str| Unit { key: Some(key("customer:place", name, "body")), ..unit };
    let first = town.run(with(town.plain_placing(order), "one")).await;
    assert_eq!(first, Ok(Reply { subject: order.0, position: 2 }));
    let accept = |town: &Town<B>| {
        let unit = town.about(order, |case, at| case.ask_ticket(ticket::Command::Accept { minutes: 20, at }));
        with(unit, "two")
    };
    let refused = town.run(accept(&town)).await;
    assert!(matches!(refused, Err(Fault::Refused(CaseRefusal::Ticket(_)))));
    // Now it would be possible: the answer to this key stays what it was.
    town.run(town.paying(order)).await.unwrap();
    town.run(town.receiving(order)).await.unwrap();
    let pause = || |at| Command::Pause { until: None, at };
    let paused = town.run(with(town.at_store(pause()), "three")).await;
    let nothing = town.run(with(town.at_store(pause()), "four")).await;
    assert_eq!(nothing, Ok(Reply { subject: town.store.0, position: 0 }));
    let head = town.head().await;

    for _ in 0..2 {
        // The closed store would refuse this placing: it is not even asked.
        assert_eq!(town.run(with(town.plain_placing(town.new_order()), "one")).await, first);
        assert_eq!(town.run(accept(&town)).await, refused);
        assert_eq!(town.run(with(town.at_store(pause()), "three")).await, paused);
        assert_eq!(town.run(with(town.at_store(pause()), "four")).await, nothing);
        assert_eq!(town.head().await, head);
        town.bench.reopen().await;
    }
}

pub async fn a_key_with_another_body_is_refused_and_scopes_do_not_meet<B: Bench>() {
    let town = Town::<B>::open().await;
    let place = |scope: &str, body: &str| {
        let unit = town.plain_placing(town.new_order());
        Unit { key: Some(key(scope, "key", body)), ..unit }
    };
    let first = town.run(place("one:place", "body")).await.unwrap();
    assert_eq!(town.run(place("one:place", "another body")).await, Err(Fault::KeyReused));
    let second = town.run(place("two:place", "another body")).await.unwrap();
    assert_ne!(first.subject, second.subject);
    // The refused one has not taken the first one's place.
    assert_eq!(town.run(place("one:place", "body")).await, Ok(first));
    // Also where the rules would refuse it anyway, or have nothing to do.
    let refused = |body: &str| {
        let unit = town.about(town.new_order(), |case, at| case.ask_ticket(ticket::Command::Start { at }));
        Unit { key: Some(key("one:ticket", "key", body)), ..unit }
    };
    let answer = town.run(refused("body")).await;
    assert!(answer.is_err() && answer != Err(Fault::KeyReused));
    assert_eq!(town.run(refused("another body")).await, Err(Fault::KeyReused));
    assert_eq!(town.head().await, 3);
}

pub async fn of_many_commands_with_one_key_one_is_carried_out<B: Bench>() {
    let town = Town::<B>::open().await;
    let units = (0..50)
        .map(|_| Unit { key: Some(key("one:place", "key", "body")), ..town.plain_placing(town.new_order()) });
    let answers: Vec<_> =
        town.run_together(units.collect()).await.into_iter().map(|answer| answer.unwrap().unwrap()).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(town.head().await, 2);
    let (orders, of) = (town.ports().views, customer(1));
    assert_eq!(orders.orders_of(of, 0, 10).await.unwrap().total, 1);
}

/// What the writer no longer remembers it finds in the log's file, in the middle of others' commands.
pub async fn a_key_from_before_the_start_costs_its_neighbours_nothing<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let place = |town: &Town<B>, name: &str, body: &str| Unit {
        key: Some(key("one:place", name, body)),
        ..town.plain_placing(town.new_order())
    };
    let first = town.run(place(&town, "old", "body")).await.unwrap();
    town.bench.reopen().await;
    let units = vec![
        place(&town, "new 1", "body"),
        place(&town, "old", "body"),
        place(&town, "old", "another body"),
        place(&town, "new 2", "body"),
    ];
    let answers: Vec<_> = town.run_together(units).await.into_iter().map(|answer| answer.unwrap()).collect();
    assert_eq!(answers[1], Ok(first));
    assert_eq!(answers[2], Err(Fault::KeyReused));
    assert_eq!([&answers[0], &answers[3]].map(|answer| answer.as_ref().unwrap().position), [3, 4]);
    assert_eq!(town.head().await, 4);
}

/// The first time has made another version of it: that is no reason to tell a repeat that it has looked at something older.
pub async fn a_repeat_from_before_the_start_is_no_look_at_something_older<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let order = town.place_and_receive().await;
    let seen = town.ports().log.case(order).await.unwrap().versions.of_ticket();
    let accept = |town: &Town<B>, name: &str, body: &str| {
        let decided =
            town.about(order, move |case, at| case.ask_ticket(ticket::Command::Accept { minutes: 20, at }));
        let decide: Decide = Box::new(move |loaded, now| {
            if loaded.case.versions.of_ticket() != seen {
                return Err(Fault::Stale);
            }
            (decided.decide)(loaded, now)
        });
        Unit { key: Some(key("one:accept", name, body)), ..town.unit(Subject::Order(order), decide) }
    };
    let first = town.run(accept(&town, "key", "body")).await;
    assert!(first.is_ok(), "{first:?}");
    let head = town.head().await;
    for _ in 0..2 {
        assert_eq!(town.run(accept(&town, "key", "body")).await, first);
        assert_eq!(town.run(accept(&town, "key", "another body")).await, Err(Fault::KeyReused));
        assert_eq!(town.run(accept(&town, "another key", "body")).await, Err(Fault::Stale));
        assert_eq!(town.head().await, head);
        town.bench.reopen().await;
    }
}

pub async fn of_commands_that_race_for_a_state_one_wins<B: Bench>() {
    let town = Town::<B>::open().await;
    let order = town.place_and_receive().await;
    town.cook(order).await;
    let riders: Vec<AccountId> = (0..30).map(|number| customer(100 + number)).collect();
    let claims = riders.iter().map(|rider| town.claiming(order, *rider)).collect();
    let answers = town.run_together(claims).await;
    let taken = Fault::Refused(CaseRefusal::Delivery(delivery::Refusal::Taken));
    let winners: Vec<usize> =
        (0..riders.len()).filter(|index| is_done(answers[*index].as_ref().unwrap())).collect();
    assert_eq!(winners.len(), 1);
    let losers = answers.into_iter().filter(|answer| *answer.as_ref().unwrap() == Err(taken.clone())).count();
    assert_eq!(losers, riders.len() - 1);
    let nowhere = Around { state: delivery::RiderState::default(), radius_m: 0, cells: Vec::new() };
    let mine = town.ports().views.jobs(riders[winners[0]], &nowhere, "2026-11-28").await.unwrap().mine;
    assert_eq!(mine.len(), 1);
}
