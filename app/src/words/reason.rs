//! Why a store did not take an order, in the reader's language.

use crate::say;
use domain::notification::{Variable, Variables};
use domain::shared::Locale;
use domain::store::ticket::StockReason;

/// A reason of the list.
pub fn stock(locale: Locale, reason: StockReason) -> &'static str {
    match reason {
        StockReason::SoldOut => say!(locale, words.stock.sold_out),
        StockReason::Busy => say!(locale, words.stock.busy),
        StockReason::Place => say!(locale, words.stock.place),
        StockReason::Closing => say!(locale, words.stock.closing),
    }
}

/// A reason as the log keeps it: one of the list, or the owner's own words as they are.
pub fn rejection(locale: Locale, reason: &str) -> String {
    StockReason::of(reason).map_or_else(|| reason.to_owned(), |reason| stock(locale, reason).to_owned())
}

/// What is filled into a notice, in the reader's language.
pub fn variable(locale: Locale, variables: &Variables, variable: Variable) -> String {
    let text = variables.get(variable, locale);
    match variable {
        Variable::Reason => rejection(locale, &text),
        Variable::Number | Variable::Store | Variable::Amount | Variable::Minutes => text,
    }
}
