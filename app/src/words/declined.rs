//! Why a card was declined, as far as the code of its provider says so.

use crate::say;
use domain::shared::Locale;

/// Codes of cards without enough money, or over their limit.
const FUNDS: [&str; 6] = [
    "insufficient_funds",
    "card_velocity_exceeded",
    "withdrawal_count_limit_exceeded",
    "REJECT_ACCOUNT_PAYMENT",
    "REJECT_CARD_PAYMENT",
    "EXCEED_MAX_PAYMENT_AMOUNT",
];
/// Codes of cards that are past their date.
const EXPIRED: [&str; 2] = ["expired_card", "INVALID_CARD_EXPIRATION"];
/// Codes of cards that are blocked, or reported as lost.
const BLOCKED: [&str; 5] =
    ["lost_card", "stolen_card", "pickup_card", "INVALID_STOPPED_CARD", "INVALID_CARD_LOST_OR_STOLEN"];
/// Codes of details that do not fit the card.
const DETAILS: [&str; 4] = ["incorrect_number", "incorrect_cvc", "invalid_cvc", "INVALID_CARD_NUMBER"];
/// Codes of customers who said no themselves, or nothing at all.
const CUSTOMER: [&str; 4] = ["declined_by_customer", "abandoned", "PAY_PROCESS_CANCELED", "USER_CANCEL"];

/// The end of a payment that was declined with this code: with its cause where that is known.
pub(super) fn declined(locale: Locale, code: &str) -> &'static str {
    let among = |codes: &[&str]| codes.contains(&code);
    if among(&FUNDS) {
        say!(locale, words.declined.funds)
    } else if among(&EXPIRED) {
        say!(locale, words.declined.expired)
    } else if among(&BLOCKED) {
        say!(locale, words.declined.blocked)
    } else if among(&DETAILS) {
        say!(locale, words.declined.details)
    } else if among(&CUSTOMER) {
        say!(locale, words.declined.customer)
    } else {
        say!(locale, words.what.payment_declined_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_known_cause_is_named_and_an_unknown_one_is_not_guessed() {
        for locale in [Locale::Ko, Locale::En] {
            let said: HashSet<_> = [FUNDS[0], EXPIRED[0], BLOCKED[0], DETAILS[0], CUSTOMER[0], "whatever"]
                .map(|code| declined(locale, code))
                .into();
            assert_eq!(said.len(), 6);
            assert_eq!(declined(locale, "whatever"), declined(locale, "do_not_honor"));
        }
    }
}
