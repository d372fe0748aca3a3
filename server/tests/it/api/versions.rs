//! What an `ETag` is about, what is one command, and how many changes there may be.

use super::{Heard, Program, id_of};
use crate::city::{City, caller, key};
use crate::ledger::log_rows;
use domain::shared::OrderId;
use domain::views::Fault;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_may_change_without_the_version_and_both_are_told_apart() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let here = customer.order().await;
    customer.until_status(&here, "주문접수").await;
    let ticket = format!("/foodCookings/{}", id_of(&here));
    let alone = owner.get(&ticket).await;
    let tag = alone.header("etag").to_owned();
    let version = |tag: &str| tag.split('-').next().unwrap().to_owned();
    // The kitchen has another ticket: this one says so, and has the version that it had.
    customer.until_status(&customer.order().await, "주문접수").await;
    let known = owner.send(Method::GET, &ticket, &[("if-none-match", &tag)], None).await;
    assert_eq!((known.status, &known.json["orderCount"]), (200, &json!(2)), "{known:?}");
    let now = known.header("etag").to_owned();
    assert_ne!(now, tag);
    assert_eq!(version(&now), version(&tag));
    assert_eq!(owner.send(Method::GET, &ticket, &[("if-none-match", &now)], None).await.status, 304);
    // In another language it is another text of the same version.
    let english = owner.send(Method::GET, &ticket, &[("accept-language", "en")], None).await;
    assert!(english.header("etag") != now && version(english.header("etag")) == version(&now), "{english:?}");
    // A command is about the version alone.
    let accept = format!("{ticket}/accept");
    let headers = [("if-match", tag.as_str())];
    let accepted = owner.send(Method::PUT, &accept, &headers, Some(json!({"accept": true}))).await;
    assert_eq!(accepted.status, 200, "{accepted:?}");
    owner.send(Method::PUT, &format!("{ticket}/start"), &headers, None).await.refused(412, "stale");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_changes_of_a_dish_are_one_command() {
    let city = City::open().await;
    let owner = Program::of(&city, "owner1").await;
    let (store, line) = city.first_item().await;
    let menu = format!("/stores/{store}/menu");
    let tag = owner.get(&menu).await.header("etag").to_owned();
    let before = log_rows(&city).await.len();
    let body = json!({"id": line.item, "price": 21_000, "name": {"ko": "다른 피자"}, "soldOut": true});
    let sent = key();
    let headers = [("if-match", tag.as_str()), ("idempotency-key", sent.as_str())];
    let changed = owner.send(Method::PATCH, &menu, &headers, Some(body.clone())).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let rows = log_rows(&city).await;
    let kinds: Vec<&str> = rows[before..].iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["ItemChanged", "SoldOutSet"]);
    assert!(rows[before..].iter().all(|row| row.causation == rows[before].causation), "one command");
    // Its repeat is one, too, and what is refused is refused as a whole.
    let again = owner.send(Method::PATCH, &menu, &headers, Some(body)).await;
    assert_eq!((again.status, again.header("etag")), (200, changed.header("etag")));
    let nothing = json!({"id": line.item, "price": 20_000, "name": {"ko": " "}, "soldOut": false});
    owner.send(Method::PATCH, &menu, &[], Some(nothing)).await.refused(422, "invalid");
    let unknown = json!({"id": store, "soldOut": false});
    assert_eq!(owner.send(Method::PATCH, &menu, &[], Some(unknown)).await.status, 422);
    assert_eq!(owner.send(Method::PATCH, &menu, &[], Some(json!({"id": store}))).await.status, 422);
    assert_eq!(log_rows(&city).await.len(), rows.len());
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_count_like_orders() {
    let city = City::open_with(|config| config.gateway.rates.orders_per_minute = 3).await;
    let customer = Program::of(&city, "customer1").await;
    let here = customer.order().await;
    customer.until_status(&here, "주문접수").await;
    let items = |quantity: u32| Some(json!({"items": [{"foodId": "피자", "quantity": quantity}]}));
    let (first, second) = (key(), key());
    for key in [&first, &second, &first, &second] {
        let heard = customer.under(key, Method::PATCH, &here, items(2)).await;
        assert_ne!(heard.status, 429, "a repeat is not counted: {heard:?}");
    }
    customer.send(Method::PATCH, &here, &[], items(3)).await.refused(429, "too-many-requests");
    // By the page it is the same account.
    let order: OrderId = id_of(&here).parse().unwrap();
    let customer = caller("customer1");
    let form = city.backend.change_form(&customer, order).await.unwrap();
    let lines = form.bill.lines.iter().map(domain::shared::Line::as_wanted).collect();
    let refused = city.backend.change_order(&customer, order, lines, form.bill.total, &form.key).await;
    assert!(matches!(refused, Err(Fault::TooMany { .. })), "{refused:?}");
    city.close().await;
}

