//! Checkouts that are not filled in, and cards that are declined.

use super::Checkout;
use crate::city::{City, caller, key, stranger, won};
use crate::ledger::{Kept, kept};
use domain::order;
use domain::processes::CaseRefusal;
use domain::views::{Caller, CartChange, Fault, Field, FieldFault, PlaceOrder, Shown, What};

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_that_is_not_filled_in_names_every_field_at_once() {
    let at = Checkout::open().await;
    let good = at.order.lines.clone();
    let price = at.order.agreed;
    // Another price than the one on the button.
    for agreed in [price.plus(won(1)).unwrap(), price.minus(won(1)).unwrap(), won(0)] {
        let order = PlaceOrder { agreed, ..at.of(good.clone()) };
        at.refuses(order, 409, Fault::Refused(CaseRefusal::PriceChanged { now: price })).await;
    }
    let mut empty = at.of(good.clone());
    empty.typed.name = " ".to_owned();
    empty.typed.phone = "전화번호".to_owned();
    empty.typed.note_to_rider = "가".repeat(201);
    empty.typed.card = String::new();
    empty.typed.address = "없는나라 없는길 1".to_owned();
    let faults = vec![
        FieldFault::Missing { field: Field::Name },
        FieldFault::Malformed { field: Field::Phone },
        FieldFault::TooLong { field: Field::NoteToRider, max: 200 },
        FieldFault::Missing { field: Field::Card },
        FieldFault::Unknown { field: Field::Address },
    ];
    at.refuses(empty, 422, Fault::Invalid(faults)).await;
    let mut no_card = at.of(good.clone());
    no_card.typed.card = "tok_of_nobody".to_owned();
    let unknown = Fault::Invalid(vec![FieldFault::Unknown { field: Field::Card }]);
    at.refuses(no_card, 422, unknown.clone()).await;
    assert_eq!(at.city.backend.choose_card(&caller("customer1"), "tok_of_nobody").await, Err(unknown));
    // A key is needed, and not a book.
    let field = Field::Key;
    for (key, fault) in [
        (String::new(), FieldFault::Missing { field }),
        ("k".repeat(201), FieldFault::TooLong { field, max: 200 }),
    ] {
        let order = PlaceOrder { key, ..at.order.clone() };
        at.refuses(order, 422, Fault::Invalid(vec![fault])).await;
    }
    let nobody = at.city.backend.place_order(&stranger(), at.order.clone()).await.unwrap_err();
    assert_eq!((nobody.status(), nobody), (401, Fault::NotSignedIn));
    let owner = at.city.backend.place_order(&caller("owner1"), at.order.clone()).await.unwrap_err();
    assert_eq!((owner.status(), owner), (403, Fault::WrongRole));
    // And what was refused in all these ways goes through as it should.
    let order = at.city.backend.place_order(&caller("customer1"), at.order.clone()).await.unwrap();
    at.city.until(order, Shown::Received).await;
    at.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_again_is_filled_in_as_it_was_and_for_nobody_else() {
    let city = City::open().await;
    let customer = caller("customer1");
    let mut order = city.checkout_of(&customer, "tok_decline").await;
    order.typed.name = "현관에서 부르는 이름".to_owned();
    order.typed.address_detail = "옥탑".to_owned();
    order.typed.note_to_rider = "문 앞에 두세요".to_owned();
    let (typed, lines) = (order.typed.clone(), order.lines.clone());
    let id = city.backend.place_order(&customer, order).await.unwrap();
    city.until(id, Shown::PaymentFailed).await;
    city.backend.set_address(&customer, "서울 마포구 월드컵로 24").await.unwrap();
    let cart = city.backend.reorder(&customer, id).await.unwrap();
    assert_eq!(cart.lines.iter().map(|line| line.wanted.clone()).collect::<Vec<_>>(), lines);
    let draft = async |who| city.backend.checkout(&who).await.unwrap().draft;
    let again = draft(customer.clone()).await;
    let fields = |draft: &domain::views::CheckoutDraft| {
        [&draft.name, &draft.phone, &draft.address, &draft.address_detail, &draft.note_to_rider]
            .map(Clone::clone)
    };
    assert_eq!(fields(&again), fields(&typed));
    // The same browser, somebody else's account.
    let other = Caller { visitor: customer.visitor.clone(), ..caller("customer2") };
    assert_ne!(draft(other).await.name, typed.name);
    // Another address: the door of the earlier one is not its door.
    city.backend.set_address(&customer, "서울 마포구 월드컵로 24").await.unwrap();
    assert_eq!(draft(customer.clone()).await.address_detail, "");
    // Another cart, another order.
    city.backend.change_cart(&customer, CartChange::Clear).await.unwrap();
    assert_eq!(draft(customer.clone()).await.note_to_rider, "");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_shows_and_nothing_is_kept() {
    let city = City::open().await;
    for (card, code) in [("tok_decline", "insufficient_funds"), ("tok_expired", "expired_card")] {
        let order = city.order(card).await;
        let view = city.until(order, Shown::PaymentFailed).await;
        assert_eq!((view.taken, view.owed, view.returned, view.pay_url), (won(0), won(0), won(0), None));
        let reason = order::PaymentFailure::Declined(code.to_owned());
        let told: Vec<What> = view.timeline.into_iter().map(|entry| entry.what).collect();
        assert_eq!(told, [What::Placed, What::PaymentDeclined, What::PaymentFailed { reason }]);
        assert_eq!(kept(&city, order).await, Kept::NOTHING);
        let late = city.backend.cancel_order(&caller("customer1"), order, &key()).await.unwrap_err();
        let refusal =
            order::Refusal::NotNow { command: order::Verb::Cancel, state: order::Phase::PaymentFailed };
        assert_eq!((late.status(), late), (409, Fault::Refused(CaseRefusal::Order(refusal))));
    }
    city.close().await;
}
