//! Connections: how many, how long they may be silent, over TLS or not, and how they end.

mod connections;
mod io;
#[cfg(test)]
mod tests;
mod tls;

use std::convert::Infallible;
use std::future::pending;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::http::client::OverTls;
use connections::{Answering, Connection, Connections};
use io::{Guarded, Watched};
pub use tls::{Certificates, TlsError};

/// The most bytes of a request's head. It has at most a hundred lines, which is what hyper takes.
const HEAD: usize = 32 * 1024;
/// The most requests at a time on one connection of HTTP/2.
const AT_ONCE: u32 = 100;
/// The most bytes of an answer that wait for a slow reader, for each request of HTTP/2.
const UNSENT: usize = 64 * 1024;
/// The most bytes that the system is to keep of what a connection does not read; it takes about twice that in memory. By itself it would
/// keep 4 MB for each, and what it has for all connections of the machine is not much more than some hundreds of those take. It is still
/// more than is under way at a time on a usual line: 8 Mbit/s at a fifth of a second.
const SYSTEM_UNSENT: u32 = 192 * 1024;
/// How many may wait to be let in.
const BACKLOG: u32 = 1_024;
/// How often connections are looked through.
const SWEEP: Duration = Duration::from_secs(1);
/// How many are told politely at a time that there is no room; the others hear nothing.
const POLITE: usize = 64;
/// What they are told: a problem as the API has them. Nothing of their request was read, so that it is in both languages and names no path.
const NO_ROOM: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n",
    "content-type: application/problem+json\r\ncontent-length: 308\r\n\r\n",
    r#"{"type":"/problems/unavailable","title":"지금은 이용할 수 없어요 / Not available right now","status":503,"#,
    r#""detail":"처리된 것은 없어요. Retry-After에 있는 초만큼 기다렸다가 다시 보내 주세요. "#,
    r#"Nothing was done. Send it again after the seconds in Retry-After.","instance":"/"}"#,
);
/// File descriptors that are not for connections: databases, providers, what the system holds.
const RESERVE: u64 = 256;

/// How long a connection may take for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the handshake of TLS.
    pub handshake: Duration,
    /// For a request's head, from its first byte on; the first one from when the connection was opened.
    pub head: Duration,
    /// For being idle between two requests. More than nginx keeps its own end, which is a minute.
    pub idle: Duration,
    /// For moving not one byte while a request is answered: a reader that does not read. Live streams say something every 15 seconds.
    pub still: Duration,
    /// For what is being answered when a stop was asked for.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            still: Duration::from_secs(60),
            stop: Duration::from_millis(3_500),
        }
    }
}

/// How connections are served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The most connections at a time.
    pub max_connections: usize,
    /// What TLS is spoken with; plain HTTP when `None`.
    pub tls: Option<Arc<Certificates>>,
    /// How long they may take.
    pub patience: Patience,
}

/// As many connections as are wanted and the system lets this process have: the limit of open files is raised as far as it may be.
pub fn connections_to_be_had(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::debug!(%error, "the limit of open files stays as it is");
            limit.current
        }
    };
    // No limit at all is `None`.
    let most = current.map_or(wanted, |files| files.saturating_sub(RESERVE).max(16) as usize);
    if most < wanted {
        tracing::warn!(wanted, most, "the limit of open files allows fewer connections than are wanted");
    }
    wanted.min(most)
}

/// Listens at an address, for connections of which the system keeps little that is not read.
///
/// # Errors
///
/// When the address is another's, or is not this machine's.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    // Those that are accepted have it from the one that listens.
    socket.set_send_buffer_size(SYSTEM_UNSENT)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Answers whoever connects until `stop`; then what is being answered has [`Patience::stop`] to be finished. Nobody new is taken from
/// then on, and who has not asked yet is let go at once.
pub async fn serve(listener: TcpListener, router: Router, settings: Settings, stop: CancellationToken) {
    let connections = Arc::new(Connections::new(settings.max_connections));
    // Routes are made ready once instead of for each request.
    let router = router.with_state(());
    let server = Arc::new(Server { router, settings, connections, stop, abort: CancellationToken::new() });
    let tasks = TaskTracker::new();
    let polite = Arc::new(Semaphore::new(POLITE));
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = server.stop.cancelled() => break,
            _ = sweep.tick() => server.connections.sweep(server.settings.patience),
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => server.take(stream, peer, &tasks, &polite),
                Err(error) => wait_after(&error).await,
            },
        }
    }
    drop(listener);
    tasks.close();
    if tokio::time::timeout(server.settings.patience.stop, tasks.wait()).await.is_err() {
        tracing::warn!("stopped with requests still open");
        server.abort.cancel();
        tasks.wait().await;
    }
}

