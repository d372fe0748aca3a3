//! A ticket on the board.

use super::Board;
use super::forms::{AcceptForm, DelayForm, FinishForm, RejectForm, StartForm};
use super::lanes::Lane;
use crate::components::bill::options;
use crate::components::{FaultNote, is_of_reason};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::delivery;
use domain::shared::{Line, LineChange, Locale, MINUTE_MS, OrderId, Timestamp, line_changes};
use domain::views::{DraftForm, Shown, TicketCard};
use leptos::prelude::*;

/// A ticket in its lane.
#[component]
pub fn TicketItem(
    /// What the board's parts share.
    board: Board,
    /// The lane it stands in.
    lane: Lane,
    /// The order.
    id: OrderId,
) -> impl IntoView {
    let card = Memo::new(move |before: Option<&Option<TicketCard>>| {
        let found = board.live.data.with(|board| board.tickets.iter().find(|card| card.order == id).cloned());
        // A ticket that left the board keeps its face until its place in the lane is gone.
        found.or_else(|| before.cloned().flatten())
    });
    card.get_untracked()
        .map(|first| view! { <TicketOf board lane first card=Signal::derive(move || card.get())/> })
}

#[component]
fn TicketOf(board: Board, lane: Lane, first: TicketCard, card: Signal<Option<TicketCard>>) -> impl IntoView {
    let locale = use_locale();
    let id = first.order;
    let draft = board.draft_of(DraftForm::Ticket, &id.to_string());
    let errors = board.live.use_errors(draft.as_ref().map(|draft| draft.fault.clone()));
    // What is wrong with a reason is said at the reason.
    let elsewhere = Signal::derive(move || errors.get().filter(|error| !is_of_reason(error)));
    let (limit, cooking_minutes) =
        board.live.data.with_untracked(|board| (board.answer_limit_minutes, board.offered_minutes()));
    let lines = Memo::new(move |_| card.get().map(|card| card.lines).unwrap_or_default());
    let ready_at = Memo::new(move |_| card.get().and_then(|card| card.ready_at));
    let changed = Memo::new(move |_| card.get().is_some_and(|card| card.revision > 0));
    let before = Memo::new(move |_| card.get().map(|card| card.before).unwrap_or_default());
    let items = Memo::new(move |_| card.get().map(|card| card.items).unwrap_or_default());
    let rider = Memo::new(move |_| card.get().map(|card| card.delivery).unwrap_or_default());
    let phase = lane.slug();
    let forms = match lane {
        Lane::New => view! {
            <AcceptForm board id errors cooking_minutes draft=draft.clone()/>
            <RejectForm board id errors draft/>
        }
        .into_any(),
        Lane::Accepted => view! {
            <Due board ready_at/>
            <StartForm board id errors/>
            <DelayForm board id errors ready_at/>
        }
        .into_any(),
        Lane::Cooking => view! {
            <Due board ready_at/>
            <FinishForm board id errors/>
            <DelayForm board id errors ready_at/>
        }
        .into_any(),
        Lane::Done => view! { <Rider rider/> }.into_any(),
    };
    let note = (!first.note.is_empty()).then(|| {
        view! {
            <p class="ticket__note">
                <span class="icon icon--note" aria-hidden="true"></span>
                {first.note.clone()}
            </p>
        }
    });
    let age = (lane != Lane::Done)
        .then(|| view! { <Age board since=first.received_at limit=(lane == Lane::New).then_some(limit)/> });
    view! {
        <li>
            <article
                class=format!("ticket ticket--{phase}")
                id=format!("ticket-{id}")
                data-ticket=id.to_string()
                data-phase=phase
                aria-label=first.number.to_string()
            >
                <header class="ticket__head">
                    <h3 class="ticket__number">{first.number.to_string()}</h3>
                    {age}
                </header>
                {move || {
                    changed
                        .get()
                        .then(|| view! { <Changes before=before.get() now=lines.get()/> })
                }}
                <ul class="ticket__lines">
                    {move || lines.with(|lines| lines.iter().map(|line| line_of(locale, line)).collect_view())}
                </ul>
                {note}
                <p class="ticket__total">
                    <span>{say!(locale, owner.ticket.items)} " " <span class="num">{move || items.get().to_string()}</span></span>
                    <span class="ticket__paid">{say!(locale, owner.ticket.paid)}</span>
                </p>
                <FaultNote error=elsewhere/>
                {forms}
                <a class="ticket__story" href=format!("/owner/orders/{id}")>{say!(locale, owner.ticket.story)}</a>
            </article>
        </li>
    }
    .into_any()
}

