//! There is no such page.

use leptos::prelude::*;

/// There is no such page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
