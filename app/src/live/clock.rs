//! A clock that goes on from the server's.

use domain::shared::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

/// The server's time, ticking every second. `now` is what the server's clock said when the page was made; until the browser
/// takes over, and on the server, that is the time: both halves render the same.
pub fn use_clock(now: Signal<Timestamp>) -> Signal<Timestamp> {
    let clock = RwSignal::new(now.get_untracked());
    // Only a page that was made anew starts the clock anew, not everything that changes on it.
    let now = Memo::new(move |_| now.get());
    Effect::new(move |_| {
        let start = now.get();
        clock.set(start);
        let began = js_sys::Date::now();
        let tick = move || {
            // Differences of the browser's clock only: what it shows may be wrong by hours. It may also be set back.
            let elapsed = (js_sys::Date::now() - began).max(0.0) as i64;
            clock.set(Timestamp(start.0.saturating_add(elapsed)));
        };
        match set_interval_with_handle(tick, Duration::from_secs(1)) {
            Ok(handle) => on_cleanup(move || handle.clear()),
            Err(error) => leptos::logging::error!("the clock does not tick: {error:?}"),
        }
    });
    clock.into()
}
