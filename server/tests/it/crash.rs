//! `kill -9`, again and again, under load.

#[cfg(feature = "failpoints")]
mod points;
#[cfg(feature = "failpoints")]
mod stories;
#[cfg(feature = "failpoints")]
mod told;
mod verdict;

use crate::city::key;
use crate::files;
use crate::people::{Basket, Field, Person, field, order_in};
use crate::process::Program;
use domain::shared::OrderId;
use domain::views::{OrderView, Shown};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::StatusCode;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often the server is killed while it serves.
const KILLS: u32 = 10;
/// How often it is killed while it starts.
const EARLY_KILLS: u32 = 3;
/// Customers who order all the time.
const CUSTOMERS: u64 = 6;
/// How long somebody asks again before giving up, and how long the city may take to settle.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a client was told about an order.
struct Told {
    key: String,
    card: &'static str,
    order: OrderId,
}

/// What the clients share.
struct Load {
    basket: Basket,
    is_over: AtomicBool,
    told: Mutex<Vec<Told>>,
    /// Orders that the kitchen and the riders take to their end.
    driven: Mutex<Vec<OrderId>>,
}

/// Asks again with the same key until there is an answer that says something.
async fn insist(person: &Person, path: &str, fields: &[Field]) -> (StatusCode, Value) {
    let since = Instant::now();
    loop {
        match person.send(path, fields).await {
            Ok((status, answer)) if !status.is_server_error() => return (status, answer),
            outcome if since.elapsed() > PATIENCE => panic!("{path} is not answered: {outcome:?}"),
            _ => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
}

async fn look(person: &Person, order: OrderId) -> OrderView {
    let (status, answer) = insist(person, "/api/orders/view", &[field("order", order)]).await;
    assert_eq!(status, StatusCode::OK, "{order}: {answer}");
    serde_json::from_value(answer).unwrap()
}

/// Waits until an order is shown as this or further on.
async fn until(person: &Person, order: OrderId, shown: Shown) -> OrderView {
    let since = Instant::now();
    loop {
        let view = look(person, order).await;
        if view.line.shown.rank() >= shown.rank() {
            return view;
        }
        assert!(since.elapsed() < PATIENCE, "{order} is still {:?}", view.line.shown);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

fn card(dice: u32) -> &'static str {
    match dice {
        0..70 => "tok_approve",
        70..78 => "tok_slow",
        78..86 => "tok_no_answer",
        86..93 => "tok_error",
        _ => "tok_decline",
    }
}

/// Orders all the time, and changes its mind now and then.
async fn customer(load: Arc<Load>, person: Person, mut dice: StdRng) {
    while !load.is_over.load(Ordering::Relaxed) {
        let (card, key) = (card(dice.random_range(0..100)), key());
        let form = load.basket.form(card, &key);
        let (status, answer) = insist(&person, "/api/orders/place", &form).await;
        assert_eq!(status, StatusCode::OK, "{card}: {answer}");
        let order = order_in(&answer);
        match dice.random_range(0..10) {
            0 => {
                // Pressed twice, perhaps with a crash between.
                let (status, answer) = insist(&person, "/api/orders/place", &form).await;
                assert_eq!((status, order_in(&answer)), (StatusCode::OK, order));
            }
            1 => {
                let fields = [field("order", order), field("key", &key)];
                let (status, answer) = insist(&person, "/api/orders/cancel", &fields).await;
                // Too late when the payment has failed already.
                let is_answer = [StatusCode::OK, StatusCode::CONFLICT].contains(&status);
                assert!(is_answer, "{status}: {answer}");
            }
            2 | 3 if card == "tok_approve" => load.driven.lock().unwrap().push(order),
            _ => {}
        }
        load.told.lock().unwrap().push(Told { key, card, order });
        tokio::time::sleep(Duration::from_millis(dice.random_range(10..90))).await;
    }
}

/// Takes paid orders from the kitchen to the door, until the customers have stopped and none is left.
async fn driver(load: Arc<Load>, customers: [Person; 2], owner: Person, rider: Person) {
    loop {
        let is_over = load.is_over.load(Ordering::Relaxed);
        let next = load.driven.lock().unwrap().pop();
        match next {
            Some(order) => drive(order, &customers, &owner, &rider).await,
            None if is_over => return,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn drive(order: OrderId, customers: &[Person; 2], owner: &Person, rider: &Person) {
    let (status, _) = insist(&customers[0], "/api/orders/view", &[field("order", order)]).await;
    let customer = &customers[usize::from(status == StatusCode::NOT_FOUND)];
    let number = until(customer, order, Shown::Received).await.line.number;
    let done = async |person: &Person, path: &str, more: &[Field]| {
        let fields = [&[field("order", order), field("key", key())], more].concat();
        let (status, answer) = insist(person, path, &fields).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    };
    done(owner, "/api/owner/accept", &[field("minutes", 20)]).await;
    done(owner, "/api/owner/start", &[]).await;
    done(owner, "/api/owner/finish", &[]).await;
    // The job comes to the riders by itself, through the process.
    let since = Instant::now();
    loop {
        let fields = [field("order", order), field("key", key())];
        match insist(rider, "/api/rider/claim", &fields).await {
            (StatusCode::OK, _) => break,
            (_, answer) => assert!(since.elapsed() < PATIENCE, "{order} is not offered: {answer}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    done(rider, "/api/rider/pick", &[field("number", number)]).await;
    let code = look(customer, order).await.code;
    done(rider, "/api/rider/deliver", &[field("code", code)]).await;
    done(customer, "/api/orders/confirm", &[]).await;
    assert_eq!(look(customer, order).await.line.shown, Shown::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_11_after_kill_9_at_any_instant_every_order_goes_on_to_its_end() {
    let seed = std::env::var("BAEDAL_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(rand::random);
    println!("BAEDAL_TEST_SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let [city, provider] = ["city", "provider"].map(|name| folder.path().join(name));
    let sandbox = Program::pay_sandbox(&provider, &["--slow-ms", "700"]);
    let settings = ["--payment-url", &sandbox.base, "--payment-timeout-ms", "500"];
    let mut server = Program::serve(&city, &settings);
    let base = server.base.clone();

    let customers = [Person::log_in(&base, "customer1").await, Person::log_in(&base, "customer2").await];
    let owner = Person::log_in(&base, "owner1").await;
    let _: Value = owner.ask("/api/owner/capacity", &[field("key", key()), field("capacity", 1_000)]).await;
    let load = Arc::new(Load {
        basket: customers[0].basket().await,
        is_over: AtomicBool::new(false),
        told: Mutex::default(),
        driven: Mutex::default(),
    });
    let mut clients = tokio::task::JoinSet::new();
    for n in 0..CUSTOMERS {
        let person = customers[n as usize % 2].clone();
        clients.spawn(customer(Arc::clone(&load), person, StdRng::seed_from_u64(seed.wrapping_add(n + 1))));
    }
    for login in ["rider1", "rider2", "rider3"] {
        let rider = Person::log_in(&base, login).await;
        clients.spawn(driver(Arc::clone(&load), customers.clone(), owner.clone(), rider));
    }

    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(dice.random_range(200..800))).await;
        tokio::task::block_in_place(|| {
            server.kill_9();
            if kill < EARLY_KILLS {
                server.begin();
                std::thread::sleep(Duration::from_millis(dice.random_range(0..120)));
                server.kill_9();
            }
            server.again();
        });
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    load.is_over.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }

    let since = Instant::now();
    loop {
        let wrong =
            verdict::complaints(&load, &city.join("baedal.db"), &provider.join("pay-sandbox.db")).await;
        if wrong.is_empty() {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "seed {seed}: {wrong:#?}\n{}", server.logged());
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    server.stop();
    let all: [PathBuf; 3] = [city.join("baedal.db"), city.join("web.db"), provider.join("pay-sandbox.db")];
    files::assert_sound(&all.each_ref().map(PathBuf::as_path)).await;
    let told = load.told.lock().unwrap().len();
    let completed =
        files::number(&all[0], "SELECT count(*) FROM view_orders WHERE shown = 'completed'").await;
    println!("{} orders over {} crashes, {completed} completed", told, KILLS + EARLY_KILLS);
    assert!(told > 50 && completed > 0, "the crashes met no load");
}
