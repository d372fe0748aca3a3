//! A notice, and whom it is for.

use super::{Template, Variable};
use crate::shared::{AccountId, Locale, OrderNumber, StoreId, Text, Timestamp, Won};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Recipient {
    /// The customer of an order.
    Customer(AccountId),
    /// A store: whoever owns it.
    Store(StoreId),
    /// A rider.
    Rider(AccountId),
}

/// `customer:UUID`, `store:UUID` or `rider:UUID`, as the outbox keeps it.
impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recipient::Customer(id) => write!(f, "customer:{id}"),
            Recipient::Store(id) => write!(f, "store:{id}"),
            Recipient::Rider(id) => write!(f, "rider:{id}"),
        }
    }
}

/// The text is not that of a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is nobody who could be told something")]
pub struct NoRecipient;

impl FromStr for Recipient {
    type Err = NoRecipient;

    fn from_str(text: &str) -> Result<Self, NoRecipient> {
        let (kind, id) = text.split_once(':').ok_or(NoRecipient)?;
        match kind {
            "customer" => id.parse().map(Recipient::Customer),
            "store" => id.parse().map(Recipient::Store),
            "rider" => id.parse().map(Recipient::Rider),
            _ => return Err(NoRecipient),
        }
        .map_err(|_| NoRecipient)
    }
}

/// What is filled into a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variables {
    /// The order's short number.
    pub number: OrderNumber,
    /// The store's name.
    pub store: Text,
    /// An amount, in won; which one is the template's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Won>,
    /// So many minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Why, in the store's own words, or the slug of a [`crate::store::ticket::StockReason`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Variables {
    /// A variable as text in a language; empty when it was not filled in.
    pub fn get(&self, variable: Variable, locale: Locale) -> String {
        match variable {
            Variable::Number => self.number.to_string(),
            Variable::Store => self.store.get(locale).to_owned(),
            Variable::Amount => self.amount.map(|amount| amount.to_string()).unwrap_or_default(),
            Variable::Minutes => self.minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
            Variable::Reason => self.reason.clone().unwrap_or_default(),
        }
    }
}

/// One notice: of one event, to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub to: Recipient,
    /// What.
    pub template: Template,
    /// With what filled in.
    pub variables: Variables,
}

/// For so many minutes a notice is worth sending: that food is on its way misleads whoever hears of it hours later.
const NEWS_MINUTES: u32 = 60;

/// Whether a notice is still worth sending that was to be sent from a moment on: when it happened, or when somebody wanted it sent again. One
/// that is not lies in the inbox, with its time.
pub const fn is_news(wanted: Timestamp, now: Timestamp) -> bool {
    now.0 <= wanted.plus_minutes(NEWS_MINUTES).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_news_for_an_hour() {
        let at = |minutes: i64| Timestamp(minutes * 60_000);
        for (now, news) in [(0, true), (60, true), (61, false), (-5, true)] {
            assert_eq!(is_news(at(0), at(now)), news, "{now}");
        }
    }

    #[test]
    fn a_recipient_reads_back_as_it_was_written() {
        let id = "0192f000-0000-7000-8000-000000000001";
        for text in ["customer", "store", "rider"].map(|kind| format!("{kind}:{id}")) {
            assert_eq!(text.parse::<Recipient>().map(|to| to.to_string()), Ok(text));
        }
        for text in ["", "customer", "customer:", "customer:1", &format!("operator:{id}")] {
            assert_eq!(text.parse::<Recipient>(), Err(NoRecipient), "{text}");
        }
    }
}
