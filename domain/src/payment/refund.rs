//! What comes after a request for a refund that gave nothing back, and of one that has not been made for long.

use crate::shared::Timestamp;

/// How often a refund is asked for, some minutes in all, before somebody has to look at it.
pub const REFUND_TRIES: u32 = 10;

/// For how many minutes a refund may be owed before the operator sees that it waits, although no request for it has failed: behind an open
/// circuit breaker nobody asks, and nothing fails. A rule of Baedal's own: so long an order is usually held for its payment, and
/// [`REFUND_TRIES`] requests that fail usually take less, so that whatever is owed for longer is not being asked for.
pub const REFUND_LATE_MINUTES: u32 = 10;

/// Why nothing went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundTrouble {
    /// The provider refused, and would again.
    Refused,
    /// The provider has it, and has not decided.
    Undecided,
    /// No answer, or one that says nothing.
    Unknown,
}

/// When it is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundNext {
    /// After a short pause.
    Soon,
    /// After a long one: a bank may take days.
    Later,
    /// When the operator says so.
    GiveUp,
}

/// What comes after so many requests for one refund, the last of which met this. Whoever asks counts from [`REFUND_TRIES`] again after
/// [`RefundNext::Later`]: one answer that is lost among those of days does not end it.
pub const fn refund_next(trouble: RefundTrouble, attempts: u32) -> RefundNext {
    match trouble {
        RefundTrouble::Refused => RefundNext::GiveUp,
        RefundTrouble::Undecided | RefundTrouble::Unknown if attempts < REFUND_TRIES => RefundNext::Soon,
        RefundTrouble::Undecided => RefundNext::Later,
        RefundTrouble::Unknown if attempts > REFUND_TRIES && attempts < 2 * REFUND_TRIES => RefundNext::Soon,
        RefundTrouble::Unknown => RefundNext::GiveUp,
    }
}

/// Whether a refund that was requested at this moment, and has not been made, has been owed for so long that the operator is to see it.
pub const fn is_refund_late(requested: Timestamp, now: Timestamp) -> bool {
    requested.plus_minutes(REFUND_LATE_MINUTES).0 < now.0
}
