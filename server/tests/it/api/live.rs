//! What live streams say is what the description says of them.

use super::{Program, id_of};
use crate::city::{City, caller, key};
use crate::people::Person;
use domain::shared::TokenId;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Whether a value is as a schema says. What the schema does not name is wrong too.
pub(super) fn fits(value: &Value, schema: &Value, all: &Value) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("{value}: {why} {schema}"));
    if let Some(name) = schema["$ref"].as_str() {
        return fits(value, &all[name.rsplit('/').next().unwrap()], all);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|choice| fits(value, choice, all).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { wrong("fits not one of") };
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::Null => return Ok(()),
        one => vec![one.clone()],
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.iter().any(|one| one == is || (one == "number" && is == "integer")) {
        return wrong("is none of the types of");
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return wrong("is not among");
    }
    for item in value.as_array().into_iter().flatten() {
        fits(item, &schema["items"], all)?;
    }
    if let (Some(members), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
        let required = schema["required"].as_array().into_iter().flatten();
        if !required.into_iter().all(|name| members.contains_key(name.as_str().unwrap())) {
            return wrong("lacks something of");
        }
        for (name, member) in members {
            let Some(property) = properties.get(name) else { return wrong("holds more than") };
            fits(member, property, all)?;
        }
    }
    Ok(())
}

/// A program whose token is known by its id.
pub(super) async fn program(city: &City, login: &str) -> (Program, TokenId) {
    let id = city.backend.make_token(&caller(login), "api", "30").await.unwrap();
    let page = city.backend.account_page(&caller(login), Some(id)).await.unwrap();
    (Program { token: Some(page.made.unwrap().secret), ..Program::stranger(&city.base()) }, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_stream_says_is_as_the_description_has_it() {
    let city = City::open().await;
    let (customer, of_customer) = program(&city, "customer1").await;
    let (owner, of_owner) = program(&city, "owner1").await;
    let (rider, of_rider) = program(&city, "rider1").await;
    let (other, of_other) = program(&city, "rider2").await;
    let (operator, of_operator) = program(&city, "operator").await;

    // An order that is changed, delayed, given back and delivered; one that is cancelled; and a store's day.
    let here = customer.order().await;
    let id = id_of(&here).to_owned();
    let store = customer.until_status(&here, "주문접수").await.text("storeId").to_owned();
    let two = json!({"items": [{"foodId": "피자", "quantity": 2}]});
    let changed = customer.send(Method::PATCH, &here, &[("idempotency-key", &key())], Some(two)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    customer.until(&here, |heard| heard.json["items"][0]["quantity"] == 2).await;
    let ticket = |step: &str| format!("/foodCookings/{id}/{step}");
    owner.does(&ticket("accept"), Some(json!({"accept": true, "minutes": 20}))).await;
    owner.does(&ticket("delay"), Some(json!({"minutes": 10}))).await;
    for step in ["start", "finish"] {
        owner.does(&ticket(step), None).await;
    }
    rider.until(&format!("/deliveries/{id}"), |heard| heard.status == 200).await;
    for step in ["claim", "release", "claim", "arrive", "pick", "deliver"] {
        rider.does(&format!("/deliveries/{id}/{step}"), None).await;
    }
    customer.does(&format!("{here}/confirm"), None).await;
    let second = customer.order().await;
    customer.until_status(&second, "주문접수").await;
    customer.does(&format!("{second}/cancel"), None).await;
    let of_store = |part: &str| format!("/stores/{store}/{part}");
    let week = json!({"hours": [{"day": "fri", "opens": "18:00", "closes": "02:00"}]});
    for (part, body) in [
        ("capacity", json!({"capacity": 33})),
        ("pause", json!({"paused": true})),
        ("pause", json!({"paused": false})),
        ("busy", json!({"minutes": 15})),
        ("answerLimit", json!({"minutes": 9})),
        ("hours", week),
    ] {
        owner.does(&of_store(part), Some(body)).await;
    }
    let dish = json!({"section": "시험", "name": {"ko": "시험 피자"}, "price": 15_000});
    assert_eq!(owner.post(&of_store("menu"), dish).await.status, 201);

    let described = customer.get("/openapi.json").await.json;
    let schemas = &described["components"]["schemas"];
    let mut heard = BTreeSet::new();
    for (login, program, token, path) in [
        ("customer1", &customer, of_customer, "/live/orders".to_owned()),
        ("owner1", &owner, of_owner, "/live/owner".to_owned()),
        ("rider1", &rider, of_rider, "/live/rider".to_owned()),
        ("rider2", &other, of_other, "/live/rider".to_owned()),
        ("operator", &operator, of_operator, format!("/live/order/{id}")),
    ] {
        let script = Person::script(&city.base(), program.token.as_ref().unwrap());
        let mut stream = script.listen(&format!("{path}?after=0")).await;
        // All that was missed comes before the end.
        city.backend.revoke_token(&caller(login), token).await.unwrap();
        let (messages, last) = stream.to_its_end().await;
        assert!(last.is("bye", "logout") || last.is("bye", "over"), "{login}: {last:?}");
        for message in messages {
            let message = serde_json::to_value(&message).unwrap();
            fits(&message, &schemas["LiveMessage"], schemas).unwrap_or_else(|why| panic!("{login}: {why}"));
            let change = message["data"]["change"].as_str().unwrap_or_default();
            heard.insert(format!("{} {change}", message["kind"].as_str().unwrap()).trim().to_owned());
        }
    }
    for kind in [
        "order",
        "operator",
        "ticket opened",
        "ticket moved",
        "ticket delayed",
        "ticket changed",
        "ticket rider",
        "store capacity",
        "store paused",
        "store reopened",
        "store busy",
        "store answer_limit",
        "store hours",
        "store menu",
        "job offered",
        "job taken",
        "job mine",
    ] {
        assert!(heard.contains(kind), "{kind} is missing in {heard:?}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_may_not_listen_hears_a_problem() {
    let city = City::open().await;
    let stranger = Program::stranger(&city.base());
    stranger.get("/live/orders").await.refused(401, "not-signed-in");
    let (customer, _) = program(&city, "customer1").await;
    customer.get("/live/owner").await.refused(403, "wrong-role");
    customer.get("/live/order/01900000-0000-7000-8000-000000000001").await.refused(404, "not-found");
    customer.get("/live/orders?after=soon").await.refused(400, "unreadable");
    city.close().await;
    let city = City::open_with(|config| config.gateway.rates.streams = 1).await;
    let (customer, _) = program(&city, "customer1").await;
    let script = Person::script(&city.base(), customer.token.as_ref().unwrap());
    let open = script.listen("/live/orders").await;
    let refused = customer.get("/live/orders").await;
    refused.refused(429, "too-many-requests");
    assert_eq!(refused.header("retry-after"), "10");
    drop(open);
    city.close().await;
}
