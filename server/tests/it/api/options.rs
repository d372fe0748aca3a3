//! Options of a dish: whichever way they are named, they are on the order, on the ticket and in the price.

use super::{Heard, Program, id_of};
use crate::city::{City, key};
use reqwest::Method;
use serde_json::{Value, json};

/// A dish of which a size has to be chosen, and toppings may be.
const KOREAN: &str = "고구마 무스 피자";
const ENGLISH: &str = "Sweet potato mousse pizza";

/// Asks in a language.
async fn get(program: &Program, path: &str, language: &str) -> Heard {
    let headers = [("accept", "application/hal+json"), ("accept-language", language)];
    program.send(Method::GET, path, &headers, None).await
}

/// A dish on a store's menu, in a language.
async fn dish(program: &Program, store: &str, language: &str, name: &str) -> Value {
    let menu = get(program, &format!("/stores/{store}/menu"), language).await;
    let sections = menu.json["sections"].as_array().unwrap().iter();
    let mut dishes = sections.flat_map(|section| section["items"].as_array().unwrap());
    let found = dishes.find(|dish| dish["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is not on the menu: {menu:?}")).clone()
}

/// A choice among a dish's options, as the menu has it.
fn choice(dish: &Value, name: &str) -> Value {
    let groups = dish["options"].as_array().unwrap().iter();
    let mut choices = groups.flat_map(|group| group["choices"].as_array().unwrap());
    choices.find(|choice| choice["name"] == name).unwrap_or_else(|| panic!("{name}: {dish}")).clone()
}

fn won(amount: &Value) -> u64 {
    amount.as_u64().unwrap_or_else(|| panic!("{amount} is no amount"))
}

/// An order is of so many pieces of this dish with these options, and costs what the menu says and the delivery.
fn assert_is_of(order: &Heard, quantity: u64, dish: &Value, options: &[Value], fee: u64) {
    let item = &order.json["items"][0];
    assert_eq!(
        (&item["itemId"], &item["name"], &item["options"]),
        (&dish["id"], &dish["name"], &json!(options)),
        "{order:?}"
    );
    let piece = won(&dish["price"]) + options.iter().map(|option| won(&option["price"])).sum::<u64>();
    let sums = [&item["quantity"], &item["total"], &order.json["itemsTotal"], &order.json["total"]];
    let food = quantity * piece;
    assert_eq!(sums.map(won), [quantity, food, food, food + fee], "{order:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn options_are_named_by_their_ids_or_in_either_language_and_cost_what_the_menu_says() {
    let city = City::open().await;
    let (customer, owner) = (Program::of(&city, "customer1").await, Program::of(&city, "owner1").await);
    let store = city.first_item().await.0.to_string();
    let korean = dish(&customer, &store, "ko", KOREAN).await;
    let english = dish(&customer, &store, "en", ENGLISH).await;
    // In the menu's order, which is also that of an order, however they were named.
    let in_korean = ["라지 (33cm)", "페퍼로니"].map(|name| choice(&korean, name));
    let in_english = ["Large (33 cm)", "Pepperoni"].map(|name| choice(&english, name));
    assert_eq!(in_korean.each_ref().map(|choice| won(&choice["price"])), [5_000, 2_500]);
    let [size, topping] = in_korean.each_ref().map(|choice| &choice["id"]);
    let fee = won(&get(&customer, &format!("/stores/{store}?address=111"), "ko").await.json["fee"]);

    for (language, food, options, quantity) in [
        ("ko", &korean["id"], json!([topping, size]), 1),
        ("ko", &json!(KOREAN), json!(["라지 (33cm)", "페퍼로니"]), 2),
        ("en", &json!(ENGLISH), json!(["Pepperoni", "Large (33 cm)"]), 1),
        ("en", &json!(KOREAN), json!([size, "Pepperoni"]), 3),
    ] {
        let (dish, shown) = if language == "ko" { (&korean, &in_korean) } else { (&english, &in_english) };
        let one = json!({"foodId": food, "options": options, "quantity": quantity, "address": "111"});
        let line = json!({"foodId": food, "options": options, "quantity": quantity});
        // With a store and without: the name alone leads to the one that has it.
        let several = json!({"items": [line], "address": "111", "store": store});
        for body in [one, several] {
            let (sent, said) = (key(), body.to_string());
            let headers = [("idempotency-key", sent.as_str()), ("accept-language", language)];
            let placed = customer.send(Method::POST, "/orderLists", &headers, Some(body)).await;
            assert_eq!(placed.status, 201, "{said}: {placed:?}");
            assert_is_of(&placed, quantity, dish, shown, fee);
        }
    }

    // What was chosen is paid, cooked, and can be changed.
    let body = json!({"foodId": KOREAN, "options": [size, topping], "address": "111"});
    let placed = customer.post("/orderLists", body).await;
    let here = format!("/orderLists/{}", placed.text("orderId"));
    customer.until_status(&here, "주문접수").await;
    let payment = customer.get(&format!("/payments/{}", id_of(&here))).await;
    assert_eq!(won(&payment.json["approved"]), won(&korean["price"]) + 7_500 + fee);
    let ticket = owner.get(&format!("/foodCookings/{}", id_of(&here))).await;
    assert_eq!(ticket.json["items"][0]["options"], json!(in_korean), "{ticket:?}");
    let smaller = json!({"items": [{"foodId": KOREAN, "options": ["Olives", "레귤러 (25cm)"]}]});
    let changed = customer.send(Method::PATCH, &here, &[("idempotency-key", &key())], Some(smaller)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let options = ["레귤러 (25cm)", "올리브"].map(|name| choice(&korean, name));
    let changed = customer.until(&here, |order| order.json["items"][0]["options"] == json!(options)).await;
    assert_is_of(&changed, 1, &korean, &options, fee);
    city.close().await;
}
