//! One module per page.

pub mod account;
pub mod application;
pub mod cards;
pub mod cart;
pub mod change;
pub mod checkout;
pub mod inbox;
pub mod login;
pub mod menu;
pub mod not_found;
pub mod operator;
pub mod order;
pub mod orders;
pub mod owner;
pub mod rider;
pub mod signup;
pub mod stores;
pub mod unreadable;
pub mod webhooks;
