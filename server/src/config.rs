//! The settings of a running city: plain data, checked before anything starts.

mod gateway;
mod notify;
mod provider;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::adapters::breaker::BreakerSettings;
use axum::http::Uri;
use domain::delivery::RiderFee;
use domain::processes::Limits;
use domain::shared::{Metres, Won};
use tracing_subscriber::EnvFilter;

pub use gateway::{GatewayConfig, GatewayTyped, TlsFiles};
pub use notify::{NotifyConfig, NotifyTyped};
pub use provider::{ProviderConfig, StripeConfig, TossConfig, TypedProvider};
pub(crate) use provider::{STRIPE_URL, TOSS_SCRIPT_URL, TOSS_URL};

/// The settings of `baedal serve`, each one checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether to seed the demo city and to offer its logins.
    pub demo: bool,
    /// The address people type, such as `https://food.example`, without a slash at its end. Over https, cookies are
    /// sent on secure connections alone.
    pub public_url: Option<String>,
    /// Who takes the money.
    pub provider: ProviderConfig,
    /// The payment sandbox's address, without a slash at its end; the one inside of this process when `None`.
    pub payment_url: Option<String>,
    /// How long one call to the payment provider may take.
    pub payment_timeout: Duration,
    /// When the payment provider is no longer asked, and for how long.
    pub payment_breaker: BreakerSettings,
    /// Where notices are sent, besides the inbox.
    pub notify: NotifyConfig,
    /// Whether webhooks may lead to private addresses, over plain http, on any port.
    pub webhook_allow_private: bool,
    /// How many minutes an order is held whose payment is not decided.
    pub hold_minutes: u32,
    /// How long orders may wait for people.
    pub limits: Limits,
    /// How far from a rider a job may be, in metres.
    pub rider_radius_m: Metres,
    /// What riders earn.
    pub rider_fee: RiderFee,
    /// How many workers run the steps of orders side by side.
    pub workers: usize,
    /// What stands between the city and the internet.
    pub gateway: GatewayConfig,
    /// What to log, in the words of `tracing`, such as `info` or `server=debug`.
    pub log: String,
}

/// The settings as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// See [`Config::data`].
    pub data: String,
    /// See [`Config::listen`].
    pub listen: String,
    /// See [`Config::demo`].
    pub demo: bool,
    /// See [`Config::public_url`].
    pub public_url: Option<String>,
    /// See [`Config::provider`].
    pub provider: TypedProvider,
    /// See [`Config::payment_url`].
    pub payment_url: Option<String>,
    /// Milliseconds; see [`Config::payment_timeout`].
    pub payment_timeout_ms: String,
    /// Failures in a row; see [`Config::payment_breaker`].
    pub breaker_failures: String,
    /// Milliseconds; see [`Config::payment_breaker`].
    pub breaker_open_ms: String,
    /// See [`Config::notify`].
    pub notify: NotifyTyped,
    /// See [`Config::webhook_allow_private`].
    pub webhook_allow_private: bool,
    /// See [`Config::hold_minutes`].
    pub hold_minutes: String,
    /// Minutes; see [`Limits::kitchen`].
    pub kitchen_minutes: String,
    /// Minutes; see [`Limits::rider`].
    pub rider_minutes: String,
    /// Minutes; see [`Limits::pickup`].
    pub pickup_minutes: String,
    /// Minutes; see [`Limits::handover`].
    pub handover_minutes: String,
    /// Minutes; see [`Limits::confirmation`].
    pub confirm_minutes: String,
    /// Minutes; see [`Limits::operator`].
    pub operator_minutes: String,
    /// See [`Config::rider_radius_m`].
    pub rider_radius_m: String,
    /// Won for every job; see [`RiderFee::base`].
    pub rider_fee_base: String,
    /// Won; see [`RiderFee::per_100m`].
    pub rider_fee_per_100m: String,
    /// See [`Config::workers`].
    pub workers: String,
    /// See [`Config::gateway`].
    pub gateway: GatewayTyped,
    /// See [`Config::log`].
    pub log: String,
}

