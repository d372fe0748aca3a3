//! The translations: `say!(locale, namespace.key, name = value)` is the sentence in a language of the pages.
//!
//! The server decides the language of a request and both halves take it from there, so that nothing is guessed twice.

pub use generated::i18n::*;
use leptos::prelude::*;

#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    elided_lifetimes_in_paths,
    clippy::all,
    clippy::pedantic
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

/// The translations' own name for a language.
pub const fn words(locale: domain::shared::Locale) -> Locale {
    match locale {
        domain::shared::Locale::Ko => Locale::ko,
        domain::shared::Locale::En => Locale::en,
    }
}

/// The language of the page that is rendered; Korean outside of one.
pub fn use_locale() -> domain::shared::Locale {
    use_context().unwrap_or_default()
}

/// A sentence in a language: `&'static str`, or `String` when values are filled in.
#[macro_export]
macro_rules! say {
    ($locale:expr, $($sentence:tt)*) => {
        ::leptos_i18n::td_string!($crate::i18n::words($locale), $($sentence)*)
    };
}
