//! The login.

use crate::api::ApiError;
use crate::api::account::draft as load_draft;
use crate::components::command::Refused;
use crate::components::{FaultNote, Loaded, TextField, use_draft_id};
use crate::i18n::use_locale;
use crate::say;
use crate::shell::{DemoLogin, Session};
use domain::shared::Locale;
use domain::views::{DraftForm, Field, FormDraft, Role};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Where to go after the login, as the URL says.
pub fn use_next() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("next").filter(|next| !next.is_empty())))
}

/// The draft that the URL names, for pages that show nothing else of the server's.
pub fn use_draft() -> Resource<Result<Option<FormDraft>, ApiError>> {
    let id = use_draft_id();
    Resource::new_blocking(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => load_draft(id).await,
                None => Ok(None),
            }
        },
    )
}

/// The hidden field that says where to go after the login; the role's own page without one.
#[component]
pub fn NextField(
    /// Where to.
    next: Option<String>,
) -> impl IntoView {
    next.map(|next| view! { <input type="hidden" name="next" value=next/> })
}

/// The login, and in the demo world the accounts to try it with.
#[component]
pub fn Login() -> impl IntoView {
    let locale = use_locale();
    let next = use_next();
    let query = use_query_map();
    let wrong_role = move || {
        query.with(|query| query.get("wrong_role").is_some()).then(|| {
            let text = say!(locale, account.login.wrong_role);
            view! { <div class="alert alert--warn" role="status"><p class="alert__text">{text}</p></div> }
        })
    };
    let sign_up = move || match next.get() {
        Some(next) => crate::api::login_path(&next).replacen("/login", "/signup", 1),
        None => "/signup".to_owned(),
    };
    let draft = use_draft();
    view! {
        <Title text=say!(locale, account.login.title)/>
        <main id="main" class="page page--door">
            <section class="door">
                <h1 class="door__title">{say!(locale, account.login.title)}</h1>
                <p class="door__lead">{say!(locale, account.login.lead)}</p>
                {wrong_role}
                <Loaded data=draft let:draft>
                    <LoginForm draft=draft.filter(|draft| draft.form == DraftForm::Login) next/>
                </Loaded>
                <p class="door__other">
                    {say!(locale, account.login.new)}" "<a href=sign_up>{say!(locale, account.login.sign_up)}</a>
                    <a href="/signup/owner">{say!(locale, application.ways.owner)}</a>
                    <a href="/signup/rider">{say!(locale, application.ways.rider)}</a>
                </p>
            </section>
            <Demo next/>
        </main>
    }
    .into_any()
}

// A plain form: the server sets the session's cookie and the page is loaded anew with it.
#[component]
fn LoginForm(draft: Option<FormDraft>, next: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let login = draft.as_ref().and_then(|draft| draft.field("login")).unwrap_or_default().to_owned();
    let error = Signal::stored(draft.map(|draft| ApiError::Fault(draft.fault)));
    provide_context(Refused(error));
    view! {
        <FaultNote error/>
        <form class="door__form" method="post" action="/login">
            {move || view! { <NextField next=next.get()/> }}
            <TextField
                field=Field::Login
                label=say!(locale, account.login.name)
                value=login
                autocomplete="username"
            />
            <TextField
                field=Field::Password
                label=say!(locale, account.login.password)
                kind="password"
                autocomplete="current-password"
            />
            <button class="btn btn--primary btn--l btn--block" data-action="login">{say!(locale, account.login.go)}</button>
        </form>
    }
    .into_any()
}

/// The accounts of the demo world, a tap each.
#[component]
fn Demo(next: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let session: Session = use_context().unwrap_or_default();
    (session.settings.demo && !session.settings.demo_logins.is_empty()).then(|| {
        let logins = session
            .settings
            .demo_logins
            .into_iter()
            .map(|login| view! { <DemoAccount login next/> })
            .collect_view();
        view! {
            <section class="demo">
                <h2 class="demo__title">{say!(locale, account.demo.title)}</h2>
                <p class="demo__text">{say!(locale, account.demo.text)}</p>
                <ul class="demo__list">{logins}</ul>
            </section>
        }
    })
}

#[component]
fn DemoAccount(login: DemoLogin, next: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let role = Role::from_name(&login.role);
    // Somebody who came from another role's page wants to see what this account has to show.
    let next = move || next.get().filter(|next| role.is_some_and(|role| fits(role, next)));
    let about = match role {
        Some(role) => format!("{} · {}", role_name(locale, role), login.name.get(locale)),
        None => login.name.get(locale).to_owned(),
    };
    view! {
        <li>
            <form method="post" action="/login">
                {move || view! { <NextField next=next()/> }}
                <input type="hidden" name="login" value=login.login.clone()/>
                <input type="hidden" name="password" value=login.password/>
                <button class="demo__login" data-login=login.login.clone()>
                    <span class="demo__name">{login.login.clone()}</span>
                    <span class="demo__role">{about}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}

/// Whether a page is one of this role's.
fn fits(role: Role, path: &str) -> bool {
    let of = |start: &str| path.starts_with(start);
    match role {
        Role::Owner => of("/owner"),
        Role::Rider => of("/rider"),
        Role::Customer | Role::Operator | Role::Applicant => !of("/owner") && !of("/rider"),
    }
}

/// The name of a role.
pub(super) fn role_name(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Customer => say!(locale, account.role.customer),
        Role::Owner => say!(locale, account.role.owner),
        Role::Rider => say!(locale, account.role.rider),
        Role::Operator => say!(locale, account.role.operator),
        Role::Applicant => say!(locale, account.role.applicant),
    }
}
