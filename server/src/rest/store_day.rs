//! `/stores/{id}/…`: the day of the own store.

use domain::shared::{StoreId, Timestamp};
use domain::store::{Hours, OpenSpan};
use domain::views::{Fault, Field, FieldFault, StoreDay};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

use super::ask::{Ask, Body, Id, KeyHeader, VersionHeader};
use super::errors::{CommandErrors, ReadErrors};
use super::hal::{Hal, Link, Links};
use super::names::member;
use super::problem::Refused;
use crate::commands::Part;
use domain::store::Store;

/// The days of the week, as the hours name them.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A span of opening, in Seoul's time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenTime {
    /// The day it begins: `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`.
    #[schema(pattern = "^(mon|tue|wed|thu|fri|sat|sun)$", example = "mon")]
    day: String,
    /// When it begins: `09:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
    opens: String,
    /// When it ends: `22:00`; up to `24:00`, or a time of the next day when it is not later than `opens`.
    #[schema(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "22:00")]
    closes: String,
}

/// The hours as the API shows them.
pub(super) fn hours_of(hours: &Hours) -> Vec<OpenTime> {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    hours
        .0
        .iter()
        .map(|span| OpenTime {
            day: DAYS[usize::from(span.day % 7)].to_owned(),
            opens: clock(span.open),
            closes: clock(span.closes_at()),
        })
        .collect()
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two = |part: &str| part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_digit());
    let (hour, minute): (u16, u16) =
        (two(hour).then(|| hour.parse().ok())??, two(minute).then(|| minute.parse().ok())??);
    (minute < 60 && hour * 60 + minute <= 1_440).then_some(hour * 60 + minute)
}

impl OpenTime {
    /// The span, which is the one of this number in its list.
    fn span(&self, index: usize) -> Result<OpenSpan, Refused> {
        let wrong = |field| Refused::At {
            field: format!("hours[{index}].{}", member(field)),
            fault: Fault::field(FieldFault::Malformed { field }),
        };
        let day = DAYS.iter().position(|day| *day == self.day).ok_or_else(|| wrong(Field::Days))?;
        let open = minute(&self.opens).filter(|open| *open < 1_440).ok_or_else(|| wrong(Field::Opens))?;
        let close = minute(&self.closes).ok_or_else(|| wrong(Field::Closes))?;
        Ok(OpenSpan::by_clock(day as u8, open, close))
    }
}

/// How full the kitchen is, and may be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names, reason = "the names are the API's")]
pub(super) struct Capacity {
    /// `self` and `store`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// 주문수용량: how many tickets at once.
    #[schema(example = 10)]
    capacity: u32,
    /// How many there are now.
    #[schema(example = 7)]
    open: u32,
}

/// A capacity to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCapacity {
    /// How many tickets at once. At 0 every order is refused.
    #[schema(minimum = 0, maximum = 1_000, example = 10)]
    capacity: u32,
}

/// Whether the store pauses.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pause {
    /// `self` and `store`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// It takes no orders for now.
    paused: bool,
    /// Until when, in UTC; `null` until it is reopened.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// A pause to be, or its end.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPause {
    /// `true` takes no orders from now on, `false` takes them again.
    paused: bool,
    /// For how long; until it is reopened when left out.
    #[schema(minimum = 1, maximum = 10_080, example = 30)]
    minutes: Option<u32>,
}

/// How much longer cooking takes for now, and how long the owner may take to answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Minutes {
    /// `self` and `store`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// Minutes.
    #[schema(example = 10)]
    minutes: u32,
}

/// Minutes to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMinutes {
    /// Minutes.
    #[schema(minimum = 0, maximum = 60, example = 10)]
    minutes: u32,
}

/// When the store is open.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Week {
    /// `self` and `store`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The week's spans of opening, in Seoul's time.
    hours: Vec<OpenTime>,
}

/// The hours to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWeek {
    /// All spans of the week; none keeps the store closed.
    hours: Vec<OpenTime>,
}

fn links(ask: &Ask, id: StoreId, part: &str) -> Links {
    ask.base.links([("self", &format!("/stores/{id}/{part}")), ("store", &format!("/stores/{id}"))])
}

pub(super) async fn own(ask: &Ask, id: StoreId) -> Result<Arc<Store>, Refused> {
    Ok(ask.desk.own_store(&ask.caller, id).await?)
}

