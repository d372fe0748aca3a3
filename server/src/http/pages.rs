//! The pages and their server functions, inside the server.

use std::sync::Arc;

use app::App;
use app::backend::Backend;
use app::shell::shell;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use leptos::prelude::provide_context;
use leptos_axum::{
    generate_route_list_with_exclusions_and_ssg_and_context, handle_server_fns_with_context,
    render_app_async_with_context,
};

use crate::router::AppState;

/// The routes of all pages, of all server functions, and the page that says that there is none.
pub fn routes(state: &AppState) -> Router<AppState> {
    let context = contexts(state);
    let (pages, _) = generate_route_list_with_exclusions_and_ssg_and_context(App, None, context.clone());
    let mut router = Router::new();
    for page in pages {
        let context = context.clone();
        router = router.route(page.path(), get(move |request: Request| render(context, request)));
    }
    for (path, method) in server_fn::axum::server_fn_paths() {
        let Ok(method) = MethodFilter::try_from(method) else { continue };
        let context = context.clone();
        router = router.route(path, on(method, move |request: Request| call(context, request)));
    }
    router.fallback(move |request: Request| nowhere(context, request))
}

/// What pages and server functions find as their context.
fn contexts(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let backend: Arc<dyn Backend> = state.backend.clone();
    let assets = state.assets.clone();
    let settings = state.settings.clone();
    move || {
        provide_context(backend.clone());
        provide_context(assets.clone());
        provide_context(settings.clone());
    }
}

/// A page, whole: browsers that run no script see everything.
async fn render(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    render_app_async_with_context(context, shell)(request).await
}

async fn call(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    handle_server_fns_with_context(context, request).await.into_response()
}

async fn nowhere(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    let mut response = render(context, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
