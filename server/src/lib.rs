//! Baedal's server: one binary that serves the pages, keeps every order in one event log, runs the processes and streams each change.

// The pages' types are nested deeply.
#![recursion_limit = "512"]

pub mod accounts;
pub mod adapters;
pub mod backend;
pub mod cli;
pub mod commands;
pub mod config;
pub mod crash;
pub mod demo;
pub mod http;
pub mod limits;
pub mod live;
mod markup;
pub mod pay_sandbox;
pub mod processes;
pub mod read_models;
pub mod rest;
pub mod router;
mod seed;
pub mod serving;
pub mod startup;
pub mod storage;
pub mod tokens;
pub mod web_store;