/// Acts on the own store, once it is known to be the own one.
async fn act(ask: &Ask, id: StoreId, action: StoreDay, sent: String) -> Result<Arc<Store>, Refused> {
    act_as_one(ask, id, vec![action], sent).await
}

/// Acts on the own store in several ways, all of them or none.
pub(super) async fn act_as_one(
    ask: &Ask,
    id: StoreId,
    actions: Vec<StoreDay>,
    sent: String,
) -> Result<Arc<Store>, Refused> {
    own(ask, id).await?;
    ask.commands(Part::Store, sent).act_on_store_as_one(&ask.caller, actions, &ask.key()).await?;
    own(ask, id).await.map_err(Refused::once_done)
}

async fn capacity_now(ask: &Ask, id: StoreId, store: &Store) -> Result<Hal<Capacity>, Refused> {
    let capacity = store.profile.as_ref().map_or(0, |profile| profile.capacity);
    let open = ask.desk.open_tickets(id).await?;
    let body = Capacity { links: links(ask, id, "capacity"), capacity, open };
    Ok(Hal::versioned(body, store.version))
}

/// 주문수용량 of the own store.
#[utoipa::path(get, operation_id = "showCapacity", path = "/stores/{id}/capacity", tag = "store",
    params(("id" = Uuid, Path, description = "The store")), responses(
    (status = 200, description = "The capacity.", body = Capacity, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    ReadErrors
))]
pub(super) async fn capacity(ask: Ask, Id(id): Id<StoreId>) -> Result<Hal<Capacity>, Refused> {
    let store = own(&ask, id).await?;
    capacity_now(&ask, id, &store).await
}

/// Sets 주문수용량.
#[utoipa::path(put, operation_id = "setCapacity", path = "/stores/{id}/capacity", tag = "store",
    params(("id" = Uuid, Path, description = "The store"), KeyHeader, VersionHeader), request_body = NewCapacity, responses(
    (status = 200, description = "The capacity.", body = Capacity, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    CommandErrors
))]
pub(super) async fn set_capacity(
    ask: Ask,
    Id(id): Id<StoreId>,
    Body(new, sent): Body<NewCapacity>,
) -> Result<Hal<Capacity>, Refused> {
    let store = act(&ask, id, StoreDay::Capacity { capacity: new.capacity }, sent).await?;
    capacity_now(&ask, id, &store).await.map_err(Refused::once_done)
}

fn pause_of(ask: &Ask, id: StoreId, store: &Store) -> Hal<Pause> {
    let paused = match store.openness(ask.desk.now()) {
        domain::store::Openness::Paused { until } => Some(until),
        domain::store::Openness::Open | domain::store::Openness::Closed { .. } => None,
    };
    let until = paused.flatten().map(Timestamp::rfc3339);
    let body = Pause { links: links(ask, id, "pause"), paused: paused.is_some(), until };
    Hal::versioned(body, store.version)
}

/// Whether the own store pauses.
#[utoipa::path(get, operation_id = "showPause", path = "/stores/{id}/pause", tag = "store",
    params(("id" = Uuid, Path, description = "The store")), responses(
    (status = 200, description = "The pause.", body = Pause, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    ReadErrors
))]
pub(super) async fn pause(ask: Ask, Id(id): Id<StoreId>) -> Result<Hal<Pause>, Refused> {
    Ok(pause_of(&ask, id, &*own(&ask, id).await?))
}

/// Takes no orders for a while, or takes them again.
#[utoipa::path(put, operation_id = "setPause", path = "/stores/{id}/pause", tag = "store",
    params(("id" = Uuid, Path, description = "The store"), KeyHeader, VersionHeader), request_body = NewPause, responses(
    (status = 200, description = "The pause.", body = Pause, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    CommandErrors
))]
pub(super) async fn set_pause(
    ask: Ask,
    Id(id): Id<StoreId>,
    Body(new, sent): Body<NewPause>,
) -> Result<Hal<Pause>, Refused> {
    let action = if new.paused { StoreDay::Pause { minutes: new.minutes } } else { StoreDay::Reopen };
    let store = act(&ask, id, action, sent).await?;
    Ok(pause_of(&ask, id, &store))
}

