//! `/payments`: the money of the own orders; `/paymentMethods`: the cards; and the timeline of an order.

use app::backend::Backend;
use app::words;
use domain::shared::{Locale, OrderId};
use domain::views::{Actor, MoneyMove, OrderDoc, Role, TimelineEntry, can_pay_now};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Id, KeyHeader, Query, VersionHeader};
use super::errors::{CommandErrors, ReadErrors};
use super::hal::{Base, Hal, Link, Links, Paged, Paging};
use super::problem::Refused;
use super::status::{of_payment, payment_schema, shown_schema, word};

/// The money of an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    /// `self`, `payment` and `orderList`; `retry` while the order waits for its payment and there is no `payUrl`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The order.
    order_id: Uuid,
    /// Approved by the provider, in won.
    #[schema(example = 19_000)]
    approved: u64,
    /// Given back, in won.
    #[schema(example = 0)]
    refunded: u64,
    /// Owed back but not back yet, in won.
    #[schema(example = 0)]
    owed: u64,
    /// Where it stands.
    #[schema(schema_with = payment_schema)]
    state: &'static str,
    /// Where the customer goes on to pay, while the provider waits for that.
    #[schema(example = json!(null))]
    pay_url: Option<String>,
}

/// Payments.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Payments {
    /// The payments.
    payments: Vec<Payment>,
}

impl Payment {
    fn new(base: &Base, doc: &OrderDoc) -> Self {
        let order = doc.line.order;
        let here = format!("/payments/{order}");
        let mut links = base.links([
            ("self", here.as_str()),
            ("payment", here.as_str()),
            ("orderList", &format!("/orderLists/{order}")),
        ]);
        if can_pay_now(doc.line.shown, doc.pay_url.is_some()) {
            links.insert("retry", base.link(&format!("{here}/retry")));
        }
        Self {
            links,
            order_id: order.0,
            approved: doc.taken.get(),
            refunded: doc.returned.get(),
            owed: doc.owed.get(),
            state: of_payment(doc.payment),
            pay_url: doc.pay_url.as_deref().map(|url| base.absolute(url)),
        }
    }
}

async fn payment_now(ask: &Ask, order: OrderId) -> Result<Hal<Payment>, Refused> {
    let record = ask.desk.order_record(&ask.caller, order).await?;
    Ok(Hal::versioned(Payment::new(&ask.base, &record.doc), record.version))
}

