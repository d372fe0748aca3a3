//! `/notices`: what a customer, a store or a rider was told, as on the page `/inbox`.

use app::backend::Backend;
use app::words;
use domain::shared::Locale;
use domain::views::{InboxEntry, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ask::{Ask, Query};
use super::errors::ReadErrors;
use super::hal::{Base, Hal, Link, Links};
use super::problem::Refused;
use super::shape::Shape;

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice {
    /// `timeline`; `orderList` for its customer.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
    /// The position of its event in the log.
    #[schema(example = 4711)]
    position: u64,
    /// When it happened, in UTC.
    #[schema(format = DateTime)]
    at: String,
    /// The order.
    order_id: Uuid,
    /// What it says, for programs.
    #[schema(example = "order_accepted")]
    template: &'static str,
    /// Of which order it is, for people.
    #[schema(example = "양화로 피자 K-4821")]
    heading: String,
    /// What it says, as a sentence.
    #[schema(example = "주문이 승인되었어요. 20분쯤 걸려요.")]
    text: String,
}

/// Notices.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Held {
    /// The notices, the newest first.
    notices: Vec<Notice>,
}

/// A part of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Notices {
    /// The notices, under the name of their kind.
    #[serde(rename = "_embedded")]
    embedded: Held,
    /// `self` and `profile`; `next` where there are earlier ones.
    #[serde(rename = "_links")]
    #[schema(value_type = std::collections::BTreeMap<String, Link>)]
    links: Links,
}

/// Which part of an inbox.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Before {
    /// What came before this position of the log; the latest when it is left out.
    #[param(minimum = 0, example = 4711)]
    before: Option<i64>,
}

impl Before {
    /// Positions have no sign; that the log counts with one says how far they can go.
    fn position(self) -> Result<Option<u64>, Refused> {
        let wrong = Shape::Between { min: 0, max: i64::MAX as u64 };
        let below = |_| Refused::Shape { field: "before".to_owned(), wrong };
        self.before.map(|before| u64::try_from(before).map_err(below)).transpose()
    }
}

impl Notice {
    fn new(base: &Base, entry: &InboxEntry, is_customer: bool, locale: Locale) -> Self {
        let here = format!("/orderLists/{}", entry.order);
        let mut links = base.links([("timeline", &format!("{here}/timeline"))]);
        // Only its customer reads the order itself.
        if is_customer {
            links.insert("orderList", base.link(&here));
        }
        Self {
            links,
            position: entry.position,
            at: entry.at.rfc3339(),
            order_id: entry.order.0,
            template: entry.template.slug(),
            heading: words::notice_heading(locale, &entry.variables),
            text: words::notice(locale, entry.template, &entry.variables),
        }
    }
}

/// What the account was told, the newest first: fifty at a time.
#[utoipa::path(get, operation_id = "listNotices", path = "/notices", tag = "everybody", params(Before), responses(
    (status = 200, description = "A part of it.", body = Notices, content_type = "application/hal+json"),
    ReadErrors
))]
pub(super) async fn list(ask: Ask, Query(asked): Query<Before>) -> Result<Hal<Notices>, Refused> {
    let before = asked.position()?;
    let view = ask.desk.inbox(&ask.caller, before).await?;
    let at = |before: u64| format!("/notices?before={before}");
    let here = before.map_or_else(|| "/notices".to_owned(), at);
    let mut links = ask.base.links([("self", here.as_str()), ("profile", "/profile/notices")]);
    if let Some(earlier) = view.earlier {
        links.insert("next", ask.base.link(&at(earlier)));
    }
    let is_customer = ask.caller.account.as_ref().is_some_and(|account| account.role == Role::Customer);
    let notices =
        view.entries.iter().rev().map(|entry| Notice::new(&ask.base, entry, is_customer, ask.locale()));
    Ok(Hal::new(Notices { embedded: Held { notices: notices.collect() }, links }))
}
