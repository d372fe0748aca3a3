//! What an owner changes about the store: it lies in the log, and everybody sees it at once.

use crate::city::{City, caller, key, stranger};
use crate::files::open;
use crate::ledger::{log_rows, now};
use crate::people::Person;
use crate::rebuild::assert_rebuilt_is_identical;
use domain::shared::{ItemId, StoreId, Text, Timestamp};
use domain::store::{
    self, Hours, HoursFault, ItemChange, Menu, MenuFault, MenuPart, OpenSpan, Openness, Store,
};
use domain::views::{
    Fault, LiveBody, NewChoice, NewGroup, NewItem, Shown, StoreChange, StoreDay, WantedSection,
};
use sqlx::Row;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// A soup for 4,500 won, in a size.
fn soup() -> NewItem {
    let sizes = [("보통", 0), ("곱빼기", 1_500)];
    let choices =
        sizes.map(|(name, price)| NewChoice { name: Text::ko(name), price: crate::city::won(price) });
    NewItem {
        name: Text { ko: " 토마토 수프 ".to_owned(), en: Some("Tomato soup".to_owned()) },
        description: Text::ko("하루에 한 솥만 끓여요"),
        price: crate::city::won(4_500),
        groups: vec![NewGroup { name: Text::ko("양"), min: 1, max: 1, choices: choices.to_vec() }],
    }
}

fn into_new(name: &str) -> WantedSection {
    WantedSection::New { name: Text::ko(name) }
}

async fn menu(city: &City, store: StoreId) -> Menu {
    city.backend.menu(&caller("customer1"), store).await.unwrap().menu
}

/// The types of a store's events, in order.
async fn store_kinds(city: &City, store: StoreId) -> Vec<String> {
    let rows = log_rows(city).await.into_iter().filter(|row| row.context == "store");
    rows.filter(|row| row.stream == store.to_string()).map(|row| row.kind).collect()
}

