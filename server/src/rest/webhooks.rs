//! `/webhooks`: where an account's own programs are told what happens, as on the page of the same path.

use app::backend::Backend;
use axum::http::StatusCode;
use domain::shared::WebhookId;
use domain::views::{DeadWebhook, DeadWebhooksView, Fault, WebhookView, WebhooksView};
use domain::webhook::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Body, Id, Ids, KeyHeader, Query, VersionHeader};
use super::errors::{CommandErrors, ReadErrors};
use super::hal::{Base, Hal, Link, Links, Paged, Paging};
use super::problem::Refused;
use crate::backend::version_of_webhook;

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Webhook {
    /// `self`, `webhook` and `deadLetters`; and what can be done: `secret`, `pause`, `replay`, `delete`, and `retry` when messages were given up.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// Its id.
    id: Uuid,
    /// Where it leads.
    #[schema(example = "https://till.example/hooks/baedal")]
    url: String,
    /// Since when, in UTC.
    #[schema(format = DateTime)]
    created_at: String,
    /// `active`, `failing` when nothing got through for an hour, or `paused`.
    #[schema(pattern = "^(active|failing|paused)$", example = "active")]
    state: &'static str,
    /// Why it is paused: by its `owner`, because its receiver is `gone` (410), `exhausted` by too many messages that were
    /// given up, or because the API `token` that registered it, or let it go on, has ended.
    #[schema(pattern = "^(owner|gone|exhausted|token)$", example = json!(null))]
    paused_by: Option<&'static str>,
    /// Up to this position of the log everything that concerns the account was delivered, or given up.
    #[schema(example = 4711)]
    position: u64,
    /// The log's last position.
    #[schema(example = 4711)]
    head: u64,
    /// Messages that wait to be delivered.
    #[schema(example = 0)]
    waiting: u64,
    /// Messages that were given up.
    #[schema(example = 0)]
    dead: u64,
    /// While it is told what it has missed, or wanted again.
    catching_up: bool,
    /// Why the last message did not get through; `null` when it did.
    #[schema(example = json!(null))]
    error: Option<String>,
    /// Until when the secret before this one signs as well, in UTC.
    #[schema(format = DateTime, example = json!(null))]
    old_secret_until: Option<String>,
    /// The secret that signs. It is in the answer to the registration and to a replacement, and nowhere else; a repeat under the same key is
    /// not told it again. Whoever has lost it replaces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    secret: Option<String>,
}

/// Webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Webhooks {
    /// The webhooks.
    webhooks: Vec<Webhook>,
}

/// A message that was given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadLetter {
    /// `webhook` and `retry`; `timeline` when it is about an order.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The position of its event in the log.
    #[schema(example = 4711)]
    position: u64,
    /// Its type, as the message has it.
    #[serde(rename = "type")]
    #[schema(example = "order.accepted")]
    kind: String,
    /// The order, where it is about one.
    order_id: Option<Uuid>,
    /// The order's short number.
    #[schema(example = "K-4821")]
    order_number: Option<String>,
    /// How often it was tried.
    #[schema(example = 11)]
    attempts: u32,
    /// Why it did not get through the last time.
    #[schema(example = "HTTP 500: out of order")]
    error: String,
    /// When it happened, in UTC.
    #[schema(format = DateTime)]
    at: String,
}

/// Messages that were given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadLetters {
    /// The messages.
    dead_letters: Vec<DeadLetter>,
}

/// A webhook to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhook {
    /// Where it leads: `https://`, port 443 or 8443, a public address, without user name and password.
    #[schema(min_length = 1, max_length = 500, example = "https://till.example/hooks/baedal")]
    url: String,
}

/// Whether a webhook is to be told anything for now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHold {
    /// `true` tells it nothing from now on; `false` tells it what has happened meanwhile, and goes on.
    paused: bool,
}

/// From where on everything is sent again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Replay {
    /// The position of the log after which everything that concerns the account is sent again; 0 is its beginning.
    #[schema(minimum = 0, maximum = 9_223_372_036_854_775_807_u64, example = 4711)]
    from: u64,
}

