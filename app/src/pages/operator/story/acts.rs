//! What the operator can do with an order.

use crate::api::ApiError;
use crate::api::operator::{GiveUp, OperatorCancel, TakeBack};
use crate::components::{CommandForm, ReasonField, Submit};
use crate::i18n::use_locale;
use crate::live::LivePage;
use crate::say;
use domain::views::{FormDraft, Operations, TimelineView};
use leptos::prelude::*;

/// Where the forms put their refusals.
type Errors = RwSignal<Option<ApiError>>;

/// What the operator can do now; nothing for everybody else.
#[component]
pub fn Acts(
    /// The page's data.
    live: LivePage<TimelineView>,
    /// What was typed before and refused.
    draft: Option<FormDraft>,
    /// Where refusals are put.
    errors: Errors,
    /// Where those of a cancel are put: it asks for a reason of its own.
    cancelling: Errors,
) -> impl IntoView {
    let locale = use_locale();
    // What is being typed stays as long as the same can be done.
    let can = |of: fn(&Operations) -> bool| Memo::new(move |_| live.data.with(|view| of(&view.operations)));
    let (take_back, cancel, give_up) =
        (can(|can| can.take_back), can(|can| can.cancel), can(|can| can.give_up));
    let any = move || take_back.get() || cancel.get() || give_up.get();
    let of = |action| draft.clone().filter(|draft| draft.field("action") == Some(action));
    let (cancelled, given_up) = (StoredValue::new(of("cancel")), StoredValue::new(of("give_up")));
    let forms = move || {
        any().then(|| {
            view! {
                <section class="actions actions--apart" aria-label=say!(locale, operator.act.title)>
                    {move || take_back.get().then(|| view! { <TakeBackForm live errors/> })}
                    {move || cancel.get().then(|| view! { <CancelForm live errors=cancelling draft=cancelled.get_value()/> })}
                    {move || give_up.get().then(|| view! { <GiveUpForm live errors draft=given_up.get_value()/> })}
                </section>
            }
            .into_any()
        })
    };
    forms.into_any()
}

/// The order and the idempotency key of a form.
#[component]
fn Hidden(live: LivePage<TimelineView>, action: &'static str) -> impl IntoView {
    let id = live.data.with_untracked(|view| view.order);
    let key = move || live.data.with(|view| format!("{}:{id}:{action}", view.key));
    view! {
        <input type="hidden" name="order" value=id.to_string()/>
        <input type="hidden" name="key" value=key/>
    }
    .into_any()
}

#[component]
fn TakeBackForm(live: LivePage<TimelineView>, errors: Errors) -> impl IntoView {
    let again = Callback::new(move |_| live.refresh());
    view! {
        <CommandForm<TakeBack> quiet=true errors=errors on_done=again>
            <Hidden live action="take_back"/>
            <Submit class="btn btn--block" action="take_back">{say!(use_locale(), operator.act.take_back)}</Submit>
        </CommandForm<TakeBack>>
    }
    .into_any()
}

#[component]
fn CancelForm(live: LivePage<TimelineView>, errors: Errors, draft: Option<FormDraft>) -> impl IntoView {
    let locale = use_locale();
    let again = Callback::new(move |_| live.refresh());
    let opened = draft.is_some();
    let typed = draft.as_ref().and_then(|draft| draft.field("reason")).unwrap_or_default().to_owned();
    view! {
        <details class="more more--button more--danger" open=opened>
            <summary class="more__summary">{say!(locale, operator.act.cancel)}</summary>
            <div class="more__body">
                <p>{say!(locale, operator.act.cancel_ask)}</p>
                <CommandForm<OperatorCancel> quiet=true errors=errors on_done=again>
                    <Hidden live action="cancel"/>
                    <ReasonField
                        id="cancel-reason"
                        name="reason"
                        label=say!(locale, operator.act.reason)
                        value=typed
                        required=true
                        errors
                    />
                    <Submit class="btn btn--danger btn--block" action="cancel">
                        {say!(locale, operator.act.cancel_yes)}
                    </Submit>
                </CommandForm<OperatorCancel>>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn GiveUpForm(live: LivePage<TimelineView>, errors: Errors, draft: Option<FormDraft>) -> impl IntoView {
    let locale = use_locale();
    let again = Callback::new(move |_| live.refresh());
    let opened = draft.is_some();
    let typed = draft.as_ref().and_then(|draft| draft.field("reason")).unwrap_or_default().to_owned();
    view! {
        <details class="more more--button more--danger" open=opened>
            <summary class="more__summary">{say!(locale, operator.act.give_up)}</summary>
            <div class="more__body">
                <CommandForm<GiveUp> quiet=true errors=errors on_done=again>
                    <Hidden live action="give_up"/>
                    <ReasonField
                        id="reason"
                        name="reason"
                        label=say!(locale, operator.act.reason)
                        value=typed
                        required=true
                        errors
                    />
                    <p class="fine">{say!(locale, operator.act.refund_hint)}</p>
                    <Submit class="btn btn--danger btn--block" name="refund" value="yes".to_owned() action="refund">
                        {say!(locale, operator.act.refund)}
                    </Submit>
                    <Submit class="btn btn--block" name="refund" value="no".to_owned() action="keep">
                        {say!(locale, operator.act.keep)}
                    </Submit>
                </CommandForm<GiveUp>>
            </div>
        </details>
    }
    .into_any()
}
