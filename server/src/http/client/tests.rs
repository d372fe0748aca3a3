//! Which address a request is taken to come from.

use super::*;
use axum::http::HeaderName;

const TRUSTED: [&str; 3] = ["127.0.0.1/32", "10.0.0.0/8", "2001:db8:1::/48"];

fn seen(peer: &str, headers: &[(&str, &str)]) -> (String, bool) {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let trusted: Vec<IpNet> = TRUSTED.iter().map(|net| net.parse().unwrap()).collect();
    let origin = origin(peer.parse().unwrap(), &map, &trusted);
    (origin.address.to_string(), origin.https)
}

const FOR: &str = "x-forwarded-for";
const PROTO: &str = "x-forwarded-proto";

#[test]
fn nobody_is_believed_but_a_trusted_proxy() {
    for (peer, client) in [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("127.0.0.2", "127.0.0.2"),
        ("2001:db8:2::1", "2001:db8:2::1"),
    ] {
        for header in [(FOR, "192.0.2.1"), ("forwarded", "for=192.0.2.1;proto=https")] {
            assert_eq!(seen(peer, &[header, (PROTO, "https")]), (client.to_owned(), false), "{peer}");
        }
    }
    for peer in ["127.0.0.1", "::ffff:127.0.0.1", "10.200.3.4", "2001:db8:1:2::3"] {
        assert_eq!(seen(peer, &[(FOR, "192.0.2.1")]).0, "192.0.2.1", "{peer}");
    }
    assert_eq!(seen("127.0.0.1", &[]), ("127.0.0.1".to_owned(), false));
}

#[test]
fn the_list_is_walked_from_the_right_past_trusted_proxies() {
    for (list, client) in [
        ("192.0.2.1", "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1", "192.0.2.1"),
        ("6.6.6.6,192.0.2.1,10.0.0.5, 10.0.0.6", "192.0.2.1"),
        ("10.0.0.5, 10.0.0.6", "10.0.0.5"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        // What is no address: as far as the trusted proxies reach.
        ("192.0.2.1, unknown", "127.0.0.1"),
        ("192.0.2.1, unknown, 10.0.0.5", "10.0.0.5"),
        ("192.0.2.1, garbage$$, 10.0.0.5", "10.0.0.5"),
        ("192.0.2.1, ", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("192.0.2.999", "127.0.0.1"),
        ("192.0.2.1:99999", "127.0.0.1"),
        ("1.2.3.4 5.6.7.8", "127.0.0.1"),
    ] {
        assert_eq!(seen("127.0.0.1", &[(FOR, list)]).0, client, "{list:?}");
    }
}

#[test]
fn several_lines_are_one_list() {
    let lines = [(FOR, "6.6.6.6"), (FOR, "192.0.2.1"), (FOR, "10.0.0.5")];
    assert_eq!(seen("127.0.0.1", &lines).0, "192.0.2.1");
    let many: Vec<(&str, &str)> = std::iter::repeat_n((FOR, "10.0.0.5"), 500).collect();
    assert_eq!(seen("127.0.0.1", &many).0, "10.0.0.5");
    // Bytes that are no text.
    assert_eq!(seen("127.0.0.1", &[(FOR, "192.0.2.1"), (FOR, "\u{e9}")]).0, "127.0.0.1");
}

#[test]
fn the_standard_header_is_read_as_the_standard_has_it() {
    for (line, client, https) in [
        ("for=192.0.2.43", "192.0.2.43", false),
        ("For=\"192.0.2.43:47011\"; proto=HTTPS;by=203.0.113.43", "192.0.2.43", true),
        ("for=6.6.6.6;proto=https, for=\"[2001:db8:cafe::17]:4711\";proto=http", "2001:db8:cafe::17", false),
        ("for=192.0.2.43;proto=https, for=10.0.0.5;proto=http", "192.0.2.43", true),
        ("for=192.0.2.43, for=_hidden, for=10.0.0.5", "10.0.0.5", false),
        ("for=192.0.2.43, for=unknown", "127.0.0.1", false),
        ("for=192.0.2.43, for=\"unknown\", for=10.0.0.5", "10.0.0.5", false),
        ("for=\"_SEVKISEK:1\"", "127.0.0.1", false),
        ("proto=https", "127.0.0.1", true),
        ("for=\"192.0.2.43, for=10.0.0.5", "127.0.0.1", false),
        ("for=\"\\1\\92.0.2.43\"", "192.0.2.43", false),
        ("for=\"a,b;for=6.6.6.6\", for=192.0.2.43", "192.0.2.43", false),
        (";;=;,", "127.0.0.1", false),
    ] {
        assert_eq!(seen("127.0.0.1", &[("forwarded", line)]), (client.to_owned(), https), "{line:?}");
    }
}

#[test]
fn a_client_that_adds_the_other_header_chooses_no_address() {
    let both = |standard| [("forwarded", standard), (FOR, "192.0.2.1")];
    assert_eq!(seen("127.0.0.1", &both("for=6.6.6.6;proto=https")), ("127.0.0.1".to_owned(), false));
    assert_eq!(seen("127.0.0.1", &both("for=192.0.2.1;proto=https")), ("192.0.2.1".to_owned(), true));
}

#[test]
fn a_scheme_alone_names_nobody_and_contradicts_nobody() {
    for (standard, scheme, https) in [
        ("for=192.0.2.1", "https", true),
        ("for=192.0.2.1;proto=https", "https", true),
        ("for=192.0.2.1", "http", false),
    ] {
        let headers = [("forwarded", standard), (PROTO, scheme)];
        assert_eq!(seen("127.0.0.1", &headers), ("192.0.2.1".to_owned(), https), "{standard} {scheme}");
        assert_eq!(seen("203.0.113.9", &headers), ("203.0.113.9".to_owned(), false));
    }
}

#[test]
fn the_scheme_is_that_of_the_clients_own_step() {
    for (list, schemes, https) in [
        ("192.0.2.1", "https", true),
        ("192.0.2.1", "http", false),
        ("192.0.2.1", "HTTPS", true),
        ("192.0.2.1, 10.0.0.5", "https, http", true),
        ("6.6.6.6, 192.0.2.1, 10.0.0.5", "https, http, https", false),
        ("192.0.2.1, 10.0.0.5", "https", true),
        ("6.6.6.6, 192.0.2.1", "https", true),
        ("192.0.2.1", "wss", false),
    ] {
        assert_eq!(seen("127.0.0.1", &[(FOR, list), (PROTO, schemes)]).1, https, "{list} {schemes}");
    }
    assert_eq!(seen("127.0.0.1", &[(PROTO, "https")]), ("127.0.0.1".to_owned(), true));
}

#[test]
fn an_ipv6_client_has_its_network() {
    let block_of = |address: &str| block(address.parse().unwrap()).to_string();
    assert_eq!(block_of("192.0.2.1"), "192.0.2.1");
    assert_eq!(block_of("::ffff:192.0.2.1"), "192.0.2.1");
    assert_eq!(block_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    assert_ne!(block_of("2001:db8:1:3::1"), block_of("2001:db8:1:2::1"));
}