/// What the customer has changed, line by line.
#[component]
fn Changes(before: Vec<Line>, now: Vec<Line>) -> impl IntoView {
    let locale = use_locale();
    let rows = line_changes(&before, &now)
        .into_iter()
        .map(|change| {
            let (line, how) = match change {
                LineChange::Added(line) => (line, say!(locale, owner.ticket.new).to_owned()),
                LineChange::Removed(line) => (line, say!(locale, owner.ticket.out).to_owned()),
                LineChange::Counted { line, before } => {
                    let how = format!("{} {before}", say!(locale, owner.ticket.was));
                    (line, how)
                }
            };
            let options = options(locale, &line);
            let what = if options.is_empty() {
                line.name.get(locale).to_owned()
            } else {
                format!("{} ({options})", line.name.get(locale))
            };
            view! { <li>{format!("{} × {what} · {how}", line.quantity)}</li> }
        })
        .collect_view();
    view! {
        <div class="ticket__note ticket__note--changes" data-changes="true">
            <p>{say!(locale, owner.ticket.changed)}</p>
            <ul class="ticket__changes" aria-label=say!(locale, owner.ticket.changes)>{rows}</ul>
        </div>
    }
    .into_any()
}

fn line_of(locale: Locale, line: &domain::shared::Line) -> AnyView {
    let options = options(locale, line);
    view! {
        <li class="ticket__line">
            <span class="ticket__count">{line.quantity}</span>
            <span class="ticket__what">
                {line.name.get(locale).to_owned()}
                {(!options.is_empty()).then(|| view! { <span class="ticket__options">{options}</span> })}
            </span>
        </li>
    }
    .into_any()
}

/// How long ago the order came; in colour by the time to answer, where there is one (in minutes).
#[component]
fn Age(board: Board, since: Timestamp, limit: Option<u32>) -> impl IntoView {
    let locale = use_locale();
    let age = move || board.clock.get().since(since).max(0);
    let class = Memo::new(move |_| {
        let limit = limit.map(|minutes| i64::from(minutes) * MINUTE_MS);
        match limit {
            Some(limit) if age() >= limit => "age age--late",
            Some(limit) if age() * 2 >= limit => "age age--warn",
            _ => "age age--ok",
        }
    });
    view! {
        <p class=class>
            <span class="icon icon--clock" aria-hidden="true"></span>
            <span class="sr-only">{say!(locale, owner.ticket.age)}</span>
            <span class="num">{move || stopwatch(age())}</span>
        </p>
    }
    .into_any()
}

/// `2:14`, or `1:02:14` from an hour on, for milliseconds.
fn stopwatch(elapsed_ms: i64) -> String {
    let seconds = elapsed_ms / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// When the food should be ready.
#[component]
fn Due(board: Board, ready_at: Memo<Option<Timestamp>>) -> impl IntoView {
    let locale = use_locale();
    let left = move |ready_at: Timestamp| {
        let left = ready_at.since(board.clock.get());
        let minutes = (left.abs() + MINUTE_MS / 2) / MINUTE_MS;
        if left >= 0 {
            say!(locale, owner.ticket.due_left, minutes = minutes)
        } else {
            say!(locale, owner.ticket.due_over, minutes = minutes)
        }
    };
    move || {
        ready_at.get().map(|ready_at| {
            view! {
                <p class="ticket__due">
                    {say!(locale, owner.ticket.due, time = ready_at.in_seoul().clock())} " · "
                    <span class="num">{move || left(ready_at)}</span>
                </p>
            }
        })
    }
}

/// Where the rider of a ready order is.
#[component]
fn Rider(rider: Memo<delivery::Phase>) -> impl IntoView {
    let locale = use_locale();
    let state = move || match rider.get() {
        delivery::Phase::Claimed => (Shown::Assigned, say!(locale, owner.rider.coming)),
        delivery::Phase::Arrived => (Shown::Assigned, say!(locale, owner.rider.here)),
        _ => (Shown::Ready, say!(locale, owner.rider.seeking)),
    };
    view! {
        <p class="ticket__rider">
            <span class=move || format!("chip chip--{}", state().0.slug())>
                {move || words::shown(locale, state().0)}
            </span>
            " "
            {move || state().1}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_like_a_stopwatch() {
        for (ms, text) in [(0, "0:00"), (134_900, "2:14"), (3_599_000, "59:59"), (3_734_000, "1:02:14")] {
            assert_eq!(stopwatch(ms), text);
        }
    }
}
