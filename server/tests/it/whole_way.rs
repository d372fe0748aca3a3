//! One order from the menu to the doorstep.

use crate::city::{City, caller, key};
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
