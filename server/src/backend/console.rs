//! Tells open consoles of the operator of what no event tells them.

use std::time::Duration;

use domain::shared::Timestamp;
use domain::views::OperatorView;
use tokio_util::sync::CancellationToken;

use super::Desk;

/// How often it is looked whether the console shows something else.
const LOOK: Duration = Duration::from_secs(2);

impl Desk {
    /// A breaker that opens, a step or a message that is given up, a refund that went through after all, how many orders are held, one that
    /// has waited for too long by now: consoles that are open hear of these until it is to stop. Nobody looks while none is open.
    pub async fn watch_console(&self, stop: CancellationToken) {
        let mut before = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if self.console.receiver_count() == 0 {
                before = None;
                continue;
            }
            match self.console_view().await {
                Ok(now) => {
                    let now = without_time(now);
                    // What the first console was opened with is not known here.
                    if before.as_ref() != Some(&now) {
                        // An error only says that it has been closed meanwhile.
                        drop(self.console.send(()));
                    }
                    before = Some(now);
                }
                Err(fault) => tracing::warn!(?fault, "it cannot be looked what the operator's console shows"),
            }
        }
    }
}

/// Without what is another at every look.
fn without_time(view: OperatorView) -> OperatorView {
    OperatorView { position: 0, now: Timestamp(0), key: String::new(), ..view }
}