/// A setting that cannot be used: one sentence that names it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--{setting} (or {}) must be {wanted}, not \"{typed}\".", variable(.setting))]
pub struct WrongSetting {
    /// The flag's name without its dashes.
    pub setting: &'static str,
    /// What would do.
    pub wanted: String,
    /// What was typed.
    pub typed: String,
}

/// The environment variable of a flag.
fn variable(setting: &str) -> String {
    format!("BAEDAL_{}", setting.to_uppercase().replace('-', "_"))
}

impl WrongSetting {
    fn new(setting: &'static str, wanted: impl Into<String>, typed: &str) -> Self {
        Self { setting, wanted: wanted.into(), typed: typed.to_owned() }
    }
}

impl Typed {
    /// Checks every setting; the first wrong one is refused.
    pub fn check(&self) -> Result<Config, WrongSetting> {
        Ok(Config {
            data: folder("data", &self.data)?,
            listen: address("listen", &self.listen)?,
            demo: self.demo,
            public_url: self.public_url.as_deref().map(|typed| url("public-url", typed)).transpose()?,
            provider: self.provider.check()?,
            payment_url: self.payment_url.as_deref().map(|typed| self.sandbox_url(typed)).transpose()?,
            payment_timeout: Duration::from_millis(number(
                "payment-timeout-ms",
                &self.payment_timeout_ms,
                "milliseconds",
                100,
                120_000,
            )?),
            payment_breaker: BreakerSettings {
                failures: small("breaker-failures", &self.breaker_failures, "failures", 1, 1_000)?,
                open: Duration::from_millis(number(
                    "breaker-open-ms",
                    &self.breaker_open_ms,
                    "milliseconds",
                    100,
                    600_000,
                )?),
            },
            notify: self.notify.check()?,
            webhook_allow_private: self.webhook_allow_private,
            hold_minutes: small("hold-minutes", &self.hold_minutes, "minutes", 1, 1_440)?,
            limits: Limits {
                kitchen: minutes("kitchen-minutes", &self.kitchen_minutes)?,
                rider: minutes("rider-minutes", &self.rider_minutes)?,
                pickup: minutes("pickup-minutes", &self.pickup_minutes)?,
                handover: minutes("handover-minutes", &self.handover_minutes)?,
                confirmation: minutes("confirm-minutes", &self.confirm_minutes)?,
                operator: minutes("operator-minutes", &self.operator_minutes)?,
            },
            rider_radius_m: small("rider-radius-m", &self.rider_radius_m, "metres", 100, 50_000)?,
            rider_fee: RiderFee {
                base: won("rider-fee-base", &self.rider_fee_base)?,
                per_100m: won("rider-fee-per-100m", &self.rider_fee_per_100m)?,
            },
            workers: small("workers", &self.workers, "workers", 1, 1_024)? as usize,
            gateway: self.gateway.check(self.demo)?,
            log: filter("log", &self.log)?,
        })
    }

    /// A sandbox elsewhere is reached by plain http. Beside another provider its address would be a mistake.
    fn sandbox_url(&self, typed: &str) -> Result<String, WrongSetting> {
        let wrong = |wanted| WrongSetting::new("payment-url", wanted, typed);
        if self.provider.check()? != ProviderConfig::Sandbox {
            return Err(wrong("left out, unless --payment is sandbox"));
        }
        url("payment-url", typed)
            .ok()
            .filter(|url| url.starts_with("http://"))
            .ok_or_else(|| wrong("an address such as http://127.0.0.1:3001"))
    }
}

#[cfg(test)]
impl Typed {
    /// What is typed when nothing is.
    pub(crate) fn usual() -> Self {
        Self {
            data: "./data".into(),
            listen: "127.0.0.1:3000".into(),
            demo: false,
            public_url: None,
            provider: TypedProvider::default(),
            payment_url: None,
            payment_timeout_ms: "5000".into(),
            breaker_failures: "5".into(),
            breaker_open_ms: "5000".into(),
            notify: NotifyTyped::default(),
            webhook_allow_private: false,
            hold_minutes: "10".into(),
            kitchen_minutes: "30".into(),
            rider_minutes: "15".into(),
            pickup_minutes: "30".into(),
            handover_minutes: "60".into(),
            confirm_minutes: "120".into(),
            operator_minutes: "1440".into(),
            rider_radius_m: "3000".into(),
            rider_fee_base: "2500".into(),
            rider_fee_per_100m: "80".into(),
            workers: "32".into(),
            gateway: GatewayTyped::default(),
            log: "info".into(),
        }
    }
}

