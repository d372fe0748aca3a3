//! The event log written without a server, by the same writer with its decisions, topics and read models: what is left of an order when
//! nobody asks for it over HTTP and no process works on it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::payment::Purpose;
use domain::processes::{ChargeOutcome, DomainEvent, Placing, place_order};
use domain::shared::{AccountId, Aggregate, Decision, OrderId, Personal, Sealed, Won};
use domain::store::{Command, Store, WantedLine};
use domain::views::{Actor, Fault};
use server::adapters::clock::{Clock, SystemClock, new_uuid};
use server::demo::World;
use server::processes::{notices, webhooks};
use server::storage::sqlite::{SqliteLog, open};
use server::storage::{CommitListener, Committed, Decide, EventLog, Subject, Unit, Vault};
use sqlx::SqlitePool;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::Failure;
use crate::bare::{self, EventRow};
use crate::load::Seen;
use crate::people::Basket;

/// Hears of nothing.
struct Nobody;

impl CommitListener for Nobody {
    fn committed(&self, _: Vec<Arc<Committed>>) {}
}

/// The log of a folder.
pub(crate) struct Raw {
    log: SqliteLog,
    pool: SqlitePool,
    writing: JoinHandle<()>,
}

/// What becomes of an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is placed.
    Placed,
    /// It is placed and ends at once: its card was declined.
    Declined,
}

impl Raw {
    /// Opens the log in a folder, which is made when there is none.
    pub(crate) async fn open(folder: &Path) -> Result<Self, Failure> {
        let (writer, pool) = open(&folder.join("baedal.db")).await?;
        let (log, writing) =
            SqliteLog::start(writer, pool.clone(), Arc::new(SystemClock), Arc::new(Nobody)).await?;
        Ok(Self { log, pool, writing })
    }

    /// Registers the store of a basket.
    pub(crate) async fn register(&self, world: &World, basket: &Basket) -> Result<(), Failure> {
        let store = world.stores.iter().find(|(profile, ..)| profile.id == basket.store).cloned();
        let (profile, menu, hours) = store.ok_or("no such store")?;
        let decide: Decide = Box::new(move |_, at| {
            let (profile, menu, hours) = (Box::new(profile.clone()), menu.clone(), hours.clone());
            Ok(Store::default()
                .decide(Command::Register { profile, menu, hours, at })?
                .map(DomainEvent::Store))
        });
        let unit = unit(Actor::System, Subject::Store(basket.store), decide);
        self.log.execute(unit).await?.map(|_| ()).map_err(refused)
    }

    /// So many tasks place orders of a customer, each one after the other, until `lasts` is over or `most` of them are placed.
    pub(crate) async fn place(
        &self,
        basket: &Basket,
        customer: AccountId,
        fate: Fate,
        tasks: u32,
        (lasts, most): (Duration, u32),
    ) -> Result<Seen, Failure> {
        let vault = Vault::new(Arc::new(self.log.clone()));
        let sealed = vault.seal(customer, &Personal::default()).await?;
        let started = Instant::now();
        let mut placing = JoinSet::new();
        for task in 0..tasks {
            let (log, basket, sealed) = (self.log.clone(), basket.clone(), sealed.clone());
            let many = most / tasks + u32::from(task < most % tasks);
            placing.spawn(async move {
                let mut micros = Vec::new();
                for _ in 0..many {
                    if started.elapsed() >= lasts {
                        break;
                    }
                    let sent = Instant::now();
                    log.execute(order(&basket, customer, &sealed, fate)?).await?.map_err(refused)?;
                    micros.push(sent.elapsed().as_micros() as u64);
                }
                Ok::<_, Failure>(micros)
            });
        }
        let mut seen = Seen::default();
        while let Some(placed) = placing.join_next().await {
            seen.micros.append(&mut placed??);
        }
        seen.elapsed = started.elapsed();
        Ok(seen)
    }

    /// The rows of events that its last order has left in it.
    pub(crate) async fn last_order(&self) -> Result<Vec<EventRow>, Failure> {
        bare::last_order(&self.pool).await
    }

    /// Has a city's processes take everything that lies there for read: with nothing to do for it, and told to nobody.
    pub(crate) async fn take_for_read(&self) -> Result<(), Failure> {
        let (head, now) = (self.log.head().await?, SystemClock.now());
        for reader in [place_order::NAME, notices::NAME, webhooks::NAME] {
            self.log.advance(reader, head, Vec::new(), new_uuid(now), now).await?;
        }
        Ok(())
    }

    /// Closes it.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        drop(self.log);
        self.writing.await?;
        self.pool.close().await;
        Ok(())
    }
}

fn refused(fault: Fault) -> Failure {
    format!("refused: {fault:?}").into()
}

fn unit(actor: Actor, subject: Subject, decide: Decide) -> Unit {
    let command = new_uuid(SystemClock.now());
    Unit { command, actor, subject, key: None, completes: None, decide }
}

fn order(basket: &Basket, customer: AccountId, sealed: &Sealed, fate: Fate) -> Result<Unit, Failure> {
    let order = OrderId(new_uuid(SystemClock.now()));
    let placing = Placing {
        order,
        customer,
        lines: vec![WantedLine { item: basket.item, quantity: basket.quantity, choices: Vec::new() }],
        agreed: Won::new(basket.agreed)?,
        method: "tok_approve".to_owned(),
        distance_m: basket.distance_m,
        cells: vec!["cell-of-the-store".to_owned(), "cell-of-the-customer".to_owned()],
        code: "0420".to_owned(),
        sealed: sealed.clone(),
        hold_minutes: None,
    };
    let decide: Decide = Box::new(move |loaded, now| {
        let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
        let mut events = loaded.case.place(store, placing.clone(), now)?.into_events();
        if fate == Fate::Declined {
            let mut case = (*loaded.case).clone();
            events.iter().for_each(|event| case.apply(event));
            let declined = ChargeOutcome::Declined { code: "card_declined".to_owned() };
            events.extend(case.record_charge(Purpose::Order, declined, now, 10)?.into_events());
        }
        Ok(Decision::Executed(events))
    });
    Ok(unit(Actor::Customer(customer), Subject::NewOrder(order, basket.store), decide))
}
