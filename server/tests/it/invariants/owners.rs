//! Nobody sees or changes what is not the caller's own: every method of the pages' port, asked by everybody.

use crate::applications::applicant;
use crate::city::{City, caller, key, stranger, typed};
use crate::ledger::new_rider;
use domain::delivery::FailReason;
use domain::enrolment::Part;
use domain::shared::{AccountId, OrderId, Point, StoreId, TokenId, WebhookId};
use domain::store::WantedLine;
use domain::views::{
    AccountView, Caller, CartChange, DraftForm, Fault, FormDraft, OperatorAction, PlaceOrder, RiderAction,
    Role, Shown, StoreDay, TicketAction, Typed, Verdict,
};
use server::storage::EventLog;

/// A method of the port, and who may call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    /// Everybody; carts and drafts are the browser's own.
    Anyone,
    /// Any account of the role, about its own things.
    Of(Role),
    /// The one account of the role to which the order, its ticket or its job belongs.
    OwnerOf(Role),
    /// Every account, whatever its role, about its own things, and not with an API token.
    InPerson,
    /// Whoever takes part in orders: it shows what is their own.
    TakesPart,
    /// Whoever has registered the webhook.
    OwnWebhook,
    /// Everybody whom the order concerns, and the operator.
    Concerned,
}

const METHODS: [(&str, Gate); 53] = [
    ("stores", Gate::Anyone),
    ("menu", Gate::Anyone),
    ("set_address", Gate::Anyone),
    ("cart", Gate::Anyone),
    ("change_cart", Gate::Anyone),
    ("reorder", Gate::OwnerOf(Role::Customer)),
    ("checkout", Gate::Of(Role::Customer)),
    ("cards", Gate::Of(Role::Customer)),
    ("choose_card", Gate::Of(Role::Customer)),
    ("place_order", Gate::Of(Role::Customer)),
    ("orders", Gate::Of(Role::Customer)),
    ("order", Gate::OwnerOf(Role::Customer)),
    ("cancel_order", Gate::OwnerOf(Role::Customer)),
    ("confirm_receipt", Gate::OwnerOf(Role::Customer)),
    ("change_form", Gate::OwnerOf(Role::Customer)),
    ("change_order", Gate::OwnerOf(Role::Customer)),
    ("pay_now", Gate::OwnerOf(Role::Customer)),
    ("timeline", Gate::Concerned),
    ("operator", Gate::Of(Role::Operator)),
    ("find_orders", Gate::Of(Role::Operator)),
    ("operate", Gate::Of(Role::Operator)),
    ("retry_dead", Gate::Of(Role::Operator)),
    ("settlement", Gate::Of(Role::Operator)),
    ("retry_notice", Gate::Of(Role::Operator)),
    ("inbox", Gate::TakesPart),
    ("board", Gate::Of(Role::Owner)),
    ("act_on_ticket", Gate::OwnerOf(Role::Owner)),
    ("act_on_store", Gate::Of(Role::Owner)),
    ("rider", Gate::Of(Role::Rider)),
    ("act_on_job", Gate::OwnerOf(Role::Rider)),
    ("set_duty", Gate::Of(Role::Rider)),
    ("set_position", Gate::Of(Role::Rider)),
    ("apply", Gate::Anyone),
    ("application", Gate::Of(Role::Applicant)),
    ("file_again", Gate::Of(Role::Applicant)),
    ("decide_application", Gate::Of(Role::Operator)),
    ("account_page", Gate::InPerson),
    ("make_token", Gate::InPerson),
    ("revoke_token", Gate::InPerson),
    ("webhooks", Gate::TakesPart),
    ("register_webhook", Gate::TakesPart),
    ("webhook_secret", Gate::OwnWebhook),
    ("replace_webhook_secret", Gate::OwnWebhook),
    ("pause_webhook", Gate::OwnWebhook),
    ("dead_webhooks", Gate::OwnWebhook),
    ("retry_webhook", Gate::OwnWebhook),
    ("replay_webhook", Gate::OwnWebhook),
    ("delete_webhook", Gate::OwnWebhook),
    ("retry_dead_webhook", Gate::Of(Role::Operator)),
    ("keep_draft", Gate::Anyone),
    ("draft", Gate::Anyone),
    // The same again for an order that nobody has: another's cannot be told from it.
    ("order", Gate::OwnerOf(Role::Customer)),
    ("act_on_ticket", Gate::OwnerOf(Role::Owner)),
];
/// So many rows at the end are about an order that nobody has.
const NOBODYS: usize = 2;

