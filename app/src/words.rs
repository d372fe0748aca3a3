//! Faults, states and the timeline in the words of the pages: every sentence says what to do next where there is something to do.

mod declined;
mod enrolment;
mod notices;
mod operator;
mod reason;
mod refusals;
#[cfg(test)]
mod tests;
mod timeline;

pub use notices::{notice, notice_heading, notice_template, notice_text};
pub use operator::{stuck, waits};
pub use reason::{rejection, stock, variable};
pub use timeline::{actor, happened, what};

use crate::say;
use domain::shared::{Locale, Metres};
use domain::views::{Fault, Field, FieldFault, Shown};
use domain::webhook;

/// Why a request did not do what was asked, as a sentence for the person who asked.
pub fn fault(locale: Locale, fault: &Fault) -> String {
    match fault {
        Fault::NotSignedIn => say!(locale, words.fault.not_signed_in).to_owned(),
        Fault::WrongPassword => say!(locale, words.fault.wrong_password).to_owned(),
        Fault::WrongRole => say!(locale, words.fault.wrong_role).to_owned(),
        Fault::NotByToken => say!(locale, words.fault.not_by_token).to_owned(),
        Fault::NotFound => say!(locale, words.fault.not_found).to_owned(),
        Fault::Refused(refusal) => refusals::case(locale, refusal),
        Fault::Store(refusal) => refusals::store(locale, refusal),
        Fault::Application(refusal) => enrolment::application(locale, refusal),
        Fault::Webhook(webhook::Refusal::TooMany { max }) => {
            say!(locale, words.fault.too_many_webhooks, max = max)
        }
        Fault::OtherStore { cart } => say!(locale, words.fault.other_store, store = cart.get(locale)),
        Fault::Invalid(fields) => {
            fields.iter().map(|wrong| field(locale, wrong)).collect::<Vec<_>>().join(" ")
        }
        Fault::TwoStores => say!(locale, words.fault.two_stores).to_owned(),
        Fault::Unreadable => say!(locale, words.fault.unreadable).to_owned(),
        Fault::KeyReused => say!(locale, words.fault.key_reused).to_owned(),
        Fault::Stale => say!(locale, words.fault.stale).to_owned(),
        Fault::TooManyTokens { most } => say!(locale, words.fault.too_many_tokens, most = most),
        Fault::TooMany { retry_after_s } => too_many(locale, *retry_after_s),
        Fault::Unavailable => say!(locale, words.fault.unavailable).to_owned(),
        Fault::Unsure => say!(locale, words.fault.unsure).to_owned(),
    }
}

/// When it can be tried again: in seconds, or in minutes where that says more.
fn too_many(locale: Locale, retry_after_s: u32) -> String {
    if retry_after_s < 100 {
        say!(locale, words.fault.too_many, seconds = retry_after_s)
    } else {
        say!(locale, words.fault.too_many_minutes, minutes = retry_after_s.div_ceil(60))
    }
}

/// What is wrong with a field, as a sentence to stand beside it.
pub fn field(locale: Locale, fault: &FieldFault) -> String {
    match fault {
        FieldFault::Missing { field } => missing(locale, *field).to_owned(),
        FieldFault::TooShort { field, min } => {
            say!(locale, words.field.too_short, field = topic(locale, *field), min = min)
        }
        FieldFault::TooLong { field, max } => {
            say!(locale, words.field.too_long, field = topic(locale, *field), max = max)
        }
        FieldFault::Malformed { field } => malformed(locale, *field).to_owned(),
        FieldFault::Unknown { field } => unknown(locale, *field).to_owned(),
        FieldFault::Taken { field: Field::Login } => say!(locale, words.field.taken_login).to_owned(),
        FieldFault::Taken { .. } => say!(locale, words.field.taken).to_owned(),
        FieldFault::OutOfRange { field, min, max } => {
            let (min, max) = (enrolment::grouped(*min), enrolment::grouped(*max));
            say!(locale, words.field.out_of_range, field = topic(locale, *field), min = min, max = max)
        }
        FieldFault::Line { line, wrong, .. } => {
            say!(locale, words.field.line, line = line, problem = enrolment::line(locale, *wrong))
        }
        FieldFault::Url { wrong, .. } => match wrong {
            webhook::UrlFault::NotHttps => say!(locale, words.field.address.not_https),
            webhook::UrlFault::Credentials => say!(locale, words.field.address.credentials),
            webhook::UrlFault::Port => say!(locale, words.field.address.port),
            webhook::UrlFault::NotPublic => say!(locale, words.field.address.not_public),
        }
        .to_owned(),
    }
}

