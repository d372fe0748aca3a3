//! What is done with an order on whose way the server dies, by people who ask again until they are answered.

use super::{PATIENCE, insist, look, until};
use crate::city::key;
use crate::files::{self, Charged};
use crate::people::{Basket, Field, Person, field, order_in};
use domain::shared::OrderId;
use domain::store::WantedLine;
use domain::views::{MenuView, OrderView, Shown};
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
    /// By a card that wants its customer, who pays at the provider's page; then to the doorstep.
    PaidAtProvider,
    /// By a card that is declined.
    Declined,
    /// The kitchen is full.
    OverCapacity,
    /// Changed from two pieces to one, then to the doorstep.
    MadeCheaper,
    /// The rider has an accident on the way.
    Accident,
    /// The operator gives it up on the way, and the price goes back.
    GivenUp,
    /// Handed over, and the customer does not confirm that within a minute.
    NotConfirmed,
}

impl Story {
    fn card(self) -> &'static str {
        match self {
            Story::FirstCallFails | Story::ChangedAndFirstCallFails => "tok_error",
            Story::CalledOffAndTaken => "tok_no_answer",
            Story::PaidAtProvider => "tok_needs_customer",
            Story::Declined => "tok_decline",
            _ => "tok_approve",
        }
    }

    /// As what the order ends.
    pub(super) const fn end(self) -> Shown {
        match self {
            Story::ToTheDoor
            | Story::FirstCallFails
            | Story::Changed
            | Story::ChangedAndFirstCallFails
            | Story::PaidAtProvider
            | Story::MadeCheaper
            | Story::NotConfirmed => Shown::Completed,
            Story::TurnedDown | Story::GivenBackByHand => Shown::Rejected,
            Story::NotAnswered => Shown::TimedOut,
            Story::CalledOff | Story::CalledOffAndTaken | Story::ChangeCalledOff => Shown::Cancelled,
            Story::Declined => Shown::PaymentFailed,
            Story::OverCapacity => Shown::OverCapacity,
            Story::Accident | Story::GivenUp => Shown::DeliveryFailed,
        }
    }

    /// Whether it waits for a timer, a minute at least.
    pub(super) const fn takes_long(self) -> bool {
        matches!(self, Story::NotAnswered | Story::NotConfirmed)
    }

    /// The settings of its city.
    pub(super) const fn settings(self) -> &'static [&'static str] {
        match self {
            Story::NotConfirmed => &["--confirm-minutes", "1"],
            _ => &[],
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
    /// Where one is needed.
    operator: Option<Person>,
    basket: Basket,
    /// The provider's address.
    provider: String,
    /// Of city and provider.
    folder: PathBuf,
}

impl People {
    pub(super) async fn meet(base: &str, provider: &str, folder: &Path, story: Story) -> Self {
        let customer = Person::log_in(base, "customer1").await;
        let basket = customer.basket().await;
        let operator = match story {
            Story::GivenUp => Some(Person::log_in(base, "operator").await),
            _ => None,
        };
        Self {
            owner: Person::log_in(base, "owner1").await,
            rider: Person::log_in(base, "rider1").await,
            operator,
            customer,
            basket,
            provider: provider.to_owned(),
            folder: folder.to_owned(),
        }
    }

    /// What is done before the server is one that dies.
    pub(super) async fn prepare(&self, story: Story) {
        match story {
            Story::NotAnswered => {
                self.command(&self.owner, "/api/owner/answer-limit", vec![field("minutes", 1)]).await;
            }
            Story::OverCapacity => {
                self.command(&self.owner, "/api/owner/capacity", vec![field("capacity", 0)]).await;
            }
            _ => {}
        }
    }

    async fn command(&self, who: &Person, path: &str, mut fields: Vec<Field>) {
        fields.push(field("key", key()));
        let (status, answer) = insist(who, path, &fields).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    }

    async fn place(&self, card: &str) -> OrderId {
        self.order(&self.basket, card).await
    }

    async fn order(&self, basket: &Basket, card: &str) -> OrderId {
        let (status, answer) = insist(&self.customer, "/api/orders/place", &basket.form(card, &key())).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        order_in(&answer)
    }

    /// Orders two pieces.
    async fn place_two(&self, card: &str) -> OrderId {
        let Basket { store, line, agreed } = self.basket.clone();
        let (_, menu) = insist(&self.customer, "/api/store/menu", &[field("store", store)]).await;
        let menu: MenuView = serde_json::from_value(menu).unwrap();
        let piece = menu.menu.item(line.item).unwrap().price;
        let line = WantedLine { quantity: 2, ..line };
        self.order(&Basket { store, line, agreed: agreed.plus(piece).unwrap() }, card).await
    }

    /// Pays at the provider's page, to which the order's own leads.
    async fn pay_at_provider(&self, order: OrderId) {
        let since = Instant::now();
        let page = loop {
            if let Some(page) = look(&self.customer, order).await.pay_url {
                break page;
            }
            assert!(since.elapsed() < PATIENCE, "nobody is asked to pay");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let path = page.strip_prefix(self.provider.as_str()).unwrap();
        let browser = Person::stranger(&self.provider);
        assert_eq!(browser.decide(path, "approve").await.status(), StatusCode::SEE_OTHER);
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

    /// Wants so many pieces instead; answers what that costs.
    async fn change(&self, view: &OrderView, quantity: u32) -> u64 {
        let line = &view.bill.lines[0];
        let piece = line.unit_price().unwrap().get();
        let agreed = view.bill.total.get() - piece * u64::from(line.quantity) + piece * u64::from(quantity);
        let change = vec![
            field("order", view.line.order),
            field("agreed", agreed),
            field("lines[0][item]", line.item),
            field("lines[0][quantity]", quantity),
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

    /// Takes a received order to the rider, who is on the way with it then.
    async fn to_the_rider(&self, order: OrderId) -> OrderView {
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
        view
    }

    /// Takes a received order to the customer.
    async fn to_the_customer(&self, order: OrderId) {
        let code = self.to_the_rider(order).await.code;
        let fields = vec![field("order", order), field("code", code)];
        self.command(&self.rider, "/api/rider/deliver", fields).await;
    }

    /// Takes a received order to its end.
    async fn to_the_door(&self, order: OrderId) {
        self.to_the_customer(order).await;
        self.command(&self.customer, "/api/orders/confirm", vec![field("order", order)]).await;
        until(&self.customer, order, Shown::Completed).await;
    }

    /// Waits for more than a minute, until a timer has ended the order.
    async fn until_time_is_over(&self, order: OrderId, end: Shown) {
        let since = Instant::now();
        while look(&self.customer, order).await.line.shown != end {
            assert!(since.elapsed() < Duration::from_secs(150), "nothing has happened");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Tells a story: the order, and what the provider's book says of it in the end.
    pub(super) async fn tell(&self, story: Story) -> (OrderId, Charged) {
        match story {
            Story::CalledOff => {
                self.provider_is("hang").await;
                let order = self.place(story.card()).await;
                until(&self.customer, order, Shown::AwaitingPayment).await;
                self.cancel(order).await;
                self.provider_is("normal").await;
                (order, Charged::default())
            }
            Story::CalledOffAndTaken => {
                let order = self.place(story.card()).await;
                self.until_taken(order).await;
                self.cancel(order).await;
                let price = look(&self.customer, order).await.bill.total.get();
                (order, Charged::and_back(price))
            }
            Story::Declined => (self.place(story.card()).await, Charged::default()),
            Story::OverCapacity => {
                (self.place(story.card()).await, Charged::and_back(self.basket.agreed.get()))
            }
            _ => {
                let order = match story {
                    Story::MadeCheaper => self.place_two(story.card()).await,
                    _ => self.place(story.card()).await,
                };
                if story == Story::PaidAtProvider {
                    self.pay_at_provider(order).await;
                }
                let view = until(&self.customer, order, Shown::Received).await;
                (order, self.in_the_kitchen(story, &view).await)
            }
        }
    }

    /// What comes after the payment, when the kitchen has the order.
    async fn in_the_kitchen(&self, story: Story, view: &OrderView) -> Charged {
        let (order, price) = (view.line.order, view.bill.total.get());
        match story {
            Story::ToTheDoor | Story::FirstCallFails | Story::PaidAtProvider => {
                self.to_the_door(order).await;
                Charged::once(price)
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
                Charged::and_back(price)
            }
            Story::NotAnswered => {
                self.until_time_is_over(order, Shown::TimedOut).await;
                Charged::and_back(price)
            }
            Story::NotConfirmed => {
                self.to_the_customer(order).await;
                self.until_time_is_over(order, Shown::Completed).await;
                Charged::once(price)
            }
            Story::Accident => {
                self.to_the_rider(order).await;
                let accident = vec![field("order", order), field("reason", "accident")];
                self.command(&self.rider, "/api/rider/fail", accident).await;
                Charged::and_back(price)
            }
            Story::GivenUp => {
                self.to_the_rider(order).await;
                let end =
                    vec![field("order", order), field("reason", "도로가 통제됐어요"), field("refund", "yes")];
                let operator = self.operator.as_ref().unwrap();
                self.command(operator, "/api/operator/give-up", end).await;
                Charged::and_back(price)
            }
            Story::Changed | Story::ChangedAndFirstCallFails | Story::MadeCheaper => {
                let agreed = self.change(view, if story == Story::MadeCheaper { 1 } else { 2 }).await;
                let since = Instant::now();
                while look(&self.customer, order).await.bill.total.get() != agreed {
                    assert!(since.elapsed() < PATIENCE, "the change does not come about");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                self.to_the_door(order).await;
                if story == Story::MadeCheaper {
                    Charged { cancels: 1, cancelled: (price - agreed) as i64, ..Charged::once(price) }
                } else {
                    Charged { approvals: 2, approved: agreed as i64, ..Charged::default() }
                }
            }
            Story::ChangeCalledOff => {
                self.provider_is("hang").await;
                self.change(view, 2).await;
                self.until_change_tried().await;
                self.cancel(order).await;
                self.provider_is("normal").await;
                Charged::and_back(price)
            }
            Story::CalledOff | Story::CalledOffAndTaken | Story::Declined | Story::OverCapacity => {
                unreachable!("it does not come to the kitchen")
            }
        }
    }
}
