//! Stripe's own calls: what it signs is from Stripe.

use domain::shared::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

use crate::adapters::secret::Secret;

/// How far the time in a signature may be from this machine's, in milliseconds: an old call cannot be sent again for ever.
const TOLERANCE_MS: i64 = 5 * 60_000;

/// A call that Stripe did not sign, or not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the call is not signed by the payment provider, or was signed at another time")]
pub struct WrongSignature;

#[derive(Deserialize)]
struct Event {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    key: Option<String>,
}

/// The key of the charge or refund that a call is about; `None` for one about something else. `signature` is the header `Stripe-Signature`.
///
/// # Errors
///
/// [`WrongSignature`] if it is not signed with `secret`, or more than five minutes from `now`.
pub fn event_key(
    body: &[u8],
    signature: &str,
    secret: &Secret,
    now: Timestamp,
) -> Result<Option<String>, WrongSignature> {
    let parts = || signature.split(',').filter_map(|part| part.trim().split_once('='));
    let time = parts().find(|(name, _)| *name == "t").map(|(_, time)| time).ok_or(WrongSignature)?;
    let seconds: i64 = time.parse().map_err(|_| WrongSignature)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).map_err(|_| WrongSignature)?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    // While a secret is being replaced there are several signatures; each is compared in constant time.
    let signed = parts()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, hex)| from_hex(hex))
        .any(|tag| mac.clone().verify_slice(&tag).is_ok());
    let is_now = seconds.checked_mul(1_000).is_some_and(|at| at.abs_diff(now.0) <= TOLERANCE_MS as u64);
    if !signed || !is_now {
        return Err(WrongSignature);
    }
    let event: Option<Event> = serde_json::from_slice(body).ok();
    Ok(event.and_then(|event| event.data.object.metadata).and_then(|metadata| metadata.key))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
