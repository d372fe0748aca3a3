//! 정산: what each store and rider is owed of a day.

use crate::api::operator::settlement;
use crate::components::Loaded;
use crate::i18n::use_locale;
use crate::say;
use domain::views::{Owed, SettlementView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The settlement of a day.
#[component]
pub fn Settlement() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    let day = Memo::new(move |_| query.with(|query| query.get("day").unwrap_or_default()));
    let data = Resource::new_blocking(move || day.get(), settlement);
    view! {
        <Title text=say!(locale, operator.settlement.title)/>
        <main id="main" class="page">
            <header class="page__head page__head--row">
                <h1 class="page__title">{say!(locale, operator.settlement.title)}</h1>
                <a class="btn btn--s" href="/operator">{say!(locale, operator.back)}</a>
            </header>
            <Loaded data let:view>
                <Content view/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Content(view: SettlementView) -> impl IntoView {
    let locale = use_locale();
    let platform = view.platform();
    let (stores, riders) = (view.stores.clone(), view.riders.clone());
    view! {
        <form class="panel inline-form" method="get" action="/operator/settlement">
            <label class="field__label" for="day">{say!(locale, operator.settlement.day)}</label>
            <input class="field__input" id="day" name="day" type="date" value=view.day.clone()/>
            <button class="btn">{say!(locale, operator.settlement.show)}</button>
        </form>
        <section class="panel">
            <dl class="sums" data-paid=view.paid.get().to_string() data-platform=platform.to_string()>
                <div class="sums__row">
                    <dt>{say!(locale, operator.settlement.paid, count = view.orders)}</dt>
                    <dd class="num">{view.paid.to_string()}</dd>
                </div>
                <div class="sums__row">
                    <dt>{say!(locale, operator.settlement.platform)}</dt>
                    <dd class="num">{signed(platform)}</dd>
                </div>
            </dl>
            <p class="fine">{say!(locale, operator.settlement.balance)}</p>
        </section>
        <Table title=say!(locale, operator.settlement.stores) id="stores" owed=stores/>
        <Table title=say!(locale, operator.settlement.riders) id="riders" owed=riders/>
    }
    .into_any()
}

#[component]
fn Table(title: &'static str, id: &'static str, owed: Vec<Owed>) -> impl IntoView {
    let locale = use_locale();
    if owed.is_empty() {
        return view! {
            <section class="panel">
                <h2 class="panel__title">{title}</h2>
                <p class="empty__text">{say!(locale, operator.settlement.none)}</p>
            </section>
        }
        .into_any();
    }
    let rows = owed
        .into_iter()
        .map(|owed| {
            view! {
                <tr>
                    <th scope="row">{owed.name.get(locale).to_owned()}</th>
                    <td class="num">{owed.orders}</td>
                    <td class="num" data-owed=owed.amount.get().to_string()>{owed.amount.to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2 class="panel__title" id=id>{title}</h2>
            <div class="scroll" tabindex="0" role="region" aria-labelledby=id>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{say!(locale, operator.settlement.who)}</th>
                            <th scope="col">{say!(locale, operator.settlement.orders)}</th>
                            <th scope="col">{say!(locale, operator.settlement.owed)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// `₩1,200` or `−₩1,200`.
fn signed(amount: i64) -> String {
    let size = domain::shared::Won::new(amount.unsigned_abs()).unwrap_or(domain::shared::Won::MAX);
    if amount < 0 { format!("−{size}") } else { size.to_string() }
}
