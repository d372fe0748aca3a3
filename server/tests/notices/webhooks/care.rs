//! Nobody harms others.

use super::{OTHER_OWNER, OWNER, Post};
use crate::receiver::{Mood, Receiver};
use crate::town::{CUSTOMER, until};
use server::adapters::webhooks::Patience;
use std::collections::HashMap;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_stalls_delays_none_of_a_hundred_others() {
    let mut post = Post::new().await;
    let store = post.store_recipient();
    let stalling = Receiver::start().await;
    stalling.usually(Mood::Stall(Duration::from_secs(60)));
    post.register(OTHER_OWNER, store, &stalling, "hook").await;
    let mut others = Vec::new();
    for _ in 0..100 {
        let receiver = Receiver::start().await;
        post.register(OWNER, store, &receiver, "hook").await;
        others.push(receiver);
    }
    post.run(Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(30) });
    // Many orders, so that the one that stalls has more to do than it may have at a time.
    let mut orders = Vec::new();
    for _ in 0..12 {
        let order = post.town.place(CUSTOMER).await;
        post.town.pay(order).await;
        orders.push(order);
    }
    let began = Instant::now();
    until("a hundred have everything", async || {
        Ok(others.iter().all(|receiver| receiver.taken("hook").len() >= 12))
    })
    .await;
    // The one that stalls has answered nothing yet.
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert!(stalling.taken("hook").is_empty());
    assert_eq!(stalling.most_at_once(), 4, "a host is asked four times at once at the most");
    assert!(others.iter().all(|receiver| receiver.most_at_once() <= 4));
    // Ordering waits for none of them.
    let began = Instant::now();
    let order = post.town.place(CUSTOMER).await;
    post.town.pay(order).await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    post.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_hosts_that_stall_leave_room_for_one_that_works() {
    let mut post = Post::new().await;
    let store = post.store_recipient();
    // Twelve hosts of two accounts.
    let mut stalling = Vec::new();
    for index in 0..12 {
        let receiver = Receiver::start().await;
        receiver.usually(Mood::Stall(Duration::from_secs(60)));
        let account = if index % 2 == 0 { OTHER_OWNER } else { crate::town::FOREIGNER };
        post.register(account, store, &receiver, "hook").await;
        stalling.push(receiver);
    }
    let well = Receiver::start().await;
    post.register(OWNER, store, &well, "hook").await;
    post.run(Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(30) });
    for _ in 0..10 {
        let order = post.town.place(CUSTOMER).await;
        post.town.pay(order).await;
    }
    until("whoever works has everything", async || Ok(well.taken("hook").len() >= 10)).await;
    let at_once: usize = stalling.iter().map(Receiver::most_at_once).sum();
    assert!(at_once <= 16, "two accounts have eight calls each at the most, not {at_once}");
    post.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_accounts_at_one_host_that_stalls_stop_nobody_who_hears_each_order_from_its_beginning() {
    const ORDERS: usize = 12;
    let mut post = Post::new().await;
    let (store, stalling) = (post.store_recipient(), Receiver::start().await);
    stalling.usually(Mood::Stall(Duration::from_secs(60)));
    for (number, account) in post.town.customers(12).await.into_iter().enumerate() {
        post.register(account, store, &stalling, &format!("hook{number}")).await;
    }
    let well = Receiver::start().await;
    post.customer(&well, "hook").await;
    post.run(Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(30) });
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        let order = post.town.place(CUSTOMER).await;
        post.town.pay(order).await;
        orders.push(order.to_string());
    }
    let said = ["order.placed", "payment.approved", "order.received"];
    until("whoever works has everything", async || Ok(well.taken("hook").len() >= said.len() * ORDERS)).await;
    // All that time the one that stalls had its four calls, for everybody together, and answered none.
    assert!(stalling.taken("hook0").is_empty() && stalling.came().len() == 4, "{}", stalling.came().len());
    assert_eq!(stalling.most_at_once(), 4);
    let mut heard: HashMap<String, Vec<String>> = HashMap::new();
    for came in well.taken("hook") {
        heard.entry(came.order()).or_default().push(came.kind());
    }
    assert_eq!(heard.len(), ORDERS);
    for order in orders {
        assert_eq!(heard[&order], said, "{order}");
    }
    post.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_failed_the_last_time_has_half_of_all_calls_at_the_most() {
    const HOSTS: u128 = 12;
    let mut post = Post::new().await;
    let (store, stalling) = (post.store_recipient(), Receiver::start().await);
    stalling.usually(Mood::Stall(Duration::from_secs(60)));
    let mut webhooks = Vec::new();
    for account in post.town.customers(HOSTS).await {
        let host = stalling.beside().await;
        webhooks.push(post.register(account, store, &host, "hook").await.0);
    }
    for _ in 0..5 {
        let order = post.town.place(CUSTOMER).await;
        post.town.pay(order).await;
    }
    // Everything is there when the first call begins.
    let whole = Duration::from_millis(1_500);
    post.run(Patience { connect: Duration::from_secs(5), whole });
    until("all hosts have failed", async || {
        let mut failed = 0;
        for webhook in &webhooks {
            failed += usize::from(!post.store.webhook(*webhook).await?.unwrap().error.is_empty());
        }
        Ok(failed == webhooks.len())
    })
    .await;
    // Nobody had failed at first: then it may be all calls that there are, and no more.
    let at_first = stalling.most_at_once();
    assert!((33..=64).contains(&at_first), "{at_first} calls at once");
    tokio::time::sleep(whole).await;
    stalling.count_anew();

    // Everything is due again, and far more than that there is room for.
    let well = Receiver::start().await;
    post.customer(&well, "hook").await;
    let before = stalling.came().len();
    post.forward(60);
    for _ in 0..5 {
        let order = post.town.place(CUSTOMER).await;
        post.town.pay(order).await;
    }
    until("whoever works has everything", async || Ok(well.taken("hook").len() >= 15)).await;
    until("those that stall are asked again", async || Ok(stalling.came().len() >= before + 32)).await;
    assert!(stalling.most_at_once() <= 32, "{} calls at once", stalling.most_at_once());
    post.stop().await;
}
