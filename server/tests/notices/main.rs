//! Notices and webhooks, from an event to the phone or to the other program: the storage, the readers, the senders, and doubles of those who
//! receive. A binary of its own, because it needs no running city but for the pages.
#![allow(missing_docs, unreachable_pub)]
// Helpers of tests are tests.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::wrong_self_convention)]

#[path = "../common/mod.rs"]
mod common;

mod contract;
// The crash tests start a server with what it says.
#[allow(dead_code)]
mod double;
mod page;
mod receiver;
mod sending;
mod town;
mod webhooks;
