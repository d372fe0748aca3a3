//! The client's signature and how it reads answers. What it does over HTTP is tested against a double in `tests/notices`.

use super::NotifyError;
use super::Sent;
use super::solapi::{iso8601, read, sign};
use crate::adapters::secret::Secret;
use domain::shared::Timestamp;
use reqwest::StatusCode;

/// RFC 4231, test case 2: the key `Jefe` and the data `what do ya want for nothing?`, cut where a date would end.
#[test]
fn a_signature_is_the_hmac_of_date_and_salt() {
    let signature = sign(&Secret::new("Jefe"), "what do ya want ", "for nothing?");
    assert_eq!(signature, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

#[test]
fn moments_are_written_as_the_provider_reads_them() {
    assert_eq!(iso8601(Timestamp(1_795_413_605_999)), "2026-11-23T06:00:05Z");
    assert_eq!(iso8601(Timestamp(0)), "1970-01-01T00:00:00Z");
}

#[test]
fn only_what_is_wrong_with_the_message_itself_is_a_refusal() {
    let answer = |status: u16, body: &str| read(StatusCode::from_u16(status).unwrap(), body.as_bytes());
    let taken = |code: &str| format!("{{\"messageId\": \"M4V\", \"statusCode\": \"{code}\"}}");
    for code in ["2000", "3000", "4000"] {
        assert_eq!(answer(200, &taken(code)), Ok(Sent { reference: "M4V".to_owned() }));
    }
    let refused = |code: &str| Err(NotifyError::Refused { code: code.to_owned() });
    assert_eq!(answer(200, &taken("3014")), refused("3014"));
    assert_eq!(
        answer(400, r#"{"errorCode": "ValidationError", "errorMessage": ""}"#),
        refused("ValidationError")
    );
    for (status, body) in [
        (200, "<html>"),
        (400, "<html>"),
        (400, r#"{"errorCode": "NotEnoughBalance"}"#),
        (403, r#"{"errorCode": "SignatureDoesNotMatch"}"#),
        (403, r#"{"errorCode": "DuplicatedSignature"}"#),
        (404, ""),
        (429, r#"{"errorCode": "TooManyRequests"}"#),
        (500, ""),
        (503, ""),
    ] {
        let said = answer(status, body);
        assert!(matches!(said, Err(NotifyError::Unavailable { .. })), "{status} {body}: {said:?}");
    }
}
