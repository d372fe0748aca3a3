//! What stands between the city and its payment provider: it counts the calls, and lets the provider hang.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Failure;
use crate::http::{Connection, find, header};

/// A way to the provider that can hang. Dropping it closes every connection.
pub(super) struct Proxy {
    /// Where it listens.
    pub(super) addr: SocketAddr,
    way: Arc<Way>,
    _listening: JoinSet<()>,
}

struct Way {
    provider: SocketAddr,
    hangs: AtomicBool,
    /// When each call came.
    calls: Mutex<Vec<Instant>>,
}

impl Proxy {
    /// A way to this provider.
    pub(super) async fn before(provider: SocketAddr) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let way = Arc::new(Way { provider, hangs: AtomicBool::new(false), calls: Mutex::default() });
        let mut listening = JoinSet::new();
        let every = Arc::clone(&way);
        listening.spawn(async move {
            let mut callers = JoinSet::new();
            loop {
                tokio::select! {
                    came = listener.accept() => match came {
                        Ok((caller, _)) => {
                            let way = Arc::clone(&every);
                            callers.spawn(async move { way.serve(caller).await });
                        }
                        Err(error) => eprintln!("the proxy cannot take a connection: {error}"),
                    },
                    Some(served) = callers.join_next() => {
                        if let Ok(Err(error)) = served {
                            eprintln!("a connection to the provider broke off: {error}");
                        }
                    }
                }
            }
        });
        Ok(Self { addr, way, _listening: listening })
    }

    /// From now on connections are taken and nothing is answered any more, or everything is again.
    pub(super) fn hang(&self, hangs: bool) {
        self.way.hangs.store(hangs, Ordering::SeqCst);
    }

    /// How many calls came between these moments.
    pub(super) fn calls(&self, from: Instant, to: Instant) -> usize {
        let calls = self.way.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|at| (from..to).contains(at)).count()
    }
}

impl Way {
    fn hangs(&self) -> bool {
        self.hangs.load(Ordering::SeqCst)
    }

    fn count(&self) -> usize {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(Instant::now());
        calls.len()
    }

    /// Answers one caller, one call after the other.
    async fn serve(&self, mut caller: TcpStream) -> Result<(), Failure> {
        caller.set_nodelay(true)?;
        let mut provider = Connection::open(self.provider).await?;
        let mut read = Vec::new();
        while let Some(request) = next(&mut caller, &mut read).await? {
            let number = self.count();
            // Every other call that is not answered is carried out all the same: who asks cannot know which.
            if self.hangs() && number.is_multiple_of(2) {
                return silence(&mut caller).await;
            }
            let answer = provider.ask(&request).await?;
            if self.hangs() {
                return silence(&mut caller).await;
            }
            let head = format!(
                "HTTP/1.1 {} As It Was\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                answer.status,
                answer.body.len()
            );
            caller.write_all(&[head.as_bytes(), &answer.body].concat()).await?;
        }
        Ok(())
    }
}

/// The next request with its body; `None` when the caller has gone.
async fn next(caller: &mut TcpStream, read: &mut Vec<u8>) -> Result<Option<Vec<u8>>, Failure> {
    loop {
        if let Some(end) = find(read, b"\r\n\r\n").map(|end| end + 4) {
            let head = String::from_utf8_lossy(&read[..end]);
            let body = header(&head, "content-length").map_or(Ok(0), str::parse::<usize>)?;
            if read.len() >= end + body {
                return Ok(Some(read.drain(..end + body).collect()));
            }
        }
        if caller.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
}

/// Leaves the caller without an answer, until it gives up.
async fn silence(caller: &mut TcpStream) -> Result<(), Failure> {
    let mut nothing = [0; 256];
    while caller.read(&mut nothing).await? > 0 {}
    Ok(())
}
