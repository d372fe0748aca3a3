//! From an event to the program of somebody else.

mod care;
mod queue;
mod signed;

use super::receiver::{Came, Mood, Receiver};
use super::town::{CUSTOMER, FOREIGNER, RIDER, Town, until};
use domain::notification::Recipient;
use domain::order::CancelledBy;
use domain::shared::{AccountId, OrderId, WebhookId};
use domain::webhook::PauseReason;
use server::adapters::clock::{Clock, SystemClock, new_uuid, random_bytes};
use server::adapters::webhooks::{Courier, Door, Patience, SystemLookup};
use server::processes::webhooks::{CatchingUp, Listening, NAME, WebhookReader, WebhookSender};
use server::storage::{EventLog as _, KeyStore, NewWebhook, Vault, Webhooks};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const OWNER: AccountId = AccountId(Uuid::from_u128(0xB1));
const OTHER_OWNER: AccountId = AccountId(Uuid::from_u128(0xB2));
const QUICK: Patience = Patience { connect: Duration::from_secs(1), whole: Duration::from_millis(500) };

/// A town whose webhooks are sent.
pub(super) struct Post {
    pub(super) town: Town,
    pub(super) store: Arc<dyn Webhooks>,
    vault: Vault,
    listening: Arc<Listening>,
    sender: Arc<Notify>,
    behind: Arc<Notify>,
    running: Option<(CancellationToken, Vec<JoinHandle<()>>)>,
}

impl Post {
    pub(super) async fn new() -> Self {
        Self::of(Town::new().await).await
    }

    async fn of(town: Town) -> Self {
        let store: Arc<dyn Webhooks> = Arc::new(town.log.clone());
        let keys: Arc<dyn KeyStore> = Arc::new(town.log.clone());
        let listening = Arc::new(Listening::new(store.listening().await.unwrap()));
        let (sender, behind) = (Arc::default(), Arc::default());
        Self { town, store, vault: Vault::new(keys), listening, sender, behind, running: None }
    }

    /// Starts reader, sender and what catches up.
    pub(super) fn run(&mut self, patience: Patience) {
        let stop = CancellationToken::new();
        let log: Arc<dyn server::storage::EventLog> = Arc::new(self.town.log.clone());
        let clock: Arc<dyn Clock> = Arc::clone(&self.town.clock) as _;
        let (store, sender) = (&self.store, &self.sender);
        let courier = Courier::new(Door::new(true, Arc::new(SystemLookup)), patience).unwrap();
        let reader = WebhookReader::new(
            Arc::clone(&log),
            Arc::clone(store),
            Arc::clone(&self.town.tail),
            Arc::clone(&self.listening),
            Arc::clone(sender),
        );
        let behind = CatchingUp::new(
            log,
            Arc::clone(store),
            Arc::clone(&clock),
            Arc::clone(&self.behind),
            Arc::clone(sender),
        );
        let sending =
            WebhookSender::new(Arc::clone(store), self.vault.clone(), courier, clock, Arc::clone(sender));
        let tasks = vec![
            tokio::spawn(reader.run(stop.clone())),
            tokio::spawn(behind.run(stop.clone())),
            tokio::spawn(sending.run(stop.clone())),
        ];
        self.running = Some((stop, tasks));
    }

    pub(super) async fn stop(&mut self) {
        if let Some((stop, tasks)) = self.running.take() {
            stop.cancel();
            for task in tasks {
                task.await.unwrap();
            }
        }
    }

    /// Everything stops, and starts anew on the same files.
    async fn restart(mut self) -> Self {
        self.stop().await;
        let Self { town, .. } = self;
        let mut post = Self::of(town.restart().await).await;
        post.run(QUICK);
        post
    }

    /// Registers a webhook; answers its secret.
    pub(super) async fn register(
        &self,
        account: AccountId,
        recipient: Recipient,
        receiver: &Receiver,
        path: &str,
    ) -> (WebhookId, [u8; 32]) {
        let id = WebhookId(new_uuid(SystemClock.now()));
        let plain = random_bytes();
        let secret = self.vault.seal_secret(account, id.0, &plain).await.unwrap();
        let (url, host) = (format!("{}/{path}", receiver.url), receiver.host());
        self.listening.add(recipient);
        let new =
            NewWebhook { id, account, recipient, url, host, secret, at: SystemClock.now(), token: None };
        self.store.register(new, None).await.unwrap();
        self.behind.notify_one();
        (id, plain)
    }

