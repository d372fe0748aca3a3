//! The cart and the checkout's fields.

mod common;

use common::{CHEESE, COLA, NOON, PIZZA, STORE, store, won};
use domain::shared::{ItemId, MAX_LINES, MAX_QUANTITY, Personal, StoreId, Text};
use domain::store::{QuoteRefusal, WantedLine};
use domain::views::{
    CardView, Cart, CartChange, CartRefusal, CartView, CheckoutDraft, Fault, Field, FieldFault, cart_again,
    change_cart, check_checkout, filled_in, is_offered, of_two_stores, usual_card, without_ordered,
};
use uuid::Uuid;

const OTHER: StoreId = StoreId(Uuid::from_u128(0x51));

fn line(item: ItemId, quantity: u32, choices: &[domain::shared::ChoiceId]) -> WantedLine {
    WantedLine { item, quantity, choices: choices.to_vec() }
}

fn add(cart: Cart, line: WantedLine) -> Result<Cart, CartRefusal> {
    let change = CartChange::Add { store: STORE, line, replace: false };
    change_cart(cart, change, Some(&store()), NOON)
}

fn set(cart: Cart, line: WantedLine) -> Result<Cart, CartRefusal> {
    change_cart(cart, CartChange::SetQuantity { line }, None, NOON)
}

#[test]
fn the_same_thing_twice_is_one_line() {
    let cart = add(None, line(PIZZA, 1, &[CHEESE])).expect("a pizza with cheese");
    let cart = add(cart, line(PIZZA, 2, &[])).expect("two without");
    let cart = add(cart, line(PIZZA, 3, &[CHEESE])).expect("three with");
    let lines = vec![line(PIZZA, 4, &[CHEESE]), line(PIZZA, 2, &[])];
    assert_eq!(cart, Some((STORE, lines)));
}

#[test]
fn a_cart_belongs_to_one_store_until_it_is_replaced() {
    let of_another: Cart = Some((OTHER, vec![line(COLA, 1, &[])]));
    assert_eq!(add(of_another.clone(), line(PIZZA, 1, &[])), Err(CartRefusal::OtherStore));
    let replaced = CartChange::Add { store: STORE, line: line(PIZZA, 1, &[]), replace: true };
    let cart = change_cart(of_another, replaced, Some(&store()), NOON);
    assert_eq!(cart, Ok(Some((STORE, vec![line(PIZZA, 1, &[])]))));
}

#[test]
fn what_cannot_be_ordered_does_not_go_in() {
    let quantity = |line| Err(CartRefusal::Line(QuoteRefusal::Quantity { line, max: MAX_QUANTITY }));
    for wrong in [0, 100, 10_000] {
        assert_eq!(add(None, line(PIZZA, wrong, &[])), quantity(0), "{wrong} pieces");
    }
    let cart = add(None, line(PIZZA, 60, &[])).expect("sixty");
    assert_eq!(add(cart.clone(), line(PIZZA, 40, &[])), quantity(0), "a hundred in two steps");
    assert_eq!(set(cart, line(PIZZA, 100, &[])), quantity(0));
    let unknown = line(ItemId(Uuid::from_u128(0xBAD)), 1, &[]);
    assert_eq!(add(None, unknown), Err(CartRefusal::Line(QuoteRefusal::UnknownItem { line: 0 })));
    let foreign_choice = line(COLA, 1, &[CHEESE]);
    assert_eq!(add(None, foreign_choice), Err(CartRefusal::Line(QuoteRefusal::UnknownChoice { line: 0 })));
    let full: Cart = Some((STORE, vec![line(COLA, 1, &[]); MAX_LINES]));
    let too_many = CartRefusal::Line(QuoteRefusal::TooManyLines { max: MAX_LINES });
    assert_eq!(add(full, line(PIZZA, 1, &[])), Err(too_many));
}

#[test]
fn lines_change_and_go_and_the_last_one_empties_the_cart() {
    let cart =
        add(None, line(PIZZA, 1, &[])).and_then(|cart| add(cart, line(COLA, 1, &[]))).expect("two lines");
    let cart = set(cart, line(COLA, 5, &[])).expect("five colas");
    let cart = set(cart, line(PIZZA, 0, &[])).expect("no pizza");
    assert_eq!(cart, Some((STORE, vec![line(COLA, 5, &[])])));
    for gone in [line(PIZZA, 0, &[]), line(PIZZA, 3, &[]), line(COLA, 0, &[CHEESE])] {
        assert_eq!(set(cart.clone(), gone), Ok(cart.clone()), "a line that is not there");
    }
    assert_eq!(set(cart.clone(), line(COLA, 0, &[])), Ok(None));
    assert_eq!(change_cart(cart, CartChange::Clear, None, NOON), Ok(None));
    assert_eq!(set(None, line(COLA, 1, &[])), Ok(None));
}