/// The store as its read model has it.
async fn read_model(city: &City, store: StoreId) -> Store {
    let mut file = open(&city.folder.path().join("baedal.db")).await;
    let row = sqlx::query("SELECT doc FROM view_stores WHERE store_id = ?").bind(store.to_string());
    serde_json::from_str(row.fetch_one(&mut file).await.unwrap().get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_owner_changes_is_in_the_log_and_on_the_shelf_at_once() {
    let city = City::open().await;
    let (store, line) = city.first_item().await;
    let order = city.order("tok_approve").await;
    let before = city.until(order, Shown::Received).await.bill;
    let day = async |action| city.backend.act_on_store(&caller("owner1"), action, &key()).await;
    let mut board = Person::log_in(&city.base(), "owner1").await.listen("/live/owner").await;
    let was = store_kinds(&city, store).await;

    // Something new, into a new section and then into that one.
    day(StoreDay::AddItem { section: into_new("국물"), item: soup() }).await.unwrap();
    let shown = menu(&city, store).await;
    let section = shown.sections.last().unwrap().clone();
    assert_eq!((&*section.name.ko, section.items.len()), ("국물", 1));
    let added = &section.items[0];
    assert_eq!(
        (&*added.name.ko, added.price, added.groups[0].choices.len()),
        ("토마토 수프", soup().price, 2)
    );
    let existing = WantedSection::Existing { id: section.id };
    day(StoreDay::AddItem { section: existing.clone(), item: soup() }).await.unwrap();
    let both = menu(&city, store).await.section(section.id).unwrap().items.clone();
    assert_eq!(both.len(), 2);
    assert_ne!(both[0].id, both[1].id);
    assert_ne!(both[0].groups[0].id, both[1].groups[0].id);

    // Dearer, sold out, and back. What was ordered keeps its price.
    let item = line.item;
    let price = Some(crate::city::won(99_000));
    let change = ItemChange { price, ..ItemChange::default() };
    let dearer = StoreDay::ChangeItem { item, change };
    day(dearer.clone()).await.unwrap();
    assert_eq!(menu(&city, store).await.item(item).unwrap().price.get(), 99_000);
    assert_eq!(city.look(order).await.bill, before);
    day(dearer).await.unwrap();
    let until = Some(Timestamp(i64::MAX));
    day(StoreDay::SoldOut { item, until }).await.unwrap();
    assert!(menu(&city, store).await.item(item).unwrap().is_sold_out(now()));
    day(StoreDay::SoldOut { item, until: None }).await.unwrap();
    assert!(!menu(&city, store).await.item(item).unwrap().is_sold_out(now()));

    // Closed now by its hours, which the board sees as well.
    let far = (now().in_seoul().weekday() + 3) % 7;
    let hours = Hours(vec![OpenSpan { day: far, open: 600, close: 660 }]);
    day(StoreDay::Hours { hours: hours.clone() }).await.unwrap();
    let closed = Openness::Closed { opens: Some((far, 600)) };
    assert_eq!(city.backend.menu(&caller("customer1"), store).await.unwrap().store.openness, closed);
    assert_eq!(city.backend.board(&caller("owner1")).await.unwrap().openness, closed);

    // The log has each change once, the version counts them, and the board's stream tells what to ask for again.
    let kinds = store_kinds(&city, store).await;
    let new = ["ItemAdded", "ItemAdded", "ItemChanged", "SoldOutSet", "SoldOutSet", "HoursSet"];
    assert_eq!(kinds[was.len()..], new);
    let kept = read_model(&city, store).await;
    assert_eq!((kept.version, &kept.hours), (kinds.len() as u64, &hours));
    let mut told = Vec::new();
    while told.last() != Some(&StoreChange::Hours) {
        if let LiveBody::Store(change) = board.message().await.body {
            told.push(change);
        }
    }
    assert_eq!(told[..5], vec![StoreChange::Menu; 5]);
    assert_eq!(told.len(), 6);

    // Folded from the log alone it is the same.
    let folder = city.close().await;
    assert_rebuilt_is_identical(&folder.path().join("baedal.db")).await;
    let city = City::open_in(folder, |_| {}).await;
    assert_eq!(read_model(&city, store).await, kept);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_is_added_again_under_its_key_is_there_once() {
    const EACH: usize = 50;
    let city = City::open().await;
    let (store, _) = city.first_item().await;
    let before = menu(&city, store).await;
    let add = StoreDay::AddItem { section: into_new("국물"), item: soup() };
    let key = key();
    let together = Arc::new(Barrier::new(EACH));
    let mut asking = JoinSet::new();
    for _ in 0..EACH {
        let (backend, together) = (Arc::clone(&city.backend), Arc::clone(&together));
        let (add, key) = (add.clone(), key.clone());
        asking.spawn(async move {
            together.wait().await;
            backend.act_on_store(&caller("owner1"), add, &key).await
        });
    }
    assert!(asking.join_all().await.iter().all(Result::is_ok));
    let after = menu(&city, store).await;
    assert_eq!(after.items().count(), before.items().count() + 1);
    assert_eq!(after.sections.len(), before.sections.len() + 1);

    // After a start, from the file; another dish under the same key is refused.
    let city = City::open_in(city.close().await, |_| {}).await;
    city.backend.act_on_store(&caller("owner1"), add.clone(), &key).await.unwrap();
    let other = StoreDay::AddItem {
        section: into_new("국물"),
        item: NewItem { price: crate::city::won(1), ..soup() },
    };
    let refused = city.backend.act_on_store(&caller("owner1"), other, &key).await;
    assert_eq!(refused, Err(Fault::KeyReused));
    assert_eq!(menu(&city, store).await, after);
    let added = store_kinds(&city, store).await.into_iter().filter(|kind| kind == "ItemAdded");
    assert_eq!(added.count(), 1);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_owners_menu_is_out_of_reach_and_bad_values_are_named() {
    let city = City::open().await;
    let (store, line) = city.first_item().await;
    let before = menu(&city, store).await;
    let head = log_rows(&city).await.len();
    let existing = WantedSection::Existing { id: before.sections[0].id };
    let price = Some(crate::city::won(1));
    let change =
        StoreDay::ChangeItem { item: line.item, change: ItemChange { price, ..ItemChange::default() } };
    let add = StoreDay::AddItem { section: existing.clone(), item: soup() };
    let hours = StoreDay::Hours { hours: Hours::always() };
    let sold_out = StoreDay::SoldOut { item: line.item, until: Some(Timestamp(i64::MAX)) };

    // What is on another's menu does not exist for this owner; nobody else has a menu.
    let refused = async |login: &str, action: &StoreDay| {
        let fault = city.backend.act_on_store(&caller(login), action.clone(), &key()).await.unwrap_err();
        (fault.status(), fault)
    };
    let said = |refusal| (422, Fault::Store(refusal));
    assert_eq!(refused("owner2", &change).await, said(store::Refusal::NoSuchItem));
    assert_eq!(refused("owner2", &sold_out).await, said(store::Refusal::NoSuchItem));
    assert_eq!(refused("owner2", &add).await, said(store::Refusal::NoSuchSection));
    for action in [&change, &add, &hours, &sold_out] {
        for login in ["customer1", "rider1"] {
            assert_eq!(refused(login, action).await, (403, Fault::WrongRole));
        }
        let answer = city.backend.act_on_store(&stranger(), action.clone(), &key()).await;
        assert_eq!(answer, Err(Fault::NotSignedIn));
    }

    // Bad values.
    let twice = [(0, 600, 900), (0, 800, 1_000)];
    let twice = Hours(twice.map(|(day, open, close)| OpenSpan { day, open, close }).to_vec());
    let overlap = store::Refusal::Hours(HoursFault::Overlap { span: 0, other: 1 });
    assert_eq!(refused("owner1", &StoreDay::Hours { hours: twice }).await, said(overlap));
    let nameless = StoreDay::AddItem { section: existing, item: NewItem { name: Text::ko(" "), ..soup() } };
    let no_name = store::Refusal::Menu(MenuFault::NoName { part: MenuPart::Dish });
    assert_eq!(refused("owner1", &nameless).await, said(no_name));
    let unknown = ItemId(uuid::Uuid::from_u128(9));
    let nothing = StoreDay::ChangeItem { item: unknown, change: ItemChange::default() };
    assert_eq!(refused("owner1", &nothing).await, said(store::Refusal::NoSuchItem));

    assert_eq!(menu(&city, store).await, before);
    assert_eq!(log_rows(&city).await.len(), head);
    city.close().await;
}
