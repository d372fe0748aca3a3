//! Taking part: the sign-up of store owners and of riders.

pub mod fields;
pub mod status;

use super::login::use_draft;
use super::signup::Ways;
use crate::api::ApiError;
use crate::components::command::Refused;
use crate::components::{FaultNote, Loaded, TextField};
use crate::i18n::use_locale;
use crate::say;
use domain::enrolment::Part;
use domain::views::{DraftForm, Field, FormDraft, Typed};
use fields::{PersonFields, RiderFields, StoreFields, Values};
use leptos::prelude::*;
use leptos_meta::Title;

/// The sign-up of a store's owner, with the store.
#[component]
pub fn OwnerSignUp() -> impl IntoView {
    let locale = use_locale();
    let title = say!(locale, application.owner.title);
    view! { <SignUp part=Part::Owner title lead=say!(locale, application.owner.lead)/> }
}

/// The sign-up of a rider.
#[component]
pub fn RiderSignUp() -> impl IntoView {
    let locale = use_locale();
    let title = say!(locale, application.rider.title);
    view! { <SignUp part=Part::Rider title lead=say!(locale, application.rider.lead)/> }
}

#[component]
fn SignUp(part: Part, title: &'static str, lead: &'static str) -> impl IntoView {
    let draft = use_draft();
    let form = match part {
        Part::Owner => DraftForm::SignUpOwner,
        Part::Rider => DraftForm::SignUpRider,
    };
    view! {
        <Title text=title/>
        <main id="main" class="page page--narrow">
            <header class="page__head">
                <h1 class="page__title">{title}</h1>
                <p class="door__lead">{lead}</p>
            </header>
            <Ways here=Some(part)/>
            <Loaded data=draft let:draft>
                <SignUpForm part draft=draft.filter(|draft| draft.form == form)/>
            </Loaded>
        </main>
    }
    .into_any()
}

// A plain form: the server sets the session's cookie and the page is loaded anew with it.
#[component]
fn SignUpForm(part: Part, draft: Option<FormDraft>) -> impl IntoView {
    let locale = use_locale();
    let error = Signal::stored(draft.as_ref().map(|draft| ApiError::Fault(draft.fault.clone())));
    provide_context(Refused(error));
    let password_hint = match &draft {
        Some(_) => say!(locale, account.sign_up.password_again),
        None => say!(locale, account.sign_up.password_hint),
    };
    let values = Values(draft.map(|draft| Typed(draft.fields)));
    let (action, go, of_part) = match part {
        Part::Owner => (
            "/signup/owner",
            say!(locale, application.owner.go),
            view! { <StoreFields values=values.clone()/> }.into_any(),
        ),
        Part::Rider => (
            "/signup/rider",
            say!(locale, application.rider.go),
            view! { <RiderFields values=values.clone()/> }.into_any(),
        ),
    };
    let login = values.get("login", "");
    view! {
        <FaultNote error/>
        <form class="door__form" method="post" action=action>
            <section class="panel">
                <h2 class="panel__title">{say!(locale, application.person.account)}</h2>
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
            </section>
            <PersonFields values/>
            {of_part}
            <button class="btn btn--primary btn--l btn--block" data-action="apply">{go}</button>
        </form>
    }
    .into_any()
}
