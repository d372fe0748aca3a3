//! What a ticket answers to each command in each state.

mod common;
#[path = "common/table.rs"]
mod table;

use common::{at, bill, fold, opened};
use domain::processes::DomainEvent;
use domain::shared::{Aggregate, Decision};
use domain::store::ticket::{
    Command, Event, Phase, Refusal, RejectReason, Ticket, cooking_choices, offered_minutes,
};
use table::{Table, variants};

variants!(phases(Phase):
    Phase::New => "New",
    Phase::Received => "Received",
    Phase::Accepted => "Accepted",
    Phase::Cooking => "Cooking",
    Phase::Ready => "Ready",
    Phase::Rejected => "Rejected",
    Phase::Cancelled => "Cancelled",
);

variants!(verbs(Command):
    Command::Open { .. } => "Open",
    Command::Accept { .. } => "Accept",
    Command::Reject { .. } => "Reject",
    Command::Start { .. } => "Start",
    Command::Finish { .. } => "Finish",
    Command::Delay { .. } => "Delay",
    Command::Cancel { .. } => "Cancel",
    Command::Withdraw { .. } => "Withdraw",
    Command::Change { .. } => "Change",
);

/// `changed` was accepted and changed once; `turned away` never came in, for the kitchen was full.
const TABLE: &str = "
                | new            | received        | accepted        | changed         | cooking         | ready           | rejected | turned away | cancelled
open, room left | TicketOpened   | =               | =               | =               | =               | =               | =        | =           | =
open, full      | TicketRejected | =               | =               | =               | =               | =               | =        | =           | =
open, beyond    | TicketRejected | =               | =               | =               | =               | =               | =        | =           | =
open, shut      | TicketRejected | =               | =               | =               | =               | =               | =        | =           | =
accept 5        | -              | TicketAccepted  | =               | =               | -               | -               | -        | -           | -
accept 120      | -              | TicketAccepted  | =               | =               | -               | -               | -        | -           | -
accept 0        | -              | !Minutes { max: 120 } | =         | =               | -               | -               | -        | -           | -
accept 7        | -              | !Minutes { max: 120 } | =         | =               | -               | -               | -        | -           | -
accept 125      | -              | !Minutes { max: 120 } | =         | =               | -               | -               | -        | -           | -
reject          | -              | TicketRejected  | -               | -               | -               | -               | =        | =           | -
reject, no word | -              | !ReasonMissing  | -               | -               | -               | -               | =        | =           | -
time out        | -              | TicketRejected  | -               | -               | -               | -               | =        | =           | -
start           | -              | -               | CookingStarted  | CookingStarted  | =               | -               | -        | -           | -
finish          | -              | -               | -               | -               | CookingFinished | =               | -        | -           | -
delay 10        | -              | -               | CookingDelayed  | CookingDelayed  | CookingDelayed  | -               | -        | -           | -
delay 15        | -              | -               | !DelayStep      | !DelayStep      | !DelayStep      | -               | -        | -           | -
cancel          | -              | TicketCancelled | TicketCancelled | TicketCancelled | !CookingStarted | !CookingStarted | -        | -           | =
withdraw        | -              | TicketCancelled | TicketCancelled | TicketCancelled | TicketCancelled | -               | -        | -           | =
change 1        | -              | TicketChanged   | TicketChanged   | =               | !CookingStarted | !CookingStarted | -        | -           | -
change 1 to 2   | -              | !WrongRevision  | !WrongRevision  | TicketChanged   | !CookingStarted | !CookingStarted | -        | -           | -
change 0 to 2   | -              | TicketChanged   | TicketChanged   | !WrongRevision  | !CookingStarted | !CookingStarted | -        | -           | -
";

