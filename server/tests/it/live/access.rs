//! Who may listen at all.

use crate::applications::{owner_form, person_form};
use crate::city::City;
use crate::people::Person;
use domain::views::Shown;
use reqwest::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_streams_are_for_their_own_people() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let base = city.base();
    let own = format!("/live/order/{order}");
    let unknown = "/live/order/0199f8a0-0000-7000-8000-000000000000";
    let streams = [own.as_str(), "/live/orders", "/live/owner", "/live/rider"];
    let status = async |person: &Person, path: &str| person.get(path).send().await.unwrap().status();

    let stranger = Person::stranger(&base);
    for path in streams.into_iter().chain([unknown]) {
        assert_eq!(status(&stranger, path).await, StatusCode::UNAUTHORIZED, "{path}");
    }
    for (login, expected) in [
        ("customer1", [200, 200, 403, 403]),
        ("owner1", [200, 403, 200, 403]),
        // Of an order that is not at their store, or that they do not bring, they learn nothing.
        ("owner2", [404, 403, 200, 403]),
        ("rider1", [404, 403, 403, 200]),
        ("operator", [200, 403, 403, 403]),
    ] {
        let person = Person::log_in(&base, login).await;
        for (path, expected) in streams.iter().zip(expected) {
            assert_eq!(status(&person, path).await, expected, "{login} at {path}");
        }
    }
    // Somebody whom the operator has not let in yet may hear nothing.
    let (of_owner, of_rider) = (owner_form("newowner"), person_form("newrider"));
    for (path, form) in [("/signup/owner", of_owner), ("/signup/rider", of_rider)] {
        let applicant = Person::sign_up(&base, path, &form).await;
        for stream in streams.into_iter().chain(["/live/operator"]) {
            let expected = if stream == own { 404 } else { 403 };
            assert_eq!(status(&applicant, stream).await, expected, "{path} at {stream}");
        }
    }
    let other = Person::log_in(&base, "customer2").await;
    assert_eq!(status(&other, &own).await, StatusCode::NOT_FOUND);
    // Neither may it be learnt which orders there are.
    assert_eq!(status(&other, unknown).await, StatusCode::NOT_FOUND);
    let text = async |path: &str| other.get(path).send().await.unwrap().text().await.unwrap();
    assert_eq!(text(&own).await, text(unknown).await);
    assert_eq!(status(&other, "/live/order/1").await, StatusCode::NOT_FOUND);
    for nonsense in ["/live/orders?after=x", "/live/orders?after=-1"] {
        assert_eq!(status(&other, nonsense).await, StatusCode::BAD_REQUEST, "{nonsense}");
    }
    city.close().await;
}
