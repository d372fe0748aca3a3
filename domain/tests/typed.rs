//! What people type into forms, and a change of an order that is none.
#![allow(clippy::unwrap_used)]

mod common;

use common::{CHEESE, COLA, NOON, PIZZA, at, fold, placed, store, won};
use domain::order::{Command, Event, Order, Placed, Refusal};
use domain::processes::CaseRefusal;
use domain::shared::{Aggregate, Bill, ItemId, MAX_QUANTITY, MAX_REASON, OrderNumber};
use domain::store::{QuoteRefusal, WantedLine};
use domain::views::{
    Fault, Field, FieldFault, Sought, TypedLine, at_typed_line, check_reason, day_or_today, require_reason,
    sought, wanted_lines, wants_refund,
};
use proptest::prelude::*;
use uuid::Uuid;

/// So many pizzas with cheese, without, and colas.
type Food = [u32; 3];

const fn kind(index: usize) -> (ItemId, bool) {
    match index {
        0 => (PIZZA, true),
        1 => (PIZZA, false),
        _ => (COLA, false),
    }
}

/// The lines of this food, each kind in pieces as the cuts say.
fn lines(food: Food, cuts: &[u32]) -> Vec<WantedLine> {
    let mut cuts = cuts.iter().copied().cycle();
    let mut lines = Vec::new();
    for (index, mut left) in food.into_iter().enumerate() {
        let (item, cheese) = kind(index);
        while left > 0 {
            let quantity = cuts.next().unwrap().clamp(1, left);
            left -= quantity;
            lines.push(WantedLine {
                item,
                quantity,
                choices: if cheese { vec![CHEESE] } else { Vec::new() },
            });
        }
    }
    lines
}

fn bill(lines: &[WantedLine]) -> Bill {
    store().price(lines, won(3_000), NOON).unwrap()
}

/// The answer of a received order with this bill to a change to that one.
fn asked(before: &Bill, after: &Bill) -> Result<bool, Refusal> {
    let placed = Placed { bill: before.clone(), ..placed() };
    let order: Order = fold(&[Event::OrderPlaced(placed), Event::OrderReceived { at: at(1) }]);
    let extra = after.total.minus(before.total).unwrap_or(won(0));
    let change = Command::RequestChange { bill: after.clone(), extra, until: at(12), at: at(2) };
    order.decide(change).map(|decision| !decision.into_events().is_empty())
}

fn food() -> impl Strategy<Value = Food> {
    prop::array::uniform3(0..8_u32).prop_filter("something", |food| food.iter().sum::<u32>() > 0)
}

proptest! {
    /// The same food is no change, however it is spread over lines and in whatever order; other food is one.
    #[test]
    fn a_change_is_other_food_and_not_other_lines(
        (food, other) in (food(), food()),
        (cuts, others) in (prop::collection::vec(1..4_u32, 1..5), prop::collection::vec(1..4_u32, 1..5)),
        turn in 0..20_usize,
    ) {
        let before = bill(&lines(food, &cuts));
        let mut same = lines(food, &others);
        let by = turn % same.len();
        same.rotate_left(by);
        if turn % 2 == 0 {
            same.reverse();
        }
        let again = bill(&same);
        prop_assert!(before.is_same_as(&again) && again.is_same_as(&before));
        prop_assert_eq!(asked(&before, &again), Err(Refusal::NothingChanges));
        let mut wanted = lines(other, &others);
        wanted.reverse();
        let changed = bill(&wanted);
        prop_assert_eq!(before.is_same_as(&changed), food == other);
        let expected = if food == other { Err(Refusal::NothingChanges) } else { Ok(true) };
        prop_assert_eq!(asked(&before, &changed), expected);
    }

    /// A refusal of a wanted line is said of the line of the form that it came from.
    #[test]
    fn a_refusal_finds_its_line_in_the_form(
        typed in prop::collection::vec(prop::sample::select(vec!["0", " 0 ", "1", " 7", "", "two", "-1"]), 0..9),
    ) {
        let typed: Vec<TypedLine> = typed
            .into_iter()
            .enumerate()
            .map(|(index, quantity)| TypedLine {
                item: ItemId(Uuid::from_u128(index as u128)),
                quantity: quantity.to_owned(),
                choices: Vec::new(),
            })
            .collect();
        let quote = |line| Fault::Refused(CaseRefusal::Quote(QuoteRefusal::Quantity { line, max: MAX_QUANTITY }));
        let wrong = typed.iter().position(|line| line.quantity.trim().parse::<u32>().is_err());
        match (wanted_lines(&typed), wrong) {
            (Err(fault), Some(line)) => prop_assert_eq!(fault, quote(line)),
            (Ok(wanted), None) => {
                let count = typed.iter().filter(|line| line.quantity.trim() != "0").count();
                prop_assert_eq!(wanted.len(), count);
                for (index, line) in wanted.iter().enumerate() {
                    let place = line.item.0.as_u128() as usize;
                    prop_assert_eq!(at_typed_line(quote(index), &typed), quote(place));
                    prop_assert_eq!(line.quantity.to_string(), typed[place].quantity.trim());
                }
            }
            (answer, wrong) => prop_assert!(false, "{:?} for {:?}", answer, wrong),
        }
        prop_assert_eq!(at_typed_line(Fault::NotFound, &typed), Fault::NotFound);
    }
}

