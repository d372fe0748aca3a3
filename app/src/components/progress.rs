//! The progress line of an order.

use crate::i18n::use_locale;
use crate::{say, words};
use domain::views::{PROGRESS, Shown, TimelineEntry, What};
use leptos::prelude::*;

/// How far along the progress line a state is, counted from 0; `None` for an end without a meal.
pub fn step(shown: Shown) -> Option<usize> {
    match shown {
        Shown::AwaitingPayment => Some(0),
        shown => PROGRESS.iter().position(|step| *step == shown),
    }
}

/// How far an order came by what happened to it, counted from 0.
pub fn reached(timeline: &[TimelineEntry]) -> usize {
    let state = |what: &What| match what {
        What::Received => Some(Shown::Received),
        What::Accepted { .. } => Some(Shown::Accepted),
        What::CookingStarted => Some(Shown::Cooking),
        What::CookingFinished => Some(Shown::Ready),
        What::Claimed => Some(Shown::Assigned),
        What::PickedUp => Some(Shown::OnTheWay),
        What::Delivered => Some(Shown::Delivered),
        What::Completed { .. } => Some(Shown::Completed),
        _ => None,
    };
    timeline.iter().filter_map(|entry| state(&entry.what).and_then(step)).max().unwrap_or(0)
}

/// The nine steps from 주문접수중 to 거래완료.
#[component]
pub fn ProgressLine(
    /// The state that is shown.
    #[prop(into)]
    shown: Signal<Shown>,
    /// The step an order that failed had come to; counted from 0.
    #[prop(optional, into)]
    reached: Signal<usize>,
    /// The rider did not meet the customer: it stands still there.
    #[prop(optional, into)]
    missed: Signal<bool>,
    /// Small and without names.
    #[prop(optional)]
    mini: bool,
) -> impl IntoView {
    let locale = use_locale();
    let now = Memo::new(move |_| step(shown.get()).unwrap_or_else(|| reached.get()));
    let class = move || match (mini, shown.get().is_failure() || missed.get()) {
        (false, false) => "progress",
        (false, true) => "progress progress--failed",
        (true, false) => "progress progress--mini",
        (true, true) => "progress progress--mini progress--failed",
    };
    let steps = PROGRESS
        .iter()
        .enumerate()
        .map(|(index, state)| {
            let class = move || {
                let now = now.get();
                // The last step has nothing after it that would be worked on.
                if index < now || (index == now && index + 1 == PROGRESS.len()) {
                    "progress__step is-done"
                } else if index == now {
                    "progress__step is-now"
                } else {
                    "progress__step"
                }
            };
            // Where the order stands it says what is shown of it, also when that is none of the nine steps.
            let name = move || match index == now.get() {
                true if missed.get() => say!(locale, orders.missed.chip),
                true => words::shown(locale, shown.get()),
                false => words::shown(locale, *state),
            };
            view! {
                <li class=class aria-current=move || (index == now.get()).then_some("step")>
                    {(!mini).then(|| view! { <span class="progress__name">{name}</span> })}
                </li>
            }
        })
        .collect_view();
    let label = move || mini.then(|| words::shown(locale, shown.get()));
    view! {
        <div class=class>
            <ol class="progress__line" aria-label=label>
                {steps}
            </ol>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::shared::Timestamp;
    use domain::views::Actor;

    fn entry(what: What) -> TimelineEntry {
        TimelineEntry { position: 1, at: Timestamp(0), by: Actor::System, what, money: None }
    }

    #[test]
    fn an_order_that_failed_stays_at_the_step_it_had_come_to() {
        assert_eq!(step(Shown::Cooking), Some(3));
        assert_eq!(step(Shown::AwaitingPayment), Some(0));
        assert_eq!(step(Shown::Rejected), None);
        let story = [What::Placed, What::PaymentApproved, What::Received, What::Accepted { minutes: 20 }];
        let mut story: Vec<_> = story.into_iter().map(entry).collect();
        assert_eq!(reached(&story), 2);
        story.push(entry(What::Cancelled { reason: String::new() }));
        assert_eq!(reached(&story), 2);
        assert_eq!(reached(&[]), 0);
    }
}
