//! The page that opens the payment window of Toss Payments, and where the customer comes back to.
//!
//! The window is Toss's own program in the customer's browser, the only one on this site that is not this site's: so it gets a page of its
//! own, which may load nothing else.

use app::backend::Answer;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use domain::payment::Purpose;
use domain::processes::of_charge_key;
use domain::shared::{Locale, OrderId, Won};
use domain::views::{Caller, Fault, OrderView};
use serde::Deserialize;

use super::{in_query, plain, see_other, unavailable};
use crate::adapters::clock::random_token;
use crate::adapters::payment::toss_charge_key;
use crate::config::{ProviderConfig, TossConfig};
use crate::markup::escape;
use crate::router::AppState;

/// What Toss adds to the address to which it sends a customer back who has approved.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Back {
    #[serde(default)]
    payment_key: Option<String>,
    #[serde(default)]
    order_id: Option<String>,
}

/// The sentences of the page.
struct Words {
    title: &'static str,
    lead: &'static str,
    order: &'static str,
    open: &'static str,
    failed: &'static str,
    no_script: &'static str,
    back: &'static str,
}

const KOREAN: Words = Words {
    title: "결제하기",
    lead: "토스페이먼츠 결제창에서 카드를 골라 결제해 주세요.",
    order: "주문번호",
    open: "결제창 열기",
    failed: "결제창을 열지 못했어요. 인터넷 연결을 확인하고 다시 눌러 주세요.",
    no_script: "결제창은 자바스크립트로 열려요. 브라우저에서 자바스크립트를 켠 뒤 새로고침해 주세요. 주문은 그대로 기다리고 있어요.",
    back: "주문으로 돌아가기",
};

const ENGLISH: Words = Words {
    title: "Payment",
    lead: "Please choose your card in the payment window of Toss Payments.",
    order: "Order number",
    open: "Open the payment window",
    failed: "The payment window could not be opened. Check your connection and try again.",
    no_script: "The payment window needs JavaScript. Switch it on in your browser and reload this page; the order waits for you.",
    back: "Back to the order",
};

/// `GET /pay/toss/{order_id}`: for the order's customer, as long as the order waits for this payment; afterwards the order's page. The
/// amount is the order's own.
pub async fn show(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(order_id): Path<String>,
    uri: Uri,
) -> Response {
    let ProviderConfig::Toss(toss) = &state.config.provider else {
        return nowhere(caller.locale);
    };
    let Some((order, purpose)) = of_order_id(&order_id) else {
        return nowhere(caller.locale);
    };
    let view = match answered(state.backend.order(&caller, order).await, &caller, &uri) {
        Ok(view) => view,
        Err(response) => return *response,
    };
    match amount(&view, purpose).filter(|_| view.pay_url.as_deref() == Some(uri.path())) {
        Some(amount) => page(toss, caller.locale, &order_id, &view, amount),
        None => see_other(&format!("/orders/{order}")),
    }
}

/// `GET /pay/toss/return/{order_id}`: whether approved or not, back to the order (303), about which Toss is asked now. What the address
/// says is not believed: the payment that it names is looked at as well, no more.
pub async fn come_back(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(order_id): Path<String>,
    Query(back): Query<Back>,
    uri: Uri,
) -> Response {
    let Some((order, _)) = of_order_id(&order_id) else {
        return nowhere(caller.locale);
    };
    // Only of an own order: another's is not to be meddled with.
    if let Err(response) = answered(state.backend.order(&caller, order).await, &caller, &uri) {
        return *response;
    }
    if let Some(payment_key) = back.payment_key.filter(|_| back.order_id.as_ref() == Some(&order_id)) {
        state.returned.note(&order_id, &payment_key);
    }
    match answered(state.backend.pay_now(&caller, order).await, &caller, &uri) {
        Ok(()) => see_other(&format!("/orders/{order}")),
        Err(response) => *response,
    }
}

fn of_order_id(order_id: &str) -> Option<(OrderId, Purpose)> {
    of_charge_key(&toss_charge_key(order_id)?)
}

