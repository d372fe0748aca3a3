//! Crews in kitchens and on the road: each takes one paid order after another from the acceptance to the confirmed receipt.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::shared::OrderId;
use domain::views::{JobChange, LiveBody};
use tokio::time::{Instant, sleep};

use super::{City, Sample};
use crate::Failure;
use crate::http::Connection;
use crate::saga::{Shown, command, look};

/// Crews at work beside each other.
pub(super) const CREWS: usize = 8;
/// How long hands take between two commands. Without it the stock of paid orders would have to be larger than all kitchens.
pub(super) const HANDS: Duration = Duration::from_millis(25);
/// Orders a second that all of them would complete if every command were answered at once: an order takes seven.
pub(super) const MOST_PER_SECOND: f64 = CREWS as f64 * 1_000.0 / (7 * HANDS.as_millis()) as f64;

/// An order, whose it is, and which store's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    /// The order.
    pub(super) order: OrderId,
    /// The number of its customer.
    pub(super) customer: usize,
    /// The number of its store.
    pub(super) store: usize,
}

/// Paid orders that wait for a crew, and jobs that riders see.
#[derive(Default)]
pub(super) struct Stock {
    paid: Mutex<VecDeque<Placed>>,
    jobs: Shown,
}

/// What a crew did.
#[derive(Default)]
pub(super) struct Work {
    /// Its commands.
    pub(super) commands: Vec<Sample>,
    /// When each order was completed.
    pub(super) completed: Vec<Instant>,
    /// When it ended.
    pub(super) ended: Option<Instant>,
}

impl Stock {
    /// Puts orders behind those that wait.
    pub(super) fn put(&self, orders: impl IntoIterator<Item = Placed>) {
        self.paid.lock().unwrap_or_else(PoisonError::into_inner).extend(orders);
    }

    /// Takes in what the rider's live stream says.
    pub(super) fn hear(&self, message: &LiveBody) {
        if let LiveBody::Job(JobChange::Offered { order, .. }) = message {
            self.jobs.put(*order);
        }
    }

    fn next(&self) -> Option<Placed> {
        self.paid.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Works until everything is over, or nothing is left to do.
pub(super) async fn crew(city: Arc<City>) -> Result<Work, Failure> {
    let mut connection = Connection::open(city.addr).await?;
    let mut work = Work::default();
    while !city.over.is_cancelled()
        && let Some(placed) = city.stock.next()
    {
        let (order, customer) = (placed.order, &city.customers[placed.customer]);
        let owner = &city.stores[placed.store].owner;
        for (path, minutes) in [("owner/accept", "20"), ("owner/start", ""), ("owner/finish", "")] {
            let field = ("minutes", minutes);
            act(&city, &mut connection, &mut work, path, owner, order, field).await?;
        }
        city.stock.jobs.wait(order).await?;
        // The rider is told the digits at the door, and reads the number on the bag.
        let view = look(city.addr, &mut connection, customer, order).await?;
        let number = view.line.number.to_string();
        let ride = [
            ("rider/claim", ("number", "")),
            ("rider/pick", ("number", number.as_str())),
            ("rider/deliver", ("code", view.code.as_str())),
        ];
        for (path, field) in ride {
            act(&city, &mut connection, &mut work, path, &city.rider, order, field).await?;
        }
        act(&city, &mut connection, &mut work, "orders/confirm", customer, order, ("", "")).await?;
        work.completed.push(Instant::now());
    }
    work.ended = Some(Instant::now());
    Ok(work)
}

async fn act(
    city: &City,
    connection: &mut Connection,
    work: &mut Work,
    path: &str,
    cookie: &str,
    order: OrderId,
    field: (&str, &str),
) -> Result<(), Failure> {
    sleep(HANDS).await;
    let at = Instant::now();
    command(city.addr, connection, path, cookie, order, field).await?;
    work.commands.push(Sample { at, micros: at.elapsed().as_micros() as u64 });
    Ok(())
}
