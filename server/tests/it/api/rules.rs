//! What makes the API safe to use: keys, versions, refusals in words, lists page by page.

use super::{Heard, Program, id_of};
use crate::city::{City, key};
use reqwest::Method;
use serde_json::{Value, json};

async fn place(program: &Program, key: &str, body: Value) -> Heard {
    program.send(Method::POST, "/orderLists", &[("idempotency-key", key)], Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_a_repeated_placing_gets_the_original_status_and_body() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let body = json!({"foodId": "피자", "address": "111"});
    let sent = key();
    let first = place(&customer, &sent, body.clone()).await;
    assert_eq!(first.status, 201, "{first:?}");
    let id = first.text("orderId").to_owned();
    customer.until_status(&format!("/orderLists/{id}"), "주문접수").await;
    owner.does(&format!("/foodCookings/{id}/accept"), Some(json!({"accept": true}))).await;
    // Whatever has become of the order and of the store since.
    let store = first.text("storeId");
    owner.does(&format!("/stores/{store}/pause"), Some(json!({"paused": true}))).await;
    let again = place(&customer, &sent, body.clone()).await;
    assert_eq!((again.status, &again.json), (201, &first.json));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(customer.get("/orderLists").await.json["page"]["totalElements"], 1);
    // The same key for something else, and a key that is none.
    let other = json!({"foodId": "피자", "address": "111", "quantity": 2});
    let refused = place(&customer, &sent, other).await;
    assert_eq!(refused.refused(422, "key-reused")["errors"][0]["field"], "Idempotency-Key");
    let long = "k".repeat(201);
    assert_eq!(
        place(&customer, &long, body).await.refused(422, "invalid")["errors"][0]["field"],
        "Idempotency-Key"
    );
    city.close().await;
}

/// Whoever has not heard the answer asks again, whoever has the job by then and wherever the rider is.
#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_a_rider_who_repeats_hears_that_it_was_done_also_when_the_job_is_anothers() {
    let city = City::open().await;
    let (rider, other) = (Program::of(&city, "rider1").await, Program::of(&city, "rider2").await);
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    let [claim, release] = ["claim", "release"].map(|step| (key(), format!("/deliveries/{order}/{step}")));
    let does = async |(key, path): &(String, String)| rider.under(key, Method::PUT, path, None).await;
    assert_eq!(does(&claim).await.json["mine"], true);
    assert_eq!(does(&release).await.json["mine"], false);
    rider.does("/riders/me/duty", Some(json!({"onDuty": false}))).await;
    other.does(&format!("/deliveries/{order}/claim"), None).await;
    for repeated in [&claim, &release] {
        let heard = does(repeated).await;
        assert_eq!((heard.status, &heard.json["mine"]), (200, &json!(false)), "{heard:?}");
        assert_eq!((heard.text("status"), &heard.json["recipient"]), ("배차대기", &json!(null)));
    }
    // What is another's is hidden from whoever only looks.
    rider.get(&format!("/deliveries/{order}")).await.refused(404, "not-found");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_would_cost_is_told_before_it_is_placed() {
    let city = City::open().await;
    let customer = Program::of(&city, "customer1").await;
    let mut body =
        json!({"foodId": "피자", "address": "서울 마포구 양화로 45", "quantity": 2, "addressDetail": "3층"});
    let quote = customer.post("/quotes", body.clone()).await;
    assert_eq!((quote.status, &quote.json["items"][0]["quantity"]), (200, &json!(2)), "{quote:?}");
    let sum = |member: &str| quote.json[member].as_u64().unwrap();
    assert_eq!(sum("total"), sum("itemsTotal") + sum("deliveryFee"));
    // To the account's own address, when none is named.
    let usual = customer.post("/quotes", json!({"foodId": "피자", "quantity": 2})).await;
    assert_eq!(usual.json["total"], quote.json["total"]);
    assert_eq!(customer.get("/orderLists").await.json["page"]["totalElements"], 0, "nothing is placed");
    // It costs what was said, and nothing else.
    body["agreed"] = json!(sum("total") - 1);
    customer.post("/orderLists", body.clone()).await.refused(409, "price-changed");
    body["agreed"] = json!(sum("total"));
    let placed = customer.post("/orderLists", body.clone()).await;
    assert_eq!((placed.status, &placed.json["total"]), (201, &quote.json["total"]), "{placed:?}");
    assert_eq!(placed.text("storeId"), quote.text("storeId"));
    // What could not be placed is refused as it would be.
    let owner = Program::of(&city, "owner1").await;
    let store = placed.text("storeId");
    owner.does(&format!("/stores/{store}/pause"), Some(json!({"paused": true}))).await;
    for (member, value, field) in [
        ("store", json!(store), "store"),
        ("address", json!("화성 1번지"), "address"),
        ("foodId", json!("없는 음식"), "foodId"),
    ] {
        let mut body = json!({"foodId": "피자", "address": "111"});
        body[member] = value;
        let heard = customer.post("/quotes", body).await;
        assert_eq!(heard.refused(422, "invalid")["errors"][0]["field"], field);
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_is_away_placing_answers_202_and_its_repeat_too() {
    // Nobody listens there.
    let city = City::open_with(|config| {
        config.payment_url = Some("http://127.0.0.1:9".to_owned());
        config.payment_breaker.failures = 1;
        config.payment_breaker.open = std::time::Duration::from_secs(600);
    })
    .await;
    let customer = Program::of(&city, "customer1").await;
    // A provider that was never there has told no cards: the customer names one.
    let body = json!({"foodId": "피자", "address": "111", "card": "tok_approve"});
    let order = place(&customer, &key(), body.clone()).await.text("orderId").to_owned();
    customer.until_status(&format!("/orderLists/{order}"), "결제대기").await;
    let sent = key();
    let first = place(&customer, &sent, body.clone()).await;
    assert_eq!((first.status, first.text("status")), (202, "결제대기"), "{first:?}");
    assert!(first.json["_links"]["retry"].is_object());
    let again = place(&customer, &sent, body).await;
    assert_eq!((again.status, &again.json), (202, &first.json));
    let id = first.text("orderId");
    assert_eq!(customer.does(&format!("/payments/{id}/retry"), None).await.json["approved"], 0);
    customer.does(&format!("/orderLists/{id}/cancel"), None).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_it_was_seen_is_left_alone() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let here = customer.order().await;
    let seen = customer.until_status(&here, "주문접수").await;
    let tag = seen.header("etag").to_owned();
    // What is known already is not sent again.
    let known = customer.send(Method::GET, &here, &[("if-none-match", &tag)], None).await;
    assert_eq!((known.status, known.header("etag")), (304, tag.as_str()));
    let ticket = format!("/foodCookings/{}", id_of(&here));
    let of_ticket = owner.get(&ticket).await.header("etag").to_owned();
    owner.does(&format!("{ticket}/accept"), Some(json!({"accept": true}))).await;
    // Now it is another.
    let cancel = format!("{here}/cancel");
    let sent = key();
    let with = async |tag: &str| {
        customer.send(Method::PUT, &cancel, &[("idempotency-key", &sent), ("if-match", tag)], None).await
    };
    with(&tag).await.refused(412, "stale");
    with("\"nonsense\"").await.refused(412, "stale");
    let start = format!("{ticket}/start");
    owner.send(Method::PUT, &start, &[("if-match", &of_ticket)], None).await.refused(412, "stale");
    let now = customer.get(&here).await.header("etag").to_owned();
    assert_ne!(now, tag);
    // The same key may be used again: nothing had been done under it.
    assert_eq!(with(&now).await.status, 200);
    assert_eq!(with(&now).await.status, 200, "a repeat is no new request");
    // Any version will do.
    let second = customer.order().await;
    let any = customer.send(Method::PUT, &format!("{second}/cancel"), &[("if-match", "*")], None).await;
    assert_eq!(any.status, 200, "{any:?}");
    // A store's too.
    let store = seen.text("storeId");
    let capacity = format!("/stores/{store}/capacity");
    let of_store = owner.get(&capacity).await.header("etag").to_owned();
    let set = async |tag: &str, capacity_is: u32| {
        let body = json!({"capacity": capacity_is});
        owner.send(Method::PUT, &capacity, &[("if-match", tag)], Some(body)).await
    };
    let after = set(&of_store, 33).await;
    assert_eq!(after.status, 200, "{after:?}");
    set(&of_store, 34).await.refused(412, "stale");
    assert_eq!(owner.get(&capacity).await.json["capacity"], 33);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_what_is_wrong_in_the_callers_language() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let here = customer.order().await;
    customer.until_status(&here, "주문접수").await;
    let ticket = format!("/foodCookings/{}", id_of(&here));
    // 409 names the state and the command.
    let too_early = owner.put(&format!("{ticket}/finish"), None).await;
    let problem = too_early.refused(409, "not-now");
    assert_eq!((&problem["state"], &problem["command"]), (&json!("received"), &json!("finish")));
    assert_eq!(problem["instance"], format!("{ticket}/finish"));
    let early = customer.put(&format!("{here}/confirm"), None).await;
    assert_eq!(early.refused(409, "not-now")["command"], "confirm");
    // In both languages, under the same type.
    let mut sentences = Vec::new();
    for (language, word) in [("ko", "주소"), ("en-GB,en;q=0.9", "address")] {
        let body = json!({"foodId": "피자", "address": "화성 1번지"});
        let headers = [("accept-language", language)];
        let heard = customer.send(Method::POST, "/orderLists", &headers, Some(body)).await;
        let problem = heard.refused(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "address");
        let detail = problem["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(word), "{detail}");
        sentences.push(detail);
    }
    assert_ne!(sentences[0], sentences[1]);
    // 422 names the field, also of a body of the wrong shape.
    for (body, field) in [
        (json!({"foodId": "없는 음식", "address": "111"}), "foodId"),
        (json!({"foodId": "피자", "address": "111", "quantity": "two"}), "quantity"),
        (json!({"foodId": "피자", "address": "111", "quantity": 0}), "quantity"),
        (json!({"foodId": "피자", "address": "111", "status": "거절"}), "status"),
        (json!({"foodId": "피자", "address": "111", "colour": 1}), "colour"),
        (json!({"foodId": "피자", "address": "111", "phone": "x"}), "phone"),
        (json!({"foodId": "피자", "address": "111", "card": "tok_unknown"}), "card"),
        (json!({"address": "111"}), "foodId"),
        (json!([]), "body"),
    ] {
        let heard = customer.post("/orderLists", body.clone()).await;
        assert_eq!(heard.refused(422, "invalid")["errors"][0]["field"], field, "{body}");
    }
    let dear = customer.post("/orderLists", json!({"foodId": "피자", "address": "111", "agreed": 1})).await;
    dear.refused(409, "price-changed");
    // What is no JSON, or is not said to be.
    let raw = async |kind: &str, text: &str| {
        let request = customer
            .http
            .post(format!("{}/orderLists", customer.base))
            .bearer_auth(customer.token.clone().unwrap());
        let answer = request.header("content-type", kind).body(text.to_owned()).send().await.unwrap();
        let (status, json) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
        (status, json["type"].as_str().unwrap().to_owned())
    };
    assert_eq!(raw("application/json", "{").await, (400, "/problems/unreadable".to_owned()));
    assert_eq!(raw("text/plain", "{}").await, (415, "/problems/unsupported-media-type".to_owned()));
    let large = format!("{{\"foodId\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(raw("application/json", &large).await, (413, "/problems/too-large".to_owned()));
    // What there is not, and what cannot be asked of it.
    customer.get("/orderLists/nonsense").await.refused(404, "not-found");
    customer.get("/orderLists/x/y/z").await.refused(404, "not-found");
    let gone = customer.send(Method::DELETE, "/orderLists", &[], None).await;
    gone.refused(405, "method-not-allowed");
    assert!(gone.header("allow").contains("POST"));
    // A token that is none, and none at all: then nobody looks at what was sent.
    let stranger = Program::stranger(&city.base());
    for (path, body) in
        [("/orderLists", json!({"colour": 1})), ("/webhooks", json!([])), ("/orderLists", json!("x"))]
    {
        stranger.post(path, body).await.refused(401, "not-signed-in");
    }
    let path = "/webhooks/01900000-0000-7000-8000-000000000001/replay";
    stranger.put(path, Some(json!({"from": "soon"}))).await.refused(401, "not-signed-in");
    let heard = stranger.get("/myPages").await;
    heard.refused(401, "not-signed-in");
    assert!(
        heard.headers.get("set-cookie").is_none() && heard.header("www-authenticate").starts_with("Bearer")
    );
    let forged = Program { token: Some("bdl_nonsense".to_owned()), ..stranger };
    forged.get("/myPages").await.refused(401, "not-signed-in");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_page_by_page_with_links() {
    let city = City::open().await;
    let customer = Program::of(&city, "customer1").await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(id_of(&customer.order().await).to_owned());
    }
    placed.reverse();
    // By the links alone, from the first page to the last and back.
    let (mut seen, mut at) = (Vec::new(), Some("/myPages?size=2".to_owned()));
    let mut last = None;
    while let Some(path) = at {
        let page = customer.get(&path).await;
        for item in page.json["_embedded"]["myPages"].as_array().unwrap() {
            seen.push(item["orderId"].as_str().unwrap().to_owned());
        }
        assert_eq!(
            (&page.json["page"]["totalElements"], &page.json["page"]["totalPages"]),
            (&json!(5), &json!(3))
        );
        at = page.json["_links"]["next"]["href"].as_str().map(str::to_owned);
        last = Some(page);
    }
    assert_eq!(seen, placed);
    let last = last.unwrap();
    assert!(last.json["_links"]["prev"]["href"].as_str().unwrap().ends_with("/myPages?page=1&size=2"));
    assert_eq!(last.json["page"]["number"], 2);
    let beyond = customer.get("/orderLists?page=9").await;
    assert_eq!((beyond.status, &beyond.json["_embedded"]["orderLists"]), (200, &json!([])));
    for (query, field) in [
        ("size=101", "size"),
        ("size=0", "size"),
        ("size=x", "size"),
        ("page=-1", "page"),
        ("colour=1", "colour"),
    ] {
        let heard = customer.get(&format!("/myPages?{query}")).await;
        assert_eq!(heard.refused(422, "invalid")["errors"][0]["field"], field, "{query}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_a_page_for_a_browser_and_a_resource_for_a_program() {
    let city = City::open().await;
    let stranger = Program::stranger(&city.base());
    let list = stranger.get("/stores?address=111&size=3").await;
    assert_eq!((list.status, list.json["_embedded"]["stores"].as_array().unwrap().len()), (200, 3));
    let store = &list.json["_embedded"]["stores"][0];
    assert!(store["fee"].is_u64() && store["distance"].is_u64(), "{store}");
    let path = format!("/stores/{}", store["id"].as_str().unwrap());
    let page = stranger.send(Method::GET, &path, &[("accept", "text/html,*/*")], None).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.json.as_str().unwrap().contains("data-item-id"));
    let plain = stranger.get(&path).await;
    assert!(plain.header("content-type").starts_with("text/html"), "who says nothing gets the page");
    let hal = stranger.send(Method::GET, &path, &[("accept", "application/hal+json")], None).await;
    assert_eq!((hal.header("content-type"), &hal.json["id"]), ("application/hal+json", &store["id"]));
    let by_token = Program::of(&city, "customer1").await.get(&path).await;
    assert_eq!(by_token.json["id"], store["id"]);
    let english = [("accept", "application/json"), ("accept-language", "en")];
    let english = stranger.send(Method::GET, &path, &english, None).await;
    assert_ne!(english.json["name"], hal.json["name"]);
    let found = stranger.get("/stores?search=%ED%94%BC%EC%9E%90").await;
    assert!(found.json["page"]["totalElements"].as_u64().unwrap() > 0);
    let sought = |characters: usize| format!("/stores?search={}", "%ED%94%BC".repeat(characters));
    assert_eq!(stranger.get(&sought(100)).await.status, 200);
    let too_long = stranger.get(&sought(101)).await;
    assert_eq!(too_long.refused(422, "invalid")["errors"][0]["field"], "search");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_checked_also_where_nothing_is_kept_under_it() {
    let city = City::open().await;
    let rider = Program::of(&city, "rider1").await;
    let on = async |key: &str| {
        let headers = [("idempotency-key", key)];
        rider.send(Method::PUT, "/riders/me/duty", &headers, Some(json!({"onDuty": true}))).await
    };
    assert_eq!(on(&"k".repeat(200)).await.status, 200);
    for key in ["", "two words", &"k".repeat(201)] {
        assert_eq!(on(key).await.refused(422, "invalid")["errors"][0]["field"], "Idempotency-Key");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_may_be_left_out_may_be_empty_or_null_and_nothing_else() {
    let city = City::open().await;
    let rider = Program::of(&city, "rider1").await;
    // No such job: whoever hears that has been understood.
    let path = "/deliveries/01900000-0000-7000-8000-000000000001/pick";
    let json = [("content-type", "application/json")];
    rider.send(Method::PUT, path, &[], None).await.refused(404, "not-found");
    rider.send(Method::PUT, path, &json, None).await.refused(404, "not-found");
    for understood in [Value::Null, json!({}), json!({"number": "Z-0000"})] {
        rider.put(path, Some(understood)).await.refused(404, "not-found");
    }
    for strange in [json!("Z-0000"), json!({"code": "0420"})] {
        rider.put(path, Some(strange)).await.refused(422, "invalid");
    }
    city.close().await;
}
