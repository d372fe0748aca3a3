//! What customers ask for.

use super::{Desk, failed, web_failed};
use crate::commands::{Asked, Commands, Placement, account};
use crate::processes::Nudge;
use crate::storage::{IdempotencyKey, Once, Ran};
use crate::web_store::{VisitorData, WebStore, WebStoreError};
use app::backend::Answer;
use domain::processes::CaseRefusal;
use domain::shared::{AccountId, Line, Metres, OrderId, Personal, StoreId, Timestamp, Won};
use domain::store::{Store, WantedLine};
use domain::views::{
    AddressView, BreakerState, Caller, CardView, CartChange, CartRefusal, CartView, ChangeForm,
    CheckoutDraft, CheckoutView, Fault, Field, FieldFault, MenuView, OrderDoc, OrderList, OrderView,
    PlaceOrder, Role, StoreCard, StoreList, cart_again, change_cart, check_checkout, filled_in, is_offered,
    listed, of_two_stores, timeline_entry, usual_card, without_ordered,
};
use std::sync::Arc;

/// Orders on a page of the list.
const PAGE: u32 = 20;

impl Desk {
    /// What the browser has told, as it is kept.
    async fn kept(&self, caller: &Caller) -> Answer<VisitorData> {
        self.web.visitor(&caller.visitor).await.map_err(|error| web_failed(&error))
    }

    /// The same for looking at: a customer who has chosen no address yet is at home. Never kept, for the browser may be somebody else's.
    async fn visitor(&self, caller: &Caller) -> Answer<VisitorData> {
        let mut data = self.kept(caller).await?;
        if data.address.is_none()
            && let Some(account) = caller.account.as_ref().filter(|account| account.role == Role::Customer)
        {
            let profile = self.accounts.profile(account.id).await?;
            data.address = self.geocoder.find(&profile.address);
        }
        Ok(data)
    }

    async fn keep(&self, caller: &Caller, data: &VisitorData) -> Answer<()> {
        self.web.save_visitor(&caller.visitor, data).await.map_err(|error| web_failed(&error))
    }

    pub(super) async fn list_stores(&self, caller: &Caller, search: &str) -> Answer<StoreList> {
        let now = self.clock.now();
        let address = self.visitor(caller).await?.address;
        let found = self.found_stores(address.as_ref(), search, now).await?;
        let stores = found.into_iter().map(|(card, _)| card).collect();
        Ok(StoreList { now, address, search: search.trim().to_owned(), stores })
    }

    /// Stores that deliver to the address (all without one) and have this in their name, kind or menu; those that take orders first.
    pub(super) async fn found_stores(
        &self,
        address: Option<&AddressView>,
        search: &str,
        now: Timestamp,
    ) -> Answer<Vec<(StoreCard, Arc<Store>)>> {
        let needle = search.trim().to_lowercase();
        let all = self.shelf.all().await.map_err(failed("stores"))?;
        let found = all
            .values()
            .filter(|store| needle.is_empty() || store.matches(&needle))
            .filter_map(|store| StoreCard::of(store, address, now));
        let with_store = |card: StoreCard| all.get(&card.id).map(|store| (card, Arc::clone(store)));
        Ok(listed(found).into_iter().filter_map(with_store).collect())
    }

    pub(super) async fn show_menu(&self, caller: &Caller, id: StoreId) -> Answer<MenuView> {
        let now = self.clock.now();
        let store = self.store(id).await?.ok_or(Fault::NotFound)?;
        let visitor = self.visitor(caller).await?;
        let card = StoreCard::of(&store, visitor.address.as_ref(), now).ok_or(Fault::NotFound)?;
        let (address, phone) = store
            .profile
            .as_ref()
            .map(|profile| (profile.address.clone(), profile.phone.clone()))
            .unwrap_or_default();
        let cart = self.price_cart(&visitor, now).await?;
        Ok(MenuView { now, store: card, address, phone, menu: store.menu.clone(), cart })
    }

    pub(super) async fn store(&self, id: StoreId) -> Answer<Option<Arc<Store>>> {
        self.shelf.get(id).await.map_err(failed("store"))
    }

