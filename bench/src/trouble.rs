//! A payment provider that hangs: customers go on placing orders, crews in kitchens and on the road go on with what is paid, and when the
//! provider is back, everything that was held goes on.

mod book;
mod crews;
mod numbers;
mod proxy;
mod watch;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::shared::Timestamp;
use server::adapters::clock::{Clock, SystemClock};
use server::demo::World;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::http::Connection;
use crate::people::{Basket, baskets, customers, expect, give_time, login, raise_capacity};
use crate::placing::{CAPACITY, place};
use crate::process::Server;
use crate::report::Report;
use crate::saga::{listen, order_in};
use crate::{Failure, Lengths};
use crews::{CREWS, HANDS, MOST_PER_SECOND, Placed, Stock, crew};
use proxy::Proxy;
use watch::Watch;

/// Customers at once.
const CUSTOMERS: usize = 100;
/// How long a customer thinks between an answer and the next order.
const THINK: Duration = Duration::from_secs(3);
/// How long everything runs before it is measured.
const WARM: Duration = Duration::from_secs(2);
/// The end of the undisturbed time, whose orders are not put into the stock.
const LAST: Duration = Duration::from_secs(1);
/// How long it goes on after the last held order has gone on.
const AFTER: Duration = Duration::from_secs(3);
/// How long an owner may take to answer, in minutes: what is in stock is not to be turned down for it.
const ANSWER_MINUTES: u32 = 60;
/// The longest that held orders may take to go on.
const PATIENCE: Duration = Duration::from_secs(120);

/// When something was asked, and how long the answer took, in microseconds.
#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Instant,
    micros: u64,
}

/// A store's board, and a basket of its food.
struct Store {
    owner: String,
    basket: Basket,
}

/// The city, and everybody in it.
struct City {
    addr: SocketAddr,
    stores: Vec<Store>,
    /// Cookies of the customers.
    customers: Vec<String>,
    rider: String,
    stock: Stock,
    /// What is placed from then on is no longer put into the stock.
    hanging: CancellationToken,
    /// Nobody begins anything any more.
    over: CancellationToken,
}

/// When what began, and what was read from outside at those moments.
struct Moments {
    /// Undisturbed.
    began: Instant,
    hung: Instant,
    back: Instant,
    /// When the provider was back, by the clock.
    back_at: Timestamp,
    /// When no order was held any more.
    freed: Instant,
    /// Processor time of the city in seconds, undisturbed and while the provider hung.
    busy: [f64; 2],
    /// Lines that it logged while the provider hung.
    lines: u64,
    /// Orders held when the provider was back.
    held: u64,
}

/// Everything about a provider that hangs.
pub(crate) async fn trouble(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    report.part(
        "trouble",
        &format!(
            "A payment provider that hangs for {} s, with {CUSTOMERS} customers and {CREWS} crews",
            lengths.hang.as_secs()
        ),
    );
    let provider = Server::provider(binary, "provider").await?;
    let proxy = Proxy::before(provider.addr).await?;
    let (server, log) = Server::city_paid_at(binary, "trouble", proxy.addr).await?;
    let watch = Watch::over(server.addr, login(server.addr, world, "operator").await?, log);
    let city = Arc::new(City::open(server.addr, world).await?);
    let mut everything = city.fill(lengths).await?;
    server.quiet(PATIENCE).await?;

    let mut listening = JoinSet::new();
    let heard = Arc::clone(&city);
    listening
        .spawn(listen(city.addr, "/live/rider", city.rider.clone(), move |said| heard.stock.hear(&said)));
    let (mut people, mut crews) = (JoinSet::new(), JoinSet::new());
    for number in 0..CUSTOMERS {
        people.spawn(customer(Arc::clone(&city), number));
    }
    for _ in 0..CREWS {
        crews.spawn(crew(Arc::clone(&city)));
    }
    let moments = pass(&server, &proxy, &watch, &city, lengths).await?;
    let (mut asked, mut works) = (Vec::new(), Vec::new());
    while let Some(done) = people.join_next().await {
        for (sample, placed) in done?? {
            asked.push(sample);
            everything.push(placed);
        }
    }
    while let Some(done) = crews.join_next().await {
        works.push(done??);
    }
    if works.iter().any(|work| work.ended.is_none_or(|ended| ended < moments.back)) {
        return Err("the stock of paid orders did not last".into());
    }
    let fates = book::settled(&city, everything, PATIENCE).await?;
    book::compare(&provider.file("pay-sandbox.db")?, &fates).await?;
    let seen = numbers::Seen { moments, asked, works, fates };
    seen.show(report, &proxy, &watch);
    report.note(&format!(
        "Customers think for {} s between two orders, crews take {} ms between two commands.",
        THINK.as_secs(),
        HANDS.as_millis()
    ));
    report.note("Every other call that got no answer was carried out by the provider all the same.");
    Ok(())
}

