//! The operator finds an order by the number that somebody reads out, or by its id.

use crate::city::{City, caller};
use crate::people::Person;
use domain::shared::{MINUTE_MS, OrderNumber};
use domain::views::{Fault, Field, FieldFault, SEARCH_DAYS, Shown};

/// A number that none of these orders has.
fn other_than(number: &OrderNumber) -> String {
    if number.as_str() == "K-4821" { "K-4822".to_owned() } else { "K-4821".to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_finds_an_order_by_its_number_and_by_its_id() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    let number = city.until(order, Shown::Received).await.line.number;
    let operator = Person::log_in(&format!("http://{}", city.addr), "operator").await;
    let loose = number.as_str().to_lowercase().replace('-', "%20");
    for typed in [number.to_string(), loose, format!("%20{order}%20")] {
        let (status, page) = operator.page(&format!("/operator?q={typed}")).await;
        assert_eq!(status, 200);
        let hit = page.split_once(&format!("data-found=\"{order}\"")).unwrap_or_else(|| panic!("{page}")).1;
        let hit = hit.split("</li>").next().unwrap();
        for part in
            [&format!("href=\"/operator/orders/{order}\""), number.as_str(), "chip--received", "주문접수"]
        {
            assert!(hit.contains(part), "{part} is missing in {hit}");
        }
        assert_eq!(page.matches("data-found").count(), 1);
    }

    // What nobody has, and what nobody could have; both stay in the field.
    let unknown = other_than(&number);
    let (status, page) = operator.page(&format!("/operator?q={unknown}")).await;
    assert_eq!(status, 200);
    assert!(page.contains(&format!("‘{unknown}’에 맞는 주문이 없어요")), "{page}");
    assert!(page.contains(&format!("value=\"{unknown}\"")) && !page.contains("data-found"));
    let (status, page) = operator.page("/operator?q=pizza").await;
    assert_eq!(status, 422);
    assert!(page.contains("주문번호가 아니에요") && page.contains("value=\"pizza\""), "{page}");
    assert!(page.contains("data-provider"), "the rest of the console is there");
    let (_, page) = operator.page("/operator").await;
    assert!(page.contains("for=\"number\"") && page.contains("id=\"number\""), "the field has its label");
    assert!(
        !page.contains("number-error") && !page.contains("에 맞는 주문이 없어요"),
        "nothing was looked for"
    );

    // For nobody else.
    for other in ["customer1", "owner1", "rider1"] {
        let asked = city.backend.find_orders(&caller(other), &order.to_string()).await;
        assert_eq!(asked.unwrap_err(), Fault::WrongRole);
    }
    let port = &city.backend;
    let garbage = port.find_orders(&caller("operator"), "pizza").await.unwrap_err();
    assert_eq!(garbage, Fault::field(FieldFault::Malformed { field: Field::Number }));

    // After some months the number has been another order's, and the id still leads there.
    city.clock.forward((SEARCH_DAYS + 1) as u32 * 24 * 60);
    assert_eq!(port.find_orders(&caller("operator"), number.as_str()).await.unwrap().found, []);
    let old = port.find_orders(&caller("operator"), &order.to_string()).await.unwrap();
    assert_eq!(old.found.iter().map(|found| found.order).collect::<Vec<_>>(), [order]);
    assert!(old.now.since(old.found[0].placed_at) > SEARCH_DAYS * 24 * 60 * MINUTE_MS);
    city.close().await;
}