#[test]
fn an_order_again_brings_back_what_can_still_be_ordered() {
    let gone = line(ItemId(Uuid::from_u128(0xBAD)), 1, &[]);
    let before = [line(PIZZA, 2, &[CHEESE]), gone.clone(), line(COLA, 1, &[])];
    let again = cart_again(STORE, before.clone(), &store(), NOON);
    assert_eq!(again, Some((STORE, vec![before[0].clone(), before[2].clone()])));
    assert_eq!(cart_again(STORE, [gone], &store(), NOON), None);
}

#[test]
fn the_cart_shows_what_the_checkout_would_charge() {
    let wanted = [line(PIZZA, 1, &[CHEESE]), line(COLA, 2, &[])];
    let view = CartView::of(&store(), &wanted, Some(1_500), NOON);
    let bill = store().quote(&wanted, 1_500, NOON).expect("a bill");
    assert_eq!(
        (view.items, view.delivery_fee, view.total),
        (bill.items, Some(bill.delivery_fee), bill.total)
    );
    assert_eq!(view.problem, None);
    let far = CartView::of(&store(), &wanted, Some(3_001), NOON);
    assert_eq!((far.delivery_fee, far.total), (None, won(25_000)));
    assert!(matches!(far.problem, Some(QuoteRefusal::OutsideArea { .. })));
    let little = CartView::of(&store(), &wanted[1..], None, NOON);
    assert!(matches!(little.problem, Some(QuoteRefusal::BelowMinimum { .. })));
}

#[test]
fn every_wrong_field_of_a_checkout_is_named_and_the_text_is_kept() {
    let good = CheckoutDraft {
        name: " 김하늘 ".to_owned(),
        phone: "010-0000-0001".to_owned(),
        address: "서울 마포구 양화로 45".to_owned(),
        card: "tok_approve".to_owned(),
        ..CheckoutDraft::default()
    };
    let mut typed = good.clone();
    assert_eq!(check_checkout(&mut typed), Ok(()));
    assert_eq!(typed.name, "김하늘");
    let mut wrong = CheckoutDraft {
        name: "   ".to_owned(),
        phone: "십구".to_owned(),
        address_detail: "가".repeat(101),
        note_to_store: "나".repeat(200),
        ..good
    };
    let faults = vec![
        FieldFault::Missing { field: Field::Name },
        FieldFault::Malformed { field: Field::Phone },
        FieldFault::TooLong { field: Field::AddressDetail, max: 100 },
    ];
    assert_eq!(check_checkout(&mut wrong), Err(Fault::Invalid(faults)));
    assert_eq!(wrong.address, "서울 마포구 양화로 45");
    for (phone, is_right) in [("+82 10 0000 0001", true), ("12345678", false), ("010-0000-0001x", false)] {
        wrong = CheckoutDraft { phone: phone.to_owned(), ..typed.clone() };
        assert_eq!(check_checkout(&mut wrong).is_ok(), is_right, "{phone}");
    }
}

#[test]
fn two_refusals_of_one_form_are_told_at_once() {
    let (phone, address) = (Field::Phone, Field::Address);
    let wrong = Fault::field(FieldFault::Malformed { field: phone });
    let unknown = Fault::field(FieldFault::Unknown { field: address });
    let both = vec![FieldFault::Malformed { field: phone }, FieldFault::Unknown { field: address }];
    assert_eq!(wrong.clone().and(unknown.clone()), Fault::Invalid(both));
    assert_eq!(unknown.clone().and(Fault::field(FieldFault::Missing { field: address })), unknown);
    assert_eq!(Fault::NotFound.and(wrong), Fault::NotFound);
}

#[test]
fn an_order_takes_its_own_lines_out_of_the_cart_and_nothing_else() {
    let (pizza, cola) = (line(PIZZA, 2, &[CHEESE]), line(COLA, 1, &[]));
    let cart =
        |lines: &[&WantedLine]| Some((STORE, lines.iter().map(|line| (*line).clone()).collect::<Vec<_>>()));
    let ordered = std::slice::from_ref(&pizza);
    assert_eq!(without_ordered(cart(&[&pizza]), STORE, ordered), None);
    assert_eq!(without_ordered(cart(&[&pizza, &cola]), STORE, ordered), cart(&[&cola]));
    // Sent again, when the cart is another one by now.
    assert_eq!(without_ordered(cart(&[&cola]), STORE, ordered), cart(&[&cola]));
    assert_eq!(without_ordered(cart(&[&pizza]), OTHER, ordered), cart(&[&pizza]));
    assert_eq!(without_ordered(None, STORE, ordered), None);
}

