//! The account page, and drafts of refused forms. Login, logout and sign-up are plain routes of the server.

use super::{ApiError, Done};
use domain::shared::TokenId;
use domain::views::{AccountPage, FormDraft};
use leptos::prelude::*;

/// Where the account page is.
pub const ACCOUNT: &str = "/account";

/// What was typed into a form that was refused, by the draft's id; `None` when it is unknown, another's or too old.
#[server(prefix = "/api", endpoint = "account/draft")]
pub async fn draft(id: String) -> Result<Option<FormDraft>, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.draft(&caller, &id).await)
}

/// Who the caller is and the caller's API tokens; with the secret of the one that was just `made`, the first time.
#[server(prefix = "/api", endpoint = "account/view")]
pub async fn show_account(made: Option<TokenId>) -> Result<AccountPage, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.account_page(&caller, made).await)
}

/// Makes an API token and leads to where its secret is shown once.
#[server(prefix = "/api", endpoint = "account/tokens/make")]
pub async fn make_token(
    #[server(default)] label: String,
    #[server(default)] term: String,
) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.make_token(&caller, &label, &term).await;
    let typed = vec![("label".to_owned(), label), ("term".to_owned(), term)];
    let form = domain::views::DraftForm::Token;
    super::finish(result, form, "", typed, ACCOUNT, |id| format!("{ACCOUNT}?made={id}")).await
}

/// Revokes an API token.
#[server(prefix = "/api", endpoint = "account/tokens/revoke")]
pub async fn revoke_token(token: TokenId) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.revoke_token(&caller, token).await;
    let form = domain::views::DraftForm::Token;
    super::finish(result, form, token.to_string(), Vec::new(), ACCOUNT, |()| ACCOUNT.to_owned()).await
}
