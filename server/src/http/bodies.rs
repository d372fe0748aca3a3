//! What comes of a request's body: one that nobody has read when the answer is there must not be taken for the next request, and one that
//! trickles must not take for ever.
//!
//! Over HTTP/1.1 the next request comes behind the body of the last one. A refusal that is made before the body was read (a token that does
//! not hold, a limit, a form of another site) would leave it lying, and the connection with it would have to be closed under whoever uses it
//! next: a proxy, which shares its connections among everybody. So what is left is read and thrown away, as long as that is little and comes
//! soon; otherwise the answer says that the connection is over.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, EXPECT};
use axum::http::{HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};

/// The most that is read of a body for the sake of its connection alone, in bytes: as much as any request here may send.
const LEFT: u64 = 256 * 1024;
/// How long it may take to come.
const SOON: Duration = Duration::from_secs(1);
/// The most that is read after an answer that ends its connection, in bytes. Closing on what is still coming would reset the connection,
/// and the answer might be lost with it.
const PARTING: u64 = 4 * LEFT;
/// For how long that is read. A stop waits no longer than for other requests.
const PARTING_FOR: Duration = Duration::from_secs(2);

/// How far a body has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody has asked for it.
    Untouched,
    /// A part was asked for.
    Begun,
    /// All of it was read, or it broke off.
    Over,
}

#[derive(Debug)]
struct Lending {
    stage: Stage,
    /// What its reader has left of it.
    left: Option<Body>,
}

/// How far the body of a request has come; in the extensions of requests that have one.
#[derive(Clone, Debug)]
pub struct Arrival(Arc<Mutex<Lending>>);

impl Arrival {
    /// Each change under the lock is whole, also where somebody panicked after it.
    fn state(&self) -> MutexGuard<'_, Lending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that comes back to whoever has lent it when its reader drops it.
struct Lent {
    /// There until it is dropped.
    body: Option<Body>,
    arrival: Arrival,
}

/// Lends a body.
fn lend(body: Body) -> (Body, Arrival) {
    let arrival = Arrival(Arc::new(Mutex::new(Lending { stage: Stage::Untouched, left: None })));
    (Body::new(Lent { body: Some(body), arrival: arrival.clone() }), arrival)
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.arrival.state().stage == Stage::Untouched {
            self.arrival.state().stage = Stage::Begun;
        }
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        if !matches!(frame, Some(Ok(_))) {
            self.arrival.state().stage = Stage::Over;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let body = self.body.take().filter(|body| !body.is_end_stream());
        let mut state = self.arrival.state();
        match body {
            Some(body) if state.stage != Stage::Over => state.left = Some(body),
            _ => state.stage = Stage::Over,
        }
    }
}

/// Around everything: sees to what is left of a request's body when its answer is there.
pub async fn settle(request: Request, next: Next) -> Response {
    // In HTTP/2 each request has a stream of its own, which ends by itself.
    let follows_another = request.version() < Version::HTTP_2;
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let asks_first = request.headers().contains_key(EXPECT);
    let (parts, body) = request.into_parts();
    let (body, arrival) = lend(body);
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(arrival.clone());
    let mut response = next.run(request).await;
    let (stage, left) = {
        let mut state = arrival.state();
        (state.stage, state.left.take())
    };
    if stage == Stage::Over || !follows_another {
        return response;
    }
    let mut left = left;
    // Whoever waits to hear whether to send it at all has heard; whoever had all the time there is gets no more.
    let is_worth_it =
        !(asks_first && stage == Stage::Untouched) && response.status() != StatusCode::REQUEST_TIMEOUT;
    if is_worth_it
        && let Some(body) = &mut left
        && body.size_hint().lower() <= LEFT
        && read_away(body, LEFT, SOON).await
    {
        return response;
    }
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response.map(|body| Body::new(Parting { body, left }))
}

/// Reads a body to its end; false when it is too much or too slow.
async fn read_away(body: &mut Body, most: u64, within: Duration) -> bool {
    let reading = async {
        let mut read = 0;
        while read <= most {
            match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
                Some(Ok(frame)) => read += frame.data_ref().map_or(0, |data| data.len() as u64),
                Some(Err(_)) | None => return true,
            }
        }
        false
    };
    tokio::time::timeout(within, reading).await.unwrap_or(false)
}

/// An answer's body on a connection that ends with it. When it is sent, what still comes is taken in for a moment.
struct Parting {
    body: Body,
    left: Option<Body>,
}

impl HttpBody for Parting {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Parting {
    fn drop(&mut self) {
        if let Some(mut left) = self.left.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { read_away(&mut left, PARTING, PARTING_FOR).await });
        }
    }
}

/// Around what is no stream: an answer in time, or 504; 408 when the request itself did not come in time.
pub async fn in_time(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    let arrival = request.extensions().get::<Arrival>().cloned();
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) if arrival.is_some_and(|arrival| arrival.state().stage == Stage::Begun) => {
            StatusCode::REQUEST_TIMEOUT.into_response()
        }
        Err(_) => StatusCode::GATEWAY_TIMEOUT.into_response(),
    }
}
