//! `/deliveries`: jobs near by and the rider's own; `/riders/me`: the rider's day.

use domain::delivery::{FailReason, RiderChange, RiderState};
use domain::shared::{Locale, OrderId, Point};
use domain::views::{Fault, Field, FieldFault, RiderAction, RiderView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Body, Id, KeyHeader, Query, VersionHeader};
use super::errors::{CommandErrors, ReadErrors};
use super::hal::{Base, Hal, Link, Links, Paged, Paging};
use super::problem::Refused;
use super::shape::Shape;
use super::status::{job_schema, of_job};
use crate::backend::api::JobRecord;
use crate::backend::version_of_rider;
use crate::commands::Part;
use app::backend::Backend;

/// The number on the bag.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Pick {
    /// The order's short number; compared when it is given.
    #[schema(max_length = 20, example = "K-4821")]
    number: Option<String>,
}

/// The customer's digits.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Deliver {
    /// The four digits that the customer has; compared when they are given.
    #[schema(max_length = 20, example = "4821")]
    code: Option<String>,
}

/// Why it cannot be delivered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Failure {
    /// What happened.
    reason: FailureReason,
}

/// What a rider can say of a delivery that failed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FailureReason {
    /// Nobody opened.
    CustomerAbsent,
    /// Something happened to the food or to the rider.
    Accident,
}

/// Whether the rider takes jobs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Duty {
    /// On duty.
    on_duty: bool,
}

/// Where the rider is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    /// Latitude, in degrees.
    #[schema(minimum = -90, maximum = 90, example = 37.5501)]
    lat: f64,
    /// Longitude, in degrees.
    #[schema(minimum = -180, maximum = 180, example = 126.9148)]
    lon: f64,
}

/// The customer of a job, for the rider who has it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recipient {
    /// Their name; empty once the customer's data were deleted.
    #[schema(example = "김손님")]
    name: String,
    /// Their phone number.
    #[schema(example = "010-1234-5678")]
    phone: String,
    /// The address.
    #[schema(example = "서울 마포구 양화로 45")]
    address: String,
    /// Floor and door.
    #[schema(example = "3층 301호")]
    address_detail: String,
    /// The note to the rider.
    #[schema(example = "문 앞에 두어 주세요")]
    note: String,
    /// Latitude of the address, in degrees.
    #[schema(example = 37.5501)]
    lat: Option<f64>,
    /// Longitude of the address, in degrees.
    #[schema(example = 126.9148)]
    lon: Option<f64>,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delivery {
    /// `self` and `delivery`, and the steps: `claim`, `release`, `arrive`, `pick`, `deliver`, `fail`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The order.
    order_id: Uuid,
    /// Its short number.
    #[schema(example = "K-4821")]
    number: String,
    /// Where it stands.
    #[schema(schema_with = job_schema)]
    status: &'static str,
    /// Whether it is this rider's.
    mine: bool,
    /// Where to pick it up.
    #[schema(example = "양화로 피자")]
    store_name: String,
    /// The store's address.
    #[schema(example = "서울 마포구 양화로 23")]
    store_address: String,
    /// Latitude of the store, in degrees.
    #[schema(example = 37.5513)]
    store_lat: f64,
    /// Longitude of the store, in degrees.
    #[schema(example = 126.9142)]
    store_lon: f64,
    /// From the store to the customer, in metres.
    #[schema(example = 850)]
    distance: u32,
    /// What the rider earns, in won.
    #[schema(example = 3_500)]
    fee: u64,
    /// Since when it is offered, in UTC.
    #[schema(format = DateTime)]
    offered_at: String,
    /// The customer, while this rider has the job.
    recipient: Option<Recipient>,
}

/// Jobs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deliveries {
    /// The jobs.
    deliveries: Vec<Delivery>,
}

impl Delivery {
    fn new(base: &Base, record: JobRecord, locale: Locale) -> Self {
        let JobRecord { card, phase, mine, detail, .. } = record;
        let here = format!("/deliveries/{}", card.order);
        let step = |name: &str| format!("{here}/{name}");
        Self {
            links: base.links([
                ("self", here.as_str()),
                ("delivery", here.as_str()),
                ("claim", &step("claim")),
                ("release", &step("release")),
                ("arrive", &step("arrive")),
                ("pick", &step("pick")),
                ("deliver", &step("deliver")),
                ("fail", &step("fail")),
            ]),
            order_id: card.order.0,
            number: card.number.as_str().to_owned(),
            status: of_job(phase),
            mine,
            store_name: card.store_name.get(locale).to_owned(),
            store_address: card.store_address,
            store_lat: card.store_point.lat,
            store_lon: card.store_point.lon,
            distance: card.distance_m,
            fee: card.fee.get(),
            offered_at: card.offered_at.rfc3339(),
            recipient: detail.map(|detail| Recipient {
                name: detail.name,
                phone: detail.phone,
                address: detail.address,
                address_detail: detail.address_detail,
                note: detail.note,
                lat: detail.point.map(|point| point.lat),
                lon: detail.point.map(|point| point.lon),
            }),
        }
    }
}

