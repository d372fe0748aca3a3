//! What an application answers to each command in each state.

mod common;
#[path = "common/table.rs"]
mod table;

use common::{NOON, at, fold};
use domain::enrolment::{Application, Command, Event, Phase, Refusal};
use domain::shared::{Aggregate, MAX_REASON};
use table::{Table, variants};

variants!(phases(Phase):
    Phase::New => "New",
    Phase::Filed => "Filed",
    Phase::Approved => "Approved",
    Phase::Refused => "Refused",
);

variants!(verbs(Command):
    Command::File { .. } => "File",
    Command::Approve { .. } => "Approve",
    Command::Refuse { .. } => "Refuse",
);

/// `again` was refused once and filed a second time; `refused` was refused for `no phone`.
const TABLE: &str = "
                   | new                       | filed                     | again                     | approved                  | refused
file, first        | ApplicationFiled          | =                         | -                         | -                         | !OtherFiling { filed: 1 }
file, second       | !OtherFiling { filed: 0 } | -                         | =                         | -                         | ApplicationFiled
file, third        | !OtherFiling { filed: 0 } | -                         | -                         | -                         | !OtherFiling { filed: 1 }
other, first       | ApplicationFiled          | -                         | -                         | -                         | !OtherFiling { filed: 1 }
other, second      | !OtherFiling { filed: 0 } | -                         | -                         | -                         | ApplicationFiled
approve the first  | -                         | ApplicationApproved       | !OtherFiling { filed: 2 } | =                         | -
approve the second | -                         | !OtherFiling { filed: 1 } | ApplicationApproved       | !OtherFiling { filed: 1 } | !OtherFiling { filed: 1 }
refuse the first   | -                         | ApplicationRefused        | !OtherFiling { filed: 2 } | -                         | =
refuse the second  | -                         | !OtherFiling { filed: 1 } | ApplicationRefused        | !OtherFiling { filed: 1 } | !OtherFiling { filed: 1 }
refuse otherwise   | -                         | ApplicationRefused        | !OtherFiling { filed: 2 } | -                         | -
without a reason   | -                         | !ReasonMissing            | !OtherFiling { filed: 2 } | -                         | -
with a blank one   | -                         | !ReasonMissing            | !OtherFiling { filed: 2 } | -                         | -
with a long one    | -                         | ApplicationRefused        | !OtherFiling { filed: 2 } | -                         | -
with too long a one | -                        | !ReasonTooLong { max: 200 } | !OtherFiling { filed: 2 } | -                       | -
";

const REASON: &str = "no phone";

fn states() -> Vec<(&'static str, Application)> {
    let filed = |number| Event::ApplicationFiled { number, at: NOON };
    let refused = || Event::ApplicationRefused { reason: REASON.to_owned(), at: at(10) };
    vec![
        ("new", fold(&[])),
        ("filed", fold(&[filed(1)])),
        ("again", fold(&[filed(1), refused(), filed(2)])),
        ("approved", fold(&[filed(1), Event::ApplicationApproved { at: at(10) }])),
        ("refused", fold(&[filed(1), refused()])),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let now = at(30);
    let file = |number| Command::File { number, is_other: false, at: now };
    let file_other = |number| Command::File { number, is_other: true, at: now };
    let approve = |number| Command::Approve { number, at: now };
    let refuse = |number, reason: &str| Command::Refuse { number, reason: reason.to_owned(), at: now };
    vec![
        ("file, first", file(1)),
        ("file, second", file(2)),
        ("file, third", file(3)),
        ("other, first", file_other(1)),
        ("other, second", file_other(2)),
        ("approve the first", approve(1)),
        ("approve the second", approve(2)),
        ("refuse the first", refuse(1, "  no phone ")),
        ("refuse the second", refuse(2, REASON)),
        ("refuse otherwise", refuse(1, "no address")),
        ("without a reason", refuse(1, "")),
        ("with a blank one", refuse(1, " \t\n")),
        ("with a long one", refuse(1, &"가".repeat(MAX_REASON as usize))),
        ("with too long a one", refuse(1, &"가".repeat(MAX_REASON as usize + 1))),
    ]
}

#[test]
fn an_application_answers_as_the_table_says() {
    Table {
        text: TABLE,
        states: states(),
        commands: commands(),
        phase: |application: &Application| application.phase,
        phases: phases(),
        verbs: verbs(),
        not_now: |command, state| Refusal::NotNow { command: command.verb(), state },
        type_name: |event| match event {
            Event::ApplicationFiled { .. } => "ApplicationFiled",
            Event::ApplicationApproved { .. } => "ApplicationApproved",
            Event::ApplicationRefused { .. } => "ApplicationRefused",
        },
    }
    .check();
}

#[test]
fn what_was_filed_again_has_no_reason_and_no_decision_any_more() {
    let [.., (_, refused)] = &states()[..] else { panic!("no state") };
    assert_eq!((refused.reason.as_str(), refused.decided_at), (REASON, Some(at(10))));
    let mut again = refused.clone();
    again.apply(&Event::ApplicationFiled { number: 2, at: at(20) });
    assert_eq!(
        (again.reason.as_str(), again.decided_at, again.filed_at, again.number),
        ("", None, at(20), 2)
    );
}
