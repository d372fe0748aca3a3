//! The owner's board.

use super::{LiveBody, LiveMessage, NewItem, StoreChange, TicketChange, WantedSection};
use crate::processes::Case;
use crate::shared::{ItemId, Line, OrderId, OrderNumber, Personal, StoreId, Text, Timestamp, Won};
use crate::store::{Hours, ItemChange, Openness, ticket};
use crate::{delivery, store};
use serde::{Deserialize, Serialize};

/// How full the kitchen is: "7 / 10".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitchenLoad {
    /// Tickets that hold a place.
    pub open: u32,
    /// How many it takes (주문수용량).
    pub capacity: u32,
}

/// A ticket on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketCard {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// What to cook.
    pub lines: Vec<Line>,
    /// Price of the lines, in won.
    pub items: Won,
    /// Where it goes; empty once the customer's key has been destroyed.
    pub address: String,
    /// The customer's note to the store.
    pub note: String,
    /// Where it stands in the kitchen.
    pub phase: ticket::Phase,
    /// Where it stands with the rider.
    pub delivery: delivery::Phase,
    /// When it came.
    pub received_at: Timestamp,
    /// When the food should be ready; known once accepted.
    pub ready_at: Option<Timestamp>,
    /// The last change taken; above 0 the board says that the order was changed.
    pub revision: u32,
    /// The lines before that change.
    pub before: Vec<Line>,
}

/// The board of one store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardView {
    /// The log's position that this shows: live streams go on from here.
    pub position: u64,
    /// The server's clock.
    pub now: Timestamp,
    /// A fresh idempotency key: the first part of the keys of this page's forms.
    pub key: String,
    /// The store.
    pub store: StoreId,
    /// Its name.
    pub name: Text,
    /// How full its kitchen is.
    pub load: KitchenLoad,
    /// Whether it takes orders.
    pub openness: Openness,
    /// The owner's time to answer, in minutes.
    pub answer_limit_minutes: u32,
    /// The usual cooking time, in minutes.
    pub cooking_minutes: u32,
    /// How much longer cooking takes for now, in minutes.
    pub busy_minutes: u32,
    /// Its tickets, oldest first: those in the kitchen, those waiting for a rider, and the last ones that left.
    pub tickets: Vec<TicketCard>,
}

/// What an owner does with a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum TicketAction {
    /// Take it.
    Accept {
        /// Cooking time, in minutes.
        minutes: u32,
    },
    /// Turn it down.
    Reject {
        /// Why, in the owner's words.
        reason: String,
    },
    /// Begin.
    Start,
    /// Ready.
    Finish,
    /// It takes longer.
    Delay {
        /// By so many minutes.
        minutes: u32,
    },
}

/// What an owner does with the store itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum StoreDay {
    /// Set the capacity (주문수용량).
    Capacity {
        /// How many tickets at once; at most [`store::MAX_CAPACITY`].
        capacity: u32,
    },
    /// Take no orders for a while.
    Pause {
        /// For so many minutes; `None` until reopened.
        minutes: Option<u32>,
    },
    /// Take orders again.
    Reopen,
    /// Say that cooking takes longer for now.
    Busy {
        /// By so many minutes; 0 ends it.
        minutes: u32,
    },
    /// Set how long the owner may take to answer.
    AnswerLimit {
        /// In minutes.
        minutes: u32,
    },
    /// Set when the store is open.
    Hours {
        /// The whole week.
        hours: Hours,
    },
    /// Put an item on the menu.
    AddItem {
        /// Where.
        section: WantedSection,
        /// What.
        item: NewItem,
    },
    /// Change an item of the menu.
    ChangeItem {
        /// The item.
        item: ItemId,
        /// What about it.
        change: ItemChange,
    },
    /// Mark an item as sold out, or as available again.
    SoldOut {
        /// The item.
        item: ItemId,
        /// Sold out until then; `None` makes it available.
        until: Option<Timestamp>,
    },
}

/// The largest capacity, for the form.
pub const MAX_CAPACITY: u32 = store::MAX_CAPACITY;

impl BoardView {
    /// The cooking time offered first when accepting, in minutes.
    pub fn offered_minutes(&self) -> u32 {
        ticket::offered_minutes(self.cooking_minutes, self.busy_minutes)
    }

