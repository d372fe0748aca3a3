//! The refusals that operations have in common, as the description tells them.

use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema};

use super::problem::PROBLEM;

fn refusals(of: &[(u16, &str)]) -> BTreeMap<String, RefOr<Response>> {
    of.iter()
        .map(|(status, description)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let mut response = ResponseBuilder::new().description(*description).content(PROBLEM, content);
            if [429, 503].contains(status) {
                let wait = HeaderBuilder::new()
                    .schema(Some(u32::schema()))
                    .description(Some("Seconds to wait"))
                    .build();
                response = response.header("Retry-After", wait);
            }
            (status.to_string(), RefOr::T(response.build()))
        })
        .collect()
}

const NO_TOKEN: (u16, &str) = (401, "There is no token, or it is not valid (any more).");
const WRONG_ROLE: (u16, &str) = (403, "The token is that of another role.");
const NOT_FOUND: (u16, &str) = (404, "There is no such thing, or it is another's.");
const INVALID: (u16, &str) = (422, "Fields are wrong: `errors` names each.");
const TOO_MANY: (u16, &str) = (429, "Too many requests; `Retry-After` says when to come back.");
const UNAVAILABLE: (u16, &str) =
    (503, "Not available right now, and nothing was done; `Retry-After` says when to come back.");
const UNSURE: (u16, &str) = (
    500,
    "The server failed. It may have been done: look before asking for it again, or send it again under the same key.",
);

/// Of questions that need a token.
pub(super) struct ReadErrors;

impl IntoResponses for ReadErrors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[NO_TOKEN, WRONG_ROLE, NOT_FOUND, INVALID, TOO_MANY, UNAVAILABLE])
    }
}

/// Of questions that anybody may ask.
pub(super) struct OpenErrors;

impl IntoResponses for OpenErrors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[NO_TOKEN, NOT_FOUND, INVALID, TOO_MANY, UNAVAILABLE])
    }
}

/// Of commands.
pub(super) struct CommandErrors;

impl IntoResponses for CommandErrors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals(&[
            (400, "The body is no JSON."),
            NO_TOKEN,
            WRONG_ROLE,
            NOT_FOUND,
            (409, "It cannot be done in the present state: `state` and `command` name both."),
            (412, "It is no longer as `If-Match` expects it."),
            (413, "The body is too large."),
            (415, "The body is not said to be JSON."),
            INVALID,
            TOO_MANY,
            UNSURE,
            UNAVAILABLE,
        ])
    }
}

/// Of streams.
pub(super) fn stream_refusals() -> BTreeMap<String, RefOr<Response>> {
    refusals(&[
        (400, "`after` is no position."),
        NO_TOKEN,
        WRONG_ROLE,
        NOT_FOUND,
        (
            429,
            "Too many streams at the same time, or too many requests; `Retry-After` says when to come back.",
        ),
        UNAVAILABLE,
    ])
}
