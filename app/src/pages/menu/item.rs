//! An item of the menu: its options, how many, and what that costs.

use crate::api::cart::AddToCart;
use crate::api::{ApiError, Done};
use crate::components::picture_url;
use crate::components::{CommandForm, FaultNote, Submit, still_wrong};
use crate::i18n::use_locale;
use crate::say;
use domain::shared::{ChoiceId, MAX_QUANTITY, StoreId, Timestamp, Won};
use domain::store::{Choice, Item, OptionGroup};
use domain::views::{Fault, FormDraft};
use leptos::html;
use leptos::prelude::*;

/// An item of the menu.
#[component]
pub fn MenuItem(
    /// The item.
    item: Item,
    /// Its store.
    store: StoreId,
    /// The server's clock.
    now: Timestamp,
    /// What was chosen before it was refused.
    draft: Option<FormDraft>,
    /// What to do once it is in the cart.
    added: Callback<Done>,
) -> impl IntoView {
    let locale = use_locale();
    let (id, sold_out, open) = (item.id, item.is_sold_out(now), draft.is_some());
    let name = item.name.get(locale).to_owned();
    let text = view! {
        <span class="item__text">
            <span class="item__name">{name.clone()}</span>
            <span class="item__about">{item.description.get(locale).to_owned()}</span>
            <span class="item__price">{item.price.to_string()}</span>
            {sold_out.then(|| view! { <span class="chip chip--sold_out">{say!(locale, customer.menu.sold_out)}</span> })}
        </span>
    };
    let picture = (!item.picture.is_empty()).then(|| {
        view! {
            <img class="item__picture" src=picture_url(&item.picture) alt=name width="400" height="300" loading="lazy"/>
        }
    });
    if sold_out {
        // It may have sold out after the page was loaded that it was chosen on.
        let refused = RwSignal::new(draft.map(|draft| ApiError::Fault(draft.fault)));
        return view! {
            <article class="item item--sold_out" id=format!("item-{id}") data-item-id=id.to_string()>
                <FaultNote error=refused/>
                <div class="item__row">{text} <span class="item__frame">{picture}</span></div>
            </article>
        }
        .into_any();
    }
    let details = NodeRef::<html::Details>::new();
    let close = Callback::new(move |done: Done| {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
        added.run(done);
    });
    view! {
        <details
            node_ref=details
            class="item"
            id=format!("item-{id}")
            name="item"
            data-item-id=id.to_string()
            open=open
        >
            <summary class="item__row">
                {text}
                <span class="item__frame">
                    {picture}
                    <span class="item__plus" aria-hidden="true"><span class="icon icon--plus"></span></span>
                </span>
            </summary>
            <ItemForm item store draft added=close/>
        </details>
    }
    .into_any()
}

#[component]
fn ItemForm(item: Item, store: StoreId, draft: Option<FormDraft>, added: Callback<Done>) -> impl IntoView {
    let locale = use_locale();
    let chosen = RwSignal::new(first_choices(&item, draft.as_ref()));
    let typed = draft.as_ref().and_then(|draft| draft.field("quantity")).unwrap_or("1").to_owned();
    let quantity = RwSignal::new(typed.clone());
    let errors = RwSignal::new(draft.as_ref().and_then(still_wrong));

    let (price, groups) = (item.price, item.groups.clone());
    let total = move || {
        let quantity = quantity.with(|typed| typed.trim().parse::<u32>()).unwrap_or(0);
        chosen.with(|chosen| total(price, &groups, chosen, quantity)).map(|total| total.to_string())
    };
    let groups = item
        .groups
        .into_iter()
        .enumerate()
        .map(|(index, group)| view! { <Group group index chosen/> })
        .collect_view();
    let other_store = move || {
        errors.with(|error| matches!(error, Some(ApiError::Fault(Fault::OtherStore { .. })))).then(|| {
            view! {
                <Submit class="btn btn--danger btn--block" name="replace" value="true" action="replace">
                    {say!(locale, customer.menu.replace)}
                </Submit>
            }
        })
    };
    view! {
        <CommandForm<AddToCart> class="item__form" errors=errors on_done=added>
            {other_store}
            <input type="hidden" name="store" value=store.to_string()/>
            <input type="hidden" name="item" value=item.id.to_string()/>
            {groups}
            <div class="item__add">
                <Quantity quantity typed/>
                <Submit class="btn btn--primary btn--l" action="add">
                    <span>{say!(locale, customer.menu.add)}</span>
                    " "
                    <output class="item__total js-only" aria-label=say!(locale, customer.menu.total)>
                        {total}
                    </output>
                </Submit>
            </div>
        </CommandForm<AddToCart>>
    }
    .into_any()
}

