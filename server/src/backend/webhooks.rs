//! What accounts do with their webhooks, and the operator with messages that were given up.

use super::operator::SHOWN;
use super::{Desk, failed, version_of_webhook};
use crate::adapters::clock::{new_uuid, random_bytes};
use crate::adapters::webhooks::{Door, secret_text};
use crate::commands::{Asked, account};
use crate::processes::webhooks::Listening;
use crate::storage::{GivenUp, IdempotencyKey, LetterId, NewWebhook, Once, VaultError, Webhook, Webhooks};
use app::backend::Answer;
use domain::shared::{AccountId, OrderNumber, Sealed, Timestamp, WebhookId};
use domain::views::{
    Caller, DeadWebhook, DeadWebhooksView, Fault, Role, WebhookView, WebhooksView, check_webhook, cut,
    log_position, role_of,
};
use domain::webhook::{MAX_WEBHOOKS, OLD_SECRET_MS, PauseReason, state};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::{MutexGuard, Notify};

/// What webhooks need.
pub struct WebhookDesk {
    /// Where they are kept.
    pub store: Arc<dyn Webhooks>,
    /// Who has one.
    pub listening: Arc<Listening>,
    /// Where they may lead.
    pub door: Door,
    /// Wakes the sender.
    pub sender: Arc<Notify>,
    /// Wakes whatever gives them what they missed.
    pub catching_up: Arc<Notify>,
}

/// What is read of a message's body.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(rename = "type")]
    kind: String,
    order_number: Option<OrderNumber>,
}

fn seal_failed(error: VaultError) -> Fault {
    match error {
        VaultError::Keys(error) => failed("secret of a webhook")(error),
        VaultError::Seal => Fault::Unavailable,
    }
}

impl Desk {
    /// One of the caller's own webhooks.
    async fn own_webhook(&self, caller: &Caller, id: WebhookId) -> Answer<Webhook> {
        let (who, _) = super::inbox::recipient(caller)?;
        let found = self.webhooks.store.webhook(id).await.map_err(failed("webhook"))?;
        found.filter(|webhook| webhook.account == who.id).ok_or(Fault::NotFound)
    }

    /// One of the caller's own webhooks, as the caller has seen it, once nobody else changes what the account has.
    async fn in_turn(
        &self,
        caller: &Caller,
        id: WebhookId,
        asked: &Asked,
        key: Option<&IdempotencyKey>,
    ) -> Answer<(MutexGuard<'_, ()>, Webhook)> {
        let (who, _) = super::inbox::recipient(caller)?;
        let turn = self.turns.of(who.id).await;
        let webhook = self.own_webhook(caller, id).await?;
        let version = version_of_webhook(&shown(webhook.clone(), self.clock.now()));
        self.is_as_seen(asked, key, version).await?;
        Ok((turn, webhook))
    }

    /// The caller's webhooks.
    pub(super) async fn list_webhooks(&self, caller: &Caller) -> Answer<WebhooksView> {
        let (who, _) = super::inbox::recipient(caller)?;
        let now = self.clock.now();
        let webhooks = self.webhooks.store.webhooks_of(who.id).await.map_err(failed("webhooks"))?;
        Ok(WebhooksView {
            now,
            head: self.log.head().await.map_err(failed("webhooks"))?,
            max: MAX_WEBHOOKS,
            webhooks: webhooks.into_iter().map(|webhook| shown(webhook, now)).collect(),
        })
    }

