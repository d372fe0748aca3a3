//! `kill -9` before and after each append and each outside call of every process: the order goes on to its end after the next start, and
//! the provider's own book says what its price is.

use super::{insist, look, until};
use crate::city::key;
use crate::files::{self, Charged};
use crate::people::{Basket, Field, Person, field, order_in};
use crate::process::Program;
use domain::shared::OrderId;
use domain::views::{OrderView, Shown};
use futures::StreamExt;
use reqwest::StatusCode;
use std::time::{Duration, Instant};

/// What is done with the order on whose way the server dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Story {
    /// From the menu to the doorstep.
    ToTheDoor,
    /// The store turns it down.
    TurnedDown,
    /// Changed to two pieces, then to the doorstep.
    Changed,
    /// The store does not answer within a minute.
    NotAnswered,
}

/// Every point, and the story on whose way it lies. The writer commits a few times while the server starts.
const POINTS: [(&str, Story); 26] = [
    ("charge.before_call=return", Story::ToTheDoor),
    ("charge.after_call=return", Story::ToTheDoor),
    ("charge.before_append=return", Story::ToTheDoor),
    ("charge.after_append=return", Story::ToTheDoor),
    ("receive.before_append=return", Story::ToTheDoor),
    ("receive.after_append=return", Story::ToTheDoor),
    ("offer_delivery.before_append=return", Story::ToTheDoor),
    ("offer_delivery.after_append=return", Story::ToTheDoor),
    ("cursor.before_append=return", Story::ToTheDoor),
    ("cursor.after_append=return", Story::ToTheDoor),
    ("writer.before_commit=4*off->return", Story::ToTheDoor),
    ("writer.after_commit=5*off->return", Story::ToTheDoor),
    ("refund.before_append=return", Story::TurnedDown),
    ("refund.after_append=return", Story::TurnedDown),
    ("give_back.before_call=return", Story::TurnedDown),
    ("give_back.after_call=return", Story::TurnedDown),
    ("give_back.before_append=return", Story::TurnedDown),
    ("give_back.after_append=return", Story::TurnedDown),
    ("charge_change.before_call=return", Story::Changed),
    ("charge_change.after_call=return", Story::Changed),
    ("charge_change.before_append=return", Story::Changed),
    ("charge_change.after_append=return", Story::Changed),
    ("apply_change.before_append=return", Story::Changed),
    ("apply_change.after_append=return", Story::Changed),
    ("timer.before_append=return", Story::NotAnswered),
    ("timer.after_append=return", Story::NotAnswered),
];

/// The people of a story, who ask again until they are answered.
struct People {
    customer: Person,
    owner: Person,
    rider: Person,
    basket: Basket,
}

impl People {
    async fn command(&self, who: &Person, path: &str, mut fields: Vec<Field>) {
        fields.push(field("key", key()));
        let (status, answer) = insist(who, path, &fields).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    }

