//! Where a webhook may lead. Whoever registers one has this server ask an address for them: it must not be one that only this server,
//! or its network, can reach.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is wrong with a webhook's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UrlFault {
    /// It does not begin with `https://`.
    NotHttps,
    /// It holds a user name or a password.
    Credentials,
    /// A port other than 443 and 8443.
    Port,
    /// Its host is unknown, or leads to an address that is not public. Which of the two is nobody's business: the difference would tell
    /// strangers what names there are in this network.
    NotPublic,
}

/// Networks of IPv4 that are no place of the public internet (IANA's special-purpose registry): address and length of the prefix.
const CLOSED_V4: [([u8; 4], u8); 15] = [
    // This host.
    ([0, 0, 0, 0], 8),
    // Private.
    ([10, 0, 0, 0], 8),
    // Shared by the customers of a carrier.
    ([100, 64, 0, 0], 10),
    // Loopback.
    ([127, 0, 0, 0], 8),
    // Link-local: the metadata of clouds is here.
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    // Of protocols.
    ([192, 0, 0, 0], 24),
    // Documentation, and two more below.
    ([192, 0, 2, 0], 24),
    // Relays of 6to4.
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    // Benchmarks.
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast.
    ([224, 0, 0, 0], 4),
    // Reserved, and broadcast.
    ([240, 0, 0, 0], 4),
];

/// Networks within the public ones of IPv6 that are none.
const CLOSED_V6: [([u16; 3], u8); 3] = [
    // Of protocols: Teredo, benchmarks, ORCHID.
    ([0x2001, 0, 0], 23),
    // Documentation.
    ([0x2001, 0xdb8, 0], 32),
    ([0x3fff, 0, 0], 20),
];

/// Whether an address is a place of the public internet. One that carries an IPv4 address inside (mapped, 6to4, NAT64) is what that one is.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !CLOSED_V4.iter().any(|(network, length)| {
        let network = u32::from_be_bytes(*network);
        (bits ^ network) >> (32 - u32::from(*length)) == 0
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let inner = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(inner(high, low))
        }
        [0x2002, high, low, ..] => is_public_v4(inner(high, low)),
        // Everything else that is public begins with the bits 001.
        _ => {
            let bits = address.to_bits();
            parts[0] >> 13 == 1
                && !CLOSED_V6.iter().any(|([one, two, three], length)| {
                    let network = Ipv6Addr::new(*one, *two, *three, 0, 0, 0, 0, 0).to_bits();
                    (bits ^ network) >> (128 - u32::from(*length)) == 0
                })
        }
    }
}

/// The ports on which programs of the internet are asked by https.
pub const fn is_usual_port(port: u16) -> bool {
    matches!(port, 443 | 8443)
}
