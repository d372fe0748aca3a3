//! Messages to webhooks that were given up.

use super::notices::to;
use super::{Cut, use_minute};
use crate::api::ApiError;
use crate::api::operator::RetryLetter;
use crate::components::timeline::moment_ago;
use crate::components::{CommandForm, Submit};
use crate::i18n::use_locale;
use crate::live::LivePage;
use crate::say;
use domain::views::{ConsoleList, DeadWebhook, OperatorView};
use leptos::prelude::*;

/// Messages that were given up, each with a button that has it tried again.
#[component]
pub fn DeadWebhooks(
    /// The console.
    live: LivePage<OperatorView>,
    /// Where what is refused is said.
    errors: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let locale = use_locale();
    let now = use_minute();
    let dead = Memo::new(move |_| live.data.with(|view| view.webhooks.clone()));
    let refresh = Callback::new(move |_| live.refresh());
    let list = move || {
        let dead = dead.get();
        if dead.is_empty() {
            return view! { <p class="empty__text">{say!(locale, operator.webhooks.none)}</p> }.into_any();
        }
        let rows = dead
            .into_iter()
            .map(|letter: DeadWebhook| {
                let id = letter.id.clone();
                let (count, at) = (letter.attempts, letter.at);
                let tried = move || {
                    let time = moment_ago(locale, at, now.get());
                    say!(locale, operator.notices.tried, count = count, time = time)
                };
                let main = match (letter.order, letter.number) {
                    (Some(order), Some(number)) => view! {
                        <a class="entry__main" href=format!("/operator/orders/{order}")>{number.to_string()}</a>
                    }
                    .into_any(),
                    _ => view! { <strong class="entry__main">{letter.host.clone()}</strong> }.into_any(),
                };
                view! {
                    <li class="entry" data-letter=letter.id>
                        {main}
                        <span class="chip">{to(locale, letter.role)}</span>
                        <span class="entry__why">{letter.kind} " → " {letter.host}</span>
                        <span class="entry__when">{tried}</span>
                        <code class="entry__error">{letter.error}</code>
                        <CommandForm<RetryLetter> quiet=true errors=errors on_done=refresh>
                            <input type="hidden" name="id" value=id/>
                            <Submit class="btn btn--s btn--primary" action="retry_letter">
                                {say!(locale, operator.notices.again)}
                            </Submit>
                        </CommandForm<RetryLetter>>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, operator.webhooks.title)}</h2>
            {list}
            <Cut live list=ConsoleList::Webhooks shown=Signal::derive(move || dead.with(Vec::len))/>
        </section>
    }
    .into_any()
}