    async fn place(&self) -> OrderId {
        let (status, answer) =
            insist(&self.customer, "/api/orders/place", &self.basket.form("tok_approve", &key())).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        order_in(&answer)
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
            assert!(since.elapsed() < super::PATIENCE, "{answer}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let view = look(&self.customer, order).await;
        self.command(&self.rider, "/api/rider/pick", with("number", view.line.number.as_str())).await;
        self.command(&self.rider, "/api/rider/deliver", with("code", &view.code)).await;
        self.command(&self.customer, "/api/orders/confirm", of()).await;
        until(&self.customer, order, Shown::Completed).await
    }

    async fn tell(&self, story: Story) -> (OrderId, Shown, Charged) {
        let order = self.place().await;
        let view = until(&self.customer, order, Shown::Received).await;
        let price = view.bill.total.get();
        match story {
            Story::ToTheDoor => {
                self.to_the_door(order).await;
                (order, Shown::Completed, Charged::once(price))
            }
            Story::TurnedDown => {
                let reason = vec![field("order", order), field("reason", "재료가 떨어졌어요")];
                self.command(&self.owner, "/api/owner/reject", reason).await;
                (order, Shown::Rejected, Charged::and_back(price))
            }
            Story::NotAnswered => {
                let since = Instant::now();
                while look(&self.customer, order).await.line.shown != Shown::TimedOut {
                    assert!(since.elapsed() < Duration::from_secs(150), "nothing has happened");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                (order, Shown::TimedOut, Charged::and_back(price))
            }
            Story::Changed => {
                let line = &view.bill.lines[0];
                let agreed = view.bill.total.plus(line.unit_price().unwrap()).unwrap();
                let change = vec![
                    field("order", order),
                    field("agreed", agreed.get()),
                    field("lines[0][item]", line.item),
                    field("lines[0][quantity]", 2),
                ];
                self.command(&self.customer, "/api/orders/change", change).await;
                let since = Instant::now();
                while look(&self.customer, order).await.bill.total != agreed {
                    assert!(since.elapsed() < super::PATIENCE, "the change does not come about");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                self.to_the_door(order).await;
                let total = Charged { approvals: 2, approved: agreed.get() as i64, ..Charged::default() };
                (order, Shown::Completed, total)
            }
        }
    }
}

async fn dies_at(point: &'static str, story: Story) {
    let folder = tempfile::tempdir().unwrap();
    let provider = folder.path().join("provider");
    let (sandbox, mut server) = tokio::task::block_in_place(|| {
        let sandbox = Program::pay_sandbox(&provider, &[]);
        let more = ["--payment-url", &sandbox.base, "--payment-timeout-ms", "2000"];
        let server = Program::serve(&folder.path().join("city"), &more);
        (sandbox, server)
    });
    let customer = Person::log_in(&server.base, "customer1").await;
    let basket = customer.basket().await;
    let owner = Person::log_in(&server.base, "owner1").await;
    let rider = Person::log_in(&server.base, "rider1").await;
    let people = People { customer, owner, rider, basket };
    if story == Story::NotAnswered {
        people.command(&people.owner, "/api/owner/answer-limit", vec![field("minutes", 1)]).await;
    }
    tokio::task::block_in_place(|| {
        server.stop();
        server.crash_at = Some(point.to_owned());
        server.again();
    });
    // It dies on the way, by itself, and is started again.
    let watched = tokio::task::spawn_blocking(move || {
        let (status, _) = server.ended(Duration::from_secs(120));
        assert_eq!(status.code(), None, "{point}: {status}");
        server.crash_at = None;
        server.again();
        server
    });
    let (order, shown, expected) = people.tell(story).await;
    let server = watched.await.unwrap();
    let view = until(&people.customer, order, shown).await;
    assert_eq!(view.line.shown, shown, "{point}");
    let since = Instant::now();
    loop {
        let charged = files::provider(&provider.join("pay-sandbox.db")).await.get(&order).copied();
        if charged == Some(expected) {
            break;
        }
        assert!(since.elapsed() < super::PATIENCE, "{point}: {charged:?}, not {expected:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop((server, sandbox));
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_11_after_kill_9_at_every_step_of_every_process_the_order_goes_on_and_the_money_is_right() {
    let tests = futures::stream::iter(POINTS).map(|(point, story)| tokio::spawn(dies_at(point, story)));
    tests.buffer_unordered(4).for_each(|ended| async { ended.unwrap() }).await;
}

/// A point that somebody has added, and that no story of ours comes to, is untested.
#[test]
fn every_point_is_on_the_way_of_a_story() {
    let mut found = std::collections::BTreeSet::new();
    for (_, source) in crate::house::sources("server/src") {
        for (start, _) in source.match_indices("crash::at(") {
            let call = source[start..].split(';').next().unwrap();
            let words: Vec<&str> = call.split('"').skip(1).step_by(2).collect();
            found.insert(words.last().unwrap().to_string());
        }
    }
    let known: std::collections::BTreeSet<String> = POINTS
        .iter()
        .map(|(point, _)| *point)
        // Those have stories of their own, without an order's saga.
        .chain(crate::webhooks::POINTS)
        .map(|point| point.split('=').next().unwrap().split('.').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(found, known);
}
