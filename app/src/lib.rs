//! The pages of Baedal, rendered on the server and brought to life in the browser.
//!
//! [`api`] holds the server functions, [`pages`] one module per page, [`components`] what several pages share.
//! `backend` is the port behind the server functions, and the one module that exists on the server alone.

// The view macro nests types deeply.
#![recursion_limit = "512"]

pub mod api;
pub mod app;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod components;
pub mod i18n;
pub mod live;
pub mod pages;
pub mod paths;
pub mod shell;
pub mod words;

pub use app::App;

/// Brings the page that the server rendered to life.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
    if let Some(root) = leptos::prelude::document().document_element() {
        // What only works with a script is shown from here on.
        let _ = root.set_attribute("data-hydrated", "");
    }
}
