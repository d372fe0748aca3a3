//! Applications to take part: a row beside the applicant's account. The account has the role of an applicant, which may do nothing, until
//! [`Accounts::let_in`] gives it the one that was applied for.

use domain::enrolment::{Application, Command, Part, Phase};
use domain::shared::{AccountId, Aggregate, Decision, StoreId, Timestamp};
use domain::views::{AccountView, Fault, NewStore, Role, Typed, WaitingApplication, check_person};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row};

use super::{Accounts, AccountsError, NewAccount};

/// What was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    /// What was typed, but for the password.
    pub typed: Typed,
    /// The store that an owner's application is about. Its id is that of the first filing: however often it is approved, it is one store.
    pub store: Option<Box<NewStore>>,
}

/// An application and its state.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What the applicant wants to be.
    pub part: Part,
    /// Its state.
    pub state: Application,
    /// What was filed the last time; empty once the applicant was let in.
    pub filed: Filed,
}

const fn part_name(part: Part) -> &'static str {
    match part {
        Part::Owner => "owner",
        Part::Rider => "rider",
    }
}

fn part_of(name: &str) -> Option<Part> {
    [Part::Owner, Part::Rider].into_iter().find(|part| part_name(*part) == name)
}

impl FromRow<'_, SqliteRow> for Kept {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let unreadable =
            |column: &str| sqlx::Error::Decode(format!("applications.{column} is not readable").into());
        let doc: &str = row.try_get("doc")?;
        Ok(Self {
            part: part_of(row.try_get("part")?).ok_or_else(|| unreadable("part"))?,
            state: Application {
                phase: Phase::from_name(row.try_get("state")?).ok_or_else(|| unreadable("state"))?,
                number: row.try_get("number")?,
                filed_at: Timestamp(row.try_get("filed_ms")?),
                decided_at: row.try_get::<Option<i64>, _>("decided_ms")?.map(Timestamp),
                reason: row.try_get("reason")?,
            },
            filed: serde_json::from_str(doc).map_err(|_| unreadable("doc"))?,
        })
    }
}

impl Accounts {
    /// Adds an account of an applicant together with its application. Refused with [`Fault::Invalid`] that names every wrong field.
    pub async fn apply(
        &self,
        new: NewAccount,
        part: Part,
        filed: &Filed,
        now: Timestamp,
    ) -> Result<AccountView, AccountsError> {
        let new = NewAccount { role: Role::Applicant, store: None, ..self.check(new).await? };
        let state = after(&Application::default(), Command::File { number: 1, is_other: false, at: now })?;
        let hash = self.0.passwords.hash(new.password.clone()).await?;
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let account = super::insert(&mut transaction, new, hash, now).await?;
        let kept = Kept { part, state: state.unwrap_or_default(), filed: filed.clone() };
        write(&mut transaction, account.id, &kept).await?;
        transaction.commit().await?;
        Ok(account)
    }

    /// An application; `None` for whoever has filed none, or is forgotten.
    pub async fn application(&self, id: AccountId) -> Result<Option<Kept>, AccountsError> {
        Ok(read(&mut *self.0.pool.acquire().await?, id).await?)
    }

    /// Files an application again, with the applicant's name and phone number as they are now. What has been filed under this number
    /// already is done; anything else under it is refused.
    pub async fn file_again(
        &self,
        id: AccountId,
        number: u32,
        filed: &Filed,
        now: Timestamp,
    ) -> Result<(), AccountsError> {
        let (name, phone) = check_person(filed.typed.get("name"), filed.typed.get("phone"))?;
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let kept = read(&mut transaction, id).await?.ok_or(Fault::NotFound)?;
        let is_other = kept.filed.typed != filed.typed;
        let Some(state) = after(&kept.state, Command::File { number, is_other, at: now })? else {
            return Ok(());
        };
        write(&mut transaction, id, &Kept { part: kept.part, state, filed: filed.clone() }).await?;
        sqlx::query("UPDATE accounts SET name = $1, phone = $2 WHERE id = $3")
            .bind(name)
            .bind(phone)
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        let done = transaction.commit().await;
        self.known().forget(id);
        Ok(done?)
    }

