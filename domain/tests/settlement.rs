//! 정산: every end of an order, and where its money belongs.

mod common;

use common::{at, bill, offered, opened, placed, rider, won};
use domain::delivery::{self, FailReason};
use domain::order::{self, CancelledBy, ConfirmedBy, PaymentFailure, RejectReason};
use domain::payment::{self, Purpose, RefundReason};
use domain::processes::{Case, DomainEvent, Takings};
use domain::shared::{DAY_MS, Timestamp};
use domain::store::ticket;
use domain::views::{Owed, SettlementView};

use delivery::Event as D;
use order::Event as O;
use payment::Event as P;
use ticket::Event as T;

const KEY: &str = "order:1";

fn approved(pieces: u32) -> DomainEvent {
    let (key, provider_id) = (KEY.to_owned(), "pay-1".to_owned());
    let (purpose, amount) = (Purpose::Order, bill(pieces).total);
    DomainEvent::Payment(P::PaymentApproved { key, purpose, provider_id, amount, at: at(1) })
}

fn refund_asked(amount: u64, reason: RefundReason) -> DomainEvent {
    let (key, provider_id) = (format!("{KEY}:refund:0"), "pay-1".to_owned());
    DomainEvent::Payment(P::RefundRequested { key, provider_id, amount: won(amount), reason, at: at(10) })
}

fn refunded(amount: u64) -> DomainEvent {
    let key = format!("{KEY}:refund:0");
    DomainEvent::Payment(P::PaymentRefunded { key, amount: won(amount), at: at(11) })
}

fn refund_failed() -> DomainEvent {
    let key = format!("{KEY}:refund:0");
    DomainEvent::Payment(P::RefundFailed { key, attempts: 1, refused: false, at: at(11) })
}

/// Placed; its price is 23,000 won, of which the food is 20,000.
fn new() -> Vec<DomainEvent> {
    vec![DomainEvent::Order(O::OrderPlaced(placed()))]
}

fn paid() -> Vec<DomainEvent> {
    let received = O::OrderReceived { at: at(1) };
    with(new(), [approved(1), DomainEvent::Ticket(T::TicketOpened(opened())), DomainEvent::Order(received)])
}

/// The rider gets 3,220 won.
fn ready() -> Vec<DomainEvent> {
    let cooked = [
        T::TicketAccepted { minutes: 25, ready_at: at(25), at: at(2) },
        T::CookingStarted { at: at(3) },
        T::CookingFinished { at: at(4) },
    ];
    let offered = DomainEvent::Delivery(D::DeliveryOffered(Box::new(offered())));
    with(paid(), cooked.map(DomainEvent::Ticket).into_iter().chain([offered]))
}

fn on_the_way() -> Vec<DomainEvent> {
    let rider = rider(1);
    let events = [D::DeliveryClaimed { rider, at: at(5) }, D::DeliveryPickedUp { rider, at: at(6) }];
    with(ready(), events.map(DomainEvent::Delivery))
}

fn with(
    mut before: Vec<DomainEvent>,
    more: impl IntoIterator<Item = impl Into<DomainEvent>>,
) -> Vec<DomainEvent> {
    before.extend(more.into_iter().map(Into::into));
    before
}

fn case(events: &[DomainEvent]) -> Case {
    let mut case = Case::default();
    events.iter().for_each(|event| case.apply(event));
    case
}

fn cancelled() -> DomainEvent {
    DomainEvent::Order(O::OrderCancelled { by: CancelledBy::Customer, reason: String::new(), at: at(9) })
}

fn confirmed() -> DomainEvent {
    DomainEvent::Order(O::ReceiptConfirmed { by: ConfirmedBy::Customer, at: at(9) })
}

fn given_up(refund: bool) -> DomainEvent {
    DomainEvent::Order(O::OrderUndeliverable { refund, reason: "도로 통제".to_owned(), at: at(9) })
}

fn rejected(reason: RejectReason) -> DomainEvent {
    DomainEvent::Order(O::OrderRejected { reason, at: at(9) })
}

/// Paid, given back, owed back, store, rider, platform, in won; `None` where no money belongs to anybody.
type Row = Option<(u64, u64, u64, u64, u64, i64)>;

