//! The account page: who one is, and the API tokens by which scripts act for one.

pub mod tokens;

use self::tokens::{List, MakeForm};
use super::login::role_name;
use crate::api::account::{ACCOUNT, show_account};
use crate::components::{FaultNote, Loaded, Refusals, Secret, use_draft_id, use_toast, with_draft};
use crate::i18n::use_locale;
use crate::say;
use domain::shared::TokenId;
use domain::views::{AccountPage, AccountView, DraftForm, FormDraft, MAX_TOKENS, Role};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// The account page.
#[component]
pub fn Account() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    // The token that was just made, as the address names it.
    let made = Memo::new(move |_| {
        query.with(|query| query.get("made").and_then(|made| made.parse::<TokenId>().ok()))
    });
    let draft = use_draft_id();
    let data = Resource::new_blocking(
        move || (made.get(), draft.get()),
        |(made, draft)| with_draft(show_account(made), draft),
    );
    let refusals = Refusals::new();
    let toast = use_toast();
    let navigate = use_navigate();
    let revoked = Callback::new(move |_| {
        toast.show(say!(locale, account.tokens.revoked));
        // Without a token that was just made: its secret has been shown.
        if made.get_untracked().is_some() {
            navigate(ACCOUNT, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        } else {
            data.refetch();
        }
    });
    view! {
        <Title text=say!(locale, common.account)/>
        <main id="main" class="page page--narrow">
            <header class="page__head">
                <h1 class="page__title">{say!(locale, common.account)}</h1>
            </header>
            <Loaded data let:loaded>
                {
                    let (page, draft) = loaded;
                    let draft = draft.filter(|draft| draft.form == DraftForm::Token);
                    // What is refused of a token in the list is said above; of a new one, in its form.
                    let (typed, other) = match draft {
                        Some(draft) if draft.subject.is_empty() => (Some(draft), None),
                        other => (None, other),
                    };
                    refusals.first(other.as_ref());
                    view! { <Page page typed asked=made.get_untracked() refusals revoked/> }
                }
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Page(
    page: AccountPage,
    /// What was typed into the form of a new token that was refused.
    typed: Option<FormDraft>,
    /// The token that the address says was just made.
    asked: Option<TokenId>,
    refusals: Refusals,
    revoked: Callback<crate::api::Done>,
) -> impl IntoView {
    let locale = use_locale();
    let AccountPage { now, account, tokens, made } = page;
    let count = tokens.len();
    let label = made
        .as_ref()
        .and_then(|made| tokens.iter().find(|token| token.id == made.id))
        .map(|token| token.label.clone())
        .unwrap_or_default();
    let shown = match made {
        Some(made) => {
            let title = say!(locale, account.tokens.made, label = label.as_str());
            Some(
                view! {
                    <div data-made=made.id.to_string()>
                        <Secret
                            title
                            once=say!(locale, account.tokens.once)
                            label=say!(locale, account.tokens.secret)
                            value=made.secret
                            copied=say!(locale, account.tokens.copied)
                        />
                    </div>
                }
                .into_any(),
            )
        }
        // The page is loaded again, or by somebody else.
        None => asked.map(|_| {
            view! { <p class="alert alert--warn" role="status">{say!(locale, account.tokens.shown_before)}</p> }.into_any()
        }),
    };
    view! {
        <FaultNote error=refusals.error/>
        <Who account/>
        <section class="panel" aria-labelledby="tokens-title">
            <div class="panel__head">
                <h2 class="panel__title" id="tokens-title">{say!(locale, account.tokens.title)}</h2>
                <span class="chip num" data-tokens=count.to_string()>{format!("{count}/{MAX_TOKENS}")}</span>
            </div>
            <p class="panel__lead">{say!(locale, account.tokens.lead)}</p>
            {shown}
            <List tokens now errors=refusals.error revoked/>
        </section>
        <section class="panel" aria-labelledby="make-title">
            <h2 class="panel__title" id="make-title">{say!(locale, account.tokens.new)}</h2>
            <MakeForm typed/>
        </section>
    }
    .into_any()
}

/// Name, login and role, and where scripts are explained.
#[component]
fn Who(account: AccountView) -> impl IntoView {
    let locale = use_locale();
    let role = account.role;
    let facts = [
        (say!(locale, account.sign_up.name), account.name),
        (say!(locale, account.login.name), account.login),
        (say!(locale, account.who.role), role_name(locale, role).to_owned()),
    ]
    .map(|(name, text)| view! { <div class="facts__fact"><dt>{name}</dt><dd>{text}</dd></div> })
    .collect_view();
    // Whoever has orders to be told about.
    let webhooks = matches!(role, Role::Customer | Role::Owner | Role::Rider).then(|| {
        view! { <a class="btn" href="/webhooks">{say!(locale, account.who.webhooks)}</a> }
    });
    view! {
        <section class="panel" aria-label=say!(locale, common.account)>
            <dl class="facts">{facts}</dl>
            <div class="ways-on">
                // A page of its own, with a program of its own.
                <a class="btn" href="/openapi" rel="external">{say!(locale, account.who.docs)}</a>
                {webhooks}
            </div>
        </section>
    }
    .into_any()
}
