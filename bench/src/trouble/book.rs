//! What became of the orders: as their customers read it, and as the provider's own book has it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::shared::{OrderId, Timestamp, Won};
use domain::views::{OrderView, Shown, What};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::City;
use super::crews::Placed;
use crate::Failure;
use crate::http::Connection;
use crate::saga::look;

/// Connections by which orders are looked at.
const READERS: usize = 16;

/// What became of an order.
#[derive(Clone, Debug)]
pub(super) struct Fate {
    /// The order.
    pub(super) order: OrderId,
    /// Where it stands.
    pub(super) shown: Shown,
    /// When it was placed.
    pub(super) placed_at: Timestamp,
    /// Whether it was held.
    pub(super) held: bool,
    /// When its payment was approved.
    pub(super) approved_at: Option<Timestamp>,
    /// What the provider has to have of it in the end, in won.
    kept: Won,
    /// Whether its money is still to move.
    moves: bool,
}

impl Fate {
    fn of(view: &OrderView) -> Self {
        let shown = view.line.shown;
        let at = |what: &What| view.timeline.iter().find(|entry| entry.what == *what).map(|entry| entry.at);
        let waits = matches!(shown, Shown::Placing | Shown::AwaitingPayment);
        Self {
            order: view.line.order,
            shown,
            placed_at: view.line.placed_at,
            held: at(&What::Held).is_some(),
            approved_at: at(&What::PaymentApproved),
            kept: if shown.is_failure() { Won::ZERO } else { view.bill.total },
            moves: waits || !view.owed.is_zero(),
        }
    }
}

/// What the provider's book has of one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Charged {
    approvals: i64,
    kept: i64,
}

/// Looks at all orders until none waits for its payment or for money that comes back.
pub(super) async fn settled(
    city: &Arc<City>,
    orders: Vec<Placed>,
    patience: Duration,
) -> Result<Vec<Fate>, Failure> {
    let since = Instant::now();
    let (mut open, mut fates) = (orders, Vec::new());
    loop {
        let mut waiting = Vec::new();
        for (placed, fate) in looked_at(city, &open).await? {
            if fate.moves {
                waiting.push((placed, fate));
            } else {
                fates.push(fate);
            }
        }
        let Some((_, first)) = waiting.first() else {
            return Ok(fates);
        };
        if since.elapsed() > patience {
            return Err(format!("{} orders are not settled, such as {first:?}", waiting.len()).into());
        }
        open = waiting.into_iter().map(|(placed, _)| placed).collect();
        sleep(Duration::from_millis(500)).await;
    }
}

async fn looked_at(city: &Arc<City>, orders: &[Placed]) -> Result<Vec<(Placed, Fate)>, Failure> {
    let mut readers = JoinSet::new();
    for mine in orders.chunks(orders.len().div_ceil(READERS).max(1)) {
        let (city, mine) = (Arc::clone(city), mine.to_vec());
        readers.spawn(async move {
            let mut connection = Connection::open(city.addr).await?;
            let mut seen = Vec::with_capacity(mine.len());
            for placed in mine {
                let cookie = &city.customers[placed.customer];
                seen.push((placed, Fate::of(&look(city.addr, &mut connection, cookie, placed.order).await?)));
            }
            Ok::<_, Failure>(seen)
        });
    }
    let mut all = Vec::with_capacity(orders.len());
    while let Some(seen) = readers.join_next().await {
        all.append(&mut seen??);
    }
    Ok(all)
}

/// Compares with the provider's book: what was paid was charged once and is kept, of everything else nothing is. An order that is
/// otherwise, or that the book has and nobody placed, is an error.
pub(super) async fn compare(file: &Path, fates: &[Fate]) -> Result<(), Failure> {
    let mut book = charged(file).await?;
    for fate in fates {
        let charged = book.remove(&fate.order).unwrap_or_default();
        let kept = fate.kept.get() as i64;
        if charged.approvals > 1 || charged.kept != kept {
            return Err(format!("the provider has {charged:?} of {fate:?}").into());
        }
    }
    match book.iter().next() {
        Some((order, charged)) => {
            Err(format!("the provider has {charged:?} of {order}, which nobody placed").into())
        }
        None => Ok(()),
    }
}

async fn charged(file: &Path) -> Result<HashMap<OrderId, Charged>, Failure> {
    let options =
        SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(Duration::from_secs(5));
    let mut connection = options.disable_statement_logging().connect().await?;
    let rows = sqlx::query(
        "SELECT payments.key AS key, count(*) FILTER (WHERE kind = 'approve') AS approvals, \
         coalesce(sum(CASE kind WHEN 'approve' THEN entries.amount WHEN 'cancel' THEN -entries.amount END), 0) AS kept \
         FROM payments LEFT JOIN entries ON entries.payment_id = payments.id GROUP BY payments.id",
    )
    .fetch_all(&mut connection)
    .await?;
    let mut book: HashMap<OrderId, Charged> = HashMap::new();
    for row in rows {
        // The charge of an order is known by a key that begins with the order's id.
        let key: String = row.try_get("key")?;
        let order = key.split(':').next().unwrap_or_default().parse();
        let of = book.entry(order.map_err(|_| format!("the provider has a key {key}"))?).or_default();
        of.approvals += row.try_get::<i64, _>("approvals")?;
        of.kept += row.try_get::<i64, _>("kept")?;
    }
    Ok(book)
}