#[test]
fn an_item_at_another_price_is_another_bill() {
    let before = bill(&lines([1, 0, 1], &[1]));
    let mut dearer = before.clone();
    dearer.lines[1].price = won(2_600);
    let dearer = Bill::new(dearer.lines, dearer.delivery_fee).unwrap();
    assert!(!before.is_same_as(&dearer));
    let mut turned = before.clone();
    turned.lines.reverse();
    assert!(before.is_same_as(&turned));
}

#[test]
fn a_reason_has_a_length() {
    let fits = "가".repeat(MAX_REASON as usize);
    let field = Field::Reason;
    let too_long = Err(Fault::field(FieldFault::TooLong { field, max: MAX_REASON }));
    let malformed = Err(Fault::field(FieldFault::Malformed { field }));
    for (words, checked, required) in [
        (fits.clone(), Ok(()), Ok(())),
        (format!("{fits}."), too_long.clone(), too_long),
        (" \t".to_owned(), Ok(()), Err(Fault::field(FieldFault::Missing { field }))),
        ("재료가 \u{202e}없어요".to_owned(), malformed.clone(), malformed.clone()),
        ("재료가\n없어요".to_owned(), malformed.clone(), malformed.clone()),
        ("\u{3164}\u{200b}".to_owned(), malformed, Err(Fault::field(FieldFault::Missing { field }))),
    ] {
        assert_eq!((check_reason(&words), require_reason(&words)), (checked, required));
    }
}

#[test]
fn money_goes_back_by_one_word_alone() {
    assert_eq!(wants_refund("yes"), Ok(true));
    assert_eq!(wants_refund("no"), Ok(false));
    for typed in ["", " ", "YES", "no ", "true", "0", "refund"] {
        assert_eq!(wants_refund(typed), Err(Fault::Unreadable), "{typed}");
    }
}

#[test]
fn a_day_and_an_order_are_read_as_people_type_them() {
    let malformed = |field| Fault::field(FieldFault::Malformed { field });
    assert_eq!(day_or_today("  ", NOON).unwrap(), "2026-11-23");
    assert_eq!(day_or_today("2026-11-2", NOON).unwrap(), "2026-11-02");
    assert_eq!(day_or_today("yesterday", NOON), Err(malformed(Field::Day)));

    let order = common::order_id(42);
    let number = OrderNumber::of(order.0);
    let loose = format!(" {} ", number.as_str().to_lowercase().replace('-', " "));
    assert_eq!(sought(&loose), Ok(Sought::Number(number)));
    assert_eq!(sought(&format!(" {order} ")), Ok(Sought::Order(order)));
    assert_eq!(sought(&order.to_string().to_uppercase()), Ok(Sought::Order(order)));
    for typed in ["", "pizza", "0192-4821"] {
        assert_eq!(sought(typed), Err(malformed(Field::Number)), "{typed}");
    }
}
