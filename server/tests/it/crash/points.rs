//! `kill -9` before and after each append and each outside call of every process: the order goes on to its end after the next start,
//! the provider's own book says what its price is, and everybody was told of it once.

use super::stories::{People, Story};
use super::{PATIENCE, told, until};
use crate::double::Provider;
use crate::files;
use crate::process::Program;
use domain::processes::ChargeTurn;
use domain::processes::place_order::Kind;
use domain::views::Shown;
use futures::StreamExt;
use server::crash::of_charge;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Every point, and the story on whose way it lies. The writer commits a few times while the server starts.
const POINTS: [(&str, Story); 64] = [
    ("timer.before_append=return", Story::NotAnswered),
    ("timer.after_append=return", Story::NotAnswered),
    ("timer.before_append=return", Story::NotConfirmed),
    ("timer.after_append=return", Story::NotConfirmed),
    ("void.before_call=return", Story::CalledOffAndTaken),
    ("void.after_call=return", Story::CalledOffAndTaken),
    ("void.before_append=return", Story::CalledOffAndTaken),
    ("void.after_append=return", Story::CalledOffAndTaken),
    ("void.before_call=return", Story::CalledOff),
    ("void.after_call=return", Story::CalledOff),
    ("void.before_append=return", Story::CalledOff),
    ("void.after_append=return", Story::CalledOff),
    ("void_change.before_call=return", Story::ChangeCalledOff),
    ("void_change.after_call=return", Story::ChangeCalledOff),
    ("void_change.before_append=return", Story::ChangeCalledOff),
    ("void_change.after_append=return", Story::ChangeCalledOff),
    ("charge.before_call=return", Story::ToTheDoor),
    ("charge.after_call=return", Story::ToTheDoor),
    ("charge.before_append=return", Story::ToTheDoor),
    ("charge.after_append=return", Story::ToTheDoor),
    ("charge.between_calls=return", Story::FirstCallFails),
    ("retry.before_append=return", Story::FirstCallFails),
    ("retry.after_append=return", Story::FirstCallFails),
    ("receive.before_append=return", Story::ToTheDoor),
    ("receive.after_append=return", Story::ToTheDoor),
    ("offer_delivery.before_append=return", Story::ToTheDoor),
    ("offer_delivery.after_append=return", Story::ToTheDoor),
    ("cursor.before_append=return", Story::ToTheDoor),
    ("cursor.after_append=return", Story::ToTheDoor),
    ("writer.before_commit=4*off->return", Story::ToTheDoor),
    ("writer.after_commit=5*off->return", Story::ToTheDoor),
    ("notices.before_queue=return", Story::ToTheDoor),
    ("notices.after_queue=return", Story::ToTheDoor),
    ("notices.before_call=return", Story::ToTheDoor),
    ("notices.after_call=return", Story::ToTheDoor),
    ("notices.before_note=return", Story::ToTheDoor),
    ("notices.after_note=return", Story::ToTheDoor),
    ("refund.before_append=return", Story::TurnedDown),
    ("refund.after_append=return", Story::TurnedDown),
    ("give_back.before_call=return", Story::TurnedDown),
    ("give_back.after_call=return", Story::TurnedDown),
    ("give_back.before_append=return", Story::TurnedDown),
    ("give_back.after_append=return", Story::TurnedDown),
    ("park.before_append=return", Story::GivenBackByHand),
    ("park.after_append=return", Story::GivenBackByHand),
    ("charge_change.before_call=return", Story::Changed),
    ("charge_change.after_call=return", Story::Changed),
    ("charge_change.before_append=return", Story::Changed),
    ("charge_change.after_append=return", Story::Changed),
    ("charge_change.between_calls=return", Story::ChangedAndFirstCallFails),
    ("apply_change.before_append=return", Story::Changed),
    ("apply_change.after_append=return", Story::Changed),
    // Each point has its story above. Of these stories only the points are gone through at which they are another one: what else there
    // is on their way is the same step with the same effect, and each takes seconds.
    ("charge.after_call=return", Story::PaidAtProvider),
    ("charge.after_append=return", Story::PaidAtProvider),
    // The customer is asked to pay by the first one.
    ("charge.before_append=1*off->return", Story::PaidAtProvider),
    ("charge.after_call=return", Story::Declined),
    ("charge.after_append=return", Story::Declined),
    ("receive.before_append=return", Story::OverCapacity),
    ("receive.after_append=return", Story::OverCapacity),
    ("give_back.after_call=return", Story::MadeCheaper),
    ("give_back.after_append=return", Story::MadeCheaper),
    ("refund.after_append=return", Story::Accident),
    ("refund.before_append=return", Story::GivenUp),
    ("give_back.after_call=return", Story::GivenUp),
];

/// So many servers die beside each other, and as many wait for a timer.
const BESIDE: usize = 4;
/// Where a message has been sent and that is not noted yet: it comes again.
const SENT_TWICE: [&str; 2] = ["notices.after_call=return", "notices.before_note=return"];

