//! Solapi, as its public documentation says it behaves (authentication by API key; `POST /messages/v4/send`): it checks who asks, keeps
//! what it has delivered, and takes every message for a new one, so that a test can count. It can be in any mood.

use app::words;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use domain::notification::Template;
use domain::shared::Locale;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use server::adapters::clock::{Clock, SystemClock};
use server::adapters::notify::{SolapiAccount, Templates};
use server::adapters::secret::Secret;
use sha2::Sha256;
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};

const KEY: &str = "NCSAYU7YDBXYORXC";
const SECRET: &str = "a secret of the tests";
const CHANNEL: &str = "KA01PF";
const FROM: &str = "020000000";
/// How far a request's date may be from the provider's clock, in milliseconds.
const WINDOW: i64 = 15 * 60_000;

/// What the provider does with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes and delivers it by KakaoTalk.
    Talk,
    /// Takes it, and KakaoTalk does not arrive: the text message is delivered instead.
    NoTalk,
    /// Answers with this status and says nothing.
    Status(u16),
    /// Refuses the message with this code.
    Refuse(&'static str),
    /// Delivers it, and never answers.
    Lost,
}

/// A message that has arrived on a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub to: String,
    /// By KakaoTalk, rather than as a text message.
    pub talk: bool,
    pub text: String,
    /// The id the sender gave it.
    pub notice: String,
    /// The template's own id at the provider.
    pub template: String,
}

#[derive(Default)]
struct Book {
    moods: VecDeque<Mood>,
    /// The mood when no other is left.
    usual: Option<Mood>,
    signatures: HashSet<String>,
    delivered: Vec<Delivered>,
    asked: usize,
    /// Requests that are being answered now, and the most there were.
    busy: (usize, usize),
}

/// The provider. Clones share it.
#[derive(Clone)]
pub struct Provider {
    book: Arc<Mutex<Book>>,
    /// The texts of the templates that were approved.
    approved: Arc<HashMap<String, String>>,
    url: String,
    secret: &'static str,
}

fn template_id(template: Template, locale: Locale) -> String {
    format!("{}-{}", locale.tag(), template.slug())
}

impl Provider {
    pub async fn start() -> Self {
        let all = Template::ALL
            .iter()
            .flat_map(|template| [Locale::Ko, Locale::En].map(|locale| (*template, locale)));
        let approved = all
            .map(|(template, locale)| {
                (template_id(template, locale), words::notice_template(locale, template))
            })
            .collect();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { book: Arc::default(), approved: Arc::new(approved), url, secret: SECRET };
        let app = Router::new().route("/messages/v4/send", post(send)).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        provider
    }

    /// Its ids of all templates, as an operator writes them down.
    fn template_ids() -> String {
        let ids = Template::ALL.iter().map(|template| {
            let ids = json!({
                "ko": template_id(*template, Locale::Ko),
                "en": template_id(*template, Locale::En)
            });
            (template.slug().to_owned(), ids)
        });
        Value::Object(ids.collect()).to_string()
    }

    /// The arguments by which a server sends through it; the list of templates is kept in the folder.
    pub fn arguments(&self, folder: &Path) -> Vec<String> {
        let templates = folder.join("templates.json");
        std::fs::write(&templates, Self::template_ids()).unwrap();
        let settings = [
            ("--notify", "solapi"),
            ("--solapi-url", &self.url),
            ("--solapi-key", KEY),
            ("--solapi-secret", self.secret),
            ("--solapi-pfid", CHANNEL),
            ("--solapi-from", FROM),
            ("--kakao-templates", templates.to_str().unwrap()),
        ];
        settings.into_iter().flat_map(|(name, value)| [name.to_owned(), value.to_owned()]).collect()
    }

    /// An account at this provider, with all templates.
    pub fn account(&self) -> SolapiAccount {
        SolapiAccount {
            url: self.url.clone(),
            key: KEY.to_owned(),
            secret: Secret::new(self.secret),
            channel: CHANNEL.to_owned(),
            from: FROM.to_owned(),
            templates: Templates::read(&Self::template_ids()).unwrap(),
        }
    }

    /// The same provider, whose account signs with this secret.
    pub fn with_secret(&self, secret: &'static str) -> Self {
        Self { secret, ..self.clone() }
    }

    /// The moods of the next requests, one each.
    pub fn then(&self, moods: &[Mood]) {
        self.book.lock().unwrap().moods.extend(moods);
    }

    /// The mood of all requests that no other is for.
    pub fn usually(&self, mood: Mood) {
        self.book.lock().unwrap().usual = Some(mood);
    }

    pub fn delivered(&self) -> Vec<Delivered> {
        self.book.lock().unwrap().delivered.clone()
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.book.lock().unwrap().asked
    }

    /// The most requests there were at a time.
    pub fn most_at_a_time(&self) -> usize {
        self.book.lock().unwrap().busy.1
    }

