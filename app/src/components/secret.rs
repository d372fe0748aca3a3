//! A secret that is shown once, to be copied.

use super::use_toast;
use crate::i18n::use_locale;
use crate::say;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::HtmlDocument;
use wasm_bindgen::JsCast;

/// A secret, to be copied now: nobody can show it again.
#[component]
pub fn Secret(
    /// What it is the secret of.
    #[prop(into)]
    title: String,
    /// That this is the only time.
    once: &'static str,
    /// What it is called.
    label: &'static str,
    /// The secret.
    value: String,
    /// What to say once it is copied.
    copied: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let toast = use_toast();
    let field = NodeRef::<html::Input>::new();
    // Brought by a script, it takes the focus as it does when the page is loaded.
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && let Err(error) = field.focus()
        {
            leptos::logging::warn!("the new secret does not take the focus: {error:?}");
        }
    });
    let copy = move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        field.select();
        toast.show(if copy_selection() { copied } else { say!(locale, account.tokens.copy_by_hand) });
    };
    view! {
        <div class="alert alert--ok secret" role="status">
            <h3 class="alert__title">{title}</h3>
            <p id="secret-hint">{once}</p>
            <div class="secret__row">
                <input
                    node_ref=field
                    class="field__input secret__value"
                    aria-label=label
                    aria-describedby="secret-hint"
                    data-secret
                    readonly
                    autofocus
                    autocomplete="off"
                    spellcheck="false"
                    value=value
                />
                <button type="button" class="btn btn--primary js-only" data-action="copy" on:click=copy>
                    {say!(locale, account.tokens.copy)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Copies what is selected; false where the browser does not let a page. The older way of two: the newer one is there only for pages by
/// HTTPS, and this server may well be asked by HTTP in somebody's own network.
fn copy_selection() -> bool {
    document()
        .dyn_into::<HtmlDocument>()
        .ok()
        .and_then(|document| document.exec_command("copy").ok())
        .unwrap_or(false)
}
