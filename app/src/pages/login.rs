//! The login.

use leptos::prelude::*;

/// The login.
#[component]
pub fn Login() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
