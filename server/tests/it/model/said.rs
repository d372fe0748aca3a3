//! Who may ask at all, and whose answers the server keeps.

use super::acts::{Act, Who};
use super::city::{City, Said};

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
}
