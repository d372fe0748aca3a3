//! Owners and riders come to take part: sign-up, the operator's decision, and what follows from it.

#[cfg(feature = "failpoints")]
mod crash;
mod forms;
mod races;
mod way;

#[cfg(feature = "failpoints")]
pub(crate) use crash::POINTS;

use crate::city::{City, stranger};
use crate::people::{Field, Person, field};
use domain::enrolment::{self, Part};
use domain::shared::AccountId;
use domain::store::Store;
use domain::views::{
    AccountView, Caller, Fault, OperatorView, Role, Typed, Verdict, WaitingApplication, fields_of,
};
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

const PASSWORD: &str = "long enough";

/// What an owner types, everything right: a store around the corner that is open round the clock.
pub fn owner_form(login: &str) -> Vec<Field> {
    let mut fields = person_form(login);
    let of_store = [
        ("store_name", format!("{login}의 화덕")),
        ("kind", "pizza".to_owned()),
        ("store_phone", "02-123-4567".to_owned()),
        ("address", "서울 마포구 양화로 45".to_owned()),
        ("description", "장작불에 굽는 피자".to_owned()),
        ("radius_m", "3000".to_owned()),
        ("min_order", "10,000".to_owned()),
        ("delivery_fee", "2000".to_owned()),
        ("far_from_m", "1500".to_owned()),
        ("far_fee", "3500".to_owned()),
        ("capacity", "7".to_owned()),
        ("cooking_minutes", "20".to_owned()),
        ("opens", "00:00".to_owned()),
        ("closes", "24:00".to_owned()),
        ("menu", "# 피자\r\n마르게리타 | 18,000 | 토마토와 바질\r\n# 음료\r\n콜라 | 2500".to_owned()),
    ];
    fields.extend(of_store.map(|(name, text)| field(name, text)));
    fields.extend((0..7).map(|day| field("day", day)));
    fields
}

/// What every applicant types.
pub fn person_form(login: &str) -> Vec<Field> {
    vec![
        field("login", login),
        field("password", PASSWORD),
        field("name", "김새봄"),
        field("phone", "010-9000-0001"),
    ]
}

/// The fields with others in their place; an empty text takes nothing out.
fn with(mut fields: Vec<Field>, changes: &[(&str, &str)]) -> Vec<Field> {
    for (name, text) in changes {
        fields.retain(|(field, _)| field != name);
        fields.push(field(name, *text));
    }
    fields
}

/// Somebody who has just applied, as the server knows them.
pub async fn applicant(city: &City, part: Part, login: &str) -> Caller {
    let fields = match part {
        Part::Owner => owner_form(login),
        Part::Rider => person_form(login),
    };
    let visitor = format!("visitor-of-{login}-000000000")[..22].to_owned();
    let nobody = Caller { visitor, ..stranger() };
    let account = city.backend.apply(&nobody, part, Typed(fields), PASSWORD).await.unwrap();
    assert_eq!((account.role, account.store), (Role::Applicant, None));
    Caller { account: Some(account), ..nobody }
}

fn id(caller: &Caller) -> AccountId {
    caller.account.as_ref().unwrap().id
}

/// The account as the database has it.
async fn account(city: &City, login: &str) -> AccountView {
    use sqlx::Row;
    let mut file = crate::files::open(&city.folder.path().join("baedal.db")).await;
    let row = sqlx::query("SELECT id, login, name, role, store FROM accounts WHERE login = ?")
        .bind(login)
        .fetch_one(&mut file)
        .await
        .unwrap();
    AccountView {
        id: row.get::<String, _>("id").parse().unwrap(),
        login: row.get("login"),
        name: row.get("name"),
        role: Role::from_name(&row.get::<String, _>("role")).unwrap(),
        store: row.get::<Option<String>, _>("store").map(|store| store.parse().unwrap()),
    }
}

/// The file of a city, to be changed behind its back.
async fn scribble(city: &City) -> SqliteConnection {
    let file = city.folder.path().join("baedal.db");
    SqliteConnectOptions::new().filename(file).disable_statement_logging().connect().await.unwrap()
}

/// What waits on the console.
async fn waiting(city: &City) -> Vec<WaitingApplication> {
    city.backend.operator(&crate::city::caller("operator")).await.unwrap().applications
}

async fn waiting_over(person: &Person) -> Vec<WaitingApplication> {
    person.ask::<OperatorView>("/api/operator/view", &[]).await.applications
}

async fn decide(city: &City, who: &Caller, number: u32, verdict: Verdict) -> Result<(), Fault> {
    city.backend.decide_application(&crate::city::caller("operator"), id(who), number, verdict).await
}

fn refuse(reason: &str) -> Verdict {
    Verdict::Refuse { reason: reason.to_owned() }
}

/// All stores by the name of an applicant's.
async fn stores(city: &City, login: &str) -> Vec<Store> {
    use server::read_models::Views;
    let views = server::storage::sqlite::SqliteViews::new(city.log.clone());
    let all = views.stores().await.unwrap().1;
    let name = format!("{login}의 화덕");
    all.into_iter()
        .filter(|store| store.profile.as_ref().is_some_and(|known| known.name.ko == name))
        .collect()
}

fn not_now(command: enrolment::Verb, state: enrolment::Phase) -> Fault {
    Fault::Application(enrolment::Refusal::NotNow { command, state })
}

/// Every kind of food has its picture, and the form's fields are those that are kept.
#[test]
fn what_the_form_offers_is_there() {
    for (kind, picture) in domain::views::KINDS {
        let file = crate::house::root().join("public").join(picture.trim_start_matches('/'));
        assert!(file.is_file(), "{kind}: {}", file.display());
    }
    let mut typed: Vec<String> = owner_form("a").into_iter().map(|(name, _)| name).collect();
    typed.retain(|name| name != "login" && name != "password");
    typed.dedup();
    let mut kept: Vec<_> = fields_of(Part::Owner).to_vec();
    typed.sort_unstable();
    kept.sort_unstable();
    assert_eq!(typed, kept);
}
