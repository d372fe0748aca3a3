//! The test cards: what a token makes the provider do.

use serde::Serialize;

/// What the provider does with a payment by this card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    /// Approves at once.
    Approve,
    /// Declines at once with this code.
    Decline(&'static str),
    /// Approves after the configured wait.
    Slow,
    /// Approves durably, then lets the caller hang.
    NoAnswer,
    /// Lets the caller hang without deciding.
    Hang,
    /// Fails a key's first call without a charge, then approves.
    ErrorOnce,
    /// Fails every call without a charge.
    ErrorAlways,
    /// Waits for the customer's own decision.
    NeedsCustomer,
}

/// A label in both languages.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Label {
    /// Korean.
    pub ko: &'static str,
    /// English.
    pub en: &'static str,
}

/// One test card.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TestCard {
    /// The token to send as `card`.
    pub card: &'static str,
    /// What the card does, for people.
    pub label: Label,
    #[serde(skip)]
    pub(super) behaviour: Behaviour,
}

const fn card(card: &'static str, behaviour: Behaviour, ko: &'static str, en: &'static str) -> TestCard {
    TestCard { card, label: Label { ko, en }, behaviour }
}

/// Every test card, in the order in which to offer them.
pub const CARDS: &[TestCard] = &[
    card("tok_approve", Behaviour::Approve, "바로 승인돼요", "Approved at once"),
    card(
        "tok_decline",
        Behaviour::Decline("insufficient_funds"),
        "잔액이 부족해서 거절돼요",
        "Declined: insufficient funds",
    ),
    card(
        "tok_expired",
        Behaviour::Decline("expired_card"),
        "유효기간이 지나서 거절돼요",
        "Declined: expired card",
    ),
    card("tok_slow", Behaviour::Slow, "잠시 뒤에 승인돼요", "Approved after a while"),
    card(
        "tok_needs_customer",
        Behaviour::NeedsCustomer,
        "카드사 화면에서 직접 승인해요",
        "You approve on the card company's page",
    ),
    card(
        "tok_no_answer",
        Behaviour::NoAnswer,
        "승인되지만 응답이 오지 않아요",
        "Approved, but the answer never comes",
    ),
    card("tok_hang", Behaviour::Hang, "승인도 거절도 없이 응답이 멈춰요", "Hangs without a decision"),
    card("tok_error", Behaviour::ErrorOnce, "한 번 오류가 난 뒤 승인돼요", "Fails once, then is approved"),
    card("tok_error_always", Behaviour::ErrorAlways, "계속 오류가 나요", "Always fails"),
];

/// What the card with this token does; `None` if there is no such card.
pub(super) fn behaviour_of(token: &str) -> Option<Behaviour> {
    CARDS.iter().find(|known| known.card == token).map(|known| known.behaviour)
}
