//! What the live streams say, as the description tells it. The messages are made in `domain::views::live`; a test holds those that come against
//! this.
#![allow(dead_code, reason = "read for the description alone")]

use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, ObjectBuilder, RefOr, Response, ResponseBuilder, Type};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use uuid::Uuid;

use super::errors::stream_refusals;

/// What all streams have in common.
pub(super) const STREAMS: &str = "Server-sent events, for as long as the connection is open. A message has an `id:`, its position in the log, and \
    `data:`, which is JSON: a `LiveMessage`. It has no `event:`. There are three others, of which the last two end a stream:\n\n\
    * `event: changed` asks the program to look again and to go on listening: the operator's console shows something else, such as a circuit breaker or \
    an application, without an event of an order that would tell it. Its data is the last position that was told.\n\
    * `event: reset` asks the program to look afresh, and to listen again from there. Its data is the last position that was told. It comes when \
    more than 500 events were missed, when a position is not of this log, and to a rider who has moved or gone on or off duty.\n\
    * `event: bye` says that no more will come, and as its data why: `over` (nothing more will happen to the order or its money), `logout` (the \
    token was revoked or has expired) or `shutdown` (the server stops: come again in a moment).\n\n\
    A stream that broke off goes on without gap or repeat after `Last-Event-ID`, or after `?after=`; with neither it begins at the end of the log. \
    Looking first and listening then misses nothing when the look's `position` is the stream's `after`. Every 15 seconds there is a line without \
    meaning. New kinds of messages and new members may come: a program ignores what it does not know.";

/// The header with which a stream goes on.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct LastSeen {
    /// The `id:` of the last message that was heard; it wins over `after`. What is no position is not looked at.
    #[param(rename = "Last-Event-ID", example = "4711")]
    last_event_id: Option<String>,
}

/// The answers of a stream.
pub(crate) struct StreamAnswers;

impl IntoResponses for StreamAnswers {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let example = "retry: 1000\n\nid: 4711\ndata: {\"position\":4711,\"ts\":1795402860000,\"kind\":\"ticket\",\"data\":{\"change\":\"moved\",\
                       \"order\":\"01937b3e-6f00-7000-8000-000000000001\",\"phase\":\"cooking\",\"ready_at\":null}}\n\n";
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Events as server-sent events have them, until one of both sides ends the stream. The data of messages is a `LiveMessage`."));
        let content = ContentBuilder::new().schema(Some(text)).example(Some(json!(example))).build();
        let stream = ResponseBuilder::new().description("The stream.").content("text/event-stream", content);
        let mut answers = stream_refusals();
        answers.insert("200".to_owned(), RefOr::T(stream.build()));
        answers
    }
}

/// A message of a live stream.
#[derive(Serialize, ToSchema)]
pub(super) struct LiveMessage {
    /// The position of its event in the log, the same as `id:`.
    #[schema(example = 4711)]
    position: u64,
    /// When it was committed; of what was missed, when it happened. In milliseconds since 1970.
    ts: i64,
    /// What it is about.
    kind: LiveKind,
    /// What has changed: by its kind a `LiveOrder`, `LiveTicket`, `LiveStore` or `LiveJob`.
    data: LiveData,
}

/// What a message is about: to a customer it is `order`, to an owner `ticket` or `store`, to a rider `job`. To the operator it is `operator`, and
/// says alone by which `order` the lists have changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LiveKind {
    Order,
    Ticket,
    Store,
    Job,
    Operator,
}

/// What has changed.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum LiveData {
    Order(Box<LiveOrder>),
    Ticket(LiveTicket),
    Store(LiveStore),
    Job(LiveJob),
}

/// What has changed about an order, for its customer. What is left out has not changed.
#[derive(Serialize, ToSchema)]
struct LiveOrder {
    /// The order.
    order: Uuid,
    /// Its state from now on, unless a later one is known already: such as `received`, `cooking`, `on_the_way`, `completed`.
    #[schema(example = "cooking")]
    shown: Option<String>,
    /// What has happened, as in its timeline: `position`, `at`, `by`, `what` and `money`.
    entry: Option<LiveEntry>,
    /// When the food should be ready, in milliseconds since 1970.
    ready_at: Option<i64>,
    /// What it consists of from now on.
    bill: Option<LiveBill>,
    /// The change under way; `null` when it is settled.
    change: Option<LiveChange>,
    /// Where the customer goes on to pay; `null` when that is over.
    pay_url: Option<String>,
    /// Until when the order is held, in milliseconds since 1970: then it ends, and nothing is charged.
    held_until: Option<i64>,
    /// For what money was taken: `order`, or `change` with its revision.
    #[schema(value_type = Option<serde_json::Value>)]
    paid: Option<serde_json::Value>,
    /// For what nothing was taken, and nothing will be: as in `paid`.
    #[schema(value_type = Option<serde_json::Value>)]
    unpaid: Option<serde_json::Value>,
    /// The order, when it is new.
    placed: Option<LiveOrderLine>,
}

/// An entry of a timeline.
#[derive(Serialize, ToSchema)]
struct LiveEntry {
    /// Its position in the log.
    position: u64,
    /// When, in milliseconds since 1970.
    at: i64,
    /// Who: a `role`, and its `account` unless it is `system`.
    #[schema(value_type = Object)]
    by: serde_json::Value,
    /// What, under the name `what`, with what belongs to it.
    #[schema(value_type = Object)]
    what: serde_json::Value,
    /// What it did to the money: `money` is `asked`, `taken`, `owed`, `returned` or `sent_back`, `amount` is in won.
    #[schema(value_type = Option<Object>)]
    money: Option<serde_json::Value>,
}

