//! The form of a command: plain HTML that a script makes quicker.

use super::fault::FaultNote;
use crate::api::{ApiError, Done, login_path};
use domain::views::Fault;
use leptos::form::FromFormData;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::{FormData, SubmitEvent};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use serde::de::DeserializeOwned;
use server_fn::codec::{Json, PostUrl};
use server_fn::{Http, ServerFn};
use std::sync::Arc;

/// Whether the form around is being sent.
#[derive(Clone, Copy, Debug)]
struct Pending(Signal<bool>);

/// Why the form around was refused: [`super::TextField`] shows what concerns it.
#[derive(Clone, Copy, Debug)]
pub struct Refused(pub Signal<Option<ApiError>>);

/// The form of a command.
///
/// Without a script it is posted to the server function, which sends the browser on or back with a draft. With one it is sent
/// in the background: what was typed stays where it is, and a refusal is shown in the form.
#[component]
pub fn CommandForm<S>(
    /// The server function; only its type matters.
    #[prop(optional)]
    command: Option<ServerAction<S>>,
    /// The class of the form.
    #[prop(optional, into)]
    class: &'static str,
    /// The id of the form, for buttons outside of it.
    #[prop(optional, into)]
    id: Option<String>,
    /// Why it was refused before, as a draft says.
    #[prop(default = None, into)]
    refused: Option<Fault>,
    /// Where refusals are put, for a page that shows them itself or outlives this form.
    #[prop(optional, into)]
    errors: Option<RwSignal<Option<ApiError>>>,
    /// Shows no refusals in the form, because the page does.
    #[prop(optional)]
    quiet: bool,
    /// Has a lot typed into it: if the session turns out to be over, the server keeps it until after the login.
    #[prop(optional)]
    keep: bool,
    /// What to do once it is done, instead of going where the command leads.
    #[prop(optional, into)]
    on_done: Option<Callback<Done>>,
    /// What to do besides showing it when the server says no.
    #[prop(optional, into)]
    on_refused: Option<Callback<Fault>>,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView
where
    S: DeserializeOwned
        + ServerFn<Protocol = Http<PostUrl, Json>, Output = Done, Error = ApiError>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let action = command.unwrap_or_default();
    let errors = errors.unwrap_or_default();
    if let Some(fault) = refused.filter(|fault| *fault != Fault::NotSignedIn) {
        errors.set(Some(ApiError::Fault(fault)));
    }
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let here = use_location();
    let here = move || {
        let (path, query) = (here.pathname.get_untracked(), here.search.get_untracked());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    };

    Effect::new(move |_| {
        let Some(result) = action.value().get() else {
            return;
        };
        match result {
            Ok(done) => {
                errors.set(None);
                match (on_done, &done.go) {
                    (Some(on_done), _) => on_done.run(done),
                    (None, Some(go)) => navigate(go, NavigateOptions::default()),
                    (None, None) => {}
                }
            }
            Err(ApiError::Fault(Fault::NotSignedIn)) => match form.get_untracked() {
                // Sent the plain way, the form ends at the login with what was typed kept as a draft.
                Some(form) if keep && form.submit().is_ok() => {}
                _ => leave(&login_path(&here())),
            },
            Err(error) => {
                if let (Some(on_refused), ApiError::Fault(fault)) = (on_refused, &error) {
                    on_refused.run(fault.clone());
                }
                errors.set(Some(error));
            }
        }
    });

    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if action.pending().get_untracked() {
            return;
        }
        match S::from_event(&event) {
            Ok(input) => {
                action.dispatch(input);
            }
            Err(error) => {
                leptos::logging::warn!("a form cannot be read: {error}");
                errors.set(Some(ApiError::Fault(Fault::Unreadable)));
            }
        }
    };

    provide_context(Pending(action.pending().into()));
    provide_context(Refused(errors.into()));
    view! {
        <form node_ref=form id=id class=class action=S::url() method="post" on:submit=on_submit>
            {(!quiet).then(|| view! { <FaultNote error=errors/> })}
            {children()}
        </form>
    }
    .into_any()
}

/// A button that sends the form around it.
#[component]
pub fn Submit(
    /// The class of the button.
    #[prop(into)]
    class: &'static str,
    /// What it does, for those who look for it by `data-action`.
    #[prop(optional, into)]
    action: Option<&'static str>,
    /// The name of the value it sends.
    #[prop(optional, into)]
    name: Option<&'static str>,
    /// The value it sends.
    #[prop(optional, into)]
    value: Option<String>,
    /// Its accessible name, where its content is a picture.
    #[prop(optional, into)]
    label: Option<String>,
    /// What stands on it.
    children: Children,
) -> impl IntoView {
    let pending = use_context::<Pending>();
    let busy = move || {
        pending
            // The form may be gone by the time its answer is there.
            .is_some_and(|Pending(pending)| pending.try_get().unwrap_or_default())
            .then_some("true")
    };
    view! {
        <button
            type="submit"
            class=class
            name=name
            value=value
            aria-label=label
            data-action=action
            aria-busy=busy
            aria-disabled=busy
        >
            {children()}
        </button>
    }
    .into_any()
}

/// For a form that looks something up: the button that sends it has no name, and so no place in the URL.
pub fn without_button() -> Arc<dyn Fn(&FormData)> {
    Arc::new(|data| data.delete(""))
}

/// Leaves for another page of this server by loading it. Does nothing on the server.
pub fn leave(path: &str) {
    if cfg!(feature = "hydrate")
        && let Err(error) = window().location().assign(path)
    {
        leptos::logging::error!("cannot go to {path}: {error:?}");
    }
}
