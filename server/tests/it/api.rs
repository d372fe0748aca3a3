//! The REST API over real HTTP, as other programs use it.

mod access;
mod described;
mod fields;
mod held;
mod keys;
mod limits;
mod live;
mod options;
mod refused;
mod rules;
mod same;
mod seen;
mod transcripts;
mod unsure;
mod versions;
mod walk;
mod way;
mod webhooks;

use crate::city::{City, caller, key};
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;
use std::time::Duration;

/// A program with a token, or with none.
#[derive(Clone)]
struct Program {
    http: Client,
    base: String,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
struct Heard {
    status: u16,
    headers: HeaderMap,
    json: Value,
}

impl Heard {
    /// A header that has to be there.
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("{name} is missing: {self:?}")).to_str().unwrap()
    }

    /// A member that is a text.
    fn text(&self, member: &str) -> &str {
        self.json[member].as_str().unwrap_or_else(|| panic!("{member} is no text: {}", self.json))
    }

    /// The refusal, which has to be one of this kind.
    fn refused(&self, status: u16, kind: &str) -> &Value {
        assert_eq!(
            (self.status, self.text("type")),
            (status, format!("/problems/{kind}").as_str()),
            "{self:?}"
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json["status"], status);
        &self.json
    }
}

impl Program {
    /// A program of a demo account.
    async fn of(city: &City, login: &str) -> Self {
        let id = city.backend.make_token(&caller(login), "api", "30").await.unwrap();
        let page = city.backend.account_page(&caller(login), Some(id)).await.unwrap();
        Self { token: Some(page.made.unwrap().secret), ..Self::stranger(&city.base()) }
    }

    fn stranger(base: &str) -> Self {
        Self { http: Client::builder().no_proxy().build().unwrap(), base: base.to_owned(), token: None }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Heard {
        let mut request = self.request(method.clone(), path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.hear(&method, path, request).await
    }

    /// A request with the token and nothing else.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let request = self.http.request(method, url).timeout(Duration::from_secs(20));
        if let Some(token) = &self.token { request.bearer_auth(token) } else { request }
    }

    /// Sends a request; what comes back has to be as the description says.
    async fn hear(&self, method: &Method, path: &str, request: RequestBuilder) -> Heard {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        // A stream has no end to wait for: that it is one is all there is to hear here.
        let is_stream = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let text = if is_stream { String::new() } else { answer.text().await.unwrap() };
        let heard =
            Heard { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        seen::holds(self, method, path, &heard).await;
        heard
    }

    async fn get(&self, path: &str) -> Heard {
        self.send(Method::GET, path, &[], None).await
    }

    /// A command under a key that may be used again.
    async fn under(&self, key: &str, method: Method, path: &str, body: Option<Value>) -> Heard {
        self.send(method, path, &[("idempotency-key", key)], body).await
    }

    async fn put(&self, path: &str, body: Option<Value>) -> Heard {
        self.send(Method::PUT, path, &[("idempotency-key", &key())], body).await
    }

    /// A command that has to be carried out.
    async fn does(&self, path: &str, body: Option<Value>) -> Heard {
        let heard = self.put(path, body).await;
        assert_eq!(heard.status, 200, "{path}: {heard:?}");
        heard
    }

    async fn post(&self, path: &str, body: Value) -> Heard {
        self.send(Method::POST, path, &[("idempotency-key", &key())], Some(body)).await
    }

    /// Places an order of the source's short form; answers its path.
    async fn order(&self) -> String {
        let heard = self
            .post(
                "/orderLists",
                serde_json::json!({"foodId": "피자", "address": "111", "status": "주문접수중"}),
            )
            .await;
        assert_eq!(heard.status, 201, "{heard:?}");
        heard.header("location").strip_prefix(&self.base).unwrap().to_owned()
    }

    /// Asks until it is so, at most 20 seconds.
    async fn until(&self, path: &str, is_so: impl Fn(&Heard) -> bool) -> Heard {
        for _ in 0..400 {
            let heard = self.get(path).await;
            if is_so(&heard) {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} did not come about: {:?}", self.get(path).await);
    }

    /// Asks until an order has this status.
    async fn until_status(&self, path: &str, status: &str) -> Heard {
        self.until(path, |heard| heard.json["status"] == status).await
    }
}

/// The id at the end of a path.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}
