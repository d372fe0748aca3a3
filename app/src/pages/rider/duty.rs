//! On or off duty, and what the day has brought.

use super::Shift;
use super::place::{PlaceForm, Where};
use crate::api::rider::Duty as SetDuty;
use crate::components::connection::ConnectionMark;
use crate::components::{CommandForm, FaultNote, Submit};
use crate::i18n::use_locale;
use crate::say;
use domain::views::DraftForm;
use leptos::prelude::*;

/// The head of the page.
#[component]
pub fn Duty(
    /// What the page's parts share.
    shift: Shift,
) -> impl IntoView {
    let locale = use_locale();
    let live = shift.live;
    let draft = shift.draft_of(DraftForm::Duty, "");
    let errors = live.use_errors(draft.as_ref().map(|draft| draft.fault.clone()));
    let on = Memo::new(move |_| live.data.with(|view| view.on_duty));
    let day = Memo::new(move |_| live.data.with(|view| (view.done_today, view.earned_today)));
    let title = move || {
        if on.get() { say!(locale, rider.duty.on) } else { say!(locale, rider.duty.off) }
    };
    view! {
        <section
            class=move || if on.get() { "duty duty--on" } else { "duty duty--off" }
            data-duty=move || if on.get() { "on" } else { "off" }
        >
            <div class="duty__text">
                <h1 class="duty__title">{title}</h1>
                <Where shift/>
            </div>
            <CommandForm<SetDuty> quiet=true errors=errors on_done=shift.refresh()>
                <input type="hidden" name="on_duty" value=move || (!on.get()).to_string()/>
                <Submit
                    class="switch"
                    action="duty"
                    attr:role="switch"
                    attr:aria-checked=move || if on.get() { "true" } else { "false" }
                >
                    <span class="switch__knob" aria-hidden="true"></span>
                    <span class="sr-only">{say!(locale, rider.duty.switch)}</span>
                </Submit>
            </CommandForm<SetDuty>>
            <dl class="facts">
                <div class="facts__fact">
                    <dt>{say!(locale, rider.duty.today)}</dt>
                    <dd data-done=move || day.get().0>
                        {move || say!(locale, rider.duty.today_count, count = day.get().0)}
                    </dd>
                </div>
                <div class="facts__fact">
                    <dt>{say!(locale, rider.duty.earned)}</dt>
                    <dd>{move || day.get().1.to_string()}</dd>
                </div>
            </dl>
            <PlaceForm shift errors draft/>
            <ConnectionMark state=live.connection/>
        </section>
        <FaultNote error=errors/>
    }
    .into_any()
}
