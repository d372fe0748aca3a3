//! Thousands who connect and say half a word, hundreds who listen and never read: customers are served all the same.

use super::stuck::reads_nothing;
use crate::people::Person;
use crate::process::Program;
use domain::views::Shown;
use futures::future::join_all;
use std::collections::VecDeque;
use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::tempdir;
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

/// Connections that send half a head, unless `BAEDAL_TEST_CROWD` says how many.
const HALF_OPEN: usize = 5_000;
/// File descriptors that the test itself needs beside them, and the server beside its ends of them.
const OWN: u64 = 1_000;
/// Some of them give way to new ones at each turn, all of them within ten seconds: the server lets one go after fifteen.
const TURN: Duration = Duration::from_millis(100);
const TURNS: usize = 100;
const NEVER_READ: usize = 200;
/// More than waits for somebody who reads slowly, in bytes.
const A_LOT: u64 = 64 * 1_024;
/// The most that the system may keep for one of them, in bytes.
const KEPT: u64 = 512 * 1_024;
/// The most rounds of orders after which all of them have to be stuck.
const ROUNDS: usize = 60;
const CUSTOMERS: usize = 50;
/// The most that all of them may cost, in MB.
const COST: u64 = 150;

/// How many half-open connections there are to be. Where this process may hold fewer, whoever runs it has to say that fewer are enough.
fn crowd_size() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let many = std::env::var("BAEDAL_TEST_CROWD").map_or(HALF_OPEN, |typed| typed.parse().unwrap());
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let files = if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current };
    // No limit at all is `None`.
    let possible = files.map_or(many, |files| files.saturating_sub(OWN) as usize);
    assert!(
        possible >= many,
        "this process may hold {possible} half-open connections and not {many}: raise its limit of open files, or say how many are enough \
         by BAEDAL_TEST_CROWD"
    );
    many
}

/// Connections that have sent half a head. New ones come before the old ones are let go, so that they are there all the time.
struct Crowd {
    /// The oldest first.
    all: Arc<Mutex<VecDeque<TcpStream>>>,
    renewing: JoinHandle<()>,
}

impl Crowd {
    async fn gather(to: SocketAddr, many: usize) -> Self {
        let mut first = VecDeque::with_capacity(many + 1);
        for _ in 0..many {
            first.push_back(half_open(to).await);
        }
        let all = Arc::new(Mutex::new(first));
        let renewing = tokio::spawn(renew(Arc::clone(&all), to, many.div_ceil(TURNS)));
        Self { all, renewing }
    }

    /// How many of them the server has not let go.
    fn open(&self) -> usize {
        self.all.lock().unwrap().iter().filter(|connection| !is_over(connection)).count()
    }

    /// From now on nobody new comes.
    async fn age(&mut self) {
        self.renewing.abort();
        let ended = (&mut self.renewing).await.unwrap_err();
        assert!(ended.is_cancelled(), "nobody new could come: {ended}");
    }
}

/// Has so many new ones come at each turn, for as many of the oldest.
async fn renew(all: Arc<Mutex<VecDeque<TcpStream>>>, to: SocketAddr, some: usize) {
    let mut turn = tokio::time::interval(TURN);
    loop {
        turn.tick().await;
        for _ in 0..some {
            let new = half_open(to).await;
            let mut all = all.lock().unwrap();
            all.push_back(new);
            drop(all.pop_front());
        }
    }
}

async fn half_open(to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // Whoever goes first would keep a port for a minute, and there are but so many.
    socket.set_zero_linger().unwrap();
    let mut connection = socket.connect(to).await.unwrap().into_std().unwrap();
    connection.write_all(b"GET / HTTP/1.1\r\nhost: baed").unwrap();
    connection
}

/// Whether the other end has closed it. Nobody waits here: connections of tokio never block.
fn is_over(connection: &TcpStream) -> bool {
    match connection.peek(&mut [0]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

/// What the system keeps, for a server at this port, of what the other end of each connection has not taken, in bytes.
fn unsent(port: u16) -> Vec<u64> {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let rows = table.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let own = u16::from_str_radix(fields[1].split(':').nth(1)?, 16).ok()?;
        let is_open = fields[3] == "01";
        let waits = u64::from_str_radix(fields[4].split(':').next()?, 16).ok()?;
        (own == port && is_open && waits > 0).then_some(waits)
    });
    rows.collect()
}

/// Whether so many connections have more waiting than a moment's worth, and no more came to any of them since.
fn are_stuck(before: &[u64], now: &[u64]) -> bool {
    let stuck = |all: &[u64]| {
        let mut all: Vec<u64> = all.iter().copied().filter(|waits| *waits > A_LOT).collect();
        all.sort_unstable();
        all
    };
    let now = stuck(now);
    now.len() >= NEVER_READ && now == stuck(before)
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_served_beside_thousands_who_ask_for_nothing_and_hundreds_who_never_read() {
    let many = crowd_size();
    let folder = tempdir().unwrap();
    let mut server = Program::serve(folder.path(), &[]);
    let customers = join_all((0..CUSTOMERS).map(|_| Person::log_in(&server.base, "customer1"))).await;
    let basket = customers[0].basket().await;
    let before = server.memory_mb();

    let to: SocketAddr = server.base.strip_prefix("http://").unwrap().parse().unwrap();
    let mut crowd = Crowd::gather(to, many).await;
    let mut silent = Vec::new();
    for _ in 0..NEVER_READ {
        silent.push(reads_nothing(to, customers[0].cookies()).await);
    }

    let (mut most, mut before_round, mut rounds) = (0, Vec::new(), 0);
    let mut fewest = crowd.open();
    loop {
        let orders = join_all(customers.iter().map(|customer| customer.place(&basket, "tok_decline"))).await;
        let ends = customers
            .iter()
            .zip(&orders)
            .map(|(customer, order)| customer.until(*order, |view| view.line.shown == Shown::PaymentFailed));
        assert_eq!(join_all(ends).await.len(), CUSTOMERS);
        most = most.max(server.memory_mb());
        fewest = fewest.min(crowd.open());
        assert!(fewest >= many / 2, "only {fewest} of {many} were half-open beside the customers");
        let after_round = unsent(to.port());
        if are_stuck(&before_round, &after_round) {
            let kept = after_round.iter().max().unwrap();
            assert!(*kept <= KEPT, "the system keeps {kept} bytes of one that nobody reads");
            break;
        }
        rounds += 1;
        assert!(rounds < ROUNDS, "they never get stuck: {after_round:?}");
        before_round = after_round;
    }
    println!("stuck after {rounds} rounds, with at most {:?} bytes each", unsent(to.port()).iter().max());
    println!(
        "{many} half-open, at least {fewest} at a time, {NEVER_READ} that never read: {before} MB before, {most} MB at most"
    );
    assert!(most < before + COST, "{before} MB before, {most} MB beside the crowd");
    drop(silent);

    // Whoever says half a word is let go after a while, and their memory with them.
    crowd.age().await;
    let mut open = many;
    for _ in 0..60 {
        open = crowd.open();
        if open == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(open, 0, "half-open connections stay open");
    customers[0].place(&basket, "tok_decline").await;
    tokio::task::block_in_place(|| server.stop());
}