/// What the calls are about.
struct Things {
    order: OrderId,
    store: StoreId,
    line: WantedLine,
    checkout: PlaceOrder,
    /// Somebody whose application waits.
    applicant: AccountId,
    /// Whose order this is has registered it.
    webhook: WebhookId,
}

fn draft() -> FormDraft {
    FormDraft {
        form: DraftForm::Checkout,
        subject: String::new(),
        fields: vec![("name".to_owned(), "김하늘".to_owned())],
        fault: Fault::NotFound,
    }
}

const TICKET_ACTIONS: [fn() -> TicketAction; 5] = [
    || TicketAction::Accept { minutes: 20 },
    || TicketAction::Reject { reason: "안 돼요".to_owned() },
    || TicketAction::Start,
    || TicketAction::Finish,
    || TicketAction::Delay { minutes: 5 },
];

const JOB_ACTIONS: [fn() -> RiderAction; 5] = [
    || RiderAction::Release,
    || RiderAction::Arrive,
    || RiderAction::PickUp { number: Some("no such number".to_owned()) },
    || RiderAction::Deliver { code: Some("no such code".to_owned()) },
    || RiderAction::Fail { reason: FailReason::Accident },
];

/// The answer to an operator who was let in and told that there is no such thing.
fn found_none(who: &Caller, answer: Result<(), Fault>) -> Result<(), Fault> {
    let is_operator = who.account.as_ref().is_some_and(|account| account.role == Role::Operator);
    if is_operator && answer == Err(Fault::NotFound) { Ok(()) } else { answer }
}