/// The longest number, and the longest code, in characters.
const MAX_TYPED: usize = 20;

/// Refuses what is too long, also of a step that is done already, for which nothing is compared any more.
fn check_typed(field: &str, typed: Option<&str>) -> Result<(), Refused> {
    if typed.is_some_and(|typed| typed.chars().count() > MAX_TYPED) {
        let wrong = Shape::TooLong { max: MAX_TYPED };
        return Err(Refused::Shape { field: field.to_owned(), wrong });
    }
    Ok(())
}

async fn job_now(ask: &Ask, order: OrderId) -> Result<Hal<Delivery>, Refused> {
    let record = ask.desk.job_record(&ask.caller, order).await?;
    let version = record.version;
    Ok(Hal::versioned(Delivery::new(&ask.base, record, ask.locale()), version))
}

async fn act(ask: Ask, order: OrderId, action: RiderAction, sent: String) -> Result<Hal<Delivery>, Refused> {
    let commands = ask.commands(Part::Job, sent);
    ask.desk.job_action_by(&commands, &ask.caller, order, action, &ask.key()).await?;
    match job_now(&ask, order).await.map_err(Refused::once_done) {
        // Given back it may lie where this rider is not near any more, and be another's by the time at which a command is repeated.
        Err(Refused::Fault(Fault::NotFound)) => {
            let left = ask.desk.job_left(&ask.caller, order).await;
            let left = left.map_err(|fault| Refused::from(fault).once_done())?;
            Ok(Hal::new(Delivery::new(&ask.base, left, ask.locale())))
        }
        now => now,
    }
}

