//! The description of the API as OpenAPI 3.1, made of the code's types, and the page to read it.

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::live::{LiveMessage, STREAMS};
use super::problem::Problem;
use super::problems::KINDS;

/// What the description says before the operations.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Baedal", license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")),
    paths(super::stores::show, super::webhooks::list),
    components(schemas(Problem, LiveMessage)),
    security(("token" = [])),
    tags(
        (name = "customer", description = "Orders and what belongs to them, for a customer's token."),
        (name = "store", description = "The kitchen and the store's day, for an owner's token."),
        (name = "rider", description = "Jobs and the rider's day, for a rider's token."),
        (name = "live", description = STREAMS),
        (name = "webhooks", description = "Where an account's own programs are told what happens, for a customer's, an owner's or a rider's token. \
             What they are told is in docs/WEBHOOKS.md."),
        (name = "everybody", description = "What anybody may read, and what concerns several roles."),
    )
)]
struct Frame;

/// The beginning of the description.
pub(super) fn frame() -> OpenApi {
    let mut described = Frame::openapi();
    described.info.version = env!("CARGO_PKG_VERSION").to_owned();
    described.info.description = Some(introduction());
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token from the account page or of `baedal token`, with the rights of its account's role.",
        ))
        .build();
    if let Some(components) = &mut described.components {
        components.add_security_scheme("token", SecurityScheme::Http(token));
    }
    described
}

fn introduction() -> String {
    let mut text = String::from(
        "Other programs do here all that the pages do: a till, a courier firm, an app of one's own.\n\n\
         * Resources are HAL: `_links` say where one can go on, lists come in `_embedded`, page by page.\n\
         * `Idempotency-Key` makes a command safe to repeat; `ETag` and `If-Match` keep two programs from overwriting each other.\n\
         * `Accept-Language: ko` or `en` chooses the language of names and sentences.\n\
         * Amounts are integer won, times are UTC, distances are metres.\n\n\
         Refusals are `application/problem+json`. Each operation names those that it can answer; besides, anything can come too late (408, 504) \
         or fail by the server's fault (500), and what is no operation is answered 404 or 405. Their `type` is one of:\n\n",
    );
    for kind in &KINDS {
        text.push_str(&format!("* `/problems/{}`: {} ({})\n", kind.name, kind.title_en, kind.title_ko));
    }
    text
}

/// What the reading page may do: run its program, look as it does, and try operations of this site. The hash is of the one style that its
/// program adds to the page; with another version that has another one, the browser test of the page fails.
const POLICY: &str = "default-src 'none'; script-src 'self'; \
                      style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `/openapi.json`, and the page at `/openapi/`, whose program comes with the server.
pub(super) fn pages(described: &OpenApi) -> Router {
    let json = Bytes::from(described.to_json().unwrap_or_default());
    let answer = move || {
        let json = json.clone();
        async move { ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], json).into_response() }
    };
    let reading = Router::from(SwaggerUi::new("/openapi").config(Config::from("/openapi.json")));
    let policy =
        SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Router::new().route("/openapi.json", get(answer)).merge(reading.layer(policy))
}
