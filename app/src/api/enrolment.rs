//! Applications to take part. Filing them is a plain route of the server, as the sign-up is.

use super::{ApiError, Done};
use domain::shared::AccountId;
use domain::views::ApplicationView;
use leptos::prelude::*;

/// The caller's own application.
#[server(prefix = "/api", endpoint = "application/view")]
pub async fn application() -> Result<ApplicationView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.application(&caller).await)
}

/// The operator lets an applicant take part.
#[server(prefix = "/api", endpoint = "operator/approve")]
pub async fn approve(account: AccountId, number: u32) -> Result<Done, ApiError> {
    decide(account, number, domain::views::Verdict::Approve, Vec::new()).await
}

/// The operator turns an applicant down, who reads the reason and may file again.
#[server(prefix = "/api", endpoint = "operator/refuse")]
pub async fn refuse(
    account: AccountId,
    number: u32,
    #[server(default)] reason: String,
) -> Result<Done, ApiError> {
    let typed = vec![("reason".to_owned(), reason.clone())];
    decide(account, number, domain::views::Verdict::Refuse { reason }, typed).await
}

#[cfg(feature = "ssr")]
async fn decide(
    account: AccountId,
    number: u32,
    verdict: domain::views::Verdict,
    typed: Vec<(String, String)>,
) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.decide_application(&caller, account, number, verdict).await;
    let form = domain::views::DraftForm::Operator;
    super::finish(result, form, account.to_string(), typed, "/operator", |()| "/operator".to_owned()).await
}
