//! A program that receives webhooks: it keeps what came, and can be in any mood.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Take,
    Status(u16),
    Redirect,
    /// Says nothing for so long, and takes it then.
    Stall(Duration),
    /// Breaks off.
    HangUp,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Came {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Came {
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    pub fn order(&self) -> String {
        self.json()["orderId"].as_str().unwrap_or_default().to_owned()
    }
}

#[derive(Default)]
struct Book {
    moods: VecDeque<Mood>,
    usual: Option<Mood>,
    /// Of an order, whatever the mood is otherwise.
    of_order: HashMap<String, Mood>,
    came: Vec<Came>,
    taken: Vec<Came>,
    busy: (usize, usize),
}

/// The program. Clones share it.
#[derive(Clone, Default)]
pub struct Receiver {
    book: Arc<Mutex<Book>>,
    pub url: String,
}

/// A request that is being answered, until it is dropped: whoever asks may go away before that.
struct Busy(Receiver);

impl Busy {
    fn begin(receiver: &Receiver, book: &mut Book) -> Self {
        book.busy.0 += 1;
        book.busy.1 = book.busy.1.max(book.busy.0);
        Self(receiver.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.book.lock().unwrap().busy.0 -= 1;
    }
}

impl Receiver {
    pub async fn start() -> Self {
        Self::default().beside().await
    }

    /// The same program at an address of its own: another host.
    pub async fn beside(&self) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let receiver = Self { url, ..self.clone() };
        let app = Router::new().route("/{*path}", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        receiver
    }

    pub fn host(&self) -> String {
        self.url.trim_start_matches("http://").to_owned()
    }

    pub fn then(&self, moods: &[Mood]) {
        self.book.lock().unwrap().moods.extend(moods);
    }

    pub fn usually(&self, mood: Mood) {
        self.book.lock().unwrap().usual = Some(mood);
    }

    pub fn for_order(&self, order: impl ToString, mood: Mood) {
        self.book.lock().unwrap().of_order.insert(order.to_string(), mood);
    }

    /// Everything that came, whatever became of it.
    pub fn came(&self) -> Vec<Came> {
        self.book.lock().unwrap().came.clone()
    }

    /// What it has taken, at a path.
    pub fn taken(&self, path: &str) -> Vec<Came> {
        self.book.lock().unwrap().taken.iter().filter(|came| came.path == path).cloned().collect()
    }

    /// The types it has taken, at a path.
    pub fn kinds(&self, path: &str) -> Vec<String> {
        self.taken(path).iter().map(Came::kind).collect()
    }

    /// The most requests at once, at all its addresses together.
    pub fn most_at_once(&self) -> usize {
        self.book.lock().unwrap().busy.1
    }

    /// Forgets how many there were at once; from now on they are counted anew.
    pub fn count_anew(&self) {
        let mut book = self.book.lock().unwrap();
        book.busy.1 = book.busy.0;
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let came = Came { path, headers, body: body.to_vec() };
    let (mood, busy) = {
        let mut book = receiver.book.lock().unwrap();
        book.came.push(came.clone());
        let busy = Busy::begin(&receiver, &mut book);
        let of_order = book.of_order.get(&came.order()).copied();
        (of_order.or_else(|| book.moods.pop_front()).or(book.usual).unwrap_or(Mood::Take), busy)
    };
    let answer = match mood {
        Mood::Take => StatusCode::NO_CONTENT.into_response(),
        Mood::Status(status) => (StatusCode::from_u16(status).unwrap(), "no").into_response(),
        Mood::Redirect => Redirect::temporary("/elsewhere").into_response(),
        Mood::Stall(time) => {
            tokio::time::sleep(time).await;
            StatusCode::OK.into_response()
        }
        Mood::HangUp => {
            let broken = futures::stream::iter([Ok("a little"), Err(std::io::Error::other("enough"))]);
            (StatusCode::INTERNAL_SERVER_ERROR, axum::body::Body::from_stream(broken)).into_response()
        }
    };
    drop(busy);
    if matches!(mood, Mood::Take | Mood::Stall(_)) {
        receiver.book.lock().unwrap().taken.push(came);
    }
    answer
}
