//! The document around the pages, and what the server tells every page.

use crate::App;
use domain::shared::{Locale, Text};
use domain::views::{AccountView, Caller, Role};
use http::HeaderMap;
use http::header::COOKIE;
use http::request::Parts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use serde::{Deserialize, Serialize};

/// URL paths of the site's hashed files; empty when the binary was built without them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The program's JavaScript module.
    pub js: String,
    /// Its WebAssembly file.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

/// A demo account that the login page offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLogin {
    /// Its login name.
    pub login: String,
    /// Its password, which is no secret.
    pub password: String,
    /// What it may do: a name of [`Role`].
    pub role: String,
    /// The person's name, with the store's for an owner.
    pub name: Text,
}

/// What the pages need to know of the server's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether this is the demo world.
    pub demo: bool,
    /// The accounts to try it with; empty without the demo.
    pub demo_logins: Vec<DemoLogin>,
    /// Whether pages may open a live stream.
    pub live: bool,
    /// Names the content of all pictures: part of their URLs, so that browsers keep them until one has changed.
    pub pictures: String,
}

/// What every page knows without asking: written into the document, so that both halves render the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The language.
    pub locale: Locale,
    /// Who has logged in.
    pub account: Option<AccountView>,
    /// How many pieces are in the cart.
    pub pieces: u32,
    /// The server's settings.
    pub settings: Settings,
}

/// How many pieces are in the caller's cart: beside the [`Caller`] in the request for a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InCart(pub u32);

impl Session {
    /// The session of the request that is being answered. Read on the server; the browser gets it with the document.
    pub fn of_request() -> Self {
        let parts = use_context::<Parts>();
        let of_request = parts.as_ref().map(|parts| &parts.extensions);
        let caller = of_request.and_then(|parts| parts.get::<Caller>().cloned()).unwrap_or_default();
        let InCart(pieces) = of_request.and_then(|parts| parts.get().copied()).unwrap_or_default();
        let settings = use_context().unwrap_or_default();
        Self { locale: caller.locale, account: caller.account, pieces, settings }
    }

    /// The role of who has logged in.
    pub fn role(&self) -> Option<Role> {
        self.account.as_ref().map(|account| account.role)
    }
}

/// The value of a cookie, as the browser sent it.
pub fn cookie<'r>(headers: &'r HeaderMap, name: &str) -> Option<&'r str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The document. Needs [`Assets`] and [`Settings`] as contexts, and the request's parts with the [`Caller`].
pub fn shell() -> impl IntoView {
    let assets: Assets = use_context().unwrap_or_default();
    let locale = Session::of_request().locale;
    let parts = use_context::<Parts>();
    let theme = parts.as_ref().and_then(|parts| cookie(&parts.headers, "theme"));
    let theme = theme.filter(|theme| matches!(*theme, "light" | "dark")).map(str::to_owned);
    let start = format!(
        "import init, {{ hydrate }} from \"{}\"; init({{ module_or_path: \"{}\" }}).then(() => hydrate());",
        assets.js, assets.wasm
    );
    let program = (!assets.js.is_empty() && !assets.wasm.is_empty()).then(|| {
        view! {
            <link rel="modulepreload" href=assets.js.clone()/>
            <link rel="preload" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" href=assets.wasm.clone()/>
            <script type="module" nonce=use_nonce() inner_html=start></script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang=locale.tag() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#0b3a33"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0f2d28"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="stylesheet" href=assets.css/>
                {program}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
