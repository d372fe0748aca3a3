//! What the operator asks for, and what everybody sees of an order's timeline.

use super::{Desk, failed};
use crate::commands::account;
use crate::processes::Nudge;
use crate::read_models::WaitingRefund;
use crate::storage::ParkedRow;
use app::backend::Answer;
use domain::processes::{Case, OpenCharge, place_order::Step};
use domain::shared::{DAY_MS, OrderId, Timestamp};
use domain::views::{
    Caller, ConsoleList, DeadLetter, Fault, LateRefund, Operations, OperatorView, OrderAbout, OrderDoc,
    OrderSearch, Owed, Role, SEARCH_DAYS, SettlementView, Sought, StuckOrder, TimelineView, UndecidedCharge,
    cut, day_or_today, is_concerned, late_refunds, operations, sought, timeline_entry,
};
use uuid::Uuid;

/// How many of each kind the console shows.
pub(super) const SHOWN: u32 = 100;
/// How many orders with one number a search shows.
const FOUND: u32 = 20;

impl Desk {
    /// The timeline of an order for whoever it concerns.
    pub(super) async fn show_timeline(&self, caller: &Caller, order: OrderId) -> Answer<TimelineView> {
        let who = caller.account.as_ref().ok_or(Fault::NotSignedIn)?;
        let answer = self.views.order(order).await.map_err(failed("timeline"))?.ok_or(Fault::NotFound)?;
        let case = Case::of(answer.events.iter().map(|recorded| &recorded.event));
        if !is_concerned(who, &case) {
            return Err(Fault::NotFound);
        }
        let now = self.clock.now();
        let (operations, about) = match who.role {
            Role::Operator => {
                let doc = &answer.doc;
                let personal =
                    self.vault.open(answer.customer, &doc.sealed).await.map_err(failed("timeline"))?;
                let personal = personal.unwrap_or_default();
                let rider = match case.delivery.rider {
                    Some(rider) => Some(self.accounts.profile(rider).await?.name),
                    None => None,
                };
                let (customer, phone) = (personal.name, personal.phone);
                (operations(&case, now), Some(OrderAbout { bill: doc.bill.clone(), customer, phone, rider }))
            }
            _ => (Operations::default(), None),
        };
        Ok(TimelineView {
            position: answer.position,
            now,
            key: self.key(),
            order,
            number: answer.doc.line.number,
            store_name: answer.doc.line.store_name,
            shown: answer.doc.line.shown,
            total: answer.doc.bill.total,
            entries: answer.events.iter().filter_map(timeline_entry).collect(),
            operations,
            about,
        })
    }

    pub(super) async fn show_operator(&self, caller: &Caller) -> Answer<OperatorView> {
        account(caller, Role::Operator)?;
        self.console_view().await
    }

    /// What the console shows now.
    pub(super) async fn console_view(&self) -> Answer<OperatorView> {
        let now = self.clock.now();
        let answer = self.views.operator(now, &self.limits, SHOWN).await.map_err(failed("operator"))?;
        let (dead, more_dead) = cut(self.log.parked(SHOWN + 1).await.map_err(failed("operator"))?, SHOWN);
        let stuck = answer.stuck.into_iter().map(|stuck| StuckOrder {
            order: stuck.doc.line.order,
            number: stuck.doc.line.number,
            store_name: stuck.doc.line.store_name,
            shown: stuck.doc.line.shown,
            total: stuck.doc.bill.total,
            waits: stuck.wait.what,
            why: stuck.doc.flag.map(|flag| flag.why),
            since: stuck.doc.flag.map_or(stuck.wait.from, |flag| flag.since),
        });
        let failing = answer.refunds.into_iter().map(|doc| refund(doc, None)).collect();
        let waiting = answer.waiting_refunds.into_iter();
        let waiting = waiting.map(|WaitingRefund { doc, since }| refund(doc, Some(since))).collect();
        let (refunds, more_refunds) = late_refunds(failing, waiting, now, SHOWN);
        let (notices, more_notices) = self.dead_notices().await?;
        let (webhooks, more_webhooks) = self.dead_letters().await?;
        let (applications, more_applications) = self.waiting_applications().await?;
        let cut = [
            (ConsoleList::Stuck, answer.more_stuck),
            (ConsoleList::Refunds, more_refunds),
            (ConsoleList::Undecided, answer.more_undecided),
            (ConsoleList::Dead, more_dead),
            (ConsoleList::Notices, more_notices),
            (ConsoleList::Webhooks, more_webhooks),
            (ConsoleList::Applications, more_applications),
        ];
        Ok(OperatorView {
            position: answer.position,
            now,
            key: self.key(),
            stuck: stuck.collect(),
            refunds,
            undecided: answer.undecided.iter().flat_map(undecided).collect(),
            dead: dead.into_iter().map(dead_letter).collect(),
            notices,
            webhooks,
            applications,
            cut: cut.into_iter().filter(|(_, more)| *more).map(|(list, _)| list).collect(),
            held: answer.held,
            providers: self.providers.iter().map(super::Provider::health).collect(),
        })
    }

