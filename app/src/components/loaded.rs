//! A page's data: awaited, shown, or not to be had.

use super::command::leave;
use super::fault::sentence;
use crate::api::account::draft;
use crate::api::{ApiError, login_path};
use crate::i18n::use_locale;
use crate::pages::not_found::Lost;
use crate::say;
use domain::views::{Fault, FormDraft};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// What a page shows, and the draft that its URL names.
pub type Drafted<T> = (T, Option<FormDraft>);

/// The id of the draft that the page's URL names.
pub fn use_draft_id() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("draft")))
}

/// A page's data together with its draft.
pub async fn with_draft<T>(
    data: impl Future<Output = Result<T, ApiError>>,
    id: Option<String>,
) -> Result<Drafted<T>, ApiError> {
    let data = data.await?;
    let draft = match id {
        Some(id) => draft(id).await?,
        None => None,
    };
    Ok((data, draft))
}

/// The refusal of a draft, unless it only asked for the login that has led back here.
pub fn still_wrong(draft: &FormDraft) -> Option<ApiError> {
    (draft.fault != Fault::NotSignedIn).then(|| ApiError::Fault(draft.fault.clone()))
}

/// Where a page shows refusals: those of its commands, and at first that of its draft. It outlives the page's data, which is
/// loaded anew after a command.
#[derive(Clone, Copy, Debug)]
pub struct Refusals {
    /// The refusal that is shown.
    pub error: RwSignal<Option<ApiError>>,
    from_draft: StoredValue<bool>,
}

impl Refusals {
    /// None yet.
    pub fn new() -> Self {
        Self { error: RwSignal::new(None), from_draft: StoredValue::new(false) }
    }

    /// Shows the refusal of the draft, the first time it comes.
    pub fn first(self, draft: Option<&FormDraft>) {
        if let Some(draft) = draft
            && !self.from_draft.get_value()
        {
            self.from_draft.set_value(true);
            self.error.set(still_wrong(draft));
        }
    }
}

impl Default for Refusals {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows a page's data once it is there. Inside of `main`; the data must come from a blocking resource.
#[component]
pub fn Loaded<T, V, F>(
    /// The data.
    data: Resource<Result<T, ApiError>>,
    /// The page that shows it.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=Skeleton>
            {move || {
                data.get()
                    .map(|result| match result {
                        Ok(data) => children(data).into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    })
            }}
        </Transition>
    }
    .into_any()
}

/// What stands there until the data is there.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div aria-busy="true">
            <p class="sr-only">{say!(use_locale(), common.loading)}</p>
            <div class="skel skel--title" aria-hidden="true"></div>
            <div class="skel skel--card" aria-hidden="true"></div>
            <div class="skel skel--card" aria-hidden="true"></div>
        </div>
    }
    .into_any()
}

/// The data is not to be had.
#[component]
fn Failure(error: ApiError) -> impl IntoView {
    let locale = use_locale();
    let here = use_location();
    let here = Memo::new(move |_| {
        let (path, query) = (here.pathname.get(), here.search.get());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    });
    if error.fault() == Some(&Fault::NotSignedIn) {
        // A full load: the server's own pages know who has logged in.
        Effect::new(move |_| leave(&login_path(&here.get_untracked())));
    }
    if error.fault() == Some(&Fault::NotFound) {
        return view! { <div class="page--lost"><Lost/></div> }.into_any();
    }
    view! {
        <div class="empty">
            <h2 class="empty__title">{say!(locale, common.failed_title)}</h2>
            <p class="empty__text">{sentence(locale, &error)}</p>
            <a class="btn btn--primary" rel="external" href=move || here.get()>{say!(locale, common.retry)}</a>
        </div>
    }
    .into_any()
}
