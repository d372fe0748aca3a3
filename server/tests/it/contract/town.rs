//! One store and its customers, written straight to the ports.

use super::{Bench, Ports};
use domain::delivery::RiderFee;
use domain::payment::Purpose;
use domain::processes::{Case, CaseRefusal, ChargeOutcome, DomainEvent, Placing};
use domain::shared::{
    AccountId, Aggregate, Decision, ItemId, OrderId, Personal, Point, Sealed, StoreId, Timestamp, Won,
};
use domain::store::{Command, Hours, Menu, Profile, Store, WantedLine};
use domain::views::{Actor, Fault};
use server::adapters::clock::{Clock, new_uuid};
use server::storage::{Decide, IdempotencyKey, Loaded, LogError, Ran, Reply, Subject, Unit, Vault};
use uuid::Uuid;

/// From the store to every customer, in metres.
const DISTANCE_M: u32 = 500;

/// A bench with one store on it: the demo's first.
pub struct Town<B> {
    pub bench: B,
    pub store: StoreId,
    pub profile: Profile,
    item: ItemId,
    price: Won,
}

/// The actor of customers' commands.
pub fn customer(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(0xc0 << 64 | number))
}

pub fn key(scope: &str, key: &str, body: &str) -> IdempotencyKey {
    IdempotencyKey { scope: scope.to_owned(), key: key.to_owned(), body_hash: body.to_owned() }
}

impl<B: Bench> Town<B> {
    pub async fn open() -> Self {
        let (profile, menu, hours) = server::demo::world().unwrap().stores[0].clone();
        Self::open_store(B::fresh().await, profile, menu, hours).await
    }

    /// The same bench with one store more, its twin, where everything is ordered from now on.
    pub async fn with_another_store(self) -> Self {
        let (profile, menu, hours) = server::demo::world().unwrap().stores[0].clone();
        let profile = Profile { id: StoreId(Uuid::from_u128(0x57 << 64)), ..profile };
        Self::open_store(self.bench, profile, menu, hours).await
    }

    async fn open_store(bench: B, profile: Profile, menu: Menu, hours: Hours) -> Self {
        let item = menu.items().next().unwrap().clone();
        let town =
            Self { bench, store: profile.id, profile: profile.clone(), item: item.id, price: item.price };
        let register: Decide = Box::new(move |_, at| {
            let command = Command::Register {
                profile: Box::new(profile.clone()),
                menu: menu.clone(),
                hours: hours.clone(),
                at,
            };
            Ok(Store::default().decide(command)?.map(DomainEvent::Store))
        });
        town.run(town.unit(Subject::Store(town.store), register)).await.unwrap();
        town
    }

    pub fn ports(&self) -> Ports {
        self.bench.ports()
    }

    pub fn now(&self) -> Timestamp {
        self.bench.clock().now()
    }

    pub fn new_order(&self) -> OrderId {
        OrderId(new_uuid(self.now()))
    }

    /// A command of the system without a key.
    pub fn unit(&self, subject: Subject, decide: Decide) -> Unit {
        Unit {
            command: new_uuid(self.now()),
            actor: Actor::System,
            subject,
            key: None,
            completes: None,
            decide,
        }
    }

    /// A command about an order.
    pub fn about(
        &self,
        order: OrderId,
        decide: impl Fn(&Case, Timestamp) -> Result<Decision<DomainEvent>, CaseRefusal> + Send + Sync + 'static,
    ) -> Unit {
        let decide: Decide = Box::new(move |loaded, now| decide(&loaded.case, now).map_err(Fault::from));
        self.unit(Subject::Order(order), decide)
    }

