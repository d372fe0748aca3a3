//! A command is the same by its page and by the API: on twins, one acted on by forms and one by the API, the log holds the same events.

use super::Program;
use crate::city::{City, key};
use crate::files::open;
use crate::people::{Basket, Field, Person, field, order_in};
use domain::shared::{OrderId, StoreId};
use serde_json::{Value, json};
use sqlx::Row;
use std::collections::BTreeSet;

/// What a story does next: with a page's form, and with a request of the API.
struct Step {
    who: usize,
    /// The server function, and the fields beside the order and the key.
    form: (&'static str, Vec<Field>),
    /// The end of the path below the resource of the role, and the body.
    request: (&'static str, Option<Value>),
}

const CUSTOMER: usize = 0;
const OWNER: usize = 1;
const RIDER: usize = 2;

fn step(who: usize, form: &'static str, fields: &[(&str, &str)], path: &'static str, body: Value) -> Step {
    let fields = fields.iter().map(|(name, value)| field(name, value)).collect();
    Step { who, form: (form, fields), request: (path, Some(body).filter(|body| !body.is_null())) }
}

/// One piece more of the same, at the price that it has then.
fn change(basket: &Basket, agreed: u64) -> Step {
    let item = basket.line.item.to_string();
    let fields = [("lines[0][item]", item.as_str()), ("lines[0][quantity]", "2")];
    let body = json!({"items": [{"foodId": item, "quantity": 2}], "agreed": agreed});
    let mut step = step(CUSTOMER, "orders/change", &fields, "", body);
    step.form.1.push(field("agreed", agreed));
    step
}

/// Five stories, which have every command about an order in them.
fn stories(basket: &Basket, dearer: u64) -> Vec<Vec<Step>> {
    let plain = |who, form, path| step(who, form, &[], path, Value::Null);
    let minutes = |form, path, minutes: u32| {
        let typed = minutes.to_string();
        let mut body = json!({"minutes": minutes});
        if path == "accept" {
            body["accept"] = json!(true);
        }
        step(OWNER, form, &[("minutes", &typed)], path, body)
    };
    let cooked = || {
        vec![
            minutes("owner/accept", "accept", 25),
            plain(OWNER, "owner/start", "start"),
            minutes("owner/delay", "delay", 10),
            plain(OWNER, "owner/finish", "finish"),
            plain(RIDER, "rider/claim", "claim"),
        ]
    };
    let mut whole = vec![change(basket, dearer)];
    whole.extend(cooked());
    whole.extend([
        plain(RIDER, "rider/release", "release"),
        plain(RIDER, "rider/claim", "claim"),
        plain(RIDER, "rider/arrive", "arrive"),
        plain(RIDER, "rider/pick", "pick"),
        plain(RIDER, "rider/deliver", "deliver"),
        plain(CUSTOMER, "orders/confirm", "confirm"),
    ]);
    let mut failed = cooked();
    let absent = json!({"reason": "customer_absent"});
    failed.extend([
        plain(RIDER, "rider/pick", "pick"),
        step(RIDER, "rider/fail", &[("reason", "customer_absent")], "fail", absent),
    ]);
    let reason = json!({"accept": false, "reason": "반죽이 떨어졌어요"});
    vec![
        whole,
        failed,
        vec![plain(CUSTOMER, "orders/cancel", "cancel")],
        vec![minutes("owner/accept", "accept", 5), plain(CUSTOMER, "orders/cancel", "cancel")],
        vec![step(OWNER, "owner/reject", &[("reason", "반죽이 떨어졌어요")], "accept", reason)],
    ]
}

/// What is in the log under an id: context, type, who, and what.
async fn events(city: &City, id: impl ToString) -> Vec<(String, String, String, Value)> {
    let mut file = open(&city.folder.path().join("baedal.db")).await;
    let sql =
        "SELECT context, type, actor, payload FROM events WHERE stream_id = ? ORDER BY context, version";
    let rows = sqlx::query(sql).bind(id.to_string()).fetch_all(&mut file).await.unwrap();
    rows.iter()
        .map(|row| {
            let payload = row.get::<String, _>("payload").replace(&id.to_string(), "its own");
            let payload = serde_json::from_str(&payload).unwrap();
            (row.get("context"), row.get("type"), row.get("actor"), payload)
        })
        .collect()
}

/// Where two payloads differ in more than what belongs to one of the twins alone: its ids and secrets, and moments.
fn differences(one: &Value, other: &Value, at: &str, found: &mut Vec<String>) {
    const OWN: [&str; 5] = ["sealed", "code", "number", "order", "provider_id"];
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for name in names.into_iter().filter(|name| !OWN.contains(&name.as_str())) {
                let of = |object: &serde_json::Map<String, Value>| object.get(name).cloned();
                differences(
                    &of(one).unwrap_or(json!("missing")),
                    &of(other).unwrap_or(json!("missing")),
                    &format!("{at}.{name}"),
                    found,
                );
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(one, other, &format!("{at}[{index}]"), found);
            }
        }
        (Value::Number(one), Value::Number(other)) if is_moment(one) && is_moment(other) => {}
        _ if one == other => {}
        _ => found.push(format!("{at}: {one} by the page, {other} by the API")),
    }
}

