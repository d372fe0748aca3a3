//! `/foodCookings`: the store's tickets.

use domain::processes::CaseRefusal;
use domain::shared::{Locale, OrderId};
use domain::store::ticket::{MAX_COOKING_MINUTES, Refusal};
use domain::views::{Fault, TicketAction, TicketCard, check_reason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Body, Id, KeyHeader, Query, VersionHeader};
use super::errors::{CommandErrors, ReadErrors};
use super::hal::{Base, Hal, Link, Links, Paged, Paging};
use super::orders::{OrderItem, food_of, items_of};
use super::problem::Refused;
use super::status::{job_schema, of_job, of_ticket, ticket_schema};
use crate::backend::api::Kitchen;
use crate::commands::Part;

/// The owner's answer to an order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"accept": true, "minutes": 20}))]
pub(super) struct Answer {
    /// Whether the store takes it.
    accept: bool,
    /// When it takes it: cooking minutes; the store's usual ones when they are left out.
    #[schema(minimum = 1, maximum = 120)]
    minutes: Option<u32>,
    /// When it does not: why.
    #[schema(max_length = 200, example = "반죽이 떨어졌어요")]
    reason: Option<String>,
}

/// How much longer it takes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Delay {
    /// By 5, 10 or 20 minutes.
    #[schema(minimum = 5, maximum = 20, example = 10)]
    minutes: u32,
}

/// A ticket in the kitchen. It exists once its order is paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoodCooking {
    /// `self`, `foodCooking`, `accept`, `start`, `finish`, `delay` and `timeline`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// Where it goes.
    #[schema(example = "111")]
    address: String,
    /// The first dish's name.
    #[schema(example = "피자")]
    food_id: String,
    /// 주문수용량: how many tickets the kitchen takes at once.
    #[schema(example = 10)]
    order_capacity: u32,
    /// How many it has now.
    #[schema(example = 1)]
    order_count: u32,
    /// The order.
    order_id: Uuid,
    /// What the kitchen has come to.
    #[schema(schema_with = ticket_schema)]
    status: &'static str,
    /// Where the rider is.
    #[schema(schema_with = job_schema)]
    delivery: &'static str,
    /// The short number on the bag.
    #[schema(example = "K-4821")]
    number: String,
    /// What to cook.
    items: Vec<OrderItem>,
    /// What was to be cooked before the last change; empty when there was none.
    before: Vec<OrderItem>,
    /// Sum of the lines, in won.
    #[schema(example = 16_000)]
    items_total: u64,
    /// The customer's note to the store.
    #[schema(example = "수저는 빼 주세요")]
    note: String,
    /// When it came, in UTC.
    #[schema(format = DateTime)]
    received_at: String,
    /// When the food should be ready; known once accepted.
    #[schema(format = DateTime)]
    ready_at: Option<String>,
    /// The last change that was taken, counted from 1; 0 for none.
    #[schema(example = 0)]
    revision: u32,
}

/// Tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoodCookings {
    /// The tickets.
    #[serde(rename = "foodCookings")]
    food_cookings: Vec<FoodCooking>,
}

impl FoodCooking {
    fn new(base: &Base, card: &TicketCard, (open, capacity): (u32, u32), locale: Locale) -> Self {
        let here = format!("/foodCookings/{}", card.order);
        Self {
            links: base.links([
                ("self", here.as_str()),
                ("foodCooking", here.as_str()),
                ("accept", &format!("{here}/accept")),
                ("start", &format!("{here}/start")),
                ("finish", &format!("{here}/finish")),
                ("delay", &format!("{here}/delay")),
                ("timeline", &format!("/orderLists/{}/timeline", card.order)),
            ]),
            address: card.address.clone(),
            food_id: food_of(&card.lines, locale),
            order_capacity: capacity,
            order_count: open,
            order_id: card.order.0,
            status: of_ticket(card.phase),
            delivery: of_job(card.delivery),
            number: card.number.as_str().to_owned(),
            items: items_of(&card.lines, locale),
            before: items_of(&card.before, locale),
            items_total: card.items.get(),
            note: card.note.clone(),
            received_at: card.received_at.rfc3339(),
            ready_at: card.ready_at.map(domain::shared::Timestamp::rfc3339),
            revision: card.revision,
        }
    }
}

/// The answer about one ticket.
async fn ticket_now(ask: &Ask, order: OrderId) -> Result<Hal<FoodCooking>, Refused> {
    let Kitchen { tickets: record, open, capacity } = ask.desk.ticket_record(&ask.caller, order).await?;
    let body = FoodCooking::new(&ask.base, &record.card, (open, capacity), ask.locale());
    Ok(Hal::versioned(body, record.version))
}

