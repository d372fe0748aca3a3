//! People over HTTP: what a browser sends, and the streams it listens to.

use crate::city::{key, typed};
use domain::shared::{OrderId, StoreId, Won};
use domain::store::WantedLine;
use domain::views::{LiveMessage, MenuView, OrderView, StoreList};
use reqwest::header::{ACCEPT, COOKIE, LOCATION, ORIGIN, RETRY_AFTER, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Version, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// A field of a form.
pub type Field = (String, String);

/// Somebody at a browser.
#[derive(Clone)]
pub struct Person {
    http: Client,
    base: String,
    cookies: String,
    /// Comes with an API token, and with no cookie.
    token: Option<String>,
}

/// What an order at one store is made of.
#[derive(Clone)]
pub struct Basket {
    pub store: StoreId,
    pub line: WantedLine,
    pub agreed: Won,
}

impl Person {
    /// Somebody who has not logged in.
    pub fn stranger(base: &str) -> Self {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        Self { http, base: base.to_owned(), cookies: String::new(), token: None }
    }

    /// A script with an API token.
    pub fn script(base: &str, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::stranger(base) }
    }

    /// The same by another client, at another address.
    pub fn by_client(self, http: &Client, base: &str) -> Self {
        Self { http: http.clone(), base: base.to_owned(), ..self }
    }

    /// Says who sends a request.
    fn by(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request.header(COOKIE, &self.cookies),
        }
    }

    /// Logs a demo account in.
    pub async fn log_in(base: &str, login: &str) -> Self {
        let world = server::demo::world().unwrap();
        let account = world.accounts.iter().find(|account| account.login == login).unwrap();
        Self::log_in_as(base, login, &account.password).await
    }

    /// Logs somebody in.
    pub async fn log_in_as(base: &str, login: &str, password: &str) -> Self {
        Self::enter(base, "/login", &[field("login", login), field("password", password)]).await
    }

    /// Signs somebody up, who is logged in from then on.
    pub async fn sign_up(base: &str, path: &str, form: &[Field]) -> Self {
        Self::enter(base, path, form).await
    }

    /// Somebody who has not logged in, and whose browser is known again.
    pub async fn visitor(base: &str) -> Self {
        let mut person = Self::stranger(base);
        let answer = person.get("/login").send().await.unwrap();
        person.keep_cookies(&answer);
        person
    }

    async fn enter(base: &str, path: &str, form: &[Field]) -> Self {
        let mut person = Self::stranger(base);
        let answer = person.post(path, form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{form:?}");
        person.keep_cookies(&answer);
        assert!(person.cookies.contains("baedal_session="), "{form:?}: {}", person.cookies);
        person
    }

    fn keep_cookies(&mut self, answer: &Response) {
        let cookies = answer.headers().get_all(SET_COOKIE).iter();
        let pairs = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        self.cookies = pairs.collect::<Vec<_>>().join("; ");
    }

    /// What the browser sends along.
    pub fn cookies(&self) -> &str {
        &self.cookies
    }

    /// Sends a form, as the page does.
    pub fn post(&self, path: &str, fields: &[Field]) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.base)).header(ORIGIN, &self.base).form(fields);
        self.by(request).header(ACCEPT, "application/json")
    }

    /// Sends a form as a browser without JavaScript does; answers where it is led to.
    pub async fn submit(&self, path: &str, fields: &[Field]) -> String {
        let answer = self.send_form(path, fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    /// Sends a form as a browser without JavaScript does.
    pub async fn send_form(&self, path: &str, fields: &[Field]) -> Response {
        let request = self.http.post(format!("{}{path}", self.base)).header(ORIGIN, &self.base).form(fields);
        self.by(request).header(ACCEPT, "text/html,*/*").send().await.unwrap()
    }

    /// The word by which the provider's page knows whom it was shown to.
    pub async fn bank_word(&self, page: &str) -> String {
        let html = self.get(page).send().await.unwrap().text().await.unwrap();
        html.split_once("name=\"token\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
    }

    /// Presses a button on the provider's page: `approve` or `decline`.
    pub async fn decide(&self, page: &str, decision: &str) -> Response {
        let form = [field("token", self.bank_word(page).await), field("decision", decision)];
        self.post(page, &form).send().await.unwrap()
    }

    /// Where an answer to a form leads a browser: by 303, or by a page with 429 that goes on by itself.
    pub async fn leads_to(answer: Response) -> String {
        if answer.status() != StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(answer.status(), StatusCode::SEE_OTHER);
            return answer.headers()[LOCATION].to_str().unwrap().to_owned();
        }
        assert!(answer.headers().contains_key(RETRY_AFTER), "{answer:?}");
        let page = answer.text().await.unwrap();
        let (_, refresh) = page.split_once("http-equiv=\"refresh\" content=\"0;url=").unwrap();
        let (path, _) = refresh.split_once('"').unwrap();
        path.replace("&amp;", "&")
    }

    /// A page's status and what people see of it: without its scripts and the data they start from.
    pub async fn page(&self, path: &str) -> (u16, String) {
        let answer = self.get(path).header(ACCEPT, "text/html").send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let parts = text.split("<script");
        (status, parts.map(|part| part.split_once("</script>").map_or(part, |(_, rest)| rest)).collect())
    }

    /// Asks for the head of a page alone; answers its status.
    pub async fn head(&self, path: &str) -> StatusCode {
        let request = self.by(self.http.head(format!("{}{path}", self.base))).header(ACCEPT, "text/html");
        request.send().await.unwrap().status()
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.by(self.http.get(format!("{}{path}", self.base)))
    }

    /// Sends a form; answers the status and the JSON that came back. An error when no whole answer came.
    pub async fn send(&self, path: &str, fields: &[Field]) -> reqwest::Result<(StatusCode, Value)> {
        let answer = self.post(path, fields).timeout(Duration::from_secs(20)).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// Asks what has to be answered.
    pub async fn ask<T: DeserializeOwned>(&self, path: &str, fields: &[Field]) -> T {
        let (status, answer) = self.send(path, fields).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        serde_json::from_value(answer).unwrap()
    }

    /// Logs out.
    pub async fn log_out(&self) {
        let answer = self.post("/logout", &[]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }

    /// One piece of the first item of the first store.
    pub async fn basket(&self) -> Basket {
        let list: StoreList = self.ask("/api/store/list", &[field("search", "")]).await;
        let store = list.stores[0].id;
        let menu: MenuView = self.ask("/api/store/menu", &[field("store", store)]).await;
        let item = menu.menu.items().next().unwrap();
        let agreed = item.price.plus(menu.store.fee.unwrap()).unwrap();
        Basket { store, line: WantedLine { item: item.id, quantity: 1, choices: Vec::new() }, agreed }
    }

    /// Places an order with this key; answers the status and the JSON.
    pub async fn try_to_place(
        &self,
        basket: &Basket,
        card: &str,
        key: &str,
    ) -> reqwest::Result<(StatusCode, Value)> {
        self.send("/api/orders/place", &basket.form(card, key)).await
    }

    /// Places an order that has to be taken.
    pub async fn place(&self, basket: &Basket, card: &str) -> OrderId {
        let (status, answer) = self.try_to_place(basket, card, &key()).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{answer}");
        order_in(&answer)
    }

    /// An own order.
    pub async fn order(&self, order: OrderId) -> OrderView {
        self.ask("/api/orders/view", &[field("order", order)]).await
    }

    /// Waits until an own order looks like this, at most 20 seconds.
    pub async fn until(&self, order: OrderId, is_so: impl Fn(&OrderView) -> bool) -> OrderView {
        let mut last = None;
        for _ in 0..400 {
            let view = self.order(order).await;
            if is_so(&view) {
                return view;
            }
            last = Some(view);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not come about: {last:#?}");
    }

    /// Listens to a stream that has to be there.
    pub async fn listen(&self, path: &str) -> Stream {
        self.listen_after(path, None).await
    }

    /// As [`Person::listen`], as a browser does it again after `last`.
    pub async fn listen_after(&self, path: &str, last: Option<u64>) -> Stream {
        let mut request = self.get(path);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        Stream { response, raw: Vec::new(), read: 0 }
    }
}

impl Basket {
    /// The fields of the checkout's form.
    pub fn form(&self, card: &str, key: &str) -> Vec<Field> {
        let typed = typed(card);
        vec![
            field("key", key),
            field("store", self.store),
            field("agreed", self.agreed.get()),
            field("lines[0][item]", self.line.item),
            field("lines[0][quantity]", self.line.quantity),
            field("name", typed.name),
            field("phone", typed.phone),
            field("address", typed.address),
            field("address_detail", typed.address_detail),
            field("note_to_store", typed.note_to_store),
            field("note_to_rider", typed.note_to_rider),
            field("card", typed.card),
        ]
    }
}

/// A field of a form.
pub fn field(name: &str, value: impl ToString) -> Field {
    (name.to_owned(), value.to_string())
}

/// The order that an answer leads to.
pub fn order_in(answer: &Value) -> OrderId {
    let go = answer["go"].as_str().unwrap_or_else(|| panic!("no way to go: {answer}"));
    go.strip_prefix("/orders/").unwrap().parse().unwrap()
}

/// A live stream.
pub struct Stream {
    response: Response,
    /// Everything that came, byte for byte.
    pub raw: Vec<u8>,
    read: usize,
}

/// One block of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub id: Option<u64>,
    pub event: String,
    pub data: String,
    pub comment: Option<String>,
}

impl Said {
    pub fn is(&self, event: &str, data: &str) -> bool {
        self.event == event && self.data == data
    }

    /// The message; its position has to be the block's id.
    pub fn message(&self) -> LiveMessage {
        let message: LiveMessage = serde_json::from_str(&self.data).unwrap();
        assert_eq!(self.id, Some(message.position), "{self:?}");
        message
    }
}

impl Stream {
    /// By which HTTP it comes.
    pub fn version(&self) -> Version {
        self.response.version()
    }

    /// The next block; `None` when the server has ended the stream. An error when it broke off.
    pub async fn try_next(&mut self) -> reqwest::Result<Option<Said>> {
        loop {
            let rest = &self.raw[self.read..];
            if let Some(end) = rest.windows(2).position(|two| two == b"\n\n") {
                let block = String::from_utf8(rest[..end].to_vec()).unwrap();
                self.read += end + 2;
                return Ok(Some(parse(&block)));
            }
            match self.response.chunk().await? {
                Some(chunk) => self.raw.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }

    /// The next block, at most 30 seconds from now.
    pub async fn next(&mut self) -> Option<Said> {
        let next = tokio::time::timeout(Duration::from_secs(30), self.try_next()).await;
        next.expect("the stream is silent").unwrap()
    }

    /// The next message; anything else that is not a comment is an error.
    pub async fn message(&mut self) -> LiveMessage {
        loop {
            let said = self.next().await.expect("the stream has ended");
            if said.comment.is_none() {
                return said.message();
            }
        }
    }

    /// All messages until the server ends the stream, and its last word.
    pub async fn to_its_end(&mut self) -> (Vec<LiveMessage>, Said) {
        let mut messages = Vec::new();
        while let Some(said) = self.next().await {
            if said.comment.is_some() {
                continue;
            }
            if said.id.is_some() {
                messages.push(said.message());
                continue;
            }
            assert_eq!(self.next().await, None, "nothing comes after {said:?}");
            return (messages, said);
        }
        panic!("the stream ended without a word");
    }

    pub fn has_heard(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.raw).contains(text)
    }
}

fn parse(block: &str) -> Said {
    let mut said = Said::default();
    for line in block.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "" => said.comment = Some(value.to_owned()),
            "id" => said.id = Some(value.parse().unwrap()),
            "event" => said.event = value.to_owned(),
            "data" => said.data.push_str(value),
            "retry" => {}
            other => panic!("an unknown field {other:?} in {block:?}"),
        }
    }
    said
}
