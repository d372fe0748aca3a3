//! The sign-up of a customer.

use super::login::{NextField, use_draft, use_next};
use crate::api::{ApiError, login_path};
use crate::components::command::Refused;
use crate::components::{FaultNote, Loaded, TextField};
use crate::i18n::use_locale;
use crate::say;
use domain::enrolment::Part;
use domain::views::{DraftForm, Field, FormDraft};
use leptos::prelude::*;
use leptos_meta::Title;

/// The sign-up of a customer.
#[component]
pub fn SignUp() -> impl IntoView {
    let locale = use_locale();
    let next = use_next();
    let draft = use_draft();
    let login = move || next.get().map_or_else(|| "/login".to_owned(), |next| login_path(&next));
    view! {
        <Title text=say!(locale, account.sign_up.title)/>
        <main id="main" class="page page--door">
            <section class="door">
                <h1 class="door__title">{say!(locale, account.sign_up.title)}</h1>
                <p class="door__lead">{say!(locale, account.sign_up.lead)}</p>
                <Ways here=None/>
                <Loaded data=draft let:draft>
                    <SignUpForm draft=draft.filter(|draft| draft.form == DraftForm::SignUp) next/>
                </Loaded>
                <p class="door__other">
                    {say!(locale, account.sign_up.have)}" "<a href=login>{say!(locale, account.login.go)}</a>
                </p>
            </section>
        </main>
    }
    .into_any()
}

/// The three ways to sign up: to order, with a store, to deliver.
#[component]
pub fn Ways(
    /// Where the page is; `None` for a customer.
    here: Option<Part>,
) -> impl IntoView {
    let locale = use_locale();
    let ways = [
        (None, "/signup", say!(locale, application.ways.customer)),
        (Some(Part::Owner), "/signup/owner", say!(locale, application.ways.owner)),
        (Some(Part::Rider), "/signup/rider", say!(locale, application.ways.rider)),
    ]
    .map(|(way, href, name)| {
        view! { <a class="kinds__kind" href=href aria-current=(way == here).then_some("page")>{name}</a> }
    })
    .collect_view();
    view! { <nav class="kinds ways" aria-label=say!(locale, application.ways.title)>{ways}</nav> }
}

// A plain form: the server sets the session's cookie and the page is loaded anew with it.
#[component]
fn SignUpForm(draft: Option<FormDraft>, next: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let typed =
        |name: &str| draft.as_ref().and_then(|draft| draft.field(name)).unwrap_or_default().to_owned();
    let (login, name, phone) = (typed("login"), typed("name"), typed("phone"));
    let password_hint = match &draft {
        Some(_) => say!(locale, account.sign_up.password_again),
        None => say!(locale, account.sign_up.password_hint),
    };
    let error = Signal::stored(draft.map(|draft| ApiError::Fault(draft.fault)));
    provide_context(Refused(error));
    view! {
        <FaultNote error/>
        <form class="door__form" method="post" action="/signup">
            {move || view! { <NextField next=next.get()/> }}
            <TextField
                field=Field::Login
                label=say!(locale, account.login.name)
                value=login
                autocomplete="username"
                hint=say!(locale, account.sign_up.login_hint)
            />
            <TextField
                field=Field::Password
                label=say!(locale, account.login.password)
                kind="password"
                autocomplete="new-password"
                hint=password_hint
            />
            <TextField field=Field::Name label=say!(locale, account.sign_up.name) value=name autocomplete="name"/>
            <TextField
                field=Field::Phone
                label=say!(locale, account.sign_up.phone)
                value=phone
                kind="tel"
                autocomplete="tel"
                hint=say!(locale, account.sign_up.phone_hint)
            />
            <button class="btn btn--primary btn--l btn--block" data-action="signup">{say!(locale, account.sign_up.go)}</button>
        </form>
    }
    .into_any()
}
