//! What the pages ask of the read models. Every answer shows one moment: rows and the log's position belong together.

use super::{JobDoc, TicketDoc};
use crate::storage::{IdempotencyKey, LogError, Once};
use domain::delivery::{RiderChange, RiderState};
use domain::processes::{Limits, Takings, Wait};
use domain::shared::{AccountId, Metres, OrderId, OrderNumber, StoreId, Timestamp, Won};
use domain::store::Store;
use domain::views::{OrderDoc, Recorded};

/// An order with its customer and its events.
#[derive(Clone, Debug)]
pub struct OrderAnswer {
    /// The log's position.
    pub position: u64,
    /// Whose order it is.
    pub customer: AccountId,
    /// The document.
    pub doc: OrderDoc,
    /// All its events.
    pub events: Vec<Recorded>,
}

/// A page of a customer's orders.
#[derive(Clone, Debug)]
pub struct OrdersAnswer {
    /// The log's position.
    pub position: u64,
    /// How many orders the customer has.
    pub total: u64,
    /// The page.
    pub docs: Vec<OrderDoc>,
}

/// A store's tickets.
#[derive(Clone, Debug)]
pub struct BoardAnswer {
    /// The log's position.
    pub position: u64,
    /// The store itself; `None` when there is none.
    pub store: Option<Store>,
    /// Places taken in the kitchen.
    pub open: u32,
    /// Tickets on the board, oldest first.
    pub tickets: Vec<TicketDoc>,
    /// The last ones that left, oldest first.
    pub left: Vec<TicketDoc>,
}

/// A page of a store's tickets.
#[derive(Clone, Debug)]
pub struct TicketsAnswer {
    /// How many there are in all.
    pub total: u64,
    /// Places taken in the kitchen.
    pub open: u32,
    /// The page.
    pub docs: Vec<TicketDoc>,
}

/// Where a rider looks around for jobs.
#[derive(Clone, Debug)]
pub struct Around {
    /// The rider's duty and position.
    pub state: RiderState,
    /// How far is near, in metres.
    pub radius_m: Metres,
    /// Every map cell that reaches into that.
    pub cells: Vec<String>,
}

/// A rider's jobs.
#[derive(Clone, Debug)]
pub struct JobsAnswer {
    /// The log's position.
    pub position: u64,
    /// Jobs that can be claimed, as [`domain::delivery::listed`] has them.
    pub offered: Vec<JobDoc>,
    /// Whether there are more of them.
    pub more: bool,
    /// The rider's own.
    pub mine: Vec<JobDoc>,
    /// Rides with which something was earned on the day that was asked for.
    pub done: u32,
    /// How much, in won.
    pub earned: Won,
}

/// An order that waits for too long, or for the operator.
#[derive(Clone, Debug)]
pub struct StuckAnswer {
    /// The document.
    pub doc: OrderDoc,
    /// What it waits for.
    pub wait: Wait,
}

/// A refund that is neither made nor given up, and of which no request has failed.
#[derive(Clone, Debug)]
pub struct WaitingRefund {
    /// The document of its order.
    pub doc: OrderDoc,
    /// When it was requested.
    pub since: Timestamp,
}

/// What needs a person.
#[derive(Clone, Debug, Default)]
pub struct OperatorAnswer {
    /// The log's position.
    pub position: u64,
    /// Orders that wait for too long or for the operator, those first that have waited longest.
    pub stuck: Vec<StuckAnswer>,
    /// Whether there are more of one kind than these.
    pub more_stuck: bool,
    /// Orders whose refund fails, the oldest first; one more than so many where there are more.
    pub refunds: Vec<OrderDoc>,
    /// Refunds that wait, those first that were requested first; one more than so many where there are more. Whether they wait for too long
    /// is the domain's to say: see [`domain::views::late_refunds`].
    pub waiting_refunds: Vec<WaitingRefund>,
    /// Orders with charges that are being called off, those first where that has been so for longest.
    pub undecided: Vec<OrderDoc>,
    /// Whether there are more than these.
    pub more_undecided: bool,
    /// Orders held because their payment is not clear.
    pub held: u64,
}

/// What somebody is owed of a day's orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed<Id> {
    /// Who.
    pub who: Id,
    /// Of how many orders.
    pub orders: u64,
    /// How much, in won.
    pub amount: Won,
}

/// The settlement of a day.
#[derive(Clone, Debug, Default)]
pub struct SettlementAnswer {
    /// Each store, by its id.
    pub stores: Vec<Owed<StoreId>>,
    /// Each rider, by the id.
    pub riders: Vec<Owed<AccountId>>,
    /// What the customers paid.
    pub takings: Takings,
    /// Orders for which something was paid.
    pub orders: u64,
}

/// The read models.
#[async_trait::async_trait]
pub trait Views: Send + Sync {
    /// Whose order it is and its document, without its events.
    async fn order_doc(&self, order: OrderId) -> Result<Option<(AccountId, OrderDoc)>, LogError>;
    /// One order.
    async fn order(&self, order: OrderId) -> Result<Option<OrderAnswer>, LogError>;
    /// A customer's orders, the last one placed first.
    async fn orders_of(&self, customer: AccountId, page: u32, size: u32) -> Result<OrdersAnswer, LogError>;
    /// Orders with a short number that were placed since a moment, the newest first, at most so many.
    async fn orders_by_number(
        &self,
        number: &OrderNumber,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<OrderDoc>, LogError>;
    /// A store's board.
    async fn board(&self, store: StoreId, left: u32) -> Result<BoardAnswer, LogError>;
    /// A store's tickets: those on the board, the newest first, then those that left, the last first. Those that were turned down or
    /// cancelled are not among them.
    async fn tickets_of(&self, store: StoreId, page: u32, size: u32) -> Result<TicketsAnswer, LogError>;
    /// Places taken in a store's kitchen.
    async fn open_tickets(&self, store: StoreId) -> Result<u32, LogError>;
    /// What a rider has, what can be claimed near by, and what was earned on a day in Seoul, such as `2026-11-25`.
    async fn jobs(&self, rider: AccountId, around: &Around, day: &str) -> Result<JobsAnswer, LogError>;
    /// Orders whose wait is over, of each kind at most so many; those first whose time ended first.
    async fn overdue(&self, now: Timestamp, limits: &Limits, limit: u32) -> Result<Vec<OrderId>, LogError>;
    /// What needs a person, of each kind at most so much.
    async fn operator(&self, now: Timestamp, limits: &Limits, limit: u32)
    -> Result<OperatorAnswer, LogError>;
    /// The settlement of a day in Seoul, such as `2026-11-25`.
    async fn settlement(&self, day: &str) -> Result<SettlementAnswer, LogError>;
    /// Every store, with the log's position.
    async fn stores(&self) -> Result<(u64, Vec<Store>), LogError>;
    /// A rider's duty and position.
    async fn rider(&self, rider: AccountId) -> Result<RiderState, LogError>;
    /// Keeps a rider's duty or position; once under a key.
    async fn change_rider(
        &self,
        rider: AccountId,
        change: RiderChange,
        now: Timestamp,
        key: Option<IdempotencyKey>,
    ) -> Result<Once, LogError>;
}
