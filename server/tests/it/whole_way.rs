//! One order from the menu to the doorstep.

use crate::city::{City, caller, key};
use crate::ledger::count;
use crate::people::Person;
use domain::shared::Won;
use domain::views::{RiderAction, Shown};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_from_the_menu_to_the_doorstep() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.until(order, Shown::Assigned).await;
    let number = city.look(order).await.line.number.to_string();
    city.ride(order, RiderAction::PickUp { number: Some(number) }).await;
    city.until(order, Shown::OnTheWay).await;
    let code = city.look(order).await.code;
    city.ride(order, RiderAction::Deliver { code: Some(code) }).await;
    city.until(order, Shown::Delivered).await;
    city.backend.confirm_receipt(&caller("customer1"), order, &key()).await.unwrap();
    let view = city.until(order, Shown::Completed).await;
    assert_eq!((view.taken, view.returned, view.owed), (view.bill.total, Won::ZERO, Won::ZERO));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_is_confirmed_on_the_way_sets_the_rider_free_and_pays() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.ride(order, RiderAction::PickUp { number: None }).await;
    city.until(order, Shown::OnTheWay).await;
    city.backend.confirm_receipt(&caller("customer1"), order, &key()).await.unwrap();
    city.until(order, Shown::Completed).await;
    assert_eq!(count(&city, order, "DeliveryDelivered").await, 1);
    let page = city.backend.rider(&caller("rider1")).await.unwrap();
    assert_eq!((page.mine.len(), page.done_today), (0, 1));
    let owed = city.backend.settlement(&caller("operator"), "").await.unwrap();
    assert_eq!(owed.riders.iter().map(|owed| owed.amount).collect::<Vec<_>>(), [page.earned_today]);
    // Whoever hands it over now finds it done, and takes the next one.
    city.ride(order, RiderAction::Deliver { code: None }).await;
    let next = city.order("tok_approve").await;
    city.cook(next).await;
    city.ride(next, RiderAction::Claim).await;
    city.until(next, Shown::Assigned).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn store_and_rider_are_led_to_what_happened_to_an_order_that_is_on_its_way() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.ride(order, RiderAction::PickUp { number: None }).await;
    city.until(order, Shown::OnTheWay).await;
    for (login, home) in [("owner1", "/owner"), ("rider1", "/rider")] {
        let person = Person::log_in(&city.base(), login).await;
        let story = format!("{home}/orders/{order}");
        let (status, page) = person.page(home).await;
        assert!(status == 200 && page.contains(&format!("href=\"{story}\"")), "{page}");
        let (status, page) = person.page(&story).await;
        assert!(status == 200 && page.contains("data-shown=\"on_the_way\""), "{page}");
    }
    city.close().await;
}
