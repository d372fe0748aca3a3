//! Answers that come before a large body was read, through a real nginx, which shares its connections to the city among everybody: nobody
//! who comes right after hears a 502 or another's answer.

use super::nginx::Nginx;
use crate::city::City;
use futures::future::join_all;
use reqwest::{Client, StatusCode};
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

/// Whoever sends large bodies that nobody wants, and how many of them each.
const SENDERS: u8 = 16;
const SENT: u8 = 28;
/// Whoever asks something else meanwhile, and how often each.
const READERS: u8 = 24;
const ASKED: u32 = 60;
/// Whoever goes on although it is too much, from one address, and how often each hears so.
const FLOODERS: u8 = 4;
const REFUSED: u32 = 30;
/// Requests of an address in a second; four seconds' worth may come at once.
const RATE: u32 = 20;

/// How a body is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A token that does not hold.
    Token,
    /// A form of another site.
    Origin,
    /// A path that there is not.
    Missing,
    /// More than a request may send.
    Size,
    /// An address that asks too much.
    Limit,
    /// More than is read for nothing: the connection ends with the answer.
    Huge,
    /// Its sender goes away while it is sent.
    Gone,
}

/// What is sent where, in what order, and the answers that are right.
struct Case {
    kind: Kind,
    path: &'static str,
    bytes: usize,
    right: &'static [u16],
}

const fn case(kind: Kind, path: &'static str, bytes: usize, right: &'static [u16]) -> Case {
    Case { kind, path, bytes, right }
}

/// As nginx is shipped it lets through 1 MB, and takes a body in before it passes it on.
const SHIPPED: [Case; 6] = [
    case(Kind::Token, "/orderLists", 60_000, &[401]),
    case(Kind::Origin, "/api/cart/quantity", 60_000, &[403]),
    case(Kind::Missing, "/no/such/page", 60_000, &[404, 405]),
    case(Kind::Size, "/login", 200_000, &[413]),
    case(Kind::Huge, "/orderLists", 700_000, &[401]),
    case(Kind::Gone, "/orderLists", 60_000, &[]),
];

/// Let through as it comes, whatever its size.
const THROUGH: [(&str, &str); 1] =
    [("client_max_body_size 1m;", "client_max_body_size 0; proxy_request_buffering off;")];

const PASSED_ON: [Case; 6] = [
    case(Kind::Token, "/orderLists", 200_000, &[401]),
    case(Kind::Origin, "/api/cart/quantity", 200_000, &[403]),
    case(Kind::Missing, "/no/such/page", 60_000, &[404, 405]),
    case(Kind::Size, "/login", 200_000, &[413]),
    case(Kind::Huge, "/orderLists", 700_000, &[401]),
    case(Kind::Gone, "/orderLists", 700_000, &[]),
];

/// One body that is refused; the status that came, or none for a sender who went away.
async fn send(client: &Client, base: &str, case: &Case) -> Option<StatusCode> {
    let origin = if case.kind == Kind::Origin { "https://evil.example" } else { base };
    let request = client.post(format!("{base}{}", case.path)).header("origin", origin);
    let request = match case.kind {
        Kind::Token | Kind::Limit | Kind::Huge | Kind::Gone => {
            request.bearer_auth("none").header("content-type", "application/json")
        }
        Kind::Origin | Kind::Missing | Kind::Size => {
            request.header("content-type", "application/x-www-form-urlencoded")
        }
    };
    let sent = request.body("a".repeat(case.bytes)).send();
    if case.kind == Kind::Gone {
        let _ = tokio::time::timeout(Duration::from_millis(2), sent).await;
        return None;
    }
    let answer = sent.await.unwrap_or_else(|error| panic!("{:?}: {error:?}", case.kind));
    let status = answer.status();
    answer.bytes().await.unwrap();
    Some(status)
}

