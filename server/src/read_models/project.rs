//! Projections: what each page's read model holds for an order or a store. Pure functions of the state after an event, so that a
//! rebuild from the log comes out identical.

use domain::delivery;
use domain::processes::{Case, Context};
use domain::shared::{AccountId, Bill, OrderId, Sealed, StoreId, Timestamp, Won};
use domain::store::Store;
use domain::store::ticket;
use domain::views::{JobCard, OrderLine, Shown, TicketCard, is_on_board, is_settled};
use serde::{Deserialize, Serialize};

/// Which read models an event of a context touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The kitchen's board.
    pub ticket: bool,
    /// The riders' jobs.
    pub job: bool,
}

impl Touched {
    /// With an event of this context too.
    #[must_use]
    pub fn by(self, context: Context) -> Self {
        Self {
            ticket: self.ticket || matches!(context, Context::Ticket | Context::Delivery),
            job: self.job || context == Context::Delivery,
        }
    }
}

/// A customer's order, for the list and for its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDoc {
    /// The list's line.
    pub line: OrderLine,
    /// The bill that holds now.
    pub bill: Bill,
    /// When the food should be ready.
    pub ready_at: Option<Timestamp>,
    /// The digits for the door.
    pub code: String,
    /// Where the customer goes on to pay.
    pub pay_url: Option<String>,
    /// Taken, in won.
    pub taken: Won,
    /// Owed back, in won.
    pub owed: Won,
    /// Given back, in won.
    pub returned: Won,
    /// True when nothing more will happen, to the order or to its money.
    pub settled: bool,
    /// Personal fields.
    pub sealed: Sealed,
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

/// A row of `view_tickets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// The order.
    pub order: OrderId,
    /// Its store.
    pub store: StoreId,
    /// True until the food has left or the ticket has ended.
    pub on_board: bool,
    /// True for a ticket that was cooked: the only ones shown among those that left.
    pub cooked: bool,
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
    /// The fee, in won.
    pub fee: Won,
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

/// The rows of an order that has been placed.
pub fn project_case(case: &Case, touched: Touched) -> (Option<OrderRow>, Option<TicketRow>, Option<JobRow>) {
    (
        order_row(case),
        touched.ticket.then(|| ticket_row(case)).flatten(),
        touched.job.then(|| job_row(case)).flatten(),
    )
}

/// The row of a store that has been registered.
pub fn project_store(store: &Store) -> Option<StoreRow> {
    store.profile.as_ref().map(|profile| StoreRow { id: profile.id, store: store.clone() })
}

fn order_row(case: &Case) -> Option<OrderRow> {
    let placed = case.order.placed.as_ref()?;
    let shown = Shown::of(case)?;
    let bill = case.order.bill.clone().unwrap_or_else(|| placed.bill.clone());
    let mut line = OrderLine::of(placed)?;
    line.shown = shown;
    line.total = bill.total;
    let (taken, returned) = (case.payment.approved(), case.payment.refunded());
    let owed = case.payment.given_back().minus(returned).unwrap_or(Won::ZERO);
    Some(OrderRow {
        order: placed.order,
        customer: placed.customer,
        store: placed.store,
        shown,
        placed: placed.at,
        doc: OrderDoc {
            line,
            bill,
            ready_at: case.ticket.ready_at,
            code: placed.code.clone(),
            pay_url: case.payment.waiting.as_ref().map(|(_, url)| url.clone()).filter(|_| !shown.is_end()),
            taken,
            owed,
            returned,
            settled: is_settled(case),
            sealed: placed.sealed.clone(),
        },
    })
}

fn ticket_row(case: &Case) -> Option<TicketRow> {
    let opened = case.ticket.opened.as_ref()?;
    let mut card = TicketCard::of(opened, None);
    card.phase = case.ticket.phase;
    card.delivery = case.delivery.phase;
    card.ready_at = case.ticket.ready_at;
    card.revision = case.ticket.revision;
    Some(TicketRow {
        order: opened.order,
        store: opened.store,
        on_board: is_on_board(case),
        cooked: case.ticket.phase == ticket::Phase::Ready,
        received: opened.at,
        doc: TicketDoc { card, customer: opened.customer, sealed: opened.sealed.clone() },
    })
}

fn job_row(case: &Case) -> Option<JobRow> {
    let offered = case.delivery.offered.as_ref()?;
    Some(JobRow {
        order: offered.order,
        phase: case.delivery.phase,
        rider: case.delivery.rider,
        offered: offered.at,
        fee: offered.fee,
        doc: JobDoc {
            card: JobCard::of(offered),
            phase: case.delivery.phase,
            customer: offered.customer,
            sealed: offered.sealed.clone(),
        },
    })
}
