//! Who takes the money: a payment provider, its keys and addresses.

use axum::http::Uri;

use super::WrongSetting;
use crate::adapters::secret::Secret;

/// Where Toss is asked.
pub(crate) const TOSS_URL: &str = "https://api.tosspayments.com";
/// Where the customer's browser gets Toss's program from.
pub(crate) const TOSS_SCRIPT_URL: &str = "https://js.tosspayments.com/v1/payment";
/// Where Stripe is asked.
pub(crate) const STRIPE_URL: &str = "https://api.stripe.com";

/// Who takes the money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderConfig {
    /// The sandbox: nobody's money.
    Sandbox,
    /// Toss Payments.
    Toss(TossConfig),
    /// Stripe.
    Stripe(StripeConfig),
}

/// The settings of Toss Payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TossConfig {
    /// The client key, which the payment page shows to everybody.
    pub client_key: String,
    /// The secret key.
    pub secret_key: Secret,
    /// The address of the API, without a slash at its end.
    pub url: String,
    /// The address of the browser's program.
    pub script_url: String,
}

/// The settings of Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeConfig {
    /// The secret key.
    pub secret_key: Secret,
    /// The secret by which Stripe signs its calls.
    pub webhook_secret: Secret,
    /// The address of the API, without a slash at its end.
    pub url: String,
}

/// Those settings as they were typed. A secret may be `@file`: the first line of that file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedProvider {
    /// `sandbox`, `toss` or `stripe`.
    pub payment: String,
    /// See [`TossConfig::client_key`].
    pub toss_client_key: Option<String>,
    /// See [`TossConfig::secret_key`].
    pub toss_secret_key: Option<Secret>,
    /// See [`TossConfig::url`].
    pub toss_url: String,
    /// See [`TossConfig::script_url`].
    pub toss_script_url: String,
    /// See [`StripeConfig::secret_key`].
    pub stripe_secret_key: Option<Secret>,
    /// See [`StripeConfig::webhook_secret`].
    pub stripe_webhook_secret: Option<Secret>,
    /// See [`StripeConfig::url`].
    pub stripe_url: String,
}

/// What is typed when nothing is: the sandbox.
impl Default for TypedProvider {
    fn default() -> Self {
        Self {
            payment: "sandbox".to_owned(),
            toss_client_key: None,
            toss_secret_key: None,
            toss_url: TOSS_URL.to_owned(),
            toss_script_url: TOSS_SCRIPT_URL.to_owned(),
            stripe_secret_key: None,
            stripe_webhook_secret: None,
            stripe_url: STRIPE_URL.to_owned(),
        }
    }
}

impl TypedProvider {
    /// Checks the settings of the provider that was chosen; those of the others are not looked at.
    pub(super) fn check(&self) -> Result<ProviderConfig, WrongSetting> {
        match self.payment.as_str() {
            "sandbox" => Ok(ProviderConfig::Sandbox),
            "toss" => self.toss().map(ProviderConfig::Toss),
            "stripe" => self.stripe().map(ProviderConfig::Stripe),
            other => Err(WrongSetting::new("payment", "sandbox, toss or stripe", other)),
        }
    }

    fn toss(&self) -> Result<TossConfig, WrongSetting> {
        let client_key = self.toss_client_key.clone().unwrap_or_default();
        // A secret key here would be shown to everybody: what was typed is not repeated, in case it is one.
        let wanted = "the client key, such as test_ck_… or live_ck_…";
        if !is_key(&client_key, &["test_ck_", "live_ck_"]) {
            return Err(unseen("toss-client-key", wanted, &client_key));
        }
        let wanted = "the secret key of the same shop, such as test_sk_… or live_sk_…, or @file";
        let mode = if client_key.starts_with("live_") { "live_sk_" } else { "test_sk_" };
        let secret_key = secret("toss-secret-key", wanted, self.toss_secret_key.as_ref(), &[mode])?;
        let url = api("toss-url", &self.toss_url, TOSS_URL)?;
        let script_url = script("toss-script-url", &self.toss_script_url)?;
        Ok(TossConfig { client_key, secret_key, url, script_url })
    }

    fn stripe(&self) -> Result<StripeConfig, WrongSetting> {
        let kinds = ["sk_test_", "sk_live_", "rk_test_", "rk_live_"];
        let wanted = "the secret key, such as sk_test_… or sk_live_…, or @file";
        let secret_key = secret("stripe-secret-key", wanted, self.stripe_secret_key.as_ref(), &kinds)?;
        let wanted = "the signing secret of the webhook, such as whsec_…, or @file";
        let webhook_secret =
            secret("stripe-webhook-secret", wanted, self.stripe_webhook_secret.as_ref(), &["whsec_"])?;
        let url = api("stripe-url", &self.stripe_url, STRIPE_URL)?;
        Ok(StripeConfig { secret_key, webhook_secret, url })
    }
}

/// Whether a text is a key that begins like one of these.
fn is_key(text: &str, kinds: &[&str]) -> bool {
    let rest = kinds.iter().find_map(|kind| text.strip_prefix(kind));
    let sound = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    rest.is_some_and(|rest| (1..=250).contains(&rest.len()) && sound(rest))
}

/// A setting that is wrong, and whose text is nobody's business.
fn unseen(setting: &'static str, wanted: &str, typed: &str) -> WrongSetting {
    WrongSetting::new(setting, wanted, if typed.is_empty() { "" } else { "…" })
}

/// A secret, or the first line of the file that it names.
fn secret(
    setting: &'static str,
    wanted: &str,
    typed: Option<&Secret>,
    kinds: &[&str],
) -> Result<Secret, WrongSetting> {
    let typed = typed.map(Secret::reveal).unwrap_or_default();
    let secret = Secret::read(typed)
        .map_err(|error| WrongSetting::new(setting, format!("{wanted} ({error})"), typed))?;
    if is_key(secret.reveal(), kinds) { Ok(secret) } else { Err(unseen(setting, wanted, typed)) }
}

/// The address of an API that is told a secret.
fn api(setting: &'static str, typed: &str, usual: &str) -> Result<String, WrongSetting> {
    let wanted = format!("an address such as {usual}, with https unless it is this machine's");
    super::url(setting, typed)
        .ok()
        .filter(|url| is_safe(url))
        .ok_or_else(|| WrongSetting::new(setting, wanted, typed))
}

/// The address of a program that the payment page runs.
fn script(setting: &'static str, typed: &str) -> Result<String, WrongSetting> {
    let wrong = || WrongSetting::new(setting, format!("an address such as {TOSS_SCRIPT_URL}"), typed);
    let uri: Uri = typed.parse().map_err(|_| wrong())?;
    let plain = typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-_".contains(&byte));
    let named = uri.authority().is_some_and(|authority| !authority.host().is_empty());
    if plain && named && uri.query().is_none() && is_safe(typed) {
        Ok(typed.to_owned())
    } else {
        Err(wrong())
    }
}

/// Whether nobody on the way can read or change what is said to this address.
fn is_safe(url: &str) -> bool {
    let host = url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
    url.starts_with("https://") || host.is_some_and(|host| ["127.0.0.1", "localhost"].contains(&host))
}

#[cfg(test)]
mod tests;
