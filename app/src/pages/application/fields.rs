//! The fields of an application.

use crate::components::area::ChipsField;
use crate::components::{SelectField, TextArea, TextField};
use crate::i18n::use_locale;
use crate::pages::stores::card::kind_name;
use crate::{say, words};
use domain::views::{Field, KINDS, Typed};
use leptos::prelude::*;

/// What stands in the fields: what was typed before, or what a new form offers.
#[derive(Clone)]
pub struct Values(pub Option<Typed>);

impl Values {
    /// What stands in a field; `fresh` in a new form.
    pub fn get(&self, name: &str, fresh: &str) -> String {
        self.0.as_ref().map_or(fresh, |typed| typed.get(name)).to_owned()
    }

    /// Whether a box is ticked; all are in a new form.
    fn is_chosen(&self, name: &str, value: &str) -> bool {
        self.0.as_ref().is_none_or(|typed| typed.all(name).any(|chosen| chosen == value))
    }
}

/// Who applies.
#[component]
pub fn PersonFields(
    /// What stands in them.
    values: Values,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, application.person.title)}</h2>
            <TextField
                field=Field::Name
                label=say!(locale, account.sign_up.name)
                value=values.get("name", "")
                autocomplete="name"
            />
            <TextField
                field=Field::Phone
                label=say!(locale, account.sign_up.phone)
                value=values.get("phone", "")
                kind="tel"
                autocomplete="tel"
                hint=say!(locale, application.person.phone_hint)
            />
        </section>
    }
    .into_any()
}

/// What a rider says besides.
#[component]
pub fn RiderFields(
    /// What stands in them.
    values: Values,
) -> impl IntoView {
    let locale = use_locale();
    view! {
        <section class="panel">
            <TextArea
                field=Field::About
                label=say!(locale, application.rider.about)
                value=values.get("about", "")
                hint=say!(locale, application.rider.about_hint)
                rows=3
                max=200
            />
        </section>
    }
    .into_any()
}

/// Everything about a store.
#[component]
pub fn StoreFields(
    /// What stands in them.
    values: Values,
) -> impl IntoView {
    view! {
        <AboutStore values=values.clone()/>
        <Delivery values=values.clone()/>
        <Kitchen values=values.clone()/>
        <Dishes values/>
    }
    .into_any()
}

#[component]
fn AboutStore(values: Values) -> impl IntoView {
    let locale = use_locale();
    let kinds = KINDS.map(|(slug, _)| (slug, kind_name(locale, slug))).to_vec();
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, application.store.title)}</h2>
            <TextField
                field=Field::StoreName
                label=say!(locale, application.store.name)
                value=values.get("store_name", "")
                autocomplete="organization"
            />
            <SelectField
                field=Field::Kind
                label=say!(locale, application.store.kind)
                value=values.get("kind", "")
                choose=say!(locale, application.store.choose)
                options=kinds
            />
            <TextField
                field=Field::StorePhone
                label=say!(locale, application.store.phone)
                value=values.get("store_phone", "")
                kind="tel"
            />
            <TextField
                field=Field::Address
                label=say!(locale, application.store.address)
                value=values.get("address", "")
                placeholder=say!(locale, application.store.address_example)
            />
            <TextField
                field=Field::Description
                label=say!(locale, application.store.description)
                value=values.get("description", "")
                hint=say!(locale, application.store.description_hint)
            />
        </section>
    }
    .into_any()
}

/// A field for a whole number.
#[component]
fn NumberField(
    field: Field,
    label: &'static str,
    value: String,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    match hint {
        Some(hint) => view! { <TextField field label value inputmode="numeric" optional hint/> }.into_any(),
        None => view! { <TextField field label value inputmode="numeric" optional/> }.into_any(),
    }
}

#[component]
fn Delivery(values: Values) -> impl IntoView {
    let locale = use_locale();
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, application.delivery.title)}</h2>
            <div class="field-row">
                <NumberField
                    field=Field::Radius
                    label=say!(locale, application.delivery.radius)
                    value=values.get("radius_m", "3000")
                />
                <NumberField
                    field=Field::MinOrder
                    label=say!(locale, application.delivery.min_order)
                    value=values.get("min_order", "15000")
                />
                <NumberField
                    field=Field::DeliveryFee
                    label=say!(locale, application.delivery.fee)
                    value=values.get("delivery_fee", "3000")
                />
            </div>
            <div class="field-row">
                <NumberField
                    field=Field::FarFrom
                    label=say!(locale, application.delivery.far_from)
                    value=values.get("far_from_m", "")
                    optional=true
                    hint=say!(locale, application.delivery.far_hint)
                />
                <NumberField
                    field=Field::FarFee
                    label=say!(locale, application.delivery.far_fee)
                    value=values.get("far_fee", "")
                    optional=true
                />
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Kitchen(values: Values) -> impl IntoView {
    let locale = use_locale();
    let days = (0..7_u8)
        .map(|day| {
            let value = day.to_string();
            let chosen = values.is_chosen("day", &value);
            (value, words::weekday(locale, day), chosen)
        })
        .collect();
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, application.kitchen.title)}</h2>
            <div class="field-row">
                <NumberField
                    field=Field::Capacity
                    label=say!(locale, application.kitchen.capacity)
                    value=values.get("capacity", "10")
                    hint=say!(locale, application.kitchen.capacity_hint)
                />
                <NumberField
                    field=Field::CookingMinutes
                    label=say!(locale, application.kitchen.cooking)
                    value=values.get("cooking_minutes", "20")
                />
            </div>
            <div class="field-row">
                <TextField
                    field=Field::Opens
                    label=say!(locale, application.kitchen.opens)
                    value=values.get("opens", "11:00")
                    kind="time"
                />
                <TextField
                    field=Field::Closes
                    label=say!(locale, application.kitchen.closes)
                    value=values.get("closes", "22:00")
                    kind="time"
                    hint=say!(locale, application.kitchen.closes_hint)
                />
            </div>
            <ChipsField field=Field::Days name="day" label=say!(locale, application.kitchen.days) options=days/>
        </section>
    }
    .into_any()
}

#[component]
fn Dishes(values: Values) -> impl IntoView {
    let locale = use_locale();
    view! {
        <section class="panel">
            <h2 class="panel__title">{say!(locale, application.menu.title)}</h2>
            <TextArea
                field=Field::Menu
                label=say!(locale, application.menu.label)
                value=values.get("menu", "")
                hint=say!(locale, application.menu.hint)
                placeholder=say!(locale, application.menu.example)
                rows=10
                max=6000
            />
        </section>
    }
    .into_any()
}
