//! What several pages share.

pub mod area;
pub mod basket;
pub mod bill;
pub mod cards;
pub mod command;
pub mod connection;
pub mod fault;
pub mod field;
pub mod loaded;
pub mod opening;
pub mod panel;
pub mod picture;
pub mod pieces;
pub mod progress;
pub mod reason;
pub mod secret;
pub mod timeline;
pub mod title;
pub mod toast;
pub mod top;

pub use area::{SelectField, TextArea};
pub use command::{CommandForm, Submit};
pub use fault::FaultNote;
pub use field::TextField;
pub use loaded::{Drafted, Loaded, Refusals, still_wrong, use_draft_id, with_draft};
pub use panel::{use_closing, use_menu};
pub use picture::picture_url;
pub use pieces::use_pieces;
pub use reason::{ReasonField, is_of_reason};
pub use secret::Secret;
pub use title::title_of;
pub use toast::{Toasts, use_toast};
pub use top::Top;