    pub(super) async fn customer(&self, receiver: &Receiver, path: &str) -> WebhookId {
        self.register(CUSTOMER, Recipient::Customer(CUSTOMER), receiver, path).await.0
    }

    pub(super) fn store_recipient(&self) -> Recipient {
        Recipient::Store(self.town.profile.id)
    }

    /// Lets time go by for the sender.
    fn forward(&self, minutes: u32) {
        self.town.clock.forward(minutes);
        self.sender.notify_one();
    }

    /// Until everything that can be sent was sent.
    pub(super) async fn settled(&self) {
        until("everything is sent", async || {
            let read = self.town.log.cursor(NAME).await?;
            let waiting: (i64,) =
                sqlx::query_as("SELECT COUNT(*) FROM webhook_letters WHERE state = 'waiting'")
                    .fetch_one(&self.town.pool)
                    .await?;
            let behind = self.store.behind().await?;
            // What says nothing to anybody moves no cursor.
            Ok(waiting.0 == 0 && behind.iter().all(|one| one.position >= read))
        })
        .await;
    }

    /// Orders something that is paid, and cancelled.
    async fn cancelled(&self, customer: AccountId) -> OrderId {
        let order = self.town.place(customer).await;
        self.town.about(order, |case, now| case.cancel(CancelledBy::Customer, now)).await;
        order
    }
}

async fn until_came(receiver: &Receiver, many: usize) {
    until("enough has come", async || Ok(receiver.came().len() >= many)).await;
}

/// Nothing more comes.
async fn stays(receiver: &Receiver, many: usize) {
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        receiver.came().len(),
        many,
        "{:?}",
        receiver.came().iter().map(Came::kind).collect::<Vec<_>>()
    );
}

/// What a customer is told of an order that goes well.
const WELL: [&str; 12] = [
    "order.placed",
    "payment.approved",
    "order.received",
    "order.accepted",
    "order.cooking_started",
    "order.cooking_finished",
    "delivery.offered",
    "delivery.assigned",
    "delivery.rider_arrived",
    "delivery.picked_up",
    "delivery.delivered",
    "order.completed",
];

