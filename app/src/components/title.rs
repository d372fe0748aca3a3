//! Titles with text from people.

/// A title for [`leptos_meta::Title`]. That writes it into the page as it stands, and in the browser sets it as text: so it is escaped on the
/// server alone.
pub fn title_of(text: &str) -> String {
    if cfg!(feature = "ssr") {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}