    /// Registers a webhook, which is told what happens from now on. A repeat under the same key registers no other.
    pub(crate) async fn add_webhook(&self, caller: &Caller, url: &str, asked: &Asked) -> Answer<WebhookId> {
        let (who, recipient) = super::inbox::recipient(caller)?;
        let key = asked.key_of(who, "webhook", None)?;
        // What was done before is answered without asking where the name leads by now.
        if let Some(ran) = self.ran_before(key.as_ref()).await? {
            return ran.map(|reply| WebhookId(reply.subject));
        }
        // Before it is this one's turn: a name can take seconds to be resolved, and nobody else is to wait for it.
        let target = self.webhooks.door.admit(url).await?;
        let url = target.url.to_string();
        let _turn = self.turns.of(who.id).await;
        // Another under the same key may have had its turn meanwhile.
        if let Some(ran) = self.ran_before(key.as_ref()).await? {
            return ran.map(|reply| WebhookId(reply.subject));
        }
        let has = self.webhooks.store.webhooks_of(who.id).await.map_err(failed("webhooks"))?;
        let has: Vec<String> = has.into_iter().map(|webhook| webhook.url).collect();
        check_webhook(&has, &url)?;
        let at = self.clock.now();
        let id = WebhookId(new_uuid(at));
        let secret = self.fresh_secret(who.id, id).await?;
        // Before it exists: whatever happens from then on has somebody who listens.
        self.webhooks.listening.add(recipient);
        let new = NewWebhook {
            id,
            account: who.id,
            recipient,
            url,
            host: target.host,
            secret,
            at,
            token: caller.token,
        };
        if let Once::Before(ran) = self.webhooks.store.register(new, key).await.map_err(failed("webhook"))? {
            return ran.map(|reply| WebhookId(reply.subject));
        }
        tracing::info!(webhook = %id, account = %who.id, "a webhook was registered");
        self.webhooks.catching_up.notify_one();
        Ok(id)
    }

    async fn fresh_secret(&self, account: AccountId, id: WebhookId) -> Answer<Sealed> {
        self.vault.seal_secret(account, id.0, &random_bytes()).await.map_err(seal_failed)
    }

    /// The secret, the first time somebody asks for it.
    pub(super) async fn take_secret(&self, caller: &Caller, id: WebhookId) -> Answer<Option<String>> {
        let (who, _) = super::inbox::recipient(caller)?;
        let _turn = self.turns.of(who.id).await;
        let webhook = self.own_webhook(caller, id).await?;
        if webhook.shown {
            return Ok(None);
        }
        let secret = self.vault.open_secret(webhook.account, id.0, &webhook.secret).await;
        let secret = secret.map_err(failed("secret of a webhook"))?;
        self.webhooks.store.note_shown(id).await.map_err(failed("webhook"))?;
        Ok(secret.as_ref().map(secret_text))
    }

    /// Replaces the secret; for a day both sign. A repeat under the same key replaces nothing, or the secret that the receiver has would sign no
    /// more.
    pub(crate) async fn rotate_secret(&self, caller: &Caller, id: WebhookId, asked: &Asked) -> Answer<()> {
        let (who, _) = super::inbox::recipient(caller)?;
        let key = asked.key_of(who, "webhook-secret", Some(&id))?;
        let (_turn, webhook) = self.in_turn(caller, id, asked, key.as_ref()).await?;
        let fresh = self.fresh_secret(webhook.account, id).await?;
        let now = self.clock.now();
        let old_until = Timestamp(now.0 + OLD_SECRET_MS);
        let once = self.webhooks.store.replace_secret(id, fresh, old_until, key).await;
        done(once.map_err(failed("webhook"))?).map(drop)
    }

