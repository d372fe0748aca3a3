//! Plain forms: login, sign-up, logout, language and look. All answer 303, but for what is too much: that is a page with 429 that leads to
//! where 303 would.

use app::paths::local_path;
use app::words;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::header::REFERER;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use domain::shared::{AccountId, Locale};
use domain::views::{AccountView, Caller, DraftForm, Fault, FormDraft, Role};
use serde::Deserialize;
use tower_sessions::Session;
use tower_sessions::cookie::time::Duration;

use super::again::{self, Why};
use super::bearer::OfBrowser;
use super::client::ClientAddr;
use super::session::{begin, by_tag, end};
use super::too_many::refusing;
use super::{add_cookie, guard, in_query, see_other, site_cookie, unavailable};
use crate::accounts::NewAccount;
use crate::adapters::clock::new_uuid;
use crate::router::AppState;
use crate::web_store::WebStoreError;

/// The fields of `POST /login`.
#[derive(Deserialize)]
pub struct LoginForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// The fields of `POST /signup`.
#[derive(Deserialize)]
pub struct SignUpForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    next: String,
}

/// The fields of `POST /lang`.
#[derive(Deserialize)]
pub struct Lang {
    #[serde(default)]
    lang: String,
    #[serde(default)]
    next: String,
}

/// The fields of `POST /theme`.
#[derive(Deserialize)]
pub struct Theme {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`: on to `next` or the role's own page; refused, back to the form with what was typed, except of the
/// password.
pub async fn login(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    OfBrowser(session): OfBrowser,
    Extension(ClientAddr(from)): Extension<ClientAddr>,
    Form(typed): Form<LoginForm>,
) -> Response {
    let verified = match state.limits.login(from, &typed.login, &caller.visitor) {
        Ok(()) => state.accounts.verify(&typed.login, &typed.password).await.map_err(Fault::from),
        Err(fault) => Err(fault),
    };
    let account = match verified {
        Ok(account) => account,
        Err(fault) => {
            let fields = vec![("login".to_owned(), typed.login)];
            return refused(&state, &caller, "/login", DraftForm::Login, fields, fault, &typed.next).await;
        }
    };
    state.limits.logged_in(&typed.login, &caller.visitor);
    welcome(&state, &caller, &session, &account, &typed.next).await
}

/// `POST /signup`: a new customer, logged in at once; refused, back to the form as with the login.
pub async fn signup(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    OfBrowser(session): OfBrowser,
    Extension(ClientAddr(from)): Extension<ClientAddr>,
    Form(typed): Form<SignUpForm>,
) -> Response {
    let now = state.clock.now();
    let new = NewAccount {
        id: AccountId(new_uuid(now)),
        login: typed.login.clone(),
        password: typed.password,
        name: typed.name.clone(),
        phone: typed.phone.clone(),
        role: Role::Customer,
        store: None,
        address: String::new(),
        address_detail: String::new(),
    };
    let added = match state.limits.signup(from) {
        Ok(()) => state.accounts.add(new, now).await.map_err(Fault::from),
        Err(fault) => Err(fault),
    };
    let account = match added {
        Ok(account) => account,
        Err(fault) => {
            let fields = [("login", typed.login), ("name", typed.name), ("phone", typed.phone)]
                .map(|(field, typed)| (field.to_owned(), typed))
                .into();
            return refused(&state, &caller, "/signup", DraftForm::SignUp, fields, fault, &typed.next).await;
        }
    };
    prefer(&state, account.id, caller.locale).await;
    welcome(&state, &caller, &session, &account, &typed.next).await
}

/// `POST /logout`: the session and its live streams end; what was typed, and where this person lives, is forgotten; the cart stays.
pub async fn logout(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    OfBrowser(session): OfBrowser,
) -> Response {
    if let Err(error) = forget_person(&state, &caller).await {
        tracing::error!(%error, "what was typed cannot be forgotten");
        return unavailable(caller.locale);
    }
    match end(&state, &session).await {
        Ok(()) => see_other("/"),
        Err(error) => {
            tracing::error!(%error, "a session cannot be ended");
            unavailable(caller.locale)
        }
    }
}

/// What somebody typed in this browser, and where they live, is not the next one's.
async fn forget_person(state: &AppState, caller: &Caller) -> Result<(), WebStoreError> {
    state.web.forget_drafts(&caller.visitor).await?;
    state.web.forget_place(&caller.visitor).await
}

/// `POST /lang`: remembers the language for a year, and whoever has logged in is told in it from now on.
pub async fn lang(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Form(typed): Form<Lang>,
) -> Response {
    let chosen = by_tag(&typed.lang);
    if let (Some(locale), Some(account)) = (chosen, &caller.account) {
        prefer(&state, account.id, locale).await;
    }
    remember(&state, &headers, chosen.map(|locale| ("lang", locale.tag().to_owned())), &typed.next)
}

/// Has somebody told in a language where no page is open. The pages go by their cookie whatever becomes of this.
pub(super) async fn prefer(state: &AppState, account: AccountId, locale: Locale) {
    if let Err(error) = state.accounts.set_locale(account, locale).await {
        tracing::warn!(%error, "the language of an account could not be remembered");
    }
}

/// `POST /theme`: remembers light, dark, or the system's choice for a year.
pub async fn theme(State(state): State<AppState>, headers: HeaderMap, Form(typed): Form<Theme>) -> Response {
    let known = ["auto", "light", "dark"].contains(&typed.theme.as_str());
    remember(&state, &headers, known.then_some(("theme", typed.theme)), &typed.next)
}

/// Goes on where a session begins. Whoever was logged in here before, and is somebody else, leaves what a logout leaves.
pub(super) async fn welcome(
    state: &AppState,
    caller: &Caller,
    session: &Session,
    account: &AccountView,
    next: &str,
) -> Response {
    if caller.account.as_ref().is_some_and(|before| before.id != account.id)
        && let Err(error) = forget_person(state, caller).await
    {
        tracing::error!(%error, "what another account left cannot be forgotten");
        return unavailable(caller.locale);
    }
    if let Err(error) = begin(state, session, account.id).await {
        tracing::error!(%error, "a session cannot be begun");
        return unavailable(caller.locale);
    }
    let next = local_path(next).filter(|path| !is_form(path) && guard::is_for(account.role, path));
    see_other(next.unwrap_or(account.role.home()))
}

/// Goes back to the form that was refused, with what was typed.
pub(super) async fn refused(
    state: &AppState,
    caller: &Caller,
    page: &str,
    form: DraftForm,
    fields: Vec<(String, String)>,
    fault: Fault,
    next: &str,
) -> Response {
    let too_soon = matches!(fault, Fault::TooMany { .. }).then(|| fault.clone());
    let draft = FormDraft { form, subject: String::new(), fields, fault };
    let draft = match state.web.keep_draft(&caller.visitor, &draft).await {
        Ok(draft) => draft,
        Err(WebStoreError::DraftTooLarge) => return came_back(state, caller, page, draft, next),
        Err(error) => {
            tracing::error!(%error, "a draft cannot be kept");
            return unavailable(caller.locale);
        }
    };
    let next = local_path(next).map(|next| format!("&next={}", in_query(next))).unwrap_or_default();
    let back = format!("{page}?draft={draft}{next}");
    match too_soon {
        Some(fault) => {
            let sentence = words::fault(caller.locale, &fault);
            refusing(again::leading_back(&state.assets.css, caller.locale, &sentence, &back), &fault)
        }
        None => see_other(&back),
    }
}

/// The answer to a form that is too large to be kept: itself.
fn came_back(state: &AppState, caller: &Caller, page: &str, draft: FormDraft, next: &str) -> Response {
    let FormDraft { mut fields, fault, .. } = draft;
    fields.retain(|(name, _)| !name.contains("password"));
    if !next.is_empty() {
        fields.push(("next".to_owned(), next.to_owned()));
    }
    let sentence = words::fault(caller.locale, &fault);
    refusing(again::page(&state.assets.css, caller.locale, Why::Wrong, &sentence, page, &fields), &fault)
}

/// Remembers a choice and goes back to where it was made. A choice that does not exist changes nothing.
fn remember(
    state: &AppState,
    headers: &HeaderMap,
    chosen: Option<(&'static str, String)>,
    next: &str,
) -> Response {
    let next =
        local_path(next).map(str::to_owned).or_else(|| came_from(headers)).unwrap_or_else(|| "/".to_owned());
    let mut response = see_other(&next);
    if let Some((name, value)) = chosen {
        let mut cookie = site_cookie(name, value, state.config.is_https());
        cookie.set_max_age(Duration::days(365));
        add_cookie(&mut response, &cookie);
    }
    response
}

/// The path of the page that sent a form. Its origin was checked before.
pub(super) fn came_from(headers: &HeaderMap) -> Option<String> {
    let uri: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    local_path(uri.path_and_query()?.as_str()).map(str::to_owned)
}

/// Whether a path is that of a form for which nobody wants to come back.
fn is_form(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    ["/login", "/signup", "/signup/owner", "/signup/rider", "/logout"].contains(&path)
}
