//! The demo's accounts, from their JSON.

use domain::shared::{AccountId, Point};
use domain::views::{AddressView, Role};
use serde::Deserialize;

use super::ids::Ids;
use super::stores::DemoStore;
use super::{DemoAccount, DemoError, all_distinct, check, rule};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountRow {
    login: String,
    password: String,
    role: Role,
    name: String,
    name_en: Option<String>,
    phone: String,
    store: Option<String>,
    #[serde(default)]
    address: String,
    #[serde(default)]
    address_detail: String,
    lat: Option<f64>,
    lon: Option<f64>,
}

/// Reads and checks the accounts; `find` knows the addresses.
pub(super) fn parse(
    json: &str,
    stores: &[DemoStore],
    find: impl Fn(&str) -> Option<AddressView>,
) -> Result<Vec<DemoAccount>, DemoError> {
    let rows: Vec<AccountRow> =
        serde_json::from_str(json).map_err(|source| DemoError::Json { file: "accounts.json", source })?;
    all_distinct(rows.iter().map(|row| row.login.as_str()), "a login name is unique")?;
    for store in stores {
        let owned =
            rows.iter().any(|row| row.login == store.owner && row.store.as_deref() == Some(&store.slug));
        check(owned, &store.slug, "a store's owner has an account that names the store")?;
    }
    let mut ids = Ids::of("account");
    rows.into_iter().map(|row| row.build(&mut ids, stores, &find)).collect()
}

impl AccountRow {
    fn build(
        self,
        ids: &mut Ids,
        stores: &[DemoStore],
        find: impl Fn(&str) -> Option<AddressView>,
    ) -> Result<DemoAccount, DemoError> {
        let login = self.login.as_str();
        let store = match &self.store {
            None => None,
            Some(slug) => {
                let known = stores.iter().find(|store| store.slug == *slug && store.owner == login);
                Some(known.ok_or_else(|| rule(login, "an owner's store knows its owner"))?.profile.id)
            }
        };
        check(store.is_some() == (self.role == Role::Owner), login, "owners have a store, and nobody else")?;
        let (address, place) = match self.role {
            Role::Customer => {
                let found =
                    find(&self.address).ok_or_else(|| rule(login, "a customer's address is known"))?;
                (found.text, Some(found.point))
            }
            Role::Rider => {
                let place = self.lat.zip(self.lon).and_then(|(lat, lon)| Point::new(lat, lon));
                let place = place.ok_or_else(|| rule(login, "a rider is somewhere"))?;
                (self.address, Some(place))
            }
            Role::Owner | Role::Operator | Role::Applicant => (self.address, None),
        };
        Ok(DemoAccount {
            id: AccountId(ids.next(login)),
            login: self.login,
            password: self.password,
            name: self.name,
            name_en: self.name_en,
            phone: self.phone,
            role: self.role,
            store,
            address,
            address_detail: self.address_detail,
            place,
        })
    }
}
