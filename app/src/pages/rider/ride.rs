//! A job in hand: to the store, take the food, hand it over.

use super::Shift;
use super::parts::{CustomerPlace, Errors, StorePlace, Typed, is_typo};
use crate::api::rider::{Arrive, Deliver, Fail, Pick, Release};
use crate::components::{CommandForm, FaultNote, Submit};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::delivery::Phase;
use domain::shared::OrderId;
use domain::views::{DraftForm, FormDraft, JobDetail, Shown};
use leptos::prelude::*;

/// A job in hand.
#[component]
pub fn Ride(
    /// What the page's parts share.
    shift: Shift,
    /// The order.
    id: OrderId,
) -> impl IntoView {
    let find = move || {
        shift.live.data.with_untracked(|view| view.mine.iter().find(|job| job.card.order == id).cloned())
    };
    // Of a job in hand only its phase changes.
    find().map(|job| view! { <RideOf shift job/> })
}

#[component]
fn RideOf(shift: Shift, job: JobDetail) -> impl IntoView {
    let locale = use_locale();
    let id = job.card.order;
    let first = job.phase;
    let phase = Memo::new(move |before: Option<&Phase>| {
        let now = shift
            .live
            .data
            .with(|view| view.mine.iter().find(|job| job.card.order == id).map(|job| job.phase));
        now.or(before.copied()).unwrap_or(first)
    });
    let step = Memo::new(move |_| match phase.get() {
        Phase::New | Phase::Offered | Phase::Claimed => 0,
        Phase::Arrived => 1,
        Phase::PickedUp => 2,
        Phase::Delivered | Phase::Failed => 3,
    });
    let draft = shift.draft_of(DraftForm::Job, &id.to_string());
    let errors = shift.live.use_errors(draft.as_ref().map(|draft| draft.fault.clone()));
    // What was refused at one step says nothing of the next one. The form that was refused goes before it hears that it no longer is.
    Effect::new(move |before: Option<usize>| {
        let step = step.get();
        if before.is_some_and(|before| before != step) {
            errors.set(None);
        }
        step
    });
    // What was refused for its number is said at the number.
    let elsewhere = Signal::derive(move || errors.get().filter(|error| !is_typo(error)));
    let shown = move || match phase.get() {
        Phase::PickedUp => Shown::OnTheWay,
        Phase::Delivered => Shown::Delivered,
        Phase::Failed => Shown::DeliveryFailed,
        _ => Shown::Assigned,
    };
    let (job, draft) = (StoredValue::new(job), StoredValue::new(draft));
    let class = move |own: usize| match step.get() {
        now if own < now => "ride__step is-done",
        now if own == now => "ride__step is-now",
        _ => "ride__step",
    };
    let current = move |own: usize| (step.get() == own).then_some("step");
    let title = move |own: usize, now: &'static str, name: &'static str| {
        move || if step.get() == own { now } else { name }
    };
    view! {
        <article class="ride" data-job=id.to_string() data-phase=move || shown().slug()>
            <header class="ride__head">
                <p class="ride__fee">
                    <span class="sr-only">{say!(locale, rider.jobs.fee)} " "</span>
                    {job.with_value(|job| job.card.fee.to_string())}
                </p>
                <span class=move || format!("chip chip--{}", shown().slug())>
                    {move || words::shown(locale, shown())}
                </span>
            </header>
            <FaultNote error=elsewhere/>
            <ol class="ride__steps">
                <li class=move || class(0) aria-current=move || current(0)>
                    <h3 class="ride__title">
                        {title(0, say!(locale, rider.ride.go_now), say!(locale, rider.ride.go))}
                    </h3>
                    {move || (step.get() == 0).then(|| view! { <GoStep shift job errors/> }.into_any())}
                </li>
                <li class=move || class(1) aria-current=move || current(1)>
                    <h3 class="ride__title">
                        {title(1, say!(locale, rider.ride.pick_now), say!(locale, rider.ride.pick))}
                    </h3>
                    {move || (step.get() == 1).then(|| view! { <PickStep shift job errors draft/> }.into_any())}
                </li>
                <li class=move || class(2) aria-current=move || current(2)>
                    <h3 class="ride__title">
                        {title(2, say!(locale, rider.ride.deliver_now), say!(locale, rider.ride.deliver))}
                    </h3>
                    {move || (step.get() == 2).then(|| view! { <DeliverStep shift job errors draft/> }.into_any())}
                </li>
            </ol>
            <a class="ticket__story" href=format!("/rider/orders/{id}")>{say!(locale, rider.ride.story)}</a>
        </article>
    }
    .into_any()
}

#[component]
fn Hidden(shift: Shift, id: OrderId, action: &'static str) -> impl IntoView {
    view! {
        <input type="hidden" name="order" value=id.to_string()/>
        <input type="hidden" name="key" value=shift.key(id, action)/>
    }
    .into_any()
}