    /// Decides about an application. Of several at once the first one decides, and the others are answered by what it has left.
    pub async fn decide(&self, id: AccountId, command: Command) -> Result<Kept, AccountsError> {
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let kept = read(&mut transaction, id).await?.ok_or(Fault::NotFound)?;
        let Some(state) = after(&kept.state, command)? else {
            return Ok(kept);
        };
        let kept = Kept { state, ..kept };
        write(&mut transaction, id, &kept).await?;
        transaction.commit().await?;
        Ok(kept)
    }

    /// Makes an applicant whose application was approved what it was about; whoever is that already stays so. What was filed was for
    /// the decision: it is emptied in the same transaction.
    pub async fn let_in(
        &self,
        id: AccountId,
        part: Part,
        store: Option<StoreId>,
    ) -> Result<(), AccountsError> {
        let nothing = doc(&Filed { typed: Typed(Vec::new()), store: None })?;
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "UPDATE accounts SET role = $1, store = $2 WHERE id = $3 AND role = 'applicant'
               AND EXISTS (SELECT 1 FROM applications WHERE account = $3 AND state = 'approved')",
        )
        .bind(Role::from(part).name())
        .bind(store.map(|store| store.to_string()))
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE applications SET doc = $1 WHERE account = $2 AND state = 'approved'
               AND EXISTS (SELECT 1 FROM accounts WHERE id = $2 AND role <> 'applicant')",
        )
        .bind(nothing)
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await?;
        let done = transaction.commit().await;
        // Sessions that are open already ask for the account with each request.
        self.known().forget(id);
        done?;
        Ok(())
    }

    /// Applications that were approved without all of that being done, then those that wait for the operator; of each the oldest first.
    pub async fn waiting(&self, limit: u32) -> Result<Vec<WaitingApplication>, AccountsError> {
        let rows = sqlx::query(
            "SELECT applications.*, accounts.login, accounts.name, accounts.phone
             FROM accounts JOIN applications ON applications.account = accounts.id
             WHERE accounts.role = 'applicant' AND applications.state IN ('filed', 'approved')
             ORDER BY applications.state, applications.filed_ms, applications.account LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.0.pool)
        .await?;
        let read = |row: &SqliteRow| -> sqlx::Result<WaitingApplication> {
            let kept = Kept::from_row(row)?;
            let account = row.try_get::<&str, _>("account")?.parse();
            Ok(WaitingApplication {
                account: account.map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                login: row.try_get("login")?,
                name: row.try_get("name")?,
                phone: row.try_get("phone")?,
                part: kept.part,
                number: kept.state.number,
                filed_at: kept.state.filed_at,
                about: kept.filed.typed.get("about").to_owned(),
                store: kept.filed.store,
                unfinished: kept.state.phase == Phase::Approved,
            })
        };
        Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
    }
}

/// The state after a command; `None` when it had been carried out before.
fn after(state: &Application, command: Command) -> Result<Option<Application>, Fault> {
    let Decision::Executed(events) = state.decide(command)? else {
        return Ok(None);
    };
    let mut state = state.clone();
    for event in &events {
        state.apply(event);
    }
    Ok(Some(state))
}

async fn read(connection: &mut SqliteConnection, id: AccountId) -> sqlx::Result<Option<Kept>> {
    sqlx::query_as("SELECT * FROM applications WHERE account = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await
}

fn doc(filed: &Filed) -> sqlx::Result<String> {
    serde_json::to_string(filed).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

async fn write(connection: &mut SqliteConnection, id: AccountId, kept: &Kept) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO applications (account, part, state, number, doc, reason, filed_ms, decided_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (account) DO UPDATE SET state = excluded.state, number = excluded.number, doc = excluded.doc,
           reason = excluded.reason, filed_ms = excluded.filed_ms, decided_ms = excluded.decided_ms",
    )
    .bind(id.to_string())
    .bind(part_name(kept.part))
    .bind(kept.state.phase.name())
    .bind(kept.state.number)
    .bind(doc(&kept.filed)?)
    .bind(&kept.state.reason)
    .bind(kept.state.filed_at.0)
    .bind(kept.state.decided_at.map(|at| at.0))
    .execute(connection)
    .await?;
    Ok(())
}
