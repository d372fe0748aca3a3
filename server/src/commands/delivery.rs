//! The rider's commands.

use super::{Commands, account};
use crate::adapters::cells::middle_of_area;
use crate::storage::Ran;
use domain::delivery::{Command, RiderState, nearest};
use domain::processes::CaseRefusal;
use domain::shared::OrderId;
use domain::views::{Caller, RiderAction, Role};

impl Commands {
    /// Acts on a job. `rider` is the caller's duty and position.
    pub async fn act_on_job(
        &self,
        caller: &Caller,
        order: OrderId,
        action: RiderAction,
        rider: RiderState,
        key: &str,
    ) -> Ran {
        let account = account(caller, Role::Rider)?;
        let id = account.id;
        let radius_m = self.settings.rider_radius_m;
        let (name, body) = (name_of(&action), format!("{action:?}"));
        self.on_case(account, order, name, key, body, move |case, at| {
            let job = case.delivery.offered.as_ref().ok_or(CaseRefusal::NoSuchOrder)?;
            let command = match action.clone() {
                RiderAction::Claim => {
                    let distance_m = nearest(rider.place, job.store_point, middle_of_area(&job.cells));
                    Command::Claim { rider: id, on_duty: rider.on_duty, distance_m, radius_m, at }
                }
                RiderAction::Release => Command::Release { rider: id, at },
                RiderAction::Arrive => Command::Arrive { rider: id, at },
                RiderAction::PickUp { number } => Command::PickUp { rider: id, number, at },
                RiderAction::Deliver { code } => Command::Deliver { rider: id, code, at },
                RiderAction::Fail { reason } => Command::Fail { rider: Some(id), reason, at },
            };
            case.act_on_job(id, command)
        })
        .await
    }
}

/// The name of the command.
const fn name_of(action: &RiderAction) -> &'static str {
    match action {
        RiderAction::Claim => "claim",
        RiderAction::Release => "release",
        RiderAction::Arrive => "arrive",
        RiderAction::PickUp { .. } => "pick",
        RiderAction::Deliver { .. } => "deliver",
        RiderAction::Fail { .. } => "fail",
    }
}
