//! The words that every context shares: ids, money, places, time, the bill, and how a decision is expressed.

mod bill;
mod decision;
mod geo;
mod ids;
mod money;
mod number;
mod personal;
mod text;
mod time;
mod tried;

pub use bill::{Bill, ChosenOption, Line, LineChange, MAX_LINES, MAX_QUANTITY, line_changes};
pub use decision::{Aggregate, Decided, Decision};
pub use geo::{Metres, Point};
pub use ids::{AccountId, ChoiceId, GroupId, ItemId, OrderId, SectionId, StoreId, TokenId, WebhookId};
pub use money::{MoneyOverflow, Won};
pub use number::OrderNumber;
pub use personal::{Personal, Sealed};
pub use text::{Locale, MAX_REASON, Text, is_blank, is_one_line, is_unprintable};
pub use time::{DAY_MS, MINUTE_MS, SeoulTime, Timestamp, read_day};
pub use tried::Tried;