/// Calls a method in all its forms; the answers without what they hold. The forms change nothing where they are let in, but for a
/// browser's own things.
async fn call(city: &City, method: &str, who: &Caller, things: &Things) -> Vec<Result<(), Fault>> {
    let (port, order) = (&city.backend, things.order);
    let one = match method {
        "stores" => port.stores(who, "").await.map(drop),
        "menu" => port.menu(who, things.store).await.map(drop),
        "set_address" => port.set_address(who, "서울 마포구 양화로 45").await.map(drop),
        "cart" => port.cart(who).await.map(drop),
        "change_cart" => {
            let add = CartChange::Add { store: things.store, line: things.line.clone(), replace: true };
            port.change_cart(who, add).await.map(drop)
        }
        "reorder" => port.reorder(who, order).await.map(drop),
        "checkout" => port.checkout(who).await.map(drop),
        "cards" => port.cards(who).await.map(drop),
        "choose_card" => port.choose_card(who, "tok_approve").await,
        "place_order" => {
            let empty = PlaceOrder { key: key(), lines: Vec::new(), ..things.checkout.clone() };
            port.place_order(who, empty).await.map(drop)
        }
        "orders" => port.orders(who, 0).await.map(drop),
        "order" => port.order(who, order).await.map(drop),
        "cancel_order" => port.cancel_order(who, order, &key()).await,
        "confirm_receipt" => port.confirm_receipt(who, order, &key()).await,
        "change_form" => port.change_form(who, order).await.map(drop),
        "change_order" => {
            port.change_order(who, order, vec![things.line.clone()], things.checkout.agreed, &key()).await
        }
        "pay_now" => port.pay_now(who, order).await,
        "timeline" => port.timeline(who, order).await.map(drop),
        "operator" => port.operator(who).await.map(drop),
        "find_orders" => {
            let by_number = port.find_orders(who, "K-4821").await.map(drop);
            return vec![by_number, port.find_orders(who, &order.to_string()).await.map(drop)];
        }
        // Cooking has started: refused where it is let in.
        "operate" => {
            let cancel = OperatorAction::Cancel { reason: "이유".to_owned() };
            port.operate(who, order, cancel, &key()).await
        }
        "retry_dead" => found_none(who, port.retry_dead(who, "01900000-0000-7000-8000-000000000001").await),
        "settlement" => port.settlement(who, "").await.map(drop),
        // Whoever is let in is told that there is none.
        "retry_notice" => found_none(who, port.retry_notice(who, "customer:no-such-notice@1").await),
        "inbox" => port.inbox(who, None).await.map(drop),
        "board" => port.board(who).await.map(drop),
        "act_on_ticket" => {
            let mut answers = Vec::new();
            for action in TICKET_ACTIONS {
                answers.push(port.act_on_ticket(who, order, action(), &key()).await);
            }
            return answers;
        }
        "act_on_store" => {
            let reopen = port.act_on_store(who, StoreDay::Reopen, &key()).await;
            let capacity = port.act_on_store(who, StoreDay::Capacity { capacity: 1_001 }, &key()).await;
            let pause = port.act_on_store(who, StoreDay::Pause { minutes: Some(0) }, &key()).await;
            return vec![reopen, capacity, pause];
        }
        "rider" => port.rider(who).await.map(drop),
        "act_on_job" => {
            let mut answers = Vec::new();
            for action in JOB_ACTIONS {
                answers.push(port.act_on_job(who, order, action(), &key()).await);
            }
            return answers;
        }
        "set_duty" => port.set_duty(who, true).await,
        "set_position" => port.set_position(who, Point::new(37.55, 126.91).unwrap()).await,
        // With nothing filled in, and about a filing that there is not: refused where it is let in.
        "apply" => port.apply(who, Part::Owner, Typed::default(), "").await.map(drop),
        "application" => port.application(who).await.map(drop),
        "file_again" => port.file_again(who, 9, Typed::default()).await,
        "decide_application" => port.decide_application(who, things.applicant, 9, Verdict::Approve).await,
        "account_page" => port.account_page(who, None).await.map(drop),
        "make_token" => port.make_token(who, "봇", "no such term").await.map(drop),
        // Whoever is let in is told that there is none.
        "revoke_token" => match port.revoke_token(who, TokenId(uuid::Uuid::nil())).await {
            Err(Fault::NotFound) if who.account.is_some() => Ok(()),
            other => other,
        },
        "webhooks" => port.webhooks(who).await.map(drop),
        // Refused for what is typed where it is let in.
        "register_webhook" => port.register_webhook(who, "no address").await.map(drop),
        "webhook_secret" => port.webhook_secret(who, things.webhook).await.map(drop),
        "replace_webhook_secret" => port.replace_webhook_secret(who, things.webhook).await,
        "pause_webhook" => {
            let pause = port.pause_webhook(who, things.webhook, true).await;
            return vec![pause, port.pause_webhook(who, things.webhook, false).await];
        }
        "dead_webhooks" => port.dead_webhooks(who, things.webhook).await.map(drop),
        "retry_webhook" => port.retry_webhook(who, things.webhook, None).await,
        "replay_webhook" => port.replay_webhook(who, things.webhook, "").await,
        "delete_webhook" => port.delete_webhook(who, things.webhook).await,
        "retry_dead_webhook" => port.retry_dead_webhook(who, "01900000-0000-7000-8000-000000000001@1").await,
        "keep_draft" => port.keep_draft(who, draft()).await.map(drop),
        "draft" => port.draft(who, "no-such-draft").await.map(drop),
        other => panic!("{other} is not in the table"),
    };
    vec![one]
}

