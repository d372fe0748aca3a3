//! Several statements in one round trip to SQLite's thread: on the append path the round trips cost more than the statements.

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Encode, Executor, Sqlite, SqliteConnection, Type};

/// Statements with their values. The texts are constants of this program; values are always bound.
#[derive(Default)]
pub(super) struct Batch {
    sql: String,
    values: SqliteArguments,
    failed: Option<String>,
}

impl Batch {
    /// Appends a statement, whose parameters are plain `?`.
    pub(super) fn push(&mut self, statement: &'static str) -> &mut Self {
        self.sql.push_str(statement);
        self.sql.push(';');
        self
    }

    /// Binds the next value.
    pub(super) fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> &mut Self {
        if let Err(error) = Arguments::add(&mut self.values, value) {
            self.failed = Some(error.to_string());
        }
        self
    }

    /// Runs all of them; the first that fails ends it.
    pub(super) async fn run(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        if let Some(error) = &self.failed {
            return Err(sqlx::Error::Encode(error.clone().into()));
        }
        if self.sql.is_empty() {
            return Ok(());
        }
        connection
            .execute(sqlx::query_with(AssertSqlSafe(self.sql.clone()), self.values.clone()))
            .await
            .map(|_| ())
    }
}

/// Runs one constant statement without values.
pub(super) async fn run(
    connection: &mut SqliteConnection,
    statement: &'static str,
) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::query(statement)).await.map(|_| ())
}
