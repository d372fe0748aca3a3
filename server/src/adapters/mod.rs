//! What the server meets outside of itself, each behind a port: the clock, the payment provider, the provider of messages,
//! the map, and the programs that are told by webhooks.

pub mod breaker;
pub mod cells;
pub mod clock;
pub mod geocoder;
pub mod notify;
mod outside;
pub mod payment;
pub mod secret;
pub mod webhooks;
