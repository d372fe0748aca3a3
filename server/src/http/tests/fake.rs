//! A port that knows nothing, so that HTTP is tested alone.

use app::backend::{Answer, Backend};
use domain::enrolment::Part;
use domain::shared::{AccountId, OrderId, Point, StoreId, TokenId, WebhookId, Won};
use domain::store::WantedLine;
use domain::views::{
    AccountPage, AccountView, AddressView, ApplicationView, BoardView, Caller, CardView, CartChange,
    CartView, ChangeForm, CheckoutView, DeadWebhooksView, Fault, FormDraft, InboxView, MenuView,
    OperatorAction, OperatorView, OrderList, OrderSearch, OrderView, PlaceOrder, RiderAction, RiderView,
    SettlementView, StoreDay, StoreList, TicketAction, TimelineView, Typed, Verdict, WebhooksView,
};

use crate::web_store::WebStore;

/// Knows drafts and nothing else.
pub(super) struct Nothing {
    pub(super) web: WebStore,
}

#[async_trait::async_trait]
impl Backend for Nothing {
    async fn stores(&self, _: &Caller, _: &str) -> Answer<StoreList> {
        Err(Fault::NotFound)
    }
    async fn menu(&self, _: &Caller, _: StoreId) -> Answer<MenuView> {
        Err(Fault::NotFound)
    }
    async fn set_address(&self, _: &Caller, _: &str) -> Answer<AddressView> {
        Err(Fault::NotFound)
    }
    async fn cart(&self, _: &Caller) -> Answer<CartView> {
        Ok(CartView::default())
    }
    async fn change_cart(&self, _: &Caller, _: CartChange) -> Answer<CartView> {
        Err(Fault::NotFound)
    }
    async fn reorder(&self, _: &Caller, _: OrderId) -> Answer<CartView> {
        Err(Fault::NotFound)
    }
    async fn change_form(&self, _: &Caller, _: OrderId) -> Answer<ChangeForm> {
        Err(Fault::NotFound)
    }
    async fn change_order(&self, _: &Caller, _: OrderId, _: Vec<WantedLine>, _: Won, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn pay_now(&self, _: &Caller, _: OrderId) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn timeline(&self, _: &Caller, _: OrderId) -> Answer<TimelineView> {
        Err(Fault::NotFound)
    }
    async fn operator(&self, _: &Caller) -> Answer<OperatorView> {
        Err(Fault::NotFound)
    }
    async fn find_orders(&self, _: &Caller, _: &str) -> Answer<OrderSearch> {
        Err(Fault::NotFound)
    }
    async fn operate(&self, _: &Caller, _: OrderId, _: OperatorAction, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn retry_dead(&self, _: &Caller, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn settlement(&self, _: &Caller, _: &str) -> Answer<SettlementView> {
        Err(Fault::NotFound)
    }
    async fn checkout(&self, _: &Caller) -> Answer<CheckoutView> {
        Err(Fault::NotFound)
    }
    async fn cards(&self, _: &Caller) -> Answer<(Vec<CardView>, String)> {
        Err(Fault::NotFound)
    }
    async fn choose_card(&self, _: &Caller, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn place_order(&self, _: &Caller, _: PlaceOrder) -> Answer<OrderId> {
        Err(Fault::NotFound)
    }
    async fn orders(&self, _: &Caller, _: u32) -> Answer<OrderList> {
        Err(Fault::NotFound)
    }
    async fn order(&self, _: &Caller, _: OrderId) -> Answer<OrderView> {
        Err(Fault::NotFound)
    }
    async fn cancel_order(&self, _: &Caller, _: OrderId, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn confirm_receipt(&self, _: &Caller, _: OrderId, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn board(&self, _: &Caller) -> Answer<BoardView> {
        Err(Fault::NotFound)
    }
    async fn act_on_ticket(&self, _: &Caller, _: OrderId, _: TicketAction, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn act_on_store(&self, _: &Caller, _: StoreDay, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn rider(&self, _: &Caller) -> Answer<RiderView> {
        Err(Fault::NotFound)
    }
    async fn act_on_job(&self, _: &Caller, _: OrderId, _: RiderAction, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn set_duty(&self, _: &Caller, _: bool) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn set_position(&self, _: &Caller, _: Point) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn inbox(&self, _: &Caller, _: Option<u64>) -> Answer<InboxView> {
        Err(Fault::NotFound)
    }
    async fn retry_notice(&self, _: &Caller, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn apply(&self, _: &Caller, _: Part, _: Typed, _: &str) -> Answer<AccountView> {
        Err(Fault::NotFound)
    }
    async fn application(&self, _: &Caller) -> Answer<ApplicationView> {
        Err(Fault::NotFound)
    }
    async fn file_again(&self, _: &Caller, _: u32, _: Typed) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn decide_application(&self, _: &Caller, _: AccountId, _: u32, _: Verdict) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn account_page(&self, _: &Caller, _: Option<TokenId>) -> Answer<AccountPage> {
        Err(Fault::NotFound)
    }
    async fn make_token(&self, _: &Caller, _: &str, _: &str) -> Answer<TokenId> {
        Err(Fault::NotFound)
    }
    async fn revoke_token(&self, _: &Caller, _: TokenId) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn webhooks(&self, _: &Caller) -> Answer<WebhooksView> {
        Err(Fault::NotFound)
    }
    async fn register_webhook(&self, _: &Caller, _: &str) -> Answer<WebhookId> {
        Err(Fault::NotFound)
    }
    async fn webhook_secret(&self, _: &Caller, _: WebhookId) -> Answer<Option<String>> {
        Err(Fault::NotFound)
    }
    async fn replace_webhook_secret(&self, _: &Caller, _: WebhookId) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn pause_webhook(&self, _: &Caller, _: WebhookId, _: bool) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn delete_webhook(&self, _: &Caller, _: WebhookId) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn dead_webhooks(&self, _: &Caller, _: WebhookId) -> Answer<DeadWebhooksView> {
        Err(Fault::NotFound)
    }
    async fn retry_webhook(&self, _: &Caller, _: WebhookId, _: Option<u64>) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn replay_webhook(&self, _: &Caller, _: WebhookId, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn retry_dead_webhook(&self, _: &Caller, _: &str) -> Answer<()> {
        Err(Fault::NotFound)
    }
    async fn keep_draft(&self, caller: &Caller, draft: FormDraft) -> Answer<String> {
        Ok(self.web.keep_draft(&caller.visitor, &draft).await?)
    }
    async fn draft(&self, caller: &Caller, id: &str) -> Answer<Option<FormDraft>> {
        Ok(self.web.draft(&caller.visitor, id).await?)
    }
}
