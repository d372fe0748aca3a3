//! Thousands who connect and say half a word, hundreds who listen and never read: customers are served all the same.

use super::stuck::reads_nothing;
use crate::people::Person;
use crate::process::Program;
use domain::views::Shown;
use futures::future::join_all;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tempfile::tempdir;

/// Connections that send half a head.
const HALF_OPEN: usize = 5_000;
/// Fewer are no crowd: then this machine lets nobody hold enough of them to say anything.
const CROWD: usize = 2_000;
/// File descriptors that the test itself needs beside them.
const OWN: u64 = 1_000;
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

/// As many of the half-open connections as this process may hold.
fn possible() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let files = if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current };
    files.map_or(HALF_OPEN, |files| HALF_OPEN.min(files.saturating_sub(OWN) as usize))
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
    let folder = tempdir().unwrap();
    let mut server = Program::serve(folder.path(), &[]);
    let address = server.base.strip_prefix("http://").unwrap().to_owned();
    let customers = join_all((0..CUSTOMERS).map(|_| Person::log_in(&server.base, "customer1"))).await;
    let basket = customers[0].basket().await;
    let before = server.memory_mb();

    let many = possible();
    assert!(many >= CROWD, "this process may hold {many} connections alone: raise its limit of open files");
    if many < HALF_OPEN {
        println!("this process may hold {many} half-open connections instead of {HALF_OPEN}");
    }
    let crowd = address.clone();
    let half_open = tokio::task::spawn_blocking(move || {
        let connections = (0..many).map(|_| {
            let mut connection = TcpStream::connect(&crowd).unwrap();
            // Some are let go meanwhile: whoever is silent for too long.
            let _ = connection.write_all(b"GET / HTTP/1.1\r\nhost: baed");
            connection
        });
        connections.collect::<Vec<_>>()
    });
    let half_open = half_open.await.unwrap();
    let to: SocketAddr = address.parse().unwrap();
    let mut silent = Vec::new();
    for _ in 0..NEVER_READ {
        silent.push(reads_nothing(to, customers[0].cookies()).await);
    }

    let (mut most, mut before_round, mut rounds) = (0, Vec::new(), 0);
    loop {
        let orders = join_all(customers.iter().map(|customer| customer.place(&basket, "tok_decline"))).await;
        let ends = customers
            .iter()
            .zip(&orders)
            .map(|(customer, order)| customer.until(*order, |view| view.line.shown == Shown::PaymentFailed));
        assert_eq!(join_all(ends).await.len(), CUSTOMERS);
        most = most.max(server.memory_mb());
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
    println!("{many} half-open, {NEVER_READ} that never read: {before} MB before, {most} MB at most");
    assert!(most < before + COST, "{before} MB before, {most} MB beside the crowd");
    drop(silent);

    // Whoever says half a word is let go after a while, and their memory with them.
    let mut gone = false;
    for _ in 0..40 {
        gone = half_open.iter().all(is_over);
        if gone {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(gone, "half-open connections stay open");
    customers[0].place(&basket, "tok_decline").await;
    tokio::task::block_in_place(|| server.stop());
}

/// Whether the other end has closed it.
fn is_over(connection: &TcpStream) -> bool {
    connection.set_nonblocking(true).unwrap();
    match connection.peek(&mut [0]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    }
}
