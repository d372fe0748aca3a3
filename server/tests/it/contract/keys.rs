//! Customers' keys and the envelopes they open.

use super::Bench;
use super::town::{Town, customer, personal};
use domain::delivery::RiderState;
use domain::shared::{OrderId, Personal};
use server::read_models::Around;

/// A fresh order of a customer whose fields are sealed under the customer's key, and of which a rider has the job.
async fn sealed_order<B: Bench>(town: &Town<B>) -> OrderId {
    let order = town.new_order();
    let sealed = town.vault().seal(customer(1), &personal()).await.unwrap();
    town.run(town.placing(order, customer(1), sealed)).await.unwrap();
    town.run(town.paying(order)).await.unwrap();
    town.run(town.receiving(order)).await.unwrap();
    town.cook(order).await;
    town.run(town.claiming(order, customer(7))).await.unwrap();
    order
}

/// What the envelopes in the three read models of an order open to.
async fn opened<B: Bench>(town: &Town<B>, order: OrderId) -> [Option<Personal>; 3] {
    let (views, vault, who) = (town.ports().views, town.vault(), customer(1));
    let of_order = views.order(order).await.unwrap().unwrap().doc.sealed;
    let of_ticket = views.board(town.store, 10).await.unwrap().tickets.remove(0).sealed;
    let (nowhere, today) = (RiderState::default(), town.now().in_seoul().day());
    let around = Around { state: nowhere, radius_m: 3_000, cells: Vec::new() };
    let of_job = views.jobs(customer(7), &around, &today).await.unwrap().mine.remove(0).sealed;
    [
        vault.open(who, &of_order).await.unwrap(),
        vault.open(who, &of_ticket).await.unwrap(),
        vault.open(who, &of_job).await.unwrap(),
    ]
}

pub async fn a_customers_key_is_made_once<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let keys = town.ports().keys;
    let (one, two) = (customer(1), customer(2));
    assert_eq!(keys.key(one).await.unwrap(), None);
    let offers = (0..20).map(|number| keys.key_or(one, [number; 32]));
    let held: Vec<[u8; 32]> =
        futures::future::join_all(offers).await.into_iter().map(Result::unwrap).collect();
    assert!(held.iter().all(|key| *key == held[0]));
    assert_eq!(keys.key_or(two, [99; 32]).await.unwrap(), [99; 32]);
    drop(keys);
    town.bench.reopen().await;
    let keys = town.ports().keys;
    assert_eq!(keys.key(one).await.unwrap(), Some(held[0]));
    keys.destroy_key(one).await.unwrap();
    assert_eq!((keys.key(one).await.unwrap(), keys.key(two).await.unwrap()), (None, Some([99; 32])));
    assert_eq!(keys.key_or(one, [77; 32]).await.unwrap(), [77; 32]);
}

pub async fn personal_fields_are_never_stored_in_the_clear<B: Bench>() {
    let town = Town::<B>::open().await;
    let order = sealed_order(&town).await;
    assert_eq!(opened(&town, order).await, [(); 3].map(|()| Some(personal())));
    // Another's key opens nothing.
    let sealed = town.ports().views.order(order).await.unwrap().unwrap().doc.sealed;
    town.vault().seal(customer(2), &personal()).await.unwrap();
    assert_eq!(town.vault().open(customer(2), &sealed).await.unwrap(), None);

    let bytes = town.bench.bytes().await;
    let lies_there = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(
        lies_there(&town.profile.name.ko) && lies_there(&order.to_string()),
        "this is where it would lie"
    );
    let Personal { name, phone, address, address_detail, point, note_to_store, note_to_rider } = personal();
    let point = point.unwrap();
    let (lat, lon, digits) = (point.lat.to_string(), point.lon.to_string(), phone.replace('-', ""));
    for secret in [name, phone, digits, address, address_detail, note_to_store, note_to_rider, lat, lon] {
        assert!(!lies_there(&secret), "{secret} lies in the clear");
    }
}

pub async fn a_destroyed_key_shuts_every_envelope_also_after_a_rebuild<B: Bench>() {
    let mut town = Town::<B>::open().await;
    let order = sealed_order(&town).await;
    let vault = town.vault();
    let sealed = town.ports().views.order(order).await.unwrap().unwrap().doc.sealed;
    assert_eq!(vault.open(customer(1), &sealed).await.unwrap(), Some(personal()));
    vault.forget(customer(1)).await.unwrap();
    assert_eq!(vault.open(customer(1), &sealed).await.unwrap(), None);
    drop(vault);
    assert_eq!(opened(&town, order).await, [None, None, None]);
    town.bench.rebuild().await;
    assert_eq!(opened(&town, order).await, [None, None, None]);
    // Whoever comes back gets another key, which opens nothing of before.
    let again = town.vault().seal(customer(1), &personal()).await.unwrap();
    assert_eq!(opened(&town, order).await, [None, None, None]);
    assert_eq!(town.vault().open(customer(1), &again).await.unwrap(), Some(personal()));
}

pub async fn a_destroyed_key_is_nowhere_on_the_disk<B: Bench>() {
    let town = Town::<B>::open().await;
    let keys = town.ports().keys;
    // Enough of them for the table to have been split, moved and written over.
    let key_of = |number: u128| -> [u8; 32] { *blake3::hash(&number.to_be_bytes()).as_bytes() };
    for number in 0..400 {
        keys.key_or(customer(number), key_of(number)).await.unwrap();
    }
    let lies_there = |bytes: &[u8], number| bytes.windows(32).any(|window| window == key_of(number));
    let before = town.bench.bytes().await;
    for number in [3, 200, 399] {
        assert!(lies_there(&before, number));
        keys.destroy_key(customer(number)).await.unwrap();
    }
    let after = town.bench.bytes().await;
    for number in [3, 200, 399] {
        assert!(!lies_there(&after, number), "the key of customer {number} can still be read");
    }
    assert!(lies_there(&after, 4));
}
