//! The operator's commands.

use super::{Commands, account};
use crate::storage::Ran;
use domain::delivery;
use domain::shared::OrderId;
use domain::views::{Caller, OperatorAction, Role, require_reason};

impl Commands {
    /// Acts on an order that needs a person.
    pub async fn operate(&self, caller: &Caller, order: OrderId, action: OperatorAction, key: &str) -> Ran {
        let account = account(caller, Role::Operator)?;
        if let OperatorAction::Cancel { reason } | OperatorAction::GiveUp { reason, .. } = &action {
            require_reason(reason)?;
        }
        let body = format!("{action:?}");
        self.on_case(account, order, "operate", key, body, move |case, now| match action.clone() {
            OperatorAction::Cancel { reason } => case.call_off(reason, now),
            OperatorAction::TakeBack => {
                case.placed()?;
                case.ask_delivery(delivery::Command::TakeBack { at: now })
            }
            OperatorAction::GiveUp { refund, reason } => case.give_up_because(refund, reason, now),
        })
        .await
    }
}
