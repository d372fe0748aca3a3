//! The read models, dropped and built again from the log.

use crate::city::{City, caller, key, won};
use crate::files::open;
use crate::invariants::by_system;
use crate::ledger::{new_rider, now, on_duty};
use crate::process::{baedal, to_its_end};
use domain::delivery::FailReason;
use domain::processes::DomainEvent;
use domain::shared::{Aggregate, OrderId, Text, Timestamp};
use domain::store::{Command, Hours, ItemChange, OpenSpan, ticket};
use domain::views::{Actor, Fault, NewItem, RiderAction, Shown, StoreDay, TicketAction, WantedSection};
use server::adapters::clock::new_uuid;
use server::storage::sqlite::rebuild_views;
use server::storage::{Decide, EventLog, KeyStore, Subject, Unit};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Every row of every read model, byte for byte, with its table's name.
async fn dump(file: &Path) -> Vec<String> {
    let mut connection = open(file).await;
    let tables = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'view\\_%' ESCAPE '\\' ORDER BY name")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let columns = sqlx::query("SELECT name FROM pragma_table_info(?)")
            .bind(&table)
            .fetch_all(&mut connection)
            .await;
        let quoted: Vec<String> =
            columns.unwrap().iter().map(|column| format!("quote({})", column.get::<&str, _>(0))).collect();
        let sql = format!("SELECT {} FROM {table} ORDER BY 1", quoted.join(" || '|' || "));
        let found = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
        rows.extend(found.iter().map(|row| format!("{table}|{}", row.get::<&str, _>(0))));
    }
    rows
}

/// Orders in every state there is, and stores that were changed.
async fn varied_world(city: &City) {
    let (customer, owner) = (caller("customer1"), caller("owner1"));
    let store = |action| city.backend.act_on_store(&owner, action, "");
    assert_eq!(store(StoreDay::Reopen).await.unwrap_err().status(), 422, "a key is needed");
    let on_store = async |action| city.backend.act_on_store(&owner, action, &key()).await.unwrap();
    let received = async || {
        let order = city.order("tok_approve").await;
        city.until(order, Shown::Received).await;
        order
    };
    let ready = async || {
        let order = received().await;
        city.cook(order).await;
        order
    };

    // Ends without a meal.
    city.until(city.order("tok_decline").await, Shown::PaymentFailed).await;
    let rejected = received().await;
    city.kitchen(rejected, TicketAction::Reject { reason: "반죽이 떨어졌어요".to_owned() }).await;
    let timed_out = received().await;
    by_system(city, timed_out, |case, at| case.reject(ticket::RejectReason::TimedOut, at)).await.unwrap();
    let cancelled = received().await;
    city.backend.cancel_order(&customer, cancelled, &key()).await.unwrap();
    let accepted_first = received().await;
    city.kitchen(accepted_first, TicketAction::Accept { minutes: 15 }).await;
    city.backend.cancel_order(&customer, accepted_first, &key()).await.unwrap();
    // On their way, each somewhere else.
    city.until(city.order("tok_needs_customer").await, Shown::AwaitingPayment).await;
    let _waiting = received().await;
    let accepted = received().await;
    city.kitchen(accepted, TicketAction::Accept { minutes: 30 }).await;
    city.kitchen(accepted, TicketAction::Delay { minutes: 10 }).await;
    let cooking = received().await;
    city.kitchen(cooking, TicketAction::Accept { minutes: 30 }).await;
    city.kitchen(cooking, TicketAction::Start).await;
    city.kitchen(cooking, TicketAction::Delay { minutes: 20 }).await;
    let _offered = ready().await;
    let given_back = ready().await;
    city.ride(given_back, RiderAction::Claim).await;
    city.ride(given_back, RiderAction::Release).await;
    let changed_hands = ready().await;
    city.ride(changed_hands, RiderAction::Claim).await;
    city.ride(changed_hands, RiderAction::Release).await;
    let other = new_rider(1);
    on_duty(city, &other).await;
    city.backend.act_on_job(&other, changed_hands, RiderAction::Claim, &key()).await.unwrap();
    city.backend.act_on_job(&other, changed_hands, RiderAction::Arrive, &key()).await.unwrap();
    for last in 0..4 {
        let order = ready().await;
        city.ride(order, RiderAction::Claim).await;
        city.ride(order, RiderAction::PickUp { number: None }).await;
        match last {
            0 => {}
            1 => {
                city.ride(order, RiderAction::Fail { reason: FailReason::CustomerAbsent }).await;
            }
            2 => city.ride(order, RiderAction::Deliver { code: None }).await,
            _ => {
                city.ride(order, RiderAction::Deliver { code: None }).await;
                city.backend.confirm_receipt(&customer, order, &key()).await.unwrap();
            }
        }
    }
    let undeliverable = ready().await;
    by_system(city, undeliverable, |case, at| case.give_up(true, "도로가 막혔어요".to_owned(), at))
        .await
        .unwrap();
    // Full, paused, open again, and something sold out.
    on_store(StoreDay::Capacity { capacity: 1 }).await;
    city.until(city.order("tok_approve").await, Shown::OverCapacity).await;
    on_store(StoreDay::Capacity { capacity: 77 }).await;
    on_store(StoreDay::Pause { minutes: Some(45) }).await;
    on_store(StoreDay::Reopen).await;
    city.backend.act_on_store(&caller("owner2"), StoreDay::Pause { minutes: None }, &key()).await.unwrap();
    sold_out(city, Some(Timestamp(i64::MAX))).await;
    // A menu and hours that are not those of the beginning.
    let (_, line) = city.first_item().await;
    let item = NewItem {
        name: Text::ko("새 메뉴"),
        description: Text::default(),
        price: won(9_000),
        groups: Vec::new(),
    };
    on_store(StoreDay::AddItem { section: WantedSection::New { name: Text::ko("새로") }, item }).await;
    let change = ItemChange { name: Some(Text::ko("다른 이름")), ..ItemChange::default() };
    on_store(StoreDay::ChangeItem { item: line.item, change }).await;
    let whole_day = |day| OpenSpan { day, open: 60, close: 1_500 };
    on_store(StoreDay::Hours { hours: Hours((0..7).rev().map(whole_day).collect()) }).await;
    for order in [rejected, timed_out, cancelled, accepted_first, undeliverable] {
        city.until_view(order, |view| view.returned == view.taken).await;
    }
}

