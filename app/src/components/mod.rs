//! What several pages share.

pub mod bill;
pub mod connection;
pub mod progress;
pub mod timeline;
pub mod top;

pub use top::Top;
