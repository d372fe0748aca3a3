//! Where an application stands, and the form to correct one that was refused.

use super::fields::{PersonFields, RiderFields, StoreFields, Values};
use crate::api::ApiError;
use crate::api::enrolment::application;
use crate::components::command::{Refused, leave};
use crate::components::timeline::moment_ago_alone;
use crate::components::{Drafted, FaultNote, Loaded, use_draft_id, with_draft};
use crate::i18n::use_locale;
use crate::say;
use domain::enrolment::{Part, Phase};
use domain::views::{ApplicationView, DraftForm, Fault, Typed};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use std::time::Duration;

/// How often a page that waits for the decision asks for it.
const ASKS: Duration = Duration::from_secs(5);
/// The page.
const PAGE: &str = "/application";

/// Where the caller's application stands.
#[component]
pub fn Status() -> impl IntoView {
    let locale = use_locale();
    let draft = use_draft_id();
    let data = Resource::new_blocking(move || draft.get(), |draft| with_draft(application(), draft));
    view! {
        <Title text=say!(locale, application.status.title)/>
        <main id="main" class="page page--narrow">
            <Loaded data let:loaded>
                <Content loaded/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Content(loaded: Drafted<ApplicationView>) -> impl IntoView {
    let locale = use_locale();
    let (view, draft) = loaded;
    let (name, class, text) = match view.phase {
        Phase::New | Phase::Filed => (
            say!(locale, application.status.filed),
            "chip chip--paused",
            say!(locale, application.status.filed_text),
        ),
        Phase::Approved => (
            say!(locale, application.status.approved),
            "chip chip--open",
            say!(locale, application.status.approved_text),
        ),
        Phase::Refused => (
            say!(locale, application.status.refused),
            "chip chip--rejected",
            say!(locale, application.status.refused_text),
        ),
    };
    let what = match view.part {
        Part::Owner => say!(locale, application.status.owner),
        Part::Rider => say!(locale, application.status.rider),
    };
    let refused = view.phase == Phase::Refused;
    if !refused {
        follow(view.phase);
    }
    let decided = view.decided_at.map(|at| {
        view! {
            <div class="facts__fact">
                <dt>{say!(locale, application.status.decided_at)}</dt>
                <dd>{moment_ago_alone(locale, at, view.now)}</dd>
            </div>
        }
    });
    let reason = refused.then(|| {
        view! {
            <div class="alert alert--warn" data-reason="">
                <h2 class="alert__title">{say!(locale, application.status.reason)}</h2>
                <p class="alert__text">{view.reason.clone()}</p>
            </div>
        }
    });
    let below = if refused {
        let draft = draft.filter(|draft| draft.form == DraftForm::Application);
        let fault = draft.as_ref().map(|draft| draft.fault.clone());
        let typed = draft.map_or_else(|| view.typed.clone(), |draft| Typed(draft.fields));
        view! { <Again part=view.part number=view.number typed fault/> }.into_any()
    } else {
        // Loaded anew: whoever was let in meanwhile is led to a page of their own.
        view! { <a class="btn btn--block" href=PAGE rel="external">{say!(locale, application.status.reload)}</a> }
            .into_any()
    };
    view! {
        <header class="page__head page__head--row">
            <h1 class="page__title">{say!(locale, application.status.title)}</h1>
            <span class=class data-application=view.phase.name()>{name}</span>
        </header>
        {reason}
        <section class="panel">
            <p role="status">{text}</p>
            <dl class="facts facts--stack">
                <div class="facts__fact">
                    <dt>{say!(locale, application.status.what)}</dt>
                    <dd>{what}</dd>
                </div>
                <div class="facts__fact">
                    <dt>{say!(locale, application.status.filed_at)}</dt>
                    <dd>{moment_ago_alone(locale, view.filed_at, view.now)}</dd>
                </div>
                <div class="facts__fact">
                    <dt>{say!(locale, application.status.times)}</dt>
                    <dd class="num">{view.number}</dd>
                </div>
                {decided}
            </dl>
        </section>
        {below}
    }
    .into_any()
}

/// The form once more, with what was filed the last time. A plain form, as the first one was.
#[component]
fn Again(part: Part, number: u32, typed: Typed, fault: Option<Fault>) -> impl IntoView {
    let locale = use_locale();
    let error = Signal::stored(fault.map(ApiError::Fault));
    provide_context(Refused(error));
    let values = Values(Some(typed));
    let of_part = match part {
        Part::Owner => view! { <StoreFields values=values.clone()/> }.into_any(),
        Part::Rider => view! { <RiderFields values=values.clone()/> }.into_any(),
    };
    view! {
        <FaultNote error/>
        <form class="door__form" method="post" action=PAGE>
            <input type="hidden" name="number" value=number.saturating_add(1).to_string()/>
            <PersonFields values/>
            {of_part}
            <button class="btn btn--primary btn--l btn--block" data-action="again">
                {say!(locale, application.status.again)}
            </button>
        </form>
    }
    .into_any()
}

/// Loads the page anew once the application is not `shown` any more. Without a script the reader does so.
fn follow(shown: Phase) {
    Effect::new(move |_| {
        let ask = move || {
            spawn_local(async move {
                match application().await {
                    Ok(view) if view.phase == shown => {}
                    // Let in, the account is an applicant's no more; forgotten, it is nobody's.
                    Ok(_) | Err(ApiError::Fault(Fault::WrongRole | Fault::NotSignedIn | Fault::NotFound)) => {
                        leave(PAGE)
                    }
                    Err(error) => leptos::logging::warn!("cannot ask about the application: {error}"),
                }
            });
        };
        match set_interval_with_handle(ask, ASKS) {
            Ok(handle) => on_cleanup(move || handle.clear()),
            Err(error) => leptos::logging::error!("the page does not ask by itself: {error:?}"),
        }
    });
}
