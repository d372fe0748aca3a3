//! Changing what an order consists of, until cooking starts.

use crate::api::ApiError;
use crate::api::orders::{ChangeOrder, order_to_change};
use crate::components::basket::{of_line, problem};
use crate::components::{
    CommandForm, Drafted, FaultNote, Loaded, Refusals, Submit, picture_url, use_draft_id, with_draft,
};
use crate::i18n::use_locale;
use crate::say;
use domain::processes::CaseRefusal;
use domain::shared::{ChoiceId, Line, MAX_QUANTITY, Won};
use domain::store::{Item, OptionGroup, QuoteRefusal, WantedLine};
use domain::views::{ChangeForm, DraftForm, Fault, FormDraft};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// Changing an order.
#[component]
pub fn Change() -> impl IntoView {
    let locale = use_locale();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let draft = use_draft_id();
    let data = Resource::new_blocking(
        move || (id.get(), draft.get()),
        |(id, draft)| with_draft(order_to_change(id), draft),
    );
    let refusals = Refusals::new();
    view! {
        <Title text=say!(locale, orders.change.title)/>
        <main id="main" class="page">
            <header class="page__head"><h1 class="page__title">{say!(locale, orders.change.title)}</h1></header>
            <Loaded data let:loaded>
                <Content loaded refusals/>
            </Loaded>
        </main>
    }
    .into_any()
}

/// A line of the form: what is wanted of an item, which may be nothing.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    item: Item,
    quantity: u32,
    /// The quantity as it was typed.
    typed: String,
    chosen: Vec<ChoiceId>,
    /// Whether it stands in the order as it is.
    ordered: bool,
}

/// The lines of the order, then everything on the menu.
fn rows(form: &ChangeForm) -> Vec<Row> {
    let ordered = form.bill.lines.iter().filter_map(|line| {
        let item = form.menu.item(line.item)?.clone();
        let Line { quantity, options, .. } = line;
        let chosen = options.iter().map(|option| option.choice).collect();
        Some(Row { item, quantity: *quantity, typed: quantity.to_string(), chosen, ordered: true })
    });
    let others = form.menu.items().filter(|item| !item.is_sold_out(form.now)).map(|item| Row {
        chosen: first_choices(item),
        item: item.clone(),
        quantity: 0,
        typed: "0".to_owned(),
        ordered: false,
    });
    ordered.chain(others).collect()
}

/// Where each row stood in the form that was refused: the menu may have changed since.
fn places(rows: &[Row], draft: &FormDraft) -> Vec<Option<usize>> {
    let item = |index: usize| draft.field(&format!("item[{index}]")).map(str::to_owned);
    let mut left: Vec<(usize, String)> = (0..).map_while(|index| Some((index, item(index)?))).collect();
    let take = |row: &Row| {
        let id = row.item.id.to_string();
        let found = left.iter().position(|(_, item)| *item == id)?;
        Some(left.remove(found).0)
    };
    rows.iter().map(take).collect()
}

/// Fills in what was typed before, and has the refusal name the row that it is about now.
fn fill_in(rows: &mut [Row], draft: &mut FormDraft) {
    let places = places(rows, draft);
    for (row, place) in rows.iter_mut().zip(&places) {
        let Some(index) = place else { continue };
        if let Some(typed) = draft.field(&format!("quantity[{index}]")) {
            typed.clone_into(&mut row.typed);
            row.quantity = typed.trim().parse().unwrap_or(0);
        }
        let name = format!("choice[{index}]");
        let typed = draft.fields.iter().filter(|(field, _)| *field == name);
        let typed: Vec<_> = typed.filter_map(|(_, id)| id.parse().ok()).collect();
        if !typed.is_empty() || !row.item.groups.iter().any(is_one_of) {
            row.chosen = typed;
        }
    }
    if let Fault::Refused(CaseRefusal::Quote(refusal)) = &draft.fault
        && let Some(line) = refusal.line()
    {
        // No row's, when what it was about has left the menu.
        let now = places.iter().position(|place| *place == Some(line)).unwrap_or(usize::MAX);
        draft.fault = Fault::Refused(CaseRefusal::Quote(refusal.clone().at_line(now)));
    }
}

const fn is_one_of(group: &OptionGroup) -> bool {
    group.min == 1 && group.max == 1
}

fn first_choices(item: &Item) -> Vec<ChoiceId> {
    let required = item.groups.iter().filter(|group| is_one_of(group));
    required.filter_map(|group| group.choices.first()).map(|choice| choice.id).collect()
}

fn wanted(rows: &[Row]) -> Vec<WantedLine> {
    rows.iter()
        .filter(|row| row.quantity > 0)
        .map(|row| WantedLine { item: row.item.id, quantity: row.quantity, choices: row.chosen.clone() })
        .collect()
}

/// The price that the customer has not agreed to yet.
const fn price_now(fault: &Fault) -> Option<Won> {
    match fault {
        Fault::Refused(CaseRefusal::PriceChanged { now }) => Some(*now),
        _ => None,
    }
}

