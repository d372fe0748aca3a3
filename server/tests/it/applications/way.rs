//! The whole way of an owner and of a rider, over HTTP.

use super::{PASSWORD, owner_form, person_form, waiting_over, with};
use crate::city::{City, key};
use crate::people::{Basket, Person, field};
use domain::enrolment::{Part, Phase};
use domain::store::WantedLine;
use domain::views::{
    ApplicationView, BoardView, MenuView, OperatorView, RiderView, Shown, StoreList, WaitingApplication,
};
use reqwest::StatusCode;
use reqwest::header::LOCATION;

/// Where a page leads to instead; empty when it is shown.
async fn leads_to(person: &Person, path: &str) -> String {
    let answer = person.get(path).send().await.unwrap();
    let location = answer.headers().get(LOCATION).map(|location| location.to_str().unwrap().to_owned());
    assert_eq!(answer.status() == StatusCode::OK, location.is_none(), "{path}");
    location.unwrap_or_default()
}

async fn approve(operator: &Person, one: &WaitingApplication) {
    let fields = [field("account", one.account), field("number", one.number)];
    let (status, answer) = operator.send("/api/operator/approve", &fields).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// The one application that waits.
async fn only(operator: &Person) -> WaitingApplication {
    let mut waiting = waiting_over(operator).await;
    assert_eq!(waiting.len(), 1, "{waiting:#?}");
    waiting.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_signs_up_with_a_store_is_approved_and_gets_an_order() {
    let city = City::open().await;
    let base = city.base();
    let operator = Person::log_in(&base, "operator").await;
    let owner = Person::sign_up(&base, "/signup/owner", &owner_form("saebom")).await;
    // One page is theirs, and it says that they wait.
    assert_eq!(leads_to(&owner, "/application").await, "");
    for page in ["/owner", "/rider", "/operator", "/orders", "/inbox"] {
        assert_eq!(leads_to(&owner, page).await, "/application", "{page}");
    }
    let view: ApplicationView = owner.ask("/api/application/view", &[]).await;
    assert_eq!((view.part, view.phase, view.number), (Part::Owner, Phase::Filed, 1));
    assert_eq!(view.typed.get("store_name"), "saebom의 화덕");
    assert_eq!(view.typed.get("password"), "");
    let page = owner.get("/application").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("data-application=\"filed\"") && page.contains("심사 중"));

    // The operator sees all there is to judge by.
    let one = only(&operator).await;
    assert_eq!(
        (one.login.as_str(), one.name.as_str(), one.phone.as_str()),
        ("saebom", "김새봄", "010-9000-0001")
    );
    let store = one.store.as_ref().unwrap();
    assert_eq!((store.profile.address.as_str(), store.menu.items().count()), ("서울 마포구 양화로 45", 2));
    let console = operator.get("/operator").send().await.unwrap().text().await.unwrap();
    for text in ["saebom의 화덕", "010-9000-0001", "02-123-4567", "양화로 45", "마르게리타", "₩10,000"]
    {
        assert!(console.contains(text), "{text}");
    }
    let id = store.profile.id;
    let customer = Person::log_in(&base, "customer1").await;
    let list = async || -> StoreList { customer.ask("/api/store/list", &[field("search", "")]).await };
    assert!(list().await.stores.iter().all(|card| card.id != id), "not on the map before the approval");

    approve(&operator, &one).await;
    assert!(waiting_over(&operator).await.is_empty());
    // The session that is open already is an owner's from here on.
    assert_eq!(leads_to(&owner, "/application").await, "/owner");
    assert_eq!(leads_to(&owner, "/owner").await, "");
    let board: BoardView = owner.ask("/api/owner/board", &[]).await;
    assert_eq!((board.store, board.load.capacity, board.cooking_minutes), (id, 7, 20));
    assert_eq!(list().await.stores.iter().filter(|card| card.id == id).count(), 1);

    let menu: MenuView = customer.ask("/api/store/menu", &[field("store", id)]).await;
    let item = menu.menu.items().next().unwrap();
    let agreed = item.price.plus(menu.store.fee.unwrap()).unwrap();
    let line = WantedLine { item: item.id, quantity: 1, choices: Vec::new() };
    let order = customer.place(&Basket { store: id, line, agreed }, "tok_approve").await;
    customer.until(order, |view| view.line.shown == Shown::Received).await;
    let board: BoardView = owner.ask("/api/owner/board", &[]).await;
    assert_eq!(board.tickets.iter().map(|ticket| ticket.order).collect::<Vec<_>>(), [order]);
    let accept = [field("order", order), field("minutes", 20), field("key", key())];
    assert_eq!(owner.send("/api/owner/accept", &accept).await.unwrap().0, StatusCode::OK);
    customer.until(order, |view| view.line.shown == Shown::Accepted).await;
    // And again after a new login.
    let again = Person::log_in_as(&base, "saebom", PASSWORD).await;
    assert_eq!(leads_to(&again, "/owner").await, "");
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_signs_up_is_approved_goes_on_duty_and_takes_a_job() {
    let city = City::open().await;
    let base = city.base();
    let operator = Person::log_in(&base, "operator").await;
    let about = "자전거로 저녁마다 달려요";
    let rider =
        Person::sign_up(&base, "/signup/rider", &with(person_form("dalim"), &[("about", about)])).await;
    for (path, fields) in [
        ("/api/rider/view", Vec::new()),
        ("/api/rider/duty", vec![field("on_duty", true)]),
        ("/api/rider/position", vec![field("lat", "37.5508"), field("lon", "126.9133")]),
    ] {
        assert_eq!(rider.send(path, &fields).await.unwrap().0, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(leads_to(&rider, "/rider").await, "/application");
    let one = only(&operator).await;
    assert_eq!((one.part, one.about.as_str(), one.store.is_none()), (Part::Rider, about, true));
    approve(&operator, &one).await;

    assert_eq!(leads_to(&rider, "/application").await, "/rider");
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    for (path, fields) in [
        ("/api/rider/duty", vec![field("on_duty", true)]),
        ("/api/rider/position", vec![field("lat", "37.5508"), field("lon", "126.9133")]),
    ] {
        let (status, answer) = rider.send(path, &fields).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    }
    let view: RiderView = rider.ask("/api/rider/view", &[]).await;
    assert_eq!(view.jobs.iter().map(|job| job.order).collect::<Vec<_>>(), [order]);
    let claim = [field("order", order), field("key", key())];
    assert_eq!(rider.send("/api/rider/claim", &claim).await.unwrap().0, StatusCode::OK);
    city.until(order, Shown::Assigned).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_applicant_reads_why_corrects_it_and_is_approved() {
    let city = City::open().await;
    let base = city.base();
    let operator = Person::log_in(&base, "operator").await;
    let form = with(owner_form("saebom"), &[("description", "맛있음")]);
    let owner = Person::sign_up(&base, "/signup/owner", &form).await;
    let first = only(&operator).await;
    let id = first.store.as_ref().unwrap().profile.id;
    let refuse = |number: u32, reason: &str| {
        let fields = vec![field("account", first.account), field("number", number), field("reason", reason)];
        let operator = operator.clone();
        async move { operator.send("/api/operator/refuse", &fields).await.unwrap().0 }
    };
    for reason in ["", "  ", &"가".repeat(201)] {
        assert_eq!(refuse(1, reason).await, StatusCode::UNPROCESSABLE_ENTITY, "{reason:?}");
    }
    // A filing that there is not yet.
    assert_eq!(refuse(2, "소개가 짧아요").await, StatusCode::CONFLICT);
    assert_eq!(refuse(1, "소개가 짧아요").await, StatusCode::OK);
    assert!(waiting_over(&operator).await.is_empty());

    let page = owner.get("/application").send().await.unwrap().text().await.unwrap();
    for text in [
        "data-application=\"refused\"",
        "소개가 짧아요",
        "value=\"맛있음\"",
        "마르게리타",
        "value=\"10,000\"",
    ] {
        assert!(page.contains(text), "{text} is not on {page}");
    }
    assert_eq!(leads_to(&owner, "/owner").await, "/application");

    // Wrong again: it comes back with what was typed now.
    let again = |changes: &[(&str, &str)]| {
        let mut fields = with(owner_form("saebom"), changes);
        fields.retain(|(name, _)| name != "login" && name != "password");
        let owner = owner.clone();
        async move {
            let answer = owner.post("/application", &fields).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::SEE_OTHER);
            answer.headers()[LOCATION].to_str().unwrap().to_owned()
        }
    };
    let back = again(&[("number", "2"), ("menu", "피자"), ("phone", "전화")]).await;
    assert!(back.starts_with("/application?draft="), "{back}");
    let page = owner.get(&back).send().await.unwrap().text().await.unwrap();
    for text in ["1번째 줄", "010-0000-0000처럼", ">피자</textarea>", "value=\"전화\""] {
        assert!(page.contains(text), "{text} is not on {page}");
    }
    // Right, and pressed twice; an old form is not a correction.
    let changes = [("number", "2"), ("description", "장작불에 굽는 피자예요"), ("phone", "010-9000-0002")];
    assert_eq!(again(&changes).await, "/application");
    assert_eq!(again(&changes).await, "/application");
    assert!(again(&[("number", "1")]).await.starts_with("/application?draft="));
    let second = only(&operator).await;
    assert_eq!((second.number, second.phone.as_str()), (2, "010-9000-0002"));
    let store = second.store.as_ref().unwrap();
    assert_eq!((store.profile.id, store.profile.description.ko.as_str()), (id, "장작불에 굽는 피자예요"));
    // The page of an operator who has not seen the second filing.
    let old = [field("account", second.account), field("number", 1)];
    assert_eq!(operator.send("/api/operator/approve", &old).await.unwrap().0, StatusCode::CONFLICT);
    approve(&operator, &second).await;
    let board: BoardView = owner.ask("/api/owner/board", &[]).await;
    assert_eq!(board.store, id);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_is_open_hears_of_applications_and_decisions() {
    let city = City::open().await;
    let base = city.base();
    let operator = Person::log_in(&base, "operator").await;
    let mut stream = operator.listen("/live/operator").await;
    let mut until_waiting = async |many: usize| loop {
        let said = stream.next().await.unwrap();
        if said.comment.is_none() {
            assert_eq!((said.event.as_str(), said.id), ("changed", None));
            let view: OperatorView = operator.ask("/api/operator/view", &[]).await;
            if view.applications.len() == many {
                return;
            }
        }
    };
    Person::sign_up(&base, "/signup/rider", &person_form("dalim")).await;
    until_waiting(1).await;
    approve(&operator, &only(&operator).await).await;
    until_waiting(0).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_does_not_show_every_application_says_so() {
    let city = City::open().await;
    let operator = Person::log_in(&city.base(), "operator").await;
    let who = super::applicant(&city, Part::Rider, "dalim").await;
    let mut file = super::scribble(&city).await;
    let mut copies = async |from: i64, to: i64| {
        for sql in [
            "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
             INSERT INTO accounts (id, login, name, phone, role, password_hash, address, address_detail, created_ms)
             SELECT printf('019aa000-0000-7000-8000-%012d', i), login || i, name, phone, role, password_hash,
               address, address_detail, created_ms FROM accounts, n WHERE id = $3",
            "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
             INSERT INTO applications (account, part, state, number, doc, reason, filed_ms)
             SELECT printf('019aa000-0000-7000-8000-%012d', i), part, state, number, doc, reason, filed_ms
             FROM applications, n WHERE account = $3",
        ] {
            let account = super::id(&who).to_string();
            sqlx::query(sql).bind(from).bind(to).bind(account).execute(&mut file).await.unwrap();
        }
    };
    let page = async || operator.get("/operator").send().await.unwrap().text().await.unwrap();
    copies(1, 99).await;
    assert_eq!(waiting_over(&operator).await.len(), 100);
    assert!(!page().await.contains("앞의 100건까지만"));
    copies(100, 100).await;
    assert_eq!(waiting_over(&operator).await.len(), 100);
    assert!(page().await.contains("앞의 100건까지만"));
    city.close().await;
}
