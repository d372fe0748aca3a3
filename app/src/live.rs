//! Live pages: the one stream of a page, its clock, and how the page's data follows both.
//!
//! Everything here happens in effects, which run in the browser alone: the server renders a page as it stands.

mod clock;
mod page;
mod stream;

pub use clock::use_clock;
pub use page::{LivePage, use_live_page};
pub use stream::{Connection, use_live};