/// To the store.
#[component]
fn GoStep(shift: Shift, job: StoredValue<JobDetail>, errors: Errors) -> impl IntoView {
    let locale = use_locale();
    let id = job.with_value(|job| job.card.order);
    view! {
        <StorePlace job/>
        <CommandForm<Arrive> class="ride__form" quiet=true errors=errors on_done=shift.refresh()>
            <Hidden shift id action="arrive"/>
            <Submit class="btn btn--primary btn--l btn--block" action="arrive">
                {say!(locale, rider.ride.arrive)}
            </Submit>
        </CommandForm<Arrive>>
        <GiveBack shift id errors/>
    }
    .into_any()
}

/// Takes the food: the number on the bag has to be that of the order.
#[component]
fn PickStep(
    shift: Shift,
    job: StoredValue<JobDetail>,
    errors: Errors,
    draft: StoredValue<Option<FormDraft>>,
) -> impl IntoView {
    let locale = use_locale();
    let id = job.with_value(|job| job.card.order);
    let number = job.with_value(|job| job.card.number.to_string());
    view! {
        <StorePlace job/>
        <p class="code">
            <span class="code__label">{say!(locale, rider.ride.pick_number)}</span>
            <strong class="code__value">{number.clone()}</strong>
        </p>
        <CommandForm<Pick> class="ride__form" quiet=true errors=errors on_done=shift.refresh()>
            <Hidden shift id action="pick"/>
            <Typed
                id=format!("number-{id}")
                name="number"
                label=say!(locale, rider.ride.pick_field)
                hint=say!(locale, rider.ride.pick_hint, example = number)
                value=typed(draft, "pick")
                errors
            />
            <Submit class="btn btn--primary btn--l btn--block" action="pick">
                {say!(locale, rider.ride.pick_done)}
            </Submit>
        </CommandForm<Pick>>
        <GiveBack shift id errors/>
    }
    .into_any()
}

/// Hands it over: the customer says the code.
#[component]
fn DeliverStep(
    shift: Shift,
    job: StoredValue<JobDetail>,
    errors: Errors,
    draft: StoredValue<Option<FormDraft>>,
) -> impl IntoView {
    let locale = use_locale();
    let id = job.with_value(|job| job.card.order);
    view! {
        <CustomerPlace job/>
        <CommandForm<Deliver> class="ride__form" quiet=true errors=errors on_done=shift.refresh()>
            <Hidden shift id action="deliver"/>
            <Typed
                id=format!("code-{id}")
                name="code"
                label=say!(locale, rider.ride.code_field)
                hint=say!(locale, rider.ride.code_hint).to_owned()
                value=typed(draft, "deliver")
                digits=true
                errors
            />
            <Submit class="btn btn--primary btn--l btn--block" action="deliver">
                {say!(locale, rider.ride.deliver_done)}
            </Submit>
        </CommandForm<Deliver>>
        <details class="more more--button more--danger">
            <summary class="more__summary">{say!(locale, rider.ride.fail)}</summary>
            <div class="more__body">
                <p>{say!(locale, rider.ride.absent_ask)}</p>
                <FailForm shift id errors action="fail" reason="customer_absent" yes=say!(locale, rider.ride.absent_yes)/>
                <p>{say!(locale, rider.ride.accident_ask)}</p>
                <FailForm shift id errors action="accident" reason="accident" yes=say!(locale, rider.ride.accident_yes)/>
            </div>
        </details>
    }
    .into_any()
}

/// Says that nobody will get this food any more.
#[component]
fn FailForm(
    shift: Shift,
    id: OrderId,
    errors: Errors,
    action: &'static str,
    /// As the server function takes it.
    reason: &'static str,
    /// What the button says.
    yes: &'static str,
) -> impl IntoView {
    view! {
        <CommandForm<Fail> quiet=true errors=errors on_done=shift.refresh()>
            <Hidden shift id action/>
            <input type="hidden" name="reason" value=reason/>
            <Submit class="btn btn--danger btn--block" action>{yes}</Submit>
        </CommandForm<Fail>>
    }
    .into_any()
}

/// What was typed into the form of this action before and refused.
fn typed(draft: StoredValue<Option<FormDraft>>, action: &str) -> String {
    draft.with_value(|draft| {
        draft
            .as_ref()
            .filter(|draft| draft.field("action") == Some(action))
            .and_then(|draft| draft.field("typed"))
            .unwrap_or_default()
            .to_owned()
    })
}

/// Gives the job back before the pickup.
#[component]
fn GiveBack(shift: Shift, id: OrderId, errors: Errors) -> impl IntoView {
    let locale = use_locale();
    view! {
        <details class="more more--button">
            <summary class="more__summary">{say!(locale, rider.ride.release)}</summary>
            <div class="more__body">
                <p>{say!(locale, rider.ride.release_ask)}</p>
                <CommandForm<Release> quiet=true errors=errors on_done=shift.refresh()>
                    <Hidden shift id action="release"/>
                    <Submit class="btn btn--block" action="release">{say!(locale, rider.ride.release_yes)}</Submit>
                </CommandForm<Release>>
            </div>
        </details>
    }
    .into_any()
}
