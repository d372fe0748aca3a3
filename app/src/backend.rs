//! The inbound port: what the pages ask of the server. The one module that exists on the server alone.
//!
//! Every method authorises its caller: an account of another role gets [`Fault::WrongRole`], another's resource
//! [`Fault::NotFound`], nobody [`Fault::NotSignedIn`].

pub mod request;

use domain::enrolment::Part;
use domain::shared::{AccountId, OrderId, Point, StoreId, TokenId, WebhookId, Won};
use domain::store::WantedLine;
use domain::views::{
    AccountPage, AccountView, AddressView, ApplicationView, BoardView, Caller, CardView, CartChange,
    CartView, ChangeForm, CheckoutView, DeadWebhooksView, Fault, FormDraft, InboxView, MenuView,
    OperatorAction, OperatorView, OrderList, OrderSearch, OrderView, PlaceOrder, RiderAction, RiderView,
    SettlementView, StoreDay, StoreList, TicketAction, TimelineView, Typed, Verdict, WebhooksView,
};

/// The answer to a question or a command.
pub type Answer<T> = Result<T, Fault>;

/// What the pages ask of the server. Idempotency keys are texts of 1 to 200 characters, scoped to account and command.
#[async_trait::async_trait]
pub trait Backend: Send + Sync {
    /// Stores that deliver to the caller's address, filtered by a search over stores and menus.
    async fn stores(&self, caller: &Caller, search: &str) -> Answer<StoreList>;
    /// A store's menu.
    async fn menu(&self, caller: &Caller, store: StoreId) -> Answer<MenuView>;
    /// Remembers the caller's address; 422 when the gazetteer does not know it.
    async fn set_address(&self, caller: &Caller, text: &str) -> Answer<AddressView>;

    /// The caller's cart.
    async fn cart(&self, caller: &Caller) -> Answer<CartView>;
    /// Changes the caller's cart.
    async fn change_cart(&self, caller: &Caller, change: CartChange) -> Answer<CartView>;
    /// Puts what an earlier order had into the cart, replacing it, as far as it is still on the menu.
    async fn reorder(&self, caller: &Caller, order: OrderId) -> Answer<CartView>;
    /// The checkout of the caller's cart; needs a customer.
    async fn checkout(&self, caller: &Caller) -> Answer<CheckoutView>;
    /// Cards to pay with, and the token of the one used by default.
    async fn cards(&self, caller: &Caller) -> Answer<(Vec<CardView>, String)>;
    /// Makes a card the default.
    async fn choose_card(&self, caller: &Caller, token: &str) -> Answer<()>;

    /// Places an order; answers once it is durable.
    async fn place_order(&self, caller: &Caller, order: PlaceOrder) -> Answer<OrderId>;
    /// The customer's own orders, the newest first; `page` counts from 0.
    async fn orders(&self, caller: &Caller, page: u32) -> Answer<OrderList>;
    /// One of the customer's own orders.
    async fn order(&self, caller: &Caller, order: OrderId) -> Answer<OrderView>;
    /// Cancels an order before cooking starts.
    async fn cancel_order(&self, caller: &Caller, order: OrderId, key: &str) -> Answer<()>;
    /// 배송확인.
    async fn confirm_receipt(&self, caller: &Caller, order: OrderId, key: &str) -> Answer<()>;

    /// The form on which the customer changes what an own order consists of.
    async fn change_form(&self, caller: &Caller, order: OrderId) -> Answer<ChangeForm>;
    /// Changes what an own order consists of, until cooking starts; `agreed` is the new price as the customer has seen it, in won.
    async fn change_order(
        &self,
        caller: &Caller,
        order: OrderId,
        lines: Vec<WantedLine>,
        agreed: Won,
        key: &str,
    ) -> Answer<()>;
    /// Has the payment provider asked about an own order now instead of later.
    async fn pay_now(&self, caller: &Caller, order: OrderId) -> Answer<()>;
    /// What happened to an order, for whoever it concerns.
    async fn timeline(&self, caller: &Caller, order: OrderId) -> Answer<TimelineView>;

    /// The operator's console.
    async fn operator(&self, caller: &Caller) -> Answer<OperatorView>;
    /// Orders with a short number, the newest first, or the one with an id; 422 for what is neither.
    async fn find_orders(&self, caller: &Caller, typed: &str) -> Answer<OrderSearch>;
    /// The operator acts on an order.
    async fn operate(&self, caller: &Caller, order: OrderId, action: OperatorAction, key: &str)
    -> Answer<()>;
    /// The operator has a step tried again that was given up.
    async fn retry_dead(&self, caller: &Caller, id: &str) -> Answer<()>;
    /// The operator has a notice sent again that was given up.
    async fn retry_notice(&self, caller: &Caller, id: &str) -> Answer<()>;
    /// The settlement of a day in Seoul, such as `2026-11-25`; of today when `day` is empty; 422 when there is no such day.
    async fn settlement(&self, caller: &Caller, day: &str) -> Answer<SettlementView>;