/// Sends one body of each kind after the other, and so on; counts the answers.
async fn sends(nginx: &Nginx, cases: &[Case], number: u8) -> BTreeMap<(Kind, u16), u32> {
    let client = nginx.client([127, 0, 2, number]);
    let mut counts = BTreeMap::new();
    for turn in 0..SENT {
        let case = &cases[usize::from(turn.wrapping_add(number)) % cases.len()];
        if let Some(status) = send(&client, &nginx.base, case).await {
            assert!(case.right.contains(&status.as_u16()), "{:?}: {status}: {}", case.kind, nginx.said());
            *counts.entry((case.kind, status.as_u16())).or_default() += 1;
        }
    }
    counts
}

/// Sends the first case's body from one address until it was told often that this is too much.
async fn floods(nginx: &Nginx, cases: &[Case]) {
    let client = nginx.client([127, 0, 0, 9]);
    let case = Case { kind: Kind::Limit, right: &[401, 429], ..cases[0] };
    let mut refused = 0;
    while refused < REFUSED {
        let status = send(&client, &nginx.base, &case).await.unwrap();
        assert!(case.right.contains(&status.as_u16()), "{status}: {}", nginx.said());
        refused += u32::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
}

/// Asks for what nobody else asks for, and hears of nothing else.
async fn reads(nginx: &Nginx, number: u8) {
    let client = nginx.client([127, 0, 1, number]);
    for turn in 0..ASKED {
        let path = format!("/problems/reader-{number}-{turn}");
        let answer = client.get(format!("{}{path}", nginx.base)).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}: {text}: {}", nginx.said());
        let said: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(said["instance"], path.as_str(), "another's answer: {text}");
    }
}

/// The ports from which connections to this one were made in the last minute, as the system still knows them.
fn connections_to(port: u16) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let ends = table.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let port = |field: &str| u16::from_str_radix(field.split(':').nth(1)?, 16).ok();
        Some((port(fields.next()?)?, port(fields.next()?)?))
    });
    // Each connection is there twice, once from either end, or once when one end has forgotten it.
    let ours = ends.filter_map(|(near, far)| match (near == port, far == port) {
        (true, false) => Some(far),
        (false, true) => Some(near),
        _ => None,
    });
    ours.filter(|port| *port != 0).collect::<HashSet<_>>().len()
}

async fn nobody_pays_for_anothers_body(cases: &'static [Case], changes: &[(&str, &str)]) {
    let city = City::open_with(|config| {
        config.gateway.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        config.gateway.rates.requests_per_second = RATE;
    })
    .await;
    let nginx = Nginx::before(city.addr, changes).await;
    let senders = join_all((1..=SENDERS).map(|number| sends(&nginx, cases, number)));
    let readers = join_all((1..=READERS).map(|number| reads(&nginx, number)));
    let flooders = join_all((0..FLOODERS).map(|_| floods(&nginx, cases)));
    let (sent, ..) = tokio::join!(senders, readers, flooders);
    let mut counts = BTreeMap::new();
    for (what, many) in sent.into_iter().flatten() {
        *counts.entry(what).or_insert(0) += many;
    }
    let asked = u32::from(READERS) * ASKED;
    let connections = connections_to(city.addr.port());
    println!("{asked} asked beside {counts:?}, on {connections} connections");
    for case in cases.iter().filter(|case| !case.right.is_empty()) {
        let seen = case.right.iter().any(|status| counts.contains_key(&(case.kind, *status)));
        assert!(seen, "{:?} never came: {counts:?}", case.kind);
    }
    // The connections were shared, or nothing is proven.
    assert!(connections * 2 < asked as usize, "{asked} asked on {connections} connections");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_nobody_wants_harm_nobody_behind_nginx_as_it_is_shipped() {
    nobody_pays_for_anothers_body(&SHIPPED, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_nobody_wants_harm_nobody_behind_an_nginx_that_passes_them_on_as_they_come() {
    nobody_pays_for_anothers_body(&PASSED_ON, &THROUGH).await;
}