#[test]
fn control_characters_and_turned_text_are_refused_and_lines_are_not() {
    let typed = |name: &str, note: &str| CheckoutDraft {
        name: name.to_owned(),
        phone: "010-0000-0001".to_owned(),
        address: "서울 마포구 양화로 45".to_owned(),
        note_to_store: note.to_owned(),
        card: "tok_approve".to_owned(),
        ..CheckoutDraft::default()
    };
    assert_eq!(check_checkout(&mut typed("김하늘", "하나\r\n둘")), Ok(()));
    for (name, note, field) in
        [("a\0b", "", Field::Name), ("a\u{202e}b", "", Field::Name), ("a", "b\u{7}c", Field::NoteToStore)]
    {
        let refused = check_checkout(&mut typed(name, note));
        assert_eq!(refused, Err(Fault::field(FieldFault::Malformed { field })));
    }
}

#[test]
fn what_is_another_stores_is_said_so_and_what_is_nobodys_is_not_on_the_menu() {
    let mut other = store();
    other.menu.sections[0].items.retain(|item| item.id == COLA);
    let mut this = store();
    this.menu.sections[0].items.retain(|item| item.id == PIZZA);
    let stores = [this.clone(), other];
    let refusal = |lines: &[WantedLine]| of_two_stores(lines, &this, stores.iter());
    assert_eq!(refusal(&[line(PIZZA, 1, &[])]), None);
    assert_eq!(refusal(&[line(PIZZA, 1, &[]), line(COLA, 1, &[])]), Some(Fault::TwoStores));
    assert_eq!(refusal(&[line(ItemId(Uuid::from_u128(0xBAD)), 1, &[])]), None);
}

fn known() -> Personal {
    Personal {
        name: "김손님".to_owned(),
        phone: "010-1234-5678".to_owned(),
        address: "서울 마포구 양화로 45".to_owned(),
        address_detail: "3층 301호".to_owned(),
        note_to_store: "수저는 빼 주세요".to_owned(),
        ..Personal::default()
    }
}

fn card(token: &str) -> CardView {
    CardView { token: token.to_owned(), name: Text::ko(token), description: Text::default() }
}

#[test]
fn what_a_checkout_does_not_say_is_filled_in_and_what_it_says_stays() {
    let cards = [card("first"), card("second")];
    let filled = filled_in(CheckoutDraft::default(), known(), None, &cards);
    let Personal { name, phone, address, address_detail, note_to_store, note_to_rider, .. } = known();
    let card = "first".to_owned();
    let usual = CheckoutDraft { name, phone, address, address_detail, note_to_store, note_to_rider, card };
    assert_eq!(filled, usual);
    // Blanks say nothing.
    let blank = CheckoutDraft { name: "  ".to_owned(), card: " ".to_owned(), ..CheckoutDraft::default() };
    assert_eq!(filled_in(blank, known(), None, &cards), usual);
    let said = |text: &str| text.to_owned();
    let typed = CheckoutDraft {
        name: said("이몽룡"),
        phone: said("010-0000-0000"),
        address: said("서울 마포구 독막로 3"),
        address_detail: said("102호"),
        note_to_store: said("덜 맵게"),
        note_to_rider: said("문 앞에"),
        card: said("third"),
    };
    assert_eq!(filled_in(typed.clone(), known(), Some("second"), &cards), typed);
}

#[test]
fn a_door_belongs_to_its_address() {
    let at = |address: &str, detail: &str| {
        let typed = CheckoutDraft {
            address: address.to_owned(),
            address_detail: detail.to_owned(),
            ..CheckoutDraft::default()
        };
        filled_in(typed, known(), None, &[]).address_detail
    };
    assert_eq!(at("", ""), "3층 301호");
    assert_eq!(at(" 서울 마포구 양화로 45 ", ""), "3층 301호", "the same address, typed again");
    assert_eq!(at("서울 마포구 독막로 3", ""), "", "another house has other doors");
    assert_eq!(at("서울 마포구 독막로 3", "2층"), "2층");
    assert_eq!(at("", "2층"), "2층");
}

#[test]
fn the_card_that_was_kept_is_chosen_while_it_is_offered_or_else_the_first() {
    let cards = [card("first"), card("second")];
    assert_eq!(usual_card(None, &cards), "first");
    assert_eq!(usual_card(Some("second"), &cards), "second");
    assert_eq!(usual_card(Some("gone"), &cards), "first");
    // Nobody knows what is offered.
    assert_eq!(usual_card(Some("second"), &[]), "second");
    assert_eq!(usual_card(None, &[]), "");
    assert!(is_offered("second", &cards) && is_offered("anything", &[]) && !is_offered("gone", &cards));
}
