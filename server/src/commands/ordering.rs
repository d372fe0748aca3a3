//! The customer's commands.

use super::{Commands, account, unavailable};
use crate::adapters::cells::cells_of_order;
use crate::adapters::clock::{door_code, new_uuid};
use crate::storage::{Decide, Ran, Subject, VaultError};
use domain::order::{CancelledBy, ConfirmedBy};
use domain::processes::Placing;
use domain::shared::{OrderId, Personal, Point, StoreId, Won};
use domain::store::WantedLine;
use domain::views::{AddressView, Caller, Fault, PlaceOrder, Role};

/// The name of the command that places an order.
const PLACE: &str = "place";
/// The name of the command that changes one.
const CHANGE: &str = "change";

/// An order to place, with what the server has found out about it.
#[derive(Clone, Debug)]
pub struct Placement {
    /// As the customer sent it.
    pub order: PlaceOrder,
    /// The address as the gazetteer knows it.
    pub address: AddressView,
    /// Where the store is.
    pub store_point: Point,
    /// Whether the payment provider is known to be away.
    pub provider_away: bool,
}

impl Commands {
    /// Places an order; answers once it is durable.
    pub async fn place(&self, caller: &Caller, placement: Placement) -> Result<OrderId, Fault> {
        let account = account(caller, Role::Customer)?;
        let Placement { order, address, store_point, provider_away } = placement;
        // Everything the customer sent, so that the same key with another order is noticed.
        let body = serde_json::to_string(&order).map_err(|error| unavailable(PLACE, &error.into()))?;
        let PlaceOrder { key, store, lines, agreed, typed } = order;
        let personal = Personal {
            name: typed.name,
            phone: typed.phone,
            address: address.text,
            address_detail: typed.address_detail,
            point: Some(address.point),
            note_to_store: typed.note_to_store,
            note_to_rider: typed.note_to_rider,
        };
        let sealed = self.vault.seal(account.id, &personal).await.map_err(|error| match error {
            VaultError::Keys(error) => unavailable("place", &error),
            VaultError::Seal => Fault::Unavailable,
        })?;
        let placing = Placing {
            order: OrderId(new_uuid(self.clock.now())),
            customer: account.id,
            lines,
            agreed,
            method: typed.card,
            distance_m: store_point.distance_to(address.point),
            cells: cells_of_order(store_point, address.point),
            code: door_code(),
            sealed,
            hold_minutes: provider_away.then_some(self.settings.hold_minutes),
        };
        let subject = Subject::NewOrder(placing.order, store);
        let decide: Decide = Box::new(move |loaded, now| {
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(loaded.case.place(store, placing.clone(), now)?)
        });
        let reply = self.run(account, subject, PLACE, Some((&key, body)), decide).await?;
        Ok(OrderId(reply.subject))
    }

    /// The order that was placed before under this key, for the same that was asked.
    pub async fn placed_before(
        &self,
        caller: &Caller,
        key: &str,
        asked: &str,
    ) -> Result<Option<OrderId>, Fault> {
        let account = account(caller, Role::Customer)?;
        let answered = self.answered(account, (PLACE, None), key, asked).await?;
        answered.map(|ran| ran.map(|reply| OrderId(reply.subject))).transpose()
    }

    /// Whether an own order was changed, or refused, before under this key, for the same that was asked.
    pub async fn changed_before(
        &self,
        caller: &Caller,
        order: OrderId,
        key: &str,
        asked: &str,
    ) -> Result<bool, Fault> {
        let account = account(caller, Role::Customer)?;
        let answered = self.answered(account, (CHANGE, Some(&order)), key, asked).await?;
        answered.map_or(Ok(false), |ran| ran.map(|_| true))
    }

    /// Changes what an own order consists of, until cooking starts. `agreed` is the price the customer has seen, in won.
    pub async fn change(
        &self,
        caller: &Caller,
        order: OrderId,
        lines: Vec<WantedLine>,
        agreed: Won,
        key: &str,
    ) -> Ran {
        let account = account(caller, Role::Customer)?;
        let (id, hold_minutes) = (account.id, self.settings.hold_minutes);
        let body = format!("{agreed}|{lines:?}");
        let decide: Decide = Box::new(move |loaded, now| {
            loaded.case.of_customer(id)?;
            let store = loaded.store.as_deref().ok_or(Fault::NotFound)?;
            Ok(loaded.case.request_change(store, &lines, agreed, now, hold_minutes)?)
        });
        self.run(account, Subject::Order(order), CHANGE, Some((key, body)), decide).await
    }

    /// Cancels an own order before cooking starts.
    pub async fn cancel(&self, caller: &Caller, order: OrderId, key: &str) -> Ran {
        let account = account(caller, Role::Customer)?;
        let id = account.id;
        self.on_case(account, order, "cancel", key, String::new(), move |case, now| {
            case.of_customer(id)?;
            case.cancel(CancelledBy::Customer, now)
        })
        .await
    }

    /// 배송확인.
    pub async fn confirm(&self, caller: &Caller, order: OrderId, key: &str) -> Ran {
        let account = account(caller, Role::Customer)?;
        let id = account.id;
        self.on_case(account, order, "confirm", key, String::new(), move |case, now| {
            case.of_customer(id)?;
            case.confirm_receipt(ConfirmedBy::Customer, now)
        })
        .await
    }
}

/// The store of an owner.
pub(super) fn store_of(store: Option<StoreId>) -> Result<StoreId, Fault> {
    store.ok_or(Fault::NotFound)
}
