//! `/orderLists`: the customer's orders.

use axum::http::StatusCode;
use domain::processes::{Case, DomainEvent};
use domain::shared::{Line, Locale, OrderId, Personal, Won};
use domain::views::{Fault, NamedLine, OrderDoc, actions, can_pay_now};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Body, Id, KeyHeader, Query, VersionHeader};
use super::errors::{CommandErrors, ReadErrors};
use super::hal::{Base, Hal, Link, Links, Paged, Paging};
use super::new_order::{NewItems, NewOrder, WantedFood, agreed};
use super::problem::Refused;
use super::status::{shown_schema, word};
use crate::backend::api::{OrderRecord, Page};
use crate::commands::Part;

/// A chosen option.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptionItem {
    /// The choice on the menu.
    id: Uuid,
    /// Its name.
    #[schema(example = "치즈 추가")]
    name: String,
    /// What it adds to one piece, in won.
    #[schema(example = 1_000)]
    price: u64,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderItem {
    /// The dish on the menu.
    item_id: Uuid,
    /// Its name when it was ordered.
    #[schema(example = "피자")]
    name: String,
    /// How many.
    #[schema(example = 1)]
    quantity: u32,
    /// One piece without options, in won.
    #[schema(example = 16_000)]
    price: u64,
    /// The options.
    options: Vec<OptionItem>,
    /// The whole line, in won.
    #[schema(example = 16_000)]
    total: u64,
}

/// Lines as the API shows them.
pub(super) fn items_of(lines: &[Line], locale: Locale) -> Vec<OrderItem> {
    let option = |option: &domain::shared::ChosenOption| OptionItem {
        id: option.choice.0,
        name: option.name.get(locale).to_owned(),
        price: option.price.get(),
    };
    lines
        .iter()
        .map(|line| OrderItem {
            item_id: line.item.0,
            name: line.name.get(locale).to_owned(),
            quantity: line.quantity,
            price: line.price.get(),
            options: line.options.iter().map(option).collect(),
            total: line.total().map_or(0, Won::get),
        })
        .collect()
}

/// The first dish's name: what the source calls a food.
pub(super) fn food_of(lines: &[Line], locale: Locale) -> String {
    lines.first().map(|line| line.name.get(locale).to_owned()).unwrap_or_default()
}

/// A change that waits for its payment or for the kitchen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PendingChange {
    /// Which change it is, counted from 1.
    #[schema(example = 1)]
    revision: u32,
    /// What the order would consist of.
    items: Vec<OrderItem>,
    /// What it would cost, in won.
    #[schema(example = 35_000)]
    total: u64,
    /// What has to be paid first, in won.
    #[schema(example = 16_000)]
    extra: u64,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderList {
    /// `self` and `orderList`; `myPage`, `payment`, `timeline`, `store`, `live`; and what can be done now: `cancel`, `change`, `confirm`, `retry`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// Where it goes.
    #[schema(example = "111")]
    address: String,
    /// The customer's account.
    customer_id: Uuid,
    /// The first dish's name.
    #[schema(example = "피자")]
    food_id: String,
    /// Its state.
    #[schema(schema_with = shown_schema)]
    status: &'static str,
    /// Its id.
    order_id: Uuid,
    /// The short number that people read out.
    #[schema(example = "K-4821")]
    number: String,
    /// The store.
    store_id: Uuid,
    /// The store's name.
    #[schema(example = "양화로 피자")]
    store_name: String,
    /// What was ordered.
    items: Vec<OrderItem>,
    /// Sum of the lines, in won.
    #[schema(example = 16_000)]
    items_total: u64,
    /// The delivery fee, in won.
    #[schema(example = 3_000)]
    delivery_fee: u64,
    /// What the customer pays, in won.
    #[schema(example = 19_000)]
    total: u64,
    /// The four digits the rider asks for at the door.
    #[schema(example = "4821")]
    code: String,
    /// Floor and door.
    #[schema(example = "3층 301호")]
    address_detail: String,
    /// The note to the store.
    #[schema(example = "수저는 빼 주세요")]
    note_to_store: String,
    /// The note to the rider.
    #[schema(example = "문 앞에 두어 주세요")]
    note_to_rider: String,
    /// When it was placed, as RFC 3339 has it, in UTC.
    #[schema(format = DateTime, example = "2026-11-22T09:05:00.123Z")]
    placed_at: String,
    /// When the food should be ready.
    #[schema(format = DateTime)]
    ready_at: Option<String>,
    /// Where the customer goes on to pay, while the provider waits for that.
    #[schema(example = json!(null))]
    pay_url: Option<String>,
    /// A change that is under way.
    change: Option<PendingChange>,
}

