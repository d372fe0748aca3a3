//! Carries a message to where its webhook leads.

use super::door::Door;
use super::sign::signature;
use crate::adapters::outside::describe;
use domain::shared::Timestamp;
use domain::views::is_unprintable;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, StatusCode, redirect};
use std::sync::Arc;
use std::time::Duration;

/// The most that is read of an answer, in bytes.
const READ: usize = 4 * 1_024;
/// The most that is kept of it, in characters.
const KEPT: usize = 200;
/// Connections to one host that are kept open while nothing is sent.
const IDLE: usize = 2;
/// For how long.
const IDLE_FOR: Duration = Duration::from_secs(30);
/// Who asks.
const AGENT: &str = concat!("Baedal-Webhooks/", env!("CARGO_PKG_VERSION"));

/// How long receivers are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For everything together.
    pub whole: Duration,
}

impl Patience {
    /// The usual one: ten seconds in all.
    pub const USUAL: Patience = Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(10) };
}

/// A message that is sent now.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Where to.
    pub url: &'a str,
    /// Its id.
    pub id: &'a str,
    /// When.
    pub at: Timestamp,
    /// The body.
    pub body: &'a str,
    /// The secrets that sign it.
    pub secrets: &'a [[u8; 32]],
}

/// What the receiver said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has it: any 2xx.
    Taken,
    /// It is gone for good: 410.
    Gone,
    /// Anything else.
    Failed {
        /// What, in short.
        reason: String,
    },
}

/// Carries messages.
#[derive(Clone)]
pub struct Courier {
    client: Client,
    door: Door,
    patience: Patience,
}

impl Courier {
    /// A courier that goes where this door leads.
    ///
    /// # Errors
    ///
    /// If the client cannot be made.
    pub fn new(door: Door, patience: Patience) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(AGENT)
            .dns_resolver(Arc::new(door.clone()))
            // A proxy would resolve names itself, and a redirect lead where nobody has looked.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .https_only(!door.allows_private())
            .connect_timeout(patience.connect)
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .build()?;
        Ok(Self { client, door, patience })
    }

    /// Sends a message, and waits for the answer.
    pub async fn deliver(&self, outgoing: Outgoing<'_>) -> Answer {
        // The settings may be others than when it was registered.
        let Ok(target) = self.door.look_at(outgoing.url) else {
            return failed("the URL is not allowed any more");
        };
        let seconds = outgoing.at.0.div_euclid(1_000);
        let signatures: Vec<String> = outgoing
            .secrets
            .iter()
            .filter_map(|secret| signature(secret, outgoing.id, seconds, outgoing.body))
            .collect();
        let request = self
            .client
            .post(target.url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", outgoing.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signatures.join(" "))
            .body(outgoing.body.to_owned());
        let answered = async {
            let response = request
                .send()
                .await
                .map_err(|error| describe(error).chars().take(KEPT).collect::<String>())?;
            let status = response.status();
            // What stands in a good answer is nobody's business.
            Ok(match status {
                _ if status.is_success() => Answer::Taken,
                StatusCode::GONE => Answer::Gone,
                _ => Answer::Failed { reason: describe_answer(status, response).await },
            })
        };
        match tokio::time::timeout(self.patience.whole, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(reason)) => Answer::Failed { reason },
            Err(_) => failed("no answer in time"),
        }
    }
}

fn failed(reason: &str) -> Answer {
    Answer::Failed { reason: reason.to_owned() }
}

/// The status and the beginning of what stands below it.
async fn describe_answer(status: StatusCode, mut response: Response) -> String {
    let mut read = Vec::new();
    while read.len() < READ {
        match response.chunk().await {
            Ok(Some(chunk)) => read.extend_from_slice(&chunk[..chunk.len().min(READ - read.len())]),
            Ok(None) | Err(_) => break,
        }
    }
    let text: String = String::from_utf8_lossy(&read).chars().filter(|sign| !is_unprintable(*sign)).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(KEPT).collect();
    let status = format!("HTTP {}", status.as_u16());
    if short.is_empty() { status } else { format!("{status}: {short}") }
}
