//! Notices that were given up.

use super::{Cut, use_minute};
use crate::api::ApiError;
use crate::api::operator::SendAgain;
use crate::components::timeline::moment_ago;
use crate::components::{CommandForm, Submit};
use crate::i18n::use_locale;
use crate::live::LivePage;
use crate::{say, words};
use domain::shared::Locale;
use domain::views::{ConsoleList, DeadNotice, OperatorView, Role};
use leptos::prelude::*;

/// Notices that were given up, each with a button that has it sent again.
#[component]
pub fn Notices(
    /// The console.
    live: LivePage<OperatorView>,
    /// Where what is refused is said.
    errors: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let locale = use_locale();
    let now = use_minute();
    let dead = Memo::new(move |_| live.data.with(|view| view.notices.clone()));
    let refresh = Callback::new(move |_| live.refresh());
    let list = move || {
        let dead = dead.get();
        if dead.is_empty() {
            return view! { <p class="empty__text">{say!(locale, operator.notices.none)}</p> }.into_any();
        }
        let rows = dead
            .into_iter()
            .map(|notice: DeadNotice| {
                let id = notice.id.clone();
                let (count, at) = (notice.attempts, notice.at);
                let tried = move || {
                    let time = moment_ago(locale, at, now.get());
                    say!(locale, operator.notices.tried, count = count, time = time)
                };
                view! {
                    <li class="entry" data-notice=notice.id>
                        <a class="entry__main" href=format!("/operator/orders/{}", notice.order)>
                            {notice.number.to_string()}
                        </a>
                        <span class="chip">{to(locale, notice.role)}</span>
                        <span class="entry__why">{words::notice_template(locale, notice.template)}</span>
                        <span class="entry__when">{tried}</span>
                        <code class="entry__error">{notice.error}</code>
                        <CommandForm<SendAgain> quiet=true errors=errors on_done=refresh>
                            <input type="hidden" name="id" value=id/>
                            <Submit class="btn btn--s btn--primary" action="send_again">
                                {say!(locale, operator.notices.again)}
                            </Submit>
                        </CommandForm<SendAgain>>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, operator.notices.title)}</h2>
            {list}
            <Cut live list=ConsoleList::Notices shown=Signal::derive(move || dead.with(Vec::len))/>
        </section>
    }
    .into_any()
}

/// Who was to be told.
pub(super) fn to(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Customer => say!(locale, operator.notices.customer),
        Role::Owner => say!(locale, operator.notices.store),
        Role::Rider => say!(locale, operator.notices.rider),
        Role::Operator | Role::Applicant => "",
    }
}
