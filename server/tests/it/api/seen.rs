//! Whatever a program hears in these tests is held against the description: the status, the type of a problem, the kind and the members of
//! the body. What is described and was never heard is listed, here and from one run to the next.

use super::live::fits;
use super::{Heard, Program};
use crate::city::City;
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use tokio::sync::OnceCell;

/// The description, which is the same for every city.
static DESCRIBED: OnceCell<Value> = OnceCell::const_new();
/// The refusals that came in this process: `get /stores/{id} 404 not-found`.
static HEARD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
/// Where those of all runs are.
const BOOK: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/refusals-heard.txt");
/// What any operation may be refused for, by the same layer: that is tested once, and not listed for each.
const COMMON: [&str; 4] = ["401", "429", "500", "503"];

async fn described(program: &Program) -> &'static Value {
    DESCRIBED
        .get_or_init(async || {
            let answer = program.http.get(format!("{}/openapi.json", program.base)).send().await.unwrap();
            answer.json().await.unwrap()
        })
        .await
}

/// The path of the description that a request's is one of: the one with the most names of its own.
fn template<'d>(described: &'d Value, path: &str) -> Option<(&'d String, &'d Value)> {
    let parts: Vec<&str> = path.split('/').collect();
    let names = |template: &str| template.split('/').filter(|part| !part.starts_with('{')).count();
    let paths = described["paths"].as_object().unwrap().iter().filter(|(template, _)| {
        let wanted: Vec<&str> = template.split('/').collect();
        let is = |(wanted, part): (&&str, &&str)| wanted.starts_with('{') || wanted == part;
        wanted.len() == parts.len() && wanted.iter().zip(&parts).all(is)
    });
    paths.max_by_key(|(template, _)| names(template))
}

/// Fails when an answer is not one that the description has. What is no operation is not described, and no page of a browser is.
pub(super) async fn holds(program: &Program, method: &Method, url: &str, heard: &Heard) {
    let path = url.strip_prefix(&program.base).unwrap_or(url).split('?').next().unwrap();
    let described = described(program).await;
    let Some((template, item)) = template(described, path) else { return };
    let method = method.as_str().to_ascii_lowercase();
    let Some(operation) = item.get(&method) else { return };
    let media = heard.headers.get("content-type").map_or("", |media| media.to_str().unwrap());
    let media = media.split(';').next().unwrap();
    if media == "text/html" {
        return;
    }
    let (status, at) = (heard.status.to_string(), format!("{method} {template}"));
    let answer = &operation["responses"][&status];
    assert!(answer.is_object(), "{at} does not answer {status}, says its description: {heard:?}");
    let Some(contents) = answer["content"].as_object() else {
        assert_eq!(heard.json, "", "{at} {status} has no body, says its description");
        return;
    };
    let content = contents.get(media).unwrap_or_else(|| panic!("{at} {status} is never {media}: {heard:?}"));
    if media == "text/event-stream" {
        return;
    }
    fits(&heard.json, &content["schema"], &described["components"]["schemas"])
        .unwrap_or_else(|why| panic!("{at} {status} is not as described: {why}: {}", heard.json));
    if heard.status >= 400 {
        let kind = heard.text("type").strip_prefix("/problems/").unwrap();
        let named = content["examples"].get(kind).is_some();
        assert!(named, "{at} {status} is never of the type {kind}, says its description: {heard:?}");
        note(format!("{at} {status} {kind}"));
    }
}

fn note(refusal: String) {
    let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    if heard.insert(refusal.clone()) {
        let mut book = std::fs::File::options().create(true).append(true).open(BOOK).unwrap();
        // One write, so that those of several processes do not mix.
        book.write_all(format!("{refusal}\n").as_bytes()).unwrap();
    }
}

/// All refusals that are described, but for the common ones.
fn all(described: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let examples = answer["content"]["application/problem+json"]["examples"].as_object();
                let kinds = examples.into_iter().flatten().map(|(kind, _)| kind);
                if !COMMON.contains(&status.as_str()) {
                    all.extend(kinds.map(|kind| format!("{method} {path} {status} {kind}")));
                }
            }
        }
    }
    all
}

/// Those that no test has ever heard, as far as this machine's build folder remembers.
fn never(all: &BTreeSet<String>) -> Vec<&String> {
    let book = std::fs::read_to_string(BOOK).unwrap_or_default();
    let heard: BTreeSet<&str> = book.lines().collect();
    all.iter().filter(|refusal| !heard.contains(refusal.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_that_are_described_and_that_nobody_has_heard_are_listed() {
    let city = City::open().await;
    let stranger = Program::stranger(&city.base());
    stranger.get("/problems/nonsense").await.refused(404, "not-found");
    let all = all(described(&stranger).await);
    let never = never(&all);
    println!("{} of {} refusals were never heard:", never.len(), all.len());
    for refusal in &never {
        println!("  {refusal}");
    }
    let listed = |refusal: &str| never.iter().any(|never| *never == refusal);
    assert!(all.contains("get /problems/{name} 404 not-found"));
    assert!(!listed("get /problems/{name} 404 not-found"), "it was just heard");
    city.close().await;
}
