//! What an account does with its webhooks.

use super::{ApiError, Done};
use domain::shared::WebhookId;
use domain::views::{DeadWebhooksView, WebhooksView};
use leptos::prelude::*;

/// The caller's webhooks.
#[server(prefix = "/api", endpoint = "webhooks/view")]
pub async fn webhooks() -> Result<WebhooksView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.webhooks(&caller).await)
}

/// The secret of an own webhook, the first time somebody asks for it.
#[server(prefix = "/api", endpoint = "webhooks/secret")]
pub async fn webhook_secret(webhook: WebhookId) -> Result<Option<String>, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.webhook_secret(&caller, webhook).await)
}

/// The messages of an own webhook that were given up.
#[server(prefix = "/api", endpoint = "webhooks/dead")]
pub async fn dead_webhooks(webhook: WebhookId) -> Result<DeadWebhooksView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.dead_webhooks(&caller, webhook).await)
}

/// Registers a webhook; its page shows the secret.
#[server(prefix = "/api", endpoint = "webhooks/register")]
pub async fn register_webhook(#[server(default)] url: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.register_webhook(&caller, &url).await;
    let typed = vec![("url".to_owned(), url)];
    let form = domain::views::DraftForm::Webhook;
    super::finish(result, form, "", typed, PAGE, |id| format!("{PAGE}?secret={id}")).await
}

/// Replaces a secret; the page shows the new one.
#[server(prefix = "/api", endpoint = "webhooks/replace-secret")]
pub async fn replace_secret(webhook: WebhookId) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.replace_webhook_secret(&caller, webhook).await;
    acted(result, webhook, Vec::new(), &format!("{PAGE}?secret={webhook}")).await
}

/// Has a webhook told nothing for now, or go on.
#[server(prefix = "/api", endpoint = "webhooks/pause")]
pub async fn pause_webhook(webhook: WebhookId, paused: bool) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.pause_webhook(&caller, webhook, paused).await;
    acted(result, webhook, Vec::new(), PAGE).await
}

/// Forgets a webhook.
#[server(prefix = "/api", endpoint = "webhooks/delete")]
pub async fn delete_webhook(webhook: WebhookId) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.delete_webhook(&caller, webhook).await;
    acted(result, webhook, Vec::new(), PAGE).await
}

/// Has everything after a position sent again, as typed; from the beginning when nothing was.
#[server(prefix = "/api", endpoint = "webhooks/replay")]
pub async fn replay_webhook(webhook: WebhookId, #[server(default)] from: String) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.replay_webhook(&caller, webhook, &from).await;
    acted(result, webhook, vec![("from".to_owned(), from)], PAGE).await
}

/// Has a message tried again that was given up; all of a webhook's without a position.
#[server(prefix = "/api", endpoint = "webhooks/retry")]
pub async fn retry_webhook(webhook: WebhookId, position: Option<u64>) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.retry_webhook(&caller, webhook, position).await;
    acted(result, webhook, Vec::new(), &format!("{PAGE}?dead={webhook}")).await
}

/// Where all of this is.
pub const PAGE: &str = "/webhooks";

#[cfg(feature = "ssr")]
async fn acted(
    result: Result<(), domain::views::Fault>,
    webhook: WebhookId,
    typed: Vec<(String, String)>,
    go: &str,
) -> Result<Done, ApiError> {
    let form = domain::views::DraftForm::WebhookAct;
    super::finish(result, form, webhook.to_string(), typed, PAGE, |()| go.to_owned()).await
}
