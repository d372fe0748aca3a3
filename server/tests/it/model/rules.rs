//! What each command is answered, and what it does: the rules of the house once more, told by state rather than by event.

use super::acts::{Act, Card, Name, Ride, Typed, Wanted, Who};
use super::city::{City, PRICES, Said};
use super::draw::next;
use super::order::{Bag, Order, Pot, Stage, price};
use super::said::{NOBODY, WRONG_ROLE, customer, ensure, owner, rider};
use domain::delivery::FailReason;
use domain::views::{OperatorAction, Shown, StoreDay, TicketAction};
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

/// The reference, as the test machine wants it.
pub struct Reference;

impl ReferenceStateMachine for Reference {
    type State = City;
    type Transition = Act;

    fn init_state() -> BoxedStrategy<City> {
        Just(City::default()).boxed()
    }

    fn transitions(city: &City) -> BoxedStrategy<Act> {
        next(city)
    }

    fn apply(mut city: City, act: &Act) -> City {
        let said = city.answer(act);
        if act.is_kept(said, &city) {
            city.kept = Some((act.clone(), said));
        }
        city.said = said;
        city
    }
}

const NOT_FOUND: Said = Said::No(404, "not found");
const ORDER_NOT_NOW: Said = Said::No(409, "order: not now");
const TICKET_NOT_NOW: Said = Said::No(409, "ticket: not now");
const JOB_NOT_NOW: Said = Said::No(409, "delivery: not now");
const COOKING: Said = Said::No(409, "ticket: cooking started");
const WRONG_FIELD: Said = Said::No(422, "wrong field");
const NO_REASON: Said = Said::No(422, "ticket: reason missing");

/// An empty bag.
const NOTHING: Wanted = Wanted { first: 0, second: 0 };

/// What a store says of a bag as it stands.
fn quote(store: usize, wanted: Wanted) -> Result<(), Said> {
    let [_, _, fee, minimum] = PRICES[store];
    ensure(wanted != NOTHING, Said::No(422, "quote: empty cart"))?;
    ensure(price(store, wanted) - fee >= minimum, Said::No(422, "quote: below minimum"))
}

impl City {
    fn answer(&mut self, act: &Act) -> Said {
        let done = match act {
            Act::Place { by, name, store, wanted, card, is_agreed } => {
                self.placed = self.placed.max(name + 1);
                self.place(*by, *name, *store, (*wanted, *card, *is_agreed))
            }
            Act::Cancel { by, order } => {
                customer(*by).and_then(|who| self.own(*order, who)).and_then(|()| self.cancel(*order))
            }
            Act::Change { by, order, wanted, is_agreed } => self.change(*by, *order, *wanted, *is_agreed),
            Act::Confirm { by, order } => self.confirm(*by, *order),
            Act::PayNow { by, order } => {
                let asked = customer(*by).and_then(|who| self.own(*order, who));
                asked.map(|()| self.ask_provider(*order))
            }
            Act::AtThePage { order, approves } => self.at_the_page(*order, *approves),
            Act::Ticket { by, order, act } => self.ticket(*by, *order, act),
            Act::Store { by, act } => self.store(*by, act),
            Act::Job { by, order, act } => self.job(*by, *order, *act),
            Act::Operate { by, order, act } => self.operate(*by, *order, act),
            Act::Duty { by, is_on } => rider(*by).map(|who| self.on_duty[who] = *is_on),
            Act::Again { is_other }
                if *is_other && self.kept.as_ref().is_some_and(|(kept, _)| kept.other_than().is_some()) =>
            {
                Err(Said::No(422, "key reused"))
            }
            Act::Again { .. } => return self.kept.as_ref().map_or(Said::Done, |(_, said)| *said),
            Act::Clock { minutes } => {
                self.forward(*minutes);
                Ok(())
            }
            Act::Restart => Ok(()),
        };
        done.err().unwrap_or(Said::Done)
    }

    fn find(&mut self, order: Name) -> Result<&mut Order, Said> {
        self.orders.get_mut(&order).ok_or(NOT_FOUND)
    }

    fn own(&mut self, order: Name, customer: usize) -> Result<(), Said> {
        let is_own = self.find(order)?.by == customer;
        ensure(is_own, NOT_FOUND)
    }

    fn place(
        &mut self,
        by: Who,
        name: Name,
        store: usize,
        (wanted, card, is_agreed): (Wanted, Card, bool),
    ) -> Result<(), Said> {
        let by = customer(by)?;
        ensure(card != Card::Unknown, WRONG_FIELD)?;
        ensure(self.minute >= self.kitchens[store].paused_until, Said::No(422, "quote: paused"))?;
        quote(store, wanted)?;
        ensure(is_agreed, Said::No(409, "price changed"))?;
        self.orders.insert(name, Order::placed(by, store, wanted, card));
        self.ask_provider(name);
        Ok(())
    }

