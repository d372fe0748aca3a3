//! The owner's commands.

use super::ordering::{own, store_of};
use super::{Commands, account};
use crate::storage::{Decide, Ran, Subject};
use domain::processes::DomainEvent;
use domain::shared::{Aggregate, OrderId};
use domain::store::{self, ticket};
use domain::views::{Caller, Fault, Role, StoreDay, TicketAction, check_reason};

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
        let body = format!("{order}|{action:?}");
        self.on_case(account, order, "ticket", key, body, move |case, at| {
            own(case.ticket.opened.as_ref().is_some_and(|opened| opened.store == store))?;
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
        let account = account(caller, Role::Owner)?;
        let store = store_of(account.store)?;
        let body = format!("{store}|{action:?}");
        let decide: Decide = Box::new(move |loaded, at| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            let command = match action {
                StoreDay::Capacity { capacity } => store::Command::SetCapacity { capacity, at },
                StoreDay::Pause { minutes } => {
                    store::Command::Pause { until: minutes.map(|minutes| at.plus_minutes(minutes)), at }
                }
                StoreDay::Reopen => store::Command::Reopen { at },
                StoreDay::Busy { minutes } => store::Command::SetBusy { minutes, at },
                StoreDay::AnswerLimit { minutes } => store::Command::SetAnswerLimit { minutes, at },
            };
            Ok(store.decide(command)?.map(DomainEvent::Store))
        });
        self.run(account, Subject::Store(store), "store", Some((key, body)), decide).await
    }
}
