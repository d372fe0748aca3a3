//! The four lanes of the board, and what has left the store.

use super::Board;
use super::ticket::TicketItem;
use crate::i18n::use_locale;
use crate::{say, words};
use domain::delivery;
use domain::shared::{Locale, OrderId};
use domain::store::ticket::Phase;
use domain::views::{Shown, TicketCard};
use leptos::prelude::*;

/// How many of the orders that left are still listed.
const LEFT_SHOWN: usize = 8;

/// A lane of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// 신규
    New,
    /// 조리대기
    Accepted,
    /// 조리중
    Cooking,
    /// 완료, until a rider has taken it away.
    Done,
}

impl Lane {
    const ALL: [Lane; 4] = [Lane::New, Lane::Accepted, Lane::Cooking, Lane::Done];

    /// Where a ticket stands; `None` once it has left the kitchen.
    fn of(ticket: &TicketCard) -> Option<Lane> {
        match ticket.phase {
            Phase::Received => Some(Lane::New),
            Phase::Accepted => Some(Lane::Accepted),
            Phase::Cooking => Some(Lane::Cooking),
            Phase::Ready if !ticket.has_left() => Some(Lane::Done),
            Phase::New | Phase::Ready | Phase::Rejected | Phase::Cancelled => None,
        }
    }

    /// Its name in the style sheets.
    pub const fn slug(self) -> &'static str {
        match self {
            Lane::New => "new",
            Lane::Accepted => "accepted",
            Lane::Cooking => "cooking",
            Lane::Done => "done",
        }
    }

    fn name(self, locale: Locale) -> &'static str {
        match self {
            Lane::New => say!(locale, owner.lane.fresh),
            Lane::Accepted => say!(locale, owner.lane.accepted),
            Lane::Cooking => say!(locale, owner.lane.cooking),
            Lane::Done => say!(locale, owner.lane.done),
        }
    }

    fn empty(self, locale: Locale) -> &'static str {
        match self {
            Lane::New => say!(locale, owner.lane.fresh_empty),
            Lane::Accepted => say!(locale, owner.lane.accepted_empty),
            Lane::Cooking => say!(locale, owner.lane.cooking_empty),
            Lane::Done => say!(locale, owner.lane.done_empty),
        }
    }
}

/// The board's lanes.
#[component]
pub fn Lanes(
    /// What the board's parts share.
    board: Board,
) -> impl IntoView {
    view! {
        <div class="board">
            {Lane::ALL.map(|lane| view! { <LaneOf board lane/> }).collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn LaneOf(board: Board, lane: Lane) -> impl IntoView {
    let locale = use_locale();
    let ids = Memo::new(move |_| {
        board.live.data.with(|board| {
            let here = board.tickets.iter().filter(|ticket| Lane::of(ticket) == Some(lane));
            here.map(|ticket| ticket.order).collect::<Vec<OrderId>>()
        })
    });
    let slug = lane.slug();
    let heading = format!("lane-{slug}");
    view! {
        <section class=format!("lane lane--{slug}") aria-labelledby=heading data-lane=slug>
            <header class="lane__head">
                <h2 class="lane__title" id=heading.clone()>{lane.name(locale)}</h2>
                <span class="badge">{move || ids.with(Vec::len)}</span>
            </header>
            <ol class="lane__list">
                <For each=move || ids.get() key=|id| *id let:id>
                    <TicketItem board lane id/>
                </For>
            </ol>
            {move || ids.with(Vec::is_empty).then(|| view! { <p class="lane__empty">{lane.empty(locale)}</p> })}
            {(lane == Lane::Done).then(|| view! { <Left board/> })}
        </section>
    }
    .into_any()
}

/// The last orders that a rider took away.
#[component]
fn Left(board: Board) -> impl IntoView {
    let locale = use_locale();
    let left = Memo::new(move |_| {
        board.live.data.with(|board| {
            let left = board.tickets.iter().rev().filter(|ticket| ticket.has_left());
            left.take(LEFT_SHOWN)
                .map(|ticket| (ticket.order, ticket.number.to_string(), ticket.delivery))
                .collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| left.with(Vec::len));
    let items = move || {
        left.get()
            .into_iter()
            .map(|(order, number, phase)| {
                let (shown, text) = match phase {
                    delivery::Phase::Delivered => (Shown::Delivered, say!(locale, owner.rider.delivered)),
                    delivery::Phase::Failed => (Shown::DeliveryFailed, say!(locale, owner.rider.failed)),
                    _ => (Shown::OnTheWay, say!(locale, owner.rider.left)),
                };
                view! {
                    <li class="ticket__rider" data-left=order.to_string() data-phase=shown.slug()>
                        <a class="link" href=format!("/owner/orders/{order}")><strong>{number}</strong></a> " "
                        <span class=format!("chip chip--{}", shown.slug())>{words::shown(locale, shown)}</span> " "
                        {text}
                    </li>
                }
            })
            .collect_view()
    };
    move || {
        (count.get() > 0).then(|| {
            view! {
                <details class="more">
                    <summary class="more__summary">
                        {move || say!(locale, owner.lane.left, count = count.get())}
                    </summary>
                    <ul class="more__body">{items}</ul>
                </details>
            }
        })
    }
}