    /// Until cooking starts, and never after.
    fn cancel(&mut self, order: Name) -> Result<(), Said> {
        let order = self.find(order)?;
        match (order.stage, order.pot) {
            (Stage::Ended { shown: Shown::Cancelled, .. }, _) => return Ok(()),
            (Stage::Ended { .. }, _) => return Err(ORDER_NOT_NOW),
            (Stage::Received, Pot::Cooking | Pot::Ready) => return Err(COOKING),
            (Stage::Received, _) => order.pot = Pot::Withdrawn,
            _ => {}
        }
        order.end(Shown::Cancelled, false);
        Ok(())
    }

    fn change(&mut self, by: Who, name: Name, wanted: Wanted, is_agreed: bool) -> Result<(), Said> {
        let by = customer(by)?;
        self.own(name, by)?;
        let order = self.find(name)?;
        match (order.stage, order.pot) {
            (Stage::Received, Pot::Cooking | Pot::Ready) => return Err(COOKING),
            (Stage::Received, _) => {}
            _ => return Err(ORDER_NOT_NOW),
        }
        ensure(wanted != NOTHING, Said::No(422, "order: nothing left"))?;
        quote(order.store, wanted)?;
        ensure(is_agreed, Said::No(409, "price changed"))?;
        ensure(order.change.is_none(), Said::No(409, "order: change under way"))?;
        ensure(wanted != order.wanted, Said::No(409, "order: nothing changes"))?;
        let (before, after) = (order.price(), price(order.store, wanted));
        if after > before {
            self.wait_for_change(name, wanted, after - before);
        } else {
            order.wanted = wanted;
        }
        Ok(())
    }

    fn confirm(&mut self, by: Who, name: Name) -> Result<(), Said> {
        let by = customer(by)?;
        self.own(name, by)?;
        let now = self.minute;
        let order = self.find(name)?;
        match order.stage {
            Stage::Received if order.job.is_some_and(|job| job.has_left) => {
                // Who has the food has been handed it.
                if let Some(job) = order.job.filter(|job| job.bag == Bag::PickedUp) {
                    order.ride(Bag::Delivered, job.rider, now);
                }
                order.end(Shown::Completed, true);
                Ok(())
            }
            Stage::Received => Err(Said::No(409, "not on the way")),
            Stage::Ended { shown: Shown::Completed, .. } => Ok(()),
            _ => Err(ORDER_NOT_NOW),
        }
    }

    /// What is decided once is decided.
    fn at_the_page(&mut self, name: Name, approves: bool) -> Result<(), Said> {
        let no_page = Said::No(404, "no page");
        let order = self.orders.get_mut(&name).ok_or(no_page)?;
        let charge = order.page().ok_or(no_page)?;
        let charge = &mut order.charges[charge];
        if charge.at_the_page.is_none() {
            charge.at_the_page = Some(approves);
            charge.is_taken = approves;
        }
        Ok(())
    }

    fn ticket(&mut self, by: Who, name: Name, act: &TicketAction) -> Result<(), Said> {
        let by = owner(by)?;
        let now = self.minute;
        let order = self.find(name)?;
        ensure(order.store == by && order.pot != Pot::None, NOT_FOUND)?;
        match (act, order.pot) {
            (TicketAction::Accept { minutes }, Pot::Waiting) => {
                let is_right = (5..=120).contains(minutes) && minutes % 5 == 0;
                ensure(is_right, Said::No(422, "ticket: minutes"))?;
                order.cook(Pot::Accepted, Shown::Accepted, Some(now + minutes));
            }
            (TicketAction::Reject { reason }, Pot::Waiting) => {
                ensure(!reason.is_empty(), NO_REASON)?;
                order.pot = Pot::TurnedDown;
                order.end(Shown::Rejected, false);
            }
            (TicketAction::Start, Pot::Accepted) => {
                order.cook(Pot::Cooking, Shown::Cooking, None);
                order.change = None;
            }
            (TicketAction::Finish, Pot::Cooking) => {
                order.cook(Pot::Ready, Shown::Ready, None);
                order.offer(now);
            }
            (TicketAction::Delay { minutes }, Pot::Accepted | Pot::Cooking) => {
                ensure([5, 10, 20].contains(minutes), Said::No(422, "ticket: delay step"))?;
                ensure(order.delay(now, *minutes), Said::No(409, "ticket: delayed too long"))?;
            }
            // Done already.
            (TicketAction::Accept { .. }, Pot::Accepted)
            | (TicketAction::Reject { .. }, Pot::TurnedDown)
            | (TicketAction::Start, Pot::Cooking)
            | (TicketAction::Finish, Pot::Ready) => {}
            _ => return Err(TICKET_NOT_NOW),
        }
        Ok(())
    }

