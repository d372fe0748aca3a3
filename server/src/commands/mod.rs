//! Commands: authorise, build the unit of work, hand it to the log. The rules themselves are in `domain`.

mod delivery;
mod enrolment;
mod kitchen;
mod operator;
mod ordering;

use crate::adapters::clock::{Clock, new_uuid};
use crate::storage::{Decide, EventLog, IdempotencyKey, Loaded, LogError, Ran, Subject, Unit, Vault};
use domain::processes::{Case, CaseRefusal, DomainEvent};
use domain::shared::{Decision, Metres, Timestamp};
use domain::views::{AccountView, Actor, Fault, Field, FieldFault};
use std::fmt::Display;
use std::sync::Arc;

pub use domain::views::account;
pub(crate) use enrolment::registering;
pub use ordering::Placement;

/// The longest idempotency key, in characters.
pub(crate) const MAX_KEY: usize = 200;

/// What commands need to know of the platform's settings.
#[derive(Clone, Copy, Debug)]
pub struct CommandSettings {
    /// How far is near for a rider, in metres.
    pub rider_radius_m: Metres,
    /// How long a dearer change may wait for its approval, in minutes.
    pub hold_minutes: u32,
}

/// Sends commands to the log.
#[derive(Clone)]
pub struct Commands {
    log: Arc<dyn EventLog>,
    vault: Vault,
    clock: Arc<dyn Clock>,
    settings: CommandSettings,
    expected: Option<Expected>,
    asked: Option<String>,
}

/// The versions of which something must have one for a command about it to be carried out: those that the caller has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Of what.
    pub of: Part,
    /// Any of these.
    pub versions: Vec<u64>,
}

/// How another program asks for something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Under which key, if any.
    pub key: Option<String>,
    /// The body that it sent, as JSON whose members are in order: the same value is the same text.
    pub body: String,
    /// The versions that it has seen, if it says so: what it asks for is done to one of them.
    pub versions: Option<Vec<u64>>,
}

impl Asked {
    /// Under what a repeat is recognised of something that `command` names, about `subject` if there is anything yet.
    ///
    /// # Errors
    ///
    /// [`Fault::Invalid`] when the key is none.
    pub(crate) fn key_of(
        &self,
        account: &AccountView,
        command: &str,
        subject: Option<&(dyn Display + Sync)>,
    ) -> Result<Option<IdempotencyKey>, Fault> {
        self.key.as_deref().map(|key| idempotency(account, command, subject, key, &self.body)).transpose()
    }

    /// Whether it is to be done to something of this version.
    ///
    /// # Errors
    ///
    /// [`Fault::Stale`] when another one was seen.
    pub(crate) fn expects(&self, version: u64) -> Result<(), Fault> {
        match &self.versions {
            Some(versions) if !versions.contains(&version) => Err(Fault::Stale),
            _ => Ok(()),
        }
    }
}

/// What has a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An order, as its customer sees it.
    Order,
    /// A ticket, as its store sees it.
    Ticket,
    /// A job, as riders see it.
    Job,
    /// A store.
    Store,
}

impl Expected {
    /// Refused when it has none of them.
    fn check(&self, loaded: &Loaded) -> Result<(), Fault> {
        let versions = loaded.case.versions;
        let is = match self.of {
            Part::Order => versions.of_order().into(),
            Part::Ticket => versions.of_ticket().into(),
            Part::Job => versions.of_job().into(),
            Part::Store => loaded.store.as_ref().map_or(0, |store| store.version),
        };
        if self.versions.contains(&is) { Ok(()) } else { Err(Fault::Stale) }
    }
}

impl Commands {
    /// Commands on a log.
    pub fn new(
        log: Arc<dyn EventLog>,
        vault: Vault,
        clock: Arc<dyn Clock>,
        settings: CommandSettings,
    ) -> Self {
        Self { log, vault, clock, settings, expected: None, asked: None }
    }

