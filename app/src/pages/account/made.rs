//! The secret of a token that was just made: shown once, to be copied.

use crate::components::use_toast;
use crate::i18n::use_locale;
use crate::say;
use domain::views::MadeToken;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::HtmlDocument;
use wasm_bindgen::JsCast;

/// The secret, to be copied now: nobody can show it again.
#[component]
pub fn Made(
    /// The token.
    made: MadeToken,
    /// What it is called.
    label: String,
) -> impl IntoView {
    let locale = use_locale();
    let toast = use_toast();
    let field = NodeRef::<html::Input>::new();
    // Brought by a script, it takes the focus as it does when the page is loaded.
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && let Err(error) = field.focus()
        {
            leptos::logging::warn!("the new token does not take the focus: {error:?}");
        }
    });
    let copy = move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        field.select();
        let copied = if copy_selection() {
            say!(locale, account.tokens.copied)
        } else {
            say!(locale, account.tokens.copy_by_hand)
        };
        toast.show(copied);
    };
    view! {
        <div class="alert alert--ok secret" role="status" data-made=made.id.to_string()>
            <h3 class="alert__title">{say!(locale, account.tokens.made, label = label.as_str())}</h3>
            <p id="secret-hint">{say!(locale, account.tokens.once)}</p>
            <div class="secret__row">
                <input
                    node_ref=field
                    class="field__input secret__value"
                    aria-label=say!(locale, account.tokens.secret)
                    aria-describedby="secret-hint"
                    readonly
                    autofocus
                    autocomplete="off"
                    spellcheck="false"
                    value=made.secret
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
