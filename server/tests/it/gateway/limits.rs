//! Limits as people meet them, over HTTP.

use crate::city::{City, caller, key};
use crate::people::{Person, field};
use domain::views::Fault;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, RETRY_AFTER};

#[tokio::test(flavor = "multi_thread")]
async fn too_many_orders_are_refused_by_account_and_the_checkout_keeps_what_was_typed() {
    let city = City::open_with(|config| config.gateway.rates.orders_per_minute = 2).await;
    let customer = Person::log_in(&city.base(), "customer1").await;
    let other = Person::log_in(&city.base(), "customer2").await;
    let basket = customer.basket().await;
    for _ in 0..2 {
        customer.place(&basket, "tok_approve").await;
    }
    let form = basket.form("tok_approve", &key());
    let answer = customer.post("/api/orders/place", &form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = answer.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    assert!(answer.text().await.unwrap().contains("too_many"));
    other.place(&basket, "tok_approve").await;

    // Without a script: 429 too, and back at the checkout, with the sentence and all that was typed.
    let cart = [
        field("store", basket.store),
        field("item", basket.line.item),
        field("quantity", basket.line.quantity),
    ];
    customer.submit("/api/cart/add", &cart).await;
    let refused = customer.send_form("/api/orders/place", &form).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let back = Person::leads_to(refused).await;
    assert!(back.starts_with("/checkout?draft="), "{back}");
    for (language, sentence) in [("ko", "너무 많이 시도했어요"), ("en", "That was too much in a short time")]
    {
        let page = customer.get(&back).header(ACCEPT, "text/html").header(ACCEPT_LANGUAGE, language);
        let page = page.send().await.unwrap().text().await.unwrap();
        let seen = page.split("<script").next().unwrap_or_default().to_owned()
            + page.split("</script>").last().unwrap_or_default();
        assert!(page.contains(sentence), "{language}: {seen}");
        assert!(page.contains("단무지 많이 주세요"), "{language}: {seen}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paying_now_has_a_limit_of_its_own() {
    let city = City::open_with(|config| config.gateway.rates.orders_per_minute = 2).await;
    let order = city.order("tok_hang").await;
    let customer = caller("customer1");
    for _ in 0..2 {
        city.backend.pay_now(&customer, order).await.unwrap();
    }
    let refused = city.backend.pay_now(&customer, order).await;
    assert!(matches!(refused, Err(Fault::TooMany { retry_after_s: 1..=30 })), "{refused:?}");
    // As a plain form: 429, and back at the order.
    let person = Person::log_in(&city.base(), "customer1").await;
    let refused = person.send_form("/api/orders/pay-now", &[field("order", order)]).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let back = Person::leads_to(refused).await;
    assert!(back.starts_with(&format!("/orders/{order}?draft=")), "{back}");
    city.backend.cancel_order(&customer, order, &key()).await.unwrap();
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_city_takes_a_hundred_orders_a_second_from_one_account() {
    let city = City::open().await;
    let customer = Person::log_in(&city.base(), "customer1").await;
    let basket = customer.basket().await;
    for _ in 0..10 {
        let keys: Vec<String> = (0..100).map(|_| key()).collect();
        let placed = keys.iter().map(|key| customer.try_to_place(&basket, "tok_decline", key));
        for answer in futures::future::join_all(placed).await {
            let (status, said) = answer.unwrap();
            assert_eq!(status, StatusCode::OK, "{said}");
        }
    }
    city.close().await;
}
