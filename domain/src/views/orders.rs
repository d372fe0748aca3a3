//! The customer's orders: the list, and one of them.

use super::{MoneyMove, Shown, TimelineEntry, What, is_settled};
use crate::order::Flag;
use crate::payment::{self, Purpose, Waiting};
use crate::processes::{Case, OpenCharge, charge_key};
use crate::shared::{Bill, OrderId, OrderNumber, Personal, Sealed, StoreId, Text, Timestamp, Won};
use crate::store::{Menu, Store, WantedLine};
use serde::{Deserialize, Serialize};

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The order.
    pub order: OrderId,
    /// Its short number.
    pub number: OrderNumber,
    /// Where.
    pub store: StoreId,
    /// The store's name.
    pub store_name: Text,
    /// The store's picture.
    pub picture: String,
    /// The first line's name.
    pub first: Text,
    /// How many further lines there are.
    pub more: u32,
    /// What it costs, in won.
    pub total: Won,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Its state.
    pub shown: Shown,
}

/// A page of the customer's orders, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderList {
    /// The log's position that this shows.
    pub position: u64,
    /// The server's clock.
    pub now: Timestamp,
    /// The page, counted from 0.
    pub page: u32,
    /// How many there are in all.
    pub total: u64,
    /// How many to a page.
    pub size: u32,
    /// The orders.
    pub orders: Vec<OrderLine>,
}

/// A change of an order that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// The revision it would make.
    pub revision: u32,
    /// The bill as it would be.
    pub bill: Bill,
    /// What has to be approved before it can hold, in won.
    pub extra: Won,
    /// Until when the approval may take, as promised with the request. A customer whom the provider asks has the provider's time, if
    /// that is longer: that is [`Case::held_until`], which is not said here.
    pub until: Timestamp,
}

/// The form on which a customer changes what was ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeForm {
    /// The server's clock.
    pub now: Timestamp,
    /// A fresh idempotency key for the form.
    pub key: String,
    /// The order.
    pub line: OrderLine,
    /// What holds now.
    pub bill: Bill,
    /// A change that is under way.
    pub change: Option<ChangeView>,
    /// The store's menu now.
    pub menu: Menu,
    /// The store's minimum order, in won.
    pub min_order: Won,
}

impl ChangeForm {
    /// What the order would cost with these lines, in won; `None` when the store would not take it so.
    pub fn price(&self, wanted: &[WantedLine]) -> Option<Won> {
        let store = Store { menu: self.menu.clone(), ..Store::default() };
        store.quote_again(wanted, &self.bill, self.now).ok().map(|bill| bill.total)
    }
}

/// What the read model keeps of an order for its customer's pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDoc {
    /// The list's line.
    pub line: OrderLine,
    /// Charges that are being called off: for the operator.
    #[serde(default)]
    pub open_charges: Vec<OpenCharge>,
    /// Where its money stands.
    #[serde(default)]
    pub payment: payment::Phase,
    /// The bill that holds now.
    pub bill: Bill,
    /// The change under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeView>,
    /// That it is, or was, on the operator's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<Flag>,
    /// When the food should be ready.
    pub ready_at: Option<Timestamp>,
    /// The digits for the door.
    pub code: String,
    /// Where the customer goes on to pay.
    pub pay_url: Option<String>,
    /// Until when it waits for its payment, while it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
    /// Taken, in won.
    pub taken: Won,
    /// Owed back, in won.
    pub owed: Won,
    /// Given back, in won.
    pub returned: Won,
    /// True while it is not known what became of the charge for the order.
    #[serde(default)]
    pub undecided: bool,
    /// True when nothing more will happen, to the order or to its money.
    pub settled: bool,
    /// Personal fields.
    pub sealed: Sealed,
}

