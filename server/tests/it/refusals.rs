//! Bad input at the port: each gets its own refusal with its own status, and nothing is half done.

use crate::city::{City, caller, key, stranger, won};
use crate::ledger::{Kept, kept, now};
use domain::processes::{CaseRefusal, DomainEvent};
use domain::shared::{
    Aggregate, ChoiceId, ItemId, MAX_LINES, MAX_QUANTITY, OrderId, StoreId, Text, Timestamp,
};
use domain::store::{Command, Hours, QuoteRefusal, Store, WantedLine, ticket};
use domain::views::{
    Actor, CartChange, Fault, Field, FieldFault, PlaceOrder, RiderAction, Shown, StoreDay, TicketAction, What,
};
use domain::{delivery, order, store};
use server::adapters::clock::new_uuid;
use server::storage::{Decide, EventLog, Subject, Unit};
use uuid::Uuid;

/// A city with a customer at the checkout of the first store.
struct Checkout {
    city: City,
    order: PlaceOrder,
}

impl Checkout {
    async fn open() -> Self {
        let city = City::open().await;
        let order = city.checkout_of(&caller("customer1"), "tok_approve").await;
        Self { city, order }
    }

    /// An item of the demo's store with this number by its Korean name.
    async fn item(&self, store: usize, name: &str) -> (StoreId, WantedLine, Text) {
        let stores = server::demo::world().unwrap().stores;
        let (profile, menu, _) = &stores[store - 1];
        let item = menu.items().find(|item| item.name.ko == name).unwrap();
        let choices = item
            .groups
            .iter()
            .filter(|group| group.min > 0)
            .map(|group| group.choices[0].id)
            .collect();
        (
            profile.id,
            WantedLine {
                item: item.id,
                quantity: 1,
                choices,
            },
            item.name.clone(),
        )
    }

    fn of(&self, lines: Vec<WantedLine>) -> PlaceOrder {
        PlaceOrder {
            key: key(),
            lines,
            ..self.order.clone()
        }
    }

    /// This placing is refused so; the log, the customer's orders and the cart are as before.
    async fn refuses(&self, order: PlaceOrder, status: u16, fault: Fault) {
        let customer = caller("customer1");
        let state = async || {
            let list = self.city.backend.orders(&customer, 0).await.unwrap();
            (
                self.city.log.head().await.unwrap(),
                list.total,
                self.city.backend.cart(&customer).await.unwrap(),
            )
        };
        let before = state().await;
        let answer = self.city.backend.place_order(&customer, order).await;
        assert_eq!(answer, Err(fault.clone()));
        assert_eq!(fault.status(), status, "{fault}");
        assert_eq!(state().await, before);
    }

    async fn quote(&self, order: PlaceOrder, refusal: QuoteRefusal) {
        self.refuses(order, 422, Fault::Refused(CaseRefusal::Quote(refusal)))
            .await;
    }

    /// A command to a store, as its data would be changed.
    async fn change_store(
        &self,
        store: StoreId,
        command: impl FnOnce(Timestamp) -> Command + Send + 'static,
    ) {
        let decide: Decide = Box::new(move |loaded, at| {
            let store = loaded.store.as_deref().cloned().unwrap_or_else(Store::default);
            Ok(store.decide(command(at))?.map(DomainEvent::Store))
        });
        let (command, subject) = (new_uuid(now()), Subject::Store(store));
        let unit = Unit {
            command,
            actor: Actor::System,
            subject,
            key: None,
            completes: None,
            decide,
        };
        self.city.log.execute(unit).await.unwrap().unwrap();
    }
}

