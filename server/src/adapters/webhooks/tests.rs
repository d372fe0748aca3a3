//! The door, the signature, and the courier before receivers that behave badly.

use super::{Answer, Courier, Door, Lookup, Outgoing, Patience, SystemLookup, secret_text, signature};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::post;
use domain::shared::Timestamp;
use domain::views::{Fault, Field, FieldFault};
use domain::webhook::UrlFault;
use futures::{StreamExt as _, stream};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const SECRET: [u8; 32] = [7; 32];

/// Answers a name with one list of addresses after the other; the last one for ever.
struct Names {
    answers: Vec<Vec<&'static str>>,
    asked: AtomicUsize,
}

impl Names {
    fn new(answers: &[&[&'static str]]) -> Arc<Self> {
        let answers = answers.iter().map(|all| all.to_vec()).collect();
        Arc::new(Self { answers, asked: AtomicUsize::new(0) })
    }
}

#[async_trait::async_trait]
impl Lookup for Names {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let Some(answer) = self.answers.get(asked.min(self.answers.len().saturating_sub(1))) else {
            return Err(io::Error::other("no such name"));
        };
        Ok(answer.iter().map(|address| address.parse().unwrap()).collect())
    }
}

fn closed() -> Door {
    Door::new(false, Names::new(&[&["93.184.215.14"]]))
}

fn open() -> Door {
    Door::new(true, Arc::new(SystemLookup))
}

fn wrong(wrong: UrlFault) -> FieldFault {
    FieldFault::Url { field: Field::Url, wrong }
}

#[test]
fn a_url_leads_to_the_public_internet_however_it_is_spelled() {
    use UrlFault::{Credentials, NotHttps, NotPublic, Port};
    let door = closed();
    for (typed, host) in [
        ("https://till.example/hooks?shop=1", "till.example:443"),
        (" https://till.example ", "till.example:443"),
        ("https://till.example:8443/a", "till.example:8443"),
        ("https://TILL.example:443/#part", "till.example:443"),
        ("https://93.184.215.14/", "93.184.215.14:443"),
        ("https://[2606:4700:4700::1111]/", "[2606:4700:4700::1111]:443"),
        ("https://가게.example/", "xn--o39akk.example:443"),
    ] {
        let target = door.look_at(typed).unwrap_or_else(|fault| panic!("{typed}: {fault:?}"));
        assert_eq!((target.host.as_str(), target.url.fragment()), (host, None), "{typed}");
    }
    for (typed, fault) in [
        ("http://till.example/", NotHttps),
        ("ftp://till.example/", NotHttps),
        ("file:///etc/passwd", NotHttps),
        ("gopher://127.0.0.1:6379/_", NotHttps),
        ("unix:/var/run/docker.sock", NotHttps),
        ("https://user@till.example/", Credentials),
        ("https://user:word@till.example/", Credentials),
        ("https://till.example:80/", Port),
        ("https://till.example:22/", Port),
        ("https://till.example:3000/", Port),
        ("https://127.0.0.1/", NotPublic),
        ("https://127.1/", NotPublic),
        ("https://2130706433/", NotPublic),
        ("https://0x7f000001/", NotPublic),
        ("https://0x7f.0.0.1/", NotPublic),
        ("https://0177.0.0.1/", NotPublic),
        ("https://017700000001/", NotPublic),
        ("https://127.0.0.1./", NotPublic),
        ("https://１２７.０.０.１/", NotPublic),
        ("https://0/", NotPublic),
        ("https://0.0.0.0/", NotPublic),
        ("https://10.0.0.1:8443/", NotPublic),
        ("https://100.64.0.1/", NotPublic),
        ("https://169.254.169.254/latest/meta-data/", NotPublic),
        ("https://2852039166/", NotPublic),
        ("https://172.16.0.1/", NotPublic),
        ("https://192.168.1.1/", NotPublic),
        ("https://224.0.0.1/", NotPublic),
        ("https://255.255.255.255/", NotPublic),
        ("https://[::1]/", NotPublic),
        ("https://[::]/", NotPublic),
        ("https://[0:0:0:0:0:0:0:1]/", NotPublic),
        ("https://[::ffff:127.0.0.1]/", NotPublic),
        ("https://[::ffff:7f00:1]/", NotPublic),
        ("https://[::127.0.0.1]/", NotPublic),
        ("https://[64:ff9b::10.0.0.1]/", NotPublic),
        ("https://[2002:7f00:1::]/", NotPublic),
        ("https://[fe80::1]/", NotPublic),
        ("https://[fd00:ec2::254]/", NotPublic),
        ("https://[ff02::1]/", NotPublic),
        ("https://[2001:db8::1]/", NotPublic),
    ] {
        assert_eq!(door.look_at(typed), Err(wrong(fault)), "{typed}");
    }
    let field = Field::Url;
    assert_eq!(door.look_at("  "), Err(FieldFault::Missing { field }));
    for typed in ["till.example", "https://", "https://a b/", "https://127.0.0.0.1/", "https://1.2.3.999/"] {
        let fault = door.look_at(typed);
        assert!(matches!(fault, Err(FieldFault::Malformed { .. })), "{typed}: {fault:?}");
    }
    let long = format!("https://till.example/{}", "a".repeat(500));
    assert_eq!(door.look_at(&long), Err(FieldFault::TooLong { field, max: 500 }));
    // Where it is allowed, everything but credentials is.
    for typed in ["http://127.0.0.1:9/", "https://10.0.0.1:22/", "http://[::1]:3000/"] {
        assert!(open().look_at(typed).is_ok(), "{typed}");
    }
    assert_eq!(open().look_at("http://user@127.0.0.1/"), Err(wrong(Credentials)));
}

#[tokio::test]
async fn a_name_that_leads_nowhere_public_is_refused_as_one_that_leads_nowhere() {
    let refused = Err(Fault::field(wrong(UrlFault::NotPublic)));
    let cases: [&[&[&str]]; 5] =
        [&[], &[&[]], &[&["127.0.0.1"]], &[&["10.0.0.1", "::1"]], &[&["::ffff:192.168.0.1"]]];
    for answers in cases {
        let door = Door::new(false, Names::new(answers));
        assert_eq!(door.admit("https://till.example/").await, refused, "{answers:?}");
    }
    // One public address is enough, and the only one that is used.
    let door = Door::new(false, Names::new(&[&["127.0.0.1", "93.184.215.14", "::1"]]));
    assert!(door.admit("https://till.example/").await.is_ok());
    let used = reqwest::dns::Resolve::resolve(&door, "till.example".parse().unwrap()).await.unwrap();
    let used: Vec<String> = used.map(|address| address.to_string()).collect();
    assert_eq!(used, ["93.184.215.14:0"]);
}

fn outgoing<'a>(url: &'a str, secrets: &'a [[u8; 32]]) -> Outgoing<'a> {
    Outgoing { url, id: "evt_7", at: Timestamp(1_674_087_231_999), body: "{\"a\":1}", secrets }
}

/// A server on this machine, behind a path for each behaviour.
async fn receiver() -> (String, Arc<AtomicUsize>) {
    let reached = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reached);
    let app = Router::new()
        .route("/taken", post(async || StatusCode::ACCEPTED))
        .route("/gone", post(async || StatusCode::GONE))
        .route("/full", post(async || (StatusCode::SERVICE_UNAVAILABLE, "  too\n busy\u{202e} \0")))
        .route("/empty", post(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/elsewhere", post(async || Redirect::temporary("/reached")))
        .route("/moved", post(async || Redirect::permanent("/reached")))
        .route(
            "/reached",
            post(async move || {
                count.fetch_add(1, Ordering::SeqCst);
            }),
        )
        .route("/never", post(async || tokio::time::sleep(Duration::from_secs(60)).await))
        .route(
            "/endless",
            post(async || {
                let all = stream::repeat_with(|| Ok::<_, io::Error>(vec![b'x'; 1_024]));
                (StatusCode::BAD_GATEWAY, Body::from_stream(all)).into_response()
            }),
        )
        .route(
            "/endless-and-well",
            post(async || Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(vec![b'x'; 1_024])))),
        )
        .route(
            "/dripping",
            post(async || {
                let drops = stream::iter(0..).then(async |_| {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    Ok::<_, io::Error>("x")
                });
                (StatusCode::BAD_GATEWAY, Body::from_stream(drops)).into_response()
            }),
        )
        .route(
            "/seen",
            post(async |headers: HeaderMap, body: String| {
                let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
                let names = ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type"];
                let seen: Vec<String> = names.map(header).into_iter().chain([body]).collect();
                (StatusCode::IM_A_TEAPOT, seen.join(" | "))
            }),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (url, reached)
}

/// A server that reads a little and hangs up; with `words`, after having said these.
async fn hangs_up(words: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut read = [0; 64];
            assert!(stream.read(&mut read).await.unwrap() > 0);
            stream.write_all(words.as_bytes()).await.unwrap();
        }
    });
    url
}

