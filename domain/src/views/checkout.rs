//! What an order says that its customer did not say: the same at the checkout and for a program that leaves it out.

use super::{CardView, CheckoutDraft};
use crate::shared::Personal;

/// A checkout with what is blank filled in from what is known of the customer: an earlier order, or the account. The floor and the door
/// belong to their address, and are filled in for that one alone.
pub fn filled_in(
    typed: CheckoutDraft,
    known: Personal,
    kept_card: Option<&str>,
    cards: &[CardView],
) -> CheckoutDraft {
    let or = |typed: String, usual: String| if typed.trim().is_empty() { usual } else { typed };
    let address = or(typed.address, known.address.clone());
    let known_detail =
        if address.trim() == known.address.trim() { known.address_detail } else { String::new() };
    CheckoutDraft {
        name: or(typed.name, known.name),
        phone: or(typed.phone, known.phone),
        address,
        address_detail: or(typed.address_detail, known_detail),
        note_to_store: or(typed.note_to_store, known.note_to_store),
        note_to_rider: or(typed.note_to_rider, known.note_to_rider),
        card: or(typed.card, usual_card(kept_card, cards)),
    }
}

/// The card that is chosen before the customer chooses: the one that was kept, unless it is not offered any more, or the first; empty when
/// there is none.
pub fn usual_card(kept: Option<&str>, cards: &[CardView]) -> String {
    let kept = kept.filter(|kept| is_offered(kept, cards));
    kept.or_else(|| cards.first().map(|card| card.token.as_str())).unwrap_or_default().to_owned()
}

/// Whether a card may be paid with as far as is known. When the provider cannot be asked for its cards, it says later what it makes of
/// this one.
pub fn is_offered(token: &str, cards: &[CardView]) -> bool {
    cards.is_empty() || cards.iter().any(|card| card.token == token)
}
