//! From the outbox to phones.

use crate::accounts::{Accounts, Contact};
use crate::adapters::breaker::Breaker;
use crate::adapters::clock::{Clock, random_bytes};
use crate::adapters::notify::{Notifier, NotifyError, Outbound};
use crate::crash;
use crate::storage::{Outbox, Posted, WaitingNotice};
use app::words;
use domain::notification::{Recipient, Tried, Tries, failed, is_news};
use domain::shared::OrderId;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long to wait when nothing is known to be due, or somebody has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a stop waits for what is being sent.
const LAST: Duration = Duration::from_secs(2);

/// How notices are sent.
#[derive(Clone, Copy, Debug)]
pub struct SenderSettings {
    /// Calls to the provider at a time.
    pub calls: usize,
    /// How often a notice is tried, and how soon again.
    pub tries: Tries,
}

impl SenderSettings {
    /// The usual ones: eight calls at a time, and the usual tries.
    pub const USUAL: SenderSettings = SenderSettings { calls: 8, tries: Tries::USUAL };
}

/// Sends what waits in the outbox.
pub struct NoticeSender {
    post: Arc<Post>,
    breaker: Breaker,
    wake: Arc<Notify>,
    settings: SenderSettings,
}

/// What one call needs.
struct Post {
    outbox: Arc<dyn Outbox>,
    accounts: Accounts,
    notifier: Arc<dyn Notifier>,
    clock: Arc<dyn Clock>,
    settings: SenderSettings,
}

/// Whose turn it is: the notices about one order to one recipient go one after the other.
type Turn = (Recipient, OrderId);

/// How a call has ended for the sender.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It was noted what became of the notice.
    Noted,
    /// It was not, or nobody was asked: the notice waits, and the sender had better wait too.
    NotNow,
}

impl NoticeSender {
    /// A sender to this provider, which stands behind this breaker.
    pub fn new(
        outbox: Arc<dyn Outbox>,
        accounts: Accounts,
        notifier: Arc<dyn Notifier>,
        breaker: Breaker,
        clock: Arc<dyn Clock>,
        wake: Arc<Notify>,
        settings: SenderSettings,
    ) -> Self {
        Self { post: Arc::new(Post { outbox, accounts, notifier, clock, settings }), breaker, wake, settings }
    }

    /// Sends until it is told to stop, and then ends what it has begun.
    pub async fn run(self, stop: CancellationToken) {
        let (ended, mut ends) = mpsc::unbounded_channel::<(Turn, Ended)>();
        let calls = TaskTracker::new();
        // The data folder is this process's alone, so what it sends is leased by being here.
        let mut busy: HashSet<Turn> = HashSet::new();
        let mut not_now = false;
        while !stop.is_cancelled() {
            if not_now {
                not_now = false;
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = self.breaker.closed_again() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
            while let Ok((turn, how)) = ends.try_recv() {
                busy.remove(&turn);
                not_now |= how == Ended::NotNow;
            }
            let wait = self.start_due(&mut busy, &ended, &calls).await;
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                Some((turn, how)) = ends.recv() => {
                    busy.remove(&turn);
                    not_now |= how == Ended::NotNow;
                }
            }
        }
        calls.close();
        // What is cut off here is sent again after the next start.
        if tokio::time::timeout(LAST, calls.wait()).await.is_err() {
            tracing::warn!("stopped with notices still being sent");
        }
    }

    /// Begins to send what is due, as far as there is room; answers how long to wait for more.
    async fn start_due(
        &self,
        busy: &mut HashSet<Turn>,
        ended: &mpsc::UnboundedSender<(Turn, Ended)>,
        calls: &TaskTracker,
    ) -> Duration {
        let room = self.settings.calls.saturating_sub(busy.len());
        if room == 0 {
            return PAUSE;
        }
        let now = self.post.clock.now();
        // Those that are being sent still wait, and are among them.
        let due = match self.post.outbox.due(now, (busy.len() + room) as u32).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                return PAUSE;
            }
        };
        for notice in due {
            let turn = (notice.id.to, notice.order);
            if busy.len() < self.settings.calls && busy.insert(turn) {
                let (post, ended) = (Arc::clone(&self.post), ended.clone());
                calls.spawn(async move {
                    let how = post.carry_out(notice).await;
                    // The sender has gone only when everything stops.
                    ended.send((turn, how)).ok();
                });
            }
        }
        match self.post.outbox.next_due().await {
            Ok(Some(due)) if due > now => Duration::from_millis(due.since(now) as u64).min(PAUSE),
            Ok(_) => PAUSE,
            Err(error) => {
                tracing::error!(%error, "when the next notice is due cannot be read");
                PAUSE
            }
        }
    }
}

