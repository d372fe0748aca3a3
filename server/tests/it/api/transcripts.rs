//! The transcripts that the API keeps to: placing, the store's tickets, the customer's pages. Every field of theirs is there with its value,
//! and every link; apart from the host, ids that are UUIDs, the customer's id, and the media type.

use super::{Program, id_of};
use crate::city::City;
use serde_json::{Value, json};

/// A transcript's JSON holds in an answer: every member it has, and no other value. `{id}` stands for the order's.
fn holds(transcript: &Value, answer: &Value, at: &str) {
    match (transcript, answer) {
        (Value::Object(members), Value::Object(answer)) => {
            for (name, value) in members {
                let found =
                    answer.get(name).unwrap_or_else(|| panic!("{at}.{name} is missing in {answer:?}"));
                holds(value, found, &format!("{at}.{name}"));
            }
        }
        (Value::Array(items), Value::Array(answer)) => {
            assert_eq!(items.len(), answer.len(), "{at}");
            for (index, (item, answer)) in items.iter().zip(answer).enumerate() {
                holds(item, answer, &format!("{at}[{index}]"));
            }
        }
        _ => assert_eq!(answer, transcript, "{at}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_transcripts_replay() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer2").await, Program::of(&city, "owner1").await);
    let base = city.base();

    // POST /orderLists foodId="피자" address="111" status="주문접수중"
    let placed = customer
        .send(
            reqwest::Method::POST,
            "/orderLists",
            &[],
            Some(json!({"foodId": "피자", "address": "111", "status": "주문접수중"})),
        )
        .await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let here = placed.header("location").to_owned();
    let id = id_of(&here).to_owned();
    assert_eq!(here, format!("{base}/orderLists/{id}"));
    assert_eq!(placed.header("content-type"), "application/hal+json");
    let transcript = json!({
        "_links": {"orderList": {"href": here}, "self": {"href": here}},
        "address": "111",
        "foodId": "피자",
        "status": "주문접수중",
    });
    holds(&transcript, &placed.json, "orderList");
    assert!(placed.json["customerId"].is_string());
    // What Location says is what was answered, but for what has happened since.
    let again = customer.until_status(&here, "주문접수").await;
    holds(
        &json!({"address": "111", "foodId": "피자", "customerId": placed.json["customerId"]}),
        &again.json,
        "orderList",
    );

    // GET /foodCookings
    let tickets = owner.until("/foodCookings", |heard| heard.json["page"]["totalElements"] == 1).await;
    let ticket = format!("{base}/foodCookings/{id}");
    let transcript = json!({
        "_embedded": {"foodCookings": [{
            "_links": {
                "accept": {"href": format!("{ticket}/accept")},
                "foodCooking": {"href": ticket},
                "self": {"href": ticket},
            },
            "address": "111",
            "foodId": "피자",
            "orderId": id,
            "status": "주문접수",
        }]},
        "_links": {
            "profile": {"href": format!("{base}/profile/foodCookings")},
            "self": {"href": format!("{base}/foodCookings")},
        },
        "page": {"number": 0, "size": 20, "totalElements": 1, "totalPages": 1},
    });
    holds(&transcript, &tickets.json, "foodCookings");
    let first = &tickets.json["_embedded"]["foodCookings"][0];
    assert!(first["orderCapacity"].as_u64().unwrap() > 0 && first["orderCount"] == 1, "{first}");

    // GET /myPages, with a second order that is still to be answered.
    owner.does(&format!("/foodCookings/{id}/accept"), Some(json!({"accept": true}))).await;
    let second = customer.order().await;
    customer.until_status(&second, "주문접수").await;
    let pages = customer.get("/myPages").await;
    let page = |id: &str, status: &str| {
        let here = format!("{base}/myPages/{id}");
        json!({"_links": {"myPage": {"href": here}, "self": {"href": here}}, "status": status})
    };
    let transcript = json!({
        "_embedded": {"myPages": [page(id_of(&second), "주문접수"), page(&id, "주문승인")]},
        "_links": {
            "profile": {"href": format!("{base}/profile/myPages")},
            "self": {"href": format!("{base}/myPages")},
        },
        "page": {"number": 0, "size": 20, "totalElements": 2, "totalPages": 1},
    });
    holds(&transcript, &pages.json, "myPages");
    for heard in [&tickets, &pages] {
        assert_eq!((heard.status, heard.header("content-type")), (200, "application/hal+json"));
    }
    // Where the links lead there is something.
    let profile = customer.get(pages.json["_links"]["profile"]["href"].as_str().unwrap()).await;
    assert_eq!((profile.status, profile.header("content-type")), (200, "application/schema+json"));
    city.close().await;
}
