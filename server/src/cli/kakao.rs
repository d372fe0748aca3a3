//! `baedal kakao-templates`: the texts to register with a provider of KakaoTalk messages.

use app::words::notice_template;
use domain::notification::Template;
use domain::shared::Locale;
use serde_json::{Map, Value, json};
use std::io::Write;

use super::Failed;

/// Prints the text of every notice in both languages, as JSON by its slug: what takes the ids' place in `--kakao-templates`.
pub(super) fn print() -> Result<(), Failed> {
    let texts: Map<String, Value> = Template::ALL
        .iter()
        .map(|template| {
            let text = |locale| notice_template(locale, *template);
            (template.slug().to_owned(), json!({ "ko": text(Locale::Ko), "en": text(Locale::En) }))
        })
        .collect();
    let text = serde_json::to_string_pretty(&texts).map_err(Failed::run)?;
    writeln!(std::io::stdout(), "{text}").map_err(Failed::run)
}
