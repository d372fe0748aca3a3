//! Why a request did not do what was asked, as the pages and the API tell it.

use crate::enrolment;
use crate::processes::CaseRefusal;
use crate::shared::Text;
use crate::store;
use crate::webhook;
use serde::{Deserialize, Serialize};

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The login name.
    Login,
    /// The password.
    Password,
    /// A person's name.
    Name,
    /// A phone number.
    Phone,
    /// An address.
    Address,
    /// Floor and door.
    AddressDetail,
    /// The note to the store.
    NoteToStore,
    /// The note to the rider.
    NoteToRider,
    /// The card.
    Card,
    /// A position on the map.
    Position,
    /// The cart's lines.
    Lines,
    /// Something to eat, by its id or its name.
    Food,
    /// A choice among the options of a dish, by its id or its name.
    Choice,
    /// Which page of a list.
    Page,
    /// How many to a page.
    PageSize,
    /// A reason in somebody's own words.
    Reason,
    /// A day.
    Day,
    /// An order's number or id.
    Number,
    /// The idempotency key.
    Key,
    /// A store's name.
    StoreName,
    /// A store's kind of food.
    Kind,
    /// A store's phone number.
    StorePhone,
    /// What a store says of itself.
    Description,
    /// How far a store delivers.
    Radius,
    /// The least that a store delivers.
    MinOrder,
    /// The delivery fee.
    DeliveryFee,
    /// From where on the delivery costs more.
    FarFrom,
    /// The delivery fee from there on.
    FarFee,
    /// How many orders a kitchen takes at once.
    Capacity,
    /// How long cooking usually takes.
    CookingMinutes,
    /// When a store opens.
    Opens,
    /// When it closes.
    Closes,
    /// On which days it is open.
    Days,
    /// A menu, line by line.
    Menu,
    /// What a rider says of themselves.
    About,
    /// What somebody calls an API token.
    Label,
    /// How long an API token is to hold.
    Term,
    /// The URL of a webhook.
    Url,
    /// From which position of the log on something is sent again.
    From,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum FieldFault {
    /// Nothing was typed.
    Missing {
        /// Where.
        field: Field,
    },
    /// Too short.
    TooShort {
        /// Where.
        field: Field,
        /// At least so many characters.
        min: u32,
    },
    /// Too long.
    TooLong {
        /// Where.
        field: Field,
        /// At most so many characters.
        max: u32,
    },
    /// Not of the right form.
    Malformed {
        /// Where.
        field: Field,
    },
    /// The right form, but nothing is known by it.
    Unknown {
        /// Where.
        field: Field,
    },
    /// Somebody has it already.
    Taken {
        /// Where.
        field: Field,
    },
    /// A number that is too small or too large.
    OutOfRange {
        /// Where.
        field: Field,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// A line of a text that is read line by line.
    Line {
        /// Where.
        field: Field,
        /// Which line, counted from 1.
        line: u32,
        /// What is wrong with it.
        wrong: LineFault,
    },
    /// A URL that no webhook may lead to.
    Url {
        /// Where.
        field: Field,
        /// What is wrong with it.
        wrong: webhook::UrlFault,
    },
}

/// What is wrong with a line of a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineFault {
    /// There is no price in it.
    NoPrice,
    /// The price is no number of won, or out of range.
    Price {
        /// The least, in won.
        min: u64,
        /// The most, in won.
        max: u64,
    },
    /// It begins with a price, or a heading says nothing.
    NoName,
    /// The name is too long.
    NameTooLong {
        /// At most so many characters.
        max: u32,
    },
    /// The description is too long.
    DescriptionTooLong {
        /// At most so many characters.
        max: u32,
    },
    /// It has more parts than name, price and description.
    TooManyParts,
    /// It holds characters that cannot be used.
    Unprintable,
    /// A heading without a dish below it.
    EmptySection,
    /// One dish more than a menu takes.
    TooManyDishes {
        /// The most.
        max: u32,
    },
    /// One heading more than a menu takes.
    TooManySections {
        /// The most.
        max: u32,
    },
}

impl FieldFault {
    /// The field.
    pub const fn field(&self) -> Field {
        match self {
            FieldFault::Missing { field }
            | FieldFault::TooShort { field, .. }
            | FieldFault::TooLong { field, .. }
            | FieldFault::Malformed { field }
            | FieldFault::Unknown { field }
            | FieldFault::Taken { field }
            | FieldFault::OutOfRange { field, .. }
            | FieldFault::Line { field, .. }
            | FieldFault::Url { field, .. } => *field,
        }
    }
}

