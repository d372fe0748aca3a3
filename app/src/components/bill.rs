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

/// What became of the money of an order, in won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// Taken from the customer in all.
    pub taken: Won,
    /// On its way back.
    pub owed: Won,
    /// Gone back.
    pub returned: Won,
}

impl Paid {
    /// What the customer pays in the end, in won.
    pub fn kept(self) -> Won {
        let back = self.owed.plus(self.returned).unwrap_or(Won::MAX);
        self.taken.minus(back).unwrap_or(Won::ZERO)
    }

    fn has_refund(self) -> bool {
        !self.owed.is_zero() || !self.returned.is_zero()
    }
}

/// The price rows of an order; where something goes or went back also what was paid, what came back of it and what is left.
#[component]
pub fn BillPrices(
    /// The bill.
    #[prop(into)]
    bill: Signal<Bill>,
    /// What became of the money.
    #[prop(into)]
    paid: Signal<Paid>,
) -> impl IntoView {
    let locale = use_locale();
    let row = |class: &'static str, name: &'static str, amount: String| {
        view! { <div class=class><dt>{name}</dt><dd>{amount}</dd></div> }
    };
    let back = move |name: &'static str, amount: Won| {
        (!amount.is_zero()).then(|| row("prices__row prices__row--back", name, format!("−{amount}")))
    };
    let total = move || {
        let (paid, total) = (paid.get(), bill.with(|bill| bill.total.to_string()));
        if !paid.has_refund() {
            return row("prices__row prices__row--total", say!(locale, orders.bill.total), total).into_any();
        }
        view! {
            {row("prices__row", say!(locale, orders.bill.sum), total)}
            {row("prices__row", say!(locale, orders.bill.paid), paid.taken.to_string())}
            {back(say!(locale, orders.bill.owed), paid.owed)}
            {back(say!(locale, orders.bill.returned), paid.returned)}
            {row("prices__row prices__row--total", say!(locale, orders.bill.kept), paid.kept().to_string())}
        }
        .into_any()
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
            {total}
        </dl>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_paid_in_the_end_is_what_did_not_go_back() {
        let won = |amount| Won::new(amount).unwrap();
        let paid =
            |taken, owed, returned| Paid { taken: won(taken), owed: won(owed), returned: won(returned) };
        for (paid, kept) in
            [(paid(24_400, 0, 0), 24_400), (paid(24_400, 2_500, 0), 21_900), (paid(24_400, 21_900, 2_500), 0)]
        {
            assert_eq!(paid.kept(), won(kept), "{paid:?}");
        }
        assert!(!paid(24_400, 0, 0).has_refund());
    }
}
