//! The state the customer sees: one monotone function of order, ticket and delivery.

use crate::payment::Purpose;
use crate::processes::{Case, DomainEvent, charge_key};
use crate::store::ticket;
use crate::{delivery, order, payment};
use serde::{Deserialize, Serialize};

/// The state of an order as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// 주문접수중
    Placing,
    /// 결제대기
    AwaitingPayment,
    /// 주문접수
    Received,
    /// 주문승인
    Accepted,
    /// 조리시작
    Cooking,
    /// 조리완료
    Ready,
    /// 배차완료
    Assigned,
    /// 배달시작
    OnTheWay,
    /// 배달완료
    Delivered,
    /// 거래완료
    Completed,
    /// 거절
    Rejected,
    /// 자동거절
    OverCapacity,
    /// 시간초과
    TimedOut,
    /// 취소
    Cancelled,
    /// 결제실패
    PaymentFailed,
    /// 배달실패
    DeliveryFailed,
}

/// The steps of the progress line, in order.
pub const PROGRESS: [Shown; 9] = [
    Shown::Placing,
    Shown::Received,
    Shown::Accepted,
    Shown::Cooking,
    Shown::Ready,
    Shown::Assigned,
    Shown::OnTheWay,
    Shown::Delivered,
    Shown::Completed,
];

impl Shown {
    /// All states.
    pub const ALL: [Shown; 16] = [
        Shown::Placing,
        Shown::AwaitingPayment,
        Shown::Received,
        Shown::Accepted,
        Shown::Cooking,
        Shown::Ready,
        Shown::Assigned,
        Shown::OnTheWay,
        Shown::Delivered,
        Shown::Completed,
        Shown::Rejected,
        Shown::OverCapacity,
        Shown::TimedOut,
        Shown::Cancelled,
        Shown::PaymentFailed,
        Shown::DeliveryFailed,
    ];

    /// How far along: never falls. All ends share the highest.
    pub const fn rank(self) -> u8 {
        match self {
            Shown::Placing => 0,
            Shown::AwaitingPayment => 1,
            Shown::Received => 2,
            Shown::Accepted => 3,
            Shown::Cooking => 4,
            Shown::Ready => 5,
            Shown::Assigned => 6,
            Shown::OnTheWay => 7,
            Shown::Delivered => 8,
            _ => 9,
        }
    }

    /// True for the states after which nothing comes.
    pub const fn is_end(self) -> bool {
        self.rank() == 9
    }

    /// True for an end without a meal.
    pub const fn is_failure(self) -> bool {
        self.is_end() && !matches!(self, Shown::Completed)
    }

