//! `/stores`: what the first pages show, for anyone; and the day of the own store.

use domain::shared::{Locale, SectionId, StoreId, Text, Won};
use domain::store::{Menu, Openness, Store as StoreState};
use domain::views::StoreCard;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ask::{Ask, Id, Query};
use super::errors::OpenErrors;
use super::hal::{Base, Hal, Link, Links, Paged, Paging};
use super::problem::Refused;
use super::shape::Shape;
use super::store_day::{OpenTime, hours_of};

/// The longest text that stores are searched for, in characters, as [`Search`] describes it.
const MAX_SEARCH: usize = 100;

/// Which stores.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names are the API's")]
pub(super) struct Search {
    /// The page, counted from 0.
    #[param(minimum = 0, maximum = 1_000_000, default = 0)]
    page: u32,
    /// How many to a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    size: Option<u32>,
    /// Only stores with this in their name, kind or menu.
    #[param(max_length = 100)]
    search: String,
    /// Only stores that deliver there, with fee and distance; the customer's usual address when it is left out.
    #[param(max_length = 200)]
    address: Option<String>,
}

/// From where a store is looked at.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct From {
    /// Fee and distance to there; to the customer's usual address when it is left out.
    #[param(max_length = 200)]
    address: Option<String>,
}

/// A delivery fee for a distance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeeTier {
    /// Up to this distance, in metres.
    #[schema(example = 1_000)]
    up_to: u32,
    /// The fee, in won.
    #[schema(example = 3_000)]
    fee: u64,
}

/// A store.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Store {
    /// `self`, `store`, `menu` and `picture`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// Its id.
    id: Uuid,
    /// Its name.
    #[schema(example = "양화로 피자")]
    name: String,
    /// Its kind of food.
    #[schema(example = "pizza")]
    kind: String,
    /// What it says of itself.
    #[schema(example = "화덕에 굽는 피자")]
    description: String,
    /// Its address.
    #[schema(example = "서울 마포구 양화로 23")]
    address: String,
    /// Its phone number.
    #[schema(example = "02-123-4567")]
    phone: String,
    /// Whether it takes orders: `open`, `closed` or `paused`.
    #[schema(example = "open")]
    openness: &'static str,
    /// The end of its pause, in UTC, when it has one.
    #[schema(format = DateTime)]
    paused_until: Option<String>,
    /// The hours of the week, in Seoul's time.
    hours: Vec<OpenTime>,
    /// The least it delivers, in won, without the delivery fee.
    #[schema(example = 15_000)]
    min_order: u64,
    /// How long cooking usually takes, in minutes.
    #[schema(example = 20)]
    cooking_minutes: u32,
    /// From the store to the address, in metres; `null` without an address.
    #[schema(example = 850)]
    distance: Option<u32>,
    /// The delivery fee to the address, in won; `null` without an address and outside of the area.
    #[schema(example = 3_000)]
    fee: Option<u64>,
    /// The delivery fees by distance.
    fee_tiers: Vec<FeeTier>,
    /// How far it delivers, in metres.
    #[schema(example = 3_000)]
    radius: u32,
}

/// Stores.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stores {
    /// The stores.
    stores: Vec<Store>,
}

impl Store {
    fn new(base: &Base, (card, store): (&StoreCard, &StoreState), locale: Locale) -> Self {
        let here = format!("/stores/{}", card.id);
        let mut links = base.links([
            ("self", here.as_str()),
            ("store", here.as_str()),
            ("menu", &format!("{here}/menu")),
        ]);
        if !card.picture.is_empty() {
            links.insert("picture", base.link(&card.picture));
        }
        let profile = store.profile.as_ref();
        let (openness, until) = match card.openness {
            Openness::Open => ("open", None),
            Openness::Closed { .. } => ("closed", None),
            Openness::Paused { until } => ("paused", until),
        };
        Self {
            links,
            id: card.id.0,
            name: card.name.get(locale).to_owned(),
            kind: card.kind.clone(),
            description: card.description.get(locale).to_owned(),
            address: profile.map(|profile| profile.address.clone()).unwrap_or_default(),
            phone: profile.map(|profile| profile.phone.clone()).unwrap_or_default(),
            openness,
            paused_until: until.map(domain::shared::Timestamp::rfc3339),
            hours: hours_of(&store.hours),
            min_order: card.min_order.get(),
            cooking_minutes: card.cooking_minutes,
            distance: card.distance_m,
            fee: card.fee.map(Won::get),
            fee_tiers: card
                .fee_tiers
                .iter()
                .map(|tier| FeeTier { up_to: tier.up_to_m, fee: tier.fee.get() })
                .collect(),
            radius: card.radius_m,
        }
    }
}

/// A choice.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MenuChoice {
    /// Its id.
    id: Uuid,
    /// Its name.
    #[schema(example = "치즈 추가")]
    name: String,
    /// What it adds to one piece, in won.
    #[schema(example = 1_000)]
    price: u64,
}

/// A group of options.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MenuGroup {
    /// Its id.
    id: Uuid,
    /// Its name.
    #[schema(example = "추가")]
    name: String,
    /// How many choices are needed at least.
    #[schema(example = 0)]
    min: u32,
    /// How many are possible at most.
    #[schema(example = 1)]
    max: u32,
    /// The choices.
    choices: Vec<MenuChoice>,
}

