//! Webhooks: where an account's own programs are told what happens.

pub mod dead;
pub mod entry;

use crate::api::webhooks::{PAGE, RegisterWebhook, dead_webhooks, webhook_secret, webhooks};
use crate::api::{ApiError, Done};
use crate::components::{
    CommandForm, Drafted, FaultNote, Loaded, Refusals, Secret, Submit, TextField, still_wrong, use_draft_id,
    with_draft,
};
use crate::i18n::use_locale;
use crate::say;
use dead::DeadLetters;
use domain::shared::WebhookId;
use domain::views::{DeadWebhooksView, DraftForm, Fault, Field, FormDraft, WebhooksView};
use domain::webhook::MAX_URL;
use entry::Entry;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Contents {
    /// The webhooks.
    view: WebhooksView,
    /// A secret that is shown this once.
    secret: Option<String>,
    /// Whether a secret was asked for that was shown before.
    shown_before: bool,
    /// What was given up of one of them.
    dead: Option<DeadWebhooksView>,
}

/// The webhooks of the account.
#[component]
pub fn Webhooks() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    let asked = move |name: &'static str| {
        Memo::new(move |_| query.with(|query| query.get(name).and_then(|id| id.parse::<WebhookId>().ok())))
    };
    let (secret, dead, draft) = (asked("secret"), asked("dead"), use_draft_id());
    // With a script the page stays where it is: whose secret is new, and how often something was done.
    let fresh = RwSignal::new((None::<WebhookId>, 0_u32));
    let data = Resource::new_blocking(
        move || (secret.get(), dead.get(), draft.get(), fresh.get()),
        |(secret, dead, draft, (fresh, _))| with_draft(load(fresh.or(secret), dead), draft),
    );
    let again = Callback::new(move |done: Done| {
        fresh.update(|(whose, times)| {
            *whose = secret_of(&done);
            *times += 1;
        });
    });
    let refusals = Refusals::new();
    view! {
        <Title text=say!(locale, webhooks.title)/>
        <main id="main" class="page page--narrow">
            <header class="page__head">
                <h1 class="page__title">{say!(locale, webhooks.title)}</h1>
                <p class="page__lead">{say!(locale, webhooks.lead)}</p>
            </header>
            <Loaded data let:loaded>
                <Content loaded refusals again/>
            </Loaded>
        </main>
    }
    .into_any()
}

async fn load(secret: Option<WebhookId>, dead: Option<WebhookId>) -> Result<Contents, ApiError> {
    let (secret, shown_before) = match secret {
        Some(id) => match known(webhook_secret(id).await)? {
            Some(secret) => (secret.clone(), secret.is_none()),
            None => (None, false),
        },
        None => (None, false),
    };
    let dead = match dead {
        Some(id) => known(dead_webhooks(id).await)?,
        None => None,
    };
    Ok(Contents { view: webhooks().await?, secret, shown_before, dead })
}

/// What is gone meanwhile, or another's, is not shown; the page is there all the same.
fn known<T>(answer: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ApiError::Fault(Fault::NotFound)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The webhook whose secret a command has led to.
fn secret_of(done: &Done) -> Option<WebhookId> {
    let id = done.go.as_deref()?.strip_prefix(PAGE)?.strip_prefix("?secret=")?;
    id.parse().ok()
}

#[component]
fn Content(loaded: Drafted<Contents>, refusals: Refusals, again: Callback<Done>) -> impl IntoView {
    let locale = use_locale();
    let (Contents { view, secret, shown_before, dead }, draft) = loaded;
    let of = |form: DraftForm| draft.clone().filter(|draft| draft.form == form);
    let (adding, acting) = (of(DraftForm::Webhook), of(DraftForm::WebhookAct));
    // What is wrong with something typed is said there.
    refusals.first(acting.as_ref().filter(|draft| draft.fields.is_empty()));
    let errors = refusals.error;
    let secret = secret.map(|secret| {
        view! {
            <section class="panel" aria-labelledby="secret">
                <h2 class="panel__title" id="secret">{say!(locale, webhooks.secret.title)}</h2>
                <p class="panel__lead">{say!(locale, webhooks.secret.text)}</p>
                <Secret
                    title=say!(locale, webhooks.secret.once)
                    once=say!(locale, webhooks.secret.lost)
                    label=say!(locale, webhooks.secret.title)
                    value=secret
                    copied=say!(locale, webhooks.secret.copied)
                />
            </section>
        }
    });
    let shown_before = shown_before.then(|| {
        view! { <p class="alert alert--warn" role="status">{say!(locale, webhooks.secret.shown_before)}</p> }
    });
    let dead = dead.map(|dead| view! { <DeadLetters dead errors again/> });
    let (now, head, max) = (view.now, view.head, view.max);
    let list = if view.webhooks.is_empty() {
        view! { <p class="empty__text">{say!(locale, webhooks.list.none)}</p> }.into_any()
    } else {
        let entries = view
            .webhooks
            .into_iter()
            .map(|webhook| {
                let draft = acting.clone().filter(|draft| draft.subject == webhook.id.to_string());
                view! { <Entry webhook now head errors draft again/> }
            })
            .collect_view();
        view! { <ul class="entries">{entries}</ul> }.into_any()
    };
    view! {
        <FaultNote error=errors/>
        {secret}
        {shown_before}
        {dead}
        <section class="panel">
            <h2 class="panel__title">{say!(locale, webhooks.list.title)}</h2>
            {list}
        </section>
        <Add draft=adding max again/>
    }
    .into_any()
}

/// Registers a webhook.
#[component]
fn Add(draft: Option<FormDraft>, max: u32, again: Callback<Done>) -> impl IntoView {
    let locale = use_locale();
    let typed = draft.as_ref().and_then(|draft| draft.field("url")).unwrap_or_default().to_owned();
    let errors = RwSignal::new(draft.as_ref().and_then(still_wrong));
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, webhooks.add.title)}</h2>
            <CommandForm<RegisterWebhook> errors=errors keep=true on_done=again>
                <TextField
                    field=Field::Url
                    label=say!(locale, webhooks.add.url)
                    value=typed
                    hint=say!(locale, webhooks.add.hint, max = max)
                    placeholder="https://till.example/hooks/baedal".to_owned()
                    inputmode="url"
                    max=MAX_URL
                />
                <Submit class="btn btn--primary" action="register">{say!(locale, webhooks.add.go)}</Submit>
            </CommandForm<RegisterWebhook>>
        </section>
    }
    .into_any()
}