async fn dies_at(point: &'static str, story: Story) {
    let what = format!("{point}, {story:?}");
    let folder = tempfile::tempdir().unwrap();
    let (city, provider) = (folder.path().join("city"), folder.path().join("provider"));
    let phones = Provider::start().await;
    let messages = phones.arguments(folder.path());
    let (sandbox, mut server) = tokio::task::block_in_place(|| {
        let sandbox = Program::pay_sandbox(&provider, &["--control"]);
        let mut more =
            vec!["--payment-url", &sandbox.base, "--payment-timeout-ms", story.payment_timeout_ms()];
        more.extend(story.settings());
        more.extend(messages.iter().map(String::as_str));
        let server = Program::serve(&city, &more);
        (sandbox, server)
    });
    let people = People::meet(&server.base, &sandbox.base, folder.path(), story).await;
    people.prepare(story).await;
    tokio::task::block_in_place(|| {
        server.stop();
        server.crash_at = Some(point.to_owned());
        server.again();
    });
    // It dies on the way, by itself, and is started again.
    let watched = tokio::task::spawn_blocking(move || {
        let (status, _) = server.ended(Duration::from_secs(120));
        assert_eq!(status.code(), None, "{point}, {story:?}: {status}");
        server.crash_at = None;
        server.again();
        server
    });
    let (order, expected) = people.tell(story).await;
    let server = watched.await.unwrap();
    let view = until(&people.customer, order, story.end()).await;
    assert_eq!(view.line.shown, story.end(), "{what}");
    let log = city.join("baedal.db");
    let since = Instant::now();
    loop {
        let charged = files::provider(&provider.join("pay-sandbox.db")).await.get(&order).copied();
        let undone = files::number(&log, "SELECT count(*) FROM work WHERE state = 'open'").await;
        if charged == Some(expected) && undone == 0 {
            break;
        }
        let seen = format!("{what}: {charged:?}, not {expected:?}; {undone} steps are not done");
        assert!(since.elapsed() < PATIENCE, "{seen}\n{}", server.logged());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let twice = told::once(&what, &people.customer, order, &log, &phones).await;
    // At any other point too one may be on its way.
    assert!(twice || !SENT_TWICE.contains(&point), "{what}: nothing came twice");
    drop((server, sandbox));
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_11_after_kill_9_at_every_step_of_every_process_the_order_goes_on_and_the_money_is_right() {
    let (long, short): (Vec<_>, Vec<_>) = POINTS.into_iter().partition(|(_, story)| story.takes_long());
    // Who waits for a timer keeps the machine waiting, not busy: those are gone through beside the others.
    let [long, short] = [long, short].map(|points| {
        let ended = |(point, story)| tokio::spawn(dies_at(point, story));
        futures::stream::iter(points).map(ended).buffer_unordered(BESIDE)
    });
    futures::stream::select(long, short).for_each(|ended| async { ended.unwrap() }).await;
}

/// The steps that come to a point of which the source does not say the step's name.
fn steps_at(point: &str) -> Vec<&'static str> {
    let charges = Kind::ALL.iter().filter(|kind| kind.is_charge());
    let voids = charges.clone().map(|kind| of_charge(*kind, ChargeTurn::Void));
    match point {
        "before_append" | "after_append" => Kind::ALL.iter().map(|kind| kind.name()).chain(voids).collect(),
        "before_call" | "after_call" => {
            let outside = Kind::ALL.iter().filter(|kind| kind.is_outside());
            outside.map(|kind| kind.name()).chain(voids).collect()
        }
        "between_calls" => charges.map(|kind| kind.name()).collect(),
        other => panic!("which steps come to {other}?"),
    }
}

/// However an order can end, a server has died on its way there.
#[test]
fn every_end_of_an_order_is_that_of_a_story() {
    for end in Shown::ALL.into_iter().filter(|shown| shown.is_end()) {
        assert!(POINTS.iter().any(|(_, story)| story.end() == end), "{end:?}");
    }
}

/// A point that somebody has added, or a step that can come to one, and that no story of ours comes to, is untested.
#[test]
fn every_point_is_on_the_way_of_a_story() {
    let mut found = BTreeSet::new();
    for (path, source) in crate::house::sources("server/src") {
        for call in source.split("crash::at(").skip(1) {
            let call = call.split(");").next().unwrap();
            let (step, point) = call.split_once(", ").unwrap_or_else(|| panic!("{path}: {call}"));
            let point = point.trim_matches('"');
            match step.strip_prefix('"') {
                Some(step) => drop(found.insert(format!("{}.{point}", step.trim_end_matches('"')))),
                None => found.extend(steps_at(point).iter().map(|step| format!("{step}.{point}"))),
            }
        }
    }
    let known: BTreeSet<String> = POINTS
        .iter()
        .map(|(point, _)| *point)
        // Those have stories of their own, without an order's saga.
        .chain(crate::webhooks::POINTS)
        .chain(crate::applications::POINTS)
        .map(|point| point.split('=').next().unwrap().to_owned())
        .collect();
    assert_eq!(found, known);
}
