//! A step of the test, carried out on the city.

use super::acts::{Act, Card, Name, Ride, Typed, Who};
use super::city::City;
use super::system::System;
use crate::city::key;
use domain::delivery;
use domain::order;
use domain::processes::CaseRefusal;
use domain::shared::OrderId;
use domain::store::{self, QuoteRefusal, ticket};
use domain::views::{Fault, RiderAction};
use uuid::Uuid;

/// What was answered, in the words of the reference.
pub type Told = Result<(), (u16, String)>;

fn words(fault: &Fault) -> String {
    let words = match fault {
        Fault::NotSignedIn => "not signed in",
        Fault::WrongRole => "wrong role",
        Fault::NotFound => "not found",
        Fault::KeyReused => "key reused",
        Fault::Invalid(_) => "wrong field",
        Fault::Refused(CaseRefusal::PriceChanged { .. }) => "price changed",
        Fault::Refused(CaseRefusal::NotOnTheWay) => "not on the way",
        Fault::Refused(CaseRefusal::Order(refusal)) => match refusal {
            order::Refusal::NotNow { .. } => "order: not now",
            order::Refusal::ChangeUnderWay => "order: change under way",
            order::Refusal::NothingChanges => "order: nothing changes",
            order::Refusal::NothingLeft => "order: nothing left",
            order::Refusal::NoSuchChange => "order: no such change",
        },
        Fault::Refused(CaseRefusal::Ticket(refusal)) => match refusal {
            ticket::Refusal::NotNow { .. } => "ticket: not now",
            ticket::Refusal::CookingStarted => "ticket: cooking started",
            ticket::Refusal::Minutes { .. } => "ticket: minutes",
            ticket::Refusal::DelayStep => "ticket: delay step",
            ticket::Refusal::DelayedTooLong { .. } => "ticket: delayed too long",
            ticket::Refusal::ReasonMissing => "ticket: reason missing",
            ticket::Refusal::WrongRevision => "ticket: wrong revision",
        },
        Fault::Refused(CaseRefusal::Delivery(refusal)) => match refusal {
            delivery::Refusal::NotNow { .. } => "delivery: not now",
            delivery::Refusal::Taken => "delivery: taken",
            delivery::Refusal::OffDuty => "delivery: off duty",
            delivery::Refusal::WrongNumber => "delivery: wrong number",
            delivery::Refusal::WrongCode => "delivery: wrong code",
            delivery::Refusal::TooManyCodes { .. } => "delivery: too many codes",
            delivery::Refusal::NotARidersReason => "delivery: not a rider's reason",
            delivery::Refusal::NotYours => "delivery: not yours",
            delivery::Refusal::TooFar { .. } => "delivery: too far",
        },
        Fault::Refused(CaseRefusal::Quote(refusal)) => match refusal {
            QuoteRefusal::Paused => "quote: paused",
            QuoteRefusal::EmptyCart => "quote: empty cart",
            QuoteRefusal::BelowMinimum { .. } => "quote: below minimum",
            other => return format!("quote: {other}"),
        },
        Fault::Store(refusal) => match refusal {
            store::Refusal::Capacity { .. } => "store: capacity",
            store::Refusal::PauseOver => "store: pause over",
            store::Refusal::PauseTooLong { .. } => "store: pause too long",
            store::Refusal::BusyMinutes { .. } => "store: busy minutes",
            store::Refusal::AnswerLimit { .. } => "store: answer limit",
            other => return format!("store: {other}"),
        },
        other => return other.to_string(),
    };
    words.to_owned()
}

fn token(card: Card) -> &'static str {
    match card {
        Card::Approve => "tok_approve",
        Card::Decline => "tok_decline",
        Card::Expired => "tok_expired",
        Card::NeedsCustomer => "tok_needs_customer",
        Card::NoAnswer => "tok_no_answer",
        Card::Hang => "tok_hang",
        Card::Error => "tok_error",
        Card::ErrorAlways => "tok_error_always",
        Card::Unknown => "tok_of_nobody",
    }
}

fn as_typed(typed: Typed, right: &str) -> Option<String> {
    match typed {
        Typed::Nothing => None,
        Typed::Right => Some(right.to_owned()),
        // As long as the right one, and never it: whatever comes first is another character.
        Typed::Wrong => Some(right.chars().map(|sign| if sign == '1' { '2' } else { '1' }).collect()),
    }
}

