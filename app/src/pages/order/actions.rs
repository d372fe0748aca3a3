//! What the customer can do with an order now, and why not.

use crate::api::orders::{Cancel, Confirm, PayNow as PayNowCommand, Reorder};
use crate::api::{ApiError, Done};
use crate::components::{CommandForm, Submit};
use crate::i18n::use_locale;
use crate::live::LivePage;
use crate::say;
use domain::views::{OrderView, Shown, actions, can_pay_now};
use leptos::prelude::*;

type Errors = RwSignal<Option<ApiError>>;

/// Puts the refusals of a command where the page shows them, also when what happens live takes the form away first.
fn tell<S>(command: ServerAction<S>, errors: Errors)
where
    S: server_fn::ServerFn<Output = Done, Error = ApiError> + Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        if let Some(Err(error)) = command.value().get() {
            errors.set(Some(error));
        }
    });
}

/// The order and the idempotency key of a form.
#[component]
fn Hidden(live: LivePage<OrderView>, action: &'static str) -> impl IntoView {
    let id = live.data.with_untracked(|view| view.line.order);
    let key = move || live.data.with(|view| format!("{}:{id}:{action}", view.key));
    view! {
        <input type="hidden" name="order" value=id.to_string()/>
        <input type="hidden" name="key" value=key/>
    }
}

/// 배송확인, exactly while it is allowed.
#[component]
pub fn ConfirmForm(
    /// The page's data.
    live: LivePage<OrderView>,
    /// Where refusals are put.
    errors: Errors,
) -> impl IntoView {
    let locale = use_locale();
    let confirm = ServerAction::<Confirm>::new();
    tell(confirm, errors);
    let shown = Memo::new(move |_| live.data.with(|view| view.line.shown));
    let refresh = Callback::new(move |_| live.refresh());
    move || {
        let shown = shown.get();
        actions(shown, false).confirm.then(|| {
            // Before the rider says so it is possible, but not what the customer is waiting for.
            let class = match shown {
                Shown::Delivered => "btn btn--primary btn--l btn--block",
                _ => "btn btn--block",
            };
            view! {
                <CommandForm<Confirm> command=confirm errors=errors quiet=true on_done=refresh>
                    <Hidden live action="confirm"/>
                    <Submit class=class action="confirm">
                        <span class="icon icon--check" aria-hidden="true"></span>
                        {say!(locale, orders.actions.confirm)}
                    </Submit>
                </CommandForm<Confirm>>
            }
            .into_any()
        })
    }
}

/// Ordering the same once more.
#[component]
pub fn ReorderForm(
    /// The page's data.
    live: LivePage<OrderView>,
    /// Where refusals are put.
    errors: Errors,
    /// The class of its button.
    class: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let id = live.data.with_untracked(|view| view.line.order);
    view! {
        <CommandForm<Reorder> errors=errors quiet=true>
            <input type="hidden" name="order" value=id.to_string()/>
            <Submit class=class action="reorder">
                <span class="icon icon--repeat" aria-hidden="true"></span>
                {say!(locale, orders.list.reorder)}
            </Submit>
        </CommandForm<Reorder>>
    }
    .into_any()
}

/// Changing and cancelling exactly while they are allowed, or why they are not; ordering again after a meal.
#[component]
pub fn ActionList(
    /// The page's data.
    live: LivePage<OrderView>,
    /// Where refusals are put.
    errors: Errors,
) -> impl IntoView {
    let locale = use_locale();
    let shown = Memo::new(move |_| live.data.with(|view| view.line.shown));
    let why = move || match shown.get() {
        Shown::Cooking | Shown::Ready | Shown::Assigned => Some(say!(locale, orders.actions.cancel_late)),
        Shown::OnTheWay => Some(say!(locale, orders.actions.cancel_left)),
        _ => None,
    };
    let again = move || {
        (shown.get() == Shown::Completed)
            .then(|| view! { <ReorderForm live errors class="btn btn--l btn--block"/> })
    };
    let is_none =
        move || !actions(shown.get(), false).cancel && why().is_none() && shown.get() != Shown::Completed;
    // Hidden rather than taken away: a command that is on its way is heard out.
    view! {
        <section
            class="actions actions--first"
            aria-label=say!(locale, orders.actions.title)
            hidden=is_none
        >
            <ChangeLink live/>
            <CancelForm live errors shown/>
            {move || why().map(|text| view! { <p class="actions__why">{text}</p> })}
            {again}
        </section>
    }
    .into_any()
}

/// The way to the form on which the order is changed, exactly while that is possible.
#[component]
fn ChangeLink(live: LivePage<OrderView>) -> impl IntoView {
    let locale = use_locale();
    let id = live.data.with_untracked(|view| view.line.order);
    let allowed =
        Memo::new(move |_| live.data.with(|view| actions(view.line.shown, view.change.is_some()).change));
    move || {
        allowed.get().then(|| {
            view! {
                <a class="btn btn--block" href=format!("/orders/{id}/change") data-action="change">
                    {say!(locale, orders.change.open)}
                </a>
            }
        })
    }
}

/// Asking the provider now instead of later, while an order is held that nobody else can go on with.
#[component]
pub fn PayNow(
    /// The page's data.
    live: LivePage<OrderView>,
    /// Where refusals are put.
    errors: Errors,
) -> impl IntoView {
    let locale = use_locale();
    let id = live.data.with_untracked(|view| view.line.order);
    let held =
        Memo::new(move |_| live.data.with(|view| can_pay_now(view.line.shown, view.pay_url.is_some())));
    let refresh = Callback::new(move |_| live.refresh());
    move || {
        held.get().then(|| {
            view! {
                <p class="fine">{say!(locale, orders.pay_now_text)}</p>
                <CommandForm<PayNowCommand> errors=errors quiet=true on_done=refresh>
                    <input type="hidden" name="order" value=id.to_string()/>
                    <Submit class="btn btn--block" action="pay_now">{say!(locale, orders.pay_now)}</Submit>
                </CommandForm<PayNowCommand>>
            }
            .into_any()
        })
    }
}

#[component]
fn CancelForm(live: LivePage<OrderView>, errors: Errors, shown: Memo<Shown>) -> impl IntoView {
    let locale = use_locale();
    let cancel = ServerAction::<Cancel>::new();
    tell(cancel, errors);
    let allowed = Memo::new(move |_| actions(shown.get(), false).cancel);
    let taken = Memo::new(move |_| live.data.with(|view| view.taken));
    let refresh = Callback::new(move |_| live.refresh());
    // Nothing comes back before anything was paid.
    let refund = move || {
        let taken = taken.get();
        (!taken.is_zero())
            .then(|| view! { <p>{say!(locale, orders.actions.cancel_refund, amount = taken)}</p> })
    };
    move || {
        allowed.get().then(|| {
            view! {
                <details class="more more--button more--danger">
                    <summary class="more__summary">{say!(locale, orders.actions.cancel)}</summary>
                    <div class="more__body">
                        <p>{say!(locale, orders.actions.cancel_ask)}</p>
                        {refund}
                        <CommandForm<Cancel> command=cancel errors=errors quiet=true on_done=refresh>
                            <Hidden live action="cancel"/>
                            <Submit class="btn btn--danger btn--block" action="cancel">
                                {say!(locale, orders.actions.cancel_yes)}
                            </Submit>
                        </CommandForm<Cancel>>
                    </div>
                </details>
            }
            .into_any()
        })
    }
}