    pub(super) async fn keep_address(&self, caller: &Caller, text: &str) -> Answer<AddressView> {
        let address = self.locate(text)?;
        let _editing = self.web.editing(&caller.visitor).await;
        let mut data = self.kept(caller).await?;
        data.address = Some(address.clone());
        self.keep(caller, &data).await?;
        Ok(address)
    }

    pub(super) fn locate(&self, text: &str) -> Answer<AddressView> {
        let field = Field::Address;
        if text.trim().is_empty() {
            return Err(Fault::field(FieldFault::Missing { field }));
        }
        self.geocoder.find(text).ok_or(Fault::field(FieldFault::Unknown { field }))
    }

    async fn price_cart(&self, visitor: &VisitorData, now: Timestamp) -> Answer<CartView> {
        let Some((id, lines)) = &visitor.cart else {
            return Ok(CartView::default());
        };
        let Some(store) = self.store(*id).await? else {
            return Ok(CartView::default());
        };
        Ok(CartView::of(&store, lines, distance(&store, visitor.address.as_ref()), now))
    }

    pub(super) async fn show_cart(&self, caller: &Caller) -> Answer<CartView> {
        let visitor = self.visitor(caller).await?;
        self.price_cart(&visitor, self.clock.now()).await
    }

    pub(super) async fn edit_cart(&self, caller: &Caller, change: CartChange) -> Answer<CartView> {
        let now = self.clock.now();
        let _editing = self.web.editing(&caller.visitor).await;
        let mut visitor = self.kept(caller).await?;
        let store = match &change {
            CartChange::Add { store, .. } => Some(self.store(*store).await?.ok_or(Fault::NotFound)?),
            CartChange::SetQuantity { .. } | CartChange::Clear => None,
        };
        let before = visitor.cart.as_ref().map(|(store, _)| *store);
        visitor.cart = match change_cart(visitor.cart.clone(), change, store.as_deref(), now) {
            Ok(cart) => cart,
            Err(CartRefusal::Line(refusal)) => return Err(CaseRefusal::Quote(refusal).into()),
            Err(CartRefusal::OtherStore) => {
                let cart = self.price_cart(&visitor, now).await?.store_name;
                return Err(Fault::OtherStore { cart });
            }
        };
        if visitor.cart.as_ref().map(|(store, _)| *store) != before {
            visitor.again = None;
        }
        self.keep(caller, &visitor).await?;
        self.price_cart(&self.visitor(caller).await?, now).await
    }

    pub(super) async fn fill_cart_again(&self, caller: &Caller, order: OrderId) -> Answer<CartView> {
        let account = account(caller, Role::Customer)?;
        let view = self.show_order(caller, order).await?;
        let store = self.store(view.line.store).await?.ok_or(Fault::NotFound)?;
        let before = self.personal(account.id, order).await?;
        let now = self.clock.now();
        let lines = view.bill.lines.iter().map(Line::as_wanted);
        let cart = cart_again(view.line.store, lines, &store, now);
        let _editing = self.web.editing(&caller.visitor).await;
        let mut visitor = self.kept(caller).await?;
        visitor.cart = cart;
        visitor.again = Some(order);
        // It goes where it went before, not where the customer has looked around since.
        if let Some(Personal { address: text, point: Some(point), .. }) = before {
            visitor.address = Some(AddressView { text, point });
        }
        self.keep(caller, &visitor).await?;
        self.price_cart(&visitor, now).await
    }

    /// What an order of this customer says about a person; `None` for another's, and when the customer's key has been destroyed.
    async fn personal(&self, customer: AccountId, order: OrderId) -> Answer<Option<Personal>> {
        let found = self.views.order_doc(order).await.map_err(failed("order"))?;
        match found.filter(|(owner, _)| *owner == customer) {
            Some((owner, doc)) => self.vault.open(owner, &doc.sealed).await.map_err(failed("order")),
            None => Ok(None),
        }
    }

    /// What an account says of its customer.
    pub(super) async fn known_of_account(&self, customer: AccountId) -> Answer<Personal> {
        let profile = self.accounts.profile(customer).await?;
        Ok(Personal {
            name: profile.name,
            phone: profile.phone,
            address: profile.address,
            address_detail: profile.address_detail,
            ..Personal::default()
        })
    }

