//! API tokens over real HTTP: whose rights they have, and when they end.

mod command;
mod page;

use crate::applications::{owner_form, person_form};
use crate::city::{City, caller};
use crate::people::{Field, Person, Stream, field};
use domain::shared::TokenId;
use domain::views::{AccountPage, Caller, Fault, LiveBody, StoreList};
use reqwest::StatusCode;
use std::time::Duration;

/// A new token of somebody, with its secret.
async fn token(city: &City, who: &Caller) -> (TokenId, String) {
    let id = city.backend.make_token(who, "봇", "30").await.unwrap();
    let made = city.backend.account_page(who, Some(id)).await.unwrap().made.unwrap();
    assert_eq!(made.id, id);
    (id, made.secret)
}

/// The last word of a stream, which has to come soon.
async fn last_word(stream: &mut Stream, within: Duration) -> String {
    let end = tokio::time::timeout(within, stream.to_its_end()).await;
    let (_, end) = end.unwrap_or_else(|_| panic!("it has not ended within {within:?}"));
    format!("{} {}", end.event, end.data)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_has_the_rights_of_its_role_and_no_more() {
    let city = City::open().await;
    let base = city.base();
    let order = city.order("tok_approve").await;
    let calls: [(&str, Vec<Field>); 10] = [
        ("/api/store/list", vec![field("search", "")]),
        ("/api/orders/list", vec![field("page", 0)]),
        ("/api/orders/view", vec![field("order", order)]),
        ("/api/checkout/view", vec![]),
        ("/api/owner/board", vec![]),
        ("/api/rider/view", vec![]),
        ("/api/operator/view", vec![]),
        ("/api/inbox/view", vec![]),
        ("/api/application/view", vec![]),
        ("/api/rider/duty", vec![field("on_duty", true)]),
    ];
    let own = format!("/live/order/{order}");
    let streams = [own.as_str(), "/live/orders", "/live/owner", "/live/rider", "/live/operator"];
    let mut people = Vec::new();
    for login in ["customer1", "customer2", "owner1", "owner2", "rider1", "operator"] {
        people.push((login.to_owned(), Person::log_in(&base, login).await));
    }
    for (path, login, form) in [
        ("/signup/owner", "newowner", owner_form("newowner")),
        ("/signup/rider", "newrider", person_form("newrider")),
    ] {
        people.push((login.to_owned(), Person::sign_up(&base, path, &form).await));
    }
    let mut allowed = 0;
    for (login, person) in &people {
        // Made as the page does it, by a form.
        let go = person.submit("/api/account/tokens/make", &[field("label", "봇")]).await;
        let made = go.strip_prefix("/account?made=").unwrap();
        let view: AccountPage = person.ask("/api/account/view", &[field("made", made)]).await;
        let script = Person::script(&base, &view.made.unwrap().secret);
        for (path, fields) in &calls {
            let by_cookie = person.send(path, fields).await.unwrap().0;
            let by_token = script.send(path, fields).await.unwrap().0;
            assert_eq!(by_token, by_cookie, "{login} at {path}");
            allowed += usize::from(by_token == StatusCode::OK);
        }
        for path in streams {
            let by_cookie = person.get(path).send().await.unwrap().status();
            let by_token = script.get(path).send().await.unwrap().status();
            assert_eq!(by_token, by_cookie, "{login} at {path}");
        }
        // It makes no other token, ends none, and does not see which there are.
        for path in ["/api/account/tokens/make", "/api/account/tokens/revoke", "/api/account/view"] {
            let (status, answer) = script.send(path, &[field("token", made)]).await.unwrap();
            assert_eq!(status, StatusCode::FORBIDDEN, "{login} at {path}: {answer}");
        }
        let (status, page) = script.page("/account").await;
        assert!(status == 403 && !page.contains("data-token"), "{login}: {status} {page}");
    }
    // Each may do something, and nobody everything.
    assert!(allowed > 2 * people.len() && allowed < 5 * people.len(), "{allowed}");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_orders_and_listens_with_nothing_but_its_token() {
    let city = City::open().await;
    let (_, secret) = token(&city, &caller("customer1")).await;
    let script = Person::script(&city.base(), &secret);
    let mut stream = script.listen("/live/orders").await;
    let order = script.place(&script.basket().await, "tok_approve").await;
    let placed = stream.message().await;
    assert!(matches!(&placed.body, LiveBody::Order(change) if change.order == order), "{placed:?}");
    assert_eq!(script.order(order).await.line.order, order);
    // Two tokens of one account share their cart and address; another account's do not, nor does a browser.
    let elsewhere = "서울 마포구 월드컵로 24";
    let set = script.send("/api/store/address", &[field("address", elsewhere)]).await.unwrap();
    assert_eq!(set.0, StatusCode::OK, "{}", set.1);
    let (_, second) = token(&city, &caller("customer1")).await;
    let (_, other) = token(&city, &caller("customer2")).await;
    for (person, is_there) in [
        (Person::script(&city.base(), &second), true),
        (Person::script(&city.base(), &other), false),
        (Person::log_in(&city.base(), "customer1").await, false),
    ] {
        let list: StoreList = person.ask("/api/store/list", &[field("search", "")]).await;
        let address = list.address.map(|address| address.text);
        assert_eq!(address.as_deref() == Some(elsewhere), is_there, "{address:?}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_ends_what_its_token_has_opened_and_nothing_else() {
    let city = City::open().await;
    let base = city.base();
    let customer = caller("customer1");
    let (id, secret) = token(&city, &customer).await;
    let (_, stays) = token(&city, &customer).await;
    let order = city.order("tok_hang").await;
    let script = Person::script(&base, &secret);
    let mut ending =
        vec![script.listen("/live/orders").await, script.listen(&format!("/live/order/{order}")).await];
    let mut going_on = vec![
        Person::script(&base, &stays).listen("/live/orders").await,
        Person::log_in(&base, "customer1").await.listen("/live/orders").await,
    ];
    // Nobody else ends it.
    let foreign = city.backend.revoke_token(&caller("customer2"), id).await;
    assert_eq!(foreign, Err(Fault::NotFound));
    city.backend.revoke_token(&customer, id).await.unwrap();
    for stream in &mut ending {
        assert_eq!(last_word(stream, Duration::from_secs(1)).await, "bye logout");
    }
    let refused = script.get("/live/orders").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
    let next = city.order("tok_hang").await;
    for stream in &mut going_on {
        let placed = stream.message().await;
        assert!(matches!(&placed.body, LiveBody::Order(change) if change.order == next), "{placed:?}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_token_expires() {
    let city = City::open().await;
    let (_, secret) = token(&city, &caller("owner1")).await;
    let mut stream = Person::script(&city.base(), &secret).listen("/live/owner").await;
    city.clock.forward(30 * 24 * 60);
    assert_eq!(last_word(&mut stream, Duration::from_secs(10)).await, "bye logout");
    city.close().await;
}