impl Config {
    /// Whether people reach this city over https, so that cookies may say `Secure`.
    pub fn is_https(&self) -> bool {
        self.gateway.tls.is_some()
            || self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Host and port of the address people type.
    pub fn public_authority(&self) -> Option<&str> {
        self.public_url.as_deref().and_then(|url| url.split_once("://")).map(|(_, authority)| authority)
    }
}

/// A folder's path.
pub(crate) fn folder(setting: &'static str, typed: &str) -> Result<PathBuf, WrongSetting> {
    if typed.trim().is_empty() || typed.contains('\0') {
        return Err(WrongSetting::new(setting, "a folder such as ./data", typed));
    }
    Ok(PathBuf::from(typed))
}

/// An address and a port to listen on.
pub(crate) fn address(setting: &'static str, typed: &str) -> Result<SocketAddr, WrongSetting> {
    typed
        .parse()
        .map_err(|_| WrongSetting::new(setting, "an IP address and a port such as 127.0.0.1:3000", typed))
}

/// A whole number of something, between two bounds.
pub(crate) fn number(
    setting: &'static str,
    typed: &str,
    unit: &str,
    least: u64,
    most: u64,
) -> Result<u64, WrongSetting> {
    typed.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        WrongSetting::new(setting, format!("a whole number of {unit} from {least} to {most}"), typed)
    })
}

/// As [`number`], with bounds that fit 32 bits.
fn small(setting: &'static str, typed: &str, unit: &str, least: u32, most: u32) -> Result<u32, WrongSetting> {
    number(setting, typed, unit, u64::from(least), u64::from(most)).map(|number| number as u32)
}

/// How long somebody may take: up to a week.
fn minutes(setting: &'static str, typed: &str) -> Result<u32, WrongSetting> {
    small(setting, typed, "minutes", 1, 10_080)
}

fn won(setting: &'static str, typed: &str) -> Result<Won, WrongSetting> {
    let amount = number(setting, typed, "won", 0, 1_000_000)?;
    Won::new(amount).map_err(|_| WrongSetting::new(setting, "an amount in won", typed))
}

/// Scheme, host and port; nothing behind them but a slash.
fn url(setting: &'static str, typed: &str) -> Result<String, WrongSetting> {
    let wrong = || WrongSetting::new(setting, "an address such as https://food.example", typed);
    let bare = typed.strip_suffix('/').unwrap_or(typed);
    let uri: Uri = bare.parse().map_err(|_| wrong())?;
    let authority = uri.authority().ok_or_else(wrong)?;
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(wrong)?;
    let rest = uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    if rest != "/" || authority.host().is_empty() || authority.as_str().contains('@') || bare.contains('#') {
        return Err(wrong());
    }
    Ok(format!("{scheme}://{}", authority.as_str().to_lowercase()))
}