    /// The same commands, carried out only on what has this version, if one is given.
    #[must_use]
    pub fn expecting(&self, expected: Option<Expected>) -> Self {
        Self { expected, ..self.clone() }
    }

    /// The same commands, whose repeats are recognised by what was sent, when the server has made more of it than that.
    #[must_use]
    pub fn asked(&self, sent: String) -> Self {
        Self { asked: Some(sent), ..self.clone() }
    }

    /// What was answered to a command with this key and body before; `None` when there was none.
    ///
    /// # Errors
    ///
    /// [`Fault::KeyReused`] when the key was used for something else.
    async fn answered(
        &self,
        account: &AccountView,
        (name, subject): (&str, Option<&(dyn Display + Sync)>),
        key: &str,
        body: &str,
    ) -> Result<Option<Ran>, Fault> {
        let key = idempotency(account, name, subject, key, body)?;
        self.log.answered(&key).await.map_err(|error| unavailable(name, &error))
    }

    /// Runs one command of an account.
    async fn run(
        &self,
        account: &AccountView,
        subject: Subject,
        name: &str,
        key: Option<(&str, String)>,
        decide: Decide,
    ) -> Ran {
        // An order that is about to be placed has no id yet that a repeat could name.
        let about: Option<&(dyn Display + Sync)> = match &subject {
            Subject::NewOrder(..) => None,
            Subject::Order(order) => Some(order),
            Subject::Store(store) => Some(store),
        };
        let key = match key {
            Some((key, body)) => {
                let body = self.asked.as_deref().unwrap_or(&body);
                Some(idempotency(account, name, about, key, body)?)
            }
            None => None,
        };
        let decide: Decide = match self.expected.clone() {
            Some(expected) => Box::new(move |loaded, now| {
                let decided = decide(loaded, now);
                // What is another's does not tell its version either.
                if !matches!(decided, Err(Fault::NotFound)) {
                    expected.check(loaded)?;
                }
                decided
            }),
            None => decide,
        };
        let unit = Unit {
            command: new_uuid(self.clock.now()),
            actor: Actor::from(account),
            subject,
            key,
            completes: None,
            decide,
        };
        self.log.execute(unit).await.unwrap_or_else(|error| Err(unavailable(name, &error)))
    }

    /// Runs one command about an order's case.
    async fn on_case(
        &self,
        account: &AccountView,
        order: domain::shared::OrderId,
        name: &str,
        key: &str,
        body: String,
        decide: impl Fn(&Case, Timestamp) -> Result<Decision<DomainEvent>, CaseRefusal> + Send + Sync + 'static,
    ) -> Ran {
        let decide: Decide = Box::new(move |loaded, now| decide(&loaded.case, now).map_err(Fault::from));
        self.run(account, Subject::Order(order), name, Some((key, body)), decide).await
    }
}

/// The sentence for the user, and the cause for the log.
pub fn unavailable(what: &str, error: &LogError) -> Fault {
    tracing::error!(%error, what, "the storage failed");
    match error {
        LogError::Unanswered => Fault::Unsure,
        _ => Fault::Unavailable,
    }
}

/// Under what a repeat of a command is recognised: whose it is, what is asked for, and of what.
///
/// # Errors
///
/// [`Fault::Invalid`] when the key is none.
pub(crate) fn idempotency(
    account: &AccountView,
    name: &str,
    subject: Option<&(dyn Display + Sync)>,
    key: &str,
    body: &str,
) -> Result<IdempotencyKey, Fault> {
    let field = Field::Key;
    if key.is_empty() {
        return Err(Fault::field(FieldFault::Missing { field }));
    }
    if key.chars().count() > MAX_KEY {
        return Err(Fault::field(FieldFault::TooLong { field, max: MAX_KEY as u32 }));
    }
    Ok(IdempotencyKey {
        scope: match subject {
            Some(subject) => format!("{}:{name}:{subject}", account.id),
            None => format!("{}:{name}", account.id),
        },
        key: key.to_owned(),
        body_hash: blake3::hash(body.as_bytes()).to_hex()[..32].to_owned(),
    })
}
