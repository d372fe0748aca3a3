//! What another program sends to place an order, or to change one.

use domain::shared::{StoreId, Won};
use domain::views::{CheckoutDraft, Fault, Field, FieldFault, NamedLine, Shown};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Refused;
use super::shape::Shape;
use crate::backend::api::Ordering;

/// The word that a new order may say of itself.
const PLACING: &str = Shown::Placing.korean();

/// A dish that is wanted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WantedFood {
    /// A dish: its id on the menu, or its exact name in either language.
    #[schema(min_length = 1, max_length = 200, example = "피자")]
    food_id: String,
    /// How many.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 99, default = 1, example = 1)]
    quantity: u32,
    /// Choices among its options: their ids, or their exact names in either language.
    #[serde(default)]
    #[schema(max_items = 50, example = json!([]))]
    options: Vec<String>,
}

const fn one() -> u32 {
    1
}

impl WantedFood {
    pub(super) fn named(&self) -> NamedLine {
        NamedLine { food: self.food_id.clone(), quantity: self.quantity, options: self.options.clone() }
    }
}

/// An order to place: one dish by `foodId`, or several by `items`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"foodId": "피자", "address": "111", "status": "주문접수중"}))]
pub(super) struct NewOrder {
    /// A dish: its id on the menu, or its exact name. Left out when there are `items`.
    #[schema(min_length = 1, max_length = 200, example = "피자")]
    food_id: Option<String>,
    /// How many of it.
    #[schema(minimum = 1, maximum = 99)]
    quantity: Option<u32>,
    /// Choices among its options: their ids or exact names.
    #[schema(max_items = 50)]
    options: Option<Vec<String>>,
    /// Several dishes of one store, instead of `foodId`.
    #[schema(min_items = 1, max_items = 50)]
    items: Option<Vec<WantedFood>>,
    /// The store. Without it a name is looked for in all stores, in the order in which the first page lists them for the address.
    store: Option<Uuid>,
    /// Where to deliver; the account's usual address when it is left out.
    #[schema(max_length = 200, example = "서울 마포구 양화로 45")]
    address: Option<String>,
    /// Floor and door.
    #[schema(max_length = 100)]
    address_detail: Option<String>,
    /// The name the rider calls; the account's when it is left out.
    #[schema(max_length = 40)]
    name: Option<String>,
    /// A phone number: 9 to 15 digits and dashes; the account's when it is left out.
    #[schema(max_length = 20, example = "010-1234-5678")]
    phone: Option<String>,
    /// A note to the store.
    #[schema(max_length = 200)]
    note_to_store: Option<String>,
    /// A note to the rider.
    #[schema(max_length = 200)]
    note_to_rider: Option<String>,
    /// The token of a card (see `/paymentMethods`); the first one when it is left out.
    #[schema(max_length = 100, example = "tok_approve")]
    card: Option<String>,
    /// The price in won that the customer was told: an order that costs something else is refused. Left out, it is placed at the price of
    /// the moment.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    agreed: Option<u64>,
    /// If given, 주문접수중.
    #[schema(example = "주문접수중")]
    status: Option<String>,
}

impl NewOrder {
    /// Whether it names one dish, rather than `items`.
    pub(super) fn is_one(&self) -> bool {
        self.items.is_none()
    }

    pub(super) fn ordering(self) -> Result<Ordering, Refused> {
        if self.status.as_deref().is_some_and(|status| status != PLACING) {
            let wrong = Shape::NotNew { state: PLACING };
            return Err(Refused::Shape { field: "status".to_owned(), wrong });
        }
        let lines = match (self.food_id, self.items) {
            (Some(food), None) => vec![NamedLine {
                food,
                quantity: self.quantity.unwrap_or(1),
                options: self.options.unwrap_or_default(),
            }],
            (None, Some(items)) if self.quantity.is_none() && self.options.is_none() => {
                items.iter().map(WantedFood::named).collect()
            }
            (None, None) => return Err(Fault::field(FieldFault::Missing { field: Field::Food }).into()),
            _ => return Err(Fault::field(FieldFault::Malformed { field: Field::Food }).into()),
        };
        Ok(Ordering {
            store: self.store.map(StoreId),
            lines,
            agreed: agreed(self.agreed)?,
            typed: CheckoutDraft {
                name: self.name.unwrap_or_default(),
                phone: self.phone.unwrap_or_default(),
                address: self.address.unwrap_or_default(),
                address_detail: self.address_detail.unwrap_or_default(),
                note_to_store: self.note_to_store.unwrap_or_default(),
                note_to_rider: self.note_to_rider.unwrap_or_default(),
                card: self.card.unwrap_or_default(),
            },
        })
    }
}

/// A price that the customer was told.
pub(super) fn agreed(amount: Option<u64>) -> Result<Option<Won>, Refused> {
    let wrong = Shape::Between { min: 0, max: Won::MAX.get() };
    let out = |_| Refused::Shape { field: "agreed".to_owned(), wrong };
    amount.map(|amount| Won::new(amount).map_err(out)).transpose()
}

/// What an order is to consist of.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewItems {
    /// Everything that it is to consist of.
    #[schema(min_items = 1, max_items = 50)]
    pub(super) items: Vec<WantedFood>,
    /// The new price in won that the customer was told; the price of the moment when it is left out.
    #[schema(minimum = 0, maximum = 1_000_000_000, example = 35_000)]
    pub(super) agreed: Option<u64>,
}
