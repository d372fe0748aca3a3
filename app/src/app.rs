//! The frame of every page and the map of URLs to pages.

use crate::components::pieces::provide_pieces;
use crate::components::toast::provide_toast;
use crate::components::{Toasts, Top};
use crate::i18n::use_locale;
use crate::pages;
use crate::say;
use crate::shell::Session;
use leptos::prelude::*;
use leptos_meta::{Body, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};

/// The whole of the pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let session = SharedValue::new(Session::of_request).into_inner();
    provide_context(session.locale);
    provide_pieces(session.pieces);
    provide_context(session);
    provide_toast();
    let brand = say!(use_locale(), common.brand);
    view! {
        <Title text=brand formatter=move |title: String| if title == brand { title } else { format!("{title} · {brand}") }/>
        <Router>
            <Area/>
            <Top/>
            <Routes fallback=pages::not_found::NotFound>
                <Route path=path!("/") view=pages::stores::Stores ssr=SsrMode::Async/>
                <Route path=path!("/stores/:id") view=pages::menu::StoreMenu ssr=SsrMode::Async/>
                <Route path=path!("/cart") view=pages::cart::Cart ssr=SsrMode::Async/>
                <Route path=path!("/checkout") view=pages::checkout::Checkout ssr=SsrMode::Async/>
                <Route path=path!("/cards") view=pages::cards::Cards ssr=SsrMode::Async/>
                <Route path=path!("/login") view=pages::login::Login ssr=SsrMode::Async/>
                <Route path=path!("/signup") view=pages::signup::SignUp ssr=SsrMode::Async/>
                <Route path=path!("/signup/owner") view=pages::application::OwnerSignUp ssr=SsrMode::Async/>
                <Route path=path!("/signup/rider") view=pages::application::RiderSignUp ssr=SsrMode::Async/>
                <Route path=path!("/application") view=pages::application::status::Status ssr=SsrMode::Async/>
                <Route path=path!("/orders") view=pages::orders::Orders ssr=SsrMode::Async/>
                <Route path=path!("/orders/:id") view=pages::order::Order ssr=SsrMode::Async/>
                <Route path=path!("/orders/:id/change") view=pages::change::Change ssr=SsrMode::Async/>
                <Route path=path!("/owner/orders/:id") view=pages::operator::story::Story ssr=SsrMode::Async/>
                <Route path=path!("/rider/orders/:id") view=pages::operator::story::Story ssr=SsrMode::Async/>
                <Route path=path!("/operator") view=pages::operator::Operator ssr=SsrMode::Async/>
                <Route path=path!("/operator/orders/:id") view=pages::operator::story::Story ssr=SsrMode::Async/>
                <Route
                    path=path!("/operator/settlement")
                    view=pages::operator::settlement::Settlement
                    ssr=SsrMode::Async
                />
                <Route path=path!("/inbox") view=pages::inbox::Inbox ssr=SsrMode::Async/>
                <Route path=path!("/account") view=pages::account::Account ssr=SsrMode::Async/>
                <Route path=path!("/webhooks") view=pages::webhooks::Webhooks ssr=SsrMode::Async/>
                <Route path=path!("/unreadable") view=pages::unreadable::Unreadable ssr=SsrMode::Async/>
                <Route path=path!("/owner") view=pages::owner::Owner ssr=SsrMode::Async/>
                <Route path=path!("/rider") view=pages::rider::Rider ssr=SsrMode::Async/>
            </Routes>
            <Toasts/>
        </Router>
    }
}

/// Tells the style sheet whose page this is.
#[component]
fn Area() -> impl IntoView {
    let path = use_location().pathname;
    let area = move || match path.get().split('/').nth(1) {
        Some("owner") => "area area--owner",
        Some("rider") => "area area--rider",
        Some("login" | "signup" | "application" | "cards" | "account" | "webhooks") => "area area--account",
        _ => "area area--customer",
    };
    view! { <Body {..} class=area/> }
}
