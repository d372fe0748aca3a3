//! The log: positions, versions, ids, topics and refusals.

use super::town::{Town, customer};
use super::{Bench, Broken};
use domain::processes::{Case, CaseRefusal, topics};
use domain::store::{Command, ticket};
use domain::views::{Actor, Fault, Recorded};
use server::storage::Unit;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

pub async fn positions_have_no_gaps_and_versions_count_from_one_in_each_stream<B: Bench>() {
    let town = Town::<B>::open().await;
    let broken = town.new_order();
    town.bench.sabotage(Broken::Log, broken).await;
    let mut orders = Vec::new();
    for round in 0..4 {
        let order = town.place_and_receive().await;
        orders.push(order);
        let too_early = town.about(order, |case, at| case.ask_ticket(ticket::Command::Start { at }));
        assert!(town.run(too_early).await.is_err());
        town.execute(town.plain_placing(broken)).await.unwrap_err();
        town.run(town.at_store(move |at| Command::SetCapacity { capacity: 100 + round, at })).await.unwrap();
    }
    town.cook(orders[0]).await;

    let stored = town.bench.stored().await;
    let positions: Vec<i64> = stored.iter().map(|row| row.position).collect();
    assert_eq!(positions, (1..=stored.len() as i64).collect::<Vec<_>>());
    assert_eq!(town.head().await, stored.len() as u64);
    let mut streams: BTreeMap<(Uuid, String), Vec<i64>> = BTreeMap::new();
    for row in &stored {
        streams.entry((row.stream, row.context.clone())).or_default().push(row.version);
    }
    // Order, payment and ticket of four orders, one delivery, one store.
    assert_eq!(streams.len(), 4 * 3 + 1 + 1);
    for (stream, versions) in streams {
        assert_eq!(versions, (1..=versions.len() as i64).collect::<Vec<_>>(), "{stream:?}");
    }

    // Read in pages, the log is the same.
    let log = town.ports().log;
    let whole = log.events_after(0, 10_000).await.unwrap();
    let mut paged: Vec<Recorded> = Vec::new();
    while let page = log.events_after(paged.last().map_or(0, |last| last.position), 3).await.unwrap()
        && !page.is_empty()
    {
        assert!(page.len() <= 3);
        paged.extend(page);
    }
    assert_eq!(paged, whole);
    assert_eq!(whole.len(), stored.len());
    for order in orders {
        let own: Vec<Recorded> = whole.iter().filter(|event| event.order == Some(order)).cloned().collect();
        assert_eq!(log.events_of(order).await.unwrap(), own);
    }
}

pub async fn every_event_names_its_order_its_command_and_its_actor<B: Bench>() {
    let town = Town::<B>::open().await;
    let (order, other) = (town.new_order(), town.place().await);
    let placing = town.plain_placing(order);
    let paying = town.paying(order);
    let receiving = Unit { actor: Actor::Rider(customer(9)), ..town.receiving(order) };
    let pausing = town.at_store(|at| Command::Pause { until: None, at });
    let [placed, paid, received, paused] = [&placing, &paying, &receiving, &pausing].map(|unit| unit.command);
    for unit in [placing, paying, receiving, pausing] {
        town.run(unit).await.unwrap();
    }

    let stored = town.bench.stored().await;
    let of = |command| stored.iter().filter(move |row| row.causation == command).collect::<Vec<_>>();
    for (command, kinds) in [
        (placed, &["OrderPlaced"][..]),
        (paid, &["PaymentApproved"]),
        (received, &["TicketOpened", "OrderReceived"]),
    ] {
        let rows = of(command);
        assert_eq!(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), kinds);
        assert!(rows.iter().all(|row| row.correlation == order.0 && row.stream == order.0));
    }
    // A store's own events belong to no order: the command stands in.
    assert!(of(paused).iter().all(|row| row.correlation == paused && row.stream == town.store.0));
    assert_eq!(of(paused).len(), 1);
    assert!(of(placed)[0].actor.contains(&customer(1).to_string()));
    assert!(stored.iter().all(|row| row.stream != other.0 || row.correlation == other.0));
    let events = town.ports().log.events_of(order).await.unwrap();
    let actors: Vec<Actor> = events.iter().map(|event| event.actor).collect();
    let rider = Actor::Rider(customer(9));
    assert_eq!(actors, [Actor::Customer(customer(1)), Actor::System, rider, rider]);
}

