//! What the pages show: read models and live messages that browser and server share.

mod access;
mod account_form;
mod board;
mod cart;
mod checkout;
mod customer;
mod enrolment;
mod fault;
mod food;
mod inbox;
mod live;
mod menu_lines;
mod new_item;
mod notices;
mod operator;
mod orders;
mod rider;
mod shown;
mod store_form;
mod timeline;
mod tokens;
mod typed;
mod webhook_message;
mod webhooks;

pub use crate::shared::{is_blank, is_one_line, is_unprintable};
pub use access::{AccountView, Actor, Caller, Role, account, follower, recipient, role_of};
pub use account_form::{AccountFields, check_account, check_person};
pub use board::{BoardView, KitchenLoad, MAX_CAPACITY, StoreDay, TicketAction, TicketCard, is_on_board};
pub use cart::{Cart, CartRefusal, cart_again, change_cart, of_two_stores, without_ordered};
pub use checkout::{filled_in, is_offered, usual_card};
pub use customer::{
    AddressView, CardView, CartChange, CartLineView, CartView, CheckoutDraft, CheckoutView, DraftForm,
    FormDraft, MenuView, PlaceOrder, StoreCard, StoreList, check_checkout, is_phone, listed,
};
pub use enrolment::{ApplicationView, Typed, Verdict, WaitingApplication, check_rider, fields_of};
pub use fault::{Fault, Field, FieldFault, LineFault};
pub use food::{NamedLine, find_food, food_of};
pub use inbox::{InboxEntry, InboxView, page_of_order};
pub use live::{
    JobChange, LiveBody, LiveMessage, OrderChange, Recorded, StoreChange, TicketChange, Viewer, live_message,
};
pub use menu_lines::menu_of_lines;
pub use new_item::{NewChoice, NewGroup, NewItem, WantedSection};
pub use notices::notices;
pub use operator::{
    BreakerState, ConsoleList, DeadLetter, DeadNotice, FoundOrder, LateRefund, OperatorAction, OperatorView,
    OrderSearch, Owed, ProviderHealth, SEARCH_DAYS, SettlementView, StuckOrder, UndecidedCharge, cut,
    late_refunds,
};
pub use orders::{ChangeForm, ChangeView, OrderDoc, OrderLine, OrderList, OrderView};
pub use rider::{JobCard, JobDetail, RiderAction, RiderView};
pub use shown::{Actions, PROGRESS, Shown, actions, can_pay_now, is_settled};
pub use store_form::{KINDS, NewStore, check_store};
pub use timeline::{
    MoneyMove, Operations, OrderAbout, TimelineEntry, TimelineView, What, is_concerned, operations,
    timeline_entry,
};
pub use tokens::{
    AccountPage, MAX_LABEL, MAX_TOKENS, MadeToken, NewToken, TokenTerm, TokenView, check_token, is_usable,
    may_make,
};
pub use typed::{
    Sought, TypedLine, at_typed_line, check_reason, check_signs, day_or_today, require_reason, sought,
    wanted_lines, wants_refund,
};
pub use webhook_message::{WebhookMessage, listeners, webhook_message};
pub use webhooks::{DeadWebhook, DeadWebhooksView, WebhookView, WebhooksView, check_webhook, log_position};
