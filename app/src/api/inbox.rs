//! What people were told.

use super::ApiError;
use domain::views::InboxView;
use leptos::prelude::*;

/// The caller's inbox: the latest page, or what came before a position of the log.
#[server(prefix = "/api", endpoint = "inbox/view")]
pub async fn inbox(before: Option<u64>) -> Result<InboxView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.inbox(&caller, before).await)
}
