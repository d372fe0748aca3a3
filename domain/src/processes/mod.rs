//! What several contexts do together: the only place, with [`crate::views`], that knows more than one of them.
//!
//! [`Case`] holds everything that belongs to one order and decides the commands that touch more than one aggregate.
//! [`place_order`] is the saga from the placing to the doorstep as a pure table of steps.

mod case;
mod change;
mod charge;
mod earnings;
mod ends;
mod event;
pub mod place_order;
mod refunds;
mod settlement;
mod topics;
mod tries;
mod waits;

pub use case::{Case, CaseRefusal, Placing};
pub use charge::{
    CALL_OFF_HOURS, ChargeOutcome, ChargeTurn, OTHER_AMOUNT, OpenCharge, charge_key, of_charge_key,
};
pub use earnings::Earned;
pub use event::{Context, DomainEvent, SCHEMA_VERSION, UnknownEvent};
pub use refunds::{order_of_refund_key, refund_key};
pub use settlement::{Settlement, Takings};
pub use topics::{Topic, topics};
pub use tries::{STEP_TRIES, StepNext, StepTrouble, after_unwritten};
pub use waits::{Limits, Wait, WaitsFor};
