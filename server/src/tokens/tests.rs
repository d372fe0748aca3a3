//! Tokens in a database of their own, and of two processes on one.

use std::time::Duration;

use domain::shared::DAY_MS;
use domain::views::{MAX_TOKENS, TokenTerm};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::accounts::NewAccount;
use crate::accounts::tests::{accounts, haneul};
use crate::adapters::clock::monotonic;
use crate::storage::sqlite;

const NOW: Timestamp = Timestamp(1_795_370_400_000);
const HOUR_MS: i64 = 3_600_000;

/// The tokens of a database in memory with one account.
async fn tokens() -> (Tokens, AccountId) {
    let accounts = accounts().await;
    let account = accounts.add(haneul(), NOW).await.unwrap().id;
    (Tokens::new(accounts.pool().clone()), account)
}

fn new(label: &str, term: TokenTerm) -> NewToken {
    NewToken { label: label.to_owned(), term }
}

async fn make(tokens: &Tokens, account: AccountId, label: &str, now: Timestamp) -> (TokenView, TokenHash) {
    let (token, secret) = tokens.make(account, new(label, TokenTerm::Unlimited), now).await.unwrap();
    (token, TokenHash::of(secret.reveal()).unwrap())
}

fn later(milliseconds: i64) -> Timestamp {
    Timestamp(NOW.0 + milliseconds)
}

/// What is written down of a token's last use, once it is.
async fn used(tokens: &Tokens, account: AccountId) -> Option<Timestamp> {
    tokens.write_usage().await.unwrap();
    tokens.list(account, NOW).await.unwrap()[0].used_at
}

#[tokio::test]
async fn a_token_is_found_by_its_secret_which_is_kept_nowhere() {
    let (tokens, account) = tokens().await;
    let (token, secret) = tokens.make(account, new("주문 봇", TokenTerm::Month), NOW).await.unwrap();
    let text = secret.reveal();
    assert!(text.starts_with("bdl_") && text.len() == 47, "{text}");
    assert_eq!(token.id.0.get_version_num(), 7);
    let hash = TokenHash::of(text).unwrap();
    assert_eq!(tokens.find(hash, NOW).await.unwrap(), Some(Found { id: token.id, account }));
    assert_eq!(tokens.list(account, NOW).await.unwrap(), std::slice::from_ref(&token));

    let row = sqlx::query("SELECT * FROM api_tokens").fetch_one(&tokens.0.pool).await.unwrap();
    let stored: Vec<u8> = row.get("hash");
    assert_eq!(stored, blake3::hash(text.as_bytes()).as_bytes());
    for column in ["id", "account", "label"] {
        assert!(!row.get::<String, _>(column).contains(&text[4..]));
    }
    let shown = format!("{secret:?} {hash:?} {token:?} {tokens:?}");
    assert!(!shown.contains(&text[4..]), "{shown}");
    let hex = blake3::hash(text.as_bytes()).to_hex();
    assert!(!shown.contains(hex.as_str()), "{shown}");
}

#[tokio::test]
async fn what_is_no_token_is_refused_without_a_look() {
    let long = format!("bdl_{}", "a".repeat(44));
    let foreign = format!("ghp_{}", "a".repeat(43));
    let signs = format!("bdl_{}+", "a".repeat(42));
    for typed in ["", "bdl_", "bdl_a", &long, &foreign, &signs, "가나다"] {
        assert_eq!(TokenHash::of(typed), None, "{typed}");
    }
    assert!(TokenHash::of(&format!("bdl_{}", "a".repeat(43))).is_some());
}

#[tokio::test]
async fn what_nobody_has_fills_no_memory() {
    let (tokens, account) = tokens().await;
    for number in 0..500 {
        let made_up = TokenHash::of(&format!("bdl_{number:043}")).unwrap();
        assert_eq!(tokens.find(made_up, NOW).await.unwrap(), None);
    }
    let (_, expired) = {
        let (token, secret) = tokens.make(account, new("", TokenTerm::Month), NOW).await.unwrap();
        (token, TokenHash::of(secret.reveal()).unwrap())
    };
    assert_eq!(tokens.find(expired, later(30 * DAY_MS)).await.unwrap(), None);
    assert_eq!(tokens.known().len(), 0);
    let (_, real) = make(&tokens, account, "real", NOW).await;
    assert!(tokens.find(real, NOW).await.unwrap().is_some());
    assert_eq!(tokens.known().len(), 1);
}