impl Webhook {
    fn new(base: &Base, view: WebhookView, head: u64, secret: Option<String>) -> Self {
        let here = format!("/webhooks/{}", view.id);
        let below = |part: &str| base.link(&format!("{here}/{part}"));
        let mut links =
            base.links([("self", here.as_str()), ("webhook", here.as_str()), ("delete", here.as_str())]);
        links.extend(["deadLetters", "secret", "pause", "replay"].map(|part| (part, below(part))));
        if view.dead > 0 {
            links.insert("retry", below("deadLetters/retry"));
        }
        let (state, paused_by) = match view.state {
            State::Active => ("active", None),
            State::Failing => ("failing", None),
            State::Paused(why) => ("paused", Some(why.name())),
        };
        Self {
            links,
            id: view.id.0,
            url: view.url,
            created_at: view.created_at.rfc3339(),
            state,
            paused_by,
            position: view.position,
            head,
            waiting: view.waiting,
            dead: view.dead,
            catching_up: view.catching_up,
            error: Some(view.error).filter(|error| !error.is_empty()),
            old_secret_until: view.old_secret_until.map(domain::shared::Timestamp::rfc3339),
            secret,
        }
    }
}

impl DeadLetter {
    fn new(base: &Base, webhook: WebhookId, letter: DeadWebhook) -> Self {
        let here = format!("/webhooks/{webhook}");
        let retry = format!("{here}/deadLetters/{}/retry", letter.position);
        let mut links = base.links([("webhook", here.as_str()), ("retry", &retry)]);
        if let Some(order) = letter.order {
            links.insert("timeline", base.link(&format!("/orderLists/{order}/timeline")));
        }
        Self {
            links,
            position: letter.position,
            kind: letter.kind,
            order_id: letter.order.map(|order| order.0),
            order_number: letter.number.map(|number| number.as_str().to_owned()),
            attempts: letter.attempts,
            error: letter.error,
            at: letter.at.rfc3339(),
        }
    }
}

/// One of the caller's webhooks, as it is now.
async fn now(ask: &Ask, id: WebhookId, secret: Option<String>) -> Result<Hal<Webhook>, Refused> {
    let WebhooksView { head, webhooks, .. } = ask.desk.webhooks(&ask.caller).await?;
    let found = webhooks.into_iter().find(|webhook| webhook.id == id).ok_or(Fault::NotFound)?;
    let version = version_of_webhook(&found);
    Ok(Hal::versioned(Webhook::new(&ask.base, found, head, secret), version))
}

