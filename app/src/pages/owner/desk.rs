//! The store itself: whether it takes orders, and how many at once.

use super::Board;
use super::sound::Bell;
use crate::api::ApiError;
use crate::api::owner::{AnswerLimit, Busy, Capacity, Pause, Reopen};
use crate::components::connection::ConnectionMark;
use crate::components::fault::sentence;
use crate::components::opening::{OpenChip, again};
use crate::components::{CommandForm, FaultNote, Submit, use_closing};
use crate::i18n::use_locale;
use crate::say;
use domain::shared::MINUTE_MS;
use domain::store::{ANSWER_LIMITS, Openness, Refusal};
use domain::views::{DraftForm, Fault, FormDraft, KitchenLoad, MAX_CAPACITY};
use leptos::prelude::*;

/// Pauses to choose from, in minutes.
const PAUSES: [u32; 3] = [15, 30, 60];
/// What busy mode can add, in minutes.
const BUSY: [u32; 3] = [10, 20, 30];

/// The head of the board.
#[component]
pub fn Desk(
    /// What the board's parts share.
    board: Board,
    /// The bell for new orders.
    bell: Bell,
) -> impl IntoView {
    let locale = use_locale();
    let live = board.live;
    let name = live.data.with_untracked(|board| board.name.get(locale).to_owned());
    let openness = Memo::new(move |_| live.data.with(|board| board.openness));
    let now = live.data.with_untracked(|board| board.now);
    let draft = board.draft_of(DraftForm::Store, "");
    let typed = |form: &str, field| {
        let draft = draft.as_ref().filter(|draft| draft.field("action") == Some(form));
        draft.and_then(|draft: &FormDraft| draft.field(field)).map(str::to_owned)
    };
    let (capacity, limit) = (typed("capacity", "capacity"), typed("answer_limit", "minutes"));
    let errors = live.use_errors(draft.map(|draft| draft.fault));
    // What was refused for its number is said at the number.
    let elsewhere =
        Signal::derive(move || errors.get().filter(|error| !of_capacity(error) && !of_limit(error)));
    // What the clock alone changes, such as the end of a pause or of the hours, no message says.
    let minute = Memo::new(move |_| board.clock.get().0.div_euclid(MINUTE_MS));
    Effect::new(move |before: Option<i64>| {
        let minute = minute.get();
        if before.is_some_and(|before| before != minute) {
            live.refresh();
        }
        minute
    });
    let paused = move || matches!(openness.get(), Openness::Paused { .. });
    view! {
        <header class="desk">
            <div class="desk__store">
                <h1 class="desk__name">{name}</h1>
                <div role="status" data-open=move || (openness.get() == Openness::Open).to_string()>
                    {move || view! { <OpenChip openness=openness.get()/> }}
                    {move || again(locale, openness.get(), now).map(|when| view! { " " <span>{when}</span> })}
                </div>
            </div>
            <Load board/>
            <ConnectionMark state=live.connection/>
            <div class="desk__actions" role="group" aria-label=say!(locale, owner.desk.title)>
                <SoundSwitch bell/>
                <CapacityForm board errors typed=capacity/>
                <BusyForm board errors/>
                <LimitForm board errors typed=limit/>
                {move || {
                    if paused() {
                        view! { <ReopenForm board errors/> }.into_any()
                    } else {
                        view! { <PauseForm board errors/> }.into_any()
                    }
                }}
            </div>
        </header>
        <FaultNote error=elsewhere/>
    }
    .into_any()
}

type Errors = RwSignal<Option<ApiError>>;

/// The capacity was refused.
fn of_capacity(error: &ApiError) -> bool {
    matches!(error.fault(), Some(Fault::Store(Refusal::Capacity { .. })))
}

/// The time to answer was refused.
fn of_limit(error: &ApiError) -> bool {
    matches!(error.fault(), Some(Fault::Store(Refusal::AnswerLimit { .. })))
}