    /// A command about the store.
    pub fn at_store(&self, command: impl Fn(Timestamp) -> Command + Send + Sync + 'static) -> Unit {
        let decide: Decide = Box::new(move |loaded, now| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(store.decide(command(now))?.map(DomainEvent::Store))
        });
        self.unit(Subject::Store(self.store), decide)
    }

    pub async fn execute(&self, unit: Unit) -> Result<Ran, LogError> {
        self.ports().log.execute(unit).await
    }

    pub async fn run(&self, unit: Unit) -> Ran {
        self.execute(unit).await.unwrap()
    }

    /// Units that wait for the writer together: while it is held up with another one, which changes nothing and is counted too.
    pub async fn run_together(&self, units: Vec<Unit>) -> Vec<Result<Ran, LogError>> {
        let pause = || tokio::time::sleep(std::time::Duration::from_millis(30));
        let log = self.ports().log;
        let held = self.bench.hold().await;
        let nothing: Decide = Box::new(|_, _| Err(Fault::NotFound));
        let nothing =
            Unit { actor: Actor::Customer(customer(1)), ..self.unit(Subject::Store(self.store), nothing) };
        let units = async {
            pause().await;
            futures::future::join_all(units.into_iter().map(|unit| log.execute(unit))).await
        };
        let release = async {
            pause().await;
            pause().await;
            drop(held);
        };
        let (nothing, answers, ()) = tokio::join!(log.execute(nothing), units, release);
        assert_eq!(nothing.unwrap(), Err(Fault::NotFound));
        answers
    }

    /// The placing of one piece of the first item by a customer.
    pub fn placing(&self, order: OrderId, customer: AccountId, sealed: Sealed) -> Unit {
        let fee = self.profile.fee_tiers[0].fee;
        let placing = Placing {
            order,
            customer,
            lines: vec![WantedLine { item: self.item, quantity: 1, choices: Vec::new() }],
            agreed: self.price.plus(fee).unwrap(),
            method: "tok_approve".to_owned(),
            distance_m: DISTANCE_M,
            cells: vec!["cell-of-the-store".to_owned(), "cell-of-the-customer".to_owned()],
            code: "0420".to_owned(),
            sealed,
            hold_minutes: None,
        };
        let decide: Decide = Box::new(move |loaded, now| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(loaded.case.place(store, placing.clone(), now)?)
        });
        Unit { actor: Actor::Customer(customer), ..self.unit(Subject::NewOrder(order, self.store), decide) }
    }

    pub fn plain_placing(&self, order: OrderId) -> Unit {
        self.placing(order, customer(1), Sealed("shut".to_owned()))
    }

    pub async fn place(&self) -> OrderId {
        self.place_for(customer(1)).await
    }

    pub async fn place_for(&self, customer: AccountId) -> OrderId {
        let order = self.new_order();
        self.run(self.placing(order, customer, Sealed("shut".to_owned()))).await.unwrap();
        order
    }

    /// The payment of an order, as the provider approved it.
    pub fn paying(&self, order: OrderId) -> Unit {
        self.about(order, |case, now| {
            let amount = case.placed()?.bill.total;
            let approved = ChargeOutcome::Approved { provider_id: "pay_1".to_owned(), amount };
            case.record_charge(Purpose::Order, approved, now, 10)
        })
    }

    /// The paid order's coming to the kitchen.
    pub fn receiving(&self, order: OrderId) -> Unit {
        let decide: Decide = Box::new(move |loaded: &Loaded, now| {
            Ok(loaded.case.receive(loaded.open_tickets, loaded.store.as_deref(), now)?)
        });
        self.unit(Subject::Order(order), decide)
    }

    pub async fn place_and_receive(&self) -> OrderId {
        let order = self.place().await;
        self.run(self.paying(order)).await.unwrap();
        self.run(self.receiving(order)).await.unwrap();
        order
    }

    /// Takes a received order on until riders can see it.
    pub async fn cook(&self, order: OrderId) {
        use domain::store::ticket::Command as T;
        self.run(self.about(order, |case, at| case.ask_ticket(T::Accept { minutes: 20, at }))).await.unwrap();
        self.run(self.about(order, |case, at| case.ask_ticket(T::Start { at }))).await.unwrap();
        self.run(self.about(order, |case, at| case.ask_ticket(T::Finish { at }))).await.unwrap();
        let fee = RiderFee { base: Won::new(2_500).unwrap(), per_100m: Won::new(80).unwrap() };
        let decide: Decide = Box::new(move |loaded, now| {
            Ok(loaded.case.offer_delivery(loaded.store.as_deref().unwrap(), fee, now)?)
        });
        self.run(self.unit(Subject::Order(order), decide)).await.unwrap();
    }

    /// A rider's claim.
    pub fn claiming(&self, order: OrderId, rider: AccountId) -> Unit {
        self.about(order, move |case, at| {
            let (on_duty, distance_m, radius_m) = (true, Some(10), 3_000);
            case.ask_delivery(domain::delivery::Command::Claim { rider, on_duty, distance_m, radius_m, at })
        })
    }

    pub async fn head(&self) -> u64 {
        self.ports().log.head().await.unwrap()
    }

    pub fn vault(&self) -> Vault {
        Vault::new(self.ports().keys)
    }
}

/// What nobody may read in the files.
pub fn personal() -> Personal {
    Personal {
        name: "홍갈매기".to_owned(),
        phone: "010-9753-8642".to_owned(),
        address: "서울 마포구 비밀길 97".to_owned(),
        address_detail: "비밀동 4321호".to_owned(),
        point: Point::new(37.512_345_6, 126.987_654_3),
        note_to_store: "피클은 빼 주세요".to_owned(),
        note_to_rider: "벨은 누르지 마세요".to_owned(),
    }
}

pub fn is_done(reply: &Ran) -> bool {
    matches!(reply, Ok(Reply { position, .. }) if *position > 0)
}
