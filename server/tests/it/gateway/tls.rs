//! HTTPS without a proxy.

use crate::people::Person;
use crate::process::{Program, baedal, to_its_end};
use domain::store::ticket::Phase;
use domain::views::{LiveBody, LiveMessage, Shown, TicketChange};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client, Version, redirect};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::tempdir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// A fresh certificate of this machine in two files.
pub(super) fn certificate(folder: &Path) -> Certificate {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    Certificate::from_pem(cert.pem().as_bytes()).unwrap()
}

/// A fresh certificate in two files; clients that believe it alone: one that speaks HTTP/2 too, and one that does not.
fn certify(folder: &Path) -> [Client; 2] {
    let root = certificate(folder);
    let builder = || {
        let builder = Client::builder().no_proxy().redirect(redirect::Policy::none());
        builder.tls_built_in_root_certs(false).add_root_certificate(root.clone())
    };
    [builder().build().unwrap(), builder().http1_only().build().unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_speaks_https_and_takes_a_new_certificate_but_no_broken_one() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let [first, old] = certify(folder.path());
    let [cert, key] = ["cert.pem", "key.pem"].map(|file| folder.path().join(file));
    let files = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let mut server = Program::serve(&data, &files);
    let base = server.base.replace("http://", "https://");
    let page = first.get(format!("{base}/login")).send().await.unwrap();
    assert_eq!(page.version(), Version::HTTP_2, "what both speak best");
    let same = old.get(format!("{base}/login")).send().await.unwrap();
    assert_eq!((same.version(), same.status()), (Version::HTTP_11, page.status()));
    assert_eq!(page.headers()["strict-transport-security"], "max-age=31536000");
    let cookies: Vec<_> = page.headers().get_all("set-cookie").iter().collect();
    assert!(!cookies.is_empty() && cookies.iter().all(|cookie| cookie.to_str().unwrap().contains("Secure")));
    // A form whose origin is the site's own.
    let form = [("login", "customer1"), ("password", "baedal-demo")];
    let login = first.post(format!("{base}/login")).header("origin", &base).form(&form).send().await.unwrap();
    assert_eq!(login.headers()["location"], "/");

    std::fs::write(&cert, "broken").unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(server.logged().contains("cannot be used, the old one stays"), "{}", server.logged());
    first.get(format!("{base}/healthz")).send().await.unwrap();
    let [second, _] = certify(folder.path());
    let mut taken = false;
    for _ in 0..50 {
        taken = second.get(format!("{base}/healthz")).send().await.is_ok();
        if taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(taken, "{}", server.logged());
    server.stop();
}

/// Passes connections on and counts them.
async fn counted(to: SocketAddr) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut to = TcpStream::connect(to).await.unwrap();
                // An error only says that one side has gone without a word.
                drop(copy_bidirectional(&mut from, &mut to).await);
            });
        }
    });
    (format!("https://{address}"), count)
}

/// The secret of a new token of a demo account.
fn token(data: &Path, login: &str) -> String {
    let command = baedal(["token", "--data", data.to_str().unwrap(), "--login", login]);
    let output = to_its_end(command, Duration::from_secs(20));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Reads messages until one is as it should be.
async fn until(stream: &mut crate::people::Stream, is_it: impl Fn(&LiveMessage) -> bool) {
    for _ in 0..20 {
        if is_it(&stream.message().await) {
            return;
        }
    }
    panic!("it did not come: {}", String::from_utf8_lossy(&stream.raw));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_live_streams_and_a_command_share_one_connection_of_http2_and_have_their_own_in_http1() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let clients = certify(folder.path());
    let [cert, key] = ["cert.pem", "key.pem"].map(|file| folder.path().join(file));
    let files = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let mut server = Program::serve(&data, &files);
    let address: SocketAddr = server.base.strip_prefix("http://").unwrap().parse().unwrap();
    let [customer, owner] = ["customer1", "owner1"].map(|login| token(&data, login));
    for (client, version, connections) in
        // A client of HTTP/1.1 may open one more while another is on its way back into its pool.
        [(&clients[0], Version::HTTP_2, 1..=1), (&clients[1], Version::HTTP_11, 4..=8)]
    {
        let (base, count) = counted(address).await;
        let who = |token: &str| Person::script(&base, token).by_client(client, &base);
        let (buyer, cook) = (who(&customer), who(&owner));
        let ask = |method: reqwest::Method, path: &str, token: &str, body: Value| {
            client.request(method, format!("{base}{path}")).bearer_auth(token).json(&body).send()
        };
        let order = json!({"foodId": "피자", "address": "111"});
        let placed = ask(reqwest::Method::POST, "/orderLists", &customer, order).await.unwrap();
        assert_eq!((placed.status().as_u16(), placed.version()), (201, version));
        let placed: Value = placed.json().await.unwrap();
        let id = placed["orderId"].as_str().unwrap();
        let mut one = buyer.listen(&format!("/live/order/{id}?after=0")).await;
        let is = |shown: Shown| move |message: &LiveMessage| matches!(&message.body, LiveBody::Order(change) if change.shown == Some(shown));
        until(&mut one, is(Shown::Received)).await;
        let mut all = buyer.listen("/live/orders").await;
        let mut board = cook.listen("/live/owner").await;
        for stream in [&one, &all, &board] {
            assert_eq!(stream.version(), version);
        }
        let accept = json!({"accept": true, "minutes": 20});
        let accepted = ask(reqwest::Method::PUT, &format!("/foodCookings/{id}/accept"), &owner, accept).await;
        assert_eq!(accepted.unwrap().status(), 200);
        for stream in [&mut one, &mut all] {
            until(stream, is(Shown::Accepted)).await;
        }
        let accepted = |message: &LiveMessage| {
            matches!(&message.body, LiveBody::Ticket(TicketChange::Moved { phase: Phase::Accepted, .. }))
        };
        until(&mut board, accepted).await;
        let opened = count.load(Ordering::SeqCst);
        assert!(connections.contains(&opened), "{version:?} on {opened} connections");
    }
    server.stop();
}

#[test]
fn a_broken_certificate_is_refused_at_the_start() {
    let folder = tempdir().unwrap();
    drop(certify(folder.path()));
    let [cert, key] = ["cert.pem", "key.pem"].map(|file| folder.path().join(file));
    std::fs::write(&key, "broken").unwrap();
    let [cert, key] = [cert, key].map(|file| file.to_str().unwrap().to_owned());
    for (arguments, flag) in [
        (&["--tls-cert", &cert, "--tls-key", &key][..], "--tls-key"),
        (&["--tls-cert", &key, "--tls-key", &key], "--tls-cert"),
        (&["--tls-cert", &cert], "--tls-cert"),
    ] {
        let data = folder.path().join("never");
        let start = ["serve", "--data", data.to_str().unwrap()];
        let output = to_its_end(baedal([&start, arguments].concat()), Duration::from_secs(10));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with(&format!("baedal: {flag} (or BAEDAL_")), "{said}");
    }
}
