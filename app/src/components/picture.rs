//! Pictures.

use crate::shell::Session;
use leptos::prelude::*;

/// The URL of one of the site's pictures, which a browser may keep for as long as it names the same content.
pub fn picture_url(path: &str) -> String {
    let version = use_context::<Session>().map(|session| session.settings.pictures).unwrap_or_default();
    if path.is_empty() || version.is_empty() { path.to_owned() } else { format!("{path}?v={version}") }
}