pub async fn the_topic_index_answers_each_event_once_and_in_order<B: Bench>() {
    let town = Town::<B>::open().await;
    let mine = town.place_and_receive().await;
    let others = town.place_for(customer(2)).await;
    town.cook(mine).await;
    town.run(town.claiming(mine, customer(7))).await.unwrap();
    town.run(town.at_store(|at| Command::SetCapacity { capacity: 3, at })).await.unwrap();

    let log = town.ports().log;
    let whole = log.events_after(0, 10_000).await.unwrap();
    // What has to be found under each topic, from the rule alone.
    let mut expected: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut cases: HashMap<Uuid, Case> = HashMap::new();
    for event in &whole {
        let case = cases.entry(event.order.map_or(town.store.0, |order| order.0)).or_default();
        case.apply(&event.event);
        for topic in topics(&event.event, case, event.store) {
            expected.entry(topic.to_string()).or_default().push(event.position);
        }
    }
    for topic in [
        format!("order:{mine}"),
        format!("order:{others}"),
        format!("customer:{}", customer(1)),
        format!("store:{}", town.store),
        format!("rider:{}", customer(7)),
        "cell:cell-of-the-store".to_owned(),
        "cell:cell-of-the-customer".to_owned(),
    ] {
        assert!(expected.contains_key(&topic), "{topic}");
    }
    let names: Vec<&String> = expected.keys().collect();
    for first in &names {
        for second in &names {
            let asked = vec![(*first).clone(), (*second).clone(), "order:nobody".to_owned()];
            let mut all = [expected[*first].clone(), expected[*second].clone()].concat();
            all.sort_unstable();
            all.dedup();
            for after in 0..=whole.len() as u64 {
                let answer = log.topic_events(&asked, after, 1_000).await.unwrap();
                let found: Vec<u64> = answer.events.iter().map(|event| event.position).collect();
                let left: Vec<u64> = all.iter().copied().filter(|position| *position > after).collect();
                assert_eq!((found, answer.too_many), (left, false), "{asked:?} after {after}");
            }
        }
    }
    // A reader who is too far behind is told so.
    let store = vec![format!("store:{}", town.store)];
    let all = expected[&store[0]].len() as u32;
    let exact = log.topic_events(&store, 0, all).await.unwrap();
    assert_eq!((exact.events.len() as u32, exact.too_many), (all, false));
    let fewer = log.topic_events(&store, 0, all - 1).await.unwrap();
    assert_eq!((fewer.events.len() as u32, fewer.too_many), (all - 1, true));
    assert_eq!(fewer.events[..], exact.events[..all as usize - 1]);
    for (after, most, expected) in
        [(0, all, false), (0, all - 1, true), (exact.events[0].position, all - 1, false)]
    {
        assert_eq!(log.missed_more(&store, after, most).await.unwrap(), expected, "{most} after {after}");
    }
    // An event of several topics is missed once.
    let both = [store[0].clone(), format!("order:{mine}")];
    let of_both = log.topic_events(&both, 0, 1_000).await.unwrap().events.len() as u32;
    assert!(!log.missed_more(&both, 0, of_both).await.unwrap());
    assert!(log.missed_more(&both, 0, of_both - 1).await.unwrap());
    // In pages it is the same.
    let mut paged: Vec<Recorded> = Vec::new();
    loop {
        let after = paged.last().map_or(0, |last| last.position);
        let page = log.topic_events(&store, after, 3).await.unwrap();
        paged.extend(page.events);
        if !page.too_many {
            break;
        }
    }
    assert_eq!(paged, exact.events);
}

pub async fn a_refused_command_appends_nothing<B: Bench>() {
    let town = Town::<B>::open().await;
    let order = town.place().await;
    let (before, view) = (town.bench.stored().await, town.ports().views.order(order).await.unwrap().unwrap());
    let heard = town.bench.heard().len();
    let accept = town.about(order, |case, at| case.ask_ticket(ticket::Command::Accept { minutes: 20, at }));
    let refusal = ticket::Refusal::NotNow { command: ticket::Verb::Accept, state: ticket::Phase::New };
    assert_eq!(town.run(accept).await, Err(Fault::Refused(CaseRefusal::Ticket(refusal))));
    let nobody =
        town.about(town.new_order(), |case, at| case.cancel(domain::order::CancelledBy::Customer, at));
    assert_eq!(town.run(nobody).await, Err(Fault::NotFound));
    let after = town.ports().views.order(order).await.unwrap().unwrap();
    assert_eq!((after.position, &after.doc), (view.position, &view.doc));
    assert_eq!(town.bench.stored().await, before);
    assert_eq!(town.bench.heard().len(), heard);
}

pub async fn the_log_survives_reopening<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let order = town.place_and_receive().await;
    let (head, stored) = (town.head().await, town.bench.stored().await);
    town.bench.reopen().await;
    assert_eq!((town.head().await, &town.bench.stored().await), (head, &stored));
    // It goes on where it was: positions, versions, state, and the places in the kitchen.
    let reply = town
        .run(town.about(order, |case, at| case.ask_ticket(ticket::Command::Accept { minutes: 20, at })))
        .await
        .unwrap();
    assert_eq!(reply.position, head + 1);
    let last = town.bench.stored().await.pop().unwrap();
    assert_eq!((last.context.as_str(), last.version, last.stream), ("ticket", 2, order.0));
    town.run(town.at_store(|at| Command::SetCapacity { capacity: 1, at })).await.unwrap();
    let over = town.place_and_receive().await;
    let shown = town.ports().views.order(over).await.unwrap().unwrap().doc.line.shown;
    assert_eq!(shown, domain::views::Shown::OverCapacity);
}
