//! A form that no page of ours sends like this: an old page, or one that was tampered with.

use crate::i18n::use_locale;
use crate::paths::local_path;
use crate::{say, words};
use domain::views::Fault;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Says that a form could not be read, and leads back to its page.
#[component]
pub fn Unreadable() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    // Only paths of this site: a link from elsewhere leads nowhere else.
    let back = move || {
        let back = query.with(|query| query.get("back")).unwrap_or_default();
        local_path(&back).unwrap_or("/").to_owned()
    };
    view! {
        <Title text=say!(locale, common.unreadable_title)/>
        <main id="main" class="page page--lost">
            <h1 class="lost__title">{say!(locale, common.unreadable_title)}</h1>
            <p class="lost__text">{words::fault(locale, &Fault::Unreadable)}</p>
            <p class="lost__actions">
                <a class="btn btn--primary btn--l" rel="external" href=back>{say!(locale, common.back)}</a>
            </p>
        </main>
    }
    .into_any()
}
