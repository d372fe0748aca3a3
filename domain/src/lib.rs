//! The rules of Baedal.
//!
//! Everything in here is pure: time, ids and randomness are arguments, nothing reads a clock, a disk or a network.
//! The same code runs in the browser and on the server. The contexts (`order`, `payment`, `store`, `delivery`, `notification`, `enrolment`,
//! `webhook`) do not
//! know each other; only [`processes`] and [`views`] see several of them.

#![allow(
    clippy::match_same_arms,
    reason = "a table of states says each row, also where two rows say the same"
)]

pub mod delivery;
pub mod enrolment;
pub mod notification;
pub mod order;
pub mod payment;
pub mod processes;
pub mod shared;
pub mod store;
pub mod views;
pub mod webhook;
