//! Charging cards, inside the writer's transaction.

use std::collections::HashMap;

use sqlx::{Sqlite, Transaction};

use super::cards::Behaviour;
use super::change::abandon_if_over;
use super::model::{NewPayment, PaymentRow, Status};
use super::outside::{new_id, new_token};
use super::refusal::Refusal;
use super::writer::{Answer, Done};

/// Charges all of them, in a few statements for all; the answers are in the order of `asked`.
pub(super) async fn pay_all(
    tx: &mut Transaction<'_, Sqlite>,
    asked: &[&NewPayment],
    now: i64,
    customer_ms: i64,
) -> Result<Vec<Answer>, sqlx::Error> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&str> = asked.iter().map(|new| new.key.as_str()).collect();
    let mut known: HashMap<String, PaymentRow> = HashMap::with_capacity(asked.len());
    for mut row in sqlx::query_as::<_, PaymentRow>(
        "SELECT * FROM payments WHERE key IN (SELECT value FROM json_each($1))",
    )
    .bind(as_json(&keys)?)
    .fetch_all(&mut **tx)
    .await?
    {
        abandon_if_over(tx, &mut row, now).await?;
        known.insert(row.key.clone(), row);
    }
    let mut failed = first_errors(tx, &keys).await?;
    let mut answers = Vec::with_capacity(asked.len());
    let mut fresh = Vec::new();
    for new in asked {
        if let Some(row) = known.get(&new.key) {
            answers.push(if row.body_hash == new.body_hash {
                Ok(Done { payment: row.clone(), cancel: None })
            } else {
                Err(Refusal::IdempotencyMismatch)
            });
            continue;
        }
        match failed.get(&new.key) {
            Some(hash) if *hash != new.body_hash => {
                answers.push(Err(Refusal::IdempotencyMismatch));
                continue;
            }
            None if new.behaviour == Behaviour::ErrorOnce => {
                remember_first_error(tx, new).await?;
                failed.insert(new.key.clone(), new.body_hash.clone());
                answers.push(Err(Refusal::FirstCallFails));
                continue;
            }
            _ => {}
        }
        let row = new_row(new, now, customer_ms);
        fresh.push(row.clone());
        known.insert(row.key.clone(), row.clone());
        answers.push(Ok(Done { payment: row, cancel: None }));
    }
    insert_all(tx, &fresh).await?;
    Ok(answers)
}

/// The body's hash of each of these keys whose first call was failed on purpose.
async fn first_errors(
    tx: &mut Transaction<'_, Sqlite>,
    keys: &[&str],
) -> Result<HashMap<String, String>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT key, body_hash FROM first_errors WHERE key IN (SELECT value FROM json_each($1))",
    )
    .bind(as_json(&keys)?)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().collect())
}

async fn remember_first_error(tx: &mut Transaction<'_, Sqlite>, new: &NewPayment) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO first_errors (key, body_hash) VALUES ($1, $2)")
        .bind(&new.key)
        .bind(&new.body_hash)
        .execute(&mut **tx)
        .await
        .map(drop)
}

fn new_row(new: &NewPayment, now: i64, customer_ms: i64) -> PaymentRow {
    let (status, decline_code) = match new.behaviour {
        Behaviour::Decline(code) => (Status::Declined, Some(code.to_owned())),
        Behaviour::NeedsCustomer => (Status::NeedsCustomer, None),
        _ => (Status::Approved, None),
    };
    let waits = status == Status::NeedsCustomer;
    PaymentRow {
        id: new_id("pay", now),
        key: new.key.clone(),
        order_ref: new.order_ref.clone(),
        status,
        amount: new.amount,
        cancelled: 0,
        card: new.card.clone(),
        body_hash: new.body_hash.clone(),
        decline_code,
        return_url: new.return_url.clone(),
        customer_token: waits.then(new_token),
        customer_until_ms: waits.then(|| now.saturating_add(customer_ms)),
        created_ms: now,
    }
}

async fn insert_all(tx: &mut Transaction<'_, Sqlite>, fresh: &[PaymentRow]) -> Result<(), sqlx::Error> {
    if fresh.is_empty() {
        return Ok(());
    }
    let rows = as_json(&fresh)?;
    sqlx::query(
        "INSERT INTO payments (id, key, order_ref, status, amount, cancelled, card, body_hash, \
                decline_code, return_url, customer_token, customer_until_ms, created_ms) \
         SELECT value ->> 'id', value ->> 'key', value ->> 'order_ref', value ->> 'status', \
                value ->> 'amount', value ->> 'cancelled', value ->> 'card', value ->> 'body_hash', \
                value ->> 'decline_code', value ->> 'return_url', value ->> 'customer_token', \
                value ->> 'customer_until_ms', value ->> 'created_ms' \
         FROM json_each($1)",
    )
    .bind(&rows)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO entries (kind, payment_id, order_ref, amount, at_ms) \
         SELECT 'approve', value ->> 'id', value ->> 'order_ref', value ->> 'amount', \
                value ->> 'created_ms' \
         FROM json_each($1) WHERE value ->> 'status' = 'approved'",
    )
    .bind(&rows)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn as_json<T: serde::Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
