//! `/myPages`: the customer's orders as the read model shows them.

use domain::shared::{Locale, OrderId};
use domain::views::OrderDoc;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Id, Query};
use super::errors::ReadErrors;
use super::hal::{Base, Hal, Link, Links, Paged, Paging};
use super::problem::Refused;
use super::status::{shown_schema, word};
use crate::backend::api::Page;

/// An order as the read model shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MyPage {
    /// `self`, `myPage` and `orderList`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// Its state.
    #[schema(schema_with = shown_schema)]
    status: &'static str,
    /// The order.
    order_id: Uuid,
    /// Its short number.
    #[schema(example = "K-4821")]
    number: String,
    /// The store's name.
    #[schema(example = "양화로 피자")]
    store_name: String,
    /// The first dish's name.
    #[schema(example = "피자")]
    food_id: String,
    /// How many further lines there are.
    #[schema(example = 0)]
    more: u32,
    /// What the customer pays, in won.
    #[schema(example = 19_000)]
    total: u64,
    /// When it was placed, in UTC.
    #[schema(format = DateTime)]
    placed_at: String,
}

/// Orders as the read model shows them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyPages {
    /// The orders.
    #[serde(rename = "myPages")]
    my_pages: Vec<MyPage>,
}

impl MyPage {
    fn new(base: &Base, doc: &OrderDoc, locale: Locale) -> Self {
        let line = &doc.line;
        let here = format!("/myPages/{}", line.order);
        Self {
            links: base.links([
                ("self", here.as_str()),
                ("myPage", here.as_str()),
                ("orderList", &format!("/orderLists/{}", line.order)),
            ]),
            status: word(line.shown),
            order_id: line.order.0,
            number: line.number.as_str().to_owned(),
            store_name: line.store_name.get(locale).to_owned(),
            food_id: line.first.get(locale).to_owned(),
            more: line.more,
            total: line.total.get(),
            placed_at: line.placed_at.rfc3339(),
        }
    }
}

/// The customer's read model, one for each order, the newest first.
#[utoipa::path(get, operation_id = "listMyPages", path = "/myPages", tag = "customer", params(Paging), responses(
    (status = 200, description = "A page of them.", body = Paged<MyPages>, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn my_pages(ask: Ask, Query(paging): Query<Paging>) -> Result<Hal<Paged<MyPages>>, Refused> {
    let paging = paging.check()?;
    let Page { total, items } = ask.desk.order_docs(&ask.caller, paging.page, paging.size).await?;
    let my_pages = items.iter().map(|doc| MyPage::new(&ask.base, doc, ask.locale())).collect();
    Ok(Hal::new(Paged::new(&ask.base, "myPages", MyPages { my_pages }, paging, total)))
}

/// One order as the read model shows it.
#[utoipa::path(get, operation_id = "showMyPage", path = "/myPages/{id}", tag = "customer",
    params(("id" = Uuid, Path, description = "The order")), responses(
    (status = 200, description = "The order.", body = MyPage, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn my_page(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<MyPage>, Refused> {
    let record = ask.desk.order_record(&ask.caller, order).await?;
    Ok(Hal::versioned(MyPage::new(&ask.base, &record.doc, ask.locale()), record.version))
}
