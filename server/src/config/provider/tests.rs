//! Which keys and addresses are taken, and what a wrong one is told.

use super::*;

const KEY: &str = "0123456789abcdefABCDEF";

fn toss() -> TypedProvider {
    TypedProvider {
        payment: "toss".to_owned(),
        toss_client_key: Some(format!("test_ck_{KEY}")),
        toss_secret_key: Some(Secret::new(format!("test_sk_{KEY}"))),
        ..TypedProvider::default()
    }
}

fn stripe() -> TypedProvider {
    TypedProvider {
        payment: "stripe".to_owned(),
        stripe_secret_key: Some(Secret::new(format!("sk_test_{KEY}"))),
        stripe_webhook_secret: Some(Secret::new(format!("whsec_{KEY}"))),
        ..TypedProvider::default()
    }
}

#[test]
fn without_a_choice_it_is_the_sandbox_and_needs_no_keys() {
    assert_eq!(TypedProvider::default().check(), Ok(ProviderConfig::Sandbox));
}

#[test]
fn a_provider_is_taken_with_its_keys() {
    let Ok(ProviderConfig::Toss(config)) = toss().check() else { panic!("toss") };
    assert_eq!((config.url.as_str(), config.script_url.as_str()), (TOSS_URL, TOSS_SCRIPT_URL));
    assert_eq!(config.secret_key.reveal(), format!("test_sk_{KEY}"));
    let Ok(ProviderConfig::Stripe(config)) = stripe().check() else { panic!("stripe") };
    assert_eq!((config.url.as_str(), config.webhook_secret.reveal()), (STRIPE_URL, &*format!("whsec_{KEY}")));
}

#[test]
fn a_secret_is_read_from_a_file_and_seen_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("  sk_live_{KEY}\n")).unwrap();
    let typed =
        TypedProvider { stripe_secret_key: Some(Secret::new(format!("@{}", file.display()))), ..stripe() };
    let config = typed.check().unwrap();
    let ProviderConfig::Stripe(stripe) = &config else { panic!("stripe") };
    assert_eq!(stripe.secret_key.reveal(), format!("sk_live_{KEY}"));
    for shown in [format!("{typed:?}"), format!("{config:?}")] {
        assert!(!shown.contains(KEY), "{shown}");
    }
}

#[test]
fn a_wrong_or_missing_one_is_refused_with_a_sentence_that_names_it_and_shows_no_secret() {
    type Change = fn(&mut TypedProvider);
    let cases: [(&str, TypedProvider, Change); 17] = [
        ("payment", toss(), |typed| typed.payment = "cash".into()),
        ("payment", toss(), |typed| typed.payment = String::new()),
        ("toss-client-key", toss(), |typed| typed.toss_client_key = None),
        // The two keys mistaken for each other: the secret one would be on a page.
        ("toss-client-key", toss(), |typed| typed.toss_client_key = Some(format!("test_sk_{KEY}"))),
        ("toss-client-key", toss(), |typed| typed.toss_client_key = Some(format!("test_ck_{KEY}\"><"))),
        ("toss-secret-key", toss(), |typed| typed.toss_secret_key = None),
        ("toss-secret-key", toss(), |typed| typed.toss_secret_key = Some(Secret::new(""))),
        ("toss-secret-key", toss(), |typed| {
            typed.toss_secret_key = Some(Secret::new(format!("live_sk_{KEY}")));
        }),
        ("toss-secret-key", toss(), |typed| typed.toss_secret_key = Some(Secret::new("@/no/such/file"))),
        ("toss-url", toss(), |typed| typed.toss_url = "http://api.tosspayments.com".into()),
        ("toss-script-url", toss(), |typed| typed.toss_script_url = "https://a/b?c".into()),
        ("toss-script-url", toss(), |typed| typed.toss_script_url = "https://a/b; script-src *".into()),
        ("stripe-secret-key", stripe(), |typed| {
            typed.stripe_secret_key = Some(Secret::new(format!("pk_test_{KEY}")));
        }),
        ("stripe-secret-key", stripe(), |typed| typed.stripe_secret_key = None),
        ("stripe-webhook-secret", stripe(), |typed| typed.stripe_webhook_secret = None),
        ("stripe-webhook-secret", stripe(), |typed| {
            typed.stripe_webhook_secret = Some(Secret::new(format!("sk_test_{KEY}")));
        }),
        ("stripe-url", stripe(), |typed| typed.stripe_url = "api.stripe.com".into()),
    ];
    for (flag, mut typed, change) in cases {
        change(&mut typed);
        let refusal = typed.check().unwrap_err();
        assert_eq!(refusal.setting, flag);
        let sentence = refusal.to_string();
        assert!(sentence.starts_with(&format!("--{flag} (or BAEDAL_")), "{sentence}");
        assert!(!sentence.contains(KEY) && !sentence.contains('\n'), "{sentence}");
    }
}

#[test]
fn a_double_on_this_machine_may_be_reached_without_https() {
    let typed = TypedProvider { toss_url: "http://127.0.0.1:9000".to_owned(), ..toss() };
    assert!(typed.check().is_ok());
    let typed = TypedProvider { stripe_url: "http://localhost.evil.example".to_owned(), ..stripe() };
    assert!(typed.check().is_err());
}
