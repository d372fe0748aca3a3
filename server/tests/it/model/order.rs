//! One order as the reference has it: the customer's, the kitchen's and the rider's side, and its money.

use super::acts::{Card, Wanted};
use super::city::PRICES;
use domain::views::Shown;

/// How long each may take.
const KITCHEN: u32 = 30;
const RIDER: u32 = 15;
const PICKUP: u32 = 30;
const HANDOVER: u32 = 60;
const CONFIRMATION: u32 = 120;
const OPERATOR: u32 = 1_440;

/// Where the customer's order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Placing,
    Held { until: u32 },
    Received,
    Ended { shown: Shown, keeps_price: bool },
}

/// Where the kitchen's side stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pot {
    None,
    Waiting,
    Accepted,
    Cooking,
    Ready,
    TurnedDown,
    Withdrawn,
}

/// Where the rider's side stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bag {
    Offered,
    Claimed,
    Arrived,
    PickedUp,
    Delivered,
    Failed,
}

#[derive(Clone, Copy, Debug)]
pub struct Job {
    pub bag: Bag,
    pub rider: Option<usize>,
    pub has_left: bool,
    moved: u32,
    /// When it was offered, and claimed, for the first time.
    offered: u32,
    claimed: Option<u32>,
}

/// What became of a request for money, as far as the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    Open,
    Taken,
    NotTaken,
}

/// A request for money.
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    pub amount: u64,
    pub known: Known,
    /// Whether the provider has taken it, whoever knows.
    pub is_taken: bool,
    tries: u32,
    /// What the customer decided at the provider's page.
    pub at_the_page: Option<bool>,
}

/// A dearer change that waits for its money.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub wanted: Wanted,
    /// Its charge, by its place in the order's.
    pub charge: usize,
    pub until: u32,
}

#[derive(Clone, Debug)]
pub struct Order {
    pub by: usize,
    pub store: usize,
    pub wanted: Wanted,
    pub stage: Stage,
    pub pot: Pot,
    pub job: Option<Job>,
    pub change: Option<Change>,
    pub charges: Vec<Charge>,
    pub card: Card,
    /// The furthest that it has come, as the customer sees it.
    furthest: Shown,
    pub answer_by: u32,
    ready_at: u32,
    /// The first of them.
    promised_at: u32,
    /// On the operator's list: what it waited for had begun then, with its limit, and when it was put there.
    flag: Option<((u32, u32), u32)>,
    /// When wrong codes were typed.
    wrong_codes: Vec<u32>,
}

/// What this costs at a store, with the delivery.
pub fn price(store: usize, wanted: Wanted) -> u64 {
    let [first, second, fee, _] = PRICES[store];
    u64::from(wanted.first) * first + u64::from(wanted.second) * second + fee
}

impl Order {
    /// A fresh order, whose money has still to be asked for.
    pub fn placed(by: usize, store: usize, wanted: Wanted, card: Card) -> Self {
        Self {
            by,
            store,
            wanted,
            stage: Stage::Placing,
            pot: Pot::None,
            job: None,
            change: None,
            charges: vec![Charge::of(price(store, wanted))],
            card,
            furthest: Shown::Placing,
            answer_by: 0,
            ready_at: 0,
            promised_at: 0,
            flag: None,
            wrong_codes: Vec::new(),
        }
    }

    pub fn price(&self) -> u64 {
        price(self.store, self.wanted)
    }