impl OrderDoc {
    /// The document of an order in this state; `None` for one that was not placed.
    pub fn of(case: &Case) -> Option<Self> {
        let placed = case.order.placed.as_ref()?;
        let shown = Shown::of(case)?;
        let bill = case.order.bill.clone().unwrap_or_else(|| placed.bill.clone());
        let (taken, returned) = (case.payment.approved(), case.payment.refunded());
        Some(Self {
            payment: case.payment.phase,
            line: OrderLine { shown, total: bill.total, ..OrderLine::of(placed)? },
            bill,
            change: case.order.change.as_ref().map(|change| ChangeView {
                revision: change.revision,
                bill: change.bill.clone(),
                extra: change.extra,
                until: change.until,
            }),
            open_charges: case.open_charges(),
            flag: case.order.flag,
            ready_at: case.ticket.ready_at,
            code: placed.code.clone(),
            pay_url: pay_url(case, shown),
            held_until: case.order.held_until,
            taken,
            owed: case.payment.given_back().minus(returned).unwrap_or(Won::ZERO),
            returned,
            undecided: !case.payment.is_decided(&charge_key(placed.order, Purpose::Order)),
            settled: is_settled(case),
            sealed: placed.sealed.clone(),
        })
    }
}

/// Where the customer goes on to pay, as long as what it is for is still to come.
fn pay_url(case: &Case, shown: Shown) -> Option<String> {
    let Waiting { key, url, .. } = case.payment.waiting.as_ref()?;
    let order = case.order.placed.as_ref()?.order;
    let is_wanted = match &case.order.change {
        Some(change) if !shown.is_end() => {
            *key == charge_key(order, Purpose::Change { revision: change.revision })
        }
        _ => *key == charge_key(order, Purpose::Order) && shown.rank() <= Shown::AwaitingPayment.rank(),
    };
    is_wanted.then(|| url.clone())
}

/// One order, for its customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The log's position that this shows.
    pub position: u64,
    /// The server's clock.
    pub now: Timestamp,
    /// A fresh idempotency key: the first part of the keys of this page's forms.
    pub key: String,
    /// The order.
    pub line: OrderLine,
    /// What was ordered, and the price.
    pub bill: Bill,
    /// The change under way.
    pub change: Option<ChangeView>,
    /// Where it goes; empty once the customer's key has been destroyed.
    pub address: String,
    /// Floor and door.
    pub address_detail: String,
    /// The note to the store.
    pub note_to_store: String,
    /// The note to the rider.
    pub note_to_rider: String,
    /// When the food should be ready.
    pub ready_at: Option<Timestamp>,
    /// The four digits the rider asks for at the door.
    pub code: String,
    /// Where the customer goes on to pay, while the provider waits for that.
    pub pay_url: Option<String>,
    /// Until when the order waits for its payment, while it is held: then it ends, and nothing is charged.
    pub held_until: Option<Timestamp>,
    /// Taken so far, in won.
    pub taken: Won,
    /// Owed back but not back yet, in won.
    pub owed: Won,
    /// Given back, in won.
    pub returned: Won,
    /// True while it is not known what became of the charge for the order: something may have been taken.
    pub undecided: bool,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
}

impl OrderView {
    /// The page of an order. `personal` is what its envelope holds, empty once the customer's key has been destroyed.
    pub fn new(
        (position, now): (u64, Timestamp),
        key: String,
        doc: OrderDoc,
        personal: Personal,
        timeline: Vec<TimelineEntry>,
    ) -> Self {
        Self {
            position,
            now,
            key,
            line: doc.line,
            bill: doc.bill,
            change: doc.change,
            address: personal.address,
            address_detail: personal.address_detail,
            note_to_store: personal.note_to_store,
            note_to_rider: personal.note_to_rider,
            ready_at: doc.ready_at,
            code: doc.code,
            pay_url: doc.pay_url,
            held_until: doc.held_until,
            taken: doc.taken,
            owed: doc.owed,
            returned: doc.returned,
            undecided: doc.undecided,
            timeline,
        }
    }

    /// True when the rider did not meet the customer and the operator decides how it goes on. A delivery that has failed is not offered
    /// again, so this ends with the order, or with the customer's own 배송확인.
    pub fn is_missed(&self) -> bool {
        let failed = |entry: &TimelineEntry| matches!(entry.what, What::DeliveryFailed { .. });
        !self.line.shown.is_end() && self.timeline.iter().any(failed)
    }

