//! The cart: what goes in, what it would cost, and why it cannot be ordered as it stands.

use super::{CartChange, CartLineView, CartView, Fault};
use crate::shared::{MAX_LINES, MAX_QUANTITY, Metres, StoreId, Timestamp, Won};
use crate::store::{QuoteRefusal, Store, WantedLine};

/// A cart as it is kept: one store and its lines.
pub type Cart = Option<(StoreId, Vec<WantedLine>)>;

/// Why a cart does not take a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartRefusal {
    /// It belongs to another store.
    OtherStore,
    /// The line cannot be ordered.
    Line(QuoteRefusal),
}

/// The cart after a change. `store` is the store of the change, for [`CartChange::Add`].
pub fn change_cart(
    cart: Cart,
    change: CartChange,
    store: Option<&Store>,
    now: Timestamp,
) -> Result<Cart, CartRefusal> {
    match change {
        CartChange::Add { store: id, mut line, replace } => {
            line.choices.sort_unstable();
            let shop = store.ok_or(CartRefusal::Line(QuoteRefusal::UnknownItem { line: 0 }))?;
            shop.price_line(0, &line, now).map_err(CartRefusal::Line)?;
            let mut lines = match cart {
                Some((other, _)) if other != id && !replace => return Err(CartRefusal::OtherStore),
                Some((same, lines)) if same == id => lines,
                _ => Vec::new(),
            };
            let is_full = lines.len() >= MAX_LINES;
            match lines.iter_mut().find(|known| known.item == line.item && known.choices == line.choices) {
                Some(known) => {
                    let quantity = known.quantity.saturating_add(line.quantity);
                    if quantity > MAX_QUANTITY {
                        return Err(CartRefusal::Line(QuoteRefusal::Quantity { line: 0, max: MAX_QUANTITY }));
                    }
                    known.quantity = quantity;
                }
                None if is_full => {
                    return Err(CartRefusal::Line(QuoteRefusal::TooManyLines { max: MAX_LINES }));
                }
                None => lines.push(line),
            }
            Ok(Some((id, lines)))
        }
        CartChange::SetQuantity { mut line } => {
            line.choices.sort_unstable();
            let Some((id, mut lines)) = cart else {
                return Ok(None);
            };
            let same = |known: &WantedLine| known.item == line.item && known.choices == line.choices;
            if let Some(index) = lines.iter().position(same) {
                if line.quantity > MAX_QUANTITY {
                    return Err(CartRefusal::Line(QuoteRefusal::Quantity { line: index, max: MAX_QUANTITY }));
                }
                if line.quantity == 0 {
                    lines.remove(index);
                } else {
                    lines[index].quantity = line.quantity;
                }
            }
            Ok((!lines.is_empty()).then_some((id, lines)))
        }
        CartChange::Clear => Ok(None),
    }
}

/// The cart that orders the same once more. What is no longer on the menu, or sold out, stays behind.
pub fn cart_again(
    store: StoreId,
    lines: impl IntoIterator<Item = WantedLine>,
    shop: &Store,
    now: Timestamp,
) -> Cart {
    lines.into_iter().fold(None, |cart: Cart, line| {
        let change = CartChange::Add { store, line, replace: true };
        change_cart(cart.clone(), change, Some(shop), now).unwrap_or(cart)
    })
}

/// The refusal of lines that are not all of one store: an item that this store does not have and another one has. What nobody has is
/// refused with the price.
pub fn of_two_stores<'s>(
    lines: &[WantedLine],
    store: &Store,
    stores: impl Iterator<Item = &'s Store> + Clone,
) -> Option<Fault> {
    let is_elsewhere = |line: &WantedLine| {
        store.menu.item(line.item).is_none()
            && stores.clone().any(|other| other.menu.item(line.item).is_some())
    };
    lines.iter().any(is_elsewhere).then_some(Fault::TwoStores)
}

/// The cart after an order at a store: without the lines that were ordered. What another window put in meanwhile stays, and an order
/// that is sent again takes nothing out of a new cart.
pub fn without_ordered(cart: Cart, store: StoreId, ordered: &[WantedLine]) -> Cart {
    let (of, mut lines) = cart?;
    if of == store {
        lines.retain(|line| !ordered.contains(line));
    }
    (!lines.is_empty()).then_some((of, lines))
}

impl CartView {
    /// How many pieces are in it, whether they can be ordered or not.
    pub fn pieces(&self) -> u32 {
        self.lines.iter().map(|line| line.wanted.quantity).fold(0, u32::saturating_add)
    }

    /// The cart of a store, priced now. `distance_m` is that from the store to the customer's address, when there is one.
    pub fn of(store: &Store, lines: &[WantedLine], distance_m: Option<Metres>, now: Timestamp) -> Self {
        let Some(profile) = &store.profile else {
            return Self::default();
        };
        let views: Vec<CartLineView> = lines
            .iter()
            .enumerate()
            .map(|(index, wanted)| CartLineView::of(store, index, wanted, now))
            .collect();
        let items = Won::sum(views.iter().filter_map(|line| line.total)).unwrap_or(Won::MAX);
        let delivery_fee = distance_m.and_then(|distance_m| store.delivery_fee(distance_m));
        Self {
            store: Some(profile.id),
            store_name: profile.name.clone(),
            items,
            delivery_fee,
            total: items.plus(delivery_fee.unwrap_or(Won::ZERO)).unwrap_or(Won::MAX),
            min_order: profile.min_order,
            // Without an address the distance cannot be a reason yet.
            problem: store.quote(lines, distance_m.unwrap_or(0), now).err(),
            lines: views,
        }
    }
}

impl CartLineView {
    fn of(store: &Store, index: usize, wanted: &WantedLine, now: Timestamp) -> Self {
        let item = store.menu.item(wanted.item);
        let priced = store.price_line(index, wanted, now);
        Self {
            wanted: wanted.clone(),
            name: item.map(|item| item.name.clone()).unwrap_or_default(),
            picture: item.map(|item| item.picture.clone()).unwrap_or_default(),
            total: priced.as_ref().ok().and_then(|line| line.total().ok()),
            options: priced.as_ref().map(|line| line.options.clone()).unwrap_or_default(),
            problem: priced.err(),
        }
    }
}
