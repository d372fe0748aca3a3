//! An example of what each operation takes and of what it answers when it is carried out, made of the types' own description: of the
//! examples that members carry, of the first of what they may be, and of their forms. So an example cannot tell of a member that there is not.

use serde_json::{Map, Value, json};
use utoipa::openapi::content::Content;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, RefOr};

/// Gives an example to every body, but where somebody wrote one.
pub(super) fn examples(described: &mut OpenApi) {
    let Ok(whole) = serde_json::to_value(&*described) else { return };
    let schemas = &whole["components"]["schemas"];
    for item in described.paths.paths.values_mut() {
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter();
        for content in operations.flatten().flat_map(contents) {
            if content.example.is_none() && content.examples.is_empty() {
                let schema = content.schema.as_ref().and_then(|schema| serde_json::to_value(schema).ok());
                content.example = schema.map(|schema| example(&schema, schemas));
            }
        }
    }
}

/// What an operation takes, and what it answers.
fn contents(operation: &mut Operation) -> impl Iterator<Item = &mut Content> {
    let taken = operation.request_body.iter_mut().filter_map(written);
    let taken = taken.flat_map(|body| body.content.values_mut());
    let answered = operation.responses.responses.values_mut().filter_map(written);
    let answered = answered.flat_map(|response| response.content.values_mut());
    taken.chain(answered).filter_map(written)
}

/// What stands in its place, and not elsewhere.
fn written<T>(what: &mut RefOr<T>) -> Option<&mut T> {
    match what {
        RefOr::T(what) => Some(what),
        RefOr::Ref(_) => None,
    }
}

/// A value that is as the schema says. No type of the API holds itself, so this ends.
fn example(schema: &Value, schemas: &Value) -> Value {
    if let Some(written) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return written.clone();
    }
    if let Some(name) = schema["$ref"].as_str() {
        return example(&schemas[name.rsplit('/').next().unwrap_or_default()], schemas);
    }
    if let Some(only) = schema.get("const").or_else(|| schema["enum"].get(0)) {
        return only.clone();
    }
    let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    if let Some(choice) = choices.and_then(|all| all.iter().find(|choice| choice["type"] != "null")) {
        return example(choice, schemas);
    }
    let mut members = Map::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if let Value::Object(more) = example(part, schemas) {
            members.extend(more);
        }
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        members.insert(name.clone(), example(member, schemas));
    }
    match kind(schema) {
        "array" => json!([example(&schema["items"], schemas)]),
        "boolean" => json!(true),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(0)),
        "string" => json!(match schema["format"].as_str() {
            Some("uuid") => "01937b3e-6f00-7000-8000-000000000001",
            Some("date-time") => "2026-11-22T09:05:00.123Z",
            _ => "",
        }),
        _ => Value::Object(members),
    }
}

/// The type, where it may be null as well.
fn kind(schema: &Value) -> &str {
    let kinds = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
    kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default()
}