/// A connection that broke off before it was taken is nothing; without file descriptors a pause lets some go.
async fn wait_after(error: &std::io::Error) {
    let is_theirs = matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    );
    if !is_theirs {
        tracing::error!(%error, "nobody can be let in");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

struct Server {
    router: Router,
    settings: Settings,
    connections: Arc<Connections>,
    stop: CancellationToken,
    /// Ends what is left when the patience is over.
    abort: CancellationToken,
}

impl Server {
    fn take(
        self: &Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        tasks: &TaskTracker,
        polite: &Arc<Semaphore>,
    ) {
        // A live message is small, and is not to wait for the next one.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection may hold small messages back");
        }
        let Some(place) = self.connections.open() else {
            tracing::debug!(%peer, "no room for a connection");
            if self.settings.tls.is_none()
                && let Ok(turn) = Arc::clone(polite).try_acquire_owned()
            {
                tasks.spawn(async move {
                    refuse(stream).await;
                    drop(turn);
                });
            }
            return;
        };
        let server = Arc::clone(self);
        tasks.spawn(async move {
            tokio::select! {
                () = server.handle(stream, peer, &place.connection) => {}
                () = server.abort.cancelled() => {}
            }
            drop(place);
        });
    }

    async fn handle(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr, connection: &Arc<Connection>) {
        let Some(tls) = &self.settings.tls else {
            return self.converse(stream, peer, false, connection).await;
        };
        let shaken = tokio::select! {
            shaken = tls.accept(stream, self.settings.patience.handshake) => shaken,
            () = connection.ended() => return,
            () = self.stop.cancelled() => return,
        };
        match shaken {
            Ok(stream) => self.converse(stream, peer, true, connection).await,
            Err(error) => tracing::debug!(%peer, %error, "no TLS came about"),
        }
    }

    async fn converse(
        self: &Arc<Self>,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: SocketAddr,
        over_tls: bool,
        connection: &Arc<Connection>,
    ) {
        let io = TokioIo::new(Watched::new(stream, Arc::clone(connection)));
        let service = service_fn(|request| {
            let (server, connection) = (Arc::clone(self), Arc::clone(connection));
            async move { server.answer(request, peer, over_tls, &connection).await }
        });
        let builder = builder(self.settings.patience);
        let mut talk = pin!(builder.serve_connection(io, service));
        let mut stopping = false;
        loop {
            let stop = async { if stopping { pending().await } else { self.stop.cancelled().await } };
            tokio::select! {
                ended = talk.as_mut() => {
                    if let Err(error) = ended {
                        tracing::trace!(%peer, error, "a connection ended");
                    }
                    return;
                }
                () = connection.ended() => return,
                () = stop => {
                    stopping = true;
                    if connection.close_before_request() {
                        return;
                    }
                    talk.as_mut().graceful_shutdown();
                }
            }
        }
    }

    /// One request: it knows its peer, and its connection knows that it is being answered.
    async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
        over_tls: bool,
        connection: &Arc<Connection>,
    ) -> Result<Response, Infallible> {
        let Some(answering) = Answering::begin(connection) else {
            return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
        };
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        if over_tls {
            request.extensions_mut().insert(OverTls);
        }
        let response = self.router.clone().oneshot(request).await?;
        Ok(response.map(|body| Body::new(Guarded::new(body, answering))))
    }
}

fn builder(patience: Patience) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // How long a head may take is seen to by the sweep, which tells it from being idle; this is the longer of the two.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.idle + SWEEP * 2)
        .max_buf_size(HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD as u32)
        .max_concurrent_streams(AT_ONCE)
        .max_send_buf_size(UNSENT);
    builder
}

/// Says that there is no room, and to come again.
async fn refuse(mut stream: TcpStream) {
    let said = async {
        stream.write_all(NO_ROOM.as_bytes()).await?;
        stream.shutdown().await
    };
    // Whoever does not listen is let go as well.
    let _ = tokio::time::timeout(Duration::from_secs(1), said).await;
}