/// The answer at the gate; `None` where the caller is let in.
fn at_the_gate(gate: Gate, who: &Caller, is_own: bool) -> Option<Fault> {
    let role = match gate {
        Gate::Anyone => return None,
        Gate::InPerson => {
            return match &who.account {
                None => Some(Fault::NotSignedIn),
                Some(_) if who.is_by_token() => Some(Fault::NotByToken),
                Some(_) => None,
            };
        }
        Gate::TakesPart => {
            return match &who.account {
                None => Some(Fault::NotSignedIn),
                Some(account) if [Role::Operator, Role::Applicant].contains(&account.role) => {
                    Some(Fault::WrongRole)
                }
                Some(_) => None,
            };
        }
        Gate::OwnWebhook => {
            return match &who.account {
                None => Some(Fault::NotSignedIn),
                Some(account) if [Role::Operator, Role::Applicant].contains(&account.role) => {
                    Some(Fault::WrongRole)
                }
                Some(account) => (!is_own || account.role != Role::Customer).then_some(Fault::NotFound),
            };
        }
        Gate::Concerned => {
            return match &who.account {
                None => Some(Fault::NotSignedIn),
                Some(account) if account.role == Role::Operator || is_own => None,
                Some(_) => Some(Fault::NotFound),
            };
        }
        Gate::Of(role) | Gate::OwnerOf(role) => role,
    };
    match &who.account {
        None => Some(Fault::NotSignedIn),
        Some(account) if account.role != role => Some(Fault::WrongRole),
        Some(_) if matches!(gate, Gate::OwnerOf(_)) && !is_own => Some(Fault::NotFound),
        Some(_) => None,
    }
}

/// A script with a token of a demo account.
fn by_token(login: &str) -> Caller {
    let Caller { account, locale, .. } = caller(login);
    Caller::by_token(account.unwrap(), TokenId(uuid::Uuid::nil()), locale)
}

