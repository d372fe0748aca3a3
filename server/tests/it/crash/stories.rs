//! What is done with an order on whose way the server dies, by people who ask again until they are answered.

use super::{PATIENCE, insist, look, until};
use crate::city::key;
use crate::files::{self, Charged};
use crate::people::{Basket, Field, Person, field, order_in};
use domain::shared::OrderId;
use domain::views::{OrderView, Shown};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What is done with the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Story {
    /// From the menu to the doorstep.
    ToTheDoor,
    /// The same by a card whose first call fails.
    FirstCallFails,
    /// The store turns it down.
    TurnedDown,
    /// The same, and somebody has given the money back at the provider already: the refund is refused there.
    GivenBackByHand,
    /// Changed to two pieces, then to the doorstep.
    Changed,
    /// The same by a card whose first call fails.
    ChangedAndFirstCallFails,
    /// The store does not answer within a minute.
    NotAnswered,
    /// Cancelled while it is held and the provider says nothing; it has taken nothing.
    CalledOff,
    /// Cancelled before the provider's answer, which is lost; it has taken the money.
    CalledOffAndTaken,
    /// Cancelled while the provider says nothing about the difference of a change; it has taken the price of the order alone.
    ChangeCalledOff,
}

impl Story {
    fn card(self) -> &'static str {
        match self {
            Story::FirstCallFails | Story::ChangedAndFirstCallFails => "tok_error",
            Story::CalledOffAndTaken => "tok_no_answer",
            _ => "tok_approve",
        }
    }

    /// How long the provider's answer is waited for.
    pub(super) fn payment_timeout_ms(self) -> &'static str {
        // The customer cancels meanwhile, also on a busy machine.
        if self == Story::CalledOffAndTaken { "8000" } else { "2000" }
    }
}

/// The people of a story.
pub(super) struct People {
    pub(super) customer: Person,
    owner: Person,
    rider: Person,
    basket: Basket,
    /// The provider's address.
    provider: String,
    /// Of city and provider.
    folder: PathBuf,
}

impl People {
    pub(super) async fn meet(base: &str, provider: &str, folder: &Path) -> Self {
        let customer = Person::log_in(base, "customer1").await;
        let basket = customer.basket().await;
        Self {
            owner: Person::log_in(base, "owner1").await,
            rider: Person::log_in(base, "rider1").await,
            customer,
            basket,
            provider: provider.to_owned(),
            folder: folder.to_owned(),
        }
    }

    /// What is done before the server is one that dies.
    pub(super) async fn prepare(&self, story: Story) {
        if story == Story::NotAnswered {
            self.command(&self.owner, "/api/owner/answer-limit", vec![field("minutes", 1)]).await;
        }
    }

    async fn command(&self, who: &Person, path: &str, mut fields: Vec<Field>) {
        fields.push(field("key", key()));
        let (status, answer) = insist(who, path, &fields).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    }

    async fn place(&self, card: &str) -> OrderId {
        let (status, answer) =
            insist(&self.customer, "/api/orders/place", &self.basket.form(card, &key())).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        order_in(&answer)
    }

    async fn cancel(&self, order: OrderId) {
        self.command(&self.customer, "/api/orders/cancel", vec![field("order", order)]).await;
    }

    /// Has the provider be like this from now on.
    async fn provider_is(&self, mode: &str) {
        let answer = self.ask_provider("/control", "", json!({ "mode": mode })).await;
        assert_eq!(answer["ok"], true, "{answer}");
    }

