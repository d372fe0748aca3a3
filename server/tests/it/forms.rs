//! Forms that a browser without JavaScript sends, refused: they lead back to their page, where the fault stands at its field and
//! everything typed is still there.

use crate::city::{City, caller, key, won};
use crate::people::{Field, Person, field};
use domain::order;
use domain::processes::CaseRefusal;
use domain::shared::{MAX_REASON, OrderId};
use domain::store::WantedLine;
use domain::views::{Fault, PlaceOrder, RiderAction, Shown, StoreDay, TicketAction};

async fn person(city: &City, login: &str) -> Person {
    Person::log_in(&format!("http://{}", city.addr), login).await
}

/// Where the form leads, without the draft's id, and the page there.
async fn refused(who: &Person, path: &str, fields: &[Field]) -> (String, String) {
    let place = who.submit(path, fields).await;
    let (page, rest) = place.split_once("?draft=").unwrap_or_else(|| panic!("{path} leads to {place}"));
    let anchor = rest.split_once('#').map(|(_, anchor)| format!("#{anchor}")).unwrap_or_default();
    let (status, text) = who.page(place.split('#').next().unwrap()).await;
    assert_eq!(status, 200, "{place}");
    (format!("{page}{anchor}"), text)
}

/// The tag with this in it.
fn tag<'t>(page: &'t str, part: &str) -> &'t str {
    let at = page.find(part).unwrap_or_else(|| panic!("no {part} in {page}"));
    let start = page[..at].rfind('<').unwrap();
    let end = at + page[at..].find('>').unwrap();
    &page[start..=end]
}

