//! What an owner types about a store, field by field, and its menu, line by line.

mod common;

use common::{STORE, won};
use domain::shared::Point;
use domain::store::{FeeTier, MAX_DISHES, OpenSpan};
use domain::views::{
    AddressView, Fault, Field, FieldFault, KINDS, LineFault, NewStore, Typed, check_rider, check_store,
    menu_of_lines,
};
use uuid::Uuid;

const ADDRESS: &str = "서울 마포구 양화로 45";
const MENU: &str = "# 피자\n마르게리타 | 18,000 | 토마토와 바질\n페퍼로니 | ₩19000\n\n# 음료\n콜라 | 2500원";

fn good() -> Vec<(&'static str, &'static str)> {
    vec![
        ("store_name", "새벽 화덕"),
        ("kind", "pizza"),
        ("store_phone", "02-123-4567"),
        ("address", "  서울  마포구 양화로 45 "),
        ("description", "장작불에 굽는 피자"),
        ("radius_m", "3,000"),
        ("min_order", "15000"),
        ("delivery_fee", "2000"),
        ("far_from_m", "1500"),
        ("far_fee", "3,500"),
        ("capacity", "8"),
        ("cooking_minutes", "20"),
        ("opens", "17:00"),
        ("closes", "02:00"),
        ("day", "4"),
        ("day", "0"),
        ("day", "4"),
        ("menu", MENU),
    ]
}

fn find(text: &str) -> Option<AddressView> {
    let known = text.split_whitespace().collect::<Vec<_>>().join(" ") == ADDRESS;
    known.then(|| AddressView {
        text: ADDRESS.to_owned(),
        point: Point::new(37.55, 126.91).expect("in Seoul"),
    })
}

fn ids() -> impl FnMut() -> Uuid {
    let mut last = 0xF000;
    move || {
        last += 1;
        Uuid::from_u128(last)
    }
}

fn check(fields: &[(&str, &str)]) -> Result<NewStore, Fault> {
    let typed = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    check_store(&Typed(typed), find, STORE, &mut ids())
}

/// The form with some fields typed otherwise.
fn with(changes: &[(&str, &str)]) -> Result<NewStore, Fault> {
    let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
    let mut all: Vec<(&str, &str)> = good().into_iter().filter(|(name, _)| !is_changed(name)).collect();
    all.extend(changes);
    check(&all)
}

#[test]
fn a_store_is_made_of_what_its_owner_typed() {
    let NewStore { profile, menu, hours } = check(&good()).expect("everything is right");
    assert_eq!((profile.id, profile.name.ko.as_str(), profile.kind.as_str()), (STORE, "새벽 화덕", "pizza"));
    assert_eq!((profile.address.as_str(), profile.point.lat), (ADDRESS, 37.55));
    assert_eq!(profile.picture, "/img/store/mapo-pizza.svg");
    assert_eq!((profile.radius_m, profile.min_order, profile.capacity), (3_000, won(15_000), 8));
    assert_eq!((profile.cooking_minutes, profile.answer_limit_minutes), (20, 5));
    let tiers = [(1_500, 2_000), (3_000, 3_500)].map(|(up_to_m, fee)| FeeTier { up_to_m, fee: won(fee) });
    assert_eq!(profile.fee_tiers, tiers);
    // Friday's hours end on Saturday; each day once, in order.
    assert_eq!(hours.0, [0, 4].map(|day| OpenSpan { day, open: 1_020, close: 1_560 }));
    let sections: Vec<_> = menu.sections.iter().map(|one| (one.name.ko.as_str(), one.items.len())).collect();
    assert_eq!(sections, [("피자", 2), ("음료", 1)]);
    let items: Vec<_> = menu.items().map(|item| (item.name.ko.as_str(), item.price)).collect();
    assert_eq!(items, [("마르게리타", won(18_000)), ("페퍼로니", won(19_000)), ("콜라", won(2_500))]);
    assert_eq!(menu.sections[0].items[0].description.ko, "토마토와 바질");
    let mut all: Vec<_> =
        menu.items().map(|item| item.id.0).chain(menu.sections.iter().map(|one| one.id.0)).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 5, "an id each");
}

