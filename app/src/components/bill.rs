//! What was ordered, and what it costs.

use crate::i18n::use_locale;
use crate::say;
use domain::shared::{Bill, Line, Locale, Won};
use leptos::prelude::*;

/// A line's options in a row: `라지 · 치즈 추가`; empty without any.
pub fn options(locale: Locale, line: &Line) -> String {
    line.options.iter().map(|option| option.name.get(locale)).collect::<Vec<_>>().join(" · ")
}

/// The lines of an order with their prices.
#[component]
pub fn BillLines(
    /// The bill.
    #[prop(into)]
    bill: Signal<Bill>,
) -> impl IntoView {
    let locale = use_locale();
    let lines = move || {
        bill.with(|bill| {
            bill.lines
                .iter()
                .map(|line| {
                    let options = options(locale, line);
                    let options =
                        (!options.is_empty()).then(|| view! { <p class="line__options">{options}</p> });
                    // A line of a bill that was agreed to always has a total.
                    let total = line.total().map(|total| total.to_string()).unwrap_or_default();
                    view! {
                        <li class="line">
                            <div class="line__body">
                                <p class="line__name">
                                    {line.name.get(locale).to_owned()} " "
                                    <span class="line__count">"× " {line.quantity}</span>
                                </p>
                                {options}
                            </div>
                            <p class="line__price">{total}</p>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! { <ul class="lines">{lines}</ul> }
}

/// The price rows of an order, with what goes or went back.
#[component]
pub fn BillPrices(
    /// The bill.
    #[prop(into)]
    bill: Signal<Bill>,
    /// What goes or went back to the customer, in won.
    #[prop(into)]
    back: Signal<Won>,
) -> impl IntoView {
    let locale = use_locale();
    let refund = move || {
        let back = back.get();
        (!back.is_zero()).then(|| {
            view! {
                <div class="prices__row prices__row--back">
                    <dt>{say!(locale, orders.bill.refund)}</dt>
                    <dd>{format!("−{back}")}</dd>
                </div>
            }
        })
    };
    view! {
        <dl class="prices">
            <div class="prices__row">
                <dt>{say!(locale, orders.bill.items)}</dt>
                <dd>{move || bill.with(|bill| bill.items.to_string())}</dd>
            </div>
            <div class="prices__row">
                <dt>{say!(locale, orders.bill.fee)}</dt>
                <dd>{move || bill.with(|bill| bill.delivery_fee.to_string())}</dd>
            </div>
            <div class="prices__row prices__row--total">
                <dt>{say!(locale, orders.bill.total)}</dt>
                <dd>{move || bill.with(|bill| bill.total.to_string())}</dd>
            </div>
            {refund}
        </dl>
    }
    .into_any()
}