/// Orders.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrderLists {
    /// The orders.
    #[serde(rename = "orderLists")]
    order_lists: Vec<OrderList>,
}

impl OrderList {
    fn new(base: &Base, customer: Uuid, doc: &OrderDoc, personal: Personal, locale: Locale) -> Self {
        let line = &doc.line;
        let id = line.order;
        let here = format!("/orderLists/{id}");
        let mut links = base.links([
            ("self", here.as_str()),
            ("orderList", here.as_str()),
            ("myPage", &format!("/myPages/{id}")),
            ("payment", &format!("/payments/{id}")),
            ("timeline", &format!("{here}/timeline")),
            ("store", &format!("/stores/{}", line.store)),
            ("live", &format!("/live/order/{id}")),
        ]);
        let can = actions(line.shown, doc.change.is_some());
        let more = [
            (can.cancel, "cancel", format!("{here}/cancel")),
            (can.change, "change", here.clone()),
            (can.confirm, "confirm", format!("{here}/confirm")),
            (can_pay_now(line.shown, doc.pay_url.is_some()), "retry", format!("/payments/{id}/retry")),
        ];
        links.extend(more.into_iter().filter(|link| link.0).map(|(_, name, path)| (name, base.link(&path))));
        Self {
            links,
            address: personal.address,
            customer_id: customer,
            food_id: food_of(&doc.bill.lines, locale),
            status: word(line.shown),
            order_id: id.0,
            number: line.number.as_str().to_owned(),
            store_id: line.store.0,
            store_name: line.store_name.get(locale).to_owned(),
            items: items_of(&doc.bill.lines, locale),
            items_total: doc.bill.items.get(),
            delivery_fee: doc.bill.delivery_fee.get(),
            total: doc.bill.total.get(),
            code: doc.code.clone(),
            address_detail: personal.address_detail,
            note_to_store: personal.note_to_store,
            note_to_rider: personal.note_to_rider,
            placed_at: line.placed_at.rfc3339(),
            ready_at: doc.ready_at.map(domain::shared::Timestamp::rfc3339),
            pay_url: doc.pay_url.as_deref().map(|url| base.absolute(url)),
            change: doc.change.as_ref().map(|change| PendingChange {
                revision: change.revision,
                items: items_of(&change.bill.lines, locale),
                total: change.bill.total.get(),
                extra: change.extra.get(),
            }),
        }
    }
}

/// The answer about one order.
pub(super) async fn order_now(ask: &Ask, order: OrderId) -> Result<Hal<OrderList>, Refused> {
    let record = ask.desk.order_record(&ask.caller, order).await?;
    let OrderRecord { doc, personal, version } = record;
    let customer = ask.caller.account.as_ref().ok_or(Fault::NotSignedIn)?.id.0;
    Ok(Hal::versioned(OrderList::new(&ask.base, customer, &doc, personal, ask.locale()), version))
}

