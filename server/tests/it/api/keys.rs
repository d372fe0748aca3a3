//! Keys of every command (invariant 7): also of those that are no part of the log, whatever they are about, and after a restart.

use super::{Heard, Program, id_of};
use crate::city::{City, key};
use crate::ledger::log_rows;
use domain::shared::OrderId;
use domain::views::{RiderAction, Shown, TicketAction};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Members that say how things stand at the moment of an answer, whatever was asked for: how far the log is and what a webhook has got of it, how
/// full a kitchen is, and where the rider of a ticket is. And a secret, which is told once.
const OF_THE_MOMENT: [&str; 9] =
    ["position", "head", "waiting", "catchingUp", "error", "open", "orderCount", "delivery", "secret"];

/// What an answer says that is to be the same each time.
fn lasting(heard: &Heard) -> Value {
    let mut said = heard.json.clone();
    if let Some(members) = said.as_object_mut() {
        members.retain(|name, _| !OF_THE_MOMENT.contains(&name.as_str()));
    }
    said
}

/// Commands without a body that are not among the rows: with these a job becomes somebody else's to see.
const MOVE_JOBS: [&str; 2] = ["/deliveries/{id}/claim", "/deliveries/{id}/release"];

/// Orders that have come as far as commands without a body need them.
struct Orders {
    received: OrderId,
    accepted: OrderId,
    on_the_way: OrderId,
}

impl Orders {
    async fn of(city: &City) -> Self {
        let on_the_way = city.order("tok_approve").await;
        city.cook(on_the_way).await;
        city.ride(on_the_way, RiderAction::Claim).await;
        city.ride(on_the_way, RiderAction::PickUp { number: None }).await;
        let (received, accepted) = (city.order("tok_approve").await, city.order("tok_approve").await);
        for order in [received, accepted] {
            city.until(order, Shown::Received).await;
        }
        city.kitchen(accepted, TicketAction::Accept { minutes: 20 }).await;
        Self { received, accepted, on_the_way }
    }
}

/// Who sends a command, by which method and where, and two bodies of it, if it has any.
type Row<'p> = (&'p Program, Method, String, Option<[Value; 2]>);

/// A customer, an owner and a rider of a city, and what they have: an order that the rider has claimed, its store, a webhook.
struct People {
    customer: Program,
    owner: Program,
    rider: Program,
    order: String,
    store: String,
    webhook: String,
}

impl People {
    async fn of(city: &City) -> Self {
        let customer = Program::of(city, "customer1").await;
        let (owner, rider) = (Program::of(city, "owner1").await, Program::of(city, "rider1").await);
        let order = city.order("tok_approve").await;
        city.cook(order).await;
        rider.does(&format!("/deliveries/{order}/claim"), None).await;
        let store = customer.get(&format!("/orderLists/{order}")).await.text("storeId").to_owned();
        let webhook = customer.post("/webhooks", json!({"url": "http://127.0.0.1:9/"})).await;
        let webhook = webhook.text("id").to_owned();
        Self { customer, owner, rider, order: order.to_string(), store, webhook }
    }

    /// The same people before the city on this address.
    fn at(&mut self, base: &str) {
        for program in [&mut self.customer, &mut self.owner, &mut self.rider] {
            base.clone_into(&mut program.base);
        }
    }

