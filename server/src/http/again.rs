//! Pages in answer to a form that was refused. One of which nothing was kept comes back as a page that holds everything that was typed but
//! for passwords, and sends it again; one that came too soon leads on to its own page, where what was typed is kept.

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use domain::shared::Locale;

use crate::markup::escape;

/// What the page may do: look like this site, and send its form again.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What has as many characters or fewer, and no space, may be an id: it is sent again as it came, and not shown.
const ID: usize = 36;

/// Why a form comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It came too soon: the same may pass later.
    Later,
    /// Something in it has to be changed, and its own page cannot show it again.
    Wrong,
}

/// What was typed into a form, without passwords; nothing when it cannot be read.
pub(super) async fn fields_of(request: Request) -> Vec<(String, String)> {
    let read = <Form<Vec<(String, String)>> as FromRequest<()>>::from_request(request, &());
    let mut fields = read.await.map(|form| form.0).unwrap_or_default();
    fields.retain(|(name, _)| !name.contains("password"));
    fields
}

/// The page. `action` is where the form is sent to.
pub(super) fn page(
    css: &str,
    locale: Locale,
    why: Why,
    sentence: &str,
    action: &str,
    typed: &[(String, String)],
) -> Response {
    let again = match locale {
        Locale::Ko => "다시 보내기",
        Locale::En => "Send it again",
    };
    let fields: String = typed.iter().map(|(name, value)| field(why, name, value)).collect();
    let form = format!(
        "<form method=\"post\" action=\"{action}\">{fields}\
         <button class=\"btn btn--primary btn--block\" type=\"submit\">{again}</button></form>",
        action = escape(action),
    );
    framed(css, locale, why, "", sentence, &form)
}

/// The page that leads on to `path` at once: the form's own page, with what was typed.
pub(super) fn leading_back(css: &str, locale: Locale, sentence: &str, path: &str) -> Response {
    let path = escape(path);
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0;url={path}\">");
    let back = match locale {
        Locale::Ko => "입력하던 화면으로 돌아가기",
        Locale::En => "Back to the form",
    };
    let link = format!("<a class=\"btn btn--primary btn--block\" href=\"{path}\">{back}</a>");
    framed(css, locale, Why::Later, &refresh, sentence, &link)
}

/// A page with a sentence and what can be done about it. `head` and `below` are markup.
fn framed(css: &str, locale: Locale, why: Why, head: &str, sentence: &str, below: &str) -> Response {
    let title = match (why, locale) {
        (Why::Later, Locale::Ko) => "잠시 뒤에 다시 시도해 주세요",
        (Why::Later, Locale::En) => "Please try again in a moment",
        (Why::Wrong, Locale::Ko) => "입력한 내용을 확인해 주세요",
        (Why::Wrong, Locale::En) => "Please check what you typed",
    };
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">{head}\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"stylesheet\" href=\"{css}\"><title>{title}</title></head>\
         <body class=\"area area--account\"><main id=\"main\" class=\"page page--narrow\">\
         <h1 class=\"page__title\">{title}</h1>\
         <div class=\"alert alert--warn\" role=\"alert\"><p class=\"alert__text\">{sentence}</p></div>\
         {below}</main></body></html>",
        lang = locale.tag(),
        css = escape(css),
        sentence = escape(sentence),
    );
    ([(CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
}

fn field(why: Why, name: &str, value: &str) -> String {
    let (name, may_be_id) =
        (escape(name), value.len() <= ID && value.bytes().all(|byte| byte.is_ascii_graphic()));
    if why == Why::Later || may_be_id {
        return format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
    }
    // A browser drops one line end right after the tag.
    format!(
        "<p class=\"field\"><label class=\"field__label\" for=\"f-{name}\">{name}</label>\
         <textarea class=\"field__input\" id=\"f-{name}\" name=\"{name}\" rows=\"8\">\n{}</textarea></p>",
        escape(value)
    )
}