/// The money of the own orders, the newest first.
#[utoipa::path(get, operation_id = "listPayments", path = "/payments", tag = "customer", params(Paging), responses(
    (status = 200, description = "A page of them.", body = Paged<Payments>, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn list(ask: Ask, Query(paging): Query<Paging>) -> Result<Hal<Paged<Payments>>, Refused> {
    let paging = paging.check()?;
    let page = ask.desk.order_docs(&ask.caller, paging.page, paging.size).await?;
    let payments = page.items.iter().map(|doc| Payment::new(&ask.base, doc)).collect();
    Ok(Hal::new(Paged::new(&ask.base, "payments", Payments { payments }, paging, page.total)))
}

/// The money of one own order.
#[utoipa::path(get, operation_id = "showPayment", path = "/payments/{id}", tag = "customer",
    params(("id" = Uuid, Path, description = "The order")), responses(
    (status = 200, description = "The payment.", body = Payment, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn show(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<Payment>, Refused> {
    payment_now(&ask, order).await
}

/// Has the provider asked about an own order now instead of later: pays a held order as soon as the provider answers.
#[utoipa::path(put, operation_id = "retryPayment", path = "/payments/{id}/retry", tag = "customer",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The payment.", body = Payment, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn retry(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<Payment>, Refused> {
    ask.desk.ask_provider_now(&ask.caller, order, &ask.asked(String::new())).await?;
    payment_now(&ask, order).await.map_err(Refused::once_done)
}

/// A card to pay with.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Card {
    /// What an order's `card` says.
    #[schema(example = "tok_approve")]
    token: String,
    /// Its name.
    #[schema(example = "승인되는 카드")]
    name: String,
}

/// Cards to pay with.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cards {
    /// `self`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The cards, that first with which an order is paid that names none.
    cards: Vec<Card>,
}

/// The cards to pay with.
#[utoipa::path(get, operation_id = "listPaymentMethods", path = "/paymentMethods", tag = "customer", responses(
    (status = 200, description = "The cards.", body = Cards, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn cards(ask: Ask) -> Result<Hal<Cards>, Refused> {
    let (cards, _) = ask.desk.cards(&ask.caller).await?;
    let locale = ask.locale();
    let cards =
        cards.into_iter().map(|card| Card { name: card.name.get(locale).to_owned(), token: card.token });
    Ok(Hal::new(Cards { links: ask.base.links([("self", "/paymentMethods")]), cards: cards.collect() }))
}

/// What an event did to the money.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Money {
    /// `asked` for, `taken`, `owed` back, `returned`, or `sent_back` by the bank after that.
    #[schema(example = "taken")]
    kind: &'static str,
    /// How much, in won.
    #[schema(example = 16_000)]
    amount: u64,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    /// Its position in the log.
    #[schema(example = 4711)]
    position: u64,
    /// When, in UTC.
    #[schema(format = DateTime)]
    at: String,
    /// Who: `customer`, `owner`, `rider`, `operator` or `system`.
    #[schema(example = "customer")]
    by: &'static str,
    /// What, for programs.
    #[schema(example = "cooking_started")]
    what: String,
    /// What, as a sentence.
    #[schema(example = "주문을 넣었어요")]
    text: String,
    /// What it did to the money.
    money: Option<Money>,
}

/// What happened to an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Timeline {
    /// `self` and `orderList`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The order.
    order_id: Uuid,
    /// What all its events have in common: to be quoted to support.
    correlation_id: Uuid,
    /// Its short number.
    #[schema(example = "K-4821")]
    number: String,
    /// Its state.
    #[schema(schema_with = shown_schema)]
    status: &'static str,
    /// The log's position that this shows: live streams go on after it.
    #[schema(example = 4711)]
    position: u64,
    /// What happened, the oldest first.
    entries: Vec<Entry>,
}

fn entry(entry: &TimelineEntry, locale: Locale) -> Entry {
    let what = serde_json::to_value(&entry.what).ok();
    let name = what.as_ref().and_then(|what| what.get("what")).and_then(|what| what.as_str());
    Entry {
        position: entry.position,
        at: entry.at.rfc3339(),
        by: match entry.by {
            Actor::Customer(_) => Role::Customer.name(),
            Actor::Owner(_) => Role::Owner.name(),
            Actor::Rider(_) => Role::Rider.name(),
            Actor::Operator(_) => Role::Operator.name(),
            Actor::Applicant(_) => Role::Applicant.name(),
            Actor::System => "system",
        },
        what: name.unwrap_or_default().to_owned(),
        text: words::happened(locale, entry),
        money: entry.money.map(|money| {
            let (kind, amount) = match money {
                MoneyMove::Asked(amount) => ("asked", amount),
                MoneyMove::Taken(amount) => ("taken", amount),
                MoneyMove::Owed(amount) => ("owed", amount),
                MoneyMove::Returned(amount) => ("returned", amount),
                MoneyMove::SentBack(amount) => ("sent_back", amount),
            };
            Money { kind, amount: amount.get() }
        }),
    }
}

/// Everything that happened to an order, for its customer, its store, its rider and the operator. What another event says too is not said twice.
#[utoipa::path(get, operation_id = "showTimeline", path = "/orderLists/{id}/timeline", tag = "everybody",
    params(("id" = Uuid, Path, description = "The order")),
    responses(
    (status = 200, description = "What happened.", body = Timeline, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn timeline(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<Timeline>, Refused> {
    let view = ask.desk.timeline(&ask.caller, order).await?;
    let here = format!("/orderLists/{order}");
    Ok(Hal::new(Timeline {
        links: ask.base.links([("self", &format!("{here}/timeline")), ("orderList", &here)]),
        order_id: order.0,
        correlation_id: order.0,
        number: view.number.as_str().to_owned(),
        status: word(view.shown),
        position: view.position,
        entries: view.entries.iter().map(|of| entry(of, ask.locale())).collect(),
    }))
}
