//! Stopping, starting again, and what a start refuses.

mod refused;

use crate::city::{City, caller, key};
use crate::files;
use crate::people::{Person, order_in};
use crate::process::Program;
use domain::store::Openness;
use domain::views::{Shown, StoreDay};
use futures::future::join_all;
use reqwest::StatusCode;
use std::collections::HashMap;
use std::io::Write;
use std::net::TcpStream;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::tempdir;

/// Within this a server has to be gone once it was asked to stop.
const STOP: Duration = Duration::from_secs(5);

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_streams_with_a_word_and_loses_nothing_under_way() {
    let folder = tempdir().unwrap();
    let mut server = Program::serve(folder.path(), &[]);
    let base = server.base.clone();
    let customer = Person::log_in(&base, "customer1").await;
    let owner = Person::log_in(&base, "owner1").await;
    let basket = customer.basket().await;
    let mut listening = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (person, path) = if n % 2 == 0 { (&customer, "/live/orders") } else { (&owner, "/live/owner") };
        let mut stream = person.listen(path).await;
        listening.spawn(async move { stream.to_its_end().await.1 });
    }
    // Twenty customers order without a pause, until nobody answers any more.
    let placed = Arc::new(AtomicU32::new(0));
    let mut ordering = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (customer, basket, placed) = (customer.clone(), basket.clone(), Arc::clone(&placed));
        ordering.spawn(async move {
            let mut answers = Vec::new();
            loop {
                let key = key();
                match customer.try_to_place(&basket, "tok_approve", &key).await {
                    Ok((StatusCode::OK, answer)) => {
                        answers.push((key, Some(order_in(&answer))));
                        placed.fetch_add(1, Ordering::Relaxed);
                    }
                    // Not carried out, or carried out without an answer: asking again has to tell.
                    Ok((StatusCode::SERVICE_UNAVAILABLE, _)) | Err(_) => {
                        answers.push((key, None));
                        return answers;
                    }
                    Ok((status, answer)) => panic!("{status}: {answer}"),
                }
            }
        });
    }
    while placed.load(Ordering::Relaxed) < 40 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.ask_to_stop();
    let (status, after) = tokio::task::block_in_place(|| server.ended(Duration::from_secs(10)));
    assert_eq!(status.code(), Some(0), "{}", server.logged());
    assert!(after < STOP, "{after:?}");
    while let Some(last) = listening.join_next().await {
        let last = last.unwrap();
        assert!(last.is("bye", "shutdown"), "{last:?}");
    }
    let mut answers = HashMap::new();
    while let Some(told) = ordering.join_next().await {
        answers.extend(told.unwrap());
    }

    // Answered or refused, but nothing that was carried out without an answer.
    let log = folder.path().join("baedal.db");
    let in_log = async || files::number(&log, "SELECT count(*) FROM events WHERE type = 'OrderPlaced'").await;
    let answered = answers.values().filter(|order| order.is_some()).count();
    println!("{} keys, {answered} of them with an answer", answers.len());
    assert_eq!(in_log().await, answered as i64);

    // The same keys again: whoever had an answer gets the same, whoever had none has one order now.
    tokio::task::block_in_place(|| server.again());
    join_all(answers.iter().map(async |(key, before)| {
        let (status, answer) = customer.try_to_place(&basket, "tok_approve", key).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{answer}");
        let order = order_in(&answer);
        assert!(before.is_none_or(|before| before == order), "{key}");
        customer.until(order, |view| view.line.shown.rank() >= Shown::Received.rank()).await;
    }))
    .await;
    assert_eq!(in_log().await, answers.len() as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_nobody_who_has_gone_silent() {
    let folder = tempdir().unwrap();
    let mut server = Program::serve(folder.path(), &[]);
    let customer = Person::log_in(&server.base, "customer1").await;
    let _never_read = customer.listen("/live/orders").await;
    // Half a request, and half a body.
    let address = server.base.strip_prefix("http://").unwrap();
    let half = [
        "GET /healthz HTTP/1.1\r\nhost: baed",
        "POST /login HTTP/1.1\r\nhost: baedal\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 99\r\n\r\nlogin=",
    ]
    .map(|half| {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.write_all(half.as_bytes()).unwrap();
        connection
    });
    // A payment that hangs.
    let order = customer.place(&customer.basket().await, "tok_hang").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.ask_to_stop();
    let (status, after) = tokio::task::block_in_place(|| server.ended(Duration::from_secs(10)));
    assert_eq!(status.code(), Some(0), "{}", server.logged());
    assert!(after < STOP, "{after:?}");
    drop(half);
    tokio::task::block_in_place(|| server.again());
    assert_eq!(customer.order(order).await.line.order, order);
}

#[test]
fn the_payment_sandbox_stops_too() {
    let folder = tempdir().unwrap();
    let mut sandbox = Program::pay_sandbox(folder.path(), &[]);
    sandbox.ask_to_stop();
    let (status, after) = sandbox.ended(Duration::from_secs(10));
    assert!(status.success() && after < STOP, "{status} after {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_seeds_nothing_twice_and_everything_is_still_there() {
    let folder = tempdir().unwrap();
    let (log, web) = (folder.path().join("baedal.db"), folder.path().join("web.db"));
    let count = async || {
        let mut counts = Vec::new();
        for sql in
            ["SELECT count(*) FROM events", "SELECT count(*) FROM accounts", "SELECT count(*) FROM riders"]
        {
            counts.push(files::number(&log, sql).await);
        }
        counts
    };
    let mut server = Program::serve(folder.path(), &[]);
    let fresh = count().await;
    assert!(fresh.iter().all(|count| *count > 0), "{fresh:?}");
    tokio::task::block_in_place(|| {
        server.stop();
        server.again();
    });
    assert_eq!(count().await, fresh);

    let customer = Person::log_in(&server.base, "customer1").await;
    let basket = customer.basket().await;
    let order = customer.place(&basket, "tok_approve").await;
    let before = customer.until(order, |view| view.line.shown == Shown::Received).await;
    let full = count().await;
    tokio::task::block_in_place(|| {
        server.stop();
        server.again();
    });
    assert_eq!(count().await, full);
    // The session holds as well.
    let after = customer.order(order).await;
    assert_eq!(
        (&after.line, &after.address, &after.timeline),
        (&before.line, &before.address, &before.timeline)
    );
    server.stop();
    files::assert_sound(&[&log, &web]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_requests_after_a_start_or_a_change_find_the_stores_as_they_are() {
    let city = City::open().await;
    let city = City::open_in(city.close().await, |_| {}).await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let backend = Arc::clone(&city.backend);
        asking.spawn(async move { backend.stores(&caller("customer1"), "").await.unwrap().stores.len() });
    }
    while let Some(stores) = asking.join_next().await {
        assert!(stores.unwrap() >= 4);
    }
    let (customer, owner) = (caller("customer1"), caller("owner1"));
    let store = owner.account.as_ref().unwrap().store.unwrap();
    for n in 0..40 {
        let is_paused = n % 2 == 0;
        let day = if is_paused { StoreDay::Pause { minutes: None } } else { StoreDay::Reopen };
        city.backend.act_on_store(&owner, day, &key()).await.unwrap();
        // Somebody looks and goes away again, at any moment of it.
        let mut hasty = city.backend.menu(&customer, store);
        for _ in 0..n {
            if futures::poll!(&mut hasty).is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_micros(50)).await;
        }
        drop(hasty);
        let menu = city.backend.menu(&customer, store).await.unwrap();
        assert_eq!(menu.store.openness == Openness::Open, !is_paused, "after {n} looks");
    }
    city.close().await;
}
