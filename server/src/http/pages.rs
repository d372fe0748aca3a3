//! The pages and their server functions, inside the server.

use std::sync::Arc;

use app::App;
use app::backend::Backend;
use app::shell::{Assets, Settings, shell};
use axum::Router;
use axum::extract::Request;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    ResponseOptions, generate_route_list_with_exclusions_and_ssg_and_context, handle_server_fns_with_context,
    render_app_async_with_context,
};

use crate::router::AppState;

/// The routes of all pages, of all server functions, and the page that says that there is none.
pub fn routes(state: &AppState) -> Router<AppState> {
    let context = contexts(state);
    let backend = Arc::clone(&state.backend);
    // A server function answers data: it needs to know nothing of how pages look.
    let of_calls = move || provide_context(backend.clone());
    let (pages, _) = generate_route_list_with_exclusions_and_ssg_and_context(App, None, context.clone());
    let mut router = Router::new();
    for page in pages {
        let context = context.clone();
        router = router.route(page.path(), get(move |request: Request| render(context, request)));
    }
    for (path, method) in server_fn::axum::server_fn_paths() {
        let Ok(method) = MethodFilter::try_from(method) else {
            continue;
        };
        let context = of_calls.clone();
        router = router.route(path, on(method, move |request: Request| call(context, request)));
    }
    router.fallback(move |request: Request| nowhere(context, request))
}

/// What pages and server functions find as their context.
fn contexts(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let backend: Arc<dyn Backend> = state.backend.clone();
    let assets = Arc::clone(&state.assets);
    let settings = Arc::clone(&state.settings);
    move || {
        provide_context(backend.clone());
        provide_context(Assets::clone(&assets));
        provide_context(Settings::clone(&settings));
    }
}

/// A page, whole: browsers that run no script see everything.
async fn render(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    let context = move || {
        context();
        protect();
    };
    render_app_async_with_context(context, shell)(request).await
}

/// Lets a page run its own program and nothing else: no script of another site, none that came in with a text.
fn protect() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    match HeaderValue::from_str(&policy) {
        Ok(policy) => response.insert_header(CONTENT_SECURITY_POLICY, policy),
        Err(error) => tracing::error!(%error, "the content security policy cannot be written"),
    }
}

async fn call(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    handle_server_fns_with_context(context, request).await.into_response()
}

async fn nowhere(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    let mut response = render(context, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
