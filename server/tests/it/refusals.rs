//! Bad input at the port: each gets its own refusal with its own status, and nothing is half done.

mod at_work;
mod forms;
mod lines;
mod stores;

use crate::city::{City, caller, key};
use crate::ledger::now;
use domain::processes::{CaseRefusal, DomainEvent};
use domain::shared::{Aggregate, ItemId, StoreId, Text, Timestamp};
use domain::store::{Command, QuoteRefusal, Store, WantedLine};
use domain::views::{Actor, Fault, PlaceOrder};
use server::adapters::clock::new_uuid;
use server::storage::{Decide, EventLog, Subject, Unit};

/// A city with a customer at the checkout of the first store.
struct Checkout {
    city: City,
    order: PlaceOrder,
}

impl Checkout {
    async fn open() -> Self {
        let city = City::open().await;
        let order = city.checkout_of(&caller("customer1"), "tok_approve").await;
        Self { city, order }
    }

    /// An item of the demo's store with this number by its Korean name.
    async fn item(&self, store: usize, name: &str) -> (StoreId, WantedLine, Text) {
        let stores = &server::demo::world().unwrap().stores;
        let (profile, menu, _) = &stores[store - 1];
        let item = menu.items().find(|item| item.name.ko == name).unwrap();
        let choices =
            item.groups.iter().filter(|group| group.min > 0).map(|group| group.choices[0].id).collect();
        (profile.id, WantedLine { item: item.id, quantity: 1, choices }, item.name.clone())
    }

    fn of(&self, lines: Vec<WantedLine>) -> PlaceOrder {
        PlaceOrder { key: key(), lines, ..self.order.clone() }
    }

    /// This placing is refused so; the log, the customer's orders and the cart are as before.
    async fn refuses(&self, order: PlaceOrder, status: u16, fault: Fault) {
        let customer = caller("customer1");
        let state = async || {
            let list = self.city.backend.orders(&customer, 0).await.unwrap();
            (
                self.city.log.head().await.unwrap(),
                list.total,
                self.city.backend.cart(&customer).await.unwrap(),
            )
        };
        let before = state().await;
        let answer = self.city.backend.place_order(&customer, order).await;
        assert_eq!(answer, Err(fault.clone()));
        assert_eq!(fault.status(), status, "{fault}");
        assert_eq!(state().await, before);
    }

    async fn quote(&self, order: PlaceOrder, refusal: QuoteRefusal) {
        self.refuses(order, 422, Fault::Refused(CaseRefusal::Quote(refusal))).await;
    }

    /// A command to a store, as its data would be changed.
    async fn change_store(
        &self,
        store: StoreId,
        command: impl Fn(Timestamp) -> Command + Send + Sync + 'static,
    ) {
        let decide: Decide = Box::new(move |loaded, at| {
            let store = loaded.store.as_deref().cloned().unwrap_or_else(Store::default);
            Ok(store.decide(command(at))?.map(DomainEvent::Store))
        });
        let (command, subject) = (new_uuid(now()), Subject::Store(store));
        let unit = Unit { command, actor: Actor::System, subject, key: None, completes: None, decide };
        self.city.log.execute(unit).await.unwrap().unwrap();
    }
}

fn line(item: ItemId, quantity: u32) -> WantedLine {
    WantedLine { item, quantity, choices: Vec::new() }
}
