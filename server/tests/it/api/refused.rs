//! What every operation refuses in the same way, whatever it is about: bodies that are none, headers that are none, and other sites.

use super::access::rows;
use super::{Heard, Program};
use crate::city::City;
use crate::people::Person;
use reqwest::Method;
use serde_json::{Value, json};

/// An operation of the description, with a path that leads to nothing of anybody's.
struct Operation {
    at: String,
    method: Method,
    path: String,
    has_body: bool,
    asks: bool,
    headers: Vec<String>,
}

async fn operations(stranger: &Program) -> Vec<Operation> {
    let described = stranger.get("/openapi.json").await.json;
    let mut all = Vec::new();
    for (template, item) in described["paths"].as_object().unwrap() {
        let path = template.replace("{id}", "01900000-0000-7000-8000-000000000001");
        let path = path.replace("{position}", "1").replace("{name}", "none");
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let headers = parameters.iter().filter(|parameter| parameter["in"] == "header");
            all.push(Operation {
                at: format!("{method} {template}"),
                method: method.to_ascii_uppercase().parse().unwrap(),
                path: path.clone(),
                has_body: operation["requestBody"].is_object(),
                asks: parameters.iter().any(|parameter| parameter["in"] == "query"),
                headers: headers.map(|header| header["name"].as_str().unwrap().to_owned()).collect(),
            });
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_bodies_queries_keys_and_sites_as_it_says() {
    let city = City::open().await;
    let (stranger, customer) = (Program::stranger(&city.base()), Program::of(&city, "customer1").await);
    let browser = Person::log_in(&city.base(), "customer1").await;
    let mut bodies = 0;
    for Operation { at, method, path, has_body, asks, headers } in operations(&stranger).await {
        let send = async |body: &str, media: &str| -> Heard {
            let request = customer.request(method.clone(), &path).header("content-type", media);
            customer.hear(&method, &path, request.body(body.to_owned())).await
        };
        if has_body {
            bodies += 1;
            send("{", "application/json").await.refused(400, "unreadable");
            send("x", "text/plain").await.refused(415, "unsupported-media-type");
            send(&" ".repeat(70_000), "application/json").await.refused(413, "too-large");
            let wrong = send("{\"nonsense\": 1}", "application/json").await;
            assert!(wrong.refused(422, "invalid")["errors"][0]["field"].is_string(), "{at}: {wrong:?}");
        }
        if asks {
            let heard = customer.get(&format!("{path}?after=x&nonsense=x")).await;
            let (status, kind) =
                if path.starts_with("/live/") { (400, "unreadable") } else { (422, "invalid") };
            heard.refused(status, kind);
        }
        let takes = |name: &str| headers.iter().any(|header| header == name);
        // Where a key means nothing it is not looked at, or it would have to be refused.
        let odd = customer.send(method.clone(), &path, &[("idempotency-key", "")], None).await;
        if takes("Idempotency-Key") {
            assert_eq!(odd.refused(422, "invalid")["errors"][0]["field"], "Idempotency-Key", "{at}");
        } else {
            assert_ne!(odd.status, 422, "{at}: {odd:?}");
        }
        if method != Method::GET {
            let from = [("cookie", browser.cookies()), ("origin", "https://evil.example")];
            let heard = stranger.send(method.clone(), &path, &from, None).await;
            heard.refused(403, "foreign");
        }
    }
    assert!(bodies > 15, "{bodies}");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_sent_again() {
    let city = City::open().await;
    let stranger = Program::stranger(&city.base());
    let (customer, rider) = (Program::of(&city, "customer1").await, Program::of(&city, "rider1").await);
    let mut known = 0;
    for Operation { at, method, path, headers, .. } in operations(&stranger).await {
        let who = if at.contains("/riders") || at.contains("/deliveries") { &rider } else { &customer };
        let first = who.send(method.clone(), &path, &[], None).await;
        if !headers.iter().any(|header| header == "If-None-Match") || first.status != 200 {
            continue;
        }
        let tag = first.header("etag").to_owned();
        let again = who.send(method.clone(), &path, &[("if-none-match", &tag)], None).await;
        assert_eq!((again.status, &again.json), (304, &Value::String(String::new())), "{at}");
        known += 1;
    }
    assert!(known > 8, "{known}");
    city.close().await;
}

/// Commands that take no version, each for its reason.
const TAKE_NONE: [(&str, &str); 3] = [
    // What they make is new. That others were made meanwhile changes nothing about it.
    ("post", "/orderLists"),
    ("post", "/webhooks"),
    // It changes nothing.
    ("post", "/quotes"),
];

/// Whether a description has a resource at this path: those have an `ETag`.
fn is_resource(described: &Value, path: &str) -> bool {
    described["paths"][path]["get"]["responses"]["200"]["content"]["application/hal+json"].is_object()
}

/// What a command changes: the nearest resource on the way to it.
fn changed_by<'p>(described: &Value, path: &'p str) -> Option<&'p str> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let mut above: Vec<&str> = ends.map(|end| &path[..end]).collect();
    above.reverse();
    above.into_iter().find(|above| is_resource(described, above))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_was_never_given_out_is_the_version_of_nothing() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, domain::views::RiderAction::Claim).await;
    let customer = Program::of(&city, "customer1").await;
    let (owner, rider) = (Program::of(&city, "owner1").await, Program::of(&city, "rider1").await);
    let store = customer.get(&format!("/orderLists/{order}")).await.text("storeId").to_owned();
    let webhook = customer.post("/webhooks", json!({"url": "http://127.0.0.1:9/"})).await;
    let webhook = webhook.text("id").to_owned();
    let described = customer.get("/openapi.json").await.json;
    let (mut stale, mut none) = (0, Vec::new());
    for (method, template, _, body) in rows() {
        if method == "get" {
            continue;
        }
        let at = format!("{method} {template}");
        let operation = &described["paths"][template][method];
        let takes = operation["parameters"].as_array().into_iter().flatten();
        if !takes.into_iter().any(|parameter| parameter["name"] == "If-Match") {
            none.push((method, template));
            continue;
        }
        // There is something whose version can be known.
        let resource = changed_by(&described, template).unwrap_or_else(|| panic!("{at} changes nothing"));
        let (who, id) = match template.split('/').nth(1).unwrap() {
            "orderLists" | "payments" => (&customer, order.to_string()),
            "webhooks" => (&customer, webhook.clone()),
            "foodCookings" => (&owner, order.to_string()),
            "deliveries" | "riders" => (&rider, order.to_string()),
            _ => (&owner, store.clone()),
        };
        let method: Method = method.to_ascii_uppercase().parse().unwrap();
        let is_at = |template: &str| template.replace("{id}", &id).replace("{position}", "1");
        let (path, hal) = (is_at(template), [("accept", "application/hal+json")]);
        let seen = who.send(Method::GET, &is_at(resource), &hal, None).await;
        let version = seen.header("etag").trim_matches('"').split('-').next().unwrap().to_owned();
        assert!(version.parse::<u64>().is_ok(), "{at}: {seen:?}");
        for never in ["\"999999-0123456789abcdef\"", "\"nonsense\"", "W/\"1-0\""] {
            let heard = who.send(method.clone(), &path, &[("if-match", never)], body.clone()).await;
            heard.refused(412, "stale");
        }
        // Nothing has come of it.
        let again = who.send(Method::GET, &is_at(resource), &hal, None).await;
        assert!(again.header("etag").starts_with(&format!("\"{version}-")), "{at}: {again:?}");
        stale += 1;
    }
    none.sort_unstable();
    let mut exceptions = TAKE_NONE.to_vec();
    exceptions.sort_unstable();
    assert_eq!(none, exceptions, "commands that take no version");
    assert!(stale > 27, "{stale}");
    city.close().await;
}
