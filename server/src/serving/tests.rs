//! Real connections, with patience of milliseconds.

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::Path;

use axum::http::Version;
use axum::routing::get;
use futures::stream;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::AsyncReadExt;
use tokio::task::JoinHandle;

use super::*;
use crate::config::TlsFiles;

const HOST: &str = "baedal.test";

struct Site {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

/// One that answers with the version of HTTP, slowly, for ever, or with as much as is wanted.
fn site() -> Router {
    Router::new()
        .route(
            "/",
            get(|version: Version, ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
                assert!(peer.ip().is_loopback());
                format!("{version:?}")
            }),
        )
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                "done"
            }),
        )
        .route(
            "/large",
            get(|| async {
                let piece = axum::body::Bytes::from(vec![b'x'; 1 << 16]);
                Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(piece.clone())))
            }),
        )
}

impl Site {
    async fn open(settings: Settings) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, site(), settings, stop.clone()));
        Self { address, stop, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn closed(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.serving).await.unwrap().unwrap();
    }
}

fn settings() -> Settings {
    let patience = Patience {
        handshake: Duration::from_millis(300),
        head: Duration::from_millis(300),
        idle: Duration::from_millis(2_500),
        still: Duration::from_millis(600),
        stop: Duration::from_secs(2),
    };
    Settings { max_connections: 100, tls: None, patience }
}

async fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// Everything that comes until the other end closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut all)).await.unwrap();
    if let Err(error) = read {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    String::from_utf8(all).unwrap()
}

/// One answer, whose body has this end.
async fn answer(stream: &mut TcpStream, end: &str) -> String {
    let mut all = Vec::new();
    let mut piece = [0; 1_024];
    while !all.ends_with(end.as_bytes()) {
        let read =
            tokio::time::timeout(Duration::from_secs(5), stream.read(&mut piece)).await.unwrap().unwrap();
        assert_ne!(read, 0, "{}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&piece[..read]);
    }
    String::from_utf8(all).unwrap()
}

const GET: &str = "GET / HTTP/1.1\r\nhost: baedal.test\r\n\r\n";

#[tokio::test]
async fn who_says_half_a_head_or_nothing_is_let_go_soon_and_who_asks_again_is_not() {
    let site = Site::open(settings()).await;
    let mut silent = site.connect().await;
    let mut half = site.connect().await;
    send(&mut half, "GET / HTTP/1.1\r\nhost: bae").await;
    let mut usual = site.connect().await;
    send(&mut usual, GET).await;
    answer(&mut usual, "HTTP/1.1").await;
    assert_eq!(rest(&mut silent).await, "");
    assert_eq!(rest(&mut half).await, "");
    // By now the usual one has been idle for longer than a head may take.
    tokio::time::sleep(Duration::from_millis(500)).await;
    send(&mut usual, GET).await;
    answer(&mut usual, "HTTP/1.1").await;
    // But not for ever, and not with half a request.
    send(&mut usual, "GET /").await;
    rest(&mut usual).await;
    site.closed().await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let site = Site::open(settings()).await;
    let mut large = site.connect().await;
    send(&mut large, &format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(2 * HEAD))).await;
    let said = rest(&mut large).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    let mut many = site.connect().await;
    send(&mut many, &format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(200))).await;
    let said = rest(&mut many).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    site.closed().await;
}

#[tokio::test]
async fn who_does_not_read_an_answer_is_let_go() {
    let site = Site::open(settings()).await;
    let mut reader = site.connect().await;
    send(&mut reader, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    // What had come into the system's buffers is there, and then the end.
    let mut all = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), reader.read_to_end(&mut all)).await;
    assert!(read.is_ok(), "it goes on for ever");
    site.closed().await;
}