/// The account's webhooks, the newest first. A browser gets its page here: ask for `application/hal+json`.
#[utoipa::path(get, operation_id = "listWebhooks", path = "/webhooks", tag = "webhooks", params(Paging), responses(
    (status = 200, description = "A page of them.", body = Paged<Webhooks>, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn list(ask: Ask, Query(paging): Query<Paging>) -> Result<Hal<Paged<Webhooks>>, Refused> {
    let paging = paging.check()?;
    let WebhooksView { head, mut webhooks, .. } = ask.desk.webhooks(&ask.caller).await?;
    webhooks.reverse();
    let total = webhooks.len() as u64;
    let page = paging.of(webhooks).into_iter();
    let webhooks = page.map(|view| Webhook::new(&ask.base, view, head, None)).collect();
    Ok(Hal::new(Paged::new(&ask.base, "webhooks", Webhooks { webhooks }, paging, total)))
}

/// Registers a webhook, which is told what happens from now on. The answer holds the secret, this once.
#[utoipa::path(post, operation_id = "registerWebhook", path = "/webhooks", tag = "webhooks", params(KeyHeader), request_body = NewWebhook, responses(
    (status = 201, description = "The webhook.", body = Webhook, content_type = "application/hal+json",
     headers(("Location" = String, description = "Where it is"), ("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn register(ask: Ask, Body(new, sent): Body<NewWebhook>) -> Result<Hal<Webhook>, Refused> {
    let id = ask.desk.add_webhook(&ask.caller, &new.url, &ask.asked(sent)).await?;
    let secret = ask.desk.webhook_secret(&ask.caller, id).await.map_err(Fault::once_done)?;
    let here = ask.base.link(&format!("/webhooks/{id}")).href;
    Ok(now(&ask, id, secret).await.map_err(Refused::once_done)?.made(StatusCode::CREATED, here))
}

/// One of the account's webhooks.
#[utoipa::path(get, operation_id = "showWebhook", path = "/webhooks/{id}", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook")), responses(
    (status = 200, description = "The webhook.", body = Webhook, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn show(ask: Ask, Id(id): Id<WebhookId>) -> Result<Hal<Webhook>, Refused> {
    now(&ask, id, None).await
}

/// Forgets a webhook, and what waits for it.
#[utoipa::path(delete, operation_id = "removeWebhook", path = "/webhooks/{id}", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), VersionHeader), responses(
    (status = 204, description = "It is forgotten."),
    CommandErrors
))]
pub(super) async fn remove(ask: Ask, Id(id): Id<WebhookId>) -> Result<StatusCode, Refused> {
    ask.desk.remove_webhook(&ask.caller, id, &ask.asked(String::new())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces the secret; for a day the one before it signs as well. The answer holds the new one, this once.
#[utoipa::path(put, operation_id = "replaceWebhookSecret", path = "/webhooks/{id}/secret", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The webhook.", body = Webhook, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn replace_secret(ask: Ask, Id(id): Id<WebhookId>) -> Result<Hal<Webhook>, Refused> {
    ask.desk.rotate_secret(&ask.caller, id, &ask.asked(String::new())).await?;
    let secret = ask.desk.webhook_secret(&ask.caller, id).await.map_err(Fault::once_done)?;
    now(&ask, id, secret).await.map_err(Refused::once_done)
}

/// Has a webhook told nothing for now, or go on where it was.
#[utoipa::path(put, operation_id = "pauseWebhook", path = "/webhooks/{id}/pause", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), KeyHeader, VersionHeader), request_body = NewHold, responses(
    (status = 200, description = "The webhook.", body = Webhook, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn pause(
    ask: Ask,
    Id(id): Id<WebhookId>,
    Body(hold, sent): Body<NewHold>,
) -> Result<Hal<Webhook>, Refused> {
    ask.desk.hold_webhook(&ask.caller, id, hold.paused, &ask.asked(sent)).await?;
    now(&ask, id, None).await.map_err(Refused::once_done)
}

/// Has everything after a position of the log sent again, in order and with the same ids. New messages wait behind it.
#[utoipa::path(put, operation_id = "replayWebhook", path = "/webhooks/{id}/replay", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), KeyHeader, VersionHeader), request_body = Replay, responses(
    (status = 200, description = "The webhook.", body = Webhook, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn replay(
    ask: Ask,
    Id(id): Id<WebhookId>,
    Body(replay, sent): Body<Replay>,
) -> Result<Hal<Webhook>, Refused> {
    ask.desk.send_from(&ask.caller, id, &replay.from.to_string(), &ask.asked(sent)).await?;
    now(&ask, id, None).await.map_err(Refused::once_done)
}

/// The messages of a webhook that were given up, the oldest first: the first hundred of them.
#[utoipa::path(get, operation_id = "listDeadLetters", path = "/webhooks/{id}/deadLetters", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), Paging), responses(
    (status = 200, description = "A page of them.", body = Paged<DeadLetters>, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The webhook's version"))),
    ReadErrors
))]
pub(super) async fn dead_letters(
    ask: Ask,
    Id(id): Id<WebhookId>,
    Query(paging): Query<Paging>,
) -> Result<Hal<Paged<DeadLetters>>, Refused> {
    let paging = paging.check()?;
    let DeadWebhooksView { webhook, letters, .. } = ask.desk.dead_webhooks(&ask.caller, id).await?;
    let version = version_of_webhook(&webhook);
    let total = letters.len() as u64;
    let page = paging.of(letters).into_iter();
    let dead_letters = page.map(|letter| DeadLetter::new(&ask.base, id, letter)).collect();
    let (path, held) = (format!("/webhooks/{id}/deadLetters"), DeadLetters { dead_letters });
    Ok(Hal::versioned(Paged::below(&ask.base, (&path, "deadLetters"), held, paging, total), version))
}

/// Has all messages of a webhook tried again that were given up.
#[utoipa::path(put, operation_id = "retryDeadLetters", path = "/webhooks/{id}/deadLetters/retry", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The webhook.", body = Webhook, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn retry_all(ask: Ask, Id(id): Id<WebhookId>) -> Result<Hal<Webhook>, Refused> {
    ask.desk.retry_letters(&ask.caller, id, None, &ask.asked(String::new())).await?;
    now(&ask, id, None).await.map_err(Refused::once_done)
}

/// Has one message tried again that was given up. One that is being tried already is left as it is.
#[utoipa::path(put, operation_id = "retryDeadLetter", path = "/webhooks/{id}/deadLetters/{position}/retry", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The webhook"), ("position" = u64, Path, description = "The message's position"), KeyHeader, VersionHeader),
    responses(
    (status = 200, description = "The webhook.", body = Webhook, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn retry(ask: Ask, Ids(id, position): Ids<WebhookId, u64>) -> Result<Hal<Webhook>, Refused> {
    // The log counts with a sign: it has no position beyond.
    if i64::try_from(position).is_err() {
        return Err(Fault::NotFound.into());
    }
    ask.desk.retry_letters(&ask.caller, id, Some(position), &ask.asked(String::new())).await?;
    now(&ask, id, None).await.map_err(Refused::once_done)
}
