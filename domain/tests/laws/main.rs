//! Laws that hold for any sequence of commands, whoever gives them and however the payment provider behaves.

#[path = "../common/mod.rs"]
mod common;

mod acts;
mod aggregates;
mod earnings;
mod enrolment;
mod faults;
mod kitchen;
mod notices;
mod payment;
mod provider;
mod saga;
mod shown;
mod store;
mod views;
mod waits;
mod world;