    pub(super) async fn show_checkout(&self, caller: &Caller) -> Answer<CheckoutView> {
        let account = account(caller, Role::Customer)?;
        let visitor = self.visitor(caller).await?;
        let cart = self.price_cart(&visitor, self.clock.now()).await?;
        let of_earlier = match visitor.again {
            Some(order) => self.personal(account.id, order).await?,
            None => None,
        };
        let known = match of_earlier {
            Some(known) => known,
            None => self.known_of_account(account.id).await?,
        };
        let cards = self.gateway.cards().await.to_vec();
        let address = visitor.address.map(|address| address.text).unwrap_or_default();
        let typed = CheckoutDraft { address, ..CheckoutDraft::default() };
        let draft = filled_in(typed, known, visitor.card.as_deref(), &cards);
        Ok(CheckoutView { cart, draft, cards, key: self.key() })
    }

    pub(super) async fn show_cards(&self, caller: &Caller) -> Answer<(Vec<CardView>, String)> {
        account(caller, Role::Customer)?;
        let cards = self.gateway.cards().await;
        let chosen = usual_card(self.visitor(caller).await?.card.as_deref(), &cards);
        Ok((cards.to_vec(), chosen))
    }

    pub(super) async fn keep_card(&self, caller: &Caller, token: &str) -> Answer<()> {
        account(caller, Role::Customer)?;
        if self.gateway.cards().await.iter().all(|card| card.token != token) {
            return Err(Fault::field(FieldFault::Unknown { field: Field::Card }));
        }
        let _editing = self.web.editing(&caller.visitor).await;
        let mut visitor = self.kept(caller).await?;
        visitor.card = Some(token.to_owned());
        self.keep(caller, &visitor).await
    }

    pub(super) async fn place(&self, caller: &Caller, order: PlaceOrder) -> Answer<OrderId> {
        self.place_by(&self.commands, caller, order).await
    }

    /// Places an order by these commands.
    pub(super) async fn place_by(
        &self,
        commands: &Commands,
        caller: &Caller,
        mut order: PlaceOrder,
    ) -> Answer<OrderId> {
        account(caller, Role::Customer)?;
        let checked = check_checkout(&mut order.typed);
        let address = match (checked, self.locate(&order.typed.address)) {
            (Ok(()), address) => address?,
            (Err(fault), Ok(_)) => return Err(fault),
            (Err(fault), Err(of_address)) => return Err(fault.and(of_address)),
        };
        let cards = self.gateway.cards().await;
        if !is_offered(&order.typed.card, &cards) {
            return Err(Fault::field(FieldFault::Unknown { field: Field::Card }));
        }
        let store = self.store(order.store).await?.ok_or(Fault::NotFound)?;
        let profile = store.profile.as_ref().ok_or(Fault::NotFound)?;
        let stores = self.shelf.all().await.map_err(failed("stores"))?;
        if let Some(fault) =
            of_two_stores(&order.lines, &store, stores.values().map(std::convert::AsRef::as_ref))
        {
            return Err(fault);
        }
        let (ordered, store_point) = ((order.store, order.lines.clone()), profile.point);
        let provider_away = self.payment_breaker.state() == BreakerState::Open;
        let placement = Placement { order, address, store_point, provider_away };
        let (commands, web, caller) = (commands.clone(), self.web.clone(), caller.clone());
        // Carried through when the browser hangs up meanwhile: from a cart that stayed full it would be ordered again.
        let placing = tokio::spawn(async move {
            let placed = commands.place(&caller, placement).await?;
            // The order stands whatever becomes of the cart.
            if let Err(error) = take_out(&web, &caller.visitor, ordered).await {
                tracing::warn!(%error, "what was ordered could not be taken out of the cart");
            }
            Ok(placed)
        });
        placing.await.unwrap_or_else(|error| {
            tracing::error!(%error, "an order's task ended badly");
            Err(Fault::Unsure)
        })
    }

    pub(super) async fn list_orders(&self, caller: &Caller, page: u32) -> Answer<OrderList> {
        let account = account(caller, Role::Customer)?;
        let answer = self.views.orders_of(account.id, page, PAGE).await.map_err(failed("orders"))?;
        Ok(OrderList {
            position: answer.position,
            now: self.clock.now(),
            page,
            total: answer.total,
            size: PAGE,
            orders: answer.docs.into_iter().map(|doc| doc.line).collect(),
        })
    }

