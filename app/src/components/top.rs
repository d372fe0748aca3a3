//! The bar at the top of every page.

use crate::api::account::ACCOUNT;
use crate::components::{use_menu, use_pieces};
use crate::i18n::use_locale;
use crate::pages::inbox::LATEST;
use crate::say;
use crate::shell::Session;
use domain::shared::Locale;
use domain::views::{AccountView, Caller, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The bar at the top of every page: where one can go, the language, the theme and the account.
#[component]
pub fn Top() -> impl IntoView {
    let locale = use_locale();
    let session: Session = use_context().unwrap_or_default();
    let home = session.role().map_or("/", Role::home);
    let links = match session.role() {
        Some(Role::Owner) => vec![("/owner", say!(locale, common.board))],
        Some(Role::Rider) => vec![("/rider", say!(locale, common.rides))],
        Some(Role::Operator) => vec![("/operator", say!(locale, common.console))],
        Some(Role::Applicant) => vec![("/application", say!(locale, common.application))],
        _ => vec![("/orders", say!(locale, common.orders))],
    };
    let caller = Caller { account: session.account.clone(), ..Caller::default() };
    let cart = caller.has_cart().then(|| view! { <CartLink/> });
    let inbox = is_told(session.role()).then(|| {
        view! {
            <a class="tool" href=LATEST aria-label=say!(locale, notices.page.open)>
                <span class="icon icon--talk" aria-hidden="true"></span>
            </a>
        }
    });
    let path = use_location().pathname;
    let links = links
        .into_iter()
        .map(|(href, name)| {
            let current = move || (path.get() == href).then_some("page");
            view! { <a class="top__link" href=href aria-current=current>{name}</a> }
        })
        .collect_view();
    view! {
        <a class="skip" href="#main" rel="external">{say!(locale, common.skip)}</a>
        <header class="top">
            <div class="top__in">
                <a class="logo" href=home>
                    <span class="logo__mark" aria-hidden="true"></span>
                    <span class="logo__word">{say!(locale, common.brand)}</span>
                </a>
                <nav class="top__nav" aria-label=say!(locale, common.main_menu)>{links}</nav>
                <div class="top__tools">
                    <LanguageSwitch/>
                    <ThemeSwitch/>
                    {inbox}
                    {cart}
                    <Account account=session.account/>
                </div>
            </div>
        </header>
    }
    .into_any()
}

/// The most that the link to the cart counts: more does not fit.
const MOST: u32 = 99;

/// The way to the cart, with how many pieces are in it.
#[component]
fn CartLink() -> impl IntoView {
    let locale = use_locale();
    let pieces = use_pieces();
    let label = move || match pieces.count() {
        0 => say!(locale, common.cart).to_owned(),
        count => say!(locale, common.cart_with, count = count),
    };
    let count = move || match pieces.count() {
        0 => None,
        count => Some(if count > MOST { format!("{MOST}+") } else { count.to_string() }),
    };
    view! {
        <a class="tool tool--cart" href="/cart" aria-label=label data-pieces=move || pieces.count().to_string()>
            <span class="icon icon--cart" aria-hidden="true"></span>
            {move || count().map(|count| view! { <span class="tool__count" aria-hidden="true">{count}</span> })}
        </a>
    }
}

/// Whether somebody of this role has an inbox.
fn is_told(role: Option<Role>) -> bool {
    matches!(role, Some(Role::Customer | Role::Owner | Role::Rider))
}

/// The path and query of the page, for forms that lead back to it.
#[component]
fn Next() -> impl IntoView {
    let location = use_location();
    let here = move || {
        let (path, query) = (location.pathname.get(), location.search.get());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    };
    view! { <input type="hidden" name="next" value=here/> }
}

#[component]
fn LanguageSwitch() -> impl IntoView {
    let locale = use_locale();
    let other = match locale {
        Locale::Ko => Locale::En,
        Locale::En => Locale::Ko,
    };
    view! {
        <form method="post" action="/lang">
            <Next/>
            <button class="tool tool--text" name="lang" value=other.tag() lang=other.tag()>
                {say!(locale, common.other_language)}
            </button>
        </form>
    }
    .into_any()
}

#[component]
fn ThemeSwitch() -> impl IntoView {
    let locale = use_locale();
    view! {
        <form class="theme" method="post" action="/theme">
            <Next/>
            <button class="tool theme__dark" name="theme" value="dark" aria-label=say!(locale, common.theme_dark)>
                <span class="icon icon--moon" aria-hidden="true"></span>
            </button>
            <button class="tool theme__light" name="theme" value="light" aria-label=say!(locale, common.theme_light)>
                <span class="icon icon--sun" aria-hidden="true"></span>
            </button>
        </form>
    }
    .into_any()
}

#[component]
fn Account(account: Option<AccountView>) -> impl IntoView {
    let locale = use_locale();
    let Some(account) = account else {
        return view! { <a class="btn btn--s" href="/login">{say!(locale, common.login)}</a> }.into_any();
    };
    let inbox = is_told(Some(account.role)).then(|| {
        view! { <a class="menu__link" href=LATEST>{say!(locale, notices.page.title)}</a> }
    });
    // Also what the bar itself has room for on wide screens alone.
    let links = match account.role {
        Role::Customer => {
            vec![("/orders", say!(locale, common.orders)), ("/cards", say!(locale, common.cards))]
        }
        Role::Owner => vec![("/owner", say!(locale, common.board))],
        Role::Rider => vec![("/rider", say!(locale, common.rides))],
        Role::Operator => vec![
            ("/operator", say!(locale, common.console)),
            ("/operator/settlement", say!(locale, operator.settlement.title)),
        ],
        Role::Applicant => vec![("/application", say!(locale, common.application))],
    };
    let links = links
        .into_iter()
        .map(|(href, name)| view! { <a class="menu__link" href=href>{name}</a> })
        .collect_view();
    let panel = use_menu();
    view! {
        <details node_ref=panel class="menu">
            <summary class="tool" aria-label=say!(locale, common.account)>
                <span class="icon icon--user" aria-hidden="true"></span>
            </summary>
            <div class="menu__panel">
                <p class="menu__who">{account.name}</p>
                {links}
                {inbox}
                <a class="menu__link" href=ACCOUNT>{say!(locale, common.account)}</a>
                <form method="post" action="/logout">
                    <button class="menu__link">{say!(locale, common.logout)}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
