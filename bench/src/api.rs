//! The API: placing against the append to a log, with all that the writer does and without, and a page of orders among few and among many.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use domain::shared::AccountId;
use serde_json::Value;
use server::demo::World;
use tokio::process::Command;
use tokio::time::Instant;

use crate::bare::Bare;
use crate::http::{Answer, Connection, program};
use crate::load::{Seen, load};
use crate::people::{Basket, baskets, expect, key, token};
use crate::placing::{CLIENTS, prepare};
use crate::process::{Folder, Server};
use crate::raw::{Fate, Raw};
use crate::report::Report;
use crate::{Failure, Lengths};

/// Whose orders are looked at: a customer of the demo.
const CUSTOMER: &str = "customer1";
/// How long the city may take to find out that there is nothing left to do for many orders.
const PATIENCE: Duration = Duration::from_secs(60);
/// Tasks that write the orders of a long list: as many as fill a transaction each time.
const WRITERS: u32 = 256;

/// Both.
pub(crate) async fn api(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    placing(report, binary, world, lengths).await?;
    pages(report, binary, world, lengths).await
}

fn customer(world: &World) -> Result<AccountId, Failure> {
    let found = world.accounts.iter().find(|account| account.login == CUSTOMER);
    Ok(found.ok_or("no such customer")?.id)
}

/// `POST /orderLists` against as many tasks that write the same event to a log of their own: once by the city's writer, which decides it
/// and keeps the read models, and once as bare rows. A B C A B C.
async fn placing(
    report: &mut Report,
    binary: &Path,
    world: &World,
    lengths: &Lengths,
) -> Result<(), Failure> {
    report.part(
        "api_placing",
        "POST /orderLists, 64 clients, with the payment sandbox, against the same event appended by 64 tasks: \
         by the city's writer, and as bare rows",
    );
    let city = Server::city(binary, "api").await?;
    let (people, basket) = prepare(city.addr, world, CLIENTS).await?;
    let mut tokens = Vec::with_capacity(people.len());
    for cookie in people.iter() {
        tokens.push(token(city.addr, cookie).await?);
    }
    let tokens = Arc::new(tokens);
    let folder = Folder::new("raw")?;
    let raw = Raw::open(&folder.0).await?;
    raw.register(world, &basket).await?;
    // One order beforehand: its rows are what is inserted where nothing else is done.
    raw.place(&basket, customer(world)?, Fate::Placed, 1, (Duration::MAX, 1)).await?;
    let bare_folder = Folder::new("bare")?;
    let bare = Bare::open(&bare_folder.0, raw.last_order().await?).await?;
    let (mut appended, mut inserted, mut placed) = (Seen::default(), Seen::default(), Seen::default());
    for _ in 0..lengths.rounds {
        city.quiet(lengths.patience).await?;
        let until = (lengths.baseline, u32::MAX);
        appended.add(&raw.place(&basket, customer(world)?, Fate::Placed, CLIENTS as u32, until).await?);
        inserted.add(&bare.append(CLIENTS, lengths.baseline).await?);
        placed.add(&round(city.addr, &tokens, &basket, lengths.placing).await?);
    }
    raw.close().await?;
    bare.close().await?;
    report.number(
        "appends_per_s",
        "orders appended by the writer, with its read models",
        appended.rate(),
        "/s",
    );
    report.times("append", "  one of them", &appended);
    report.number("inserts_per_s", "their rows alone inserted in groups", inserted.rate(), "/s");
    report.times("insert", "  those of one of them", &inserted);
    report.number("orders_per_s", "orders placed by POST /orderLists", placed.rate(), "/s");
    report.times("order", "  an order's answer", &placed);
    report.number(
        "ratio_percent",
        "orders placed / orders appended",
        placed.rate() / appended.rate() * 100.0,
        "%",
    );
    report.number(
        "bare_ratio_percent",
        "orders placed / bare group-committed inserts",
        placed.rate() / inserted.rate() * 100.0,
        "%",
    );
    report.note("The city works on the orders while it takes new ones; the logs have nothing else to do.");
    Ok(())
}

async fn round(
    to: SocketAddr,
    tokens: &Arc<Vec<String>>,
    basket: &Basket,
    lasts: Duration,
) -> Result<Seen, Failure> {
    let json = basket.json();
    load(to, tokens, lasts, move |token: &String, _| {
        program(to, "POST /orderLists", token, Some((&key(), &json)))
    })
    .await
}

/// How many orders to a page.
const SIZE: u32 = 20;

