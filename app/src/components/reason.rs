//! A reason in somebody's own words.

use super::fault::{of_field, sentence};
use crate::api::ApiError;
use crate::i18n::use_locale;
use crate::words;
use domain::enrolment;
use domain::processes::CaseRefusal;
use domain::shared::MAX_REASON;
use domain::store::ticket;
use domain::views::{Fault, Field};
use leptos::prelude::*;

/// The reason is missing, or not as it should be.
pub fn is_of_reason(error: &ApiError) -> bool {
    use enrolment::Refusal::{ReasonMissing, ReasonTooLong};
    let of_the_reason = matches!(
        error.fault(),
        Some(
            Fault::Refused(CaseRefusal::Ticket(ticket::Refusal::ReasonMissing))
                | Fault::Application(ReasonMissing | ReasonTooLong { .. })
        )
    );
    of_the_reason || of_field(Some(error), Field::Reason).is_some()
}

/// A reason, with what is wrong with it at its place.
#[component]
pub fn ReasonField(
    /// The id of the field.
    #[prop(into)]
    id: String,
    /// Its name in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// Who will read it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What stands in it.
    value: String,
    /// Whether there has to be one.
    #[prop(optional)]
    required: bool,
    /// Where refusals are put.
    errors: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let locale = use_locale();
    let problem = Memo::new(move |_| {
        errors.with(|error| {
            let error = error.as_ref().filter(|error| is_of_reason(error))?;
            let fault = of_field(Some(error), Field::Reason);
            Some(fault.map_or_else(|| sentence(locale, error), |fault| words::field(locale, &fault)))
        })
    });
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = match hint {
        Some(_) => format!("{hint_id} {error_id}"),
        None => error_id.clone(),
    };
    view! {
        <div class=move || if problem.with(Option::is_some) { "field field--error" } else { "field" }>
            <label class="field__label" for=id.clone()>{label}</label>
            <input
                class="field__input"
                id=id
                name=name
                value=value
                maxlength=MAX_REASON.to_string()
                required=required
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            {hint.map(|hint| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            <p class="field__error" id=error_id role="alert">{move || problem.get()}</p>
        </div>
    }
    .into_any()
}
