//! Identifiers. All are `UUIDv7`, made by the server; a type each, so that one cannot stand in for another.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(/// An order. Its payment, its ticket in the kitchen and its delivery carry the same id in streams of their own.
    OrderId);
id!(/// A store.
    StoreId);
id!(/// Who has logged in: a customer, an owner, a rider or an operator.
    AccountId);
id!(/// An API token, by which a script acts for an account. Not its secret.
    TokenId);
id!(/// A webhook of an account.
    WebhookId);
id!(/// A section of a store's menu.
    SectionId);
id!(/// An item on a menu.
    ItemId);
id!(/// A group of options of an item, such as its sizes.
    GroupId);
id!(/// One choice in a group of options.
    ChoiceId);
