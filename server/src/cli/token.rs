//! `baedal token`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use domain::shared::{AccountId, Timestamp, TokenId};
use domain::views::{Fault, Field, FieldFault, TokenView, check_token};

use super::rebuild::existing;
use super::{DataArgs, Failed};
use crate::accounts::Accounts;
use crate::adapters::clock::{Clock, SystemClock};
use crate::storage::sqlite;
use crate::tokens::{Tokens, TokensError};

/// What a token is called that nobody gave a name.
const USUAL: &str = "baedal token";

#[derive(Debug, Args)]
pub(super) struct TokenArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Whose token: a login name.
    #[arg(long)]
    login: String,
    /// What the token is called on the account page, to be known again: at most 60 characters.
    #[arg(long, value_name = "TEXT", default_value = USUAL)]
    label: String,
    /// After how many days it holds no more, if ever.
    #[arg(long, value_name = "DAYS", default_value = "never",
          value_parser = PossibleValuesParser::new(["30", "90", "365", "never"]))]
    expires: String,
    /// Lists the tokens that can be used, without their secrets, instead of making one.
    #[arg(long, conflicts_with_all = ["label", "expires", "revoke"])]
    list: bool,
    /// Revokes the token with this id instead of making one.
    #[arg(long, value_name = "ID", conflicts_with_all = ["label", "expires"])]
    revoke: Option<String>,
}

/// Makes an API token in the data folder, or lists or revokes what is there; also while the server runs on it, which knows of it at once.
pub(super) async fn run(args: TokenArgs) -> Result<(), Failed> {
    let file = existing(&args.data)?;
    let (_writer, pool) = sqlite::open(&file).await.map_err(Failed::run)?;
    let (accounts, tokens) = (Accounts::new(pool.clone()), Tokens::new(pool));
    let account = accounts.by_login(&args.login).await.map_err(Failed::run)?;
    let account = account.ok_or_else(|| {
        Failed::Usage(format!("--login: there is no account with the login name \"{}\".", args.login))
    })?;
    let now = SystemClock.now();
    if args.list {
        return list(&tokens, account.id, now).await;
    }
    if let Some(id) = &args.revoke {
        return revoke(&tokens, account.id, id, now).await;
    }
    let new =
        check_token(&args.label, &args.expires, USUAL).map_err(|fault| Failed::Usage(sentence(&fault)))?;
    let (_, secret) = tokens.make(account.id, new, now).await.map_err(failed)?;
    // Alone on its line, for scripts.
    println!("{}", secret.reveal());
    Ok(())
}

async fn list(tokens: &Tokens, account: AccountId, now: Timestamp) -> Result<(), Failed> {
    for token in tokens.list(account, now).await.map_err(failed)? {
        println!("{}", line(&token));
    }
    Ok(())
}

async fn revoke(tokens: &Tokens, account: AccountId, id: &str, now: Timestamp) -> Result<(), Failed> {
    let unknown = || Failed::Usage(format!("--revoke: this account has no token with the id \"{id}\"."));
    let id: TokenId = id.parse().map_err(|_| unknown())?;
    match tokens.revoke(account, id, now).await {
        Ok(()) => {
            println!("Revoked {id}.");
            Ok(())
        }
        Err(TokensError::Refused(Fault::NotFound)) => Err(unknown()),
        Err(error) => Err(failed(error)),
    }
}

/// A token on a line: id, when it was made, last used and expires, its name.
fn line(token: &TokenView) -> String {
    let at = |moment: Option<Timestamp>, otherwise: &str| {
        moment.map_or_else(|| otherwise.to_owned(), |moment| moment.in_seoul().to_string())
    };
    format!(
        "{}  made {}  used {}  expires {}  {}",
        token.id,
        token.made_at.in_seoul(),
        at(token.used_at, "never"),
        at(token.expires_at, "never"),
        token.label
    )
}

fn failed(error: TokensError) -> Failed {
    match error {
        TokensError::Refused(fault) => Failed::Usage(sentence(&fault)),
        TokensError::Database(error) => Failed::run(error),
    }
}

/// Why there is no token, for the operator.
fn sentence(fault: &Fault) -> String {
    match fault {
        Fault::TooManyTokens { most } => format!(
            "This account has {most} tokens, which is the most it may have: see --list, and --revoke one."
        ),
        Fault::Invalid(faults) => match faults.first() {
            Some(FieldFault::TooLong { field: Field::Label, max }) => {
                format!("--label takes at most {max} characters.")
            }
            _ => "--label holds characters that cannot be used.".to_owned(),
        },
        other => format!("The token was refused: {other}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_wrong_is_said_by_the_flags_name() {
        for (label, expected) in [
            ("가".repeat(61), "--label takes at most 60 characters."),
            ("a\u{7}".to_owned(), "--label holds characters that cannot be used."),
        ] {
            assert_eq!(sentence(&check_token(&label, "never", USUAL).unwrap_err()), expected);
        }
        let many = sentence(&Fault::TooManyTokens { most: 20 });
        assert_eq!(
            many,
            "This account has 20 tokens, which is the most it may have: see --list, and --revoke one."
        );
    }

    #[test]
    fn a_token_is_listed_on_a_line() {
        let token = TokenView {
            id: TokenId(Uuid::from_u128(7)),
            label: "주문 봇".into(),
            made_at: Timestamp(1_795_370_400_000),
            used_at: None,
            expires_at: Some(Timestamp(1_795_370_400_000 + 30 * 86_400_000)),
        };
        assert_eq!(
            line(&token),
            "00000000-0000-0000-0000-000000000007  made 2026-11-23 03:00  used never  expires 2026-12-23 03:00  주문 봇"
        );
    }
}
