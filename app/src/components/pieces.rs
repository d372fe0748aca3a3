//! How many pieces are in the cart: for the bar at the top of every page.

use crate::api::cart::cart;
use domain::views::CartView;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The count that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Pieces(RwSignal<u32>);

impl Pieces {
    /// How many.
    pub fn count(self) -> u32 {
        self.0.get()
    }

    /// Shows how many are in this cart.
    pub fn show(self, cart: &CartView) {
        let count = cart.pieces();
        if self.0.get_untracked() != count {
            self.0.set(count);
        }
    }

    /// Asks the server how many there are now. In the browser only.
    pub fn ask(self) {
        spawn_local(async move {
            match cart().await {
                Ok(cart) => self.show(&cart),
                Err(error) => leptos::logging::warn!("the cart could not be read: {error}"),
            }
        });
    }
}

/// Lets pages say how many there are, beginning with what the document says.
pub fn provide_pieces(count: u32) {
    provide_context(Pieces(RwSignal::new(count)));
}

/// The count of the page.
pub fn use_pieces() -> Pieces {
    use_context().unwrap_or_else(|| Pieces(RwSignal::new(0)))
}
