//! Who may do what (invariant 10): every operation of the description, for every role and for nobody, on an own thing and on another's. An
//! operation without a row fails, and so does a row without an operation.

use super::{Program, id_of};
use crate::applications::owner_form;
use crate::city::{City, key};
use crate::people::{Person, field};
use domain::views::AccountPage;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Whose an operation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whose {
    /// Anybody's, also without a token.
    Anybody,
    /// A customer's.
    Customer,
    /// An owner's.
    Owner,
    /// A rider's.
    Rider,
    /// The operator's.
    Operator,
    /// Of all whom the order concerns.
    Concerned,
    /// Of whoever takes part in orders.
    TakesPart,
    /// Of whoever has registered the webhook, which is customer1.
    Webhook,
}

use Whose::{Anybody, Concerned, Customer, Operator, Owner, Rider, TakesPart, Webhook};

/// Every operation: method, path, whose, and a body that would do.
pub(super) fn rows() -> Vec<(&'static str, &'static str, Whose, Option<Value>)> {
    let food = json!({"foodId": "피자", "address": "111"});
    let items = json!({"items": [{"foodId": "피자", "quantity": 2}]});
    let dish = json!({"section": "시험", "name": {"ko": "시험"}, "price": 1_000});
    vec![
        ("get", "/orderLists", Customer, None),
        ("post", "/orderLists", Customer, Some(food.clone())),
        ("post", "/quotes", Customer, Some(food)),
        ("get", "/orderLists/{id}", Customer, None),
        ("patch", "/orderLists/{id}", Customer, Some(items)),
        ("put", "/orderLists/{id}/cancel", Customer, None),
        ("put", "/orderLists/{id}/confirm", Customer, None),
        ("get", "/orderLists/{id}/timeline", Concerned, None),
        ("get", "/myPages", Customer, None),
        ("get", "/myPages/{id}", Customer, None),
        ("get", "/payments", Customer, None),
        ("get", "/payments/{id}", Customer, None),
        ("put", "/payments/{id}/retry", Customer, None),
        ("get", "/paymentMethods", Customer, None),
        ("get", "/foodCookings", Owner, None),
        ("get", "/foodCookings/{id}", Owner, None),
        ("put", "/foodCookings/{id}/accept", Owner, Some(json!({"accept": true}))),
        ("put", "/foodCookings/{id}/start", Owner, None),
        ("put", "/foodCookings/{id}/finish", Owner, None),
        ("put", "/foodCookings/{id}/delay", Owner, Some(json!({"minutes": 5}))),
        ("get", "/deliveries", Rider, None),
        ("get", "/deliveries/{id}", Rider, None),
        ("put", "/deliveries/{id}/claim", Rider, None),
        ("put", "/deliveries/{id}/release", Rider, None),
        ("put", "/deliveries/{id}/arrive", Rider, None),
        ("put", "/deliveries/{id}/pick", Rider, None),
        ("put", "/deliveries/{id}/deliver", Rider, None),
        ("put", "/deliveries/{id}/fail", Rider, Some(json!({"reason": "accident"}))),
        ("get", "/riders/me", Rider, None),
        ("put", "/riders/me/duty", Rider, Some(json!({"onDuty": true}))),
        ("put", "/riders/me/position", Rider, Some(json!({"lat": 37.55, "lon": 126.91}))),
        ("get", "/stores", Anybody, None),
        ("get", "/stores/{id}", Anybody, None),
        ("get", "/stores/{id}/menu", Anybody, None),
        ("post", "/stores/{id}/menu", Owner, Some(dish)),
        (
            "patch",
            "/stores/{id}/menu",
            Owner,
            Some(json!({"id": "019b76da-a800-7444-bda7-573c5d34dc1a", "soldOut": false})),
        ),
        ("get", "/stores/{id}/capacity", Owner, None),
        ("put", "/stores/{id}/capacity", Owner, Some(json!({"capacity": 100}))),
        ("get", "/stores/{id}/pause", Owner, None),
        ("put", "/stores/{id}/pause", Owner, Some(json!({"paused": false}))),
        ("get", "/stores/{id}/busy", Owner, None),
        ("put", "/stores/{id}/busy", Owner, Some(json!({"minutes": 0}))),
        ("get", "/stores/{id}/answerLimit", Owner, None),
        ("put", "/stores/{id}/answerLimit", Owner, Some(json!({"minutes": 5}))),
        ("get", "/stores/{id}/hours", Owner, None),
        (
            "put",
            "/stores/{id}/hours",
            Owner,
            Some(json!({"hours": [{"day": "mon", "opens": "00:00", "closes": "24:00"}]})),
        ),
        ("get", "/profile", Anybody, None),
        ("get", "/profile/{name}", Anybody, None),
        ("get", "/problems", Anybody, None),
        ("get", "/problems/{name}", Anybody, None),
        ("get", "/live/order/{id}", Concerned, None),
        ("get", "/live/orders", Customer, None),
        ("get", "/live/owner", Owner, None),
        ("get", "/live/rider", Rider, None),
        ("get", "/live/operator", Operator, None),
        ("get", "/notices", TakesPart, None),
        ("get", "/webhooks", TakesPart, None),
        ("post", "/webhooks", TakesPart, Some(json!({"url": "no address"}))),
        ("get", "/webhooks/{id}", Webhook, None),
        ("put", "/webhooks/{id}/secret", Webhook, None),
        ("put", "/webhooks/{id}/pause", Webhook, Some(json!({"paused": false}))),
        ("put", "/webhooks/{id}/replay", Webhook, Some(json!({"from": 1_000_000}))),
        ("get", "/webhooks/{id}/deadLetters", Webhook, None),
        ("put", "/webhooks/{id}/deadLetters/retry", Webhook, None),
        ("put", "/webhooks/{id}/deadLetters/{position}/retry", Webhook, None),
        // The last: after it there is none.
        ("delete", "/webhooks/{id}", Webhook, None),
    ]
}

