//! Placing orders against a handler that only answers, and where the time goes.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::processes::Limits;
use domain::shared::Won;
use server::adapters::breaker::BreakerSettings;
use server::config::{Config, GatewayConfig, NotifyConfig, ProviderConfig};
use server::demo::World;
use server::storage::sqlite::StageTimes;
use tokio_util::sync::CancellationToken;

use crate::http::{Connection, post};
use crate::load::{Seen, load};
use crate::people::{Basket, baskets, customers, expect, login, raise_capacity};
use crate::process::{Folder, Server};
use crate::report::Report;
use crate::{Failure, Lengths};

/// Clients at once.
pub(crate) const CLIENTS: usize = 64;
/// The most tickets that a store may have open.
pub(crate) const CAPACITY: u32 = 1_000;
const PATH: &str = "/api/orders/place";

/// The rates and their ratio, A B A B.
pub(crate) async fn rates(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    report.part(
        "placing",
        "Placing an order, 64 clients, synchronous=FULL, against a handler that only answers",
    );
    let city = Server::city(binary, "placing").await?;
    let (people, basket) = prepare(city.addr, world, CLIENTS).await?;
    let sample =
        expect(&Connection::open(city.addr).await?.ask(&place(city.addr, &people[0], &basket)).await?)?;
    let baseline = Server::baseline(sample.len()).await?;
    let (mut answers, mut orders) = (Seen::default(), Seen::default());
    let mut busy = 0.0;
    for _ in 0..lengths.rounds {
        // What the last round left to do is done before: it would slow the baseline down.
        city.quiet(lengths.patience).await?;
        answers.add(&round(baseline.addr, &people, &basket, lengths.baseline).await?);
        let before = city.seconds()?;
        orders.add(&round(city.addr, &people, &basket, lengths.placing).await?);
        busy += city.seconds()? - before;
    }
    report.number("baseline_per_s", "a handler that only answers", answers.rate(), "/s");
    report.times("baseline", "  its answer", &answers);
    report.number("orders_per_s", "orders placed", orders.rate(), "/s");
    report.times("order", "  an order's answer", &orders);
    report.number(
        "ratio_percent",
        "orders placed / answers (at least 5, aim 12)",
        orders.rate() / answers.rate() * 100.0,
        "%",
    );
    report.number(
        "cpu_us_per_order",
        "processor time of the server per order, its processes included",
        busy * 1e6 / orders.micros.len() as f64,
        "µs",
    );
    report.note("The city works on the orders while it takes new ones; what is beyond a store's capacity is refused and paid back.");
    Ok(())
}

/// The time per stage, from a server inside of this process: the same code.
pub(crate) async fn stages(report: &mut Report, world: &World, lengths: &Lengths) -> Result<(), Failure> {
    report.part("stages", "The time per stage, the server and the clients in one process");
    let folder = Folder::new("stages")?;
    let stop = CancellationToken::new();
    let running = server::startup::start(config(folder.0.clone())?, stop.clone()).await?;
    let (people, basket) = prepare(running.addr, world, CLIENTS).await?;
    let before = running.log.stages();
    let orders = round(running.addr, &people, &basket, lengths.placing).await?;
    let after = running.log.stages();
    show(report, &orders, before, after);
    stop.cancel();
    drop((running.log, running.backend));
    running.done.await??;
    Ok(())
}

fn show(report: &mut Report, orders: &Seen, before: StageTimes, after: StageTimes) {
    let units = (after.units - before.units).max(1) as f64;
    let groups = (after.groups - before.groups).max(1) as f64;
    let millis = |after: Duration, before: Duration| (after - before).as_secs_f64() * 1_000.0;
    let stages = [
        ("decide", "decide, with loading", millis(after.decide, before.decide)),
        ("append", "append", millis(after.append, before.append)),
        ("project", "projections", millis(after.project, before.project)),
        ("commit", "commit", millis(after.commit, before.commit)),
    ];
    let all: f64 = stages.iter().map(|(_, _, spent)| spent).sum();
    report.number("orders_per_s", "orders placed", orders.rate(), "/s");
    report.number(
        "writes_per_order",
        "writes per order placed, those of its processes included",
        units / orders.micros.len().max(1) as f64,
        "",
    );
    report.number("writes_per_group", "writes per transaction", units / groups, "");
    for (key, label, spent) in stages {
        report.number(&format!("{key}_us"), &format!("{label}: per write"), spent * 1_000.0 / units, "µs");
    }
    report.number("commit_ms_per_group", "commit: per transaction", stages[3].2 / groups, "ms");
    report.number(
        "writer_busy_percent",
        "the writer is at work",
        all / orders.elapsed.as_secs_f64() / 10.0,
        "%",
    );
    report.number("answer_mean_ms", "an order's answer, as the client sees it: mean", orders.mean(), "ms");
    report.number("group_mean_ms", "  of it in its transaction (decide to commit): mean", all / groups, "ms");
    report.number(
        "http_mean_ms",
        "  of it HTTP and waiting for the writer: mean",
        orders.mean() - all / groups,
        "ms",
    );
}

/// Customers with sessions, and what they order, at a store with all the capacity there is.
pub(crate) async fn prepare(
    to: SocketAddr,
    world: &World,
    many: usize,
) -> Result<(Arc<Vec<String>>, Basket), Failure> {
    let basket = baskets(world)?.into_iter().next().ok_or("no store is open")?;
    let owner = login(to, world, &basket.owner).await?;
    raise_capacity(to, &owner, CAPACITY).await?;
    Ok((Arc::new(customers(to, many).await?), basket))
}

/// The request that places an order.
pub(crate) fn place(to: SocketAddr, cookie: &str, basket: &Basket) -> Vec<u8> {
    post(to, PATH, cookie, &basket.form())
}

async fn round(
    to: SocketAddr,
    people: &Arc<Vec<String>>,
    basket: &Basket,
    lasts: Duration,
) -> Result<Seen, Failure> {
    let basket = basket.clone();
    load(to, people, lasts, move |cookie: &String, _| place(to, cookie, &basket)).await
}

/// The settings that `baedal serve --demo` has.
fn config(data: std::path::PathBuf) -> Result<Config, Failure> {
    Ok(Config {
        data,
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        demo: true,
        public_url: None,
        provider: ProviderConfig::Sandbox,
        payment_url: None,
        payment_timeout: Duration::from_secs(5),
        payment_breaker: BreakerSettings { failures: 5, open: Duration::from_secs(5) },
        notify: NotifyConfig::Inbox,
        webhook_allow_private: false,
        hold_minutes: 10,
        limits: Limits::USUAL,
        rider_radius_m: 3_000,
        rider_fee: domain::delivery::RiderFee { base: Won::new(2_500)?, per_100m: Won::new(80)? },
        workers: 32,
        gateway: GatewayConfig::usual(true),
        log: "info".to_owned(),
    })
}
