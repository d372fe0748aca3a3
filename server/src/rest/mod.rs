//! The REST API: HAL resources for other programs, by the same commands and read models as the pages.

mod ask;
mod deliveries;
mod errors;
mod exact;
mod examples;
mod hal;
mod kitchen;
mod live;
mod my_pages;
mod names;
mod new_order;
mod notices;
mod openapi;
mod orders;
mod paths;
mod payments;
mod problem;
mod problems;
mod profile;
mod quotes;
mod shape;
mod status;
mod store_day;
mod store_menu;
mod stores;
mod webhooks;

pub use ask::Rest;
pub(crate) use live::{LastSeen, StreamAnswers};
pub(crate) use paths::is_api;
pub(crate) use problem::Refused;
pub use problem::{in_problems, refusal};

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::middleware::Next;
use axum::response::Response;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::sse;

/// The routes of the resources, and those that describe them: those are for everybody, and ask nobody who they are.
pub fn routes<S>(rest: Rest) -> (Router<S>, Router) {
    let (resources, described) = described();
    (resources.with_state(rest), openapi::pages(&described))
}

/// The routes of the resources with their description, which is made of the same list.
fn described() -> (Router<Rest>, OpenApi) {
    let (resources, mut described) = OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(orders::list, orders::place))
        .routes(routes!(quotes::quote))
        .routes(routes!(orders::show, orders::change))
        .routes(routes!(orders::cancel))
        .routes(routes!(orders::confirm))
        .routes(routes!(payments::timeline))
        .routes(routes!(my_pages::my_pages))
        .routes(routes!(my_pages::my_page))
        .routes(routes!(payments::list))
        .routes(routes!(payments::show))
        .routes(routes!(payments::retry))
        .routes(routes!(payments::cards))
        .routes(routes!(kitchen::list))
        .routes(routes!(kitchen::show))
        .routes(routes!(kitchen::accept))
        .routes(routes!(kitchen::start))
        .routes(routes!(kitchen::finish))
        .routes(routes!(kitchen::delay))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::claim))
        .routes(routes!(deliveries::release))
        .routes(routes!(deliveries::arrive))
        .routes(routes!(deliveries::pick))
        .routes(routes!(deliveries::deliver))
        .routes(routes!(deliveries::fail))
        .routes(routes!(deliveries::me))
        .routes(routes!(deliveries::duty))
        .routes(routes!(deliveries::position))
        .routes(routes!(stores::list))
        .routes(routes!(stores::menu, store_menu::add_dish, store_menu::change_dish))
        .routes(routes!(store_day::capacity, store_day::set_capacity))
        .routes(routes!(store_day::pause, store_day::set_pause))
        .routes(routes!(store_day::busy, store_day::set_busy))
        .routes(routes!(store_day::answer_limit, store_day::set_answer_limit))
        .routes(routes!(store_day::hours, store_day::set_hours))
        .routes(routes!(webhooks::register))
        .routes(routes!(webhooks::show, webhooks::remove))
        .routes(routes!(webhooks::replace_secret))
        .routes(routes!(webhooks::pause))
        .routes(routes!(webhooks::replay))
        .routes(routes!(webhooks::dead_letters))
        .routes(routes!(webhooks::retry_all))
        .routes(routes!(webhooks::retry))
        .routes(routes!(notices::list))
        .routes(routes!(profile::list))
        .routes(routes!(profile::show))
        .routes(routes!(problems::list))
        .routes(routes!(problems::show))
        .split_for_parts();
    // The streams have other needs than resources, and a router of their own.
    described.merge(sse::routes().into_openapi());
    exact::exact(&mut described);
    examples::examples(&mut described);
    (resources, described)
}

/// `GET /stores/{id}` and `GET /webhooks` are pages for a browser and resources for a program.
pub async fn resource_or_page(State(rest): State<Rest>, request: Request, next: Next) -> Response {
    let wants_hal = paths::is_read(request.method()) && paths::wants_hal(request.headers());
    match request.uri().path() {
        "/webhooks" if wants_hal => webhooks::list.call(request, rest).await,
        path if wants_hal && paths::is_store(path) => stores::show.call(request, rest).await,
        _ => next.run(request).await,
    }
}