    /// What the customer sees.
    pub fn shown(&self) -> Shown {
        match self.stage {
            Stage::Placing => Shown::Placing,
            Stage::Held { .. } => Shown::AwaitingPayment,
            Stage::Received => self.furthest,
            Stage::Ended { shown, .. } => shown,
        }
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended { .. })
    }

    /// What was taken as far as the server knows, and how much of that has to be kept.
    pub fn money(&self) -> (u64, u64) {
        let taken = self.charges.iter().filter(|charge| charge.known == Known::Taken);
        let keeps = match self.stage {
            Stage::Ended { keeps_price: false, .. } | Stage::Placing | Stage::Held { .. } => 0,
            Stage::Received | Stage::Ended { .. } => self.price(),
        };
        (taken.map(|charge| charge.amount).sum(), keeps)
    }

    /// Holds a place in the kitchen.
    pub fn holds_place(&self) -> bool {
        matches!(self.pot, Pot::Waiting | Pot::Accepted | Pot::Cooking)
    }

    /// Stands on the kitchen's board: until the food has left.
    pub fn is_on_board(&self) -> bool {
        let is_gone = self.job.is_some_and(|job| job.has_left || job.bag == Bag::Failed);
        self.holds_place() || (self.pot == Pot::Ready && !is_gone)
    }

    /// The charge that waits for its customer at the provider's page, while somebody still wants it.
    pub fn page(&self) -> Option<usize> {
        let charge = match (self.stage, self.change) {
            (Stage::Held { .. }, _) => 0,
            (Stage::Received, Some(change)) => change.charge,
            _ => return None,
        };
        (self.card == Card::NeedsCustomer && self.charges[charge].known == Known::Open).then_some(charge)
    }

    pub fn has_open_charge(&self) -> bool {
        self.charges.iter().any(|charge| charge.known == Known::Open)
    }

    /// Whether asking about its charges could tell anything new without time going by.
    pub fn may_be_told(&self) -> bool {
        let is_clear = !matches!(self.card, Card::Hang | Card::ErrorAlways) || self.has_ended();
        self.has_open_charge() && is_clear
    }

    pub fn reach(&mut self, shown: Shown) {
        // What is shown never goes back.
        const WAY: [Shown; 7] = [
            Shown::Received,
            Shown::Accepted,
            Shown::Cooking,
            Shown::Ready,
            Shown::Assigned,
            Shown::OnTheWay,
            Shown::Delivered,
        ];
        let place = |shown| WAY.iter().position(|known| *known == shown);
        if place(shown) > place(self.furthest) {
            self.furthest = shown;
        }
    }

    /// Ends the order. A change under way comes to nothing.
    pub fn end(&mut self, shown: Shown, keeps_price: bool) {
        self.stage = Stage::Ended { shown, keeps_price };
        self.change = None;
    }

    pub fn cook(&mut self, pot: Pot, shown: Shown, ready_at: Option<u32>) {
        self.pot = pot;
        self.reach(shown);
        if let Some(ready_at) = ready_at {
            (self.ready_at, self.promised_at) = (ready_at, ready_at);
        }
    }

    /// False when it would come more than an hour after the time that was promised first.
    pub fn delay(&mut self, now: u32, minutes: u32) -> bool {
        let ready_at = self.ready_at.max(now) + minutes;
        let is_allowed = ready_at <= self.promised_at + 60;
        if is_allowed {
            self.ready_at = ready_at;
        }
        is_allowed
    }

    pub fn offer(&mut self, now: u32) {
        self.job = Some(Job {
            bag: Bag::Offered,
            rider: None,
            has_left: false,
            moved: now,
            offered: now,
            claimed: None,
        });
    }

    /// The job goes on; a failed one keeps its rider.
    pub fn ride(&mut self, bag: Bag, rider: Option<usize>, now: u32) {
        let Some(before) = self.job else { return };
        let has_left = bag == Bag::PickedUp || before.has_left;
        let claimed = before.claimed.or((bag == Bag::Claimed).then_some(now));
        self.job = Some(Job { bag, rider, has_left, moved: now, claimed, ..before });
        match bag {
            Bag::Claimed => self.reach(Shown::Assigned),
            Bag::PickedUp => self.reach(Shown::OnTheWay),
            Bag::Delivered => self.reach(Shown::Delivered),
            Bag::Offered | Bag::Arrived | Bag::Failed => {}
        }
        // The time for what it waits for now may have begun before, and be over.
        self.look_at_the_clock(now);
    }

    /// Whether another code would be looked at: not with five wrong ones in ten minutes.
    pub fn looks_at_codes(&self, now: u32) -> bool {
        self.wrong_codes.iter().filter(|at| *at + 10 > now).count() < 5
    }

    /// A wrong code, of which the fifth brings it to the operator's list.
    pub fn type_wrong_code(&mut self, now: u32) {
        self.wrong_codes.push(now);
        if let Some((since, limit, _)) = self.wait()
            && !self.looks_at_codes(now)
            && self.flagged_at((since, limit)).is_none()
        {
            self.flag = Some(((since, limit), now));
        }
    }

    /// Nobody will bring it any more.
    pub fn give_up(&mut self, refund: bool, now: u32) {
        self.end(Shown::DeliveryFailed, !refund);
        if self.holds_place() {
            self.pot = Pot::Withdrawn;
        }
        if let Some(job) = self.job
            && !matches!(job.bag, Bag::Delivered | Bag::Failed)
        {
            self.ride(Bag::Failed, job.rider, now);
        }
    }

    /// What it waits for: since when, for how long, and whether the operator is told rather than the order ended.
    fn wait(&self) -> Option<(u32, u32, bool)> {
        if self.stage != Stage::Received {
            return None;
        }
        Some(match (self.job, self.pot) {
            (Some(job), _) => match job.bag {
                // Giving it back and claiming it again begins nothing anew.
                Bag::Offered => (job.offered, RIDER, true),
                Bag::Claimed | Bag::Arrived => (job.claimed.unwrap_or(job.moved), PICKUP, true),
                Bag::PickedUp => (job.moved, HANDOVER, true),
                Bag::Delivered => (job.moved, CONFIRMATION, false),
                Bag::Failed => (job.moved, OPERATOR, false),
            },
            (None, Pot::Waiting) => (self.answer_by, 0, false),
            (None, _) => (self.ready_at, KITCHEN, true),
        })
    }

    /// On the operator's list.
    pub fn is_stuck(&self) -> bool {
        let failed = self.job.is_some_and(|job| job.bag == Bag::Failed);
        let flagged =
            |(since, limit, told): (u32, u32, bool)| told && self.flagged_at((since, limit)).is_some();
        self.wait().is_some_and(|wait| failed || flagged(wait))
    }

    fn flagged_at(&self, wait: (u32, u32)) -> Option<u32> {
        self.flag.filter(|(known, _)| *known == wait).map(|(_, at)| at)
    }

    /// Its time may be over.
    pub fn look_at_the_clock(&mut self, now: u32) {
        let Some((since, limit, told)) = self.wait() else { return };
        if let Some(at) = self.flagged_at((since, limit)).filter(|_| told) {
            if at + OPERATOR <= now {
                self.give_up(true, now);
            }
        } else if since + limit <= now {
            match self.job.map(|job| job.bag) {
                _ if told => self.flag = Some(((since, limit), now)),
                Some(Bag::Delivered) => self.end(Shown::Completed, true),
                // The customer was not met.
                Some(_) => self.give_up(false, now),
                None => {
                    self.pot = Pot::TurnedDown;
                    self.end(Shown::TimedOut, false);
                }
            }
        }
    }
}

