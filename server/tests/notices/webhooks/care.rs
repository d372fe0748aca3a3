//! Nobody harms others.

use super::{OTHER_OWNER, OWNER, Post};
use crate::receiver::{Mood, Receiver};
use crate::town::{CUSTOMER, until};
use server::adapters::webhooks::Patience;
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
