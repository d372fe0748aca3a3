//! The invariants of the whole server, each under its name. Those of read models and of crashes are in `rebuild` and `crash`.

mod kitchen;
mod log;
mod money;
mod near;
mod owners;

use crate::city::City;
use domain::processes::{Case, CaseRefusal, DomainEvent};
use domain::shared::{Decision, OrderId, Timestamp};
use domain::views::{Actor, Fault};
use server::adapters::clock::new_uuid;
use server::storage::{Decide, EventLog, Ran, Subject, Unit};

/// A command of the system about an order, as a timer would send it.
pub async fn by_system(
    city: &City,
    order: OrderId,
    decide: impl Fn(&Case, Timestamp) -> Result<Decision<DomainEvent>, CaseRefusal> + Send + Sync + 'static,
) -> Ran {
    let decide: Decide = Box::new(move |loaded, now| decide(&loaded.case, now).map_err(Fault::from));
    let unit = Unit {
        command: new_uuid(crate::ledger::now()),
        actor: Actor::System,
        subject: Subject::Order(order),
        key: None,
        completes: None,
        decide,
    };
    city.log.execute(unit).await.unwrap()
}
