//! The description of the API: complete, and where it says that it is.

use super::Program;
use super::live::fits;
use crate::city::City;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// All statuses of refusals that operations describe.
const STATUSES: [&str; 12] =
    ["400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "500", "503"];

/// Below these, commands may not fit the state of what they are about.
const HAVE_STATES: [&str; 5] = ["/orderLists", "/quotes", "/payments", "/foodCookings", "/deliveries"];

/// Whether an operation says that it can be refused by each status.
fn refusals(method: &str, path: &str, operation: &Value, is_stream: bool) -> Vec<(&'static str, bool)> {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let takes = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
    let asks = parameters.iter().any(|parameter| parameter["in"] == "query");
    let (has_body, is_command) = (operation["requestBody"].is_object(), method != "get");
    let is_open = operation["security"].as_array().is_some_and(|all| all.contains(&json!({})));
    let has_state = HAVE_STATES.iter().any(|above| path.starts_with(above)) || path == "/webhooks";
    vec![
        ("400", has_body || is_stream),
        ("401", true),
        ("403", !is_open && path != "/orderLists/{id}/timeline"),
        ("404", path.contains('{') || (method, path) == ("post", "/webhooks")),
        ("409", is_command && has_state),
        ("412", takes("If-Match")),
        ("413", has_body),
        ("415", has_body),
        ("422", (asks && !is_stream) || has_body || takes("Idempotency-Key")),
        ("429", true),
        ("500", is_command),
        ("503", true),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_described_with_its_refusals() {
    let city = City::open().await;
    let stranger = Program::stranger(&city.base());
    let heard = stranger.get("/openapi.json").await;
    assert_eq!((heard.status, heard.header("content-type")), (200, "application/json"));
    let described = &heard.json;
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"), "{}", described["openapi"]);
    let schemas = &described["components"]["schemas"];
    let (mut operations, mut ids) = (0, BTreeSet::new());
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            operations += 1;
            // Programs that are made of the description have a function for each, and the reading page runs one by it.
            let id = operation["operationId"].as_str().unwrap_or_default();
            assert!(!id.is_empty() && ids.insert(id), "{at} is not the only {id:?}");
            assert!(
                !operation["summary"].as_str().unwrap_or_default().is_empty(),
                "{at} says nothing of itself"
            );
            let responses = operation["responses"].as_object().unwrap();
            // A stream has no body and no fields, but a position.
            let is_stream =
                responses.get("200").is_some_and(|answer| answer["content"]["text/event-stream"].is_object());
            assert_eq!(is_stream, path.starts_with("/live/"), "{at}");
            for (status, is_said) in refusals(method, path, operation, is_stream) {
                let answer =
                    &responses.get(status).map(|answer| &answer["content"]["application/problem+json"]);
                assert_eq!(answer.is_some(), is_said, "{at} {status}");
                let is_problem = |answer: &&Value| answer["schema"]["$ref"] == "#/components/schemas/Problem";
                assert!(answer.as_ref().is_none_or(is_problem), "{at} {status}");
            }
            let said = responses.keys().filter(|status| status.as_str() >= "400");
            assert!(said.into_iter().all(|status| STATUSES.contains(&status.as_str())), "{at}");
            // What has an ETag may be known already.
            let is_resource = responses
                .get("200")
                .is_some_and(|answer| answer["content"].get("application/hal+json").is_some());
            assert_eq!(responses.contains_key("304"), method == "get" && is_resource, "{at}");
            // Every refusal names its types, with an example of each.
            for (status, answer) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
                let examples = answer["content"]["application/problem+json"]["examples"].as_object().unwrap();
                assert!(!examples.is_empty(), "{at} {status}");
                for (name, example) in examples {
                    let kind = format!("/problems/{name}");
                    assert!(
                        answer["description"].as_str().unwrap().contains(&format!("`{kind}`")),
                        "{at} {status}"
                    );
                    assert_eq!(example["value"]["type"], kind, "{at} {status}");
                    assert_eq!(example["value"]["status"].to_string(), *status, "{at} {status}");
                }
            }
            // What is taken and what is answered has an example, which is as the description says.
            let taken = operation.get("requestBody");
            let answered = responses.iter().filter(|(status, _)| status.as_str() < "400");
            for body in taken.into_iter().chain(answered.map(|(_, answer)| answer)) {
                for (media, content) in body["content"].as_object().into_iter().flatten() {
                    let example =
                        content.get("example").unwrap_or_else(|| panic!("{at} {media}: no example"));
                    let holds = |text: &str| !example.to_string().contains(text);
                    assert!(holds("\"\"") && example.to_string().len() > 2, "{at} {media}: {example}");
                    fits(example, &content["schema"], schemas)
                        .unwrap_or_else(|why| panic!("{at} {media}: {why} in {example}"));
                }
            }
            // Every member says what it means.
            for response in responses.values() {
                assert!(!response["description"].as_str().unwrap().is_empty(), "{at}");
            }
        }
    }
    assert!(operations > 52, "{operations}");
    for (name, schema) in described["components"]["schemas"].as_object().unwrap() {
        for (member, of) in schema["properties"].as_object().into_iter().flatten() {
            let is_said = of["description"].is_string() || of["$ref"].is_string() || of["oneOf"].is_array();
            assert!(is_said, "{name}.{member} has no description");
        }
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_to_read_it_comes_with_the_server_and_loads_nothing_from_elsewhere() {
    let city = City::open().await;
    let stranger = Program::stranger(&city.base());
    let page = stranger.get("/openapi/").await;
    let Value::String(text) = &page.json else { panic!("{page:?}") };
    assert!(page.status == 200 && page.header("content-type").starts_with("text/html"), "{page:?}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(!text.contains("https://") && !text.contains("//cdn"), "{text}");
    let scripts: Vec<&str> = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(scripts.len() > 1, "{text}");
    for script in scripts {
        let heard = stranger.get(&format!("/openapi/{}", script.trim_start_matches("./"))).await;
        assert_eq!(heard.status, 200, "{script}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_of_a_problem_leads_to_what_it_means() {
    let city = City::open().await;
    let stranger = Program::stranger(&city.base());
    let described = stranger.get("/openapi.json").await.json;
    let introduction = described["info"]["description"].as_str().unwrap();
    let list = stranger.get("/problems").await;
    let links = list.json["_links"].as_object().unwrap();
    assert_eq!(introduction.matches("`/problems/").count(), links.len() - 1);
    for (name, link) in links.iter().filter(|(name, _)| *name != "self") {
        let kind = format!("/problems/{name}");
        assert!(introduction.contains(&format!("`{kind}`")), "{kind}");
        let mut said = Vec::new();
        for language in ["ko", "en"] {
            let path = link["href"].as_str().unwrap();
            let heard = stranger.send(Method::GET, path, &[("accept-language", language)], None).await;
            assert_eq!((heard.status, heard.text("type")), (200, kind.as_str()));
            assert!(heard.json["statuses"].as_array().is_some_and(|all| !all.is_empty()), "{heard:?}");
            said.push((heard.text("title").to_owned(), heard.text("help").to_owned()));
        }
        assert!(said[0].0 != said[1].0 && said[0].1 != said[1].1, "{said:?}");
    }
    // A refusal's own type, and one that there is not.
    let refusal = stranger.get("/problems/nonsense").await;
    let kind = refusal.refused(404, "not-found")["type"].as_str().unwrap();
    assert_eq!(stranger.get(kind).await.json["statuses"], json!([404]));
    city.close().await;
}