    /// Every command that has a body: who sends it, and two bodies of it.
    fn commands(&self) -> Vec<(&Program, Method, String, [Value; 2])> {
        let Self { customer, owner, rider, order, store, webhook } = self;
        let food = |quantity: u32| json!({"foodId": "피자", "address": "111", "quantity": quantity});
        let items = |quantity: u32| json!({"items": [{"foodId": "피자", "quantity": quantity}]});
        let dish = |price: u32| json!({"section": "시험", "name": {"ko": "시험"}, "price": price});
        let sold_out = |sold_out: bool| json!({"id": self.dish(), "soldOut": sold_out});
        let hours = |closes: &str| {
            let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let day = |day| json!({"day": day, "opens": "00:00", "closes": closes});
            json!({"hours": days.map(day)})
        };
        let url = |path: &str| json!({"url": format!("http://127.0.0.1:9/{path}")});
        let minutes = |minutes: u32| json!({"minutes": minutes});
        let place = |lat: f64| json!({"lat": lat, "lon": 126.91});
        let put = Method::PUT;
        let of = |kind: &str, id: &str, part: &str| format!("/{kind}/{id}/{part}");
        vec![
            (customer, Method::POST, "/orderLists".to_owned(), [food(1), food(2)]),
            (customer, Method::POST, "/quotes".to_owned(), [food(1), food(2)]),
            (customer, Method::PATCH, format!("/orderLists/{order}"), [items(2), items(3)]),
            (
                owner,
                put.clone(),
                of("foodCookings", order, "accept"),
                [json!({"accept": true}), json!({"accept": false, "reason": "x"})],
            ),
            (owner, put.clone(), of("foodCookings", order, "delay"), [minutes(5), minutes(10)]),
            (rider, put.clone(), of("deliveries", order, "pick"), [json!({"number": "Z-1"}), json!(null)]),
            (rider, put.clone(), of("deliveries", order, "deliver"), [json!({"code": "0000"}), json!({})]),
            (
                rider,
                put.clone(),
                of("deliveries", order, "fail"),
                [json!({"reason": "customer_absent"}), json!({"reason": "accident"})],
            ),
            (
                rider,
                put.clone(),
                "/riders/me/duty".to_owned(),
                [json!({"onDuty": false}), json!({"onDuty": true})],
            ),
            (rider, put.clone(), "/riders/me/position".to_owned(), [place(37.55), place(37.56)]),
            (owner, Method::POST, of("stores", store, "menu"), [dish(1_000), dish(2_000)]),
            (owner, Method::PATCH, of("stores", store, "menu"), [sold_out(false), sold_out(true)]),
            (
                owner,
                put.clone(),
                of("stores", store, "capacity"),
                [json!({"capacity": 99}), json!({"capacity": 98})],
            ),
            (
                owner,
                put.clone(),
                of("stores", store, "pause"),
                [json!({"paused": false}), json!({"paused": false, "minutes": 5})],
            ),
            (owner, put.clone(), of("stores", store, "busy"), [minutes(10), minutes(15)]),
            (owner, put.clone(), of("stores", store, "answerLimit"), [minutes(6), minutes(7)]),
            (owner, put.clone(), of("stores", store, "hours"), [hours("24:00"), hours("23:00")]),
            (customer, Method::POST, "/webhooks".to_owned(), [url("one"), url("two")]),
            (
                customer,
                put.clone(),
                of("webhooks", webhook, "pause"),
                [json!({"paused": true}), json!({"paused": false})],
            ),
            (customer, put, of("webhooks", webhook, "replay"), [json!({"from": 0}), json!({"from": 1})]),
        ]
    }

    /// Every command that has no body, but for [`MOVE_JOBS`]: who sends it.
    fn plain(&self, orders: &Orders) -> Vec<(&Program, String)> {
        let Self { customer, owner, rider, order, webhook, .. } = self;
        let Orders { received, accepted, on_the_way } = orders;
        vec![
            (customer, format!("/orderLists/{received}/cancel")),
            (customer, format!("/orderLists/{on_the_way}/confirm")),
            (customer, format!("/payments/{order}/retry")),
            (owner, format!("/foodCookings/{accepted}/start")),
            (owner, format!("/foodCookings/{accepted}/finish")),
            (rider, format!("/deliveries/{order}/arrive")),
            (customer, format!("/webhooks/{webhook}/secret")),
            (customer, format!("/webhooks/{webhook}/deadLetters/retry")),
            (customer, format!("/webhooks/{webhook}/deadLetters/1/retry")),
        ]
    }

    /// Every command.
    fn rows(&self, orders: &Orders) -> Vec<Row<'_>> {
        let plain = self.plain(orders).into_iter().map(|(who, path)| (who, Method::PUT, path, None));
        let bodies = self.commands().into_iter();
        plain.chain(bodies.map(|(who, method, path, bodies)| (who, method, path, Some(bodies)))).collect()
    }

    /// A dish of the store.
    const fn dish(&self) -> &'static str {
        "019b76da-a800-7444-bda7-573c5d34dc1a"
    }
}

