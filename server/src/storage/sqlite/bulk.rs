//! Many rows in one statement: on the append path every round trip to SQLite's thread costs more than the rows it carries.

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Executor, SqliteConnection};

/// Numbers of rows that statements are made for: few, so that their prepared forms are found again. Rows that are missing are NULL.
const SIZES: [usize; 5] = [1, 4, 16, 64, 256];
const LARGEST: usize = SIZES[SIZES.len() - 1];

/// A statement around a list of rows, `head (?, …), (?, …) tail`, that leaves rows alone whose first column is NULL.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) head: &'static str,
    pub(super) tail: &'static str,
    pub(super) columns: usize,
}

/// A value of a row.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Int)
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

/// Rows for one shape.
#[derive(Debug)]
pub(super) struct Bulk {
    shape: &'static Shape,
    values: Vec<Value>,
}

impl Bulk {
    pub(super) const fn new(shape: &'static Shape) -> Self {
        Self { shape, values: Vec::new() }
    }

    /// Adds a row. The first column is never NULL.
    pub(super) fn row<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.shape.columns);
        self.values.extend(row);
    }

    /// Adds the rows of another of the same shape.
    pub(super) fn add(&mut self, other: &Self) {
        self.values.extend_from_slice(&other.values);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds the statements for all rows, and forgets the rows.
    fn drain_into(&mut self, text: &mut Text) -> Result<(), sqlx::Error> {
        let columns = self.shape.columns;
        let mut rows = self.values.len() / columns;
        let mut values = self.values.drain(..);
        while rows > 0 {
            let filled = rows.min(LARGEST);
            let size = SIZES.into_iter().find(|size| *size >= filled).unwrap_or(LARGEST);
            text.sql.push_str(self.shape.head);
            for row in 0..size {
                text.sql.push_str(if row == 0 { "(" } else { ",(" });
                for column in 0..columns {
                    text.sql.push_str(if column == 0 { "?" } else { ",?" });
                }
                text.sql.push(')');
            }
            text.sql.push_str(self.shape.tail);
            text.sql.push(';');
            for value in values.by_ref().take(filled * columns) {
                text.bind(value)?;
            }
            for _ in filled * columns..size * columns {
                text.bind(Value::Null)?;
            }
            rows -= filled;
        }
        Ok(())
    }
}

/// Statements and their values.
#[derive(Default)]
struct Text {
    sql: String,
    values: SqliteArguments,
}

impl Text {
    fn bind(&mut self, value: Value) -> Result<(), sqlx::Error> {
        match value {
            Value::Null => self.values.add(None::<i64>),
            Value::Int(value) => self.values.add(value),
            Value::Real(value) => self.values.add(value),
            Value::Text(value) => self.values.add(value),
        }
        .map_err(sqlx::Error::Encode)
    }
}

/// Runs the statements for all rows of all tables, in their order, in one round trip. The tables are empty afterwards.
pub(super) async fn write<'a>(
    connection: &mut SqliteConnection,
    tables: impl IntoIterator<Item = &'a mut Bulk>,
) -> Result<(), sqlx::Error> {
    let mut text = Text::default();
    for table in tables {
        table.drain_into(&mut text)?;
    }
    if text.sql.is_empty() {
        return Ok(());
    }
    connection.execute(sqlx::query_with(AssertSqlSafe(text.sql), text.values)).await.map(|_| ())
}

/// The rows that a question about many rows is answered with.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    mut asked: Bulk,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let mut text = Text::default();
    asked.drain_into(&mut text)?;
    connection.fetch_all(sqlx::query_with(AssertSqlSafe(text.sql), text.values)).await
}
