//! The cart.

use leptos::prelude::*;

/// The cart.
#[component]
pub fn Cart() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