/// How many events people have caused so far.
async fn by_people(city: &City) -> usize {
    let is_system = |actor: &str| actor.to_lowercase().contains("system");
    log_rows(city).await.iter().filter(|row| !is_system(&row.actor)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_every_command_has_one_effect_and_one_answer_under_its_key() {
    let private = |config: &mut server::config::Config| config.webhook_allow_private = true;
    let city = City::open_with(private).await;
    let (mut people, orders) = (People::of(&city).await, Orders::of(&city).await);
    // The description has no command that is not among them.
    let described = people.customer.get("/openapi.json").await.json;
    let (mut with_body, mut without) = (0, 0);
    for (path, item) in described["paths"].as_object().unwrap() {
        let commands = item.as_object().unwrap().iter();
        for (_, operation) in
            commands.filter(|(method, _)| ["post", "put", "patch"].contains(&method.as_str()))
        {
            let mut parameters = operation["parameters"].as_array().unwrap().iter();
            assert!(parameters.any(|parameter| parameter["name"] == "Idempotency-Key"), "{operation}");
            let has_body = operation["requestBody"].is_object();
            with_body += usize::from(has_body);
            without += usize::from(!has_body && !MOVE_JOBS.contains(&path.as_str()));
        }
    }
    assert_eq!((people.commands().len(), people.plain(&orders).len()), (with_body, without));

    let mut sent = Vec::new();
    for (who, method, path, bodies) in people.rows(&orders) {
        let at = format!("{method} {path}");
        let (key, before) = (key(), by_people(&city).await);
        let body = bodies.as_ref().map(|[body, _]| body.clone());
        let first = who.under(&key, method.clone(), &path, body.clone()).await;
        assert!(![401, 403, 404].contains(&first.status) && first.status < 500, "{at}: {first:?}");
        let head = by_people(&city).await;
        match bodies {
            Some([_, other]) => {
                let refused = who.under(&key, method.clone(), &path, Some(other)).await;
                let refused = refused.refused(422, "key-reused");
                assert_eq!(refused["errors"][0]["field"], "Idempotency-Key", "{at}");
            }
            None => {
                assert_eq!(first.status, 200, "{at}: {first:?}");
                let is_in_log = ["/payments", "/webhooks"].iter().all(|above| !path.starts_with(above));
                assert_eq!(head > before, is_in_log, "{at}");
            }
        }
        let again = who.under(&key, method, &path, body).await;
        assert_eq!((again.status, lasting(&again)), (first.status, lasting(&first)), "{at}");
        assert_eq!(again.json.get("secret"), None, "{at}");
        assert_eq!(by_people(&city).await, head, "{at}");
        sent.push((key, first));
    }

    // After a start, from the file.
    let city = City::open_in(city.close().await, private).await;
    people.at(&city.base());
    let head = by_people(&city).await;
    for ((key, first), (who, method, path, bodies)) in sent.into_iter().zip(people.rows(&orders)) {
        let (body, other) = bodies.map(|[body, other]| (body, other)).unzip();
        let again = who.under(&key, method.clone(), &path, body).await;
        assert_eq!(again.status, first.status, "{method} {path}: {again:?}");
        // What was carried out is shown as it is by now. A refusal is what it was.
        if first.status >= 400 {
            assert_eq!(again.json, first.json, "{method} {path}");
        }
        if let Some(other) = other {
            who.under(&key, method, &path, Some(other)).await.refused(422, "key-reused");
        }
    }
    assert_eq!(by_people(&city).await, head);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_a_repeat_undoes_nothing_that_was_asked_for_since() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let people = People::of(&city).await;
    let (rider, customer) = (&people.rider, &people.customer);
    let hold = format!("/webhooks/{}/pause", people.webhook);
    for (who, path, member, [one, other], shown) in [
        (rider, "/riders/me/duty", "onDuty", [json!(false), json!(true)], "/riders/me"),
        (rider, "/riders/me/position", "lat", [json!(37.56), json!(37.54)], "/riders/me"),
        (customer, hold.as_str(), "paused", [json!(true), json!(false)], ""),
    ] {
        let body = |value: &Value| {
            let mut body = json!({ member: value });
            if member == "lat" {
                body["lon"] = json!(126.91);
            }
            Some(body)
        };
        let (first, second) = (key(), key());
        assert_eq!(who.under(&first, Method::PUT, path, body(&one)).await.status, 200, "{path}");
        assert_eq!(who.under(&second, Method::PUT, path, body(&other)).await.status, 200, "{path}");
        assert_eq!(who.under(&first, Method::PUT, path, body(&one)).await.status, 200, "{path}");
        if shown.is_empty() {
            let webhook = who.get(&format!("/webhooks/{}", people.webhook)).await;
            assert_eq!(webhook.text("state"), "active");
        } else {
            assert_eq!(who.get(shown).await.json[member], other, "{path}");
        }
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_retry_counts_as_one() {
    let city = City::open_with(|config| config.gateway.rates.orders_per_minute = 2).await;
    let customer = Program::of(&city, "customer1").await;
    let path = format!("/payments/{}/retry", id_of(&customer.order().await));
    let sent = key();
    for _ in 0..5 {
        assert_eq!(customer.under(&sent, Method::PUT, &path, None).await.status, 200);
    }
    assert_eq!(customer.put(&path, None).await.status, 200);
    customer.put(&path, None).await.refused(429, "too-many-requests");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_a_key_belongs_to_the_account_the_command_and_what_it_is_about() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let other = Program::of(&city, "customer2").await;
    let sent = key();
    let (first, second, theirs) = (customer.order().await, customer.order().await, other.order().await);
    // Two orders, and two commands about one of them.
    for (who, here) in [(&customer, &first), (&customer, &second), (&other, &theirs)] {
        let id = id_of(here);
        who.until_status(here, "주문접수").await;
        let accept = format!("/foodCookings/{id}/accept");
        let accepted = owner.under(&sent, Method::PUT, &accept, Some(json!({"accept": true}))).await;
        assert_eq!((accepted.status, accepted.text("status")), (200, "주문승인"), "{accepted:?}");
        let cancelled = who.under(&sent, Method::PUT, &format!("{here}/cancel"), None).await;
        assert_eq!((cancelled.status, cancelled.text("status")), (200, "취소"), "{cancelled:?}");
    }
    // White space and the order of the members are no part of a body.
    let raw = async |key: &str, body: &'static str| {
        let request = customer.http.post(format!("{}/orderLists", customer.base));
        let request = request.bearer_auth(customer.token.clone().unwrap()).header("idempotency-key", key);
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let sent = key();
    let first = raw(&sent, r#"{"foodId": "피자", "address": "111"}"#).await;
    assert_eq!(first.0, 201, "{first:?}");
    assert_eq!(raw(&sent, "{\"address\":\"111\",\n\"foodId\":\"\\ud53c\\uc790\"}").await, first);
    assert_eq!(raw(&sent, r#"{"foodId": "피자", "address": "111", "quantity": 1}"#).await.0, 422);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_of_many_requests_at_once_under_one_key_one_is_carried_out() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let (customer, rider) = (Program::of(&city, "customer1").await, Program::of(&city, "rider1").await);
    let at_once = async |who: &Program, method: Method, path: &'static str, bodies: [Value; 2]| {
        let (mut asking, key) = (JoinSet::new(), key());
        for index in 0..20 {
            let (who, method, key, body) =
                (who.clone(), method.clone(), key.clone(), bodies[index % 2].clone());
            asking.spawn(async move { (index % 2, who.under(&key, method, path, Some(body)).await) });
        }
        asking.join_all().await
    };
    let url = json!({"url": "http://127.0.0.1:9/"});
    let made = at_once(&customer, Method::POST, "/webhooks", [url.clone(), url]).await;
    assert!(made.iter().all(|(_, heard)| heard.status == 201 && heard.json["id"] == made[0].1.json["id"]));
    assert_eq!(made.iter().filter(|(_, heard)| heard.json["secret"].is_string()).count(), 1);
    assert_eq!(customer.get("/webhooks").await.json["page"]["totalElements"], 1);
    // Of two bodies one is the key's.
    let bodies = [json!({"onDuty": false}), json!({"onDuty": true})];
    let answers = at_once(&rider, Method::PUT, "/riders/me/duty", bodies).await;
    let done: Vec<usize> =
        answers.iter().filter(|(_, heard)| heard.status == 200).map(|(which, _)| *which).collect();
    assert!(done.len() == 10 && done.iter().all(|which| *which == done[0]), "{done:?}");
    for (_, heard) in answers.iter().filter(|(_, heard)| heard.status != 200) {
        heard.refused(422, "key-reused");
    }
    assert_eq!(rider.get("/riders/me").await.json["onDuty"], json!(done[0] == 1));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_a_repeat_with_if_match_is_answered_the_same_after_a_restart() {
    let city = City::open().await;
    let (mut customer, mut owner) =
        (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let here = customer.order().await;
    customer.until_status(&here, "주문접수").await;
    let ticket = format!("/foodCookings/{}", id_of(&here));
    let seen = owner.get(&ticket).await.header("etag").to_owned();
    let of_order = async |customer: &Program| customer.get(&here).await.header("etag").to_owned();
    let (accept, cancel) = (key(), key());
    let send = async |who: &Program, key: &str, tag: &str, path: &str, body: Option<Value>| -> Heard {
        who.send(Method::PUT, path, &[("idempotency-key", key), ("if-match", tag)], body).await
    };
    let (at, body) = (format!("{ticket}/accept"), Some(json!({"accept": true})));
    assert_eq!(send(&owner, &accept, &seen, &at, body.clone()).await.status, 200);
    let order_seen = of_order(&customer).await;
    assert_eq!(send(&customer, &cancel, &order_seen, &format!("{here}/cancel"), None).await.status, 200);
    let head = by_people(&city).await;

    let city = City::open_in(city.close().await, |_| {}).await;
    for program in [&mut customer, &mut owner] {
        program.base = city.base();
    }
    for _ in 0..2 {
        assert_eq!(send(&owner, &accept, &seen, &at, body.clone()).await.status, 200);
        let again = send(&customer, &cancel, &order_seen, &format!("{here}/cancel"), None).await;
        assert_eq!((again.status, again.text("status")), (200, "취소"), "{again:?}");
        send(&owner, &key(), &seen, &at, body.clone()).await.refused(412, "stale");
    }
    assert_eq!(by_people(&city).await, head);
    city.close().await;
}