/// The name of an order's state.
pub fn shown(locale: Locale, shown: Shown) -> &'static str {
    match shown {
        Shown::Placing => say!(locale, words.shown.placing),
        Shown::AwaitingPayment => say!(locale, words.shown.awaiting_payment),
        Shown::Received => say!(locale, words.shown.received),
        Shown::Accepted => say!(locale, words.shown.accepted),
        Shown::Cooking => say!(locale, words.shown.cooking),
        Shown::Ready => say!(locale, words.shown.ready),
        Shown::Assigned => say!(locale, words.shown.assigned),
        Shown::OnTheWay => say!(locale, words.shown.on_the_way),
        Shown::Delivered => say!(locale, words.shown.delivered),
        Shown::Completed => say!(locale, words.shown.completed),
        Shown::Rejected => say!(locale, words.shown.rejected),
        Shown::OverCapacity => say!(locale, words.shown.over_capacity),
        Shown::TimedOut => say!(locale, words.shown.timed_out),
        Shown::Cancelled => say!(locale, words.shown.cancelled),
        Shown::PaymentFailed => say!(locale, words.shown.payment_failed),
        Shown::DeliveryFailed => say!(locale, words.shown.delivery_failed),
    }
}

/// What an API token is called that got no name.
pub fn token_label(locale: Locale) -> &'static str {
    say!(locale, words.token_label)
}

/// A distance as people say it: metres up to a kilometre, then kilometres with one decimal.
pub fn distance(locale: Locale, metres: Metres) -> String {
    if metres < 1_000 {
        say!(locale, words.metres, amount = metres)
    } else {
        let tenths = metres.saturating_add(50) / 100;
        let amount = format!("{}.{}", tenths / 10, tenths % 10);
        say!(locale, words.kilometres, amount = amount)
    }
}

/// The name of a day of the week, 0 for Monday.
pub fn weekday(locale: Locale, day: u8) -> &'static str {
    match day % 7 {
        0 => say!(locale, words.weekday.mon),
        1 => say!(locale, words.weekday.tue),
        2 => say!(locale, words.weekday.wed),
        3 => say!(locale, words.weekday.thu),
        4 => say!(locale, words.weekday.fri),
        5 => say!(locale, words.weekday.sat),
        _ => say!(locale, words.weekday.sun),
    }
}

/// `03:00` for 180: a minute of the day on a clock.
pub fn clock(minute_of_day: u16) -> String {
    format!("{:02}:{:02}", minute_of_day / 60, minute_of_day % 60)
}

macro_rules! by_field {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        fn $name(locale: Locale, field: Field) -> &'static str {
            match field {
                Field::Login => say!(locale, words.field.$name.login),
                Field::Password => say!(locale, words.field.$name.password),
                Field::Name => say!(locale, words.field.$name.name),
                Field::Phone => say!(locale, words.field.$name.phone),
                Field::Address => say!(locale, words.field.$name.address),
                Field::AddressDetail => say!(locale, words.field.$name.address_detail),
                Field::NoteToStore => say!(locale, words.field.$name.note_to_store),
                Field::NoteToRider => say!(locale, words.field.$name.note_to_rider),
                Field::Card => say!(locale, words.field.$name.card),
                Field::Position => say!(locale, words.field.$name.position),
                Field::Lines => say!(locale, words.field.$name.lines),
                Field::Food => say!(locale, words.field.$name.food),
                Field::Choice => say!(locale, words.field.$name.choice),
                Field::Key => say!(locale, words.field.$name.key),
                Field::StoreName => say!(locale, words.field.$name.store_name),
                Field::Kind => say!(locale, words.field.$name.kind),
                Field::StorePhone => say!(locale, words.field.$name.store_phone),
                Field::Description => say!(locale, words.field.$name.description),
                Field::Radius => say!(locale, words.field.$name.radius_m),
                Field::MinOrder => say!(locale, words.field.$name.min_order),
                Field::DeliveryFee => say!(locale, words.field.$name.delivery_fee),
                Field::FarFrom => say!(locale, words.field.$name.far_from_m),
                Field::FarFee => say!(locale, words.field.$name.far_fee),
                Field::Capacity => say!(locale, words.field.$name.capacity),
                Field::CookingMinutes => say!(locale, words.field.$name.cooking_minutes),
                Field::Opens => say!(locale, words.field.$name.opens),
                Field::Closes => say!(locale, words.field.$name.closes),
                Field::Days => say!(locale, words.field.$name.days),
                Field::Menu => say!(locale, words.field.$name.menu),
                Field::About => say!(locale, words.field.$name.about),
                Field::Page => say!(locale, words.field.$name.page),
                Field::PageSize => say!(locale, words.field.$name.page_size),
                Field::Reason => say!(locale, words.field.$name.reason),
                Field::Day => say!(locale, words.field.$name.day),
                Field::Number => say!(locale, words.field.$name.number),
                Field::Label => say!(locale, words.field.$name.label),
                Field::Term => say!(locale, words.field.$name.term),
                Field::Url => say!(locale, words.field.$name.url),
                Field::From => say!(locale, words.field.$name.from),
            }
        }
    };
}

by_field!(missing);
by_field!(
    /// The field's name as the sentences about its length need it.
    topic
);
by_field!(malformed);
by_field!(unknown);
