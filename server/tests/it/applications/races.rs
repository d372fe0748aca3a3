//! Many decisions at once, and approvals that were not carried through: one outcome, one store.

use super::{account, applicant, decide, id, not_now, refuse, scribble, stores, waiting};
use crate::city::{City, caller, key, repeats};
use crate::ledger::log_rows;
use domain::enrolment::{Part, Phase, Verb};
use domain::views::{Fault, Role, StoreDay, Verdict};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// Of what an owner has filed.
const TYPED: [&str; 4] = ["김새봄", "010-9000-0001", "02-123-4567", "양화로 45"];

/// What the database has of what was filed.
async fn filed(city: &City, who: &domain::views::Caller) -> String {
    let mut file = crate::files::open(&city.folder.path().join("baedal.db")).await;
    let sql = "SELECT doc FROM applications WHERE account = ?";
    sqlx::query_scalar(sql).bind(id(who).to_string()).fetch_one(&mut file).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_decisions_at_once_one_stands_and_there_is_one_store_or_none() {
    const EACH: usize = 20;
    let city = City::open().await;
    let mut outcomes = [0, 0];
    for round in 0..repeats() * 2 {
        let login = format!("saebom{round}");
        let who = applicant(&city, Part::Owner, &login).await;
        let together = Arc::new(Barrier::new(EACH * 2));
        let (mut approvals, mut refusals) = (JoinSet::new(), JoinSet::new());
        for number in 0..EACH * 2 {
            let (backend, together, account) = (Arc::clone(&city.backend), Arc::clone(&together), id(&who));
            let is_approval = (number + round) % 2 == 0;
            let verdict = if is_approval { Verdict::Approve } else { refuse(&format!("이유 {number}")) };
            let decisions = if is_approval { &mut approvals } else { &mut refusals };
            decisions.spawn(async move {
                together.wait().await;
                backend.decide_application(&caller("operator"), account, 1, verdict).await
            });
        }
        let (approvals, refusals) = (approvals.join_all().await, refusals.join_all().await);
        let known = stores(&city, &login).await;
        let account = account(&city, &login).await;
        let refused = refusals.iter().filter(|answer| answer.is_ok()).count();
        if refused == 0 {
            assert!(approvals.iter().all(Result::is_ok), "{approvals:?}");
            let late = Err(not_now(Verb::Refuse, Phase::Approved));
            assert!(refusals.iter().all(|answer| *answer == late), "{refusals:?}");
            assert_eq!(known.len(), 1);
            let store = known[0].profile.as_ref().unwrap().id;
            assert_eq!((account.role, account.store), (Role::Owner, Some(store)));
            let stream = store.to_string();
            let registered = log_rows(&city).await.into_iter().filter(|row| row.stream == stream).count();
            assert_eq!(registered, 1, "registered once");
        } else {
            assert_eq!(refused, 1, "each of them had a reason of its own");
            let late = Err(not_now(Verb::Approve, Phase::Refused));
            assert!(approvals.iter().all(|answer| *answer == late), "{approvals:?}");
            assert_eq!((known.len(), account.role, account.store), (0, Role::Applicant, None));
        }
        outcomes[usize::from(refused == 0)] += 1;
        assert!(waiting(&city).await.is_empty());
    }
    println!("refused {}, approved {}", outcomes[0], outcomes[1]);
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approving_again_finishes_what_was_not_carried_through_and_changes_nothing_afterwards() {
    let city = City::open().await;
    let who = applicant(&city, Part::Owner, "saebom").await;
    // The process has ended right after the decision.
    let sql = "UPDATE applications SET state = 'approved', decided_ms = filed_ms + 1 WHERE account = ?";
    let mut file = scribble(&city).await;
    sqlx::query(sql).bind(id(&who).to_string()).execute(&mut file).await.unwrap();
    assert!(waiting(&city).await[0].unfinished && stores(&city, "saebom").await.is_empty());
    let before = filed(&city, &who).await;
    assert!(TYPED.iter().all(|text| before.contains(text)), "{before}");
    assert_eq!(city.backend.board(&who).await, Err(Fault::WrongRole));
    // Too late to be turned down.
    let late = decide(&city, &who, 1, refuse("늦었어요")).await;
    assert_eq!(late, Err(not_now(Verb::Refuse, Phase::Approved)));
    assert_eq!(decide(&city, &who, 1, Verdict::Approve).await, Ok(()));
    let owner = account(&city, "saebom").await;
    assert_eq!(owner.role, Role::Owner);
    // What was filed was for the decision.
    let after = filed(&city, &who).await;
    assert!(TYPED.iter().all(|text| !after.contains(text)), "{after}");
    let owner = domain::views::Caller { account: Some(owner), ..who.clone() };

    // The owner is at work by now, and somebody approves from an old page.
    let capacity = StoreDay::Capacity { capacity: 3 };
    city.backend.act_on_store(&owner, capacity, &key()).await.unwrap();
    assert_eq!(decide(&city, &who, 1, Verdict::Approve).await, Ok(()));
    assert_eq!(city.backend.board(&owner).await.unwrap().load.capacity, 3);
    assert_eq!(stores(&city, "saebom").await.len(), 1);
    assert_eq!(account(&city, "saebom").await, owner.account.unwrap());
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_cannot_be_carried_through_keeps_no_other_waiting() {
    let city = City::open().await;
    let broken = applicant(&city, Part::Owner, "saebom").await;
    let other = applicant(&city, Part::Owner, "dalim").await;
    let mut file = scribble(&city).await;
    // The process has ended right after both decisions, and one of the stores is none that can be registered.
    let sql = "UPDATE applications SET state = 'approved', decided_ms = filed_ms + 1";
    sqlx::query(sql).execute(&mut file).await.unwrap();
    let sql = "UPDATE applications SET doc = json_set(doc, '$.store.profile.capacity', 1000000), filed_ms = 1
               WHERE account = ?";
    sqlx::query(sql).bind(id(&broken).to_string()).execute(&mut file).await.unwrap();
    drop(file);
    let first: Vec<_> = waiting(&city).await.iter().map(|one| (one.account, one.unfinished)).collect();
    assert_eq!(first, [(id(&broken), true), (id(&other), true)]);

    let city = City::open_in(city.close().await, |_| {}).await;
    let left: Vec<_> = waiting(&city).await.iter().map(|one| (one.account, one.unfinished)).collect();
    assert_eq!(left, [(id(&broken), true)]);
    assert_eq!(account(&city, "dalim").await.role, Role::Owner);
    assert_eq!((stores(&city, "dalim").await.len(), stores(&city, "saebom").await.len()), (1, 0));
    city.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_want_one_login_name_one_gets_it_with_an_application() {
    let city = City::open().await;
    for round in 0..repeats() {
        let login = format!("twin{round}");
        let mut tries = JoinSet::new();
        for _ in 0..4 {
            let (backend, fields) = (Arc::clone(&city.backend), super::person_form(&login));
            tries.spawn(async move {
                let typed = domain::views::Typed(fields);
                backend.apply(&crate::city::stranger(), Part::Rider, typed, super::PASSWORD).await
            });
        }
        let answers = tries.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let waiting: Vec<_> = waiting(&city).await.into_iter().filter(|one| one.login == login).collect();
        assert_eq!(waiting.len(), 1);
    }
    city.close().await;
}