/// A change that waits.
#[derive(Serialize, ToSchema)]
struct LiveChange {
    /// Which change it is, counted from 1.
    revision: u32,
    /// What the order would consist of.
    bill: LiveBill,
    /// What has to be paid first, in won.
    extra: u64,
    /// Until when that may take, in milliseconds since 1970.
    until: i64,
}

/// An order in a list.
#[derive(Serialize, ToSchema)]
struct LiveOrderLine {
    /// The order.
    order: Uuid,
    /// Its short number.
    number: String,
    /// The store.
    store: Uuid,
    /// The store's name.
    store_name: LiveText,
    /// The store's picture.
    picture: String,
    /// The first dish's name.
    first: LiveText,
    /// How many further lines there are.
    more: u32,
    /// What it costs, in won.
    total: u64,
    /// When it was placed, in milliseconds since 1970.
    placed_at: i64,
    /// Its state.
    shown: String,
}

/// A text of a store.
#[derive(Serialize, ToSchema)]
struct LiveText {
    /// Korean.
    ko: String,
    /// English, where there is one.
    en: Option<String>,
}

/// What an order consists of.
#[derive(Serialize, ToSchema)]
struct LiveBill {
    /// The lines.
    lines: Vec<LiveLine>,
    /// Their sum, in won.
    items: u64,
    /// The delivery fee, in won.
    delivery_fee: u64,
    /// What the customer pays, in won.
    total: u64,
}

/// A line.
#[derive(Serialize, ToSchema)]
struct LiveLine {
    /// The dish on the menu.
    item: Uuid,
    /// Its name.
    name: LiveText,
    /// One piece without options, in won.
    price: u64,
    /// How many.
    quantity: u32,
    /// The options: `choice`, `name` and `price`.
    options: Vec<LiveOption>,
}

/// A chosen option.
#[derive(Serialize, ToSchema)]
struct LiveOption {
    /// The choice on the menu.
    choice: Uuid,
    /// Its name.
    name: LiveText,
    /// What it adds to one piece, in won.
    price: u64,
}

/// What has changed in a kitchen.
#[derive(Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
enum LiveTicket {
    /// A new order.
    Opened {
        /// Its ticket.
        card: LiveCard,
    },
    /// A ticket moved on.
    Moved {
        /// The order.
        order: Uuid,
        /// To where: `accepted`, `cooking`, `ready`, `rejected` or `cancelled`.
        phase: String,
        /// When the food should be ready, in milliseconds since 1970.
        ready_at: Option<i64>,
    },
    /// It takes longer.
    Delayed {
        /// The order.
        order: Uuid,
        /// When the food should be ready now, in milliseconds since 1970.
        ready_at: i64,
    },
    /// The customer has changed the order.
    Changed {
        /// The order.
        order: Uuid,
        /// What was to be cooked before.
        before: Vec<LiveLine>,
        /// What is to be cooked now.
        bill: LiveBill,
        /// The change's number.
        revision: u32,
    },
    /// A rider moved on.
    Rider {
        /// The order.
        order: Uuid,
        /// To where: `offered`, `claimed`, `arrived`, `picked_up`, `delivered` or `failed`.
        phase: String,
    },
}

/// A ticket.
#[derive(Serialize, ToSchema)]
struct LiveCard {
    /// The order.
    order: Uuid,
    /// Its short number.
    number: String,
    /// What to cook.
    lines: Vec<LiveLine>,
    /// The lines' price, in won.
    items: u64,
    /// Where it goes.
    address: String,
    /// The customer's note to the store.
    note: String,
    /// Where it stands in the kitchen.
    phase: String,
    /// Where it stands with the rider.
    delivery: String,
    /// When it came, in milliseconds since 1970.
    received_at: i64,
    /// When the food should be ready, in milliseconds since 1970.
    ready_at: Option<i64>,
    /// The number of the last change; 0 before the first.
    revision: u32,
    /// The lines before that change.
    before: Vec<LiveLine>,
}

/// What has changed about a store. `hours` and `menu` say alone that it has.
#[derive(Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
enum LiveStore {
    /// 주문수용량.
    Capacity {
        /// How many tickets at once.
        capacity: u32,
    },
    /// It takes no orders.
    Paused {
        /// Until when, in milliseconds since 1970; `null` until it is reopened.
        until: Option<i64>,
    },
    /// The pause is over.
    Reopened,
    /// Cooking takes longer for now, or no longer does.
    Busy {
        /// By so many minutes.
        minutes: u32,
    },
    /// How long the owner may take to answer.
    AnswerLimit {
        /// Minutes.
        minutes: u32,
    },
    /// The hours.
    Hours,
    /// The menu.
    Menu,
}

/// What has changed in a rider's list.
#[derive(Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
enum LiveJob {
    /// A new job, or one that was given back.
    Offered {
        /// The job; `null` when it was given back and has to be asked for.
        card: Option<LiveOffer>,
        /// The order.
        order: Uuid,
    },
    /// Somebody else has it.
    Taken {
        /// The order.
        order: Uuid,
    },
    /// The own job moved on.
    Mine {
        /// The order.
        order: Uuid,
        /// To where.
        phase: String,
    },
    /// It is over.
    Gone {
        /// The order.
        order: Uuid,
    },
}

/// A job as every rider near by sees it.
#[derive(Serialize, ToSchema)]
struct LiveOffer {
    /// The order.
    order: Uuid,
    /// Its short number.
    number: String,
    /// Where to pick it up.
    store_name: LiveText,
    /// The store's address.
    store_address: String,
    /// Where the store is: `lat` and `lon` in degrees.
    #[schema(value_type = Object)]
    store_point: serde_json::Value,
    /// From the store to the customer, in metres, in whole hundreds.
    distance_m: u32,
    /// What the rider earns, in won.
    fee: u64,
    /// Since when it is offered, in milliseconds since 1970.
    offered_at: i64,
}
