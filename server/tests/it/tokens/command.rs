//! `baedal token`, beside a server that runs and without one.

use super::last_word;
use crate::people::{Person, field};
use crate::process::{Program, baedal, to_its_end};
use reqwest::StatusCode;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};
use tempfile::tempdir;

/// Runs `baedal token` on a folder.
fn run(data: &Path, more: &[&str]) -> Output {
    let data = data.to_str().unwrap();
    let arguments = [&["token", "--data", data][..], more].concat();
    to_its_end(baedal(arguments), Duration::from_secs(20))
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// What it printed, which has to be all that it says.
fn printed(output: &Output) -> &str {
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout)
}

/// The sentence with which it was refused.
fn refused(output: &Output) -> &str {
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{output:?}");
    text(&output.stderr).trim_end()
}

async fn status(script: &Person) -> StatusCode {
    script.send("/api/orders/list", &[field("page", 0)]).await.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_command_line_holds_at_once_and_ends_within_seconds() {
    let folder = tempdir().unwrap();
    let mut server = Program::serve(folder.path(), &["--log", "trace"]);
    // Somebody else's token is in memory already: the server has looked before.
    let first = printed(&run(folder.path(), &["--login", "owner1"])).to_owned();
    let owner = Person::script(&server.base, first.trim_end());
    let mut board = owner.listen("/live/owner").await;

    let made = run(folder.path(), &["--login", "Customer1", "--label", "주문 봇", "--expires", "90"]);
    let secret = printed(&made).strip_suffix('\n').unwrap().to_owned();
    assert!(secret.starts_with("bdl_") && secret.len() == 47 && !secret.contains(char::is_whitespace));
    let script = Person::script(&server.base, &secret);
    assert_eq!(status(&script).await, StatusCode::OK);
    let mut stream = script.listen("/live/orders").await;

    let list = run(folder.path(), &["--login", "customer1", "--list"]);
    let line = printed(&list).to_owned();
    assert!(line.contains("주문 봇") && line.lines().count() == 1 && !line.contains("bdl_"), "{line}");
    let id = line.split(' ').next().unwrap();
    // Of another account it cannot be revoked.
    let foreign = run(folder.path(), &["--login", "customer2", "--revoke", id]);
    assert!(refused(&foreign).contains("--revoke: this account has no token"), "{foreign:?}");
    assert_eq!(status(&script).await, StatusCode::OK);

    let since = Instant::now();
    let revoked = run(folder.path(), &["--login", "customer1", "--revoke", id]);
    assert_eq!(printed(&revoked), format!("Revoked {id}.\n"));
    while status(&script).await == StatusCode::OK {
        assert!(since.elapsed() < Duration::from_secs(5), "it still holds");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(status(&script).await, StatusCode::UNAUTHORIZED);
    assert_eq!(last_word(&mut stream, Duration::from_secs(8)).await, "bye logout");
    // The other one goes on.
    assert_eq!(board.next().await.unwrap().comment.as_deref(), Some("baedal"));
    assert_eq!(owner.send("/api/owner/board", &[]).await.unwrap().0, StatusCode::OK);

    server.stop();
    assert_eq!(last_word(&mut board, Duration::from_secs(5)).await, "bye shutdown");
    // Without a server it works as well, and what it made holds after the next start.
    let later = printed(&run(folder.path(), &["--login", "customer1"])).to_owned();
    server.again();
    assert_eq!(status(&Person::script(&server.base, later.trim_end())).await, StatusCode::OK);
    server.stop();

    // However much it writes for its operator, no secret is among it; and none is in a file.
    let logged = server.logged();
    assert!(logged.contains("TRACE") || logged.contains("DEBUG"), "it has not written much");
    for secret in [first.trim_end(), &secret, later.trim_end()] {
        assert!(!logged.contains(&secret[4..]));
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(43).any(|window| window == &secret.as_bytes()[4..]);
            assert!(!found, "a secret is in {}", path.display());
        }
    }
}

#[test]
fn what_cannot_be_done_is_said_in_a_sentence() {
    let folder = tempdir().unwrap();
    let no_city = run(folder.path(), &["--login", "customer1"]);
    assert!(refused(&no_city).starts_with("baedal: --data (or BAEDAL_DATA) must be a folder"), "{no_city:?}");
    assert!(!folder.path().join("baedal.db").exists(), "a folder was filled");

    let mut server = Program::serve(folder.path(), &[]);
    for (more, sentence) in [
        (&["--login", "nobody"][..], "--login: there is no account with the login name \"nobody\"."),
        (&["--login", "rider1", "--label", &"가".repeat(61)], "--label takes at most 60 characters."),
        (&["--login", "rider1", "--revoke", "x"], "--revoke: this account has no token with the id \"x\"."),
    ] {
        assert_eq!(refused(&run(folder.path(), more)), format!("baedal: {sentence}"));
    }
    for wrong in
        [&[][..], &["--login", "rider1", "--list", "--label", "x"], &["--login", "rider1", "--expires", "7"]]
    {
        let output = run(folder.path(), wrong);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{wrong:?}");
    }
    for _ in 0..20 {
        printed(&run(folder.path(), &["--login", "rider1"]));
    }
    let one_more = run(folder.path(), &["--login", "rider1"]);
    assert!(refused(&one_more).starts_with("baedal: This account has 20 tokens"), "{one_more:?}");
    server.stop();
}