fn reason(answer: Answer) -> String {
    match answer {
        Answer::Failed { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_receiver_is_answered_for_in_time_and_in_short() {
    let (url, reached) = receiver().await;
    let patience = Patience { connect: Duration::from_millis(500), whole: Duration::from_millis(500) };
    let courier = Courier::new(open(), patience).unwrap();
    let to = async |path: &str| courier.deliver(outgoing(&format!("{url}{path}"), &[SECRET])).await;
    assert_eq!(to("/taken").await, Answer::Taken);
    assert_eq!(to("/endless-and-well").await, Answer::Taken);
    assert_eq!(to("/gone").await, Answer::Gone);
    assert_eq!(reason(to("/full").await), "HTTP 503: too busy");
    assert_eq!(reason(to("/empty").await), "HTTP 500");
    assert_eq!(reason(to("/never").await), "no answer in time");
    assert_eq!(reason(to("/endless").await), format!("HTTP 502: {}", "x".repeat(200)));
    assert_eq!(reason(to("/dripping").await), "no answer in time");
    // A redirect is no delivery, and is not followed.
    assert_eq!(reason(to("/elsewhere").await), "HTTP 307");
    assert_eq!(reason(to("/moved").await), "HTTP 308");
    assert_eq!(reached.load(Ordering::SeqCst), 0);
    for words in ["", "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\nContent-Len"] {
        let url = hangs_up(words).await;
        let said = reason(courier.deliver(outgoing(&url, &[SECRET])).await);
        assert!(said.starts_with("the call broke off"), "{words}: {said}");
        assert!(!said.contains(url.as_str()), "{said}");
    }
    let nobody = reason(courier.deliver(outgoing("http://127.0.0.1:9/secret-path", &[SECRET])).await);
    assert!(nobody.starts_with("no connection") && !nobody.contains("secret-path"), "{nobody}");
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_by_the_time_of_sending_is_not_followed_there() {
    let (url, reached) = receiver().await;
    let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
    // Public when it was registered, and this machine a moment later.
    let names = Names::new(&[&["93.184.215.14"], &["127.0.0.1"]]);
    let door = Door::new(false, Arc::clone(&names) as Arc<dyn Lookup>);
    assert!(door.admit("https://till.example/reached").await.is_ok());
    let courier = Courier::new(door, Patience::USUAL).unwrap();
    let said = reason(courier.deliver(outgoing("https://till.example/reached", &[SECRET])).await);
    assert!(said.contains("no public address"), "{said}");
    assert_eq!(names.asked.load(Ordering::SeqCst), 2, "the connection asks anew");
    // Allowed when it was registered, and not since the last start.
    let said =
        reason(courier.deliver(outgoing(&format!("http://127.0.0.1:{port}/reached"), &[SECRET])).await);
    assert_eq!(said, "the URL is not allowed any more");
    // The same by an open door gets through: what has kept it out is the door.
    let names = Names::new(&[&["127.0.0.1"]]);
    let courier = Courier::new(Door::new(true, names), Patience::USUAL).unwrap();
    let through = courier.deliver(outgoing(&format!("http://till.example:{port}/reached"), &[SECRET])).await;
    assert_eq!((through, reached.load(Ordering::SeqCst)), (Answer::Taken, 1));
}

#[tokio::test]
async fn a_message_is_signed_by_all_secrets_that_hold() {
    let (url, _) = receiver().await;
    let courier = Courier::new(open(), Patience::USUAL).unwrap();
    let said = reason(courier.deliver(outgoing(&format!("{url}/seen"), &[SECRET, [8; 32]])).await);
    let signed = |secret: &[u8; 32]| signature(secret, "evt_7", 1_674_087_231, "{\"a\":1}").unwrap();
    let seen = format!(
        "HTTP 418: evt_7 | 1674087231 | {} {} | application/json | {{\"a\":1}}",
        signed(&SECRET),
        signed(&[8; 32])
    );
    assert_eq!(said, seen.chars().take(said.chars().count()).collect::<String>());
    assert!(said.len() > 150, "{said}");
}

#[test]
fn a_signature_is_that_of_the_specification() {
    // Made by `printf 'evt_1.1674087231.{}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707… -binary | base64`.
    assert_eq!(
        signature(&SECRET, "evt_1", 1_674_087_231, "{}").unwrap(),
        "v1,atm76LZPGnSKdTHD1OIeCIrv99qKSKjCVbXc+arzAKg="
    );
    let text = secret_text(&SECRET);
    assert_eq!(text, "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
}
