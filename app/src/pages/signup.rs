//! The sign-up.

use leptos::prelude::*;

/// The sign-up.
#[component]
pub fn SignUp() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
