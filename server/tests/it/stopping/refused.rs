//! What a start refuses.

use super::{STOP, said};
use crate::people::Person;
use crate::process::{Program, baedal, free_port, to_its_end};
use reqwest::StatusCode;
use std::time::Duration;
use tempfile::tempdir;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_folder_is_refused_in_a_sentence() {
    let folder = tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let server = Program::serve(folder.path(), &[]);
    let listen = format!("127.0.0.1:{}", free_port());
    let second = baedal(["serve", "--data", data, "--listen", &listen]);
    let output = tokio::task::block_in_place(|| to_its_end(second, Duration::from_secs(10)));
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let sentence = format!("baedal: another server is running on the data folder {data}\n");
    assert_eq!(said(&output), sentence);
    // The first one has noticed nothing.
    let answer = Person::stranger(&server.base).get("/healthz").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    Person::log_in(&server.base, "customer1").await.basket().await;
}

#[test]
fn a_port_that_is_taken_and_a_folder_that_is_none_are_refused_in_a_sentence() {
    let folder = tempdir().unwrap();
    let taken = std::net::TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let data = folder.path().to_str().unwrap();
    let output = to_its_end(baedal(["serve", "--data", data, "--listen", &listen]), Duration::from_secs(10));
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with(&format!("baedal: --listen: {listen} ")), "{}", said(&output));

    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let data = file.to_str().unwrap();
    let output =
        to_its_end(baedal(["serve", "--data", data, "--listen", "127.0.0.1:0"]), Duration::from_secs(10));
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with(&format!("baedal: the data folder {data} ")), "{}", said(&output));
}

#[test]
fn every_wrong_setting_is_refused_by_name() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("never");
    // Every flag of the server that takes a value, and a value that it does not take.
    let wrong = [
        ("data", " "),
        ("listen", "3000"),
        ("public-url", "food.example"),
        ("payment", "cash"),
        ("toss-client-key", "test_sk_1"),
        ("toss-secret-key", "test_ck_1"),
        ("toss-url", "http://pay.example"),
        ("toss-script-url", "js"),
        ("stripe-secret-key", "pk_test_1"),
        ("stripe-webhook-secret", "@/no/such/file"),
        ("stripe-url", "ftp://pay.example"),
        ("notify", "pigeon"),
        ("solapi-url", "solapi"),
        ("solapi-key", "a,b"),
        ("solapi-secret", "@/no/such/file"),
        ("solapi-pfid", "a b"),
        ("solapi-from", "soon"),
        ("kakao-templates", "/no/such/file"),
        ("payment-url", "https://pay.example"),
        ("payment-timeout-ms", "5s"),
        ("breaker-failures", "0"),
        ("breaker-open-ms", "1"),
        ("hold-minutes", "0"),
        ("kitchen-minutes", "0"),
        ("rider-minutes", "-1"),
        ("pickup-minutes", "x"),
        ("handover-minutes", "0"),
        ("confirm-minutes", "10081"),
        ("operator-minutes", "1.5"),
        ("rider-radius-m", "-1"),
        ("rider-fee-base", "1e3"),
        ("rider-fee-per-100m", "2000000"),
        ("workers", "0"),
        ("trusted-proxies", "10.0.0.0/33"),
        ("tls-cert", "/no/such/file"),
        ("tls-key", "/no/such/file"),
        ("limit-login-per-minute", "0"),
        ("limit-signup-per-hour", "-1"),
        ("limit-orders-per-minute", "many"),
        ("limit-requests-per-second", "1.5"),
        ("limit-streams", "0"),
        ("max-connections", "15"),
        ("min-free-mb", "1e3"),
        ("drain-ms", "60001"),
        ("log", "loud"),
    ];
    let help = String::from_utf8(to_its_end(baedal(["serve", "--help"]), STOP).stdout).unwrap();
    let flags =
        help.lines().filter_map(|line| line.trim().strip_prefix("--")).filter(|flag| flag.contains('<'));
    let mut flags: Vec<&str> = flags.map(|flag| flag.split(' ').next().unwrap()).collect();
    let mut known = wrong.map(|(flag, _)| flag);
    flags.sort_unstable();
    known.sort_unstable();
    assert_eq!(flags, known, "a setting that this test does not know");

    for (flag, value) in wrong {
        let variable = format!("BAEDAL_{}", flag.to_uppercase().replace('-', "_"));
        let mut by_flag = baedal(["serve", &format!("--{flag}={value}")]);
        let mut by_variable = baedal(["serve"]);
        by_variable.env(&variable, value);
        for command in [&mut by_flag, &mut by_variable] {
            command.args(right_beside(flag).iter().map(|(other, value)| format!("--{other}={value}")));
            if flag != "data" {
                command.arg("--data").arg(&data);
            }
        }
        for command in [by_flag, by_variable] {
            let output = to_its_end(command, STOP);
            let sentence = said(&output);
            assert_eq!(output.status.code(), Some(2), "{flag}: {sentence}");
            let start = format!("baedal: --{flag} (or {variable}) must be ");
            assert!(sentence.starts_with(&start) && sentence.lines().count() == 1, "{sentence}");
        }
    }
    assert!(!data.exists(), "a refused start touches nothing");

    let mut demo = baedal(["serve", "--data"]);
    demo.arg(&data).env("BAEDAL_DEMO", "maybe");
    let output = to_its_end(demo, STOP);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--demo"), "{}", said(&output));

    for (arguments, name) in [
        (&["serve", "--colour", "red"][..], "--colour"),
        (&["pay-sandbox", "--slow-ms", "soon"], "--slow-ms"),
        (&["pay-sandbox", "--listen", "nowhere"], "--listen"),
        (&["pay-sandbox", "--data", ""], "--data"),
        (&["serf"], "serf"),
    ] {
        let output = to_its_end(baedal(arguments), STOP);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).contains(name), "{}", said(&output));
    }
}

/// What a setting is looked at with: those of providers only where the provider is chosen, and the others right.
fn right_beside(flag: &str) -> Vec<(&'static str, &'static str)> {
    let right = match flag.split('-').next() {
        Some("toss") => {
            &[("payment", "toss"), ("toss-client-key", "test_ck_1"), ("toss-secret-key", "test_sk_1")][..]
        }
        Some("stripe") => {
            &[("payment", "stripe"), ("stripe-secret-key", "sk_test_1"), ("stripe-webhook-secret", "whsec_1")]
        }
        Some("solapi" | "kakao") => &[
            ("notify", "solapi"),
            ("solapi-key", "key"),
            ("solapi-secret", "secret"),
            ("solapi-pfid", "channel"),
            ("solapi-from", "02-000-0000"),
        ],
        _ => &[],
    };
    right.iter().copied().filter(|(other, _)| *other != flag).collect()
}