#[tokio::test]
async fn without_room_the_silent_ones_go_and_then_there_is_a_polite_no() {
    let site = Site::open(Settings { max_connections: 16, ..settings() }).await;
    let mut silent = Vec::new();
    for _ in 0..16 {
        silent.push(site.connect().await);
    }
    let mut asks = Vec::new();
    for _ in 0..16 {
        let mut stream = site.connect().await;
        send(&mut stream, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        asks.push(stream);
    }
    for stream in &mut silent {
        assert_eq!(rest(stream).await, "");
    }
    let mut over = site.connect().await;
    let refused = rest(&mut over).await;
    let (head, body) = refused.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 503 "), "{refused}");
    let length = format!("content-length: {}", body.len());
    for line in ["retry-after: 5", "connection: close", "content-type: application/problem+json", &length] {
        assert!(head.lines().any(|said| said == line), "{line}: {refused}");
    }
    let said: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(said["type"], "/problems/unavailable");
    assert_eq!(said["status"], 503);
    assert!(["title", "detail", "instance"].iter().all(|member| said[member].is_string()), "{said}");
    for stream in &mut asks {
        assert!(answer(stream, "done").await.starts_with("HTTP/1.1 200 "));
    }
    site.closed().await;
}

#[tokio::test]
async fn a_stop_finishes_what_is_being_answered_and_lets_the_others_go_at_once() {
    let site = Site::open(settings()).await;
    let mut slow = site.connect().await;
    send(&mut slow, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut idle = site.connect().await;
    send(&mut idle, GET).await;
    answer(&mut idle, "HTTP/1.1").await;
    let mut half = site.connect().await;
    send(&mut half, "GET /slow HTTP/1.1\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    site.stop.cancel();
    let at_once = Duration::from_millis(200);
    for stream in [&mut idle, &mut half] {
        assert_eq!(tokio::time::timeout(at_once, rest(stream)).await.expect("at once"), "");
    }
    assert!(TcpStream::connect(site.address).await.is_err(), "nobody new is taken");
    let said = rest(&mut slow).await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("done"), "{said}");
    assert!(said.contains("connection: close"), "{said}");
    tokio::time::timeout(Duration::from_secs(1), site.serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stop_waits_for_no_answer_without_end() {
    let site = Site::open(settings()).await;
    let mut endless = site.connect().await;
    send(&mut endless, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    site.closed().await;
}

/// A fresh certificate for this name.
fn certify(folder: &Path, name: &str) -> TlsFiles {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    let files = TlsFiles { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
    std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    std::fs::write(&files.cert, cert.pem()).unwrap();
    files
}

fn client(files: &TlsFiles, address: SocketAddr) -> reqwest::Client {
    let root = reqwest::Certificate::from_pem(&std::fs::read(&files.cert).unwrap()).unwrap();
    let builder = reqwest::Client::builder().no_proxy().resolve(HOST, address).add_root_certificate(root);
    builder.tls_built_in_root_certs(false).build().unwrap()
}

#[tokio::test]
async fn a_certificate_is_exchanged_while_it_is_served_with_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let files = certify(folder.path(), HOST);
    let certificates = Arc::new(Certificates::load(&files).unwrap());
    let site = Site::open(Settings { tls: Some(Arc::clone(&certificates)), ..settings() }).await;
    let stop = CancellationToken::new();
    tokio::spawn(certificates.keep_fresh(stop.clone()));
    let url = format!("https://{HOST}:{}/", site.address.port());
    let ask = async |client: &reqwest::Client| client.get(&url).send().await;
    let first = client(&files, site.address);
    // The better of the two protocols that are offered in the handshake.
    assert_eq!(ask(&first).await.unwrap().text().await.unwrap(), "HTTP/2.0");

    // A broken certificate, half a pair, and none at all: the old one stays.
    let (cert, key) = (std::fs::read(&files.cert).unwrap(), std::fs::read(&files.key).unwrap());
    std::fs::write(&files.cert, "nonsense").unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let fresh = || {
        std::fs::write(&files.cert, &cert).unwrap();
        client(&files, site.address)
    };
    ask(&fresh()).await.unwrap();
    certify(folder.path(), "other.test");
    std::fs::write(&files.cert, &cert).unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    ask(&fresh()).await.unwrap();
    std::fs::remove_file(&files.key).unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    ask(&fresh()).await.unwrap();
    std::fs::write(&files.key, &key).unwrap();

    // A new one is taken, and the old one is no longer served with.
    let before = fresh();
    certify(folder.path(), HOST);
    let after = client(&files, site.address);
    let mut taken = false;
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        taken = ask(&after).await.is_ok();
        if taken {
            break;
        }
    }
    assert!(taken, "the new certificate is not served with");
    assert!(ask(&before).await.is_err());
    stop.cancel();
    site.closed().await;
}

#[tokio::test]
async fn who_begins_no_handshake_is_let_go_and_plain_http_is_no_tls() {
    let folder = tempfile::tempdir().unwrap();
    let files = certify(folder.path(), HOST);
    let tls = Some(Arc::new(Certificates::load(&files).unwrap()));
    let site = Site::open(Settings { tls, ..settings() }).await;
    let mut silent = site.connect().await;
    assert_eq!(rest(&mut silent).await, "");
    let mut plain = site.connect().await;
    send(&mut plain, GET).await;
    let mut all = Vec::new();
    // An alert of TLS, or nothing: no answer of HTTP.
    let _ = tokio::time::timeout(Duration::from_secs(5), plain.read_to_end(&mut all)).await.unwrap();
    assert!(!all.starts_with(b"HTTP"), "{all:?}");
    site.closed().await;
}

#[test]
fn what_is_no_pair_is_refused_and_says_which_file_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let files = certify(folder.path(), HOST);
    let key = std::fs::read(&files.key).unwrap();
    assert!(Certificates::load(&files).is_ok());
    certify(folder.path(), HOST);
    std::fs::write(&files.key, key).unwrap();
    assert!(Certificates::load(&files).unwrap_err().is_about_key(), "another certificate's key");
    std::fs::write(&files.key, "nonsense").unwrap();
    assert!(Certificates::load(&files).unwrap_err().is_about_key());
    std::fs::write(&files.cert, "nonsense").unwrap();
    assert!(!Certificates::load(&files).unwrap_err().is_about_key());
}
