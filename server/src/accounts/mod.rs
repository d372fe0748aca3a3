//! Who can log in: accounts in the main database, passwords as argon2id hashes.

mod applications;
mod contacts;
mod known;
mod passwords;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::shared::{AccountId, Locale, StoreId, Timestamp};
use domain::views::{AccountFields, AccountView, Fault, Field, FieldFault, Role, check_account};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{FromRow, Row};

pub use applications::{Filed, Kept};
pub use contacts::Contact;
use known::Known;
pub use passwords::PasswordError;
use passwords::Passwords;

/// Why accounts cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// What was asked is not to be had: see the fault.
    #[error(transparent)]
    Refused(#[from] Fault),
    /// SQLite said no.
    #[error("accounts cannot be read or written: {0}")]
    Database(#[from] sqlx::Error),
    /// A password could not be hashed or compared.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Users hear why they were refused, and of everything else that it is not available now; the cause goes to the log.
impl From<AccountsError> for Fault {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Refused(fault) => fault,
            other => {
                tracing::error!(error = %other, "accounts are not available");
                Fault::Unavailable
            }
        }
    }
}

/// An account that is to be.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Its login name: 3 to 32 of a-z, 0-9, dot, dash and underscore; large letters are made small.
    pub login: String,
    /// Its password: 8 to 128 characters.
    pub password: String,
    /// The person's name: 1 to 40 characters.
    pub name: String,
    /// The phone number: 9 to 15 digits and dashes; a customer needs one, others may leave it empty.
    pub phone: String,
    /// What it may do.
    pub role: Role,
    /// An owner's store; nobody else has one.
    pub store: Option<StoreId>,
    /// A customer's usual address; may be empty.
    pub address: String,
    /// Floor and door; may be empty.
    pub address_detail: String,
}

/// The account with its fields tidied, or all that is wrong with them.
fn checked(new: NewAccount) -> Result<NewAccount, Fault> {
    let NewAccount { id, login, password, name, phone, role, store, address, address_detail } = new;
    let fields = AccountFields { login, name, phone, address, address_detail };
    let AccountFields { login, name, phone, address, address_detail } =
        check_account(role, fields, &password)?;
    Ok(NewAccount { id, login, password, name, phone, role, store, address, address_detail })
}

/// Without the password.
impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount")
            .field("id", &self.id)
            .field("login", &self.login)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What the checkout fills in for a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The person's name.
    pub name: String,
    /// The phone number; may be empty.
    pub phone: String,
    /// The usual address; may be empty.
    pub address: String,
    /// Floor and door; may be empty.
    pub address_detail: String,
}

struct Account {
    view: AccountView,
    profile: Profile,
    locale: Locale,
}

impl FromRow<'_, SqliteRow> for Account {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let unreadable =
            |column: &str| sqlx::Error::Decode(format!("accounts.{column} is not readable").into());
        let name: String = row.try_get("name")?;
        let id = row.try_get::<&str, _>("id")?.parse().map_err(|_| unreadable("id"))?;
        let role = Role::from_name(row.try_get("role")?).ok_or_else(|| unreadable("role"))?;
        let store: Option<&str> = row.try_get("store")?;
        let store = store.map(str::parse).transpose().map_err(|_| unreadable("store"))?;
        Ok(Self {
            view: AccountView { id, login: row.try_get("login")?, name: name.clone(), role, store },
            profile: Profile {
                name,
                phone: row.try_get("phone")?,
                address: row.try_get("address")?,
                address_detail: row.try_get("address_detail")?,
            },
            locale: if row.try_get::<&str, _>("locale")? == Locale::En.tag() {
                Locale::En
            } else {
                Locale::Ko
            },
        })
    }
}

