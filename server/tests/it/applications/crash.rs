//! `kill -9` between the steps of an approval: the next start carries it through.

use super::{PASSWORD, owner_form, waiting_over};
use crate::people::{Person, field};
use crate::process::Program;
use domain::views::{BoardView, StoreList};
use reqwest::StatusCode;
use std::time::Duration;

/// From the operator's decision to the account that takes part.
pub(crate) const POINTS: [&str; 6] = [
    "enrolment.before_decision=return",
    "enrolment.after_decision=return",
    "enrolment.before_append=return",
    "enrolment.after_append=return",
    "enrolment.before_let_in=return",
    "enrolment.after_let_in=return",
];

async fn dies_at(point: &'static str) {
    let folder = tempfile::tempdir().unwrap();
    let city = folder.path().join("city");
    let mut server = tokio::task::block_in_place(|| Program::serve(&city, &[]));
    let owner = Person::sign_up(&server.base, "/signup/owner", &owner_form("saebom")).await;
    let operator = Person::log_in(&server.base, "operator").await;
    let one = waiting_over(&operator).await.remove(0);
    tokio::task::block_in_place(|| {
        server.stop();
        server.crash_at = Some(point.to_owned());
        server.again();
    });
    let fields = [field("account", one.account), field("number", one.number)];
    let answer = operator.send("/api/operator/approve", &fields).await;
    assert!(answer.is_err(), "{point}: {answer:?}");
    tokio::task::block_in_place(|| {
        let (status, _) = server.ended(Duration::from_secs(20));
        assert_eq!(status.code(), None, "{point}: {status}");
        server.crash_at = None;
        server.again();
    });
    if point == POINTS[0] {
        // Nothing was decided.
        assert_eq!(waiting_over(&operator).await.len(), 1);
        let (status, answer) = operator.send("/api/operator/approve", &fields).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    // Otherwise nobody has to press anything: the applicant's session is an owner's.
    assert!(waiting_over(&operator).await.is_empty(), "{point}");
    let board: BoardView = owner.ask("/api/owner/board", &[]).await;
    assert_eq!(board.store, one.store.unwrap().profile.id, "{point}");
    let list: StoreList = operator.ask("/api/store/list", &[field("search", "saebom")]).await;
    assert_eq!(list.stores.iter().filter(|card| card.id == board.store).count(), 1, "{point}");
    // And pressing again, as an operator does who saw the page break, is harmless.
    let (status, answer) = operator.send("/api/operator/approve", &fields).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{point}: {answer}");
    let again = Person::log_in_as(&server.base, "saebom", PASSWORD).await;
    let board: BoardView = again.ask("/api/owner/board", &[]).await;
    assert_eq!(board.load.capacity, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_between_the_steps_of_an_approval_the_next_start_carries_it_through() {
    for point in POINTS {
        dies_at(point).await;
    }
}