/// What the provider says when it is asked about a charge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Taken,
    NotTaken,
    Nothing,
}

impl Charge {
    pub fn of(amount: u64) -> Self {
        Self { amount, known: Known::Open, is_taken: false, tries: 0, at_the_page: None }
    }

    /// The provider is asked.
    pub fn ask(&mut self, card: Card) -> Heard {
        self.tries += 1;
        let is_first = self.tries == 1;
        match card {
            Card::Approve => self.is_taken = true,
            Card::Error if !is_first => self.is_taken = true,
            Card::NoAnswer if is_first => {
                self.is_taken = true;
                return Heard::Nothing;
            }
            Card::Decline | Card::Expired | Card::Unknown => return Heard::NotTaken,
            Card::NeedsCustomer if self.at_the_page == Some(false) => return Heard::NotTaken,
            Card::Error | Card::NoAnswer | Card::Hang | Card::ErrorAlways | Card::NeedsCustomer => {}
        }
        if self.is_taken { Heard::Taken } else { Heard::Nothing }
    }

    /// The provider is asked what became of it, when it is too late to take the money.
    pub fn look(&self, card: Card) -> Heard {
        match card {
            _ if self.is_taken => Heard::Taken,
            Card::NeedsCustomer if self.at_the_page == Some(false) => Heard::NotTaken,
            _ => Heard::Nothing,
        }
    }
}
