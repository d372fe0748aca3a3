//! Stores that are too far away, closed, or out of something.

use super::Checkout;
use crate::city::{caller, key, stranger};
use domain::processes::CaseRefusal;
use domain::shared::StoreId;
use domain::store::{Command, Hours, QuoteRefusal, WantedLine};
use domain::views::{Fault, Field, FieldFault, PlaceOrder, StoreDay};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_deliver_says_why() {
    let at = Checkout::open().await;
    let good = at.order.lines[0].clone();
    // Too far away; not known to the gazetteer; not typed.
    let (noodles, line, _) = at.item(12, "손 왕만두 (6개)").await;
    let stores = &server::demo::world().unwrap().stores;
    let (far, radius_m) = (&stores[11].0, stores[11].0.radius_m);
    let home = at.city.backend.stores(&caller("customer1"), "").await.unwrap().address.unwrap().point;
    let distance_m = far.point.distance_to(home);
    let order =
        PlaceOrder { store: noodles, lines: vec![WantedLine { quantity: 2, ..line }], ..at.of(Vec::new()) };
    let answer = at.city.backend.place_order(&caller("customer1"), order.clone()).await.unwrap_err();
    // Outside of its hours the noodle shop says that first.
    if !matches!(answer, Fault::Refused(CaseRefusal::Quote(QuoteRefusal::Closed { .. }))) {
        at.quote(PlaceOrder { key: key(), ..order }, QuoteRefusal::OutsideArea { distance_m, radius_m })
            .await;
    }
    let mut outside = at.of(vec![good.clone()]);
    outside.typed.address = far.address.clone();
    let (near, radius_m) = (&stores[0].0, stores[0].0.radius_m);
    let address = at.city.backend.set_address(&stranger(), &far.address).await.unwrap().point;
    let refusal = QuoteRefusal::OutsideArea { distance_m: near.point.distance_to(address), radius_m };
    at.quote(outside, refusal).await;
    let field = Field::Address;
    for (typed, fault) in
        [("서울 어딘가 없는길 1", FieldFault::Unknown { field }), ("   ", FieldFault::Missing { field })]
    {
        let mut order = at.of(vec![good.clone()]);
        order.typed.address = typed.to_owned();
        at.refuses(order, 422, Fault::Invalid(vec![fault.clone()])).await;
        let kept = at.city.backend.set_address(&caller("customer1"), typed).await;
        assert_eq!(kept, Err(Fault::Invalid(vec![fault])));
    }

    // Paused, and closed.
    let pause = |action| async {
        at.city.backend.act_on_store(&caller("owner1"), action, &key()).await.unwrap();
    };
    pause(StoreDay::Pause { minutes: None }).await;
    at.quote(at.of(vec![good.clone()]), QuoteRefusal::Paused).await;
    pause(StoreDay::Reopen).await;
    let closed = StoreId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002));
    let (mut profile, menu, _) = stores[0].clone();
    profile.id = closed;
    at.change_store(closed, move |at| Command::Register {
        profile: Box::new(profile.clone()),
        menu: menu.clone(),
        hours: Hours(Vec::new()),
        at,
    })
    .await;
    let order = PlaceOrder { store: closed, ..at.of(vec![good.clone()]) };
    at.quote(order, QuoteRefusal::Closed { opens: None }).await;

    // What was good before, and is sold out now.
    let item = good.item;
    let name = stores[0].1.item(item).unwrap().name.clone();
    at.change_store(at.order.store, move |at| Command::SetSoldOut {
        item,
        until: Some(at.plus_minutes(60)),
        at,
    })
    .await;
    at.quote(at.order.clone(), QuoteRefusal::SoldOut { line: 0, name }).await;
    at.change_store(at.order.store, move |at| Command::SetSoldOut { item, until: None, at }).await;
    at.city.backend.place_order(&caller("customer1"), at.of(vec![good])).await.unwrap();
    at.city.close().await;
}
