//! The cards to pay with.

use crate::api::checkout::{ChooseCard, cards};
use crate::components::cards::CardPicks;
use crate::components::{CommandForm, Loaded, Submit, still_wrong, use_draft_id, use_toast, with_draft};
use crate::i18n::use_locale;
use crate::say;
use domain::views::DraftForm;
use leptos::prelude::*;
use leptos_meta::Title;

/// The cards to pay with, and which one is used by default.
#[component]
pub fn Cards() -> impl IntoView {
    let locale = use_locale();
    let draft = use_draft_id();
    let data = Resource::new_blocking(move || draft.get(), |draft| with_draft(cards(), draft));
    let toast = use_toast();
    let saved = Callback::new(move |_| toast.show(say!(locale, customer.cards.saved)));
    view! {
        <Title text=say!(locale, customer.cards.title)/>
        <main id="main" class="page page--narrow">
            <header class="page__head">
                <h1 class="page__title">{say!(locale, customer.cards.title)}</h1>
                <p class="page__lead">{say!(locale, customer.cards.lead)}</p>
            </header>
            <Loaded data let:loaded>
                {
                    let ((cards, chosen), draft) = loaded;
                    let draft = draft.filter(|draft| draft.form == DraftForm::Checkout && draft.subject == "card");
                    let chosen = draft
                        .as_ref()
                        .and_then(|draft| draft.field("card"))
                        .map_or(chosen, str::to_owned);
                    let errors = RwSignal::new(draft.as_ref().and_then(still_wrong));
                    view! {
                        <CommandForm<ChooseCard> class="panel" errors=errors on_done=saved>
                            <CardPicks cards chosen/>
                            <div class="item__add">
                                <Submit class="btn btn--primary btn--l" action="card">{say!(locale, customer.cards.save)}</Submit>
                            </div>
                        </CommandForm<ChooseCard>>
                    }
                }
            </Loaded>
        </main>
    }
    .into_any()
}
