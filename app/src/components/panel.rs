//! Panels that open and close.

use crate::api::Done;
use leptos::prelude::*;
use leptos::web_sys::{Element, EventTarget, HtmlElement};
use leptos::{ev, html};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

/// A panel that is a menu: it closes after a click elsewhere or on one of its links, when the focus leaves it, by Escape, and when the page
/// changes.
pub fn use_menu() -> NodeRef<html::Details> {
    let panel = NodeRef::<html::Details>::new();
    let opened = move || panel.get_untracked().filter(leptos::web_sys::HtmlDetailsElement::open);
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        // What was opened before the script came stays.
        if before.is_some_and(|before| before != path)
            && let Some(panel) = opened()
        {
            panel.set_open(false);
        }
        path
    });
    Effect::new(move |_| {
        let left = move |target: Option<EventTarget>, closing: &str| {
            let Some(panel) = opened() else { return };
            let target = target.and_then(|target| target.dyn_into::<Element>().ok());
            let stays = target.is_some_and(|target| {
                panel.contains(Some(&target)) && !matches!(target.closest(closing), Ok(Some(_)))
            });
            if !stays {
                panel.set_open(false);
            }
        };
        let handles = [
            window_event_listener(ev::click, move |event| left(event.target(), "a")),
            // Nothing inside closes it by being reached.
            window_event_listener(ev::focusin, move |event| left(event.target(), ":not(*)")),
            window_event_listener(ev::keydown, move |event| {
                if event.key() == "Escape"
                    && let Some(panel) = opened()
                {
                    panel.set_open(false);
                    let handle = panel.query_selector("summary").ok().flatten();
                    if let Some(handle) = handle.and_then(|handle| handle.dyn_into::<HtmlElement>().ok())
                        && let Err(error) = handle.focus()
                    {
                        leptos::logging::warn!("the menu's handle does not take the focus: {error:?}");
                    }
                }
            }),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    });
    panel
}

/// A panel with a form that closes once the form has done what it is for, before `after` is run.
pub fn use_closing(after: Callback<Done>) -> (NodeRef<html::Details>, Callback<Done>) {
    let panel = NodeRef::<html::Details>::new();
    let done = Callback::new(move |done: Done| {
        if let Some(panel) = panel.get_untracked() {
            panel.set_open(false);
        }
        after.run(done);
    });
    (panel, done)
}
