//! From the queue to where webhooks lead.

use crate::adapters::clock::{Clock, random_bytes};
use crate::adapters::webhooks::{Answer, Courier, Outgoing};
use crate::crash;
use crate::storage::{Handed, LogError, Room, Vault, WaitingLetter, Webhooks};
use domain::shared::{AccountId, OrderId, WebhookId};
use domain::webhook::{Tried, event_id, failed};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long to wait when nothing is known to be due, or the storage has failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a stop waits for what is being sent.
const LAST: Duration = Duration::from_secs(2);
/// Calls at a time.
const CALLS: usize = 64;
/// Calls at a time to webhooks whose last message did not get through: whoever works always has the other half.
const SHAKY: usize = CALLS / 2;
/// Calls at a time to one host.
const EACH_HOST: usize = 4;
/// Calls at a time for one account.
const EACH_ACCOUNT: usize = 8;

/// Sends what waits.
pub struct WebhookSender {
    post: Arc<Post>,
    wake: Arc<Notify>,
}

/// What one call needs.
struct Post {
    webhooks: Arc<dyn Webhooks>,
    vault: Vault,
    courier: Courier,
    clock: Arc<dyn Clock>,
}

/// Whose turn it is: the messages about one order to one webhook go one after the other.
type Turn = (WebhookId, Option<OrderId>);

/// A call that is under way.
struct Call {
    host: String,
    account: AccountId,
    is_shaky: bool,
}

/// Whether it was noted how a call has ended; otherwise the message waits, and the sender had better wait too.
type Ended = (Turn, bool);

impl WebhookSender {
    /// A sender that is woken by `wake`.
    pub fn new(
        webhooks: Arc<dyn Webhooks>,
        vault: Vault,
        courier: Courier,
        clock: Arc<dyn Clock>,
        wake: Arc<Notify>,
    ) -> Self {
        Self { post: Arc::new(Post { webhooks, vault, courier, clock }), wake }
    }

    /// Sends until it is told to stop, and then ends what it has begun.
    pub async fn run(self, stop: CancellationToken) {
        let (ended, mut ends) = mpsc::unbounded_channel::<Ended>();
        let calls = TaskTracker::new();
        // The data folder is this process's alone, so what it sends is leased by being here.
        let mut busy: HashMap<Turn, Call> = HashMap::new();
        while !stop.is_cancelled() {
            let mut trouble = false;
            while let Ok((turn, noted)) = ends.try_recv() {
                busy.remove(&turn);
                trouble |= !noted;
            }
            let wait = if trouble { PAUSE } else { self.start_due(&mut busy, &ended, &calls).await };
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.wake.notified(), if !trouble => {}
                () = tokio::time::sleep(wait) => {}
                Some((turn, noted)) = ends.recv(), if !trouble => {
                    busy.remove(&turn);
                    if !noted {
                        tokio::select! {
                            () = stop.cancelled() => break,
                            () = tokio::time::sleep(PAUSE) => {}
                        }
                    }
                }
            }
        }
        calls.close();
        // What is cut off here is sent again after the next start.
        if tokio::time::timeout(LAST, calls.wait()).await.is_err() {
            tracing::warn!("stopped with messages to webhooks still being sent");
        }
    }

    /// Begins to send what is due, as far as there is room; answers how long to wait for more.
    async fn start_due(
        &self,
        busy: &mut HashMap<Turn, Call>,
        ended: &mpsc::UnboundedSender<Ended>,
        calls: &TaskTracker,
    ) -> Duration {
        if busy.len() >= CALLS {
            return PAUSE;
        }
        let now = self.post.clock.now();
        let shaky = busy.values().filter(|call| call.is_shaky).count();
        let room = Room {
            // Those that are being sent still wait, and are among them.
            limit: (CALLS + busy.len()) as u32,
            each: 2 * EACH_ACCOUNT as u32,
            shaky: shaky < SHAKY,
            full_hosts: full(busy.values().map(|call| call.host.clone()), EACH_HOST),
            full_accounts: full(busy.values().map(|call| call.account), EACH_ACCOUNT),
        };
        let due = match self.post.webhooks.due_letters(now, &room).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "messages to webhooks cannot be read");
                return PAUSE;
            }
        };
        for letter in due {
            let turn = (letter.id.webhook, letter.order);
            if busy.contains_key(&turn) || !has_room(busy, &letter) {
                continue;
            }
            let call = Call { host: letter.host.clone(), account: letter.account, is_shaky: letter.is_shaky };
            busy.insert(turn, call);
            let (post, ended) = (Arc::clone(&self.post), ended.clone());
            calls.spawn(async move {
                let noted = post.carry_out(letter).await;
                // The sender has gone only when everything stops.
                ended.send((turn, noted)).ok();
            });
        }
        match self.post.webhooks.next_letter(now).await {
            Ok(Some(due)) => Duration::from_millis(due.since(now).max(0) as u64).min(PAUSE),
            _ => PAUSE,
        }
    }
}

