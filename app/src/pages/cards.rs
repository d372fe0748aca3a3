//! The cards to pay with.

use leptos::prelude::*;

/// The cards to pay with.
#[component]
pub fn Cards() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
