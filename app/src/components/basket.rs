//! The cart as several pages show it.

use super::picture_url;
use crate::api::ApiError;
use crate::i18n::use_locale;
use crate::{say, words};
use domain::processes::CaseRefusal;
use domain::shared::{Locale, Won};
use domain::store::QuoteRefusal;
use domain::views::{CartLineView, CartView, Fault};
use leptos::prelude::*;

/// Why the store would not take it, as a sentence.
pub fn problem(locale: Locale, refusal: QuoteRefusal) -> String {
    words::fault(locale, &Fault::Refused(CaseRefusal::Quote(refusal)))
}

/// Why the store does not take the order, if that is what the error says.
pub fn quote_refusal(error: Option<&ApiError>) -> Option<QuoteRefusal> {
    match error?.fault()? {
        Fault::Refused(CaseRefusal::Quote(refusal)) => Some(refusal.clone()),
        _ => None,
    }
}

/// What the error says of the line at this place, counted from 0.
pub fn of_line(errors: RwSignal<Option<ApiError>>, place: usize) -> Signal<Option<QuoteRefusal>> {
    Signal::derive(move || {
        errors.with(|error| quote_refusal(error.as_ref())).filter(|refusal| refusal.line() == Some(place))
    })
}

/// A line's name, also when it is no longer on the menu.
pub fn line_name(locale: Locale, line: &CartLineView) -> String {
    match line.name.get(locale) {
        "" => say!(locale, customer.cart.gone).to_owned(),
        name => name.to_owned(),
    }
}

/// A line: what, with which options, for how much, and why it cannot be ordered.
#[component]
pub fn CartLine(
    /// The line.
    line: CartLineView,
    /// What is wrong with it besides what the cart knows.
    #[prop(optional)]
    refused: Option<Signal<Option<QuoteRefusal>>>,
    /// Its buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let locale = use_locale();
    let name = line_name(locale, &line);
    let options: Vec<_> = line.options.iter().map(|option| option.name.get(locale).to_owned()).collect();
    let options = (!options.is_empty()).then(|| options.join(" · "));
    let picture = (!line.picture.is_empty()).then(
        || view! { <img class="line__picture" src=picture_url(&line.picture) alt="" width="64" height="64"/> },
    );
    let known = line.problem;
    let wrong = move || known.clone().or_else(|| refused?.get()).map(|refusal| problem(locale, refusal));
    view! {
        <li class="line">
            {picture}
            <div class="line__body">
                <p class="line__name">{name}" "<span class="line__count">{format!("× {}", line.wanted.quantity)}</span></p>
                {options.map(|options| view! { <p class="line__options">{options}</p> })}
                {move || wrong().map(|wrong| view! { <p class="field__error">{wrong}</p> })}
            </div>
            {line.total.map(|total| view! { <p class="line__price num">{total.to_string()}</p> })}
            {children.map(|children| view! { <div class="line__tools">{children()}</div> })}
        </li>
    }
    .into_any()
}

/// What it costs.
#[component]
pub fn CartPrices(
    /// The cart.
    cart: CartView,
) -> impl IntoView {
    let locale = use_locale();
    let fee = match cart.delivery_fee {
        Some(fee) => fee.to_string(),
        None => say!(locale, customer.cart.fee_unknown).to_owned(),
    };
    view! {
        <dl class="prices" aria-live="polite">
            <div class="prices__row">
                <dt>{say!(locale, customer.cart.items)}</dt>
                <dd>{cart.items.to_string()}</dd>
            </div>
            <div class="prices__row">
                <dt>{say!(locale, customer.cart.delivery_fee)}</dt>
                <dd>{fee}</dd>
            </div>
            <div class="prices__row prices__row--total">
                <dt>{say!(locale, customer.cart.total)}</dt>
                <dd>{cart.total.to_string()}</dd>
            </div>
        </dl>
    }
    .into_any()
}

/// Why the cart cannot be ordered as it stands: how much is missing, or another reason. Nothing when it can.
#[component]
pub fn CartProblem(
    /// The cart.
    cart: CartView,
) -> impl IntoView {
    let locale = use_locale();
    match cart.problem {
        None | Some(QuoteRefusal::EmptyCart) => ().into_any(),
        Some(QuoteRefusal::BelowMinimum { min, missing }) => view! { <Gauge min missing/> }.into_any(),
        Some(refusal) => view! {
            <div class="alert alert--warn" role="status">
                <p class="alert__text">{problem(locale, refusal)}</p>
            </div>
        }
        .into_any(),
    }
}

/// How far it is to the minimum order.
#[component]
fn Gauge(min: Won, missing: Won) -> impl IntoView {
    let locale = use_locale();
    let text = say!(locale, customer.cart.missing, amount = missing.to_string());
    let reached = min.minus(missing).unwrap_or_default();
    view! {
        <div class="gauge" role="status">
            <p class="gauge__text">{text}</p>
            <progress class="gauge__bar" max=min.get().to_string() value=reached.get().to_string()></progress>
        </div>
    }
    .into_any()
}