    /// Has a webhook told nothing, or go on where it was.
    pub(crate) async fn hold_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
        paused: bool,
        asked: &Asked,
    ) -> Answer<()> {
        let (who, _) = super::inbox::recipient(caller)?;
        let key = asked.key_of(who, "webhook-pause", Some(&id))?;
        let _turn = self.in_turn(caller, id, asked, key.as_ref()).await?;
        let store = &self.webhooks.store;
        let once = if paused {
            store.pause(id, PauseReason::Owner, key).await
        } else {
            store.resume(id, caller.token, key).await
        };
        if done(once.map_err(failed("webhook"))?)? && !paused {
            self.webhooks.catching_up.notify_one();
            self.webhooks.sender.notify_one();
        }
        Ok(())
    }

    /// Forgets a webhook.
    pub(crate) async fn remove_webhook(&self, caller: &Caller, id: WebhookId, asked: &Asked) -> Answer<()> {
        let _turn = self.in_turn(caller, id, asked, None).await?;
        self.webhooks.store.remove(id).await.map_err(failed("webhook"))
    }

    /// The messages of a webhook that were given up.
    pub(super) async fn list_dead(&self, caller: &Caller, id: WebhookId) -> Answer<DeadWebhooksView> {
        let webhook = self.own_webhook(caller, id).await?;
        let now = self.clock.now();
        let letters = self.webhooks.store.given_up(Some(id), SHOWN + 1).await.map_err(failed("webhook"))?;
        let (letters, more) = cut(letters, SHOWN);
        Ok(DeadWebhooksView {
            now,
            webhook: shown(webhook, now),
            letters: letters.into_iter().map(letter).collect(),
            more,
        })
    }

    /// Has one message tried again that was given up, or all of them.
    pub(crate) async fn retry_letters(
        &self,
        caller: &Caller,
        id: WebhookId,
        position: Option<u64>,
        asked: &Asked,
    ) -> Answer<()> {
        let (who, _) = super::inbox::recipient(caller)?;
        let key = match position {
            Some(position) => asked.key_of(who, "webhook-retry", Some(&LetterId { webhook: id, position })),
            None => asked.key_of(who, "webhook-retry", Some(&id)),
        }?;
        let _turn = self.in_turn(caller, id, asked, key.as_ref()).await?;
        self.revive(id, position, key).await
    }

    /// Has everything after a position of the log sent again, as it was typed. A repeat under the same key sends nothing more.
    pub(crate) async fn send_from(
        &self,
        caller: &Caller,
        id: WebhookId,
        from: &str,
        asked: &Asked,
    ) -> Answer<()> {
        let (who, _) = super::inbox::recipient(caller)?;
        let key = asked.key_of(who, "webhook-replay", Some(&id))?;
        let _turn = self.in_turn(caller, id, asked, key.as_ref()).await?;
        let from = log_position(from)?;
        if done(self.webhooks.store.replay(id, from, key).await.map_err(failed("webhook"))?)? {
            tracing::info!(webhook = %id, from, "a webhook is told again what happened");
            self.webhooks.catching_up.notify_one();
        }
        Ok(())
    }

    /// Messages that were given up, for the operator, and whether there are more.
    pub(super) async fn dead_letters(&self) -> Answer<(Vec<DeadWebhook>, bool)> {
        let letters = self.webhooks.store.given_up(None, SHOWN + 1).await.map_err(failed("webhooks"))?;
        Ok(cut(letters.into_iter().map(letter).collect(), SHOWN))
    }

    /// The operator has a message tried again that was given up.
    pub(super) async fn retry_letter(&self, caller: &Caller, id: &str) -> Answer<()> {
        account(caller, Role::Operator)?;
        let id: LetterId = id.parse().map_err(|_| Fault::NotFound)?;
        tracing::info!(letter = %id, "the operator has a message to a webhook tried again");
        self.revive(id.webhook, Some(id.position), None).await
    }

    async fn revive(
        &self,
        webhook: WebhookId,
        position: Option<u64>,
        key: Option<IdempotencyKey>,
    ) -> Answer<()> {
        // Two who press at once, or a page that is old: it is being sent already.
        let now = self.clock.now();
        let once = self.webhooks.store.revive_letters(webhook, position, now, key).await;
        if done(once.map_err(failed("webhook"))?)? {
            self.webhooks.sender.notify_one();
        }
        Ok(())
    }
}

/// Whether it is done now, rather than before.
fn done(once: Once) -> Answer<bool> {
    match once {
        Once::Done => Ok(true),
        Once::Before(ran) => ran.map(|_| false),
    }
}

fn shown(webhook: Webhook, now: Timestamp) -> WebhookView {
    WebhookView {
        id: webhook.id,
        url: webhook.url,
        created_at: webhook.created_at,
        state: state(webhook.paused, webhook.failing_since, now),
        position: webhook.position,
        waiting: webhook.waiting,
        dead: webhook.dead,
        catching_up: webhook.paused.is_none()
            && webhook.behind.is_some_and(|behind| behind < webhook.followed),
        error: webhook.error,
        old_secret_until: webhook.old_secret.map(|(_, until)| until).filter(|until| now < *until),
    }
}

fn letter(dead: GivenUp) -> DeadWebhook {
    // It was written here, and holds both. One that is damaged is shown without them: it can still be tried again, and the others are there.
    let body: Body = serde_json::from_str(&dead.body).unwrap_or_else(|error| {
        tracing::error!(letter = %dead.id, %error, "a message to a webhook that was given up cannot be read");
        Body::default()
    });
    DeadWebhook {
        id: dead.id.to_string(),
        position: dead.id.position,
        host: dead.host,
        role: role_of(dead.recipient),
        kind: body.kind,
        order: dead.order,
        number: body.order_number,
        attempts: dead.attempts,
        error: dead.error,
        at: dead.at,
    }
}
