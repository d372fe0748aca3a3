//! What cannot be ordered, from the checkout and from the cart.

use super::{Checkout, line};
use crate::city::{caller, won};
use domain::processes::CaseRefusal;
use domain::shared::{ChoiceId, ItemId, MAX_LINES, MAX_QUANTITY, StoreId};
use domain::store::{QuoteRefusal, WantedLine};
use domain::views::{CartChange, Fault, PlaceOrder};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_ordered_is_refused_by_its_line() {
    let at = Checkout::open().await;
    let good = at.order.lines[0].clone();
    // A cart that has to be there afterwards.
    let add = CartChange::Add { store: at.order.store, line: good.clone(), replace: false };
    at.city.backend.change_cart(&caller("customer1"), add).await.unwrap();

    let unknown = ItemId(Uuid::from_u128(1));
    at.quote(at.of(vec![good.clone(), line(unknown, 1)]), QuoteRefusal::UnknownItem { line: 1 }).await;
    let (_, sold_out, name) = at.item(1, "쉬림프 루꼴라 피자").await;
    at.quote(at.of(vec![good.clone(), sold_out]), QuoteRefusal::SoldOut { line: 1, name }).await;
    at.quote(at.of(Vec::new()), QuoteRefusal::EmptyCart).await;
    for quantity in [0, MAX_QUANTITY + 1, 10_000, u32::MAX] {
        let refusal = QuoteRefusal::Quantity { line: 0, max: MAX_QUANTITY };
        at.quote(at.of(vec![line(good.item, quantity)]), refusal).await;
    }
    at.quote(at.of(vec![good.clone(); MAX_LINES + 1]), QuoteRefusal::TooManyLines { max: MAX_LINES }).await;
    let odd = WantedLine { choices: vec![ChoiceId(Uuid::from_u128(2))], ..good.clone() };
    at.quote(at.of(vec![odd]), QuoteRefusal::UnknownChoice { line: 0 }).await;
    let (_, mut needs_choice, _) = at.item(1, "고구마 무스 피자").await;
    needs_choice.choices.clear();
    let menu = at.city.backend.menu(&caller("customer1"), at.order.store).await.unwrap().menu;
    let group = menu.item(needs_choice.item).unwrap().groups[0].name.clone();
    let refusal = QuoteRefusal::Choices { line: 0, group, min: 1, max: 1 };
    at.quote(at.of(vec![needs_choice]), refusal).await;
    let (_, bread, _) = at.item(1, "갈릭 브레드").await;
    let refusal = QuoteRefusal::BelowMinimum { min: won(15_000), missing: won(15_000 - 6_500) };
    at.quote(at.of(vec![bread]), refusal).await;

    // Of two stores; of a store that is not there.
    let (_, elsewhere, _) = at.item(2, "쭉 늘어나는 치즈볼 (6개)").await;
    at.refuses(at.of(vec![good.clone(), elsewhere]), 409, Fault::TwoStores).await;
    let nowhere = PlaceOrder { store: StoreId(Uuid::from_u128(3)), ..at.of(vec![good]) };
    at.refuses(nowhere, 404, Fault::NotFound).await;
    at.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cart_refuses_what_the_checkout_would() {
    let at = Checkout::open().await;
    let customer = caller("customer1");
    let change = async |change| at.city.backend.change_cart(&customer, change).await;
    let add = |store, line, replace| CartChange::Add { store, line, replace };
    let (good, store) = (at.order.lines[0].clone(), at.order.store);
    change(add(store, good.clone(), false)).await.unwrap();
    let before = at.city.backend.cart(&customer).await.unwrap();
    let (_, sold_out, name) = at.item(1, "쉬림프 루꼴라 피자").await;
    let (chicken, balls, _) = at.item(2, "쭉 늘어나는 치즈볼 (6개)").await;
    let quote = |refusal| Fault::Refused(CaseRefusal::Quote(refusal));
    let quantity = QuoteRefusal::Quantity { line: 0, max: MAX_QUANTITY };
    let pizzeria = server::demo::world().unwrap().stores[0].0.name.clone();
    for (wrong, status, fault) in [
        (
            add(store, line(ItemId(Uuid::from_u128(1)), 1), false),
            422,
            quote(QuoteRefusal::UnknownItem { line: 0 }),
        ),
        (add(store, sold_out, false), 422, quote(QuoteRefusal::SoldOut { line: 0, name })),
        (add(store, line(good.item, 0), false), 422, quote(quantity.clone())),
        (add(store, line(good.item, 10_000), false), 422, quote(quantity.clone())),
        (add(store, line(good.item, MAX_QUANTITY), false), 422, quote(quantity.clone())),
        (
            CartChange::SetQuantity { line: WantedLine { quantity: 10_000, ..good.clone() } },
            422,
            quote(quantity),
        ),
        (add(chicken, balls.clone(), false), 409, Fault::OtherStore { cart: pizzeria }),
        (add(StoreId(Uuid::from_u128(3)), good, false), 404, Fault::NotFound),
    ] {
        let answer = change(wrong).await.unwrap_err();
        assert_eq!((answer.status(), answer), (status, fault));
        assert_eq!(at.city.backend.cart(&customer).await.unwrap(), before);
    }
    // Asked to, it begins anew.
    let cart = change(add(chicken, balls, true)).await.unwrap();
    assert_eq!((cart.store, cart.lines.len()), (Some(chicken), 1));
    at.city.close().await;
}