    /// The Korean word of the state: the name it has in the API.
    pub const fn korean(self) -> &'static str {
        match self {
            Shown::Placing => "주문접수중",
            Shown::AwaitingPayment => "결제대기",
            Shown::Received => "주문접수",
            Shown::Accepted => "주문승인",
            Shown::Cooking => "조리시작",
            Shown::Ready => "조리완료",
            Shown::Assigned => "배차완료",
            Shown::OnTheWay => "배달시작",
            Shown::Delivered => "배달완료",
            Shown::Completed => "거래완료",
            Shown::Rejected => "거절",
            Shown::OverCapacity => "자동거절",
            Shown::TimedOut => "시간초과",
            Shown::Cancelled => "취소",
            Shown::PaymentFailed => "결제실패",
            Shown::DeliveryFailed => "배달실패",
        }
    }

    /// The slug used in style sheets.
    pub const fn slug(self) -> &'static str {
        match self {
            Shown::Placing => "placing",
            Shown::AwaitingPayment => "awaiting_payment",
            Shown::Received => "received",
            Shown::Accepted => "accepted",
            Shown::Cooking => "cooking",
            Shown::Ready => "ready",
            Shown::Assigned => "assigned",
            Shown::OnTheWay => "on_the_way",
            Shown::Delivered => "delivered",
            Shown::Completed => "completed",
            Shown::Rejected => "rejected",
            Shown::OverCapacity => "over_capacity",
            Shown::TimedOut => "timed_out",
            Shown::Cancelled => "cancelled",
            Shown::PaymentFailed => "payment_failed",
            Shown::DeliveryFailed => "delivery_failed",
        }
    }

    /// The state an event leads to; `None` for an event that does not show. Made from the event alone.
    pub const fn after(event: &DomainEvent) -> Option<Shown> {
        Some(match event {
            DomainEvent::Order(event) => match event {
                order::Event::OrderPlaced(_) => Shown::Placing,
                order::Event::OrderHeld { .. } => Shown::AwaitingPayment,
                order::Event::OrderReceived { .. } => Shown::Received,
                order::Event::PaymentFailed { .. } => Shown::PaymentFailed,
                order::Event::OrderCancelled { .. } => Shown::Cancelled,
                order::Event::OrderRejected { reason, .. } => match reason {
                    order::RejectReason::Store(_) => Shown::Rejected,
                    order::RejectReason::OverCapacity => Shown::OverCapacity,
                    order::RejectReason::TimedOut => Shown::TimedOut,
                },
                order::Event::ReceiptConfirmed { .. } => Shown::Completed,
                order::Event::OrderUndeliverable { .. } => Shown::DeliveryFailed,
                _ => return None,
            },
            DomainEvent::Ticket(event) => match event {
                ticket::Event::TicketAccepted { .. } => Shown::Accepted,
                ticket::Event::CookingStarted { .. } => Shown::Cooking,
                ticket::Event::CookingFinished { .. } => Shown::Ready,
                _ => return None,
            },
            DomainEvent::Delivery(event) => match event {
                delivery::Event::DeliveryClaimed { .. } => Shown::Assigned,
                delivery::Event::DeliveryPickedUp { .. } => Shown::OnTheWay,
                delivery::Event::DeliveryDelivered { .. } => Shown::Delivered,
                _ => return None,
            },
            DomainEvent::Payment(_) | DomainEvent::Store(_) => return None,
        })
    }

    /// The state of a whole case; `None` when there is no order.
    pub fn of(case: &Case) -> Option<Shown> {
        Some(match case.order.phase {
            order::Phase::New => return None,
            order::Phase::Placed => Shown::Placing,
            order::Phase::Held => Shown::AwaitingPayment,
            order::Phase::Completed => Shown::Completed,
            order::Phase::Cancelled => Shown::Cancelled,
            order::Phase::PaymentFailed => Shown::PaymentFailed,
            order::Phase::Undeliverable => Shown::DeliveryFailed,
            order::Phase::Rejected => match case.order.rejected {
                Some(order::RejectReason::OverCapacity) => Shown::OverCapacity,
                Some(order::RejectReason::TimedOut) => Shown::TimedOut,
                _ => Shown::Rejected,
            },
            order::Phase::Received => match (case.delivery.phase, case.ticket.phase) {
                (delivery::Phase::Delivered, _) => Shown::Delivered,
                (delivery::Phase::PickedUp, _) => Shown::OnTheWay,
                (delivery::Phase::Claimed | delivery::Phase::Arrived, _) => Shown::Assigned,
                // Given back before the pickup, or failed with the order not ended yet: what was shown stays.
                (delivery::Phase::Offered | delivery::Phase::Failed, _)
                    if case.delivery.first_claimed.is_some() =>
                {
                    if case.delivery.ever_left {
                        Shown::OnTheWay
                    } else {
                        Shown::Assigned
                    }
                }
                (_, ticket::Phase::Ready) => Shown::Ready,
                (_, ticket::Phase::Cooking) => Shown::Cooking,
                (_, ticket::Phase::Accepted) => Shown::Accepted,
                _ => Shown::Received,
            },
        })
    }

    /// The later of two states: what is shown after both are known.
    #[must_use]
    pub const fn max(self, other: Shown) -> Shown {
        if other.rank() > self.rank() { other } else { self }
    }
}

/// What the customer can do now. The server decides by the aggregates; these follow from the same states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actions {
    /// Cancel: until cooking starts.
    pub cancel: bool,
    /// Change what was ordered: until cooking starts, one change at a time.
    pub change: bool,
    /// Confirm the delivery: from 배달시작 on.
    pub confirm: bool,
}

/// What the customer can do while this state is shown; `changing` while a change is under way.
pub const fn actions(shown: Shown, changing: bool) -> Actions {
    Actions {
        change: matches!(shown, Shown::Received | Shown::Accepted) && !changing,
        cancel: matches!(shown, Shown::Placing | Shown::AwaitingPayment | Shown::Received | Shown::Accepted),
        confirm: matches!(shown, Shown::OnTheWay | Shown::Delivered),
    }
}

/// Whether the customer can have the provider asked about the payment now instead of later: while the order is held and nobody else can go
/// on with it. `goes_on` while the provider waits for the customer at a page of its own: that is the way to pay then.
pub const fn can_pay_now(shown: Shown, goes_on: bool) -> bool {
    matches!(shown, Shown::AwaitingPayment) && !goes_on
}

/// True when nothing can happen to an order any more: it has ended, and its money is where it belongs.
pub fn is_settled(case: &Case) -> bool {
    let Some(shown) = Shown::of(case) else {
        return false;
    };
    let Some(placed) = &case.order.placed else {
        return false;
    };
    // Money may be on its way as long as it is not known what became of a request for it.
    let changes = case.order.dearer.iter().map(|revision| Purpose::Change { revision: *revision });
    let is_known = |purpose| case.payment.is_decided(&charge_key(placed.order, purpose));
    shown.is_end()
        && std::iter::once(Purpose::Order).chain(changes).all(is_known)
        && case.payment.kept() == case.price()
        && case.payment.phase != payment::Phase::Refunding
}
