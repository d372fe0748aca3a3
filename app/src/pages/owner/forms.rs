//! The forms of a ticket.

use super::Board;
use crate::api::ApiError;
use crate::api::owner::{Accept, Delay, Finish, Reject, Start};
use crate::components::{CommandForm, ReasonField, Submit, use_closing};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::{OrderId, Timestamp};
use domain::store::ticket::{DELAY_STEPS, StockReason, cooking_choices};
use domain::views::FormDraft;
use leptos::prelude::*;

/// Where the forms of a ticket put their refusals.
pub type Errors = RwSignal<Option<ApiError>>;

/// The order and the idempotency key of a form. `step` tells apart what can be done more than once.
#[component]
fn Hidden(
    board: Board,
    id: OrderId,
    action: &'static str,
    #[prop(optional, into)] step: Signal<String>,
) -> impl IntoView {
    let key = move || step.with(|step| format!("{}:{id}:{action}{step}", board.key()));
    view! {
        <input type="hidden" name="order" value=id.to_string()/>
        <input type="hidden" name="key" value=key/>
    }
    .into_any()
}

/// Takes the order, with the cooking time to choose.
#[component]
pub fn AcceptForm(
    /// What the board's parts share.
    board: Board,
    /// The order.
    id: OrderId,
    /// Where refusals are put.
    errors: Errors,
    /// The time offered first, in minutes.
    cooking_minutes: u32,
    /// What was chosen before and refused.
    draft: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let minutes = cooking_choices(cooking_minutes);
    let draft = draft.filter(|draft| draft.field("action") == Some("accept"));
    let chosen = draft.and_then(|draft| draft.field("minutes")?.parse().ok());
    let chosen = chosen.filter(|chosen: &u32| minutes.contains(chosen)).unwrap_or(cooking_minutes);
    let choices = minutes
        .into_iter()
        .map(|minutes| {
            view! {
                <label class="pick">
                    <input
                        class="pick__input"
                        type="radio"
                        name="minutes"
                        value=minutes.to_string()
                        checked=minutes == chosen
                    />
                    <span class="pick__title">{say!(locale, owner.ticket.minutes, minutes = minutes)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <CommandForm<Accept> class="ticket__form" quiet=true errors=errors on_done=board.refresh()>
            <Hidden board id action="accept"/>
            <fieldset class="picks picks--chips">
                <legend class="picks__legend">{say!(locale, owner.ticket.minutes_legend)}</legend>
                {choices}
            </fieldset>
            <Submit class="btn btn--primary btn--l btn--block" action="accept">
                {say!(locale, owner.ticket.accept)}
            </Submit>
        </CommandForm<Accept>>
    }
    .into_any()
}

/// Turns the order down, with a reason that the customer reads.
#[component]
pub fn RejectForm(
    /// What the board's parts share.
    board: Board,
    /// The order.
    id: OrderId,
    /// Where refusals are put.
    errors: Errors,
    /// What was typed before and refused.
    draft: Option<FormDraft>,
) -> impl IntoView {
    let locale = use_locale();
    let draft = draft.filter(|draft| draft.field("action") == Some("reject"));
    let typed = |name| draft.as_ref().and_then(|draft| draft.field(name)).unwrap_or_default().to_owned();
    let (chosen, own_words) = (typed("reason"), typed("words"));
    let opened = draft.is_some();
    let choices = StockReason::ALL
        .map(|reason| {
            let slug = reason.slug();
            view! {
                <label class="pick">
                    <input class="pick__input" type="radio" name="reason" value=slug checked=slug == chosen/>
                    <span class="pick__body"><span class="pick__title">{words::stock(locale, reason)}</span></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="more more--button more--danger" open=opened>
            <summary class="more__summary">{say!(locale, owner.ticket.reject)}</summary>
            <div class="more__body">
                <CommandForm<Reject> quiet=true errors=errors on_done=board.refresh()>
                    <Hidden board id action="reject"/>
                    <fieldset class="picks">
                        <legend class="picks__legend">{say!(locale, owner.ticket.reject_legend)}</legend>
                        {choices}
                    </fieldset>
                    <ReasonField
                        id=format!("words-{id}")
                        name="words"
                        label=say!(locale, owner.ticket.reject_words)
                        hint=say!(locale, owner.ticket.reject_hint)
                        value=own_words
                        errors
                    />
                    <Submit class="btn btn--danger btn--block" action="reject">
                        {say!(locale, owner.ticket.reject_yes)}
                    </Submit>
                </CommandForm<Reject>>
            </div>
        </details>
    }
    .into_any()
}

/// Cooking starts.
#[component]
pub fn StartForm(
    /// What the board's parts share.
    board: Board,
    /// The order.
    id: OrderId,
    /// Where refusals are put.
    errors: Errors,
) -> impl IntoView {
    view! {
        <CommandForm<Start> quiet=true errors=errors on_done=board.refresh()>
            <Hidden board id action="start"/>
            <Submit class="btn btn--primary btn--l btn--block" action="start">
                {say!(use_locale(), owner.ticket.start)}
            </Submit>
        </CommandForm<Start>>
    }
    .into_any()
}

/// The food is ready.
#[component]
pub fn FinishForm(
    /// What the board's parts share.
    board: Board,
    /// The order.
    id: OrderId,
    /// Where refusals are put.
    errors: Errors,
) -> impl IntoView {
    view! {
        <CommandForm<Finish> quiet=true errors=errors on_done=board.refresh()>
            <Hidden board id action="finish"/>
            <Submit class="btn btn--primary btn--l btn--block" action="finish">
                {say!(use_locale(), owner.ticket.finish)}
            </Submit>
        </CommandForm<Finish>>
    }
    .into_any()
}

/// It takes longer.
#[component]
pub fn DelayForm(
    /// What the board's parts share.
    board: Board,
    /// The order.
    id: OrderId,
    /// Where refusals are put.
    errors: Errors,
    /// When the food should be ready.
    ready_at: Memo<Option<Timestamp>>,
) -> impl IntoView {
    let locale = use_locale();
    // Each delay moves the promise: the next one is another command.
    let step = Signal::derive(move || ready_at.get().map(|at| format!(":{}", at.0)).unwrap_or_default());
    // Made inside of the form: a button belongs to the form that it is made in.
    let choices = move || {
        DELAY_STEPS
            .map(|minutes| {
                view! {
                    <Submit class="btn" action="delay" name="minutes" value=minutes.to_string()>
                        {say!(locale, owner.ticket.delay_by, minutes = minutes)}
                    </Submit>
                }
            })
            .collect_view()
    };
    let (panel, done) = use_closing(board.refresh());
    view! {
        <details node_ref=panel class="more more--button">
            <summary class="more__summary">{say!(locale, owner.ticket.delay)}</summary>
            <div class="more__body">
                <CommandForm<Delay> quiet=true errors=errors on_done=done>
                    <Hidden board id action="delay" step/>
                    <fieldset class="picks picks--chips">
                        <legend class="picks__legend">{say!(locale, owner.ticket.delay_legend)}</legend>
                        {choices()}
                    </fieldset>
                </CommandForm<Delay>>
            </div>
        </details>
    }
    .into_any()
}
