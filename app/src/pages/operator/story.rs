//! The timeline of one order, for its store, its rider and the operator; and what the operator can do with it.

use crate::api::ApiError;
use crate::api::operator::{GiveUp, OperatorCancel, TakeBack};
use crate::api::orders::timeline;
use crate::components::timeline::Timeline;
use crate::components::{
    CommandForm, Drafted, FaultNote, Loaded, ReasonField, Submit, is_of_reason, use_draft_id, with_draft,
};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::views::{DraftForm, FormDraft, Operations, TimelineView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The timeline of one order.
#[component]
pub fn Story() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let draft = use_draft_id();
    let data = Resource::new_blocking(
        move || (id.get(), draft.get()),
        |(id, draft)| with_draft(timeline(id), draft),
    );
    let again = Callback::new(move |_| data.refetch());
    view! {
        <main id="main" class="page page--narrow">
            <Loaded data let:loaded>
                <Content loaded again/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Content(loaded: Drafted<TimelineView>, again: Callback<crate::api::Done>) -> impl IntoView {
    let locale = use_locale();
    let (view, draft) = loaded;
    let draft = draft.filter(|draft| draft.form == DraftForm::Operator);
    let errors = RwSignal::new(draft.as_ref().map(|draft| ApiError::Fault(draft.fault.clone())));
    // What is wrong with a reason is said at the reason.
    let elsewhere = Signal::derive(move || errors.get().filter(|error| !is_of_reason(error)));
    let number = view.number.to_string();
    let entries = Memo::new({
        let entries = view.entries.clone();
        move |_| entries.clone()
    });
    let id = view.order;
    let operations = view.operations;
    let acts = (operations != Operations::default())
        .then(|| view! { <Acts key=view.key.clone() id=id.to_string() operations draft errors again/> });
    view! {
        <Title text=say!(locale, orders.order_title, number = number.clone())/>
        <header class="page__head page__head--row">
            <h1 class="page__title">{say!(locale, orders.order_title, number = number)}</h1>
            <span class=format!("chip chip--{}", view.shown.slug()) data-shown=view.shown.slug()>
                {words::shown(locale, view.shown)}
            </span>
        </header>
        <FaultNote error=elsewhere/>
        <section class="panel">
            <dl class="facts facts--stack">
                <div class="facts__fact">
                    <dt>{say!(locale, operator.story.store)}</dt>
                    <dd>{view.store_name.get(locale).to_owned()}</dd>
                </div>
                <div class="facts__fact">
                    <dt>{say!(locale, orders.bill.total)}</dt>
                    <dd class="num">{view.total.to_string()}</dd>
                </div>
                <div class="facts__fact">
                    <dt>{say!(locale, orders.facts.correlation)}</dt>
                    <dd><code data-correlation=id.to_string()>{id.to_string()}</code></dd>
                </div>
            </dl>
        </section>
        {acts}
        <section class="panel">
            <h2 class="panel__title">{say!(locale, orders.timeline)}</h2>
            <Timeline entries/>
        </section>
    }
    .into_any()
}

/// What the operator can do now.
#[component]
fn Acts(
    key: String,
    id: String,
    operations: Operations,
    draft: Option<FormDraft>,
    errors: RwSignal<Option<ApiError>>,
    again: Callback<crate::api::Done>,
) -> impl IntoView {
    let locale = use_locale();
    let hidden = |action: &str| {
        let (id, key) = (id.clone(), format!("{key}:{id}:{action}"));
        move || {
            view! {
                <input type="hidden" name="order" value=id.clone()/>
                <input type="hidden" name="key" value=key.clone()/>
            }
        }
    };
    let take_back = operations.take_back.then(|| {
        let fields = hidden("take_back");
        view! {
            <CommandForm<TakeBack> quiet=true errors=errors on_done=again>
                {fields()}
                <Submit class="btn btn--block" action="take_back">{say!(locale, operator.act.take_back)}</Submit>
            </CommandForm<TakeBack>>
        }
    });
    let cancel = operations.cancel.then(|| {
        let fields = hidden("cancel");
        view! {
            <CommandForm<OperatorCancel> quiet=true errors=errors on_done=again>
                {fields()}
                <Submit class="btn btn--danger btn--block" action="cancel">{say!(locale, operator.act.cancel)}</Submit>
            </CommandForm<OperatorCancel>>
        }
    });
    let draft = draft.filter(|draft| draft.field("action") == Some("give_up"));
    let opened = draft.is_some();
    let typed = draft.as_ref().and_then(|draft| draft.field("reason")).unwrap_or_default().to_owned();
    let give_up = operations.give_up.then(|| {
        let fields = hidden("give_up");
        view! {
            <details class="more more--button more--danger" open=opened>
                <summary class="more__summary">{say!(locale, operator.act.give_up)}</summary>
                <div class="more__body">
                    <CommandForm<GiveUp> quiet=true errors=errors on_done=again>
                        {fields()}
                        <ReasonField
                            id="reason"
                            name="reason"
                            label=say!(locale, operator.act.reason)
                            value=typed
                            required=true
                            errors
                        />
                        <Submit class="btn btn--danger btn--block" name="refund" value="yes".to_owned() action="refund">
                            {say!(locale, operator.act.refund)}
                        </Submit>
                        <Submit class="btn btn--danger btn--block" name="refund" value="no".to_owned() action="keep">
                            {say!(locale, operator.act.keep)}
                        </Submit>
                    </CommandForm<GiveUp>>
                </div>
            </details>
        }
    });
    view! { <section class="actions actions--apart" aria-label=say!(locale, operator.act.title)>{take_back} {cancel} {give_up}</section> }
        .into_any()
}
