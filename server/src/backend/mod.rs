//! The pages' port, carried out: commands go to the log, questions to the read models, carts and drafts to the web store.

mod account;
pub mod api;
mod applications;
mod console;
mod customer;
mod desk;
mod inbox;
mod operator;
mod shelf;
mod turns;
mod webhooks;

use crate::accounts::Accounts;
use crate::adapters::breaker::Breaker;
use crate::adapters::clock::{Clock, new_uuid};
use crate::adapters::geocoder::Geocoder;
use crate::adapters::payment::PaymentGateway;
use crate::commands::{Asked, Commands, unavailable};
use crate::processes::Nudges;
use crate::read_models::Views;
use crate::storage::{EventLog, LogError, Outbox, Vault};
use crate::tokens::Tokens;
use crate::web_store::{WebStore, WebStoreError};
use app::backend::{Answer, Backend};
use domain::delivery::RiderChange;
use domain::enrolment::Part;
use domain::processes::Limits;
use domain::shared::{AccountId, Metres, OrderId, Point, StoreId, TokenId, WebhookId, Won};
use domain::store::WantedLine;
use domain::views::{
    AccountPage, AccountView, AddressView, ApplicationView, BoardView, Caller, CardView, CartChange,
    CartView, ChangeForm, CheckoutView, DeadWebhooksView, Fault, FormDraft, InboxView, MenuView,
    OperatorAction, OperatorView, OrderList, OrderSearch, OrderView, PlaceOrder, ProviderHealth, RiderAction,
    RiderView, SettlementView, StoreDay, StoreList, TicketAction, TimelineView, Typed, Verdict, WebhooksView,
};
use std::sync::Arc;
use tokio::sync::{Notify, broadcast};

pub use shelf::Shelf;
pub use turns::Turns;
pub(crate) use turns::{version_of_rider, version_of_webhook};
pub use webhooks::WebhookDesk;

/// Everything the port needs.
pub struct Desk {
    /// Commands.
    pub commands: Commands,
    /// Read models.
    pub views: Arc<dyn Views>,
    /// Stores, in memory.
    pub shelf: Shelf,
    /// Envelopes.
    pub vault: Vault,
    /// Accounts.
    pub accounts: Accounts,
    /// API tokens.
    pub tokens: Tokens,
    /// Carts, addresses and drafts.
    pub web: WebStore,
    /// Addresses.
    pub geocoder: Arc<dyn Geocoder>,
    /// Cards.
    pub gateway: Arc<dyn PaymentGateway>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Riders who moved, or went on or off duty.
    pub moved: broadcast::Sender<AccountId>,
    /// How far is near for a rider, in metres.
    pub radius_m: Metres,
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// To the process runner.
    pub nudges: Nudges,
    /// How long orders may wait.
    pub limits: Limits,
    /// The payment provider's circuit breaker.
    pub payment_breaker: Breaker,
    /// Providers outside, with their circuit breakers.
    pub providers: Vec<Provider>,
    /// What people were told.
    pub outbox: Arc<dyn Outbox>,
    /// Wakes the sender of notices.
    pub letters: Arc<Notify>,
    /// What other programs are told.
    pub webhooks: WebhookDesk,
    /// What is looked at before it is changed, is changed by one after the other: a rider's day, an account's webhooks.
    pub turns: Turns,
    /// Tells open consoles that they show something else.
    pub console: broadcast::Sender<()>,
    /// How much one account may ask for.
    pub rates: Arc<crate::limits::Limits>,
}

/// A provider outside.
pub struct Provider {
    /// Its name.
    pub name: &'static str,
    /// Its circuit breaker.
    pub breaker: Breaker,
}

impl Provider {
    fn health(&self) -> ProviderHealth {
        ProviderHealth {
            name: self.name.to_owned(),
            breaker: self.breaker.state(),
            refused: self.breaker.refused(),
        }
    }
}

impl Desk {
    /// A fresh idempotency key for the forms of a page.
    fn key(&self) -> String {
        new_uuid(self.clock.now()).simple().to_string()
    }
}

fn web_failed(error: &WebStoreError) -> Fault {
    tracing::error!(%error, "the web store failed");
    Fault::Unavailable
}

/// Users hear that it is not available now; the cause goes to the log.
fn failed(what: &'static str) -> impl Fn(LogError) -> Fault {
    move |error| unavailable(what, &error)
}