/// What stands in the element with this id, as text.
fn said(page: &str, id: &str) -> String {
    let mark = format!("id=\"{id}\"");
    let after = page.split_once(&mark).unwrap_or_else(|| panic!("no {mark} in {page}")).1;
    let inside = after.split_once('>').unwrap().1;
    inside.split("</").next().unwrap().replace("<!>", "").replace("<!---->", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_keeps_the_numbers_that_it_refuses() {
    let city = City::open().await;
    let owner = person(&city, "owner1").await;
    for (path, name, id, typed, sentence) in [
        ("/api/owner/answer-limit", "minutes", "answer_limit", "61", "응답 시간은 1분부터 60분까지"),
        ("/api/owner/answer-limit", "minutes", "answer_limit", "soon", "응답 시간은 1분부터 60분까지"),
        ("/api/owner/capacity", "capacity", "capacity", "100000", "주문수용량은 0부터"),
        ("/api/owner/capacity", "capacity", "capacity", "", "주문수용량은 0부터"),
    ] {
        let (place, page) = refused(&owner, path, &[field("key", key()), field(name, typed)]).await;
        assert_eq!(place, format!("/owner#{id}"));
        let input = tag(&page, &format!("id=\"{id}\""));
        assert!(
            input.contains(&format!("value=\"{typed}\"")) && input.contains("aria-invalid=\"true\""),
            "{input}"
        );
        assert!(said(&page, &format!("{id}-error")).starts_with(sentence), "{page}");
        assert_eq!(page.matches(sentence).count(), 1, "said once, at the field");
        // The form is unfolded; those of the others are not, and show what holds.
        let form = page.split("<details").find(|form| form.contains(&format!("id=\"{id}\""))).unwrap();
        assert!(form.split('>').next().unwrap().contains("open"), "{form}");
        assert_eq!(page.matches("aria-invalid").count(), 1);
    }
    let place = owner.submit("/api/owner/answer-limit", &[field("key", key()), field("minutes", "7")]).await;
    assert_eq!(place, "/owner");
    assert!(tag(&owner.page("/owner").await.1, "id=\"answer_limit\"").contains("value=\"7\""));
    city.close().await;
}

/// The fields of the form on which an order is changed: its own line with this quantity, and so many of the second item of the menu.
async fn change_fields(city: &City, order: OrderId, typed: [&str; 2]) -> Vec<Field> {
    let form = city.backend.change_form(&caller("customer1"), order).await.unwrap();
    let second = form.menu.items().filter(|item| !item.is_sold_out(form.now)).nth(1).unwrap();
    // The order's own line comes first, then the menu: its first item once more, and the second.
    let rows = [(form.bill.lines[0].item, typed[0]), (form.bill.lines[0].item, "0"), (second.id, typed[1])];
    let mut fields = vec![field("order", order), field("key", key()), field("agreed", form.bill.total.get())];
    for (index, (item, quantity)) in rows.into_iter().enumerate() {
        fields.push(field(&format!("lines[{index}][item]"), item));
        fields.push(field(&format!("lines[{index}][quantity]"), quantity));
    }
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_with_a_wrong_quantity_comes_back_with_the_fault_at_its_line() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let customer = person(&city, "customer1").await;
    for (typed, wrong) in [(["", "2"], 0), (["three", "2"], 0), (["1", "many"], 2), (["1", "100"], 2)] {
        let fields = change_fields(&city, order, typed).await;
        let (place, page) = refused(&customer, "/api/orders/change", &fields).await;
        assert_eq!(place, format!("/orders/{order}/change"));
        assert!(said(&page, &format!("row-{wrong}-error")).starts_with("수량은 1개부터 99개까지"), "{page}");
        assert_eq!(page.matches("field__error").count(), 1, "{typed:?}");
        for (row, quantity) in [(0, typed[0]), (1, "0"), (2, typed[1])] {
            let input = tag(&page, &format!("id=\"row-{row}\""));
            assert!(input.contains(&format!("value=\"{quantity}\"")), "{typed:?}: {input}");
            assert_eq!(input.contains("aria-invalid=\"true\""), row == wrong, "{typed:?}: {input}");
        }
    }
    // A script hears of the form's own line too.
    let fields = change_fields(&city, order, ["0", "100"]).await;
    let (status, answer) = customer.send("/api/orders/change", &fields).await.unwrap();
    assert_eq!((status.as_u16(), answer.to_string().contains("\"line\":2")), (422, true), "{answer}");

    let fields = change_fields(&city, order, ["0", "0"]).await;
    let (place, page) = refused(&customer, "/api/orders/change", &fields).await;
    assert_eq!(place, format!("/orders/{order}/change"));
    assert!(page.contains("주문에는 메뉴가 한 가지 이상 남아 있어야 해요"), "{page}");
    assert!(!page.contains("장바구니가 비어 있어요") && tag(&page, "id=\"row-0\"").contains("value=\"0\""));
    let nothing = Fault::Refused(CaseRefusal::Order(order::Refusal::NothingLeft));
    let empty = city.backend.change_order(&caller("customer1"), order, Vec::new(), won(0), &key()).await;
    assert_eq!((nothing.status(), empty), (422, Err(nothing)));
    assert_eq!(city.look(order).await.bill.lines.len(), 1, "nothing has changed");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_food_on_other_lines_is_no_change() {
    let city = City::open().await;
    let customer = caller("customer1");
    let one = city.checkout_of(&customer, "tok_approve").await;
    let menu = city.backend.menu(&customer, one.store).await.unwrap();
    let piece = menu.menu.item(one.lines[0].item).unwrap().price;
    let lines = vec![WantedLine { quantity: 2, ..one.lines[0].clone() }];
    let placed = PlaceOrder { lines, agreed: one.agreed.plus(piece).unwrap(), ..one.clone() };
    let order = city.backend.place_order(&customer, placed).await.unwrap();
    let total = city.until(order, Shown::Received).await.bill.total;
    let split = vec![one.lines[0].clone(), one.lines[0].clone()];
    let answer = city.backend.change_order(&customer, order, split, total, &key()).await;
    assert_eq!(answer, Err(Fault::Refused(CaseRefusal::Order(order::Refusal::NothingChanges))));
    let view = city.look(order).await;
    assert_eq!((view.change, view.bill.lines.len()), (None, 1));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cart_and_menu_lead_back_from_a_quantity_that_is_no_number() {
    let city = City::open().await;
    let customer = person(&city, "customer1").await;
    let (store, line) = city.first_item().await;
    for typed in ["", "two", "-1", "1.5"] {
        let fields = [field("store", store), field("item", line.item), field("quantity", typed)];
        let (place, page) = refused(&customer, "/api/cart/add", &fields).await;
        assert_eq!(place, format!("/stores/{store}#item-{}", line.item));
        let item = page.split("<details").find(|part| part.contains(&format!("item-{}", line.item))).unwrap();
        assert!(item.contains("수량은 1개부터 99개까지"), "{item}");
        assert!(tag(item, "name=\"quantity\"").contains(&format!("value=\"{typed}\"")), "{item}");
    }
    let fields = [field("store", store), field("item", line.item), field("quantity", 3)];
    customer.submit("/api/cart/add", &fields).await;
    for typed in ["", "two", "100"] {
        let fields = [field("item", line.item), field("quantity", typed)];
        let (place, page) = refused(&customer, "/api/cart/quantity", &fields).await;
        assert_eq!(place, "/cart");
        let line = page.split_once("<ul class=\"lines\">").unwrap().1.split("</ul>").next().unwrap();
        assert!(line.contains("field__error") && line.contains("수량은 1개부터 99개까지"), "{line}");
        assert!(line.contains("× 3"), "the line has what it had: {line}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_that_is_too_long_is_kept_as_it_was_typed() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let owner = person(&city, "owner1").await;
    let (fits, long) = ("가".repeat(MAX_REASON as usize), "가".repeat(MAX_REASON as usize + 1));
    let reject = |words: &str| [field("order", order), field("key", key()), field("words", words)];
    let (place, page) = refused(&owner, "/api/owner/reject", &reject(&long)).await;
    assert_eq!(place, format!("/owner#ticket-{order}"));
    let input = tag(&page, &format!("id=\"words-{order}\""));
    assert!(input.contains(&format!("value=\"{long}\"")) && input.contains("maxlength=\"200\""), "{input}");
    assert!(said(&page, &format!("words-{order}-error")).starts_with("이유는 200자 이내로"), "{page}");
    let (_, page) = refused(&owner, "/api/owner/reject", &reject("  ")).await;
    assert!(said(&page, &format!("words-{order}-error")).starts_with("거절 이유를 고르거나"), "{page}");

    let operator = person(&city, "operator").await;
    let give_up = |reason: &str| {
        [field("order", order), field("key", key()), field("reason", reason), field("refund", "no")]
    };
    for (typed, sentence) in [(long.as_str(), "이유는 200자 이내로"), ("", "이유를 적어 주세요")]
    {
        let (place, page) = refused(&operator, "/api/operator/give-up", &give_up(typed)).await;
        assert_eq!(place, format!("/operator/orders/{order}"));
        let input = tag(&page, "id=\"reason\"");
        assert!(
            input.contains(&format!("value=\"{typed}\"")) && input.contains("maxlength=\"200\""),
            "{input}"
        );
        assert!(said(&page, "reason-error").starts_with(sentence), "{page}");
        let form = page.split("<details").find(|form| form.contains("id=\"reason\"")).unwrap();
        assert!(form.split('>').next().unwrap().contains("open"), "{form}");
    }
    // A form of which nobody knows whether the price is to go back ends nothing.
    for refund in ["", "maybe"] {
        let form = [
            field("order", order),
            field("key", key()),
            field("reason", "도로 통제"),
            field("refund", refund),
        ];
        let (status, answer) = operator.send("/api/operator/give-up", &form).await.unwrap();
        assert_eq!(status, 400, "{answer}");
    }
    assert_eq!(city.look(order).await.line.shown, Shown::Received);
    assert_eq!(owner.submit("/api/owner/reject", &reject(&fits)).await, "/owner");
    city.until(order, Shown::Rejected).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_keeps_the_place_and_the_numbers_that_were_typed() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    let rider = person(&city, "rider1").await;
    let (_, page) =
        refused(&rider, "/api/rider/position", &[field("lat", "north"), field("lon", "126.9")]).await;
    assert!(tag(&page, "id=\"position\"").contains("value=\"north\""), "{page}");
    assert!(tag(&page, "id=\"position-lon\"").contains("value=\"126.9\""), "{page}");
    assert!(said(&page, "position-error").starts_with("위치를 알아볼 수 없어요"), "{page}");

    city.ride(order, RiderAction::Arrive).await;
    let pick = [field("order", order), field("key", key()), field("number", "Z-0")];
    let (_, page) = refused(&rider, "/api/rider/pick", &pick).await;
    assert!(tag(&page, &format!("id=\"number-{order}\"")).contains("value=\"Z-0\""), "{page}");
    assert!(!said(&page, &format!("number-{order}-error")).is_empty());
    city.ride(order, RiderAction::PickUp { number: None }).await;
    let deliver = [field("order", order), field("key", key()), field("code", "12")];
    let (_, page) = refused(&rider, "/api/rider/deliver", &deliver).await;
    assert!(tag(&page, &format!("id=\"code-{order}\"")).contains("value=\"12\""), "{page}");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_minutes_that_were_chosen_are_chosen_still() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let owner = person(&city, "owner1").await;
    // A key that is too long, so that the form is refused for something else.
    let fields = [field("order", order), field("key", "k".repeat(201)), field("minutes", "55")];
    let (place, page) = refused(&owner, "/api/owner/accept", &fields).await;
    assert_eq!(place, format!("/owner#ticket-{order}"));
    let ticket = page.split_once(&format!("data-ticket=\"{order}\"")).unwrap().1;
    let form = ticket.split("</form>").next().unwrap();
    assert_eq!(form.matches(" checked").count(), 1, "{form}");
    assert!(tag(form, " checked").contains("value=\"55\""), "{form}");
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_of_a_day_that_does_not_exist_says_so_and_keeps_it() {
    let city = City::open().await;
    let operator = person(&city, "operator").await;
    for typed in ["garbage", "2026-02-30", "2026-13-01"] {
        let (status, page) = operator.page(&format!("/operator/settlement?day={typed}")).await;
        assert_eq!(status, 422, "{typed}");
        let input = tag(&page, "id=\"day\"");
        assert!(input.contains(&format!("value=\"{typed}\"")) && input.contains("type=\"text\""), "{input}");
        assert!(said(&page, "day-error").starts_with("없는 날짜예요"), "{page}");
        assert!(!page.contains("data-sum"), "no sums of a day that does not exist");
        let asked = city.backend.settlement(&caller("operator"), typed).await.unwrap_err();
        assert_eq!(asked.status(), 422);
    }
    let (status, page) = operator.page("/operator/settlement?day=2026-1-5").await;
    assert_eq!(status, 200);
    assert!(tag(&page, "id=\"day\"").contains("value=\"2026-01-05\""));
    assert!(tag(&page, "data-sum=\"paid\"").contains("data-won=\"0\""));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_kitchen_is_offered_the_time_that_it_takes() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let owner = caller("owner1");
    city.backend.act_on_store(&owner, StoreDay::Busy { minutes: 60 }, &key()).await.unwrap();
    let offered = city.backend.board(&owner).await.unwrap().offered_minutes();
    assert!(offered > 60, "{offered}");
    let person = person(&city, "owner1").await;
    let (_, page) = person.page("/owner").await;
    for minutes in [75, 120, offered] {
        let choice = tag(&page, &format!("name=\"minutes\" value=\"{minutes}\""));
        assert_eq!(choice.contains("checked"), minutes == offered, "{choice}");
    }
    let form = [field("order", order), field("key", key()), field("minutes", offered)];
    assert_eq!(person.submit("/api/owner/accept", &form).await, "/owner");
    city.until(order, Shown::Accepted).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_reports_an_accident_on_the_page_and_the_customer_gets_the_money_back() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    let rider = person(&city, "rider1").await;
    let accident = "name=\"reason\" value=\"accident\"";
    assert!(!rider.page("/rider").await.1.contains(accident), "before the pickup it is given back");
    city.ride(order, RiderAction::PickUp { number: None }).await;
    let (_, page) = rider.page("/rider").await;
    let form = page.split("<form").find(|form| form.contains(accident)).unwrap_or_else(|| panic!("{page}"));
    assert!(form.split('>').next().unwrap().contains("action=\"/api/rider/fail\""), "{form}");
    let typed = form.split_once("name=\"key\" value=\"").unwrap().1.split('"').next().unwrap();
    let fields = [field("order", order), field("key", typed), field("reason", "accident")];
    assert_eq!(rider.submit("/api/rider/fail", &fields).await, "/rider");
    let view = city.until(order, Shown::DeliveryFailed).await;
    let view = city.until_view(order, |now| now.returned == view.taken).await;
    assert!(!view.taken.is_zero());
    city.close().await;
}
