//! Webhooks in a running city: the page without JavaScript, what the operator sees, and a server that dies.

#[cfg(feature = "failpoints")]
mod crash;
#[cfg(feature = "failpoints")]
pub(crate) use crash::POINTS;

use crate::city::{City, caller};
use crate::people::{Field, Person, field};
use crate::receiver::{Mood, Receiver};
use domain::shared::WebhookId;
use domain::views::{Caller, Fault, FieldFault};
use domain::webhook::{self, State, UrlFault};
use server::adapters::webhooks::Lookup;
use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// A city whose webhooks may lead to this machine.
pub(super) async fn open() -> City {
    City::open_with(|config| config.webhook_allow_private = true).await
}

async fn person(city: &City, login: &str) -> Person {
    Person::log_in(&format!("http://{}", city.addr), login).await
}

/// What stands in the element with this mark.
fn said<'p>(page: &'p str, mark: &str) -> &'p str {
    let after = page.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {page}")).1;
    after.split_once('>').unwrap().1.split('<').next().unwrap()
}

/// The secret that the page shows this once.
fn secret_on(page: &str) -> &str {
    let field = page.split("<input").find(|field| field.contains("data-secret"));
    let field = field.unwrap_or_else(|| panic!("no secret in {page}"));
    field.split_once("value=\"").unwrap().1.split('"').next().unwrap()
}

fn about(id: WebhookId, more: &[Field]) -> Vec<Field> {
    [&[field("webhook", id)], more].concat()
}

/// Waits until a receiver has so many.
pub(super) async fn until_taken(receiver: &Receiver, many: usize) {
    for _ in 0..1_000 {
        if receiver.taken("hook").len() >= many {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{many} messages did not come: {:?}", receiver.kinds("hook"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_looked_after_on_its_page_without_any_script() {
    let (city, receiver) = (open().await, Receiver::start().await);
    let who = person(&city, "customer1").await;
    let (status, page) = who.page("/webhooks").await;
    assert!(status == 200 && page.contains("아직 웹훅이 없어요."), "{page}");
    // What is wrong stands at the field, and what was typed is still there.
    let back = who.submit("/api/webhooks/register", &[field("url", "ftp://till.example/a&b")]).await;
    let (_, page) = who.page(&back).await;
    assert_eq!(said(&page, "id=\"url-error\""), "주소는 https:// 로 시작해야 해요.");
    assert!(page.contains("value=\"ftp://till.example/a&amp;b\""), "{page}");

    let url = format!("{}/hook", receiver.url);
    let shows = who.submit("/api/webhooks/register", &[field("url", &url)]).await;
    let id: WebhookId = shows.strip_prefix("/webhooks?secret=").unwrap().parse().unwrap();
    // Nobody else is shown the secret, and it is shown once.
    let (_, page) = person(&city, "customer2").await.page(&shows).await;
    assert!(!page.contains("whsec_") && !page.contains(&url), "{page}");
    assert_eq!(who.head(&shows).await, 200);
    let (_, page) = who.page(&shows).await;
    let secret = secret_on(&page).to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    assert!(page.contains("data-action=\"copy\"") && page.contains("지금 한 번만 보여요"), "{page}");
    let (_, page) = who.page(&shows).await;
    assert!(!page.contains("whsec_") && page.contains(&url), "{page}");
    assert!(page.contains("비밀 키는 한 번만 보여요"), "what to do without it: {page}");
    let twice = who.submit("/api/webhooks/register", &[field("url", &url)]).await;
    let (_, page) = who.page(&twice).await;
    assert!(page.contains("id=\"url-error\"") && page.matches("data-webhook").count() == 1, "{page}");

    city.order("tok_approve").await;
    until_taken(&receiver, 3).await;
    assert_eq!(receiver.kinds("hook"), ["order.placed", "payment.approved", "order.received"]);

    // Paused, it is told nothing; and everything when it goes on.
    who.submit("/api/webhooks/pause", &about(id, &[field("paused", true)])).await;
    let (_, page) = who.page("/webhooks").await;
    assert!(page.contains("chip--paused"), "{page}");
    city.order("tok_approve").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.taken("hook").len(), 3);
    who.submit("/api/webhooks/pause", &about(id, &[field("paused", false)])).await;
    until_taken(&receiver, 6).await;

    // Everything again, and what was typed wrongly.
    let back = who.submit("/api/webhooks/replay", &about(id, &[field("from", "soon")])).await;
    let (_, page) = who.page(&back).await;
    assert!(page.contains("value=\"soon\"") && page.contains("1200처럼 번호만"), "{page}");
    who.submit("/api/webhooks/replay", &about(id, &[field("from", "")])).await;
    until_taken(&receiver, 12).await;
    let ids: Vec<_> = receiver.taken("hook").iter().map(|came| came.id().to_owned()).collect();
    // Different orders do not wait for each other.
    let sorted = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!((sorted(&ids[..6]), sorted(&ids[..6]).len()), (sorted(&ids[6..]), 6));

    let shows = who.submit("/api/webhooks/replace-secret", &about(id, &[])).await;
    let (_, page) = who.page(&shows).await;
    let fresh = secret_on(&page).to_owned();
    assert!(fresh.starts_with("whsec_") && fresh != secret, "{fresh}");
    assert!(page.contains("이전 키로도 서명해요"), "{page}");

    who.submit("/api/webhooks/delete", &about(id, &[])).await;
    let (_, page) = who.page("/webhooks").await;
    assert!(page.contains("아직 웹훅이 없어요."), "{page}");
    city.order("tok_approve").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.taken("hook").len(), 12);
    // No page for whoever takes no part.
    let operator = person(&city, "operator").await;
    assert_ne!(operator.get("/webhooks").send().await.unwrap().status(), 200);
    city.close().await;
}

