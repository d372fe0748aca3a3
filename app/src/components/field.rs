//! A field of a form.

use super::command::Refused;
use super::fault::{field_id, of_field};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::views::Field;
use leptos::prelude::*;

/// A text field with its label, its hint and, at its place, what is wrong with it.
#[component]
pub fn TextField(
    /// Which: its name in the form and its id.
    field: Field,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// Such as `tel` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What to type, for somebody who does not know.
    #[prop(optional, into)]
    hint: Option<String>,
    /// An example.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Need not be filled in.
    #[prop(optional)]
    optional: bool,
    /// Which keys a phone offers, such as `numeric`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// At most so many characters.
    #[prop(optional)]
    max: Option<u32>,
    /// What is wrong besides what the form's refusal says of the field itself.
    #[prop(optional, into)]
    problem: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let locale = use_locale();
    let refused = use_context::<Refused>();
    let id = field_id(field);
    let problem = Memo::new(move |_| {
        refused
            .and_then(|Refused(error)| error.with(|error| of_field(error.as_ref(), field)))
            .map(|fault| words::field(locale, &fault))
            .or_else(|| problem.and_then(|problem| problem.get()))
    });
    let has_hint = hint.is_some();
    let described = move || {
        let hint = has_hint.then(|| format!("{id}-hint"));
        let error = problem.with(Option::is_some).then(|| format!("{id}-error"));
        let all: Vec<_> = hint.into_iter().chain(error).collect();
        (!all.is_empty()).then(|| all.join(" "))
    };
    view! {
        <div class=move || if problem.with(Option::is_some) { "field field--error" } else { "field" }>
            <label class="field__label" for=id>
                {label}
                {optional.then(|| view! { " "<span class="field__optional">{say!(locale, common.optional)}</span> })}
            </label>
            <input
                class="field__input"
                id=id
                name=id
                type=kind
                inputmode=inputmode
                value=value
                autocomplete=autocomplete
                placeholder=placeholder
                maxlength=max
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            {hint.map(|hint| view! { <p class="field__hint" id=format!("{id}-hint")>{hint}</p> })}
            {move || {
                problem
                    .get()
                    .map(|problem| view! { <p class="field__error" id=format!("{id}-error")>{problem}</p> })
            }}
        </div>
    }
    .into_any()
}
