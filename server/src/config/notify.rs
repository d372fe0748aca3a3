//! Where notices are sent, besides the inbox.

use super::{WrongSetting, url};
use crate::adapters::notify::{SolapiAccount, Templates};
use crate::adapters::secret::Secret;
use clap::Args;
use std::fmt;

/// Where notices are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotifyConfig {
    /// Nowhere: they lie in the inbox.
    Inbox,
    /// To phones, through Solapi.
    Solapi(Box<SolapiAccount>),
}

/// The settings as they were typed.
#[derive(Args, Clone, PartialEq, Eq)]
pub struct NotifyTyped {
    /// Where notices go: inbox (the page alone), or solapi (KakaoTalk through Solapi too).
    #[arg(long, env = "BAEDAL_NOTIFY", value_name = "WHERE", default_value = "inbox")]
    pub notify: String,
    /// The address of Solapi's API.
    #[arg(long, env = "BAEDAL_SOLAPI_URL", value_name = "URL", default_value = "https://api.solapi.com")]
    pub solapi_url: String,
    /// The API key at Solapi.
    #[arg(
        long,
        env = "BAEDAL_SOLAPI_KEY",
        value_name = "KEY",
        default_value = "",
        hide_default_value = true
    )]
    pub solapi_key: String,
    /// The API secret at Solapi, or @FILE with a file that holds it.
    #[arg(
        long,
        env = "BAEDAL_SOLAPI_SECRET",
        value_name = "SECRET",
        default_value = "",
        hide_default_value = true,
        hide_env_values = true
    )]
    pub solapi_secret: String,
    /// The KakaoTalk channel at Solapi (pfId).
    #[arg(
        long,
        env = "BAEDAL_SOLAPI_PFID",
        value_name = "ID",
        default_value = "",
        hide_default_value = true
    )]
    pub solapi_pfid: String,
    /// The registered number that messages come from.
    #[arg(
        long,
        env = "BAEDAL_SOLAPI_FROM",
        value_name = "PHONE",
        default_value = "",
        hide_default_value = true
    )]
    pub solapi_from: String,
    /// A JSON file with Solapi's template id for each notice and language.
    #[arg(
        long,
        env = "BAEDAL_KAKAO_TEMPLATES",
        value_name = "FILE",
        default_value = "",
        hide_default_value = true
    )]
    pub kakao_templates: String,
}

/// The inbox alone.
impl Default for NotifyTyped {
    fn default() -> Self {
        Self {
            notify: "inbox".to_owned(),
            solapi_url: "https://api.solapi.com".to_owned(),
            solapi_key: String::new(),
            solapi_secret: String::new(),
            solapi_pfid: String::new(),
            solapi_from: String::new(),
            kakao_templates: String::new(),
        }
    }
}

/// Without the secret.
impl fmt::Debug for NotifyTyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotifyTyped").field("notify", &self.notify).finish_non_exhaustive()
    }
}

impl NotifyTyped {
    /// Checks what is needed for where notices go; the first wrong setting is refused.
    pub(super) fn check(&self) -> Result<NotifyConfig, WrongSetting> {
        match self.notify.as_str() {
            "inbox" => Ok(NotifyConfig::Inbox),
            "solapi" => Ok(NotifyConfig::Solapi(Box::new(SolapiAccount {
                url: url("solapi-url", &self.solapi_url)?,
                key: plain("solapi-key", "the API key of the account", &self.solapi_key)?,
                secret: secret(&self.solapi_secret)?,
                channel: plain("solapi-pfid", "the id of the KakaoTalk channel", &self.solapi_pfid)?,
                from: phone(&self.solapi_from)?,
                templates: templates(&self.kakao_templates)?,
            }))),
            other => Err(WrongSetting::new("notify", "inbox or solapi", other)),
        }
    }
}

