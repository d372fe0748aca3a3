//! What stands between the city and the internet: proxies, TLS, limits, health.

use super::{WrongSetting, number, small};
use crate::limits::Rates;
use crate::serving::{Certificates, Patience};
use clap::Args;
use ipnet::IpNet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Proxies in front of the city, what it serves TLS with, how much it takes, and when it is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayConfig {
    /// Proxies that are believed when they say whom they ask for.
    pub trusted_proxies: Vec<IpNet>,
    /// The certificate of the site; plain HTTP when `None`.
    pub tls: Option<TlsFiles>,
    /// How much one address or account may ask for.
    pub rates: Rates,
    /// The most connections at a time.
    pub max_connections: usize,
    /// How long connections may take. Nobody types it.
    pub patience: Patience,
    /// The least room on the disk of the data folder with which the city is ready, in bytes.
    pub min_free: u64,
    /// How long the city goes on taking requests after it was asked to stop, and says that it is not ready.
    pub drain: Duration,
}

impl GatewayConfig {
    /// What holds when nothing is typed; the demo city takes a hundred orders a second from each account.
    pub fn usual(demo: bool) -> Self {
        Self {
            trusted_proxies: Vec::new(),
            tls: None,
            rates: Rates::usual(demo),
            max_connections: 8_192,
            patience: Patience::default(),
            min_free: 200 << 20,
            drain: Duration::ZERO,
        }
    }
}

/// A certificate's PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, with those between it and the root.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The settings as they were typed.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayTyped {
    /// Proxies that are believed when they say whom they ask for: addresses or blocks such as 10.0.0.0/8, with commas.
    #[arg(long, env = "BAEDAL_TRUSTED_PROXIES", value_name = "LIST")]
    pub trusted_proxies: Option<String>,
    /// The certificate to serve HTTPS with, a PEM file; read again when it changes.
    #[arg(long, env = "BAEDAL_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<String>,
    /// The certificate's private key, a PEM file.
    #[arg(long, env = "BAEDAL_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<String>,
    /// How many logins a minute an address may try [default: 10; demo: 6000].
    #[arg(long, env = "BAEDAL_LIMIT_LOGIN_PER_MINUTE", value_name = "NUMBER")]
    pub limit_login_per_minute: Option<String>,
    /// How many sign-ups and applications an hour an address may try [default: 30; demo: 360000].
    #[arg(long, env = "BAEDAL_LIMIT_SIGNUP_PER_HOUR", value_name = "NUMBER")]
    pub limit_signup_per_hour: Option<String>,
    /// How many orders a minute an account may place or change, and as often have a payment tried [default: 10; demo: 6000].
    #[arg(long, env = "BAEDAL_LIMIT_ORDERS_PER_MINUTE", value_name = "NUMBER")]
    pub limit_orders_per_minute: Option<String>,
    /// How many requests a second an account may send, or an address without one [default: 30; demo: 5000].
    #[arg(long, env = "BAEDAL_LIMIT_REQUESTS_PER_SECOND", value_name = "NUMBER")]
    pub limit_requests_per_second: Option<String>,
    /// How many live streams an account may have open [default: 30; demo: 100000].
    #[arg(long, env = "BAEDAL_LIMIT_STREAMS", value_name = "NUMBER")]
    pub limit_streams: Option<String>,
    /// The most connections at a time [default: 8192].
    #[arg(long, env = "BAEDAL_MAX_CONNECTIONS", value_name = "NUMBER")]
    pub max_connections: Option<String>,
    /// With less room on the disk of the data folder, /readyz says no; in MB [default: 200].
    #[arg(long, env = "BAEDAL_MIN_FREE_MB", value_name = "MB")]
    pub min_free_mb: Option<String>,
    /// How long requests are still taken after a stop was asked for, while /readyz says no; in milliseconds [default: 0].
    #[arg(long, env = "BAEDAL_DRAIN_MS", value_name = "MS")]
    pub drain_ms: Option<String>,
}

