//! The one writer: takes everything that waits into one transaction and answers after COMMIT.

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::change::{cancel, decide, payment_by_id};
use super::charge::pay_all;
use super::model::{CancelRow, CustomerDecision, NewCancel, NewPayment, PaymentRow};
use super::outside::now_ms;
use super::refusal::Refusal;

/// At most so many jobs share a transaction, so that the first of them does not wait too long.
const GROUP: usize = 256;

/// Something to write.
#[derive(Debug)]
pub(super) enum Work {
    Pay(NewPayment),
    Cancel(NewCancel),
    Decide(CustomerDecision),
    /// Declines the payment with this id, if its customer's time is over.
    Abandon(String),
}

/// What stands in the book after the work.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) payment: PaymentRow,
    pub(super) cancel: Option<CancelRow>,
}

pub(super) type Answer = Result<Done, Refusal>;

/// Work, and where its answer goes once it is durable.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// Runs until every sender is gone.
pub(super) async fn run(
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    mut waiting: mpsc::Receiver<Job>,
    customer_ms: i64,
) {
    let mut connection = Some(connection);
    let mut group = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let (works, senders): (Vec<_>, Vec<_>) = group.drain(..).map(|job| (job.work, job.answer)).unzip();
        match write_group(&options, &mut connection, &works, customer_ms).await {
            Ok(answers) => {
                for (sender, answer) in senders.into_iter().zip(answers) {
                    // A caller that has gone away asks again with its key.
                    drop(sender.send(answer));
                }
            }
            Err(error) => {
                tracing::error!(%error, "the payment sandbox cannot write its book");
                // The state of a connection after a failure is unknown: the next group opens another.
                connection = None;
                for sender in senders {
                    drop(sender.send(Err(Refusal::Storage)));
                }
            }
        }
    }
}

async fn write_group(
    options: &SqliteConnectOptions,
    connection: &mut Option<SqliteConnection>,
    works: &[Work],
    customer_ms: i64,
) -> Result<Vec<Answer>, sqlx::Error> {
    let connection = match connection {
        Some(open) => open,
        none => none.insert(SqliteConnection::connect_with(options).await?),
    };
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    let now = now_ms();
    // Nothing in a group has been answered yet, so any order among its members is a right one:
    // all payments go first, in a few statements for all of them.
    let payments: Vec<&NewPayment> = works
        .iter()
        .filter_map(|work| match work {
            Work::Pay(new) => Some(new),
            _ => None,
        })
        .collect();
    let mut paid = pay_all(&mut tx, &payments, now, customer_ms).await?.into_iter();
    let mut answers = Vec::with_capacity(works.len());
    for work in works {
        let answer = match work {
            Work::Pay(_) => match paid.next() {
                Some(answer) => answer,
                None => Err(Refusal::Storage),
            },
            Work::Cancel(new) => cancel(&mut tx, new, now).await?,
            Work::Decide(decision) => decide(&mut tx, decision, now).await?,
            Work::Abandon(id) => match payment_by_id(&mut tx, id, now).await? {
                Some(payment) => Ok(Done { payment, cancel: None }),
                None => Err(Refusal::NotFound),
            },
        };
        answers.push(answer);
    }
    tx.commit().await?;
    Ok(answers)
}