/// A command on what has this version, under this key.
async fn on(who: &Program, (key, tag): (&str, &str), path: &str, body: Option<Value>) -> Heard {
    who.send(Method::PUT, path, &[("idempotency-key", key), ("if-match", tag)], body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_events_is_changed_only_as_it_was_seen() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let (customer, rider) = (Program::of(&city, "customer1").await, Program::of(&city, "rider1").await);
    let made = customer.post("/webhooks", json!({"url": "http://127.0.0.1:9/"})).await;
    let hook = format!("/webhooks/{}", made.text("id"));
    let below = |part: &str| format!("{hook}/{part}");
    let place = |lat: f64| json!({"lat": lat, "lon": 126.91});
    let (day, pause) = ("/riders/me".to_owned(), below("pause"));
    for (who, resource, path, [one, other]) in [
        (&rider, &day, "/riders/me/duty", [json!({"onDuty": false}), json!({"onDuty": true})]),
        (&rider, &day, "/riders/me/position", [place(37.56), place(37.54)]),
        (&customer, &hook, pause.as_str(), [json!({"paused": true}), json!({"paused": false})]),
    ] {
        let seen = who.get(resource).await.header("etag").to_owned();
        let sent = key();
        let changed = on(who, (&sent, &seen), path, Some(one.clone())).await;
        assert_eq!(changed.status, 200, "{path}: {changed:?}");
        // Who has seen what was before is told so, and a repeat is none of those.
        on(who, (&key(), &seen), path, Some(other.clone())).await.refused(412, "stale");
        assert_eq!(on(who, (&sent, &seen), path, Some(one)).await.status, 200, "{path}");
        on(who, (&sent, &seen), path, Some(other.clone())).await.refused(422, "key-reused");
        // A command answers with the version that it has made; any will do where none is named.
        let now = changed.header("etag").to_owned();
        assert_eq!(on(who, (&key(), &now), path, Some(other.clone())).await.status, 200, "{path}");
        assert_eq!(on(who, (&key(), "*"), path, Some(other)).await.status, 200, "{path}");
    }

    // What only happens to a webhook makes no other version of it, and a secret does.
    let seen = customer.get(&hook).await.header("etag").to_owned();
    let order = city.order("tok_approve").await;
    customer.until(&hook, |heard| heard.json["waiting"].as_u64() >= Some(1)).await;
    assert_ne!(customer.get(&hook).await.header("etag"), seen);
    let again = on(&customer, (&key(), &seen), &below("replay"), Some(json!({"from": 1_000_000}))).await;
    assert_eq!(again.status, 200, "{again:?}");
    assert_eq!(on(&customer, (&key(), &seen), &below("secret"), None).await.status, 200);
    for part in ["secret", "deadLetters/retry", "deadLetters/1/retry"] {
        on(&customer, (&key(), &seen), &below(part), None).await.refused(412, "stale");
    }
    let delete = async |tag: &str| customer.send(Method::DELETE, &hook, &[("if-match", tag)], None).await;
    delete(&seen).await.refused(412, "stale");
    let now = customer.get(&below("deadLetters")).await.header("etag").to_owned();
    assert_eq!(delete(&now).await.status, 204);

    // A payment's version is its order's.
    let payment = format!("/payments/{order}");
    let retry = format!("{payment}/retry");
    customer.until_status(&format!("/orderLists/{order}"), "주문접수").await;
    let (sent, seen) = (key(), customer.get(&payment).await.header("etag").to_owned());
    assert_eq!(on(&customer, (&sent, &seen), &retry, None).await.status, 200);
    customer.does(&format!("/orderLists/{order}/cancel"), None).await;
    on(&customer, (&key(), &seen), &retry, None).await.refused(412, "stale");
    assert_eq!(on(&customer, (&sent, &seen), &retry, None).await.status, 200, "a repeat");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_have_seen_the_same_one_changes_it() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let (customer, rider) = (Program::of(&city, "customer1").await, Program::of(&city, "rider1").await);
    let made = customer.post("/webhooks", json!({"url": "http://127.0.0.1:9/"})).await;
    let hook = format!("/webhooks/{}", made.text("id"));
    for (who, resource, path, body) in [
        (&rider, "/riders/me", "/riders/me/duty".to_owned(), json!({"onDuty": false})),
        (&customer, hook.as_str(), format!("{hook}/pause"), json!({"paused": true})),
    ] {
        let seen = who.get(resource).await.header("etag").to_owned();
        let mut asking = JoinSet::new();
        for _ in 0..20 {
            let (who, seen, path, body) = (who.clone(), seen.clone(), path.clone(), body.clone());
            asking.spawn(async move { on(&who, (&key(), &seen), &path, Some(body)).await });
        }
        let answers = asking.join_all().await;
        let done = answers.iter().filter(|heard| heard.status == 200).count();
        assert_eq!(done, 1, "{path}: {answers:?}");
        for heard in answers.iter().filter(|heard| heard.status != 200) {
            heard.refused(412, "stale");
        }
    }
    city.close().await;
}
