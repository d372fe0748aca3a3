//! A store's menu.

use leptos::prelude::*;

/// A store's menu.
#[component]
pub fn StoreMenu() -> impl IntoView {
    view! { <main id="main" class="page"></main> }
}