/// A page that is asked for, and how long its answers took.
struct Page {
    name: &'static str,
    number: u32,
    seen: Seen,
}

/// A city with a customer of so many orders.
struct City {
    server: Server,
    token: String,
    many: u32,
    pages: [Page; 3],
}

impl City {
    /// The orders are written before the city opens, which finds nothing left to do for them.
    async fn of(binary: &Path, world: &World, many: u32) -> Result<Self, Failure> {
        let folder = Server::city(binary, &format!("orders-{many}")).await?.end().await?;
        let basket = baskets(world)?.into_iter().next().ok_or("no store is open")?;
        let raw = Raw::open(&folder.0).await?;
        let most = (Duration::MAX, many);
        let written = raw.place(&basket, customer(world)?, Fate::Declined, WRITERS, most).await?;
        raw.take_for_read().await?;
        raw.close().await?;
        if written.micros.len() != many as usize {
            return Err(format!("{} of {many} orders were written", written.micros.len()).into());
        }
        let mut asked = Command::new(binary);
        asked.args(["token", "--login", CUSTOMER, "--data"]).arg(&folder.0).stderr(Stdio::inherit());
        let token = String::from_utf8(asked.output().await?.stdout)?.trim().to_owned();
        let server = Server::city_on(binary, folder).await?;
        server.quiet(PATIENCE).await?;
        let last = many.div_ceil(SIZE) - 1;
        let pages = [("first", 0), ("middle", last / 2), ("last", last)];
        let pages = pages.map(|(name, number)| Page { name, number, seen: Seen::default() });
        let city = Self { server, token, many, pages };
        for page in &city.pages {
            let answer = Connection::open(city.server.addr).await?.ask(&city.request(page.number)).await?;
            city.check(&answer)?;
        }
        Ok(city)
    }

    fn request(&self, page: u32) -> Vec<u8> {
        let what = format!("GET /myPages?page={page}&size={SIZE}");
        program(self.server.addr, &what, &self.token, None)
    }

    fn check(&self, answer: &Answer) -> Result<(), Failure> {
        let page: Value = serde_json::from_str(&expect(answer)?)?;
        let shown = page["_embedded"]["myPages"].as_array().map_or(0, Vec::len);
        if page["page"]["totalElements"] == self.many && shown == SIZE as usize {
            Ok(())
        } else {
            Err(format!("{} has {} orders, {shown} shown", CUSTOMER, page["page"]["totalElements"]).into())
        }
    }

    async fn ask(&mut self, times: u32) -> Result<(), Failure> {
        let requests: Vec<_> = self.pages.iter().map(|page| self.request(page.number)).collect();
        let mut connection = Connection::open(self.server.addr).await?;
        for (request, page) in requests.iter().zip(&mut self.pages) {
            for _ in 0..times {
                let sent = Instant::now();
                expect(&connection.ask(request).await?)?;
                page.seen.micros.push(sent.elapsed().as_micros() as u64);
            }
        }
        Ok(())
    }

    fn report(&self, report: &mut Report, key: &str) {
        for Page { name, seen, .. } in &self.pages {
            report.times(&format!("{key}_{name}"), &format!("the {name} page of {} orders", self.many), seen);
        }
    }

    /// How long the first page takes at the 99th percentile, and how long that page which takes longest: in milliseconds.
    fn first_and_worst(&self) -> (f64, f64) {
        let all = self.pages.each_ref().map(|page| page.seen.share(0.99));
        (all[0], all.into_iter().fold(0.0, f64::max))
    }
}

/// The pages of a customer with few orders and of one with many, A B A B.
async fn pages(report: &mut Report, binary: &Path, world: &World, lengths: &Lengths) -> Result<(), Failure> {
    report.part("api_pages", "GET /myPages, 20 to a page, one client, with few orders and with many");
    let [few, many] = lengths.orders;
    let mut few = City::of(binary, world, few).await?;
    let mut many = City::of(binary, world, many).await?;
    for _ in 0..lengths.rounds {
        few.ask(lengths.pages).await?;
        many.ask(lengths.pages).await?;
    }
    few.report(report, "few");
    many.report(report, "many");
    let ((few_first, few_worst), (many_first, many_worst)) = (few.first_and_worst(), many.first_and_worst());
    report.number("first_ratio", "  the first page, many / few, p99", many_first / few_first, "");
    report.number(
        "p99_ratio",
        "  the slowest page, many / few, p99 (at most 1.5)",
        many_worst / few_worst,
        "",
    );
    Ok(())
}
