//! Which pages are for whom. What is shown and done is authorised again where it is read and decided; this only
//! leads people to the login and back.

use axum::http::{Method, Uri};
use domain::views::{Caller, Role};

use super::in_query;

/// Pages by the beginning of their path, and the roles they are for.
const PAGES: [(&str, &[Role]); 10] = [
    ("/orders", &[Role::Customer]),
    ("/checkout", &[Role::Customer]),
    ("/cards", &[Role::Customer]),
    ("/owner", &[Role::Owner]),
    ("/rider", &[Role::Rider]),
    ("/operator", &[Role::Operator]),
    ("/application", &[Role::Applicant]),
    ("/inbox", &[Role::Customer, Role::Owner, Role::Rider]),
    ("/account", &[Role::Customer, Role::Owner, Role::Rider, Role::Operator, Role::Applicant]),
    ("/webhooks", &[Role::Customer, Role::Owner, Role::Rider]),
];

/// The login page that leads back, when this page is not for this caller.
pub(super) fn elsewhere(method: &Method, uri: &Uri, caller: &Caller) -> Option<String> {
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    let roles = roles_of(uri.path())?;
    if let Some(account) = &caller.account
        && !roles.contains(&account.role)
        && (account.role == Role::Applicant || roles == [Role::Applicant])
    {
        // An applicant has one page; and whoever has been let in meanwhile has others.
        return Some(account.role.home().to_owned());
    }
    let next = in_query(uri.path_and_query().map_or("/", |path| path.as_str()));
    match &caller.account {
        None => Some(format!("/login?next={next}")),
        Some(account) if !roles.contains(&account.role) => Some(format!("/login?next={next}&wrong_role=1")),
        Some(_) => None,
    }
}

/// Whether somebody of this role can look at the page at this local path.
pub(super) fn is_for(role: Role, path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    roles_of(path).is_none_or(|needed| needed.contains(&role))
}

/// The roles that a page is for; `None` for everybody.
fn roles_of(path: &str) -> Option<&'static [Role]> {
    PAGES
        .iter()
        .find(|(start, _)| {
            path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .map(|(_, roles)| *roles)
}
