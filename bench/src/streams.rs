//! Thousands of live streams: how long from the commit to the client, and what they cost.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::shared::OrderId;
use server::adapters::clock::{Clock, SystemClock};
use server::demo::World;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::http::{Connection, form, post};
use crate::load::Seen;
use crate::people::{Basket, baskets, customers, expect, key, login, raise_capacity, stream};
use crate::placing::{CAPACITY, place};
use crate::process::Server;
use crate::report::Report;
use crate::saga::order_in;
use crate::{Failure, Lengths};

/// Clients that place or accept at once.
const CLIENTS: usize = 32;
/// How long the last message may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Microseconds from the commit to the client, for each message.
type Delays = mpsc::UnboundedReceiver<u64>;

/// One event to all, then one to each.
pub(crate) async fn streams(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    report.part("streams", &format!("{} live streams", lengths.streams));
    let city = Server::city(binary, "streams").await?;
    let people = customers(city.addr, CLIENTS).await?;
    let baskets: Vec<Basket> =
        baskets(world)?.into_iter().take(lengths.streams.div_ceil(CAPACITY as usize)).collect();
    let mut owners = Vec::new();
    for basket in &baskets {
        let owner = login(city.addr, world, &basket.owner).await?;
        raise_capacity(city.addr, &owner, CAPACITY).await?;
        owners.push(owner);
    }
    to_all(report, &city, &owners[0], lengths).await?;
    // As many as the kitchens take that are always open.
    let many = lengths.streams.min(baskets.len() * CAPACITY as usize);
    to_each(report, &city, &people, &owners, &baskets, many).await
}

async fn to_all(report: &mut Report, city: &Server, owner: &str, lengths: &Lengths) -> Result<(), Failure> {
    city.quiet(PATIENCE).await?;
    let before = city.memory()?;
    let paths = vec![("/live/owner".to_owned(), owner.to_owned()); lengths.streams];
    let (readers, mut delays) = open(city.addr, paths).await?;
    report.number(
        "kb_per_stream",
        "memory per stream of a board",
        per_stream(city, before, lengths.streams)?,
        "kB",
    );
    let mut seen = Seen::default();
    for change in 0..lengths.events {
        // Another number each time: what changes nothing is no event.
        raise_capacity(city.addr, owner, CAPACITY - 1 - change % 2).await?;
        take(&mut delays, lengths.streams, &mut seen).await?;
    }
    report.times("all", "one event to all, commit to client", &seen);
    report.number("all.max_ms", "one event to all, commit to client: the last", seen.share(1.0), "ms");
    raise_capacity(city.addr, owner, CAPACITY).await?;
    drop(readers);
    Ok(())
}

async fn to_each(
    report: &mut Report,
    city: &Server,
    people: &[String],
    owners: &[String],
    baskets: &[Basket],
    many: usize,
) -> Result<(), Failure> {
    let addr = city.addr;
    let mut orders = Vec::with_capacity(many);
    let mut placing = JoinSet::new();
    for (client, cookie) in people.iter().cloned().enumerate() {
        let baskets = baskets.to_vec();
        let numbers: Vec<usize> = (client..many).step_by(people.len()).collect();
        placing.spawn(async move {
            let mut connection = Connection::open(addr).await?;
            let mut placed = Vec::with_capacity(numbers.len());
            for number in numbers {
                let store = number % baskets.len();
                let answer = expect(&connection.ask(&place(addr, &cookie, &baskets[store])).await?)?;
                placed.push((order_in(&answer)?, store, cookie.clone()));
            }
            Ok::<_, Failure>(placed)
        });
    }
    while let Some(placed) = placing.join_next().await {
        orders.append(&mut placed??);
    }
    city.quiet(Duration::from_secs(120)).await?;
    let before = city.memory()?;
    let paths =
        orders.iter().map(|(order, _, cookie)| (format!("/live/order/{order}"), cookie.clone())).collect();
    let (readers, mut delays) = open(addr, paths).await?;
    report.number(
        "kb_per_order_stream",
        &format!("memory per stream, of {many} orders"),
        per_stream(city, before, many)?,
        "kB",
    );
    let orders = Arc::new(orders);
    let mut accepting = JoinSet::new();
    for client in 0..CLIENTS {
        let (orders, owners) = (Arc::clone(&orders), owners.to_vec());
        accepting.spawn(async move {
            let mut connection = Connection::open(addr).await?;
            for (order, store, _) in orders.iter().skip(client).step_by(CLIENTS) {
                accept(addr, &mut connection, &owners[*store], *order).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(accepted) = accepting.join_next().await {
        accepted??;
    }
    let mut seen = Seen::default();
    take(&mut delays, many, &mut seen).await?;
    report.times("each", "one event to each, commit to client", &seen);
    report.number("each.max_ms", "one event to each, commit to client: the last", seen.share(1.0), "ms");
    report.note("A commit's time is in whole milliseconds, so these are up to 1 ms too long.");
    drop(readers);
    Ok(())
}

async fn accept(
    addr: SocketAddr,
    connection: &mut Connection,
    owner: &str,
    order: OrderId,
) -> Result<(), Failure> {
    let typed = form(&[("order", &order.to_string()), ("key", &key()), ("minutes", "20")]);
    let answer = connection.ask(&post(addr, "/api/owner/accept", owner, &typed)).await?;
    expect(&answer).map(|_| ()).map_err(|error| format!("{order}: {error}").into())
}

/// Opens streams, each a path and a cookie; their readers end when the set is dropped.
async fn open(addr: SocketAddr, paths: Vec<(String, String)>) -> Result<(JoinSet<()>, Delays), Failure> {
    let (sender, delays) = mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    for (path, cookie) in paths {
        let mut connection = Connection::open(addr).await?;
        connection.begin_stream(&stream(addr, &path, &cookie)).await?;
        let sender = sender.clone();
        readers.spawn(async move {
            while let Ok(messages) = connection.more_of_stream().await {
                let now = SystemClock.now().0 * 1_000;
                for message in messages {
                    if let Some(ts) = ts_of(&message)
                        && sender.send((now - ts * 1_000).max(0) as u64).is_err()
                    {
                        return;
                    }
                }
            }
        });
    }
    Ok((readers, delays))
}

/// The commit's time in a message.
fn ts_of(message: &str) -> Option<i64> {
    let from = message.find("\"ts\":")? + 5;
    message[from..].split(|byte: char| !byte.is_ascii_digit()).next()?.parse().ok()
}

async fn take(delays: &mut Delays, many: usize, seen: &mut Seen) -> Result<(), Failure> {
    for got in 0..many {
        let delay = tokio::time::timeout(PATIENCE, delays.recv()).await;
        let delay = delay.map_err(|_| format!("{got} of {many} messages came"))?;
        seen.micros.push(delay.ok_or("no stream is left")?);
    }
    Ok(())
}

/// Kilobytes for each of so many streams.
fn per_stream(city: &Server, before: u64, many: usize) -> Result<f64, Failure> {
    Ok(city.memory()?.saturating_sub(before) as f64 / 1e3 / many as f64)
}
