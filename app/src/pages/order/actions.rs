//! What the customer can do with an order now, and why not.

use crate::api::{ApiError, Done};
use crate::api::orders::{Cancel, Confirm, Reorder};
use crate::components::{CommandForm, FaultNote, Submit};
use crate::i18n::use_locale;
use crate::live::LivePage;
use crate::say;
use domain::views::{DraftForm, FormDraft, OrderView, Shown, actions};
use leptos::prelude::*;

/// The buttons of an order: exactly those that are allowed.
#[component]
pub fn ActionList(
    /// The page's data.
    live: LivePage<OrderView>,
    /// What was refused before the page was loaded.
    draft: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let id = live.data.with_untracked(|view| view.line.order);
    let refused = draft
        .filter(|draft| draft.form == DraftForm::Order && draft.subject == id.to_string())
        .map(|draft| draft.fault);
    let errors = live.use_errors(refused);
    let shown = Memo::new(move |_| live.data.with(|view| view.line.shown));
    let allowed = Memo::new(move |_| actions(shown.get()));
    let key = Memo::new(move |_| live.data.with(|view| view.key.clone()));
    let key_of = move |action: &'static str| move || format!("{}:{id}:{action}", key.get());
    let refresh = Callback::new(move |_| live.refresh());
    // The page's own: cooking that starts first takes the form with it, and the customer is still told.
    let (canceling, confirming) = (ServerAction::<Cancel>::new(), ServerAction::<Confirm>::new());
    Effect::new(move |_| {
        let refused = |result: Option<Result<Done, ApiError>>| result.and_then(Result::err);
        let refused = refused(canceling.value().get()).or_else(|| refused(confirming.value().get()));
        if refused.is_some() {
            errors.set(refused);
        }
    });
    let confirm = move || {
        allowed.get().confirm.then(|| {
            view! {
                <CommandForm<Confirm> command=confirming errors quiet=true on_done=refresh>
                    <input type="hidden" name="order" value=id.to_string()/>
                    <input type="hidden" name="key" value=key_of("confirm")/>
                    <Submit class="btn btn--primary btn--l btn--block" action="confirm">
                        <span class="icon icon--check" aria-hidden="true"></span>
                        {say!(locale, orders.actions.confirm)}
                    </Submit>
                    <p class="field__hint">{say!(locale, orders.actions.confirm_hint)}</p>
                </CommandForm<Confirm>>
            }
        })
    };
    let cancel = move || {
        allowed.get().cancel.then(|| {
            view! {
                <details class="more more--button more--danger">
                    <summary class="more__summary">{say!(locale, orders.actions.cancel)}</summary>
                    <div class="more__body">
                        <p>{say!(locale, orders.actions.cancel_ask)}</p>
                        {move || refund_line(live)}
                        <CommandForm<Cancel> command=canceling errors quiet=true on_done=refresh>
                            <input type="hidden" name="order" value=id.to_string()/>
                            <input type="hidden" name="key" value=key_of("cancel")/>
                            <Submit class="btn btn--danger btn--block" action="cancel">
                                {say!(locale, orders.actions.cancel_yes)}
                            </Submit>
                        </CommandForm<Cancel>>
                    </div>
                </details>
            }
        })
    };
    let why = move || {
        let text = match shown.get() {
            Shown::Cooking | Shown::Ready | Shown::Assigned => say!(locale, orders.actions.cancel_late),
            Shown::OnTheWay => say!(locale, orders.actions.cancel_left),
            _ => return None,
        };
        Some(view! { <p class="actions__why">{text}</p> })
    };
    let again = move || {
        shown.get().is_end().then(|| {
            view! {
                <CommandForm<Reorder> errors quiet=true>
                    <input type="hidden" name="order" value=id.to_string()/>
                    <Submit class="btn btn--l btn--block" action="reorder">
                        <span class="icon icon--repeat" aria-hidden="true"></span>
                        {say!(locale, orders.list.reorder)}
                    </Submit>
                </CommandForm<Reorder>>
            }
        })
    };
    view! {
        <section class="actions" id="actions" aria-label=say!(locale, orders.actions.title)>
            <FaultNote error=errors/>
            {confirm}
            {cancel}
            {why}
            {again}
            <a class="btn btn--quiet btn--block" href="/orders">{say!(locale, orders.back_to_list)}</a>
        </section>
    }
}

/// What comes back after a cancel; nothing before anything was paid.
fn refund_line(live: LivePage<OrderView>) -> Option<impl IntoView> {
    let locale = use_locale();
    let taken = live.data.with(|view| view.taken);
    (!taken.is_zero())
        .then(|| view! { <p>{say!(locale, orders.actions.cancel_refund, amount = taken)}</p> })
}
