//! The tokens that can be used, and the form of a new one.

use crate::api::account::{MakeToken, RevokeToken};
use crate::api::{ApiError, Done};
use crate::components::fault::of_field;
use crate::components::timeline::{machine_time, moment_ago_alone};
use crate::components::{CommandForm, Submit, TextField};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::{Locale, Timestamp};
use domain::views::{Field, FormDraft, MAX_LABEL, TokenTerm, TokenView};
use leptos::prelude::*;
use leptos::web_sys::HtmlFormElement;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

/// The id of the form of a new token.
const FORM: &str = "new-token";

/// The tokens that can be used.
#[component]
pub fn List(
    /// The newest first.
    tokens: Vec<TokenView>,
    /// The server's clock.
    now: Timestamp,
    /// Where refusals are put.
    errors: RwSignal<Option<ApiError>>,
    /// After one was revoked.
    revoked: Callback<Done>,
) -> impl IntoView {
    if tokens.is_empty() {
        return view! { <p class="empty__text">{say!(use_locale(), account.tokens.none)}</p> }.into_any();
    }
    let tokens = tokens.into_iter().map(|token| view! { <Token token now errors revoked/> }).collect_view();
    view! { <ul class="entries">{tokens}</ul> }.into_any()
}

#[component]
fn Token(
    token: TokenView,
    now: Timestamp,
    errors: RwSignal<Option<ApiError>>,
    revoked: Callback<Done>,
) -> impl IntoView {
    let locale = use_locale();
    let id = token.id.to_string();
    let here = id.clone();
    let moment = |name: &'static str, at: Option<Timestamp>, otherwise: &'static str| {
        let at = match at {
            Some(at) => {
                // When something ends is said whole: it may be a year away.
                let text =
                    if at > now { at.in_seoul().to_string() } else { moment_ago_alone(locale, at, now) };
                view! { <time class="num" datetime=machine_time(at)>{text}</time> }.into_any()
            }
            None => otherwise.into_any(),
        };
        view! { <div class="facts__fact"><dt>{name}</dt><dd>{at}</dd></div> }
    };
    // Each says which token it would end.
    let name = say!(locale, account.tokens.revoke_one, label = token.label.as_str());
    view! {
        <li class="entry entry--whole entry--token" data-token=here>
            <strong class="entry__main token__label">{token.label.clone()}</strong>
            <dl class="facts">
                {moment(say!(locale, account.tokens.made_at), Some(token.made_at), "")}
                {moment(say!(locale, account.tokens.used_at), token.used_at, say!(locale, account.tokens.never_used))}
                {moment(say!(locale, account.tokens.expires_at), token.expires_at, say!(locale, account.tokens.never))}
            </dl>
            <details class="more more--button more--danger">
                <summary class="more__summary" aria-label=name>{say!(locale, account.tokens.revoke)}</summary>
                <div class="more__body">
                    <p>{say!(locale, account.tokens.revoke_ask)}</p>
                    <CommandForm<RevokeToken> quiet=true errors=errors on_done=revoked>
                        <input type="hidden" name="token" value=id/>
                        <Submit class="btn btn--danger btn--block" action="revoke">
                            {say!(locale, account.tokens.revoke_yes)}
                        </Submit>
                    </CommandForm<RevokeToken>>
                </div>
            </details>
        </li>
    }
    .into_any()
}

/// The form of a new token.
#[component]
pub fn MakeForm(
    /// What was typed when it was refused.
    typed: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let errors = RwSignal::new(None);
    let field =
        |name: &str| typed.as_ref().and_then(|draft| draft.field(name)).unwrap_or_default().to_owned();
    let (label, term) = (field("label"), field("term"));
    let chosen = TokenTerm::from_name(&term).unwrap_or_default();
    let refused = typed.map(|draft| draft.fault);
    let navigate = use_navigate();
    let done = Callback::new(move |done: Done| {
        // The page stays, and with it the form: the next token is another one.
        let form =
            document().get_element_by_id(FORM).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form {
            form.reset();
        }
        if let Some(go) = done.go {
            navigate(&go, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    });
    let terms = TokenTerm::ALL
        .map(|term| {
            view! {
                <label class="pick">
                    <input class="pick__input" type="radio" name="term" value=term.name() checked=term == chosen/>
                    <span class="pick__title">{term_name(locale, term)}</span>
                </label>
            }
        })
        .collect_view();
    let wrong = move || {
        let fault = errors.with(|error| of_field(error.as_ref(), Field::Term))?;
        Some(view! { <p class="field__error" id="term-error">{words::field(locale, &fault)}</p> })
    };
    view! {
        <CommandForm<MakeToken> class="token-form" id=FORM errors=errors refused=refused keep=true on_done=done>
            <TextField
                field=Field::Label
                label=say!(locale, account.tokens.label)
                value=label
                hint=say!(locale, account.tokens.label_hint)
                max=MAX_LABEL
                optional=true
            />
            <fieldset class="picks picks--chips" id="term" tabindex="-1">
                <legend class="picks__legend">{say!(locale, account.tokens.term)}</legend>
                {terms}
            </fieldset>
            {wrong}
            <Submit class="btn btn--primary btn--l btn--block" action="make">{say!(locale, account.tokens.make)}</Submit>
        </CommandForm<MakeToken>>
    }
    .into_any()
}

fn term_name(locale: Locale, term: TokenTerm) -> &'static str {
    match term {
        TokenTerm::Month => say!(locale, account.tokens.terms.month),
        TokenTerm::Quarter => say!(locale, account.tokens.terms.quarter),
        TokenTerm::Year => say!(locale, account.tokens.terms.year),
        TokenTerm::Unlimited => say!(locale, account.tokens.terms.never),
    }
}