impl GatewayTyped {
    /// Checks every setting; the first wrong one is refused. What is not typed is as [`GatewayConfig::usual`] has it.
    pub(super) fn check(&self, demo: bool) -> Result<GatewayConfig, WrongSetting> {
        let usual = GatewayConfig::usual(demo);
        let rate = |setting, typed: &Option<String>, unit, usual| {
            typed.as_deref().map_or(Ok(usual), |typed| small(setting, typed, unit, 1, 1_000_000))
        };
        let count = |setting, typed: &Option<String>, unit, least, most, usual| {
            typed.as_deref().map_or(Ok(usual), |typed| number(setting, typed, unit, least, most))
        };
        let rates = usual.rates;
        let most = usual.max_connections as u64;
        Ok(GatewayConfig {
            trusted_proxies: self.trusted_proxies.as_deref().map_or(Ok(Vec::new()), proxies)?,
            tls: self.tls()?,
            rates: Rates {
                login_per_minute: rate(
                    "limit-login-per-minute",
                    &self.limit_login_per_minute,
                    "logins",
                    rates.login_per_minute,
                )?,
                signup_per_hour: rate(
                    "limit-signup-per-hour",
                    &self.limit_signup_per_hour,
                    "sign-ups",
                    rates.signup_per_hour,
                )?,
                orders_per_minute: rate(
                    "limit-orders-per-minute",
                    &self.limit_orders_per_minute,
                    "orders",
                    rates.orders_per_minute,
                )?,
                requests_per_second: rate(
                    "limit-requests-per-second",
                    &self.limit_requests_per_second,
                    "requests",
                    rates.requests_per_second,
                )?,
                streams: rate("limit-streams", &self.limit_streams, "streams", rates.streams)?,
                ..rates
            },
            max_connections: count(
                "max-connections",
                &self.max_connections,
                "connections",
                16,
                1_000_000,
                most,
            )? as usize,
            patience: usual.patience,
            min_free: count("min-free-mb", &self.min_free_mb, "MB", 0, 1 << 40, usual.min_free >> 20)? << 20,
            drain: Duration::from_millis(count(
                "drain-ms",
                &self.drain_ms,
                "milliseconds",
                0,
                60_000,
                usual.drain.as_millis() as u64,
            )?),
        })
    }

    /// Both files or none, and a certificate that belongs to its key.
    fn tls(&self) -> Result<Option<TlsFiles>, WrongSetting> {
        let wrong = |setting, wanted: &str, typed: &str| Err(WrongSetting::new(setting, wanted, typed));
        let (cert, key) = match (&self.tls_cert, &self.tls_key) {
            (None, None) => return Ok(None),
            (Some(cert), Some(key)) => (cert, key),
            (Some(cert), None) => return wrong("tls-cert", "left out, unless --tls-key is given", cert),
            (None, Some(key)) => return wrong("tls-key", "left out, unless --tls-cert is given", key),
        };
        let files = TlsFiles { cert: cert.into(), key: key.into() };
        match Certificates::load(&files) {
            Ok(_) => Ok(Some(files)),
            Err(error) if error.is_about_key() => {
                wrong("tls-key", &format!("a PEM file with the certificate's private key ({error})"), key)
            }
            Err(error) => wrong("tls-cert", &format!("a PEM file with a certificate ({error})"), cert),
        }
    }
}

/// Addresses and blocks of addresses, with commas between them.
fn proxies(typed: &str) -> Result<Vec<IpNet>, WrongSetting> {
    let parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
    let nets = parts.map(|part| {
        part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(|address| address.to_canonical().into()))
    });
    nets.collect::<Result<_, _>>().map_err(|_| {
        WrongSetting::new(
            "trusted-proxies",
            "addresses or blocks such as 127.0.0.1,10.0.0.0/8, with commas between them",
            typed,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_addresses_and_blocks() {
        let nets = proxies(" 127.0.0.1, 10.0.0.0/8,::1 , 2001:db8::/32,").unwrap();
        let shown: Vec<String> = nets.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["127.0.0.1/32", "10.0.0.0/8", "::1/128", "2001:db8::/32"]);
        assert_eq!(proxies("").unwrap(), []);
        for wrong in ["10.0.0.0/33", "proxy", "127.0.0.1;::1", "10.0.0.0/8/8"] {
            assert_eq!(proxies(wrong).unwrap_err().setting, "trusted-proxies", "{wrong}");
        }
    }

    #[test]
    fn what_is_not_typed_is_as_usual_and_the_demo_takes_more() {
        let typed = GatewayTyped::default();
        assert_eq!(typed.check(false), Ok(GatewayConfig::usual(false)));
        assert_eq!(typed.check(true), Ok(GatewayConfig::usual(true)));
        assert!(GatewayConfig::usual(true).rates.orders_per_minute >= 6_000);
        let typed = GatewayTyped {
            limit_login_per_minute: Some("3".to_owned()),
            min_free_mb: Some("1".to_owned()),
            drain_ms: Some("250".to_owned()),
            ..typed
        };
        let config = typed.check(true).unwrap();
        assert_eq!((config.rates.login_per_minute, config.min_free), (3, 1 << 20));
        assert_eq!(config.drain, Duration::from_millis(250));
    }

    #[test]
    fn a_certificate_comes_with_its_key() {
        let alone = GatewayTyped { tls_cert: Some("cert.pem".to_owned()), ..GatewayTyped::default() };
        assert_eq!(alone.check(false).unwrap_err().setting, "tls-cert");
        let alone = GatewayTyped { tls_key: Some("key.pem".to_owned()), ..GatewayTyped::default() };
        assert_eq!(alone.check(false).unwrap_err().setting, "tls-key");
        let missing = GatewayTyped { tls_cert: Some("/no/such/file".to_owned()), ..alone };
        assert_eq!(missing.check(false).unwrap_err().setting, "tls-cert");
    }
}
