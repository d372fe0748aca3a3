//! Whole orders, from placing to the confirmed receipt, all nine commands by HTTP.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::shared::OrderId;
use domain::views::{JobChange, LiveBody, LiveMessage, OrderView, TicketChange};
use server::demo::World;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::http::{Connection, form, post};
use crate::load::Seen;
use crate::people::{Basket, expect, key, login, stream};
use crate::placing::{place, prepare};
use crate::process::Server;
use crate::report::Report;
use crate::{Failure, Lengths};

/// Orders under way at once.
const AT_ONCE: usize = 32;
/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The steps in their order; the two in brackets are the city's own, which people wait for.
const STEPS: [&str; 11] = [
    "place",
    "(received)",
    "accept",
    "start",
    "finish",
    "(offered)",
    "claim",
    "pick",
    "deliver",
    "confirm",
    "whole",
];

/// Tells those who wait for an order what the board and the rider's list show.
#[derive(Default)]
pub(crate) struct Shown(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    seen: HashSet<OrderId>,
    waiting: HashMap<OrderId, oneshot::Sender<()>>,
}

impl Shown {
    /// It is shown.
    pub(crate) fn put(&self, order: OrderId) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match table.waiting.remove(&order) {
            // Whoever waited may have given up.
            Some(waiting) => drop(waiting.send(())),
            None => drop(table.seen.insert(order)),
        }
    }

    /// Waits until it is shown; each order is waited for once.
    pub(crate) async fn wait(&self, order: OrderId) -> Result<(), Failure> {
        let shown = {
            let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if table.seen.remove(&order) {
                return Ok(());
            }
            let (sender, receiver) = oneshot::channel();
            table.waiting.insert(order, sender);
            receiver
        };
        Ok(tokio::time::timeout(PATIENCE, shown).await.map_err(|_| format!("{order} does not go on"))??)
    }
}

struct City {
    addr: SocketAddr,
    owner: String,
    rider: String,
    basket: Basket,
    tickets: Shown,
    jobs: Shown,
}

impl City {
    fn hear(&self, message: &LiveBody) {
        match message {
            LiveBody::Ticket(TicketChange::Opened { card }) => self.tickets.put(card.order),
            LiveBody::Job(JobChange::Offered { order, .. }) => self.jobs.put(*order),
            _ => {}
        }
    }
}

/// Orders a second, and each step's times.
pub(crate) async fn saga(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    report.part("saga", "The whole way of an order, 32 at a time, by HTTP");
    let server = Server::city(binary, "saga").await?;
    let (people, basket) = prepare(server.addr, world, AT_ONCE).await?;
    let city = Arc::new(City {
        addr: server.addr,
        owner: login(server.addr, world, &basket.owner).await?,
        rider: login(server.addr, world, "rider1").await?,
        basket,
        tickets: Shown::default(),
        jobs: Shown::default(),
    });
    let mut listening = JoinSet::new();
    for (path, cookie) in [("/live/owner", city.owner.clone()), ("/live/rider", city.rider.clone())] {
        let heard = Arc::clone(&city);
        listening.spawn(listen(city.addr, path, cookie, move |message| heard.hear(&message)));
    }
    let mut workers = JoinSet::new();
    let started = Instant::now();
    for cookie in people.iter().cloned() {
        workers.spawn(work(Arc::clone(&city), cookie, started, lengths.saga));
    }
    let mut steps = vec![Seen::default(); STEPS.len()];
    loop {
        tokio::select! {
            done = workers.join_next() => match done {
                Some(done) => {
                    for (step, micros) in steps.iter_mut().zip(done??) {
                        step.micros.extend(micros);
                    }
                }
                None => break,
            },
            // Without the board or the list nobody would hear of anything.
            Some(ended) = listening.join_next() => ended??,
        }
    }
    let elapsed = started.elapsed();
    let whole = &mut steps[STEPS.len() - 1];
    whole.elapsed = elapsed;
    report.number("orders_per_s", "orders completed", whole.rate(), "/s");
    report.number("orders", "orders completed in all", whole.micros.len() as f64, "");
    for (name, seen) in STEPS.iter().zip(&steps) {
        report.times(name.trim_matches(['(', ')']), name, seen);
    }
    report.note(
        "(received) and (offered): until the board or the rider's list shows it, on their live streams.",
    );
    Ok(())
}