/// How much longer cooking takes for now.
#[utoipa::path(get, operation_id = "showBusy", path = "/stores/{id}/busy", tag = "store",
    params(("id" = Uuid, Path, description = "The store")), responses(
    (status = 200, description = "The minutes.", body = Minutes, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    ReadErrors
))]
pub(super) async fn busy(ask: Ask, Id(id): Id<StoreId>) -> Result<Hal<Minutes>, Refused> {
    let store = own(&ask, id).await?;
    let body = Minutes { links: links(&ask, id, "busy"), minutes: store.busy_minutes };
    Ok(Hal::versioned(body, store.version))
}

/// Says that cooking takes 5 to 60 minutes longer for now, in steps of five; 0 ends it.
#[utoipa::path(put, operation_id = "setBusy", path = "/stores/{id}/busy", tag = "store",
    params(("id" = Uuid, Path, description = "The store"), KeyHeader, VersionHeader), request_body = NewMinutes, responses(
    (status = 200, description = "The minutes.", body = Minutes, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    CommandErrors
))]
pub(super) async fn set_busy(
    ask: Ask,
    Id(id): Id<StoreId>,
    Body(new, sent): Body<NewMinutes>,
) -> Result<Hal<Minutes>, Refused> {
    let store = act(&ask, id, StoreDay::Busy { minutes: new.minutes }, sent).await?;
    let body = Minutes { links: links(&ask, id, "busy"), minutes: store.busy_minutes };
    Ok(Hal::versioned(body, store.version))
}

fn limit_of(ask: &Ask, id: StoreId, store: &Store) -> Hal<Minutes> {
    let minutes = store.profile.as_ref().map_or(0, |profile| profile.answer_limit_minutes);
    Hal::versioned(Minutes { links: links(ask, id, "answerLimit"), minutes }, store.version)
}

/// How long the owner may take to answer an order.
#[utoipa::path(get, operation_id = "showAnswerLimit", path = "/stores/{id}/answerLimit", tag = "store",
    params(("id" = Uuid, Path, description = "The store")), responses(
    (status = 200, description = "The minutes.", body = Minutes, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    ReadErrors
))]
pub(super) async fn answer_limit(ask: Ask, Id(id): Id<StoreId>) -> Result<Hal<Minutes>, Refused> {
    Ok(limit_of(&ask, id, &*own(&ask, id).await?))
}

/// Sets how long the owner may take to answer an order: 1 to 60 minutes.
#[utoipa::path(put, operation_id = "setAnswerLimit", path = "/stores/{id}/answerLimit", tag = "store",
    params(("id" = Uuid, Path, description = "The store"), KeyHeader, VersionHeader), request_body = NewMinutes, responses(
    (status = 200, description = "The minutes.", body = Minutes, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    CommandErrors
))]
pub(super) async fn set_answer_limit(
    ask: Ask,
    Id(id): Id<StoreId>,
    Body(new, sent): Body<NewMinutes>,
) -> Result<Hal<Minutes>, Refused> {
    let store = act(&ask, id, StoreDay::AnswerLimit { minutes: new.minutes }, sent).await?;
    Ok(limit_of(&ask, id, &store))
}

fn week_of(ask: &Ask, id: StoreId, store: &Store) -> Hal<Week> {
    let body = Week { links: links(ask, id, "hours"), hours: hours_of(&store.hours) };
    Hal::versioned(body, store.version)
}

/// When the own store is open.
#[utoipa::path(get, operation_id = "showHours", path = "/stores/{id}/hours", tag = "store",
    params(("id" = Uuid, Path, description = "The store")), responses(
    (status = 200, description = "The hours.", body = Week, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    ReadErrors
))]
pub(super) async fn hours(ask: Ask, Id(id): Id<StoreId>) -> Result<Hal<Week>, Refused> {
    Ok(week_of(&ask, id, &*own(&ask, id).await?))
}

/// Sets when the own store is open: the whole week at once.
#[utoipa::path(put, operation_id = "setHours", path = "/stores/{id}/hours", tag = "store",
    params(("id" = Uuid, Path, description = "The store"), KeyHeader, VersionHeader), request_body = NewWeek, responses(
    (status = 200, description = "The hours.", body = Week, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    CommandErrors
))]
pub(super) async fn set_hours(
    ask: Ask,
    Id(id): Id<StoreId>,
    Body(new, sent): Body<NewWeek>,
) -> Result<Hal<Week>, Refused> {
    let spans =
        new.hours.iter().enumerate().map(|(index, time)| time.span(index)).collect::<Result<_, _>>()?;
    let store = act(&ask, id, StoreDay::Hours { hours: Hours(spans) }, sent).await?;
    Ok(week_of(&ask, id, &store))
}