/// A dish.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MenuItem {
    /// Its id: the `foodId` of an order.
    id: Uuid,
    /// Its name.
    #[schema(example = "피자")]
    name: String,
    /// What it is.
    #[schema(example = "토마토와 모차렐라")]
    description: String,
    /// One piece without options, in won.
    #[schema(example = 16_000)]
    price: u64,
    /// Where its picture is.
    #[schema(example = "/img/pizza.svg")]
    picture: Option<String>,
    /// Whether it is sold out now.
    sold_out: bool,
    /// Its options.
    options: Vec<MenuGroup>,
}

/// A section of a menu.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MenuSection {
    /// Its id.
    id: Uuid,
    /// Its heading.
    #[schema(example = "피자")]
    name: String,
    /// Its dishes, in order.
    items: Vec<MenuItem>,
}

/// A store's menu.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoreMenu {
    /// `self` and `store`.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The store.
    store_id: Uuid,
    /// Its sections, in order.
    sections: Vec<MenuSection>,
}

impl StoreMenu {
    pub(super) fn new(ask: &Ask, store: StoreId, menu: &Menu) -> Self {
        let (locale, now) = (ask.locale(), ask.desk.now());
        let text = |text: &Text| text.get(locale).to_owned();
        let group = |group: &domain::store::OptionGroup| MenuGroup {
            id: group.id.0,
            name: text(&group.name),
            min: group.min,
            max: group.max,
            choices: group
                .choices
                .iter()
                .map(|choice| MenuChoice {
                    id: choice.id.0,
                    name: text(&choice.name),
                    price: choice.price.get(),
                })
                .collect(),
        };
        let item = |item: &domain::store::Item| MenuItem {
            id: item.id.0,
            name: text(&item.name),
            description: text(&item.description),
            price: item.price.get(),
            picture: (!item.picture.is_empty()).then(|| ask.base.absolute(&item.picture)),
            sold_out: item.is_sold_out(now),
            options: item.groups.iter().map(group).collect(),
        };
        let here = format!("/stores/{store}");
        Self {
            links: ask.base.links([("self", &format!("{here}/menu")), ("store", &here)]),
            store_id: store.0,
            sections: menu
                .sections
                .iter()
                .map(|section| MenuSection {
                    id: section.id.0,
                    name: text(&section.name),
                    items: section.items.iter().map(item).collect(),
                })
                .collect(),
        }
    }

    /// The section with this id, or this name in either language.
    pub(super) fn section(menu: &Menu, named: &str) -> Option<SectionId> {
        let named = named.trim();
        menu.sections
            .iter()
            .find(|section| {
                section.name.ko == named
                    || section.name.en.as_deref() == Some(named)
                    || named.parse() == Ok(section.id)
            })
            .map(|section| section.id)
    }
}

/// The stores, as the first page lists them: those that take orders first.
#[utoipa::path(get, operation_id = "listStores", path = "/stores", tag = "everybody", params(Search), security(()), responses(
    (status = 200, description = "A page of them.", body = Paged<Stores>, content_type = "application/hal+json"),
    OpenErrors
))]
pub(super) async fn list(ask: Ask, Query(search): Query<Search>) -> Result<Hal<Paged<Stores>>, Refused> {
    let paging = Paging { page: search.page, size: search.size.unwrap_or(Paging::default().size) }.check()?;
    if search.search.chars().count() > MAX_SEARCH {
        let wrong = Shape::TooLong { max: MAX_SEARCH };
        return Err(Refused::Shape { field: "search".to_owned(), wrong });
    }
    let found = ask.desk.stores_for_program(&ask.caller, search.address.as_deref(), &search.search).await?;
    let total = found.len() as u64;
    let page = paging.of(found).into_iter();
    let stores = page.map(|(card, store)| Store::new(&ask.base, (&card, &store), ask.locale())).collect();
    Ok(Hal::new(Paged::new(&ask.base, "stores", Stores { stores }, paging, total)))
}

/// One store. A browser gets its page here: ask for `application/hal+json`.
#[utoipa::path(get, operation_id = "showStore", path = "/stores/{id}", tag = "everybody", security(()),
    params(("id" = Uuid, Path, description = "The store"), From), responses(
    (status = 200, description = "The store.", body = Store, content_type = "application/hal+json",
     headers(("ETag" = String, description = "Its version"))),
    OpenErrors
))]
pub(super) async fn show(
    ask: Ask,
    Id(id): Id<StoreId>,
    Query(from): Query<From>,
) -> Result<Hal<Store>, Refused> {
    let (card, store) = ask.desk.store_for_program(&ask.caller, id, from.address.as_deref()).await?;
    Ok(Hal::new(Store::new(&ask.base, (&card, &store), ask.locale())))
}

/// A store's menu.
#[utoipa::path(get, operation_id = "showMenu", path = "/stores/{id}/menu", tag = "everybody", security(()),
    params(("id" = Uuid, Path, description = "The store")), responses(
    (status = 200, description = "The menu.", body = StoreMenu, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    OpenErrors
))]
pub(super) async fn menu(ask: Ask, Id(id): Id<StoreId>) -> Result<Hal<StoreMenu>, Refused> {
    let (_, store) = ask.desk.store_for_program(&ask.caller, id, None).await?;
    Ok(Hal::versioned(StoreMenu::new(&ask, id, &store.menu), store.version))
}
