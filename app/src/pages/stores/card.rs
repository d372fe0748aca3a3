//! A store in the list.

use crate::components::opening::{OpenChip, again};
use crate::components::picture_url;
use crate::i18n::use_locale;
use crate::{say, words};
use domain::shared::{Locale, Timestamp};
use domain::store::Openness;
use domain::views::StoreCard;
use leptos::prelude::*;

/// The name of a kind of food.
pub fn kind_name(locale: Locale, kind: &str) -> &'static str {
    match kind {
        "pizza" => say!(locale, customer.kind.pizza),
        "chicken" => say!(locale, customer.kind.chicken),
        "korean" => say!(locale, customer.kind.korean),
        "bunsik" => say!(locale, customer.kind.bunsik),
        "chinese" => say!(locale, customer.kind.chinese),
        "japanese" => say!(locale, customer.kind.japanese),
        "burger" => say!(locale, customer.kind.burger),
        "cafe" => say!(locale, customer.kind.cafe),
        "salad" => say!(locale, customer.kind.salad),
        "jokbal" => say!(locale, customer.kind.jokbal),
        _ => say!(locale, customer.kind.other),
    }
}

/// The delivery fee to the customer's address, or the least there is, as a short fact.
fn fee(locale: Locale, store: &StoreCard) -> Option<String> {
    match store.fee {
        Some(fee) => Some(say!(locale, customer.fact.fee, fee = fee.to_string())),
        None => store
            .fee_tiers
            .iter()
            .map(|tier| tier.fee)
            .min()
            .map(|fee| say!(locale, customer.fact.fee_from, fee = fee.to_string())),
    }
}

/// A store in the list.
#[component]
pub fn StoreItem(
    /// The store.
    store: StoreCard,
    /// The server's clock.
    now: Timestamp,
) -> impl IntoView {
    let locale = use_locale();
    let time = again(locale, store.openness, now)
        .unwrap_or_else(|| say!(locale, customer.fact.minutes, minutes = store.cooking_minutes));
    let class = if store.openness == Openness::Open { "store" } else { "store store--closed" };
    let about = [
        Some(kind_name(locale, &store.kind).to_owned()),
        store.distance_m.map(|metres| words::distance(locale, metres)),
        Some(store.description.get(locale).to_owned()),
    ];
    let about = about.into_iter().flatten().filter(|part| !part.is_empty());
    let about = about.collect::<Vec<_>>().join(" · ");
    let facts = [
        fee(locale, &store),
        Some(say!(locale, customer.fact.minimum, amount = store.min_order.to_string())),
    ]
    .into_iter()
    .flatten()
    .map(|fact| view! { <li class="store__fact">{fact}</li> })
    .collect_view();
    view! {
        <li class=class>
            <a class="store__link" href=format!("/stores/{}", store.id)>
                <div class="store__frame">
                    <img class="store__picture" src=picture_url(&store.picture) alt="" width="400" height="300" loading="lazy"/>
                    <OpenChip openness=store.openness class="store__chip"/>
                </div>
                <div class="store__body">
                    <h3 class="store__name">{store.name.get(locale).to_owned()}</h3>
                    <p class="store__about">{about}</p>
                    <ul class="store__facts">
                        <li class="store__fact store__fact--time">
                            <span class="icon icon--clock" aria-hidden="true"></span>
                            {time}
                        </li>
                        {facts}
                    </ul>
                </div>
            </a>
        </li>
    }
    .into_any()
}