/// What stands chosen at first: what was chosen before, or the first choice where one is required.
fn first_choices(item: &Item, draft: Option<&FormDraft>) -> Vec<ChoiceId> {
    if let Some(draft) = draft {
        let typed = draft.fields.iter().filter(|(name, _)| name == "choice");
        return typed.filter_map(|(_, id)| id.parse().ok()).collect();
    }
    let required = item.groups.iter().filter(|group| is_one_of(group));
    required.filter_map(|group| group.choices.first()).map(|choice| choice.id).collect()
}

/// Exactly one of its choices: shown as radio buttons.
const fn is_one_of(group: &OptionGroup) -> bool {
    group.min == 1 && group.max == 1
}

/// What it would cost with the menu's prices; the server prices it again. `None` out of range.
fn total(price: Won, groups: &[OptionGroup], chosen: &[ChoiceId], quantity: u32) -> Option<Won> {
    let choices = groups.iter().flat_map(|group| &group.choices);
    let extras = choices.filter(|choice| chosen.contains(&choice.id)).map(|choice| choice.price);
    Won::sum(extras).and_then(|extras| extras.plus(price)?.times(quantity)).ok()
}

#[component]
fn Group(group: OptionGroup, index: usize, chosen: RwSignal<Vec<ChoiceId>>) -> impl IntoView {
    let locale = use_locale();
    let one_of = is_one_of(&group);
    let OptionGroup { name, min, max, choices, .. } = group;
    let rule = match (min, max) {
        (1, 1) => say!(locale, customer.menu.choose_one).to_owned(),
        (0, max) => say!(locale, customer.menu.choose_up_to, max = max),
        (min, max) => say!(locale, customer.menu.choose_some, min = min, max = max),
    };
    let rule_class = if min == 0 { "picks__rule" } else { "picks__rule picks__rule--must" };
    let ids: Vec<_> = choices.iter().map(|choice| choice.id).collect();
    let picks = choices
        .into_iter()
        .enumerate()
        .map(|(place, choice)| {
            let Choice { id, name, price } = choice;
            // Radio buttons of a group share a name; lists of a form are told apart by their numbers.
            let field = if one_of {
                format!("choices[{}]", index * 100)
            } else {
                format!("choices[{}]", index * 100 + place)
            };
            let (mine, others) = (ids.clone(), ids.clone());
            let pick = move |event| {
                let on = event_target_checked(&event);
                chosen.update(|chosen| {
                    chosen.retain(|other| if one_of { !mine.contains(other) } else { *other != id });
                    if on {
                        chosen.push(id);
                    }
                });
            };
            // One more than the group takes cannot be ticked.
            let full = move || {
                !one_of
                    && chosen.with(|chosen| {
                        !chosen.contains(&id)
                            && chosen.iter().filter(|other| others.contains(other)).count() >= max as usize
                    })
            };
            let extra = (!price.is_zero()).then(|| say!(locale, customer.menu.extra, price = price.to_string()));
            view! {
                <label class="pick">
                    <input
                        class="pick__input"
                        type=if one_of { "radio" } else { "checkbox" }
                        name=field
                        value=id.to_string()
                        checked=chosen.with_untracked(|chosen| chosen.contains(&id))
                        required=one_of
                        on:change=pick
                        prop:disabled=full
                    />
                    <span class="pick__body"><span class="pick__title">{name.get(locale).to_owned()}</span></span>
                    <span class="pick__side">{extra}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="picks">
            <legend class="picks__legend">
                {name.get(locale).to_owned()}" "<span class=rule_class>{rule}</span>
            </legend>
            {picks}
        </fieldset>
    }
    .into_any()
}

/// How many; the buttons need a script, the field does not.
#[component]
fn Quantity(quantity: RwSignal<String>, typed: String) -> impl IntoView {
    let locale = use_locale();
    let step = move |by: i64| {
        let now: i64 = quantity.with_untracked(|typed| typed.trim().parse()).unwrap_or(0);
        quantity.set((now + by).clamp(1, i64::from(MAX_QUANTITY)).to_string());
    };
    view! {
        <div class="stepper">
            <button
                type="button"
                class="stepper__button js-only"
                aria-label=say!(locale, common.one_less)
                on:click=move |_| step(-1)
            >
                <span class="icon icon--minus" aria-hidden="true"></span>
            </button>
            <input
                class="stepper__value"
                type="number"
                name="quantity"
                min="1"
                max=MAX_QUANTITY.to_string()
                value=typed
                prop:value=move || quantity.get()
                on:input=move |event| quantity.set(event_target_value(&event))
                aria-label=say!(locale, common.quantity)
            />
            <button
                type="button"
                class="stepper__button js-only"
                aria-label=say!(locale, common.one_more)
                on:click=move |_| step(1)
            >
                <span class="icon icon--plus" aria-hidden="true"></span>
            </button>
        </div>
    }
    .into_any()
}
