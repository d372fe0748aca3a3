//! Limits count the address that a request really comes from, through a real nginx and without one, whatever the request says of itself.

use super::nginx::{Nginx, at};
use crate::city::City;
use crate::people::{Person, field};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, StatusCode};
use std::time::Instant;

/// Logins of an address in a minute.
const LOGINS: u32 = 3;
/// Requests of an address in a second, of which four seconds' worth may come at once.
const RATE: u32 = 5;
const BURST: u32 = 4 * RATE;
/// Far more than the burst.
const ASKED: u32 = 6 * BURST;

const FORGER: [u8; 4] = [127, 0, 0, 2];
const OTHER: [u8; 4] = [127, 0, 0, 3];
const DIRECT: [u8; 4] = [127, 0, 0, 4];

/// A request that says it comes from elsewhere: from the other, from the proxy, from somebody new each time, in one line or several.
fn forge(request: RequestBuilder, number: u32) -> RequestBuilder {
    let new = format!("198.51.100.{}", number % 250);
    let other = "127.0.0.3".to_owned();
    match number % 7 {
        0 => request.header("x-forwarded-for", &new).header("forwarded", format!("for={new};proto=https")),
        1 => request.header("x-forwarded-for", &other).header("forwarded", format!("for={other}")),
        2 => request.header("x-forwarded-for", format!("{new}, 127.0.0.1, 127.0.0.1")),
        3 => request.header("forwarded", format!("for={new}, for=127.0.0.1;by=127.0.0.1")),
        4 => request.header("x-forwarded-for", &new).header("x-forwarded-for", &other),
        5 => {
            request.header("x-real-ip", &new).header("forwarded", format!("for=\"[2001:db8:{number:x}::1]\""))
        }
        _ => request.header("x-forwarded-for", "unknown").header("forwarded", "for=_hidden;for=unknown"),
    }
}

/// Asks far too often and lies each time; no more is answered than one address may ask for.
async fn asks_too_much(client: &Client, base: &str, kind: &str) {
    let since = Instant::now();
    let mut answered = 0;
    for number in 0..ASKED {
        let request = client.get(format!("{base}/stores")).header("accept", "application/hal+json");
        let answer = forge(request, number).send().await.unwrap();
        match answer.status() {
            StatusCode::OK => answered += 1,
            status => {
                assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{kind}");
                let wait: u32 = answer.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
                assert!((1..=BURST).contains(&wait), "{kind}: {wait}");
            }
        }
    }
    // What it was given back meanwhile is its own.
    let most = BURST + RATE * (since.elapsed().as_secs() as u32 + 1);
    assert!((BURST..=most).contains(&answered), "{kind}: {answered} of at most {most}");
    assert!(answered < ASKED, "{kind}: it was never too much");
}

/// Asks as often as anybody may at once, after all that was asked in its name.
async fn is_not_touched(client: &Client, base: &str, kind: &str) {
    for _ in 0..BURST {
        let answer = client.get(format!("{base}/stores")).header("accept", "application/hal+json");
        assert_eq!(answer.send().await.unwrap().status(), StatusCode::OK, "{kind}");
    }
}

/// Where the right password leads from here.
async fn logs_in(person: &Person, lie: Option<u32>) -> String {
    let form = [field("login", "customer1"), field("password", "baedal-demo")];
    let request = person.post("/login", &form);
    let request = if let Some(number) = lie { forge(request, number) } else { request };
    Person::leads_to(request.send().await.unwrap()).await
}

/// Tries as many names as it may, and is refused from then on, whatever it says.
async fn guesses(person: &Person, kind: &str) {
    for number in 0..LOGINS {
        let wrong = [field("login", format!("nobody{number}")), field("password", "a-wrong-guess")];
        let answer = forge(person.post("/login", &wrong), number).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{kind}");
    }
    for lie in (0..7).map(Some).chain([None]) {
        let to = logs_in(person, lie).await;
        assert!(to.starts_with("/login?draft="), "{kind} {lie:?}: {to}");
    }
}

async fn city() -> City {
    City::open_with(|config| {
        config.gateway.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        config.gateway.rates.login_per_minute = LOGINS;
        config.gateway.rates.requests_per_second = RATE;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn through_nginx_each_client_has_its_own_limits_and_nobody_lies_another_address() {
    const USUAL: &str = "X-Forwarded-For $remote_addr;";
    const NONE: &str = "proxy_set_header Forwarded \"\";";
    for (kind, changes) in [
        ("as it is shipped", &[][..]),
        ("behind another proxy", &[(USUAL, "X-Forwarded-For $proxy_add_x_forwarded_for;")]),
        (
            "by the standard's header",
            &[
                (USUAL, "X-Forwarded-For \"\";"),
                (NONE, "proxy_set_header Forwarded \"for=$remote_addr;proto=$scheme\";"),
            ],
        ),
    ] {
        for asks_first in [true, false] {
            let city = city().await;
            let nginx = Nginx::before(city.addr, changes).await;
            let (forger, other) = (nginx.client(FORGER), nginx.client(OTHER));
            let person = |client: &Client| Person::stranger(&nginx.base).by_client(client, &nginx.base);
            if asks_first {
                asks_too_much(&forger, &nginx.base, kind).await;
                is_not_touched(&other, &nginx.base, kind).await;
            } else {
                guesses(&person(&forger), kind).await;
                assert_eq!(logs_in(&person(&other), None).await, "/", "{kind}");
            }
            city.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_directly_and_is_no_trusted_proxy_is_believed_nothing() {
    let city = city().await;
    let base = city.base();
    let (direct, other) = (at(DIRECT).build().unwrap(), at(OTHER).build().unwrap());
    asks_too_much(&direct, &base, "directly").await;
    is_not_touched(&other, &base, "directly").await;
    city.close().await;

    // From the proxy's address the same words are believed: so it is the address that decides.
    let city = self::city().await;
    let base = city.base();
    let person = |from| Person::stranger(&base).by_client(&at(from).build().unwrap(), &base);
    let proxy = person([127, 0, 0, 1]);
    for (header, lie, named) in
        [("x-forwarded-for", "127.0.0.3", OTHER), ("forwarded", "for=127.0.0.4", DIRECT)]
    {
        for number in 0..LOGINS {
            let wrong = [field("login", format!("nobody{number}")), field("password", "a-wrong-guess")];
            proxy.post("/login", &wrong).header(header, lie).send().await.unwrap();
        }
        let to = logs_in(&person(named), None).await;
        assert!(to.starts_with("/login?draft="), "{header}: {to}");
    }
    assert_eq!(logs_in(&proxy, None).await, "/");
    city.close().await;
}
