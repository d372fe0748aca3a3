//! `/profile/{name}`: what the members of a resource mean, as a JSON schema.

use app::backend::Answer;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use domain::views::Fault;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::ToSchema;

use super::ask::Ask;
use super::errors::OpenErrors;
use super::hal::{Hal, Link, Links};
use super::problem::Refused;

/// The lists that have a profile, with the resource that each holds.
const PROFILES: [(&str, &str); 9] = [
    ("orderLists", "OrderList"),
    ("foodCookings", "FoodCooking"),
    ("deliveries", "Delivery"),
    ("payments", "Payment"),
    ("myPages", "MyPage"),
    ("stores", "Store"),
    ("webhooks", "Webhook"),
    ("deadLetters", "DeadLetter"),
    ("notices", "Notice"),
];

/// All profiles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Profiles {
    /// A link to each, by the name of its list.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
}

/// All profiles.
#[utoipa::path(get, operation_id = "listProfiles", path = "/profile", tag = "everybody", security(()), responses(
    (status = 200, description = "Links to them.", body = Profiles, content_type = "application/hal+json"),
    OpenErrors
))]
pub(super) async fn list(ask: Ask) -> Hal<Profiles> {
    let all = PROFILES.into_iter().map(|(name, _)| (name, ask.base.link(&format!("/profile/{name}"))));
    let links = std::iter::once(("self", ask.base.link("/profile"))).chain(all).collect();
    Hal::new(Profiles { links })
}

/// What the members of a resource mean.
#[utoipa::path(get, operation_id = "showProfile", path = "/profile/{name}", tag = "everybody", security(()),
    params(("name" = String, Path, description = "The list", example = "orderLists")), responses(
    (status = 200, description = "A JSON schema.", body = Object, content_type = "application/schema+json", example = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": "#/components/schemas/OrderList",
        "components": {"schemas": {"OrderList": {"type": "object"}}}
    })),
    OpenErrors
))]
pub(super) async fn show(Path(name): Path<String>) -> Result<Response, Refused> {
    let schema = schema(&name)?;
    Ok(([(CONTENT_TYPE, "application/schema+json")], schema.to_string()).into_response())
}

/// The schemas of all resources, made once: the description is made of all routes.
static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
    let components = super::described().1.components.unwrap_or_default();
    serde_json::to_value(components.schemas).unwrap_or_default()
});

fn schema(name: &str) -> Answer<Value> {
    let (_, resource) = PROFILES.into_iter().find(|(list, _)| *list == name).ok_or(Fault::NotFound)?;
    Ok(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/schemas/{resource}"),
        "components": { "schemas": *SCHEMAS },
    }))
}
