//! All that the three pages do, by the API alone.

use super::{Program, id_of};
use crate::city::{City, key};
use domain::shared::OrderId;
use domain::views::{Shown, actions};
use reqwest::Method;
use serde_json::{Value, json};
use server::storage::EventLog;

/// Three people's programs.
struct Programs {
    customer: Program,
    owner: Program,
    rider: Program,
    store: String,
}

impl Programs {
    async fn of(city: &City) -> Self {
        let customer = Program::of(city, "customer1").await;
        let stores = customer.get("/stores").await;
        let store = stores.json["_embedded"]["stores"][0]["id"].as_str().unwrap().to_owned();
        Self {
            customer,
            owner: Program::of(city, "owner1").await,
            rider: Program::of(city, "rider1").await,
            store,
        }
    }

    async fn received(&self) -> String {
        let order = self.customer.order().await;
        self.customer.until_status(&order, "주문접수").await;
        id_of(&order).to_owned()
    }

    async fn ready(&self) -> String {
        let id = self.received().await;
        self.owner
            .does(&format!("/foodCookings/{id}/accept"), Some(json!({"accept": true, "minutes": 20})))
            .await;
        self.owner.does(&format!("/foodCookings/{id}/start"), None).await;
        self.owner.does(&format!("/foodCookings/{id}/finish"), None).await;
        self.rider.until(&format!("/deliveries/{id}"), |heard| heard.status == 200).await;
        id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_its_whole_way_by_the_api_alone() {
    let city = City::open().await;
    let Programs { customer, owner, rider, store } = Programs::of(&city).await;

    // The customer looks around and orders two dishes of one store by ids, with notes and a card.
    let cards = customer.get("/paymentMethods").await;
    assert_eq!(cards.json["cards"][0]["token"], "tok_approve", "{cards:?}");
    let menu = customer.get(&format!("/stores/{store}/menu")).await;
    let dishes: Vec<&Value> = menu.json["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|section| section["items"].as_array().unwrap())
        .collect();
    let plain: Vec<&&Value> = dishes
        .iter()
        .filter(|dish| dish["options"].as_array().unwrap().iter().all(|group| group["min"] == 0))
        .collect();
    let placed = customer
        .post(
            "/orderLists",
            json!({
                "items": [
                    {"foodId": plain[0]["id"], "quantity": 2},
                    {"foodId": plain[1]["name"]},
                ],
                "store": store,
                "address": "서울 마포구 양화로 45",
                "addressDetail": "3층",
                "name": "하늘",
                "phone": "010-1111-2222",
                "noteToStore": "덜 맵게",
                "noteToRider": "문 앞에",
                "card": "tok_approve",
            }),
        )
        .await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let id = placed.text("orderId").to_owned();
    let here = format!("/orderLists/{id}");
    assert_eq!(placed.json["items"][0]["quantity"], 2);
    assert_eq!((placed.text("addressDetail"), placed.text("noteToStore")), ("3층", "덜 맵게"));
    customer.until_status(&here, "주문접수").await;
    let payment = customer.get(&format!("/payments/{id}")).await;
    assert_eq!(
        (&payment.json["state"], &payment.json["approved"]),
        (&json!("approved"), &placed.json["total"])
    );

    // The owner sees it, accepts, says that it takes longer, cooks.
    let tickets = owner.get("/foodCookings").await;
    let ticket = &tickets.json["_embedded"]["foodCookings"][0];
    assert_eq!((&ticket["orderId"], &ticket["note"]), (&json!(id), &json!("덜 맵게")));
    let accepted =
        owner.does(&format!("/foodCookings/{id}/accept"), Some(json!({"accept": true, "minutes": 20}))).await;
    assert_eq!(accepted.text("status"), "주문승인");
    let delayed = owner.does(&format!("/foodCookings/{id}/delay"), Some(json!({"minutes": 10}))).await;
    assert!(delayed.text("readyAt") > accepted.text("readyAt"));
    let promised = customer.get(&here).await;
    assert_eq!(promised.text("readyAt"), delayed.text("readyAt"), "the promise follows");
    owner.does(&format!("/foodCookings/{id}/start"), None).await;
    customer.put(&format!("{here}/cancel"), None).await.refused(409, "not-now");
    owner.does(&format!("/foodCookings/{id}/finish"), None).await;

    // The rider claims, gives it back, claims again, arrives, picks up, delivers.
    rider.until("/deliveries", |heard| heard.json["page"]["totalElements"] == 1).await;
    let offered = rider.get(&format!("/deliveries/{id}")).await;
    assert_eq!((offered.text("status"), &offered.json["recipient"]), ("배차대기", &Value::Null));
    let claimed = rider.does(&format!("/deliveries/{id}/claim"), None).await;
    assert_eq!(claimed.json["recipient"]["phone"], "010-1111-2222", "{claimed:?}");
    let given_back = rider.does(&format!("/deliveries/{id}/release"), None).await;
    assert_eq!((given_back.text("status"), &given_back.json["recipient"]), ("배차대기", &Value::Null));
    rider.does(&format!("/deliveries/{id}/claim"), None).await;
    rider.does(&format!("/deliveries/{id}/arrive"), None).await;
    rider
        .put(&format!("/deliveries/{id}/pick"), Some(json!({"number": "Z-0000"})))
        .await
        .refused(422, "invalid");
    let number = offered.text("number");
    rider.does(&format!("/deliveries/{id}/pick"), Some(json!({"number": number}))).await;
    customer.until_status(&here, "배달시작").await;
    let code = customer.get(&here).await.text("code").to_owned();
    rider.does(&format!("/deliveries/{id}/deliver"), Some(json!({"code": code}))).await;
    customer.does(&format!("{here}/confirm"), None).await;
    let done = customer.get(&format!("/myPages/{id}")).await;
    assert_eq!(done.text("status"), "거래완료");

    // Each of them reads who did what.
    for program in [&customer, &owner, &rider] {
        let timeline = program.get(&format!("{here}/timeline")).await;
        assert_eq!(timeline.text("correlationId"), id);
        let entries = timeline.json["entries"].as_array().unwrap();
        let what: Vec<&str> = entries.iter().map(|entry| entry["what"].as_str().unwrap()).collect();
        for step in
            ["placed", "accepted", "delayed", "claimed", "released", "picked_up", "delivered", "completed"]
        {
            assert!(what.contains(&step), "{step} is missing in {what:?}");
        }
        assert!(entries.iter().all(|entry| !entry["text"].as_str().unwrap().is_empty()));
    }
    let day = rider.get("/riders/me").await;
    assert_eq!((&day.json["doneToday"], &day.json["earnedToday"]), (&json!(1), &offered.json["fee"]));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_changed_cancelled_refused_and_failed_by_the_api_alone() {
    let city = City::open().await;
    let programs = Programs::of(&city).await;
    let Programs { customer, owner, rider, .. } = &programs;

    // Changed: dearer, then cancelled, and everything goes back.
    let id = programs.received().await;
    let here = format!("/orderLists/{id}");
    let before = customer.get(&here).await.json["total"].as_u64().unwrap();
    let two = json!({"items": [{"foodId": "피자", "quantity": 2}]});
    let changed = customer.send(Method::PATCH, &here, &[("idempotency-key", &key())], Some(two)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let changed = customer.until(&here, |heard| heard.json["items"][0]["quantity"] == 2).await;
    assert!(changed.json["total"].as_u64().unwrap() > before);
    let ticket = owner.get(&format!("/foodCookings/{id}")).await;
    assert_eq!((&ticket.json["revision"], &ticket.json["before"][0]["quantity"]), (&json!(1), &json!(1)));
    customer.does(&format!("{here}/cancel"), None).await;
    let payment = customer.until(&format!("/payments/{id}"), |heard| heard.json["state"] == "refunded").await;
    assert_eq!(payment.json["refunded"], changed.json["total"]);

    // Refused with a reason.
    let id = programs.received().await;
    owner
        .put(&format!("/foodCookings/{id}/accept"), Some(json!({"accept": false})))
        .await
        .refused(422, "invalid");
    let reason = json!({"accept": false, "reason": "반죽이 떨어졌어요"});
    let refused = owner.does(&format!("/foodCookings/{id}/accept"), Some(reason)).await;
    assert_eq!(refused.text("status"), "거절");
    customer.until_status(&format!("/orderLists/{id}"), "거절").await;

    // Failed at the door.
    let id = programs.ready().await;
    for step in ["claim", "arrive", "pick"] {
        rider.does(&format!("/deliveries/{id}/{step}"), None).await;
    }
    let failed =
        rider.does(&format!("/deliveries/{id}/fail"), Some(json!({"reason": "customer_absent"}))).await;
    assert_eq!(failed.text("status"), "배달실패");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_has_its_day_by_the_api_alone() {
    let city = City::open().await;
    let Programs { customer, owner, rider, store } = Programs::of(&city).await;
    let of_store = |part: &str| format!("/stores/{store}/{part}");

    // Full: the order is taken, and refused by itself.
    let capacity = owner.get(&of_store("capacity")).await.json["capacity"].as_u64().unwrap();
    assert_eq!(owner.does(&of_store("capacity"), Some(json!({"capacity": 0}))).await.json["capacity"], 0);
    let order = customer.order().await;
    customer.until_status(&order, "자동거절").await;
    owner.does(&of_store("capacity"), Some(json!({"capacity": capacity}))).await;

    // Paused, and open again.
    let paused = owner.does(&of_store("pause"), Some(json!({"paused": true, "minutes": 30}))).await;
    assert!(paused.json["paused"] == true && paused.json["until"].is_string(), "{paused:?}");
    let body = json!({"foodId": "피자", "address": "111", "store": store});
    let problem = customer.post("/orderLists", body.clone()).await;
    assert_eq!(problem.refused(422, "invalid")["errors"][0]["field"], "store");
    assert_eq!(owner.does(&of_store("pause"), Some(json!({"paused": false}))).await.json["paused"], false);

    // Busy, the time to answer, the hours.
    assert_eq!(owner.does(&of_store("busy"), Some(json!({"minutes": 15}))).await.json["minutes"], 15);
    owner.put(&of_store("busy"), Some(json!({"minutes": 7}))).await.refused(422, "invalid");
    assert_eq!(owner.does(&of_store("answerLimit"), Some(json!({"minutes": 9}))).await.json["minutes"], 9);
    let before = owner.get(&of_store("hours")).await;
    let hours = json!({"hours": [{"day": "fri", "opens": "18:00", "closes": "02:00"}]});
    let set = owner.does(&of_store("hours"), Some(hours.clone())).await;
    assert_eq!(set.json["hours"], hours["hours"]);
    let always = json!({"hours": before.json["hours"]});
    assert_eq!(owner.does(&of_store("hours"), Some(always)).await.json["hours"], before.json["hours"]);

    // The menu: a new dish in a new section, a new price, sold out; once each under one key.
    let dish = json!({"section": "시험", "name": {"ko": "시험 피자", "en": "Test pizza"}, "price": 15_000});
    let first_key = key();
    let add = async || {
        owner
            .send(Method::POST, &of_store("menu"), &[("idempotency-key", &first_key)], Some(dish.clone()))
            .await
    };
    let (added, again) = (add().await, add().await);
    assert_eq!((added.status, again.status), (201, 201), "{added:?} {again:?}");
    assert_eq!(added.json["sections"], again.json["sections"]);
    let last = added.json["sections"].as_array().unwrap().last().unwrap().clone();
    let item = last["items"][0]["id"].as_str().unwrap();
    assert_eq!((&last["name"], &last["items"][0]["price"]), (&json!("시험"), &json!(15_000)));
    let change = json!({"id": item, "price": 16_000, "soldOut": true});
    let changed =
        owner.send(Method::PATCH, &of_store("menu"), &[("idempotency-key", &key())], Some(change)).await;
    let dishes = changed.json["sections"].as_array().unwrap().last().unwrap()["items"].clone();
    assert_eq!((&dishes[0]["price"], &dishes[0]["soldOut"]), (&json!(16_000), &json!(true)), "{changed:?}");
    customer
        .post("/orderLists", json!({"foodId": "시험 피자", "address": "111"}))
        .await
        .refused(422, "invalid");

    // Off duty nothing is near; where the rider is.
    assert_eq!(rider.does("/riders/me/duty", Some(json!({"onDuty": false}))).await.json["onDuty"], false);
    let moved = rider.does("/riders/me/position", Some(json!({"lat": 37.55, "lon": 126.91}))).await;
    assert_eq!(moved.json["lat"], 37.55);
    rider.does("/riders/me/duty", Some(json!({"onDuty": true}))).await;
    city.close().await;
}

/// The events of an order, without ids, times and positions: what was decided.
async fn told(city: &City, order: OrderId) -> Vec<(String, String)> {
    let events = city.log.events_of(order).await.unwrap();
    let actor = |recorded: &domain::views::Recorded| {
        format!("{:?}", recorded.actor).split('(').next().unwrap().to_owned()
    };
    events.iter().map(|recorded| (actor(recorded), recorded.event.type_name().to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_and_the_api_make_the_same_events() {
    use domain::views::{RiderAction, TicketAction};
    let city = City::open().await;
    let programs = Programs::of(&city).await;
    let me = crate::city::caller("customer1");

    let by_page = city.order("tok_approve").await;
    city.cook(by_page).await;
    for action in [RiderAction::Claim, RiderAction::Arrive] {
        city.ride(by_page, action).await;
    }
    let view = city.look(by_page).await;
    city.ride(by_page, RiderAction::PickUp { number: Some(view.line.number.as_str().to_owned()) }).await;
    city.ride(by_page, RiderAction::Deliver { code: Some(view.code) }).await;
    city.backend.confirm_receipt(&me, by_page, &key()).await.unwrap();

    let by_api = programs.ready().await;
    for step in ["claim", "arrive", "pick", "deliver"] {
        programs.rider.does(&format!("/deliveries/{by_api}/{step}"), None).await;
    }
    programs.customer.does(&format!("/orderLists/{by_api}/confirm"), None).await;
    assert_eq!(told(&city, by_page).await, told(&city, by_api.parse().unwrap()).await);

    // The same when it ends otherwise: refused by the store, cancelled by the customer.
    let (page, api) = (city.order("tok_approve").await, programs.received().await);
    city.until(page, Shown::Received).await;
    let reason = "재료가 없어요".to_owned();
    city.kitchen(page, TicketAction::Reject { reason: reason.clone() }).await;
    let body = json!({"accept": false, "reason": reason});
    programs.owner.does(&format!("/foodCookings/{api}/accept"), Some(body)).await;
    for id in [page, api.parse().unwrap()] {
        city.until_view(id, |view| {
            view.line.shown == Shown::Rejected && view.owed.is_zero() && !view.returned.is_zero()
        })
        .await;
    }
    assert_eq!(told(&city, page).await, told(&city, api.parse().unwrap()).await);

    let (page, api) = (city.order("tok_approve").await, programs.received().await);
    city.until(page, Shown::Received).await;
    assert!(actions(Shown::Received, false).cancel);
    city.backend.cancel_order(&me, page, &key()).await.unwrap();
    programs.customer.does(&format!("/orderLists/{api}/cancel"), None).await;
    for id in [page, api.parse().unwrap()] {
        city.until_view(id, |view| !view.returned.is_zero() && view.owed.is_zero()).await;
    }
    assert_eq!(told(&city, page).await, told(&city, api.parse().unwrap()).await);
    city.close().await;
}
