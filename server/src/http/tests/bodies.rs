//! Bodies that nobody has read when the answer is there, on real connections; and those that do not come.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::header::ACCEPT;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::post;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::http::bodies::{in_time, settle};
use crate::limits::Rates;
use crate::serving::{Patience, Settings, serve};

struct Site {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Site {
    async fn of(router: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let settings = Settings { max_connections: 10, tls: None, patience: Patience::default() };
        let serving = tokio::spawn(serve(listener, router, settings, stop.clone()));
        Self { address, stop, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn close(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }
}

/// A whole answer, whose length its head tells: status and head, and body.
async fn answer(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_u8()).await.unwrap();
        head.push(read.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&head))));
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head
        .split("content-length: ")
        .nth(1)
        .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    (head, body)
}

/// More than is read at once, less than a proxy would not pass on.
const BODY: usize = 200 * 1024;
const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: baedal.test\r\n\r\n";

fn refused_early(kind: &str) -> (String, &'static str) {
    let (line, more, status) = match kind {
        "token" => ("POST /orderLists", "authorization: Bearer none\r\n", "401"),
        "origin" => ("POST /api/cart/quantity", "origin: http://evil.example\r\n", "403"),
        "size" => ("POST /login", "origin: http://baedal.test\r\n", "413"),
        _ => ("POST /img/none.svg", "", "405"),
    };
    let body = "a".repeat(BODY);
    let head = format!("{line} HTTP/1.1\r\nhost: baedal.test\r\n{more}");
    (format!("{head}content-length: {BODY}\r\n\r\n{body}"), status)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_refused_request_leaves_on_its_connection_is_not_the_next_ones() {
    let city = City::new().await;
    let site = Site::of(city.router.clone()).await;
    for kind in ["token", "origin", "size", "method"] {
        let mut stream = site.connect().await;
        let (request, status) = refused_early(kind);
        // Both at once, as a proxy may that shares its connections.
        stream.write_all(format!("{request}{HEALTH}").as_bytes()).await.unwrap();
        let (head, _) = answer(&mut stream).await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{kind}: {head}");
        assert!(!head.contains("connection: close"), "{kind}: {head}");
        let (head, body) = answer(&mut stream).await;
        assert!(head.starts_with("http/1.1 200 "), "{kind}: {head}");
        assert_eq!(body, b"ok\n", "{kind}");
        // And one after the other.
        stream.write_all(request.as_bytes()).await.unwrap();
        answer(&mut stream).await;
        stream.write_all(HEALTH.as_bytes()).await.unwrap();
        assert_eq!(answer(&mut stream).await.1, b"ok\n", "{kind}");
    }
    site.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_to_read_for_nothing_ends_the_connection_after_the_answer() {
    let city = City::new().await;
    let site = Site::of(city.router.clone()).await;
    let mut stream = site.connect().await;
    let head = "POST /orderLists HTTP/1.1\r\nhost: baedal.test\r\nauthorization: Bearer none\r\n";
    stream.write_all(format!("{head}content-length: 700000\r\n\r\n").as_bytes()).await.unwrap();
    stream.write_all(&vec![b'a'; 600_000]).await.unwrap();
    // The answer is not lost by what came after the refusal.
    let (head, body) = answer(&mut stream).await;
    assert!(head.starts_with("http/1.1 401 ") && head.contains("connection: close"), "{head}");
    assert!(!body.is_empty());
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0, "nothing comes after it");

    // A piece of a body whose rest never comes keeps nobody waiting for long.
    let mut stream = site.connect().await;
    let head = "POST /orderLists HTTP/1.1\r\nhost: baedal.test\r\nauthorization: Bearer none\r\n";
    stream.write_all(format!("{head}content-length: 100\r\n\r\nabc").as_bytes()).await.unwrap();
    let (head, _) = answer(&mut stream).await;
    assert!(head.starts_with("http/1.1 401 ") && head.contains("connection: close"), "{head}");
    site.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_first_whether_to_send_a_body_is_not_asked_for_one_that_nobody_wants() {
    let city = City::new().await;
    let site = Site::of(city.router.clone()).await;
    let asks = "expect: 100-continue\r\ncontent-length: 12\r\n\r\n";
    let mut stream = site.connect().await;
    let head = "POST /orderLists HTTP/1.1\r\nhost: baedal.test\r\nauthorization: Bearer none\r\n";
    stream.write_all(format!("{head}{asks}").as_bytes()).await.unwrap();
    let (head, _) = answer(&mut stream).await;
    assert!(head.starts_with("http/1.1 401 ") && head.contains("connection: close"), "{head}");

    let mut stream = site.connect().await;
    let kind = "content-type: application/x-www-form-urlencoded\r\norigin: http://baedal.test\r\n";
    let head = format!("POST /theme HTTP/1.1\r\nhost: baedal.test\r\n{kind}{asks}");
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.0.starts_with("http/1.1 100 "));
    stream.write_all(b"theme=dark&a").await.unwrap();
    assert!(answer(&mut stream).await.0.starts_with("http/1.1 303 "));
    stream.write_all(HEALTH.as_bytes()).await.unwrap();
    assert_eq!(answer(&mut stream).await.1, b"ok\n");
    site.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_come_in_time_is_told_so_and_one_that_is_not_answered_something_else() {
    let patience = Duration::from_millis(200);
    let router = Router::new()
        .route("/read", post(|_: axum::body::Bytes| async { "read" }))
        .route(
            "/work",
            post(|_: axum::body::Bytes| async {
                tokio::time::sleep(Duration::from_secs(60)).await;
                "worked"
            }),
        )
        .layer(from_fn_with_state(patience, in_time))
        .layer(from_fn(settle));
    let site = Site::of(router).await;
    for (path, sent, status) in
        [("/read", "abc", "408"), ("/work", "abcdef", "504"), ("/read", "abcdef", "200")]
    {
        let mut stream = site.connect().await;
        let head = format!("POST {path} HTTP/1.1\r\nhost: baedal.test\r\ncontent-length: 6\r\n\r\n{sent}");
        stream.write_all(head.as_bytes()).await.unwrap();
        let (head, _) = answer(&mut stream).await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{path} {sent}: {head}");
        assert_eq!(head.contains("connection: close"), status == "408", "{path} {sent}: {head}");
    }
    site.close().await;
}

/// Pages of another company behind the same door.
fn foreign_pages() -> Router {
    Router::new().route("/c/{id}", post(|body: String| async move { body }).get(|| async { "a page" }))
}

#[tokio::test]
async fn the_payment_providers_pages_stand_under_the_same_limits() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(None);
    config.gateway.rates = Rates { requests_per_second: 1, ..Rates::usual(true) };
    let mut city = City::open(folder, accounts::accounts().await, config).await;
    city.router = build(city.state.clone(), Some(foreign_pages()), None);
    let large = "a".repeat(64 * 1024 + 1);
    let response = city.browser().post("/pay-sandbox/c/1", &[("a", &large)]).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(text(response).await.contains("너무 커요"));
    let mut refused = None;
    for _ in 0..20 {
        let fields = [("token", "t0k"), ("decision", "approve")];
        let page = [(ACCEPT, "text/html")];
        let response = city.browser().send(Method::POST, "/pay-sandbox/c/1", &fields, &page).await;
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(response);
            break;
        }
        assert_eq!(text(response).await, "token=t0k&decision=approve");
    }
    let page = text(refused.expect("the pages have no end")).await;
    assert!(page.contains("action=\"/pay-sandbox/c/1\"") && page.contains("value=\"t0k\""), "{page}");
    // Another address has its own.
    let mut request = Request::builder().uri("/pay-sandbox/c/1").body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 1))));
    assert_eq!(city.router.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
}
