//! The names that programs know states, commands, fields and problems by. They stay as they are.

use axum::http::{Method, StatusCode};
use domain::processes::CaseRefusal;
use domain::shared::Locale;
use domain::store::{self, HoursFault, MenuFault, MenuPart, QuoteRefusal, ticket};
use domain::views::{Fault, Field};
use domain::{delivery, enrolment, order, payment};
use serde::Serialize;
use serde_json::Value;

use super::problem::Refused;
use super::problems::{self, KINDS};

/// The kind of a refusal with its title.
pub(super) fn kind_of(refused: &Refused, status: StatusCode, locale: Locale) -> (&'static str, &'static str) {
    let name = match refused {
        Refused::Fault(Fault::KeyReused) => "key-reused",
        Refused::Fault(Fault::Unsure) => "outcome-unknown",
        Refused::Fault(Fault::Refused(CaseRefusal::PriceChanged { .. })) => "price-changed",
        Refused::Fault(fault) if status == StatusCode::CONFLICT && is_not_now(fault) => "not-now",
        Refused::Status(StatusCode::FORBIDDEN) => "foreign",
        _ => match status.as_u16() {
            400 => "unreadable",
            401 => "not-signed-in",
            403 => "wrong-role",
            404 => "not-found",
            405 => "method-not-allowed",
            408 | 504 => "timeout",
            409 => "conflict",
            412 => "stale",
            413 => "too-large",
            415 => "unsupported-media-type",
            422 => "invalid",
            429 => "too-many-requests",
            503 => "unavailable",
            _ => "failed",
        },
    };
    let kind = problems::kind(name).unwrap_or(&KINDS[KINDS.len() - 1]);
    (kind.name, kind.title(locale))
}

/// Whether a command was refused because of the state of what it is about.
fn is_not_now(fault: &Fault) -> bool {
    not_now(fault).is_some()
        || matches!(
            fault,
            Fault::Refused(
                CaseRefusal::NotOnTheWay
                    | CaseRefusal::Ticket(ticket::Refusal::CookingStarted)
                    | CaseRefusal::Order(order::Refusal::ChangeUnderWay)
            )
        )
}

/// State and command of a refusal that names both.
fn not_now(fault: &Fault) -> Option<(String, String)> {
    Some(match fault {
        Fault::Refused(CaseRefusal::Order(order::Refusal::NotNow { command, state })) => {
            (name(state), name(command))
        }
        Fault::Refused(CaseRefusal::Payment(payment::Refusal::NotNow { command, state })) => {
            (name(state), name(command))
        }
        Fault::Refused(CaseRefusal::Ticket(ticket::Refusal::NotNow { command, state })) => {
            (name(state), name(command))
        }
        Fault::Refused(CaseRefusal::Delivery(delivery::Refusal::NotNow { command, state })) => {
            (name(state), name(command))
        }
        Fault::Store(store::Refusal::NotNow { command, state }) => (name(state), name(command)),
        _ => return None,
    })
}

/// The state in the way and the command that does not fit it. Where a refusal does not name them, it is the state, and the command is what was
/// asked for.
pub(super) fn state_and_command(fault: &Fault, method: &Method, path: &str) -> (String, String) {
    not_now(fault).unwrap_or_else(|| (innermost(fault), asked(method, path)))
}

fn asked(method: &Method, path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_verb = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_verb && path.matches('/').count() > 2 {
        return last.to_owned();
    }
    match *method {
        Method::POST if path == "/webhooks" => "register".to_owned(),
        Method::POST => "place".to_owned(),
        Method::PATCH => "change".to_owned(),
        _ => method.as_str().to_ascii_lowercase(),
    }
}

/// The name of the rule that refused: the last name on the way into the refusal.
fn innermost(fault: &Fault) -> String {
    let mut value = match fault {
        Fault::Refused(refusal) => value_of(refusal),
        Fault::Store(refusal) => value_of(refusal),
        Fault::Application(refusal) => value_of(refusal),
        Fault::Webhook(refusal) => value_of(refusal),
        other => value_of(other),
    };
    let mut name = "conflict".to_owned();
    loop {
        match value {
            Value::String(last) => return last,
            Value::Object(object) => match object.into_iter().next() {
                Some((key, inner)) => {
                    let goes_on = matches!(&inner, Value::String(_) | Value::Object(_));
                    name = key;
                    // What a refusal tells besides its name is no name.
                    let is_context =
                        ["order", "payment", "ticket", "delivery", "quote"].contains(&name.as_str());
                    if !(goes_on && is_context) {
                        return name;
                    }
                    value = inner;
                }
                None => return name,
            },
            _ => return name,
        }
    }
}

