//! What the server meets outside of itself, each behind a port: the clock, the payment provider, the provider of messages,
//! the map.

pub mod breaker;
pub mod cells;
pub mod clock;
pub mod geocoder;
pub mod notify;
pub mod payment;
pub mod secret;
