//! Who may ask at all, whose answers the server keeps, and what is no repeat.

use super::acts::{Act, Ride, Typed, Who};
use super::city::{City, Said};
use domain::delivery::FailReason;
use domain::views::{OperatorAction, StoreDay, TicketAction};

pub const NOBODY: Said = Said::No(401, "not signed in");
pub const WRONG_ROLE: Said = Said::No(403, "wrong role");

/// Whoever the command is for, by the number in that role.
fn role(by: Who, of: fn(Who) -> Option<usize>) -> Result<usize, Said> {
    match by {
        Who::Nobody => Err(NOBODY),
        _ => of(by).ok_or(WRONG_ROLE),
    }
}

pub fn customer(by: Who) -> Result<usize, Said> {
    role(by, |who| if let Who::Customer(number) = who { Some(number) } else { None })
}

pub fn owner(by: Who) -> Result<usize, Said> {
    role(by, |who| if let Who::Owner(number) = who { Some(number) } else { None })
}

pub fn rider(by: Who) -> Result<usize, Said> {
    role(by, |who| if let Who::Rider(number) = who { Some(number) } else { None })
}

pub fn ensure(holds: bool, otherwise: Said) -> Result<(), Said> {
    if holds { Ok(()) } else { Err(otherwise) }
}

impl Act {
    /// Whether the server keeps this answer under the command's key: what is turned down at the door leaves no trace there.
    pub fn is_kept(&self, said: Said, city: &City) -> bool {
        let has_key = !matches!(
            self,
            Act::PayNow { .. }
                | Act::AtThePage { .. }
                | Act::Duty { .. }
                | Act::Again { .. }
                | Act::Clock { .. }
                | Act::Restart
        );
        // Without a job there is nothing that a rider could ask for.
        let asks_in_vain = match self {
            Act::Job { order, .. } => city.orders.get(order).is_none_or(|order| order.job.is_none()),
            _ => false,
        };
        let at_the_door = matches!(said, NOBODY | WRONG_ROLE | Said::No(_, "wrong field"));
        has_key && !asks_in_vain && !at_the_door
    }

    /// The same command about the same thing, with something else in it; `None` where it holds nothing. A key belongs to the command and to
    /// what it is about: under it this is a repeat that is none.
    pub fn other_than(&self) -> Option<Self> {
        let mut other = self.clone();
        match &mut other {
            // With another door.
            Act::Place { .. } => {}
            Act::Change { is_agreed, .. } => *is_agreed = !*is_agreed,
            Act::Job { act: Ride::PickUp(typed) | Ride::Deliver(typed), .. } => {
                *typed = if *typed == Typed::Right { Typed::Wrong } else { Typed::Right };
            }
            Act::Job { act: Ride::Fail(why), .. } => {
                let is_accident = *why == FailReason::Accident;
                *why = if is_accident { FailReason::CustomerAbsent } else { FailReason::Accident };
            }
            Act::Ticket {
                act: TicketAction::Accept { minutes } | TicketAction::Delay { minutes }, ..
            }
            | Act::Store { act: StoreDay::Busy { minutes } | StoreDay::AnswerLimit { minutes }, .. } => {
                *minutes += 5
            }
            Act::Ticket { act: act @ TicketAction::Reject { .. }, .. } => {
                *act = TicketAction::Accept { minutes: 20 }
            }
            Act::Store { act: StoreDay::Capacity { capacity }, .. } => *capacity += 1,
            Act::Store { act: act @ StoreDay::Reopen, .. } => *act = StoreDay::Pause { minutes: None },
            Act::Store { act: act @ StoreDay::Pause { .. }, .. } => *act = StoreDay::Reopen,
            Act::Operate { act, .. } => {
                let takes_back = *act == OperatorAction::TakeBack;
                let cancel = OperatorAction::Cancel { reason: "도로가 막혔어요".to_owned() };
                *act = if takes_back { cancel } else { OperatorAction::TakeBack };
            }
            _ => return None,
        }
        Some(other)
    }
}