    /// Checks who asks; the code of the documentation when it is not the account.
    fn authenticate(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        let header =
            headers.get("Authorization").and_then(|header| header.to_str().ok()).ok_or("Unauthorized")?;
        let fields = header.strip_prefix("HMAC-SHA256 ").ok_or("Unauthorized")?;
        let fields: HashMap<&str, &str> =
            fields.split(", ").filter_map(|field| field.split_once('=')).collect();
        let field = |name: &str| fields.get(name).copied().ok_or("Unauthorized");
        let (date, salt, signature) = (field("date")?, field("salt")?, field("signature")?);
        if field("apiKey")? != KEY {
            return Err("InvalidAPIKey");
        }
        if !(12..=64).contains(&salt.len()) {
            return Err("Unauthorized");
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{date}{salt}").as_bytes());
        let right =
            mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        if right != signature {
            return Err("SignatureDoesNotMatch");
        }
        if (moment(date).ok_or("Unauthorized")? - SystemClock.now().0).abs() > WINDOW {
            return Err("RequestTimeTooSkewed");
        }
        if self.book.lock().unwrap().signatures.insert(signature.to_owned()) {
            Ok(())
        } else {
            Err("DuplicatedSignature")
        }
    }

    /// The message as it arrives; the code of what is wrong with it.
    fn message(&self, body: &Value, talk: bool) -> Result<Delivered, &'static str> {
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("ValidationError");
        let message = &body["message"];
        let (to, options) = (text(&message["to"])?, &message["kakaoOptions"]);
        let is_number = to.len() >= 9 && to.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || text(&message["from"])? != FROM || text(&options["pfId"])? != CHANNEL {
            return Err("ValidationError");
        }
        let template = text(&options["templateId"])?;
        let mut filled = self.approved.get(&template).cloned().ok_or("TemplateNotFound")?;
        for (name, value) in options["variables"].as_object().ok_or("ValidationError")? {
            let before = filled.clone();
            filled = filled.replace(name, &text(value)?);
            if filled == before {
                return Err("UnknownVariable");
            }
        }
        if filled.contains("#{") {
            return Err("MissingVariable");
        }
        let sms = text(&message["text"])?;
        if !talk && options["disableSms"] != json!(false) {
            return Err("NoFallback");
        }
        let notice = text(&message["customFields"]["notice"])?;
        if notice.len() > 100 {
            return Err("ValidationError");
        }
        Ok(Delivered { to, talk, text: if talk { filled } else { sms }, notice, template })
    }
}

/// Counts a request for as long as it is answered.
struct Busy(Arc<Mutex<Book>>);

impl Busy {
    fn begin(book: &Arc<Mutex<Book>>) -> (Self, Mood) {
        let mut open = book.lock().unwrap();
        open.asked += 1;
        open.busy.0 += 1;
        open.busy.1 = open.busy.1.max(open.busy.0);
        let mood = open.moods.pop_front().or(open.usual).unwrap_or(Mood::Talk);
        (Self(Arc::clone(book)), mood)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.lock().unwrap().busy.0 -= 1;
    }
}

async fn send(State(provider): State<Provider>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let (_busy, mood) = Busy::begin(&provider.book);
    let refused = |status: StatusCode, code: &str| {
        (status, Json(json!({ "errorCode": code, "errorMessage": "no" }))).into_response()
    };
    if let Err(code) = provider.authenticate(&headers) {
        return refused(StatusCode::FORBIDDEN, code);
    }
    // Time for others to come at the same time.
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    match mood {
        Mood::Status(status) => return StatusCode::from_u16(status).unwrap().into_response(),
        Mood::Refuse(code) => return refused(StatusCode::BAD_REQUEST, code),
        Mood::Talk | Mood::NoTalk | Mood::Lost => {}
    }
    match provider.message(&body, mood != Mood::NoTalk) {
        Err(code) => refused(StatusCode::BAD_REQUEST, code),
        Ok(delivered) => {
            provider.book.lock().unwrap().delivered.push(delivered);
            if mood == Mood::Lost {
                std::future::pending::<()>().await;
            }
            Json(json!({
                "groupId": "G4V", "messageId": "M4V", "accountId": "12925149", "statusCode": "2000",
                "statusMessage": "정상 접수(이통사로 접수 예정)", "type": "ATA", "country": "82",
            }))
            .into_response()
        }
    }
}

/// Milliseconds since 1970 of `2026-11-23T06:00:05Z`.
fn moment(date: &str) -> Option<i64> {
    let number = |from: usize, to: usize| date.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    // Days from civil, by Howard Hinnant.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let of_era = (year % 400) * 365 + (year % 400) / 4 - (year % 400) / 100 + of_year;
    let days = year / 400 * 146_097 + of_era - 719_468;
    date.ends_with('Z').then_some((days * 86_400 + seconds) * 1_000)
}
