//! One webhook, and what can be done with it.

use crate::api::webhooks::{DeleteWebhook, PAGE, PauseWebhook, ReplaceSecret, ReplayWebhook};
use crate::api::{ApiError, Done};
use crate::components::fault::of_field;
use crate::components::timeline::day_and_clock;
use crate::components::{CommandForm, FaultNote, Submit, still_wrong};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::{Locale, Timestamp, WebhookId};
use domain::views::{Field, FormDraft, WebhookView};
use domain::webhook::{PauseReason, State};
use leptos::prelude::*;

/// A webhook with its state and its buttons.
#[component]
pub fn Entry(
    /// The webhook.
    webhook: WebhookView,
    /// The server's clock.
    now: Timestamp,
    /// The log's last position.
    head: u64,
    /// Where the page shows what is refused.
    errors: RwSignal<Option<ApiError>>,
    /// What was typed at this webhook and refused.
    draft: Option<FormDraft>,
    /// What to do once something is done.
    again: Callback<Done>,
) -> impl IntoView {
    let locale = use_locale();
    let id = webhook.id;
    let (name, class) = state(locale, webhook.state);
    let mut facts = vec![
        (
            say!(locale, webhooks.list.position),
            say!(locale, webhooks.list.of, position = webhook.position, head = head),
        ),
        (say!(locale, webhooks.list.waiting), say!(locale, webhooks.list.count, count = webhook.waiting)),
        (say!(locale, webhooks.list.dead), say!(locale, webhooks.list.count, count = webhook.dead)),
    ];
    if !webhook.error.is_empty() {
        facts.push((say!(locale, webhooks.list.error), webhook.error));
    }
    let facts = facts
        .into_iter()
        .map(|(name, text)| view! { <div class="facts__fact"><dt>{name}</dt><dd>{text}</dd></div> })
        .collect_view();
    let behind =
        webhook.catching_up.then(|| view! { <p class="fine">{say!(locale, webhooks.list.behind)}</p> });
    let old_secret = webhook.old_secret_until.map(|until| {
        let until = day_and_clock(locale, until, now);
        view! { <p class="fine">{say!(locale, webhooks.list.old_secret, time = until)}</p> }
    });
    let dead = (webhook.dead > 0).then(|| {
        let way = format!("{PAGE}?dead={id}");
        view! { <a class="btn btn--s" href=way data-action="dead">{say!(locale, webhooks.act.dead)}</a> }
    });
    let is_paused = matches!(webhook.state, State::Paused(_));
    let pause = if is_paused { say!(locale, webhooks.act.resume) } else { say!(locale, webhooks.act.pause) };
    view! {
        <li class="entry entry--whole" data-webhook=id.to_string()>
            <strong class="entry__main">{webhook.url}</strong>
            <span class=class>{name}</span>
            <span class="entry__when">
                {say!(locale, webhooks.list.since, time = day_and_clock(locale, webhook.created_at, now))}
            </span>
            <dl class="facts facts--stack">{facts}</dl>
            {behind}
            {old_secret}
            <div class="entry__acts">
                {dead}
                <CommandForm<PauseWebhook> quiet=true errors=errors on_done=again>
                    <input type="hidden" name="webhook" value=id.to_string()/>
                    <input type="hidden" name="paused" value=(!is_paused).to_string()/>
                    <Submit class="btn btn--s" action="pause">{pause}</Submit>
                </CommandForm<PauseWebhook>>
            </div>
            <More id errors draft again/>
        </li>
    }
    .into_any()
}

/// What is done rarely.
#[component]
fn More(
    id: WebhookId,
    errors: RwSignal<Option<ApiError>>,
    draft: Option<FormDraft>,
    again: Callback<Done>,
) -> impl IntoView {
    let locale = use_locale();
    let draft = draft.filter(|draft| draft.field("from").is_some());
    let opened = draft.is_some();
    let typed = draft.as_ref().and_then(|draft| draft.field("from")).unwrap_or_default().to_owned();
    let own = RwSignal::new(draft.as_ref().and_then(still_wrong));
    let problem = Memo::new(move |_| {
        own.with(|error| of_field(error.as_ref(), Field::From)).map(|fault| words::field(locale, &fault))
    });
    let elsewhere =
        Signal::derive(move || own.get().filter(|error| of_field(Some(error), Field::From).is_none()));
    let field = format!("from-{id}");
    let (hint, error) = (format!("{field}-hint"), format!("{field}-error"));
    let described = format!("{hint} {error}");
    view! {
        <details class="more" open=opened>
            <summary class="more__summary">{say!(locale, webhooks.act.more)}</summary>
            <div class="more__body">
                <CommandForm<ReplaceSecret> quiet=true errors=errors on_done=again>
                    <input type="hidden" name="webhook" value=id.to_string()/>
                    <p class="fine">{say!(locale, webhooks.act.rotate_text)}</p>
                    <Submit class="btn btn--s" action="rotate">{say!(locale, webhooks.act.rotate)}</Submit>
                </CommandForm<ReplaceSecret>>
                <FaultNote error=elsewhere/>
                <CommandForm<ReplayWebhook> quiet=true errors=own on_done=again>
                    <input type="hidden" name="webhook" value=id.to_string()/>
                    <div class=move || if problem.with(Option::is_some) { "field field--error" } else { "field" }>
                        <label class="field__label" for=field.clone()>{say!(locale, webhooks.act.from)}</label>
                        <input
                            class="field__input"
                            id=field.clone()
                            name="from"
                            inputmode="numeric"
                            value=typed
                            aria-invalid=move || problem.with(Option::is_some).then_some("true")
                            aria-describedby=described
                        />
                        <p class="field__hint" id=hint>{say!(locale, webhooks.act.from_hint)}</p>
                        <p class="field__error" id=error role="alert">{move || problem.get()}</p>
                    </div>
                    <Submit class="btn btn--s" action="replay">{say!(locale, webhooks.act.replay)}</Submit>
                </CommandForm<ReplayWebhook>>
                <CommandForm<DeleteWebhook> quiet=true errors=errors on_done=again>
                    <input type="hidden" name="webhook" value=id.to_string()/>
                    <p class="fine">{say!(locale, webhooks.act.delete_text)}</p>
                    <Submit class="btn btn--s btn--danger" action="delete">{say!(locale, webhooks.act.delete)}</Submit>
                </CommandForm<DeleteWebhook>>
            </div>
        </details>
    }
    .into_any()
}

/// The name of a state, and the class of its chip.
fn state(locale: Locale, state: State) -> (&'static str, &'static str) {
    match state {
        State::Active => (say!(locale, webhooks.state.active), "chip chip--open"),
        State::Failing => (say!(locale, webhooks.state.failing), "chip chip--payment_failed"),
        State::Paused(PauseReason::Owner) => (say!(locale, webhooks.state.owner), "chip chip--paused"),
        State::Paused(PauseReason::Gone) => (say!(locale, webhooks.state.gone), "chip chip--payment_failed"),
        State::Paused(PauseReason::Exhausted) => {
            (say!(locale, webhooks.state.exhausted), "chip chip--payment_failed")
        }
        State::Paused(PauseReason::Token) => {
            (say!(locale, webhooks.state.token), "chip chip--payment_failed")
        }
    }
}
