//! Thousands who connect and say half a word, hundreds who listen and never read: customers are served all the same.

use crate::people::Person;
use crate::process::Program;
use domain::views::Shown;
use futures::future::join_all;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;
use tempfile::tempdir;

/// Connections that send half a head.
const HALF_OPEN: usize = 5_000;
/// Fewer are no crowd: then this machine lets nobody hold enough of them to say anything.
const CROWD: usize = 2_000;
/// File descriptors that the test itself needs beside them.
const OWN: u64 = 1_000;
const NEVER_READ: usize = 200;
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

/// A listener to all of the customers' orders, who reads not a word.
fn never_read(address: &str, cookie: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /live/orders?after=0 HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n")
        .unwrap();
    stream
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
    let silent: Vec<TcpStream> =
        (0..NEVER_READ).map(|_| never_read(&address, customers[0].cookies())).collect();

    let mut most = 0;
    for _ in 0..4 {
        let orders = join_all(customers.iter().map(|customer| customer.place(&basket, "tok_decline"))).await;
        let ends = customers
            .iter()
            .zip(&orders)
            .map(|(customer, order)| customer.until(*order, |view| view.line.shown == Shown::PaymentFailed));
        assert_eq!(join_all(ends).await.len(), CUSTOMERS);
        most = most.max(server.memory_mb());
    }
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
