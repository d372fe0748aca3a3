//! What was seen, as numbers.

use std::time::Duration;

use domain::shared::Timestamp;
use domain::views::BreakerState;
use tokio::time::Instant;

use super::book::Fate;
use super::crews::Work;
use super::proxy::Proxy;
use super::watch::Watch;
use super::{Moments, Sample};
use crate::load;
use crate::report::Report;

/// How long the breaker stays open by the city's usual settings.
const OPEN: Duration = Duration::from_secs(5);
/// A call that set out before the breaker opened may come so much later.
const ON_ITS_WAY: Duration = Duration::from_millis(100);

/// Everything that was seen.
pub(super) struct Seen {
    pub(super) moments: Moments,
    pub(super) asked: Vec<Sample>,
    pub(super) works: Vec<Work>,
    pub(super) fates: Vec<Fate>,
}

/// A time of the run.
type Span = (Instant, Instant);

impl Seen {
    /// Prints all of it.
    pub(super) fn show(&self, report: &mut Report, proxy: &Proxy, watch: &Watch) {
        let Moments { began, hung, back, freed, .. } = self.moments;
        let breaker = watch.breaker();
        let undisturbed = self.show_time(report, "undisturbed", (began, hung));
        report.note("The provider hangs. A p99 below 200 ms is wanted of the answer to placing.");
        let hanging = self.show_time(report, "hanging", (hung, back));
        report.number(
            "crews_percent",
            "orders through kitchen and rider, hanging / undisturbed (at least 90)",
            hanging / undisturbed * 100.0,
            "%",
        );
        self.show_costs(report);
        let became = |state: BreakerState, since: Instant| {
            breaker.iter().find(|(at, to)| *at >= since && *to == state).map(|(at, _)| *at)
        };
        match became(BreakerState::Open, hung) {
            Some(opened) => self.show_calls(report, proxy, opened),
            None => report.note("The breaker did not open."),
        }
        let closed = became(BreakerState::Closed, back).unwrap_or(back);
        self.show_return(report, closed);
        self.show_time(report, "returning", (closed, freed));
    }

    /// Orders placed and completed in this time; answers how many crews completed a second.
    fn show_time(&self, report: &mut Report, name: &str, span: Span) -> f64 {
        let placed = within(&self.asked, span);
        report.number(
            &format!("{name}.placed_per_s"),
            &format!("{name}: orders placed"),
            placed.rate(),
            "/s",
        );
        report.times(&format!("{name}.place"), &format!("{name}:   its answer"), &placed);
        let done = self.works.iter().flat_map(|work| &work.completed);
        let completed = done.filter(|at| (span.0..span.1).contains(at)).count() as f64;
        let rate = completed / (span.1 - span.0).as_secs_f64();
        report.number(
            &format!("{name}.crews_per_s"),
            &format!("{name}: orders through kitchen and rider"),
            rate,
            "/s",
        );
        let commands: Vec<Sample> = self.works.iter().flat_map(|work| work.commands.clone()).collect();
        report.times(
            &format!("{name}.command"),
            &format!("{name}:   a command of theirs"),
            &within(&commands, span),
        );
        rate
    }

    fn show_costs(&self, report: &mut Report) {
        let Moments { began, hung, back, busy, lines, .. } = self.moments;
        for (name, busy, lasted) in
            [("undisturbed", busy[0], hung - began), ("hanging", busy[1], back - hung)]
        {
            report.number(
                &format!("{name}.cpu_percent"),
                &format!("{name}: processor time of the server, of one core"),
                busy / lasted.as_secs_f64() * 100.0,
                "%",
            );
        }
        report.number(
            "hanging.lines_per_s",
            "hanging: lines that it logs",
            lines as f64 / (back - hung).as_secs_f64(),
            "/s",
        );
    }

    fn show_calls(&self, report: &mut Report, proxy: &Proxy, opened: Instant) {
        let Moments { hung, back, .. } = self.moments;
        let since = opened + ON_ITS_WAY;
        report.number("opened_s", "the breaker opened after", (opened - hung).as_secs_f64(), "s");
        report.number(
            "calls_before",
            "calls to the dead provider before that",
            proxy.calls(hung, since) as f64,
            "",
        );
        // One whenever it has been open for so long; each takes until its own time-out besides.
        let most = (back - opened).as_secs() / OPEN.as_secs();
        let probes = proxy.calls(since, back);
        report.number(
            "probes",
            &format!("calls to it after that (at most {most} probes)"),
            probes as f64,
            "",
        );
    }

    fn show_return(&self, report: &mut Report, closed: Instant) {
        let Moments { hung, back, back_at, freed, held, .. } = self.moments;
        let placed = self.asked.iter().filter(|sample| (hung..back).contains(&sample.at)).count();
        report.number("taken", "orders placed while it hung, every one of them taken", placed as f64, "");
        report.number("held", "held when it was back", held as f64, "");
        let after = (closed - back).as_secs_f64();
        report.number("closed_s", "back: the breaker closed after (0 to 10)", after, "s");
        report.number(
            "freed_s",
            "back: every held order had gone on after",
            (freed - back).as_secs_f64(),
            "s",
        );
        let closed_at = Timestamp(back_at.0 + (closed - back).as_millis() as i64);
        let waits = |of: &dyn Fn(&Fate) -> Option<i64>| load::Seen {
            micros: self.fates.iter().filter_map(of).map(|ms| ms.max(0) as u64 * 1_000).collect(),
            elapsed: Duration::ZERO,
        };
        let held = waits(&|fate| fate.approved_at.filter(|_| fate.held).map(|at| at.0 - closed_at.0));
        report.times("held", "back: a held order was paid after the closing", &held);
        let fresh = waits(&|fate| {
            let approved = fate.approved_at.filter(|_| fate.placed_at >= closed_at)?;
            Some(approved.0 - fate.placed_at.0)
        });
        report.times("fresh", "back: an order placed after the closing, until paid", &fresh);
        let count = |of: &dyn Fn(&Fate) -> bool| self.fates.iter().filter(|fate| of(fate)).count() as f64;
        report.number(
            "orders",
            "orders in the provider's book as they have to be (all of them)",
            self.fates.len() as f64,
            "",
        );
        report.number("paid", "  paid: charged once, and kept", count(&|fate| !fate.shown.is_failure()), "");
        report.number(
            "ended",
            "  ended without a meal, as in a full kitchen: nothing kept",
            count(&|fate| fate.shown.is_failure()),
            "",
        );
    }
}

fn within(samples: &[Sample], (from, to): Span) -> load::Seen {
    let these = samples.iter().filter(|sample| (from..to).contains(&sample.at));
    load::Seen { elapsed: to - from, micros: these.map(|sample| sample.micros).collect() }
}
