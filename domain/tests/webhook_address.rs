//! Which addresses a webhook may lead to: the edges of every network that is closed, and of its neighbours.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used)]

use domain::webhook::{is_public, is_usual_port};
use std::net::IpAddr;

/// First and last address of each closed network, with the ones before and after, which are open unless they are another's.
const CLOSED: &[(&str, &str)] = &[
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "239.255.255.255"),
    ("240.0.0.0", "255.255.255.255"),
    // Everything before 2000::/3: unspecified, loopback, compatible, discard, local NAT64.
    ("::", "::fffe:ffff:ffff"),
    ("::1:0:0:0", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("64:ff9b::1:0:0", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
    // Everything after it: SIDs, unique local, link-local, site-local, multicast.
    ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
];

fn address(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

fn step(from: IpAddr, by: i8) -> Option<IpAddr> {
    match from {
        IpAddr::V4(v4) => {
            let bits = if by > 0 { v4.to_bits().checked_add(1) } else { v4.to_bits().checked_sub(1) };
            bits.map(|bits| IpAddr::V4(std::net::Ipv4Addr::from_bits(bits)))
        }
        IpAddr::V6(v6) => {
            let bits = if by > 0 { v6.to_bits().checked_add(1) } else { v6.to_bits().checked_sub(1) };
            bits.map(|bits| IpAddr::V6(std::net::Ipv6Addr::from_bits(bits)))
        }
    }
}

/// Whether the table says that it is closed: as it stands, or by the IPv4 address that it carries.
fn is_closed(one: IpAddr) -> bool {
    if let IpAddr::V6(v6) = one
        && let Some(inner) = carried(v6)
    {
        return is_closed(IpAddr::V4(inner));
    }
    CLOSED.iter().any(|(first, last)| {
        let (first, last) = (address(first), address(last));
        first.is_ipv4() == one.is_ipv4() && first <= one && one <= last
    })
}

fn carried(v6: std::net::Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let text = v6.segments();
    let of = |high: u16, low: u16| std::net::Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    if v6.to_ipv4_mapped().is_some() || (text[..6] == [0x64, 0xff9b, 0, 0, 0, 0]) {
        return Some(of(text[6], text[7]));
    }
    (text[0] == 0x2002).then(|| of(text[1], text[2]))
}

#[test]
fn the_edges_of_every_closed_network_are_where_they_should_be() {
    let mut looked_at = 0;
    for (first, last) in CLOSED {
        let (first, last) = (address(first), address(last));
        assert!(!is_public(first), "{first}");
        assert!(!is_public(last), "{last}");
        for beside in [step(first, -1), step(last, 1)].into_iter().flatten() {
            assert_eq!(is_public(beside), !is_closed(beside), "{beside}");
            looked_at += usize::from(is_public(beside));
        }
    }
    assert!(looked_at >= 20, "{looked_at} neighbours are open");
}

#[test]
fn every_sixteenth_network_of_ipv4_is_as_the_table_says() {
    // One address of each /16, and of each /24 around the small ones.
    let of_16 = (0..=u16::MAX).map(|high| (u32::from(high) << 16) | 0x0101);
    let of_24 = [0xC000_0000_u32, 0xC058_0000, 0xC633_0000, 0xCB00_0000]
        .into_iter()
        .flat_map(|start| (0..=255_u32).map(move |third| start | (third << 8) | 1));
    for bits in of_16.chain(of_24) {
        let v4 = std::net::Ipv4Addr::from_bits(bits);
        let closed = is_closed(IpAddr::V4(v4));
        assert_eq!(is_public(IpAddr::V4(v4)), !closed, "{v4}");
        // Whatever carries it is what it is.
        let [high, low] = [(bits >> 16) as u16, bits as u16];
        for v6 in [
            v4.to_ipv6_mapped(),
            std::net::Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            std::net::Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        ] {
            assert_eq!(is_public(IpAddr::V6(v6)), !closed, "{v6}");
        }
    }
}

#[test]
fn what_everybody_knows_is_known() {
    for open in [
        "1.1.1.1",
        "8.8.8.8",
        "223.130.195.200",
        "2606:4700:4700::1111",
        "2001:4860:4860::8888",
        "64:ff9b::808:808",
    ] {
        assert!(is_public(address(open)), "{open}");
    }
    for closed in [
        "127.0.0.1",
        "169.254.169.254",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "100::1",
        "255.255.255.255",
    ] {
        assert!(!is_public(address(closed)), "{closed}");
    }
}

#[test]
fn two_ports_are_usual() {
    assert_eq!((0..=u16::MAX).filter(|port| is_usual_port(*port)).collect::<Vec<_>>(), [443, 8443]);
}