#[test]
fn every_method_of_the_port_is_in_the_table() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/src/backend.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let methods: Vec<&str> =
        source.lines().filter_map(|line| line.trim().strip_prefix("async fn ")?.split('(').next()).collect();
    assert!(methods.len() >= 23, "{methods:?}");
    for method in methods {
        assert!(METHODS.iter().any(|(name, _)| *name == method), "{method} is not in the table");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_10_nobody_sees_or_changes_what_is_not_their_own() {
    let city = City::open_with(|config| config.webhook_allow_private = true).await;
    let customer = caller("customer1");
    let order = city.order("tok_approve").await;
    city.cook(order).await;
    // Before the claim a rider near by sees the job, and nothing of the customer.
    let seen = serde_json::to_string(&city.backend.rider(&caller("rider2")).await.unwrap()).unwrap();
    assert!(seen.contains(&order.to_string()));
    let typed = typed("tok_approve");
    for secret in [&typed.name, &typed.phone, &typed.address, &typed.address_detail, &typed.note_to_rider] {
        assert!(!seen.contains(secret.as_str()), "{secret}");
    }
    city.ride(order, RiderAction::Claim).await;
    city.until(order, Shown::Assigned).await;

    let (store, line) = city.first_item().await;
    let checkout = city.checkout_of(&customer, "tok_approve").await;
    // Whoever wants to take part takes none before the operator has said so.
    let (hopes_to_own, hopes_to_ride) =
        (applicant(&city, Part::Owner, "newowner").await, applicant(&city, Part::Rider, "newrider").await);
    let applicant = hopes_to_own.account.as_ref().unwrap().id;
    let webhook = city.backend.register_webhook(&customer, "http://127.0.0.1:9/").await.unwrap();
    let own = Things { order, store, line, checkout, applicant, webhook };
    let nobodys = Things {
        order: OrderId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)),
        line: own.line.clone(),
        checkout: own.checkout.clone(),
        ..own
    };
    let homeless = AccountView { role: Role::Owner, store: None, ..caller("rider3").account.unwrap() };
    let homeless = Caller { account: Some(homeless), ..stranger() };
    let people = [
        (stranger(), false),
        (caller("customer1"), true),
        (caller("customer2"), false),
        (caller("owner1"), true),
        (caller("owner2"), false),
        (caller("rider1"), true),
        (caller("rider2"), false),
        (new_rider(1), false),
        (caller("operator"), false),
        (homeless.clone(), false),
        (hopes_to_own, false),
        (hopes_to_ride, false),
        // Scripts may do what their account may.
        (by_token("customer1"), true),
        (by_token("customer2"), false),
        (by_token("owner1"), true),
        (by_token("rider2"), false),
        (by_token("operator"), false),
    ];
    let before = city.log.head().await.unwrap();
    for (who, is_own) in &people {
        for (index, (method, gate)) in METHODS.iter().enumerate() {
            let is_nobodys = index >= METHODS.len() - NOBODYS;
            let things = if is_nobodys { &nobodys } else { &own };
            let mut expected = at_the_gate(*gate, who, *is_own && !is_nobodys);
            if *who == homeless && matches!(gate, Gate::Of(Role::Owner) | Gate::TakesPart) {
                expected = Some(Fault::NotFound);
            }
            // The holder giving the job up, and the webhook's end, come last, below.
            let skip = ["act_on_job", "delete_webhook"].contains(method) && expected.is_none();
            for answer in if skip { Vec::new() } else { call(&city, method, who, things).await } {
                let denied = matches!(answer, Err(Fault::NotSignedIn | Fault::WrongRole | Fault::NotFound));
                match &expected {
                    Some(fault) => assert_eq!(answer, Err(fault.clone()), "{method} by {who:?}"),
                    None => assert!(!denied, "{method} by {who:?}: {answer:?}"),
                }
            }
        }
    }
    // Nothing of all this has happened.
    assert_eq!(city.log.head().await.unwrap(), before);
    assert_eq!(city.look(order).await.line.shown, Shown::Assigned);

    // What they are shown is their own.
    for other in ["customer2", "owner1", "rider1"] {
        assert_eq!(city.backend.webhooks(&caller(other)).await.unwrap().webhooks, [], "{other}");
    }
    assert_eq!(city.backend.webhooks(&customer).await.unwrap().webhooks.len(), 1);
    city.backend.delete_webhook(&customer, webhook).await.unwrap();
    assert_eq!(city.backend.webhooks(&customer).await.unwrap().webhooks, []);
    let list = city.backend.orders(&caller("customer2"), 0).await.unwrap();
    assert_eq!((list.total, list.orders.len()), (0, 0));
    let mine = city.backend.orders(&customer, 0).await.unwrap();
    assert!(mine.total == 1 && mine.orders[0].order == order);
    let (board, other) = (city.backend.board(&caller("owner1")).await.unwrap(), caller("owner2"));
    assert_eq!(board.tickets.iter().map(|ticket| ticket.order).collect::<Vec<_>>(), [order]);
    let board = city.backend.board(&other).await.unwrap();
    assert_eq!((Some(board.store), board.tickets.len()), (other.account.unwrap().store, 0));
    let holder = city.backend.rider(&caller("rider1")).await.unwrap();
    assert_eq!((holder.mine.len(), holder.mine[0].phone.as_str()), (1, typed.phone.as_str()));
    for rider in [caller("rider2"), new_rider(1)] {
        let view = city.backend.rider(&rider).await.unwrap();
        assert!(view.mine.is_empty() && view.jobs.is_empty());
    }
    let taken =
        city.backend.act_on_job(&caller("rider2"), order, RiderAction::Claim, &key()).await.unwrap_err();
    assert_eq!(taken.status(), 409);

    // Carts and drafts belong to the browser that made them.
    let newcomer = Caller { visitor: "visitor-of-a-newcomer-".to_owned(), ..stranger() };
    assert!(city.backend.cart(&newcomer).await.unwrap().lines.is_empty());
    assert!(!city.backend.cart(&customer).await.unwrap().lines.is_empty());
    let id = city.backend.keep_draft(&customer, draft()).await.unwrap();
    assert_eq!(city.backend.draft(&newcomer, &id).await.unwrap(), None);
    assert_eq!(city.backend.draft(&customer, &id).await.unwrap(), Some(draft()));

    // The holder is let in, and the number and the code are asked for.
    for (action, passes) in [(JOB_ACTIONS[1](), true), (JOB_ACTIONS[2](), false), (JOB_ACTIONS[0](), true)] {
        let answer = city.backend.act_on_job(&caller("rider1"), order, action, &key()).await;
        assert_eq!(answer.is_ok(), passes, "{answer:?}");
    }
    city.close().await;
}
