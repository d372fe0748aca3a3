//! What is typed wrong is said at its place, and nothing typed is lost.

use super::{PASSWORD, account, applicant, decide, id, owner_form, person_form, refuse, waiting, with};
use crate::city::{City, caller, stranger};
use crate::people::Person;
use domain::enrolment::Part;
use domain::views::{Caller, Fault, Field, FieldFault, LineFault, Role, Typed, Verdict};
use reqwest::StatusCode;
use reqwest::header::LOCATION;

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_of_a_sign_up_is_named_at_once() {
    let city = City::open().await;
    let apply = async |part: Part, fields: Vec<crate::people::Field>, password: &str| {
        city.backend.apply(&stranger(), part, Typed(fields), password).await.unwrap_err()
    };
    let nothing = apply(Part::Owner, Vec::new(), "").await;
    let Fault::Invalid(faults) = nothing else { panic!("{nothing:?}") };
    let fields: Vec<Field> = faults.iter().map(FieldFault::field).collect();
    assert_eq!(&fields[..4], [Field::Login, Field::Password, Field::Name, Field::Phone]);
    assert_eq!(fields.len(), 4 + 14);
    assert!(faults.iter().all(|fault| matches!(fault, FieldFault::Missing { .. })));

    // A taken login name, an address that nobody knows and a menu without a price are told together.
    let wrong = with(owner_form("owner1"), &[("address", "없는길 7"), ("menu", "콜라")]);
    let faults = vec![
        FieldFault::Taken { field: Field::Login },
        FieldFault::Unknown { field: Field::Address },
        FieldFault::Line { field: Field::Menu, line: 1, wrong: LineFault::NoPrice },
    ];
    assert_eq!(apply(Part::Owner, wrong, PASSWORD).await, Fault::Invalid(faults));
    let about = with(person_form("dalim"), &[("phone", " "), ("about", &"가".repeat(201))]);
    let faults = vec![
        FieldFault::TooShort { field: Field::Password, min: 8 },
        FieldFault::Missing { field: Field::Phone },
        FieldFault::TooLong { field: Field::About, max: 200 },
    ];
    assert_eq!(apply(Part::Rider, about, "short").await, Fault::Invalid(faults));
    assert!(waiting(&city).await.is_empty());
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_comes_back_with_everything_but_the_password() {
    let city = City::open().await;
    let person = Person::visitor(&city.base()).await;
    let wrong = with(
        owner_form("saebom"),
        &[("radius_m", "3km"), ("menu", "# <피자> & 파스타\r\n마르게리타"), ("day", "6"), ("kind", "cafe")],
    );
    let answer = person.post("/signup/owner", &wrong).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let back = answer.headers()[LOCATION].to_str().unwrap().to_owned();
    assert!(back.starts_with("/signup/owner?draft="), "{back}");
    let page = person.get(&back).send().await.unwrap().text().await.unwrap();
    for text in [
        "value=\"saebom\"",
        "value=\"김새봄\"",
        "value=\"3km\"",
        "&lt;피자> &amp; 파스타\r\n마르게리타</textarea>",
        "2번째 줄: 가격이 없어요.",
        "id=\"radius_m-error\"",
        "id=\"menu-error\"",
    ] {
        assert!(page.contains(text), "{text} is not on {page}");
    }
    assert!(!page.contains(PASSWORD));
    assert!(!page.contains("id=\"store_name-error\"") && !page.contains("id=\"kind-error\""));
    let input = |start: &str| {
        let from = page.find(start).unwrap_or_else(|| panic!("{start} is not on {page}"));
        page[from..].split('>').next().unwrap().to_owned()
    };
    assert!(input("<option value=\"cafe\"").contains("selected"));
    assert!(!input("<option value=\"pizza\"").contains("selected"));
    let day = |day: u8| input(&format!("name=\"day\" value=\"{day}\""));
    assert!(day(6).contains("checked") && !day(5).contains("checked"));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_forgotten_leaves_no_application() {
    let city = City::open().await;
    let who = applicant(&city, Part::Rider, "dalim").await;
    assert_eq!(waiting(&city).await.len(), 1);
    let mut file = super::scribble(&city).await;
    let gone = sqlx::query("DELETE FROM accounts WHERE id = ?").bind(id(&who).to_string());
    gone.execute(&mut file).await.unwrap();
    assert!(waiting(&city).await.is_empty());
    assert_eq!(decide(&city, &who, 1, Verdict::Approve).await, Err(Fault::NotFound));
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM applications").fetch_one(&mut file).await.unwrap();
    assert_eq!(left, 0);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filed_twice_under_one_number_is_done_once_and_something_else_is_refused_and_not_lost_in_silence()
 {
    let city = City::open().await;
    let who = applicant(&city, Part::Rider, "dalim").await;
    let first = || Typed(super::person_form("dalim"));
    let other = Typed(with(super::person_form("dalim"), &[("about", "오토바이가 있어요")]));
    assert_eq!(city.backend.file_again(&who, 1, first()).await, Ok(()));
    let filed = super::not_now(domain::enrolment::Verb::File, domain::enrolment::Phase::Filed);
    assert_eq!(filed.status(), 409);
    assert_eq!(city.backend.file_again(&who, 1, other).await, Err(filed));
    assert_eq!(waiting(&city).await[0].about, "");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_operator_decides_and_nobody_else_files() {
    let city = City::open().await;
    let who = applicant(&city, Part::Owner, "saebom").await;
    let other = applicant(&city, Part::Rider, "dalim").await;
    let people = [caller("customer1"), caller("owner1"), caller("rider1"), who.clone(), other.clone()];
    for person in &people {
        for verdict in [Verdict::Approve, refuse("싫어요")] {
            let answer = city.backend.decide_application(person, id(&who), 1, verdict).await;
            assert_eq!(answer, Err(Fault::WrongRole), "{person:?}");
        }
    }
    let answer = city.backend.decide_application(&stranger(), id(&who), 1, Verdict::Approve).await;
    assert_eq!(answer, Err(Fault::NotSignedIn));
    // Of an account that has not applied there is nothing to decide.
    let customer: Caller = caller("customer1");
    assert_eq!(decide(&city, &customer, 1, Verdict::Approve).await, Err(Fault::NotFound));
    for person in [caller("customer1"), caller("owner1"), caller("operator")] {
        assert_eq!(city.backend.application(&person).await, Err(Fault::WrongRole));
        let again = city.backend.file_again(&person, 2, Typed(owner_form("x"))).await;
        assert_eq!(again, Err(Fault::WrongRole));
    }
    assert_eq!(account(&city, "saebom").await.role, Role::Applicant);
    assert_eq!(waiting(&city).await.len(), 2);
    city.close().await;
}
