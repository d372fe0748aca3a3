//! Where somebody is reached who has no page open, and in which language.

use super::{Account, Accounts, AccountsError};
use domain::notification::Recipient;
use domain::shared::{AccountId, Locale};
use std::fmt;

/// A phone number, and the language of whoever reads there.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The number, as it was typed.
    pub phone: String,
    /// The language.
    pub locale: Locale,
}

/// Without the number.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").field("locale", &self.locale).finish_non_exhaustive()
    }
}

impl Contact {
    fn of(account: &Account) -> Option<Self> {
        let phone = account.profile.phone.clone();
        (!phone.is_empty()).then_some(Self { phone, locale: account.locale })
    }
}

impl Accounts {
    /// Where a recipient is reached: a store at those of its owners who have a phone number, the first owner first. Empty for whoever has
    /// none, or is forgotten.
    pub async fn contacts(&self, to: Recipient) -> Result<Vec<Contact>, AccountsError> {
        match to {
            Recipient::Customer(id) | Recipient::Rider(id) => {
                Ok(self.account(id).await?.as_deref().and_then(Contact::of).into_iter().collect())
            }
            Recipient::Store(store) => {
                let owners: Vec<Account> =
                    sqlx::query_as("SELECT * FROM accounts WHERE store = $1 AND role = 'owner' ORDER BY id")
                        .bind(store.to_string())
                        .fetch_all(&self.0.pool)
                        .await?;
                Ok(owners.iter().filter_map(Contact::of).collect())
            }
        }
    }

    /// Remembers the language somebody has chosen.
    pub async fn set_locale(&self, id: AccountId, locale: Locale) -> Result<(), AccountsError> {
        let done = sqlx::query("UPDATE accounts SET locale = $1 WHERE id = $2 AND locale <> $1")
            .bind(locale.tag())
            .bind(id.to_string())
            .execute(&self.0.pool)
            .await;
        self.known().forget(id);
        done?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accounts, haneul};
    use super::super::{NewAccount, Role};
    use super::*;
    use domain::shared::{StoreId, Timestamp};
    use uuid::Uuid;

    #[tokio::test]
    async fn everybody_is_reached_where_they_can_be_and_in_their_language() {
        let accounts = accounts().await;
        let now = Timestamp(1_795_370_400_000);
        let store = StoreId(Uuid::from_u128(9));
        let owner = |number: u128, phone: &str| NewAccount {
            id: AccountId(Uuid::from_u128(number)),
            login: format!("owner{number}"),
            role: Role::Owner,
            store: Some(store),
            phone: phone.to_owned(),
            ..haneul()
        };
        let customer = accounts.add(haneul(), now).await.unwrap().id;
        for new in [owner(11, "010-0000-0011"), owner(12, ""), owner(13, "010-0000-0013")] {
            accounts.add(new, now).await.unwrap();
        }
        let reached = |to| {
            let accounts = accounts.clone();
            async move {
                let found = accounts.contacts(to).await.unwrap();
                found.into_iter().map(|contact| (contact.phone, contact.locale)).collect::<Vec<_>>()
            }
        };
        let at = |phone: &str, locale| (phone.to_owned(), locale);
        assert_eq!(reached(Recipient::Customer(customer)).await, [at("010-0000-0001", Locale::Ko)]);
        accounts.set_locale(customer, Locale::En).await.unwrap();
        assert_eq!(reached(Recipient::Customer(customer)).await, [at("010-0000-0001", Locale::En)]);
        let both = [at("010-0000-0011", Locale::Ko), at("010-0000-0013", Locale::Ko)];
        assert_eq!(reached(Recipient::Store(store)).await, both);
        accounts.forget(customer).await.unwrap();
        assert_eq!(reached(Recipient::Customer(customer)).await, []);
    }
}
