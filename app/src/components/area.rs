//! Fields of a form with more than a line, or with choices.

use super::command::Refused;
use super::fault::{all_of_field, field_id};
use crate::i18n::use_locale;
use crate::words;
use domain::views::Field;
use leptos::prelude::*;

/// What the form's refusal says of a field, a sentence for each fault.
fn problems(field: Field) -> Memo<Vec<String>> {
    let locale = use_locale();
    let refused = use_context::<Refused>();
    Memo::new(move |_| {
        let faults = refused.map(|Refused(error)| error.with(|error| all_of_field(error.as_ref(), field)));
        faults.unwrap_or_default().iter().map(|fault| words::field(locale, fault)).collect()
    })
}

/// The class of a field's box, what describes the field, and whether it is wrong.
fn marks(
    field: Field,
    has_hint: bool,
    problems: Memo<Vec<String>>,
) -> (Signal<&'static str>, Signal<Option<String>>, Signal<Option<&'static str>>) {
    let id = field_id(field);
    let wrong = move || problems.with(|problems| !problems.is_empty());
    let class = Signal::derive(move || if wrong() { "field field--error" } else { "field" });
    let described = Signal::derive(move || {
        let hint = has_hint.then(|| format!("{id}-hint"));
        let error = wrong().then(|| format!("{id}-error"));
        let all: Vec<_> = hint.into_iter().chain(error).collect();
        (!all.is_empty()).then(|| all.join(" "))
    });
    (class, described, Signal::derive(move || wrong().then_some("true")))
}

/// What is wrong with a field, below it.
#[component]
pub fn Problems(
    /// The field.
    field: Field,
    /// Its faults.
    problems: Memo<Vec<String>>,
) -> impl IntoView {
    move || {
        let said = problems.get();
        (!said.is_empty()).then(|| {
            let said =
                said.into_iter().map(|text| view! { <p class="field__error">{text}</p> }).collect_view();
            view! { <div id=format!("{}-error", field_id(field))>{said}</div> }
        })
    }
}

/// A text of several lines with its label, its hint and, at its place, everything that is wrong with it.
#[component]
pub fn TextArea(
    /// Which: its name in the form and its id.
    field: Field,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What stands in it.
    #[prop(into)]
    value: String,
    /// What to type, for somebody who does not know.
    #[prop(into)]
    hint: String,
    /// An example.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// How many lines are seen at once.
    rows: u32,
    /// At most so many characters.
    max: u32,
) -> impl IntoView {
    let id = field_id(field);
    let problems = problems(field);
    let (class, described, invalid) = marks(field, true, problems);
    // As HTML, for an empty text between tags would be written as a space.
    let inner = value.replace('&', "&amp;").replace('<', "&lt;");
    view! {
        <div class=class>
            <label class="field__label" for=id>{label}</label>
            <textarea
                class="field__input"
                id=id
                name=id
                rows=rows
                maxlength=max
                placeholder=placeholder
                autocomplete="off"
                aria-invalid=invalid
                aria-describedby=described
                inner_html=inner
            ></textarea>
            <p class="field__hint" id=format!("{id}-hint")>{hint}</p>
            <Problems field problems/>
        </div>
    }
    .into_any()
}

/// A choice of one, as a list to open.
#[component]
pub fn SelectField(
    /// Which: its name in the form and its id.
    field: Field,
    /// Its label.
    #[prop(into)]
    label: String,
    /// The value that is chosen; empty for none yet.
    #[prop(into)]
    value: String,
    /// What stands there while nothing is chosen.
    #[prop(into)]
    choose: String,
    /// Values and their names.
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let id = field_id(field);
    let problems = problems(field);
    let (class, described, invalid) = marks(field, false, problems);
    let options = options
        .into_iter()
        .map(|(option, name)| view! { <option value=option selected=option == value>{name}</option> })
        .collect_view();
    view! {
        <div class=class>
            <label class="field__label" for=id>{label}</label>
            <select class="field__input" id=id name=id aria-invalid=invalid aria-describedby=described>
                <option value="">{choose}</option>
                {options}
            </select>
            <Problems field problems/>
        </div>
    }
    .into_any()
}

/// A choice of any number, as chips. Each box has the name `name`.
#[component]
pub fn ChipsField(
    /// Which: the id of the group.
    field: Field,
    /// The name of each box in the form.
    name: &'static str,
    /// Its label.
    #[prop(into)]
    label: String,
    /// Values, their names, and whether they are chosen.
    options: Vec<(String, &'static str, bool)>,
) -> impl IntoView {
    let id = field_id(field);
    let problems = problems(field);
    let (_, described, _) = marks(field, false, problems);
    let options = options
        .into_iter()
        .map(|(value, title, chosen)| {
            view! {
                <label class="pick">
                    <input class="pick__input" type="checkbox" name=name value=value checked=chosen/>
                    <span class="pick__title">{title}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="picks picks--chips" id=id tabindex="-1" aria-describedby=described>
            <legend class="picks__legend">{label}</legend>
            {options}
        </fieldset>
        <Problems field problems/>
    }
    .into_any()
}
