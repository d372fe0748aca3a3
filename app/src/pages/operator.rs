//! The operator's console: what needs a person, how the providers are, steps that were given up.

pub mod applications;
pub mod notices;
pub mod search;
pub mod settlement;
pub mod story;
pub mod webhooks;

use crate::api::operator::{Retry, operator};
use crate::components::connection::ConnectionMark;
use crate::components::timeline::moment_ago;
use crate::components::{
    CommandForm, Drafted, FaultNote, Loaded, Submit, is_of_reason, use_draft_id, with_draft,
};
use crate::i18n::use_locale;
use crate::live::{LivePage, use_clock, use_live_page};
use crate::{say, words};
use applications::Applications;
use domain::shared::{MINUTE_MS, Timestamp};
use domain::views::{
    BreakerState, ConsoleList, DeadLetter, DraftForm, LateRefund, LiveBody, OperatorView, StuckOrder,
    UndecidedCharge,
};
use leptos::prelude::*;
use leptos_meta::Title;
use notices::Notices;
use search::Search;
use webhooks::DeadWebhooks;

/// What the clock says, to the minute.
#[derive(Clone, Copy, Debug)]
struct Minute(Signal<Timestamp>);

/// The console's clock, by which it says how long ago something was.
fn use_minute() -> Signal<Timestamp> {
    use_context::<Minute>().map_or_else(|| Signal::stored(Timestamp(0)), |Minute(minute)| minute)
}

