//! The owner's board.

use leptos::prelude::*;

/// The owner's board.
#[component]
pub fn Owner() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