#[tokio::test]
async fn everybody_is_told_of_their_own_once_and_in_order() {
    let mut post = Post::new().await;
    let receiver = Receiver::start().await;
    post.customer(&receiver, "customer").await;
    post.register(FOREIGNER, Recipient::Customer(FOREIGNER), &receiver, "foreigner").await;
    post.register(OWNER, post.store_recipient(), &receiver, "store").await;
    post.register(RIDER, Recipient::Rider(RIDER), &receiver, "rider").await;
    post.run(QUICK);
    let mut orders = HashMap::new();
    for customer in [CUSTOMER, FOREIGNER] {
        let order = post.town.place(customer).await;
        post.town.pay(order).await;
        post.town.deliver(order).await;
        orders.insert(customer, order.to_string());
    }
    post.cancelled(CUSTOMER).await;
    until("all has come", async || Ok(receiver.came().len() >= 14 + 12 + 20 + 8)).await;
    post.settled().await;

    let of_customer = receiver.taken("customer");
    let mine: Vec<_> = of_customer.iter().filter(|came| came.order() == orders[&CUSTOMER]).collect();
    assert_eq!(mine.iter().map(|came| came.kind()).collect::<Vec<_>>(), WELL);
    assert_eq!(of_customer.len(), 14, "and the one that was cancelled before it was paid");
    assert!(of_customer.iter().all(|came| came.order() != orders[&FOREIGNER]));
    let foreigners = receiver.taken("foreigner");
    assert_eq!(receiver.kinds("foreigner"), WELL);
    assert!(foreigners.iter().all(|came| came.order() == orders[&FOREIGNER]));

    let of_store = receiver.taken("store");
    for order in orders.values() {
        let told: Vec<_> = of_store.iter().filter(|came| came.order() == *order).map(Came::kind).collect();
        assert_eq!(told, [&["order.received"], &WELL[3..]].concat());
    }
    assert_eq!(of_store.len(), 20, "an order that is not paid never reaches a store (invariant 1)");
    let rides: Vec<_> = receiver.taken("rider").iter().map(Came::kind).collect();
    assert_eq!(rides.len(), 8);
    assert_eq!(rides.iter().filter(|kind| *kind == "delivery.assigned").count(), 2);

    // Each once, under the id of its event, later ones later; and nothing of anybody's.
    for path in ["customer", "foreigner", "store", "rider"] {
        let mut last = HashMap::new();
        for came in receiver.taken(path) {
            let json = came.json();
            let position = json["position"].as_u64().unwrap();
            assert_eq!(
                (json["id"].as_str(), came.id()),
                (Some(came.id()), format!("evt_{position}").as_str())
            );
            assert!(last.insert(came.order(), position).is_none_or(|earlier| earlier < position), "{path}");
            let text = String::from_utf8(came.body.clone()).unwrap();
            for secret in ["shut", "0420", "tok_approve", "김하늘", &CUSTOMER.to_string(), &RIDER.to_string()]
            {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
    post.stop().await;
}

#[tokio::test]
async fn a_failing_message_holds_back_its_own_order_and_is_given_up_in_the_end() {
    let mut post = Post::new().await;
    let receiver = Receiver::start().await;
    let id = post.customer(&receiver, "hook").await;
    post.run(QUICK);
    receiver.usually(Mood::Status(500));
    let first = post.town.place(CUSTOMER).await;
    receiver.for_order(first, Mood::Status(500));
    receiver.usually(Mood::Take);
    // The order of its first event is placed already: it goes on with the next.
    post.town.about(first, |case, now| case.cancel(CancelledBy::Customer, now)).await;
    let other = post.cancelled(CUSTOMER).await;
    let of = |order: OrderId| {
        let came = receiver.came().into_iter().filter(move |came| came.order() == order.to_string());
        came.collect::<Vec<_>>()
    };
    until("the other order is told", async || {
        Ok(receiver.taken("hook").iter().filter(|came| came.order() == other.to_string()).count() == 2)
    })
    .await;
    until("the first was tried", async || Ok(!of(first).is_empty())).await;
    // By the receiver's clock nothing is due for five seconds.
    let mut tried = of(first).len();
    let mut minutes = 0;
    for step in [1, 1, 2, 7, 27, 107, 427, 450, 450, 450] {
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(of(first).len(), tried, "it is not tried before its time");
        post.forward(step);
        minutes += step;
        until("it is tried again", async || Ok(of(first).len() > tried)).await;
        tried = of(first).len();
    }
    assert!((24 * 60..38 * 60).contains(&minutes), "{minutes} minutes");
    until("it is given up", async || Ok(post.store.given_up(Some(id), 10).await?.len() == 1)).await;
    assert!(tried >= 11, "{tried}");
    let ids: Vec<_> = of(first).iter().map(|came| came.id().to_owned()).collect();
    assert!(ids[..11].iter().all(|one| *one == ids[0]), "one message, under one id: {ids:?}");
    assert!(ids[11..].iter().all(|one| *one != ids[0]), "then the one behind it: {ids:?}");
    assert_eq!(post.store.given_up(None, 10).await.unwrap()[0].attempts, 11);
    let view = post.store.webhook(id).await.unwrap().unwrap();
    assert!(view.failing_since.is_some() && view.error == "HTTP 500: no", "{view:?}");

    // Those behind it go on, and it is sent once more when somebody wants it.
    receiver.for_order(first, Mood::Take);
    post.forward(1);
    until("the next one goes on", async || {
        Ok(receiver.kinds("hook").iter().filter(|kind| *kind == "order.cancelled").count() == 2)
    })
    .await;
    post.store.revive_letters(id, None, post.town.clock.now(), None).await.unwrap();
    post.sender.notify_one();
    post.settled().await;
    let taken = receiver.taken("hook");
    assert_eq!(
        taken.last().map(|came| (came.kind(), came.id().to_owned())),
        Some(("order.placed".to_owned(), ids[0].clone()))
    );
    assert_eq!(post.store.given_up(None, 10).await.unwrap(), []);
    assert_eq!(post.store.webhook(id).await.unwrap().unwrap().failing_since, None);
    post.stop().await;
}

#[tokio::test]
async fn whatever_is_no_2xx_is_tried_again_and_a_redirect_is_not_followed() {
    let mut post = Post::new().await;
    let receiver = Receiver::start().await;
    post.customer(&receiver, "hook").await;
    let stall = Mood::Stall(Duration::from_secs(30));
    let moods = [Mood::Redirect, Mood::HangUp, stall, Mood::Status(404)];
    receiver.then(&moods);
    post.run(QUICK);
    let order = post.town.place(CUSTOMER).await;
    for (index, minutes) in [1, 1, 2, 7].into_iter().enumerate() {
        until_came(&receiver, index + 1).await;
        until("it is noted", async || {
            let tried: (i64,) = sqlx::query_as("SELECT MAX(attempts) FROM webhook_letters")
                .fetch_one(&post.town.pool)
                .await?;
            Ok(tried.0 == index as i64 + 1)
        })
        .await;
        post.forward(minutes);
    }
    post.settled().await;
    assert_eq!(receiver.kinds("hook"), ["order.placed"]);
    let ids: Vec<_> = receiver.came().iter().map(|came| came.id().to_owned()).collect();
    assert_eq!((ids.len(), ids.iter().all(|id| *id == ids[0])), (5, true));
    assert!(receiver.came().iter().all(|came| came.path == "hook" && came.order() == order.to_string()));
    post.stop().await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_until_it_goes_on_and_then_everything() {
    let mut post = Post::new().await;
    let receiver = Receiver::start().await;
    let id = post.customer(&receiver, "hook").await;
    receiver.then(&[Mood::Status(410)]);
    post.run(QUICK);
    let order = post.town.place(CUSTOMER).await;
    until("it is paused", async || {
        Ok(post.store.webhook(id).await?.unwrap().paused == Some(PauseReason::Gone))
    })
    .await;
    post.town.pay(order).await;
    post.town.deliver(order).await;
    stays(&receiver, 1).await;
    // Also over a start.
    let mut post = post.restart().await;
    stays(&receiver, 1).await;
    post.store.resume(id, None, None).await.unwrap();
    post.behind.notify_one();
    until("everything has come", async || Ok(receiver.taken("hook").len() >= 12)).await;
    post.settled().await;
    assert_eq!(receiver.kinds("hook"), WELL);
    // It follows the reader again.
    until("it follows", async || Ok(post.store.webhook(id).await?.unwrap().behind.is_none())).await;
    post.cancelled(CUSTOMER).await;
    until("the next one comes", async || Ok(receiver.taken("hook").len() >= 14)).await;
    post.stop().await;
}

#[tokio::test]
async fn what_happened_is_sent_again_from_a_position_with_the_same_ids_and_bodies() {
    let mut post = Post::new().await;
    let receiver = Receiver::start().await;
    let id = post.customer(&receiver, "hook").await;
    post.run(QUICK);
    let orders = [post.town.place(CUSTOMER).await, post.town.place(CUSTOMER).await];
    for order in orders {
        post.town.pay(order).await;
        post.town.deliver(order).await;
    }
    until("all has come", async || Ok(receiver.taken("hook").len() >= 24)).await;
    post.settled().await;
    let first = receiver.taken("hook");
    assert_eq!(first.len(), 24);
    let from = first.iter().map(|came| came.json()["position"].as_u64().unwrap()).min().unwrap();
    // From after the first one; what happens meanwhile comes after it, in its order.
    post.store.replay(id, from, None).await.unwrap();
    post.behind.notify_one();
    post.cancelled(CUSTOMER).await;
    until("again", async || Ok(receiver.taken("hook").len() >= 24 + 23 + 2)).await;
    post.settled().await;
    let all = receiver.taken("hook");
    assert_eq!(all.len(), 49);
    for order in orders.map(|order| order.to_string()) {
        let of = |came: &[Came]| {
            let own = came.iter().filter(|came| came.order() == order).cloned();
            own.map(|came| (came.id().to_owned(), came.body)).collect::<Vec<_>>()
        };
        let (once, twice) = (of(&first), of(&all[24..]));
        let missing = once.len() - twice.len();
        assert!(missing <= 1, "all but what came before the position");
        assert_eq!(once[missing..], twice);
    }
    let view = post.store.webhook(id).await.unwrap().unwrap();
    assert_eq!((view.waiting, view.dead), (0, 0));
    assert!(view.position > from);
    post.stop().await;
}