/// Acts on a ticket; by `sent` a repeat is recognised.
async fn act(
    ask: Ask,
    order: OrderId,
    action: TicketAction,
    sent: String,
) -> Result<Hal<FoodCooking>, Refused> {
    ask.commands(Part::Ticket, sent).act_on_ticket(&ask.caller, order, action, &ask.key()).await?;
    ticket_now(&ask, order).await.map_err(Refused::once_done)
}

/// The store's tickets: those in the kitchen or waiting for their rider, the newest first; then those that left, the last first. Those that
/// were turned down or cancelled are not among them.
#[utoipa::path(get, operation_id = "listFoodCookings", path = "/foodCookings", tag = "store", params(Paging), responses(
    (status = 200, description = "A page of them.", body = Paged<FoodCookings>, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn list(
    ask: Ask,
    Query(paging): Query<Paging>,
) -> Result<Hal<Paged<FoodCookings>>, Refused> {
    let paging = paging.check()?;
    let kitchen = ask.desk.ticket_records(&ask.caller, paging.page, paging.size).await?;
    let full = (kitchen.open, kitchen.capacity);
    let cards = kitchen.tickets.items.iter();
    let food_cookings =
        cards.map(|record| FoodCooking::new(&ask.base, &record.card, full, ask.locale())).collect();
    let embedded = FoodCookings { food_cookings };
    Ok(Hal::new(Paged::new(&ask.base, "foodCookings", embedded, paging, kitchen.tickets.total)))
}

/// One ticket.
#[utoipa::path(get, operation_id = "showFoodCooking", path = "/foodCookings/{id}", tag = "store",
    params(("id" = Uuid, Path, description = "The order")), responses(
    (status = 200, description = "The ticket.", body = FoodCooking, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn show(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<FoodCooking>, Refused> {
    ticket_now(&ask, order).await
}

/// Takes an order, or turns it down.
#[utoipa::path(put, operation_id = "answerFoodCooking", path = "/foodCookings/{id}/accept", tag = "store",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), request_body = Answer, responses(
    (status = 200, description = "The ticket.", body = FoodCooking, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn accept(
    ask: Ask,
    Id(order): Id<OrderId>,
    Body(answer, sent): Body<Answer>,
) -> Result<Hal<FoodCooking>, Refused> {
    // An order that is taken already, and one that is turned down, look at no minutes; one that is taken looks at no reason. The description
    // knows no such difference.
    if answer.minutes.is_some_and(|minutes| !(1..=MAX_COOKING_MINUTES).contains(&minutes)) {
        let wrong = Refusal::Minutes { max: MAX_COOKING_MINUTES };
        return Err(Fault::Refused(CaseRefusal::Ticket(wrong)).into());
    }
    if let Some(reason) = &answer.reason {
        check_reason(reason)?;
    }
    let action = if answer.accept {
        let minutes = match answer.minutes {
            Some(minutes) => minutes,
            None => ask.desk.usual_minutes(&ask.caller).await?,
        };
        TicketAction::Accept { minutes }
    } else {
        TicketAction::Reject { reason: answer.reason.unwrap_or_default() }
    };
    act(ask, order, action, sent).await
}

/// Cooking begins. From now on the order can be neither changed nor cancelled.
#[utoipa::path(put, operation_id = "startFoodCooking", path = "/foodCookings/{id}/start", tag = "store",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The ticket.", body = FoodCooking, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn start(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<FoodCooking>, Refused> {
    act(ask, order, TicketAction::Start, String::new()).await
}

/// The food is ready: riders near by see the job.
#[utoipa::path(put, operation_id = "finishFoodCooking", path = "/foodCookings/{id}/finish", tag = "store",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The ticket.", body = FoodCooking, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn finish(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<FoodCooking>, Refused> {
    act(ask, order, TicketAction::Finish, String::new()).await
}

/// It takes longer: the customer's promise follows.
#[utoipa::path(put, operation_id = "delayFoodCooking", path = "/foodCookings/{id}/delay", tag = "store",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), request_body = Delay, responses(
    (status = 200, description = "The ticket.", body = FoodCooking, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn delay(
    ask: Ask,
    Id(order): Id<OrderId>,
    Body(delay, sent): Body<Delay>,
) -> Result<Hal<FoodCooking>, Refused> {
    act(ask, order, TicketAction::Delay { minutes: delay.minutes }, sent).await
}
