//! The rider's page: duty, jobs near by, the jobs in hand, live.

pub mod duty;
pub mod jobs;
pub mod parts;
pub mod place;
pub mod ride;

use crate::api::ApiError;
use crate::api::rider::rider;
use crate::components::{Drafted, FaultNote, Loaded, use_draft_id, with_draft};
use crate::i18n::use_locale;
use crate::live::{LivePage, use_clock, use_live_page};
use crate::say;
use domain::shared::{OrderId, Timestamp};
use domain::views::{DraftForm, FormDraft, RiderView};
use leptos::prelude::*;
use leptos_meta::Title;

/// What every part of the page shares.
#[derive(Clone, Copy)]
pub struct Shift {
    live: LivePage<RiderView>,
    clock: Signal<Timestamp>,
    draft: StoredValue<Option<FormDraft>>,
}

impl Shift {
    /// What was typed into a form of this kind and about this subject before the page was loaded, and refused.
    fn draft_of(self, form: DraftForm, subject: &str) -> Option<FormDraft> {
        self.draft.get_value().filter(|draft| draft.form == form && draft.subject == subject)
    }

    /// The idempotency key of a form about a job. Changes whenever the page is loaded again.
    fn key(self, order: OrderId, action: &'static str) -> impl Fn() -> String + Copy + Send + Sync {
        move || self.live.data.with(|view| format!("{}:{order}:{action}", view.key))
    }

    /// Loads the page again after a command.
    fn refresh<T: 'static>(self) -> Callback<T> {
        Callback::new(move |_| self.live.refresh())
    }
}

/// The rider's page.
#[component]
pub fn Rider() -> impl IntoView {
    let locale = use_locale();
    let draft = use_draft_id();
    let data = Resource::new_blocking(move || draft.get(), |draft| with_draft(rider(), draft));
    view! {
        <Title text=say!(locale, rider.title)/>
        <main id="main" class="page page--narrow">
            <Loaded data let:loaded>
                <RiderPage loaded/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn RiderPage(loaded: Drafted<RiderView>) -> impl IntoView {
    let locale = use_locale();
    let (view, draft) = loaded;
    // What concerns a job that is no longer in hand: it was given to somebody else, most of all.
    let orphan = draft
        .as_ref()
        .filter(|draft| draft.form == DraftForm::Job)
        .filter(|draft| view.mine.iter().all(|job| job.card.order.to_string() != draft.subject))
        .map(|draft| ApiError::Fault(draft.fault.clone()));
    let live = use_live_page(view, "/live/rider".to_owned(), |view| view.position, RiderView::apply, rider);
    let shift = Shift {
        live,
        clock: use_clock(Signal::derive(move || live.data.with(|view| view.now))),
        draft: StoredValue::new(draft),
    };
    let mine = Memo::new(move |_| {
        live.data.with(|view| view.mine.iter().map(|job| job.card.order).collect::<Vec<OrderId>>())
    });
    let errors = RwSignal::new(orphan);
    view! {
        <duty::Duty shift/>
        <FaultNote error=errors/>
        <div aria-live="polite">
            {move || {
                mine.with(|mine| !mine.is_empty())
                    .then(|| view! { <h2 class="sr-only">{say!(locale, rider.ride.title)}</h2> })
            }}
            <For each=move || mine.get() key=|id| *id let:id>
                <ride::Ride shift id/>
            </For>
        </div>
        <jobs::Jobs shift errors/>
    }
    .into_any()
}