fn states() -> Vec<(&'static str, Ticket)> {
    let open = Event::TicketOpened(opened());
    let accept = Event::TicketAccepted { minutes: 20, ready_at: at(22), at: at(2) };
    let start = Event::CookingStarted { at: at(3) };
    let after = |more: &[Event]| fold(&[std::slice::from_ref(&open), more].concat());
    vec![
        ("new", Ticket::default()),
        ("received", after(&[])),
        ("accepted", after(std::slice::from_ref(&accept))),
        (
            "changed",
            after(&[
                accept.clone(),
                Event::TicketChanged { revision: 1, before: bill(1).lines, bill: bill(2), at: at(3) },
            ]),
        ),
        ("cooking", after(&[accept.clone(), start.clone()])),
        ("ready", after(&[accept.clone(), start, Event::CookingFinished { at: at(20) }])),
        (
            "rejected",
            after(&[Event::TicketRejected {
                reason: RejectReason::Store("재료 소진".to_owned()),
                at: at(2),
            }]),
        ),
        ("turned away", fold(&[Event::TicketRejected { reason: RejectReason::OverCapacity, at: at(1) }])),
        ("cancelled", after(&[accept, Event::TicketCancelled { at: at(4) }])),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let now = at(30);
    let open = |open_tickets, capacity| Command::Open { ticket: opened(), open_tickets, capacity };
    let accept = |minutes| Command::Accept { minutes, at: now };
    let reject = |reason| Command::Reject { reason, at: now };
    let delay = |minutes| Command::Delay { minutes, at: now };
    let change = |base, revision| Command::Change { base, revision, bill: bill(2), at: now };
    vec![
        ("open, room left", open(2, 3)),
        ("open, full", open(3, 3)),
        ("open, beyond", open(5, 3)),
        ("open, shut", open(0, 0)),
        ("accept 5", accept(5)),
        ("accept 120", accept(120)),
        ("accept 0", accept(0)),
        ("accept 7", accept(7)),
        ("accept 125", accept(125)),
        ("reject", reject(RejectReason::Store("재료 소진".to_owned()))),
        ("reject, no word", reject(RejectReason::Store("  ".to_owned()))),
        ("time out", reject(RejectReason::TimedOut)),
        ("start", Command::Start { at: now }),
        ("finish", Command::Finish { at: now }),
        ("delay 10", delay(10)),
        ("delay 15", delay(15)),
        ("cancel", Command::Cancel { at: now }),
        ("withdraw", Command::Withdraw { at: now }),
        ("change 1", change(0, 1)),
        ("change 1 to 2", change(1, 2)),
        ("change 0 to 2", change(0, 2)),
    ]
}

#[test]
fn a_ticket_answers_as_the_table_says() {
    Table {
        text: TABLE,
        states: states(),
        commands: commands(),
        phase: |ticket: &Ticket| ticket.phase,
        phases: phases(),
        verbs: verbs(),
        not_now: |command, state| Refusal::NotNow { command: command.verb(), state },
        type_name: |event| DomainEvent::Ticket(event).type_name(),
    }
    .check();
}

#[test]
fn the_food_is_put_off_by_an_hour_at_most_however_often() {
    let accepted: Ticket = fold(&[
        Event::TicketOpened(opened()),
        Event::TicketAccepted { minutes: 20, ready_at: at(22), at: at(2) },
        Event::CookingStarted { at: at(3) },
    ]);
    let too_long = Err(Refusal::DelayedTooLong { max: 60 });
    for minutes in [5, 10, 20] {
        let mut ticket = accepted.clone();
        for times in 0..=60 / minutes {
            let answer = ticket.decide(Command::Delay { minutes, at: at(4) });
            if times == 60 / minutes {
                assert_eq!(answer, too_long);
                continue;
            }
            for event in answer.map(Decision::into_events).unwrap_or_default() {
                ticket.apply(&event);
            }
        }
        assert_eq!(ticket.ready_at, Some(at(82)), "by {minutes}");
    }
    // Nor is it put off from a moment after which there is nothing left of the hour.
    assert_eq!(accepted.decide(Command::Delay { minutes: 5, at: at(78) }), too_long);
    assert!(accepted.decide(Command::Delay { minutes: 5, at: at(77) }).is_ok());
}

#[test]
fn a_promised_time_counts_from_the_acceptance_and_a_delay_from_the_later_of_promise_and_now() {
    let at_step = |ticket: &Ticket, command| match Aggregate::decide(ticket, command) {
        Ok(decision) => {
            let mut ticket = ticket.clone();
            for event in decision.into_events() {
                Aggregate::apply(&mut ticket, &event);
            }
            ticket
        }
        Err(refusal) => panic!("{refusal}"),
    };
    let accepted =
        at_step(&fold(&[Event::TicketOpened(opened())]), Command::Accept { minutes: 20, at: at(2) });
    assert_eq!(accepted.ready_at, Some(at(22)));
    let delayed = at_step(&accepted, Command::Delay { minutes: 10, at: at(5) });
    assert_eq!(delayed.ready_at, Some(at(32)));
    let late = at_step(&delayed, Command::Delay { minutes: 5, at: at(40) });
    assert_eq!(late.ready_at, Some(at(45)));
}

#[test]
fn what_is_offered_first_is_no_less_than_it_takes_and_whatever_can_be_chosen_is_taken() {
    for (usual, busy, offered) in [
        (0, 0, 5),
        (20, 0, 20),
        (22, 0, 25),
        (45, 30, 75),
        (50, 20, 70),
        (118, 0, 120),
        (90, 60, 120),
        (u32::MAX, 60, 120),
    ] {
        assert_eq!(offered_minutes(usual, busy), offered, "{usual} and {busy}");
        let choices = cooking_choices(offered);
        assert!(choices.contains(&offered) && choices.is_sorted(), "{choices:?}");
        for minutes in choices {
            let ticket: Ticket = fold(&[Event::TicketOpened(opened())]);
            let accept = Command::Accept { minutes, at: at(1) };
            assert!(matches!(ticket.decide(accept), Ok(Decision::Executed(_))), "{minutes}");
        }
    }
    assert_eq!(cooking_choices(20).last(), Some(&120));
    assert_eq!((cooking_choices(20).len(), cooking_choices(70).len()), (16, 17));
}
