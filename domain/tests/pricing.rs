//! What an order costs, and when a store does not take it.

mod common;

use common::{CHEESE, COLA, NOON, PIZZA, at, bill, fold, menu, order_id, profile, sealed, store, won};
use domain::processes::{Case, CaseRefusal, Placing};
use domain::shared::{
    Aggregate, Bill, ChoiceId, Decision, GroupId, ItemId, MAX_LINES, MAX_QUANTITY, SectionId, Text,
    Timestamp, Won,
};
use domain::store::{
    Choice, Event, FeeTier, Hours, Item, Menu, OpenSpan, OptionGroup, Profile, QuoteRefusal, Section, Store,
    WantedLine,
};
use proptest::prelude::*;
use uuid::Uuid;

const NEAR: u32 = 1_500;

fn want(item: ItemId, quantity: u32) -> WantedLine {
    want_with(item, quantity, &[])
}

fn want_with(item: ItemId, quantity: u32, choices: &[ChoiceId]) -> WantedLine {
    WantedLine { item, quantity, choices: choices.to_vec() }
}

fn quote(wanted: &[WantedLine]) -> Result<Bill, QuoteRefusal> {
    store().quote(wanted, NEAR, NOON)
}

fn total(wanted: &[WantedLine]) -> Result<Won, QuoteRefusal> {
    quote(wanted).map(|bill| bill.total)
}

fn store_with(change: impl FnOnce(&mut Profile, &mut Menu, &mut Hours)) -> Store {
    let (mut profile, mut menu, mut hours) = (profile(), menu(), Hours::always());
    change(&mut profile, &mut menu, &mut hours);
    fold(&[Event::StoreRegistered { profile: Box::new(profile), menu, hours, at: NOON }])
}

#[test]
fn an_order_costs_its_lines_and_the_delivery() {
    assert_eq!(total(&[want(PIZZA, 1)]), Ok(won(18_000 + 3_000)));
    assert_eq!(total(&[want(PIZZA, 2), want(COLA, 3)]), Ok(won(2 * 18_000 + 3 * 2_500 + 3_000)));
    let bill = quote(&[want_with(PIZZA, 2, &[CHEESE])]).expect("a bill");
    assert_eq!((bill.items, bill.delivery_fee), (won(2 * (18_000 + 2_000)), won(3_000)));
    assert_eq!(bill.total, won(43_000));
    assert_eq!(bill.lines[0].unit_price(), Ok(won(20_000)));
}

#[test]
fn the_delivery_fee_goes_by_distance_and_ends_with_the_area() {
    let fee = |distance| store().quote(&[want(PIZZA, 1)], distance, NOON).map(|bill| bill.delivery_fee.get());
    for (distance, expected) in
        [(0, 2_000), (1_000, 2_000), (1_001, 3_000), (2_000, 3_000), (2_001, 4_500), (3_000, 4_500)]
    {
        assert_eq!(fee(distance), Ok(expected), "at {distance} m");
    }
    assert_eq!(fee(3_001), Err(QuoteRefusal::OutsideArea { distance_m: 3_001, radius_m: 3_000 }));
    let last_tier_short = store_with(|profile, _, _| profile.fee_tiers.truncate(2));
    assert_eq!(last_tier_short.delivery_fee(2_500), Some(won(3_000)), "the last tier goes on to the border");
    let no_tiers = store_with(|profile, _, _| profile.fee_tiers.clear());
    assert_eq!(no_tiers.delivery_fee(500), None);
}

#[test]
fn the_minimum_order_counts_the_food_alone() {
    let below = QuoteRefusal::BelowMinimum { min: won(15_000), missing: won(2_500) };
    assert_eq!(total(&[want(COLA, 5)]), Err(below), "12,500 won of food and 3,000 won of delivery");
    assert_eq!(total(&[want(COLA, 6)]), Ok(won(15_000 + 3_000)), "the minimum itself is enough");
}