#[component]
fn Content(loaded: Drafted<ChangeForm>, refusals: Refusals) -> impl IntoView {
    let locale = use_locale();
    let (form, draft) = loaded;
    let mut draft = draft.filter(|draft| draft.form == DraftForm::Change);
    let mut first = rows(&form);
    if let Some(draft) = &mut draft {
        fill_in(&mut first, draft);
    }
    refusals.first(draft.as_ref());
    let errors = refusals.error;
    let (id, before) = (form.line.order, form.bill.total);
    let back = format!("/orders/{id}");
    if form.change.is_some() {
        return view! {
            <section class="panel">
                <p>{say!(locale, words.order.change_under_way)}</p>
                <a class="btn btn--block" href=back>{say!(locale, orders.change.back)}</a>
            </section>
        }
        .into_any();
    }
    // Without a script the price is the one that was last said.
    let said = draft.as_ref().and_then(|draft| price_now(&draft.fault));
    let state = RwSignal::new(first.clone());
    let refused_price = RwSignal::new(said);
    let fresh_key = RwSignal::new(None::<String>);
    let key = form.key.clone();
    let touched = RwSignal::new(false);
    let price =
        Memo::new(move |_| if touched.get() { state.with(|rows| form.price(&wanted(rows))) } else { None });
    let agreed = move || refused_price.get().or(price.get()).unwrap_or(before);
    let on_refused = Callback::new(move |fault: Fault| {
        refused_price.set(price_now(&fault));
        spawn_local(async move {
            if let Ok(form) = order_to_change(id.to_string()).await {
                fresh_key.try_set(Some(form.key));
            }
        });
    });
    let (mine, others): (Vec<_>, Vec<_>) = first.into_iter().enumerate().partition(|(_, row)| row.ordered);
    let row =
        move |(index, row): (usize, Row)| view! { <RowFields index row state errors touched refused_price/> };
    let open = others.iter().any(|(_, row)| row.typed.trim() != "0");
    let others = others.into_iter().map(row).collect_view();
    let mine = mine.into_iter().map(row).collect_view();
    view! {
        <FaultNote error=errors/>
        <CommandForm<ChangeOrder> quiet=true keep=true errors=errors on_refused=on_refused>
            <input type="hidden" name="order" value=id.to_string()/>
            <input type="hidden" name="key" value=move || fresh_key.get().unwrap_or_else(|| key.clone())/>
            <input type="hidden" name="agreed" value=move || agreed().get().to_string()/>
            <div class="split">
                <div class="split__main">
                    <section class="panel">
                        <h2 class="panel__title">{say!(locale, orders.change.yours)}</h2>
                        <p class="panel__lead">{say!(locale, orders.change.fine)}</p>
                        <div class="rows">{mine}</div>
                    </section>
                    <details class="more" open=open>
                        <summary class="more__summary">{say!(locale, orders.change.add)}</summary>
                        <div class="more__body rows">{others}</div>
                    </details>
                    <a class="btn btn--quiet btn--block" href=back>{say!(locale, orders.change.back)}</a>
                </div>
                <aside class="split__side panel panel--sum">
                    <Difference before agreed=Signal::derive(agreed)/>
                    <Submit class="btn btn--primary btn--l btn--block" action="change">
                        {say!(locale, orders.change.save)}
                    </Submit>
                </aside>
            </div>
        </CommandForm<ChangeOrder>>
    }
    .into_any()
}

/// What it costs and what that means: something more to pay, or something back.
#[component]
fn Difference(before: Won, agreed: Signal<Won>) -> impl IntoView {
    let locale = use_locale();
    let means = move || match (agreed.get().minus(before), before.minus(agreed.get())) {
        (Ok(more), _) if !more.is_zero() => say!(locale, orders.change.dearer, amount = more),
        (_, Ok(less)) if !less.is_zero() => say!(locale, orders.change.cheaper, amount = less),
        _ => say!(locale, orders.change.same).to_owned(),
    };
    view! {
        <dl class="sums" aria-live="polite">
            <div class="sums__row"><dt>{say!(locale, orders.change.before)}</dt><dd>{before.to_string()}</dd></div>
            <div class="sums__row sums__row--total">
                <dt>{say!(locale, orders.change.now)}</dt>
                <dd data-agreed=move || agreed.get().get().to_string()>{move || agreed.get().to_string()}</dd>
            </div>
        </dl>
        <p class="sums__means">{means}</p>
    }
    .into_any()
}

/// The refusal is about the options of a line.
const fn is_of_options(refusal: &QuoteRefusal) -> bool {
    matches!(refusal, QuoteRefusal::Choices { .. } | QuoteRefusal::UnknownChoice { .. })
}