    /// The board after a live message: the same that a fresh load would show. Tickets that ended without a meal leave it.
    pub fn apply(&mut self, message: &LiveMessage) {
        if message.position <= self.position {
            return;
        }
        match &message.body {
            LiveBody::Ticket(change) => self.apply_ticket(change),
            LiveBody::Store(StoreChange::Capacity { capacity }) => self.load.capacity = *capacity,
            LiveBody::Store(StoreChange::Paused { until }) => {
                self.openness = Openness::Paused { until: *until }
            }
            LiveBody::Store(StoreChange::Busy { minutes }) => self.busy_minutes = *minutes,
            LiveBody::Store(StoreChange::AnswerLimit { minutes }) => self.answer_limit_minutes = *minutes,
            // Whether it is open now is a matter of its hours: the page asks again. The menu is not on the board.
            LiveBody::Store(StoreChange::Reopened | StoreChange::Hours | StoreChange::Menu)
            | LiveBody::Order(_)
            | LiveBody::Job(_)
            | LiveBody::Operator { .. } => {}
        }
        self.position = message.position;
        self.load.open = self.tickets.iter().filter(|ticket| ticket.phase.is_open()).count() as u32;
    }

    fn apply_ticket(&mut self, change: &TicketChange) {
        match change {
            TicketChange::Opened { card } => {
                if self.tickets.iter().all(|ticket| ticket.order != card.order) {
                    self.tickets.push((**card).clone());
                }
            }
            TicketChange::Moved {
                order, phase: ticket::Phase::Rejected | ticket::Phase::Cancelled, ..
            } => {
                self.tickets.retain(|ticket| ticket.order != *order);
            }
            TicketChange::Moved { order, phase, ready_at } => self.edit(*order, |ticket| {
                ticket.phase = *phase;
                ticket.ready_at = ready_at.or(ticket.ready_at);
            }),
            TicketChange::Delayed { order, ready_at } => {
                self.edit(*order, |ticket| ticket.ready_at = Some(*ready_at));
            }
            TicketChange::Changed { order, before, bill, revision } => self.edit(*order, |ticket| {
                ticket.before.clone_from(before);
                ticket.lines.clone_from(&bill.lines);
                ticket.items = bill.items;
                ticket.revision = *revision;
            }),
            TicketChange::Rider { order, phase } => self.edit(*order, |ticket| ticket.delivery = *phase),
        }
    }

    fn edit(&mut self, order: OrderId, change: impl FnOnce(&mut TicketCard)) {
        if let Some(ticket) = self.tickets.iter_mut().find(|ticket| ticket.order == order) {
            change(ticket);
        }
    }
}

/// True while a ticket stands on the board: in the kitchen, or with its food waiting for the rider.
pub const fn is_on_board(ticket: ticket::Phase, delivery: delivery::Phase) -> bool {
    ticket.is_open() || (matches!(ticket, ticket::Phase::Ready) && !is_gone(delivery))
}

/// Nothing waits for a rider any more: the food has left, or nobody fetches it.
const fn is_gone(delivery: delivery::Phase) -> bool {
    use delivery::Phase::{Delivered, Failed, PickedUp};
    matches!(delivery, PickedUp | Delivered | Failed)
}

impl TicketCard {
    /// True once its food was cooked and is gone from the kitchen.
    pub const fn has_left(&self) -> bool {
        matches!(self.phase, ticket::Phase::Ready) && !is_on_board(self.phase, self.delivery)
    }

    /// The card of a ticket that was just opened.
    pub fn of(opened: &ticket::Opened, personal: Option<Personal>) -> Self {
        let personal = personal.unwrap_or_default();
        Self {
            order: opened.order,
            number: opened.number.clone(),
            lines: opened.bill.lines.clone(),
            items: opened.bill.items,
            address: personal.address,
            note: personal.note_to_store,
            phase: ticket::Phase::Received,
            delivery: delivery::Phase::New,
            received_at: opened.at,
            ready_at: None,
            revision: 0,
            before: Vec::new(),
        }
    }

    /// The card of a ticket in this state; `None` when it was never opened.
    pub fn of_case(case: &Case, personal: Option<Personal>) -> Option<Self> {
        let opened = case.ticket.opened.as_ref()?;
        Some(Self {
            phase: case.ticket.phase,
            delivery: case.delivery.phase,
            ready_at: case.ticket.ready_at,
            revision: case.ticket.revision,
            before: case.ticket.before.clone(),
            ..Self::of(opened, personal)
        })
    }
}
