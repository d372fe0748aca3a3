//! Notices: who is told what, in which words' stead, and how long it is tried. What is told of which event, the views know.
//!
//! A notice is data: a template, and what is filled into it. Its sentence is made where it is read, in the reader's language. Nothing
//! personal is ever filled in: no name, phone number, address or note of a customer.

mod notice;
mod template;
mod tries;

pub use crate::shared::Tried;
pub use notice::{Notice, Recipient, Variables, is_news};
pub use template::{Template, Variable};
pub use tries::{Tries, failed};
