//! Live streams: committed events go to whoever looks at their topics.

mod hub;

pub use hub::{Hub, Subscription, Wake};