/// The rider's own jobs, then those near by, the nearest store first. Off duty nothing is near. Of more than 100 near by the first 100 are listed.
#[utoipa::path(get, operation_id = "listDeliveries", path = "/deliveries", tag = "rider", params(Paging), responses(
    (status = 200, description = "A page of them.", body = Paged<Deliveries>, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn list(ask: Ask, Query(paging): Query<Paging>) -> Result<Hal<Paged<Deliveries>>, Refused> {
    let paging = paging.check()?;
    let records = ask.desk.job_records(&ask.caller).await?;
    let total = records.len() as u64;
    let jobs = paging.of(records).into_iter();
    let deliveries = jobs.map(|record| Delivery::new(&ask.base, record, ask.locale())).collect();
    Ok(Hal::new(Paged::new(&ask.base, "deliveries", Deliveries { deliveries }, paging, total)))
}

/// One job: an own one, also when it is done, or one near by.
#[utoipa::path(get, operation_id = "showDelivery", path = "/deliveries/{id}", tag = "rider",
    params(("id" = Uuid, Path, description = "The order")), responses(
    (status = 200, description = "The job.", body = Delivery, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn show(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<Delivery>, Refused> {
    job_now(&ask, order).await
}

/// Takes a job. Of all who try at once, one gets it.
#[utoipa::path(put, operation_id = "claimDelivery", path = "/deliveries/{id}/claim", tag = "rider",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The job.", body = Delivery, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn claim(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<Delivery>, Refused> {
    act(ask, order, RiderAction::Claim, String::new()).await
}

/// Gives a job back, before the pick-up.
#[utoipa::path(put, operation_id = "releaseDelivery", path = "/deliveries/{id}/release", tag = "rider",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The job.", body = Delivery, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn release(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<Delivery>, Refused> {
    act(ask, order, RiderAction::Release, String::new()).await
}

/// The rider is at the store.
#[utoipa::path(put, operation_id = "arriveForDelivery", path = "/deliveries/{id}/arrive", tag = "rider",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), responses(
    (status = 200, description = "The job.", body = Delivery, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn arrive(ask: Ask, Id(order): Id<OrderId>) -> Result<Hal<Delivery>, Refused> {
    act(ask, order, RiderAction::Arrive, String::new()).await
}

/// 배달시작: the rider has the food.
#[utoipa::path(put, operation_id = "pickDelivery", path = "/deliveries/{id}/pick", tag = "rider",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), request_body(content = Option<Pick>), responses(
    (status = 200, description = "The job.", body = Delivery, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn pick(
    ask: Ask,
    Id(order): Id<OrderId>,
    body: Option<Body<Pick>>,
) -> Result<Hal<Delivery>, Refused> {
    let (number, sent) = body.map(|Body(pick, sent)| (pick.number, sent)).unwrap_or_default();
    check_typed("number", number.as_deref())?;
    act(ask, order, RiderAction::PickUp { number }, sent).await
}

/// 배달완료: the customer has the food.
#[utoipa::path(put, operation_id = "finishDelivery", path = "/deliveries/{id}/deliver", tag = "rider",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), request_body(content = Option<Deliver>), responses(
    (status = 200, description = "The job.", body = Delivery, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn deliver(
    ask: Ask,
    Id(order): Id<OrderId>,
    body: Option<Body<Deliver>>,
) -> Result<Hal<Delivery>, Refused> {
    let (code, sent) = body.map(|Body(deliver, sent)| (deliver.code, sent)).unwrap_or_default();
    check_typed("code", code.as_deref())?;
    act(ask, order, RiderAction::Deliver { code }, sent).await
}

/// It cannot be delivered.
#[utoipa::path(put, operation_id = "failDelivery", path = "/deliveries/{id}/fail", tag = "rider",
    params(("id" = Uuid, Path, description = "The order"), KeyHeader, VersionHeader), request_body = Failure, responses(
    (status = 200, description = "The job.", body = Delivery, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn fail(
    ask: Ask,
    Id(order): Id<OrderId>,
    Body(failure, sent): Body<Failure>,
) -> Result<Hal<Delivery>, Refused> {
    let reason = match failure.reason {
        FailureReason::CustomerAbsent => FailReason::CustomerAbsent,
        FailureReason::Accident => FailReason::Accident,
    };
    act(ask, order, RiderAction::Fail { reason }, sent).await
}

/// A rider's day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rider {
    /// `self`, `deliveries`, `duty`, `position` and `live`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// Whether the rider takes jobs.
    on_duty: bool,
    /// Latitude, in degrees; `null` before the first position.
    #[schema(example = 37.5501)]
    lat: Option<f64>,
    /// Longitude, in degrees.
    #[schema(example = 126.9148)]
    lon: Option<f64>,
    /// How far is near, in metres.
    #[schema(example = 3_000)]
    radius: u32,
    /// Deliveries done since midnight in Seoul.
    #[schema(example = 4)]
    done_today: u32,
    /// Earned since midnight in Seoul, in won.
    #[schema(example = 14_000)]
    earned_today: u64,
}

impl Rider {
    fn new(base: &Base, view: &RiderView) -> Self {
        Self {
            links: base.links([
                ("self", "/riders/me"),
                ("deliveries", "/deliveries"),
                ("duty", "/riders/me/duty"),
                ("position", "/riders/me/position"),
                ("live", "/live/rider"),
            ]),
            on_duty: view.on_duty,
            lat: view.place.map(|place| place.lat),
            lon: view.place.map(|place| place.lon),
            radius: view.radius_m,
            done_today: view.done_today,
            earned_today: view.earned_today.get(),
        }
    }
}

async fn rider_now(ask: &Ask) -> Result<Hal<Rider>, Refused> {
    let view = ask.desk.rider(&ask.caller).await?;
    let version = version_of_rider(RiderState { on_duty: view.on_duty, place: view.place });
    Ok(Hal::versioned(Rider::new(&ask.base, &view), version))
}

/// The rider's day.
#[utoipa::path(get, operation_id = "showRider", path = "/riders/me", tag = "rider", responses(
    (status = 200, description = "The day.", body = Rider, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    ReadErrors
))]
pub(super) async fn me(ask: Ask) -> Result<Hal<Rider>, Refused> {
    rider_now(&ask).await
}

/// Goes on or off duty.
#[utoipa::path(put, operation_id = "setDuty", path = "/riders/me/duty", tag = "rider",
    params(KeyHeader, VersionHeader), request_body = Duty, responses(
    (status = 200, description = "The day.", body = Rider, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn duty(ask: Ask, Body(duty, sent): Body<Duty>) -> Result<Hal<Rider>, Refused> {
    ask.desk.change_rider(&ask.caller, RiderChange::Duty(duty.on_duty), &ask.asked(sent)).await?;
    rider_now(&ask).await.map_err(Refused::once_done)
}

/// Says where the rider is.
#[utoipa::path(put, operation_id = "setPosition", path = "/riders/me/position", tag = "rider",
    params(KeyHeader, VersionHeader), request_body = Position, responses(
    (status = 200, description = "The day.", body = Rider, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    CommandErrors
))]
pub(super) async fn position(ask: Ask, Body(position, sent): Body<Position>) -> Result<Hal<Rider>, Refused> {
    let field = Field::Position;
    let place =
        Point::new(position.lat, position.lon).ok_or(Fault::field(FieldFault::Malformed { field }))?;
    ask.desk.change_rider(&ask.caller, RiderChange::Place(Some(place)), &ask.asked(sent)).await?;
    rider_now(&ask).await.map_err(Refused::once_done)
}
