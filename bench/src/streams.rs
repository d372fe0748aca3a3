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

use crate::http::Connection;
use crate::load::Seen;
use crate::people::{
    Basket, all_baskets, baskets, customers, expect, give_time, login, open_all_day, raise_capacity, stream,
};
use crate::placing::{CAPACITY, place};
use crate::process::Server;
use crate::report::Report;
use crate::saga::{command, order_in};
use crate::{Failure, Lengths};

/// Clients that place or accept at once.
const CLIENTS: usize = 32;
/// Kitchens at least: one more than the demo has that are always open, so that a short run opens one too.
const KITCHENS: usize = 5;
/// How long an owner may take to answer, in minutes: what waits for its stream is not to be turned down for it.
const ANSWER_MINUTES: u32 = 60;
/// How long the last message may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the city may take for all that follows from placing the orders.
const PLACED: Duration = Duration::from_secs(120);

/// The number of the stream, and microseconds from the commit to the client, for each message.
type Delays = mpsc::UnboundedReceiver<(usize, u64)>;

/// A store that is open around the clock, the session of its owner, and a basket of its food.
struct Kitchen {
    owner: String,
    basket: Basket,
}

/// An order, the number of its kitchen, and the session of its customer.
struct Placed {
    order: OrderId,
    kitchen: usize,
    customer: String,
}

/// One event to each of many orders, then one to all who look at the same board: each in a city of its own, so that the memory which the
/// first streams leave behind does not count for the second ones.
pub(crate) async fn streams(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    report.part(
        "streams",
        &format!("{} live streams: each of an order of its own, then all of one board", lengths.streams),
    );
    to_each(report, binary, world, lengths).await?;
    to_all(report, binary, world, lengths).await
}

async fn to_each(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    let many = lengths.streams;
    let city = Server::city(binary, "streams").await?;
    let kitchens = many.div_ceil(CAPACITY as usize).max(KITCHENS);
    let kitchens = Arc::new(open_kitchens(city.addr, world, kitchens).await?);
    let people = customers(city.addr, CLIENTS).await?;
    let orders = place_all(city.addr, people, &kitchens, many).await?;
    city.quiet(PLACED).await?;
    let before = city.memory()?;
    let paths =
        orders.iter().map(|placed| (format!("/live/order/{}", placed.order), placed.customer.clone()));
    let (readers, mut delays) = open(city.addr, paths.collect()).await?;
    report.number("orders", "orders, each with a stream of its own", orders.len() as f64, "");
    report.number(
        "kb_per_order_stream",
        "memory per stream of an order",
        per_stream(&city, before, many)?,
        "kB",
    );
    accept_all(city.addr, orders, &kitchens).await?;
    let mut seen = Seen::default();
    take(&mut delays, many, &mut seen).await?;
    report.times("each", "one event to each, commit to client", &seen);
    report.number("each.max_ms", "one event to each, commit to client: the last", seen.share(1.0), "ms");
    report.note("Both times are in whole milliseconds, so these are up to 1 ms too long or too short.");
    drop(readers);
    Ok(())
}

async fn to_all(report: &mut Report, binary: &Path, world: &World, lengths: &Lengths) -> Result<(), Failure> {
    let city = Server::city(binary, "board").await?;
    let basket = baskets(world)?.into_iter().next().ok_or("no store is open")?;
    let owner = login(city.addr, world, &basket.owner).await?;
    raise_capacity(city.addr, &owner, CAPACITY).await?;
    city.quiet(PATIENCE).await?;
    let before = city.memory()?;
    let paths = vec![("/live/owner".to_owned(), owner.clone()); lengths.streams];
    let (readers, mut delays) = open(city.addr, paths).await?;
    report.number(
        "kb_per_stream",
        "memory per stream of a board",
        per_stream(&city, before, lengths.streams)?,
        "kB",
    );
    let mut seen = Seen::default();
    for change in 0..lengths.events {
        // Another number each time: what changes nothing is no event.
        raise_capacity(city.addr, &owner, CAPACITY - 1 - change % 2).await?;
        take(&mut delays, lengths.streams, &mut seen).await?;
    }
    report.times("all", "one event to all, commit to client", &seen);
    report.number("all.max_ms", "one event to all, commit to client: the last", seen.share(1.0), "ms");
    drop(readers);
    Ok(())
}

