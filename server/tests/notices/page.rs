//! The inbox as people see it, in a running city.

use super::double::{Mood, Provider};
use super::town::until;
use crate::common::{caller, config, typed};
use domain::notification::{Recipient, Template, Variables};
use domain::shared::{Locale, OrderId, Text, Timestamp};
use domain::store::WantedLine;
use domain::views::{Caller, Fault, InboxView, PlaceOrder};
use reqwest::header::{ACCEPT, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, redirect};
use server::config::{Config, NotifyConfig};
use server::startup::{Running, start};
use server::storage::{NewNotice, NoticeDoc, NoticeId, Outbox as _};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

struct City {
    running: Running,
    stop: CancellationToken,
    _folder: TempDir,
}

impl Drop for City {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl City {
    async fn open(notify: NotifyConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { notify, ..config(folder.path().to_owned()) };
        let stop = CancellationToken::new();
        let running = start(config, stop.clone()).await.unwrap();
        Self { running, stop, _folder: folder }
    }

    /// Orders the first item of the first store, for `customer1`.
    async fn order(&self) -> OrderId {
        let (backend, customer) = (&self.running.backend, caller("customer1"));
        let store = backend.stores(&customer, "").await.unwrap().stores[0].id;
        let menu = backend.menu(&customer, store).await.unwrap();
        let item = menu.menu.items().next().unwrap();
        let order = PlaceOrder {
            key: "test".to_owned(),
            store,
            lines: vec![WantedLine { item: item.id, quantity: 1, choices: Vec::new() }],
            agreed: item.price.plus(menu.store.fee.unwrap()).unwrap(),
            typed: typed("tok_approve"),
        };
        backend.place_order(&customer, order).await.unwrap()
    }

    /// An inbox, once it holds so many notices.
    async fn inbox(&self, login: &str, many: usize) -> InboxView {
        let (backend, caller) = (&self.running.backend, caller(login));
        until("the inbox has what it should", async || {
            Ok(backend.inbox(&caller, None).await.unwrap().entries.len() >= many)
        })
        .await;
        backend.inbox(&caller, None).await.unwrap()
    }

    async fn get(&self, path: &str, cookies: &str) -> Response {
        let request = http().get(format!("http://{}{path}", self.running.addr));
        request.header(COOKIE, cookies).header(ACCEPT, "text/html").send().await.unwrap()
    }

