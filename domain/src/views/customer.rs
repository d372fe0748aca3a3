//! Stores, menus, the cart and the checkout, as the customer sees them.

use super::{Fault, Field, FieldFault};
use crate::shared::{
    ChosenOption, Metres, Point, StoreId, Text, Timestamp, Won, is_blank, is_one_line, is_unprintable,
};
use crate::store::{FeeTier, Menu, Openness, QuoteRefusal, Store, WantedLine};
use serde::{Deserialize, Serialize};

/// A delivery address that the gazetteer knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddressView {
    /// As the gazetteer names it.
    pub text: String,
    /// Where it is.
    pub point: Point,
}

/// A store in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoreCard {
    /// The store.
    pub id: StoreId,
    /// Its name.
    pub name: Text,
    /// Its kind of food, a slug such as `pizza`.
    pub kind: String,
    /// What it says of itself.
    pub description: Text,
    /// Path of its picture.
    pub picture: String,
    /// Whether it takes orders.
    pub openness: Openness,
    /// The least it delivers, in won.
    pub min_order: Won,
    /// How long cooking usually takes, in minutes.
    pub cooking_minutes: u32,
    /// True when that is longer than usual.
    pub busy: bool,
    /// From the store to the customer's address, in metres; `None` without an address.
    pub distance_m: Option<Metres>,
    /// The delivery fee to that address, in won; `None` without an address or outside of the area.
    pub fee: Option<Won>,
    /// The delivery fees by distance.
    pub fee_tiers: Vec<FeeTier>,
    /// How far it delivers, in metres.
    pub radius_m: Metres,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoreList {
    /// The server's clock.
    pub now: Timestamp,
    /// The customer's address.
    pub address: Option<AddressView>,
    /// What was searched for.
    pub search: String,
    /// Stores that deliver to the address (all without one); those that take orders first.
    pub stores: Vec<StoreCard>,
}

/// A store's menu.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MenuView {
    /// The server's clock.
    pub now: Timestamp,
    /// The store.
    pub store: StoreCard,
    /// Its address.
    pub address: String,
    /// Its phone number.
    pub phone: String,
    /// Its menu.
    pub menu: Menu,
    /// The customer's cart, whichever store it belongs to.
    pub cart: CartView,
}

/// A line of the cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLineView {
    /// The line as wanted.
    pub wanted: WantedLine,
    /// Its name; empty when it is no longer on the menu.
    pub name: Text,
    /// Its picture.
    pub picture: String,
    /// The chosen options.
    pub options: Vec<ChosenOption>,
    /// The whole line, in won; `None` when it cannot be ordered.
    pub total: Option<Won>,
    /// Why it cannot be ordered.
    pub problem: Option<QuoteRefusal>,
}

/// The cart. It belongs to one store, and to a browser rather than to a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartView {
    /// The store; `None` for an empty cart.
    pub store: Option<StoreId>,
    /// Its name.
    pub store_name: Text,
    /// The lines.
    pub lines: Vec<CartLineView>,
    /// Sum of the lines that can be ordered, in won.
    pub items: Won,
    /// The delivery fee to the customer's address, in won; `None` when unknown.
    pub delivery_fee: Option<Won>,
    /// The whole, in won, as far as it is known.
    pub total: Won,
    /// The store's minimum order, in won.
    pub min_order: Won,
    /// Why it cannot be ordered as it stands.
    pub problem: Option<QuoteRefusal>,
}

/// A change of the cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum CartChange {
    /// Put something in. Lines with the same choices are added up.
    Add {
        /// The store.
        store: StoreId,
        /// What.
        line: WantedLine,
        /// Empty the cart first when it belongs to another store; otherwise that is refused.
        replace: bool,
    },
    /// Set the quantity of the line with the same item and choices; 0 takes it out. Without such a line nothing changes.
    SetQuantity {
        /// The line, with the quantity it is to have.
        line: WantedLine,
    },
    /// Take everything out.
    Clear,
}

/// A card to pay with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardView {
    /// The payment provider's token.
    pub token: String,
    /// Its name.
    pub name: Text,
    /// What it does, for a test card.
    pub description: Text,
}

/// What a customer types at the checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutDraft {
    /// The name the rider calls.
    pub name: String,
    /// The phone number.
    pub phone: String,
    /// The address.
    pub address: String,
    /// Floor and door.
    pub address_detail: String,
    /// The note to the store.
    pub note_to_store: String,
    /// The note to the rider.
    pub note_to_rider: String,
    /// The card's token.
    pub card: String,
}

/// The checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutView {
    /// What is ordered.
    pub cart: CartView,
    /// What is already filled in.
    pub draft: CheckoutDraft,
    /// Cards to choose from.
    pub cards: Vec<CardView>,
    /// The idempotency key of this checkout: pressed twice, ordered once.
    pub key: String,
}