#[async_trait::async_trait]
impl Backend for Desk {
    async fn stores(&self, caller: &Caller, search: &str) -> Answer<StoreList> {
        self.list_stores(caller, search).await
    }
    async fn menu(&self, caller: &Caller, store: StoreId) -> Answer<MenuView> {
        self.show_menu(caller, store).await
    }
    async fn set_address(&self, caller: &Caller, text: &str) -> Answer<AddressView> {
        self.keep_address(caller, text).await
    }
    async fn cart(&self, caller: &Caller) -> Answer<CartView> {
        self.show_cart(caller).await
    }
    async fn change_cart(&self, caller: &Caller, change: CartChange) -> Answer<CartView> {
        self.edit_cart(caller, change).await
    }
    async fn reorder(&self, caller: &Caller, order: OrderId) -> Answer<CartView> {
        self.fill_cart_again(caller, order).await
    }
    async fn checkout(&self, caller: &Caller) -> Answer<CheckoutView> {
        self.show_checkout(caller).await
    }
    async fn cards(&self, caller: &Caller) -> Answer<(Vec<CardView>, String)> {
        self.show_cards(caller).await
    }
    async fn choose_card(&self, caller: &Caller, token: &str) -> Answer<()> {
        self.keep_card(caller, token).await
    }
    async fn place_order(&self, caller: &Caller, order: PlaceOrder) -> Answer<OrderId> {
        self.rates.order(caller)?;
        self.place(caller, order).await
    }
    async fn orders(&self, caller: &Caller, page: u32) -> Answer<OrderList> {
        self.list_orders(caller, page).await
    }
    async fn order(&self, caller: &Caller, order: OrderId) -> Answer<OrderView> {
        self.show_order(caller, order).await
    }
    async fn cancel_order(&self, caller: &Caller, order: OrderId, key: &str) -> Answer<()> {
        self.commands.cancel(caller, order, key).await.map(|_| ())
    }
    async fn confirm_receipt(&self, caller: &Caller, order: OrderId, key: &str) -> Answer<()> {
        self.commands.confirm(caller, order, key).await.map(|_| ())
    }
    async fn change_form(&self, caller: &Caller, order: OrderId) -> Answer<ChangeForm> {
        self.show_change_form(caller, order).await
    }
    async fn change_order(
        &self,
        caller: &Caller,
        order: OrderId,
        lines: Vec<WantedLine>,
        agreed: Won,
        key: &str,
    ) -> Answer<()> {
        self.rates.order(caller)?;
        self.commands.change(caller, order, lines, agreed, key).await.map(|_| ())
    }
    async fn pay_now(&self, caller: &Caller, order: OrderId) -> Answer<()> {
        self.ask_provider_now(caller, order, &Asked::default()).await
    }
    async fn timeline(&self, caller: &Caller, order: OrderId) -> Answer<TimelineView> {
        self.show_timeline(caller, order).await
    }
    async fn operator(&self, caller: &Caller) -> Answer<OperatorView> {
        self.show_operator(caller).await
    }
    async fn find_orders(&self, caller: &Caller, typed: &str) -> Answer<OrderSearch> {
        self.search(caller, typed).await
    }
    async fn operate(
        &self,
        caller: &Caller,
        order: OrderId,
        action: OperatorAction,
        key: &str,
    ) -> Answer<()> {
        self.commands.operate(caller, order, action, key).await.map(|_| ())
    }
    async fn retry_dead(&self, caller: &Caller, id: &str) -> Answer<()> {
        self.try_again(caller, id).await
    }
    async fn settlement(&self, caller: &Caller, day: &str) -> Answer<SettlementView> {
        self.show_settlement(caller, day).await
    }
    async fn board(&self, caller: &Caller) -> Answer<BoardView> {
        self.show_board(caller).await
    }
    async fn act_on_ticket(
        &self,
        caller: &Caller,
        order: OrderId,
        action: TicketAction,
        key: &str,
    ) -> Answer<()> {
        self.commands.act_on_ticket(caller, order, action, key).await.map(|_| ())
    }
    async fn act_on_store(&self, caller: &Caller, action: StoreDay, key: &str) -> Answer<()> {
        self.commands.act_on_store(caller, action, key).await.map(|_| ())
    }
    async fn rider(&self, caller: &Caller) -> Answer<RiderView> {
        self.show_rider(caller).await
    }
    async fn act_on_job(
        &self,
        caller: &Caller,
        order: OrderId,
        action: RiderAction,
        key: &str,
    ) -> Answer<()> {
        self.job_action(caller, order, action, key).await
    }
    async fn set_duty(&self, caller: &Caller, on_duty: bool) -> Answer<()> {
        self.change_rider(caller, RiderChange::Duty(on_duty), &Asked::default()).await
    }
    async fn set_position(&self, caller: &Caller, place: Point) -> Answer<()> {
        self.change_rider(caller, RiderChange::Place(Some(place)), &Asked::default()).await
    }
    async fn inbox(&self, caller: &Caller, before: Option<u64>) -> Answer<InboxView> {
        self.show_inbox(caller, before).await
    }
    async fn retry_notice(&self, caller: &Caller, id: &str) -> Answer<()> {
        self.send_again(caller, id).await
    }
    async fn apply(&self, _: &Caller, part: Part, typed: Typed, password: &str) -> Answer<AccountView> {
        self.file_first(part, typed, password).await
    }
    async fn application(&self, caller: &Caller) -> Answer<ApplicationView> {
        self.show_application(caller).await
    }
    async fn file_again(&self, caller: &Caller, number: u32, typed: Typed) -> Answer<()> {
        self.correct(caller, number, typed).await
    }
    async fn decide_application(
        &self,
        caller: &Caller,
        account: AccountId,
        number: u32,
        verdict: Verdict,
    ) -> Answer<()> {
        self.decide_on_application(caller, account, number, verdict).await
    }
    async fn account_page(&self, caller: &Caller, made: Option<TokenId>) -> Answer<AccountPage> {
        self.show_account(caller, made).await
    }
    async fn make_token(&self, caller: &Caller, label: &str, term: &str) -> Answer<TokenId> {
        self.new_token(caller, label, term).await
    }
    async fn revoke_token(&self, caller: &Caller, token: TokenId) -> Answer<()> {
        self.end_token(caller, token).await
    }
    async fn webhooks(&self, caller: &Caller) -> Answer<WebhooksView> {
        self.list_webhooks(caller).await
    }
    async fn register_webhook(&self, caller: &Caller, url: &str) -> Answer<WebhookId> {
        self.add_webhook(caller, url, &Asked::default()).await
    }
    async fn webhook_secret(&self, caller: &Caller, webhook: WebhookId) -> Answer<Option<String>> {
        self.take_secret(caller, webhook).await
    }
    async fn replace_webhook_secret(&self, caller: &Caller, webhook: WebhookId) -> Answer<()> {
        self.rotate_secret(caller, webhook, &Asked::default()).await
    }
    async fn pause_webhook(&self, caller: &Caller, webhook: WebhookId, paused: bool) -> Answer<()> {
        self.hold_webhook(caller, webhook, paused, &Asked::default()).await
    }
    async fn delete_webhook(&self, caller: &Caller, webhook: WebhookId) -> Answer<()> {
        self.remove_webhook(caller, webhook, &Asked::default()).await
    }
    async fn dead_webhooks(&self, caller: &Caller, webhook: WebhookId) -> Answer<DeadWebhooksView> {
        self.list_dead(caller, webhook).await
    }
    async fn retry_webhook(&self, caller: &Caller, webhook: WebhookId, position: Option<u64>) -> Answer<()> {
        self.retry_letters(caller, webhook, position, &Asked::default()).await
    }
    async fn replay_webhook(&self, caller: &Caller, webhook: WebhookId, from: &str) -> Answer<()> {
        self.send_from(caller, webhook, from, &Asked::default()).await
    }
    async fn retry_dead_webhook(&self, caller: &Caller, id: &str) -> Answer<()> {
        self.retry_letter(caller, id).await
    }
    async fn keep_draft(&self, caller: &Caller, draft: FormDraft) -> Answer<String> {
        Ok(self.web.keep_draft(&caller.visitor, &draft).await?)
    }
    async fn draft(&self, caller: &Caller, id: &str) -> Answer<Option<FormDraft>> {
        self.web.draft(&caller.visitor, id).await.map_err(|error| web_failed(&error))
    }
}
