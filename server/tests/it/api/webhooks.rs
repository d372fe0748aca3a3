//! Webhooks by the API alone, as on their page; and what an account was told.

use super::Program;
use super::live::program;
use crate::city::{City, caller, key};
use crate::receiver::{Mood, Receiver};
use crate::webhooks::{open, until_given_up, until_taken};
use domain::shared::WebhookId;
use domain::views::Shown;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_has_its_whole_life_by_the_api_alone() {
    let (city, receiver) = (open().await, Receiver::start().await);
    let (customer, other) = (Program::of(&city, "customer1").await, Program::of(&city, "customer2").await);
    let count = async || customer.get("/webhooks").await.json["page"]["totalElements"].as_u64().unwrap();
    assert_eq!(count().await, 0);

    // The secret is told once, also to a repeat.
    let (url, sent) = (format!("{}/hook", receiver.url), key());
    let body = json!({"url": url});
    let register =
        async |body: &Value| customer.under(&sent, Method::POST, "/webhooks", Some(body.clone())).await;
    let made = register(&body).await;
    let secret = made.text("secret").to_owned();
    assert!(made.status == 201 && secret.starts_with("whsec_") && secret.len() == 50, "{made:?}");
    let here = made.header("location").strip_prefix(&customer.base).unwrap().to_owned();
    assert_eq!(here, format!("/webhooks/{}", made.text("id")));
    let again = register(&body).await;
    assert_eq!((again.status, again.text("id")), (201, made.text("id")));
    assert_eq!(again.json.get("secret"), None, "{again:?}");
    register(&json!({"url": format!("{url}2")})).await.refused(422, "key-reused");
    let twice = customer.post("/webhooks", body.clone()).await;
    assert_eq!(twice.refused(422, "invalid")["errors"][0]["field"], "url");
    let shown = customer.get(&here).await;
    assert_eq!((shown.text("url"), shown.text("state"), shown.json.get("secret")), (&*url, "active", None));
    assert_eq!(count().await, 1);

    // Paused, it is told nothing; and everything when it goes on.
    city.order("tok_approve").await;
    until_taken(&receiver, 3).await;
    let act = |part: &str| format!("{here}/{part}");
    let paused = customer.does(&act("pause"), Some(json!({"paused": true}))).await;
    assert_eq!((paused.text("state"), paused.text("pausedBy")), ("paused", "owner"));
    city.order("tok_approve").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.taken("hook").len(), 3);
    let goes_on = customer.does(&act("pause"), Some(json!({"paused": false}))).await;
    assert_eq!((goes_on.text("state"), &goes_on.json["pausedBy"]), ("active", &Value::Null));
    until_taken(&receiver, 6).await;

    // Everything again, once under one key.
    let sent = key();
    for _ in 0..2 {
        let heard = customer.under(&sent, Method::PUT, &act("replay"), Some(json!({"from": 0}))).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        until_taken(&receiver, 12).await;
    }
    let done = customer.until(&here, |heard| heard.json["waiting"] == 0).await;
    assert_eq!(done.json["position"], done.json["head"]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.taken("hook").len(), 12, "a repeat sends nothing more");
    for from in [json!(-1), json!("soon"), json!(u64::MAX)] {
        let heard = customer.put(&act("replay"), Some(json!({"from": from}))).await;
        assert_eq!(heard.refused(422, "invalid")["errors"][0]["field"], "from", "{from}");
    }

    // Another secret, once under one key.
    let sent = key();
    let replace = async || customer.under(&sent, Method::PUT, &act("secret"), None).await;
    let (fresh, repeat) = (replace().await, replace().await);
    assert!(fresh.text("secret").starts_with("whsec_") && fresh.text("secret") != secret, "{fresh:?}");
    assert_eq!(repeat.json.get("secret"), None);
    assert_eq!(repeat.text("oldSecretUntil"), fresh.text("oldSecretUntil"));

    // To others there is none.
    other.get(&here).await.refused(404, "not-found");
    other.get(&act("deadLetters")).await.refused(404, "not-found");
    other.put(&act("secret"), None).await.refused(404, "not-found");
    other.send(Method::DELETE, &here, &[], None).await.refused(404, "not-found");
    let list = other.get("/webhooks").await;
    assert_eq!((list.status, &list.json["page"]["totalElements"]), (200, &json!(0)));

    let removed = customer.send(Method::DELETE, &here, &[], None).await;
    assert_eq!((removed.status, &removed.json), (204, &json!("")));
    customer.get(&here).await.refused(404, "not-found");
    customer.send(Method::DELETE, &here, &[], None).await.refused(404, "not-found");
    city.order("tok_approve").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((receiver.taken("hook").len(), count().await), (12, 0));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_were_given_up_are_listed_and_tried_again_by_the_api() {
    let (city, receiver) = (open().await, Receiver::start().await);
    receiver.usually(Mood::Status(500));
    let customer = Program::of(&city, "customer1").await;
    let url = format!("{}/hook", receiver.url);
    let here = format!("/webhooks/{}", customer.post("/webhooks", json!({"url": url})).await.text("id"));
    let order = city.order("tok_approve").await.to_string();
    until_given_up(&city, &receiver, &caller("customer1")).await;
    let webhook = customer.until(&here, |heard| heard.json["dead"].as_u64() >= Some(1)).await;
    assert_eq!((webhook.text("state"), webhook.text("error")), ("failing", "HTTP 500: no"));
    let path = |link: &Value| link["href"].as_str().unwrap().to_owned();
    let list = customer.get(&path(&webhook.json["_links"]["deadLetters"])).await;
    let letter = &list.json["_embedded"]["deadLetters"][0];
    assert_eq!((&letter["type"], &letter["attempts"]), (&json!("order.placed"), &json!(11)));
    assert_eq!((&letter["orderId"], &letter["error"]), (&json!(order), &json!("HTTP 500: no")));
    assert_eq!(customer.get(&path(&letter["_links"]["timeline"])).await.text("orderId"), order);

    // One of them, and then all.
    receiver.usually(Mood::Take);
    customer.does(&path(&letter["_links"]["retry"]), None).await;
    until_taken(&receiver, 1).await;
    assert_eq!(receiver.kinds("hook")[0], "order.placed");
    customer.does(&format!("{here}/deadLetters/retry"), None).await;
    customer.until(&here, |heard| heard.json["dead"] == 0).await;
    assert_eq!(customer.get(&format!("{here}/deadLetters/x")).await.status, 404);
    customer.put(&format!("{here}/deadLetters/x/retry"), None).await.refused(404, "not-found");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_leads_into_this_network_is_refused_with_a_problem() {
    let city = City::open().await;
    let customer = Program::of(&city, "customer1").await;
    let own = format!("https://{}/", city.addr);
    for (language, word) in [("ko", "주소"), ("en", "address")] {
        for url in
            ["https://169.254.169.254/latest", "https://localhost/", "https://[::1]/", "https://2130706433/"]
        {
            let body = Some(json!({"url": url}));
            let headers = [("accept-language", language)];
            let heard = customer.send(Method::POST, "/webhooks", &headers, body).await;
            let wrong = &heard.refused(422, "invalid")["errors"][0];
            assert_eq!(wrong["field"], "url", "{url}");
            assert!(wrong["detail"].as_str().unwrap().contains(word), "{wrong}");
        }
    }
    for url in [own.as_str(), "http://till.example/", "https://me:pw@till.example/", "till", ""] {
        let heard = customer.post("/webhooks", json!({"url": url})).await;
        assert_eq!(heard.refused(422, "invalid")["errors"][0]["field"], "url", "{url}");
    }
    assert_eq!(customer.get("/webhooks").await.json["page"]["totalElements"], 0);
    // A page for a browser, at the same path.
    let page = [("accept", "text/html")];
    let page = customer.send(Method::GET, "/webhooks", &page, None).await;
    assert!(page.status == 200 && page.header("content-type").starts_with("text/html"), "{page:?}");
    city.close().await;

    let city = open().await;
    let owner = Program::of(&city, "owner1").await;
    for index in 0..10 {
        let made = owner.post("/webhooks", json!({"url": format!("http://127.0.0.1:9/{index}")})).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    let refused = owner.post("/webhooks", json!({"url": "http://127.0.0.1:9/more"})).await;
    let problem = refused.refused(409, "conflict");
    assert_eq!((&problem["state"], &problem["command"]), (&json!("too_many"), &json!("register")));
    // A repeat whose webhook was deleted since leads to none, and registers no other.
    let customer = Program::of(&city, "customer1").await;
    let (sent, body) = (key(), json!({"url": "http://127.0.0.1:9/gone"}));
    let made = customer.under(&sent, Method::POST, "/webhooks", Some(body.clone())).await;
    let here = format!("/webhooks/{}", made.text("id"));
    assert_eq!(customer.send(Method::DELETE, &here, &[], None).await.status, 204);
    customer.under(&sent, Method::POST, "/webhooks", Some(body)).await.refused(404, "not-found");
    assert_eq!(customer.get("/webhooks").await.json["page"]["totalElements"], 0);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_was_told_is_read_by_the_api() {
    let city = City::open().await;
    let (customer, other) = (Program::of(&city, "customer1").await, Program::of(&city, "customer2").await);
    let mut placed = Vec::new();
    for _ in 0..18 {
        let here = customer.order().await;
        customer.until_status(&here, "주문접수").await;
        customer.does(&format!("{here}/cancel"), None).await;
        placed.push(here);
    }
    // Four notices of each: placed, received, cancelled, refunded.
    let told = async |path: &str| {
        let heard = customer.get(path).await;
        let notices = heard.json["_embedded"]["notices"].as_array().unwrap().clone();
        let next = heard.json["_links"]["next"]["href"].as_str().map(str::to_owned);
        (notices, next)
    };
    let mut all = Vec::new();
    for _ in 0..400 {
        let (first, mut next) = told("/notices").await;
        all = first;
        while let Some(path) = next {
            let (more, further) = told(&path).await;
            assert!(all.len() % 50 == 0);
            all.extend(more);
            next = further;
        }
        if all.len() >= 4 * 18 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let positions: Vec<u64> = all.iter().map(|notice| notice["position"].as_u64().unwrap()).collect();
    assert!(positions.is_sorted_by(|one, next| one > next) && all.len() >= 4 * 18, "{}", all.len());
    let first = all.last().unwrap();
    assert_eq!(
        (&first["template"], &first["orderId"]),
        (&json!("order_placed"), &json!(super::id_of(&placed[0])))
    );
    let english = customer.send(Method::GET, "/notices", &[("accept-language", "en")], None).await;
    let newest = &english.json["_embedded"]["notices"][0];
    assert!(newest["text"] != all[0]["text"] && newest["position"] == all[0]["position"], "{newest}");
    for before in ["-1", "soon", "9223372036854775808"] {
        let heard = customer.get(&format!("/notices?before={before}")).await;
        assert_eq!(heard.refused(422, "invalid")["errors"][0]["field"], "before", "{before}");
    }
    assert_eq!(other.get("/notices").await.json["_embedded"]["notices"], json!([]));
    let owner = Program::of(&city, "owner1").await;
    let of_store = owner.get("/notices").await;
    assert_eq!(of_store.json["_embedded"]["notices"][0]["_links"].get("orderList"), None);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_hears_nothing_more_once_the_token_that_registered_it_has_ended() {
    let (city, receiver) = (open().await, Receiver::start().await);
    let who = caller("customer1");
    let (found, token) = program(&city, "customer1").await;
    let made = found.post("/webhooks", json!({"url": format!("{}/tap", receiver.url)})).await;
    let id: WebhookId = made.text("id").parse().unwrap();
    let (mine, till) = (Program::of(&city, "customer1").await, Program::of(&city, "customer1").await);
    let own = mine.post("/webhooks", json!({"url": format!("{}/own", receiver.url)})).await;
    assert_eq!(own.status, 201, "{own:?}");
    let here = format!("/webhooks/{id}");
    let until_it_hangs = async || {
        let heard = mine.until(&here, |heard| heard.json["state"] == "paused").await;
        assert_eq!(heard.text("pausedBy"), "token");
    };
    let place = async || {
        let order = city.order("tok_approve").await;
        city.until(order, Shown::Received).await;
        order.to_string()
    };
    // Whether this receiver was told of an order, and is by now.
    let knows =
        |path: &str, order: &str| receiver.taken(path).iter().any(|taken| taken.json()["orderId"] == order);
    let until_it_knows = async |path: &str, order: &str| {
        for _ in 0..1_000 {
            if knows(path, order) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{path} was not told of {order}");
    };

    // Revoked: what happens then is told to the one that hangs on another token alone.
    let first = place().await;
    until_it_knows("tap", &first).await;
    city.backend.revoke_token(&who, token).await.unwrap();
    until_it_hangs().await;
    let second = place().await;
    until_it_knows("own", &second).await;
    assert!(!knows("tap", &second));

    // Another token lets it go on and vouches for it: it misses nothing, until that one expires.
    till.does(&format!("{here}/pause"), Some(json!({"paused": false}))).await;
    until_it_knows("tap", &second).await;
    city.clock.forward(31 * 24 * 60);
    let (late, last) = program(&city, "customer1").await;
    let heard = late.until(&here, |heard| heard.json["state"] == "paused").await;
    assert_eq!(heard.text("pausedBy"), "token");

    // The account itself lets it go on: it hangs on no token any more, whoever pauses it in between.
    city.backend.pause_webhook(&who, id, false).await.unwrap();
    for paused in [true, false] {
        late.does(&format!("{here}/pause"), Some(json!({"paused": paused}))).await;
    }
    city.backend.revoke_token(&who, last).await.unwrap();
    let third = place().await;
    until_it_knows("tap", &third).await;
    city.close().await;
}