    async fn post(&self, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Response {
        let base = format!("http://{}", self.running.addr);
        let request = http().post(format!("{base}{path}")).header(ORIGIN, &base).form(fields);
        request.header(COOKIE, cookies).header(ACCEPT, "text/html").send().await.unwrap()
    }

    /// Logs a demo account in; answers its cookies.
    async fn log_in(&self, login: &str) -> String {
        let answer = self.post("/login", "", &[("login", login), ("password", "baedal-demo")]).await;
        let cookies = answer.headers().get_all(SET_COOKIE).iter();
        let pairs = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        pairs.collect::<Vec<_>>().join("; ")
    }
}

fn http() -> Client {
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap()
}

fn templates(view: &InboxView) -> Vec<Template> {
    view.entries.iter().map(|entry| entry.template).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_finds_what_they_were_told_and_nobody_what_others_were() {
    let city = City::open(NotifyConfig::Inbox).await;
    let order = city.order().await;
    let told = city.inbox("customer1", 2).await;
    assert_eq!(templates(&told), [Template::OrderPlaced, Template::OrderReceived]);
    assert_eq!(told.entries[0].page, Some(format!("/orders/{order}")));
    let store = city.inbox("owner1", 1).await;
    let of_store = format!("/owner/orders/{order}");
    assert_eq!((templates(&store), &store.entries[0].page), (vec![Template::StoreNewOrder], &Some(of_store)));
    for other in ["customer2", "owner2", "rider1"] {
        assert_eq!(city.running.backend.inbox(&caller(other), None).await.unwrap().entries, [], "{other}");
    }
    let backend = &city.running.backend;
    assert_eq!(backend.inbox(&caller("operator"), None).await, Err(Fault::WrongRole));
    assert_eq!(backend.inbox(&Caller::default(), None).await, Err(Fault::NotSignedIn));
    assert_eq!(backend.operator(&caller("customer1")).await.unwrap_err(), Fault::WrongRole);
    assert_eq!(backend.retry_notice(&caller("customer1"), "x").await, Err(Fault::WrongRole));
    assert_eq!(backend.retry_notice(&caller("operator"), "x").await, Err(Fault::NotFound));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_a_talk_in_the_readers_language_without_any_script() {
    let city = City::open(NotifyConfig::Inbox).await;
    let order = city.order().await;
    city.inbox("customer1", 2).await;

    let stranger = city.get("/inbox", "").await;
    assert_eq!(stranger.headers()[LOCATION], "/login?next=/inbox");
    let cookies = city.log_in("customer1").await;
    let korean = city.get("/inbox", &cookies).await.text().await.unwrap();
    let placed = korean.find("주문을 넣었어요").expect("the first message");
    let received = korean.find("결제가 끝나 가게에 주문이 들어갔어요").expect("the second message");
    assert!(placed < received, "the newest is at the bottom");
    assert!(korean.contains(&format!("href=\"/orders/{order}\"")), "{korean}");
    assert!(korean.contains("aria-label=\"알림 보기\""), "the bar leads here");
    assert!(!korean.contains("이전 알림 보기"), "there is nothing earlier");

    // The other language is remembered for the page by a cookie, and for messages by the account.
    let answer = city.post("/lang", &cookies, &[("lang", "en"), ("next", "/inbox")]).await;
    assert_eq!(answer.headers()[LOCATION], "/inbox");
    let english = city.get("/inbox", &format!("{cookies}; lang=en")).await.text().await.unwrap();
    assert!(english.contains("Your order is placed.") && english.contains("Today"), "{english}");
    let empty = city.get("/inbox", &city.log_in("rider1").await).await.text().await.unwrap();
    assert!(empty.contains("아직 알림이 없어요"), "{empty}");
    let wrong = city.get("/inbox", &city.log_in("operator").await).await;
    assert_eq!(wrong.headers()[LOCATION], "/login?next=/inbox&wrong_role=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_talk_is_read_page_by_page() {
    let city = City::open(NotifyConfig::Inbox).await;
    let customer = caller("customer1").account.unwrap().id;
    let note = |position: u64| NewNotice {
        id: NoticeId { to: Recipient::Customer(customer), position },
        order: OrderId(Uuid::from_u128(1)),
        doc: NoticeDoc {
            template: Template::FoodReady,
            variables: Variables { store: Text::ko(format!("가게 {position}")), ..Variables::default() },
        },
        at: Timestamp(1_795_413_600_000 + position as i64 * 3_600_000),
        to_send: false,
    };
    let many: Vec<_> = (1_001..=1_120).map(note).collect();
    city.running.log.keep("test", 0, &many).await.unwrap();
    let backend = &city.running.backend;
    let (mut before, mut read) = (None, Vec::new());
    loop {
        let page = backend.inbox(&caller("customer1"), before).await.unwrap();
        assert_eq!(page.latest, before.is_none());
        let mut positions: Vec<_> = page.entries.iter().map(|entry| entry.position).collect();
        positions.append(&mut read);
        read = positions;
        before = page.earlier;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(read, (1_001..=1_120).collect::<Vec<_>>(), "each once, in order");
    let cookies = city.log_in("customer1").await;
    let latest = city.get("/inbox", &cookies).await.text().await.unwrap();
    assert!(latest.contains("href=\"/inbox?before=1071\"") && latest.contains("가게 1120"), "{latest}");
    assert_eq!(latest.matches("talk__day").count(), 3, "fifty hours are on three days");
    let earlier = city.get("/inbox?before=1071", &cookies).await.text().await.unwrap();
    assert!(earlier.contains("가게 1070") && !earlier.contains("가게 1071"), "{earlier}");
    assert!(earlier.contains("최근 알림으로"), "it leads back");
    let nonsense = city.get("/inbox?before=nonsense", &cookies).await.text().await.unwrap();
    assert!(nonsense.contains("가게 1120"), "{nonsense}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_with_an_account_at_the_provider_sends_and_its_operator_looks_after_the_rest() {
    let provider = Provider::start().await;
    provider.then(&[Mood::Refuse("ValidationError")]);
    let city = City::open(NotifyConfig::Solapi(Box::new(provider.account()))).await;
    let cookies = city.log_in("customer1").await;
    city.post("/lang", &cookies, &[("lang", "en")]).await;
    city.order().await;
    let (backend, operator) = (&city.running.backend, caller("operator"));
    until("the rest has arrived", async || Ok(provider.delivered().len() >= 2)).await;
    let dead = backend.operator(&operator).await.unwrap().notices;
    assert_eq!(dead.len(), 1, "{dead:?}");
    backend.retry_notice(&operator, &dead[0].id).await.unwrap();
    backend.retry_notice(&operator, &dead[0].id).await.unwrap();
    until("what was refused has arrived too", async || Ok(provider.delivered().len() == 3)).await;
    assert_eq!(backend.operator(&operator).await.unwrap().notices, []);
    let mut sent: Vec<_> = provider.delivered().into_iter().map(|sent| sent.template).collect();
    sent.sort();
    assert_eq!(sent, ["en-order_placed", "en-order_received", "ko-store_new_order"]);
    let health = backend.operator(&operator).await.unwrap().providers;
    assert!(health.iter().any(|provider| provider.name == "messages"), "{health:?}");
    assert_eq!(Locale::default(), Locale::Ko, "whoever has chosen nothing reads Korean");
}
