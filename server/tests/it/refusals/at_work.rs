//! Owners and riders.

use crate::city::{City, caller, key};
use domain::order::StuckReason;
use domain::processes::CaseRefusal;
use domain::shared::OrderId;
use domain::store::ticket;
use domain::views::{Actor, Fault, RiderAction, Shown, StoreDay, TicketAction, What};
use domain::{delivery, store};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn owners_and_riders_are_told_what_is_wrong() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let kitchen = async |login, action| {
        let fault = city.backend.act_on_ticket(&caller(login), order, action, &key()).await.unwrap_err();
        (fault.status(), fault)
    };
    let of_ticket = |status, refusal| (status, Fault::Refused(CaseRefusal::Ticket(refusal)));
    // Another's ticket does not exist.
    let accept = |minutes| TicketAction::Accept { minutes };
    assert_eq!(kitchen("owner2", accept(20)).await, (404, Fault::NotFound));
    for minutes in [0, 4, 7, 125, u32::MAX] {
        let refusal = ticket::Refusal::Minutes { max: ticket::MAX_COOKING_MINUTES };
        assert_eq!(kitchen("owner1", accept(minutes)).await, of_ticket(422, refusal));
    }
    let reject = |reason: &str| TicketAction::Reject { reason: reason.to_owned() };
    assert_eq!(kitchen("owner1", reject("  ")).await, of_ticket(422, ticket::Refusal::ReasonMissing));
    let not_now = |command, state| of_ticket(409, ticket::Refusal::NotNow { command, state });
    let (verb, phase) = (ticket::Verb::Start, ticket::Phase::Received);
    assert_eq!(kitchen("owner1", TicketAction::Start).await, not_now(verb, phase));
    city.kitchen(order, accept(20)).await;
    let delay = TicketAction::Delay { minutes: 7 };
    assert_eq!(kitchen("owner1", delay).await, of_ticket(422, ticket::Refusal::DelayStep));
    let (verb, phase) = (ticket::Verb::Reject, ticket::Phase::Accepted);
    assert_eq!(kitchen("owner1", reject("늦었어요")).await, not_now(verb, phase));
    let day = async |action| {
        let fault = city.backend.act_on_store(&caller("owner1"), action, &key()).await.unwrap_err();
        (fault.status(), fault)
    };
    let too_large = store::Refusal::Capacity { max: store::MAX_CAPACITY };
    assert_eq!(day(StoreDay::Capacity { capacity: 1_001 }).await, (422, Fault::Store(too_large)));
    let over = Fault::Store(store::Refusal::PauseOver);
    assert_eq!(day(StoreDay::Pause { minutes: Some(0) }).await, (422, over));

    city.kitchen(order, TicketAction::Start).await;
    city.kitchen(order, TicketAction::Finish).await;
    city.until_offered(order).await;
    let ride = async |login, order: OrderId, action| {
        let fault = city.backend.act_on_job(&caller(login), order, action, &key()).await.unwrap_err();
        (fault.status(), fault)
    };
    let of_delivery = |status, refusal| (status, Fault::Refused(CaseRefusal::Delivery(refusal)));
    let nobodys = OrderId(Uuid::from_u128(9));
    assert_eq!(ride("rider1", nobodys, RiderAction::Claim).await, (404, Fault::NotFound));
    // Off duty, and too far away.
    city.backend.set_duty(&caller("rider2"), false).await.unwrap();
    assert_eq!(ride("rider2", order, RiderAction::Claim).await, of_delivery(409, delivery::Refusal::OffDuty));
    city.backend.set_duty(&caller("rider2"), true).await.unwrap();
    let busan = domain::shared::Point::new(35.1796, 129.0756).unwrap();
    city.backend.set_position(&caller("rider2"), busan).await.unwrap();
    let too_far = delivery::Refusal::TooFar { radius_m: 3_000 };
    assert_eq!(ride("rider2", order, RiderAction::Claim).await, of_delivery(409, too_far));
    assert!(city.backend.rider(&caller("rider2")).await.unwrap().jobs.is_empty());
    // Before a claim nothing can be done but claim.
    let arrive =
        delivery::Refusal::NotNow { command: delivery::Verb::Arrive, state: delivery::Phase::Offered };
    assert_eq!(ride("rider1", order, RiderAction::Arrive).await, of_delivery(409, arrive));
    city.ride(order, RiderAction::Claim).await;
    assert_eq!(ride("rider3", order, RiderAction::Claim).await, of_delivery(409, delivery::Refusal::Taken));
    assert_eq!(ride("rider3", order, RiderAction::Arrive).await, (404, Fault::NotFound));
    // The number on the bag and the code at the door.
    let pick_up = |number: &str| RiderAction::PickUp { number: Some(number.to_owned()) };
    for wrong in ["", "Z-99999", "피자"] {
        let refusal = delivery::Refusal::WrongNumber;
        assert_eq!(ride("rider1", order, pick_up(wrong)).await, of_delivery(422, refusal));
    }
    let early = city.backend.confirm_receipt(&caller("customer1"), order, &key()).await.unwrap_err();
    assert_eq!((early.status(), early), (409, Fault::Refused(CaseRefusal::NotOnTheWay)));
    let view = city.look(order).await;
    city.ride(order, pick_up(&view.line.number.as_str().to_lowercase().replace('-', " "))).await;
    let deliver = |code: String| RiderAction::Deliver { code: Some(code) };
    let wrong = format!("{:04}", (view.code.parse::<u32>().unwrap() + 1) % 10_000);
    for wrong in [wrong, String::new()] {
        let refusal = delivery::Refusal::WrongCode;
        assert_eq!(ride("rider1", order, deliver(wrong)).await, of_delivery(422, refusal));
    }
    city.ride(order, deliver(format!(" {} ", view.code))).await;
    city.until(order, Shown::Delivered).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_code_cannot_be_found_by_trying() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.ride(order, RiderAction::PickUp { number: None }).await;
    let view = city.look(order).await;
    let rider = caller("rider1");
    let refused = |refusal| Fault::Refused(CaseRefusal::Delivery(refusal));
    let deliver = async |typed: &str, key: &str| {
        let action = RiderAction::Deliver { code: Some(typed.to_owned()) };
        city.backend.act_on_job(&rider, order, action, key).await.unwrap_err()
    };
    let wrong: Vec<String> =
        (0..).map(|number| format!("{number:04}")).filter(|code| *code != view.code).take(5).collect();
    for typed in &wrong {
        let first = key();
        assert_eq!(deliver(typed, &first).await, refused(delivery::Refusal::WrongCode));
        // The same request again is the same try.
        assert_eq!(deliver(typed, &first).await, refused(delivery::Refusal::WrongCode));
    }
    let closed = deliver(&view.code, &key()).await;
    let Fault::Refused(CaseRefusal::Delivery(delivery::Refusal::TooManyCodes { until })) = closed else {
        panic!("{closed:?}");
    };
    assert_eq!(closed.status(), 409);
    // Everybody sees what was tried; customer and operator hear of it.
    let view = city.look(order).await;
    let tries: Vec<_> = view.timeline.iter().filter(|entry| entry.what == What::CodeRefused).collect();
    assert_eq!(tries.len(), 5);
    assert!(tries.iter().all(|entry| matches!(entry.by, Actor::Rider(_))), "{tries:?}");
    assert_eq!(until, tries[0].at.plus_minutes(delivery::CODE_MINUTES));
    let stuck = city.backend.operator(&caller("operator")).await.unwrap().stuck;
    let stuck: Vec<_> = stuck.iter().map(|stuck| (stuck.order, stuck.why)).collect();
    assert_eq!(stuck, [(order, Some(StuckReason::DoorCodes))]);
    city.close().await;
}
