//! Accounts in a database of their own.

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use uuid::Uuid;

use super::passwords::NOBODY;
use super::*;

const NOW: Timestamp = Timestamp(1_795_370_400_000);

/// Empty accounts in memory, by the tables of the main database.
pub(crate) async fn accounts() -> Accounts {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(SqliteConnectOptions::new().in_memory(true))
        .await
        .unwrap();
    sqlx::migrate!("../migrations/sqlite").run(&pool).await.unwrap();
    Accounts::new(pool)
}

impl Accounts {
    /// Their database, for what else is in it.
    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.0.pool
    }
}

/// A customer with everything right.
pub(crate) fn haneul() -> NewAccount {
    NewAccount {
        id: AccountId(Uuid::from_u128(1)),
        login: "haneul".into(),
        password: "baedal-demo".into(),
        name: "김하늘".into(),
        phone: "010-0000-0001".into(),
        role: Role::Customer,
        store: None,
        address: "서울 마포구 양화로 45".into(),
        address_detail: "301호".into(),
    }
}

async fn refusal(accounts: &Accounts, new: NewAccount) -> Vec<FieldFault> {
    match accounts.add(new, NOW).await {
        Err(AccountsError::Refused(Fault::Invalid(faults))) => faults,
        other => panic!("not refused for its fields: {other:?}"),
    }
}

#[tokio::test]
async fn whoever_signs_up_can_log_in_and_is_known_by_id() {
    let accounts = accounts().await;
    let added = accounts.add(haneul(), NOW).await.unwrap();
    assert_eq!(accounts.verify("haneul", "baedal-demo").await.unwrap(), added);
    assert_eq!(accounts.verify(" Haneul ", "baedal-demo").await.unwrap(), added);
    assert_eq!(accounts.by_login("HANEUL").await.unwrap(), Some(added.clone()));
    assert_eq!(accounts.by_id(added.id).await.unwrap(), Some(added.clone()));
    let profile = accounts.profile(added.id).await.unwrap();
    assert_eq!((profile.name.as_str(), profile.phone.as_str()), ("김하늘", "010-0000-0001"));
    assert_eq!(profile.address_detail, "301호");
    assert_eq!(accounts.profile(AccountId(Uuid::from_u128(9))).await.unwrap(), Profile::default());
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_get_the_same_answer() {
    let accounts = accounts().await;
    accounts.add(haneul(), NOW).await.unwrap();
    for (login, password) in [("haneul", "baedal-demo "), ("haneul", ""), ("nobody", "baedal-demo"), ("", "")]
    {
        let refused = accounts.verify(login, password).await;
        assert!(matches!(refused, Err(AccountsError::Refused(Fault::WrongPassword))), "{login} {refused:?}");
    }
}

#[test]
fn an_unknown_login_costs_as_much_as_a_wrong_password() {
    // The hash that stands in for an unknown login's is read, and has the cost of a fresh one.
    let refused = password_auth::verify_password("nobody is here", NOBODY);
    assert!(matches!(refused, Err(password_auth::VerifyError::PasswordInvalid)));
    assert!(!password_auth::is_hash_obsolete(NOBODY).unwrap());
    let fresh = password_auth::generate_hash("nobody is here");
    let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
    assert_eq!(cost(NOBODY), cost(&fresh));
    assert_eq!(NOBODY.len(), fresh.len());
}

#[tokio::test]
async fn a_login_name_is_given_once_in_any_case() {
    let accounts = accounts().await;
    accounts.add(haneul(), NOW).await.unwrap();
    let again = NewAccount { id: AccountId(Uuid::from_u128(2)), login: "Haneul".into(), ..haneul() };
    assert_eq!(refusal(&accounts, again).await, [FieldFault::Taken { field: Field::Login }]);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let accounts = accounts().await;
    let long = "가".repeat(41);
    let cases: [(&str, &str, &str, &str, &[FieldFault]); 8] = [
        (
            "",
            "",
            "",
            "",
            &[
                FieldFault::Missing { field: Field::Login },
                FieldFault::Missing { field: Field::Password },
                FieldFault::Missing { field: Field::Name },
                FieldFault::Missing { field: Field::Phone },
            ],
        ),
        (
            "ab",
            "1234567",
            "김",
            "010",
            &[
                FieldFault::TooShort { field: Field::Login, min: 3 },
                FieldFault::TooShort { field: Field::Password, min: 8 },
                FieldFault::Malformed { field: Field::Phone },
            ],
        ),
        (
            "하늘하늘",
            "12345678",
            &long,
            "010-0000-000x",
            &[
                FieldFault::Malformed { field: Field::Login },
                FieldFault::TooLong { field: Field::Name, max: 40 },
                FieldFault::Malformed { field: Field::Phone },
            ],
        ),
        (
            "a b",
            "12345678",
            "김\u{7}",
            "--------9",
            &[
                FieldFault::Malformed { field: Field::Login },
                FieldFault::Malformed { field: Field::Name },
                FieldFault::Malformed { field: Field::Phone },
            ],
        ),
        (
            "a/../b",
            "12345678",
            "김",
            "0100000000000000",
            &[FieldFault::Malformed { field: Field::Login }, FieldFault::Malformed { field: Field::Phone }],
        ),
        (
            &"a".repeat(33),
            &"a".repeat(129),
            "김",
            "02-123-4567",
            &[
                FieldFault::TooLong { field: Field::Login, max: 32 },
                FieldFault::TooLong { field: Field::Password, max: 128 },
            ],
        ),
        ("abc", "12345678", "   ", "02-123-4567", &[FieldFault::Missing { field: Field::Name }]),
        ("abc", "12345678", "김", "010-0000-", &[FieldFault::Malformed { field: Field::Phone }]),
    ];
    for (login, password, name, phone, wrong) in cases {
        let new = NewAccount {
            login: login.into(),
            password: password.into(),
            name: name.into(),
            phone: phone.into(),
            ..haneul()
        };
        assert_eq!(refusal(&accounts, new).await, wrong, "{login:?} {name:?} {phone:?}");
    }
    assert_eq!(accounts.by_login("abc").await.unwrap(), None);
}

#[tokio::test]
async fn whoever_runs_a_store_or_delivers_may_leave_the_phone_empty() {
    let accounts = accounts().await;
    let rider = NewAccount { role: Role::Rider, phone: String::new(), ..haneul() };
    assert_eq!(accounts.add(rider, NOW).await.unwrap().role, Role::Rider);
}

#[tokio::test]
async fn a_forgotten_account_is_gone() {
    let accounts = accounts().await;
    let added = accounts.add(haneul(), NOW).await.unwrap();
    accounts.by_id(added.id).await.unwrap().unwrap();
    accounts.forget(added.id).await.unwrap();
    assert_eq!(accounts.by_id(added.id).await.unwrap(), None);
    assert_eq!(accounts.profile(added.id).await.unwrap(), Profile::default());
    assert!(accounts.verify("haneul", "baedal-demo").await.is_err());
}

#[tokio::test]
async fn the_password_is_not_stored() {
    let accounts = accounts().await;
    accounts.add(haneul(), NOW).await.unwrap();
    let hash: String =
        sqlx::query_scalar("SELECT password_hash FROM accounts").fetch_one(&accounts.0.pool).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert!(!format!("{:?}", haneul()).contains("baedal-demo"));
}
