//! Plain forms of those who want to take part: the sign-up of owners and of riders, and an application that is filed again. All answer
//! 303, or 429 when it is too much; a refused one leads back to its form with everything that was typed but for the password.

use axum::Extension;
use axum::extract::{Form, State};
use axum::response::Response;
use domain::enrolment::Part;
use domain::views::{Caller, DraftForm, Typed};
use tower_sessions::Session;

use super::bearer::OfBrowser;
use super::client::ClientAddr;
use super::login::{prefer, refused, welcome};
use super::see_other;
use crate::router::AppState;

type Fields = Form<Vec<(String, String)>>;

/// `POST /signup/owner`: the account and the application of a store's owner, logged in at once.
pub async fn owner(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    OfBrowser(session): OfBrowser,
    Extension(from): Extension<ClientAddr>,
    Form(fields): Fields,
) -> Response {
    sign_up(&state, &caller, &session, from, Part::Owner, fields).await
}

/// `POST /signup/rider`: the same of a rider.
pub async fn rider(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    OfBrowser(session): OfBrowser,
    Extension(from): Extension<ClientAddr>,
    Form(fields): Fields,
) -> Response {
    sign_up(&state, &caller, &session, from, Part::Rider, fields).await
}

async fn sign_up(
    state: &AppState,
    caller: &Caller,
    session: &Session,
    from: ClientAddr,
    part: Part,
    mut fields: Vec<(String, String)>,
) -> Response {
    let (page, form) = match part {
        Part::Owner => ("/signup/owner", DraftForm::SignUpOwner),
        Part::Rider => ("/signup/rider", DraftForm::SignUpRider),
    };
    let mut password = String::new();
    fields.retain_mut(|(name, typed)| {
        let is_password = name == "password";
        if is_password {
            password = std::mem::take(typed);
        }
        !is_password
    });
    let applied = match state.limits.signup(from.0) {
        Ok(()) => state.backend.apply(caller, part, Typed(fields.clone()), &password).await,
        Err(fault) => Err(fault),
    };
    match applied {
        Ok(account) => {
            prefer(state, account.id, caller.locale).await;
            welcome(state, caller, session, &account, "").await
        }
        Err(fault) => refused(state, caller, page, form, fields, fault, "").await,
    }
}

/// `POST /application`: a refused applicant files again.
pub async fn again(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Extension(ClientAddr(from)): Extension<ClientAddr>,
    Form(fields): Fields,
) -> Response {
    const PAGE: &str = "/application";
    let typed = Typed(fields.clone());
    // What is no number is no filing that could be the next one.
    let number = typed.get("number").parse().unwrap_or_default();
    let filed = match state.limits.signup(from) {
        Ok(()) => state.backend.file_again(&caller, number, typed).await,
        Err(fault) => Err(fault),
    };
    match filed {
        Ok(()) => see_other(PAGE),
        Err(fault) => refused(&state, &caller, PAGE, DraftForm::Application, fields, fault, "").await,
    }
}
