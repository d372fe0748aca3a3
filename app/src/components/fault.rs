//! Refusals where people see them.

use crate::api::ApiError;
use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::Locale;
use domain::views::{Fault, Field, FieldFault};
use leptos::html;
use leptos::prelude::*;

/// The id of a form's field, so that a summary can lead to it. Its name in the form is the same.
pub const fn field_id(field: Field) -> &'static str {
    match field {
        Field::Login => "login",
        Field::Password => "password",
        Field::Name => "name",
        Field::Phone => "phone",
        Field::Address => "address",
        Field::AddressDetail => "address_detail",
        Field::NoteToStore => "note_to_store",
        Field::NoteToRider => "note_to_rider",
        Field::Card => "card",
        Field::Position => "position",
        Field::Lines => "lines",
        Field::Food => "food",
        Field::Choice => "choice",
        Field::Key => "key",
        Field::StoreName => "store_name",
        Field::Kind => "kind",
        Field::StorePhone => "store_phone",
        Field::Description => "description",
        Field::Radius => "radius_m",
        Field::MinOrder => "min_order",
        Field::DeliveryFee => "delivery_fee",
        Field::FarFrom => "far_from_m",
        Field::FarFee => "far_fee",
        Field::Capacity => "capacity",
        Field::CookingMinutes => "cooking_minutes",
        Field::Opens => "opens",
        Field::Closes => "closes",
        Field::Days => "days",
        Field::Menu => "menu",
        Field::About => "about",
        Field::Page => "page",
        Field::PageSize => "size",
        Field::Reason => "reason",
        Field::Day => "day",
        Field::Number => "number",
        Field::Label => "label",
        Field::Term => "term",
        Field::Url => "url",
        Field::From => "from",
    }
}

/// An error as a sentence.
pub fn sentence(locale: Locale, error: &ApiError) -> String {
    match error {
        ApiError::Fault(fault) => words::fault(locale, fault),
        ApiError::Transport(_) => say!(locale, common.unreachable).to_owned(),
    }
}

/// What is wrong with a field of the form.
pub fn of_field(error: Option<&ApiError>, field: Field) -> Option<FieldFault> {
    match error.and_then(ApiError::fault) {
        Some(Fault::Invalid(faults)) => faults.iter().find(|fault| fault.field() == field).cloned(),
        _ => None,
    }
}

/// Everything that is wrong with a field of the form.
pub fn all_of_field(error: Option<&ApiError>, field: Field) -> Vec<FieldFault> {
    match error.and_then(ApiError::fault) {
        Some(Fault::Invalid(faults)) => {
            faults.iter().filter(|fault| fault.field() == field).cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// A refusal: takes the focus when it appears and leads to the fields that are wrong.
#[component]
pub fn FaultNote(
    /// Why.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let locale = use_locale();
    let note = NodeRef::<html::Div>::new();
    Effect::new(move |shown_before: Option<bool>| {
        let shown = error.with(Option::is_some);
        if shown {
            // Where the page has been rendered anew around the note, it takes the focus only when nothing else has it.
            let is_new = shown_before.is_some();
            request_animation_frame(move || {
                if let Some(note) = note.get_untracked()
                    && (is_new || nothing_has_focus())
                    && let Err(error) = note.focus()
                {
                    leptos::logging::warn!("cannot focus the note: {error:?}");
                }
            });
        }
        shown
    });
    move || {
        error.get().map(|error| {
            view! {
                <div node_ref=note class="alert alert--error" role="alert" tabindex="-1" autofocus>
                    {body(locale, &error)}
                </div>
            }
        })
    }
}

fn nothing_has_focus() -> bool {
    let document = document();
    document.active_element().is_none_or(|element| document.body().is_some_and(|body| *body == element))
}

fn body(locale: Locale, error: &ApiError) -> AnyView {
    match error.fault() {
        Some(Fault::Invalid(faults)) => {
            let title = match faults.len() {
                0 | 1 => say!(locale, common.check_one).to_owned(),
                count => say!(locale, common.check_many, count = count),
            };
            let items = faults
                .iter()
                .map(|fault| {
                    let href = format!("#{}", field_id(fault.field()));
                    // A hash is for the browser: the router would load the page anew.
                    view! { <li><a href=href rel="external">{words::field(locale, fault)}</a></li> }
                })
                .collect_view();
            view! {
                <h2 class="alert__title">{title}</h2>
                <ul class="alert__list">{items}</ul>
            }
            .into_any()
        }
        _ => view! { <p class="alert__text">{sentence(locale, error)}</p> }.into_any(),
    }
}
