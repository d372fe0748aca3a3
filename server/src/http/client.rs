//! Who a request comes from: the address behind trusted proxies, and whether it came over https.
//!
//! What a proxy says is believed only of those that are configured. Everybody else may write anything into these headers.

mod forwarded;
#[cfg(test)]
mod tests;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use forwarded::Hop;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::router::AppState;

/// The address of whoever asks; in the extensions of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// Whether a request came over https, to this process or to a trusted proxy; in the extensions of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Https(pub bool);

/// In the extensions of requests that came over TLS to this process.
#[derive(Clone, Copy, Debug)]
pub struct OverTls;

/// What the headers tell of the way of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) address: IpAddr,
    /// Whether a trusted proxy was asked over https.
    pub(super) https: bool,
}

/// Notes in a request's extensions where it comes from. A request of HTTP/2 gets its `Host` as one of HTTP/1.1 has it.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let gateway = &state.config.gateway;
    let origin = origin(peer, request.headers(), &gateway.trusted_proxies);
    let over_tls = request.extensions().get::<OverTls>().is_some();
    if !request.headers().contains_key(HOST)
        && let Some(authority) = request.uri().authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        request.headers_mut().insert(HOST, host);
    }
    let extensions = request.extensions_mut();
    extensions.insert(ClientAddr(origin.address));
    extensions.insert(Https(state.config.is_https() || over_tls || origin.https));
    next.run(request).await
}

/// Where a request comes from, as [`identify`] has noted it.
pub(super) fn address_of(request: &Request) -> IpAddr {
    let noted = request.extensions().get::<ClientAddr>();
    noted.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.0)
}

/// The part of an address that one client has for itself: all of an IPv4 address, the network (/64) of an IPv6 one.
pub fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

/// Where a request comes from that `peer` has sent: the first address, seen from here, that is no trusted proxy.
///
/// When both headers are there and name different clients, one of them was written by the client: then it is the proxy's own address.
pub(super) fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Origin {
    let peer = peer.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    if !is_trusted(peer) {
        return Origin { address: peer, https: false };
    }
    let walked = [forwarded::standard(headers), forwarded::usual(headers)]
        .map(|hops| (!hops.is_empty()).then(|| walk(peer, &hops, is_trusted)));
    match walked {
        [Some(one), Some(other)] if !forwarded::names_client(headers) => {
            Origin { https: one.https || other.https, ..one }
        }
        [Some(one), Some(other)] if one.address != other.address => Origin { address: peer, https: false },
        [Some(one), Some(other)] => Origin { https: one.https || other.https, ..one },
        [Some(only), None] | [None, Some(only)] => only,
        [None, None] => Origin { address: peer, https: false },
    }
}

/// From the right to the left, as the proxies have written it down one after the other.
fn walk(peer: IpAddr, hops: &[Hop], is_trusted: impl Fn(IpAddr) -> bool) -> Origin {
    let mut origin = Origin { address: peer, https: false };
    for hop in hops.iter().rev() {
        // What a trusted proxy was asked by.
        origin.https = hop.https.unwrap_or(origin.https);
        let Some(address) = hop.address else { break };
        origin.address = address;
        if !is_trusted(address) {
            break;
        }
    }
    origin
}