/// Those of which there are so many.
fn full<T: Eq + Hash>(all: impl Iterator<Item = T>, most: usize) -> Vec<T> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= most).map(|(one, _)| one).collect()
}

fn has_room(busy: &HashMap<Turn, Call>, letter: &WaitingLetter) -> bool {
    let count = |is_so: &dyn Fn(&Call) -> bool| busy.values().filter(|call| is_so(call)).count();
    busy.len() < CALLS
        && count(&|call| call.host == letter.host) < EACH_HOST
        && count(&|call| call.account == letter.account) < EACH_ACCOUNT
        && (!letter.is_shaky || count(&|call| call.is_shaky) < SHAKY)
}

impl Post {
    /// Sends a message and notes what became of it; false when that could not be noted.
    async fn carry_out(&self, letter: WaitingLetter) -> bool {
        let id = letter.id;
        let Some(handed) = self.send(&letter).await else {
            return false;
        };
        match &handed {
            Handed::Dead { error, .. } => {
                tracing::error!(letter = %id, error, "a message to a webhook was given up")
            }
            Handed::Gone { error } => tracing::warn!(letter = %id, error, "a webhook's receiver is gone"),
            Handed::Delivered | Handed::Again { .. } => {}
        }
        crash::at("webhooks", "before_note");
        let noted = self.webhooks.note_letter(id, handed, self.clock.now()).await;
        crash::at("webhooks", "after_note");
        match noted {
            Ok(()) => true,
            Err(error) => {
                // It still waits, and is sent once more.
                tracing::error!(letter = %id, %error, "what became of a message to a webhook could not be noted");
                false
            }
        }
    }

    /// Sends a message; `None` when nobody was asked.
    async fn send(&self, letter: &WaitingLetter) -> Option<Handed> {
        let secrets = match self.secrets(letter).await {
            Ok(secrets) => secrets,
            Err(error) => {
                tracing::error!(letter = %letter.id, %error, "the secret of a webhook cannot be read");
                return None;
            }
        };
        if secrets.is_empty() {
            return Some(self.again(letter, "the secret is gone; replace it".to_owned()));
        }
        let id = event_id(letter.id.position);
        let outgoing = Outgoing {
            url: &letter.url,
            id: &id,
            at: self.clock.now(),
            body: &letter.body,
            secrets: &secrets,
        };
        crash::at("webhooks", "before_call");
        let answer = self.courier.deliver(outgoing).await;
        crash::at("webhooks", "after_call");
        Some(match answer {
            Answer::Taken => Handed::Delivered,
            Answer::Gone => Handed::Gone { error: "HTTP 410".to_owned() },
            Answer::Failed { reason } => self.again(letter, reason),
        })
    }

    /// The secrets that sign now: the present one first.
    async fn secrets(&self, letter: &WaitingLetter) -> Result<Vec<[u8; 32]>, LogError> {
        let now = self.clock.now();
        let old = letter.old_secret.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let mut secrets = Vec::with_capacity(2);
        for sealed in std::iter::once(&letter.secret).chain(old) {
            secrets.extend(self.vault.open_secret(letter.account, letter.id.webhook.0, sealed).await?);
        }
        Ok(secrets)
    }

    fn again(&self, letter: &WaitingLetter, error: String) -> Handed {
        match failed(letter.attempts, self.clock.now(), random_bytes::<1>()[0]) {
            Tried::Again { attempts, due } => Handed::Again { due, attempts, error },
            Tried::Dead { attempts } => Handed::Dead { attempts, error },
        }
    }
}
