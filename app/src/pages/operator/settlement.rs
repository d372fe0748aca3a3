//! 정산: what each store and rider is owed of a day.

use crate::api::ApiError;
use crate::api::operator::settlement;
use crate::components::Loaded;
use crate::i18n::use_locale;
use crate::{say, words};
use domain::processes::Takings;
use domain::shared::Won;
use domain::views::{Fault, FieldFault, Owed, SettlementView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What was typed, with the settlement of that day or what is wrong with it.
type Outcome = (String, Result<SettlementView, FieldFault>);

/// A day that does not exist is no failure of the page: it is said at the field.
async fn of_day(typed: String) -> Result<Outcome, ApiError> {
    match settlement(typed.clone()).await {
        Ok(view) => Ok((typed, Ok(view))),
        Err(ApiError::Fault(Fault::Invalid(mut faults))) if !faults.is_empty() => {
            Ok((typed, Err(faults.remove(0))))
        }
        Err(error) => Err(error),
    }
}

/// The settlement of a day.
#[component]
pub fn Settlement() -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map();
    let day = Memo::new(move |_| query.with(|query| query.get("day").unwrap_or_default()));
    let data = Resource::new_blocking(move || day.get(), of_day);
    view! {
        <Title text=say!(locale, operator.settlement.title)/>
        <main id="main" class="page">
            <header class="page__head page__head--row">
                <h1 class="page__title">{say!(locale, operator.settlement.title)}</h1>
                <a class="btn btn--s" href="/operator">{say!(locale, operator.back)}</a>
            </header>
            <Loaded data let:outcome>
                <Content outcome/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Content(outcome: Outcome) -> impl IntoView {
    match outcome {
        (_, Ok(view)) => view! { <DayForm day=view.day.clone() fault=None/> <Sums view/> }.into_any(),
        (typed, Err(fault)) => view! { <DayForm day=typed fault=Some(fault)/> }.into_any(),
    }
}

#[component]
fn DayForm(day: String, fault: Option<FieldFault>) -> impl IntoView {
    let locale = use_locale();
    let is_wrong = fault.is_some();
    let error = fault.map(|fault| {
        view! { <p class="field__error" id="day-error" role="alert">{words::field(locale, &fault)}</p> }
    });
    view! {
        <form class="panel" method="get" action="/operator/settlement">
            <div class=if is_wrong { "field field--error" } else { "field" }>
                <label class="field__label" for="day">{say!(locale, operator.settlement.day)}</label>
                <div class="inline-form">
                    // A field for dates shows nothing of what is no date.
                    <input
                        class="field__input"
                        id="day"
                        name="day"
                        type=if is_wrong { "text" } else { "date" }
                        value=day
                        maxlength="60"
                        aria-invalid=is_wrong.then_some("true")
                        aria-describedby=is_wrong.then_some("day-error")
                    />
                    <button class="btn">{say!(locale, operator.settlement.show)}</button>
                </div>
                {error}
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Sums(view: SettlementView) -> impl IntoView {
    let locale = use_locale();
    let platform = view.platform();
    let Takings { paid, given_back, owed_back } = view.takings;
    let (stores, riders) = (view.stores.clone(), view.riders.clone());
    view! {
        <section class="panel">
            <dl class="sums">
                <SumRow name="stores" label=say!(locale, operator.settlement.to_stores) amount=total(&view.stores)/>
                <SumRow name="riders" label=say!(locale, operator.settlement.to_riders) amount=total(&view.riders)/>
                <SumRow name="platform" label=say!(locale, operator.settlement.platform) amount=platform/>
                <SumRow
                    name="given-back"
                    label=say!(locale, operator.settlement.given_back)
                    amount=won(given_back)
                />
                <SumRow
                    name="owed-back"
                    label=say!(locale, operator.settlement.owed_back)
                    amount=won(owed_back)
                />
                <SumRow
                    name="paid"
                    label=say!(locale, operator.settlement.paid, count = view.orders)
                    amount=won(paid)
                    is_total=true
                />
            </dl>
            <p class="fine">{say!(locale, operator.settlement.balance)}</p>
        </section>
        <Table title=say!(locale, operator.settlement.stores) id="stores" owed=stores/>
        <Table title=say!(locale, operator.settlement.riders) id="riders" owed=riders/>
    }
    .into_any()
}

#[component]
fn SumRow(
    name: &'static str,
    #[prop(into)] label: String,
    amount: i64,
    #[prop(optional)] is_total: bool,
) -> impl IntoView {
    view! {
        <div class=if is_total { "sums__row sums__row--total" } else { "sums__row" }>
            <dt>{label}</dt>
            <dd class="num" data-sum=name data-won=amount.to_string()>
                {signed(amount)}
            </dd>
        </div>
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
                            <th scope="col" class="num">{say!(locale, operator.settlement.orders)}</th>
                            <th scope="col" class="num">{say!(locale, operator.settlement.owed)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn won(amount: Won) -> i64 {
    // Amounts fit: see `Won::MAX`.
    amount.get() as i64
}

fn total(owed: &[Owed]) -> i64 {
    owed.iter().map(|owed| won(owed.amount)).sum()
}

/// `₩1,200` or `−₩1,200`.
fn signed(amount: i64) -> String {
    let size = Won::new(amount.unsigned_abs()).unwrap_or(Won::MAX);
    if amount < 0 { format!("−{size}") } else { size.to_string() }
}