#[test]
fn one_fee_is_enough_and_a_store_may_be_open_round_the_clock() {
    let store =
        with(&[("far_from_m", ""), ("far_fee", " "), ("opens", "00:00"), ("closes", "24:00")]).unwrap();
    assert_eq!(store.profile.fee_tiers, [FeeTier { up_to_m: 3_000, fee: won(2_000) }]);
    assert_eq!((store.hours.0[0].open, store.hours.0[0].close), (0, 1_440));
    let same = with(&[("opens", "9:00"), ("closes", "9:00")]).unwrap();
    assert_eq!((same.hours.0[0].open, same.hours.0[0].close), (540, 1_980));
}

#[test]
fn every_field_that_is_missing_is_named_at_once() {
    let missing = |field| FieldFault::Missing { field };
    let all = [
        Field::StoreName,
        Field::Kind,
        Field::StorePhone,
        Field::Address,
        Field::Description,
        Field::Radius,
        Field::MinOrder,
        Field::DeliveryFee,
        Field::Capacity,
        Field::CookingMinutes,
        Field::Opens,
        Field::Closes,
        Field::Days,
        Field::Menu,
    ];
    assert_eq!(check(&[]), Err(Fault::Invalid(all.map(missing).to_vec())));
}

#[test]
fn every_field_says_what_is_wrong_with_it() {
    let (long_name, long_text) = ("가".repeat(41), "가".repeat(101));
    let malformed = |field| FieldFault::Malformed { field };
    let unknown = |field| FieldFault::Unknown { field };
    let range = |field, min, max| FieldFault::OutOfRange { field, min, max };
    let cases = [
        ("store_name", long_name.as_str(), FieldFault::TooLong { field: Field::StoreName, max: 40 }),
        ("store_name", "a\u{202e}b", malformed(Field::StoreName)),
        ("store_name", "a\nb", malformed(Field::StoreName)),
        ("kind", "sushi-burger", unknown(Field::Kind)),
        ("store_phone", "전화", malformed(Field::StorePhone)),
        ("store_phone", "0212345670000000000000", FieldFault::TooLong { field: Field::StorePhone, max: 20 }),
        ("address", "없는길 1", unknown(Field::Address)),
        ("description", long_text.as_str(), FieldFault::TooLong { field: Field::Description, max: 100 }),
        ("radius_m", "99", range(Field::Radius, 100, 10_000)),
        ("radius_m", "3km", malformed(Field::Radius)),
        ("min_order", "1000001", range(Field::MinOrder, 0, 1_000_000)),
        ("min_order", "-1", malformed(Field::MinOrder)),
        ("delivery_fee", "99999999999999999999999", range(Field::DeliveryFee, 0, 100_000)),
        ("delivery_fee", "2.5", malformed(Field::DeliveryFee)),
        ("far_from_m", "3000", range(Field::FarFrom, 1, 2_999)),
        ("far_from_m", "", FieldFault::Missing { field: Field::FarFrom }),
        ("far_fee", "", FieldFault::Missing { field: Field::FarFee }),
        ("capacity", "0", range(Field::Capacity, 1, 1_000)),
        ("capacity", "1001", range(Field::Capacity, 1, 1_000)),
        ("cooking_minutes", "121", range(Field::CookingMinutes, 1, 120)),
        ("opens", "24:00", malformed(Field::Opens)),
        ("opens", "9", malformed(Field::Opens)),
        ("closes", "24:01", malformed(Field::Closes)),
        ("closes", "12:60", malformed(Field::Closes)),
        ("closes", "+1:00", malformed(Field::Closes)),
        ("day", "7", unknown(Field::Days)),
    ];
    for (name, typed, fault) in cases {
        assert_eq!(with(&[(name, typed)]), Err(Fault::field(fault)), "{name}: {typed}");
    }
}

