//! Server functions: what the pages ask and command. Each parses, calls the port and maps the error.

// Each server function becomes a type whose fields are its arguments, where there is no room for docs.
#![allow(missing_docs)]

pub mod account;
pub mod cart;
pub mod checkout;
pub mod enrolment;
pub mod inbox;
pub mod operator;
pub mod orders;
pub mod owner;
pub mod rider;
pub mod store;
pub mod webhooks;

#[cfg(feature = "ssr")]
pub use crate::backend::request::{answer, context, finish};

use domain::views::Fault;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Why a server function did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// The server said no.
    #[error(transparent)]
    Fault(Fault),
    /// The request did not get there or its answer did not come back; whether it was carried out is not known.
    #[error("{0}")]
    Transport(String),
}

impl ApiError {
    /// The server's reason, where it gave one.
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            ApiError::Fault(fault) => Some(fault),
            ApiError::Transport(_) => None,
        }
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        ApiError::Fault(fault)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // Only the server reads arguments.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => ApiError::Fault(Fault::Unreadable),
            error => ApiError::Transport(error.to_string()),
        }
    }
}

/// A command was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The page to look at next: the same one when there is only something new on it.
    pub go: Option<String>,
}

/// The login page that leads back to `next`, a local path.
pub fn login_path(next: &str) -> String {
    let mut path = String::from("/login?next=");
    for byte in next.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}