/// A name that fits into a header.
fn plain(setting: &'static str, wanted: &str, typed: &str) -> Result<String, WrongSetting> {
    let fits = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',');
    if fits { Ok(typed.to_owned()) } else { Err(WrongSetting::new(setting, wanted, typed)) }
}

/// What was typed is not repeated unless it names a file.
fn secret(typed: &str) -> Result<Secret, WrongSetting> {
    let wrong = |typed| WrongSetting::new("solapi-secret", "the API secret of the account, or @FILE", typed);
    let secret = Secret::read(typed).map_err(|_| wrong(typed))?;
    if secret.reveal().is_empty() { Err(wrong(typed)) } else { Ok(secret) }
}

fn phone(typed: &str) -> Result<String, WrongSetting> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let right = (8..=11).contains(&digits.len())
        && typed.chars().all(|letter| letter.is_ascii_digit() || letter == '-');
    let wanted = "a phone number such as 02-000-0000";
    if right { Ok(digits) } else { Err(WrongSetting::new("solapi-from", wanted, typed)) }
}

fn templates(typed: &str) -> Result<Templates, WrongSetting> {
    let wrong = |why: String| {
        let wanted = format!("a JSON file with a template id for each notice and language ({why})");
        WrongSetting::new("kakao-templates", wanted, typed)
    };
    let json = std::fs::read_to_string(typed).map_err(|error| wrong(error.to_string()))?;
    Templates::read(&json).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::notification::Template;

    type Change = fn(&mut NotifyTyped);

    #[test]
    fn notices_to_phones_need_all_that_is_asked_for() {
        assert_eq!(NotifyTyped::default().check(), Ok(NotifyConfig::Inbox));
        let folder = tempfile::tempdir().unwrap();
        let (ids, secret) = (folder.path().join("ids.json"), folder.path().join("secret"));
        let id = |template: &Template| format!("\"{}\": {{\"ko\": \"A\", \"en\": \"B\"}}", template.slug());
        let listed: Vec<String> = Template::ALL.iter().map(id).collect();
        std::fs::write(&ids, format!("{{{}}}", listed.join(","))).unwrap();
        std::fs::write(&secret, "hush\n").unwrap();
        let lacks = folder.path().join("lacks.json");
        std::fs::write(&lacks, format!("{{{}}}", listed[1..].join(","))).unwrap();
        let right = NotifyTyped {
            notify: "solapi".to_owned(),
            solapi_key: "KEY".to_owned(),
            solapi_secret: format!("@{}", secret.display()),
            solapi_pfid: "KA01PF".to_owned(),
            solapi_from: "02-000-0000".to_owned(),
            kakao_templates: ids.display().to_string(),
            ..NotifyTyped::default()
        };
        let Ok(NotifyConfig::Solapi(account)) = right.check() else { panic!("refused") };
        assert_eq!((account.from.as_str(), &account.secret), ("020000000", &Secret::new("hush")));
        assert!(!format!("{account:?}{right:?}").contains("hush"));

        let wrong: [(&str, Change); 7] = [
            ("notify", |typed| typed.notify = "kakao".to_owned()),
            ("solapi-url", |typed| typed.solapi_url = "api.solapi.com".to_owned()),
            ("solapi-key", |typed| typed.solapi_key = "A, B".to_owned()),
            ("solapi-secret", |typed| typed.solapi_secret = String::new()),
            ("solapi-pfid", |typed| typed.solapi_pfid = String::new()),
            ("solapi-from", |typed| typed.solapi_from = "+82".to_owned()),
            ("kakao-templates", |typed| typed.kakao_templates = "none.json".to_owned()),
        ];
        for (setting, change) in wrong {
            let mut typed = right.clone();
            change(&mut typed);
            assert_eq!(typed.check().unwrap_err().setting, setting);
        }
        let lacking = NotifyTyped { kakao_templates: lacks.display().to_string(), ..right };
        let sentence = lacking.check().unwrap_err().to_string();
        assert!(sentence.contains("\"order_placed\" in ko is missing"), "{sentence}");
    }
}