fn value_of(what: &impl Serialize) -> Value {
    serde_json::to_value(what).unwrap_or(Value::Null)
}

fn name(what: &impl Serialize) -> String {
    match value_of(what) {
        Value::String(name) => name,
        _ => "unknown".to_owned(),
    }
}

/// The member of a request that a field of the forms is here.
pub(super) fn member(field: Field) -> &'static str {
    match field {
        Field::AddressDetail => "addressDetail",
        Field::NoteToStore => "noteToStore",
        Field::NoteToRider => "noteToRider",
        Field::Lines => "items",
        Field::Food => "foodId",
        Field::Choice => "options",
        Field::Key => "Idempotency-Key",
        Field::StoreName => "store",
        Field::Position => "lat",
        Field::PageSize => "size",
        Field::Days => "day",
        Field::Opens => "opens",
        Field::Closes => "closes",
        other => app::components::fault::field_id(other),
    }
}

/// The member of a request that a rule is about which refuses a value.
#[allow(clippy::match_same_arms, reason = "one line for each rule, in the order of the contexts")]
pub(super) fn field_of(fault: &Fault) -> String {
    let name = match fault {
        Fault::KeyReused => "Idempotency-Key",
        Fault::Refused(CaseRefusal::Quote(refusal)) => return quoted(refusal),
        Fault::Refused(CaseRefusal::Ticket(ticket::Refusal::ReasonMissing)) => "reason",
        Fault::Refused(CaseRefusal::Ticket(_)) => "minutes",
        Fault::Refused(CaseRefusal::Delivery(delivery::Refusal::WrongNumber)) => "number",
        Fault::Refused(CaseRefusal::Delivery(delivery::Refusal::WrongCode)) => "code",
        Fault::Refused(CaseRefusal::Delivery(_)) => "reason",
        Fault::Store(store::Refusal::Capacity { .. }) => "capacity",
        Fault::Store(store::Refusal::NoSuchItem) => "id",
        Fault::Store(store::Refusal::NoSuchSection) => "section",
        Fault::Store(store::Refusal::Hours(fault)) => return of_hours(fault),
        Fault::Store(store::Refusal::Menu(fault)) => of_menu(fault),
        Fault::Store(_) => "minutes",
        Fault::Application(enrolment::Refusal::ReasonMissing | enrolment::Refusal::ReasonTooLong { .. }) => {
            "reason"
        }
        _ => "items",
    };
    name.to_owned()
}

fn of_hours(fault: &HoursFault) -> String {
    let at = |span: &u32, member: &str| format!("hours[{span}].{member}");
    match fault {
        HoursFault::Day { span } => at(span, "day"),
        HoursFault::Opens { span } => at(span, "opens"),
        HoursFault::Closes { span } => at(span, "closes"),
        _ => "hours".to_owned(),
    }
}

const fn of_menu(fault: &MenuFault) -> &'static str {
    match fault {
        MenuFault::NoName { part }
        | MenuFault::NameTooLong { part, .. }
        | MenuFault::Unprintable { part } => match part {
            MenuPart::Section => "section",
            MenuPart::Dish => "name",
            MenuPart::Group | MenuPart::Choice => "options",
        },
        MenuFault::DescriptionTooLong { .. } => "description",
        MenuFault::Price { part: MenuPart::Dish, .. } => "price",
        _ => "options",
    }
}

fn quoted(refusal: &QuoteRefusal) -> String {
    let at = |line: &usize, member: &str| format!("items[{line}].{member}");
    match refusal {
        QuoteRefusal::Closed { .. } | QuoteRefusal::Paused => "store".to_owned(),
        QuoteRefusal::OutsideArea { .. } => "address".to_owned(),
        QuoteRefusal::UnknownItem { line } | QuoteRefusal::SoldOut { line, .. } => at(line, "foodId"),
        QuoteRefusal::Quantity { line, .. } => at(line, "quantity"),
        QuoteRefusal::UnknownChoice { line } | QuoteRefusal::Choices { line, .. } => at(line, "options"),
        QuoteRefusal::EmptyCart
        | QuoteRefusal::TooManyLines { .. }
        | QuoteRefusal::BelowMinimum { .. }
        | QuoteRefusal::OutOfRange => "items".to_owned(),
    }
}
