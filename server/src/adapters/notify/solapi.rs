//! KakaoTalk 알림톡 through Solapi's message API v4, by its public documentation: `POST /messages/v4/send` with one message, signed with
//! HMAC-SHA256. A phone without KakaoTalk gets the text of the same message from the provider.

use super::{Notifier, NotifyError, Outbound, Sent, Templates};
use crate::adapters::clock::{Clock, random_token};
use crate::adapters::secret::Secret;
use async_trait::async_trait;
use domain::shared::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, Url, redirect};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 64 * 1024;
/// From Seoul's clock back to UTC.
const SEOUL_MS: i64 = 9 * 3_600_000;

/// The account at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SolapiAccount {
    /// Where the API is, such as `https://api.solapi.com`.
    pub url: String,
    /// The API key.
    pub key: String,
    /// What requests are signed with.
    pub secret: Secret,
    /// The KakaoTalk channel (`pfId`).
    pub channel: String,
    /// The registered number that messages come from, digits alone.
    pub from: String,
    /// The channel's templates.
    pub templates: Templates,
}

/// A client of the provider.
pub struct Solapi {
    client: Client,
    send: Url,
    account: SolapiAccount,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct Body<'m> {
    message: Message<'m>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'m> {
    to: &'m str,
    from: &'m str,
    text: &'m str,
    kakao_options: KakaoOptions<'m>,
    custom_fields: BTreeMap<&'static str, &'m str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KakaoOptions<'m> {
    pf_id: &'m str,
    template_id: &'m str,
    variables: BTreeMap<String, &'m str>,
    disable_sms: bool,
}

/// What the provider says of a message it was given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Taken {
    message_id: String,
    status_code: String,
}

/// What it says of a request it refuses.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    error_code: String,
}

impl Solapi {
    /// A client for this account.
    ///
    /// # Errors
    ///
    /// [`NotifyError::Address`] if the address cannot be used.
    pub fn new(
        account: SolapiAccount,
        connect: Duration,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, NotifyError> {
        let unusable = |reason: String| NotifyError::Address { url: account.url.clone(), reason };
        let base = Url::parse(&account.url).map_err(|error| unusable(error.to_string()))?;
        let send = base.join("/messages/v4/send").map_err(|error| unusable(error.to_string()))?;
        let client = Client::builder()
            .connect_timeout(connect)
            // The provider is named by its own address; an answer from elsewhere is not its answer.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self { client, send, account, clock })
    }

    /// The header that shows who asks. Each has a salt of its own: a signature holds once, and for a quarter of an hour.
    fn authorization(&self) -> String {
        let (date, salt) = (iso8601(self.clock.now()), random_token());
        let signature = sign(&self.account.secret, &date, &salt);
        let key = &self.account.key;
        format!("HMAC-SHA256 apiKey={key}, date={date}, salt={salt}, signature={signature}")
    }

    async fn ask(&self, message: &Outbound) -> Result<(StatusCode, Vec<u8>), reqwest::Error> {
        let account = &self.account;
        let variables = message
            .variables
            .iter()
            .map(|(variable, value)| (format!("#{{{}}}", variable.name()), value.as_str()))
            .collect();
        let body = Body {
            message: Message {
                to: &message.phone,
                from: &account.from,
                text: &message.text,
                kakao_options: KakaoOptions {
                    pf_id: &account.channel,
                    template_id: account.templates.id(message.template, message.locale),
                    variables,
                    disable_sms: false,
                },
                custom_fields: BTreeMap::from([("notice", message.id.as_str())]),
            },
        };
        let request = self.client.post(self.send.clone()).header("Authorization", self.authorization());
        let mut response = request.json(&body).send().await?;
        let status = response.status();
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            answer.extend_from_slice(&chunk);
            if answer.len() > ANSWER_MAX {
                break;
            }
        }
        Ok((status, answer))
    }
}

/// What an answer says of the message. Only what is about the message itself is a refusal: a wrong key, an empty purse or a clock that is
/// wrong would refuse every message, and are the operator's to put right.
pub(super) fn read(status: StatusCode, answer: &[u8]) -> Result<Sent, NotifyError> {
    let unavailable = |reason: String| NotifyError::Unavailable { reason };
    if status.is_success() {
        let taken: Taken = serde_json::from_slice(answer)
            .map_err(|error| unavailable(format!("HTTP {} that cannot be read: {error}", status.as_u16())))?;
        // Taken (2…), handed to a carrier (3000), arrived (4…). All others are failures of this message.
        let code = taken.status_code;
        let arrives = code.starts_with('2') || code.starts_with('4') || code == "3000";
        return if arrives {
            Ok(Sent { reference: taken.message_id })
        } else {
            Err(NotifyError::Refused { code })
        };
    }
    let code = serde_json::from_slice::<Refusal>(answer).ok().map(|refusal| refusal.error_code);
    match (status, code) {
        (StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, Some(code)) if !is_of_account(&code) => {
            Err(NotifyError::Refused { code })
        }
        (status, Some(code)) => Err(unavailable(format!("HTTP {}: {code}", status.as_u16()))),
        (status, None) => Err(unavailable(format!("HTTP {}", status.as_u16()))),
    }
}

/// True for a refusal that has nothing to do with the message.
fn is_of_account(code: &str) -> bool {
    ["NotEnoughBalance", "TooManyRequests", "InternalError"].contains(&code)
}

#[async_trait]
impl Notifier for Solapi {
    async fn send(&self, message: &Outbound) -> Result<Sent, NotifyError> {
        // Without the address, which is known, and without the body, which holds a phone number.
        let broke_off = |error: reqwest::Error| {
            let reason = if error.is_timeout() {
                "no answer in time"
            } else if error.is_connect() {
                "no connection"
            } else {
                "the call broke off"
            };
            NotifyError::Unavailable { reason: reason.to_owned() }
        };
        let (status, answer) = self.ask(message).await.map_err(broke_off)?;
        read(status, &answer)
    }
}

/// `hex(HMAC-SHA256(secret, date + salt))`.
pub(super) fn sign(secret: &Secret, date: &str, salt: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
        // A key of any length is accepted.
        return String::new();
    };
    mac.update(date.as_bytes());
    mac.update(salt.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `2026-11-23T06:00:05Z`.
pub(super) fn iso8601(at: Timestamp) -> String {
    let utc = Timestamp(at.0.saturating_sub(SEOUL_MS)).in_seoul();
    format!("{}T{}:{:02}Z", utc.day(), utc.clock(), at.0.div_euclid(1_000).rem_euclid(60))
}