impl City {
    /// Customers, and stores with all the capacity there is.
    async fn open(addr: SocketAddr, world: &World) -> Result<Self, Failure> {
        let mut stores = Vec::new();
        for basket in baskets(world)? {
            let owner = login(addr, world, &basket.owner).await?;
            raise_capacity(addr, &owner, CAPACITY).await?;
            give_time(addr, &owner, ANSWER_MINUTES).await?;
            stores.push(Store { owner, basket });
        }
        Ok(Self {
            addr,
            stores,
            customers: customers(addr, CUSTOMERS).await?,
            rider: login(addr, world, "rider1").await?,
            stock: Stock::default(),
            hanging: CancellationToken::new(),
            over: CancellationToken::new(),
        })
    }

    /// Fills the stock with as many orders as the crews can take from the beginning of the hang to the end of everything.
    async fn fill(self: &Arc<Self>, lengths: &Lengths) -> Result<Vec<Placed>, Failure> {
        let each =
            (MOST_PER_SECOND * (lengths.hang + lengths.undisturbed).as_secs_f64()) as usize / CUSTOMERS;
        let mut filling = JoinSet::new();
        for number in 0..CUSTOMERS {
            let city = Arc::clone(self);
            filling.spawn(async move {
                let mut connection = Connection::open(city.addr).await?;
                let mut placed = Vec::with_capacity(each);
                for turn in 0..each {
                    placed.push(city.place(&mut connection, number, number + turn).await?);
                }
                Ok::<_, Failure>(placed)
            });
        }
        let mut all = Vec::with_capacity(each * CUSTOMERS);
        while let Some(placed) = filling.join_next().await {
            all.append(&mut placed??);
        }
        self.stock.put(all.iter().copied());
        Ok(all)
    }

    /// A customer places an order at the store whose turn it is.
    async fn place(
        &self,
        connection: &mut Connection,
        customer: usize,
        turn: usize,
    ) -> Result<Placed, Failure> {
        let store = turn % self.stores.len();
        let request = place(self.addr, &self.customers[customer], &self.stores[store].basket);
        // Taken or held, it is an order: anything else would be one that is lost.
        let answer = expect(&connection.ask(&request).await?)?;
        Ok(Placed { order: order_in(&answer)?, customer, store })
    }
}

/// Places orders, one after the other, until everything is over.
async fn customer(city: Arc<City>, number: usize) -> Result<Vec<(Sample, Placed)>, Failure> {
    let mut connection = Connection::open(city.addr).await?;
    let mut orders = Vec::new();
    // They do not come all at the same moment.
    let mut next = Instant::now() + THINK.mul_f64(number as f64 / CUSTOMERS as f64);
    loop {
        tokio::select! {
            () = city.over.cancelled() => return Ok(orders),
            () = sleep_until(next) => {}
        }
        let at = Instant::now();
        let placed = city.place(&mut connection, number, number + orders.len()).await?;
        let micros = at.elapsed().as_micros() as u64;
        orders.push((Sample { at, micros }, placed));
        if !city.hanging.is_cancelled() {
            city.stock.put([placed]);
        }
        next = Instant::now() + THINK;
    }
}

/// Lets the times pass: undisturbed, the provider hangs, it is back, all held orders have gone on.
async fn pass(
    server: &Server,
    proxy: &Proxy,
    watch: &Watch,
    city: &City,
    lengths: &Lengths,
) -> Result<Moments, Failure> {
    sleep(WARM).await;
    let (began, busy_began) = (Instant::now(), server.seconds()?);
    // What is placed in the last second may be charged after the provider has gone, and is nothing for the crews.
    sleep(lengths.undisturbed - LAST).await;
    city.hanging.cancel();
    sleep(LAST).await;
    let (hung, busy_hung, lines_hung) = (Instant::now(), server.seconds()?, watch.lines());
    proxy.hang(true);
    sleep(lengths.hang).await;
    let (held, busy_back, lines_back) = (watch.held().await?, server.seconds()?, watch.lines());
    let (back, back_at) = (Instant::now(), SystemClock.now());
    proxy.hang(false);
    while watch.is_open() || watch.held().await? > 0 {
        if back.elapsed() > PATIENCE {
            return Err(format!("{} orders are still held", watch.held().await?).into());
        }
        sleep(Duration::from_millis(100)).await;
    }
    let freed = Instant::now();
    sleep(AFTER).await;
    city.over.cancel();
    Ok(Moments {
        began,
        hung,
        back,
        back_at,
        freed,
        busy: [busy_hung - busy_began, busy_back - busy_hung],
        lines: lines_back - lines_hung,
        held,
    })
}