/// What one customer's worker saw: the times of each step.
async fn work(
    city: Arc<City>,
    cookie: String,
    started: Instant,
    lasts: Duration,
) -> Result<Vec<Vec<u64>>, Failure> {
    let mut connection = Connection::open(city.addr).await?;
    let mut steps = vec![Vec::new(); STEPS.len()];
    while started.elapsed() < lasts {
        let began = Instant::now();
        let mut last = began;
        let mut step = 0;
        let mut mark = |steps: &mut Vec<Vec<u64>>| {
            let now = Instant::now();
            steps[step].push((now - last).as_micros() as u64);
            last = now;
            step += 1;
        };
        let placed = expect(&connection.ask(&place(city.addr, &cookie, &city.basket)).await?)?;
        mark(&mut steps);
        let order = order_in(&placed)?;
        city.tickets.wait(order).await?;
        mark(&mut steps);
        for (path, minutes) in [("owner/accept", "20"), ("owner/start", ""), ("owner/finish", "")] {
            command(city.addr, &mut connection, path, &city.owner, order, ("minutes", minutes)).await?;
            mark(&mut steps);
        }
        city.jobs.wait(order).await?;
        mark(&mut steps);
        // What the customer reads on the page and tells the rider is looked up beside the steps.
        let before = Instant::now();
        let view = look(city.addr, &mut connection, &cookie, order).await?;
        last += before.elapsed();
        let number = view.line.number.to_string();
        let ride = [
            ("rider/claim", ("number", "")),
            ("rider/pick", ("number", &number)),
            ("rider/deliver", ("code", &view.code)),
        ];
        for (path, field) in ride {
            command(city.addr, &mut connection, path, &city.rider, order, field).await?;
            steps[step].push(last.elapsed().as_micros() as u64);
            last = Instant::now();
            step += 1;
        }
        command(city.addr, &mut connection, "orders/confirm", &cookie, order, ("", "")).await?;
        steps[step].push(last.elapsed().as_micros() as u64);
        steps[step + 1].push(began.elapsed().as_micros() as u64);
    }
    Ok(steps)
}

/// A command about an order, with one field more unless its value is empty.
pub(crate) async fn command(
    to: SocketAddr,
    connection: &mut Connection,
    path: &str,
    cookie: &str,
    order: OrderId,
    (name, value): (&str, &str),
) -> Result<(), Failure> {
    let (order, key) = (order.to_string(), key());
    let mut fields = vec![("order", order.as_str()), ("key", key.as_str())];
    if !value.is_empty() {
        fields.push((name, value));
    }
    let request = post(to, &format!("/api/{path}"), cookie, &form(&fields));
    expect(&connection.ask(&request).await?).map(|_| ()).map_err(|error| format!("{path}: {error}").into())
}

/// One of the customer's own orders.
pub(crate) async fn look(
    to: SocketAddr,
    connection: &mut Connection,
    cookie: &str,
    order: OrderId,
) -> Result<OrderView, Failure> {
    let typed = form(&[("order", &order.to_string())]);
    let view = expect(&connection.ask(&post(to, "/api/orders/view", cookie, &typed)).await?)?;
    Ok(serde_json::from_str(&view)?)
}

/// The order in the answer to placing one.
pub(crate) fn order_in(answer: &str) -> Result<OrderId, Failure> {
    let answer: serde_json::Value = serde_json::from_str(answer)?;
    let page = answer["go"]
        .as_str()
        .and_then(|page| page.strip_prefix("/orders/"))
        .ok_or("an answer without an order")?;
    page.parse().map_err(|_| Failure::from("an answer without an order"))
}

/// Reads a live stream and hands on what it says, for as long as it lasts.
pub(crate) async fn listen(
    to: SocketAddr,
    path: &'static str,
    cookie: String,
    heard: impl Fn(LiveBody) + Send,
) -> Result<(), Failure> {
    let mut connection = Connection::open(to).await?;
    connection.begin_stream(&stream(to, path, &cookie)).await?;
    loop {
        for message in connection.more_of_stream().await? {
            let message: LiveMessage =
                serde_json::from_str(&message).map_err(|error| format!("{path}: {message}: {error}"))?;
            heard(message.body);
        }
    }
}
