//! The stores near by.

use leptos::prelude::*;

/// The stores near by.
#[component]
pub fn Stores() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
