//! Filling an empty city with the demo world. A second start changes nothing.

use crate::accounts::{Accounts, NewAccount};
use crate::adapters::clock::new_uuid;
use crate::commands::registering;
use crate::demo::world;
use crate::read_models::Views;
use crate::startup::StartError;
use crate::storage::EventLog;
use app::shell::DemoLogin;
use domain::delivery::RiderChange;
use domain::shared::Timestamp;
use domain::views::{Actor, NewStore, Role};
use std::sync::Arc;

/// Seeds what is missing; answers the logins to offer.
pub(crate) async fn demo(
    log: &Arc<dyn EventLog>,
    views: &Arc<dyn Views>,
    accounts: &Accounts,
    now: Timestamp,
) -> Result<Vec<DemoLogin>, StartError> {
    let world = world()?;
    let logins = world.logins();
    let known = views.stores().await?.1;
    let is_known =
        |id| known.iter().any(|store| store.profile.as_ref().is_some_and(|profile| profile.id == id));
    for (profile, menu, hours) in &world.stores {
        if is_known(profile.id) {
            continue;
        }
        let new = NewStore { profile: profile.clone(), menu: menu.clone(), hours: hours.clone() };
        let unit = registering(new_uuid(now), Actor::System, new);
        log.execute(unit).await?.map_err(|fault| StartError::Seed(fault.to_string()))?;
    }
    for account in world.accounts.iter().cloned() {
        if accounts.by_login(&account.login).await?.is_some() {
            continue;
        }
        let (id, role, place) = (account.id, account.role, account.place);
        let new = NewAccount {
            id,
            login: account.login,
            password: account.password,
            name: account.name,
            phone: account.phone,
            role,
            store: account.store,
            address: account.address,
            address_detail: account.address_detail,
        };
        accounts.add(new, now).await?;
        if role == Role::Rider {
            views.change_rider(id, RiderChange::Place(place), now, None).await?;
            views.change_rider(id, RiderChange::Duty(true), now, None).await?;
        }
    }
    Ok(logins
        .into_iter()
        .map(|login| DemoLogin {
            login: login.login,
            password: login.password,
            role: login.role.name().to_owned(),
            name: login.name,
        })
        .collect())
}
