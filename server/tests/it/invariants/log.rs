//! Who, what, when, how much: from the log.

use crate::city::{City, caller, key};
use crate::ledger::{LogRow, log_rows};
use domain::views::{Actor, MoneyMove, RiderAction, Shown, StoreDay, TicketAction, What, timeline_entry};
use server::storage::EventLog;
use std::collections::BTreeMap;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn invariant_8_every_event_names_its_order_and_its_command_and_the_timeline_is_the_log() {
    let city = City::open().await;
    let (customer, owner, rider) = (caller("customer1"), caller("owner1"), caller("rider1"));
    let done = city.order("tok_approve").await;
    let declined = city.order("tok_decline").await;
    city.until(declined, Shown::PaymentFailed).await;
    let rejected = city.order("tok_error").await;
    city.until(rejected, Shown::Received).await;
    city.kitchen(rejected, TicketAction::Reject { reason: "오늘은 바빠요".to_owned() }).await;
    city.backend.act_on_store(&owner, StoreDay::Pause { minutes: Some(30) }, &key()).await.unwrap();
    city.cook(done).await;
    city.kitchen_refuses(done).await;
    city.ride(done, RiderAction::Claim).await;
    city.ride(done, RiderAction::Arrive).await;
    city.ride(done, RiderAction::PickUp { number: None }).await;
    city.ride(done, RiderAction::Deliver { code: None }).await;
    city.backend.confirm_receipt(&customer, done, &key()).await.unwrap();
    city.until_view(rejected, |view| view.returned == view.taken).await;

    let rows = log_rows(&city).await;
    let mut commands: BTreeMap<&str, Vec<&LogRow>> = BTreeMap::new();
    for row in &rows {
        Uuid::parse_str(&row.correlation).unwrap();
        Uuid::parse_str(&row.causation).unwrap();
        if row.context == "store" {
            assert_eq!(row.correlation, row.causation, "{row:?}");
        } else {
            assert_eq!(row.correlation, row.stream, "{row:?}");
        }
        assert_ne!(row.causation, row.stream, "a command has an id of its own: {row:?}");
        commands.entry(&row.causation).or_default().push(row);
    }
    // What one command did lies together, and was done by one.
    for events in commands.values() {
        assert!(events.windows(2).all(|pair| {
            pair[1].position == pair[0].position + 1
                && pair[1].actor == pair[0].actor
                && pair[1].correlation == pair[0].correlation
        }));
    }
    let twice = commands.values().filter(|events| events.len() > 1).count();
    assert!(twice >= 3, "ticket and order are opened, and turned down, together");

    // The timeline is what the log says, entry by entry.
    for order in [done, declined, rejected] {
        let view = city.look(order).await;
        let events = city.log.events_of(order).await.unwrap();
        let told: Vec<_> = events.iter().filter_map(timeline_entry).collect();
        assert_eq!(view.timeline, told);
        assert!(told.windows(2).all(|pair| pair[0].position < pair[1].position && pair[0].at <= pair[1].at));
        let sum =
            |of: fn(MoneyMove) -> Option<u64>| told.iter().filter_map(|entry| of(entry.money?)).sum::<u64>();
        let taken = sum(|money| if let MoneyMove::Taken(won) = money { Some(won.get()) } else { None });
        let returned = sum(|money| if let MoneyMove::Returned(won) = money { Some(won.get()) } else { None });
        assert_eq!((view.taken.get(), view.returned.get(), view.owed.get()), (taken, returned, 0));
    }
    let id = |who: &domain::views::Caller| who.account.as_ref().unwrap().id;
    let (customer, owner, rider) =
        (Actor::Customer(id(&customer)), Actor::Owner(id(&owner)), Actor::Rider(id(&rider)));
    let told: Vec<(Actor, What)> =
        city.look(done).await.timeline.into_iter().map(|entry| (entry.by, entry.what)).collect();
    let by = domain::order::ConfirmedBy::Customer;
    assert_eq!(
        told,
        [
            (customer, What::Placed),
            (Actor::System, What::PaymentApproved),
            (Actor::System, What::Received),
            (owner, What::Accepted { minutes: 20 }),
            (owner, What::CookingStarted),
            (owner, What::CookingFinished),
            (Actor::System, What::Offered),
            (rider, What::Claimed),
            (rider, What::Arrived),
            (rider, What::PickedUp),
            (rider, What::Delivered),
            (customer, What::Completed { by }),
        ]
    );
    city.close().await;
}

impl City {
    /// A command that is refused leaves nothing in the timeline.
    async fn kitchen_refuses(&self, order: domain::shared::OrderId) {
        let owner = caller("owner1");
        self.backend
            .act_on_ticket(&owner, order, TicketAction::Delay { minutes: 5 }, &key())
            .await
            .unwrap_err();
    }
}