impl Post {
    /// Sends a notice and notes what became of it.
    async fn carry_out(&self, notice: WaitingNotice) -> Ended {
        let Some(posted) = self.send(&notice).await else {
            return Ended::NotNow;
        };
        if let Posted::Dead { error, .. } = &posted {
            tracing::error!(notice = %notice.id, error, "a notice was given up");
        }
        crash::at("notices", "before_note");
        let noted = self.outbox.note(notice.id, posted).await;
        crash::at("notices", "after_note");
        match noted {
            Ok(()) => Ended::Noted,
            Err(error) => {
                // It still waits, and is sent once more.
                tracing::error!(notice = %notice.id, %error, "what became of a notice could not be noted");
                Ended::NotNow
            }
        }
    }

    /// Sends a notice to everybody it goes to who does not have it; `None` when nobody was asked.
    async fn send(&self, notice: &WaitingNotice) -> Option<Posted> {
        if !is_news(notice.wanted, self.clock.now()) {
            tracing::info!(notice = %notice.id, "a notice is too old to be sent");
            return Some(Posted::Kept);
        }
        let contacts = match self.accounts.contacts(notice.id.to).await {
            Ok(contacts) => contacts,
            Err(error) => {
                tracing::error!(%error, "phone numbers cannot be read");
                return None;
            }
        };
        if contacts.is_empty() {
            return Some(Posted::Kept);
        }
        let mut refused = None;
        for (index, contact) in contacts.iter().enumerate().skip(notice.reached as usize) {
            let reached = index as u32;
            crash::at("notices", "before_call");
            let sent = self.notifier.send(&outbound(notice, contact, reached)).await;
            crash::at("notices", "after_call");
            match sent {
                Ok(sent) => tracing::debug!(notice = %notice.id, reference = sent.reference, "sent"),
                // One wrong number is no reason to leave out the others.
                Err(error @ NotifyError::Refused { .. }) => refused = Some((reached, error.to_string())),
                Err(NotifyError::Open) if reached > notice.reached => {
                    let (due, error) = (self.clock.now(), NotifyError::Open.to_string());
                    return Some(Posted::Again { due, attempts: notice.attempts, reached, error });
                }
                Err(NotifyError::Open) => return None,
                Err(error @ (NotifyError::Unavailable { .. } | NotifyError::Address { .. })) => {
                    return Some(self.again(notice, reached, error.to_string()));
                }
            }
        }
        Some(match refused {
            Some((reached, error)) => Posted::Dead { attempts: notice.attempts + 1, reached, error },
            None => Posted::Sent,
        })
    }

    fn again(&self, notice: &WaitingNotice, reached: u32, error: String) -> Posted {
        match failed(notice.attempts, self.clock.now(), random_bytes::<1>()[0], self.settings.tries) {
            Tried::Again { attempts, due } => Posted::Again { due, attempts, reached, error },
            Tried::Dead { attempts } => Posted::Dead { attempts, reached, error },
        }
    }
}

/// The message to one of those whom a notice goes to, in the language of whoever reads it.
fn outbound(notice: &WaitingNotice, contact: &Contact, index: u32) -> Outbound {
    let (template, filled, locale) = (notice.doc.template, &notice.doc.variables, contact.locale);
    Outbound {
        id: format!("{}/{index}", notice.id),
        phone: contact.phone.chars().filter(char::is_ascii_digit).collect(),
        locale,
        template,
        variables: template.variables().map(|name| (name, words::variable(locale, filled, name))).collect(),
        text: words::notice_text(locale, template, filled),
    }
}