/// Milliseconds since 1970, of this century.
fn is_moment(number: &serde_json::Number) -> bool {
    number.as_i64().is_some_and(|number| number > 1_000_000_000_000)
}

/// The twins' events are the same.
async fn same(city: &City, (page, api): (String, String), of: &str) -> BTreeSet<String> {
    let (page, api) = (events(city, page).await, events(city, api).await);
    let kinds = |events: &[(String, String, String, Value)]| -> Vec<(String, String, String)> {
        events
            .iter()
            .map(|(context, kind, actor, _)| (context.clone(), kind.clone(), actor.clone()))
            .collect()
    };
    assert_eq!(kinds(&page), kinds(&api), "{of}");
    let mut found = Vec::new();
    for ((_, kind, _, one), (_, _, _, other)) in page.iter().zip(&api) {
        differences(one, other, kind, &mut found);
    }
    assert!(found.is_empty(), "{of}: {found:#?}");
    page.into_iter().map(|(_, kind, ..)| kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_about_an_order_is_the_same_by_its_page_and_by_the_api() {
    let city = City::open().await;
    let logins = ["customer1", "owner1", "rider1"];
    let (mut people, mut programs) = (Vec::new(), Vec::new());
    for login in logins {
        people.push(Person::log_in(&city.base(), login).await);
        programs.push(Program::of(&city, login).await);
    }
    let basket = people[CUSTOMER].basket().await;
    let dearer = {
        let item = json!({"foodId": basket.line.item, "store": basket.store, "quantity": 2});
        programs[CUSTOMER].post("/quotes", item).await.json["total"].as_u64().unwrap()
    };
    let typed = crate::city::typed("tok_approve");
    let placed_as = json!({
        "foodId": basket.line.item, "store": basket.store, "agreed": basket.agreed.get(), "name": typed.name,
        "phone": typed.phone, "address": typed.address, "addressDetail": typed.address_detail,
        "noteToStore": typed.note_to_store, "noteToRider": typed.note_to_rider, "card": typed.card,
    });
    let mut kinds = BTreeSet::new();
    for story in stories(&basket, dearer) {
        let (status, answer) = people[CUSTOMER].try_to_place(&basket, "tok_approve", &key()).await.unwrap();
        assert_eq!(status, 200, "{answer}");
        let page = order_in(&answer);
        let api = programs[CUSTOMER].post("/orderLists", placed_as.clone()).await;
        let api: OrderId = api.text("orderId").parse().unwrap();
        for order in [page, api] {
            programs[CUSTOMER].until_status(&format!("/orderLists/{order}"), "주문접수").await;
        }
        let mut steps = Vec::new();
        for Step { who, form: (function, mut fields), request: (part, mut body) } in story {
            steps.push(function);
            fields.extend([field("order", page), field("key", key())]);
            // What is read off the bag, and said at the door.
            if let Some(member) = [("pick", "number"), ("deliver", "code")].iter().find(|(of, _)| *of == part)
            {
                let of = async |order: OrderId| {
                    let heard = programs[CUSTOMER].get(&format!("/orderLists/{order}")).await;
                    heard.text(member.1).to_owned()
                };
                fields.push(field(member.1, of(page).await));
                body = Some(json!({ member.1: of(api).await }));
            }
            if part == "claim" {
                city.until_offered(page).await;
                city.until_offered(api).await;
            }
            let (status, answer) = people[who].send(&format!("/api/{function}"), &fields).await.unwrap();
            assert_eq!(status, 200, "{function}: {answer}");
            let kind = ["orderLists", "foodCookings", "deliveries"][who];
            let heard = if part.is_empty() {
                programs[who].send(reqwest::Method::PATCH, &format!("/{kind}/{api}"), &[], body).await
            } else {
                programs[who].put(&format!("/{kind}/{api}/{part}"), body).await
            };
            assert_eq!(heard.status, 200, "{function}: {heard:?}");
            // What follows by itself is over before the next: twins have the same order of events then.
            for order in [page, api] {
                let settled = |heard: &super::Heard| {
                    heard.json["change"].is_null()
                        && heard.json["status"] != "주문접수중"
                        && heard.json["total"].as_u64().is_some()
                };
                let heard = programs[CUSTOMER].until(&format!("/orderLists/{order}"), settled).await;
                // Nothing is owed before it was asked for: of an order without a meal all has to be back.
                let is_back = ["취소", "거절"].contains(&heard.text("status"));
                programs[CUSTOMER]
                    .until(&format!("/payments/{order}"), |heard| {
                        let paid = &heard.json;
                        let is_over = paid["owed"] == 0 && paid["state"] != "refunding";
                        is_over && (!is_back || paid["refunded"] == paid["approved"])
                    })
                    .await;
            }
        }
        kinds.extend(same(&city, (page.to_string(), api.to_string()), &steps.join(", ")).await);
    }
    for kind in [
        "OrderPlaced",
        "OrderCancelled",
        "ReceiptConfirmed",
        "TicketAccepted",
        "TicketRejected",
        "CookingStarted",
        "CookingFinished",
        "DeliveryClaimed",
        "DeliveryReleased",
        "DeliveryPickedUp",
        "DeliveryDelivered",
        "DeliveryFailed",
    ] {
        assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_to_a_store_is_the_same_by_its_page_and_by_the_api() {
    let city = City::open().await;
    let (owner, other) = (Person::log_in(&city.base(), "owner1").await, Program::of(&city, "owner2").await);
    let store_of = |login: &str| -> StoreId { crate::city::caller(login).account.unwrap().store.unwrap() };
    let (page, api) = (store_of("owner1"), store_of("owner2"));
    let before = (events(&city, page).await.len(), events(&city, api).await.len());
    for (function, fields, part, body) in [
        ("capacity", vec![("capacity", "77")], "capacity", json!({"capacity": 77})),
        ("pause", vec![("minutes", "30")], "pause", json!({"paused": true, "minutes": 30})),
        ("reopen", vec![], "pause", json!({"paused": false})),
        ("pause", vec![("minutes", "")], "pause", json!({"paused": true})),
        ("busy", vec![("minutes", "15")], "busy", json!({"minutes": 15})),
        ("answer-limit", vec![("minutes", "9")], "answerLimit", json!({"minutes": 9})),
    ] {
        let mut form: Vec<Field> = fields.into_iter().map(|(name, value)| field(name, value)).collect();
        form.push(field("key", key()));
        let (status, answer) = owner.send(&format!("/api/owner/{function}"), &form).await.unwrap();
        assert_eq!(status, 200, "{function}: {answer}");
        other.does(&format!("/stores/{api}/{part}"), Some(body)).await;
    }
    let (page, api) =
        (events(&city, page).await.split_off(before.0), events(&city, api).await.split_off(before.1));
    let kinds = |events: &[(String, String, String, Value)]| -> Vec<String> {
        events.iter().map(|(_, kind, ..)| kind.clone()).collect()
    };
    assert_eq!(kinds(&page), kinds(&api));
    assert_eq!(page.len(), 6, "{page:?}");
    let mut found = Vec::new();
    for ((_, kind, _, one), (_, _, _, other)) in page.iter().zip(&api) {
        differences(one, other, kind, &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
    city.close().await;
}