/// What is to be paid, in won.
fn amount(view: &OrderView, purpose: Purpose) -> Option<Won> {
    match purpose {
        Purpose::Order => Some(view.bill.total),
        Purpose::Change { revision } => {
            view.change.as_ref().filter(|change| change.revision == revision).map(|change| change.extra)
        }
    }
}

/// The port's answer, or what its fault comes out as.
fn answered<T>(answer: Answer<T>, caller: &Caller, uri: &Uri) -> Result<T, Box<Response>> {
    answer.map_err(|fault| {
        Box::new(match fault {
            Fault::NotSignedIn => {
                let here = uri.path_and_query().map_or("/", |path| path.as_str());
                see_other(&format!("/login?next={}", in_query(here)))
            }
            Fault::Unavailable | Fault::Unsure => unavailable(caller.locale),
            _ => nowhere(caller.locale),
        })
    })
}

fn nowhere(locale: Locale) -> Response {
    plain(
        StatusCode::NOT_FOUND,
        match locale {
            Locale::Ko => "찾으시는 결제가 없어요.",
            Locale::En => "There is no such payment.",
        },
    )
}

fn page(toss: &TossConfig, locale: Locale, order_id: &str, view: &OrderView, amount: Won) -> Response {
    let words = match locale {
        Locale::Ko => KOREAN,
        Locale::En => ENGLISH,
    };
    let nonce = random_token();
    let store = escape(view.line.store_name.get(locale));
    let (number, order) = (&view.line.number, view.line.order);
    let price = match locale {
        Locale::Ko => format!("{}원", amount.in_groups()),
        Locale::En => amount.to_string(),
    };
    // Toss takes names of 100 characters at most.
    let name: String = format!("{} {number}", view.line.store_name.get(locale)).chars().take(100).collect();
    let html = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"data:,\">\
         <title>{title}</title><style nonce=\"{nonce}\">{style}</style></head>\
         <body><main><h1>{title}</h1><p class=\"lead\">{lead}</p>\
         <p class=\"amount\">{price}</p>\
         <dl><dt>{store}</dt><dd>{words_order} {number}</dd></dl>\
         <p id=\"failed\" class=\"note\" role=\"alert\" hidden>{failed}</p>\
         <noscript><p class=\"note\">{no_script}</p></noscript>\
         <button id=\"open\" class=\"go\" type=\"button\" data-client-key=\"{client}\" data-amount=\"{won}\" \
         data-order-id=\"{order_id}\" data-order-name=\"{name}\" data-return=\"/pay/toss/return/{order_id}\">\
         {open}</button>\
         <a class=\"button\" href=\"/orders/{order}\">{back}</a></main>\
         <script nonce=\"{nonce}\" src=\"{script}\"></script><script nonce=\"{nonce}\">{program}</script></body></html>",
        lang = locale.tag(),
        title = words.title,
        lead = words.lead,
        words_order = words.order,
        failed = words.failed,
        no_script = words.no_script,
        open = words.open,
        back = words.back,
        style = include_str!("pay_toss/page.css"),
        program = include_str!("pay_toss/window.js"),
        client = escape(&toss.client_key),
        won = amount.get(),
        name = escape(&name),
        script = escape(&toss.script_url),
    );
    (StatusCode::OK, [(CONTENT_SECURITY_POLICY, policy(&nonce, &toss.script_url))], Html(html))
        .into_response()
}

/// Lets the page run Toss's program, from its one host, and its own few lines. The program talks to hosts beside its own and may show them
/// in frames, but gets no further program from them; the window itself is another page, which this policy does not rule.
fn policy(nonce: &str, script_url: &str) -> String {
    let (scheme, rest) = script_url.split_once("://").unwrap_or(("https", script_url));
    let host = rest.split('/').next().unwrap_or_default();
    let beside = match host.split_once('.') {
        Some(("js", company)) if company.contains('.') => format!("{scheme}://*.{company}"),
        _ => format!("{scheme}://{host}"),
    };
    format!(
        "default-src 'none'; script-src {scheme}://{host} 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         img-src data:; connect-src {beside}; frame-src {beside}; base-uri 'none'; frame-ancestors 'none'"
    )
}
