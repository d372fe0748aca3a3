//! From an event to the phone.

use super::double::{Mood, Provider};
use super::town::{CUSTOMER, FOREIGNER, How, PATIENTLY, PHONE, RIDER, Town, until};
use domain::notification::{Recipient, Template as T};
use domain::order::CancelledBy;
use domain::shared::Timestamp;
use server::adapters::breaker::BreakerSettings;
use server::adapters::clock::Clock as _;
use server::storage::{
    DeadLetterNotice, KeptNotice, LogError, NewNotice, NoticeId, Outbox, Posted, WaitingNotice,
};
use std::sync::Arc;
use std::time::Duration;

/// What the customer of an order that goes well is told.
const WELL: [T; 9] = [
    T::OrderPlaced,
    T::OrderReceived,
    T::OrderAccepted,
    T::CookingStarted,
    T::FoodReady,
    T::RiderAssigned,
    T::OnTheWay,
    T::Delivered,
    T::Completed,
];

/// The templates that arrived on a phone, in their order.
fn arrived(provider: &Provider, phone: &str) -> Vec<String> {
    provider.delivered().into_iter().filter(|sent| sent.to == phone).map(|sent| sent.template).collect()
}

fn ids(locale: &str, templates: &[T]) -> Vec<String> {
    templates.iter().map(|template| format!("{locale}-{}", template.slug())).collect()
}

#[tokio::test]
async fn every_change_of_state_is_told_once_in_order_and_in_the_readers_language() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    town.send(&provider, PATIENTLY);
    for customer in [CUSTOMER, FOREIGNER] {
        let order = town.place(customer).await;
        town.pay(order).await;
        town.deliver(order).await;
    }
    town.settled().await;
    assert_eq!(arrived(&provider, PHONE), ids("ko", &WELL));
    assert_eq!(arrived(&provider, "01000000002"), ids("en", &WELL));
    // Both owners have it on their phones; the rider has none, and reads it in the inbox.
    let store =
        [T::StoreNewOrder, T::StoreRiderAssigned, T::StoreRiderHere, T::StorePickedUp, T::StoreCompleted];
    for owner in ["01000000011", "01000000012"] {
        let mut told = arrived(&provider, owner);
        assert_eq!(told.len(), 10, "of two orders");
        told.truncate(1);
        assert_eq!(told, ids("ko", &store[..1]));
    }
    assert_eq!(town.told(Recipient::Rider(RIDER)).await, [T::RiderCompleted; 2]);
    assert_eq!(town.told(Recipient::Customer(CUSTOMER)).await, WELL);
    assert_eq!(town.states().await, [("kept".to_owned(), 2), ("sent".to_owned(), 18 + 10)]);
    // The provider's template says what the program would.
    let first = &provider.delivered()[0];
    assert!(first.talk && first.text.starts_with("[배달] "), "{first:?}");
    assert!(first.text.contains("주문을 넣었어요. 금액은 ₩"), "{first:?}");
}

#[tokio::test]
async fn where_kakaotalk_does_not_arrive_the_text_message_says_the_same() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    town.send(&provider, PATIENTLY);
    let order = town.place(CUSTOMER).await;
    town.settled().await;
    provider.usually(Mood::NoTalk);
    let again = town.place(CUSTOMER).await;
    town.settled().await;
    let sent = provider.delivered();
    assert_eq!(sent.iter().map(|sent| sent.talk).collect::<Vec<_>>(), [true, false]);
    // The orders' numbers are all that differs.
    let number = |order: domain::shared::OrderId| domain::shared::OrderNumber::of(order.0).to_string();
    assert_eq!(sent[0].text.replace(&number(order), ""), sent[1].text.replace(&number(again), ""));
}

#[tokio::test]
async fn a_notice_is_tried_again_until_it_is_taken_and_those_after_it_wait() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    provider.then(&[Mood::Status(500), Mood::Status(503), Mood::Status(429)]);
    town.send(&provider, PATIENTLY);
    let order = town.place(CUSTOMER).await;
    town.about(order, |case, now| case.cancel(CancelledBy::Customer, now)).await;
    town.settled().await;
    assert_eq!(arrived(&provider, PHONE), ids("ko", &[T::OrderPlaced, T::OrderCancelled]));
    assert_eq!(provider.asked(), 5);
}

