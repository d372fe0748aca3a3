//! What an account sees of its webhooks.

use super::{Fault, Field, FieldFault, Role};
use crate::shared::{OrderId, OrderNumber, Timestamp, WebhookId};
use crate::webhook::{State, may_register};
use serde::{Deserialize, Serialize};

/// A webhook, as its account sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookView {
    /// Its id.
    pub id: WebhookId,
    /// Where it leads.
    pub url: String,
    /// Since when.
    pub created_at: Timestamp,
    /// How it is.
    pub state: State,
    /// Up to this position of the log everything that concerns the account was delivered, or given up.
    pub position: u64,
    /// Messages that wait to be delivered; of one that has fallen behind, those that were taken from the log already.
    pub waiting: u64,
    /// Messages that were given up.
    pub dead: u64,
    /// True while it is given what it has missed, or what it wanted again.
    pub catching_up: bool,
    /// Why a message did not get through the last time; empty when it did.
    pub error: String,
    /// Until when the secret before this one signs as well.
    pub old_secret_until: Option<Timestamp>,
}

/// An account's webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksView {
    /// The server's clock.
    pub now: Timestamp,
    /// The log's last position.
    pub head: u64,
    /// How many the account may have.
    pub max: u32,
    /// The webhooks, the oldest first.
    pub webhooks: Vec<WebhookView>,
}

/// A message to a webhook that was given up, until somebody has it tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadWebhook {
    /// Its id: `WEBHOOK@POSITION`.
    pub id: String,
    /// The position of its event.
    pub position: u64,
    /// Where it was to go: the host alone, since the rest of a URL may be a secret.
    pub host: String,
    /// Whose webhook it is.
    pub role: Role,
    /// What it is about: the message's type.
    pub kind: String,
    /// The order, where it is about one.
    pub order: Option<OrderId>,
    /// Its short number.
    pub number: Option<OrderNumber>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not get through the last time.
    pub error: String,
    /// When it happened.
    pub at: Timestamp,
}

/// The messages of one webhook that were given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadWebhooksView {
    /// The server's clock.
    pub now: Timestamp,
    /// The webhook.
    pub webhook: WebhookView,
    /// The messages, the oldest first.
    pub letters: Vec<DeadWebhook>,
    /// Whether there are more than these.
    pub more: bool,
}

/// Refuses one more webhook to an account that has as many as it may, and one to a URL that it has already. URLs are compared as text, so `url` has to
/// be written as those are: as the parser of URLs writes it.
pub fn check_webhook(has: &[String], url: &str) -> Result<(), Fault> {
    may_register(has.len() as u32)?;
    if has.iter().any(|known| known == url) {
        return Err(Fault::field(FieldFault::Taken { field: Field::Url }));
    }
    Ok(())
}

/// The position of the log that somebody typed; 0 when nothing was typed: from the beginning.
pub fn log_position(typed: &str) -> Result<u64, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(0);
    }
    // SQL counts with a sign.
    let position: Option<u64> = typed.parse().ok().filter(|position| i64::try_from(*position).is_ok());
    position.ok_or_else(|| Fault::field(FieldFault::Malformed { field: Field::From }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_a_number_or_the_beginning() {
        for (typed, position) in [("", 0), (" 17 ", 17), ("0", 0), ("9223372036854775807", i64::MAX as u64)] {
            assert_eq!(log_position(typed), Ok(position), "{typed}");
        }
        for typed in ["-1", "x", "1.5", "9223372036854775808"] {
            assert!(matches!(log_position(typed), Err(Fault::Invalid(_))), "{typed}");
        }
    }
}
