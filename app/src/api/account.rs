//! Drafts of refused forms. Login, logout and sign-up are plain routes of the server.

use super::ApiError;
use domain::views::FormDraft;
use leptos::prelude::*;

/// What was typed into a form that was refused, by the draft's id; `None` when it is unknown, another's or too old.
#[server(prefix = "/api", endpoint = "account/draft")]
pub async fn draft(id: String) -> Result<Option<FormDraft>, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.draft(&caller, &id).await)
}