#[test]
fn a_menu_names_the_line_that_is_wrong() {
    let field = Field::Menu;
    let at = |line, wrong| FieldFault::Line { field, line, wrong };
    let price = LineFault::Price { min: 1, max: 1_000_000 };
    let cases = [
        ("콜라", vec![at(1, LineFault::NoPrice)]),
        ("콜라 |", vec![at(1, LineFault::NoPrice)]),
        ("콜라 | 2500\n사이다 | 이천", vec![at(2, price)]),
        ("콜라 | 0", vec![at(1, price)]),
        ("콜라 | 1000001", vec![at(1, price)]),
        ("\n\n| 2500", vec![at(3, LineFault::NoName)]),
        ("#\n콜라 | 2500", vec![at(1, LineFault::NoName)]),
        ("콜라 | 2500 | 차갑게 | 얼음", vec![at(1, LineFault::TooManyParts)]),
        ("# 음료\n# 피자\n피자 | 1", vec![at(1, LineFault::EmptySection)]),
        ("콜라 | 2500\n# 피자", vec![at(2, LineFault::EmptySection)]),
        ("콜라\u{7} | 2500", vec![at(1, LineFault::Unprintable)]),
        ("콜라\n사이다\n물 | 1000", vec![at(1, LineFault::NoPrice), at(2, LineFault::NoPrice)]),
    ];
    for (text, faults) in cases {
        assert_eq!(menu_of_lines(text, &mut ids()), Err(Fault::Invalid(faults)), "{text}");
    }
    for nothing in ["", " \r\n\t\n"] {
        let missing = Fault::field(FieldFault::Missing { field });
        assert_eq!(menu_of_lines(nothing, &mut ids()), Err(missing), "{nothing:?}");
    }
    let long = |name: usize, about: usize| format!("{} | 1 | {}", "가".repeat(name), "나".repeat(about));
    assert!(menu_of_lines(&long(60, 200), &mut ids()).is_ok());
    for (text, problem) in [
        (long(61, 0), LineFault::NameTooLong { max: 60 }),
        (long(1, 201), LineFault::DescriptionTooLong { max: 200 }),
        (format!("# {}\n콜라 | 1", "가".repeat(41)), LineFault::NameTooLong { max: 40 }),
    ] {
        assert_eq!(menu_of_lines(&text, &mut ids()), Err(Fault::field(at(1, problem))));
    }
    let dishes = |count: u32| "콜라 | 1\r\n".repeat(count as usize);
    assert_eq!(menu_of_lines(&dishes(MAX_DISHES), &mut ids()).map(|menu| menu.items().count()), Ok(100));
    let one_more = at(MAX_DISHES + 1, LineFault::TooManyDishes { max: MAX_DISHES });
    assert_eq!(menu_of_lines(&dishes(MAX_DISHES + 1), &mut ids()), Err(Fault::field(one_more)));
    let sections = "# 음료\n콜라 | 1\n".repeat(21);
    let one_more = at(41, LineFault::TooManySections { max: 20 });
    assert_eq!(menu_of_lines(&sections, &mut ids()), Err(Fault::field(one_more)));
    let endless = FieldFault::TooLong { field, max: 6_000 };
    assert_eq!(menu_of_lines(&"콜라 | 1 | 차갑게\n".repeat(600), &mut ids()), Err(Fault::field(endless)));
    // Of many wrong lines the first ten are named.
    let Err(Fault::Invalid(named)) = menu_of_lines(&"콜라\n".repeat(30), &mut ids()) else {
        panic!("no price")
    };
    assert_eq!((named.len(), named.last()), (10, Some(&at(10, LineFault::NoPrice))));
}

#[test]
fn a_menu_is_named_beside_what_else_is_wrong_and_none_of_its_lines_is_lost() {
    let (field, wrong) = (Field::Menu, LineFault::NoPrice);
    let lines = vec![FieldFault::Line { field, line: 1, wrong }, FieldFault::Line { field, line: 2, wrong }];
    let refused = with(&[("menu", "콜라\n사이다"), ("kind", "")]);
    let mut all = vec![FieldFault::Missing { field: Field::Kind }];
    all.extend(lines.clone());
    assert_eq!(refused, Err(Fault::Invalid(all.clone())));
    let name = Fault::field(FieldFault::Missing { field: Field::Name });
    let Fault::Invalid(both) = name.and(Fault::Invalid(all)) else { panic!("fields are wrong") };
    assert_eq!(both.len(), 4);
}

#[test]
fn the_kinds_are_distinct() {
    let mut slugs: Vec<_> = KINDS.iter().map(|(slug, _)| slug).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), KINDS.len());
}

#[test]
fn a_rider_may_say_something_and_not_a_book() {
    let typed = |about: &str| Typed(vec![("about".to_owned(), about.to_owned())]);
    let field = Field::About;
    assert_eq!(check_rider(&Typed::default()), Ok(()));
    assert_eq!(check_rider(&typed("자전거로, 저녁마다\n주말에도")), Ok(()));
    let long = Fault::field(FieldFault::TooLong { field, max: 200 });
    assert_eq!(check_rider(&typed(&"가".repeat(201))), Err(long));
    assert_eq!(check_rider(&typed("\u{202e}")), Err(Fault::field(FieldFault::Malformed { field })));
}
