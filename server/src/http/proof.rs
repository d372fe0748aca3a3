//! What a live stream was opened with, and how it hears that this holds no more.

use std::time::Duration;

use domain::shared::TokenId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::bearer::Pass;
use super::session::SessionId;
use super::sse::LiveState;

/// How often a stream asks whether its session still holds.
const CHECK: Duration = Duration::from_secs(60);
/// How often a stream asks whether its token does: another process may have revoked it, and the answer is in memory.
const CHECK_TOKEN: Duration = Duration::from_secs(5);

/// What a stream was opened with.
pub(super) enum Proof {
    /// A session.
    Session {
        id: SessionId,
        /// Sessions that end.
        ended: Receiver<String>,
    },
    /// An API token.
    Token {
        pass: Pass,
        /// Tokens that are revoked.
        revoked: Receiver<TokenId>,
    },
    /// Nothing: it is not for anybody in particular.
    None,
}

/// What a stream has heard of its session or token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// It has ended.
    Ended,
    /// It may have.
    Perhaps,
    /// Nothing will be heard any more.
    Silence,
}

impl Proof {
    pub(super) fn of(live: &LiveState, session: Option<SessionId>, pass: Option<Pass>) -> Self {
        match (pass, session) {
            (Some(pass), _) => Proof::Token { pass, revoked: live.tokens.revoked() },
            (None, Some(id)) => Proof::Session { id, ended: live.logout.subscribe() },
            (None, None) => Proof::None,
        }
    }

    /// How often [`Proof::holds`] is to be asked.
    pub(super) const fn checked_every(&self) -> Duration {
        match self {
            Proof::Token { .. } => CHECK_TOKEN,
            Proof::Session { .. } | Proof::None => CHECK,
        }
    }

    /// Waits for news of it.
    pub(super) async fn news(&mut self) -> Heard {
        loop {
            let (is_it, lost) = match self {
                Proof::Session { id, ended } => heard(ended.recv().await, |other| *other == id.0),
                Proof::Token { pass, revoked } => heard(revoked.recv().await, |other| *other == pass.id),
                Proof::None => std::future::pending().await,
            };
            if is_it {
                return lost.unwrap_or(Heard::Ended);
            }
        }
    }

    /// Whether it still holds. What cannot be found out leaves it as it was until the next time.
    pub(super) async fn holds(&self, live: &LiveState) -> bool {
        let holds = match self {
            Proof::Session { id, .. } => live.web.has_session(&id.0).await.map_err(|error| error.to_string()),
            Proof::Token { pass, .. } => {
                live.tokens.holds(pass.hash, live.clock.now()).await.map_err(|error| error.to_string())
            }
            Proof::None => Ok(true),
        };
        holds.unwrap_or_else(|error| {
            tracing::error!(%error, "a live stream cannot check its session or token");
            true
        })
    }
}

/// Whether a stream has to do something about this, and what, when it is not that its own has ended.
fn heard<T>(news: Result<T, RecvError>, is_own: impl Fn(&T) -> bool) -> (bool, Option<Heard>) {
    match news {
        Ok(other) => (is_own(&other), None),
        Err(RecvError::Lagged(_)) => (true, Some(Heard::Perhaps)),
        Err(RecvError::Closed) => (true, Some(Heard::Silence)),
    }
}
