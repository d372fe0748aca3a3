//! The owner's board, live.

pub mod desk;
pub mod forms;
pub mod lanes;
pub mod sound;
pub mod ticket;

use crate::api::ApiError;
use crate::api::owner::board;
use crate::components::{Drafted, FaultNote, Loaded, use_draft_id, with_draft};
use crate::i18n::use_locale;
use crate::live::{LivePage, use_clock, use_live_page};
use crate::say;
use domain::shared::{Locale, OrderId, Timestamp};
use domain::store::ticket::Phase;
use domain::views::{BoardView, DraftForm, FormDraft, LiveBody, LiveMessage, TicketChange};
use leptos::prelude::*;
use leptos_meta::Title;

/// What every part of the board shares.
#[derive(Clone, Copy)]
pub struct Board {
    live: LivePage<BoardView>,
    clock: Signal<Timestamp>,
    draft: StoredValue<Option<FormDraft>>,
}

impl Board {
    /// What was typed into a form of this kind and about this subject before the page was loaded, and refused.
    fn draft_of(self, form: DraftForm, subject: &str) -> Option<FormDraft> {
        self.draft.get_value().filter(|draft| draft.form == form && draft.subject == subject)
    }

    /// The first part of the keys of this page's forms. Changes whenever the page is loaded again.
    fn key(self) -> String {
        self.live.data.with(|board| board.key.clone())
    }

    /// Loads the board again after a command.
    fn refresh<T: 'static>(self) -> Callback<T> {
        Callback::new(move |_| self.live.refresh())
    }
}

/// The owner's board.
#[component]
pub fn Owner() -> impl IntoView {
    let draft = use_draft_id();
    let data = Resource::new_blocking(move || draft.get(), |draft| with_draft(board(), draft));
    view! {
        <main id="main" class="page page--wide">
            <Loaded data let:loaded>
                <OwnerPage loaded/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn OwnerPage(loaded: Drafted<BoardView>) -> impl IntoView {
    let locale = use_locale();
    let (view, draft) = loaded;
    let orphan = draft
        .as_ref()
        .filter(|draft| draft.form == DraftForm::Ticket)
        .filter(|draft| view.tickets.iter().all(|ticket| ticket.order.to_string() != draft.subject))
        .map(|draft| ApiError::Fault(draft.fault.clone()));
    let notice = RwSignal::new(None);
    let live = use_live_page(
        view,
        "/live/owner".to_owned(),
        |board| board.position,
        move |board, message| {
            if let Some(text) = leaving(locale, board, message) {
                notice.set(Some(text));
            }
            board.apply(message);
            matches!(&message.body, LiveBody::Store(change) if change.asks_for_openness())
        },
        board,
    );
    let board = Board {
        live,
        clock: use_clock(Signal::derive(move || live.data.with(|board| board.now))),
        draft: StoredValue::new(draft),
    };
    let fresh = Memo::new(move |_| {
        live.data.with(|board| {
            let fresh = board.tickets.iter().filter(|ticket| ticket.phase == Phase::Received);
            fresh.map(|ticket| ticket.order).collect::<Vec<OrderId>>()
        })
    });
    let bell = sound::use_bell(fresh);
    let title = move || match fresh.with(Vec::len) {
        0 => say!(locale, owner.title).to_owned(),
        count => say!(locale, owner.title_new, count = count),
    };
    view! {
        <Title text=title/>
        <desk::Desk board bell/>
        <FaultNote error=RwSignal::new(orphan)/>
        <Notice notice/>
        <div role="status">
            {move || {
                let count = fresh.with(Vec::len);
                (count > 0)
                    .then(|| {
                        view! {
                            <p class="call">
                                <span class="icon icon--bell" aria-hidden="true"></span>
                                <strong>{say!(locale, owner.call, count = count)}</strong>
                                " " {say!(locale, owner.call_text)}
                            </p>
                        }
                    })
            }}
        </div>
        <lanes::Lanes board/>
    }
    .into_any()
}

/// What to say of a ticket that leaves the board without having been cooked.
fn leaving(locale: Locale, board: &BoardView, message: &LiveMessage) -> Option<String> {
    let LiveBody::Ticket(TicketChange::Moved { order, phase, .. }) = &message.body else {
        return None;
    };
    let ticket = board.tickets.iter().find(|ticket| ticket.order == *order)?;
    let number = ticket.number.as_str();
    match phase {
        Phase::Cancelled => Some(say!(locale, owner.notice.cancelled, number = number)),
        Phase::Rejected => Some(say!(locale, owner.notice.rejected, number = number)),
        _ => None,
    }
}

/// The last ticket that left the board without having been cooked, until the owner has seen it.
#[component]
fn Notice(notice: RwSignal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div role="status">
            {move || {
                notice
                    .get()
                    .map(|text| {
                        view! {
                            <div class="alert alert--warn">
                                <p class="alert__text">{text}</p>
                                <button type="button" class="btn btn--s" on:click=move |_| notice.set(None)>
                                    {say!(locale, owner.notice.dismiss)}
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