/// The order that a checkout sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOrder {
    /// The idempotency key.
    pub key: String,
    /// The store.
    pub store: StoreId,
    /// What.
    pub lines: Vec<WantedLine>,
    /// The price on the button, in won.
    pub agreed: Won,
    /// What the customer typed.
    pub typed: CheckoutDraft,
}

/// A form whose typed text the server keeps when a command was refused and the browser runs no JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftForm {
    /// The login.
    Login,
    /// The sign-up of a customer.
    SignUp,
    /// The sign-up of a store's owner.
    SignUpOwner,
    /// The sign-up of a rider.
    SignUpRider,
    /// An application that is filed again.
    Application,
    /// The customer's address.
    Address,
    /// Putting an item into the cart.
    AddToCart,
    /// The cart.
    Cart,
    /// The checkout.
    Checkout,
    /// The buttons on an order's page.
    Order,
    /// Changing what an order consists of.
    Change,
    /// The operator's buttons.
    Operator,
    /// A ticket on the board.
    Ticket,
    /// The store's own settings on the board.
    Store,
    /// A job of the rider.
    Job,
    /// The rider's duty and position.
    Duty,
    /// The API tokens on the account page.
    Token,
    /// Registering a webhook.
    Webhook,
    /// The buttons of a webhook.
    WebhookAct,
}

/// What was typed into a form, and why it was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDraft {
    /// The form.
    pub form: DraftForm,
    /// Which of several such forms on the page, such as the order's id; empty when there is one.
    pub subject: String,
    /// Field names and what was typed.
    pub fields: Vec<(String, String)>,
    /// Why it was refused.
    pub fault: Fault,
}

impl FormDraft {
    /// What was typed into a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, typed)| typed.as_str())
    }
}

impl StoreCard {
    /// A store's card for a customer at an address; `None` for a store that is not registered.
    pub fn of(store: &Store, address: Option<&AddressView>, now: Timestamp) -> Option<Self> {
        let profile = store.profile.as_ref()?;
        let distance_m = address.map(|address| profile.point.distance_to(address.point));
        Some(Self {
            id: profile.id,
            name: profile.name.clone(),
            kind: profile.kind.clone(),
            description: profile.description.clone(),
            picture: profile.picture.clone(),
            openness: store.openness(now),
            min_order: profile.min_order,
            cooking_minutes: store.cooking_minutes(),
            busy: store.busy_minutes > 0,
            distance_m,
            fee: distance_m.and_then(|distance_m| store.delivery_fee(distance_m)),
            fee_tiers: profile.fee_tiers.clone(),
            radius_m: profile.radius_m,
        })
    }
}

impl StoreCard {
    /// True when the store delivers to the customer's address, or there is none yet.
    pub fn delivers(&self) -> bool {
        self.distance_m.is_none_or(|distance_m| distance_m <= self.radius_m)
    }
}

/// The stores of a list: those that deliver, and of them first those that take orders.
pub fn listed(cards: impl IntoIterator<Item = StoreCard>) -> Vec<StoreCard> {
    let mut cards: Vec<_> = cards.into_iter().filter(StoreCard::delivers).collect();
    cards.sort_by_key(|card| (card.openness != Openness::Open, card.id));
    cards
}

/// Trims what was typed at the checkout and checks its form; every field that is wrong is named at once.
pub fn check_checkout(typed: &mut CheckoutDraft) -> Result<(), Fault> {
    let mut faults = Vec::new();
    for (field, text, required, max) in [
        (Field::Name, &mut typed.name, true, 40),
        (Field::Phone, &mut typed.phone, true, 20),
        (Field::Address, &mut typed.address, true, 200),
        (Field::AddressDetail, &mut typed.address_detail, false, 100),
        (Field::NoteToStore, &mut typed.note_to_store, false, 200),
        (Field::NoteToRider, &mut typed.note_to_rider, false, 200),
        (Field::Card, &mut typed.card, true, 100),
    ] {
        *text = text.trim().to_owned();
        let is_note = matches!(field, Field::NoteToStore | Field::NoteToRider);
        let is_clean = if is_note { !text.chars().any(is_unprintable) } else { is_one_line(text) };
        if required && is_blank(text) {
            faults.push(FieldFault::Missing { field });
        } else if text.chars().count() > max {
            faults.push(FieldFault::TooLong { field, max: max as u32 });
        } else if (field == Field::Phone && !is_phone(text)) || !is_clean {
            faults.push(FieldFault::Malformed { field });
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Fault::Invalid(faults)) }
}

/// 9 to 15 digits; dashes, spaces and a leading plus do not matter.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (9..=15).contains(&digits) && rest.chars().all(|sign| sign.is_ascii_digit() || sign == '-' || sign == ' ')
}
