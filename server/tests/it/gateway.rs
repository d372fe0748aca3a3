//! The real program on the open internet: crowds that ask for nothing, readers that do not read, limits, TLS, readiness, and stops.

mod addresses;
mod away;
mod crowd;
mod early;
mod limits;
mod nginx;
mod stuck;
mod tls;

use crate::city::City;
use crate::people::{Person, field};
use crate::process::Program;
use reqwest::StatusCode;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tempfile::tempdir;

async fn ready(base: &str) -> (StatusCode, Value) {
    let answer = Person::stranger(base).get("/readyz").send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_is_ready_from_the_start_and_not_when_its_disk_is_too_full() {
    let city = City::open().await;
    let (status, said) = ready(&city.base()).await;
    assert_eq!((status, &said["ready"]), (StatusCode::OK, &Value::Bool(true)), "{said}");
    city.close().await;
    let city = City::open_with(|config| config.gateway.min_free = u64::MAX).await;
    let (status, said) = ready(&city.base()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        (&said["checks"]["disk"]["ok"], &said["checks"]["database"]["ok"]),
        (&Value::Bool(false), &Value::Bool(true))
    );
    // Not being ready keeps nobody from working.
    Person::log_in(&city.base(), "customer1").await.basket().await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_that_drains_says_at_once_that_it_is_not_ready_and_goes_on_for_a_while() {
    let folder = tempdir().unwrap();
    let mut server = Program::serve(folder.path(), &["--drain-ms", "1500"]);
    let customer = Person::log_in(&server.base, "customer1").await;
    let mut stream = customer.listen("/live/orders").await;
    assert_eq!(ready(&server.base).await.0, StatusCode::OK);
    server.ask_to_stop();
    let asked = Instant::now();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (status, said) = ready(&server.base).await;
    assert_eq!(
        (status, &said["checks"]["serving"]["ok"]),
        (StatusCode::SERVICE_UNAVAILABLE, &Value::Bool(false))
    );
    // Orders are still taken.
    customer.place(&customer.basket().await, "tok_approve").await;
    assert!(asked.elapsed() < Duration::from_millis(1_500));
    let (_, last) = stream.to_its_end().await;
    assert!(last.is("bye", "shutdown"), "{last:?}");
    assert!(asked.elapsed() >= Duration::from_millis(1_400));
    let (status, _) = tokio::task::block_in_place(|| server.ended(Duration::from_secs(6)));
    assert!(status.success(), "{}", server.logged());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_a_slow_answer_and_takes_nobody_new() {
    let folder = tempdir().unwrap();
    let mut server = Program::serve(folder.path(), &[]);
    let address = server.base.strip_prefix("http://").unwrap().to_owned();
    let body = "login=customer1&password=baedal-demo";
    let mut slow = TcpStream::connect(&address).unwrap();
    let (first, second) = body.split_at(10);
    write!(
        slow,
        "POST /login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{first}",
        body.len()
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.ask_to_stop();
    std::thread::sleep(Duration::from_millis(700));
    assert!(TcpStream::connect(&address).is_err(), "nobody new is taken");
    slow.write_all(second.as_bytes()).unwrap();
    let mut said = String::new();
    slow.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    slow.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 303 ") && said.contains("baedal_session="), "{said}");
    let (status, after) = tokio::task::block_in_place(|| server.ended(Duration::from_secs(5)));
    assert!(status.success(), "{status} {after:?}: {}", server.logged());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_behind_no_proxy_chooses_no_address() {
    // One login a minute of one address, whatever it says of itself.
    let city = City::open_with(|config| config.gateway.rates.login_per_minute = 1).await;
    let person = Person::visitor(&city.base()).await;
    let mut refused = 0;
    for number in 0..8 {
        let form = [field("login", format!("nobody{number}")), field("password", "wrong-one")];
        let request = person.post("/login", &form).header("x-forwarded-for", format!("192.0.2.{number}"));
        let answer = request.header("forwarded", format!("for=192.0.2.{number}")).send().await.unwrap();
        let back = Person::leads_to(answer).await;
        refused += u32::from(person.page(&back).await.1.contains("너무 많이 시도했어요"));
    }
    // However slow the machine is: of those eight three minutes would have to go by.
    assert!(refused > 4, "{refused} of 8");
    city.close().await;
}
