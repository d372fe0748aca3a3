//! Which template of the provider stands for which of ours. Templates of 알림톡 are looked at by people before they may be used, each
//! under an id of its own.

use domain::notification::Template;
use domain::shared::Locale;
use serde::Deserialize;
use std::collections::HashMap;

/// The languages in which there are templates.
const LOCALES: [Locale; 2] = [Locale::Ko, Locale::En];

/// The provider's ids of the templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Templates(HashMap<(Template, Locale), String>);

/// Why a list of templates cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplatesError {
    /// It is not the JSON it should be.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// A template is not in it.
    #[error("\"{slug}\" in {language} is missing")]
    Missing {
        /// The template's slug.
        slug: &'static str,
        /// The language's tag.
        language: &'static str,
    },
    /// There is no such template.
    #[error("there is no notice \"{0}\"")]
    Unknown(String),
}

/// The ids of one template.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    #[serde(default)]
    ko: String,
    #[serde(default)]
    en: String,
}

impl Templates {
    /// Reads `{"order_placed": {"ko": "ID", "en": "ID"}, …}`, with every template in every language.
    pub fn read(json: &str) -> Result<Self, TemplatesError> {
        let listed: HashMap<String, Ids> =
            serde_json::from_str(json).map_err(|error| TemplatesError::Unreadable(error.to_string()))?;
        if let Some(slug) = listed.keys().find(|slug| Template::from_slug(slug).is_none()) {
            return Err(TemplatesError::Unknown(slug.clone()));
        }
        let mut ids = HashMap::new();
        for template in Template::ALL {
            for locale in LOCALES {
                let (slug, language) = (template.slug(), locale.tag());
                let of = |ids: &Ids| match locale {
                    Locale::Ko => ids.ko.trim().to_owned(),
                    Locale::En => ids.en.trim().to_owned(),
                };
                let id = listed.get(slug).map(of).filter(|id| !id.is_empty());
                ids.insert((*template, locale), id.ok_or(TemplatesError::Missing { slug, language })?);
            }
        }
        Ok(Self(ids))
    }

    /// The provider's id of a template; all are there.
    pub fn id(&self, template: Template, locale: Locale) -> &str {
        self.0.get(&(template, locale)).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn all() -> Value {
        let ids = |template: &Template| {
            let slug = template.slug();
            (slug.to_owned(), json!({ "ko": format!("KO-{slug}"), "en": format!("EN-{slug}") }))
        };
        Value::Object(Template::ALL.iter().map(ids).collect())
    }

    #[test]
    fn a_list_of_templates_is_whole_or_refused_with_what_is_missing() {
        let templates = Templates::read(&all().to_string()).unwrap();
        assert_eq!(templates.id(Template::OrderPlaced, Locale::En), "EN-order_placed");
        let mut lacks = all();
        lacks["refunded"]["en"] = json!(" ");
        let refusal = Templates::read(&lacks.to_string()).unwrap_err();
        assert_eq!(refusal.to_string(), "\"refunded\" in en is missing");
        let mut more = all();
        more["refunds"] = json!({ "ko": "A", "en": "B" });
        assert_eq!(
            Templates::read(&more.to_string()).unwrap_err().to_string(),
            "there is no notice \"refunds\""
        );
        assert!(matches!(Templates::read("[]"), Err(TemplatesError::Unreadable(_))));
    }
}
