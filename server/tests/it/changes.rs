//! Changing an order: its money, and what may come between.

use crate::city::{City, caller, key, repeats, typed, won};
use crate::ledger::{Kept, count, kept, kinds, until_keeps};
use crate::people::Person;
use domain::order::{self, ChangeOutcome};
use domain::processes::CaseRefusal;
use domain::shared::{OrderId, Won};
use domain::store::{WantedLine, ticket};
use domain::views::{Fault, OrderView, PlaceOrder, Shown, TicketAction, TimelineEntry, What};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// So many pieces of what was ordered, and what that costs.
async fn pieces(city: &City, order: OrderId, quantity: u32) -> (Vec<WantedLine>, Won) {
    let form = city.backend.change_form(&caller("customer1"), order).await.unwrap();
    let lines: Vec<_> =
        form.bill.lines.iter().map(|line| WantedLine { quantity, ..line.as_wanted() }).collect();
    let price = form.price(&lines).unwrap();
    (lines, price)
}

async fn change(city: &City, order: OrderId, quantity: u32) -> Result<(), Fault> {
    let (lines, price) = pieces(city, order, quantity).await;
    city.backend.change_order(&caller("customer1"), order, lines, price, &key()).await
}

fn quantity(view: &OrderView) -> u32 {
    view.bill.lines[0].quantity
}