    fn store(&mut self, by: Who, act: &StoreDay) -> Result<(), Said> {
        let by = owner(by)?;
        let now = self.minute;
        let kitchen = &mut self.kitchens[by];
        match *act {
            StoreDay::Capacity { capacity } => {
                ensure(capacity <= 1_000, Said::No(422, "store: capacity"))?;
                kitchen.capacity = capacity;
            }
            StoreDay::Pause { minutes } => {
                ensure(minutes != Some(0), Said::No(422, "store: pause over"))?;
                ensure(minutes.is_none_or(|long| long <= 10_080), Said::No(422, "store: pause too long"))?;
                kitchen.paused_until = minutes.map_or(u32::MAX, |long| now + long);
            }
            StoreDay::Reopen => kitchen.paused_until = 0,
            StoreDay::Busy { minutes } => {
                ensure(minutes <= 60 && minutes % 5 == 0, Said::No(422, "store: busy minutes"))?;
                kitchen.busy = minutes;
            }
            StoreDay::AnswerLimit { minutes } => {
                ensure((1..=60).contains(&minutes), Said::No(422, "store: answer limit"))?;
                kitchen.answer_limit = minutes;
            }
            StoreDay::Hours { .. }
            | StoreDay::AddItem { .. }
            | StoreDay::ChangeItem { .. }
            | StoreDay::SoldOut { .. } => panic!("hours and menus stay as they are here: {act:?}"),
        }
        Ok(())
    }

    fn job(&mut self, by: Who, name: Name, act: Ride) -> Result<(), Said> {
        let by = rider(by)?;
        let (now, on_duty) = (self.minute, self.on_duty[by]);
        let order = self.find(name)?;
        let job = order.job.ok_or(NOT_FOUND)?;
        let is_mine = job.rider == Some(by);
        // A rider knows a job that is offered to everybody, or that is the rider's own.
        ensure(act == Ride::Claim || job.bag == Bag::Offered || is_mine, NOT_FOUND)?;
        match (act, job.bag) {
            (Ride::Claim, Bag::Offered) => {
                ensure(on_duty, Said::No(409, "delivery: off duty"))?;
                order.ride(Bag::Claimed, Some(by), now);
            }
            (Ride::Claim, Bag::Failed) => return Err(JOB_NOT_NOW),
            (Ride::Claim, _) => ensure(is_mine, Said::No(409, "delivery: taken"))?,
            (Ride::Release, Bag::Claimed | Bag::Arrived) => order.ride(Bag::Offered, None, now),
            (Ride::Arrive, Bag::Claimed) => order.ride(Bag::Arrived, Some(by), now),
            (Ride::PickUp(typed), Bag::Claimed | Bag::Arrived) => {
                ensure(typed != Typed::Wrong, Said::No(422, "delivery: wrong number"))?;
                order.ride(Bag::PickedUp, Some(by), now);
            }
            (Ride::Deliver(typed), Bag::PickedUp) => {
                let may_type = typed == Typed::Nothing || order.looks_at_codes(now);
                ensure(may_type, Said::No(409, "delivery: too many codes"))?;
                if typed == Typed::Wrong {
                    order.type_wrong_code(now);
                    return Err(Said::No(422, "delivery: wrong code"));
                }
                order.ride(Bag::Delivered, Some(by), now);
            }
            (Ride::Fail(reason), Bag::PickedUp) => {
                let is_riders = matches!(reason, FailReason::CustomerAbsent | FailReason::Accident);
                ensure(is_riders, Said::No(422, "delivery: not a rider's reason"))?;
                order.ride(Bag::Failed, Some(by), now);
                if reason == FailReason::Accident && order.stage == Stage::Received {
                    order.give_up(true, now);
                }
            }
            // Done already.
            (Ride::Arrive, Bag::Arrived)
            | (Ride::PickUp(_), Bag::PickedUp)
            | (Ride::Deliver(_), Bag::Delivered)
            | (Ride::Fail(_), Bag::Failed) => {}
            _ => return Err(JOB_NOT_NOW),
        }
        Ok(())
    }

    fn operate(&mut self, by: Who, name: Name, act: &OperatorAction) -> Result<(), Said> {
        ensure(by != Who::Nobody, NOBODY)?;
        ensure(by == Who::Operator, WRONG_ROLE)?;
        let now = self.minute;
        match act {
            OperatorAction::Cancel { reason } => {
                ensure(!reason.is_empty(), WRONG_FIELD)?;
                return self.cancel(name);
            }
            OperatorAction::TakeBack => {
                let order = self.find(name)?;
                let is_held = order.job.is_some_and(|job| matches!(job.bag, Bag::Claimed | Bag::Arrived));
                ensure(is_held, JOB_NOT_NOW)?;
                order.ride(Bag::Offered, None, now);
            }
            OperatorAction::GiveUp { refund, reason } => {
                ensure(!reason.is_empty(), WRONG_FIELD)?;
                let order = self.find(name)?;
                match order.stage {
                    Stage::Received => order.give_up(*refund, now),
                    // Whether the price goes back was decided then.
                    Stage::Ended { shown: Shown::DeliveryFailed, keeps_price } if keeps_price != *refund => {}
                    _ => return Err(ORDER_NOT_NOW),
                }
            }
        }
        Ok(())
    }
}
