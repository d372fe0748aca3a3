//! The answers' headers are what browsers and caches go by.

use axum::body::to_bytes;

use super::*;

static SITE: &[File] = &[
    File { path: "/favicon.svg", hash: "aaaa", immutable: false, raw: b"<svg/>", brotli: None },
    File {
        path: "/img/pizza.svg",
        hash: "bbbb",
        immutable: false,
        raw: b"<svg>1</svg>",
        brotli: Some(b"BR1"),
    },
    File {
        path: "/pkg/baedal.cccc.wasm",
        hash: "cccc",
        immutable: true,
        raw: b"\0asm",
        brotli: Some(b"BR2"),
    },
];

fn ask(path: &str, query: Option<&str>, headers: &[(&'static str, &'static str)]) -> Response {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_static(value));
    }
    answer(SITE, "dddd", &Method::GET, path, query, &map)
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

async fn body(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), 1024).await.unwrap().to_vec()
}

#[tokio::test]
async fn the_program_is_kept_for_ever_and_comes_compressed() {
    let response =
        ask("/pkg/baedal.cccc.wasm", None, &[("accept-encoding", "gzip, deflate, br;q=0.9, zstd")]);
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), Some("application/wasm"));
    assert_eq!(header(&response, "content-encoding"), Some("br"));
    assert_eq!(header(&response, "vary"), Some("Accept-Encoding"));
    assert_eq!(header(&response, "cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(body(response).await, b"BR2");
}

#[tokio::test]
async fn a_client_that_takes_no_brotli_gets_the_plain_file() {
    for accept in ["gzip", "br;q=0", "br;q=0, *", "*;q=0", "br;q=nonsense"] {
        let response = ask("/pkg/baedal.cccc.wasm", None, &[("accept-encoding", accept)]);
        assert_eq!(header(&response, "content-encoding"), None, "{accept}");
        assert_eq!(body(response).await, b"\0asm", "{accept}");
    }
    let any = ask("/pkg/baedal.cccc.wasm", None, &[("accept-encoding", "*")]);
    assert_eq!(header(&any, "content-encoding"), Some("br"));
}

#[test]
fn a_picture_is_kept_for_ever_only_under_its_hash() {
    let cached = |query| header(&ask("/img/pizza.svg", query, &[]), "cache-control").map(str::to_owned);
    assert_eq!(cached(Some("v=dddd")).as_deref(), Some("public, max-age=31536000, immutable"));
    assert_eq!(cached(Some("a=1&v=dddd")).as_deref(), Some("public, max-age=31536000, immutable"));
    assert_eq!(cached(Some("v=old")).as_deref(), Some("no-cache"));
    assert_eq!(cached(None).as_deref(), Some("no-cache"));
}

#[tokio::test]
async fn a_known_file_is_not_sent_twice() {
    let first = ask("/img/pizza.svg", None, &[]);
    assert_eq!(header(&first, "etag"), Some("W/\"bbbb\""));
    assert_eq!(header(&first, "content-type"), Some("image/svg+xml"));
    for held in ["W/\"bbbb\"", "\"bbbb\"", "\"x\", W/\"bbbb\"", "*"] {
        let again = ask("/img/pizza.svg", None, &[("if-none-match", held)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{held}");
        assert_eq!(header(&again, "etag"), Some("W/\"bbbb\""));
        assert_eq!(body(again).await, b"");
    }
    let other = ask("/img/pizza.svg", None, &[("if-none-match", "\"old\"")]);
    assert_eq!(other.status(), StatusCode::OK);
}

#[test]
fn what_is_not_there_is_not_found_and_nothing_is_written() {
    for path in ["/img/none.svg", "/img/", "/pkg/../Cargo.toml", "/img/pizza.svg.br", ""] {
        assert_eq!(ask(path, None, &[]).status(), StatusCode::NOT_FOUND, "{path}");
    }
    let post = answer(SITE, "dddd", &Method::POST, "/img/pizza.svg", None, &HeaderMap::new());
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&post, "allow"), Some("GET, HEAD"));
}

#[test]
fn the_drawn_icon_answers_for_the_one_browsers_ask_for() {
    let icon = ask("/favicon.ico", None, &[]);
    assert_eq!(icon.status(), StatusCode::OK);
    assert_eq!(header(&icon, "content-type"), Some("image/svg+xml"));
}

#[test]
fn every_embedded_file_is_found_under_its_path() {
    for file in FILES {
        assert!(find(FILES, file.path).is_some_and(|found| found.hash == file.hash), "{}", file.path);
    }
    let manifest = AssetManifest::load();
    for path in [&manifest.js, &manifest.wasm, &manifest.css].into_iter().filter(|path| !path.is_empty()) {
        assert!(find(FILES, path).is_some_and(|file| file.immutable), "{path}");
    }
    assert_eq!(manifest.pictures, version(FILES));
}

#[test]
fn the_version_of_the_pictures_changes_with_any_of_them_and_not_with_the_program() {
    let changed = |path: &'static str| {
        let files = SITE
            .iter()
            .map(|file| File { hash: if file.path == path { "eeee" } else { file.hash }, ..*file });
        version(&files.collect::<Vec<_>>())
    };
    assert_eq!(version(SITE).len(), 12);
    assert_ne!(changed("/img/pizza.svg"), version(SITE));
    assert_eq!(changed("/pkg/baedal.cccc.wasm"), version(SITE));
}