/// A received order of two pieces.
async fn two_pieces(city: &City, card: &str) -> OrderId {
    let customer = caller("customer1");
    let one = city.checkout_of(&customer, card).await;
    let lines = vec![WantedLine { quantity: 2, ..one.lines[0].clone() }];
    let menu = city.backend.menu(&customer, one.store).await.unwrap();
    let piece = menu.menu.item(lines[0].item).unwrap().price;
    let order = PlaceOrder { lines, agreed: one.agreed.plus(piece).unwrap(), typed: typed(card), ..one };
    let order = city.backend.place_order(&customer, order).await.unwrap();
    city.until(order, Shown::Received).await;
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dearer_change_is_approved_first_and_a_cheaper_one_pays_back_and_the_kitchen_sees_both() {
    let city = City::open().await;
    let order = two_pieces(&city, "tok_approve").await;
    let before = city.look(order).await.bill.total;
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    change(&city, order, 3).await.unwrap();
    let view = city.until_view(order, |view| quantity(view) == 3).await;
    assert_eq!((view.line.shown, view.change, view.taken), (Shown::Accepted, None, view.bill.total));
    let dearer = view.bill.total.get();
    assert_eq!(kept(&city, order).await, Kept { approvals: 2, approved: dearer as i64, ..Kept::NOTHING });
    let card = city.backend.board(&caller("owner1")).await.unwrap().tickets.remove(0);
    assert_eq!((card.revision, card.lines[0].quantity, card.before[0].quantity), (1, 3, 2));

    change(&city, order, 1).await.unwrap();
    let view = city.until_view(order, |view| view.owed.is_zero() && quantity(view) == 1).await;
    let left = view.taken.minus(view.returned).unwrap();
    assert_eq!((view.line.shown, left), (Shown::Accepted, view.bill.total));
    assert!(view.bill.total < before);
    let card = city.backend.board(&caller("owner1")).await.unwrap().tickets.remove(0);
    assert_eq!((card.revision, card.lines[0].quantity, card.before[0].quantity), (2, 1, 3));

    // Nothing else, and another's.
    let nothing = order::Refusal::NothingChanges;
    assert_eq!(change(&city, order, 1).await, Err(Fault::Refused(CaseRefusal::Order(nothing))));
    let (lines, price) = pieces(&city, order, 2).await;
    let others = city.backend.change_order(&caller("customer2"), order, lines.clone(), price, &key()).await;
    assert_eq!(others, Err(Fault::NotFound));
    // Another price than the one that was seen.
    let wrong = city.backend.change_order(&caller("customer1"), order, lines, won(1), &key()).await;
    assert_eq!(wrong, Err(Fault::Refused(CaseRefusal::PriceChanged { now: price })));

    let (lines, price) = pieces(&city, order, 2).await;
    city.kitchen(order, TicketAction::Start).await;
    let late = Fault::Refused(CaseRefusal::Ticket(ticket::Refusal::CookingStarted));
    let changed = city.backend.change_order(&caller("customer1"), order, lines, price, &key()).await;
    assert_eq!(changed, Err(late.clone()));
    // The form is not even shown.
    assert_eq!(city.backend.change_form(&caller("customer1"), order).await.unwrap_err(), late);
    city.close().await;
}

/// A city whose provider is slow: a change can be overtaken.
async fn slow() -> City {
    City::open_with(|config| config.payment_timeout = Duration::from_millis(300)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_4_what_comes_between_leaves_order_and_money_as_they_were() {
    let city = slow().await;
    let price = |view: &OrderView| view.bill.total.get();
    // The provider keeps silent about the difference, and cooking starts.
    let order = two_pieces(&city, "tok_no_answer").await;
    let before = price(&city.look(order).await);
    change(&city, order, 3).await.unwrap();
    assert_eq!(change(&city, order, 1).await.unwrap_err().status(), 409, "one change at a time");
    city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
    city.kitchen(order, TicketAction::Start).await;
    let view = city.until_view(order, |view| view.change.is_none() && view.owed.is_zero()).await;
    let outcome = ChangeOutcome::CookingStarted;
    let applied_first = quantity(&view) == 3;
    if !applied_first {
        assert!(view.timeline.iter().any(|entry| entry.what == What::ChangeAbandoned { outcome }));
        assert_eq!(price(&view), before);
    }
    until_keeps(&city, order, price(&view)).await;

    // The customer cancels while a change is under way: everything goes back.
    let order = two_pieces(&city, "tok_no_answer").await;
    change(&city, order, 4).await.unwrap();
    city.backend.cancel_order(&caller("customer1"), order, &key()).await.unwrap();
    city.until(order, Shown::Cancelled).await;
    let is_abandoned = |what: &What| matches!(what, What::ChangeAbandoned { .. });
    city.until_view(order, |view| view.timeline.iter().any(|entry| is_abandoned(&entry.what))).await;
    until_keeps(&city, order, 0).await;
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_that_nobody_approves_in_time_leaves_the_order_as_it_was() {
    let city = City::open().await;
    // This card wants its customer each time, who does nothing about the difference.
    let asked = two_pieces_waiting(&city).await;
    city.kitchen(asked, TicketAction::Accept { minutes: 60 }).await;
    let before = city.look(asked).await.bill;
    change(&city, asked, 3).await.unwrap();
    let view = city.until_view(asked, |view| view.pay_url.is_some()).await;
    assert!(view.change.is_some());
    city.clock.forward(11);
    let view = city.until_view(asked, |view| view.change.is_none()).await;
    let expired = What::ChangeAbandoned { outcome: ChangeOutcome::Expired };
    assert!(view.timeline.iter().any(|entry| entry.what == expired), "{:#?}", view.timeline);
    assert_eq!((view.line.shown, view.bill, view.pay_url), (Shown::Accepted, before, None));
    city.close().await;
}

/// A received order of two pieces whose card wants its customer each time.
async fn two_pieces_waiting(city: &City) -> OrderId {
    let customer = caller("customer1");
    let one = city.checkout_of(&customer, "tok_needs_customer").await;
    let lines = vec![WantedLine { quantity: 2, ..one.lines[0].clone() }];
    let menu = city.backend.menu(&customer, one.store).await.unwrap();
    let piece = menu.menu.item(lines[0].item).unwrap().price;
    let order = PlaceOrder { lines, agreed: one.agreed.plus(piece).unwrap(), ..one };
    let order = city.backend.place_order(&customer, order).await.unwrap();
    let view = city.until_view(order, |view| view.pay_url.is_some()).await;
    let person = Person::log_in(&city.base(), "customer1").await;
    person.decide(&view.pay_url.unwrap(), "approve").await;
    city.until(order, Shown::Received).await;
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_that_the_customer_declines_leaves_the_order_as_it_was_and_takes_nothing() {
    let city = City::open().await;
    let order = two_pieces_waiting(&city).await;
    city.kitchen(order, TicketAction::Accept { minutes: 60 }).await;
    let before = city.look(order).await.bill;
    let price = before.total;
    change(&city, order, 3).await.unwrap();
    let asked = city.until_view(order, |view| view.pay_url.is_some()).await;
    assert!(asked.change.is_some());
    let customer = Person::log_in(&city.base(), "customer1").await;
    customer.decide(&asked.pay_url.unwrap(), "decline").await;
    let view = city.until_view(order, |view| view.change.is_none()).await;
    let given_up = |entry: &&TimelineEntry| matches!(entry.what, What::ChangeAbandoned { .. });
    let given_up: Vec<_> = view.timeline.iter().filter(given_up).map(|entry| &entry.what).collect();
    assert_eq!(given_up, [&What::ChangeAbandoned { outcome: ChangeOutcome::Declined }]);
    assert_eq!((view.line.shown, view.bill, view.pay_url), (Shown::Accepted, before, None));
    // Nothing was taken for the difference, and nothing is to go back.
    assert_eq!((view.taken, view.owed, view.returned), (price, Won::ZERO, Won::ZERO));
    assert_eq!(kept(&city, order).await, Kept::price(price.get()));
    assert_eq!(count(&city, order, "ChangeApplied").await, 0);
    let card = city.backend.board(&caller("owner1")).await.unwrap().tickets.remove(0);
    assert_eq!((card.order, card.revision, card.lines[0].quantity), (order, 0, 2));
    // The customer's page says so.
    let (status, page) = customer.page(&format!("/orders/{order}")).await;
    assert_eq!(status, 200);
    let (_, said) = page.split_once("data-change=\"abandoned\"").unwrap_or_else(|| panic!("{page}"));
    let said = said.split("</section>").next().unwrap();
    for sentence in ["마지막 변경은 반영되지 않았어요", "차액이 승인되지 않아 메뉴를 바꾸지 못했어요"]
    {
        assert!(said.contains(sentence), "{said}");
    }
    // The order goes on, and can be changed again.
    change(&city, order, 1).await.unwrap();
    let view = city.until_view(order, |view| quantity(view) == 1 && view.owed.is_zero()).await;
    assert_eq!(view.taken.minus(view.returned), Ok(view.bill.total));
    city.close().await;
}

/// Who is answered first where changes and starts of cooking race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    /// A change: the starts wait for its answer, and meet the other changes and its payment.
    Change,
    /// A start: the changes wait for its answer.
    Start,
    /// Whoever comes first.
    Anybody,
}

/// What the customer heard of so many wishes for one change.
#[derive(Debug, Default)]
struct Heard {
    accepted: usize,
    /// The same change is under way already, or holds.
    not_first: usize,
    /// Cooking has started.
    too_late: usize,
}

impl Heard {
    /// Nobody hears anything else, and nobody that something has failed.
    fn of(answers: &[Result<(), Fault>]) -> Self {
        let mut heard = Self::default();
        for answer in answers {
            match answer {
                Ok(()) => heard.accepted += 1,
                Err(Fault::Refused(CaseRefusal::Order(
                    order::Refusal::ChangeUnderWay | order::Refusal::NothingChanges,
                ))) => heard.not_first += 1,
                Err(Fault::Refused(CaseRefusal::Ticket(ticket::Refusal::CookingStarted))) => {
                    heard.too_late += 1;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        heard
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_change_and_a_cooking_start_that_race_the_order_is_one_or_the_other() {
    const EACH: usize = 100;
    let city = City::open().await;
    let (mut accepted, mut too_late) = (0, 0);
    // Each of the three at least once; a cheaper change, which holds at once, in turn with a dearer one, which is approved first.
    for round in 0..repeats().max(3) {
        let first = [First::Anybody, First::Change, First::Start][round % 3];
        let wanted = 1 + 2 * (round as u32 % 2);
        let order = two_pieces(&city, "tok_approve").await;
        city.kitchen(order, TicketAction::Accept { minutes: 20 }).await;
        let (lines, price) = pieces(&city, order, wanted).await;
        let together = Arc::new(Barrier::new(EACH * 2));
        // The first answer to those who go first lets the others go.
        let answered = CancellationToken::new();
        let (mut changes, mut starts) = (JoinSet::new(), JoinSet::new());
        for _ in 0..EACH {
            let (backend, gate, go, lines) =
                (Arc::clone(&city.backend), Arc::clone(&together), answered.clone(), lines.clone());
            changes.spawn(async move {
                gate.wait().await;
                if first == First::Start {
                    go.cancelled().await;
                }
                let heard = backend.change_order(&caller("customer1"), order, lines, price, &key()).await;
                if first == First::Change {
                    go.cancel();
                }
                heard
            });
            let (backend, gate, go) = (Arc::clone(&city.backend), Arc::clone(&together), answered.clone());
            starts.spawn(async move {
                gate.wait().await;
                if first == First::Change {
                    go.cancelled().await;
                }
                let heard =
                    backend.act_on_ticket(&caller("owner1"), order, TicketAction::Start, &key()).await;
                if first == First::Start {
                    go.cancel();
                }
                heard
            });
        }
        let (changes, starts) = (changes.join_all().await, starts.join_all().await);
        assert!(starts.iter().all(Result::is_ok), "cooking never waits for a change: {starts:?}");
        let heard = Heard::of(&changes);
        let told = format!("round {round}, {first:?} first, {wanted} pieces: {heard:?}");
        // Once one is accepted, the same change is under way, or holds, until cooking has started.
        assert!(heard.accepted == 1 || heard.too_late == EACH, "{told}");
        match first {
            First::Change => assert_eq!(heard.accepted, 1, "{told}"),
            First::Start => assert_eq!(heard.too_late, EACH, "{told}"),
            First::Anybody => {}
        }
        (accepted, too_late) = (accepted + heard.accepted, too_late + heard.too_late);

        let view =
            city.until_view(order, |view| view.change.is_none() && view.line.shown == Shown::Cooking).await;
        let log = kinds(&city, order).await;
        let logged = |kind: &str| log.iter().filter(|known| *known == kind).count();
        let place = |kind: &str| log.iter().position(|known| known == kind);
        assert_eq!((logged("CookingStarted"), logged("ChangeRequested")), (1, heard.accepted), "{told}");
        // What was accepted holds, or cooking has overtaken it, and nothing else has come of it.
        let (applied, abandoned) = (logged("ChangeApplied"), logged("ChangeAbandoned"));
        assert_eq!(applied + abandoned, heard.accepted, "{told}: {log:?}");
        let overtaken = What::ChangeAbandoned { outcome: ChangeOutcome::CookingStarted };
        assert_eq!(view.timeline.iter().filter(|entry| entry.what == overtaken).count(), abandoned, "{told}");
        assert!(
            place("ChangeApplied").is_none_or(|place_of_it| Some(place_of_it) < place("CookingStarted")),
            "{told}: {log:?}"
        );
        assert_eq!(quantity(&view), if applied == 1 { wanted } else { 2 }, "{told}");
        let board = city.backend.board(&caller("owner1")).await.unwrap();
        let card = board.tickets.iter().find(|card| card.order == order).unwrap();
        assert_eq!(card.lines, view.bill.lines, "the kitchen cooks what is paid");
        until_keeps(&city, order, view.bill.total.get()).await;
        city.kitchen(order, TicketAction::Finish).await;
    }
    assert!(accepted > 0 && too_late > 0, "{accepted} accepted, {too_late} too late: nothing has raced");
    city.close().await;
}