/// So many stores with all the capacity there is. Those that close at night are opened by their owners, as any owner may.
async fn open_kitchens(to: SocketAddr, world: &World, many: usize) -> Result<Vec<Kitchen>, Failure> {
    let mut kitchens = Vec::with_capacity(many);
    for basket in all_baskets(world)?.into_iter().take(many) {
        let owner = login(to, world, &basket.owner).await?;
        if !basket.always_open {
            open_all_day(to, &owner, basket.store).await?;
        }
        raise_capacity(to, &owner, CAPACITY).await?;
        give_time(to, &owner, ANSWER_MINUTES).await?;
        kitchens.push(Kitchen { owner, basket });
    }
    if kitchens.len() < many {
        return Err(format!("only {} of {many} stores deliver here", kitchens.len()).into());
    }
    Ok(kitchens)
}

/// The customers place so many orders, the same number in each kitchen.
async fn place_all(
    to: SocketAddr,
    people: Vec<String>,
    kitchens: &Arc<Vec<Kitchen>>,
    many: usize,
) -> Result<Vec<Placed>, Failure> {
    let mut placing = JoinSet::new();
    let clients = people.len();
    for (client, customer) in people.into_iter().enumerate() {
        let kitchens = Arc::clone(kitchens);
        placing.spawn(async move {
            let mut connection = Connection::open(to).await?;
            let mut placed = Vec::new();
            for number in (client..many).step_by(clients) {
                let kitchen = number % kitchens.len();
                let request = place(to, &customer, &kitchens[kitchen].basket);
                let answer = expect(&connection.ask(&request).await?)?;
                placed.push(Placed { order: order_in(&answer)?, kitchen, customer: customer.clone() });
            }
            Ok::<_, Failure>(placed)
        });
    }
    let mut orders = Vec::with_capacity(many);
    while let Some(placed) = placing.join_next().await {
        orders.append(&mut placed??);
    }
    Ok(orders)
}

/// The owners take all orders. One that its kitchen does not have, because it was full, is an error.
async fn accept_all(
    to: SocketAddr,
    orders: Vec<Placed>,
    kitchens: &Arc<Vec<Kitchen>>,
) -> Result<(), Failure> {
    let orders = Arc::new(orders);
    let mut accepting = JoinSet::new();
    for client in 0..CLIENTS {
        let (orders, kitchens) = (Arc::clone(&orders), Arc::clone(kitchens));
        accepting.spawn(async move {
            let mut connection = Connection::open(to).await?;
            for placed in orders.iter().skip(client).step_by(CLIENTS) {
                let (owner, minutes) = (&kitchens[placed.kitchen].owner, ("minutes", "20"));
                command(to, &mut connection, "owner/accept", owner, placed.order, minutes).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(accepted) = accepting.join_next().await {
        accepted??;
    }
    Ok(())
}

/// Opens streams, each a path and a cookie; their readers end when the set is dropped.
async fn open(addr: SocketAddr, paths: Vec<(String, String)>) -> Result<(JoinSet<()>, Delays), Failure> {
    let (sender, delays) = mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    for (number, (path, cookie)) in paths.into_iter().enumerate() {
        let mut connection = Connection::open(addr).await?;
        connection.begin_stream(&stream(addr, &path, &cookie)).await?;
        let sender = sender.clone();
        readers.spawn(async move {
            while let Ok(messages) = connection.more_of_stream().await {
                let now = SystemClock.now().0 * 1_000;
                for message in messages {
                    if let Some(ts) = ts_of(&message)
                        && sender.send((number, (now - ts * 1_000).max(0) as u64)).is_err()
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

/// Takes the next message of each of so many streams. What one of them says besides does not stand for another that is silent.
async fn take(delays: &mut Delays, many: usize, seen: &mut Seen) -> Result<(), Failure> {
    let (mut heard, mut got) = (vec![false; many], 0);
    while got < many {
        let next = tokio::time::timeout(PATIENCE, delays.recv()).await;
        let next = next.map_err(|_| format!("{got} of {many} messages came"))?;
        let (number, delay) = next.ok_or("no stream is left")?;
        if !std::mem::replace(&mut heard[number], true) {
            got += 1;
            seen.micros.push(delay);
        }
    }
    Ok(())
}

/// Kilobytes for each of so many streams.
fn per_stream(city: &Server, before: u64, many: usize) -> Result<f64, Failure> {
    Ok(city.memory()?.saturating_sub(before) as f64 / 1e3 / many as f64)
}