#[test]
fn a_sold_out_item_is_named_with_its_line_until_it_is_back() {
    let mut store = store();
    store.apply(&Event::SoldOutSet { item: COLA, until: Some(at(60)), at: NOON });
    let wanted = [want(PIZZA, 1), want(COLA, 1)];
    let refusal = QuoteRefusal::SoldOut { line: 1, name: Text::ko("콜라") };
    assert_eq!(store.quote(&wanted, NEAR, at(59)), Err(refusal));
    assert!(store.quote(&wanted, NEAR, at(60)).is_ok());
    store.apply(&Event::SoldOutSet { item: COLA, until: Some(Timestamp(i64::MAX)), at: at(61) });
    assert!(store.quote(&wanted, NEAR, at(100_000)).is_err());
    assert!(store.quote(&wanted[..1], NEAR, at(61)).is_ok(), "the rest is still there");
}

#[test]
fn a_closed_store_says_when_it_opens() {
    let evenings = store_with(|_, _, hours| {
        *hours = Hours(vec![OpenSpan { day: 0, open: 18 * 60, close: 25 * 60 }]);
    });
    let ask = |store: &Store, minutes| store.quote(&[want(PIZZA, 1)], NEAR, at(minutes)).map(|_| ());
    let closed = Err(QuoteRefusal::Closed { opens: Some((0, 18 * 60)) });
    assert_eq!(ask(&evenings, 6 * 60 - 1), closed);
    assert_eq!(ask(&evenings, 6 * 60), Ok(()), "Monday at six in the evening");
    assert_eq!(ask(&evenings, 13 * 60 - 1), Ok(()), "one minute to one at night");
    assert_eq!(ask(&evenings, 13 * 60), closed);
    let never = store_with(|_, _, hours| *hours = Hours::default());
    assert_eq!(ask(&never, 0), Err(QuoteRefusal::Closed { opens: None }));
    assert_eq!(ask(&Store::default(), 0), Err(QuoteRefusal::Closed { opens: None }));
}

#[test]
fn a_paused_store_takes_nothing_until_the_pause_is_over() {
    let mut store = store();
    let ask = |store: &Store, minutes| store.quote(&[want(PIZZA, 1)], NEAR, at(minutes)).map(|_| ());
    store.apply(&Event::StorePaused { until: Some(at(30)), at: NOON });
    assert_eq!(ask(&store, 29), Err(QuoteRefusal::Paused));
    assert_eq!(ask(&store, 30), Ok(()));
    store.apply(&Event::StorePaused { until: None, at: at(31) });
    assert_eq!(ask(&store, 100_000), Err(QuoteRefusal::Paused));
    store.apply(&Event::StoreReopened { at: at(32) });
    assert_eq!(ask(&store, 32), Ok(()));
}

#[test]
fn a_quantity_is_one_to_ninety_nine() {
    let refusal = QuoteRefusal::Quantity { line: 0, max: MAX_QUANTITY };
    for quantity in [0, 100, 10_000, u32::MAX] {
        assert_eq!(total(&[want(PIZZA, quantity)]), Err(refusal.clone()), "{quantity} pieces");
    }
    assert_eq!(total(&[want(PIZZA, 1)]), Ok(won(21_000)));
    assert_eq!(total(&[want(PIZZA, 99)]), Ok(won(99 * 18_000 + 3_000)));
}

#[test]
fn a_cart_holds_one_to_fifty_lines_of_this_stores_items() {
    assert_eq!(total(&[]), Err(QuoteRefusal::EmptyCart));
    assert_eq!(total(&vec![want(PIZZA, 1); MAX_LINES]), Ok(won(50 * 18_000 + 3_000)));
    let too_many = QuoteRefusal::TooManyLines { max: MAX_LINES };
    assert_eq!(total(&vec![want(PIZZA, 1); MAX_LINES + 1]), Err(too_many));
    let of_another_store = ItemId(Uuid::from_u128(0xBAD));
    assert_eq!(
        total(&[want(PIZZA, 1), want(of_another_store, 1)]),
        Err(QuoteRefusal::UnknownItem { line: 1 })
    );
}

