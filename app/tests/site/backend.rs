//! The server behind the site: shows the samples, and refuses commands when told to.

use super::sample;
use app::backend::{Answer, Backend};
use domain::enrolment::Part;
use domain::shared::{AccountId, OrderId, Point, StoreId, TokenId, WebhookId, Won};
use domain::store::WantedLine;
use domain::views::{
    AccountPage, AccountView, AddressView, ApplicationView, BoardView, Caller, CardView, CartChange,
    CartView, ChangeForm, CheckoutView, DeadWebhooksView, Fault, FormDraft, InboxView, MenuView,
    OperatorAction, OperatorView, OrderList, OrderSearch, OrderView, PlaceOrder, RiderAction, RiderView,
    SettlementView, Shown, StoreDay, StoreList, TicketAction, TimelineView, Typed, Verdict, WebhooksView,
};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

pub(crate) struct Kitchen {
    pub(crate) refuse: Option<Fault>,
    pub(crate) order: Option<OrderView>,
    pub(crate) draft: Arc<Mutex<Option<FormDraft>>>,
}

impl Kitchen {
    fn command<T>(&self, done: T) -> Answer<T> {
        match &self.refuse {
            Some(fault) => Err(fault.clone()),
            None => Ok(done),
        }
    }
}

#[async_trait::async_trait]
impl Backend for Kitchen {
    async fn stores(&self, _: &Caller, search: &str) -> Answer<StoreList> {
        Ok(sample::list(search))
    }
    async fn menu(&self, _: &Caller, store: StoreId) -> Answer<MenuView> {
        match store {
            store if store == sample::store_id() => Ok(sample::menu()),
            store if store == sample::markup_id() => Ok(sample::named(sample::MARKUP)),
            _ => Err(Fault::NotFound),
        }
    }
    async fn set_address(&self, _: &Caller, _: &str) -> Answer<AddressView> {
        self.command(sample::list("").address.unwrap())
    }
    async fn cart(&self, _: &Caller) -> Answer<CartView> {
        Ok(sample::cart())
    }
    async fn change_cart(&self, _: &Caller, _: CartChange) -> Answer<CartView> {
        self.command(sample::cart())
    }
    async fn reorder(&self, _: &Caller, _: OrderId) -> Answer<CartView> {
        self.command(sample::cart())
    }
    async fn checkout(&self, _: &Caller) -> Answer<CheckoutView> {
        Ok(sample::checkout())
    }
    async fn cards(&self, _: &Caller) -> Answer<(Vec<CardView>, String)> {
        Ok((sample::cards(), "tok_ok".into()))
    }
    async fn choose_card(&self, _: &Caller, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn place_order(&self, _: &Caller, order: PlaceOrder) -> Answer<OrderId> {
        // What the form says has arrived whole.
        assert_eq!(order.lines[0].item, sample::item_id());
        assert_eq!(order.lines[0].choices, [sample::large()]);
        self.command(OrderId(Uuid::from_u128(77)))
    }
    async fn orders(&self, _: &Caller, _: u32) -> Answer<OrderList> {
        Err(Fault::NotSignedIn)
    }
    async fn order(&self, _: &Caller, id: OrderId) -> Answer<OrderView> {
        if let Some(order) = self.order.clone().filter(|order| order.line.order == id) {
            return Ok(order);
        }
        let shown = Shown::ALL.into_iter().find(|shown| sample::order_id(*shown) == id);
        shown.map(sample::order).ok_or(Fault::NotFound)
    }
    async fn cancel_order(&self, _: &Caller, _: OrderId, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn confirm_receipt(&self, _: &Caller, _: OrderId, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn board(&self, _: &Caller) -> Answer<BoardView> {
        Err(Fault::WrongRole)
    }
    async fn act_on_ticket(&self, _: &Caller, _: OrderId, _: TicketAction, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn act_on_store(&self, _: &Caller, _: StoreDay, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn rider(&self, _: &Caller) -> Answer<RiderView> {
        Err(Fault::WrongRole)
    }
    async fn act_on_job(&self, _: &Caller, _: OrderId, _: RiderAction, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn set_duty(&self, _: &Caller, _: bool) -> Answer<()> {
        self.command(())
    }
    async fn set_position(&self, _: &Caller, _: Point) -> Answer<()> {
        self.command(())
    }
    async fn change_form(&self, _: &Caller, id: OrderId) -> Answer<ChangeForm> {
        let is_known = id == sample::order_id(Shown::Received);
        is_known.then(sample::change_form).ok_or(Fault::NotFound)
    }
    async fn change_order(&self, _: &Caller, _: OrderId, _: Vec<WantedLine>, _: Won, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn pay_now(&self, _: &Caller, _: OrderId) -> Answer<()> {
        self.command(())
    }
    async fn timeline(&self, _: &Caller, _: OrderId) -> Answer<TimelineView> {
        Err(Fault::NotFound)
    }
    async fn operator(&self, _: &Caller) -> Answer<OperatorView> {
        Err(Fault::WrongRole)
    }
    async fn find_orders(&self, _: &Caller, _: &str) -> Answer<OrderSearch> {
        Err(Fault::WrongRole)
    }
    async fn operate(&self, _: &Caller, _: OrderId, _: OperatorAction, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn retry_dead(&self, _: &Caller, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn settlement(&self, _: &Caller, _: &str) -> Answer<SettlementView> {
        Err(Fault::WrongRole)
    }
    async fn inbox(&self, _: &Caller, _: Option<u64>) -> Answer<InboxView> {
        Err(Fault::NotSignedIn)
    }
    async fn retry_notice(&self, _: &Caller, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn apply(&self, _: &Caller, _: Part, _: Typed, _: &str) -> Answer<AccountView> {
        Err(Fault::NotSignedIn)
    }
    async fn application(&self, _: &Caller) -> Answer<ApplicationView> {
        Err(Fault::NotSignedIn)
    }
    async fn file_again(&self, _: &Caller, _: u32, _: Typed) -> Answer<()> {
        Err(Fault::NotSignedIn)
    }
    async fn decide_application(&self, _: &Caller, _: AccountId, _: u32, _: Verdict) -> Answer<()> {
        Err(Fault::NotSignedIn)
    }
    async fn account_page(&self, _: &Caller, made: Option<TokenId>) -> Answer<AccountPage> {
        Ok(sample::account(made))
    }
    async fn make_token(&self, _: &Caller, _: &str, _: &str) -> Answer<TokenId> {
        self.command(TokenId(Uuid::nil()))
    }
    async fn revoke_token(&self, _: &Caller, _: TokenId) -> Answer<()> {
        self.command(())
    }
    async fn webhooks(&self, _: &Caller) -> Answer<WebhooksView> {
        Err(Fault::NotSignedIn)
    }
    async fn register_webhook(&self, _: &Caller, _: &str) -> Answer<WebhookId> {
        Err(Fault::NotSignedIn)
    }
    async fn webhook_secret(&self, _: &Caller, _: WebhookId) -> Answer<Option<String>> {
        Err(Fault::NotSignedIn)
    }
    async fn replace_webhook_secret(&self, _: &Caller, _: WebhookId) -> Answer<()> {
        self.command(())
    }
    async fn pause_webhook(&self, _: &Caller, _: WebhookId, _: bool) -> Answer<()> {
        self.command(())
    }
    async fn delete_webhook(&self, _: &Caller, _: WebhookId) -> Answer<()> {
        self.command(())
    }
    async fn dead_webhooks(&self, _: &Caller, _: WebhookId) -> Answer<DeadWebhooksView> {
        Err(Fault::NotSignedIn)
    }
    async fn retry_webhook(&self, _: &Caller, _: WebhookId, _: Option<u64>) -> Answer<()> {
        self.command(())
    }
    async fn replay_webhook(&self, _: &Caller, _: WebhookId, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn retry_dead_webhook(&self, _: &Caller, _: &str) -> Answer<()> {
        self.command(())
    }
    async fn keep_draft(&self, _: &Caller, draft: FormDraft) -> Answer<String> {
        *self.draft.lock().unwrap() = Some(draft);
        Ok("d1".into())
    }
    async fn draft(&self, _: &Caller, id: &str) -> Answer<Option<FormDraft>> {
        Ok(self.draft.lock().unwrap().clone().filter(|_| id == "d1"))
    }
}