    async fn ask_provider(&self, path: &str, key: &str, body: Value) -> Value {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let post = http.post(format!("{}{path}", self.provider)).header("idempotency-key", key);
        post.json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// Waits until the provider has taken the money for an order; answers its id of the payment.
    async fn until_taken(&self, order: OrderId) -> String {
        let since = Instant::now();
        let book = self.folder.join("provider/pay-sandbox.db");
        while files::provider(&book).await.get(&order).is_none_or(|charged| charged.approvals != 1) {
            assert!(since.elapsed() < PATIENCE, "nothing is taken");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let url = format!("{}/v1/payments?key={order}:charge", self.provider);
        let payment: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        payment["id"].as_str().unwrap().to_owned()
    }

    /// Wants two pieces instead; answers what that costs.
    async fn change(&self, view: &OrderView) -> u64 {
        let line = &view.bill.lines[0];
        let agreed = view.bill.total.plus(line.unit_price().unwrap()).unwrap().get();
        let change = vec![
            field("order", view.line.order),
            field("agreed", agreed),
            field("lines[0][item]", line.item),
            field("lines[0][quantity]", 2),
        ];
        self.command(&self.customer, "/api/orders/change", change).await;
        agreed
    }

    /// Waits until a change was asked for at the provider in vain.
    async fn until_change_tried(&self) {
        let log = self.folder.join("city/baedal.db");
        let tried = "SELECT count(*) FROM work WHERE step LIKE '%charge_change%' AND attempts > 0";
        let since = Instant::now();
        while files::number(&log, tried).await == 0 {
            assert!(since.elapsed() < PATIENCE, "the provider is not asked");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Takes a received order to its end.
    async fn to_the_door(&self, order: OrderId) -> OrderView {
        let of = || vec![field("order", order)];
        let with = |name: &str, value: &str| vec![field("order", order), field(name, value)];
        self.command(&self.owner, "/api/owner/accept", with("minutes", "20")).await;
        self.command(&self.owner, "/api/owner/start", of()).await;
        self.command(&self.owner, "/api/owner/finish", of()).await;
        until(&self.customer, order, Shown::Ready).await;
        let since = Instant::now();
        loop {
            let (status, answer) =
                insist(&self.rider, "/api/rider/claim", &[field("order", order), field("key", key())]).await;
            if status == StatusCode::OK {
                break;
            }
            // It is not offered yet.
            assert!(since.elapsed() < PATIENCE, "{answer}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let view = look(&self.customer, order).await;
        self.command(&self.rider, "/api/rider/pick", with("number", view.line.number.as_str())).await;
        self.command(&self.rider, "/api/rider/deliver", with("code", &view.code)).await;
        self.command(&self.customer, "/api/orders/confirm", of()).await;
        until(&self.customer, order, Shown::Completed).await
    }

    /// Tells a story: the order, as what it ends, and what the provider's book says of it then.
    pub(super) async fn tell(&self, story: Story) -> (OrderId, Shown, Charged) {
        match story {
            Story::CalledOff => {
                self.provider_is("hang").await;
                let order = self.place(story.card()).await;
                until(&self.customer, order, Shown::AwaitingPayment).await;
                self.cancel(order).await;
                self.provider_is("normal").await;
                (order, Shown::Cancelled, Charged::default())
            }
            Story::CalledOffAndTaken => {
                let order = self.place(story.card()).await;
                self.until_taken(order).await;
                self.cancel(order).await;
                let price = look(&self.customer, order).await.bill.total.get();
                (order, Shown::Cancelled, Charged::and_back(price))
            }
            _ => {
                let order = self.place(story.card()).await;
                let view = until(&self.customer, order, Shown::Received).await;
                let (shown, charged) = self.after_payment(story, &view).await;
                (order, shown, charged)
            }
        }
    }

    /// What comes after the payment.
    async fn after_payment(&self, story: Story, view: &OrderView) -> (Shown, Charged) {
        let (order, price) = (view.line.order, view.bill.total.get());
        match story {
            Story::ToTheDoor | Story::FirstCallFails => {
                self.to_the_door(order).await;
                (Shown::Completed, Charged::once(price))
            }
            Story::TurnedDown | Story::GivenBackByHand => {
                if story == Story::GivenBackByHand {
                    let payment = self.until_taken(order).await;
                    let cancel = format!("/v1/payments/{payment}/cancel");
                    let answer = self.ask_provider(&cancel, "by-hand", json!({})).await;
                    assert_eq!(answer["cancel"]["amount"], price, "{answer}");
                }
                let reason = vec![field("order", order), field("reason", "재료가 떨어졌어요")];
                self.command(&self.owner, "/api/owner/reject", reason).await;
                (Shown::Rejected, Charged::and_back(price))
            }
            Story::NotAnswered => {
                let since = Instant::now();
                while look(&self.customer, order).await.line.shown != Shown::TimedOut {
                    assert!(since.elapsed() < Duration::from_secs(150), "nothing has happened");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                (Shown::TimedOut, Charged::and_back(price))
            }
            Story::Changed | Story::ChangedAndFirstCallFails => {
                let agreed = self.change(view).await;
                let since = Instant::now();
                while look(&self.customer, order).await.bill.total.get() != agreed {
                    assert!(since.elapsed() < PATIENCE, "the change does not come about");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                self.to_the_door(order).await;
                let total = Charged { approvals: 2, approved: agreed as i64, ..Charged::default() };
                (Shown::Completed, total)
            }
            Story::ChangeCalledOff => {
                self.provider_is("hang").await;
                self.change(view).await;
                self.until_change_tried().await;
                self.cancel(order).await;
                self.provider_is("normal").await;
                (Shown::Cancelled, Charged::and_back(price))
            }
            Story::CalledOff | Story::CalledOffAndTaken => unreachable!("it is not paid"),
        }
    }
}
