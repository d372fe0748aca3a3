//! Short notices at the edge of the screen.

use leptos::prelude::*;
use std::time::Duration;

/// Long enough to read a line.
const SHOWN_FOR: Duration = Duration::from_secs(4);

/// The notice that is shown now.
#[derive(Clone, Copy, Debug)]
pub struct Toast(RwSignal<Option<String>>);

impl Toast {
    /// Shows a notice for a while. In the browser only.
    pub fn show(self, text: impl Into<String>) {
        let Toast(shown) = self;
        let text = text.into();
        shown.set(Some(text.clone()));
        set_timeout(
            move || {
                // A newer notice stays for its own time.
                if shown.with_untracked(|now| now.as_ref() == Some(&text)) {
                    shown.set(None);
                }
            },
            SHOWN_FOR,
        );
    }
}

/// Lets pages show notices.
pub fn provide_toast() {
    provide_context(Toast(RwSignal::new(None)));
}

/// The page's notices.
pub fn use_toast() -> Toast {
    use_context().unwrap_or_else(|| Toast(RwSignal::new(None)))
}

/// The place where notices appear.
#[component]
pub fn Toasts() -> impl IntoView {
    let Toast(shown) = use_toast();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || shown.get().map(|text| view! { <p class="toast toast--ok">{text}</p> })}
        </div>
    }
}
