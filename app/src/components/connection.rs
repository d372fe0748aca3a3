//! How the page's stream does, where people see it.

use crate::i18n::use_locale;
use crate::live::Connection;
use crate::say;
use leptos::prelude::*;

/// How the page's stream does.
#[component]
pub fn ConnectionMark(
    /// The stream.
    state: Signal<Connection>,
) -> impl IntoView {
    let locale = use_locale();
    let class = move || match state.get() {
        Connection::Live => "live live--on",
        Connection::Lost => "live live--lost",
        Connection::Off | Connection::Connecting | Connection::Closed => "live live--off",
    };
    let text = move || match state.get() {
        Connection::Live => say!(locale, orders.live.on),
        Connection::Lost => say!(locale, orders.live.lost),
        Connection::Off => say!(locale, orders.live.off),
        Connection::Connecting => say!(locale, orders.live.connecting),
        Connection::Closed => say!(locale, orders.live.closed),
    };
    view! {
        <p class=class role="status" data-connection=move || state.get().slug()>
            <span class="live__dot" aria-hidden="true"></span>
            {text}
        </p>
    }
    .into_any()
}
