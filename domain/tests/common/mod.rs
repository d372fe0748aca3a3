//! What the tests of the domain share: one customer, one store, one order.

#![allow(dead_code, reason = "each test binary uses its own part")]

use domain::delivery::{Offered, RiderFee};
use domain::order::Placed;
use domain::payment::Payment;
use domain::shared::{
    AccountId, Aggregate, Bill, ChoiceId, ChosenOption, GroupId, ItemId, Line, OrderId, OrderNumber, Point,
    Sealed, SectionId, StoreId, Text, Timestamp, Won,
};
use domain::store::{Choice, FeeTier, Hours, Item, Menu, OptionGroup, Profile, Section, Store, ticket};
use uuid::Uuid;

/// Monday 2026-11-23, noon in Seoul.
pub(crate) const NOON: Timestamp = Timestamp(1_795_402_800_000);

/// Some minutes after noon.
pub(crate) fn at(minutes: u32) -> Timestamp {
    NOON.plus_minutes(minutes)
}

pub(crate) fn won(amount: u64) -> Won {
    Won::new(amount).expect("a test's amount")
}

pub(crate) fn order_id(number: u128) -> OrderId {
    OrderId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + number))
}

pub(crate) const CUSTOMER: AccountId = AccountId(Uuid::from_u128(0xC0));
pub(crate) const STORE: StoreId = StoreId(Uuid::from_u128(0x50));
pub(crate) const PIZZA: ItemId = ItemId(Uuid::from_u128(0x10));
pub(crate) const COLA: ItemId = ItemId(Uuid::from_u128(0x11));
pub(crate) const SECTION: SectionId = SectionId(Uuid::from_u128(0x40));
pub(crate) const CHEESE: ChoiceId = ChoiceId(Uuid::from_u128(0x20));

pub(crate) fn rider(number: u8) -> AccountId {
    AccountId(Uuid::from_u128(0xA0 + u128::from(number)))
}

/// A sealed envelope whose text must not show up where it does not belong.
pub(crate) fn sealed() -> Sealed {
    Sealed("c2VhbGVkLWVudmVsb3Bl".to_owned())
}

/// A pizza with cheese, so many times, and the fee of 3,000 won.
pub(crate) fn bill(pieces: u32) -> Bill {
    let line = Line {
        item: PIZZA,
        name: Text::ko("피자"),
        price: won(18_000),
        quantity: pieces,
        options: vec![ChosenOption { choice: CHEESE, name: Text::ko("치즈 추가"), price: won(2_000) }],
    };
    Bill::new(vec![line], won(3_000)).expect("a small bill")
}

pub(crate) fn placed() -> Placed {
    placed_as(order_id(1))
}

pub(crate) fn placed_as(order: OrderId) -> Placed {
    Placed {
        order,
        number: OrderNumber::of(order.0),
        customer: CUSTOMER,
        store: STORE,
        store_name: Text::ko("합정 화덕피자"),
        picture: "/img/store/pizza.svg".to_owned(),
        bill: bill(1),
        method: "tok_approve".to_owned(),
        distance_m: 900,
        cells: vec!["8830e1d8e3fffff".to_owned()],
        code: "4821".to_owned(),
        sealed: sealed(),
        held: false,
        at: NOON,
    }
}

pub(crate) fn opened() -> ticket::Opened {
    let placed = placed();
    ticket::Opened {
        order: placed.order,
        number: placed.number,
        store: placed.store,
        customer: placed.customer,
        bill: placed.bill,
        sealed: placed.sealed,
        answer_by: Some(at(5)),
        at: NOON,
    }
}

pub(crate) fn offered() -> Offered {
    let placed = placed();
    Offered {
        order: placed.order,
        number: placed.number,
        customer: placed.customer,
        store: placed.store,
        store_name: placed.store_name,
        store_address: "서울 마포구 양화로 12".to_owned(),
        store_point: Point::new(37.549_93, 126.913_21).expect("a place in Seoul"),
        distance_m: placed.distance_m,
        fee: won(3_220),
        cells: placed.cells,
        code: placed.code,
        sealed: placed.sealed,
        at: NOON,
    }
}

pub(crate) fn rider_fee() -> RiderFee {
    RiderFee { base: won(2_500), per_100m: won(80) }
}

pub(crate) fn profile() -> Profile {
    Profile {
        id: STORE,
        name: Text::ko("합정 화덕피자"),
        kind: "pizza".to_owned(),
        description: Text::ko("장작불에 굽는 피자"),
        phone: "02-0000-0001".to_owned(),
        address: "서울 마포구 양화로 12".to_owned(),
        point: Point::new(37.549_93, 126.913_21).expect("a place in Seoul"),
        picture: "/img/store/pizza.svg".to_owned(),
        radius_m: 3_000,
        min_order: won(15_000),
        fee_tiers: [(1_000, 2_000), (2_000, 3_000), (3_000, 4_500)]
            .map(|(up_to_m, fee)| FeeTier { up_to_m, fee: won(fee) })
            .to_vec(),
        capacity: 3,
        cooking_minutes: 25,
        answer_limit_minutes: 5,
    }
}

/// Pizza for 18,000 won with cheese for 2,000 won, and cola for 2,500 won.
pub(crate) fn menu() -> Menu {
    let item = |id, name: &str, price, groups| Item {
        id,
        name: Text::ko(name),
        description: Text::default(),
        price: won(price),
        picture: String::new(),
        sold_out_until: None,
        groups,
    };
    let extras = OptionGroup {
        id: GroupId(Uuid::from_u128(0x30)),
        name: Text::ko("추가"),
        min: 0,
        max: 1,
        choices: vec![Choice { id: CHEESE, name: Text::ko("치즈 추가"), price: won(2_000) }],
    };
    Menu {
        sections: vec![Section {
            id: SECTION,
            name: Text::ko("대표 메뉴"),
            items: vec![item(PIZZA, "피자", 18_000, vec![extras]), item(COLA, "콜라", 2_500, Vec::new())],
        }],
    }
}

/// The store: open round the clock.
pub(crate) fn store() -> Store {
    fold(&[domain::store::Event::StoreRegistered {
        profile: Box::new(profile()),
        menu: menu(),
        hours: Hours::always(),
        at: NOON,
    }])
}

/// The state after some events.
pub(crate) fn fold<A: Aggregate>(events: &[A::Event]) -> A {
    A::replay(events)
}

/// What the payment keeps and what the provider has given back, as one line for a failed test.
pub(crate) fn money(payment: &Payment) -> String {
    format!(
        "approved {}, given back {}, back already {}, kept {}",
        payment.approved(),
        payment.given_back(),
        payment.refunded(),
        payment.kept()
    )
}
