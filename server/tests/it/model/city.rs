//! The reference: what a city should be like, in as few words as will do, and without asking the domain.
//!
//! It knows the rules of the house as a person would tell them. Time is in whole minutes from the start of the case; amounts are in won.

use super::acts::{Act, Card, EACH, Name, Wanted};
use super::order::{Change, Charge, Heard, Known, Order, Pot, Stage};
use domain::views::Shown;
use std::collections::BTreeMap;

/// What the two stores ask: for the first item, the second item, the delivery, and at least for the food.
pub const PRICES: [[u64; 4]; EACH] = [[9_500, 6_500, 2_000, 15_000], [6_000, 1_000, 1_500, 17_000]];
/// The names of the items on the menus of the demo city.
pub const ITEMS: [[&str; 2]; EACH] =
    [["오븐 치즈 스파게티", "갈릭 브레드"], ["쭉 늘어나는 치즈볼 (6개)", "치킨무"]];
/// How many tickets the kitchens take at first.
const CAPACITIES: [u32; EACH] = [200, 40];
/// How long an order is held, and a dearer change waits.
const HOLD: u32 = 10;
/// How long after a hold's end an approval is still taken.
const LATE: u32 = 10;

/// The payment sandbox keeps its own time, which is not put forward: what waits for its customer ends there ten minutes after the start
/// and a little.
pub const PAGE_ENDS: u32 = 10;

/// The answer to a step: done, or the status and the reason why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Done,
    No(u16, &'static str),
}

/// A store.
#[derive(Clone, Copy, Debug)]
pub struct Kitchen {
    pub capacity: u32,
    /// Paused until this minute; for ever at the largest.
    pub paused_until: u32,
    pub busy: u32,
    pub answer_limit: u32,
}

/// The city.
#[derive(Clone, Debug)]
pub struct City {
    pub minute: u32,
    pub kitchens: [Kitchen; EACH],
    pub on_duty: [bool; EACH],
    pub orders: BTreeMap<Name, Order>,
    /// How often somebody tried to place an order: the next one's name.
    pub placed: Name,
    /// The last command whose answer the server keeps.
    pub kept: Option<(Act, Said)>,
    /// The answer to the last step.
    pub said: Said,
    /// The orders whose charges were asked about before the clock was put forward.
    pub asked_before: Vec<Name>,
}

impl Default for City {
    fn default() -> Self {
        let kitchen = |capacity| Kitchen { capacity, paused_until: 0, busy: 0, answer_limit: 5 };
        Self {
            minute: 0,
            kitchens: CAPACITIES.map(kitchen),
            on_duty: [true; EACH],
            orders: BTreeMap::new(),
            placed: 0,
            kept: None,
            said: Said::Done,
            asked_before: Vec::new(),
        }
    }
}

impl City {
    /// Tickets that hold a place in a kitchen.
    pub fn load(&self, store: usize) -> u32 {
        self.orders.values().filter(|order| order.store == store && order.holds_place()).count() as u32
    }

    /// Orders that have not ended.
    pub fn live(&self) -> impl Iterator<Item = Name> {
        self.orders.iter().filter(|(_, order)| !order.has_ended()).map(|(name, _)| *name)
    }

    pub fn rider_of(&self, order: Name) -> Option<usize> {
        self.orders.get(&order)?.job?.rider
    }

    /// The provider is asked about each charge of an order of which it is not known what became of it.
    pub fn ask_provider(&mut self, name: Name) {
        let now = self.minute;
        let Some(order) = self.orders.get(&name) else { return };
        let (store, card) = (order.store, order.card);
        let is_full = self.load(store) >= self.kitchens[store].capacity;
        let answer_by = now + self.kitchens[store].answer_limit;
        let Some(order) = self.orders.get_mut(&name) else { return };
        for number in 0..order.charges.len() {
            if order.charges[number].known != Known::Open {
                continue;
            }
            let is_wanted = match order.change {
                _ if number == 0 => !order.has_ended(),
                change => change.is_some_and(|change| change.charge == number),
            };
            if !is_wanted {
                // The provider is told to take nothing; what it has taken goes back.
                let charge = &mut order.charges[number];
                charge.known = if charge.is_taken { Known::Taken } else { Known::NotTaken };
                continue;
            }
            let until = match (order.change, order.stage) {
                (Some(change), _) => Some(change.until),
                (None, Stage::Held { until }) => Some(until),
                (None, _) => None,
            };
            let is_late = until.is_some_and(|until| until <= now);
            let is_too_late = until.is_some_and(|until| until + LATE <= now);
            let charge = &mut order.charges[number];
            let heard = if is_late { charge.look(card) } else { charge.ask(card) };
            match (heard, order.change) {
                // Nobody waits for it any more.
                (Heard::Taken, change) if is_too_late => {
                    order.charges[number].known = Known::Taken;
                    order.change = None;
                    if change.is_none() {
                        order.end(Shown::PaymentFailed, false);
                    }
                }
                (Heard::Taken, Some(change)) => {
                    order.charges[number].known = Known::Taken;
                    order.wanted = change.wanted;
                    order.change = None;
                }
                (Heard::Taken, None) => {
                    order.charges[number].known = Known::Taken;
                    if is_full {
                        order.end(Shown::OverCapacity, false);
                    } else {
                        order.stage = Stage::Received;
                        order.reach(Shown::Received);
                        order.pot = Pot::Waiting;
                        order.answer_by = answer_by;
                    }
                }
                (Heard::NotTaken, change) => {
                    order.charges[number].known = Known::NotTaken;
                    order.change = None;
                    if change.is_none() {
                        order.end(Shown::PaymentFailed, false);
                    }
                }
                (Heard::Nothing, Some(change)) => {
                    if change.until <= now {
                        order.change = None;
                    }
                }
                (Heard::Nothing, None) => match order.stage {
                    Stage::Held { until } if until <= now => order.end(Shown::PaymentFailed, false),
                    Stage::Held { .. } => {}
                    _ if card == Card::NeedsCustomer => order.stage = Stage::Held { until: PAGE_ENDS + 1 },
                    _ => order.stage = Stage::Held { until: now + HOLD },
                },
            }
        }
    }

    /// A dearer change waits for its money from now on.
    pub fn wait_for_change(&mut self, name: Name, wanted: Wanted, extra: u64) {
        let until = self.minute + HOLD;
        if let Some(order) = self.orders.get_mut(&name) {
            order.change = Some(Change { wanted, charge: order.charges.len(), until });
            order.charges.push(Charge::of(extra));
        }
        self.ask_provider(name);
    }

    /// Time goes by: whoever can still be told something is told it before.
    pub fn forward(&mut self, minutes: u32) {
        self.asked_before =
            self.orders.iter().filter(|(_, order)| order.may_be_told()).map(|(name, _)| *name).collect();
        for name in self.asked_before.clone() {
            self.ask_provider(name);
        }
        self.minute += minutes;
        // Not where the provider's own time decides.
        if (PAGE_ENDS..PAGE_ENDS + 3).contains(&self.minute) {
            self.minute = PAGE_ENDS + 3;
        }
        for order in self.orders.values_mut() {
            order.look_at_the_clock(self.minute);
        }
        let names: Vec<Name> = self.orders.keys().copied().collect();
        for name in names {
            self.ask_provider(name);
        }
    }
}
