//! There is no such page, or it is another's.

use crate::i18n::use_locale;
use crate::say;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page for a URL that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <main id="main" class="page page--lost"><Lost/></main> }
}

/// Says that there is nothing here, and leads on.
#[component]
pub fn Lost() -> impl IntoView {
    let locale = use_locale();
    view! {
        <Title text=say!(locale, common.lost_title)/>
        <p class="lost__number" aria-hidden="true">"404"</p>
        <h1 class="lost__title">{say!(locale, common.lost_title)}</h1>
        <p class="lost__text">{say!(locale, common.lost_text)}</p>
        <p class="lost__actions">
            <a class="btn btn--primary btn--l" href="/">{say!(locale, common.lost_home)}</a>
        </p>
    }
    .into_any()
}
