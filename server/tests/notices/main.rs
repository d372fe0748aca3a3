//! Notices, from an event to the phone: the storage, the reader, the sender, and a double of the provider. A binary of its own, because it
//! needs no running city but for the page.
#![allow(missing_docs, unreachable_pub)]
// Helpers of tests are tests.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::wrong_self_convention)]

#[path = "../common/mod.rs"]
mod common;

mod contract;
mod double;
mod page;
mod sending;
mod town;
