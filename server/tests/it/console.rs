//! The operator's console shows the first of each list, and says when there are more.

use crate::city::{City, caller};
use domain::shared::WebhookId;
use domain::views::{ConsoleList, OperatorView, Shown};
use std::fmt::Write;
use uuid::Uuid;

/// As many as a list shows.
const SHOWN: u32 = 100;
const WEBHOOK: u128 = 0x77;

/// So many more of everything on the console, as if that much had gone wrong: made of the one order that there is.
fn trouble(many: u32) -> String {
    let mut sql = String::new();
    let numbers =
        format!("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {many})");
    let id = "printf('00000000-0000-0000-0000-%012x', i)";
    let webhook = Uuid::from_u128(WEBHOOK);
    let _ = write!(
        sql,
        "{numbers} INSERT INTO view_orders (order_id, customer, store, shown, placed_ms, doc, number, waits, wait_from_ms, refund_fails, undecided_ms)
           SELECT {id}, customer, store, shown, placed_ms,
             json_set(doc, '$.open_charges', json('[{{\"purpose\":\"order\",\"amount\":19000,\"since\":0}}]')),
             'K-0000', 'operator', placed_ms, 1, 0 FROM view_orders, n
           WHERE number <> 'K-0000';
         {numbers} INSERT INTO work (id, process, order_id, step, position, due_ms, lease_owner, lease_ms, state)
           SELECT {id}, process, order_id, step, position, due_ms, '', 0, 'parked'
           FROM (SELECT * FROM work WHERE state <> 'parked' LIMIT 1), n;
         {numbers} INSERT INTO notices (recipient, position, order_id, doc, at_ms, state)
           SELECT recipient, position + 1000 * i, order_id, doc, at_ms, 'dead'
           FROM (SELECT * FROM notices WHERE state <> 'dead' LIMIT 1), n;
         INSERT INTO webhooks (id, account, recipient, url, host, secret, created_ms, paused)
           SELECT '{webhook}', id, 'customer:' || id, 'https://till.example/', 'till.example', '', 0, 'owner'
           FROM accounts WHERE login = 'customer1';
         {numbers} INSERT INTO webhook_letters (webhook, position, order_id, doc, at_ms, state, due_ms)
           SELECT '{webhook}', i, '', '{{}}', 0, 'dead', 0 FROM n;"
    );
    sql
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_the_console_that_is_cut_says_so() {
    let city = City::open().await;
    let order = city.order("tok_approve").await;
    city.until(order, Shown::Received).await;
    let (operator, customer) = (caller("operator"), caller("customer1"));
    let before = city.backend.operator(&operator).await.unwrap();
    assert_eq!(before.cut, [], "{before:?}");

    city.write(trouble(SHOWN)).await;
    let full = city.backend.operator(&operator).await.unwrap();
    let lengths = |view: &OperatorView| {
        let OperatorView { stuck, refunds, undecided, dead, notices, webhooks, .. } = view;
        [stuck.len(), refunds.len(), undecided.len(), dead.len(), notices.len(), webhooks.len()]
    };
    assert_eq!((lengths(&full), full.cut.as_slice()), ([SHOWN as usize; 6], [].as_slice()));
    let letters = city.backend.dead_webhooks(&customer, WebhookId(Uuid::from_u128(WEBHOOK))).await.unwrap();
    assert_eq!((letters.letters.len(), letters.more), (SHOWN as usize, false));

    // One more of each.
    let clear = "DELETE FROM view_orders WHERE number = 'K-0000'; DELETE FROM work WHERE state = 'parked'; \
                 DELETE FROM notices WHERE state = 'dead'; DELETE FROM webhook_letters; DELETE FROM webhooks;";
    city.write(format!("{clear} {}", trouble(SHOWN + 1))).await;
    let cut = city.backend.operator(&operator).await.unwrap();
    assert_eq!(lengths(&cut), [SHOWN as usize; 6]);
    let lists = [
        ConsoleList::Stuck,
        ConsoleList::Refunds,
        ConsoleList::Undecided,
        ConsoleList::Dead,
        ConsoleList::Notices,
        ConsoleList::Webhooks,
    ];
    assert_eq!(cut.cut, lists);
    let letters = city.backend.dead_webhooks(&customer, WebhookId(Uuid::from_u128(WEBHOOK))).await.unwrap();
    assert_eq!((letters.letters.len(), letters.more), (SHOWN as usize, true));
    let found = city.backend.find_orders(&operator, "K-0000").await.unwrap();
    assert_eq!((found.found.len(), found.more), (20, true));

    // The pages say so, in both languages.
    let base = format!("http://{}", city.addr);
    for (login, path, times) in [
        ("operator", "/operator?q=K-0000", 7),
        ("customer1", &format!("/webhooks?dead={}", Uuid::from_u128(WEBHOOK)), 1),
    ] {
        let person = crate::people::Person::log_in(&base, login).await;
        for (language, text) in [("ko", "앞의 100건까지만"), ("en", "these are the first 100")] {
            let asked = person.get(path).header("accept-language", language).header("accept", "text/html");
            let answer = asked.send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let page = answer.text().await.unwrap();
            assert_eq!(page.matches("data-cut").count(), times, "{page}");
            assert!(page.contains(text), "{page}");
        }
    }
    city.close().await;
}
