//! What a message is about: the stable list of types.

/// The type of a message. Names are never changed and never used for something else; new ones may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The customer has ordered.
    OrderPlaced,
    /// The payment is not clear, or waits for the customer.
    PaymentPending,
    /// Paid, and at the store.
    OrderReceived,
    /// The payment came to nothing. An end.
    PaymentFailed,
    /// Cancelled. An end.
    OrderCancelled,
    /// The store did not take it. An end.
    OrderRejected,
    /// The customer wants something else.
    ChangeRequested,
    /// This is the order now.
    OrderChanged,
    /// The order stays what it was.
    ChangeAbandoned,
    /// The store takes it.
    OrderAccepted,
    /// Cooking has started.
    CookingStarted,
    /// Cooking takes longer.
    CookingDelayed,
    /// The food is ready.
    CookingFinished,
    /// Somebody who should have gone on did not.
    NeedsAttention,
    /// The deal is done. An end.
    OrderCompleted,
    /// It was not delivered. An end.
    OrderUndeliverable,
    /// The customer has to go on at the payment provider.
    ActionRequired,
    /// Money was taken.
    PaymentApproved,
    /// The provider said no.
    PaymentDeclined,
    /// Money is on its way back.
    RefundRequested,
    /// Money is back.
    PaymentRefunded,
    /// Money on its way back did not arrive yet.
    RefundFailed,
    /// Money that was back came back to the provider: it is owed again.
    RefundSentBack,
    /// Riders near by can see the job.
    DeliveryOffered,
    /// A rider has the job.
    DeliveryAssigned,
    /// The rider has it no more.
    DeliveryReleased,
    /// The rider is at the store.
    RiderArrived,
    /// The rider has the food.
    DeliveryPickedUp,
    /// The customer has the food.
    DeliveryDelivered,
    /// The delivery failed.
    DeliveryFailed,
    /// The kitchen's capacity from now on.
    CapacitySet,
    /// The store takes no orders.
    StorePaused,
    /// It takes orders again.
    StoreReopened,
    /// Cooking takes longer for now, or no longer does.
    BusySet,
    /// How long the owner may take to answer from now on.
    AnswerLimitSet,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 35] = [
        Kind::OrderPlaced,
        Kind::PaymentPending,
        Kind::OrderReceived,
        Kind::PaymentFailed,
        Kind::OrderCancelled,
        Kind::OrderRejected,
        Kind::ChangeRequested,
        Kind::OrderChanged,
        Kind::ChangeAbandoned,
        Kind::OrderAccepted,
        Kind::CookingStarted,
        Kind::CookingDelayed,
        Kind::CookingFinished,
        Kind::NeedsAttention,
        Kind::OrderCompleted,
        Kind::OrderUndeliverable,
        Kind::ActionRequired,
        Kind::PaymentApproved,
        Kind::PaymentDeclined,
        Kind::RefundRequested,
        Kind::PaymentRefunded,
        Kind::RefundFailed,
        Kind::RefundSentBack,
        Kind::DeliveryOffered,
        Kind::DeliveryAssigned,
        Kind::DeliveryReleased,
        Kind::RiderArrived,
        Kind::DeliveryPickedUp,
        Kind::DeliveryDelivered,
        Kind::DeliveryFailed,
        Kind::CapacitySet,
        Kind::StorePaused,
        Kind::StoreReopened,
        Kind::BusySet,
        Kind::AnswerLimitSet,
    ];

    /// The name in the message.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::OrderPlaced => "order.placed",
            Kind::PaymentPending => "order.payment_pending",
            Kind::OrderReceived => "order.received",
            Kind::PaymentFailed => "order.payment_failed",
            Kind::OrderCancelled => "order.cancelled",
            Kind::OrderRejected => "order.rejected",
            Kind::ChangeRequested => "order.change_requested",
            Kind::OrderChanged => "order.changed",
            Kind::ChangeAbandoned => "order.change_abandoned",
            Kind::OrderAccepted => "order.accepted",
            Kind::CookingStarted => "order.cooking_started",
            Kind::CookingDelayed => "order.cooking_delayed",
            Kind::CookingFinished => "order.cooking_finished",
            Kind::NeedsAttention => "order.needs_attention",
            Kind::OrderCompleted => "order.completed",
            Kind::OrderUndeliverable => "order.undeliverable",
            Kind::ActionRequired => "payment.action_required",
            Kind::PaymentApproved => "payment.approved",
            Kind::PaymentDeclined => "payment.declined",
            Kind::RefundRequested => "payment.refund_requested",
            Kind::PaymentRefunded => "payment.refunded",
            Kind::RefundFailed => "payment.refund_failed",
            Kind::RefundSentBack => "payment.refund_sent_back",
            Kind::DeliveryOffered => "delivery.offered",
            Kind::DeliveryAssigned => "delivery.assigned",
            Kind::DeliveryReleased => "delivery.released",
            Kind::RiderArrived => "delivery.rider_arrived",
            Kind::DeliveryPickedUp => "delivery.picked_up",
            Kind::DeliveryDelivered => "delivery.delivered",
            Kind::DeliveryFailed => "delivery.failed",
            Kind::CapacitySet => "store.capacity_set",
            Kind::StorePaused => "store.paused",
            Kind::StoreReopened => "store.reopened",
            Kind::BusySet => "store.busy_set",
            Kind::AnswerLimitSet => "store.answer_limit_set",
        }
    }
}

/// The id of what is sent of an event: of its position, so that it is the same whenever it is sent.
pub fn event_id(position: u64) -> String {
    format!("evt_{position}")
}