    /// True while money is owed back of which a request has failed since nothing was owed last. Which of several refunds it was, the
    /// timeline does not say.
    pub fn is_refund_delayed(&self) -> bool {
        let (mut owed, mut delayed) = (Won::ZERO, false);
        for entry in &self.timeline {
            owed = match entry.money {
                Some(MoneyMove::Owed(amount)) => owed.plus(amount).unwrap_or(Won::MAX),
                Some(MoneyMove::Returned(amount)) => owed.minus(amount).unwrap_or(Won::ZERO),
                _ => owed,
            };
            delayed = !owed.is_zero() && (delayed || entry.what == What::RefundFailed);
        }
        delayed
    }

    /// The page after a live message: the same that a fresh load would show. Messages for other orders change nothing.
    pub fn apply(&mut self, message: &super::LiveMessage) {
        let super::LiveBody::Order(change) = &message.body else {
            return;
        };
        if change.order != self.line.order || message.position <= self.position {
            return;
        }
        self.position = message.position;
        if let Some(shown) = change.shown {
            self.line.shown = self.line.shown.max(shown);
            // What is told of a hold comes with the hold alone: whatever else shows is the end of it.
            self.held_until = change.held_until;
        }
        if change.ready_at.is_some() {
            self.ready_at = change.ready_at;
        }
        if let Some(bill) = &change.bill {
            self.bill = bill.clone();
            self.line.total = bill.total;
        }
        if let Some(of) = &change.change {
            self.change.clone_from(of);
        }
        if let Some(pay_url) = &change.pay_url {
            self.pay_url.clone_from(pay_url);
        }
        // The money may be that of an earlier change, which was given up before it was known to be taken.
        if change.paid.is_some_and(|purpose| self.waits_for(purpose)) {
            self.pay_url = None;
        }
        // Received it is paid, and after the end it need not be.
        if change.shown.is_some_and(|shown| shown == Shown::Received || shown.is_end()) {
            self.pay_url = None;
        }
        if [change.paid, change.unpaid].contains(&Some(Purpose::Order)) {
            self.undecided = false;
        }
        if let Some(entry) = &change.entry {
            use MoneyMove::{Asked, Owed, Returned, SentBack, Taken};
            let plus = |sum: Won, amount| sum.plus(amount).unwrap_or(Won::MAX);
            match entry.money {
                Some(Taken(amount)) => self.taken = plus(self.taken, amount),
                Some(Owed(amount)) => self.owed = plus(self.owed, amount),
                Some(Returned(amount)) => {
                    self.owed = self.owed.minus(amount).unwrap_or(Won::ZERO);
                    self.returned = plus(self.returned, amount);
                }
                // It is owed again, which is said next.
                Some(SentBack(amount)) => {
                    self.returned = self.returned.minus(amount).unwrap_or(Won::ZERO);
                }
                Some(Asked(_)) | None => {}
            }
            self.timeline.push(entry.clone());
        }
    }

    /// Whether the order, or its change, waits for this money.
    fn waits_for(&self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Order => true,
            Purpose::Change { revision } => {
                self.change.as_ref().is_some_and(|change| change.revision == revision)
            }
        }
    }
}

impl OrderList {
    /// The list after a live message.
    pub fn apply(&mut self, message: &super::LiveMessage) {
        let super::LiveBody::Order(change) = &message.body else {
            return;
        };
        if message.position <= self.position {
            return;
        }
        self.position = message.position;
        if let Some(line) = self.orders.iter_mut().find(|line| line.order == change.order) {
            if let Some(shown) = change.shown {
                line.shown = line.shown.max(shown);
            }
            if let Some(bill) = &change.bill {
                line.total = bill.total;
            }
        } else if let (Some(line), 0) = (&change.placed, self.page) {
            self.orders.insert(0, (**line).clone());
            self.orders.truncate(self.size as usize);
            self.total += 1;
        }
    }
}