fn line(item: ItemId, quantity: u32) -> WantedLine {
    WantedLine {
        item,
        quantity,
        choices: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_ordered_is_refused_by_its_line() {
    let at = Checkout::open().await;
    let good = at.order.lines[0].clone();
    // A cart that has to be there afterwards.
    let add = CartChange::Add {
        store: at.order.store,
        line: good.clone(),
        replace: false,
    };
    at.city
        .backend
        .change_cart(&caller("customer1"), add)
        .await
        .unwrap();

    let unknown = ItemId(Uuid::from_u128(1));
    at.quote(
        at.of(vec![good.clone(), line(unknown, 1)]),
        QuoteRefusal::UnknownItem { line: 1 },
    )
    .await;
    let (_, sold_out, name) = at.item(1, "쉬림프 루꼴라 피자").await;
    at.quote(
        at.of(vec![good.clone(), sold_out]),
        QuoteRefusal::SoldOut { line: 1, name },
    )
    .await;
    at.quote(at.of(Vec::new()), QuoteRefusal::EmptyCart).await;
    for quantity in [0, MAX_QUANTITY + 1, 10_000, u32::MAX] {
        let refusal = QuoteRefusal::Quantity {
            line: 0,
            max: MAX_QUANTITY,
        };
        at.quote(at.of(vec![line(good.item, quantity)]), refusal).await;
    }
    at.quote(
        at.of(vec![good.clone(); MAX_LINES + 1]),
        QuoteRefusal::TooManyLines { max: MAX_LINES },
    )
    .await;
    let odd = WantedLine {
        choices: vec![ChoiceId(Uuid::from_u128(2))],
        ..good.clone()
    };
    at.quote(at.of(vec![odd]), QuoteRefusal::UnknownChoice { line: 0 })
        .await;
    let (_, mut needs_choice, _) = at.item(1, "고구마 무스 피자").await;
    needs_choice.choices.clear();
    let menu = at
        .city
        .backend
        .menu(&caller("customer1"), at.order.store)
        .await
        .unwrap()
        .menu;
    let group = menu.item(needs_choice.item).unwrap().groups[0].name.clone();
    let refusal = QuoteRefusal::Choices {
        line: 0,
        group,
        min: 1,
        max: 1,
    };
    at.quote(at.of(vec![needs_choice]), refusal).await;
    let (_, bread, _) = at.item(1, "갈릭 브레드").await;
    let refusal = QuoteRefusal::BelowMinimum {
        min: won(15_000),
        missing: won(15_000 - 6_500),
    };
    at.quote(at.of(vec![bread]), refusal).await;

    // Of two stores; of a store that is not there.
    let (_, elsewhere, _) = at.item(2, "쭉 늘어나는 치즈볼 (6개)").await;
    let pizzeria = server::demo::world().unwrap().stores[0].0.name.clone();
    at.refuses(
        at.of(vec![good.clone(), elsewhere]),
        409,
        Fault::OtherStore { cart: pizzeria },
    )
    .await;
    let nowhere = PlaceOrder {
        store: StoreId(Uuid::from_u128(3)),
        ..at.of(vec![good])
    };
    at.refuses(nowhere, 404, Fault::NotFound).await;
    at.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_deliver_says_why() {
    let at = Checkout::open().await;
    let good = at.order.lines[0].clone();
    // Too far away; not known to the gazetteer; not typed.
    let (noodles, line, _) = at.item(12, "손 왕만두 (6개)").await;
    let stores = server::demo::world().unwrap().stores;
    let (far, radius_m) = (&stores[11].0, stores[11].0.radius_m);
    let home = at
        .city
        .backend
        .stores(&caller("customer1"), "")
        .await
        .unwrap()
        .address
        .unwrap()
        .point;
    let distance_m = far.point.distance_to(home);
    let order = PlaceOrder {
        store: noodles,
        lines: vec![WantedLine { quantity: 2, ..line }],
        ..at.of(Vec::new())
    };
    let answer = at
        .city
        .backend
        .place_order(&caller("customer1"), order.clone())
        .await
        .unwrap_err();
    // Outside of its hours the noodle shop says that first.
    if !matches!(
        answer,
        Fault::Refused(CaseRefusal::Quote(QuoteRefusal::Closed { .. }))
    ) {
        at.quote(
            PlaceOrder { key: key(), ..order },
            QuoteRefusal::OutsideArea { distance_m, radius_m },
        )
        .await;
    }
    let mut outside = at.of(vec![good.clone()]);
    outside.typed.address = far.address.clone();
    let (near, radius_m) = (&stores[0].0, stores[0].0.radius_m);
    let address = at
        .city
        .backend
        .set_address(&stranger(), &far.address)
        .await
        .unwrap()
        .point;
    let refusal = QuoteRefusal::OutsideArea {
        distance_m: near.point.distance_to(address),
        radius_m,
    };
    at.quote(outside, refusal).await;
    let field = Field::Address;
    for (typed, fault) in [
        ("서울 어딘가 없는길 1", FieldFault::Unknown { field }),
        ("   ", FieldFault::Missing { field }),
    ] {
        let mut order = at.of(vec![good.clone()]);
        order.typed.address = typed.to_owned();
        at.refuses(order, 422, Fault::Invalid(vec![fault.clone()])).await;
        let kept = at.city.backend.set_address(&caller("customer1"), typed).await;
        assert_eq!(kept, Err(Fault::Invalid(vec![fault])));
    }

    // Paused, and closed.
    let pause = |action| async {
        at.city
            .backend
            .act_on_store(&caller("owner1"), action, &key())
            .await
            .unwrap()
    };
    pause(StoreDay::Pause { minutes: None }).await;
    at.quote(at.of(vec![good.clone()]), QuoteRefusal::Paused).await;
    pause(StoreDay::Reopen).await;
    let closed = StoreId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002));
    let (mut profile, menu, _) = stores[0].clone();
    profile.id = closed;
    at.change_store(closed, move |at| Command::Register {
        profile: Box::new(profile),
        menu,
        hours: Hours(Vec::new()),
        at,
    })
    .await;
    let order = PlaceOrder {
        store: closed,
        ..at.of(vec![good.clone()])
    };
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
    at.quote(at.order.clone(), QuoteRefusal::SoldOut { line: 0, name })
        .await;
    at.change_store(at.order.store, move |at| Command::SetSoldOut {
        item,
        until: None,
        at,
    })
    .await;
    at.city
        .backend
        .place_order(&caller("customer1"), at.of(vec![good]))
        .await
        .unwrap();
    at.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_that_is_not_filled_in_names_every_field_at_once() {
    let at = Checkout::open().await;
    let good = at.order.lines.clone();
    let price = at.order.agreed;
    // Another price than the one on the button.
    for agreed in [price.plus(won(1)).unwrap(), price.minus(won(1)).unwrap(), won(0)] {
        let order = PlaceOrder {
            agreed,
            ..at.of(good.clone())
        };
        at.refuses(
            order,
            409,
            Fault::Refused(CaseRefusal::PriceChanged { now: price }),
        )
        .await;
    }
    let mut empty = at.of(good.clone());
    empty.typed.name = " ".to_owned();
    empty.typed.phone = "전화번호".to_owned();
    empty.typed.note_to_rider = "가".repeat(201);
    empty.typed.card = String::new();
    let faults = vec![
        FieldFault::Missing { field: Field::Name },
        FieldFault::Malformed { field: Field::Phone },
        FieldFault::TooLong {
            field: Field::NoteToRider,
            max: 200,
        },
        FieldFault::Missing { field: Field::Card },
    ];
    at.refuses(empty, 422, Fault::Invalid(faults)).await;
    let mut no_card = at.of(good.clone());
    no_card.typed.card = "tok_of_nobody".to_owned();
    let unknown = Fault::Invalid(vec![FieldFault::Unknown { field: Field::Card }]);
    at.refuses(no_card, 422, unknown.clone()).await;
    assert_eq!(
        at.city
            .backend
            .choose_card(&caller("customer1"), "tok_of_nobody")
            .await,
        Err(unknown)
    );
    // A key is needed, and not a book.
    let field = Field::Key;
    for (key, fault) in [
        (String::new(), FieldFault::Missing { field }),
        ("k".repeat(201), FieldFault::TooLong { field, max: 200 }),
    ] {
        let order = PlaceOrder {
            key,
            ..at.order.clone()
        };
        at.refuses(order, 422, Fault::Invalid(vec![fault])).await;
    }
    let nobody = at
        .city
        .backend
        .place_order(&stranger(), at.order.clone())
        .await
        .unwrap_err();
    assert_eq!((nobody.status(), nobody), (401, Fault::NotSignedIn));
    let owner = at
        .city
        .backend
        .place_order(&caller("owner1"), at.order.clone())
        .await
        .unwrap_err();
    assert_eq!((owner.status(), owner), (403, Fault::WrongRole));
    // And what was refused in all these ways goes through as it should.
    let order = at
        .city
        .backend
        .place_order(&caller("customer1"), at.order.clone())
        .await
        .unwrap();
    at.city.until(order, Shown::Received).await;
    at.city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_shows_and_nothing_is_kept() {
    let city = City::open().await;
    for (card, code) in [
        ("tok_decline", "insufficient_funds"),
        ("tok_expired", "expired_card"),
    ] {
        let order = city.order(card).await;
        let view = city.until(order, Shown::PaymentFailed).await;
        assert_eq!(
            (view.taken, view.owed, view.returned, view.pay_url),
            (won(0), won(0), won(0), None)
        );
        let reason = order::PaymentFailure::Declined(code.to_owned());
        let told: Vec<What> = view.timeline.into_iter().map(|entry| entry.what).collect();
        assert_eq!(
            told,
            [
                What::Placed,
                What::PaymentDeclined,
                What::PaymentFailed { reason }
            ]
        );
        assert_eq!(kept(&city, order).await, Kept::NOTHING);
        let late = city
            .backend
            .cancel_order(&caller("customer1"), order, &key())
            .await
            .unwrap_err();
        let refusal = order::Refusal::NotNow {
            command: order::Verb::Cancel,
            state: order::Phase::PaymentFailed,
        };
        assert_eq!(
            (late.status(), late),
            (409, Fault::Refused(CaseRefusal::Order(refusal)))
        );
    }
    city.close().await;
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
    let quantity = QuoteRefusal::Quantity {
        line: 0,
        max: MAX_QUANTITY,
    };
    let pizzeria = server::demo::world().unwrap().stores[0].0.name.clone();
    for (wrong, status, fault) in [
        (
            add(store, line(ItemId(Uuid::from_u128(1)), 1), false),
            422,
            quote(QuoteRefusal::UnknownItem { line: 0 }),
        ),
        (
            add(store, sold_out, false),
            422,
            quote(QuoteRefusal::SoldOut { line: 0, name }),
        ),
        (
            add(store, line(good.item, 0), false),
            422,
            quote(quantity.clone()),
        ),
        (
            add(store, line(good.item, 10_000), false),
            422,
            quote(quantity.clone()),
        ),
        (
            add(store, line(good.item, MAX_QUANTITY), false),
            422,
            quote(quantity.clone()),
        ),
        (
            CartChange::SetQuantity {
                line: 0,
                quantity: 10_000,
            },
            422,
            quote(quantity),
        ),
        (
            add(chicken, balls.clone(), false),
            409,
            Fault::OtherStore { cart: pizzeria },
        ),
        (
            add(StoreId(Uuid::from_u128(3)), good, false),
            404,
            Fault::NotFound,
        ),
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

#[tokio::test(flavor = "multi_thread")]
async fn owners_and_riders_are_told_what_is_wrong() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let kitchen = async |login, action| {
        let fault = city
            .backend
            .act_on_ticket(&caller(login), order, action, &key())
            .await
            .unwrap_err();
        (fault.status(), fault)
    };
    let of_ticket = |status, refusal| (status, Fault::Refused(CaseRefusal::Ticket(refusal)));
    // Another's ticket does not exist.
    let accept = |minutes| TicketAction::Accept { minutes };
    assert_eq!(kitchen("owner2", accept(20)).await, (404, Fault::NotFound));
    for minutes in [0, 4, 7, 125, u32::MAX] {
        let refusal = ticket::Refusal::Minutes {
            max: ticket::MAX_COOKING_MINUTES,
        };
        assert_eq!(kitchen("owner1", accept(minutes)).await, of_ticket(422, refusal));
    }
    let reject = |reason: &str| TicketAction::Reject {
        reason: reason.to_owned(),
    };
    assert_eq!(
        kitchen("owner1", reject("  ")).await,
        of_ticket(422, ticket::Refusal::ReasonMissing)
    );
    let not_now = |command, state| of_ticket(409, ticket::Refusal::NotNow { command, state });
    let (verb, phase) = (ticket::Verb::Start, ticket::Phase::Received);
    assert_eq!(kitchen("owner1", TicketAction::Start).await, not_now(verb, phase));
    city.kitchen(order, accept(20)).await;
    let delay = TicketAction::Delay { minutes: 7 };
    assert_eq!(
        kitchen("owner1", delay).await,
        of_ticket(422, ticket::Refusal::DelayStep)
    );
    let (verb, phase) = (ticket::Verb::Reject, ticket::Phase::Accepted);
    assert_eq!(kitchen("owner1", reject("늦었어요")).await, not_now(verb, phase));
    let day = async |action| {
        let fault = city
            .backend
            .act_on_store(&caller("owner1"), action, &key())
            .await
            .unwrap_err();
        (fault.status(), fault)
    };
    let too_large = store::Refusal::Capacity {
        max: store::MAX_CAPACITY,
    };
    assert_eq!(
        day(StoreDay::Capacity { capacity: 1_001 }).await,
        (422, Fault::Store(too_large))
    );
    let over = Fault::Store(store::Refusal::PauseOver);
    assert_eq!(day(StoreDay::Pause { minutes: Some(0) }).await, (422, over));

    city.kitchen(order, TicketAction::Start).await;
    city.kitchen(order, TicketAction::Finish).await;
    city.until_offered(order).await;
    let ride = async |login, order: OrderId, action| {
        let fault = city
            .backend
            .act_on_job(&caller(login), order, action, &key())
            .await
            .unwrap_err();
        (fault.status(), fault)
    };
    let of_delivery = |status, refusal| (status, Fault::Refused(CaseRefusal::Delivery(refusal)));
    let nobodys = OrderId(Uuid::from_u128(9));
    assert_eq!(
        ride("rider1", nobodys, RiderAction::Claim).await,
        (404, Fault::NotFound)
    );
    // Off duty, and too far away.
    city.backend.set_duty(&caller("rider2"), false).await.unwrap();
    assert_eq!(
        ride("rider2", order, RiderAction::Claim).await,
        of_delivery(409, delivery::Refusal::OffDuty)
    );
    city.backend.set_duty(&caller("rider2"), true).await.unwrap();
    let busan = domain::shared::Point::new(35.1796, 129.0756).unwrap();
    city.backend.set_position(&caller("rider2"), busan).await.unwrap();
    let too_far = delivery::Refusal::TooFar { radius_m: 3_000 };
    assert_eq!(
        ride("rider2", order, RiderAction::Claim).await,
        of_delivery(409, too_far)
    );
    assert!(
        city.backend
            .rider(&caller("rider2"))
            .await
            .unwrap()
            .jobs
            .is_empty()
    );
    // Before a claim nothing can be done but claim.
    let arrive = delivery::Refusal::NotNow {
        command: delivery::Verb::Arrive,
        state: delivery::Phase::Offered,
    };
    assert_eq!(
        ride("rider1", order, RiderAction::Arrive).await,
        of_delivery(409, arrive)
    );
    city.ride(order, RiderAction::Claim).await;
    assert_eq!(
        ride("rider3", order, RiderAction::Claim).await,
        of_delivery(409, delivery::Refusal::Taken)
    );
    assert_eq!(
        ride("rider3", order, RiderAction::Arrive).await,
        (404, Fault::NotFound)
    );
    // The number on the bag and the code at the door.
    let pick_up = |number: &str| RiderAction::PickUp {
        number: Some(number.to_owned()),
    };
    for wrong in ["", "Z-99999", "피자"] {
        let refusal = delivery::Refusal::WrongNumber;
        assert_eq!(
            ride("rider1", order, pick_up(wrong)).await,
            of_delivery(422, refusal)
        );
    }
    let early = city
        .backend
        .confirm_receipt(&caller("customer1"), order, &key())
        .await
        .unwrap_err();
    assert_eq!(
        (early.status(), early),
        (409, Fault::Refused(CaseRefusal::NotOnTheWay))
    );
    let view = city.look(order).await;
    city.ride(
        order,
        pick_up(&view.line.number.as_str().to_lowercase().replace('-', " ")),
    )
    .await;
    let deliver = |code: String| RiderAction::Deliver { code: Some(code) };
    let wrong = format!("{:04}", (view.code.parse::<u32>().unwrap() + 1) % 10_000);
    for wrong in [wrong, String::new()] {
        let refusal = delivery::Refusal::WrongCode;
        assert_eq!(
            ride("rider1", order, deliver(wrong)).await,
            of_delivery(422, refusal)
        );
    }
    city.ride(order, deliver(format!(" {} ", view.code))).await;
    city.until(order, Shown::Delivered).await;
    city.close().await;
}
