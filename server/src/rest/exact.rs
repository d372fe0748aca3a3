//! Each operation is described with those refusals alone that it can answer: by their kinds, with an example of each.

use serde_json::Value;
use utoipa::IntoParams;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr, Response, ResponseBuilder};

use super::ask::KnownHeader;
use super::hal::HAL;
use super::problem::{PROBLEM, Problem, WrongField};
use super::problems::{KINDS, Kind};

/// Of what is described of all operations alike, leaves what is so of each.
pub(super) fn exact(described: &mut OpenApi) {
    for (path, item) in &mut described.paths.paths {
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter();
        operations.flatten().for_each(|operation| narrow(path, operation));
    }
}

/// What lies below these is never in a state that would be in the way: a store's day, a rider's, and webhooks.
const ALWAYS_FITS: [&str; 3] = ["/stores/", "/riders/", "/webhooks/"];
/// Whoever has an account may ask for it; whom it does not concern hears that it is not there.
const FOR_ALL_ROLES: &str = "/orderLists/{id}/timeline";
/// What was registered under the same key before may have been deleted since.
const REGISTERS: &str = "/webhooks";

fn narrow(path: &str, operation: &mut Operation) {
    let is = |is_so: &dyn Fn(&Parameter) -> bool| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|parameter| matches!(parameter, RefOr::T(parameter) if is_so(parameter)))
    };
    let takes = |name: &str| is(&|parameter| parameter.name == name);
    let (takes_key, takes_version) = (takes("Idempotency-Key"), takes("If-Match"));
    let asks = is(&|parameter| parameter.parameter_in == ParameterIn::Query);
    let has_body = operation.request_body.is_some();
    let responses = &mut operation.responses.responses;
    let is_command = responses.contains_key("409");
    responses.retain(|status, _| match status.as_str() {
        "400" | "413" | "415" => has_body || !is_command,
        "403" => path != FOR_ALL_ROLES,
        "404" => path.contains('{') || is_command && path == REGISTERS,
        "409" => !ALWAYS_FITS.iter().any(|above| path.starts_with(above)),
        "412" => takes_version,
        "422" => takes_key || has_body || asks,
        _ => true,
    });
    if !is_command && is_resource(responses.get("200")) {
        responses.insert(
            "304".to_owned(),
            ResponseBuilder::new().description("It is what `If-None-Match` names.").build().into(),
        );
        let known = KnownHeader::into_params(|| None).into_iter().map(RefOr::from);
        operation.parameters.get_or_insert_default().extend(known);
    }
    let can_be = |kind: &Kind| match kind.name {
        "key-reused" => takes_key,
        "foreign" => is_command,
        "price-changed" => path.starts_with("/orderLists") && has_body,
        // Only what is there already has a state.
        "not-now" => path.contains('{'),
        _ => true,
    };
    for (status, response) in &mut operation.responses.responses {
        let (Ok(status), RefOr::T(response)) = (status.parse::<u16>(), response) else { continue };
        let Some(RefOr::T(content)) = response.content.get_mut(PROBLEM) else { continue };
        let kinds: Vec<&Kind> =
            KINDS.iter().filter(|kind| kind.statuses.contains(&status) && can_be(kind)).collect();
        let types: Vec<String> = kinds.iter().map(|kind| format!("`/problems/{}`", kind.name)).collect();
        response.description.push_str(&format!(" `type`: {}.", types.join(", ")));
        content.examples = kinds
            .iter()
            .map(|kind| {
                let example = ExampleBuilder::new().summary(kind.title_en).value(example(kind, status, path));
                (kind.name.to_owned(), RefOr::T(example.build()))
            })
            .collect();
    }
}

/// Whether an answer is a resource: those have an `ETag`.
fn is_resource(answer: Option<&RefOr<Response>>) -> bool {
    matches!(answer, Some(RefOr::T(answer)) if answer.content.contains_key(HAL))
}

/// A refusal of this kind.
fn example(kind: &Kind, status: u16, path: &str) -> Option<Value> {
    let not_now = status == 409;
    let field = if kind.name == "key-reused" { "Idempotency-Key" } else { "address" };
    let wrong = WrongField { field: field.to_owned(), detail: kind.title_ko.to_owned() };
    let problem = Problem {
        kind: format!("/problems/{}", kind.name),
        title: kind.title_ko.to_owned(),
        status,
        detail: kind.title_ko.to_owned(),
        instance: path.replace("{id}", "01937b3e-6f00-7000-8000-000000000001"),
        state: not_now.then(|| "cooking_started".to_owned()),
        command: not_now.then(|| "cancel".to_owned()),
        errors: if status == 422 { vec![wrong] } else { Vec::new() },
    };
    serde_json::to_value(problem).ok()
}