/// Marks the first item of the first store.
async fn sold_out(city: &City, until: Option<Timestamp>) {
    let (store, line) = city.first_item().await;
    let decide: Decide = Box::new(move |loaded, at| {
        let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
        Ok(store.decide(Command::SetSoldOut { item: line.item, until, at })?.map(DomainEvent::Store))
    });
    let (command, subject) = (new_uuid(now()), Subject::Store(store));
    let unit = Unit { command, actor: Actor::System, subject, key: None, completes: None, decide };
    city.log.execute(unit).await.unwrap().unwrap();
}

/// The read models of a city that has stopped, dropped and built again, are what they were.
pub async fn assert_rebuilt_is_identical(file: &Path) {
    let before = dump(file).await;
    let mut writer = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    scribble(&mut writer).await;
    rebuild_views(&mut writer).await.unwrap();
    writer.close().await.unwrap();
    let after = dump(file).await;
    let differs = before.iter().zip(&after).find(|(before, after)| before != after);
    assert!(before == after, "{} rows were rebuilt to {}: {differs:?}", before.len(), after.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_9_read_models_rebuilt_from_the_log_are_identical() {
    let city = City::open().await;
    varied_world(&city).await;
    let head = city.log.head().await.unwrap();
    let folder = city.close().await;
    let file = folder.path().join("baedal.db");
    let before = dump(&file).await;
    let rows = |table: &str| before.iter().filter(|row| row.starts_with(table)).count();
    assert_eq!(rows("view_stores|"), 12);
    assert!(rows("view_orders|") >= 17 && rows("view_tickets|") >= 10 && rows("view_jobs|") >= 8);
    assert_eq!(rows("view_kitchens|"), 1);
    for shown in Shown::ALL.iter().filter(|shown| **shown != Shown::Placing) {
        let slug = format!("'{}'", shown.slug());
        assert!(before.iter().any(|row| row.contains(&slug)), "no order is {slug}");
    }

    // As the library does it.
    let mut writer = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    scribble(&mut writer).await;
    assert_ne!(dump(&file).await, before);
    assert_eq!(rebuild_views(&mut writer).await.unwrap(), head);
    writer.close().await.unwrap();
    assert_eq!(dump(&file).await, before);

    // As the program does it.
    let mut writer = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    scribble(&mut writer).await;
    writer.close().await.unwrap();
    let ended = rebuild(folder.path());
    assert!(ended.status.success(), "{ended:?}");
    assert!(String::from_utf8(ended.stdout).unwrap().contains(&head.to_string()));
    assert_eq!(dump(&file).await, before);

    // The city goes on from there.
    let city = City::open_in(folder, |_| {}).await;
    sold_out(&city, None).await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    city.close().await;
}

/// Read models that say nothing true any more.
async fn scribble(writer: &mut SqliteConnection) {
    for sql in [
        "DELETE FROM view_orders WHERE shown = 'completed'",
        "UPDATE view_tickets SET doc = '{}', nth = 5 - nth",
        "UPDATE view_orders SET nth = 3",
        "UPDATE view_jobs SET rider = NULL, earned_won = 1",
        "UPDATE view_kitchens SET open = open + 5, on_board = 0, departed = departed + 1",
        "UPDATE view_customers SET orders = 0",
        "INSERT INTO view_stores (store_id, doc) VALUES ('nobody', '{}')",
    ] {
        sqlx::query(sql).execute(&mut *writer).await.unwrap();
    }
}

fn rebuild(folder: &Path) -> std::process::Output {
    let mut command = baedal(["rebuild-views", "--data"]);
    command.arg(folder);
    to_its_end(command, Duration::from_secs(20))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_not_rebuilt_while_a_server_holds_it() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let ended = rebuild(city.folder.path());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("another server is running"), "{said}");
    // The server has noticed nothing.
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    let folder = city.close().await;
    assert!(rebuild(folder.path()).status.success());

    // A folder without a city is not filled with one.
    let empty = tempfile::tempdir().unwrap();
    let ended = rebuild(empty.path());
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8(ended.stderr).unwrap().contains("--data"));
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

/// To forget a customer is to destroy the key: the pages show the orders without the person, before and after a rebuild.
#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_customer_stays_forgotten_after_a_rebuild() {
    let city = City::open().await;
    let customer = caller("customer1");
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    let shown = personal(&city, order).await;
    assert!(shown.iter().all(|field| !field.is_empty()), "{shown:?}");
    city.log.destroy_key(customer.account.as_ref().unwrap().id).await.unwrap();
    let mut folder = city.close().await;
    for rebuilt in [false, true] {
        if rebuilt {
            assert!(rebuild(folder.path()).status.success());
        }
        let city = City::open_in(Arc::clone(&folder), |_| {}).await;
        let shown = personal(&city, order).await;
        assert!(shown.iter().all(String::is_empty), "{shown:?}");
        let view = city.look(order).await;
        assert_eq!((view.line.shown, view.timeline.len()), (Shown::Assigned, 8));
        folder = city.close().await;
    }
}

/// What customer, owner and rider see of the person.
async fn personal(city: &City, order: OrderId) -> Vec<String> {
    let view = city.look(order).await;
    let ticket = city.backend.board(&caller("owner1")).await.unwrap().tickets.remove(0);
    let job = city.backend.rider(&caller("rider1")).await.unwrap().mine.remove(0);
    vec![
        view.address,
        view.address_detail,
        view.note_to_store,
        view.note_to_rider,
        ticket.address,
        ticket.note,
        job.name,
        job.phone,
        job.address,
        job.address_detail,
        job.note,
    ]
}