/// All accounts; clones share them.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    pool: SqlitePool,
    known: Mutex<Known>,
    passwords: Passwords,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl Accounts {
    /// The accounts in the main database, whose tables are up to date.
    pub fn new(pool: SqlitePool) -> Self {
        Self(Arc::new(Inner { pool, known: Mutex::default(), passwords: Passwords::default() }))
    }

    /// Adds an account. Refused with [`Fault::Invalid`] that names every wrong field.
    pub async fn add(&self, new: NewAccount, now: Timestamp) -> Result<AccountView, AccountsError> {
        let new = self.check(new).await?;
        let hash = self.0.passwords.hash(new.password.clone()).await?;
        insert(&mut *self.0.pool.acquire().await?, new, hash, now).await
    }

    /// The account with its fields tidied. Refused as [`Accounts::add`] would.
    pub async fn check(&self, new: NewAccount) -> Result<NewAccount, AccountsError> {
        let new = checked(new)?;
        // Before the expensive hash; the unique index decides between two at the same moment.
        match self.by_login(&new.login).await? {
            Some(_) => Err(taken().into()),
            None => Ok(new),
        }
    }

    /// The account with this login name, in whatever case it is typed.
    pub async fn by_login(&self, login: &str) -> Result<Option<AccountView>, AccountsError> {
        let account: Option<Account> = sqlx::query_as("SELECT * FROM accounts WHERE login = $1")
            .bind(login.trim())
            .fetch_optional(&self.0.pool)
            .await?;
        Ok(account.map(|account| account.view))
    }

    /// The account with this id; from memory when it was asked for before.
    pub async fn by_id(&self, id: AccountId) -> Result<Option<AccountView>, AccountsError> {
        Ok(self.account(id).await?.map(|account| account.view.clone()))
    }

    /// What the checkout fills in for this account; nothing when there is no such account.
    pub async fn profile(&self, id: AccountId) -> Result<Profile, AccountsError> {
        Ok(self.account(id).await?.map(|account| account.profile.clone()).unwrap_or_default())
    }

    /// The account that this login name and password belong to; [`Fault::WrongPassword`] when they belong to none. An
    /// unknown login name takes as long as a wrong password.
    pub async fn verify(&self, login: &str, password: &str) -> Result<AccountView, AccountsError> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT id, password_hash FROM accounts WHERE login = $1")
                .bind(login.trim())
                .fetch_optional(&self.0.pool)
                .await?;
        let (id, hash) = row.unzip();
        let matches = self.0.passwords.matches(password.to_owned(), hash).await?;
        let id = id.and_then(|id| id.parse().ok()).filter(|_| matches).ok_or(Fault::WrongPassword)?;
        Ok(self.by_id(id).await?.ok_or(Fault::WrongPassword)?)
    }

    /// Forgets an account: name, phone, address and login are gone.
    pub async fn forget(&self, id: AccountId) -> Result<(), AccountsError> {
        let done = sqlx::query("DELETE FROM accounts WHERE id = $1")
            .bind(id.to_string())
            .execute(&self.0.pool)
            .await;
        self.known().forget(id);
        done?;
        Ok(())
    }

    async fn account(&self, id: AccountId) -> Result<Option<Arc<Account>>, AccountsError> {
        let changes = match self.known().get(id) {
            Ok(account) => return Ok(Some(account)),
            Err(changes) => changes,
        };
        let account: Option<Account> = sqlx::query_as("SELECT * FROM accounts WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.0.pool)
            .await?;
        let account = account.map(Arc::new);
        if let Some(account) = &account {
            self.known().keep(id, account.clone(), changes);
        }
        Ok(account)
    }

    /// What is in memory, also after another thread panicked: every change leaves it whole.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    new: NewAccount,
    hash: String,
    now: Timestamp,
) -> Result<AccountView, AccountsError> {
    let added = sqlx::query(
        "INSERT INTO accounts
           (id, login, name, phone, role, store, password_hash, address, address_detail, created_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (login) DO NOTHING",
    )
    .bind(new.id.to_string())
    .bind(&new.login)
    .bind(&new.name)
    .bind(&new.phone)
    .bind(new.role.name())
    .bind(new.store.map(|store| store.to_string()))
    .bind(hash)
    .bind(&new.address)
    .bind(&new.address_detail)
    .bind(now.0)
    .execute(connection)
    .await?;
    if added.rows_affected() == 0 {
        return Err(taken().into());
    }
    Ok(AccountView { id: new.id, login: new.login, name: new.name, role: new.role, store: new.store })
}

fn taken() -> Fault {
    Fault::field(FieldFault::Taken { field: Field::Login })
}
