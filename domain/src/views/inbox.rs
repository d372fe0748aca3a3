//! The inbox: what one reader was told, as a talk.

use crate::notification::{Template, Variables};
use crate::shared::{OrderId, Timestamp};
use serde::{Deserialize, Serialize};

/// One notice in an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxEntry {
    /// The event's position in the log.
    pub position: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The order.
    pub order: OrderId,
    /// What it says.
    pub template: Template,
    /// With what filled in.
    pub variables: Variables,
    /// The page of the order, where the reader has one.
    pub page: Option<String>,
}

/// A page of an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxView {
    /// The server's clock.
    pub now: Timestamp,
    /// What was told, the oldest first.
    pub entries: Vec<InboxEntry>,
    /// Before which position earlier ones are found; `None` when there are none.
    pub earlier: Option<u64>,
    /// True for the latest page.
    pub latest: bool,
}