fn filter(setting: &'static str, typed: &str) -> Result<String, WrongSetting> {
    let wrong = || {
        WrongSetting::new(
            setting,
            "off, error, warn, info, debug, trace or a filter such as info,server=debug",
            typed,
        )
    };
    if typed.trim().is_empty() {
        return Err(wrong());
    }
    // A single word that is no level would be taken for the name of a crate, and nothing would be logged.
    let bare_word = typed.chars().all(|letter| letter.is_ascii_alphanumeric());
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    if bare_word && !levels.contains(&typed.to_lowercase().as_str()) {
        return Err(wrong());
    }
    EnvFilter::try_new(typed).map_err(|_| wrong())?;
    Ok(typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_settings_are_accepted() {
        let config = Typed::usual().check().unwrap();
        assert_eq!(config.listen, "127.0.0.1:3000".parse().unwrap());
        assert_eq!(config.payment_timeout, Duration::from_secs(5));
        assert_eq!(config.rider_fee.for_distance(101), Won::new(2_660));
        assert!(!config.is_https());
    }

    #[test]
    fn a_wrong_setting_is_refused_with_a_sentence_that_names_it() {
        type Change = fn(&mut Typed);
        let cases: [(&str, &str, Change); 23] = [
            ("data", "BAEDAL_DATA", |typed| typed.data = " ".into()),
            ("listen", "BAEDAL_LISTEN", |typed| typed.listen = "3000".into()),
            ("listen", "BAEDAL_LISTEN", |typed| {
                typed.listen = "127.0.0.1:70000".into();
            }),
            ("public-url", "BAEDAL_PUBLIC_URL", |typed| {
                typed.public_url = Some("food.example".into());
            }),
            ("public-url", "BAEDAL_PUBLIC_URL", |typed| {
                typed.public_url = Some("https://a/b".into());
            }),
            ("payment-url", "BAEDAL_PAYMENT_URL", |typed| {
                typed.payment_url = Some("ftp://a".into());
            }),
            ("payment-url", "BAEDAL_PAYMENT_URL", |typed| {
                typed.payment_url = Some("https://a".into());
            }),
            ("payment-timeout-ms", "BAEDAL_PAYMENT_TIMEOUT_MS", |typed| {
                typed.payment_timeout_ms = "5s".into();
            }),
            ("hold-minutes", "BAEDAL_HOLD_MINUTES", |typed| {
                typed.hold_minutes = "0".into();
            }),
            ("breaker-failures", "BAEDAL_BREAKER_FAILURES", |typed| typed.breaker_failures = "0".into()),
            ("breaker-open-ms", "BAEDAL_BREAKER_OPEN_MS", |typed| typed.breaker_open_ms = "1".into()),
            ("kitchen-minutes", "BAEDAL_KITCHEN_MINUTES", |typed| typed.kitchen_minutes = "x".into()),
            ("rider-minutes", "BAEDAL_RIDER_MINUTES", |typed| typed.rider_minutes = "0".into()),
            ("pickup-minutes", "BAEDAL_PICKUP_MINUTES", |typed| typed.pickup_minutes = "-5".into()),
            ("handover-minutes", "BAEDAL_HANDOVER_MINUTES", |typed| typed.handover_minutes = " ".into()),
            ("confirm-minutes", "BAEDAL_CONFIRM_MINUTES", |typed| typed.confirm_minutes = "0".into()),
            ("operator-minutes", "BAEDAL_OPERATOR_MINUTES", |typed| {
                typed.operator_minutes = "10081".into();
            }),
            ("rider-radius-m", "BAEDAL_RIDER_RADIUS_M", |typed| {
                typed.rider_radius_m = "-1".into();
            }),
            ("rider-fee-base", "BAEDAL_RIDER_FEE_BASE", |typed| {
                typed.rider_fee_base = "1e3".into();
            }),
            ("rider-fee-per-100m", "BAEDAL_RIDER_FEE_PER_100M", |typed| {
                typed.rider_fee_per_100m = "2000000".into();
            }),
            ("workers", "BAEDAL_WORKERS", |typed| typed.workers = String::new()),
            ("log", "BAEDAL_LOG", |typed| typed.log = "loud".into()),
            ("log", "BAEDAL_LOG", |typed| typed.log = "server=loud".into()),
        ];
        for (flag, variable, change) in cases {
            let mut typed = Typed::usual();
            change(&mut typed);
            let refusal = typed.check().unwrap_err();
            assert_eq!(refusal.setting, flag);
            let sentence = refusal.to_string();
            assert!(sentence.starts_with(&format!("--{flag} (or {variable}) must be ")), "{sentence}");
            assert!(sentence.contains(&format!("not \"{}\".", refusal.typed)), "{sentence}");
            assert!(!sentence.contains('\n'));
        }
    }

    #[test]
    fn https_makes_cookies_secure() {
        let mut typed = Typed::usual();
        typed.public_url = Some("https://Food.example/".into());
        let config = typed.check().unwrap();
        assert_eq!(config.public_url.as_deref(), Some("https://food.example"));
        assert_eq!(config.public_authority(), Some("food.example"));
        assert!(config.is_https());
    }
}
