//! A page's data: loaded, changed by live messages, loaded again.

use super::{Connection, use_live};
use crate::api::{ApiError, login_path};
use crate::components::command::leave;
use crate::components::fault::sentence;
use crate::components::use_toast;
use crate::i18n::use_locale;
use domain::views::{Fault, LiveMessage};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use std::rc::Rc;

/// How often data that are older than what the page shows are asked for again.
const TRIES: u32 = 5;

/// A page that follows what happens.
pub struct LivePage<T: Send + Sync + 'static> {
    /// What it shows.
    pub data: RwSignal<T>,
    /// How its stream does.
    pub connection: Signal<Connection>,
    /// Counts how often it was asked to load its data again.
    asked: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Copy for LivePage<T> {}

impl<T: Send + Sync + 'static> Clone for LivePage<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> LivePage<T> {
    /// Loads the data again.
    pub fn refresh(self) {
        // The page may have been left meanwhile: then there is nothing to load.
        self.asked.try_update(|asked| *asked = asked.wrapping_add(1));
    }

    /// Where the page's forms put their refusals. A refused command is kept under its key: whoever tries again with something else
    /// needs a new one, and so the data are loaded again. When only the way there failed, the same key makes sure that nothing is
    /// done twice. `refused` is what a draft says.
    pub fn use_errors(self, refused: Option<Fault>) -> RwSignal<Option<ApiError>> {
        let errors = RwSignal::new(refused.map(ApiError::Fault));
        Effect::new(move |before: Option<()>| {
            let refused = errors
                .with(|error: &Option<ApiError>| error.as_ref().is_some_and(|error| error.fault().is_some()));
            // What stands there from the beginning was refused before the page was loaded.
            if refused && before.is_some() {
                self.refresh();
            }
        });
        // The way there is open again, and the page has loaded what is: what could not be reached before says nothing any more.
        let connection = self.connection;
        Effect::new(move |_| {
            let unreached = |error: &Option<ApiError>| matches!(error, Some(ApiError::Transport(_)));
            if connection.get() == Connection::Live && errors.with_untracked(unreached) {
                errors.set(None);
            }
        });
        errors
    }
}

/// Shows `data` and keeps it up with the stream at `path`. `position` is the log's position that the data show, `apply` takes a
/// message in and answers whether the data have to be loaded again, which `load` does.
pub fn use_live_page<T, F>(
    data: T,
    path: String,
    position: fn(&T) -> u64,
    apply: impl Fn(&mut T, &LiveMessage) -> bool + 'static,
    load: impl Fn() -> F + 'static,
) -> LivePage<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    let after = position(&data);
    let data = RwSignal::new(data);
    let asked = RwSignal::new(0);
    let here = use_location();
    let (toast, locale) = (use_toast(), use_locale());
    let load = Rc::new(load);

    // The position that is shown afterwards; `None` when the page could not be loaded or has been left.
    let reload = move || {
        let load = load.clone();
        async move {
            match load_newer(data, position, &*load).await {
                Ok(position) => position,
                Err(ApiError::Fault(Fault::NotSignedIn)) => {
                    leave(&login_path(&here.pathname.get_untracked()));
                    None
                }
                // The mark of the connection says so all the while.
                Err(ApiError::Transport(reason)) => {
                    leptos::logging::warn!("cannot load the page again: {reason}");
                    None
                }
                Err(error) => {
                    toast.show(sentence(locale, &error));
                    None
                }
            }
        }
    };

    let again = reload.clone();
    Effect::new(move |before: Option<u32>| {
        let asked = asked.get();
        if before.is_some_and(|before| before != asked) {
            let loading = again();
            spawn_local(async move {
                loading.await;
            });
        }
        asked
    });

    let on_message = move |message: LiveMessage| {
        let stale = data.try_update(|data| apply(data, &message)).unwrap_or(false);
        if stale {
            asked.update(|asked| *asked = asked.wrapping_add(1));
        }
    };
    let connection = use_live(Signal::stored(path), after, on_message, reload);
    LivePage { data, connection, asked }
}

/// Loads until the data are not older than what is shown already, which live messages may have moved on meanwhile.
async fn load_newer<T, F>(
    data: RwSignal<T>,
    position: fn(&T) -> u64,
    load: &dyn Fn() -> F,
) -> Result<Option<u64>, ApiError>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>>,
{
    for attempt in 1..=TRIES {
        let fresh = load().await?;
        let Some(shown) = data.try_with_untracked(position) else {
            return Ok(None);
        };
        let loaded = position(&fresh);
        if loaded >= shown || attempt == TRIES {
            data.set(fresh);
            return Ok(Some(loaded));
        }
    }
    Ok(None)
}