/// Places an order.
///
/// Answers once the order is durable and never waits for the payment provider: 201 with 주문접수중, or 202 with 결제대기 while the provider is known to
/// be away. A repeat under the same `Idempotency-Key` gets the same status and body. A full store answers 201 too: its refusal (자동거절) follows.
#[utoipa::path(post, operation_id = "placeOrder", path = "/orderLists", tag = "customer", params(KeyHeader), request_body = NewOrder, responses(
    (status = 201, description = "It is placed.", body = OrderList, content_type = "application/hal+json",
     headers(("Location" = String, description = "The order"), ("ETag" = String, description = "Its version"))),
    (status = 202, description = "It is placed, and held until the payment provider answers again.", body = OrderList,
     content_type = "application/hal+json",
     headers(("Location" = String, description = "The order"), ("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn place(ask: Ask, Body(new, sent): Body<NewOrder>) -> Result<Hal<OrderList>, Refused> {
    let is_one = new.is_one();
    let placed = ask.desk.place_for_program(&ask.caller, new.ordering()?, ask.asked(sent)).await;
    let case = placed.map_err(|fault| if is_one { Refused::of_one(fault) } else { fault.into() })?;
    let placed = case.placed().map_err(Fault::from)?.clone();
    let (order, customer, held) = (placed.order, placed.customer, placed.held);
    // As it was placed, whatever has become of it since.
    let personal = ask.desk.personal_of(&placed).await.map_err(Fault::once_done)?;
    let doc = OrderDoc::of(&first_moment(&case)).ok_or(Fault::NotFound)?;
    let body = OrderList::new(&ask.base, customer.0, &doc, personal, ask.locale());
    let status = if held { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    let location = ask.base.link(&format!("/orderLists/{order}")).href;
    let version: u64 = if held { 2 } else { 1 };
    Ok(Hal::versioned(body, version).made(status, location))
}

/// The case as it was once the order was placed.
fn first_moment(case: &Arc<Case>) -> Case {
    use domain::order::Event;
    let mut first = Case::default();
    if let Some(placed) = case.order.placed.clone() {
        let held = placed.held.then_some(Event::OrderHeld { until: placed.at, for_customer: false });
        first.apply(&DomainEvent::Order(Event::OrderPlaced(placed)));
        held.into_iter().for_each(|held| first.apply(&DomainEvent::Order(held)));
    }
    first
}

/// The own orders, the newest first.
#[utoipa::path(get, operation_id = "listOrders", path = "/orderLists", tag = "customer", params(Paging), responses(
    (status = 200, description = "A page of them.", body = Paged<OrderLists>, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn list(ask: Ask, Query(paging): Query<Paging>) -> Result<Hal<Paged<OrderLists>>, Refused> {
    let paging = paging.check()?;
    let Page { total, items } = ask.desk.order_records(&ask.caller, paging.page, paging.size).await?;
    let customer = ask.caller.account.as_ref().ok_or(Fault::NotSignedIn)?.id.0;
    let order_lists = items
        .into_iter()
        .map(|record| OrderList::new(&ask.base, customer, &record.doc, record.personal, ask.locale()))
        .collect();
    Ok(Hal::new(Paged::new(&ask.base, "orderLists", OrderLists { order_lists }, paging, total)))
}

/// One own order.
#[utoipa::path(get, operation_id = "showOrder", path = "/orderLists/{id}", tag = "customer",
    params(("id" = Uuid, Path, description = "The order")), responses(
    (status = 200, description = "The order.", body = OrderList, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn show(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<OrderList>, Refused> {
    order_now(&ask, order).await
}

/// Changes what an own order consists of, until cooking starts.
///
/// What it costs more is approved before the change holds: until then `change` tells of it. What it costs less is given back.
#[utoipa::path(patch, operation_id = "changeOrder", path = "/orderLists/{id}", tag = "customer",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader),
    request_body = NewItems, responses(
    (status = 200, description = "The order, with the change under way or done.", body = OrderList, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn change(
    ask: Ask,
    Id(order): Id<OrderId>,
    Body(new, sent): Body<NewItems>,
) -> Result<Hal<OrderList>, Refused> {
    let lines: Vec<NamedLine> = new.items.iter().map(WantedFood::named).collect();
    let wanted = (lines.as_slice(), agreed(new.agreed)?);
    ask.desk
        .change_for_program(&ask.caller, order, wanted, ask.asked(sent), ask.expected(Part::Order))
        .await?;
    order_now(&ask, order).await.map_err(Refused::once_done)
}

/// Cancels an own order, until cooking starts. What was paid goes back.
#[utoipa::path(put, operation_id = "cancelOrder", path = "/orderLists/{id}/cancel", tag = "customer",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The order, cancelled.", body = OrderList, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn cancel(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<OrderList>, Refused> {
    ask.commands(Part::Order, String::new()).cancel(&ask.caller, order, &ask.key()).await?;
    order_now(&ask, order).await.map_err(Refused::once_done)
}

/// 배송확인: the customer has the food, and the deal is done. From 배달시작 on.
#[utoipa::path(put, operation_id = "confirmOrder", path = "/orderLists/{id}/confirm", tag = "customer",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The order, completed.", body = OrderList, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn confirm(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<OrderList>, Refused> {
    ask.commands(Part::Order, String::new()).confirm(&ask.caller, order, &ask.key()).await?;
    order_now(&ask, order).await.map_err(Refused::once_done)
}
