//! Cards to choose from.

use super::command::Refused;
use super::fault::of_field;
use crate::i18n::use_locale;
use crate::{say, words};
use domain::views::{CardView, Field};
use leptos::prelude::*;

/// The cards to choose from, as the field `card` of the form around.
#[component]
pub fn CardPicks(
    /// The cards.
    cards: Vec<CardView>,
    /// The token of the one that is chosen at first.
    #[prop(into)]
    chosen: String,
) -> impl IntoView {
    let locale = use_locale();
    let refused = use_context::<Refused>();
    let wrong = move || {
        let Refused(error) = refused?;
        let fault = error.with(|error| of_field(error.as_ref(), Field::Card))?;
        Some(view! { <p class="field__error" id="card-error">{words::field(locale, &fault)}</p> })
    };
    let none = cards
        .is_empty()
        .then(|| view! { <p class="alert alert--warn">{say!(locale, customer.cards.none)}</p> });
    let picks = cards
        .into_iter()
        .map(|card| {
            let is_chosen = card.token == chosen;
            let about = card.description.get(locale).to_owned();
            let test = (!about.is_empty())
                .then(|| view! { <span class="chip chip--test">{say!(locale, customer.cards.test)}</span> });
            view! {
                <label class="pick">
                    <input class="pick__input" type="radio" name="card" value=card.token.clone() checked=is_chosen/>
                    <span class="pick__body">
                        <span class="pick__title">{card.name.get(locale).to_owned()}</span>
                        <span class="pick__text">{about}</span>
                    </span>
                    <span class="pick__side">{test}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="picks picks--grid" id="card" tabindex="-1">
            <legend class="sr-only">{say!(locale, customer.cards.legend)}</legend>
            {picks}
            {none}
            {wrong}
        </fieldset>
    }
    .into_any()
}