#[tokio::test]
async fn a_known_token_is_found_without_the_database() {
    let (tokens, account) = tokens().await;
    let (_, hash) = make(&tokens, account, "봇", NOW).await;
    tokens.find(hash, NOW).await.unwrap().unwrap();
    // Nobody can ask the database anything while this connection, its only one, is taken.
    let taken = tokens.0.pool.acquire().await.unwrap();
    for _ in 0..1_000 {
        assert!(tokens.find(hash, NOW).await.unwrap().is_some());
    }
    drop(taken);
}

#[tokio::test]
async fn a_token_ends_when_its_term_is_over_also_from_memory() {
    let (tokens, account) = tokens().await;
    let (_, secret) = tokens.make(account, new("봇", TokenTerm::Month), NOW).await.unwrap();
    let hash = TokenHash::of(secret.reveal()).unwrap();
    let over = later(30 * DAY_MS);
    assert!(tokens.holds(hash, Timestamp(over.0 - 1)).await.unwrap());
    assert!(!tokens.holds(hash, over).await.unwrap());
    assert_eq!(tokens.list(account, Timestamp(over.0 - 1)).await.unwrap().len(), 1);
    assert_eq!(tokens.list(account, over).await.unwrap(), []);
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing_at_once_and_whoever_listens_hears_it() {
    let (tokens, account) = tokens().await;
    let (token, hash) = make(&tokens, account, "봇", NOW).await;
    let (_, other) = make(&tokens, account, "다른 봇", NOW).await;
    assert!(tokens.holds(hash, NOW).await.unwrap() && tokens.holds(other, NOW).await.unwrap());
    let mut revoked = tokens.revoked();
    tokens.revoke(account, token.id, later(1)).await.unwrap();
    assert_eq!(revoked.try_recv().unwrap(), token.id);
    assert!(!tokens.holds(hash, later(1)).await.unwrap());
    assert!(tokens.holds(other, later(1)).await.unwrap());
    // Once more changes nothing.
    tokens.revoke(account, token.id, later(5)).await.unwrap();
    let at: i64 = sqlx::query_scalar("SELECT revoked_ms FROM api_tokens WHERE revoked_ms IS NOT NULL")
        .fetch_one(&tokens.0.pool)
        .await
        .unwrap();
    assert_eq!(at, NOW.0 + 1);
    let labels: Vec<_> = tokens.list(account, later(5)).await.unwrap().into_iter().map(|t| t.label).collect();
    assert_eq!(labels, ["다른 봇"]);
}

#[tokio::test]
async fn nobody_revokes_what_is_anothers() {
    let accounts = accounts().await;
    let account = accounts.add(haneul(), NOW).await.unwrap().id;
    let other = AccountId(Uuid::from_u128(2));
    let another = NewAccount { id: other, login: "bada".into(), ..haneul() };
    accounts.add(another, NOW).await.unwrap();
    let tokens = Tokens::new(accounts.pool().clone());
    let (token, hash) = make(&tokens, account, "봇", NOW).await;
    for (who, id) in [(other, token.id), (account, TokenId(Uuid::from_u128(9)))] {
        let refused = tokens.revoke(who, id, NOW).await;
        assert!(matches!(refused, Err(TokensError::Refused(Fault::NotFound))), "{refused:?}");
    }
    assert!(tokens.holds(hash, NOW).await.unwrap());
    assert_eq!(tokens.list(other, NOW).await.unwrap(), []);
    // Whoever is forgotten leaves no token.
    accounts.forget(account).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM api_tokens").fetch_one(&tokens.0.pool).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn an_account_has_twenty_tokens_and_those_that_ended_do_not_count() {
    let (tokens, account) = tokens().await;
    let mut ids = Vec::new();
    for number in 0..MAX_TOKENS {
        ids.push(make(&tokens, account, &number.to_string(), NOW).await.0.id);
    }
    let refused = tokens.make(account, new("one more", TokenTerm::Month), NOW).await;
    assert!(matches!(refused, Err(TokensError::Refused(Fault::TooManyTokens { most: 20 }))), "{refused:?}");
    tokens.revoke(account, ids[3], NOW).await.unwrap();
    tokens.make(account, new("month", TokenTerm::Month), NOW).await.unwrap();
    assert!(tokens.make(account, new("one more", TokenTerm::Month), NOW).await.is_err());
    // It has expired: there is room again.
    tokens.make(account, new("after", TokenTerm::Month), later(30 * DAY_MS)).await.unwrap();
    assert_eq!(tokens.list(account, later(30 * DAY_MS)).await.unwrap().len(), 20);
}

#[tokio::test]
async fn of_many_at_once_none_is_too_many() {
    let folder = TempDir::new().unwrap();
    let (tokens, account) = opened(&folder).await;
    let tries: Vec<_> = (0..60)
        .map(|number| {
            let tokens = tokens.clone();
            let new = new(&number.to_string(), TokenTerm::Year);
            tokio::spawn(async move { tokens.make(account, new, NOW).await.is_ok() })
        })
        .collect();
    let mut made = 0;
    for one in tries {
        made += usize::from(one.await.unwrap());
    }
    assert_eq!((made, tokens.list(account, NOW).await.unwrap().len()), (20, 20));
}

#[tokio::test]
async fn making_and_revoking_again_and_again_fills_no_disk() {
    let (tokens, account) = tokens().await;
    let (kept, _) = make(&tokens, account, "kept", NOW).await;
    for number in 0..60 {
        let (token, _) = make(&tokens, account, "봇", later(number)).await;
        tokens.revoke(account, token.id, later(number)).await.unwrap();
    }
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM api_tokens").fetch_one(&tokens.0.pool).await.unwrap();
    assert!(rows <= ENDED + 2, "{rows} rows");
    assert_eq!(tokens.list(account, later(60)).await.unwrap(), [kept]);
}

#[tokio::test]
async fn a_use_is_written_down_once_an_hour_and_asking_is_none() {
    let (tokens, account) = tokens().await;
    let (_, hash) = make(&tokens, account, "봇", NOW).await;
    assert!(tokens.holds(hash, NOW).await.unwrap());
    assert_eq!(used(&tokens, account).await, None);
    for (at, expected) in [(5, 5), (HOUR_MS, 5), (HOUR_MS + 4, 5), (HOUR_MS + 5, HOUR_MS + 5)] {
        tokens.find(hash, later(at)).await.unwrap().unwrap();
        assert_eq!(used(&tokens, account).await, Some(later(expected)), "after {at} ms");
    }
    // Another start knows when that was.
    let again = Tokens::new(tokens.0.pool.clone());
    again.find(hash, later(2 * HOUR_MS)).await.unwrap().unwrap();
    assert_eq!(used(&again, account).await, Some(later(HOUR_MS + 5)));
}

#[tokio::test]
async fn a_use_is_written_down_without_anybody_asking() {
    let (tokens, account) = tokens().await;
    let (_, hash) = make(&tokens, account, "봇", NOW).await;
    tokens.find(hash, NOW).await.unwrap().unwrap();
    let since = monotonic();
    while tokens.list(account, NOW).await.unwrap()[0].used_at.is_none() {
        assert!(since.elapsed() < Duration::from_secs(10), "it was not written down");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_secret_is_shown_once_to_its_own_account_and_not_much_later() {
    let (tokens, account) = tokens().await;
    let stranger = AccountId(Uuid::from_u128(2));
    let keep = |number: u128, now| {
        let id = TokenId(Uuid::from_u128(number));
        tokens.keep_to_show(account, id, Secret::new(format!("secret {number}")), now);
        id
    };
    let id = keep(1, NOW);
    assert_eq!(tokens.take_to_show(stranger, id, NOW), None);
    assert_eq!(tokens.take_to_show(account, TokenId(Uuid::from_u128(2)), NOW), None);
    assert_eq!(tokens.take_to_show(account, id, NOW), Some(Secret::new("secret 1")));
    assert_eq!(tokens.take_to_show(account, id, NOW), None);
    let id = keep(3, NOW);
    assert_eq!(tokens.take_to_show(account, id, later(10 * 60_000)), None);
    // Nothing waits for ever: whoever comes next sweeps it away.
    keep(4, NOW);
    tokens.keep_to_show(stranger, id, Secret::new("another"), later(10 * 60_000));
    assert_eq!(lock(&tokens.0.once).len(), 1);
}

/// The tokens of a file, as a process of its own has them.
async fn opened(folder: &TempDir) -> (Tokens, AccountId) {
    let (_writer, pool) = sqlite::open(&folder.path().join("baedal.db")).await.unwrap();
    let accounts = crate::accounts::Accounts::new(pool.clone());
    let account = match accounts.by_login("haneul").await.unwrap() {
        Some(account) => account,
        None => accounts.add(haneul(), NOW).await.unwrap(),
    };
    (Tokens::new(pool), account.id)
}

#[tokio::test]
async fn what_another_process_makes_holds_at_once_and_what_it_revokes_ends_within_seconds() {
    let folder = TempDir::new().unwrap();
    let (here, account) = opened(&folder).await;
    let (there, _) = opened(&folder).await;
    // This one has looked already, and knows another token.
    let (_, stays) = make(&here, account, "stays", NOW).await;
    assert!(here.holds(stays, NOW).await.unwrap());

    let (token, hash) = make(&there, account, "봇", NOW).await;
    assert!(here.holds(hash, NOW).await.unwrap());
    there.revoke(account, token.id, NOW).await.unwrap();
    let since = monotonic();
    while here.holds(hash, NOW).await.unwrap() {
        assert!(since.elapsed() < Duration::from_secs(4), "it still holds");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(here.holds(stays, NOW).await.unwrap());
    // From now on it does not come back.
    assert_eq!(here.find(hash, NOW).await.unwrap(), None);
}

#[tokio::test]
async fn while_revocations_cannot_be_seen_nothing_in_memory_is_believed() {
    let (tokens, account) = tokens().await;
    let (_, hash) = make(&tokens, account, "봇", NOW).await;
    assert!(tokens.holds(hash, NOW).await.unwrap());
    sqlx::query("ALTER TABLE api_revocations RENAME TO elsewhere").execute(&tokens.0.pool).await.unwrap();
    tokio::time::sleep(LOOK).await;
    for _ in 0..3 {
        assert!(tokens.find(hash, NOW).await.is_err());
    }
    sqlx::query("ALTER TABLE elsewhere RENAME TO api_revocations").execute(&tokens.0.pool).await.unwrap();
    assert!(tokens.find(hash, NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_read_before_a_revocation_is_not_kept_after_it() {
    let (tokens, account) = tokens().await;
    let (token, hash) = make(&tokens, account, "봇", NOW).await;
    let read = || Arc::new(Token::new(Found { id: token.id, account }, None, None));
    let Err(changes) = tokens.known().get(hash) else { panic!("nothing is known") };
    // Somebody revokes it between the reading and the keeping.
    tokens.known().forget(token.id);
    tokens.known().keep(hash, read(), changes);
    let Err(changes) = tokens.known().get(hash) else { panic!("what was revoked was kept") };
    tokens.known().looked(7);
    tokens.known().keep(hash, read(), changes);
    let Err(changes) = tokens.known().get(hash) else { panic!("what another process has revoked was kept") };
    tokens.known().keep(hash, read(), changes);
    assert!(tokens.known().get(hash).is_ok());
}
