//! Putting a store on the map whose owner was let in.

use super::Commands;
use crate::adapters::clock::new_uuid;
use crate::storage::{Decide, LogError, Ran, Subject, Unit};
use domain::processes::DomainEvent;
use domain::shared::Aggregate;
use domain::store::{Command, Store};
use domain::views::{Actor, Fault, NewStore};
use uuid::Uuid;

impl Commands {
    /// Registers a store, once: one that is there already stays as its owner has made it since.
    pub async fn register_store(&self, actor: Actor, new: NewStore) -> Result<Ran, LogError> {
        self.log.execute(registering(new_uuid(self.clock.now()), actor, new)).await
    }
}

/// The unit that puts a store on the map.
pub(crate) fn registering(command: Uuid, actor: Actor, new: NewStore) -> Unit {
    let subject = Subject::Store(new.profile.id);
    let decide: Decide = Box::new(move |loaded, at| {
        let store = loaded.store.as_deref().cloned().unwrap_or_else(Store::default);
        let (profile, menu, hours) = (Box::new(new.profile.clone()), new.menu.clone(), new.hours.clone());
        let decision = store.decide(Command::Register { profile, menu, hours, at });
        Ok(decision.map_err(Fault::from)?.map(DomainEvent::Store))
    });
    Unit { command, actor, subject, key: None, completes: None, decide }
}
