//! `baedal account add`.

use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

use clap::Args;
use clap::builder::PossibleValuesParser;
use domain::shared::{AccountId, StoreId};
use domain::views::{Fault, Field, FieldFault, Role};
use sqlx::SqlitePool;

use super::rebuild::existing;
use super::{DataArgs, Failed};
use crate::accounts::{Accounts, AccountsError, NewAccount};
use crate::adapters::clock::{Clock, SystemClock, new_uuid};
use crate::storage::sqlite;

#[derive(Debug, Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    data: DataArgs,
    /// What the account may do.
    #[arg(long, value_parser = PossibleValuesParser::new(["customer", "owner", "rider", "operator"]))]
    role: String,
    /// The login name: 3 to 32 of a-z, 0-9, dot, dash and underscore.
    #[arg(long)]
    login: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// The phone number; a customer needs one.
    #[arg(long, default_value = "", hide_default_value = true)]
    phone: String,
    /// The id of the owner's store, as in the address of its page.
    #[arg(long, value_name = "ID")]
    store: Option<String>,
    /// Reads the password from standard input instead of asking for it.
    #[arg(long)]
    password_stdin: bool,
}

/// Adds an account to the data folder, also while the server runs on it.
pub(super) async fn add(args: AddArgs) -> Result<(), Failed> {
    let file = existing(&args.data)?;
    let role = Role::from_name(&args.role)
        .ok_or_else(|| Failed::Usage(format!("--role: there is no role \"{}\".", args.role)))?;
    let store = store_of(role, args.store.as_deref())?;
    let (_writer, pool) = sqlite::open(&file).await.map_err(Failed::run)?;
    if let Some(store) = store {
        has_store(&pool, store).await?;
    }
    let password = if args.password_stdin { from_input()? } else { from_terminal()? };
    let now = SystemClock.now();
    let new = NewAccount {
        id: AccountId(new_uuid(now)),
        login: args.login,
        password,
        name: args.name,
        phone: args.phone,
        role,
        store,
        address: String::new(),
        address_detail: String::new(),
    };
    let account = Accounts::new(pool).add(new, now).await.map_err(|error| match error {
        AccountsError::Refused(fault) => Failed::Usage(sentence(&fault)),
        other => Failed::run(other),
    })?;
    println!("Added {} ({}), id {}.", account.login, role.name(), account.id);
    Ok(())
}

fn store_of(role: Role, typed: Option<&str>) -> Result<Option<StoreId>, Failed> {
    match (role, typed) {
        (Role::Owner, Some(typed)) => typed
            .parse()
            .map(Some)
            .map_err(|_| Failed::Usage(format!("--store must be the id of a store, not \"{typed}\"."))),
        (Role::Owner, None) => Err(Failed::Usage("--store is needed for an owner.".into())),
        (_, Some(_)) => Err(Failed::Usage("--store is for an owner only.".into())),
        (_, None) => Ok(None),
    }
}

async fn has_store(pool: &SqlitePool, store: StoreId) -> Result<(), Failed> {
    let found: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM view_stores WHERE store_id = $1")
        .bind(store.to_string())
        .fetch_optional(pool)
        .await
        .map_err(Failed::run)?;
    found.map(|_| ()).ok_or_else(|| Failed::Usage(format!("--store: there is no store {store}.")))
}

/// One line of standard input.
fn from_input() -> Result<String, Failed> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failed::run)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks for the password twice, without showing it.
fn from_terminal() -> Result<String, Failed> {
    let hint = "give the password on standard input with --password-stdin.";
    if !std::io::stdin().is_terminal() {
        return Err(Failed::Usage(format!("There is no terminal to ask on: {hint}")));
    }
    if !echo(false) {
        return Err(Failed::Usage(format!("This terminal cannot hide what is typed: {hint}")));
    }
    let typed = ask("Password: ").and_then(|first| Ok((first, ask("Once more: ")?)));
    echo(true);
    let (first, second) = typed?;
    if first == second { Ok(first) } else { Err(Failed::Usage("The two passwords differ.".into())) }
}

fn ask(question: &str) -> Result<String, Failed> {
    let mut out = std::io::stderr();
    write!(out, "{question}").and_then(|()| out.flush()).map_err(Failed::run)?;
    let line = from_input();
    eprintln!();
    line
}

/// Shows or hides what is typed; false when the terminal's tool is not there or fails.
fn echo(on: bool) -> bool {
    Command::new("stty")
        .arg(if on { "echo" } else { "-echo" })
        .stdin(Stdio::inherit())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What is wrong with an account, for the operator.
fn sentence(fault: &Fault) -> String {
    let Fault::Invalid(faults) = fault else {
        return format!("The account was refused: {fault}.");
    };
    let sentences: Vec<String> = faults
        .iter()
        .map(|fault| {
            let name = match fault.field() {
                Field::Login => "--login",
                Field::Password => "The password",
                Field::Name => "--name",
                Field::Phone => "--phone",
                _ => "A field",
            };
            match fault {
                FieldFault::Missing { .. } => format!("{name} is missing."),
                FieldFault::TooShort { min, .. } => format!("{name} needs at least {min} characters."),
                FieldFault::TooLong { max, .. } => format!("{name} takes at most {max} characters."),
                FieldFault::Malformed { .. } | FieldFault::Url { .. } => {
                    format!("{name} is not of the right form.")
                }
                FieldFault::Unknown { .. } => format!("{name} is not known."),
                FieldFault::Taken { .. } => format!("{name} is taken."),
                FieldFault::OutOfRange { min, max, .. } => format!("{name} has to be {min} to {max}."),
                FieldFault::Line { line, .. } => format!("{name} is not right in line {line}."),
            }
        })
        .collect();
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_but_an_applicants_can_be_added() {
        for role in [Role::Customer, Role::Owner, Role::Rider, Role::Operator, Role::Applicant] {
            let words = ["add", "--role", role.name(), "--login", "saebom", "--name", "김새봄"];
            let taken = AddArgs::augment_args(clap::Command::new("add")).try_get_matches_from(words);
            // Applicants come with an application, which nobody can file for them: without one nobody could let them in.
            let expected = (role == Role::Applicant).then_some(clap::error::ErrorKind::InvalidValue);
            assert_eq!(taken.err().map(|error| error.kind()), expected, "{role:?}");
        }
    }

    #[test]
    fn an_owner_needs_a_store_and_nobody_else_has_one() {
        let id = "019aa000-0000-7000-8000-000000000001";
        assert_eq!(store_of(Role::Owner, Some(id)).unwrap(), Some(id.parse().unwrap()));
        assert_eq!(store_of(Role::Rider, None).unwrap(), None);
        for (role, typed) in
            [(Role::Owner, None), (Role::Owner, Some("mapo-pizza")), (Role::Customer, Some(id))]
        {
            assert!(store_of(role, typed).unwrap_err().to_string().starts_with("--store"));
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_the_flags_name() {
        let fault = Fault::Invalid(vec![
            FieldFault::Taken { field: Field::Login },
            FieldFault::TooShort { field: Field::Password, min: 8 },
        ]);
        assert_eq!(sentence(&fault), "--login is taken. The password needs at least 8 characters.");
    }
}