    pub(super) async fn show_order(&self, caller: &Caller, order: OrderId) -> Answer<OrderView> {
        let account = account(caller, Role::Customer)?;
        let answer = self.views.order(order).await.map_err(failed("order"))?;
        let answer = answer.filter(|answer| answer.customer == account.id).ok_or(Fault::NotFound)?;
        let doc = answer.doc;
        let personal =
            self.vault.open(account.id, &doc.sealed).await.map_err(failed("order"))?.unwrap_or_default();
        let timeline = answer.events.iter().filter_map(timeline_entry).collect();
        Ok(OrderView::new((answer.position, self.clock.now()), self.key(), doc, personal, timeline))
    }

    pub(super) async fn show_change_form(&self, caller: &Caller, order: OrderId) -> Answer<ChangeForm> {
        let account = account(caller, Role::Customer)?;
        let case = self.log.case(order).await.map_err(failed("change"))?;
        let doc = OrderDoc::of(&case).ok_or(Fault::NotFound)?;
        case.of_customer(account.id)?;
        case.can_change()?;
        let store = self.store(doc.line.store).await?.ok_or(Fault::NotFound)?;
        let min_order = store.profile.as_ref().map_or(Won::ZERO, |profile| profile.min_order);
        Ok(ChangeForm {
            now: self.clock.now(),
            key: self.key(),
            line: doc.line,
            bill: doc.bill,
            change: doc.change,
            menu: store.menu.clone(),
            min_order,
        })
    }

    /// Has the provider asked about an own order now instead of later; once under a key.
    pub(crate) async fn ask_provider_now(
        &self,
        caller: &Caller,
        order: OrderId,
        asked: &Asked,
    ) -> Answer<()> {
        let customer = account(caller, Role::Customer)?;
        let found = self.views.order_doc(order).await.map_err(failed("order"))?;
        found.filter(|(owner, _)| *owner == customer.id).ok_or(Fault::NotFound)?;
        let key = asked.key_of(customer, "retry", Some(&order))?;
        if let Some(ran) = self.ran_before(key.as_ref()).await? {
            return ran.map(drop);
        }
        if asked.versions.is_some() {
            let case = self.log.case(order).await.map_err(failed("order"))?;
            asked.expects(case.versions.of_order().into())?;
        }
        self.rates.payment(caller)?;
        if let Some(key) = key
            && let Once::Before(ran) = self.log.keep(key, order.0).await.map_err(failed("order"))?
        {
            return ran.map(drop);
        }
        // Not kept, and not needed to be: whatever waits for the provider is tried again by itself.
        self.nudges.send(Nudge::Order(order));
        Ok(())
    }

    /// What was answered under a key before.
    pub(super) async fn ran_before(&self, key: Option<&IdempotencyKey>) -> Answer<Option<Ran>> {
        match key {
            Some(key) => self.log.answered(key).await.map_err(failed("key")),
            None => Ok(None),
        }
    }

    /// Refused when something has another version than the caller has seen. A repeat is not: it is its own first time that has made another.
    pub(super) async fn is_as_seen(
        &self,
        asked: &Asked,
        key: Option<&IdempotencyKey>,
        version: u64,
    ) -> Answer<()> {
        let seen = asked.expects(version);
        if seen.is_err() && self.ran_before(key).await?.is_some() {
            return Ok(());
        }
        seen
    }
}

/// Takes what was ordered out of the cart; what came in meanwhile stays.
async fn take_out(
    web: &WebStore,
    visitor: &str,
    (store, lines): (StoreId, Vec<WantedLine>),
) -> Result<(), WebStoreError> {
    let _editing = web.editing(visitor).await;
    let mut data = web.visitor(visitor).await?;
    let before = data.cart.clone();
    data.cart = without_ordered(before.clone(), store, &lines);
    if data.cart.is_none() {
        data.again = None;
    }
    if data.cart == before { Ok(()) } else { web.save_visitor(visitor, &data).await }
}

fn distance(store: &Store, address: Option<&AddressView>) -> Option<Metres> {
    Some(store.profile.as_ref()?.point.distance_to(address?.point))
}