/// A number to type, with its button beside it and what is wrong with it below.
#[component]
fn NumberField(
    /// Its id.
    id: &'static str,
    /// Its name in the form.
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    /// The least and the most.
    range: (u32, u32),
    #[prop(into)] value: Signal<String>,
    errors: Errors,
    /// Which refusals are about it.
    is_mine: fn(&ApiError) -> bool,
    /// The button.
    children: Children,
) -> impl IntoView {
    let locale = use_locale();
    let problem = Memo::new(move |_| {
        errors
            .with(|error| error.as_ref().filter(|error| is_mine(error)).map(|error| sentence(locale, error)))
    });
    view! {
        <div class=move || if problem.with(Option::is_some) { "field field--error" } else { "field" }>
            <label class="field__label" for=id>{label}</label>
            <p class="field__hint" id=format!("{id}-hint")>{hint}</p>
            <div class="inline-form">
                <input
                    class="field__input"
                    id=id
                    name=name
                    type="number"
                    inputmode="numeric"
                    min=range.0.to_string()
                    max=range.1.to_string()
                    value=move || value.get()
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{id}-hint {id}-error")
                />
                {children()}
            </div>
            <p class="field__error" id=format!("{id}-error") role="alert">{move || problem.get()}</p>
        </div>
    }
    .into_any()
}

/// How full the kitchen is: "7 / 10".
#[component]
fn Load(board: Board) -> impl IntoView {
    let locale = use_locale();
    let load: Memo<KitchenLoad> = Memo::new(move |_| board.live.data.with(|board| board.load));
    let open = move || load.get().open;
    let capacity = move || load.get().capacity;
    view! {
        <dl class="desk__facts">
            <div class="meter">
                <dt class="meter__label">{say!(locale, owner.desk.capacity)}</dt>
                <dd class="meter__value" data-load=move || format!("{}/{}", open(), capacity())>
                    <strong>{open}</strong>
                    " / "
                    {move || say!(locale, owner.desk.of, capacity = capacity())}
                </dd>
                <dd class="meter__bar">
                    <progress
                        aria-label=say!(locale, owner.desk.capacity)
                        max=move || capacity().max(1)
                        value=move || open().min(capacity().max(1))
                    ></progress>
                </dd>
                <dd class="meter__note" role="status">
                    {move || (open() >= capacity()).then(|| say!(locale, owner.desk.full))}
                </dd>
            </div>
        </dl>
    }
    .into_any()
}

/// Only a script can make a sound.
#[component]
fn SoundSwitch(bell: Bell) -> impl IntoView {
    let locale = use_locale();
    let on = bell.is_on();
    view! {
        <button
            type="button"
            class="btn js-only"
            data-action="sound"
            aria-pressed=move || if on.get() { "true" } else { "false" }
            on:click=move |_| bell.switch()
        >
            <span class="icon icon--bell" aria-hidden="true"></span>
            {move || if on.get() { say!(locale, owner.desk.sound_off) } else { say!(locale, owner.desk.sound_on) }}
        </button>
    }
    .into_any()
}

