//! Finding an order by the number that somebody reads out, or by its id.

use crate::api::ApiError;
use crate::api::operator::find_orders;
use crate::components::Loaded;
use crate::components::command::without_button;
use crate::components::timeline::moment_ago;
use crate::i18n::use_locale;
use crate::{say, words};
use domain::views::{Fault, FieldFault, FoundOrder, OrderSearch, SEARCH_DAYS};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

/// What was typed, with what was found by it; nothing while nothing is looked for.
type Outcome = (String, Option<Result<OrderSearch, FieldFault>>);

/// What is found by `typed`. What cannot be an order's number is no failure of the page: it is said at the field.
async fn find(typed: String) -> Result<Outcome, ApiError> {
    if typed.trim().is_empty() {
        return Ok((typed, None));
    }
    match find_orders(typed.clone()).await {
        Ok(search) => Ok((typed, Some(Ok(search)))),
        Err(ApiError::Fault(Fault::Invalid(mut faults))) if !faults.is_empty() => {
            Ok((typed, Some(Err(faults.remove(0)))))
        }
        Err(error) => Err(error),
    }
}

/// The search, with what it has found.
#[component]
pub fn Search() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    let typed = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let data = Resource::new_blocking(move || typed.get(), find);
    view! {
        <section class="panel" id="search">
            <h2 class="panel__title">{say!(locale, operator.search.title)}</h2>
            <Loaded data let:outcome>
                <Content outcome/>
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn Content(outcome: Outcome) -> impl IntoView {
    let locale = use_locale();
    let (typed, outcome) = outcome;
    let fault = outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
    let error = fault.map(|fault| words::field(locale, fault));
    let is_wrong = error.is_some();
    let error = error.map(|error| {
        view! { <p class="field__error" id="number-error" role="alert">{error}</p> }
    });
    let found = outcome.and_then(Result::ok).map(|search| view! { <Found typed=typed.clone() search/> });
    view! {
        <Form method="GET" action="/operator" on_form_data=without_button() {..} role="search" aria-label=say!(locale, operator.search.title)>
            <div class=if is_wrong { "field field--error" } else { "field" }>
                <label class="field__label" for="number">{say!(locale, operator.search.label)}</label>
                <div class="inline-form">
                    <input
                        class="field__input"
                        id="number"
                        name="q"
                        type="search"
                        value=typed
                        maxlength="60"
                        autocomplete="off"
                        autocapitalize="characters"
                        aria-invalid=is_wrong.then_some("true")
                        aria-describedby=if is_wrong { "number-hint number-error" } else { "number-hint" }
                    />
                    <button class="btn btn--primary" data-action="find">{say!(locale, operator.search.go)}</button>
                </div>
                <p class="field__hint" id="number-hint">{say!(locale, operator.search.hint, days = SEARCH_DAYS)}</p>
                {error}
            </div>
        </Form>
        {found}
    }
    .into_any()
}

/// The orders that were found.
#[component]
fn Found(typed: String, search: OrderSearch) -> impl IntoView {
    let locale = use_locale();
    let OrderSearch { now, found, more } = search;
    let count = found.len();
    if found.is_empty() {
        return view! {
            <p class="empty__text" role="status">{say!(locale, operator.search.none, typed = typed)}</p>
        }
        .into_any();
    }
    let rows = found
        .into_iter()
        .map(|found: FoundOrder| {
            let placed = say!(locale, operator.search.placed, time = moment_ago(locale, found.placed_at, now));
            view! {
                <li class="entry" data-found=found.order.to_string()>
                    <a class="entry__main" href=format!("/operator/orders/{}", found.order)>
                        <strong>{found.number.to_string()}</strong>
                        " "
                        {found.store_name.get(locale).to_owned()}
                    </a>
                    <span class=format!("chip chip--{}", found.shown.slug())>{words::shown(locale, found.shown)}</span>
                    <span class="entry__when">{placed}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="sr-only" role="status">{say!(locale, operator.search.found, typed = typed)}</p>
        <ul class="entries">{rows}</ul>
        {more.then(|| view! { <p class="fine" data-cut>{say!(locale, operator.search.more, count = count)}</p> })}
    }
    .into_any()
}
