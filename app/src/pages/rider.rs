//! The rider's page.

use leptos::prelude::*;

/// The rider's page.
#[component]
pub fn Rider() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