/// Why a request did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "fault", content = "detail", rename_all = "snake_case")]
pub enum Fault {
    /// Nobody has logged in, or the session has expired. HTTP 401.
    #[error("not signed in")]
    NotSignedIn,
    /// Login name and password do not match. HTTP 401.
    #[error("login name and password do not match")]
    WrongPassword,
    /// The account's role cannot do this. HTTP 403.
    #[error("not for this role")]
    WrongRole,
    /// An API token is not enough for this. HTTP 403.
    #[error("not with an API token")]
    NotByToken,
    /// There is no such thing, or it is another's. HTTP 404.
    #[error("not found")]
    NotFound,
    /// The order said no. HTTP 409 or 422.
    #[error(transparent)]
    Refused(CaseRefusal),
    /// The store said no. HTTP 409 or 422.
    #[error(transparent)]
    Store(store::Refusal),
    /// The application said no. HTTP 409 or 422.
    #[error(transparent)]
    Application(enrolment::Refusal),
    /// No further webhook. HTTP 409.
    #[error(transparent)]
    Webhook(webhook::Refusal),
    /// The cart belongs to another store. HTTP 409.
    #[error("the cart belongs to another store")]
    OtherStore {
        /// The store of the cart.
        cart: Text,
    },
    /// An order holds items of more than one store. HTTP 409.
    #[error("one order holds items of one store only")]
    TwoStores,
    /// The request is not of the form that any page sends. HTTP 400.
    #[error("the request cannot be read")]
    Unreadable,
    /// Fields are wrong. HTTP 422.
    #[error("fields are wrong")]
    Invalid(Vec<FieldFault>),
    /// The idempotency key was used for something else. HTTP 422.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// It has changed since the caller looked at it. HTTP 412.
    #[error("it has changed meanwhile")]
    Stale,
    /// The account has as many API tokens as it may have. HTTP 409.
    #[error("no more than {most} API tokens at the same time")]
    TooManyTokens {
        /// The most.
        most: u32,
    },
    /// Too many of a kind in a short time; nothing was done. HTTP 429.
    #[error("too many requests")]
    TooMany {
        /// After so many seconds it can be tried again, at least 1.
        retry_after_s: u32,
    },
    /// Nothing was done; trying again later may help. HTTP 503.
    #[error("not available")]
    Unavailable,
    /// It may have been done: it was and cannot be shown, or nobody knows. Asked for again under the same key it is done once. HTTP 500.
    #[error("it is not known whether it was done")]
    Unsure,
}

impl Fault {
    /// The HTTP status of this fault: one table for pages and API.
    pub fn status(&self) -> u16 {
        use crate::{order, store::ticket};
        match self {
            Fault::Unreadable => 400,
            Fault::NotSignedIn | Fault::WrongPassword => 401,
            Fault::WrongRole | Fault::NotByToken => 403,
            Fault::NotFound | Fault::Refused(CaseRefusal::NoSuchOrder) => 404,
            Fault::Invalid(_) | Fault::KeyReused => 422,
            Fault::Refused(
                CaseRefusal::Quote(_)
                | CaseRefusal::OutOfRange
                | CaseRefusal::Order(order::Refusal::NothingLeft),
            ) => 422,
            Fault::Refused(CaseRefusal::Ticket(
                ticket::Refusal::Minutes { .. } | ticket::Refusal::DelayStep | ticket::Refusal::ReasonMissing,
            )) => 422,
            Fault::Refused(CaseRefusal::Delivery(
                crate::delivery::Refusal::WrongNumber
                | crate::delivery::Refusal::WrongCode
                | crate::delivery::Refusal::NotARidersReason,
            )) => 422,
            Fault::Store(
                store::Refusal::Capacity { .. }
                | store::Refusal::NoSuchItem
                | store::Refusal::NoSuchSection
                | store::Refusal::Hours(_)
                | store::Refusal::Menu(_)
                | store::Refusal::PauseOver
                | store::Refusal::PauseTooLong { .. }
                | store::Refusal::BusyMinutes { .. }
                | store::Refusal::AnswerLimit { .. },
            ) => 422,
            Fault::Application(
                enrolment::Refusal::ReasonMissing | enrolment::Refusal::ReasonTooLong { .. },
            ) => 422,
            Fault::Application(_) | Fault::Webhook(_) => 409,
            Fault::Stale => 412,
            Fault::Refused(_)
            | Fault::Store(_)
            | Fault::OtherStore { .. }
            | Fault::TwoStores
            | Fault::TooManyTokens { .. } => 409,
            Fault::TooMany { .. } => 429,
            Fault::Unavailable => 503,
            Fault::Unsure => 500,
        }
    }

    /// What this fault is of something that follows what was asked, which is done: that the rest is not available does not undo it.
    #[must_use]
    pub fn once_done(self) -> Self {
        match self {
            Fault::Unavailable => Fault::Unsure,
            other => other,
        }
    }

    /// This and `other` at once: wrong fields are named together, each by one of the two; otherwise it is this one.
    #[must_use]
    pub fn and(self, other: Fault) -> Self {
        match (self, other) {
            (Fault::Invalid(mut faults), Fault::Invalid(more)) => {
                let known: Vec<Field> = faults.iter().map(FieldFault::field).collect();
                faults.extend(more.into_iter().filter(|fault| !known.contains(&fault.field())));
                Fault::Invalid(faults)
            }
            (first, _) => first,
        }
    }

    /// One wrong field.
    pub fn field(fault: FieldFault) -> Self {
        Fault::Invalid(vec![fault])
    }
}

impl From<CaseRefusal> for Fault {
    fn from(refusal: CaseRefusal) -> Self {
        match refusal {
            CaseRefusal::NoSuchOrder => Fault::NotFound,
            other => Fault::Refused(other),
        }
    }
}

impl From<store::Refusal> for Fault {
    fn from(refusal: store::Refusal) -> Self {
        Fault::Store(refusal)
    }
}

impl From<enrolment::Refusal> for Fault {
    fn from(refusal: enrolment::Refusal) -> Self {
        Fault::Application(refusal)
    }
}

impl From<webhook::Refusal> for Fault {
    fn from(refusal: webhook::Refusal) -> Self {
        Fault::Webhook(refusal)
    }
}
