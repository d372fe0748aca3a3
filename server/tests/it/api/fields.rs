//! What is wrong is named as it was sent: by the member of the body, with the way to it. And it is said in the caller's language.

use super::{Heard, Program, id_of};
use crate::city::City;
use reqwest::Method;
use serde_json::{Value, json};

/// A body of this, with one member more or another value of it.
fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

/// What is odd about a refusal: it is not about this member, or does not speak this language.
fn odd(heard: &Heard, field: &str, language: &str) -> Option<String> {
    let is_korean = |said: &str| said.chars().any(|letter| ('가'..='힣').contains(&letter));
    let speaks = |said: &Value| said.as_str().is_some_and(|said| is_korean(said) == (language == "ko"));
    let errors = heard.json["errors"].as_array().cloned().unwrap_or_default();
    let named = errors.first().map_or("", |error| error["field"].as_str().unwrap_or_default());
    let is_said = |error: &Value| speaks(&error["detail"]);
    let is_as_it_should =
        heard.status == 422 && named == field && errors.iter().all(is_said) && speaks(&heard.json["detail"]);
    (!is_as_it_should).then(|| format!("{language}, {field}: {} {}", heard.status, heard.json))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_names_a_wrong_value_by_its_member() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let rider = Program::of(&city, "rider1").await;
    let here = customer.order().await;
    customer.until_status(&here, "주문접수").await;
    let (ticket, (store, line)) = (format!("/foodCookings/{}", id_of(&here)), city.first_item().await);
    let order = || json!({"foodId": "피자", "address": "111"});
    let items = |items: Value| json!({"items": items, "address": "111"});
    let long = |count: usize| json!("가".repeat(count));
    let dish = || json!({"section": "시험", "name": {"ko": "시험"}, "price": 1_000});
    let group = |choices: Value| json!([{"name": {"ko": "맛"}, "min": 0, "max": 1, "choices": choices}]);
    let of_store = |part: &str| format!("/stores/{store}/{part}");
    let day = |day: &str, opens: &str, closes: &str| json!({"day": day, "opens": opens, "closes": closes});
    let minutes = |minutes: u32| json!({"minutes": minutes});
    let (post, put, patch) = (Method::POST, Method::PUT, Method::PATCH);
    let unknown = json!("01900000-0000-7000-8000-000000000001");
    let fail = format!("/deliveries/{}/fail", id_of(&here));
    let mut rows: Vec<(&Program, &Method, String, Value, &str)> = Vec::new();
    for (body, field) in [
        (with(order(), "foodId", json!("없는 음식")), "foodId"),
        (with(order(), "quantity", json!(0)), "quantity"),
        (with(order(), "options", json!(["없는 맛"])), "options"),
        (with(order(), "address", json!("화성 1번지")), "address"),
        (with(order(), "store", unknown.clone()), "store"),
        (with(order(), "status", json!("거절")), "status"),
        (with(order(), "agreed", json!(u64::MAX)), "agreed"),
        (items(json!([{"foodId": "피자"}, {"foodId": "없는 음식"}])), "items[1].foodId"),
        (items(json!([{"foodId": "피자"}, {"foodId": "피자", "quantity": 0}])), "items[1].quantity"),
        (items(json!([{"foodId": "피자", "options": ["없는 맛"]}])), "items[0].options"),
        (items(json!([{"foodId": "피자", "quantity": "x"}])), "items[0].quantity"),
        (items(json!([{"foodId": "피자", "quantity": -1}])), "items[0].quantity"),
        (items(json!([{"quantity": 1}])), "items[0].foodId"),
        (items(json!([{"foodId": "피자", "colour": 1}])), "items[0].colour"),
        (items(json!({})), "items"),
        (with(order(), "store", json!("x")), "store"),
        (with(order(), "colour", json!(1)), "colour"),
        (with(order(), "foodId", json!(1)), "foodId"),
        (json!("x"), "body"),
    ] {
        for path in ["/orderLists", "/quotes"] {
            rows.push((&customer, &post, path.to_owned(), body.clone(), field));
        }
    }
    for (member, value) in [
        ("name", long(100)),
        ("phone", json!("x")),
        ("addressDetail", long(300)),
        ("noteToStore", long(300)),
        ("noteToRider", long(300)),
        ("card", json!("tok_unknown")),
    ] {
        rows.push((&customer, &post, "/orderLists".to_owned(), with(order(), member, value), member));
    }
    let change = |items: Value| json!({"items": items});
    rows.extend([
        (&customer, &patch, here.clone(), change(json!([{"foodId": "없는 음식"}])), "items[0].foodId"),
        (&customer, &patch, here.clone(), change(json!([])), "items"),
        (&owner, &put, format!("{ticket}/accept"), json!({"accept": true, "minutes": 0}), "minutes"),
        (&owner, &put, format!("{ticket}/accept"), json!({"accept": false}), "reason"),
        (&rider, &put, "/riders/me/duty".to_owned(), json!({"onDuty": "x"}), "onDuty"),
        (&rider, &put, "/riders/me/duty".to_owned(), json!({}), "onDuty"),
        (&rider, &put, "/riders/me/position".to_owned(), json!({"lat": "x", "lon": 0.0}), "lat"),
        (&rider, &put, fail.clone(), json!({"reason": "bored"}), "reason"),
        (&rider, &put, fail, json!({"reason": 7}), "reason"),
        (&owner, &put, of_store("capacity"), json!({"capacity": -1}), "capacity"),
        (&rider, &put, "/riders/me/position".to_owned(), json!({"lat": 91.0, "lon": 0.0}), "lat"),
        (&owner, &put, of_store("capacity"), json!({"capacity": 1_001}), "capacity"),
        (&owner, &put, of_store("pause"), json!({"paused": true, "minutes": 0}), "minutes"),
        (&owner, &put, of_store("busy"), minutes(7), "minutes"),
        (&owner, &put, of_store("answerLimit"), minutes(0), "minutes"),
        (&owner, &post, of_store("menu"), with(dish(), "price", json!(10_000_001)), "price"),
        (&owner, &post, of_store("menu"), with(dish(), "name", json!({"ko": " "})), "name"),
        (&owner, &post, of_store("menu"), with(dish(), "section", json!(" ")), "section"),
        (
            &owner,
            &post,
            of_store("menu"),
            with(dish(), "description", json!({"ko": long(2_000)})),
            "description",
        ),
        (&owner, &post, of_store("menu"), with(dish(), "options", group(json!([]))), "options"),
        (
            &owner,
            &post,
            of_store("menu"),
            with(dish(), "options", group(json!([{"name": {"ko": "단맛"}, "price": u64::MAX}]))),
            "options[0].choices[0].price",
        ),
        (&owner, &patch, of_store("menu"), json!({"id": unknown, "soldOut": true}), "id"),
        (&owner, &patch, of_store("menu"), json!({"id": line.item, "name": {"ko": " "}}), "name"),
        (&owner, &patch, of_store("menu"), json!({"id": line.item, "price": 10_000_001}), "price"),
        (&customer, &post, "/webhooks".to_owned(), json!({"url": "till"}), "url"),
    ]);
    for (spans, field) in [
        (json!([day("mon", "09:00", "22:00"), day("xyz", "09:00", "22:00")]), "hours[1].day"),
        (json!([day("mon", "25:00", "22:00")]), "hours[0].opens"),
        (json!([day("mon", "09:00", "24:01")]), "hours[0].closes"),
    ] {
        rows.push((&owner, &put, of_store("hours"), json!({"hours": spans}), field));
    }
    let mut wrong = Vec::new();
    for (who, method, path, body, field) in rows {
        for language in ["ko", "en"] {
            let headers = [("accept-language", language)];
            let heard = who.send(method.clone(), &path, &headers, Some(body.clone())).await;
            wrong.extend(odd(&heard, field, language).map(|odd| format!("{method} {path} {body}: {odd}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_query_or_with_all_of_a_body_is_said_in_the_callers_language() {
    let city = City::open().await;
    let customer = Program::of(&city, "customer1").await;
    let sought = format!("/stores?search={}", "x".repeat(101));
    let mut wrong = Vec::new();
    for language in ["ko", "en"] {
        let headers = [("accept-language", language)];
        for (path, field) in [
            ("/orderLists?page=x", "page"),
            ("/orderLists?page=4294967296", "page"),
            ("/orderLists?page=1&page=2", "page"),
            ("/orderLists?size=0", "size"),
            ("/orderLists?colour=1", "colour"),
            ("/notices?before=-1", "before"),
            ("/notices?before=soon", "before"),
            (sought.as_str(), "search"),
        ] {
            let heard = customer.send(Method::GET, path, &headers, None).await;
            wrong.extend(odd(&heard, field, language).map(|odd| format!("{path}: {odd}")));
        }
        let (post, path) = (Method::POST, "/orderLists");
        let no_json = customer.request(post.clone(), path).header("content-type", "application/json");
        let no_json = no_json.header("accept-language", language).body("{\"foodId\": ");
        let heard = customer.hear(&post, path, no_json).await;
        heard.refused(400, "unreadable");
        let is_korean = heard.text("detail").chars().any(|letter| ('가'..='힣').contains(&letter));
        assert_eq!(is_korean, language == "ko", "{heard:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    city.close().await;
}
