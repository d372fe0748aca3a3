//! What programs elsewhere are told: where a webhook may lead, how a message is signed, and how it is carried there.

mod courier;
mod door;
mod sign;
#[cfg(test)]
mod tests;

pub use courier::{Answer, Courier, Outgoing, Patience};
pub use door::{Door, Lookup, SystemLookup, Target};
pub use sign::{secret_text, signature};
