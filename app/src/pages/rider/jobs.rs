//! Jobs near by that can be claimed.

use super::Shift;
use crate::api::ApiError;
use crate::api::rider::Claim;
use crate::components::picture_url;
use crate::components::{CommandForm, Submit};
use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::{MINUTE_MS, OrderId};
use domain::views::JobCard;
use leptos::prelude::*;

/// The jobs near by. Of the riders who claim one, all but one are told so in `errors`, as the job itself is gone.
#[component]
pub fn Jobs(
    /// What the page's parts share.
    shift: Shift,
    /// Where refusals are put.
    errors: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let locale = use_locale();
    let live = shift.live;
    // The page's own: a job that is lost takes its form with it.
    let claim = ServerAction::<Claim>::new();
    Effect::new(move |_| {
        let Some(result) = claim.value().get() else { return };
        errors.set(result.err());
        live.refresh();
    });
    let on_duty = Memo::new(move |_| live.data.with(|view| view.on_duty));
    let placed = Memo::new(move |_| live.data.with(|view| view.place.is_some()));
    let ids = Memo::new(move |_| {
        live.data.with(|view| view.jobs.iter().map(|job| job.order).collect::<Vec<OrderId>>())
    });
    let radius = live.data.with_untracked(|view| words::distance(locale, view.radius_m));
    let empty = move || {
        let (title, text) = if !on_duty.get() {
            (say!(locale, rider.jobs.off_title), say!(locale, rider.jobs.off_text).to_owned())
        } else if !placed.get() {
            (say!(locale, rider.jobs.nowhere_title), say!(locale, rider.jobs.nowhere_text).to_owned())
        } else {
            let text = say!(locale, rider.jobs.empty_text, radius = radius.as_str());
            (say!(locale, rider.jobs.empty_title), text)
        };
        ids.with(Vec::is_empty).then(|| {
            view! {
                <div class="empty">
                    <img class="empty__picture" src=picture_url("/img/empty/jobs.svg") alt="" width="200" height="150"/>
                    <h3 class="empty__title">{title}</h3>
                    <p class="empty__text">{text}</p>
                </div>
            }
        })
    };
    let is_cut = Memo::new(move |_| live.data.with(|view| view.more_jobs));
    let cut = move || {
        let count = ids.with(Vec::len);
        is_cut
            .get()
            .then(|| view! { <p class="fine" data-cut>{say!(locale, rider.jobs.more, count = count)}</p> })
    };
    view! {
        <header class="list-head">
            <h2 class="list-head__title">{say!(locale, rider.jobs.title)}</h2>
            <p class="list-head__count" role="status">
                {move || say!(locale, rider.jobs.count, count = ids.with(Vec::len))}
            </p>
        </header>
        {empty}
        <ul class="jobs">
            <For each=move || ids.get() key=|id| *id let:id>
                <Job shift id claim/>
            </For>
        </ul>
        {cut}
    }
    .into_any()
}

#[component]
fn Job(shift: Shift, id: OrderId, claim: ServerAction<Claim>) -> impl IntoView {
    let find =
        move || shift.live.data.with_untracked(|view| view.jobs.iter().find(|job| job.order == id).cloned());
    // What is offered does not change until it is gone.
    find().map(|card| view! { <JobOf shift card claim/> })
}

#[component]
fn JobOf(shift: Shift, card: JobCard, claim: ServerAction<Claim>) -> impl IntoView {
    let locale = use_locale();
    let (id, offered_at) = (card.order, card.offered_at);
    let store = card.store_name.get(locale).to_owned();
    let label = say!(locale, rider.jobs.claim_of, store = store.as_str());
    let (address, fee) = (card.store_address.clone(), card.fee.to_string());
    let on_way = words::distance(locale, card.distance_m);
    let to_store = move || {
        let place = shift.live.data.with(|view| view.place);
        place.map(|place| {
            let distance = words::distance(locale, card.distance_from(place));
            say!(locale, rider.jobs.from, distance = distance)
        })
    };
    let since = move || {
        let minutes = shift.clock.get().since(offered_at).max(0) / MINUTE_MS;
        if minutes == 0 {
            say!(locale, rider.jobs.since_now).to_owned()
        } else {
            say!(locale, rider.jobs.since, minutes = minutes)
        }
    };
    let nothing_more = Callback::new(|_| {});
    view! {
        <li class="job" data-job=id.to_string()>
            <p class="job__fee">
                <span class="sr-only">{say!(locale, rider.jobs.fee)} " "</span>
                {fee}
            </p>
            <ol class="job__route">
                <li class="job__stop job__stop--from">
                    <span class="job__place">{store}</span>
                    <span class="job__way">{address} <br/> {to_store}</span>
                </li>
                <li class="job__stop job__stop--to">
                    <span class="job__place">{say!(locale, rider.jobs.to_title)}</span>
                    <span class="job__way">{say!(locale, rider.jobs.to, distance = on_way)}</span>
                </li>
            </ol>
            <p class="job__since">{since}</p>
            <CommandForm<Claim> command=claim quiet=true on_done=nothing_more>
                <input type="hidden" name="order" value=id.to_string()/>
                <input type="hidden" name="key" value=shift.key(id, "claim")/>
                <Submit class="btn btn--primary btn--l btn--block" action="claim" label=label>
                    {say!(locale, rider.jobs.claim)}
                </Submit>
            </CommandForm<Claim>>
        </li>
    }
    .into_any()
}
