//! Points at which a test ends the process, as `kill -9` does. They exist with the feature `failpoints` alone, which no release build has.

use domain::processes::ChargeTurn;
use domain::processes::place_order::Kind;

/// What a charge is called at its points. Telling the provider to take nothing is another call than asking for the money.
pub const fn of_charge(kind: Kind, turn: ChargeTurn) -> &'static str {
    match (turn, kind) {
        (ChargeTurn::Void, Kind::Charge) => "void",
        (ChargeTurn::Void, Kind::ChargeChange) => "void_change",
        _ => kind.name(),
    }
}

/// The end of the process, if a test has asked for it at this point of this step: `FAILPOINTS="charge.before_call=return"`.
#[cfg(feature = "failpoints")]
pub fn at(step: &str, point: &str) {
    let name = format!("{step}.{point}");
    fail::eval(&name, |_| {
        let own = std::process::id().to_string();
        // Nothing is flushed, closed or told to anybody.
        if let Err(error) = std::process::Command::new("kill").args(["-9", &own]).status() {
            tracing::error!(%error, "the process cannot be killed; it ends at once instead");
            std::process::abort();
        }
        loop {
            std::thread::park();
        }
    });
}

/// Nothing.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub const fn at(_step: &str, _point: &str) {}

/// Reads which points are asked for; to be held for as long as the process runs.
#[cfg(feature = "failpoints")]
pub fn read() -> fail::FailScenario<'static> {
    fail::FailScenario::setup()
}
