//! The checkout.

use leptos::prelude::*;

/// The checkout.
#[component]
pub fn Checkout() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