    /// Finds orders by what the operator typed.
    pub(super) async fn search(&self, caller: &Caller, typed: &str) -> Answer<OrderSearch> {
        account(caller, Role::Operator)?;
        let now = self.clock.now();
        let docs = match sought(typed)? {
            Sought::Order(order) => {
                let found = self.views.order_doc(order).await.map_err(failed("search"))?;
                found.map(|(_, doc)| doc).into_iter().collect()
            }
            Sought::Number(number) => {
                let since = Timestamp(now.0 - SEARCH_DAYS * DAY_MS);
                self.views.orders_by_number(&number, since, FOUND + 1).await.map_err(failed("search"))?
            }
        };
        let (docs, more) = cut(docs, FOUND);
        Ok(OrderSearch { now, found: docs.into_iter().map(|doc| doc.line.into()).collect(), more })
    }

    /// Has a step tried again that was given up.
    pub(super) async fn try_again(&self, caller: &Caller, id: &str) -> Answer<()> {
        account(caller, Role::Operator)?;
        let id = Uuid::parse_str(id).map_err(|_| Fault::NotFound)?;
        match self.log.revive(id).await.map_err(failed("dead letter"))? {
            Some(row) => {
                tracing::info!(order = %row.order, step = ?row.step, "the operator has a step tried again");
                self.nudges.send(Nudge::Row(Box::new(row)));
                Ok(())
            }
            // Two who press at once, or a page that is old: it is being tried already.
            None if self.log.knows_work(id).await.map_err(failed("dead letter"))? => Ok(()),
            None => Err(Fault::NotFound),
        }
    }

    pub(super) async fn show_settlement(&self, caller: &Caller, day: &str) -> Answer<SettlementView> {
        account(caller, Role::Operator)?;
        let now = self.clock.now();
        let day = day_or_today(day, now)?;
        let answer = self.views.settlement(&day).await.map_err(failed("settlement"))?;
        let stores = self.shelf.all().await.map_err(failed("settlement"))?;
        let stores = answer.stores.into_iter().map(|owed| Owed {
            name: stores
                .get(&owed.who)
                .and_then(|store| store.profile.as_ref())
                .map(|profile| profile.name.clone())
                .unwrap_or_default(),
            orders: owed.orders,
            amount: owed.amount,
        });
        let stores = stores.collect();
        let mut riders = Vec::with_capacity(answer.riders.len());
        for owed in answer.riders {
            let name = self.accounts.profile(owed.who).await?.name;
            riders.push(Owed {
                name: domain::shared::Text::ko(name),
                orders: owed.orders,
                amount: owed.amount,
            });
        }
        Ok(SettlementView { now, day, orders: answer.orders, takings: answer.takings, stores, riders })
    }
}

/// Money of an order that is owed back.
fn refund(doc: OrderDoc, waits_since: Option<Timestamp>) -> LateRefund {
    LateRefund { order: doc.line.order, number: doc.line.number, owed: doc.owed, waits_since }
}

/// The charges of an order that are being called off.
fn undecided(doc: &OrderDoc) -> Vec<UndecidedCharge> {
    let OrderDoc { line, open_charges, .. } = doc;
    let of_charge = |open: &OpenCharge| UndecidedCharge {
        order: line.order,
        number: line.number.clone(),
        amount: open.amount,
        since: open.since,
    };
    open_charges.iter().map(of_charge).collect()
}

fn dead_letter(parked: ParkedRow) -> DeadLetter {
    let ParkedRow { row, error, since } = parked;
    let amount = match &row.step {
        Step::GiveBack { amount, .. } | Step::ChargeChange { amount, .. } => Some(*amount),
        Step::Charge
        | Step::ApplyChange { .. }
        | Step::Receive
        | Step::OfferDelivery
        | Step::Refund { .. } => None,
    };
    DeadLetter {
        id: row.id.to_string(),
        order: row.order,
        step: row.step.name(),
        amount,
        attempts: row.attempts,
        error,
        since: Timestamp(since.0),
    }
}