#[tokio::test]
async fn after_the_last_try_a_notice_is_the_operators_who_has_it_sent_again() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    provider.usually(Mood::Status(500));
    town.send(&provider, How { attempts: 3, ..PATIENTLY });
    town.place(CUSTOMER).await;
    town.settled().await;
    let dead = town.outbox.dead(10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].attempts, dead[0].doc.template), (3, T::OrderPlaced));
    assert!(dead[0].error.contains("HTTP 500"), "{}", dead[0].error);
    assert_eq!((provider.asked(), provider.delivered()), (3, Vec::new()));

    provider.usually(Mood::Talk);
    assert!(town.outbox.revive_notice(dead[0].id, town.clock.now()).await.unwrap());
    assert!(
        !town.outbox.revive_notice(dead[0].id, town.clock.now()).await.unwrap(),
        "it is being sent already"
    );
    town.wake();
    town.settled().await;
    assert_eq!(arrived(&provider, PHONE), ids("ko", &[T::OrderPlaced]));
    assert_eq!(town.outbox.dead(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_refusal_that_will_not_change_is_not_tried_again_and_holds_up_nothing() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    provider.then(&[Mood::Refuse("ValidationError")]);
    town.send(&provider, PATIENTLY);
    let order = town.place(CUSTOMER).await;
    town.about(order, |case, now| case.cancel(CancelledBy::Customer, now)).await;
    town.settled().await;
    assert_eq!(arrived(&provider, PHONE), ids("ko", &[T::OrderCancelled]));
    let dead = town.outbox.dead(10).await.unwrap();
    assert_eq!(dead.iter().map(|dead| dead.attempts).collect::<Vec<_>>(), [1]);
    assert_eq!(provider.asked(), 2);
}

/// An outbox that forgets what became of the first notice, as a crash does between the sending and the noting.
struct Forgetful(Arc<dyn Outbox>);

#[async_trait::async_trait]
impl Outbox for Forgetful {
    async fn keep(&self, cursor: &str, to: u64, notices: &[NewNotice]) -> Result<(), LogError> {
        self.0.keep(cursor, to, notices).await
    }
    async fn inbox(
        &self,
        to: Recipient,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<KeptNotice>, LogError> {
        self.0.inbox(to, before, limit).await
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<WaitingNotice>, LogError> {
        self.0.due(now, limit).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, LogError> {
        self.0.next_due().await
    }
    async fn note(&self, _: NoticeId, _: Posted) -> Result<(), LogError> {
        std::future::pending().await
    }
    async fn dead(&self, limit: u32) -> Result<Vec<DeadLetterNotice>, LogError> {
        self.0.dead(limit).await
    }
    async fn keep_waiting(&self) -> Result<(), LogError> {
        self.0.keep_waiting().await
    }
    async fn revive_notice(&self, id: NoticeId, now: Timestamp) -> Result<bool, LogError> {
        self.0.revive_notice(id, now).await
    }
    async fn forget_notices_before(&self, moment: Timestamp) -> Result<(), LogError> {
        self.0.forget_notices_before(moment).await
    }
}

#[tokio::test]
async fn a_crash_between_sending_and_noting_sends_it_again_and_the_inbox_shows_it_once() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    let forgetful = Arc::new(Forgetful(Arc::clone(&town.outbox)));
    town.send_through(&provider, PATIENTLY, forgetful);
    town.place(CUSTOMER).await;
    until("it has arrived", async || Ok(provider.delivered().len() == 1)).await;
    let mut town = town.restart().await;
    assert_eq!(town.states().await, [("waiting".to_owned(), 1)]);
    town.send(&provider, PATIENTLY);
    town.settled().await;
    let sent = provider.delivered();
    assert_eq!(sent.len(), 2, "at least once");
    assert_eq!(sent[0], sent[1], "the provider's records show that it is the same");
    assert_eq!(town.told(Recipient::Customer(CUSTOMER)).await, [T::OrderPlaced]);
    assert_eq!(town.states().await, [("sent".to_owned(), 1)]);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_waited_for() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    provider.then(&[Mood::Lost]);
    town.send(&provider, How { patience: Duration::from_millis(500), ..PATIENTLY });
    town.place(CUSTOMER).await;
    town.settled().await;
    assert_eq!(provider.delivered().len(), 2, "it is not known whether the first one was taken");
}

#[tokio::test]
async fn orders_go_side_by_side_and_never_more_than_the_bulkhead_lets_through() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    for _ in 0..30 {
        town.place(CUSTOMER).await;
    }
    town.send(&provider, How { calls: 4, ..PATIENTLY });
    town.settled().await;
    assert_eq!(provider.delivered().len(), 30);
    assert_eq!(provider.most_at_a_time(), 4);
}

#[tokio::test]
async fn while_the_provider_is_down_nothing_is_given_up_and_all_arrives_afterwards() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    provider.usually(Mood::Status(503));
    let breaker = BreakerSettings { failures: 2, open: Duration::from_millis(50) };
    town.send(&provider, How { attempts: 6, calls: 2, breaker, ..PATIENTLY });
    for _ in 0..10 {
        town.place(CUSTOMER).await;
    }
    until("the breaker has opened", async || Ok(provider.asked() >= 2)).await;
    provider.usually(Mood::Talk);
    town.settled().await;
    assert_eq!(town.states().await, [("sent".to_owned(), 10)]);
}

#[tokio::test]
async fn a_wrong_key_costs_no_notice_its_life_at_once() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    // It is turned away at the door, and nothing is wrong with the notice: it gets all its tries.
    town.send(&provider.with_secret("another one"), How { attempts: 3, ..PATIENTLY });
    town.place(CUSTOMER).await;
    town.settled().await;
    let dead = town.outbox.dead(10).await.unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 3));
    assert!(dead[0].error.contains("SignatureDoesNotMatch"), "{}", dead[0].error);
    // The key is put right, and the operator has it sent again.
    let mut town = town.restart().await;
    town.send(&provider, PATIENTLY);
    town.outbox.revive_notice(dead[0].id, town.clock.now()).await.unwrap();
    town.wake();
    town.settled().await;
    assert_eq!(arrived(&provider, PHONE), ids("ko", &[T::OrderPlaced]));
}

