//! The headers in which proxies say whom they ask for.

use axum::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// One step of a request's way, as the proxy behind it has written it down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// Who asked; `None` for `unknown`, names that are no addresses, and what cannot be read.
    pub(super) address: Option<IpAddr>,
    /// Whether it was asked over https, where that is said.
    pub(super) https: Option<bool>,
}

/// The steps of `Forwarded` (RFC 7239), the nearest one last.
pub(super) fn standard(headers: &HeaderMap) -> Vec<Hop> {
    let lines = headers.get_all(header::FORWARDED).iter();
    lines
        .flat_map(|line| match line.to_str() {
            Ok(line) => split(line, ',').into_iter().map(element).collect(),
            Err(_) => vec![Hop::default()],
        })
        .collect()
}

/// The steps of `X-Forwarded-For`, the nearest one last. `X-Forwarded-Proto` tells of each of them when it has as many values, otherwise
/// its last value of the last one.
pub(super) fn usual(headers: &HeaderMap) -> Vec<Hop> {
    let values = |name: &HeaderName| -> Vec<String> {
        let lines = headers.get_all(name).iter();
        lines
            .flat_map(|line| line.to_str().unwrap_or("?").split(','))
            .map(|value| value.trim().to_owned())
            .collect()
    };
    let schemes: Vec<bool> =
        values(&X_FORWARDED_PROTO).iter().map(|scheme| scheme.eq_ignore_ascii_case("https")).collect();
    let mut hops: Vec<Hop> =
        values(&X_FORWARDED_FOR).iter().map(|node| Hop { address: address(node), https: None }).collect();
    if hops.is_empty() && !schemes.is_empty() {
        hops.push(Hop::default());
    }
    if schemes.len() == hops.len() {
        hops.iter_mut().zip(schemes).for_each(|(hop, https)| hop.https = Some(https));
    } else if let Some(hop) = hops.last_mut() {
        hop.https = schemes.last().copied();
    }
    hops
}

/// Whether the usual headers name a client at all. `X-Forwarded-Proto` may stand beside `Forwarded`, and says nothing against it.
pub(super) fn names_client(headers: &HeaderMap) -> bool {
    headers.contains_key(&X_FORWARDED_FOR)
}

/// `for=192.0.2.43;proto=https`.
fn element(text: &str) -> Hop {
    let mut hop = Hop::default();
    for pair in split(text, ';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = unquoted(value.trim());
        match name.trim().to_ascii_lowercase().as_str() {
            "for" => hop.address = address(&value),
            "proto" => hop.https = Some(value.eq_ignore_ascii_case("https")),
            _ => {}
        }
    }
    hop
}

/// Parts between separators that stand in no quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if letter == separator && !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A value without its quotes.
fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    plain
}

/// An address as headers write it: with or without a port, IPv6 with or without brackets.
fn address(node: &str) -> Option<IpAddr> {
    let node = unquoted(node.trim());
    let bare = node.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&node);
    let parsed = bare.parse().or_else(|_| node.parse::<SocketAddr>().map(|socket| socket.ip()));
    parsed.ok().map(|address: IpAddr| address.to_canonical())
}