/// Puts the clock on from one try to the next, through all of them, for a receiver that takes nothing.
pub(super) async fn until_given_up(city: &City, receiver: &Receiver, who: &Caller) {
    let looks = async || city.backend.webhooks(who).await.unwrap().webhooks.remove(0);
    for step in [1, 1, 2, 7, 27, 107, 427, 450, 450, 450, 450] {
        let before = receiver.came().len();
        for _ in 0..500 {
            if looks().await.dead > 0 || receiver.came().len() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        city.clock.forward(step);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_on_the_accounts_page_and_on_the_operators() {
    let (city, receiver) = (open().await, Receiver::start().await);
    receiver.usually(Mood::Status(500));
    let customer = caller("customer1");
    let url = format!("{}/hook?token=hush", receiver.url);
    let id = city.backend.register_webhook(&customer, &url).await.unwrap();
    city.order("tok_approve").await;
    until_given_up(&city, &receiver, &customer).await;
    let view = city.backend.webhooks(&customer).await.unwrap().webhooks.remove(0);
    assert!(view.dead >= 1 && view.state == State::Failing, "{view:?}");
    assert_eq!(view.error, "HTTP 500: no");

    let console = city.backend.operator(&caller("operator")).await.unwrap();
    let letter = &console.webhooks[0];
    assert_eq!((letter.kind.as_str(), letter.attempts), ("order.placed", 11));
    assert_eq!(letter.host, receiver.host(), "the rest of the URL is its owner's");
    let operator = person(&city, "operator").await;
    let (_, page) = operator.page("/operator").await;
    assert!(page.contains(&format!("data-letter=\"{}\"", letter.id)) && !page.contains("hush"), "{page}");
    let who = person(&city, "customer1").await;
    let (_, page) = who.page(&format!("/webhooks?dead={id}")).await;
    assert!(page.contains(&format!("data-letter=\"{}\"", letter.id)), "{page}");
    assert_eq!(city.backend.dead_webhooks(&caller("customer2"), id).await, Err(Fault::NotFound));

    receiver.usually(Mood::Take);
    operator.submit("/api/operator/retry-letter", &[field("id", &letter.id)]).await;
    for _ in 0..500 {
        if receiver.kinds("hook").contains(&"order.placed".to_owned()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(receiver.kinds("hook").contains(&"order.placed".to_owned()), "{:?}", receiver.kinds("hook"));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_is_read_once_it_is_known_who_asks() {
    let city = open().await;
    let id = city.backend.register_webhook(&caller("customer1"), "http://127.0.0.1:9/").await.unwrap();
    let form = about(id, &[field("from", "soon")]);
    let stranger = Person::visitor(&city.base()).await;
    assert_eq!(stranger.send("/api/webhooks/replay", &form).await.unwrap().0, 401);
    for (login, status) in [("operator", 403), ("customer2", 404), ("owner1", 404), ("customer1", 422)] {
        let who = person(&city, login).await;
        assert_eq!(who.send("/api/webhooks/replay", &form).await.unwrap().0, status, "{login}");
    }
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_default_nothing_of_this_network_is_reached_and_ten_are_enough() {
    let city = City::open().await;
    let customer = caller("customer1");
    let register = async |url: &str| city.backend.register_webhook(&customer, url).await;
    let wrong = |wrong| Err(Fault::field(FieldFault::Url { field: domain::views::Field::Url, wrong }));
    assert_eq!(register(&format!("http://{}/", city.addr)).await, wrong(UrlFault::NotHttps));
    assert_eq!(register(&format!("https://{}/", city.addr)).await, wrong(UrlFault::Port));
    assert_eq!(register("https://localhost/").await, wrong(UrlFault::NotPublic));
    assert_eq!(register("https://169.254.169.254/latest").await, wrong(UrlFault::NotPublic));
    assert_eq!(city.backend.webhooks(&customer).await.unwrap().webhooks, []);
    city.close().await;

    let city = open().await;
    // Twenty at once: ten of them are taken.
    let all = (0..20).map(|index| {
        let (backend, customer) = (city.backend.clone(), customer.clone());
        tokio::spawn(async move {
            backend.register_webhook(&customer, &format!("http://127.0.0.1:9/{index}")).await
        })
    });
    let answers: Vec<_> = futures::future::join_all(all).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10);
    let refused = Err(Fault::Webhook(webhook::Refusal::TooMany { max: 10 }));
    assert!(answers.iter().all(|answer| answer.is_ok() || *answer == refused), "{answers:?}");
    assert_eq!(city.backend.webhooks(&customer).await.unwrap().webhooks.len(), 10);
    city.close().await;
}

/// Resolves every name but one, which is never resolved.
#[derive(Default)]
struct Stalling {
    asked: Notify,
}

#[async_trait::async_trait]
impl Lookup for Stalling {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        if host == "stalls.example" {
            self.asked.notify_one();
            std::future::pending::<()>().await;
        }
        Ok(vec![IpAddr::from([93, 184, 215, 14])])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_name_that_another_has_typed() {
    let names = Arc::new(Stalling::default());
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let city = City::open_among(Arc::<Stalling>::clone(&names), Arc::default(), folder, |_| {}).await;
    let backend = Arc::clone(&city.backend);
    let stalled = tokio::spawn(async move {
        backend.register_webhook(&caller("customer1"), "https://stalls.example/hook").await
    });
    names.asked.notified().await;

    // Neither another account, nor the same one with another name.
    for login in ["customer2", "customer1"] {
        let who = caller(login);
        let id = city.backend.register_webhook(&who, "https://till.example/hook").await.unwrap();
        let secret = city.backend.webhook_secret(&who, id).await.unwrap();
        assert!(secret.is_some_and(|secret| secret.starts_with("whsec_")), "{login}");
        assert!(!stalled.is_finished(), "{login} has waited");
    }

    // The one who typed it hears that it leads nowhere.
    let field = domain::views::Field::Url;
    let wrong = Err(Fault::field(FieldFault::Url { field, wrong: UrlFault::NotPublic }));
    assert_eq!(stalled.await.unwrap(), wrong);
    city.close().await;
}