/// Notices that wait: those of two orders, whose provider was down when the server stopped.
async fn left_waiting(town: &mut Town, provider: &Provider) {
    provider.usually(Mood::Status(503));
    let breaker = BreakerSettings { failures: 1, open: Duration::from_secs(3_600) };
    let asked = provider.asked();
    town.send(provider, How { breaker, ..PATIENTLY });
    town.place(CUSTOMER).await;
    town.place(FOREIGNER).await;
    until("both wait, and were tried", async || {
        Ok(town.states().await.contains(&("waiting".to_owned(), 2)) && provider.asked() > asked)
    })
    .await;
    town.stop().await;
    provider.usually(Mood::Talk);
}

#[tokio::test]
async fn what_waits_when_notices_go_to_the_inbox_alone_is_not_sent_some_day() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    left_waiting(&mut town, &provider).await;
    let mut town = town.restart().await;
    town.keep();
    until("they are kept", async || Ok(town.states().await == [("kept".to_owned(), 2)])).await;
    // Set again, what is new is sent, and nothing else.
    let mut town = town.restart().await;
    town.send(&provider, PATIENTLY);
    let order = town.place(CUSTOMER).await;
    town.settled().await;
    assert_eq!(provider.delivered().len(), 1);
    town.about(order, |case, now| case.cancel(CancelledBy::Customer, now)).await;
    town.settled().await;
    assert_eq!(arrived(&provider, PHONE), ids("ko", &[T::OrderPlaced, T::OrderCancelled]));
    assert_eq!(town.states().await, [("kept".to_owned(), 2), ("sent".to_owned(), 2)]);
}

#[tokio::test]
async fn what_is_no_news_any_more_is_not_sent_unless_the_operator_wants_it() {
    let (mut town, provider) = (Town::new().await, Provider::start().await);
    provider.then(&[Mood::Refuse("ValidationError")]);
    town.send(&provider, PATIENTLY);
    town.place(CUSTOMER).await;
    town.settled().await;
    town.stop().await;
    left_waiting(&mut town, &provider).await;
    let left = provider.asked();
    let mut town = town.restart().await;
    town.clock.forward(61);
    town.send(&provider, PATIENTLY);
    town.settled().await;
    assert_eq!((provider.asked(), provider.delivered().len()), (left, 0));
    assert_eq!(town.states().await, [("dead".to_owned(), 1), ("kept".to_owned(), 2)]);
    assert_eq!(town.told(Recipient::Customer(FOREIGNER)).await, [T::OrderPlaced]);
    // A wish is news from the moment on when it was made.
    let dead = town.outbox.dead(10).await.unwrap();
    assert!(town.outbox.revive_notice(dead[0].id, town.clock.now()).await.unwrap());
    town.wake();
    town.settled().await;
    assert_eq!(arrived(&provider, PHONE), ids("ko", &[T::OrderPlaced]));
}
