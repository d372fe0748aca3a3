//! `/quotes`: what an order would cost, as the checkout shows it.

use domain::views::Fault;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Body, KeyHeader};
use super::errors::CommandErrors;
use super::hal::{Hal, Link, Links};
use super::new_order::NewOrder;
use super::orders::{OrderItem, items_of};
use super::problem::Refused;

/// What an order would cost.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Quote {
    /// `store`, and `place`: where the same body places the order, with `total` as `agreed`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The store.
    store_id: Uuid,
    /// The store's name.
    #[schema(example = "양화로 피자")]
    store_name: String,
    /// What it would consist of.
    items: Vec<OrderItem>,
    /// Sum of the lines, in won.
    #[schema(example = 16_000)]
    items_total: u64,
    /// The delivery fee, in won.
    #[schema(example = 3_000)]
    delivery_fee: u64,
    /// What the customer would pay, in won.
    #[schema(example = 19_000)]
    total: u64,
}

/// Says what an order would cost now, and places none.
///
/// The body is that of an order; what does not change its price is not looked at. A repeat under the same key is told what it costs by then.
#[utoipa::path(post, operation_id = "quoteOrder", path = "/quotes", tag = "customer", params(KeyHeader), request_body = NewOrder, responses(
    (status = 200, description = "What it would cost.", body = Quote, content_type = "application/hal+json"),
    CommandErrors
))]
pub(super) async fn quote(ask: Ask, Body(new, sent): Body<NewOrder>) -> Result<Hal<Quote>, Refused> {
    let is_one = new.is_one();
    let quoted = ask.desk.quote_for_program(&ask.caller, &new.ordering()?, &ask.asked(sent)).await;
    let (store, bill) = quoted.map_err(|fault| if is_one { Refused::of_one(fault) } else { fault.into() })?;
    let profile = store.profile.as_ref().ok_or(Fault::NotFound)?;
    Ok(Hal::new(Quote {
        links: ask.base.links([("store", &format!("/stores/{}", profile.id)), ("place", "/orderLists")]),
        store_id: profile.id.0,
        store_name: profile.name.get(ask.locale()).to_owned(),
        items: items_of(&bill.lines, ask.locale()),
        items_total: bill.items.get(),
        delivery_fee: bill.delivery_fee.get(),
        total: bill.total.get(),
    }))
}
