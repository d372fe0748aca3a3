//! The pages and their server functions, inside the server.

use std::sync::Arc;

use app::App;
use app::api::ApiError;
use app::backend::Backend;
use app::paths::local_path;
use app::shell::{Assets, InCart, Settings, shell};
use app::words;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use axum::{Json, Router};
use domain::views::{Caller, Fault};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    ResponseOptions, generate_route_list_with_exclusions_and_ssg_and_context, handle_server_fns_with_context,
    render_app_async_with_context,
};

use server_fn::error::SERVER_FN_ERROR_HEADER;

use super::again::{self, Why};
use super::login::came_from;
use super::too_many::refusing;
use super::{in_query, see_other, session};
use crate::router::AppState;

/// The routes of all pages, of all server functions, and the page that says that there is none.
pub fn routes(state: &AppState) -> Router<AppState> {
    let context = contexts(state);
    let backend: Arc<dyn Backend> = state.backend.clone();
    // A server function answers data: it needs to know nothing of how pages look.
    let of_backend = backend.clone();
    let of_calls = move || provide_context(of_backend.clone());
    let (pages, _) = generate_route_list_with_exclusions_and_ssg_and_context(App, None, context.clone());
    let mut router = Router::new();
    for page in pages {
        let (context, backend) = (context.clone(), backend.clone());
        router = router.route(page.path(), get(move |request: Request| render(context, backend, request)));
    }
    let css: Arc<str> = state.assets.css.as_str().into();
    for (path, method) in server_fn::axum::server_fn_paths() {
        let Ok(method) = MethodFilter::try_from(method) else {
            continue;
        };
        let (context, css) = (of_calls.clone(), Arc::clone(&css));
        router = router.route(path, on(method, move |request: Request| call(context, css, request)));
    }
    router.fallback(move |request: Request| nowhere(context, backend, request))
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

/// How many pieces are in the caller's cart, for the bar at the top. A page is shown without it rather than not at all.
async fn in_cart(backend: &dyn Backend, caller: Option<&Caller>) -> InCart {
    let Some(caller) = caller.filter(|caller| caller.has_cart()) else {
        return InCart::default();
    };
    match backend.cart(caller).await {
        Ok(cart) => InCart(cart.pieces()),
        Err(fault) => {
            tracing::warn!(%fault, "a page does not say what is in the cart");
            InCart::default()
        }
    }
}

/// A page, whole: browsers that run no script see everything.
async fn render(
    context: impl Fn() + Clone + Send + Sync + 'static,
    backend: Arc<dyn Backend>,
    mut request: Request,
) -> Response {
    // Whoever asks for a page's head alone sees nothing of it: what is shown once has to wait for somebody who does.
    if request.method() == Method::HEAD
        && let Ok(page) = request.uri().path().parse::<Uri>()
    {
        *request.uri_mut() = page;
    }
    let in_cart = in_cart(&*backend, request.extensions().get()).await;
    request.extensions_mut().insert(in_cart);
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
         img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    match HeaderValue::from_str(&policy) {
        Ok(policy) => response.insert_header(CONTENT_SECURITY_POLICY, policy),
        Err(error) => tracing::error!(%error, "the content security policy cannot be written"),
    }
}

/// A server function. What it cannot read as its arguments it refuses before it begins: a script gets the fault, a plain form a page
/// that says so and leads back. What a plain form is refused without being sent on, it gets back as it came; one that came too soon, a
/// page that goes where it would have been sent.
async fn call(
    context: impl Fn() + Clone + Send + Sync + 'static,
    css: Arc<str>,
    request: Request,
) -> Response {
    let back = came_from(request.headers()).unwrap_or_else(|| "/".to_owned());
    let (parts, body) = request.into_parts();
    // How much it may be is decided by the layers around; a browser that breaks off hears nothing anyway.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    if std::str::from_utf8(&body).is_err() {
        return (StatusCode::BAD_REQUEST, Json(ApiError::Fault(Fault::Unreadable))).into_response();
    }
    let form = Request::from_parts(parts.clone(), Body::from(body.clone()));
    let request = Request::from_parts(parts, Body::from(body));
    let mut response = handle_server_fns_with_context(context, request).await.into_response();
    // Commands send plain forms on with 303. 302 is the library's: what does not, it sends to wherever the request says that it comes from.
    let is_plain = response.status() == StatusCode::FOUND;
    if is_plain {
        response.headers_mut().remove(LOCATION);
        *response.status_mut() = StatusCode::OK;
    }
    if let Some((path, fault)) = too_soon(&response) {
        let locale = session::locale(form.headers());
        return refusing(again::leading_back(&css, locale, &words::fault(locale, &fault), &path), &fault);
    }
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    match response.status() {
        StatusCode::OK if is_plain => match fault_of(response).await {
            Some(Fault::Unreadable) => see_other(&format!("/unreadable?back={}", in_query(&back))),
            fault => came_back(&css, form, &fault.unwrap_or(Fault::Unavailable)).await,
        },
        StatusCode::INTERNAL_SERVER_ERROR => with_its_status(response).await,
        _ => response,
    }
}

/// Where a plain form goes back to that came too soon, and why. By a status of 429 a browser goes nowhere.
fn too_soon(response: &Response) -> Option<(String, Fault)> {
    let said = |name| response.headers().get(name)?.to_str().ok();
    let is_so = response.status() == StatusCode::TOO_MANY_REQUESTS;
    // The library names the page that a request says that it comes from, where a command names none.
    let path = local_path(said(LOCATION).filter(|_| is_so)?)?;
    let retry_after_s = said(RETRY_AFTER)?.parse().ok()?;
    Some((path.to_owned(), Fault::TooMany { retry_after_s }))
}

/// The fault that an answer tells of.
async fn fault_of(response: Response) -> Option<Fault> {
    let body = to_bytes(response.into_body(), usize::MAX).await.ok()?;
    serde_json::from_slice::<ApiError>(&body).ok()?.fault().cloned()
}

/// A plain form that was refused and of which nothing could be kept.
async fn came_back(css: &str, form: Request, fault: &Fault) -> Response {
    let locale = session::locale(form.headers());
    let action = form.uri().path().to_owned();
    let typed = again::fields_of(form).await;
    refusing(again::page(css, locale, Why::Wrong, &words::fault(locale, fault), &action, &typed), fault)
}

/// The answer to a script whose request was refused before the command began, with the status of its fault.
async fn with_its_status(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let fault = serde_json::from_slice::<ApiError>(&body).ok().and_then(|error| error.fault().cloned());
    if let Some(Ok(status)) = fault.map(|fault| StatusCode::from_u16(fault.status())) {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(body))
}

async fn nowhere(
    context: impl Fn() + Clone + Send + Sync + 'static,
    backend: Arc<dyn Backend>,
    request: Request,
) -> Response {
    let mut response = render(context, backend, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
