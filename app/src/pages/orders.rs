//! The customer's orders.

use leptos::prelude::*;

/// The customer's orders.
#[component]
pub fn Orders() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
