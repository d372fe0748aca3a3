//! The timeline of one order, for its store, its rider and the operator, live; and what the operator can do with it.

pub mod acts;

use crate::api::ApiError;
use crate::api::orders::timeline;
use crate::components::bill::BillLines;
use crate::components::connection::ConnectionMark;
use crate::components::timeline::Timeline;
use crate::components::{Drafted, FaultNote, Loaded, is_of_reason, use_draft_id, with_draft};
use crate::i18n::use_locale;
use crate::live::{LivePage, use_live_page};
use crate::{say, words};
use acts::Acts;
use domain::shared::Locale;
use domain::views::{DraftForm, FormDraft, OrderAbout, TimelineView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

/// Whose page it is, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Owner,
    Rider,
    Operator,
}

impl Of {
    fn path(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("owner") => Self::Owner,
            Some("rider") => Self::Rider,
            _ => Self::Operator,
        }
    }

    /// The page it is come to from, and the words of the way back.
    fn back(self, locale: Locale) -> (&'static str, &'static str) {
        match self {
            Self::Owner => ("/owner", say!(locale, operator.story.to_board)),
            Self::Rider => ("/rider", say!(locale, operator.story.to_rides)),
            Self::Operator => ("/operator", say!(locale, operator.back)),
        }
    }
}

/// The timeline of one order.
#[component]
pub fn Story() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let draft = use_draft_id();
    let of = Of::path(&use_location().pathname.get_untracked());
    let data = Resource::new_blocking(
        move || (id.get(), draft.get()),
        |(id, draft)| with_draft(timeline(id), draft),
    );
    view! {
        <main id="main" class="page page--narrow">
            <Loaded data let:loaded>
                <Content loaded of/>
            </Loaded>
        </main>
    }
    .into_any()
}

#[component]
fn Content(loaded: Drafted<TimelineView>, of: Of) -> impl IntoView {
    let locale = use_locale();
    let (view, draft) = loaded;
    let draft = draft.filter(|draft| draft.form == DraftForm::Operator);
    let (id, number) = (view.order, view.number.to_string());
    let live = use_live_page(
        view,
        format!("/live/order/{id}"),
        |view| view.position,
        // A message says that something has happened to an order; what, the page asks.
        move |view, message| {
            let newer = message.position > view.position;
            view.position = view.position.max(message.position);
            newer && message.order() == Some(id)
        },
        move || timeline(id.to_string()),
    );
    let of_cancel = |draft: &FormDraft| draft.field("action") == Some("cancel");
    let refused = |cancel: bool| {
        draft.as_ref().filter(|draft| of_cancel(draft) == cancel).map(|draft| draft.fault.clone())
    };
    let (errors, cancelling) = (live.use_errors(refused(false)), live.use_errors(refused(true)));
    // What is wrong with a reason is said at the reason.
    let elsewhere = Signal::derive(move || {
        errors.get().or_else(|| cancelling.get()).filter(|error: &ApiError| !is_of_reason(error))
    });
    let entries = Memo::new(move |_| live.data.with(|view| view.entries.clone()));
    let shown = Memo::new(move |_| live.data.with(|view| view.shown));
    let (back, back_text) = of.back(locale);
    view! {
        <Title text=say!(locale, orders.order_title, number = number.clone())/>
        <p class="page__way"><a class="link" href=back data-action="back">{back_text}</a></p>
        <header class="page__head page__head--row">
            <h1 class="page__title">{say!(locale, orders.order_title, number = number)}</h1>
            <span class=move || format!("chip chip--{}", shown.get().slug()) data-shown=move || shown.get().slug()>
                {move || words::shown(locale, shown.get())}
            </span>
            <ConnectionMark state=live.connection/>
        </header>
        <FaultNote error=elsewhere/>
        <Facts live/>
        <Acts live draft errors cancelling/>
        <section class="panel">
            <h2 class="panel__title">{say!(locale, orders.timeline)}</h2>
            <Timeline entries/>
        </section>
    }
    .into_any()
}

/// Store and price; for the operator also who ordered what, and who brings it.
#[component]
fn Facts(live: LivePage<TimelineView>) -> impl IntoView {
    let locale = use_locale();
    let id = live.data.with_untracked(|view| view.order.to_string());
    let facts = Memo::new(move |_| {
        live.data.with(|view| {
            let mut facts = vec![
                (say!(locale, operator.story.store), view.store_name.get(locale).to_owned()),
                (say!(locale, orders.bill.sum), view.total.to_string()),
            ];
            if let Some(about) = &view.about {
                let or_none = |text: &str| match text {
                    "" => say!(locale, operator.story.none).to_owned(),
                    text => text.to_owned(),
                };
                facts.extend([
                    (say!(locale, operator.story.customer), or_none(&about.customer)),
                    (say!(locale, operator.story.phone), or_none(&about.phone)),
                    (say!(locale, operator.story.rider), or_none(about.rider.as_deref().unwrap_or_default())),
                ]);
            }
            facts
        })
    });
    let rows = move || {
        facts
            .get()
            .into_iter()
            .map(|(name, text)| view! { <div class="facts__fact"><dt>{name}</dt><dd>{text}</dd></div> })
            .collect_view()
    };
    let about = Memo::new(move |_| live.data.with(|view| view.about.clone()));
    view! {
        <section class="panel">
            {move || about.get().map(|about: OrderAbout| view! { <BillLines bill=Signal::stored(about.bill)/> })}
            <dl class="facts facts--stack">
                {rows}
                <div class="facts__fact">
                    <dt>{say!(locale, orders.facts.correlation)}</dt>
                    <dd><code data-correlation=id.clone()>{id.clone()}</code></dd>
                </div>
            </dl>
        </section>
    }
    .into_any()
}
