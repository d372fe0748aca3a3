//! Who is looking.

use super::{Fault, Viewer, is_concerned};
use crate::enrolment::Part;
use crate::notification::Recipient;
use crate::processes::Case;
use crate::shared::{AccountId, Locale, StoreId, TokenId};
use serde::{Deserialize, Serialize};

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Orders.
    Customer,
    /// Runs a store.
    Owner,
    /// Delivers.
    Rider,
    /// Looks after the whole.
    Operator,
    /// Wants to own a store or to deliver, and may do nothing of either before the operator has approved it.
    Applicant,
}

impl From<Part> for Role {
    fn from(part: Part) -> Self {
        match part {
            Part::Owner => Role::Owner,
            Part::Rider => Role::Rider,
        }
    }
}

impl Role {
    /// The name in the database and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::Owner => "owner",
            Role::Rider => "rider",
            Role::Operator => "operator",
            Role::Applicant => "applicant",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Role::Customer, Role::Owner, Role::Rider, Role::Operator, Role::Applicant]
            .into_iter()
            .find(|role| role.name() == name)
    }

    /// The page this role starts at.
    pub const fn home(self) -> &'static str {
        match self {
            Role::Customer => "/",
            Role::Owner => "/owner",
            Role::Rider => "/rider",
            Role::Operator => "/operator",
            Role::Applicant => "/application",
        }
    }
}

/// An account as the pages know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// Its login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The owner's store.
    pub store: Option<StoreId>,
}

/// Who makes a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Who has logged in; nobody yet when `None`.
    pub account: Option<AccountView>,
    /// The browser's own random id, which keeps its cart, address and drafts; empty when it has none. Of a request with an API token it
    /// is one that belongs to the account, and that no browser can have.
    pub visitor: String,
    /// The language of the answer.
    pub locale: Locale,
    /// The API token that the request shows, if any: what it makes lasts no longer than the token.
    pub token: Option<TokenId>,
}

/// What the visitor of a token begins with. A browser's id is 22 letters of the base64url alphabet, and nothing else is taken from a
/// cookie; a colon is none of them, so that no browser can pretend to be an account, or become one by chance.
const OF_TOKEN: &str = "account:";

impl Caller {
    /// A script that shows an API token of this account. All tokens of an account share one cart, one address and their drafts.
    pub fn by_token(account: AccountView, token: TokenId, locale: Locale) -> Self {
        let visitor = format!("{OF_TOKEN}{}", account.id);
        Self { visitor, account: Some(account), locale, token: Some(token) }
    }

    /// Whether this is somebody who orders: a customer, or who has not logged in yet. Others have no cart.
    pub fn has_cart(&self) -> bool {
        self.account.as_ref().is_none_or(|account| account.role == Role::Customer)
    }

    /// Whether the request was made with an API token.
    pub fn is_by_token(&self) -> bool {
        self.token.is_some()
    }

    /// The account of somebody who has logged in, for what an API token is not enough: whoever has found one could otherwise make another
    /// that outlives its revocation.
    ///
    /// # Errors
    ///
    /// [`Fault::NotSignedIn`] and [`Fault::NotByToken`].
    pub fn in_person(&self) -> Result<&AccountView, Fault> {
        match &self.account {
            None => Err(Fault::NotSignedIn),
            Some(_) if self.is_by_token() => Err(Fault::NotByToken),
            Some(account) => Ok(account),
        }
    }
}

/// The caller's account when it has the role: what only one role may do begins with this.
///
/// # Errors
///
/// [`Fault::NotSignedIn`] and [`Fault::WrongRole`].
pub fn account(caller: &Caller, role: Role) -> Result<&AccountView, Fault> {
    match &caller.account {
        None => Err(Fault::NotSignedIn),
        Some(account) if account.role == role => Ok(account),
        Some(_) => Err(Fault::WrongRole),
    }
}

/// Whoever takes part in orders, and what they hear of, by notices and webhooks: own orders, the store's, or own jobs.
///
/// # Errors
///
/// [`Fault::NotSignedIn`], [`Fault::WrongRole`], and [`Fault::NotFound`] for an owner without a store.
pub fn recipient(caller: &Caller) -> Result<(&AccountView, Recipient), Fault> {
    let who = caller.account.as_ref().ok_or(Fault::NotSignedIn)?;
    let to = match who.role {
        Role::Customer => Recipient::Customer(who.id),
        Role::Owner => Recipient::Store(who.store.ok_or(Fault::NotFound)?),
        Role::Rider => Recipient::Rider(who.id),
        Role::Operator | Role::Applicant => return Err(Fault::WrongRole),
    };
    Ok((who, to))
}

/// The role of whoever is told something.
pub const fn role_of(recipient: Recipient) -> Role {
    match recipient {
        Recipient::Customer(_) => Role::Customer,
        Recipient::Store(_) => Role::Owner,
        Recipient::Rider(_) => Role::Rider,
    }
}

/// As whom somebody follows one order live: everybody whom it concerns may. Its customer hears what happens, all others that something has.
/// `case` is empty when there is no such order, which nobody else is told.
///
/// # Errors
///
/// [`Fault::NotSignedIn`], and [`Fault::NotFound`] when it is no concern of theirs, or there is none.
pub fn follower(caller: &Caller, case: &Case) -> Result<Viewer, Fault> {
    let who = caller.account.as_ref().ok_or(Fault::NotSignedIn)?;
    match who.role {
        _ if !is_concerned(who, case) => Err(Fault::NotFound),
        Role::Customer => Ok(Viewer::Customer(who.id)),
        Role::Owner | Role::Rider | Role::Operator | Role::Applicant => Ok(Viewer::Concerned),
    }
}

/// Who made an event happen, as the log keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "role", content = "account", rename_all = "snake_case")]
pub enum Actor {
    /// A customer.
    Customer(AccountId),
    /// A store's owner.
    Owner(AccountId),
    /// A rider.
    Rider(AccountId),
    /// The operator.
    Operator(AccountId),
    /// Somebody who wants to take part.
    Applicant(AccountId),
    /// Baedal itself.
    System,
}

impl From<&AccountView> for Actor {
    fn from(account: &AccountView) -> Self {
        match account.role {
            Role::Customer => Actor::Customer(account.id),
            Role::Owner => Actor::Owner(account.id),
            Role::Rider => Actor::Rider(account.id),
            Role::Operator => Actor::Operator(account.id),
            Role::Applicant => Actor::Applicant(account.id),
        }
    }
}
