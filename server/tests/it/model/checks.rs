//! The city beside the reference: what each person sees, and what the provider's own book says.

use super::acts::{Act, EACH, Name, Who};
use super::city::City;
use super::order::{Bag, Known, Order, Pot, Stage};
use super::system::System;
use crate::files::{self, Charged};
use domain::delivery;
use domain::processes::Case;
use domain::shared::OrderId;
use domain::store::{Openness, ticket};
use server::storage::EventLog;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fn ticket_phase(pot: Pot) -> ticket::Phase {
    match pot {
        Pot::None => ticket::Phase::New,
        Pot::Waiting => ticket::Phase::Received,
        Pot::Accepted => ticket::Phase::Accepted,
        Pot::Cooking => ticket::Phase::Cooking,
        Pot::Ready => ticket::Phase::Ready,
        Pot::TurnedDown => ticket::Phase::Rejected,
        Pot::Withdrawn => ticket::Phase::Cancelled,
    }
}

fn job_phase(bag: Bag) -> delivery::Phase {
    match bag {
        Bag::Offered => delivery::Phase::Offered,
        Bag::Claimed => delivery::Phase::Claimed,
        Bag::Arrived => delivery::Phase::Arrived,
        Bag::PickedUp => delivery::Phase::PickedUp,
        Bag::Delivered => delivery::Phase::Delivered,
        Bag::Failed => delivery::Phase::Failed,
    }
}

impl System {
    /// On a busy machine a call to the provider may have told nothing although it should have: then it is asked again.
    pub async fn catch_up(&mut self, city: &City) {
        for (name, order) in &city.orders {
            let by = self.who(Who::Customer(order.by));
            for _ in 0..5 {
                let knows_less = self.has_open_charge(*name) && !order.has_open_charge();
                let lacks_page = order.page().is_some()
                    && self.backend().order(&by, self.id(*name)).await.unwrap().pay_url.is_none();
                if !knows_less && !lacks_page {
                    break;
                }
                self.ask_provider(order.by, *name).await;
            }
        }
    }