impl System {
    /// Carries a step out, with what follows from it. `city` is what the reference says it is like afterwards.
    pub async fn carry_out(&mut self, city: &City, act: &Act) -> Told {
        // No two steps share a moment: the order knows by it what it is on the operator's list for.
        self.late += 1;
        self.clock.advance(1);
        let told = match act {
            Act::Clock { .. } => {
                for order in &city.asked_before {
                    self.ask_provider(city.orders[order].by, *order).await;
                    self.catch_up_before(city, *order).await;
                }
                self.put_clock(city.minute).await;
                Ok(())
            }
            Act::Restart => {
                self.restart().await;
                Ok(())
            }
            Act::AtThePage { order, approves } => self.at_the_page(city, *order, *approves).await,
            Act::Again { is_other } => match &city.kept {
                Some((kept, _)) => {
                    let other = kept.other_than().filter(|_| *is_other);
                    let key = self.last_key.clone();
                    self.command(city, other.as_ref().unwrap_or(kept), &key, other.is_some()).await
                }
                None => Ok(()),
            },
            _ => {
                let key = key();
                let told = self.command(city, act, &key, false).await;
                if city.kept.as_ref().is_some_and(|(kept, _)| kept == act) {
                    self.last_key = key;
                }
                told
            }
        };
        self.rest().await;
        told
    }

    /// On a busy machine a call that should have been clear may have told nothing.
    async fn catch_up_before(&mut self, city: &City, order: Name) {
        // At the end of the step the reference knows more: only what was approved before the clock went on matters here.
        let known = &city.orders[&order];
        let is_clear = known.charges.iter().any(|charge| charge.is_taken);
        if is_clear && self.has_open_charge(order) {
            self.ask_provider(known.by, order).await;
        }
    }

    async fn at_the_page(&mut self, city: &City, order: Name, approves: bool) -> Told {
        let nowhere = || (404, "no page".to_owned());
        let by = Who::Customer(city.orders.get(&order).ok_or_else(nowhere)?.by);
        let view = self.backend().order(&self.who(by), self.id(order)).await.unwrap();
        self.decide(&view.pay_url.ok_or_else(nowhere)?, approves).await;
        Ok(())
    }

    async fn command(&mut self, city: &City, act: &Act, key: &str, is_other: bool) -> Told {
        let as_told = |fault: Fault| (fault.status(), words(&fault));
        let who = |by: &Who| self.who(*by);
        let id = |order: &Name| self.id(*order);
        let backend = self.backend();
        match act {
            Act::Place { by, name, store, wanted, card, is_agreed } => {
                let order = self.checkout(key, *store, *wanted, token(*card), *is_agreed, is_other);
                let placed = backend.place_order(&who(by), order).await.map_err(as_told)?;
                match self.orders.get(name) {
                    Some(known) => assert_eq!(known.id, placed, "the same key is the same order"),
                    None => self.remember(*by, *name, placed).await,
                }
                Ok(())
            }
            Act::Cancel { by, order } => backend.cancel_order(&who(by), id(order), key).await,
            Act::Change { by, order, wanted, is_agreed } => {
                let store = city.orders.get(order).map_or(0, |order| order.store);
                let agreed = super::order::price(store, *wanted) + u64::from(!is_agreed);
                let lines = self.lines(store, *wanted);
                backend.change_order(&who(by), id(order), lines, crate::city::won(agreed), key).await
            }
            Act::Confirm { by, order } => backend.confirm_receipt(&who(by), id(order), key).await,
            Act::PayNow { by, order } => {
                let (who, id) = (who(by), id(order));
                // Whoever may not ask is heard before anything is done.
                if backend.order(&who, id).await.is_ok() {
                    self.expect_a_try(Some(*order));
                }
                self.backend().pay_now(&who, id).await
            }
            Act::Ticket { by, order, act } => {
                backend.act_on_ticket(&who(by), id(order), act.clone(), key).await
            }
            Act::Store { by, act } => backend.act_on_store(&who(by), act.clone(), key).await,
            Act::Job { by, order, act } => {
                let nobodys = || super::system::Known {
                    id: OrderId(Uuid::nil()),
                    number: "AAAA".to_owned(),
                    code: "0000".to_owned(),
                };
                let known = self.orders.get(order).cloned().unwrap_or_else(nobodys);
                let action = match act {
                    Ride::Claim => RiderAction::Claim,
                    Ride::Release => RiderAction::Release,
                    Ride::Arrive => RiderAction::Arrive,
                    Ride::PickUp(typed) => RiderAction::PickUp { number: as_typed(*typed, &known.number) },
                    Ride::Deliver(typed) => RiderAction::Deliver { code: as_typed(*typed, &known.code) },
                    Ride::Fail(reason) => RiderAction::Fail { reason: *reason },
                };
                backend.act_on_job(&who(by), id(order), action, key).await
            }
            Act::Operate { by, order, act } => backend.operate(&who(by), id(order), act.clone(), key).await,
            Act::Duty { by, is_on } => backend.set_duty(&who(by), *is_on).await,
            Act::AtThePage { .. } | Act::Again { .. } | Act::Clock { .. } | Act::Restart => Ok(()),
        }
        .map_err(as_told)
    }
}
