//! The provider's book: reads by a small pool, writes by the one writer.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

use super::model::{CancelRow, CustomerDecision, NewCancel, NewPayment, PaymentRow, Totals};
use super::outside::now_ms;
use super::refusal::Refusal;
use super::writer::{self, Done, Job, Work};

/// Jobs that may wait for the writer before callers wait to hand in theirs.
const QUEUE: usize = 4_096;

/// A handle on the book; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Store {
    jobs: mpsc::Sender<Job>,
    readers: SqlitePool,
}

impl Store {
    /// Opens or creates the book at `path` and starts its writer, which lives as long as the store.
    pub(super) async fn open(path: &Path, customer_ms: i64) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An answer is only given for what would outlive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .disable_statement_logging();
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql(include_str!("schema.sql")).execute(&mut connection).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(2)
            .connect_with(
                SqliteConnectOptions::new()
                    .filename(path)
                    .read_only(true)
                    .busy_timeout(Duration::from_secs(5))
                    .disable_statement_logging(),
            )
            .await?;
        let (jobs, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(writer::run(options, connection, waiting, customer_ms));
        Ok(Self { jobs, readers })
    }

    /// Charges the card, or finds what the key did before.
    pub(super) async fn pay(&self, new: NewPayment) -> Result<PaymentRow, Refusal> {
        Ok(self.write(Work::Pay(new)).await?.payment)
    }

    /// Cancels the whole rest or a part, or finds what the key did before.
    pub(super) async fn cancel(&self, new: NewCancel) -> Result<Done, Refusal> {
        self.write(Work::Cancel(new)).await
    }

    /// Takes the customer's decision. A payment already decided is answered as it stands.
    pub(super) async fn decide(&self, decision: CustomerDecision) -> Result<PaymentRow, Refusal> {
        Ok(self.write(Work::Decide(decision)).await?.payment)
    }

    /// The payment made with this key.
    pub(super) async fn payment_by_key(&self, key: &str) -> Result<Option<PaymentRow>, Refusal> {
        let found = sqlx::query_as("SELECT * FROM payments WHERE key = $1")
            .bind(key)
            .fetch_optional(&self.readers)
            .await;
        self.current(readable(found)?).await
    }

    /// The payment with this id.
    pub(super) async fn payment(&self, id: &str) -> Result<Option<PaymentRow>, Refusal> {
        let found = sqlx::query_as("SELECT * FROM payments WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.readers)
            .await;
        self.current(readable(found)?).await
    }

    /// The cancel made with this key.
    pub(super) async fn cancel_by_key(&self, key: &str) -> Result<Option<CancelRow>, Refusal> {
        readable(
            sqlx::query_as("SELECT * FROM cancels WHERE key = $1")
                .bind(key)
                .fetch_optional(&self.readers)
                .await,
        )
    }

    /// What the ledger holds for this order reference.
    pub(super) async fn totals(&self, order_ref: &str) -> Result<Totals, Refusal> {
        readable(
            sqlx::query_as(
                "SELECT coalesce(sum(amount) FILTER (WHERE kind = 'approve'), 0) AS approved, \
                        coalesce(sum(amount) FILTER (WHERE kind = 'cancel'), 0) AS cancelled, \
                        count(*) FILTER (WHERE kind = 'approve') AS approvals, \
                        count(*) FILTER (WHERE kind = 'cancel') AS cancels \
                 FROM entries WHERE order_ref = $1",
            )
            .bind(order_ref)
            .fetch_one(&self.readers)
            .await,
        )
    }

    /// Reads a row, to see that the book can be read.
    pub(super) async fn ping(&self) -> Result<(), Refusal> {
        readable(sqlx::query("SELECT 1 FROM payments LIMIT 1").fetch_optional(&self.readers).await).map(drop)
    }

    /// Nobody watches the clock for payments that wait for their customer: whoever looks at one
    /// whose time is over has it declined first.
    async fn current(&self, found: Option<PaymentRow>) -> Result<Option<PaymentRow>, Refusal> {
        match found {
            Some(row) if row.is_abandoned(now_ms()) => {
                Ok(Some(self.write(Work::Abandon(row.id)).await?.payment))
            }
            found => Ok(found),
        }
    }

    async fn write(&self, work: Work) -> Result<Done, Refusal> {
        let (answer, committed) = oneshot::channel();
        self.jobs.send(Job { work, answer }).await.map_err(|_| Refusal::Storage)?;
        committed.await.map_err(|_| Refusal::Storage)?
    }
}

fn readable<T>(result: Result<T, sqlx::Error>) -> Result<T, Refusal> {
    result.map_err(|error| {
        tracing::error!(%error, "the payment sandbox cannot read its book");
        Refusal::Storage
    })
}