/// A pizza that comes in one of two sizes and with up to two of three sauces.
fn sizes_and_sauces() -> (Store, [ChoiceId; 5]) {
    let choices = [1, 2, 3, 4, 5].map(|number: u128| ChoiceId(Uuid::from_u128(0xC00 + number)));
    let choice = |index: usize, price| Choice {
        id: choices[index],
        name: Text::ko(format!("선택 {index}")),
        price: won(price),
    };
    let group = |number: u128, name: &str, min, max, choices| OptionGroup {
        id: GroupId(Uuid::from_u128(number)),
        name: Text::ko(name),
        min,
        max,
        choices,
    };
    let store = store_with(|_, menu, _| {
        menu.sections[0].items[0].groups = vec![
            group(1, "사이즈", 1, 1, vec![choice(0, 0), choice(1, 5_000)]),
            group(2, "소스", 0, 2, vec![choice(2, 500), choice(3, 600), choice(4, 700)]),
        ];
    });
    (store, choices)
}

#[test]
fn each_group_takes_as_many_choices_as_it_asks_for() {
    let (store, [small, large, hot, sweet, garlic]) = sizes_and_sauces();
    let ask = |choices: &[ChoiceId]| {
        store.quote(&[want_with(PIZZA, 2, choices)], NEAR, NOON).map(|bill| bill.items.get())
    };
    let count =
        |group: &str, min, max| Err(QuoteRefusal::Choices { line: 0, group: Text::ko(group), min, max });
    assert_eq!(ask(&[small]), Ok(2 * 18_000));
    assert_eq!(ask(&[large, hot, sweet]), Ok(2 * (18_000 + 5_000 + 500 + 600)));
    assert_eq!(ask(&[]), count("사이즈", 1, 1));
    assert_eq!(ask(&[small, large]), count("사이즈", 1, 1));
    assert_eq!(ask(&[small, hot, sweet, garlic]), count("소스", 0, 2));
}

#[test]
fn a_choice_is_one_of_the_items_own_and_taken_once() {
    let (store, [small, large, hot, ..]) = sizes_and_sauces();
    let ask = |item, choices: &[ChoiceId]| {
        store.quote(&[want(PIZZA, 1).with(&[small]), want_with(item, 1, choices)], NEAR, NOON).map(|_| ())
    };
    let unknown = Err(QuoteRefusal::UnknownChoice { line: 1 });
    assert_eq!(ask(PIZZA, &[large, hot]), Ok(()));
    assert_eq!(ask(PIZZA, &[large, CHEESE]), unknown);
    assert_eq!(ask(PIZZA, &[large, large]), unknown);
    assert_eq!(ask(PIZZA, &[large, hot, hot]), unknown);
    assert_eq!(ask(COLA, &[hot]), unknown);
}

/// A line with other choices.
trait With {
    fn with(self, choices: &[ChoiceId]) -> Self;
}

impl With for WantedLine {
    fn with(mut self, choices: &[ChoiceId]) -> Self {
        self.choices = choices.to_vec();
        self
    }
}

#[test]
fn a_sum_out_of_range_is_refused() {
    let dear = store_with(|_, menu, _| menu.sections[0].items[0].price = Won::MAX);
    for wanted in [vec![want(PIZZA, 2)], vec![want(PIZZA, 1), want(PIZZA, 1)], vec![want(PIZZA, 1)]] {
        assert_eq!(dear.quote(&wanted, NEAR, NOON), Err(QuoteRefusal::OutOfRange));
    }
    let just_fits = store_with(|_, menu, _| menu.sections[0].items[0].price = won(Won::MAX.get() - 3_000));
    assert_eq!(just_fits.quote(&[want(PIZZA, 1)], NEAR, NOON).map(|bill| bill.total), Ok(Won::MAX));
}

#[test]
fn an_order_is_placed_at_the_price_the_customer_agreed_to_or_not_at_all() {
    let placing = |agreed| Placing {
        order: order_id(1),
        customer: common::CUSTOMER,
        lines: vec![want_with(PIZZA, 1, &[CHEESE])],
        agreed,
        method: "tok_approve".to_owned(),
        distance_m: NEAR,
        cells: Vec::new(),
        code: "4821".to_owned(),
        sealed: sealed(),
        hold_minutes: None,
    };
    let price = bill(1).total;
    let place = |agreed| Case::default().place(&store(), placing(agreed), NOON);
    assert!(matches!(place(price), Ok(Decision::Executed(events)) if events.len() == 1));
    for agreed in [won(0), won(price.get() - 1), won(price.get() + 1)] {
        assert_eq!(place(agreed), Err(CaseRefusal::PriceChanged { now: price }));
    }
}

