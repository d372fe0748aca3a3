//! What the steps of a job show: a number to type, a place and the way there.

use crate::api::ApiError;
use crate::components::fault::sentence;
use crate::i18n::use_locale;
use crate::say;
use domain::delivery::Refusal;
use domain::processes::CaseRefusal;
use domain::shared::Point;
use domain::views::{Fault, JobDetail};
use leptos::prelude::*;

/// Where the forms of a job put their refusals.
pub type Errors = RwSignal<Option<ApiError>>;

/// The number or the code was wrong, or was wrong too often.
pub fn is_typo(error: &ApiError) -> bool {
    matches!(
        error.fault(),
        Some(Fault::Refused(CaseRefusal::Delivery(
            Refusal::WrongNumber | Refusal::WrongCode | Refusal::TooManyCodes { .. }
        )))
    )
}

/// A number to type, with what is wrong with it.
#[component]
pub fn Typed(
    /// The id of the field.
    #[prop(into)]
    id: String,
    /// Its name in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What to type.
    hint: String,
    /// What stands in it.
    value: String,
    /// Whether it is digits alone.
    #[prop(optional)]
    digits: bool,
    /// Where refusals are put.
    errors: Errors,
) -> impl IntoView {
    let locale = use_locale();
    let problem = Memo::new(move |_| {
        errors
            .with(|error| error.as_ref().filter(|error| is_typo(error)).map(|error| sentence(locale, error)))
    });
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = format!("{hint_id} {error_id}");
    view! {
        <div class=move || if problem.with(Option::is_some) { "field field--error" } else { "field" }>
            <label class="field__label" for=id.clone()>{label}</label>
            <input
                class="field__input field__input--code"
                id=id.clone()
                name=name
                value=value
                required
                autocomplete="off"
                autocapitalize="characters"
                inputmode=digits.then_some("numeric")
                maxlength=if digits { "8" } else { "12" }
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            <p class="field__hint" id=hint_id>{hint}</p>
            <p class="field__error" id=error_id role="alert">{move || problem.get()}</p>
        </div>
    }
    .into_any()
}

/// The store and the way there.
#[component]
pub fn StorePlace(
    /// The job.
    job: StoredValue<JobDetail>,
) -> impl IntoView {
    let locale = use_locale();
    let (name, address, point) = job.with_value(|job| {
        (job.card.store_name.get(locale).to_owned(), job.card.store_address.clone(), job.card.store_point)
    });
    view! {
        <p class="ride__where">{name.clone()} <br/> {address}</p>
        <div class="ride__tools"><MapLinks name point/></div>
    }
    .into_any()
}

/// The customer and the way there.
#[component]
pub fn CustomerPlace(
    /// The job.
    job: StoredValue<JobDetail>,
) -> impl IntoView {
    let locale = use_locale();
    let job = job.get_value();
    let address = match (job.address.as_str(), job.address_detail.as_str()) {
        ("", _) => say!(locale, rider.ride.unknown).to_owned(),
        (address, "") => address.to_owned(),
        (address, detail) => format!("{address}, {detail}"),
    };
    let call = (!job.phone.is_empty()).then(|| {
        let digits: String = job.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        view! {
            <a class="btn" rel="external" href=format!("tel:{digits}")>
                <span class="icon icon--phone" aria-hidden="true"></span>
                {say!(locale, rider.ride.call)}
            </a>
        }
    });
    let note = (!job.note.is_empty()).then(|| view! { <p class="ride__note">{job.note.clone()}</p> });
    let map = job.point.map(|point| view! { <MapLinks name=job.address.clone() point/> });
    view! {
        <p class="ride__where">{address} <br/> {job.name.clone()}</p>
        {note}
        <div class="ride__tools">{map} {call}</div>
    }
    .into_any()
}

/// The way there, in the map of a site and in the device's own.
#[component]
fn MapLinks(name: String, point: Point) -> impl IntoView {
    let locale = use_locale();
    let Point { lat, lon } = point;
    let site = format!("https://map.kakao.com/link/to/{},{lat},{lon}", percent(&name));
    view! {
        <a class="btn" rel="external noopener noreferrer" target="_blank" href=site>
            <span class="icon icon--compass" aria-hidden="true"></span>
            {say!(locale, rider.ride.map)}
        </a>
        <a class="btn" rel="external" href=format!("geo:{lat},{lon}?q={lat},{lon}")>
            <span class="icon icon--pin" aria-hidden="true"></span>
            {say!(locale, rider.ride.map_app)}
        </a>
    }
    .into_any()
}

/// A text as a part of a URL's path. A comma would end it for the map.
fn percent(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_name_is_one_part_of_a_link() {
        assert_eq!(percent("A, 홍"), "A%2C%20%ED%99%8D");
    }
}
