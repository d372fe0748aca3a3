//! What changes an existing payment, inside the writer's transaction.

use sqlx::{Sqlite, Transaction};

use super::model::{CancelRow, CustomerDecision, NewCancel, PaymentRow, Status};
use super::outside::new_id;
use super::refusal::Refusal;
use super::writer::{Answer, Done};

/// Cancels the whole rest or a part of a payment, once per key; what is refused under a key is refused under it for ever.
pub(super) async fn cancel(
    tx: &mut Transaction<'_, Sqlite>,
    new: &NewCancel,
    now: i64,
) -> Result<Answer, sqlx::Error> {
    let refused: Option<(String, String)> =
        sqlx::query_as("SELECT body_hash, code FROM refused_cancels WHERE key = $1")
            .bind(&new.key)
            .fetch_optional(&mut **tx)
            .await?;
    if let Some((body_hash, code)) = refused {
        let kept = Refusal::of_kept(&code).unwrap_or(Refusal::Storage);
        return Ok(Err(if body_hash == new.body_hash { kept } else { Refusal::IdempotencyMismatch }));
    }
    let answer = cancel_once(tx, new, now).await?;
    if let Some(code) = answer.as_ref().err().and_then(|refusal| refusal.kept_code()) {
        sqlx::query("INSERT INTO refused_cancels (key, body_hash, code) VALUES ($1, $2, $3)")
            .bind(&new.key)
            .bind(&new.body_hash)
            .bind(code)
            .execute(&mut **tx)
            .await?;
    }
    Ok(answer)
}

async fn cancel_once(
    tx: &mut Transaction<'_, Sqlite>,
    new: &NewCancel,
    now: i64,
) -> Result<Answer, sqlx::Error> {
    let earlier: Option<CancelRow> = sqlx::query_as("SELECT * FROM cancels WHERE key = $1")
        .bind(&new.key)
        .fetch_optional(&mut **tx)
        .await?;
    if earlier.as_ref().is_some_and(|row| row.body_hash != new.body_hash) {
        return Ok(Err(Refusal::IdempotencyMismatch));
    }
    let Some(mut payment) = payment_by_id(tx, &new.payment_id, now).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    if earlier.is_some() {
        return Ok(Ok(Done { payment, cancel: earlier }));
    }
    if matches!(payment.status, Status::Declined | Status::NeedsCustomer) {
        return Ok(Err(Refusal::NotApproved));
    }
    let rest = payment.amount - payment.cancelled;
    let amount = new.amount.unwrap_or(rest);
    if rest == 0 || amount > rest {
        return Ok(Err(Refusal::AmountExceedsRest));
    }
    payment.cancelled += amount;
    payment.status =
        if payment.cancelled == payment.amount { Status::Cancelled } else { Status::PartiallyCancelled };
    let row = CancelRow {
        id: new_id("can", now),
        key: new.key.clone(),
        payment_id: payment.id.clone(),
        amount,
        body_hash: new.body_hash.clone(),
        created_ms: now,
    };
    update(tx, &payment).await?;
    sqlx::query(
        "INSERT INTO cancels (id, key, payment_id, amount, reason, body_hash, created_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&row.id)
    .bind(&row.key)
    .bind(&row.payment_id)
    .bind(row.amount)
    .bind(&new.reason)
    .bind(&row.body_hash)
    .bind(row.created_ms)
    .execute(&mut **tx)
    .await?;
    enter(tx, "cancel", &payment, amount, now).await?;
    Ok(Ok(Done { payment, cancel: Some(row) }))
}

/// Takes the customer's decision; one that comes too late changes nothing.
pub(super) async fn decide(
    tx: &mut Transaction<'_, Sqlite>,
    decision: &CustomerDecision,
    now: i64,
) -> Result<Answer, sqlx::Error> {
    let Some(mut payment) = payment_by_id(tx, &decision.payment_id, now).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    if payment.customer_until_ms.is_none() {
        return Ok(Err(Refusal::NotFound));
    }
    if payment.status != Status::NeedsCustomer {
        return Ok(Ok(Done { payment, cancel: None }));
    }
    if payment.customer_token.as_deref() != Some(decision.token.as_str()) {
        return Ok(Err(Refusal::BadToken));
    }
    payment.customer_token = None;
    if decision.approve {
        payment.status = Status::Approved;
        enter(tx, "approve", &payment, payment.amount, now).await?;
    } else {
        payment.status = Status::Declined;
        payment.decline_code = Some("declined_by_customer".to_owned());
    }
    update(tx, &payment).await?;
    Ok(Ok(Done { payment, cancel: None }))
}

/// The payment as it stands now: declined, if its customer's time is over.
pub(super) async fn payment_by_id(
    tx: &mut Transaction<'_, Sqlite>,
    id: &str,
    now: i64,
) -> Result<Option<PaymentRow>, sqlx::Error> {
    let mut found: Option<PaymentRow> =
        sqlx::query_as("SELECT * FROM payments WHERE id = $1").bind(id).fetch_optional(&mut **tx).await?;
    if let Some(row) = &mut found {
        abandon_if_over(tx, row, now).await?;
    }
    Ok(found)
}

/// Declines the payment if its customer's time is over.
pub(super) async fn abandon_if_over(
    tx: &mut Transaction<'_, Sqlite>,
    row: &mut PaymentRow,
    now: i64,
) -> Result<(), sqlx::Error> {
    if !row.is_abandoned(now) {
        return Ok(());
    }
    row.status = Status::Declined;
    row.decline_code = Some("abandoned".to_owned());
    row.customer_token = None;
    update(tx, row).await
}

/// Writes what can change of a payment.
async fn update(tx: &mut Transaction<'_, Sqlite>, row: &PaymentRow) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE payments SET status = $2, cancelled = $3, decline_code = $4, customer_token = $5 \
         WHERE id = $1",
    )
    .bind(&row.id)
    .bind(row.status)
    .bind(row.cancelled)
    .bind(&row.decline_code)
    .bind(&row.customer_token)
    .execute(&mut **tx)
    .await
    .map(drop)
}

async fn enter(
    tx: &mut Transaction<'_, Sqlite>,
    kind: &'static str,
    payment: &PaymentRow,
    amount: i64,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO entries (kind, payment_id, order_ref, amount, at_ms) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(kind)
    .bind(&payment.id)
    .bind(&payment.order_ref)
    .bind(amount)
    .bind(now)
    .execute(&mut **tx)
    .await
    .map(drop)
}
