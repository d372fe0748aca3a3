//! The owner's commands.

use super::ordering::store_of;
use super::{Commands, account};
use crate::adapters::clock::new_uuid;
use crate::storage::{Decide, Ran, Subject};
use domain::processes::DomainEvent;
use domain::shared::{Aggregate, OrderId, Timestamp};
use domain::store::{Command, ticket};
use domain::views::{Caller, Fault, Role, StoreDay, TicketAction, check_reason};
use uuid::Uuid;

impl Commands {
    /// Acts on a ticket of the owner's store.
    pub async fn act_on_ticket(
        &self,
        caller: &Caller,
        order: OrderId,
        action: TicketAction,
        key: &str,
    ) -> Ran {
        let account = account(caller, Role::Owner)?;
        let store = store_of(account.store)?;
        if let TicketAction::Reject { reason } = &action {
            check_reason(reason)?;
        }
        let (name, body) = (name_of(&action), format!("{action:?}"));
        self.on_case(account, order, name, key, body, move |case, at| {
            case.ticket_of(store)?;
            match action.clone() {
                TicketAction::Accept { minutes } => case.ask_ticket(ticket::Command::Accept { minutes, at }),
                TicketAction::Reject { reason } => case.reject(ticket::RejectReason::Store(reason), at),
                TicketAction::Start => case.start_cooking(at),
                TicketAction::Finish => case.ask_ticket(ticket::Command::Finish { at }),
                TicketAction::Delay { minutes } => case.ask_ticket(ticket::Command::Delay { minutes, at }),
            }
        })
        .await
    }

    /// Acts on the owner's store itself.
    pub async fn act_on_store(&self, caller: &Caller, action: StoreDay, key: &str) -> Ran {
        self.act_on_store_as_one(caller, vec![action], key).await
    }

    /// Acts on the owner's store in several ways as one: all of them or none. They have the name of the first.
    pub async fn act_on_store_as_one(&self, caller: &Caller, actions: Vec<StoreDay>, key: &str) -> Ran {
        let account = account(caller, Role::Owner)?;
        let store = store_of(account.store)?;
        let (name, body) = (actions.first().map_or("store", name_of_day), format!("{actions:?}"));
        let now = self.clock.now();
        let asked: Vec<Timed> =
            actions.into_iter().map(|action| timed(action, &mut || new_uuid(now))).collect();
        let decide: Decide = Box::new(move |loaded, at| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(store.decide_all(asked.iter().map(|command| command(at)))?.map(DomainEvent::Store))
        });
        self.run(account, Subject::Store(store), name, Some((key, body)), decide).await
    }
}

/// The name of the command. An answer is one, whatever it says: what is changed about it is another body.
const fn name_of(action: &TicketAction) -> &'static str {
    match action {
        TicketAction::Accept { .. } | TicketAction::Reject { .. } => "answer",
        TicketAction::Start => "start",
        TicketAction::Finish => "finish",
        TicketAction::Delay { .. } => "delay",
    }
}

/// The name of the command; one for what can be set and taken back.
const fn name_of_day(action: &StoreDay) -> &'static str {
    match action {
        StoreDay::Capacity { .. } => "capacity",
        StoreDay::Pause { .. } | StoreDay::Reopen => "pause",
        StoreDay::Busy { .. } => "busy",
        StoreDay::AnswerLimit { .. } => "answer-limit",
        StoreDay::Hours { .. } => "hours",
        StoreDay::AddItem { .. } => "add-item",
        StoreDay::ChangeItem { .. } | StoreDay::SoldOut { .. } => "change-item",
    }
}

/// A command to a store, once it is known when it is carried out.
type Timed = Box<dyn Fn(Timestamp) -> Command + Send + Sync>;

/// What an owner asks of the store. `ids` makes the ids of what is new: here, once, because the log may decide a command again. They
/// are no part of what was asked, so that a repeat is recognised by its key and adds nothing.
fn timed(action: StoreDay, ids: &mut dyn FnMut() -> Uuid) -> Timed {
    match action {
        StoreDay::Capacity { capacity } => Box::new(move |at| Command::SetCapacity { capacity, at }),
        StoreDay::Pause { minutes } => Box::new(move |at| {
            let until = minutes.map(|minutes| at.plus_minutes(minutes));
            Command::Pause { until, at }
        }),
        StoreDay::Reopen => Box::new(move |at| Command::Reopen { at }),
        StoreDay::Busy { minutes } => Box::new(move |at| Command::SetBusy { minutes, at }),
        StoreDay::AnswerLimit { minutes } => Box::new(move |at| Command::SetAnswerLimit { minutes, at }),
        StoreDay::Hours { hours } => Box::new(move |at| Command::SetHours { hours: hours.clone(), at }),
        StoreDay::AddItem { section, item } => {
            let (section, item) = (section.with_id(ids), Box::new(item.with_ids(ids)));
            Box::new(move |at| Command::AddItem { section: section.clone(), item: item.clone(), at })
        }
        StoreDay::ChangeItem { item, change } => {
            Box::new(move |at| Command::ChangeItem { item, change: change.clone(), at })
        }
        StoreDay::SoldOut { item, until } => Box::new(move |at| Command::SetSoldOut { item, until, at }),
    }
}
