//! The program that browsers load: one function, which brings the page that the server rendered to life.

#[cfg(feature = "hydrate")]
pub use app::hydrate;