/// An item of a made-up menu: its price, and the prices of the choices of its groups.
type Spec = (u64, Vec<Vec<u64>>);

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let group = prop::collection::vec(0..9_000_u64, 1..4);
    prop::collection::vec((0..90_000_u64, prop::collection::vec(group, 0..3)), 1..5)
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(0xF_0000 + number as u128)
}

/// The id of a choice: item, group and place in the group.
fn choice_id(item: usize, group: usize, choice: usize) -> ChoiceId {
    ChoiceId(id(1_000 + item * 100 + group * 10 + choice))
}

fn menu_of(specs: &[Spec]) -> Menu {
    let items = specs.iter().enumerate().map(|(item, (price, groups))| Item {
        id: ItemId(id(item)),
        name: Text::ko(format!("메뉴 {item}")),
        description: Text::default(),
        price: won(*price),
        picture: String::new(),
        sold_out_until: None,
        groups: groups
            .iter()
            .enumerate()
            .map(|(group, prices)| OptionGroup {
                id: GroupId(id(500 + item * 10 + group)),
                name: Text::ko(format!("선택 {group}")),
                min: 0,
                max: prices.len() as u32,
                choices: prices
                    .iter()
                    .enumerate()
                    .map(|(choice, price)| Choice {
                        id: choice_id(item, group, choice),
                        name: Text::default(),
                        price: won(*price),
                    })
                    .collect(),
            })
            .collect(),
    });
    Menu { sections: vec![Section { id: SectionId(id(900)), name: Text::default(), items: items.collect() }] }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// The price by another way of reckoning: plain numbers, added up over a flat list of what lies in the bag.
    #[test]
    fn the_price_is_the_sum_of_all_that_is_in_the_bag(
        specs in specs(),
        cart in prop::collection::vec((any::<prop::sample::Index>(), 1..=99_u32, any::<u16>()), 1..8),
        distance in 0..3_000_u32,
        tiers in prop::collection::vec(0..9_000_u64, 3),
    ) {
        let store = store_with(|profile, menu, _| {
            *menu = menu_of(&specs);
            profile.min_order = Won::ZERO;
            profile.fee_tiers = tiers
                .iter()
                .zip([1_000, 2_000, 3_000])
                .map(|(fee, up_to_m)| FeeTier { up_to_m, fee: won(*fee) })
                .collect();
        });
        let mut bag: Vec<u64> = Vec::new();
        let mut wanted = Vec::new();
        for (index, quantity, picked) in cart {
            let item = index.index(specs.len());
            let (price, groups) = &specs[item];
            let mut choices = Vec::new();
            for _ in 0..quantity {
                bag.push(*price);
            }
            for (group, prices) in groups.iter().enumerate() {
                for (choice, price) in prices.iter().enumerate() {
                    if picked >> (group * 4 + choice) & 1 == 1 {
                        choices.push(choice_id(item, group, choice));
                        bag.extend(vec![*price; quantity as usize]);
                    }
                }
            }
            // The order in which choices were ticked does not matter.
            choices.reverse();
            wanted.push(want_with(ItemId(id(item)), quantity, &choices));
        }
        let fee = match distance {
            0..=1_000 => tiers[0],
            1_001..=2_000 => tiers[1],
            _ => tiers[2],
        };
        let bill = store.quote(&wanted, distance, NOON).map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        prop_assert_eq!(bill.items.get(), bag.iter().sum::<u64>());
        prop_assert_eq!(bill.delivery_fee.get(), fee);
        prop_assert_eq!(bill.total.get(), bag.iter().sum::<u64>() + fee);
        prop_assert_eq!(bill.lines.len(), wanted.len());
    }
}
