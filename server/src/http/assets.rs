//! The site's files, embedded in the binary: program, style sheet, pictures.
//!
//! A file whose name carries its content's hash, or that is asked for with the hash of all of them, may be kept for ever; every other one is asked for
//! again each time and answered with 304 while it is the same.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// One embedded file.
struct File {
    path: &'static str,
    hash: &'static str,
    /// Whether the path itself names the content.
    immutable: bool,
    raw: &'static [u8],
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Where the pages find the program, its style and the public files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetManifest {
    /// URL path of the program's JavaScript module; empty when the binary was built without the site.
    pub js: String,
    /// URL path of the WebAssembly file, the argument of the module's default export; may be empty as `js`.
    pub wasm: String,
    /// URL path of the style sheet; may be empty as `js`.
    pub css: String,
    /// Names the content of all public files: as `?v=` it lets browsers keep any of them for ever.
    pub pictures: String,
}

impl AssetManifest {
    /// What this binary holds.
    pub fn load() -> Self {
        Self { js: JS.to_owned(), wasm: WASM.to_owned(), css: CSS.to_owned(), pictures: VERSION.clone() }
    }
}

/// The hash of the public files' hashes.
static VERSION: LazyLock<String> = LazyLock::new(|| version(FILES));

fn version(files: &[File]) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in files.iter().filter(|file| !file.path.starts_with("/pkg/")) {
        hasher.update(file.path.as_bytes()).update(file.hash.as_bytes());
    }
    hasher.finalize().to_hex()[..12].to_owned()
}

/// The routes of all embedded files: `/pkg/…`, `/img/…`, those at the root of `public/`, and `/favicon.ico`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let router = Router::new()
        .route("/pkg/{*path}", get(serve))
        .route("/img/{*path}", get(serve))
        .route("/favicon.ico", get(serve));
    FILES
        .iter()
        .map(|file| file.path)
        .filter(|path| path.matches('/').count() == 1 && *path != "/favicon.ico")
        .fold(router, |router, path| router.route(path, get(serve)))
}

/// Answers a request for an embedded file by the path of its URL; 404 where there is none.
// A handler of axum is asynchronous, and `get(serve)` is how the router names it.
#[allow(clippy::unused_async)]
pub async fn serve(request: Request) -> Response {
    let (uri, headers) = (request.uri(), request.headers());
    answer(FILES, &VERSION, request.method(), uri.path(), uri.query(), headers)
}

fn answer(
    files: &[File],
    version: &str,
    method: &Method,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let Some(file) = find(files, path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let named = query.is_some_and(|query| {
        query.split('&').any(|pair| pair.strip_prefix("v=").is_some_and(|hash| hash == version))
    });
    // Weak, because it names the content whatever its encoding.
    let tag = format!("W/\"{}\"", file.hash);
    let fresh = is_fresh(headers, &tag);

    let mut response = Response::new(Body::empty());
    let answer = response.headers_mut();
    answer.insert(CACHE_CONTROL, if file.immutable || named { FOR_EVER } else { ASK_AGAIN });
    answer.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(ETAG, tag);
    }
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(file.path)));
    let content = match file.brotli {
        Some(packed) if takes_brotli(headers) => {
            answer.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
            packed
        }
        _ => file.raw,
    };
    *response.body_mut() = Body::from(content);
    response
}

/// The file at `path`. `/favicon.ico`, which browsers ask for unbidden, may be answered by the drawn icon.
fn find<'f>(files: &'f [File], path: &str) -> Option<&'f File> {
    let at = |path: &str| files.binary_search_by(|file| file.path.cmp(path)).ok().map(|at| &files[at]);
    at(path).or_else(|| if path == "/favicon.ico" { at("/favicon.svg") } else { None })
}

/// Whether the client holds this content already.
fn is_fresh(headers: &HeaderMap, tag: &str) -> bool {
    let bare = tag.trim_start_matches("W/");
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|held| held == "*" || held.trim_start_matches("W/") == bare)
}

/// Whether the client takes brotli, by name or by `*`, with a weight above zero.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let weight_of = |wanted: &str| {
        headers
            .get_all(ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .find_map(|part| {
                let mut words = part.split(';').map(str::trim);
                let name = words.next()?;
                let weight = words.find_map(|word| word.strip_prefix("q=")).unwrap_or("1");
                name.eq_ignore_ascii_case(wanted).then(|| weight.parse().unwrap_or(0.0_f32))
            })
    };
    weight_of("br").or_else(|| weight_of("*")).is_some_and(|weight| weight > 0.0)
}

/// The media type by the name's ending.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