#[component]
fn CapacityForm(board: Board, errors: Errors, typed: Option<String>) -> impl IntoView {
    let locale = use_locale();
    let opened = typed.is_some();
    let capacity = Memo::new(move |_| board.live.data.with(|board| board.load.capacity));
    let typed = Signal::derive(move || typed.clone().unwrap_or_else(|| capacity.get().to_string()));
    let (panel, done) = use_closing(board.refresh());
    view! {
        <details node_ref=panel class="more more--button" open=opened>
            <summary class="more__summary">
                {move || say!(locale, owner.desk.set_capacity, capacity = capacity.get())}
            </summary>
            <div class="more__body">
                <CommandForm<Capacity> quiet=true errors=errors on_done=done>
                    <input type="hidden" name="key" value=move || format!("{}:capacity", board.key())/>
                    <NumberField
                        id="capacity"
                        name="capacity"
                        label=say!(locale, owner.desk.capacity_label)
                        hint=say!(locale, owner.desk.capacity_hint)
                        range=(0, MAX_CAPACITY)
                        value=typed
                        errors
                        is_mine=of_capacity
                    >
                        <Submit class="btn btn--primary" action="capacity">{say!(locale, owner.desk.capacity_save)}</Submit>
                    </NumberField>
                </CommandForm<Capacity>>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn PauseForm(board: Board, errors: Errors) -> impl IntoView {
    let locale = use_locale();
    // Made inside of the form: a button belongs to the form that it is made in.
    let choices = move || {
        PAUSES
            .map(|minutes| {
                let value = minutes.to_string();
                view! {
                    <Submit class="btn" action="pause" name="minutes" value=value>
                        {say!(locale, owner.desk.pause_minutes, minutes = minutes)}
                    </Submit>
                }
            })
            .collect_view()
    };
    let (panel, done) = use_closing(board.refresh());
    view! {
        <details node_ref=panel class="more more--button">
            <summary class="more__summary">{say!(locale, owner.desk.pause)}</summary>
            <div class="more__body">
                <CommandForm<Pause> quiet=true errors=errors on_done=done>
                    <input type="hidden" name="key" value=move || format!("{}:pause", board.key())/>
                    <fieldset class="picks picks--chips">
                        <legend class="picks__legend">{say!(locale, owner.desk.pause_legend)}</legend>
                        {choices()}
                        <Submit class="btn" action="pause" name="minutes" value=String::new()>
                            {say!(locale, owner.desk.pause_open_end)}
                        </Submit>
                    </fieldset>
                </CommandForm<Pause>>
            </div>
        </details>
    }
    .into_any()
}

/// Busy mode: cooking takes longer for now.
#[component]
fn BusyForm(board: Board, errors: Errors) -> impl IntoView {
    let locale = use_locale();
    let busy = Memo::new(move |_| board.live.data.with(|board| board.busy_minutes));
    let title = move || match busy.get() {
        0 => say!(locale, owner.desk.busy).to_owned(),
        minutes => say!(locale, owner.desk.busy_on, minutes = minutes),
    };
    let choices = move || {
        BUSY.map(|minutes| {
            view! {
                <Submit class="btn" action="busy" name="minutes" value=minutes.to_string()>
                    {say!(locale, owner.desk.busy_by, minutes = minutes)}
                </Submit>
            }
        })
        .collect_view()
    };
    let (panel, done) = use_closing(board.refresh());
    view! {
        <details node_ref=panel class="more more--button" data-busy=move || busy.get().to_string()>
            <summary class="more__summary">{title}</summary>
            <div class="more__body">
                <CommandForm<Busy> quiet=true errors=errors on_done=done>
                    <input type="hidden" name="key" value=move || format!("{}:busy", board.key())/>
                    <fieldset class="picks picks--chips">
                        <legend class="picks__legend">{say!(locale, owner.desk.busy_legend)}</legend>
                        {choices()}
                        <Submit class="btn" action="not_busy" name="minutes" value="0".to_owned()>
                            {say!(locale, owner.desk.busy_end)}
                        </Submit>
                    </fieldset>
                </CommandForm<Busy>>
            </div>
        </details>
    }
    .into_any()
}

/// How long the owner may take to answer.
#[component]
fn LimitForm(board: Board, errors: Errors, typed: Option<String>) -> impl IntoView {
    let locale = use_locale();
    let opened = typed.is_some();
    let limit = Memo::new(move |_| board.live.data.with(|board| board.answer_limit_minutes));
    let value = Signal::derive(move || typed.clone().unwrap_or_else(|| limit.get().to_string()));
    let (panel, done) = use_closing(board.refresh());
    view! {
        <details node_ref=panel class="more more--button" open=opened data-limit=move || limit.get().to_string()>
            <summary class="more__summary">
                {move || say!(locale, owner.desk.limit, minutes = limit.get())}
            </summary>
            <div class="more__body">
                <CommandForm<AnswerLimit> quiet=true errors=errors on_done=done>
                    <input type="hidden" name="key" value=move || format!("{}:limit", board.key())/>
                    <NumberField
                        id="answer_limit"
                        name="minutes"
                        label=say!(locale, owner.desk.limit_label)
                        hint=say!(locale, owner.desk.limit_hint)
                        range=ANSWER_LIMITS
                        value
                        errors
                        is_mine=of_limit
                    >
                        <Submit class="btn btn--primary" action="answer_limit">{say!(locale, owner.desk.limit_save)}</Submit>
                    </NumberField>
                </CommandForm<AnswerLimit>>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn ReopenForm(board: Board, errors: Errors) -> impl IntoView {
    let locale = use_locale();
    view! {
        <CommandForm<Reopen> quiet=true errors=errors on_done=board.refresh()>
            <input type="hidden" name="key" value=move || format!("{}:reopen", board.key())/>
            <Submit class="btn btn--primary" action="reopen">
                <span class="icon icon--play" aria-hidden="true"></span>
                {say!(locale, owner.desk.reopen)}
            </Submit>
        </CommandForm<Reopen>>
    }
    .into_any()
}
