//! The inbox: what one reader was told, as a talk.

use super::Role;
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

/// The page on which the reader of a notice sees what happened to the order; `None` when it is not theirs to see any more.
pub fn page_of_order(role: Role, order: OrderId, template: Template) -> Option<String> {
    match role {
        Role::Customer => Some(format!("/orders/{order}")),
        Role::Owner => Some(format!("/owner/orders/{order}")),
        // A job that was taken back is nobody's, or another rider's.
        Role::Rider if template == Template::RiderTakenBack => None,
        Role::Rider => Some(format!("/rider/orders/{order}")),
        Role::Operator | Role::Applicant => None,
    }
}
