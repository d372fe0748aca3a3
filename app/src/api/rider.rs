//! The rider's page.

use super::{ApiError, Done};
use domain::shared::OrderId;
use domain::views::RiderView;
use leptos::prelude::*;

/// The caller's jobs, and those near by.
#[server(prefix = "/api", endpoint = "rider/view")]
pub async fn rider() -> Result<RiderView, ApiError> {
    let (backend, caller) = super::context()?;
    super::answer(backend.rider(&caller).await)
}

/// Takes a job.
#[server(prefix = "/api", endpoint = "rider/claim")]
pub async fn claim(order: OrderId, key: String) -> Result<Done, ApiError> {
    act(order, domain::views::RiderAction::Claim, &key, "claim", None).await
}

/// Gives a job back before the pickup.
#[server(prefix = "/api", endpoint = "rider/release")]
pub async fn release(order: OrderId, key: String) -> Result<Done, ApiError> {
    act(order, domain::views::RiderAction::Release, &key, "release", None).await
}

/// At the store.
#[server(prefix = "/api", endpoint = "rider/arrive")]
pub async fn arrive(order: OrderId, key: String) -> Result<Done, ApiError> {
    act(order, domain::views::RiderAction::Arrive, &key, "arrive", None).await
}

/// Has the food; `number` is the one on the bag as typed.
#[server(prefix = "/api", endpoint = "rider/pick")]
pub async fn pick(order: OrderId, key: String, #[server(default)] number: String) -> Result<Done, ApiError> {
    let action = domain::views::RiderAction::PickUp { number: Some(number.clone()) };
    act(order, action, &key, "pick", Some(number)).await
}

/// The customer has the food; `code` is the customer's as typed.
#[server(prefix = "/api", endpoint = "rider/deliver")]
pub async fn deliver(order: OrderId, key: String, #[server(default)] code: String) -> Result<Done, ApiError> {
    let action = domain::views::RiderAction::Deliver { code: Some(code.clone()) };
    act(order, action, &key, "deliver", Some(code)).await
}

/// It cannot be delivered.
#[server(prefix = "/api", endpoint = "rider/fail")]
pub async fn fail(
    order: OrderId,
    key: String,
    reason: domain::delivery::FailReason,
) -> Result<Done, ApiError> {
    act(order, domain::views::RiderAction::Fail { reason }, &key, "fail", None).await
}

/// Goes on or off duty.
#[server(prefix = "/api", endpoint = "rider/duty")]
pub async fn duty(on_duty: bool) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.set_duty(&caller, on_duty).await;
    finish_duty(result, "duty", Vec::new()).await
}

/// Says where the rider is, in degrees as typed, or as `place` in one text: `37.5499,126.9139`.
#[server(prefix = "/api", endpoint = "rider/position")]
pub async fn position(
    #[server(default)] lat: String,
    #[server(default)] lon: String,
    #[server(default)] place: String,
) -> Result<Done, ApiError> {
    use domain::shared::Point;
    use domain::views::{Fault, Field, FieldFault};
    let (backend, caller) = super::context()?;
    let fields = vec![("lat".to_owned(), lat.clone()), ("lon".to_owned(), lon.clone())];
    let (lat, lon) = place.split_once(',').unwrap_or((&lat, &lon));
    let point = match (lat.trim().parse(), lon.trim().parse()) {
        (Ok(lat), Ok(lon)) => Point::new(lat, lon),
        _ => None,
    };
    let result = match point {
        Some(point) => backend.set_position(&caller, point).await,
        None => Err(Fault::field(FieldFault::Malformed { field: Field::Position })),
    };
    finish_duty(result, "position", fields).await
}

#[cfg(feature = "ssr")]
async fn act(
    order: OrderId,
    action: domain::views::RiderAction,
    key: &str,
    name: &str,
    text: Option<String>,
) -> Result<Done, ApiError> {
    let (backend, caller) = super::context()?;
    let result = backend.act_on_job(&caller, order, action, key).await;
    let fields = std::iter::once(("action".to_owned(), name.to_owned()))
        .chain(text.map(|text| ("typed".to_owned(), text)))
        .collect();
    let form = domain::views::DraftForm::Job;
    super::finish(result, form, order.to_string(), fields, "/rider", |()| "/rider".to_owned()).await
}

#[cfg(feature = "ssr")]
async fn finish_duty(
    result: crate::backend::Answer<()>,
    action: &str,
    mut fields: Vec<(String, String)>,
) -> Result<Done, ApiError> {
    fields.push(("action".to_owned(), action.to_owned()));
    let form = domain::views::DraftForm::Duty;
    super::finish(result, form, "", fields, "/rider", |()| "/rider".to_owned()).await
}
