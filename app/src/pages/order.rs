//! One order.

use leptos::prelude::*;

/// One order.
#[component]
pub fn Order() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
