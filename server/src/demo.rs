//! The demo world: stores, menus and accounts to try everything with, from the JSON inside the binary.

mod accounts;
mod ids;
mod stores;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::OnceLock;

use domain::shared::{AccountId, Point, StoreId, Text};
use domain::store::{Hours, Menu, Profile};
use domain::views::Role;

use crate::adapters::geocoder::{EmbeddedGazetteer, GazetteerError, Geocoder as _};

/// The demo world. Its ids are the same on every machine.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// The stores, in the order in which they are listed: their ids sort in this order.
    pub stores: Vec<(Profile, Menu, Hours)>,
    /// The accounts, those of customers first.
    pub accounts: Vec<DemoAccount>,
}

/// An account of the demo world.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoAccount {
    /// Its id.
    pub id: AccountId,
    /// Its login name.
    pub login: String,
    /// Its password, which everybody may know.
    pub password: String,
    /// The person's name.
    pub name: String,
    /// The person's name in English.
    pub name_en: Option<String>,
    /// The phone number.
    pub phone: String,
    /// What it may do.
    pub role: Role,
    /// The owner's store.
    pub store: Option<StoreId>,
    /// The customer's address, as the gazetteer names it; empty for others.
    pub address: String,
    /// Floor and door.
    pub address_detail: String,
    /// Where the customer lives, or the rider waits.
    pub place: Option<Point>,
}

/// What the login page offers in demo mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoLogin {
    /// The login name.
    pub login: String,
    /// The password.
    pub password: String,
    /// What the account may do.
    pub role: Role,
    /// Who it is: the person's name, and the store's after an owner's.
    pub name: Text,
}

/// Why the demo world cannot be made. Its data are part of the binary: a test of this module excludes it.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file is not the JSON it should be.
    #[error("the demo's {file} cannot be read: {source}")]
    Json {
        /// Which file.
        file: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The gazetteer is damaged.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
    /// Something in the data breaks a rule.
    #[error("the demo's {what}: {rule}")]
    Rule {
        /// What.
        what: String,
        /// Which rule.
        rule: &'static str,
    },
}

/// The demo world, which is made once in a process.
///
/// # Errors
///
/// If the data inside the binary are damaged or break a rule.
pub fn world() -> Result<&'static World, DemoError> {
    static MADE: OnceLock<World> = OnceLock::new();
    match MADE.get() {
        Some(world) => Ok(world),
        None => make().map(|world| MADE.get_or_init(|| world)),
    }
}

fn make() -> Result<World, DemoError> {
    let stores = stores::parse(include_str!("../demo/world.json"))?;
    let gazetteer = EmbeddedGazetteer::load()?;
    let accounts =
        accounts::parse(include_str!("../demo/accounts.json"), &stores, |address| gazetteer.find(address))?;
    Ok(World {
        stores: stores.into_iter().map(|store| (store.profile, store.menu, store.hours)).collect(),
        accounts,
    })
}

impl World {
    /// The logins for the login page, in the order of the accounts.
    pub fn logins(&self) -> Vec<DemoLogin> {
        self.accounts
            .iter()
            .map(|account| DemoLogin {
                login: account.login.clone(),
                password: account.password.clone(),
                role: account.role,
                name: self.name_of(account),
            })
            .collect()
    }

    fn name_of(&self, account: &DemoAccount) -> Text {
        let own = Text { ko: account.name.clone(), en: account.name_en.clone() };
        let store = self.stores.iter().find(|(profile, _, _)| Some(profile.id) == account.store);
        match store {
            None => own,
            Some((profile, _, _)) => Text {
                ko: format!("{} · {}", own.ko, profile.name.ko),
                en: own.en.zip(profile.name.en.as_ref()).map(|(own, store)| format!("{own} · {store}")),
            },
        }
    }
}

fn rule(what: impl Into<String>, rule: &'static str) -> DemoError {
    DemoError::Rule { what: what.into(), rule }
}

fn check(holds: bool, what: &str, broken: &'static str) -> Result<(), DemoError> {
    if holds { Ok(()) } else { Err(rule(what, broken)) }
}

fn all_distinct<'a>(names: impl IntoIterator<Item = &'a str>, broken: &'static str) -> Result<(), DemoError> {
    let mut seen = HashSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(rule(name, broken)),
        None => Ok(()),
    }
}