#[test]
fn every_end_of_an_order_says_where_its_money_belongs() {
    let delivered = D::DeliveryDelivered { rider: rider(1), at: at(8) };
    let missed = D::DeliveryFailed { rider: Some(rider(1)), reason: FailReason::CustomerAbsent, at: at(8) };
    let (delivered, missed) = (DomainEvent::Delivery(delivered), DomainEvent::Delivery(missed));
    let back = |amount, reason| [refund_asked(amount, reason), refunded(amount)];
    let declined = PaymentFailure::Declined("no_funds".to_owned());
    let declined = DomainEvent::Order(O::PaymentFailed { reason: declined, at: at(2) });
    let table: Vec<(&str, Vec<DomainEvent>, Row)> = vec![
        ("placed", new(), None),
        ("paid, and not ended", paid(), None),
        ("on its way", on_the_way(), None),
        ("declined", with(new(), [declined.clone()]), None),
        (
            "expired, and approved too late",
            with(new(), [declined, approved(1)]),
            Some((23_000, 0, 23_000, 0, 0, 0)),
        ),
        ("cancelled before it was paid", with(new(), [cancelled()]), None),
        ("cancelled, nothing asked yet", with(paid(), [cancelled()]), Some((23_000, 0, 23_000, 0, 0, 0))),
        (
            "cancelled, the refund is on its way",
            with(paid(), [cancelled(), refund_asked(23_000, RefundReason::Cancelled)]),
            Some((23_000, 0, 23_000, 0, 0, 0)),
        ),
        (
            "cancelled, the refund fails",
            with(paid(), [cancelled(), refund_asked(23_000, RefundReason::Cancelled), refund_failed()]),
            Some((23_000, 0, 23_000, 0, 0, 0)),
        ),
        (
            "cancelled, given back",
            with(with(paid(), [cancelled()]), back(23_000, RefundReason::Cancelled)),
            Some((23_000, 23_000, 0, 0, 0, 0)),
        ),
        (
            "rejected by the store",
            with(paid(), [rejected(RejectReason::Store("재료 소진".to_owned()))]),
            Some((23_000, 0, 23_000, 0, 0, 0)),
        ),
        (
            "rejected over the capacity, given back",
            with(with(paid(), [rejected(RejectReason::OverCapacity)]), back(23_000, RefundReason::Rejected)),
            Some((23_000, 23_000, 0, 0, 0, 0)),
        ),
        (
            "completed",
            with(on_the_way(), [delivered.clone(), confirmed()]),
            Some((23_000, 0, 0, 20_000, 3_220, -220)),
        ),
        (
            "given up before it was cooked, kept",
            with(paid(), [given_up(false)]),
            Some((23_000, 0, 0, 0, 0, 23_000)),
        ),
        (
            "given up once it was cooked, kept",
            with(ready(), [given_up(false)]),
            Some((23_000, 0, 0, 20_000, 0, 3_000)),
        ),
        (
            "given up at the door, kept",
            with(on_the_way(), [missed.clone(), given_up(false)]),
            Some((23_000, 0, 0, 20_000, 3_220, -220)),
        ),
        (
            "given up at the door, owed back",
            with(on_the_way(), [missed.clone(), given_up(true)]),
            Some((23_000, 0, 23_000, 20_000, 3_220, -23_220)),
        ),
        (
            "given up at the door, given back",
            with(with(on_the_way(), [missed, given_up(true)]), back(23_000, RefundReason::Undeliverable)),
            Some((23_000, 23_000, 0, 20_000, 3_220, -23_220)),
        ),
    ];
    for (name, events, row) in table {
        let found = case(&events).settlement().map(|deal| {
            let Takings { paid, given_back, owed_back } = deal.takings;
            let (store, rider) = (deal.store.1, deal.rider.map_or(0, |(_, fee)| fee.get()));
            (paid.get(), given_back.get(), owed_back.get(), store.get(), rider, deal.platform())
        });
        assert_eq!(found, row, "{name}");
        if let Some((paid, given_back, owed_back, store, rider, platform)) = row {
            assert_eq!((given_back + owed_back + store + rider) as i64 + platform, paid as i64, "{name}");
        }
    }
}

/// Changed to two pizzas that were paid at once, and back to one.
#[test]
fn what_a_change_gives_back_is_owed_until_it_has_gone_back() {
    let mut two = placed();
    two.bill = bill(2);
    let applied = O::ChangeApplied { revision: 1, bill: bill(1), at: at(2) };
    let changed = vec![DomainEvent::Order(O::OrderPlaced(two)), approved(2), DomainEvent::Order(applied)];
    let cooked = ready().split_off(2);
    let on_its_way = on_the_way().split_off(ready().len());
    let mut events = with(with(with(changed, cooked), on_its_way), [confirmed()]);
    let takings =
        |events: &[DomainEvent]| case(events).settlement().map(|deal| (deal.takings, deal.platform()));
    let (paid, extra) = (won(43_000), won(20_000));
    let owed = Takings { paid, owed_back: extra, ..Takings::default() };
    assert_eq!(takings(&events), Some((owed, -220)));
    events.push(refund_asked(20_000, RefundReason::Changed));
    assert_eq!(takings(&events), Some((owed, -220)));
    events.push(refunded(20_000));
    assert_eq!(takings(&events), Some((Takings { paid, given_back: extra, ..Takings::default() }, -220)));
}

#[test]
fn a_day_balances_like_each_of_its_orders() {
    let owed =
        |amount: u64| Owed { name: domain::shared::Text::ko("누구"), orders: 1, amount: won(amount) };
    let view = SettlementView {
        now: Timestamp(DAY_MS),
        day: "1970-01-02".to_owned(),
        orders: 3,
        takings: Takings { paid: won(69_000), given_back: won(23_000), owed_back: won(3_000) },
        stores: vec![owed(20_000), owed(18_000)],
        riders: vec![owed(3_220)],
    };
    assert_eq!(view.platform(), 69_000 - 23_000 - 3_000 - 38_000 - 3_220);
}
