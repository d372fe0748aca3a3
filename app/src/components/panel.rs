//! Panels that open and close.

use crate::api::Done;
use leptos::html;
use leptos::prelude::*;

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
