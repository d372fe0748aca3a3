//! What is said about applications, and about the lines of a menu.

use super::refusals::not_now;
use crate::say;
use domain::enrolment::{Phase, Refusal, Verb};
use domain::shared::Locale;
use domain::views::LineFault;

/// A command about an application was refused.
pub(super) fn application(locale: Locale, refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotNow { command, state } => {
            let state = match state {
                Phase::New => say!(locale, words.application.state.absent),
                Phase::Filed => say!(locale, words.application.state.filed),
                Phase::Approved => say!(locale, words.application.state.approved),
                Phase::Refused => say!(locale, words.application.state.refused),
            };
            let command = match command {
                Verb::File => say!(locale, words.application.command.file),
                Verb::Approve => say!(locale, words.application.command.approve),
                Verb::Refuse => say!(locale, words.application.command.refuse),
            };
            not_now(locale, state, command)
        }
        Refusal::OtherFiling { .. } => say!(locale, words.application.other_filing).to_owned(),
        Refusal::ReasonMissing => say!(locale, words.application.reason_missing).to_owned(),
        Refusal::ReasonTooLong { max } => say!(locale, words.application.reason_too_long, max = max),
    }
}

/// What is wrong with a line.
pub(super) fn line(locale: Locale, problem: LineFault) -> String {
    match problem {
        LineFault::NoPrice => say!(locale, words.line.no_price).to_owned(),
        LineFault::Price { min, max } => {
            say!(locale, words.line.price, min = grouped(min), max = grouped(max))
        }
        LineFault::NoName => say!(locale, words.line.no_name).to_owned(),
        LineFault::NameTooLong { max } => say!(locale, words.line.name_too_long, max = max),
        LineFault::DescriptionTooLong { max } => say!(locale, words.line.description_too_long, max = max),
        LineFault::TooManyParts => say!(locale, words.line.too_many_parts).to_owned(),
        LineFault::Unprintable => say!(locale, words.line.unprintable).to_owned(),
        LineFault::EmptySection => say!(locale, words.line.empty_section).to_owned(),
        LineFault::TooManyDishes { max } => say!(locale, words.line.too_many_dishes, max = max),
        LineFault::TooManySections { max } => say!(locale, words.line.too_many_sections, max = max),
    }
}

/// `10,000`: a number as people write it.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