    /// What everybody sees now is what the reference says.
    pub async fn compare(&self, city: &City) {
        for (name, order) in &city.orders {
            assert_eq!(
                self.has_open_charge(*name),
                order.has_open_charge(),
                "whether it is open what became of a charge of order {name}"
            );
            // What the writer remembers of it is what the log makes of it, a moment after it is in the file.
            let (log, id) = (self.log(), self.id(*name));
            let events = log.events_of(id).await.unwrap();
            let read = Case::of(events.iter().map(|recorded| &recorded.event));
            let mut remembered = log.case(id).await.unwrap();
            for _ in 0..200 {
                if *remembered == read {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
                remembered = log.case(id).await.unwrap();
            }
            assert_eq!(*remembered, read, "order {name} as it is remembered");
        }
        for number in 0..EACH {
            self.compare_customer(city, number).await;
            self.compare_owner(city, number).await;
            self.compare_rider(city, number).await;
        }
        let console = self.backend().operator(&self.who(Who::Operator)).await.unwrap();
        let stuck: BTreeSet<OrderId> = console.stuck.iter().map(|stuck| stuck.order).collect();
        assert_eq!(stuck, self.ids(city, Order::is_stuck), "the operator's list");
        let held = city.orders.values().filter(|order| matches!(order.stage, Stage::Held { .. })).count();
        assert_eq!(console.held, held as u64, "orders that are held");
        assert!(console.dead.is_empty() && console.refunds.is_empty(), "{console:#?}");
    }

    /// The ids of the orders that are like this.
    fn ids(&self, city: &City, is_so: impl Fn(&Order) -> bool) -> BTreeSet<OrderId> {
        city.orders.iter().filter(|(_, order)| is_so(order)).map(|(name, _)| self.id(*name)).collect()
    }

    async fn compare_customer(&self, city: &City, number: usize) {
        let who = self.who(Who::Customer(number));
        let mut seen = BTreeMap::new();
        for page in 0.. {
            let list = self.backend().orders(&who, page).await.unwrap();
            let is_last = list.orders.len() < list.size as usize;
            seen.extend(list.orders.into_iter().map(|line| (line.order, (line.shown, line.total.get()))));
            if is_last {
                assert_eq!(list.total, seen.len() as u64);
                break;
            }
        }
        let own = city.orders.iter().filter(|(_, order)| order.by == number);
        let expected: BTreeMap<_, _> =
            own.map(|(name, order)| (self.id(*name), (order.shown(), order.price()))).collect();
        assert_eq!(seen, expected, "what customer {number} sees");
    }

    /// One order's page, with its money.
    pub async fn compare_order(&self, city: &City, name: Name) {
        let Some(order) = city.orders.get(&name) else { return };
        let view = self.backend().order(&self.who(Who::Customer(order.by)), self.id(name)).await.unwrap();
        let (taken, keeps) = order.money();
        let money = (view.taken.get(), view.returned.get(), view.owed.get());
        assert_eq!(money, (taken, taken - keeps, 0), "taken, returned and owed of order {name}: {order:?}");
        assert_eq!(view.change.is_some(), order.change.is_some(), "a change of order {name}: {order:?}");
        assert_eq!(view.pay_url.is_some(), order.page().is_some(), "a page to pay order {name}: {order:?}");
        let pieces: Vec<u32> = view.bill.lines.iter().map(|line| line.quantity).collect();
        let wanted = [order.wanted.first, order.wanted.second];
        let wanted: Vec<u32> = wanted.into_iter().filter(|quantity| *quantity > 0).collect();
        assert_eq!(pieces, wanted, "what is in order {name}");
    }

    async fn compare_owner(&self, city: &City, number: usize) {
        let board = self.backend().board(&self.who(Who::Owner(number))).await.unwrap();
        let kitchen = &city.kitchens[number];
        assert_eq!(
            (board.load.open, board.load.capacity),
            (city.load(number), kitchen.capacity),
            "places taken in kitchen {number}, and how many there are"
        );
        let is_paused = matches!(board.openness, Openness::Paused { .. });
        assert_eq!(is_paused, city.minute < kitchen.paused_until, "whether store {number} pauses");
        let settings = (board.busy_minutes, board.answer_limit_minutes);
        assert_eq!(settings, (kitchen.busy, kitchen.answer_limit), "busy mode and time to answer");
        let seen: BTreeMap<OrderId, _> =
            board.tickets.iter().map(|card| (card.order, (card.phase, card.delivery))).collect();
        let is_cooked_and_gone = |phase| phase == ticket::Phase::Ready;
        for (name, order) in city.orders.iter().filter(|(_, order)| order.store == number) {
            let card = seen.get(&self.id(*name));
            let job = order.job.map_or(delivery::Phase::New, |job| job_phase(job.bag));
            let expected = (ticket_phase(order.pot), job);
            if order.is_on_board() {
                assert_eq!(card, Some(&expected), "order {name} on the board: {order:?}");
            } else if let Some(card) = card {
                assert!(
                    *card == expected && is_cooked_and_gone(card.0),
                    "{card:?} of order {name}: {order:?}"
                );
            }
        }
        let here = self.ids(city, |order| order.store == number);
        assert!(seen.keys().all(|order| here.contains(order)), "others' tickets are on board {number}");
    }

    async fn compare_rider(&self, city: &City, number: usize) {
        let view = self.backend().rider(&self.who(Who::Rider(number))).await.unwrap();
        assert_eq!(view.on_duty, city.on_duty[number], "rider {number} on duty");
        let bag = |order: &Order| order.job.map(|job| (job.bag, job.rider));
        let offered = self.ids(city, |order| {
            city.on_duty[number] && bag(order).is_some_and(|(bag, _)| bag == Bag::Offered)
        });
        let jobs: BTreeSet<OrderId> = view.jobs.iter().map(|job| job.order).collect();
        assert_eq!(jobs, offered, "jobs that rider {number} is shown");
        let mine: BTreeMap<OrderId, delivery::Phase> =
            view.mine.iter().map(|job| (job.card.order, job.phase)).collect();
        let expected = city.orders.iter().filter_map(|(name, order)| {
            let (bag, rider) = bag(order)?;
            let is_mine = rider == Some(number) && matches!(bag, Bag::Claimed | Bag::Arrived | Bag::PickedUp);
            is_mine.then(|| (self.id(*name), job_phase(bag)))
        });
        assert_eq!(mine, expected.collect(), "jobs of rider {number}");
    }

    /// The end of a case: whoever falls silent, every order comes to its end, and the money is where it belongs.
    pub async fn settle(mut self, mut city: City) {
        for _ in 0..4 {
            city.forward(1_441);
            let told = self.carry_out(&city, &Act::Clock { minutes: 1_441 }).await;
            assert_eq!(told, Ok(()));
            self.catch_up(&city).await;
        }
        self.compare(&city).await;
        for (name, order) in &city.orders {
            assert!(order.has_ended() && !order.has_open_charge(), "order {name} hangs: {order:?}");
            self.compare_order(&city, *name).await;
        }
        self.stop().await;
        let book = files::provider(&self.file("pay-sandbox.db")).await;
        for (name, order) in &city.orders {
            let charged = book.get(&self.id(*name)).copied().unwrap_or_default();
            let taken = order.charges.iter().filter(|charge| charge.is_taken);
            let (sum, keeps) = order.money();
            let known = order.charges.iter().filter(|charge| charge.known == Known::Taken).count();
            assert_eq!(known, taken.clone().count(), "order {name} was charged without anybody knowing");
            let cancelled = (sum - keeps) as i64;
            let expected = Charged { approvals: known as i64, approved: sum as i64, cancelled, ..charged };
            assert_eq!(charged, expected, "the provider's own book about order {name}: {order:?}");
        }
        let orders: BTreeSet<OrderId> = self.orders.values().map(|known| known.id).collect();
        let charged: BTreeSet<OrderId> = book.keys().copied().collect();
        assert!(charged.is_subset(&orders), "somebody was charged for nothing");
        crate::rebuild::assert_rebuilt_is_identical(&self.file("baedal.db")).await;
    }
}

/// What an act is about, for a closer look.
pub fn order_of(act: &Act, city: &City) -> Option<Name> {
    match act {
        Act::Place { name: order, .. }
        | Act::Cancel { order, .. }
        | Act::Change { order, .. }
        | Act::Confirm { order, .. }
        | Act::PayNow { order, .. }
        | Act::AtThePage { order, .. }
        | Act::Ticket { order, .. }
        | Act::Job { order, .. }
        | Act::Operate { order, .. } => Some(*order),
        Act::Again { .. } => city.kept.as_ref().and_then(|(kept, _)| match kept {
            Act::Again { .. } => None,
            other => order_of(other, city),
        }),
        Act::Store { .. } | Act::Duty { .. } | Act::Clock { .. } | Act::Restart => None,
    }
}
