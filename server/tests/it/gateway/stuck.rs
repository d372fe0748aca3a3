//! Readers that read nothing at all, in the smallest buffers that the system has.

use crate::city::City;
use crate::people::{Basket, Person};
use domain::shared::OrderId;
use futures::future::join_all;
use reqwest::{Client, Response, StatusCode};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// As little as the system lets a socket keep of what came, in bytes; it makes some more of it.
const LEAST: u32 = 2_048;
/// Who reads nothing, by each version of HTTP.
const STUCK: usize = 8;
/// The most orders after which all of them have to be stuck, and let go.
const ORDERS: usize = 6_000;

/// A stream of all of a customer's orders, by HTTP/1.1, of which nobody reads a word.
pub(super) async fn reads_nothing(address: SocketAddr, cookie: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // Before it connects, or the other end has been promised more.
    socket.set_recv_buffer_size(LEAST).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let head = format!("GET /live/orders?after=0 HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The same by HTTP/2: one connection, whose client lets each stream come no further than this, and asks every second whether the server is there.
async fn read_nothing_by_http2(base: &str, cookie: &str, many: usize) -> Vec<Response> {
    let builder = Client::builder().no_proxy().http2_prior_knowledge();
    let builder = builder.http2_keep_alive_interval(Duration::from_secs(1)).http2_keep_alive_while_idle(true);
    let client = builder.http2_initial_stream_window_size(LEAST).build().unwrap();
    let all = (0..many).map(|_| client.get(format!("{base}/live/orders?after=0")).header("cookie", cookie));
    let all = join_all(all.map(reqwest::RequestBuilder::send)).await;
    all.into_iter().map(|answer| answer.unwrap().error_for_status().unwrap()).collect()
}

/// How many further streams the customer may open now.
async fn places(customer: &Person) -> usize {
    let mut open = Vec::new();
    loop {
        let answer = customer.get("/live/orders").send().await.unwrap();
        match answer.status() {
            StatusCode::OK => open.push(answer),
            status => {
                assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
                return open.len();
            }
        }
    }
}

async fn orders(customer: &Person, basket: &Basket, many: usize) -> Vec<OrderId> {
    join_all((0..many).map(|_| customer.place(basket, "tok_decline"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_nobody_reads_are_ended_and_whoever_reads_hears_everything() {
    let city = City::open_with(|config| {
        config.gateway.rates.streams = 2 * STUCK as u32 + 1;
        config.gateway.patience.still = Duration::from_secs(8);
    })
    .await;
    let customer = Person::log_in(&city.base(), "customer1").await;
    let basket = customer.basket().await;
    let mut reader = customer.listen("/live/orders?after=0").await;
    let heard: Arc<Mutex<HashSet<OrderId>>> = Arc::default();
    let hears = Arc::clone(&heard);
    let reading = tokio::spawn(async move {
        let mut last = 0;
        while let Some(said) = reader.try_next().await.unwrap() {
            if said.id.is_none() {
                assert!(said.comment.is_some() || said.is("bye", "shutdown"), "{said:?}");
                continue;
            }
            let message = said.message();
            assert!(message.position > last, "{} after {last}", message.position);
            last = message.position;
            hears.lock().unwrap().extend(message.order());
        }
    });

    let mut silent = Vec::new();
    for _ in 0..STUCK {
        silent.push(reads_nothing(city.addr, customer.cookies()).await);
    }
    let silent_too = read_nothing_by_http2(&city.base(), customer.cookies(), STUCK).await;
    let mut taken = false;
    for _ in 0..200 {
        taken = places(&customer).await == 0;
        if taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(taken, "there is room beside all streams that may be open");

    // Much happens. As long as any of it is taken in, by the system or by the other end, nobody is let go.
    let mut placed = Vec::new();
    while places(&customer).await < 2 * STUCK {
        assert!(placed.len() < ORDERS, "{} orders, {} places", placed.len(), places(&customer).await);
        placed.extend(orders(&customer, &basket, 20).await);
    }
    println!("after {} orders all are let go", placed.len());
    for mut stream in silent {
        // What the system had kept for it, and then the end.
        let end = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut Vec::new())).await;
        assert!(end.is_ok(), "it goes on for ever");
    }
    for mut answer in silent_too {
        let end = tokio::time::timeout(Duration::from_secs(20), async {
            while let Ok(Some(_)) = answer.chunk().await {}
        });
        assert!(end.await.is_ok(), "it goes on for ever");
    }

    // Whoever reads has heard it all, and is still there.
    placed.extend(orders(&customer, &basket, 1).await);
    let mut missing = placed.len();
    for _ in 0..400 {
        missing = placed.iter().filter(|order| !heard.lock().unwrap().contains(order)).count();
        if missing == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(missing, 0, "of {} orders", placed.len());
    assert!(!reading.is_finished());
    city.close().await;
    reading.await.unwrap();
}