#[component]
fn RowFields(
    index: usize,
    row: Row,
    state: RwSignal<Vec<Row>>,
    errors: RwSignal<Option<ApiError>>,
    touched: RwSignal<bool>,
    refused_price: RwSignal<Option<Won>>,
) -> impl IntoView {
    let locale = use_locale();
    let name = row.item.name.get(locale).to_owned();
    let edit = move |change: &dyn Fn(&mut Row)| {
        state.update(|rows| {
            if let Some(row) = rows.get_mut(index) {
                change(row);
            }
        });
        refused_price.set(None);
        touched.set(true);
    };
    let groups = row
        .item
        .groups
        .iter()
        .enumerate()
        .map(|(group_index, group)| {
            let one_of = is_one_of(group);
            let ids: Vec<_> = group.choices.iter().map(|choice| choice.id).collect();
            let max = group.max as usize;
            let picks = group
                .choices
                .iter()
                .enumerate()
                .map(|(place, choice)| {
                    // Radio buttons of a group share a name; lists of a form are told apart by their numbers.
                    let number = group_index * 100 + if one_of { 0 } else { place };
                    let (id, mine) = (choice.id, ids.clone());
                    let pick = move |event| {
                        let on = event_target_checked(&event);
                        edit(&|row: &mut Row| {
                            row.chosen
                                .retain(|other| if one_of { !mine.contains(other) } else { *other != id });
                            if on {
                                row.chosen.push(id);
                            }
                        });
                    };
                    // One more than the group takes cannot be ticked.
                    let others = ids.clone();
                    let full = move || {
                        !one_of
                            && state.with(|rows| {
                                rows.get(index).is_some_and(|row| {
                                    let ticked = row.chosen.iter().filter(|other| others.contains(other));
                                    !row.chosen.contains(&id) && ticked.count() >= max
                                })
                            })
                    };
                    let extra = (!choice.price.is_zero())
                        .then(|| say!(locale, customer.menu.extra, price = choice.price.to_string()));
                    view! {
                        <label class="pick">
                            <input
                                class="pick__input"
                                type=if one_of { "radio" } else { "checkbox" }
                                name=format!("lines[{index}][choices][{number}]")
                                value=id.to_string()
                                checked=row.chosen.contains(&id)
                                on:change=pick
                                prop:disabled=full
                            />
                            <span class="pick__body">
                                <span class="pick__title">{choice.name.get(locale).to_owned()}</span>
                            </span>
                            <span class="pick__side">{extra}</span>
                        </label>
                    }
                })
                .collect_view();
            view! {
                <fieldset class="picks">
                    <legend class="picks__legend">{group.name.get(locale).to_owned()}</legend>
                    {picks}
                </fieldset>
            }
        })
        .collect_view();
    let count = move |event| {
        let typed = event_target_value(&event);
        edit(&|row: &mut Row| row.quantity = typed.trim().parse().unwrap_or(0).min(MAX_QUANTITY));
    };
    let (field, item) = (format!("row-{index}"), row.item.id);
    let picture = if row.item.picture.is_empty() {
        view! { <span class="row__picture"></span> }.into_any()
    } else {
        let picture = picture_url(&row.item.picture);
        view! { <img class="row__picture" src=picture alt="" width="80" height="60" loading="lazy"/> }
            .into_any()
    };
    let is_wanted =
        Memo::new(move |_| state.with(|rows| rows.get(index).is_some_and(|row| row.quantity > 0)));
    let of_item = name.clone();
    let (error_id, refused) = (format!("{field}-error"), of_line(errors, index));
    // What is wrong with the options is said at the options, not at the quantity.
    let at_options = move || refused.get().filter(is_of_options);
    let at_quantity = move || refused.get().filter(|refusal| !is_of_options(refusal));
    let is_wrong = move || at_quantity().is_some();
    let described = error_id.clone();
    let options_error = move || {
        at_options().map(|refusal| {
            view! { <p class="field__error row__error" role="alert">{problem(locale, refusal)}</p> }
        })
    };
    view! {
        <div class="row" data-item-id=item.to_string() data-ordered=row.ordered.to_string()>
            <input type="hidden" name=format!("lines[{index}][item]") value=item.to_string()/>
            {picture}
            <div class="row__text">
                <label class="row__name" for=field.clone()>{name}</label>
                <span class="row__price">{row.item.price.to_string()}</span>
            </div>
            <input
                class="field__input row__count"
                id=field
                name=format!("lines[{index}][quantity]")
                type="number"
                inputmode="numeric"
                min="0"
                max=MAX_QUANTITY.to_string()
                required
                value=row.typed.clone()
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || is_wrong().then(|| described.clone())
                on:input=count
            />
            {move || {
                at_quantity().map(|refusal| {
                    view! { <p class="field__error row__error" id=error_id.clone()>{problem(locale, refusal)}</p> }
                })
            }}
            {(!row.item.groups.is_empty())
                .then(|| {
                    view! {
                        // Of what is not ordered the options are no matter yet. Without a script they are opened by hand.
                        <details class="more row__options" open=move || is_wanted.get()>
                            <summary class="more__summary">
                                <span class="sr-only">{of_item} " "</span>
                                {say!(locale, orders.change.options)}
                            </summary>
                            <div class="more__body">{options_error} {groups}</div>
                        </details>
                    }
                })}
        </div>
    }
    .into_any()
}
