//! What people type into forms, read: what it means, or the fault that stands at its field.

use super::{Fault, Field, FieldFault};
use crate::processes::CaseRefusal;
use crate::shared::{
    ChoiceId, ItemId, MAX_QUANTITY, MAX_REASON, OrderId, OrderNumber, Timestamp, is_blank, is_one_line,
    read_day,
};
use crate::store::{QuoteRefusal, WantedLine};
use serde::{Deserialize, Serialize};

/// Refuses a reason that is too long, that does not stand on one line, or that holds what cannot be seen. Whether there has to be one, the
/// command says.
pub fn check_reason(words: &str) -> Result<(), Fault> {
    if words.chars().count() > MAX_REASON as usize {
        return Err(Fault::field(FieldFault::TooLong { field: Field::Reason, max: MAX_REASON }));
    }
    check_signs(words)
}

/// Refuses a reason that does not stand on one line, or that holds what cannot be seen. What stands around it does not count.
pub fn check_signs(words: &str) -> Result<(), Fault> {
    if is_one_line(words.trim()) {
        Ok(())
    } else {
        Err(Fault::field(FieldFault::Malformed { field: Field::Reason }))
    }
}

/// Refuses a reason that is too long, and one that says nothing.
pub fn require_reason(words: &str) -> Result<(), Fault> {
    if is_blank(words) {
        return Err(Fault::field(FieldFault::Missing { field: Field::Reason }));
    }
    check_reason(words)
}

/// Whether the price goes back when an order is given up, by the value of the button that was pressed. Anything else comes from no form of ours: money
/// is not moved on a guess.
pub fn wants_refund(typed: &str) -> Result<bool, Fault> {
    match typed {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Fault::Unreadable),
    }
}

/// The day in Seoul that somebody typed, as `2026-11-25`; today when nothing was typed.
pub fn day_or_today(typed: &str, now: Timestamp) -> Result<String, Fault> {
    if typed.trim().is_empty() {
        return Ok(now.in_seoul().day());
    }
    read_day(typed).ok_or_else(|| Fault::field(FieldFault::Malformed { field: Field::Day }))
}

/// What an operator looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Orders with this short number.
    Number(OrderNumber),
    /// The order with this id.
    Order(OrderId),
}

/// What an operator typed to find an order: its short number or its id.
pub fn sought(typed: &str) -> Result<Sought, Fault> {
    let id = typed.trim().parse().ok().map(Sought::Order);
    id.or_else(|| OrderNumber::read(typed).map(Sought::Number))
        .ok_or_else(|| Fault::field(FieldFault::Malformed { field: Field::Number }))
}

/// A line of the form on which an order is changed, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedLine {
    /// The item.
    pub item: ItemId,
    /// How many; "0" for none.
    #[serde(default)]
    pub quantity: String,
    /// The choices, in any order.
    #[serde(default)]
    pub choices: Vec<ChoiceId>,
}

/// The lines that are wanted of a form, which shows everything that could be: those of quantity 0 are left out. A quantity that is no
/// number is refused at its line.
pub fn wanted_lines(typed: &[TypedLine]) -> Result<Vec<WantedLine>, Fault> {
    let read = |(index, line): (usize, &TypedLine)| {
        let TypedLine { item, choices, .. } = line.clone();
        let quantity = line.quantity.trim().parse().map_err(|_| {
            let refusal = QuoteRefusal::Quantity { line: index, max: MAX_QUANTITY };
            Fault::Refused(CaseRefusal::Quote(refusal))
        })?;
        Ok(WantedLine { item, quantity, choices })
    };
    let lines: Vec<WantedLine> = typed.iter().enumerate().map(read).collect::<Result<_, Fault>>()?;
    Ok(lines.into_iter().filter(|line| line.quantity > 0).collect())
}

/// A refusal about one of [`wanted_lines`], said of the form's own line.
#[must_use]
pub fn at_typed_line(fault: Fault, typed: &[TypedLine]) -> Fault {
    let Fault::Refused(CaseRefusal::Quote(refusal)) = fault else {
        return fault;
    };
    let mut wanted = typed.iter().enumerate().filter(|(_, line)| line.quantity.trim().parse() != Ok(0_u32));
    let place = refusal.line().and_then(|line| wanted.nth(line));
    let refusal = match place {
        Some((index, _)) => refusal.at_line(index),
        None => refusal,
    };
    Fault::Refused(CaseRefusal::Quote(refusal))
}
