//! Who may call which server function (invariant 10): every function that the server knows, for every role and for nobody, about an own thing and
//! about another's. A function without a row fails, and so does a row without a function.

use crate::applications::owner_form;
use crate::city::{City, caller, key};
use crate::people::{Field, Person, field};
use domain::views::{RiderAction, Shown};
use std::collections::BTreeSet;

/// Who is let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum For {
    /// Everybody; what it is about is the browser's own.
    Anybody,
    /// Everybody who has logged in.
    Account,
    /// Whoever takes part in orders.
    TakesPart,
    /// A role, about its own things.
    Role(&'static str),
    /// The one of a role whose thing it is; to others of the role there is no such thing.
    Own(&'static str),
    /// A role that is told that there is no such thing, for there is none: others are refused before that.
    Told(&'static str),
    /// Everybody whom the order concerns, and the operator.
    Concerned,
    /// Whoever has registered the webhook: to others who may register some there is no such thing.
    Webhook,
}

use For::{Account, Anybody, Concerned, Own, Role, TakesPart, Told, Webhook};

/// A function: its path, who is let in, and the fields of a form.
type Row = (&'static str, For, &'static [(&'static str, &'static str)]);

/// Every function, with a form that changes nothing that the others need.
const ROWS: [Row; 63] = [
    ("account/draft", Anybody, &[("id", "none")]),
    ("account/tokens/make", Account, &[("label", "봇"), ("term", "no such term")]),
    ("account/tokens/revoke", Account, &[("token", NOTHING)]),
    ("account/view", Account, &[]),
    ("application/view", Role("applicant"), &[]),
    (
        "cart/add",
        Anybody,
        &[("store", "{store}"), ("item", "{item}"), ("quantity", "1"), ("replace", "true")],
    ),
    ("cart/clear", Anybody, &[]),
    ("cart/quantity", Anybody, &[("item", "{item}"), ("quantity", "2")]),
    ("cart/view", Anybody, &[]),
    ("checkout/card", Role("customer"), &[("card", "tok_approve")]),
    ("checkout/cards", Role("customer"), &[]),
    ("checkout/view", Role("customer"), &[]),
    ("inbox/view", TakesPart, &[]),
    ("operator/approve", Told("operator"), &[("account", NOTHING), ("number", "1")]),
    ("operator/cancel", Role("operator"), ORDER),
    ("operator/find", Role("operator"), &[("typed", "K-4821")]),
    ("operator/give-up", Role("operator"), &[("order", "{order}"), ("key", "{key}"), ("refund", "no")]),
    ("operator/refuse", Told("operator"), &[("account", NOTHING), ("number", "1"), ("reason", "이유")]),
    ("operator/retry", Told("operator"), &[("id", NOTHING)]),
    ("operator/retry-letter", Role("operator"), &[("id", "01900000-0000-7000-8000-000000000001@1")]),
    ("operator/send-again", Told("operator"), &[("id", "customer:no-such-notice@1")]),
    ("operator/settlement", Role("operator"), &[]),
    ("operator/take-back", Role("operator"), ORDER),
    ("operator/view", Role("operator"), &[]),
    ("orders/cancel", Own("customer"), ORDER),
    ("orders/change", Own("customer"), &[("order", "{order}"), ("key", "{key}"), ("agreed", "1000")]),
    ("orders/change-form", Own("customer"), ORDER),
    ("orders/confirm", Own("customer"), ORDER),
    ("orders/list", Role("customer"), &[("page", "0")]),
    ("orders/pay-now", Own("customer"), ORDER),
    ("orders/place", Role("customer"), &[("key", "{key}"), ("store", "{store}"), ("agreed", "1000")]),
    ("orders/reorder", Own("customer"), ORDER),
    ("orders/timeline", Concerned, ORDER),
    ("orders/view", Own("customer"), ORDER),
    ("owner/accept", Own("owner"), &[("order", "{order}"), ("key", "{key}"), ("minutes", "20")]),
    ("owner/answer-limit", Role("owner"), TOO_MANY),
    ("owner/board", Role("owner"), &[]),
    ("owner/busy", Role("owner"), TOO_MANY),
    ("owner/capacity", Role("owner"), &[("key", "{key}"), ("capacity", "100000")]),
    ("owner/delay", Own("owner"), &[("order", "{order}"), ("key", "{key}"), ("minutes", "5")]),
    ("owner/finish", Own("owner"), ORDER),
    ("owner/pause", Role("owner"), TOO_MANY),
    ("owner/reject", Own("owner"), &[("order", "{order}"), ("key", "{key}"), ("reason", "이유")]),
    ("owner/reopen", Role("owner"), &[("key", "{key}")]),
    ("owner/start", Own("owner"), ORDER),
    ("rider/arrive", Own("rider"), ORDER),
    ("rider/claim", Role("rider"), ORDER),
    ("rider/deliver", Own("rider"), &[("order", "{order}"), ("key", "{key}"), ("code", "none")]),
    ("rider/duty", Role("rider"), &[("on_duty", "true")]),
    ("rider/fail", Own("rider"), &[("order", "{order}"), ("key", "{key}"), ("reason", "no_rider")]),
    ("rider/pick", Own("rider"), &[("order", "{order}"), ("key", "{key}"), ("number", "none")]),
    ("rider/position", Role("rider"), &[("lat", "37.55"), ("lon", "126.91")]),
    ("rider/release", Own("rider"), ORDER),
    ("rider/view", Role("rider"), &[]),
    ("store/address", Anybody, &[("address", "서울 마포구 양화로 45")]),
    ("store/list", Anybody, &[("search", "")]),
    ("store/menu", Anybody, &[("store", "{store}")]),
    ("webhooks/dead", Webhook, WEBHOOK),
    ("webhooks/pause", Webhook, &[("webhook", "{webhook}"), ("paused", "false")]),
    ("webhooks/register", TakesPart, &[("url", "no address")]),
    ("webhooks/replay", Webhook, &[("webhook", "{webhook}"), ("from", "1000000")]),
    ("webhooks/replace-secret", Webhook, WEBHOOK),
    ("webhooks/retry", Webhook, WEBHOOK),
];
/// The rest of them, after which there is nothing left to ask about.
const LAST: [Row; 3] = [
    ("webhooks/secret", Webhook, WEBHOOK),
    ("webhooks/view", TakesPart, &[]),
    ("webhooks/delete", Webhook, WEBHOOK),
];

const ORDER: &[(&str, &str)] = &[("order", "{order}"), ("key", "{key}")];
const TOO_MANY: &[(&str, &str)] = &[("key", "{key}"), ("minutes", "100000")];
const WEBHOOK: &[(&str, &str)] = &[("webhook", "{webhook}")];
/// An id that nothing has.
const NOTHING: &str = "01900000-0000-7000-8000-000000000001";

/// Somebody at a browser.
pub struct Who {
    pub name: &'static str,
    pub person: Person,
    /// Empty where somebody has not logged in.
    pub role: &'static str,
    /// Whether the things asked about are theirs.
    pub own: bool,
}

/// Somebody of every role whose the things are, whose they are not, and nobody.
pub async fn everybody(base: &str) -> [Who; 9] {
    let of = async |name: &'static str, role, own| Who {
        name,
        person: Person::log_in(base, name).await,
        role,
        own,
    };
    let hopeful = Person::sign_up(base, "/signup/owner", &owner_form("hopeful")).await;
    [
        of("customer1", "customer", true).await,
        of("owner1", "owner", true).await,
        of("rider1", "rider", true).await,
        of("customer2", "customer", false).await,
        of("owner2", "owner", false).await,
        of("rider2", "rider", false).await,
        of("operator", "operator", false).await,
        Who { name: "hopeful", person: hopeful, role: "applicant", own: false },
        Who { name: "nobody", person: Person::visitor(base).await, role: "", own: false },
    ]
}

/// The status of a refusal; `None` where somebody is let in.
fn refusal(whom: For, who: &Who) -> Option<u16> {
    let takes_part = ["customer", "owner", "rider"].contains(&who.role);
    match whom {
        Anybody => None,
        _ if who.role.is_empty() => Some(401),
        TakesPart | Webhook if !takes_part => Some(403),
        Webhook => (who.name != "customer1").then_some(404),
        Concerned => (!who.own && who.role != "operator").then_some(404),
        Role(role) | Told(role) | Own(role) if role != who.role => Some(403),
        Own(_) if !who.own => Some(404),
        Account | TakesPart | Role(_) | Told(_) | Own(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_every_server_function_for_every_role_on_own_and_on_others_things() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let base = city.base();
    let known: BTreeSet<String> =
        server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let rows = || ROWS.iter().chain(&LAST);
    let table: BTreeSet<String> = rows().map(|(path, ..)| format!("/api/{path}")).collect();
    assert_eq!(known, table, "functions and rows differ");

    let people = everybody(&base).await;

    // An order that rider1 has, of customer1 at owner1's store.
    let customer = caller("customer1");
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    city.ride(order, RiderAction::Claim).await;
    city.until(order, Shown::Assigned).await;
    let (store, line) = city.first_item().await;
    let webhook = city.backend.register_webhook(&customer, "http://127.0.0.1:9/").await.unwrap();

    let (mut allowed, mut refused) = (0, 0);
    for (path, whom, fields) in rows() {
        // Whatever the row before has done, the job is rider1's; and others ask first.
        let claim = [field("order", order.to_string()), field("key", key())];
        people[2].person.send("/api/rider/claim", &claim).await.unwrap();
        for who in people.iter().rev() {
            let form: Vec<Field> = fields
                .iter()
                .map(|(name, value)| {
                    let value = match *value {
                        "{order}" => order.to_string(),
                        "{key}" => key(),
                        "{store}" => store.to_string(),
                        "{item}" => line.item.to_string(),
                        "{webhook}" => webhook.to_string(),
                        text => text.to_owned(),
                    };
                    field(name, value)
                })
                .collect();
            let (status, answer) = who.person.send(&format!("/api/{path}"), &form).await.unwrap();
            let (status, at) = (status.as_u16(), format!("{} {path}: {status} {answer}", who.name));
            if let Some(expected) = refusal(*whom, who) {
                assert_eq!(status, expected, "{at}");
                refused += 1;
                continue;
            }
            // What the rules make of it is another matter; that it could be read is not.
            match whom {
                Told(_) => assert_eq!(status, 404, "{at}"),
                Account if path.ends_with("/revoke") => assert_eq!(status, 404, "{at}"),
                _ => assert!(![400, 401, 403, 404].contains(&status) && status < 500, "{at}"),
            }
            allowed += 1;
        }
    }
    assert!(allowed > 120 && refused > 350, "{allowed} {refused}");
    city.close().await;
}
