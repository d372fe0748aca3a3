//! Live streams: committed events go to whoever looks at their topics.

mod hub;
mod tail;

pub use hub::{Hub, Subscription, Wake};
pub use tail::Tail;
