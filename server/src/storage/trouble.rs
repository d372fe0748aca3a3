//! Whose trouble a failure of the storage is.

use super::LogError;
use domain::processes::StepTrouble;

/// What SQLite says of one statement as it is: a value that is too long, a constraint or a trigger, a value of another type, a parameter out
/// of range. Whatever else it says is wrong for everybody: a full disk, a file that is locked or damaged, a table that is not there.
const OF_A_STATEMENT: [i32; 4] = [18, 19, 20, 25];
/// The part of SQLite's result code that says so; the rest says more of it.
const PRIMARY: i32 = 0xff;

impl LogError {
    /// Whether a command was not written for a reason of its own, or because the log takes nothing from anybody.
    pub fn trouble(&self) -> StepTrouble {
        match self {
            LogError::Unreadable(_) | LogError::Json(_) | LogError::Corrupt(_) => StepTrouble::Own,
            LogError::Database(error) => of_database(error),
            // A group that was not committed says nothing about any one of its commands.
            LogError::NotCommitted(_) | LogError::Newer { .. } | LogError::Closed | LogError::Unanswered => {
                StepTrouble::Log
            }
        }
    }
}

fn of_database(error: &sqlx::Error) -> StepTrouble {
    let is_own = match error {
        sqlx::Error::Database(said) => {
            let code = said.code().and_then(|code| code.parse::<i32>().ok());
            code.is_some_and(|code| OF_A_STATEMENT.contains(&(code & PRIMARY)))
        }
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => true,
        _ => false,
    };
    if is_own { StepTrouble::Own } else { StepTrouble::Log }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{Connection, SqliteConnection};

    async fn refused(file: &mut SqliteConnection, sql: &'static str) -> LogError {
        LogError::Database(sqlx::query(sql).execute(file).await.unwrap_err())
    }

    #[tokio::test]
    async fn what_is_wrong_with_one_command_is_told_from_what_is_wrong_with_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("kept.db").display());
        let mut file = SqliteConnection::connect(&url).await.unwrap();
        for sql in [
            "CREATE TABLE kept (name TEXT NOT NULL)",
            "CREATE TRIGGER refuse BEFORE INSERT ON kept WHEN NEW.name = 'no' \
             BEGIN SELECT RAISE(ABORT, 'no'); END",
            "PRAGMA max_page_count = 4",
        ] {
            sqlx::query(sql).execute(&mut file).await.unwrap();
        }
        for sql in ["INSERT INTO kept VALUES (NULL)", "INSERT INTO kept VALUES ('no')"] {
            let error = refused(&mut file, sql).await;
            assert_eq!(error.trouble(), StepTrouble::Own, "{error}");
        }
        let full = refused(&mut file, "INSERT INTO kept VALUES (hex(zeroblob(100000)))").await;
        let nowhere = refused(&mut file, "INSERT INTO nowhere VALUES ('yes')").await;
        sqlx::query("PRAGMA query_only = ON").execute(&mut file).await.unwrap();
        let shut = refused(&mut file, "INSERT INTO kept VALUES ('yes')").await;
        for error in [full, nowhere, shut] {
            assert_eq!(error.trouble(), StepTrouble::Log, "{error}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_the_commands_own_and_a_log_that_does_not_answer_is_everybodys() {
        for own in [
            LogError::Corrupt("no id".to_owned()),
            LogError::Json(serde_json::from_str::<u32>("no").unwrap_err()),
            LogError::Database(sqlx::Error::Decode("no number".into())),
        ] {
            assert_eq!(own.trouble(), StepTrouble::Own, "{own}");
        }
        for log in [
            LogError::NotCommitted("disk full".to_owned()),
            LogError::Newer { schema: 99 },
            LogError::Closed,
            LogError::Unanswered,
            LogError::Database(sqlx::Error::PoolTimedOut),
        ] {
            assert_eq!(log.trouble(), StepTrouble::Log, "{log}");
        }
    }
}
