//! The port to providers of messages: KakaoTalk 알림톡, and text messages where that does not arrive.

mod guarded;
mod solapi;
mod templates;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use domain::notification::{Template, Variable};
use domain::shared::Locale;
use std::fmt;

pub use guarded::Guarded;
pub use solapi::{Solapi, SolapiAccount};
pub use templates::{Templates, TemplatesError};

/// A message to somebody's phone. Everything in it is the same at every try.
#[derive(Clone, PartialEq, Eq)]
pub struct Outbound {
    /// What it is recognised by in the provider's records: at most 100 characters.
    pub id: String,
    /// The phone number, digits alone.
    pub phone: String,
    /// In which language.
    pub locale: Locale,
    /// What it says.
    pub template: Template,
    /// With what filled in.
    pub variables: Vec<(Variable, String)>,
    /// The same as a text message, for a phone without KakaoTalk.
    pub text: String,
}

/// Without the phone number.
impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("id", &self.id)
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

/// The provider has taken a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The provider's own id of it.
    pub reference: String,
}

/// Why a provider did not take a message, or did not say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// It cannot be asked like this: the configuration is wrong.
    #[error("the provider of messages cannot be reached at {url}: {reason}")]
    Address {
        /// The address.
        url: String,
        /// Why not.
        reason: String,
    },
    /// No answer, one that says nothing, or one that is not about this message: to be sent again.
    #[error("the provider of messages gave no usable answer: {reason}")]
    Unavailable {
        /// What was seen instead.
        reason: String,
    },
    /// It was not asked: its circuit breaker is open.
    #[error("the provider of messages is not asked for now: its circuit breaker is open")]
    Open,
    /// It said no to this message, and will say so again.
    #[error("the provider of messages refused: {code}")]
    Refused {
        /// Its code.
        code: String,
    },
}

/// A provider of messages.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends a message. The same message may be sent again when it is not known whether it was taken: it may arrive twice then.
    ///
    /// # Errors
    ///
    /// [`NotifyError::Unavailable`] when it is not known whether the provider took it, or it would at another time.
    /// [`NotifyError::Refused`] when it did not and will not.
    async fn send(&self, message: &Outbound) -> Result<Sent, NotifyError>;
}
