//! The messages of one webhook that were given up.

use crate::api::webhooks::{PAGE, RetryWebhook};
use crate::api::{ApiError, Done};
use crate::components::timeline::moment_ago;
use crate::components::{CommandForm, Submit};
use crate::i18n::use_locale;
use crate::pages::operator::CutNote;
use crate::say;
use domain::views::DeadWebhooksView;
use leptos::prelude::*;

/// What was given up, each with a button that has it tried again, and one for all.
#[component]
pub fn DeadLetters(
    /// What was given up.
    dead: DeadWebhooksView,
    /// Where the page shows what is refused.
    errors: RwSignal<Option<ApiError>>,
    /// What to do once something is done.
    again: Callback<Done>,
) -> impl IntoView {
    let locale = use_locale();
    let DeadWebhooksView { now, webhook, letters, more } = dead;
    let count = letters.len();
    let id = webhook.id;
    let list = if letters.is_empty() {
        view! { <p class="empty__text">{say!(locale, webhooks.dead.none)}</p> }.into_any()
    } else {
        let rows = letters
            .into_iter()
            .map(|letter| {
                let time = moment_ago(locale, letter.at, now);
                let number = letter.number.map(|number| number.to_string());
                view! {
                    <li class="entry" data-letter=letter.id>
                        <strong class="entry__main">{letter.kind} " " {number}</strong>
                        <span class="entry__why">{say!(locale, webhooks.dead.at, position = letter.position)}</span>
                        <span class="entry__when">
                            {say!(locale, webhooks.dead.tried, count = letter.attempts, time = time)}
                        </span>
                        <code class="entry__error">{letter.error}</code>
                        <CommandForm<RetryWebhook> quiet=true errors=errors on_done=again>
                            <input type="hidden" name="webhook" value=id.to_string()/>
                            <input type="hidden" name="position" value=letter.position.to_string()/>
                            <Submit class="btn btn--s btn--primary" action="retry">{say!(locale, webhooks.dead.retry)}</Submit>
                        </CommandForm<RetryWebhook>>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="entries">{rows}</ul>
            {more.then(|| view! { <CutNote count/> })}
            <CommandForm<RetryWebhook> quiet=true errors=errors on_done=again>
                <input type="hidden" name="webhook" value=id.to_string()/>
                <Submit class="btn btn--primary" action="retry_all">{say!(locale, webhooks.dead.all)}</Submit>
            </CommandForm<RetryWebhook>>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="dead">
            <h2 class="panel__title" id="dead">{say!(locale, webhooks.dead.title, url = webhook.url.as_str())}</h2>
            {list}
            <p><a class="btn btn--s" href=PAGE>{say!(locale, webhooks.dead.close)}</a></p>
        </section>
    }
    .into_any()
}