/// The operator's console.
#[component]
pub fn Operator() -> impl IntoView {
    let locale = use_locale();
    let draft = use_draft_id();
    let data = Resource::new_blocking(move || draft.get(), |draft| with_draft(operator(), draft));
    view! {
        <Title text=say!(locale, operator.title)/>
        <main id="main" class="page page--console">
            <Loaded data let:loaded>
                <Console loaded/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Console(loaded: Drafted<OperatorView>) -> impl IntoView {
    let locale = use_locale();
    let (view, draft) = loaded;
    let live = use_live_page(
        view,
        "/live/operator".to_owned(),
        |view| view.position,
        // A message says that something has changed; what, the page asks.
        |view, message| {
            view.position = view.position.max(message.position);
            matches!(message.body, LiveBody::Operator { .. })
        },
        operator,
    );
    let clock = use_clock(Signal::derive(move || live.data.with(|view| view.now)));
    // Nothing here is said in seconds.
    let minute = Memo::new(move |_| Timestamp(clock.get().0 / MINUTE_MS * MINUTE_MS));
    provide_context(Minute(minute.into()));
    let draft = draft.filter(|draft| draft.form == DraftForm::Operator);
    let errors = live.use_errors(draft.as_ref().map(|draft| draft.fault.clone()));
    // What is wrong with a reason is said at the reason.
    let elsewhere = Signal::derive(move || errors.get().filter(|error| !is_of_reason(error)));
    view! {
        <header class="page__head page__head--row">
            <h1 class="page__title">{say!(locale, operator.title)}</h1>
            <ConnectionMark state=live.connection/>
            <a class="btn btn--s" href="/operator/settlement">{say!(locale, operator.settlement.title)}</a>
        </header>
        <FaultNote error=elsewhere/>
        <Search/>
        <Health live/>
        <Applications live errors draft/>
        <Stuck live/>
        <Refunds live/>
        <Undecided live/>
        <Dead live errors/>
        <Notices live errors/>
        <DeadWebhooks live errors/>
    }
    .into_any()
}

/// Says of a list that there is more than what it shows, and when the rest comes.
#[component]
fn Cut(
    /// The console.
    live: LivePage<OperatorView>,
    /// The list.
    list: ConsoleList,
    /// How many it shows.
    #[prop(into)]
    shown: Signal<usize>,
) -> impl IntoView {
    let is_cut = Memo::new(move |_| live.data.with(|view| view.cut.contains(&list)));
    move || is_cut.get().then(|| view! { <CutNote count=shown.get()/> })
}

/// There is more than the first `count`; the rest comes as these are done.
#[component]
pub fn CutNote(
    /// How many are shown.
    count: usize,
) -> impl IntoView {
    view! { <p class="fine" data-cut>{say!(use_locale(), operator.more, count = count)}</p> }
}

/// The providers and their circuit breakers.
#[component]
fn Health(live: LivePage<OperatorView>) -> impl IntoView {
    let locale = use_locale();
    let held = Memo::new(move |_| live.data.with(|view| view.held));
    let providers = Memo::new(move |_| live.data.with(|view| view.providers.clone()));
    let rows = move || {
        providers
            .get()
            .into_iter()
            .map(|provider| {
                let (state, class) = match provider.breaker {
                    BreakerState::Closed => (say!(locale, words.breaker.closed), "chip chip--open"),
                    BreakerState::HalfOpen => (say!(locale, words.breaker.half_open), "chip chip--paused"),
                    BreakerState::Open => (say!(locale, words.breaker.open), "chip chip--payment_failed"),
                };
                let name = match provider.name.as_str() {
                    "payment" => say!(locale, operator.health.payment).to_owned(),
                    "notices" => say!(locale, operator.health.notices).to_owned(),
                    other => other.to_owned(),
                };
                view! {
                    <tr data-provider=provider.name>
                        <th scope="row">{name}</th>
                        <td><span class=class>{state}</span></td>
                        <td class="num">{say!(locale, operator.health.times, count = provider.refused)}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <section class="panel">
            <h2 class="panel__title" id="health">{say!(locale, operator.health.title)}</h2>
            <div class="scroll" tabindex="0" role="region" aria-labelledby="health">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{say!(locale, operator.health.provider)}</th>
                            <th scope="col">{say!(locale, operator.health.state)}</th>
                            <th scope="col" class="num">{say!(locale, operator.health.refused)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="fine" data-held=move || held.get().to_string()>
                {move || say!(locale, operator.health.held, count = held.get())}
            </p>
        </section>
    }
    .into_any()
}

/// Orders that wait for the operator, or for somebody who should have gone on.
#[component]
fn Stuck(live: LivePage<OperatorView>) -> impl IntoView {
    let locale = use_locale();
    let now = use_minute();
    let stuck = Memo::new(move |_| live.data.with(|view| view.stuck.clone()));
    let list = move || {
        let stuck = stuck.get();
        if stuck.is_empty() {
            return view! { <p class="empty__text">{say!(locale, operator.stuck.none)}</p> }.into_any();
        }
        let rows = stuck
            .into_iter()
            .map(|order: StuckOrder| {
                let why = match order.why {
                    Some(why) => words::stuck(locale, why).to_owned(),
                    None => say!(locale, operator.stuck.waits, what = words::waits(locale, order.waits)),
                };
                let since = order.since;
                let since =
                    move || say!(locale, operator.since, time = moment_ago(locale, since, now.get()));
                view! {
                    <li class="entry" data-stuck=order.order.to_string()>
                        <a class="entry__main" href=format!("/operator/orders/{}", order.order)>
                            <strong>{order.number.to_string()}</strong>
                            " "
                            {order.store_name.get(locale).to_owned()}
                        </a>
                        <span class=format!("chip chip--{}", order.shown.slug())>{words::shown(locale, order.shown)}</span>
                        <span class="entry__why">{why}</span>
                        <span class="entry__when">{since}</span>
                        <span class="num">{order.total.to_string()}</span>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel" aria-live="polite">
            <h2 class="panel__title">{say!(locale, operator.stuck.title)}</h2>
            {list}
            <Cut live list=ConsoleList::Stuck shown=Signal::derive(move || stuck.with(Vec::len))/>
        </section>
    }
    .into_any()
}

/// Money on its way back that has not arrived: a request has failed, or it waits for a provider that is not asked.
#[component]
fn Refunds(live: LivePage<OperatorView>) -> impl IntoView {
    let locale = use_locale();
    let now = use_minute();
    let refunds = Memo::new(move |_| live.data.with(|view| view.refunds.clone()));
    let list = move || {
        let refunds = refunds.get();
        if refunds.is_empty() {
            return view! { <p class="empty__text">{say!(locale, operator.refunds.none)}</p> }.into_any();
        }
        let rows = refunds
            .into_iter()
            .map(|LateRefund { order, number, owed, waits_since }| {
                let waits = waits_since.map(|since| {
                    let since =
                        move || say!(locale, operator.since, time = moment_ago(locale, since, now.get()));
                    view! {
                        <span class="entry__why">{say!(locale, operator.refunds.waits)}</span>
                        <span class="entry__when">{since}</span>
                    }
                });
                view! {
                    <li class="entry" data-refund=order.to_string()>
                        <a class="entry__main" href=format!("/operator/orders/{order}")>{number.to_string()}</a>
                        {waits}
                        <span class="num">{owed.to_string()}</span>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, operator.refunds.title)}</h2>
            {list}
            <Cut live list=ConsoleList::Refunds shown=Signal::derive(move || refunds.with(Vec::len))/>
        </section>
    }
    .into_any()
}

/// Charges that nobody wants any more, while the provider has not said what became of them.
#[component]
fn Undecided(live: LivePage<OperatorView>) -> impl IntoView {
    let locale = use_locale();
    let now = use_minute();
    let undecided = Memo::new(move |_| live.data.with(|view| view.undecided.clone()));
    let list = move || {
        let undecided = undecided.get();
        if undecided.is_empty() {
            return view! { <p class="empty__text">{say!(locale, operator.undecided.none)}</p> }.into_any();
        }
        let rows = undecided
            .into_iter()
            .map(|UndecidedCharge { order, number, amount, since }| {
                let since =
                    move || say!(locale, operator.since, time = moment_ago(locale, since, now.get()));
                view! {
                    <li class="entry" data-undecided=order.to_string()>
                        <a class="entry__main" href=format!("/operator/orders/{order}")>{number.to_string()}</a>
                        <span class="entry__when">{since}</span>
                        <span class="num">{amount.to_string()}</span>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, operator.undecided.title)}</h2>
            {list}
            <Cut live list=ConsoleList::Undecided shown=Signal::derive(move || undecided.with(Vec::len))/>
        </section>
    }
    .into_any()
}

/// Steps that were given up, each with a button that has it tried again.
#[component]
fn Dead(live: LivePage<OperatorView>, errors: RwSignal<Option<crate::api::ApiError>>) -> impl IntoView {
    let locale = use_locale();
    let now = use_minute();
    let dead = Memo::new(move |_| live.data.with(|view| view.dead.clone()));
    let refresh = Callback::new(move |_| live.refresh());
    let list = move || {
        let dead = dead.get();
        if dead.is_empty() {
            return view! { <p class="empty__text">{say!(locale, operator.dead.none)}</p> }.into_any();
        }
        let rows = dead
            .into_iter()
            .map(|letter: DeadLetter| {
                let id = letter.id.clone();
                let (count, since) = (letter.attempts, letter.since);
                let tried = move || {
                    let time = moment_ago(locale, since, now.get());
                    say!(locale, operator.dead.tried, count = count, time = time)
                };
                let amount = letter.amount.map(|amount| view! { <span class="num">{amount.to_string()}</span> });
                view! {
                    <li class="entry" data-dead=letter.id>
                        <a class="entry__main" href=format!("/operator/orders/{}", letter.order)>
                            {step_name(locale, &letter.step)}
                        </a>
                        {amount}
                        <span class="entry__when">{tried}</span>
                        <code class="entry__error">{letter.error}</code>
                        <CommandForm<Retry> quiet=true errors=errors on_done=refresh>
                            <input type="hidden" name="id" value=id/>
                            <Submit class="btn btn--s btn--primary" action="retry">{say!(locale, operator.dead.retry)}</Submit>
                        </CommandForm<Retry>>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, operator.dead.title)}</h2>
            {list}
            <Cut live list=ConsoleList::Dead shown=Signal::derive(move || dead.with(Vec::len))/>
        </section>
    }
    .into_any()
}

/// What a step was about: its name begins with its kind.
fn step_name(locale: domain::shared::Locale, step: &str) -> &'static str {
    match step.split(':').next().unwrap_or(step) {
        "give_back" => say!(locale, operator.step.give_back),
        "charge" | "charge_change" => say!(locale, operator.step.charge),
        "receive" => say!(locale, operator.step.receive),
        "apply_change" => say!(locale, operator.step.apply_change),
        "offer_delivery" => say!(locale, operator.step.offer_delivery),
        _ => say!(locale, operator.step.refund),
    }
}
