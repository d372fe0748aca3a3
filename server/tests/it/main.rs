//! The server as a whole, in one test binary: it is linked once.
#![allow(missing_docs, unreachable_pub)]
// Helpers of tests are tests, and tests may look at a clock. Not every module uses every helper.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::unused_async,
    clippy::wrong_self_convention,
    dead_code
)]

#[path = "../common/mod.rs"]
mod common;

mod api;
mod applications;
mod books;
mod changes;
mod city;
mod console;
mod contract;
mod crash;
mod crowds;
#[path = "../notices/double.rs"]
mod double;
mod files;
mod forms;
mod functions;
mod gateway;
mod hanging;
mod house;
mod invariants;
mod ledger;
mod live;
mod model;
mod pages;
mod people;
mod process;
mod races;
mod rebuild;
#[path = "../notices/receiver.rs"]
mod receiver;
mod refusals;
mod search;
mod stopping;
mod store_day;
mod timers;
mod tokens;
mod troubles;
mod unwritten;
mod webhooks;
mod whole_way;