/// Somebody, with the role's operations and whether the things asked about are theirs.
struct Who {
    name: &'static str,
    program: Program,
    role: Option<Whose>,
    own: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_every_operation_for_every_role_on_own_and_on_others_things() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let base = city.base();
    let described = Program::stranger(&base).get("/openapi.json").await.json;
    let operations: BTreeSet<(String, String)> = described["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone()))
        })
        .collect();
    let table: BTreeSet<(String, String)> =
        rows().iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(operations, table, "operations and rows differ");

    let applicant = Person::sign_up(&base, "/signup/owner", &owner_form("hopeful")).await;
    let go = applicant.submit("/api/account/tokens/make", &[field("label", "봇")]).await;
    let made = go.strip_prefix("/account?made=").unwrap();
    let view: AccountPage = applicant.ask("/api/account/view", &[field("made", made)]).await;
    let hopeful = Program { token: Some(view.made.unwrap().secret), ..Program::stranger(&base) };
    let of = async |name: &'static str, role, own| Who {
        name,
        program: Program::of(&city, name).await,
        role,
        own,
    };
    let people = [
        of("customer1", Some(Customer), true).await,
        of("customer2", Some(Customer), false).await,
        of("owner1", Some(Owner), true).await,
        of("owner2", Some(Owner), false).await,
        of("rider1", Some(Rider), true).await,
        of("rider2", Some(Rider), false).await,
        of("operator", Some(Operator), false).await,
        Who { name: "hopeful", program: hopeful, role: None, own: false },
        Who { name: "nobody", program: Program::stranger(&base), role: None, own: false },
    ];

    // An order that rider1 has, of customer1 at owner1's store.
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, domain::views::RiderAction::Claim).await;
    let store = people[0].program.get(&format!("/orderLists/{order}")).await.text("storeId").to_owned();
    assert_eq!(id_of(&format!("/{order}")), order.to_string());
    let made = people[0].program.post("/webhooks", json!({"url": "http://127.0.0.1:9/"})).await;
    let webhook = made.text("id").to_owned();

    let (mut allowed, mut refused) = (0, 0);
    for (method, path, whose, body) in rows() {
        let id = match path.split('/').nth(1) {
            Some("stores") => store.clone(),
            Some("webhooks") => webhook.clone(),
            _ => order.to_string(),
        };
        let url = path
            .replace("{id}", &id)
            .replace("{name}", if path.starts_with("/problems") { "stale" } else { "stores" });
        let url = url.replace("{position}", "1");
        let about_one = path.contains("{id}");
        // Whatever the row before has done, the job is rider1's, and others ask first.
        people[4].program.put(&format!("/deliveries/{order}/claim"), None).await;
        for who in people.iter().rev() {
            let at = format!("{} {method} {path}", who.name);
            let headers = [("accept", "application/hal+json"), ("idempotency-key", &key())];
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let name = method.as_str().to_lowercase();
            let heard = who.program.send(method.clone(), &url, &headers, body.clone()).await;
            let operation = &described["paths"][path][&name];
            let answers = &operation["responses"];
            assert!(answers[heard.status.to_string()].is_object(), "{at}: {} is not described", heard.status);
            let expected = match (whose, who.role) {
                (Anybody, _) => None,
                (_, None) if who.name == "nobody" => Some(401),
                (Concerned, _) if who.own || who.name == "operator" => None,
                (Concerned, _) => Some(404),
                (TakesPart | Webhook, Some(Operator) | None) => Some(403),
                (Webhook, _) if who.name != "customer1" => Some(404),
                (TakesPart | Webhook, _) => None,
                // Whoever is too late for a job hears so.
                (Rider, Some(Rider)) if path.ends_with("/claim") && !who.own => Some(409),
                (whose, Some(role)) if whose == role && (who.own || !about_one) => None,
                (whose, Some(role)) if whose == role => Some(404),
                _ => Some(403),
            };
            match expected {
                Some(status) => {
                    assert_eq!(heard.status, status, "{at}: {heard:?}");
                    assert_eq!(heard.header("content-type"), "application/problem+json", "{at}");
                    let takes = operation["parameters"].as_array().into_iter().flatten();
                    if takes.into_iter().any(|parameter| parameter["name"] == "If-Match") {
                        // Nor do they learn the version of it.
                        let guess = [("if-match", "\"999999-0123456789abcdef\""), headers[1]];
                        let heard = who.program.send(method, &url, &guess, body.clone()).await;
                        assert_eq!(heard.status, status, "{at}, with If-Match: {heard:?}");
                    }
                    refused += 1;
                }
                // What the rules make of it is another matter.
                None => {
                    assert!(
                        ![401, 403, 404].contains(&heard.status) && heard.status < 500,
                        "{at}: {heard:?}"
                    );
                    allowed += 1;
                }
            }
        }
    }
    assert!(allowed > 60 && refused > 300, "{allowed} {refused}");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_every_list_shows_what_is_the_callers_own_and_nothing_of_others() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, domain::views::RiderAction::Claim).await;
    let id = order.to_string();
    let webhook = json!({"url": "http://127.0.0.1:9/"});
    let described = Program::stranger(&city.base()).get("/openapi.json").await.json;
    let lists: BTreeSet<&str> = described["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, item)| {
            let asked_by_page =
                |parameter: &Value| ["size", "before"].map(Value::from).contains(&parameter["name"]);
            let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
            !path.contains('{') && parameters.into_iter().any(asked_by_page)
        })
        .map(|(path, _)| path.as_str())
        .collect();
    // Stores are for everybody to see.
    let own =
        ["/deliveries", "/foodCookings", "/myPages", "/notices", "/orderLists", "/payments", "/webhooks"];
    assert_eq!(lists, own.into_iter().chain(["/stores"]).collect(), "lists and rows differ");
    for (path, owner, others) in [
        ("/orderLists", "customer1", &["customer2"][..]),
        ("/myPages", "customer1", &["customer2"]),
        ("/payments", "customer1", &["customer2"]),
        ("/foodCookings", "owner1", &["owner2", "owner3"]),
        ("/deliveries", "rider1", &["rider2", "rider3"]),
        ("/notices", "customer1", &["customer2", "owner2", "rider2"]),
        ("/notices", "owner1", &["customer2", "owner2", "rider2"]),
    ] {
        let mine = Program::of(&city, owner).await;
        let shown = mine.until(path, |heard| heard.json.to_string().contains(&id)).await;
        assert_eq!(shown.status, 200, "{path}");
        for other in others {
            let heard = Program::of(&city, other).await.get(path).await;
            assert_eq!(heard.status, 200, "{other} {path}");
            assert!(!heard.json.to_string().contains(&id), "{other} {path}: {heard:?}");
        }
    }
    let mine = Program::of(&city, "customer1").await;
    let made = mine.post("/webhooks", webhook).await.text("id").to_owned();
    assert!(mine.get("/webhooks").await.json.to_string().contains(&made));
    for other in ["customer2", "owner1", "rider1"] {
        let heard = Program::of(&city, other).await.get("/webhooks").await;
        assert_eq!((heard.status, &heard.json["page"]["totalElements"]), (200, &json!(0)), "{other}");
    }
    city.close().await;
}
