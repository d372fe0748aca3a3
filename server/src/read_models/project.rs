//! Projections: what each page's read model holds for an order or a store. Pure functions of the state after an event, so that a
//! rebuild from the log comes out identical.

use domain::processes::{Case, Context, DomainEvent, Earned, Settlement, Wait};
use domain::shared::{AccountId, OrderId, Point, Sealed, StoreId, Timestamp};
use domain::store::Store;
use domain::store::ticket;
use domain::views::{JobCard, OrderDoc, Shown, TicketCard, is_on_board};
use domain::{delivery, order};
use serde::{Deserialize, Serialize};

/// Which read models an event of a context touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The customer has one order more.
    pub placed: bool,
    /// The kitchen's board.
    pub ticket: bool,
    /// The riders' jobs.
    pub job: bool,
}

impl Touched {
    /// With this event too.
    #[must_use]
    pub fn by(self, event: &DomainEvent) -> Self {
        let context = event.context();
        Self {
            placed: self.placed || matches!(event, DomainEvent::Order(order::Event::OrderPlaced(_))),
            ticket: self.ticket || matches!(context, Context::Ticket | Context::Delivery),
            job: self.job || context == Context::Delivery,
        }
    }
}

/// A row of `view_orders`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The order.
    pub order: OrderId,
    /// Its customer.
    pub customer: AccountId,
    /// Its store.
    pub store: StoreId,
    /// Its state.
    pub shown: Shown,
    /// When it was placed.
    pub placed: Timestamp,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// True while money is on its way back and does not arrive.
    pub refund_fails: bool,
    /// Since when a charge is being called off that nobody wants any more.
    pub undecided: Option<Timestamp>,
    /// The document.
    pub doc: OrderDoc,
}

/// A ticket, for the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDoc {
    /// The card, without personal fields.
    pub card: TicketCard,
    /// Whose envelope it is.
    pub customer: AccountId,
    /// Personal fields.
    pub sealed: Sealed,
}

/// Where a ticket stands with its store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nowhere: it was never opened, or it was turned down, cancelled or withdrawn.
    #[default]
    Nowhere,
    /// On the board, with a place in the kitchen.
    InKitchen,
    /// On the board: the food waits for the rider.
    Ready,
    /// The food was cooked and is no longer there. It stays so.
    Left,
}

impl Standing {
    /// That of a case's ticket.
    pub fn of(case: &Case) -> Self {
        match (is_on_board(case.ticket.phase, case.delivery.phase), case.ticket.phase) {
            (true, phase) if phase.is_open() => Self::InKitchen,
            (true, _) => Self::Ready,
            (false, ticket::Phase::Ready) => Self::Left,
            (false, _) => Self::Nowhere,
        }
    }

    /// True while it takes a place in the kitchen.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::InKitchen)
    }

    /// True while it is on the board.
    pub const fn is_on_board(self) -> bool {
        matches!(self, Self::InKitchen | Self::Ready)
    }
}

/// A row of `view_tickets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// The order.
    pub order: OrderId,
    /// Its store.
    pub store: StoreId,
    /// Where it stands: nowhere, it is shown no more.
    pub standing: Standing,
    /// When it came.
    pub received: Timestamp,
    /// The document.
    pub doc: TicketDoc,
}

/// A job, for the riders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobDoc {
    /// What every rider near by may see.
    pub card: JobCard,
    /// Where it stands.
    pub phase: delivery::Phase,
    /// Coarse map cells of the store and of the address.
    pub cells: Vec<String>,
    /// Whose envelope it is.
    pub customer: AccountId,
    /// Personal fields: opened for the rider who has the job.
    pub sealed: Sealed,
}

/// A row of `view_jobs`.
#[derive(Clone, Debug, PartialEq)]
pub struct JobRow {
    /// The order.
    pub order: OrderId,
    /// Where it stands.
    pub phase: delivery::Phase,
    /// Who has it.
    pub rider: Option<AccountId>,
    /// Since when it is offered.
    pub offered: Timestamp,
    /// Where the store is.
    pub store_point: Point,
    /// Coarse map cells of the store and of the address.
    pub cells: Vec<String>,
    /// What the rider has earned with it.
    pub earned: Option<Earned>,
    /// The document.
    pub doc: JobDoc,
}

/// A row of `view_stores`: the whole state, which the menu page and the list show.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreRow {
    /// The store.
    pub id: StoreId,
    /// Its state.
    pub store: Store,
}

/// The rows of a case, those that may have changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseRows {
    /// For the customer, the timers and the operator.
    pub order: Option<OrderRow>,
    /// For the kitchen.
    pub ticket: Option<TicketRow>,
    /// For the riders.
    pub job: Option<JobRow>,
    /// For the settlement.
    pub deal: Option<(OrderId, Settlement)>,
}

/// The rows of an order that has been placed.
pub fn project_case(case: &Case, touched: Touched) -> CaseRows {
    let deal = case.order.placed.as_ref().map(|placed| placed.order).zip(case.settlement());
    CaseRows {
        order: order_row(case),
        ticket: touched.ticket.then(|| ticket_row(case)).flatten(),
        // What the rider earns is said by the settlement.
        job: (touched.job || deal.is_some()).then(|| job_row(case)).flatten(),
        deal,
    }
}

/// The row of a store that has been registered.
pub fn project_store(store: &Store) -> Option<StoreRow> {
    store.profile.as_ref().map(|profile| StoreRow { id: profile.id, store: store.clone() })
}

fn order_row(case: &Case) -> Option<OrderRow> {
    let placed = case.order.placed.as_ref()?;
    let doc = OrderDoc::of(case)?;
    Some(OrderRow {
        order: placed.order,
        customer: placed.customer,
        store: placed.store,
        shown: doc.line.shown,
        placed: placed.at,
        wait: case.wait(),
        refund_fails: case.payment.is_refund_failing(),
        undecided: doc.open_charges.iter().map(|open| open.since).min(),
        doc,
    })
}

fn ticket_row(case: &Case) -> Option<TicketRow> {
    let opened = case.ticket.opened.as_ref()?;
    Some(TicketRow {
        order: opened.order,
        store: opened.store,
        standing: Standing::of(case),
        received: opened.at,
        doc: TicketDoc {
            card: TicketCard::of_case(case, None)?,
            customer: opened.customer,
            sealed: opened.sealed.clone(),
        },
    })
}

fn job_row(case: &Case) -> Option<JobRow> {
    let offered = case.delivery.offered.as_ref()?;
    Some(JobRow {
        order: offered.order,
        phase: case.delivery.phase,
        rider: case.delivery.rider,
        offered: offered.at,
        store_point: offered.store_point,
        cells: offered.cells.clone(),
        earned: case.earned(),
        doc: JobDoc {
            card: JobCard::of(offered),
            phase: case.delivery.phase,
            cells: offered.cells.clone(),
            customer: offered.customer,
            sealed: offered.sealed.clone(),
        },
    })
}
