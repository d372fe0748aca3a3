//! `/stores/{id}/menu`: the owner changes what the own store cooks.

use domain::shared::{ItemId, StoreId, Text, Timestamp, Won};
use domain::store::{ItemChange, OPTION_PRICES, PRICES, Store};
use domain::views::{NewChoice, NewGroup, NewItem, StoreDay, WantedSection};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ask::{Ask, Body, Id, KeyHeader, VersionHeader};
use super::errors::CommandErrors;
use super::hal::Hal;
use super::problem::Refused;
use super::shape::Shape;
use super::store_day::{act_as_one, own};
use super::stores::StoreMenu;

/// A name in Korean, and in English where there is one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    /// Korean.
    #[schema(min_length = 1, max_length = 200, example = "고르곤졸라 피자")]
    ko: String,
    /// English; the Korean text stands in where it is missing.
    #[schema(max_length = 200, example = "Gorgonzola pizza")]
    en: Option<String>,
}

impl std::convert::From<Name> for Text {
    fn from(name: Name) -> Self {
        Text { ko: name.ko, en: name.en }
    }
}

/// What a dish is, in Korean, and in English where that is known. An empty text says nothing of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Korean.
    #[schema(max_length = 200, example = "고르곤졸라 치즈에 꿀을 곁들여요")]
    ko: String,
    /// English; the Korean text stands in where it is missing.
    #[schema(max_length = 200, example = "Gorgonzola, with honey")]
    en: Option<String>,
}

impl std::convert::From<Words> for Text {
    fn from(words: Words) -> Self {
        Text { ko: words.ko, en: words.en }
    }
}

/// A choice to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceToBe {
    /// Its name.
    name: Name,
    /// What it adds to one piece, in won.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1_000)]
    price: u64,
}

/// A group of options to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupToBe {
    /// Its name.
    name: Name,
    /// How many choices are needed at least.
    #[schema(example = 0)]
    min: u32,
    /// How many are possible at most.
    #[schema(example = 1)]
    max: u32,
    /// The choices.
    choices: Vec<ChoiceToBe>,
}

/// A dish to put on the menu.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DishToBe {
    /// A section: its id or its name. A name that the menu does not have becomes a new section at its end.
    #[schema(min_length = 1, max_length = 200, example = "피자")]
    section: String,
    /// Its name.
    name: Name,
    /// What it is.
    description: Option<Words>,
    /// One piece without options, in won.
    #[schema(minimum = 0, maximum = 10_000_000, example = 16_000)]
    price: u64,
    /// Its options.
    #[serde(default)]
    options: Vec<GroupToBe>,
}

/// What is to be different about a dish.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DishChange {
    /// The dish's id.
    id: Uuid,
    /// Its new name.
    name: Option<Name>,
    /// What it is from now on.
    description: Option<Words>,
    /// One piece without options, in won.
    #[schema(minimum = 0, maximum = 10_000_000, example = 17_000)]
    price: Option<u64>,
    /// `true` until it is set back.
    sold_out: Option<bool>,
}

/// An amount; where it is none that can be, those are named that this member may have.
fn won(field: &str, amount: u64, (min, max): (u64, u64)) -> Result<Won, Refused> {
    let wrong = Shape::Between { min, max };
    Won::new(amount).map_err(|_| Refused::Shape { field: field.to_owned(), wrong })
}

impl DishToBe {
    fn item(self) -> Result<NewItem, Refused> {
        let groups = self
            .options
            .into_iter()
            .enumerate()
            .map(|(index, group)| {
                let choices = group
                    .choices
                    .into_iter()
                    .enumerate()
                    .map(|(of, choice)| {
                        let field = format!("options[{index}].choices[{of}].price");
                        let price = won(&field, choice.price, OPTION_PRICES)?;
                        Ok(NewChoice { name: choice.name.into(), price })
                    })
                    .collect::<Result<_, Refused>>()?;
                Ok(NewGroup { name: group.name.into(), min: group.min, max: group.max, choices })
            })
            .collect::<Result<_, Refused>>()?;
        Ok(NewItem {
            name: self.name.into(),
            description: self.description.map(Text::from).unwrap_or_default(),
            price: won("price", self.price, PRICES)?,
            groups,
        })
    }
}

fn menu_of(ask: &Ask, id: StoreId, store: &Store) -> Hal<StoreMenu> {
    Hal::versioned(StoreMenu::new(ask, id, &store.menu), store.version)
}

/// Puts a dish on the own store's menu.
#[utoipa::path(post, operation_id = "addDish", path = "/stores/{id}/menu", tag = "store",
    params(("id" = Uuid, Path, description = "The store"), KeyHeader, VersionHeader), request_body = DishToBe, responses(
    (status = 201, description = "The menu.", body = StoreMenu, content_type = "application/hal+json",
     headers(("Location" = String, description = "The menu"), ("ETag" = String, description = "The store's version"))),
    CommandErrors
))]
pub(super) async fn add_dish(
    ask: Ask,
    Id(id): Id<StoreId>,
    Body(new, sent): Body<DishToBe>,
) -> Result<Hal<StoreMenu>, Refused> {
    let store = own(&ask, id).await?;
    let section = match StoreMenu::section(&store.menu, &new.section) {
        Some(id) => WantedSection::Existing { id },
        None => WantedSection::New { name: Text::ko(new.section.trim()) },
    };
    let store = act_as_one(&ask, id, vec![StoreDay::AddItem { section, item: new.item()? }], sent).await?;
    let here = ask.base.link(&format!("/stores/{id}/menu")).href;
    Ok(menu_of(&ask, id, &store).made(axum::http::StatusCode::CREATED, here))
}

/// Changes a dish of the own store's menu: its name, description or price, and whether it is sold out. What is asked for at
/// once is done at once, or not at all. Orders that are placed keep their prices.
#[utoipa::path(patch, operation_id = "changeDish", path = "/stores/{id}/menu", tag = "store",
    params(("id" = Uuid, Path, description = "The store"), KeyHeader, VersionHeader), request_body = DishChange, responses(
    (status = 200, description = "The menu.", body = StoreMenu, content_type = "application/hal+json",
     headers(("ETag" = String, description = "The store's version"))),
    CommandErrors
))]
pub(super) async fn change_dish(
    ask: Ask,
    Id(id): Id<StoreId>,
    Body(new, sent): Body<DishChange>,
) -> Result<Hal<StoreMenu>, Refused> {
    let item = ItemId(new.id);
    let change = ItemChange {
        name: new.name.map(Text::from),
        description: new.description.map(Text::from),
        price: new.price.map(|price| won("price", price, PRICES)).transpose()?,
    };
    let mut actions = vec![StoreDay::ChangeItem { item, change }];
    actions.extend(
        new.sold_out
            .map(|sold_out| StoreDay::SoldOut { item, until: sold_out.then_some(Timestamp(i64::MAX)) }),
    );
    let store = act_as_one(&ask, id, actions, sent).await?;
    Ok(menu_of(&ask, id, &store))
}