    /// The board of the owner's store.
    async fn board(&self, caller: &Caller) -> Answer<BoardView>;
    /// Acts on a ticket of the owner's store.
    async fn act_on_ticket(
        &self,
        caller: &Caller,
        order: OrderId,
        action: TicketAction,
        key: &str,
    ) -> Answer<()>;
    /// Acts on the owner's store itself.
    async fn act_on_store(&self, caller: &Caller, action: StoreDay, key: &str) -> Answer<()>;

    /// The rider's page.
    async fn rider(&self, caller: &Caller) -> Answer<RiderView>;
    /// Acts on a job.
    async fn act_on_job(&self, caller: &Caller, order: OrderId, action: RiderAction, key: &str)
    -> Answer<()>;
    /// Goes on or off duty.
    async fn set_duty(&self, caller: &Caller, on_duty: bool) -> Answer<()>;
    /// Says where the rider is.
    async fn set_position(&self, caller: &Caller, place: Point) -> Answer<()>;

    /// What a customer, an owner's store or a rider was told: the latest, or what came before a position of the log.
    async fn inbox(&self, caller: &Caller, before: Option<u64>) -> Answer<InboxView>;

    /// Adds the account of somebody who wants to take part, with the application; refused with every field that is wrong.
    async fn apply(&self, caller: &Caller, part: Part, typed: Typed, password: &str) -> Answer<AccountView>;
    /// The applicant's own application.
    async fn application(&self, caller: &Caller) -> Answer<ApplicationView>;
    /// Files an application again that was refused; `number` counts its filings from 1.
    async fn file_again(&self, caller: &Caller, number: u32, typed: Typed) -> Answer<()>;
    /// The operator decides about the filing with this number.
    async fn decide_application(
        &self,
        caller: &Caller,
        account: AccountId,
        number: u32,
        verdict: Verdict,
    ) -> Answer<()>;

    /// Who the caller is, and the caller's API tokens; for somebody who has logged in, as are the next two. `made` is one that was just made: its secret is told to the first who asks.
    async fn account_page(&self, caller: &Caller, made: Option<TokenId>) -> Answer<AccountPage>;
    /// Makes an API token with this name and term, as they were typed; 422 with every field that is wrong.
    async fn make_token(&self, caller: &Caller, label: &str, term: &str) -> Answer<TokenId>;
    /// Revokes one of the caller's own API tokens.
    async fn revoke_token(&self, caller: &Caller, token: TokenId) -> Answer<()>;
    /// The webhooks of a customer, an owner or a rider.
    async fn webhooks(&self, caller: &Caller) -> Answer<WebhooksView>;
    /// Registers a webhook, which is told what happens from now on; refused with what is wrong with its URL, or when there are too many.
    async fn register_webhook(&self, caller: &Caller, url: &str) -> Answer<WebhookId>;
    /// The secret of an own webhook, such as `whsec_…`: once after it was registered, and once after it was replaced; `None` afterwards.
    async fn webhook_secret(&self, caller: &Caller, webhook: WebhookId) -> Answer<Option<String>>;
    /// Replaces the secret of an own webhook; for a day the old one signs as well.
    async fn replace_webhook_secret(&self, caller: &Caller, webhook: WebhookId) -> Answer<()>;
    /// Has an own webhook told nothing for now, or go on where it was.
    async fn pause_webhook(&self, caller: &Caller, webhook: WebhookId, paused: bool) -> Answer<()>;
    /// Forgets an own webhook, and what waits for it.
    async fn delete_webhook(&self, caller: &Caller, webhook: WebhookId) -> Answer<()>;
    /// The messages of an own webhook that were given up.
    async fn dead_webhooks(&self, caller: &Caller, webhook: WebhookId) -> Answer<DeadWebhooksView>;
    /// Has a message of an own webhook tried again that was given up, by its event's position; all of them when there is none.
    async fn retry_webhook(&self, caller: &Caller, webhook: WebhookId, position: Option<u64>) -> Answer<()>;
    /// Has an own webhook told again everything that concerns its account after a position of the log, as it was typed; from the beginning when
    /// nothing was; 422 for what is no position.
    async fn replay_webhook(&self, caller: &Caller, webhook: WebhookId, from: &str) -> Answer<()>;
    /// The operator has a message to a webhook tried again that was given up.
    async fn retry_dead_webhook(&self, caller: &Caller, id: &str) -> Answer<()>;

    /// Keeps what was typed into a refused form for the next rendering of its page; answers the draft's id.
    async fn keep_draft(&self, caller: &Caller, draft: FormDraft) -> Answer<String>;
    /// A draft of this caller's by its id; drafts are forgotten after an hour.
    async fn draft(&self, caller: &Caller, id: &str) -> Answer<Option<FormDraft>>;
}
