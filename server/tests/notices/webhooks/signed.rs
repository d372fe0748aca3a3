//! Whose message it is, the receiver can tell by its signature.

use super::{Post, QUICK, until_came};
use crate::receiver::{Came, Receiver};
use crate::town::CUSTOMER;
use domain::notification::Recipient;
use server::adapters::clock::{Clock as _, random_bytes};
use server::adapters::webhooks::secret_text;
use std::process::Command;

#[tokio::test]
async fn for_a_day_both_secrets_sign_and_python_agrees() {
    let mut post = Post::new().await;
    let receiver = Receiver::start().await;
    let recipient = Recipient::Customer(CUSTOMER);
    let (id, old) = post.register(CUSTOMER, recipient, &receiver, "hook").await;
    post.run(QUICK);
    post.town.place(CUSTOMER).await;
    until_came(&receiver, 1).await;
    post.settled().await;
    let new = random_bytes();
    let sealed = post.vault.seal_secret(CUSTOMER, id.0, &new).await.unwrap();
    let day = domain::shared::Timestamp(post.town.clock.now().0 + domain::webhook::OLD_SECRET_MS);
    post.store.replace_secret(id, sealed, day, None).await.unwrap();
    post.town.place(CUSTOMER).await;
    until_came(&receiver, 2).await;
    post.settled().await;
    post.forward(24 * 60 + 1);
    post.town.place(CUSTOMER).await;
    until_came(&receiver, 3).await;
    post.settled().await;
    let came = receiver.came();
    let wrong = random_bytes();
    for (came, old_fits, new_fits) in
        [(&came[0], true, false), (&came[1], true, true), (&came[2], false, true)]
    {
        assert_eq!(python(&old, came, &came.body), old_fits);
        assert_eq!(python(&new, came, &came.body), new_fits);
        assert!(!python(&wrong, came, &came.body));
        let mut other = came.body.clone();
        *other.last_mut().unwrap() = b' ';
        assert!(!python(&old, came, &other) && !python(&new, came, &other));
    }
    post.stop().await;
}

/// What the documentation's program says of a message.
fn python(secret: &[u8; 32], came: &Came, body: &[u8]) -> bool {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let docs = std::fs::read_to_string(root.join("docs/WEBHOOKS.md")).unwrap();
    let program = docs.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let call = "\nimport json, sys\nsecret, headers, body = sys.argv[1:]\nheaders = json.loads(headers)\n\
                print(verify(secret, headers, body.encode(), int(headers['webhook-timestamp']) + 299))\n\
                assert not verify(secret, headers, body.encode(), int(headers['webhook-timestamp']) + 301)\n";
    let output = Command::new("python3")
        .args(["-c", &format!("{program}{call}")])
        .arg(secret_text(secret))
        .arg(serde_json::to_string(&came.headers).unwrap())
        .arg(std::str::from_utf8(body).unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    match said.trim() {
        "True" => true,
        "False" => false,
        other => panic!("{other}"),
    }
}
